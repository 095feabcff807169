//! The object that holds a run: its metadata, its name, and the additional objects.

use argot_compiler::{Expr, Schedule, ScheduleAttribute};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Run;
use crate::Manifest;
use crate::argo::objects::{CronWorkflowSpec, Merged, Metadata, Object, WorkflowSpec};
use crate::argo::{Kind, diagnostics, limits, split};
use crate::pod::names::{LONGEST_LABEL, hex, object_name_problem};

/// Argo's annotation for the description in its web UI:
/// <https://argo-workflows.readthedocs.io/en/latest/title-and-description/>.
const DESCRIPTION: &str = "workflows.argoproj.io/description";

/// The longest name of an object: Argo uses it as a label.
const LONGEST_NAME: usize = LONGEST_LABEL;
/// The longest name of a CronWorkflow: Argo appends a time to it.
const LONGEST_CRON_NAME: usize = 52;

impl Run<'_> {
    /// Returns the labels and annotations of the run.
    pub(super) fn labels(&mut self) -> Metadata {
        let attributes = &self.plan.attributes;
        Metadata {
            labels: self.texts(attributes.labels(), "a label of the run"),
            annotations: self.texts(attributes.annotations(), "an annotation of the run"),
            ..Metadata::default()
        }
    }

    pub(super) fn metadata(&mut self, base: &str, spec: &Merged<WorkflowSpec>) -> Metadata {
        let mut metadata = self.labels();
        if let Some(text) = &self.plan.description {
            metadata
                .annotations
                .entry(DESCRIPTION.to_owned())
                .or_insert_with(|| inert(text));
        }
        if let Some(namespace) = &self.options.namespace {
            if self.kind == Kind::ClusterWorkflowTemplate {
                self.diagnostics.push(diagnostics::cluster_namespace());
            } else if let Some(problem) = object_name_problem(namespace, LONGEST_NAME) {
                self.diagnostics
                    .push(diagnostics::invalid_namespace(namespace, &problem));
            }
            metadata.namespace = Some(namespace.clone());
        }
        if self.options.generate_name {
            if self.options.name.is_some() {
                self.diagnostics.push(diagnostics::two_names());
            } else if self.kind != Kind::Workflow {
                self.diagnostics
                    .push(diagnostics::generated_name(self.kind.name()));
            }
            if let Some(problem) = object_name_problem(base, LONGEST_NAME) {
                self.diagnostics.push(diagnostics::invalid_object_name(
                    base,
                    &problem,
                    self.plan.span,
                ));
            }
            metadata.generate_name = Some(format!("{base}-"));
            return metadata;
        }
        let name = match (&self.options.name, self.kind) {
            (Some(name), _) => name.clone(),
            (None, Kind::Workflow) => format!("{base}-{}", content_hash(&metadata, spec)),
            (None, _) => base.to_owned(),
        };
        let longest = if self.kind == Kind::CronWorkflow {
            LONGEST_CRON_NAME
        } else {
            LONGEST_NAME
        };
        if let Some(problem) = object_name_problem(&name, longest) {
            self.diagnostics.push(diagnostics::invalid_object_name(
                &name,
                &problem,
                self.plan.span,
            ));
        }
        metadata.name = Some(name);
        metadata
    }

    /// Returns the objects for templates that do not fit into one object. Their names are based on the run's object;
    /// if the server completes its name, on the name without that completion.
    pub(super) fn parts(
        &mut self,
        spec: &mut Merged<WorkflowSpec>,
        base: &str,
        metadata: &Metadata,
    ) -> Vec<Manifest> {
        let cluster = self.kind == Kind::ClusterWorkflowTemplate;
        let base = match &metadata.name {
            Some(name) => name.clone(),
            None => format!("{base}-{}", content_hash(metadata, spec)),
        };
        let name = |number: usize| part_name(&base, number);
        let sizes = split::Sizes::of(&spec.typed.templates);
        let all = sizes.all();
        let parts = split::objects(spec, &sizes, cluster, &name);
        if !parts.is_empty() && all > limits::MOST_BYTES {
            self.diagnostics.push(diagnostics::large_run(
                &self.plan.name,
                all,
                limits::MOST_BYTES,
                self.plan.span,
            ));
        }
        let object = |(index, templates)| {
            let kind = match cluster {
                true => Kind::ClusterWorkflowTemplate,
                false => Kind::WorkflowTemplate,
            };
            let spec = WorkflowSpec {
                templates,
                ..WorkflowSpec::default()
            };
            let metadata = Metadata {
                name: Some(name(index + 1)),
                namespace: metadata.namespace.clone(),
                ..Metadata::default()
            };
            Manifest::from(Object::new(kind, metadata, Merged::from(spec)))
        };
        parts.into_iter().enumerate().map(object).collect()
    }

    pub(super) fn object(&mut self, spec: Merged<WorkflowSpec>, metadata: Metadata) -> Manifest {
        if self.kind == Kind::CronWorkflow {
            let Some(schedule) = self.plan.attributes.scheduled() else {
                self.diagnostics
                    .push(diagnostics::no_schedule(self.plan.span));
                return Object::new(self.kind, metadata, spec).into();
            };
            let labels = self.labels();
            return Object::new(self.kind, metadata, cron(schedule, labels, spec)).into();
        }
        Object::new(self.kind, metadata, spec).into()
    }
}

fn cron(
    schedule: &Schedule,
    workflow_metadata: Metadata,
    spec: Merged<WorkflowSpec>,
) -> CronWorkflowSpec {
    let text = |expr: &Expr| expr.as_str().map(ToOwned::to_owned);
    let mut out = CronWorkflowSpec {
        workflow_metadata,
        workflow_spec: spec,
        ..CronWorkflowSpec::default()
    };
    for attribute in schedule.iter() {
        match attribute {
            ScheduleAttribute::Cron(_) => {
                let crons = schedule.crons();
                out.schedules = crons.into_iter().map(ToOwned::to_owned).collect();
            }
            ScheduleAttribute::Timezone(zone) => out.timezone = text(zone),
            ScheduleAttribute::Concurrency(policy) => out.concurrency_policy = text(policy),
            ScheduleAttribute::Suspend(suspend) => out.suspend = Some(*suspend),
            ScheduleAttribute::History(history) => {
                out.successful_jobs_history_limit = history.success().and_then(Expr::as_int);
                out.failed_jobs_history_limit = history.failure().and_then(Expr::as_int);
            }
        }
    }
    out
}

/// Returns the name of the object that holds some templates of another. If it would be too long, a hash replaces its
/// end.
fn part_name(base: &str, number: usize) -> String {
    let end = format!("-part-{number}");
    if base.len() + end.len() <= LONGEST_NAME {
        return format!("{base}{end}");
    }
    let hash = hex(&Sha256::digest(base), 8);
    let kept = LONGEST_NAME.saturating_sub(end.len() + hash.len() + 1);
    let start = base
        .get(..kept)
        .unwrap_or_default()
        .trim_end_matches(['-', '.']);
    format!("{start}-{hash}{end}")
}

/// Returns a text for people in a form without variables: Argo does not use the text, but would still look for
/// variables in it.
pub(super) fn inert(text: &str) -> String {
    let mut text = text.to_owned();
    while text.contains("{{") {
        text = text.replace("{{", "{ {");
    }
    text
}

/// Returns a hash that tells compiled runs apart.
fn content_hash(metadata: &Metadata, spec: &impl Serialize) -> String {
    let text = serde_json::to_vec(&(metadata, spec)).unwrap_or_default();
    hex(&Sha256::digest(text), 8)
}
