//! The differences between releases of Argo Workflows, as one table. All other modules ask it.
//!
//! Each row names the releases that lack something, and its source: the number of an issue or pull request of
//! <https://github.com/argoproj/argo-workflows>, or a file of the release. A version that covers several releases has
//! only what all of them have.

use super::versions::{Release, Version};

/// Something that some releases lack or get wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feature {
    /// `{{item}}` of a text is the text itself, not its JSON without the quotes.
    TextItems,
    /// `fromExpression` is honored in the arguments of a task.
    ArtifactChoices,
    /// An optional artifact that was not produced can be passed to a task that runs in a loop.
    OptionalArtifactsInLoops,
    /// expr-lang has `uniq`.
    Unique,
    /// `len` of a text counts characters, not bytes.
    TextLength,
    /// An argument that cannot be computed is not an error if the task's condition is false.
    UnusedArguments,
    /// A daemon can be retried.
    DaemonRetries,
    /// The ConfigMap of a cache can be written without a key.
    KeylessCaches,
    /// A template can claim devices.
    DeviceClaims,
}

/// A range of releases: the first is included, the second is not.
type Span = (Release, Release);

/// Returns the span of all releases before `release`.
const fn before(release: Release) -> Span {
    (Release(0, 0, 0), release)
}

struct Row {
    feature: Feature,
    /// The releases that lack it.
    lacking: &'static [Span],
    /// The source of this row.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "it is for whoever reads the table")
    )]
    source: &'static str,
}

const FEATURES: &[Row] = &[
    Row {
        feature: Feature::TextItems,
        lacking: &[before(Release(3, 7, 16))],
        source: "issue 13718, pull request 14864 for 4.0.0, 16315 for 3.7.16: `processItem` in workflow/controller/operator.go",
    },
    Row {
        feature: Feature::ArtifactChoices,
        lacking: &[before(Release(3, 6, 8))],
        source: "issue 14267, pull request 14503 for 3.7.0, 14521 for 3.6.8: `resolveDependencyReferences` in workflow/controller/dag.go",
    },
    // Before this release, the argument keeps the tag of the missing artifact, which the loop cannot resolve.
    Row {
        feature: Feature::OptionalArtifactsInLoops,
        lacking: &[before(Release(3, 6, 8))],
        source: "issue 14267, pull request 14503 for 3.7.0, 14521 for 3.6.8: `resolveDependencyReferences` in workflow/controller/dag.go",
    },
    Row {
        feature: Feature::Unique,
        lacking: &[before(Release(3, 6, 6))],
        source: "go.mod: expr-lang 1.16.9 in 3.6.5, 1.17.0 in 3.6.6",
    },
    Row {
        feature: Feature::TextLength,
        lacking: &[before(Release(3, 6, 6))],
        source: "go.mod: expr-lang 1.16.9 in 3.6.5, 1.17.0 in 3.6.6; `len` in builtin/lib.go of expr-lang",
    },
    Row {
        feature: Feature::UnusedArguments,
        lacking: &[
            (Release(3, 7, 11), Release(3, 7, 13)),
            (Release(4, 0, 2), Release(4, 0, 4)),
        ],
        source: "issues 15824 and 15832 since pull request 15442, mended by 15851 for 3.7.13, 15850 for 4.0.4: `expressionReplaceStrict` in util/template/expression_template.go",
    },
    Row {
        feature: Feature::DaemonRetries,
        lacking: &[before(Release(3, 7, 2))],
        source: "issue 13705, pull request 13738 for 3.7.0; issue 14715, pull request 14835 for 3.7.2: `processNodeRetries` in workflow/controller/operator.go",
    },
    Row {
        feature: Feature::KeylessCaches,
        lacking: &[before(Release(4, 0, 0))],
        source: "`Cache` in pkg/apis/workflow/v1alpha1/workflow_types.go",
    },
    Row {
        feature: Feature::DeviceClaims,
        lacking: &[before(Release(4, 1, 0))],
        source: "`Template.resourceClaims` in pkg/apis/workflow/v1alpha1/workflow_types.go",
    },
];

/// Fields of Argo's objects that are newer than the oldest supported version, each with the first release that has it.
/// Source: `api/jsonschema/schema.json` of the releases.
pub(super) const FIELDS: &[(&str, &str, Release)] = &[
    ("Backoff", "cap", Release(3, 7, 0)),
    ("Mutex", "database", Release(3, 7, 0)),
    ("SemaphoreRef", "database", Release(3, 7, 0)),
    ("Template", "annotations", Release(3, 7, 0)),
    ("Artifact", "plugin", Release(4, 0, 0)),
    ("ArtifactLocation", "plugin", Release(4, 0, 0)),
    ("ArtifactPaths", "plugin", Release(4, 0, 0)),
    ("HTTPArtifact", "saveStreamViaFile", Release(4, 1, 0)),
    ("S3Artifact", "addressingStyle", Release(4, 1, 0)),
    ("Template", "pendingTimeout", Release(4, 1, 0)),
    ("Template", "podResources", Release(4, 1, 0)),
    ("Template", "resourceClaims", Release(4, 1, 0)),
    ("WorkflowSpec", "executorPlugins", Release(4, 1, 0)),
    ("WorkflowSpec", "podResources", Release(4, 1, 0)),
    ("WorkflowSpec", "resourceClaims", Release(4, 1, 0)),
];

/// Fields of Kubernetes' objects, by the end of their paths, each with the first release that has it. According to
/// `go.mod`, k8s.io/api is 0.30 in 3.6.0, 0.32 in 3.6.6, 0.33 in 3.7.0 and 0.35 in 4.1.0.
const KUBERNETES_FIELDS: &[(&[&str], Release)] = &[
    (&["claims", "request"], Release(3, 6, 6)),
    (&["pod", "resources"], Release(3, 6, 6)),
    (
        &["securityContext", "seLinuxChangePolicy"],
        Release(3, 6, 6),
    ),
    (
        &["securityContext", "supplementalGroupsPolicy"],
        Release(3, 6, 6),
    ),
    (&["volumes", "image"], Release(3, 6, 6)),
    (&["lifecycle", "stopSignal"], Release(3, 7, 0)),
    (&["pod", "hostnameOverride"], Release(4, 1, 0)),
    (&["restartPolicyRules"], Release(4, 1, 0)),
    (&["sources", "podCertificate"], Release(4, 1, 0)),
    (&["valueFrom", "fileKeyRef"], Release(4, 1, 0)),
];

impl Version {
    /// Whether all of its releases have a feature.
    pub(super) fn has(self, feature: Feature) -> bool {
        self.needs(feature).is_none()
    }

    /// Returns the version to compile for instead, if some of its releases lack a feature.
    pub(super) fn needs(self, feature: Feature) -> Option<Version> {
        let row = FEATURES.iter().find(|row| row.feature == feature)?;
        self.after(row.lacking)
    }

    /// Returns the version to compile for instead, if some of its releases lack a field.
    pub(super) fn needs_field(self, object: &str, field: &str) -> Option<Version> {
        let (_, _, since) = FIELDS
            .iter()
            .find(|(of, name, _)| *of == object && *name == field)?;
        self.after(&[before(*since)])
    }

    /// Returns the version to compile for instead, if some of its releases lack a Kubernetes field, given by its path.
    pub(super) fn needs_kubernetes(self, path: &[&str]) -> Option<Version> {
        let (_, since) = KUBERNETES_FIELDS
            .iter()
            .find(|(end, _)| path.ends_with(end))?;
        self.after(&[before(*since)])
    }

    /// Returns the first version after all of `lacking`, or `None` if this version is not affected.
    fn after(self, lacking: &[Span]) -> Option<Version> {
        let mut first = self.first();
        for (from, until) in lacking {
            if *from < self.end() && first < *until {
                first = *until;
            }
        }
        let release = Version::only(first);
        let is_whole = release.line().first() == first
            && !lacking
                .iter()
                .any(|(from, _)| *from >= first && *from < release.line().end());
        (first != self.first()).then_some(match is_whole {
            true => release.line(),
            false => release,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::versions::Version;
    use super::{FEATURES, Feature};

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn what_a_version_needs() {
        use Feature as F;
        let cases = [
            (F::TextItems, "3.6", Some("3.7.16")),
            (F::TextItems, "3.6.19", Some("3.7.16")),
            (F::TextItems, "3.7", Some("3.7.16")),
            (F::TextItems, "3.7.15", Some("3.7.16")),
            (F::TextItems, "3.7.16", None),
            (F::TextItems, "4.0", None),
            (F::ArtifactChoices, "3.6", Some("3.6.8")),
            (F::ArtifactChoices, "3.6.7", Some("3.6.8")),
            (F::ArtifactChoices, "3.6.8", None),
            (F::ArtifactChoices, "3.7", None),
            (F::OptionalArtifactsInLoops, "3.6.7", Some("3.6.8")),
            (F::OptionalArtifactsInLoops, "3.6.8", None),
            (F::Unique, "3.6", Some("3.6.6")),
            (F::Unique, "3.6.5", Some("3.6.6")),
            (F::Unique, "3.6.6", None),
            (F::TextLength, "3.6", Some("3.6.6")),
            (F::TextLength, "3.6.5", Some("3.6.6")),
            (F::TextLength, "3.6.6", None),
            (F::UnusedArguments, "3.6", None),
            (F::UnusedArguments, "3.7", Some("3.7.13")),
            (F::UnusedArguments, "3.7.10", None),
            (F::UnusedArguments, "3.7.11", Some("3.7.13")),
            (F::UnusedArguments, "3.7.12", Some("3.7.13")),
            (F::UnusedArguments, "3.7.13", None),
            (F::UnusedArguments, "4.0", Some("4.0.4")),
            (F::UnusedArguments, "4.0.1", None),
            (F::UnusedArguments, "4.0.3", Some("4.0.4")),
            (F::UnusedArguments, "4.0.4", None),
            (F::DaemonRetries, "3.6", Some("3.7.2")),
            (F::DaemonRetries, "3.7", Some("3.7.2")),
            (F::DaemonRetries, "3.7.2", None),
            (F::KeylessCaches, "3.7", Some("4.0")),
            (F::KeylessCaches, "3.7.18", Some("4.0")),
            (F::KeylessCaches, "4.0", None),
            (F::DeviceClaims, "4.0.10", Some("4.1")),
            (F::DeviceClaims, "4.1", None),
        ];
        for (feature, text, wanted) in cases {
            let found = version(text).needs(feature);
            let found = found.map(|version| version.to_string());
            assert_eq!(found.as_deref(), wanted, "{feature:?} of {text}");
        }
        // Every row is checked, and the newest version has everything.
        for row in FEATURES {
            assert!(cases.iter().any(|(feature, ..)| *feature == row.feature));
            assert!(Version::default().has(row.feature));
            assert!(!row.source.is_empty());
            assert!(row.lacking.is_sorted());
            assert!(row.lacking.iter().all(|(from, until)| from < until));
        }
    }
}
