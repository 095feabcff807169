//! The attributes of a step, after checking: every value typed, nothing merged yet.
//!
//! The same type holds what a component says, what a pipeline's `defaults` say and what a call's `with`
//! says, so that merging is one function: [`Attributes::merge`].

use argot_syntax::Span;
use indexmap::IndexMap;
use serde::Serialize;

use crate::{Expr, VolumeExpr};

/// Everything that can be said about one step.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Attributes {
    /// What runs in the step's own container.
    #[serde(flatten)]
    pub main: Container,
    /// How often and when to try again.
    pub retry: Retry,
    /// The longest that one attempt may take.
    pub timeout: Option<Expr>,
    /// Whether and under which key earlier results are used again.
    pub cache: Cache,
    /// The name of a lock that the step holds while it runs.
    pub mutex: Option<Expr>,
    /// A counted lock that the step holds while it runs.
    pub semaphore: Semaphore,
    /// Whether the step counts as done once it is ready.
    pub daemon: Option<bool>,
    /// Whether the pipeline goes on where the step fails. It is settled when a call is checked, and of no
    /// meaning later: see [`Call::allow_failure`](crate::Call).
    pub allow_failure: Option<bool>,
    /// Labels of the pod.
    pub labels: IndexMap<String, Expr>,
    /// Annotations of the pod.
    pub annotations: IndexMap<String, Expr>,
    /// Labels that the node must have.
    pub node_selector: IndexMap<String, Expr>,
    /// Taints that the pod tolerates.
    pub tolerations: Option<Vec<Toleration>>,
    /// The pod's affinity, in Kubernetes' own fields.
    pub affinity: Option<Raw>,
    /// The pod's priority class.
    pub priority_class: Option<Expr>,
    /// The pod's service account.
    pub service_account: Option<Expr>,
    /// The Secrets that images are pulled with.
    pub image_pull_secrets: Option<Vec<Expr>>,
    /// Who the processes run as and what they may do.
    pub security: Security,
    /// The Kueue queue that admits the pod.
    pub queue: Option<Expr>,
    /// Whether the pod runs on nodes that the provider may take back: a constant `bool`.
    pub spot: Option<Expr>,
    /// The pool of nodes that the pod runs on, by a name of the profile: a constant text.
    pub node_pool: Option<Expr>,
    /// Containers that run to their end before the step's own, by name.
    pub init: IndexMap<String, Container>,
    /// Containers that run beside the step's own, by name.
    pub sidecar: IndexMap<String, Container>,
    /// How output artifacts are kept, by output name.
    pub outputs: IndexMap<String, OutputSettings>,
    /// Raw fields of the container.
    pub container: Option<Raw>,
    /// Raw fields of the pod's spec.
    pub pod: Option<Raw>,
    /// Raw fields of Argo's template.
    pub argo: Option<Raw>,
    /// Raw fields of the Kubernetes target's object.
    pub kubernetes: Option<Raw>,
}

/// What runs in one container. An init container or sidecar has no script.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Container {
    /// Where it was written; for a component, its name.
    #[serde(skip)]
    pub span: Span,
    /// The image reference.
    pub image: Option<Expr>,
    /// `Always`, `IfNotPresent` or `Never`.
    pub image_pull: Option<Expr>,
    /// The working folder.
    pub workdir: Option<Expr>,
    /// The program, or a script's interpreter.
    pub command: Option<Vec<Expr>>,
    /// The program's arguments.
    pub args: Option<Vec<Expr>>,
    /// Environment variables, in the order in which they were written.
    pub env: IndexMap<String, EnvValue>,
    /// Objects whose every key becomes an environment variable.
    pub env_from: Option<Vec<EnvFrom>>,
    /// CPU, memory and devices.
    pub resources: Resources,
    /// Volumes by the path where they are mounted.
    pub mounts: IndexMap<String, Mount>,
}

/// The value of an environment variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvValue {
    /// A value, written in its canonical text.
    Value(Expr),
    /// `secret(name, key)`.
    Secret {
        /// The Secret's name.
        name: Expr,
        /// The key in it.
        key: Expr,
    },
    /// `config(name, key)`.
    Config {
        /// The ConfigMap's name.
        name: Expr,
        /// The key in it.
        key: Expr,
    },
    /// `field(path)`: a field of the pod.
    Field {
        /// The field's path, such as `metadata.name`.
        path: String,
    },
}

/// An object whose every key becomes an environment variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvFrom {
    /// `secret(name)`.
    Secret(Expr),
    /// `config(name)`.
    Config(Expr),
}

/// A request with its limit. `cpu = 4` is both, `cpu = 4..8` is one each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Amount {
    /// What the scheduler sets aside.
    pub request: Expr,
    /// What the container may not exceed.
    pub limit: Expr,
}

/// `resources { ... }`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Resources {
    /// Processor cores.
    pub cpu: Option<Amount>,
    /// Bytes of memory.
    pub memory: Option<Amount>,
    /// Bytes on the node's disk.
    pub ephemeral: Option<Amount>,
    /// How many GPUs.
    pub gpu: Option<Expr>,
    /// Which GPU, by its short name: `h100`.
    pub gpu_model: Option<Expr>,
    /// `nvidia` or `amd`.
    pub gpu_vendor: Option<Expr>,
    /// A part of a GPU, by NVIDIA's MIG profile: `1g.10gb`.
    pub gpu_slice: Option<Expr>,
    /// Whether GPUs will do that others use at the same time, in turns: a `bool`.
    pub gpu_shared: Option<Expr>,
    /// How many TPU chips on the host.
    pub tpu: Option<Expr>,
    /// Which TPU, by its short name: `v5e`.
    pub tpu_model: Option<Expr>,
    /// How the chips are connected: `2x4`.
    pub tpu_topology: Option<Expr>,
    /// Other devices by their resource name.
    pub extended: IndexMap<String, Expr>,
}

/// A volume at a path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mount {
    /// Which volume.
    pub volume: VolumeExpr,
    /// Where it was written.
    #[serde(skip)]
    pub span: Span,
}

/// `retry { ... }`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Retry {
    /// Where the block stands.
    #[serde(skip)]
    pub span: Option<Span>,
    /// How many further attempts: a whole number.
    pub limit: Option<Expr>,
    /// How long to wait before the second attempt.
    pub backoff: Option<Expr>,
    /// By what the wait grows each time.
    pub factor: Option<Expr>,
    /// The longest that all attempts together may take.
    pub max: Option<Expr>,
    /// What counts as worth another attempt: `failure`, `error`, `always` or `transient`.
    pub on: Option<Expr>,
    /// A `bool` over the attempt that has ended: where it does not hold, there is no further one.
    pub when: Option<Expr>,
}

/// `cache { ... }`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Cache {
    /// Where the block stands.
    #[serde(skip)]
    pub span: Option<Span>,
    /// How long a result may be used again.
    pub max_age: Option<Expr>,
    /// What tells results apart; by default all inputs.
    pub key: Option<Expr>,
}

/// `semaphore { ... }`: a key of a ConfigMap that holds how many may run.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Semaphore {
    /// Where the block stands.
    #[serde(skip)]
    pub span: Option<Span>,
    /// The ConfigMap's name.
    pub config: Option<Expr>,
    /// The key in it.
    pub key: Option<Expr>,
}

/// `security { ... }`: the pod's and container's security context.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Security {
    /// The user id of the processes.
    pub run_as_user: Option<Expr>,
    /// The group id of the processes.
    pub run_as_group: Option<Expr>,
    /// The group that owns mounted volumes.
    pub fs_group: Option<Expr>,
    /// Whether to refuse images that run as root.
    pub run_as_non_root: Option<Expr>,
    /// Whether the container's own file system is read-only.
    pub read_only_root: Option<Expr>,
    /// Whether a process may gain more rights than its parent.
    pub allow_privilege_escalation: Option<Expr>,
    /// Whether the container has all rights on the node.
    pub privileged: Option<Expr>,
    /// Linux capabilities to add.
    pub add_capabilities: Option<Vec<Expr>>,
    /// Linux capabilities to drop.
    pub drop_capabilities: Option<Vec<Expr>>,
    /// `RuntimeDefault` or `Unconfined`.
    pub seccomp: Option<Expr>,
}

/// A taint that the pod tolerates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Toleration {
    /// The taint's key; every key where absent.
    pub key: Option<Expr>,
    /// `Exists` or `Equal`.
    pub operator: Option<Expr>,
    /// The taint's value, with `Equal`.
    pub value: Option<Expr>,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`; every effect where absent.
    pub effect: Option<Expr>,
    /// How long a `NoExecute` taint is tolerated, in seconds.
    pub seconds: Option<Expr>,
    /// Where it was written.
    #[serde(skip)]
    pub span: Span,
}

/// How one output is kept.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct OutputSettings {
    /// Where the output's settings stand.
    #[serde(skip)]
    pub span: Span,
    /// Where to put an artifact.
    pub to: Option<crate::Location>,
    /// `none`, `tar` or `zip`.
    pub archive: Option<Expr>,
}

/// A record in the target's own field names, kept with the places of its keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Raw {
    /// What it is.
    pub kind: RawKind,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// The forms of a raw value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RawKind {
    /// Named fields.
    Record(Vec<RawField>),
    /// A list.
    List(Vec<Raw>),
    /// A scalar, constant or not.
    Leaf(Expr),
}

/// A field of a raw record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RawField {
    /// The target's own field name.
    pub name: String,
    /// Where the name stands.
    #[serde(skip)]
    pub name_span: Span,
    /// The value.
    pub value: Raw,
}

/// Merges the fields of one block over those of another: what is said over what is not.
macro_rules! over {
    ($base:expr, $over:expr; $($field:ident)*) => {
        $(if let Some(value) = $over.$field.clone() { $base.$field = Some(value); })*
    };
}

impl Attributes {
    /// Lays `over` on these: blocks and maps field by field, other values whole.
    pub fn merge(&mut self, over: &Self) {
        self.main.merge(&over.main);
        over!(self.retry, over.retry; span limit backoff factor max on when);
        over!(self.cache, over.cache; span max_age key);
        over!(self.semaphore, over.semaphore; span config key);
        over!(self.security, over.security; run_as_user run_as_group fs_group run_as_non_root
            read_only_root allow_privilege_escalation privileged add_capabilities drop_capabilities seccomp);
        over!(self, over; timeout mutex daemon tolerations affinity priority_class service_account
            image_pull_secrets queue spot node_pool);
        lay(&mut self.labels, &over.labels);
        lay(&mut self.annotations, &over.annotations);
        lay(&mut self.node_selector, &over.node_selector);
        for (mine, theirs) in [
            (&mut self.init, &over.init),
            (&mut self.sidecar, &over.sidecar),
        ] {
            for (name, container) in theirs {
                mine.entry(name.clone()).or_default().merge(container);
            }
        }
        for (name, settings) in &over.outputs {
            let mine = self.outputs.entry(name.clone()).or_default();
            mine.span = settings.span;
            over!(mine, settings; to archive);
        }
        for (mine, theirs) in [
            (&mut self.container, &over.container),
            (&mut self.pod, &over.pod),
            (&mut self.argo, &over.argo),
            (&mut self.kubernetes, &over.kubernetes),
        ] {
            match (mine.as_mut(), theirs) {
                (Some(mine), Some(theirs)) => mine.merge(theirs),
                (None, Some(theirs)) => *mine = Some(theirs.clone()),
                (_, None) => {}
            }
        }
    }
}

impl Container {
    /// Lays `over` on this container.
    pub fn merge(&mut self, over: &Self) {
        over!(self, over; image image_pull workdir command args env_from);
        lay(&mut self.env, &over.env);
        lay(&mut self.mounts, &over.mounts);
        over!(self.resources, over.resources; cpu memory ephemeral gpu gpu_model gpu_vendor gpu_slice gpu_shared tpu
            tpu_model tpu_topology);
        lay(&mut self.resources.extended, &over.resources.extended);
    }
}

fn lay<T: Clone>(base: &mut IndexMap<String, T>, over: &IndexMap<String, T>) {
    for (name, value) in over {
        base.insert(name.clone(), value.clone());
    }
}

impl Raw {
    /// Lays `over` on this record, field by field; anything else is replaced.
    pub fn merge(&mut self, over: &Self) {
        match (&mut self.kind, &over.kind) {
            (RawKind::Record(mine), RawKind::Record(theirs)) => {
                for field in theirs {
                    match mine.iter_mut().find(|other| other.name == field.name) {
                        Some(other) => other.value.merge(&field.value),
                        None => mine.push(field.clone()),
                    }
                }
            }
            (mine, theirs) => {
                *mine = theirs.clone();
                self.span = over.span;
            }
        }
    }

    /// Calls `visit` with every expression in it.
    pub fn for_each_expr(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        let mut found = Vec::new();
        self.exprs_mut(&mut found, "");
        for (_, expr) in found {
            visit(expr);
        }
    }

    fn exprs_mut<'a>(&'a mut self, out: &mut Vec<(String, &'a mut Expr)>, path: &str) {
        match &mut self.kind {
            RawKind::Leaf(expr) => out.push((path.to_owned(), expr)),
            RawKind::List(items) => {
                for item in items {
                    item.exprs_mut(out, path);
                }
            }
            RawKind::Record(fields) => {
                for field in fields {
                    field.value.exprs_mut(out, &field.name);
                }
            }
        }
    }
}

impl Attributes {
    /// Every expression in these attributes, each with the name of the attribute that holds it.
    pub fn exprs_mut(&mut self) -> Vec<(String, &mut Expr)> {
        let mut out = Vec::new();
        self.main.exprs_mut(&mut out);
        macro_rules! each {
            ($block:expr; $($field:ident)*) => {
                $(if let Some(expr) = $block.$field.as_mut() {
                    out.push((stringify!($field).to_owned(), expr));
                })*
            };
        }
        each!(self.retry; limit backoff factor max on when);
        each!(self.cache; max_age key);
        each!(self.semaphore; config key);
        each!(self.security; run_as_user run_as_group fs_group run_as_non_root read_only_root
            allow_privilege_escalation privileged seccomp);
        each!(self; timeout mutex priority_class service_account queue spot node_pool);
        for map in [
            &mut self.labels,
            &mut self.annotations,
            &mut self.node_selector,
        ] {
            for (name, expr) in map.iter_mut() {
                out.push((name.clone(), expr));
            }
        }
        for (name, list) in [
            ("add_capabilities", &mut self.security.add_capabilities),
            ("drop_capabilities", &mut self.security.drop_capabilities),
            ("image_pull_secrets", &mut self.image_pull_secrets),
        ] {
            for expr in list.iter_mut().flatten() {
                out.push((name.to_owned(), expr));
            }
        }
        for toleration in self.tolerations.iter_mut().flatten() {
            each!(toleration; key operator value effect seconds);
        }
        for container in self.init.values_mut().chain(self.sidecar.values_mut()) {
            container.exprs_mut(&mut out);
        }
        for settings in self.outputs.values_mut() {
            each!(settings; archive);
            if let Some(location) = settings.to.as_mut() {
                for expr in location.exprs_mut() {
                    out.push(("to".to_owned(), expr));
                }
            }
        }
        for raw in [
            &mut self.affinity,
            &mut self.container,
            &mut self.pod,
            &mut self.argo,
            &mut self.kubernetes,
        ]
        .into_iter()
        .flatten()
        {
            raw.exprs_mut(&mut out, "raw");
        }
        out
    }

    /// The step's own container, then its init containers and sidecars.
    pub fn containers_mut(&mut self) -> impl Iterator<Item = &mut Container> {
        std::iter::once(&mut self.main)
            .chain(self.init.values_mut())
            .chain(self.sidecar.values_mut())
    }
}

impl Container {
    fn exprs_mut<'a>(&'a mut self, out: &mut Vec<(String, &'a mut Expr)>) {
        let mut push = |name: &str, expr: &'a mut Expr| out.push((name.to_owned(), expr));
        for (name, expr) in [
            ("image", &mut self.image),
            ("image_pull", &mut self.image_pull),
            ("workdir", &mut self.workdir),
            ("gpu", &mut self.resources.gpu),
            ("gpu_model", &mut self.resources.gpu_model),
            ("gpu_vendor", &mut self.resources.gpu_vendor),
            ("gpu_slice", &mut self.resources.gpu_slice),
            ("gpu_shared", &mut self.resources.gpu_shared),
            ("tpu", &mut self.resources.tpu),
            ("tpu_model", &mut self.resources.tpu_model),
            ("tpu_topology", &mut self.resources.tpu_topology),
        ] {
            if let Some(expr) = expr {
                push(name, expr);
            }
        }
        for (name, list) in [("command", &mut self.command), ("args", &mut self.args)] {
            for expr in list.iter_mut().flatten() {
                push(name, expr);
            }
        }
        for (name, value) in &mut self.env {
            match value {
                EnvValue::Value(expr) => push(name, expr),
                EnvValue::Secret { name: object, key } | EnvValue::Config { name: object, key } => {
                    push(name, object);
                    push(name, key);
                }
                EnvValue::Field { .. } => {}
            }
        }
        for source in self.env_from.iter_mut().flatten() {
            match source {
                EnvFrom::Secret(expr) | EnvFrom::Config(expr) => push("env_from", expr),
            }
        }
        for (name, amount) in [
            ("cpu", &mut self.resources.cpu),
            ("memory", &mut self.resources.memory),
            ("ephemeral", &mut self.resources.ephemeral),
        ] {
            if let Some(amount) = amount {
                push(name, &mut amount.request);
                push(name, &mut amount.limit);
            }
        }
        for (name, expr) in &mut self.resources.extended {
            push(name, expr);
        }
        for mount in self.mounts.values_mut() {
            if let VolumeExpr::Source(source) = &mut mount.volume {
                for expr in source.exprs_mut() {
                    push("volume", expr);
                }
            }
        }
    }
}
