//! Raw fields that Argot has an attribute for, by their path.

/// Fields of a container.
pub(crate) const CONTAINER: &[(&str, &str)] = &[
    ("image", "image"),
    ("imagePullPolicy", "image_pull"),
    ("workingDir", "workdir"),
    ("command", "command"),
    ("args", "args"),
    ("env", "env"),
    ("envFrom", "env_from"),
    ("resources.requests", "resources"),
    ("resources.limits", "resources"),
    ("securityContext.readOnlyRootFilesystem", "security"),
    ("securityContext.allowPrivilegeEscalation", "security"),
    ("securityContext.privileged", "security"),
    ("securityContext.capabilities", "security"),
    ("securityContext.runAsUser", "security"),
    ("securityContext.runAsGroup", "security"),
    ("securityContext.runAsNonRoot", "security"),
    ("securityContext.seccompProfile", "security"),
];

/// Fields of a pod's spec.
pub(crate) const POD: &[(&str, &str)] = &[
    ("containers", "image"),
    ("initContainers", "init"),
    ("activeDeadlineSeconds", "timeout"),
    ("affinity", "affinity"),
    ("imagePullSecrets", "image_pull_secrets"),
    ("nodeSelector", "node_selector"),
    ("priorityClassName", "priority_class"),
    ("serviceAccountName", "service_account"),
    ("tolerations", "tolerations"),
    ("securityContext.runAsUser", "security"),
    ("securityContext.runAsGroup", "security"),
    ("securityContext.runAsNonRoot", "security"),
    ("securityContext.fsGroup", "security"),
    ("securityContext.seccompProfile", "security"),
];

/// Fields of Argo's template.
pub(crate) const TEMPLATE: &[(&str, &str)] = &[
    ("name", "component"),
    ("container", "container"),
    ("script", "script"),
    ("containerSet", "raw_template"),
    ("resource", "raw_template"),
    ("http", "raw_template"),
    ("suspend", "raw_template"),
    ("data", "raw_template"),
    ("plugin", "raw_template"),
    ("dag", "raw_template"),
    ("steps", "raw_template"),
    ("inputs", "inputs"),
    ("outputs", "outputs"),
    ("metadata.labels", "labels"),
    ("metadata.annotations", "annotations"),
    ("activeDeadlineSeconds", "timeout"),
    ("affinity", "affinity"),
    ("daemon", "daemon"),
    ("initContainers", "init"),
    ("memoize.key", "cache"),
    ("memoize.maxAge", "cache"),
    ("nodeSelector", "node_selector"),
    ("podSpecPatch", "pod"),
    ("priorityClassName", "priority_class"),
    ("retryStrategy.limit", "retry"),
    ("retryStrategy.retryPolicy", "retry"),
    ("retryStrategy.expression", "retry"),
    ("retryStrategy.backoff.duration", "retry"),
    ("retryStrategy.backoff.factor", "retry"),
    ("retryStrategy.backoff.maxDuration", "retry"),
    ("securityContext", "security"),
    ("serviceAccountName", "service_account"),
    ("sidecars", "sidecar"),
    ("synchronization.mutexes", "mutex"),
    ("synchronization.semaphores", "semaphore"),
    ("tolerations", "tolerations"),
    ("volumes", "mounts"),
];

/// Fields of the spec of a run.
pub(crate) const WORKFLOW_SPEC: &[(&str, &str)] = &[
    ("templates", "component"),
    ("entrypoint", "pipeline"),
    ("arguments", "pipeline"),
    ("activeDeadlineSeconds", "timeout"),
    ("archiveLogs", "archive_logs"),
    ("onExit", "on exit"),
    ("hooks.exit", "on exit"),
    ("artifactGC.strategy", "artifact_gc"),
    ("parallelism", "parallel"),
    ("podGC.strategy", "pod_gc"),
    ("priority", "priority"),
    ("serviceAccountName", "service_account"),
    ("synchronization.mutexes", "mutex"),
    ("synchronization.semaphores", "semaphore"),
    ("ttlStrategy", "ttl"),
    ("volumeClaimTemplates", "volume"),
    ("workflowMetadata.labels", "labels"),
    ("workflowMetadata.annotations", "annotations"),
];

/// Fields of a raw template that the component says.
pub(crate) const RAW_TEMPLATE: &[(&str, &str)] = &[("name", "component"), ("inputs", "inputs")];

/// Fields of a template that say what runs.
pub(crate) const BODIES: &[&str] = &[
    "container",
    "containerSet",
    "script",
    "resource",
    "http",
    "suspend",
    "data",
    "plugin",
    "steps",
    "dag",
];
