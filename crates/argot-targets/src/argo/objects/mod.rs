//! Argo's own objects, as far as Argot writes them. Kubernetes types come from `k8s-openapi`.
//!
//! The fields and their meaning: <https://argo-workflows.readthedocs.io/en/latest/fields/>.

use std::any::Any;
use std::fmt::Debug;

use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::Manifest;
use crate::argo::Kind;
use crate::manifest::Name;
use crate::pod::raw::lay;

/// Declares a struct that omits fields without a value when it is serialized.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $ty:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$field_doc])* #[serde(skip_serializing_if = "is_default")] pub $field: $ty,)*
        }
    };
}

mod artifact;
mod container;

pub use artifact::{
    Archive, Artifact, AzureArtifact, GcsArtifact, GitArtifact, HttpArtifact, OssArtifact,
    RawArtifact, S3Artifact,
};
pub use container::{MainContainer, ScriptTemplate, UserContainer};

/// The API group and version of every Argo object.
pub const API_VERSION: &str = "argoproj.io/v1alpha1";

/// An object whose serialized fields are overlaid with raw ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged<T> {
    /// The object.
    pub typed: T,
    /// Fields that Argot has no attribute for.
    pub raw: Map<String, Value>,
}

impl<T> From<T> for Merged<T> {
    fn from(typed: T) -> Self {
        Self {
            typed,
            raw: Map::new(),
        }
    }
}

impl<T: Serialize> Serialize for Merged<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.raw.is_empty() {
            return self.typed.serialize(serializer);
        }
        let mut value = serde_json::to_value(&self.typed).map_err(S::Error::custom)?;
        lay(&mut value, &Value::Object(self.raw.clone()));
        value.serialize(serializer)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// An object of the API: kind, metadata and spec.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object<S> {
    /// Always [`API_VERSION`].
    pub api_version: &'static str,
    /// The kind, as Kubernetes writes it.
    pub kind: &'static str,
    /// Name, labels and annotations.
    pub metadata: Metadata,
    /// The spec of this kind of object.
    pub spec: S,
}

impl<S> Object<S> {
    /// Returns an object of one of Argo's kinds.
    pub(crate) fn new(kind: Kind, metadata: Metadata, spec: S) -> Self {
        Self {
            api_version: API_VERSION,
            kind: kind.name(),
            metadata,
            spec,
        }
    }
}

impl<S> From<Object<S>> for Manifest
where
    Object<S>: Any + Debug + Send + Sync + Serialize + PartialEq,
{
    fn from(object: Object<S>) -> Self {
        let metadata = &object.metadata;
        let name = match (&metadata.name, &metadata.generate_name) {
            (None, Some(prefix)) => Name::Prefix(prefix.clone()),
            (name, _) => Name::Whole(name.clone().unwrap_or_default()),
        };
        Self::new(object.kind, name, object)
    }
}

/// Returns the spec of the runs of one of Argo's objects.
pub(crate) fn run_spec(manifest: &Manifest) -> Option<&WorkflowSpec> {
    let run: Option<&Object<Merged<WorkflowSpec>>> = manifest.get();
    let cron: Option<&Object<CronWorkflowSpec>> = manifest.get();
    let spec = run.map(|run| &run.spec);
    let spec = spec.or(cron.map(|cron| &cron.spec.workflow_spec))?;
    Some(&spec.typed)
}

object! {
    /// The metadata of an object, or of pods.
    Metadata {
        /// The name, unless the server makes one.
        name: Option<String>,
        /// The prefix from which the server makes a name.
        generate_name: Option<String>,
        /// The namespace.
        namespace: Option<String>,
        /// Labels.
        labels: IndexMap<String, String>,
        /// Annotations.
        annotations: IndexMap<String, String>,
    }
}

object! {
    /// The spec of a CronWorkflow.
    CronWorkflowSpec {
        /// When to start runs, in cron syntax.
        schedules: Vec<String>,
        /// The time zone of the schedules.
        timezone: Option<String>,
        /// What to do if the previous run has not ended yet.
        concurrency_policy: Option<String>,
        /// Whether the schedule is suspended.
        suspend: Option<bool>,
        /// The number of succeeded runs to keep.
        successful_jobs_history_limit: Option<i64>,
        /// The number of failed runs to keep.
        failed_jobs_history_limit: Option<i64>,
        /// The metadata of the runs.
        workflow_metadata: Metadata,
        /// The spec of the runs.
        workflow_spec: Merged<WorkflowSpec>,
    }
}

object! {
    /// The spec of a run.
    WorkflowSpec {
        /// The template that the run starts with.
        entrypoint: String,
        /// The run's parameters.
        arguments: Ports,
        /// Handlers, by Argo's name of the event.
        hooks: IndexMap<String, LifecycleHook>,
        /// The service account of the pods.
        service_account_name: Option<String>,
        /// The metadata of the runs of a template.
        workflow_metadata: Metadata,
        /// The most pods that may run at the same time.
        parallelism: Option<i64>,
        /// The longest that a run may take, in seconds.
        active_deadline_seconds: Option<i64>,
        /// The run's priority; runs with higher values go first.
        priority: Option<i64>,
        /// How long to keep the run after it has ended.
        ttl_strategy: Option<TtlStrategy>,
        /// When pods are deleted.
        #[serde(rename = "podGC")]
        pod_gc: Option<Strategy>,
        /// When artifacts are deleted.
        #[serde(rename = "artifactGC")]
        artifact_gc: Option<Strategy>,
        /// Whether logs are stored as artifacts.
        archive_logs: Option<bool>,
        /// Locks that the run holds.
        synchronization: Option<Synchronization>,
        /// Volume claims that are created for the run.
        volume_claim_templates: Vec<ClaimTemplate>,
        /// When these claims are deleted.
        #[serde(rename = "volumeClaimGC")]
        volume_claim_gc: Option<Strategy>,
        /// The templates of the run.
        templates: Vec<Merged<Template>>,
    }
}

object! {
    /// A volume claim that is created for a run.
    ClaimTemplate {
        /// The name of the claim.
        metadata: Metadata,
        /// The spec of the claim.
        spec: core::PersistentVolumeClaimSpec,
    }
}

object! {
    /// How long to keep a run after it has ended, in seconds.
    TtlStrategy {
        /// After any end.
        seconds_after_completion: Option<i64>,
        /// After success.
        seconds_after_success: Option<i64>,
        /// After failure.
        seconds_after_failure: Option<i64>,
    }
}

object! {
    /// A single word that determines when something is deleted.
    Strategy {
        /// Argo's word, such as `OnPodSuccess`.
        strategy: String,
    }
}

object! {
    /// A template: a node of a run's graph.
    Template {
        /// The name.
        name: String,
        /// Labels and annotations of the pods.
        metadata: Metadata,
        /// Its inputs.
        inputs: Ports,
        /// Its outputs.
        outputs: Ports,
        /// Whether it counts as done once it is ready.
        daemon: Option<bool>,
        /// The longest that an attempt may take, in seconds.
        active_deadline_seconds: Option<IntOrString>,
        /// When to retry.
        retry_strategy: Option<RetryStrategy>,
        /// Whether to reuse earlier results.
        memoize: Option<Memoize>,
        /// Locks that it holds.
        synchronization: Option<Synchronization>,
        /// The most of its tasks that may run at the same time.
        parallelism: Option<i64>,
        /// The pod's service account.
        service_account_name: Option<String>,
        /// The pod's priority class.
        priority_class_name: Option<String>,
        /// Labels that the node must have.
        node_selector: IndexMap<String, String>,
        /// Where the pod must or should run.
        affinity: Option<core::Affinity>,
        /// Taints that the pod tolerates.
        tolerations: Vec<core::Toleration>,
        /// The pod's device claims.
        resource_claims: Vec<core::PodResourceClaim>,
        /// The user and privileges of the pod's processes.
        security_context: Option<core::PodSecurityContext>,
        /// JSON that is merged into the pod's spec.
        pod_spec_patch: Option<String>,
        /// Volumes of the pod.
        volumes: Vec<core::Volume>,
        /// Containers that run before the main one.
        init_containers: Vec<UserContainer>,
        /// Containers that run alongside the main one.
        sidecars: Vec<UserContainer>,
        /// A graph of tasks.
        dag: Option<DagTemplate>,
        /// One container.
        container: Option<MainContainer>,
        /// One container that runs a script.
        script: Option<ScriptTemplate>,
    }
}

object! {
    /// Tasks that run as soon as the tasks they depend on have ended.
    DagTemplate {
        /// The tasks whose results count, separated by spaces; by default those that no other task waits for.
        target: Option<String>,
        /// Whether no further tasks start after one has failed; true by default.
        fail_fast: Option<bool>,
        /// The tasks.
        tasks: Vec<DagTask>,
    }
}

object! {
    /// A call of a template.
    DagTask {
        /// The name, which is unique in the graph.
        name: String,
        /// The template, if it is in the same object.
        template: Option<String>,
        /// The template, if it is in another object.
        template_ref: Option<TemplateRef>,
        /// The tasks that must have ended before, as an expression.
        depends: Option<String>,
        /// The condition: the task is skipped if this text is not `true`.
        when: Option<String>,
        /// A JSON list; the task runs once for each element.
        with_param: Option<String>,
        /// Whole numbers; the task runs once for each of them.
        with_sequence: Option<Sequence>,
        /// The arguments of the template.
        arguments: Ports,
        /// Handlers, by Argo's name of the event.
        hooks: IndexMap<String, LifecycleHook>,
    }
}

object! {
    /// Consecutive whole numbers.
    Sequence {
        /// The first number; 0 by default.
        start: Option<IntOrString>,
        /// How many numbers there are.
        count: Option<IntOrString>,
    }
}

object! {
    /// A handler of an event.
    LifecycleHook {
        /// The template, if it is in the same object.
        template: Option<String>,
        /// The template, if it is in another object.
        template_ref: Option<TemplateRef>,
        /// The arguments of the template.
        arguments: Ports,
    }
}

object! {
    /// A template of another object.
    TemplateRef {
        /// The object's name.
        name: String,
        /// The name of the template.
        template: String,
        /// Whether the object is a ClusterWorkflowTemplate.
        cluster_scope: Option<bool>,
    }
}

object! {
    /// Inputs, outputs or arguments.
    Ports {
        /// Texts.
        parameters: Vec<Parameter>,
        /// Files and folders.
        artifacts: Vec<Artifact>,
    }
}

object! {
    /// A text.
    Parameter {
        /// The name that expressions use.
        name: String,
        /// A description for users.
        description: Option<String>,
        /// The text; for an input, its default.
        value: Option<String>,
        /// The source of an output.
        value_from: Option<ValueFrom>,
        /// The allowed values.
        #[serde(rename = "enum")]
        members: Vec<String>,
    }
}

object! {
    /// The source of an output parameter.
    ValueFrom {
        /// A file of the container.
        path: Option<String>,
        /// An output of a task, as a tag.
        parameter: Option<String>,
        /// An expression over outputs of tasks.
        expression: Option<String>,
    }
}

object! {
    /// When to retry.
    RetryStrategy {
        /// The number of further attempts.
        limit: Option<IntOrString>,
        /// The kinds of failure to retry after.
        retry_policy: Option<String>,
        /// An expression; there is no further attempt if it is false.
        expression: Option<String>,
        /// How long to wait.
        backoff: Option<Backoff>,
    }
}

object! {
    /// How long to wait between attempts.
    Backoff {
        /// The wait before the second attempt.
        duration: Option<String>,
        /// The factor by which the wait grows.
        factor: Option<IntOrString>,
        /// The longest that all attempts together may take.
        max_duration: Option<String>,
    }
}

/// Whether to reuse earlier results.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Memoize {
    /// The key that identifies a result.
    pub key: String,
    /// How long a result may be reused; without limit if empty. Argo's schema requires the field.
    pub max_age: String,
    /// Where results are stored.
    pub cache: Cache,
}

object! {
    /// Where results are stored.
    Cache {
        /// A ConfigMap, which Argo creates.
        config_map: CacheConfigMap,
    }
}

object! {
    /// The ConfigMap of a cache.
    CacheConfigMap {
        /// Its name.
        name: String,
        /// Nothing reads it, but the definitions before 4.0 require it.
        key: Option<String>,
    }
}

object! {
    /// Locks.
    Synchronization {
        /// Locks with one holder at a time.
        mutexes: Vec<Mutex>,
        /// Locks with several holders at a time.
        semaphores: Vec<Semaphore>,
    }
}

object! {
    /// A lock with one holder at a time.
    Mutex {
        /// The name of the lock.
        name: String,
    }
}

object! {
    /// A lock with several holders at a time.
    Semaphore {
        /// The ConfigMap key that holds the limit.
        config_map_key_ref: core::ConfigMapKeySelector,
    }
}
