//! Attributes of a pod that are blocks or lists of records: how it resolves names, how it spreads, how its containers
//! are probed.

use argot_compiler::{ContainerPort, Dns, Expr, HostAlias, Probe, TopologySpread, Value};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Builder, Dialect};

/// What happens to a pod that cannot be spread as it should, if the rule does not say.
const UNSATISFIABLE: &str = "DoNotSchedule";

impl<D: Dialect> Builder<'_, D> {
    /// A text that must be known before the run.
    pub(super) fn known_text(&mut self, expr: &Expr, what: &str) -> Option<String> {
        match expr.value() {
            Some(value) => Some(value.text()),
            None => {
                self.unknown(expr, what);
                None
            }
        }
    }

    /// A duration in whole seconds, rounded up. It must be known before the run.
    pub(super) fn seconds(&mut self, expr: &Expr, what: &str) -> Option<i64> {
        match expr.value() {
            Some(Value::Duration(duration)) => Some(duration.seconds()),
            _ => {
                self.unknown(expr, what);
                None
            }
        }
    }

    fn number(&mut self, expr: Option<&Expr>, what: &str) -> Option<i32> {
        i32::try_from(self.int(expr?, what)?).ok()
    }

    fn known_texts(&mut self, exprs: Option<&[Expr]>, what: &str) -> Option<Vec<String>> {
        let texts = exprs?.iter().filter_map(|expr| self.known_text(expr, what));
        Some(texts.collect())
    }

    pub(super) fn host_aliases(&mut self, aliases: &[HostAlias]) -> Vec<core::HostAlias> {
        let mut out = Vec::new();
        for alias in aliases {
            let Some(ip) = alias.ip().and_then(|ip| self.known_text(ip, "an address")) else {
                continue;
            };
            let hostnames = self.known_texts(alias.names(), "the name of a host");
            out.push(core::HostAlias { ip, hostnames });
        }
        out
    }

    /// The policy, and what is set beside it.
    pub(super) fn dns(&mut self, dns: &Dns) -> (Option<String>, Option<core::PodDNSConfig>) {
        let policy = dns
            .policy()
            .and_then(|policy| self.known_text(policy, "the policy of `dns`"));
        let mut options = Vec::new();
        for (name, value) in dns.options() {
            let value = self.known_text(value, "an option of `dns`");
            options.push(core::PodDNSConfigOption {
                name: Some(name.clone()),
                value: value.filter(|value| !value.is_empty()),
            });
        }
        let config = core::PodDNSConfig {
            nameservers: self.known_texts(dns.servers(), "a name server"),
            searches: self.known_texts(dns.searches(), "a search domain"),
            options: (!options.is_empty()).then_some(options),
        };
        let is_set = config != core::PodDNSConfig::default();
        (policy, is_set.then_some(config))
    }

    pub(super) fn topology_spread(
        &mut self,
        rules: &[TopologySpread],
    ) -> Vec<core::TopologySpreadConstraint> {
        let mut out = Vec::new();
        for rule in rules {
            let key = rule
                .key()
                .and_then(|key| self.known_text(key, "the label of nodes"));
            let unsatisfiable = rule
                .unsatisfiable()
                .and_then(|word| self.known_text(word, "`unsatisfiable`"));
            let mut labels = std::collections::BTreeMap::new();
            for (name, value) in rule.labels() {
                if let Some(value) = self.known_text(value, "a label of the pods that are counted")
                {
                    labels.insert(name.clone(), value);
                }
            }
            out.push(core::TopologySpreadConstraint {
                topology_key: key.unwrap_or_default(),
                max_skew: self.number(rule.max_skew(), "`max_skew`").unwrap_or(1),
                when_unsatisfiable: unsatisfiable.unwrap_or_else(|| UNSATISFIABLE.to_owned()),
                label_selector: Some(LabelSelector {
                    match_labels: Some(labels),
                    ..LabelSelector::default()
                }),
                ..core::TopologySpreadConstraint::default()
            });
        }
        out
    }

    pub(super) fn ports(&mut self, ports: &[ContainerPort]) -> Vec<core::ContainerPort> {
        let mut out = Vec::new();
        for port in ports {
            let name = port
                .name()
                .and_then(|name| self.known_text(name, "the name of a port"));
            let protocol = port
                .protocol()
                .and_then(|word| self.known_text(word, "`protocol`"));
            let Some(container_port) = self.number(port.port(), "the number of a port") else {
                continue;
            };
            out.push(core::ContainerPort {
                container_port,
                name,
                protocol,
                ..core::ContainerPort::default()
            });
        }
        out
    }

    pub(super) fn probe(&mut self, probe: &Probe) -> core::Probe {
        // The fields hold 32 bits, which is 68 years.
        let time = |this: &mut Self, expr: Option<&Expr>, what| {
            let seconds = this.seconds(expr?, what)?;
            Some(i32::try_from(seconds).unwrap_or(i32::MAX))
        };
        let port = self.number(probe.port(), "`port`").map(IntOrString::Int);
        let http = probe
            .http()
            .and_then(|path| self.known_text(path, "`http`"));
        let tcp = self.number(probe.tcp(), "`tcp`").map(IntOrString::Int);
        let exec = self.known_texts(probe.exec(), "the command of a probe");
        core::Probe {
            http_get: http.map(|path| core::HTTPGetAction {
                path: Some(path),
                port: port.unwrap_or(IntOrString::Int(0)),
                ..core::HTTPGetAction::default()
            }),
            tcp_socket: tcp.map(|port| core::TCPSocketAction { port, host: None }),
            exec: exec.map(|command| core::ExecAction {
                command: Some(command),
            }),
            initial_delay_seconds: time(self, probe.delay(), "`delay`"),
            period_seconds: time(self, probe.period(), "`period`"),
            timeout_seconds: time(self, probe.timeout(), "`timeout` of a probe"),
            failure_threshold: self.number(probe.failures(), "`failures`"),
            ..core::Probe::default()
        }
    }
}
