//! Raw fields that came, or are on by default, later than the oldest version that can be compiled for.
//!
//! Raw fields are read with the types of Kubernetes 1.34, so fields added in 1.35 are unknown to them. Each row follows
//! the feature gates: <https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/>.

use argot_compiler::{Raw, RawKind, Step};
use argot_syntax::Diagnostics;

use super::{Version, diagnostics};
use crate::pod::raw::expanded;

use Version::{V1_31, V1_32, V1_33, V1_34, V1_35};

/// Fields by their path from an attribute; elements of lists have no part in it.
const NEWER: &[(&str, Version)] = &[
    ("container.resizePolicy", V1_33),
    ("container.restartPolicy", V1_35),
    ("container.restartPolicyRules", V1_35),
    ("container.securityContext.procMount", V1_33),
    ("container.volumeMounts.recursiveReadOnly", V1_31),
    ("kubernetes.managedBy", V1_32),
    ("kubernetes.successPolicy", V1_31),
    ("pod.hostUsers", V1_33),
    ("pod.hostnameOverride", V1_35),
    ("pod.resources", V1_34),
    ("pod.securityContext.seLinuxChangePolicy", V1_33),
    ("pod.securityContext.supplementalGroupsPolicy", V1_33),
    (
        "pod.volumes.ephemeral.volumeClaimTemplate.spec.volumeAttributesClassName",
        V1_34,
    ),
    ("pod.volumes.image", V1_35),
];

/// Reports raw fields of a step that the version lacks.
pub(super) fn check(step: &Step, version: Version, diagnostics: &mut Diagnostics) {
    let attributes = &step.attributes;
    let all = [
        ("container", attributes.step.container()),
        ("kubernetes", attributes.step.kubernetes()),
        ("pod", attributes.pod.pod()),
    ];
    for (name, raw) in all {
        if let Some(raw) = raw {
            walk(&expanded(raw), name, version, diagnostics);
        }
    }
}

fn walk(raw: &Raw, path: &str, version: Version, diagnostics: &mut Diagnostics) {
    match &raw.kind {
        RawKind::Record(fields) => {
            for field in fields {
                let path = format!("{path}.{}", field.name);
                match NEWER.iter().find(|(newer, _)| *newer == path) {
                    Some((_, since)) if *since > version => diagnostics.push(
                        diagnostics::newer_field(&field.name, *since, version, field.name_span),
                    ),
                    _ => walk(&field.value, &path, version, diagnostics),
                }
            }
        }
        RawKind::List(items) => {
            for item in items {
                walk(item, path, version, diagnostics);
            }
        }
        RawKind::Leaf(_) => {}
    }
}
