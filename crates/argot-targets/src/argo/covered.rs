//! Argo's raw fields that Argot has an attribute for, by path.

use crate::pod::covered::Fields;

/// Fields of Argo's template.
pub(crate) const TEMPLATE: Fields = &[
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
    ("hostAliases", "host_aliases"),
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
    ("schedulerName", "scheduler"),
    ("securityContext", "security"),
    ("serviceAccountName", "service_account"),
    ("sidecars", "sidecar"),
    ("synchronization.mutexes", "mutex"),
    ("synchronization.semaphores", "semaphore"),
    ("tolerations", "tolerations"),
    ("volumes", "mounts"),
];

/// Fields of a run's spec.
pub(crate) const WORKFLOW_SPEC: Fields = &[
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

/// Fields of a raw template that the component already sets.
pub(crate) const RAW_TEMPLATE: Fields = &[("name", "component"), ("inputs", "inputs")];

/// Fields of a template that set what it runs.
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

#[cfg(test)]
mod tests {
    use super::TEMPLATE;
    use crate::argo::schema::TEMPLATE_SCHEMA;
    use crate::pod::covered::POD;

    #[test]
    fn fields_that_a_template_shares_with_a_pod_are_covered_in_both() {
        let shared = |name: &str| {
            TEMPLATE_SCHEMA
                .fields
                .iter()
                .any(|(field, _)| *field == name)
        };
        let uncovered: Vec<_> = POD
            .iter()
            .filter(|row| shared(row.0) && !TEMPLATE.contains(row))
            .collect();
        assert!(uncovered.is_empty(), "{uncovered:?}");
    }
}
