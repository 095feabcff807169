//! A step's pod: one `PodSpec`, and what a target has to know beside it.
//!
//! All attributes of the pod are read here, so that one that is forgotten is easy to see.

use argot_compiler::{Body, Container};
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
        let labels = self.texts(&attributes.labels);
        let annotations = self.texts(&attributes.annotations);
        let service_account_name = self.optional(attributes.service_account.as_ref());
        let priority_class_name = self.optional(attributes.priority_class.as_ref());
        let queue = self.optional(attributes.queue.as_ref());
        let security_context = self.security(&attributes.security);
        let mut volumes = self.volumes();
        volumes.extend(additions.volumes);
        let (mut containers, mut init) = (Vec::new(), Vec::new());
        match &self.step.body {
            Body::Container | Body::Script(_) => {
                containers.push(self.main(additions.main));
                init = self.others(List::InitContainers, &attributes.init, additions.init);
                let beside = self.others(List::Containers, &attributes.sidecar, additions.sidecars);
                containers.extend(beside);
            }
            Body::TemplateRef(_) | Body::RawTemplate(_) => {}
        }
        // What the devices of the containers need of the node is known now.
        let nodes = self.nodes(Placement {
            selector: &attributes.node_selector,
            tolerations: attributes.tolerations.as_deref().unwrap_or_default(),
            affinity: attributes.affinity.as_ref(),
            spot: attributes.spot.as_ref(),
            pool: attributes.node_pool.as_ref(),
        });
        let secrets = attributes.image_pull_secrets.as_deref();
        let spec = core::PodSpec {
            service_account_name,
            priority_class_name,
            security_context,
            volumes: filled(volumes),
            containers,
            init_containers: filled(init),
            tolerations: filled(nodes.tolerations),
            affinity: nodes.affinity,
            image_pull_secrets: filled(self.pull_secrets(secrets.unwrap_or_default())),
            node_selector: (!nodes.selector.is_empty()).then(|| {
                let labels = nodes.selector.iter();
                let labels = labels.map(|(label, value)| (label.clone(), value.clone()));
                labels.collect()
            }),
            ..core::PodSpec::default()
        };
        let spec = match attributes.pod.as_ref().map(|raw| self.raw_pod(raw)) {
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
        match &attributes.container {
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
