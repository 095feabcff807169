//! Rules of Argo 4.1 for its own objects in raw fields, one row for each kind.
//!
//! Required fields are those of <https://argo-workflows.readthedocs.io/en/latest/fields/>. The other rules are errors
//! of the validation of workflows (`workflow/validate`) or of the controller.

use crate::pod::facts::{Facts, MODE, NOTHING, POSITIVE, Rule};

use Rule::{DnsLabel, Duration, Labels, MetricName, OneOf};

/// Returns the rules for an Argo object, by its name in Argo's documentation.
pub(crate) fn facts(name: &str) -> Option<&'static Facts> {
    KNOWN.iter().find(|facts| facts.name == name)
}

const DNS_POLICIES: Rule = OneOf(&["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]);
const DELETED: Rule = OneOf(&["", "OnWorkflowCompletion", "OnWorkflowDeletion", "Never"]);

#[rustfmt::skip]
static KNOWN: &[Facts] = &[
    Facts { name: "WorkflowSpec", fields: &[
        ("dnsPolicy", DNS_POLICIES), ("nodeSelector", Labels), ("parallelism", POSITIVE),
        ("shutdown", OneOf(&["", "Terminate", "Stop"])),
    ], ..NOTHING },
    Facts { name: "PodGC", fields: &[
        ("strategy", OneOf(&["", "OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"])),
        ("deleteDelayDuration", Duration),
    ], ..NOTHING },
    Facts { name: "VolumeClaimGC", fields: &[("strategy", OneOf(&["OnWorkflowCompletion", "OnWorkflowSuccess"]))],
        ..NOTHING },
    Facts { name: "WorkflowLevelArtifactGC", fields: &[("strategy", DELETED)], ..NOTHING },
    Facts { name: "ArtifactGC", fields: &[("strategy", DELETED)], ..NOTHING },
    Facts { name: "LabelValueFrom", required: &["expression"], ..NOTHING },
    Facts { name: "Template", fields: &[
        ("nodeSelector", Labels), ("timeout", Duration), ("pendingTimeout", Duration), ("parallelism", POSITIVE),
    ], ..NOTHING },
    Facts { name: "RetryStrategy",
        fields: &[("retryPolicy", OneOf(&["Always", "OnFailure", "OnError", "OnTransientError"]))], ..NOTHING },
    Facts { name: "Backoff", fields: &[("duration", Duration), ("maxDuration", Duration), ("cap", Duration)], ..NOTHING },
    Facts { name: "ResourceTemplate", required: &["action"], at_most_one: &[&["manifest", "manifestFrom"]], fields: &[
        ("action", OneOf(&["get", "create", "apply", "delete", "replace", "patch"])),
        ("mergeStrategy", OneOf(&["strategic", "merge", "json"])),
    ], ..NOTHING },
    Facts { name: "ManifestFrom", required: &["artifact"], ..NOTHING },
    Facts { name: "ScriptTemplate", required: &["source"], fields: &[
        ("imagePullPolicy", OneOf(&["Always", "IfNotPresent", "Never"])),
    ], ..NOTHING },
    Facts { name: "UserContainer", required: &["name"], fields: &[("name", DnsLabel)], ..NOTHING },
    Facts { name: "ContainerNode", required: &["name"], fields: &[("name", DnsLabel)], ..NOTHING },
    Facts { name: "DAGTask", required: &["name"], one_of: &["template", "templateRef", "inline"],
        at_most_one: &[&["withItems", "withParam", "withSequence"], &["depends", "dependencies"]], ..NOTHING },
    Facts { name: "WorkflowStep", one_of: &["template", "templateRef", "inline"],
        at_most_one: &[&["withItems", "withParam", "withSequence"]], ..NOTHING },
    Facts { name: "TemplateRef", required: &["name", "template"], ..NOTHING },
    Facts { name: "Sequence", at_most_one: &[&["count", "end"]], ..NOTHING },
    Facts { name: "SuspendTemplate", fields: &[("duration", Duration)], ..NOTHING },
    Facts { name: "Parameter", required: &["name"], ..NOTHING },
    Facts { name: "Artifact", required: &["name"], fields: &[("mode", MODE)], ..NOTHING },
    Facts { name: "SyncDatabaseRef", required: &["key"], ..NOTHING },
    Facts { name: "Prometheus", required: &["name", "help"], fields: &[("name", MetricName)], ..NOTHING },
    Facts { name: "MetricLabel", required: &["key", "value"], fields: &[("key", MetricName)], ..NOTHING },
    Facts { name: "Gauge", required: &["value"], fields: &[("operation", OneOf(&["Set", "Add", "Sub"]))], ..NOTHING },
    Facts { name: "Histogram", required: &["value", "buckets"], ..NOTHING },
    Facts { name: "Counter", required: &["value"], ..NOTHING },
];
