//! Labels and annotations that a controller owns, so that nobody else may write them.
//!
//! One table covers every source of labels: attributes, profiles and raw fields. Keys that are not in it are free to
//! use.

use std::collections::HashSet;

use argot_compiler::{Expr, Plan, Raw, RawKind};
use argot_syntax::{Diagnostics, FileId, Span};
use indexmap::IndexMap;

use super::key::Kind;
use super::raw::expanded;
use super::{QUEUE_LABEL, diagnostics};

/// What an owner does with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// It writes the key, or acts on it: nobody else may write it.
    Owned {
        /// Who does.
        owner: &'static str,
        /// What for.
        why: &'static str,
        /// What to do in place of writing it.
        instead: &'static str,
    },
    /// Its documentation says that authors set the key.
    Allowed,
}

/// Keys of one owner. One that ends in `/`, `.` or `-` stands for all that start so.
struct Row {
    kinds: &'static [Kind],
    keys: &'static [&'static str],
    what: Use,
}

const BOTH: &[Kind] = &[Kind::Label, Kind::Annotation];
const LABELS: &[Kind] = &[Kind::Label];
const ANNOTATIONS: &[Kind] = &[Kind::Annotation];

const LEAVE_OUT: &str = "leave it out, or use a prefix of your own: `example.com/...`";

/// The table. The first row that fits decides.
const TABLE: &[Row] = &[
    Row {
        kinds: BOTH,
        keys: &["argot.dev/"],
        what: Use::Owned {
            owner: "Argot",
            why: "it marks what belongs to a run, and finds it again to release, read and delete it",
            instead: LEAVE_OUT,
        },
    },
    // The Job controller finds its pods by these, and the releaser finds itself. Those without a prefix are from
    // before Kubernetes 1.27, and are written still.
    // https://kubernetes.io/docs/reference/labels-annotations-taints/
    Row {
        kinds: BOTH,
        keys: &["batch.kubernetes.io/"],
        what: Use::Owned {
            owner: "Kubernetes' Job controller",
            why: "it finds the pods of a Job by its labels, and keeps count in its annotations",
            instead: LEAVE_OUT,
        },
    },
    Row {
        kinds: LABELS,
        keys: &["job-name", "controller-uid"],
        what: Use::Owned {
            owner: "Kubernetes' Job controller",
            why: "it sets this on the pods of a Job, and the API server refuses another value",
            instead: "use another name: `job` or `example.com/job-name`",
        },
    },
    Row {
        kinds: ANNOTATIONS,
        keys: &["kubectl.kubernetes.io/last-applied-configuration"],
        what: Use::Owned {
            owner: "kubectl",
            why: "`kubectl apply` keeps here what was applied last, to find out what has changed",
            instead: "leave it out",
        },
    },
    Row {
        kinds: ANNOTATIONS,
        keys: &["kubernetes.io/config."],
        what: Use::Owned {
            owner: "the kubelet",
            why: "it marks the pods that a node makes of its own files",
            instead: "leave it out",
        },
    },
    // What JobSet's documentation lets authors set has the prefix `alpha.jobset.sigs.k8s.io/`.
    Row {
        kinds: BOTH,
        keys: &["jobset.sigs.k8s.io/"],
        what: Use::Owned {
            owner: "JobSet's controller",
            why: "it finds the Jobs and pods of a JobSet by these",
            instead: LEAVE_OUT,
        },
    },
    Row {
        kinds: LABELS,
        keys: &[QUEUE_LABEL],
        what: Use::Owned {
            owner: "Kueue",
            why: "it holds back what has this until the queue admits it, which not every layout can wait for",
            instead: "write `queue = \"...\"`, which sets it if the target can wait, and reports it if not",
        },
    },
    // https://kueue.sigs.k8s.io/docs/reference/labels-and-annotations/
    Row {
        kinds: BOTH,
        keys: &[
            "kueue.x-k8s.io/managed",
            "kueue.x-k8s.io/pod-group-",
            "kueue.x-k8s.io/pod-suspending-parent",
            "kueue.x-k8s.io/podset",
            "kueue.x-k8s.io/prebuilt-workload-name",
            "kueue.x-k8s.io/role-hash",
            "kueue.x-k8s.io/workload",
        ],
        what: Use::Owned {
            owner: "Kueue",
            why: "it says here which workload a pod or Job is a part of",
            instead: "write `queue = \"...\"`, and leave the rest to Kueue",
        },
    },
    // https://argo-workflows.readthedocs.io/en/latest/managed-namespace/#instance-id,
    // https://argo-workflows.readthedocs.io/en/latest/workflow-archive/
    Row {
        kinds: LABELS,
        keys: &[
            "workflows.argoproj.io/archive-strategy",
            "workflows.argoproj.io/controller-instanceid",
        ],
        what: Use::Allowed,
    },
    Row {
        kinds: LABELS,
        keys: &["workflows.argoproj.io/"],
        what: Use::Owned {
            owner: "Argo Workflows",
            why: "its controller and server keep in these what has become of a run and who has started it",
            instead: "leave it out; what people read goes into the annotations `workflows.argoproj.io/title` and `workflows.argoproj.io/description`",
        },
    },
    // The other annotations with this prefix are for people, or are settings: `title`, `description`, `version`,
    // `progress`, `pod-name-format`, `kill-cmd-NAME`.
    Row {
        kinds: ANNOTATIONS,
        keys: &[
            "workflows.argoproj.io/artifact-gc-strategy",
            "workflows.argoproj.io/node-",
            "workflows.argoproj.io/outputs",
            "workflows.argoproj.io/pod-gc-strategy",
            "workflows.argoproj.io/rbac-rule",
            "workflows.argoproj.io/scheduled-time",
            "workflows.argoproj.io/service-account-token.name",
            "workflows.argoproj.io/template",
            "workflows.argoproj.io/workflow-",
        ],
        what: Use::Owned {
            owner: "Argo Workflows",
            why: "its controller keeps here which step of which run a pod is",
            instead: LEAVE_OUT,
        },
    },
];

/// What is known of a key.
pub(crate) fn find(kind: Kind, key: &str) -> Option<Use> {
    let fits = |pattern: &&str| match pattern.ends_with(['/', '.', '-']) {
        true => key.starts_with(pattern),
        false => key == *pattern,
    };
    TABLE
        .iter()
        .find(|row| row.kinds.contains(&kind) && row.keys.iter().any(&fits))
        .map(|row| row.what)
}

/// Reports every label and annotation of a plan that a controller owns. One that comes to several objects is reported once.
pub(crate) fn check(plan: &Plan, diagnostics: &mut Diagnostics) {
    let mut check = Check {
        seen: HashSet::new(),
        diagnostics,
    };
    let attributes = &plan.attributes;
    check.keys(Kind::Label, attributes.labels());
    check.keys(Kind::Annotation, attributes.annotations());
    attributes.argo().into_iter().for_each(|raw| check.raw(raw));
    for step in plan.steps.iter() {
        let attributes = &step.attributes;
        check.keys(Kind::Label, attributes.pod.labels());
        check.keys(Kind::Annotation, attributes.pod.annotations());
        let raw = [
            attributes.step.argo(),
            attributes.step.kubernetes(),
            attributes.pod.pod(),
            attributes.step.container(),
        ];
        raw.into_iter().flatten().for_each(|raw| check.raw(raw));
        if let Some(raw) = step.body.raw() {
            check.raw(raw);
        }
    }
}

struct Check<'a> {
    seen: HashSet<(FileId, u32, String)>,
    diagnostics: &'a mut Diagnostics,
}

impl Check<'_> {
    fn keys(&mut self, kind: Kind, keys: &IndexMap<String, Expr>) {
        for (key, value) in keys {
            self.key(kind, key, value.span);
        }
    }

    fn raw(&mut self, raw: &Raw) {
        self.below(&expanded(raw));
    }

    fn below(&mut self, raw: &Raw) {
        let fields = match &raw.kind {
            RawKind::Record(fields) => fields,
            RawKind::List(items) => return items.iter().for_each(|item| self.below(item)),
            RawKind::Leaf(_) => return,
        };
        for field in fields {
            let kind = match field.name.as_str() {
                "labels" | "labelsFrom" => Some(Kind::Label),
                "annotations" => Some(Kind::Annotation),
                _ => None,
            };
            match (kind, &field.value.kind) {
                (Some(kind), RawKind::Record(keys)) => {
                    for key in keys {
                        self.key(kind, &key.name, key.name_span);
                    }
                }
                _ => self.below(&field.value),
            }
        }
    }

    fn key(&mut self, kind: Kind, key: &str, span: Span) {
        let Some(Use::Owned {
            owner,
            why,
            instead,
        }) = find(kind, key)
        else {
            return;
        };
        if self.seen.insert((span.file, span.start, key.to_owned())) {
            self.diagnostics.push(diagnostics::reserved_key(
                kind, key, owner, why, instead, span,
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, TABLE, Use, find};

    #[test]
    fn who_owns_what() {
        let owner = |kind, key| match find(kind, key) {
            Some(Use::Owned { owner, .. }) => Some(owner),
            _ => None,
        };
        for (key, label, annotation) in [
            ("argot.dev/run", Some("Argot"), Some("Argot")),
            (
                "batch.kubernetes.io/job-name",
                Some("Kubernetes' Job controller"),
                Some("Kubernetes' Job controller"),
            ),
            ("job-name", Some("Kubernetes' Job controller"), None),
            ("jobs", None, None),
            (
                "jobset.sigs.k8s.io/jobset-name",
                Some("JobSet's controller"),
                Some("JobSet's controller"),
            ),
            ("alpha.jobset.sigs.k8s.io/exclusive-topology", None, None),
            ("kueue.x-k8s.io/queue-name", Some("Kueue"), None),
            ("kueue.x-k8s.io/priority-class", None, None),
            ("kueue.x-k8s.io/podset-required-topology", None, None),
            (
                "kueue.x-k8s.io/pod-group-name",
                Some("Kueue"),
                Some("Kueue"),
            ),
            ("workflows.argoproj.io/phase", Some("Argo Workflows"), None),
            ("workflows.argoproj.io/archive-strategy", None, None),
            ("workflows.argoproj.io/title", Some("Argo Workflows"), None),
            (
                "workflows.argoproj.io/node-id",
                Some("Argo Workflows"),
                Some("Argo Workflows"),
            ),
            ("app.kubernetes.io/managed-by", None, None),
            ("kubectl.kubernetes.io/default-container", None, None),
            (
                "kubectl.kubernetes.io/last-applied-configuration",
                None,
                Some("kubectl"),
            ),
            ("team", None, None),
        ] {
            assert_eq!(owner(Kind::Label, key), label, "the label {key}");
            assert_eq!(
                owner(Kind::Annotation, key),
                annotation,
                "the annotation {key}"
            );
        }
    }

    #[test]
    fn every_row_can_be_reached() {
        for row in TABLE {
            for key in row.keys {
                for kind in row.kinds {
                    let one = format!(
                        "{key}{}",
                        if key.ends_with(['/', '.', '-']) {
                            "x"
                        } else {
                            ""
                        }
                    );
                    assert_eq!(find(*kind, &one), Some(row.what), "{one}");
                }
            }
        }
    }
}
