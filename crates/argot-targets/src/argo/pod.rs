//! From a pod to Argo's template: each field of the `PodSpec` becomes a field of the template, or part of
//! `podSpecPatch`.

use std::collections::BTreeMap;

use argot_compiler::Body;
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::dialect::Authored;
use super::features::Feature;
use super::lowering::Lowering;
use super::objects::{MainContainer, Metadata, ScriptTemplate, Template, UserContainer};
use super::patch::Patch;
use super::raw::Reader;
use super::{covered, diagnostics, schema, scripts};
use crate::pod::raw::lay;
use crate::pod::{Claimed, Pod, QUEUE_LABEL};

/// Declares where each field of a pod's spec goes.
///
/// | route | destination of the field |
/// |---|---|
/// | `own` | the template's field of the same name |
/// | `body` | what the template runs |
/// | `template` | a field of the template that only raw fields of the pod can set |
/// | `patch` | `podSpecPatch`, since the template has no such field |
macro_rules! routes {
    ($($route:ident $field:ident $($name:literal)?;)*) => {
        /// Moves the fields of a spec to their destinations, except for the containers, which are the template's body.
        fn route(
            spec: core::PodSpec,
            template: &mut Template,
            raw: &mut Map<String, Json>,
            patch: &mut Patch,
        ) {
            // A field without a row does not compile.
            let core::PodSpec { $($field,)* } = spec;
            $(routes!(@$route template raw patch $field $($name)?);)*
        }

        /// The fields that keep their name, each with the name of the struct's field.
        #[cfg(test)]
        const NAMED: &[(&str, &str)] = &[$($((stringify!($field), $name),)?)*];
    };
    (@own $template:ident $raw:ident $patch:ident $field:ident) => {
        $template.$field.fill($field);
    };
    (@body $template:ident $raw:ident $patch:ident $field:ident) => {
        let _ = $field;
    };
    (@template $template:ident $raw:ident $patch:ident $field:ident $name:literal) => {
        if let Some(value) = json($field) {
            $raw.insert($name.to_owned(), value);
        }
    };
    (@patch $template:ident $raw:ident $patch:ident $field:ident $name:literal) => {
        if let Some(value) = json($field) {
            $patch.set(&[$name], Patch::Constant(value));
        }
    };
}

routes! {
    own service_account_name;
    own priority_class_name;
    own node_selector;
    own affinity;
    own tolerations;
    own security_context;
    own volumes;
    body containers;
    body init_containers;
    template automount_service_account_token "automountServiceAccountToken";
    template host_aliases "hostAliases";
    template scheduler_name "schedulerName";
    patch image_pull_secrets "imagePullSecrets";
    patch active_deadline_seconds "activeDeadlineSeconds";
    patch dns_config "dnsConfig";
    patch dns_policy "dnsPolicy";
    patch enable_service_links "enableServiceLinks";
    patch ephemeral_containers "ephemeralContainers";
    patch host_ipc "hostIPC";
    patch host_network "hostNetwork";
    patch host_pid "hostPID";
    patch host_users "hostUsers";
    patch hostname "hostname";
    patch hostname_override "hostnameOverride";
    patch node_name "nodeName";
    patch os "os";
    patch overhead "overhead";
    patch preemption_policy "preemptionPolicy";
    patch priority "priority";
    patch readiness_gates "readinessGates";
    // Claims of containers are in the template's field, which Argo has since 4.1.
    patch resource_claims "resourceClaims";
    patch resources "resources";
    patch restart_policy "restartPolicy";
    patch runtime_class_name "runtimeClassName";
    patch scheduling_gates "schedulingGates";
    patch service_account "serviceAccount";
    patch set_hostname_as_fqdn "setHostnameAsFQDN";
    patch share_process_namespace "shareProcessNamespace";
    patch subdomain "subdomain";
    patch termination_grace_period_seconds "terminationGracePeriodSeconds";
    patch topology_spread_constraints "topologySpreadConstraints";
}

/// Returns a field as JSON, if it is set.
fn json(field: Option<impl Serialize>) -> Option<Json> {
    serde_json::to_value(field?).ok()
}

/// A field of the template that is filled from a field of the pod's spec.
trait Own<T> {
    fn fill(&mut self, field: T);
}

impl<T> Own<Option<T>> for Option<T> {
    fn fill(&mut self, field: Option<T>) {
        *self = field;
    }
}

impl<T> Own<Option<Vec<T>>> for Vec<T> {
    fn fill(&mut self, field: Option<Vec<T>>) {
        *self = field.unwrap_or_default();
    }
}

impl Own<Option<BTreeMap<String, String>>> for IndexMap<String, String> {
    fn fill(&mut self, field: Option<BTreeMap<String, String>>) {
        *self = field.into_iter().flatten().collect();
    }
}

impl Lowering<'_, '_> {
    /// Puts a pod into the template.
    pub(super) fn put(&mut self, pod: Pod, template: &mut Template, raw: &mut Map<String, Json>) {
        let Pod {
            labels,
            annotations,
            mut spec,
            node_labels,
            claims,
            queue,
        } = pod;
        template.metadata = Metadata {
            labels,
            annotations,
            ..Metadata::default()
        };
        if let Some(queue) = queue {
            let labels = &mut template.metadata.labels;
            labels.insert(QUEUE_LABEL.to_owned(), queue);
        }
        let claims = claims.into_iter().map(|claimed| self.claim(claimed));
        template.resource_claims = claims.collect();
        let mut containers = std::mem::take(&mut spec.containers).into_iter();
        if let Some(main) = containers.next() {
            self.main(MainContainer(main), template);
        }
        let user = |container| UserContainer { container };
        template.sidecars = containers.map(user).collect();
        let init = spec.init_containers.take().into_iter().flatten();
        template.init_containers = init.map(user).collect();
        route(spec, template, raw, &mut self.pod.dialect.patch);
        // In the order in which the user has written them.
        let place = |label: &String| node_labels.iter().position(|other| other == label);
        template.node_selector.sort_by_key(|label, _| place(label));
    }

    /// Fills in the step's own container. A script that Argo does not change is kept in the template.
    fn main(&self, container: MainContainer, template: &mut Template) {
        match &self.pod.step.body {
            Body::Script(script) if !scripts::needs_config_map(&script.text) => {
                template.script = Some(ScriptTemplate {
                    container,
                    source: script.text.clone(),
                });
            }
            Body::Container | Body::Script(_) => template.container = Some(container),
            // These bodies have no container.
            Body::TemplateRef(_) | Body::RawTemplate(_) => {}
        }
    }

    /// Adds a claim of devices; the cluster creates one such claim for each pod.
    fn claim(&mut self, claimed: Claimed) -> core::PodResourceClaim {
        let Claimed { name, claim, span } = claimed;
        if let Some(since) = self.context.version.needs(Feature::DeviceClaims) {
            self.pod.diagnostics.push(diagnostics::needs_version(
                "a claim of devices",
                since,
                self.context.version,
                Some(span),
            ));
        }
        let template = claim.name(self.context.base);
        self.context.claims.insert(template.clone(), claim);
        Claimed::of_template(name, template)
    }

    /// Merges the raw fields of the template.
    pub(super) fn raw(&mut self, out: Map<String, Json>) -> Map<String, Json> {
        let Some(raw) = &self.pod.step.attributes.step.argo() else {
            return out;
        };
        let dialect = Authored(self.pod.dialect.scope);
        let reader = Reader::new(&dialect, self.context.version, covered::TEMPLATE);
        let value = reader.read(raw, schema::TEMPLATE_SCHEMA, "argo", self.pod.diagnostics);
        let mut whole = Json::Object(out);
        lay(&mut whole, &value);
        match whole {
            Json::Object(fields) => fields,
            _ => Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1 as core;
    use serde_json::{Value, json};

    use super::NAMED;

    /// Whether the spec has a field of this name. Only an actual field can reject a bool or a number.
    fn is_field(name: &str) -> bool {
        let refuses = |value: Value| {
            serde_json::from_value::<core::PodSpec>(json!({ "containers": [], name: value }))
                .is_err()
        };
        refuses(json!(true)) || refuses(json!(1))
    }

    #[test]
    fn fields_have_the_names_of_kubernetes() {
        assert!(!is_field("nothing"));
        for (field, name) in NAMED {
            assert!(is_field(name), "{name}");
            let plain = |text: &str| text.replace('_', "").to_lowercase();
            assert_eq!(plain(field), plain(name));
        }
    }
}
