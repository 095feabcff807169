//! Checks for attributes and names that no layout supports.

use argot_compiler::{Attribute, Body, DagKind, ExecutionAttribute, PipelineAttribute, Plan, Step};
use argot_syntax::{Diagnostics, Span};
use indexmap::IndexMap;

use super::flat::{Flat, Job};
use super::{LONGEST_CRON_NAME, LONGEST_NAME, Layout, Options, diagnostics, newer};
use crate::pod;
use crate::pod::names::object_name_problem;

/// Why no layout supports an attribute of a pipeline: it needs a workflow engine.
fn refusal_of_run(attribute: &PipelineAttribute) -> Option<&'static str> {
    match attribute {
        PipelineAttribute::Priority(_) => Some("Jobs have no order among runs"),
        PipelineAttribute::PodGc(_) => Some("pods go with their Job"),
        PipelineAttribute::ArchiveLogs(_) => Some("nothing keeps logs beyond their pod"),
        PipelineAttribute::ArtifactGc(_) => {
            Some("artifacts are in the workspace, and are deleted with it")
        }
        PipelineAttribute::Argo(_) => Some("it is for Argo"),
        // Refused in every graph.
        PipelineAttribute::Mutex(_) | PipelineAttribute::Semaphore(_) => None,
        // The layouts read these, or refuse them.
        PipelineAttribute::ServiceAccount(_)
        | PipelineAttribute::Labels(_)
        | PipelineAttribute::Annotations(_)
        | PipelineAttribute::Timeout(_)
        | PipelineAttribute::Parallel(_)
        | PipelineAttribute::Schedule(_)
        | PipelineAttribute::OnError(_)
        | PipelineAttribute::Ttl(_)
        | PipelineAttribute::Workspace(_) => None,
        // The plan reads these.
        PipelineAttribute::Defaults(_) | PipelineAttribute::Description(_) => None,
    }
}

/// Reports everything that no layout supports.
pub(super) fn check(plan: &Plan, options: &Options, diagnostics: &mut Diagnostics) {
    for (span, attribute) in plan.attributes.placed() {
        if let Some(why) = refusal_of_run(attribute) {
            let name = attribute.attribute_name();
            diagnostics.push(diagnostics::attribute(name, why, span));
        }
    }
    if let Some(namespace) = &options.namespace
        && let Some(problem) = object_name_problem(namespace, LONGEST_NAME)
    {
        diagnostics.push(pod::diagnostics::invalid_namespace(namespace, &problem));
    }
    for dag in &plan.dags {
        let lists = dag
            .outputs
            .iter()
            .map(|(output, _)| (output.ty.is_artifact_list(), output.span));
        // The others are made of these.
        if dag.kind == DagKind::For
            && let Some((_, span)) = lists.into_iter().find(|(is_list, _)| *is_list)
        {
            diagnostics.push(diagnostics::artifact_list(span));
        }
    }
    for step in plan.steps.iter() {
        check_step(step, diagnostics);
        newer::check(step, options.version, diagnostics);
    }
}

const OF_ARGO: &str = "it is a template of Argo's";

/// Why no layout supports an attribute of a step, and where to report it if not at the attribute's name.
fn refusal(attribute: &ExecutionAttribute) -> Option<(&'static str, Option<Span>)> {
    const APART: &str = "nothing keeps Jobs of several runs apart";
    match attribute {
        ExecutionAttribute::Cache(_) => Some(("nothing keeps results from run to run", None)),
        ExecutionAttribute::Mutex(name) => Some((APART, Some(name.span))),
        ExecutionAttribute::Semaphore(_) => Some((APART, None)),
        ExecutionAttribute::Daemon(true) => {
            Some(("a Job is done when it ends, not when it is ready", None))
        }
        ExecutionAttribute::Argo(raw) => Some(("it is for Argo", Some(raw.span))),
        ExecutionAttribute::Outputs(outputs) => {
            let first = outputs.values().next()?;
            Some(("outputs are files of the workspace", Some(first.span)))
        }
        ExecutionAttribute::Daemon(false)
        | ExecutionAttribute::Retry(_)
        | ExecutionAttribute::Timeout(_)
        | ExecutionAttribute::AllowFailure(_)
        | ExecutionAttribute::Init(_)
        | ExecutionAttribute::Sidecar(_)
        | ExecutionAttribute::Container(_)
        | ExecutionAttribute::Kubernetes(_) => None,
    }
}

fn check_step(step: &Step, diagnostics: &mut Diagnostics) {
    let attributes = &step.attributes;
    let of_argo: Option<(&str, &str, Span)> = match &step.body {
        Body::TemplateRef(reference) => Some(("template_ref", OF_ARGO, reference.span)),
        Body::RawTemplate(raw) => Some(("raw_template", OF_ARGO, raw.span)),
        Body::Container | Body::Script(_) => None,
    };
    if let Some((name, why, span)) = of_argo {
        diagnostics.push(diagnostics::attribute(name, why, span));
    }
    for (span, attribute) in attributes.step.placed() {
        if let Some((why, at)) = refusal(attribute) {
            let name = attribute.attribute_name();
            diagnostics.push(diagnostics::attribute(name, why, at.unwrap_or(span)));
        }
    }
    let lists = step
        .inputs
        .iter()
        .filter(|port| port.present)
        .map(|port| (&port.ty, port.span))
        .chain(step.outputs.iter().map(|output| (&output.ty, output.span)));
    for (_, span) in lists.filter(|(ty, _)| ty.is_artifact_list()) {
        diagnostics.push(diagnostics::artifact_list(span));
    }
}

/// Reports names that are too long for the objects named after them.
pub(super) fn names(
    plan: &Plan,
    options: &Options,
    flat: &Flat,
    layout: Layout,
    name: &str,
    diagnostics: &mut Diagnostics,
) {
    let longest = match plan.attributes.scheduled() {
        Some(_) => LONGEST_CRON_NAME,
        None => LONGEST_NAME,
    };
    // The host names of pods are derived from it.
    let dotted = name
        .contains('.')
        .then(|| "no `.` is allowed in the name of a Job".to_owned());
    if let Some(problem) = object_name_problem(name, longest).or(dotted) {
        diagnostics.push(pod::diagnostics::invalid_object_name(
            name, &problem, plan.span,
        ));
        return;
    }
    if layout == Layout::Jobset && !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        let problem = "the names of a JobSet's Jobs begin with a letter";
        diagnostics.push(pod::diagnostics::invalid_object_name(
            name, problem, plan.span,
        ));
        return;
    }
    // The steps of a pod are containers; of a Job, each pod has a name that begins with the Job's.
    let prefix = match layout {
        Layout::Pod => String::new(),
        _ => format!("{name}-"),
    };
    let is_named = options.name.is_some() && !prefix.is_empty();
    // A step that runs in several places is reported once, with the longest of its names.
    let mut long: IndexMap<_, (usize, &Job)> = IndexMap::new();
    for job in &flat.jobs {
        // A pod of an Indexed Job has its number after the name.
        let turns = job.turns.as_ref().filter(|_| layout != Layout::Pod);
        let number = turns.map(|turns| 1 + turns.count.saturating_sub(1).to_string().len());
        let number = match layout {
            Layout::Jobset => of_jobset(number),
            _ => number.unwrap_or_default(),
        };
        let length = prefix.len() + job.name.len() + number;
        if length > LONGEST_NAME {
            let place = job.span.key();
            let longest = long.entry(place).or_insert((length, job));
            if longest.0 < length {
                *longest = (length, job);
            }
        }
    }
    for (length, job) in long.into_values() {
        let full = format!("{prefix}{}", job.name);
        diagnostics.push(diagnostics::long_name(
            &job.task,
            &full,
            length,
            LONGEST_NAME,
            is_named,
            job.span,
        ));
    }
}

/// Length of the longest suffix that a pod name adds to the name of a replicated Job. `number` is the length of the
/// largest pod number with its hyphen, if the Job is an Indexed one.
///
/// JobSet appends the number of the Job to the name, and makes every Job an Indexed one, so its pods have numbers too.
/// If the numbers are explicit, it also counts the five letters of a pod's own name and their hyphen.
fn of_jobset(number: Option<usize>) -> usize {
    "-0".len() + number.map_or("-0".len(), |number| number + "-abcde".len())
}
