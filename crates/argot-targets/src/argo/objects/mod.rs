//! Argo's own objects, as far as Argot writes them. What is Kubernetes comes from `k8s-openapi`.
//!
//! The fields and their meaning: <https://argo-workflows.readthedocs.io/en/latest/fields/>.

use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::pod::raw::lay;

/// Declares a struct of which fields without a value are not written.
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
    /// Fields that Argot has no word for.
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
    /// The kind.
    pub kind: &'static str,
    /// Name, labels, annotations.
    pub metadata: Metadata,
    /// What the object says.
    pub spec: S,
}

object! {
    /// The metadata of an object, or of pods.
    Metadata {
        /// The name.
        name: Option<String>,
        /// What the server makes a name from.
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
        /// When it starts a run.
        schedules: Vec<String>,
        /// In which time zone.
        timezone: Option<String>,
        /// What happens when the run before has not ended.
        concurrency_policy: Option<String>,
        /// Whether it starts nothing for now.
        suspend: Option<bool>,
        /// How many succeeded runs are kept.
        successful_jobs_history_limit: Option<i64>,
        /// How many failed runs are kept.
        failed_jobs_history_limit: Option<i64>,
        /// The metadata of the runs.
        workflow_metadata: Metadata,
        /// What runs.
        workflow_spec: Merged<WorkflowSpec>,
    }
}

object! {
    /// What runs.
    WorkflowSpec {
        /// The template that the run starts with.
        entrypoint: String,
        /// The run's parameters.
        arguments: Ports,
        /// What runs at certain times, by Argo's name of the time.
        hooks: IndexMap<String, LifecycleHook>,
        /// The service account of the pods.
        service_account_name: Option<String>,
        /// The metadata of the runs of a template.
        workflow_metadata: Metadata,
        /// How many pods may run at the same time.
        parallelism: Option<i64>,
        /// The longest that a run may take, in seconds.
        active_deadline_seconds: Option<i64>,
        /// The higher runs first.
        priority: Option<i64>,
        /// How long the ended run is kept.
        ttl_strategy: Option<TtlStrategy>,
        /// When pods are deleted.
        #[serde(rename = "podGC")]
        pod_gc: Option<Strategy>,
        /// When artifacts are deleted.
        #[serde(rename = "artifactGC")]
        artifact_gc: Option<Strategy>,
        /// Whether logs are kept as artifacts.
        archive_logs: Option<bool>,
        /// Locks that the run holds.
        synchronization: Option<Synchronization>,
        /// Claims that are made for the run.
        volume_claim_templates: Vec<ClaimTemplate>,
        /// When they are deleted.
        #[serde(rename = "volumeClaimGC")]
        volume_claim_gc: Option<Strategy>,
        /// What can run.
        templates: Vec<Merged<Template>>,
    }
}

object! {
    /// A claim that is made for a run.
    ClaimTemplate {
        /// The name.
        metadata: Metadata,
        /// What is claimed.
        spec: core::PersistentVolumeClaimSpec,
    }
}

object! {
    /// How long an ended run is kept.
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
    /// One word that says when something is deleted.
    Strategy {
        /// The word.
        strategy: String,
    }
}

object! {
    /// A node of the graph of a run.
    Template {
        /// The name.
        name: String,
        /// What the pods carry.
        metadata: Metadata,
        /// What it is given.
        inputs: Ports,
        /// What it gives.
        outputs: Ports,
        /// Whether it counts as done once it is ready.
        daemon: Option<bool>,
        /// The longest that an attempt may take, in seconds.
        active_deadline_seconds: Option<IntOrString>,
        /// When to try again.
        retry_strategy: Option<RetryStrategy>,
        /// Whether earlier results are used again.
        memoize: Option<Memoize>,
        /// Locks that it holds.
        synchronization: Option<Synchronization>,
        /// How many of its tasks may run at the same time.
        parallelism: Option<i64>,
        /// The pod's service account.
        service_account_name: Option<String>,
        /// The pod's priority class.
        priority_class_name: Option<String>,
        /// Labels that the node must have.
        node_selector: IndexMap<String, String>,
        /// Where the pod may and should run.
        affinity: Option<core::Affinity>,
        /// Taints that the pod tolerates.
        tolerations: Vec<core::Toleration>,
        /// Claims of devices that the pod has.
        resource_claims: Vec<core::PodResourceClaim>,
        /// Who the pod's processes run as.
        security_context: Option<core::PodSecurityContext>,
        /// JSON that is merged into the pod's spec.
        pod_spec_patch: Option<String>,
        /// Volumes of the pod.
        volumes: Vec<core::Volume>,
        /// Containers that run before.
        init_containers: Vec<UserContainer>,
        /// Containers that run beside.
        sidecars: Vec<UserContainer>,
        /// Tasks.
        dag: Option<DagTemplate>,
        /// One container.
        container: Option<MainContainer>,
        /// One container that runs a script.
        script: Option<ScriptTemplate>,
    }
}

object! {
    /// Tasks that run as soon as those that they depend on have ended.
    DagTemplate {
        /// The tasks whose ends decide, with a space between them; those that no other one waits for by
        /// default.
        target: Option<String>,
        /// Whether no further task starts once one has failed; yes by default.
        fail_fast: Option<bool>,
        /// The tasks.
        tasks: Vec<DagTask>,
    }
}

object! {
    /// A call of a template.
    DagTask {
        /// The name.
        name: String,
        /// The template, where it is in the same object.
        template: Option<String>,
        /// The template, where it is in another.
        template_ref: Option<TemplateRef>,
        /// The tasks that must have ended before.
        depends: Option<String>,
        /// Where it is skipped: a text that is not `true`.
        when: Option<String>,
        /// It runs once for each element of this JSON list.
        with_param: Option<String>,
        /// It runs once for each of some whole numbers.
        with_sequence: Option<Sequence>,
        /// What the template is given.
        arguments: Ports,
        /// What runs at certain times, by Argo's name of the time.
        hooks: IndexMap<String, LifecycleHook>,
    }
}

object! {
    /// Whole numbers, one after the other.
    Sequence {
        /// The first; 0 by default.
        start: Option<IntOrString>,
        /// How many.
        count: Option<IntOrString>,
    }
}

object! {
    /// What runs at a certain time.
    LifecycleHook {
        /// The template, where it is in the same object.
        template: Option<String>,
        /// The template, where it is in another.
        template_ref: Option<TemplateRef>,
        /// What it is given.
        arguments: Ports,
    }
}

object! {
    /// A template of another object.
    TemplateRef {
        /// The object's name.
        name: String,
        /// The template.
        template: String,
        /// Whether it is a ClusterWorkflowTemplate.
        cluster_scope: Option<bool>,
    }
}

object! {
    /// What is given, taken or passed on.
    Ports {
        /// Texts.
        parameters: Vec<Parameter>,
        /// Files.
        artifacts: Vec<Artifact>,
    }
}

object! {
    /// A text.
    Parameter {
        /// The name.
        name: String,
        /// What it is for.
        description: Option<String>,
        /// The text; for an input, what it is by default.
        value: Option<String>,
        /// Where an output comes from.
        value_from: Option<ValueFrom>,
        /// The values that it may have.
        #[serde(rename = "enum")]
        members: Vec<String>,
    }
}

object! {
    /// Where an output parameter comes from.
    ValueFrom {
        /// A file of the container.
        path: Option<String>,
        /// An output of a task.
        parameter: Option<String>,
        /// An expression over outputs of tasks.
        expression: Option<String>,
    }
}

object! {
    /// When to try again.
    RetryStrategy {
        /// How many further attempts.
        limit: Option<IntOrString>,
        /// What counts as worth another attempt.
        retry_policy: Option<String>,
        /// An expression: where it does not hold, there is no further attempt.
        expression: Option<String>,
        /// How long to wait.
        backoff: Option<Backoff>,
    }
}

object! {
    /// How long to wait between attempts.
    Backoff {
        /// Before the second attempt.
        duration: Option<String>,
        /// By what the wait grows.
        factor: Option<IntOrString>,
        /// The longest that all attempts together may take.
        max_duration: Option<String>,
    }
}

/// Whether earlier results are used again.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Memoize {
    /// What tells results apart.
    pub key: String,
    /// How long a result may be used again; for ever where empty. Argo's schema requires the field.
    pub max_age: String,
    /// Where results are remembered.
    pub cache: Cache,
}

object! {
    /// Where results are remembered.
    Cache {
        /// A ConfigMap, which Argo makes.
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
        /// Locks that one may hold at a time.
        mutexes: Vec<Mutex>,
        /// Locks that several may hold at a time.
        semaphores: Vec<Semaphore>,
    }
}

object! {
    /// A lock that one may hold at a time.
    Mutex {
        /// The name.
        name: String,
    }
}

object! {
    /// A lock that several may hold at a time.
    Semaphore {
        /// The key that says how many.
        config_map_key_ref: core::ConfigMapKeySelector,
    }
}
