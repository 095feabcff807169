//! The fields of Argo's own objects, as one table of names and kinds, for raw fields.
//!
//! They are those of Argo 4.1, from <https://argo-workflows.readthedocs.io/en/latest/fields/>. The fields of
//! Kubernetes' types come from `k8s-openapi`.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::policy::v1 as policy;
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;

use crate::pod::raw::{Check, kubernetes as k8s};

/// The kind of value that a field accepts.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// A bool.
    Bool,
    /// A whole number.
    Int,
    /// A whole number, or a text that becomes one.
    IntOrText,
    /// A list.
    List(&'static Kind),
    /// A map with keys that the user chooses.
    Map(&'static Kind),
    /// An object of Argo.
    Object(&'static Schema),
    /// An object of Kubernetes.
    Kubernetes(Check),
    /// Anything.
    Any,
}

/// The fields of an Argo object.
pub(crate) struct Schema {
    /// Its name in Argo's documentation.
    pub(crate) name: &'static str,
    /// A Kubernetes object whose fields it also has.
    pub(crate) with: Option<Check>,
    /// Its fields.
    pub(crate) fields: &'static [(&'static str, Kind)],
}

/// The schema of raw fields of a template.
pub(crate) static TEMPLATE_SCHEMA: &Schema = &TEMPLATE;
/// The schema of raw fields of a run's spec.
pub(crate) static WORKFLOW_SPEC_SCHEMA: &Schema = &WORKFLOW_SPEC;

use Kind::{Any, Bool, Int, IntOrText, Kubernetes, List, Map, Object, Text};

#[rustfmt::skip]
static WORKFLOW_SPEC: Schema = Schema { name: "WorkflowSpec", with: None, fields: &[
    ("templates", List(&Object(&TEMPLATE))), ("entrypoint", Text), ("arguments", Object(&ARGUMENTS)),
    ("serviceAccountName", Text), ("automountServiceAccountToken", Bool),
    ("executor", Object(&EXECUTOR_CONFIG)), ("volumes", List(&Kubernetes(k8s::<core::Volume>))),
    ("volumeClaimTemplates", List(&Kubernetes(k8s::<core::PersistentVolumeClaim>))), ("parallelism", Int),
    ("artifactRepositoryRef", Object(&ARTIFACT_REPOSITORY_REF)), ("suspend", Bool),
    ("nodeSelector", Map(&Text)), ("affinity", Kubernetes(k8s::<core::Affinity>)),
    ("tolerations", List(&Kubernetes(k8s::<core::Toleration>))),
    ("imagePullSecrets", List(&Kubernetes(k8s::<core::LocalObjectReference>))), ("hostNetwork", Bool),
    ("dnsPolicy", Text), ("dnsConfig", Kubernetes(k8s::<core::PodDNSConfig>)), ("onExit", Text),
    ("ttlStrategy", Object(&TTL_STRATEGY)), ("activeDeadlineSeconds", Int), ("priority", Int),
    ("schedulerName", Text), ("podGC", Object(&POD_GC)), ("podPriorityClassName", Text),
    ("hostAliases", List(&Kubernetes(k8s::<core::HostAlias>))),
    ("securityContext", Kubernetes(k8s::<core::PodSecurityContext>)), ("podSpecPatch", Text),
    ("podDisruptionBudget", Kubernetes(k8s::<policy::PodDisruptionBudgetSpec>)),
    ("metrics", Object(&METRICS)), ("shutdown", Text),
    ("workflowTemplateRef", Object(&WORKFLOW_TEMPLATE_REF)), ("synchronization", Object(&SYNCHRONIZATION)),
    ("volumeClaimGC", Object(&VOLUME_CLAIM_GC)), ("retryStrategy", Object(&RETRY_STRATEGY)),
    ("podMetadata", Object(&METADATA)), ("templateDefaults", Object(&TEMPLATE)), ("archiveLogs", Bool),
    ("hooks", Map(&Object(&LIFECYCLE_HOOK))), ("workflowMetadata", Object(&WORKFLOW_METADATA)),
    ("artifactGC", Object(&WORKFLOW_LEVEL_ARTIFACT_GC)),
    ("executorPlugins", List(&Object(&EXECUTOR_PLUGIN))),
    ("podResources", Kubernetes(k8s::<core::ResourceRequirements>)),
    ("resourceClaims", List(&Kubernetes(k8s::<core::PodResourceClaim>))),
]};
#[rustfmt::skip]
static TEMPLATE: Schema = Schema { name: "Template", with: None, fields: &[
    ("name", Text), ("inputs", Object(&INPUTS)), ("outputs", Object(&OUTPUTS)),
    ("nodeSelector", Map(&Text)), ("affinity", Kubernetes(k8s::<core::Affinity>)),
    ("metadata", Object(&METADATA)), ("daemon", Bool), ("steps", List(&List(&Object(&WORKFLOW_STEP)))),
    ("container", Kubernetes(k8s::<core::Container>)), ("containerSet", Object(&CONTAINER_SET_TEMPLATE)),
    ("script", Object(&SCRIPT_TEMPLATE)), ("resource", Object(&RESOURCE_TEMPLATE)),
    ("dag", Object(&DAG_TEMPLATE)), ("suspend", Object(&SUSPEND_TEMPLATE)), ("data", Object(&DATA)),
    ("http", Object(&HTTP)), ("plugin", Any), ("volumes", List(&Kubernetes(k8s::<core::Volume>))),
    ("initContainers", List(&Object(&USER_CONTAINER))), ("sidecars", List(&Object(&USER_CONTAINER))),
    ("archiveLocation", Object(&ARTIFACT_LOCATION)), ("activeDeadlineSeconds", IntOrText),
    ("retryStrategy", Object(&RETRY_STRATEGY)), ("parallelism", Int), ("failFast", Bool),
    ("tolerations", List(&Kubernetes(k8s::<core::Toleration>))), ("schedulerName", Text),
    ("priorityClassName", Text), ("serviceAccountName", Text), ("automountServiceAccountToken", Bool),
    ("executor", Object(&EXECUTOR_CONFIG)), ("hostAliases", List(&Kubernetes(k8s::<core::HostAlias>))),
    ("securityContext", Kubernetes(k8s::<core::PodSecurityContext>)), ("podSpecPatch", Text),
    ("metrics", Object(&METRICS)), ("synchronization", Object(&SYNCHRONIZATION)),
    ("memoize", Object(&MEMOIZE)), ("timeout", Text), ("annotations", Map(&Text)), ("pendingTimeout", Text),
    ("podResources", Kubernetes(k8s::<core::ResourceRequirements>)),
    ("resourceClaims", List(&Kubernetes(k8s::<core::PodResourceClaim>))),
]};
#[rustfmt::skip]
static ARGUMENTS: Schema = Schema { name: "Arguments", with: None, fields: &[
    ("parameters", List(&Object(&PARAMETER))), ("artifacts", List(&Object(&ARTIFACT))),
]};
#[rustfmt::skip]
static EXECUTOR_CONFIG: Schema = Schema { name: "ExecutorConfig", with: None, fields: &[
    ("serviceAccountName", Text),
]};
#[rustfmt::skip]
static ARTIFACT_REPOSITORY_REF: Schema = Schema { name: "ArtifactRepositoryRef", with: None, fields: &[
    ("configMap", Text), ("key", Text),
]};
#[rustfmt::skip]
static TTL_STRATEGY: Schema = Schema { name: "TTLStrategy", with: None, fields: &[
    ("secondsAfterCompletion", Int), ("secondsAfterSuccess", Int), ("secondsAfterFailure", Int),
]};
#[rustfmt::skip]
static POD_GC: Schema = Schema { name: "PodGC", with: None, fields: &[
    ("strategy", Text), ("labelSelector", Kubernetes(k8s::<meta::LabelSelector>)),
    ("deleteDelayDuration", Text),
]};
#[rustfmt::skip]
static METRICS: Schema = Schema { name: "Metrics", with: None, fields: &[
    ("prometheus", List(&Object(&PROMETHEUS))),
]};
#[rustfmt::skip]
static WORKFLOW_TEMPLATE_REF: Schema = Schema { name: "WorkflowTemplateRef", with: None, fields: &[
    ("name", Text), ("clusterScope", Bool),
]};
#[rustfmt::skip]
static SYNCHRONIZATION: Schema = Schema { name: "Synchronization", with: None, fields: &[
    ("semaphores", List(&Object(&SEMAPHORE_REF))), ("mutexes", List(&Object(&MUTEX))),
]};
#[rustfmt::skip]
static VOLUME_CLAIM_GC: Schema = Schema { name: "VolumeClaimGC", with: None, fields: &[
    ("strategy", Text),
]};
#[rustfmt::skip]
static RETRY_STRATEGY: Schema = Schema { name: "RetryStrategy", with: None, fields: &[
    ("limit", IntOrText), ("retryPolicy", Text), ("backoff", Object(&BACKOFF)),
    ("affinity", Object(&RETRY_AFFINITY)), ("expression", Text),
]};
#[rustfmt::skip]
static METADATA: Schema = Schema { name: "Metadata", with: None, fields: &[
    ("annotations", Map(&Text)), ("labels", Map(&Text)),
]};
#[rustfmt::skip]
static LIFECYCLE_HOOK: Schema = Schema { name: "LifecycleHook", with: None, fields: &[
    ("template", Text), ("arguments", Object(&ARGUMENTS)), ("templateRef", Object(&TEMPLATE_REF)),
    ("expression", Text),
]};
#[rustfmt::skip]
static WORKFLOW_METADATA: Schema = Schema { name: "WorkflowMetadata", with: None, fields: &[
    ("labels", Map(&Text)), ("annotations", Map(&Text)), ("labelsFrom", Map(&Object(&LABEL_VALUE_FROM))),
]};
#[rustfmt::skip]
static WORKFLOW_LEVEL_ARTIFACT_GC: Schema = Schema { name: "WorkflowLevelArtifactGC", with: None, fields: &[
    ("strategy", Text), ("podMetadata", Object(&METADATA)), ("serviceAccountName", Text),
    ("forceFinalizerRemoval", Bool), ("podSpecPatch", Text),
]};
#[rustfmt::skip]
static EXECUTOR_PLUGIN: Schema = Schema { name: "ExecutorPlugin", with: None, fields: &[
    ("metadata", Kubernetes(k8s::<meta::ObjectMeta>)), ("spec", Object(&EXECUTOR_PLUGIN_SPEC)),
]};
#[rustfmt::skip]
static INPUTS: Schema = Schema { name: "Inputs", with: None, fields: &[
    ("parameters", List(&Object(&PARAMETER))), ("artifacts", List(&Object(&ARTIFACT))),
]};
#[rustfmt::skip]
static OUTPUTS: Schema = Schema { name: "Outputs", with: None, fields: &[
    ("parameters", List(&Object(&PARAMETER))), ("artifacts", List(&Object(&ARTIFACT))), ("result", Text),
    ("exitCode", Text),
]};
#[rustfmt::skip]
static WORKFLOW_STEP: Schema = Schema { name: "WorkflowStep", with: None, fields: &[
    ("name", Text), ("template", Text), ("inline", Object(&TEMPLATE)), ("arguments", Object(&ARGUMENTS)),
    ("templateRef", Object(&TEMPLATE_REF)), ("withItems", List(&Any)), ("withParam", Text),
    ("withSequence", Object(&SEQUENCE)), ("when", Text), ("continueOn", Object(&CONTINUE_ON)),
    ("onExit", Text), ("hooks", Map(&Object(&LIFECYCLE_HOOK))),
]};
#[rustfmt::skip]
static CONTAINER_SET_TEMPLATE: Schema = Schema { name: "ContainerSetTemplate", with: None, fields: &[
    ("containers", List(&Object(&CONTAINER_NODE))),
    ("volumeMounts", List(&Kubernetes(k8s::<core::VolumeMount>))),
    ("retryStrategy", Object(&CONTAINER_SET_RETRY_STRATEGY)),
]};
#[rustfmt::skip]
static SCRIPT_TEMPLATE: Schema = Schema { name: "ScriptTemplate", with: Some(k8s::<core::Container>), fields: &[
    ("source", Text),
]};
#[rustfmt::skip]
static RESOURCE_TEMPLATE: Schema = Schema { name: "ResourceTemplate", with: None, fields: &[
    ("action", Text), ("mergeStrategy", Text), ("manifest", Text), ("manifestFrom", Object(&MANIFEST_FROM)),
    ("setOwnerReference", Bool), ("successCondition", Text), ("failureCondition", Text),
    ("flags", List(&Text)),
]};
#[rustfmt::skip]
static DAG_TEMPLATE: Schema = Schema { name: "DAGTemplate", with: None, fields: &[
    ("target", Text), ("tasks", List(&Object(&DAG_TASK))), ("failFast", Bool),
]};
#[rustfmt::skip]
static SUSPEND_TEMPLATE: Schema = Schema { name: "SuspendTemplate", with: None, fields: &[
    ("duration", Text),
]};
#[rustfmt::skip]
static DATA: Schema = Schema { name: "Data", with: None, fields: &[
    ("source", Object(&DATA_SOURCE)), ("transformation", List(&Object(&TRANSFORMATION_STEP))),
]};
#[rustfmt::skip]
static HTTP: Schema = Schema { name: "HTTP", with: None, fields: &[
    ("method", Text), ("url", Text), ("headers", List(&Object(&HTTP_HEADER))), ("timeoutSeconds", Int),
    ("successCondition", Text), ("body", Text), ("bodyFrom", Object(&HTTP_BODY_SOURCE)),
    ("insecureSkipVerify", Bool),
]};
#[rustfmt::skip]
static USER_CONTAINER: Schema = Schema { name: "UserContainer", with: Some(k8s::<core::Container>), fields: &[
    ("mirrorVolumeMounts", Bool),
]};
#[rustfmt::skip]
static ARTIFACT_LOCATION: Schema = Schema { name: "ArtifactLocation", with: None, fields: &[
    ("archiveLogs", Bool), ("s3", Object(&S3_ARTIFACT)), ("git", Object(&GIT_ARTIFACT)),
    ("http", Object(&HTTP_ARTIFACT)), ("artifactory", Object(&ARTIFACTORY_ARTIFACT)),
    ("hdfs", Object(&HDFS_ARTIFACT)), ("raw", Object(&RAW_ARTIFACT)), ("oss", Object(&OSS_ARTIFACT)),
    ("gcs", Object(&GCS_ARTIFACT)), ("azure", Object(&AZURE_ARTIFACT)),
    ("plugin", Object(&PLUGIN_ARTIFACT)),
]};
#[rustfmt::skip]
static MEMOIZE: Schema = Schema { name: "Memoize", with: None, fields: &[
    ("key", Text), ("cache", Object(&CACHE)), ("maxAge", Text),
]};
#[rustfmt::skip]
static PARAMETER: Schema = Schema { name: "Parameter", with: None, fields: &[
    ("name", Text), ("default", Text), ("value", Text), ("valueFrom", Object(&VALUE_FROM)),
    ("globalName", Text), ("enum", List(&Text)), ("description", Text),
]};
#[rustfmt::skip]
static ARTIFACT: Schema = Schema { name: "Artifact", with: None, fields: &[
    ("name", Text), ("path", Text), ("mode", Int), ("from", Text), ("archiveLogs", Bool),
    ("s3", Object(&S3_ARTIFACT)), ("git", Object(&GIT_ARTIFACT)), ("http", Object(&HTTP_ARTIFACT)),
    ("artifactory", Object(&ARTIFACTORY_ARTIFACT)), ("hdfs", Object(&HDFS_ARTIFACT)),
    ("raw", Object(&RAW_ARTIFACT)), ("oss", Object(&OSS_ARTIFACT)), ("gcs", Object(&GCS_ARTIFACT)),
    ("azure", Object(&AZURE_ARTIFACT)), ("plugin", Object(&PLUGIN_ARTIFACT)), ("globalName", Text),
    ("archive", Object(&ARCHIVE_STRATEGY)), ("optional", Bool), ("subPath", Text), ("recurseMode", Bool),
    ("fromExpression", Text), ("artifactGC", Object(&ARTIFACT_GC)), ("deleted", Bool),
]};
#[rustfmt::skip]
static PROMETHEUS: Schema = Schema { name: "Prometheus", with: None, fields: &[
    ("name", Text), ("labels", List(&Object(&METRIC_LABEL))), ("help", Text), ("when", Text),
    ("gauge", Object(&GAUGE)), ("histogram", Object(&HISTOGRAM)), ("counter", Object(&COUNTER)),
]};
#[rustfmt::skip]
static SEMAPHORE_REF: Schema = Schema { name: "SemaphoreRef", with: None, fields: &[
    ("configMapKeyRef", Kubernetes(k8s::<core::ConfigMapKeySelector>)), ("namespace", Text),
    ("database", Object(&SYNC_DATABASE_REF)),
]};
#[rustfmt::skip]
static MUTEX: Schema = Schema { name: "Mutex", with: None, fields: &[
    ("name", Text), ("namespace", Text), ("database", Bool),
]};
#[rustfmt::skip]
static BACKOFF: Schema = Schema { name: "Backoff", with: None, fields: &[
    ("duration", Text), ("factor", IntOrText), ("maxDuration", Text), ("cap", Text),
]};
#[rustfmt::skip]
static RETRY_AFFINITY: Schema = Schema { name: "RetryAffinity", with: None, fields: &[
    ("nodeAntiAffinity", Object(&RETRY_NODE_ANTI_AFFINITY)),
]};
#[rustfmt::skip]
static TEMPLATE_REF: Schema = Schema { name: "TemplateRef", with: None, fields: &[
    ("name", Text), ("template", Text), ("clusterScope", Bool),
]};
#[rustfmt::skip]
static LABEL_VALUE_FROM: Schema = Schema { name: "LabelValueFrom", with: None, fields: &[
    ("expression", Text),
]};
#[rustfmt::skip]
static EXECUTOR_PLUGIN_SPEC: Schema = Schema { name: "ExecutorPluginSpec", with: None, fields: &[
    ("sidecar", Object(&EXECUTOR_PLUGIN_SIDECAR)),
]};
#[rustfmt::skip]
static SEQUENCE: Schema = Schema { name: "Sequence", with: None, fields: &[
    ("count", IntOrText), ("start", IntOrText), ("end", IntOrText), ("format", Text),
]};
#[rustfmt::skip]
static CONTINUE_ON: Schema = Schema { name: "ContinueOn", with: None, fields: &[
    ("error", Bool), ("failed", Bool),
]};
#[rustfmt::skip]
static CONTAINER_NODE: Schema = Schema { name: "ContainerNode", with: Some(k8s::<core::Container>), fields: &[
    ("dependencies", List(&Text)),
]};
#[rustfmt::skip]
static CONTAINER_SET_RETRY_STRATEGY: Schema = Schema { name: "ContainerSetRetryStrategy", with: None, fields: &[
    ("duration", Text), ("retries", IntOrText),
]};
#[rustfmt::skip]
static MANIFEST_FROM: Schema = Schema { name: "ManifestFrom", with: None, fields: &[
    ("artifact", Object(&ARTIFACT)),
]};
#[rustfmt::skip]
static DAG_TASK: Schema = Schema { name: "DAGTask", with: None, fields: &[
    ("name", Text), ("template", Text), ("inline", Object(&TEMPLATE)), ("arguments", Object(&ARGUMENTS)),
    ("templateRef", Object(&TEMPLATE_REF)), ("dependencies", List(&Text)), ("withItems", List(&Any)),
    ("withParam", Text), ("withSequence", Object(&SEQUENCE)), ("when", Text),
    ("continueOn", Object(&CONTINUE_ON)), ("onExit", Text), ("depends", Text),
    ("hooks", Map(&Object(&LIFECYCLE_HOOK))),
]};
#[rustfmt::skip]
static DATA_SOURCE: Schema = Schema { name: "DataSource", with: None, fields: &[
    ("artifactPaths", Object(&ARTIFACT_PATHS)),
]};
#[rustfmt::skip]
static TRANSFORMATION_STEP: Schema = Schema { name: "TransformationStep", with: None, fields: &[
    ("expression", Text),
]};
#[rustfmt::skip]
static HTTP_HEADER: Schema = Schema { name: "HTTPHeader", with: None, fields: &[
    ("name", Text), ("value", Text), ("valueFrom", Object(&HTTP_HEADER_SOURCE)),
]};
#[rustfmt::skip]
static HTTP_BODY_SOURCE: Schema = Schema { name: "HTTPBodySource", with: None, fields: &[
    ("bytes", Text),
]};
#[rustfmt::skip]
static S3_ARTIFACT: Schema = Schema { name: "S3Artifact", with: None, fields: &[
    ("endpoint", Text), ("bucket", Text), ("region", Text), ("insecure", Bool),
    ("accessKeySecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("secretKeySecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("sessionTokenSecret", Kubernetes(k8s::<core::SecretKeySelector>)), ("roleARN", Text),
    ("useSDKCreds", Bool), ("createBucketIfNotPresent", Object(&CREATE_S3_BUCKET_OPTIONS)),
    ("encryptionOptions", Object(&S3_ENCRYPTION_OPTIONS)),
    ("caSecret", Kubernetes(k8s::<core::SecretKeySelector>)), ("addressingStyle", Text), ("key", Text),
]};
#[rustfmt::skip]
static GIT_ARTIFACT: Schema = Schema { name: "GitArtifact", with: None, fields: &[
    ("repo", Text), ("revision", Text), ("depth", Int), ("fetch", List(&Text)),
    ("usernameSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("passwordSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("sshPrivateKeySecret", Kubernetes(k8s::<core::SecretKeySelector>)), ("insecureIgnoreHostKey", Bool),
    ("disableSubmodules", Bool), ("singleBranch", Bool), ("branch", Text), ("insecureSkipTLS", Bool),
]};
#[rustfmt::skip]
static HTTP_ARTIFACT: Schema = Schema { name: "HTTPArtifact", with: None, fields: &[
    ("url", Text), ("headers", List(&Object(&HEADER))), ("auth", Object(&HTTP_AUTH)),
    ("saveStreamViaFile", Bool),
]};
#[rustfmt::skip]
static ARTIFACTORY_ARTIFACT: Schema = Schema { name: "ArtifactoryArtifact", with: None, fields: &[
    ("url", Text), ("usernameSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("passwordSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
]};
#[rustfmt::skip]
static HDFS_ARTIFACT: Schema = Schema { name: "HDFSArtifact", with: None, fields: &[
    ("krbCCacheSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("krbKeytabSecret", Kubernetes(k8s::<core::SecretKeySelector>)), ("krbUsername", Text),
    ("krbRealm", Text), ("krbConfigConfigMap", Kubernetes(k8s::<core::ConfigMapKeySelector>)),
    ("krbServicePrincipalName", Text), ("addresses", List(&Text)), ("hdfsUser", Text),
    ("dataTransferProtection", Text), ("path", Text), ("force", Bool),
]};
#[rustfmt::skip]
static RAW_ARTIFACT: Schema = Schema { name: "RawArtifact", with: None, fields: &[
    ("data", Text),
]};
#[rustfmt::skip]
static OSS_ARTIFACT: Schema = Schema { name: "OSSArtifact", with: None, fields: &[
    ("endpoint", Text), ("bucket", Text), ("accessKeySecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("secretKeySecret", Kubernetes(k8s::<core::SecretKeySelector>)), ("createBucketIfNotPresent", Bool),
    ("securityToken", Text), ("lifecycleRule", Object(&OSS_LIFECYCLE_RULE)), ("useSDKCreds", Bool),
    ("key", Text),
]};
#[rustfmt::skip]
static GCS_ARTIFACT: Schema = Schema { name: "GCSArtifact", with: None, fields: &[
    ("bucket", Text), ("serviceAccountKeySecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("key", Text),
]};
#[rustfmt::skip]
static AZURE_ARTIFACT: Schema = Schema { name: "AzureArtifact", with: None, fields: &[
    ("endpoint", Text), ("container", Text),
    ("accountKeySecret", Kubernetes(k8s::<core::SecretKeySelector>)), ("useSDKCreds", Bool), ("blob", Text),
]};
#[rustfmt::skip]
static PLUGIN_ARTIFACT: Schema = Schema { name: "PluginArtifact", with: None, fields: &[
    ("name", Text), ("configuration", Text), ("connectionTimeoutSeconds", Int), ("key", Text),
]};
#[rustfmt::skip]
static CACHE: Schema = Schema { name: "Cache", with: None, fields: &[
    ("configMap", Kubernetes(k8s::<core::LocalObjectReference>)),
]};
#[rustfmt::skip]
static VALUE_FROM: Schema = Schema { name: "ValueFrom", with: None, fields: &[
    ("path", Text), ("jsonPath", Text), ("jqFilter", Text), ("event", Text), ("parameter", Text),
    ("supplied", Object(&SUPPLIED_VALUE_FROM)),
    ("configMapKeyRef", Kubernetes(k8s::<core::ConfigMapKeySelector>)), ("default", Text),
    ("expression", Text),
]};
#[rustfmt::skip]
static ARCHIVE_STRATEGY: Schema = Schema { name: "ArchiveStrategy", with: None, fields: &[
    ("tar", Object(&TAR_STRATEGY)), ("none", Object(&NONE_STRATEGY)), ("zip", Object(&ZIP_STRATEGY)),
]};
#[rustfmt::skip]
static ARTIFACT_GC: Schema = Schema { name: "ArtifactGC", with: None, fields: &[
    ("strategy", Text), ("podMetadata", Object(&METADATA)), ("serviceAccountName", Text),
]};
#[rustfmt::skip]
static METRIC_LABEL: Schema = Schema { name: "MetricLabel", with: None, fields: &[
    ("key", Text), ("value", Text),
]};
#[rustfmt::skip]
static GAUGE: Schema = Schema { name: "Gauge", with: None, fields: &[
    ("value", Text), ("realtime", Bool), ("operation", Text),
]};
#[rustfmt::skip]
static HISTOGRAM: Schema = Schema { name: "Histogram", with: None, fields: &[
    ("value", Text), ("buckets", List(&Any)),
]};
#[rustfmt::skip]
static COUNTER: Schema = Schema { name: "Counter", with: None, fields: &[
    ("value", Text),
]};
#[rustfmt::skip]
static SYNC_DATABASE_REF: Schema = Schema { name: "SyncDatabaseRef", with: None, fields: &[
    ("key", Text),
]};
#[rustfmt::skip]
static RETRY_NODE_ANTI_AFFINITY: Schema = Schema { name: "RetryNodeAntiAffinity", with: None, fields: &[
]};
#[rustfmt::skip]
static EXECUTOR_PLUGIN_SIDECAR: Schema = Schema { name: "ExecutorPluginSidecar", with: None, fields: &[
    ("automountServiceAccountToken", Bool), ("container", Kubernetes(k8s::<core::Container>)),
]};
#[rustfmt::skip]
static ARTIFACT_PATHS: Schema = Schema { name: "ArtifactPaths", with: None, fields: &[
    ("name", Text), ("path", Text), ("mode", Int), ("from", Text), ("archiveLogs", Bool),
    ("s3", Object(&S3_ARTIFACT)), ("git", Object(&GIT_ARTIFACT)), ("http", Object(&HTTP_ARTIFACT)),
    ("artifactory", Object(&ARTIFACTORY_ARTIFACT)), ("hdfs", Object(&HDFS_ARTIFACT)),
    ("raw", Object(&RAW_ARTIFACT)), ("oss", Object(&OSS_ARTIFACT)), ("gcs", Object(&GCS_ARTIFACT)),
    ("azure", Object(&AZURE_ARTIFACT)), ("plugin", Object(&PLUGIN_ARTIFACT)), ("globalName", Text),
    ("archive", Object(&ARCHIVE_STRATEGY)), ("optional", Bool), ("subPath", Text), ("recurseMode", Bool),
    ("fromExpression", Text), ("artifactGC", Object(&ARTIFACT_GC)), ("deleted", Bool),
]};
#[rustfmt::skip]
static HTTP_HEADER_SOURCE: Schema = Schema { name: "HTTPHeaderSource", with: None, fields: &[
    ("secretKeyRef", Kubernetes(k8s::<core::SecretKeySelector>)),
]};
#[rustfmt::skip]
static CREATE_S3_BUCKET_OPTIONS: Schema = Schema { name: "CreateS3BucketOptions", with: None, fields: &[
    ("objectLocking", Bool),
]};
#[rustfmt::skip]
static S3_ENCRYPTION_OPTIONS: Schema = Schema { name: "S3EncryptionOptions", with: None, fields: &[
    ("kmsKeyId", Text), ("kmsEncryptionContext", Text), ("enableEncryption", Bool),
    ("serverSideCustomerKeySecret", Kubernetes(k8s::<core::SecretKeySelector>)),
]};
#[rustfmt::skip]
static HEADER: Schema = Schema { name: "Header", with: None, fields: &[
    ("name", Text), ("value", Text),
]};
#[rustfmt::skip]
static HTTP_AUTH: Schema = Schema { name: "HTTPAuth", with: None, fields: &[
    ("clientCert", Object(&CLIENT_CERT_AUTH)), ("oauth2", Object(&O_AUTH2_AUTH)),
    ("basicAuth", Object(&BASIC_AUTH)),
]};
#[rustfmt::skip]
static OSS_LIFECYCLE_RULE: Schema = Schema { name: "OSSLifecycleRule", with: None, fields: &[
    ("markInfrequentAccessAfterDays", Int), ("markDeletionAfterDays", Int),
]};
#[rustfmt::skip]
static SUPPLIED_VALUE_FROM: Schema = Schema { name: "SuppliedValueFrom", with: None, fields: &[
]};
#[rustfmt::skip]
static TAR_STRATEGY: Schema = Schema { name: "TarStrategy", with: None, fields: &[
    ("compressionLevel", Int),
]};
#[rustfmt::skip]
static NONE_STRATEGY: Schema = Schema { name: "NoneStrategy", with: None, fields: &[
]};
#[rustfmt::skip]
static ZIP_STRATEGY: Schema = Schema { name: "ZipStrategy", with: None, fields: &[
]};
#[rustfmt::skip]
static CLIENT_CERT_AUTH: Schema = Schema { name: "ClientCertAuth", with: None, fields: &[
    ("clientCertSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("clientKeySecret", Kubernetes(k8s::<core::SecretKeySelector>)),
]};
#[rustfmt::skip]
static O_AUTH2_AUTH: Schema = Schema { name: "OAuth2Auth", with: None, fields: &[
    ("clientIDSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("clientSecretSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("tokenURLSecret", Kubernetes(k8s::<core::SecretKeySelector>)), ("scopes", List(&Text)),
    ("endpointParams", List(&Object(&O_AUTH2_ENDPOINT_PARAM))),
]};
#[rustfmt::skip]
static BASIC_AUTH: Schema = Schema { name: "BasicAuth", with: None, fields: &[
    ("usernameSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
    ("passwordSecret", Kubernetes(k8s::<core::SecretKeySelector>)),
]};
#[rustfmt::skip]
static O_AUTH2_ENDPOINT_PARAM: Schema = Schema { name: "OAuth2EndpointParam", with: None, fields: &[
    ("key", Text), ("value", Text),
]};
