//! A step's pod: one `PodSpec`, and the facts about it that a target needs.
//!
//! All attributes of the pod are read here, by a match without a wildcard, so a missing one is a compile error.

use argot_compiler::{Body, Container, PodAttribute};
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;

use super::nodes::Placement;
use super::{Builder, Claimed, Dialect, List, raw};

/// The name of the step's own container.
pub(crate) const MAIN: &str = "main";

/// A step's pod.
pub(crate) struct Pod {
    /// Labels, in the order in which they were written.
    pub(crate) labels: IndexMap<String, String>,
    /// Annotations, in the order in which they were written.
    pub(crate) annotations: IndexMap<String, String>,
    /// The spec. Its containers are the step's own and those that run beside it, in this order; there is none if
    /// another object says what runs.
    pub(crate) spec: core::PodSpec,
    /// The labels that the node must have, in the order in which they were written. The spec has them sorted.
    pub(crate) node_labels: Vec<String>,
    /// The devices that the containers claim. They are not in the spec yet: the target names the objects that say
    /// what is claimed.
    pub(crate) claims: Vec<Claimed>,
    /// The Kueue queue.
    pub(crate) queue: Option<String>,
}

impl Pod {
    /// The step's own container.
    pub(crate) fn main(&self) -> Option<&core::Container> {
        self.spec.containers.first()
    }
}

/// What a target adds to a pod beside what the step's attributes say.
#[derive(Default)]
pub(crate) struct Additions {
    /// To the step's own container.
    pub(crate) main: Extra,
    /// To the containers that run before it, in their order.
    pub(crate) init: Vec<Extra>,
    /// To the containers that run beside it, in their order.
    pub(crate) sidecars: Vec<Extra>,
    /// Volumes, after the step's own.
    pub(crate) volumes: Vec<core::Volume>,
}

/// What a target adds to a container beside what its attributes say.
#[derive(Default)]
pub(crate) struct Extra {
    /// Variables, before its own.
    pub(crate) env: Vec<core::EnvVar>,
    /// Mounts, after its own.
    pub(crate) mounts: Vec<core::VolumeMount>,
    /// A command in place of its own.
    pub(crate) command: Option<Vec<String>>,
}

impl Extra {
    fn finish(self, container: &mut core::Container) {
        if !self.env.is_empty() {
            let own = container.env.take().unwrap_or_default();
            container.env = Some(self.env.into_iter().chain(own).collect());
        }
        if !self.mounts.is_empty() {
            let mounts = container.volume_mounts.get_or_insert_default();
            mounts.extend(self.mounts);
        }
        if self.command.is_some() {
            container.command = self.command;
        }
    }
}

impl<D: Dialect> Builder<'_, D> {
    /// The step's pod: what its attributes say, what the target adds, and over both the raw fields.
    pub(crate) fn pod(&mut self, additions: Additions) -> Pod {
        let attributes = &self.step.attributes;
        let mut volumes = self.volumes();
        volumes.extend(additions.volumes);
        let (mut containers, mut init) = (Vec::new(), Vec::new());
        match &self.step.body {
            Body::Container | Body::Script(_) => {
                containers.push(self.main(additions.main));
                init = self.others(List::InitContainers, attributes.step.init(), additions.init);
                let sidecars = attributes.step.sidecar();
                containers.extend(self.others(List::Containers, sidecars, additions.sidecars));
            }
            Body::TemplateRef(_) | Body::RawTemplate(_) => {}
        }
        let mut spec = core::PodSpec {
            volumes: filled(volumes),
            containers,
            init_containers: filled(init),
            ..core::PodSpec::default()
        };
        let (mut labels, mut annotations) = (IndexMap::new(), IndexMap::new());
        let (mut queue, mut raw) = (None, None);
        let mut placement = Placement::default();
        for attribute in attributes.pod.iter() {
            match attribute {
                PodAttribute::Labels(texts) => labels = self.texts(texts),
                PodAttribute::Annotations(texts) => annotations = self.texts(texts),
                PodAttribute::Queue(name) => queue = self.field(name),
                PodAttribute::ServiceAccount(name) => spec.service_account_name = self.field(name),
                PodAttribute::PriorityClass(name) => spec.priority_class_name = self.field(name),
                PodAttribute::Security(security) => spec.security_context = self.security(security),
                PodAttribute::ImagePullSecrets(names) => {
                    spec.image_pull_secrets = filled(self.pull_secrets(names));
                }
                PodAttribute::NodeSelector(labels) => placement.selector = Some(labels),
                PodAttribute::Tolerations(taints) => placement.tolerations = taints,
                PodAttribute::Affinity(raw) => placement.affinity = Some(raw),
                PodAttribute::Spot(spot) => placement.spot = Some(spot),
                PodAttribute::NodePool(pool) => placement.pool = Some(pool),
                PodAttribute::RuntimeClass(name) => {
                    spec.runtime_class_name = self.known_text(name, "the runtime class");
                }
                PodAttribute::Scheduler(name) => spec.scheduler_name = self.field(name),
                PodAttribute::TerminationGrace(time) => {
                    spec.termination_grace_period_seconds =
                        self.seconds(time, "`termination_grace`");
                }
                PodAttribute::HostAliases(aliases) => {
                    spec.host_aliases = filled(self.host_aliases(aliases));
                }
                PodAttribute::Dns(dns) => (spec.dns_policy, spec.dns_config) = self.dns(dns),
                PodAttribute::TopologySpread(rules) => {
                    spec.topology_spread_constraints = filled(self.topology_spread(rules));
                }
                PodAttribute::Pod(fields) => raw = Some(fields),
            }
        }
        // What the devices of the containers need of the node is known now.
        let nodes = self.nodes(placement);
        spec.tolerations = filled(nodes.tolerations);
        spec.affinity = nodes.affinity;
        spec.node_selector = (!nodes.selector.is_empty()).then(|| {
            let labels = nodes.selector.iter();
            let labels = labels.map(|(label, value)| (label.clone(), value.clone()));
            labels.collect()
        });
        let spec = match raw.map(|raw| self.raw_pod(raw)) {
            Some(fields) if !fields.is_empty() => raw::laid(spec, &fields.into()),
            _ => spec,
        };
        Pod {
            labels,
            annotations,
            spec,
            node_labels: nodes.selector.into_keys().collect(),
            claims: std::mem::take(&mut self.claims),
            queue,
        }
    }

    /// The step's own container.
    fn main(&mut self, extra: Extra) -> core::Container {
        let attributes = &self.step.attributes;
        let mut container = self.container(List::Containers, MAIN, &attributes.main);
        extra.finish(&mut container);
        match attributes.step.container() {
            Some(raw) => self.raw_container(container, raw),
            None => container,
        }
    }

    /// Containers under the user's own names.
    fn others(
        &mut self,
        list: List,
        named: &IndexMap<String, Container>,
        extras: Vec<Extra>,
    ) -> Vec<core::Container> {
        let mut out = self.named(list, named);
        for (container, extra) in out.iter_mut().zip(extras) {
            extra.finish(container);
        }
        out
    }
}

/// A list, if there is anything in it.
fn filled<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}
