//! Reports what a plan needs and the Argo version lacks, as far as the plan shows it: artifacts of tasks, and raw
//! fields of Kubernetes. Argo's own fields are checked in `raw`, when they are read.
//!
//! Argo reads a template and a `podSpecPatch` with the Kubernetes types that its release was built with, and drops all
//! fields that those types lack.

use argot_compiler::{Dag, Expr, ExprKind, Plan, PlanTask, Raw, RawKind, Type};
use argot_syntax::Diagnostics;

use super::diagnostics;
use super::features::Feature;
use super::versions::Version;
use crate::pod::raw::expanded;

/// Reports everything that the version lacks.
pub(super) fn check(plan: &Plan, version: Version, diagnostics: &mut Diagnostics) {
    artifacts(plan, version, diagnostics);
    let mut visit = |name, raw: Option<&Raw>| {
        if let Some(raw) = raw {
            walk(&expanded(raw), &mut vec![name], version, diagnostics);
        }
    };
    visit("argo", plan.attributes.argo());
    for step in plan.steps.iter() {
        visit("container", step.attributes.step.container());
        visit("pod", step.attributes.pod.pod());
        visit("argo", step.attributes.step.argo());
        if let Some(raw) = step.body.raw() {
            visit("raw_template", Some(raw));
        }
    }
}

/// Reports artifacts that the version cannot pass to a task. Handlers are checked separately.
fn artifacts(plan: &Plan, version: Version, diagnostics: &mut Diagnostics) {
    let kinds = [
        (
            "a choice between artifacts",
            Feature::ArtifactChoices,
            is_choice as fn(&Plan, &Dag, &PlanTask, &Expr) -> bool,
        ),
        (
            "an optional artifact in a loop",
            Feature::OptionalArtifactsInLoops,
            is_optional_in_loop,
        ),
    ];
    for (what, feature, is_it) in kinds {
        let Some(since) = version.needs(feature) else {
            continue;
        };
        let mut spans = Vec::new();
        for dag in &plan.dags {
            for task in dag.graph.node_weights() {
                let ports = plan.inputs(task.target).unwrap_or_default();
                for (id, expr) in &task.arguments {
                    let port = ports.get(id.index());
                    if port.is_some_and(|port| port.ty.is_artifact())
                        && is_it(plan, dag, task, expr)
                    {
                        spans.push(expr.span);
                    }
                }
            }
        }
        for span in &spans {
            diagnostics.push(diagnostics::needs_version(
                what,
                since,
                version,
                Some(*span),
            ));
        }
        // An optional artifact is eventually used in a choice. A version that supports choices also supports optional
        // artifacts.
        if !spans.is_empty() {
            return;
        }
    }
}

fn is_choice(_: &Plan, _: &Dag, _: &PlanTask, expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Choose { .. } | ExprKind::Binary { .. })
}

fn is_optional_in_loop(plan: &Plan, dag: &Dag, task: &PlanTask, expr: &Expr) -> bool {
    let ty = match &expr.kind {
        ExprKind::Input(id) => dag.inputs.get(id.index()).map(|port| &port.ty),
        ExprKind::TaskOutput { task, output } => dag
            .graph
            .node_weights()
            .nth(task.index())
            .and_then(|task| plan.output(task.target, output.index()))
            .map(|output| &output.ty),
        _ => None,
    };
    task.each.is_some() && ty.is_some_and(Type::is_optional)
}

fn walk<'a>(
    raw: &'a Raw,
    path: &mut Vec<&'a str>,
    version: Version,
    diagnostics: &mut Diagnostics,
) {
    match &raw.kind {
        RawKind::Record(fields) => {
            for field in fields {
                path.push(&field.name);
                match version.needs_kubernetes(path) {
                    Some(since) => {
                        let what = format!("the field `{}`", field.name);
                        let span = Some(field.name_span);
                        diagnostics.push(diagnostics::needs_version(&what, since, version, span));
                    }
                    None => walk(&field.value, path, version, diagnostics),
                }
                path.pop();
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
