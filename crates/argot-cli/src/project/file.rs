//! The settings of a project file. The documentation of a field is the description of its key in the schema.

use argot_compiler::{Quantity, rules, rules::AmountOf};
use argot_targets::accelerators::{Mig, TimeSlicing};
use argot_targets::{argo, kubernetes};
use serde_json::Value;

use super::diagnostics;
use super::read::{Located, Names, Node, Reader, Row, Setting, Whole, join, tables};
use super::values::{
    Access, AccessMode, Amount, Data, Effect, Filled, Free, Image, ImagePrefix, LabelKey,
    LabelValue, Lints, Namespace, ObjectName, OldPrefix, Operator, OwnName, Parameter,
    PlatformName, ProfileName, Queue, Resource, Size, TaintKey, TargetName,
};
use argot_syntax::Span;

tables! {
    /// A whole project file.
    ProjectFile {
        /// The project.
        project: Project,
        /// Profiles by name: settings that a cluster and its users apply to every pipeline that runs there.
        profile: Names<ProfileName, Profile>,
        /// Warnings by name, with their levels: `allow`, `warn` or `deny`.
        lint: Lints,
    }

    /// `[project]`.
    Project {
        /// The name of the project.
        name: Filled,
        /// The profile that is used without `--profile`.
        default_profile: Filled,
    }

    /// `[profile.NAME]`.
    Profile {
        /// A profile from which this one inherits settings.
        extends: Filled,
        /// The system that runs the pipelines. By default `argo`.
        target: TargetName,
        /// The version of Argo Workflows: `"3.7"` for every release of it, or one release, such as `"3.7.16"`.
        argo_version: argo::Version,
        /// The version of Kubernetes, for the target `kubernetes`.
        kube_version: kubernetes::Version,
        /// The objects that a run becomes, for the target `kubernetes`. By default `auto`.
        layout: kubernetes::Layout,
        /// The namespace of the objects.
        namespace: Namespace,
        /// How accelerators and spot nodes are found in the cluster. By default `gfd`.
        platform: PlatformName,
        /// How NVIDIA's device plugin offers parts of a GPU. By default `mixed`.
        mig: Mig,
        /// How NVIDIA's device plugin offers GPUs that are used in turns. By default `plain`.
        time_slicing: TimeSlicing,
        /// Accelerators by their short names. They add to those of the platform, or replace them.
        accelerators: Names<OwnName, Accelerator>,
        /// Prefixes of images, with their replacements. The longest matching prefix wins.
        registry: Names<OldPrefix, ImagePrefix>,
        /// The Secrets that images are pulled with, besides those of each step.
        image_pull_secrets: Vec<Located<ObjectName>>,
        /// The service account of runs, unless the pipeline sets one.
        service_account: ObjectName,
        /// Storage classes by access mode, for claims and ephemeral volumes without a class.
        storage_class: Names<AccessMode, ObjectName>,
        /// Resources of containers that do not set them.
        resources: Resources,
        /// Labels of runs and of the pods of steps. Their own labels win.
        labels: Names<LabelKey, LabelValue>,
        /// Annotations of runs and of the pods of steps. Their own annotations win.
        annotations: Names<LabelKey, Free>,
        /// The Kueue queue of steps that do not set one.
        queue: Queue,
        /// The node pools that `node_pool` can name.
        node_pools: Names<OwnName, NodePool>,
        /// The node pool of steps that do not set one.
        node_pool: Filled,
        /// Whether steps run on nodes that the provider may reclaim, unless they set `spot`.
        spot: bool,
        /// The claim through which steps pass files, for the target `kubernetes`.
        workspace: Workspace,
        /// An image with `kubectl` and `sh` for the container that starts steps, for the target `kubernetes`.
        releaser_image: Image,
        /// Values of parameters, for the pipelines that have them. `--params` and `-p` override them.
        params: Names<Parameter, Data>,
    }

    /// `[profile.NAME.accelerators.MODEL]`.
    Accelerator {
        /// The resource that a container asks for.
        resource: Resource,
        /// Labels of the nodes that have it.
        node_selector: Names<LabelKey, LabelValue>,
        /// Taints of these nodes, tolerated.
        tolerations: Vec<Located<Toleration>>,
    }

    /// `[profile.NAME.node_pools.POOL]`.
    NodePool {
        /// Labels of the nodes of the pool.
        node_selector: Names<LabelKey, LabelValue>,
        /// Taints of these nodes, tolerated.
        tolerations: Vec<Located<Toleration>>,
    }

    /// A taint that is tolerated.
    Toleration {
        /// The key of the taint. Without it, every key.
        key: TaintKey,
        /// How the taint's value is compared. By default `Equal`.
        operator: Operator,
        /// The value of the taint, with `Equal`.
        value: LabelValue,
        /// What the taint does. Without it, every effect.
        effect: Effect,
        /// How long a `NoExecute` taint is tolerated.
        seconds: i64,
    }

    /// `[profile.NAME.resources]`.
    Resources {
        /// Processor cores.
        cpu: Amount,
        /// Bytes of memory.
        memory: Amount,
        /// Bytes on the node's disk.
        ephemeral: Amount,
    }

    /// `[profile.NAME.workspace]`.
    Workspace {
        /// How large it is.
        size: Size,
        /// Its storage class.
        class: ObjectName,
        /// Its access mode.
        access: Access,
    }
}

impl Whole for Project {}
impl Whole for NodePool {}

impl Whole for Resources {
    fn check(&self, _: &Node<'_>, _: &str, reader: &mut Reader) {
        for (of, amount) in [
            (AmountOf::Cpu, &self.cpu),
            (AmountOf::Memory, &self.memory),
            (AmountOf::Storage, &self.ephemeral),
        ] {
            let Some(Located { value, span }) = amount else {
                continue;
            };
            warn_of_unit(of, [&value.request, &value.limit], *span, reader);
        }
    }
}

impl Whole for Workspace {
    fn check(&self, _: &Node<'_>, _: &str, reader: &mut Reader) {
        if let Some(Located { value, span }) = &self.size {
            warn_of_unit(AmountOf::Storage, [&value.0], *span, reader);
        }
    }
}

/// Warns of the first amount without a unit. The text is TOML, so the warning has no fix.
fn warn_of_unit<const N: usize>(
    of: AmountOf,
    amounts: [&Quantity; N],
    span: Span,
    reader: &mut Reader,
) {
    let found = amounts
        .into_iter()
        .find_map(|amount| rules::without_unit(of, amount, span));
    if let Some(mut diagnostic) = found {
        diagnostic.fix = None;
        reader.diagnostics.push(diagnostic);
    }
}

impl Whole for Profile {}
impl Whole for ProjectFile {}

impl Whole for Accelerator {
    fn check(&self, node: &Node<'_>, path: &str, reader: &mut Reader) {
        let written = node.get_ref().as_table();
        if written.is_some_and(|table| table.get("resource").is_none()) {
            reader.diagnostics.push(diagnostics::missing_setting(
                path,
                "resource",
                "resource = \"nvidia.com/gpu\"",
                reader.span(&node.span()),
            ));
        }
    }
}

impl Whole for Toleration {
    fn check(&self, node: &Node<'_>, path: &str, reader: &mut Reader) {
        let exists = self
            .operator
            .as_ref()
            .is_some_and(|operator| operator.value == Operator::Exists);
        let no_execute = self
            .effect
            .as_ref()
            .is_none_or(|effect| effect.value == Effect::NoExecute);
        let problem = if exists && self.value.is_some() {
            "`Exists` does not accept a `value`"
        } else if !exists && self.key.is_none() && self.operator.is_none() {
            "it has neither a `key` nor the operator `Exists`, so it tolerates nothing"
        } else if self.seconds.is_some() && !no_execute {
            "`seconds` goes with the effect `NoExecute` only"
        } else {
            return;
        };
        // A key that could not be read has been reported.
        let table = node.get_ref().as_table();
        if table.is_some_and(|table| {
            table.iter().all(|(key, _)| {
                let name = key.get_ref().as_ref();
                self.data().get(name).is_some()
            })
        }) {
            reader.diagnostics.push(diagnostics::invalid_toleration(
                path,
                problem,
                reader.span(&node.span()),
            ));
        }
    }
}
