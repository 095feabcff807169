//! Every diagnostic of the Argo target.

use argot_syntax::{Diagnostic, Span};

use super::instead::instead;
use super::system::ARGO;
use super::versions::Version;
use crate::pod::diagnostics as pod;
pub(crate) use crate::pod::diagnostics::{
    invalid_namespace, invalid_object_name, invalid_raw, unknown_raw,
};

// Names.

messages! {
    pub(crate) fn reserved_task_name(written: &str, span: Span) = InvalidTargetName
        .at(span, "a task cannot be called `{written}` on Argo")
        .label("this is a keyword of the language in which Argo evaluates the order of tasks")
        .help("give the task another name: `let {written}_task = ...`");

    pub(crate) fn digit_task_name(written: &str, name: &str, span: Span) = InvalidTargetName
        .at(span, "the task `{written}` becomes `{name}` on Argo, which starts with a digit")
        .help("give the task a name that starts with a letter");

    pub(crate) fn empty_name(what: &str, written: &str, span: Span) = InvalidTargetName
        .at(span, "the name `{written}` has no character that the {what} on Argo can keep")
        .help("use a name with a letter or a digit in it");

    pub(crate) fn long_name(what: &str, written: &str, length: usize, most: usize, span: Span) = InvalidTargetName
        .at(span, "the name of the {what} `{written}` has {length} characters, and Argo accepts at most {most}")
        .help("use a shorter name");

    pub(crate) fn refused_name(what: &str, written: &str, span: Span) = InvalidTargetName
        .at(span, "`{written}` cannot be the name of a {what} on Argo")
        .help("use ASCII letters, digits and `_`");

    pub(crate) fn cluster_namespace() = UnsupportedByTarget
        .global("a ClusterWorkflowTemplate has no namespace")
        .help("leave `--namespace` out, or compile `--as workflow-template`");

    pub(crate) fn claims_in_cluster() = UnsupportedByTarget
        .global("a ClusterWorkflowTemplate cannot claim devices: the templates of the claims would have to be in every namespace")
        .help("compile `--as workflow-template`, or choose a profile for device plugins");

    pub(crate) fn two_names() = UnsupportedByTarget
        .global("an object has either a name or a generated one")
        .help("give `--name` or `--generate-name`, not both");

    pub(crate) fn generated_name(kind: &str) = UnsupportedByTarget
        .global("a {kind} is found by its name, so a generated one is of no use")
        .help("leave `--generate-name` out, or compile `--as workflow`");

    pub(crate) fn fixed_names(objects: &str, is_script: bool, span: Span) = FixedName
        .at(span, "with `--generate-name` a second `kubectl create` would fail: this run needs the {objects}")
        .if(is_script).label("Argo or the kubelet would change this script, so it travels in a ConfigMap")
        .note("the name of that object is fixed, and `kubectl create` refuses an object that exists")
        .help("compile `--as workflow-template`, `kubectl apply` it, and start each run with `argo submit --from workflowtemplate/NAME`");

    pub(crate) fn unknown_entrypoint(image: &str, never: bool, span: Span) = UnknownEntrypoint
        .at(span, "Argo's controller would ask a registry which program this image starts")
        .help("set it in `command`, as `docker inspect` shows it: `Entrypoint`")
        .if(never).label("with `image_pull = \"Never\"` it need not be in any registry")
        .if(!never).label("the registry of `{image}` is one of the machine or the cluster");

    pub(crate) fn no_schedule(span: Span) = UnsupportedByTarget
        .at(span, "a CronWorkflow needs a schedule, and the pipeline has none")
        .help("add `schedule {{ cron = \"0 3 * * *\" }}`, or compile `--as workflow`");
}

pub(crate) fn collision(
    what: &str,
    written: &str,
    span: Span,
    other: &str,
    place: Span,
    name: &str,
) -> Diagnostic {
    pod::collision(ARGO.name, what, written, span, other, place, name)
}

// Parameters.

messages! {
    pub(crate) fn missing_parameter(name: &str, span: Span) = MissingParameter
        .at(span, "`{name}` has no value")
        .label("this parameter has no default")
        .help("give `-p {name}=...`, write a default, or compile `--as workflow-template` and set it when a run starts");

    pub(crate) fn missing_artifact(name: &str, span: Span) = MissingParameter
        .at(span, "the artifact `{name}` has no value")
        .label("this parameter has no default")
        .help("write a default: a location such as `Dataset(\"s3://bucket/key\")`");
}

// Texts.

messages! {
    /// A text contains `{{`. Suggests what to write for the Argo variable it seems to be.
    pub(crate) fn substituted(text: &str, span: Span) = SubstitutedText
        .at(span, "Argo would read `{{{{` in this text as the start of a variable")
        .label("this has `{{{{`")
        .if(let Some(help) = instead(text)).help(help)
        .if(instead(text).is_none()).note("Argo has no escape for `{{{{`")
        .if(instead(text).is_none()).help("put the text into a script, which is not changed, or into a file of the image");

    pub(crate) fn substituted_key(key: &str, span: Span) = SubstitutedText
        .at(span, "Argo would read `{{{{` in the key `{key}` as the start of a variable")
        .label("the key is in this")
        .note("Argo replaces variables in keys as well, and has no escape for `{{{{`")
        .help("use a key without `{{{{`");

    pub(crate) fn unclosed_tag(span: Span) = SubstitutedText
        .at(span, "Argo would look for the end of a variable that has none")
        .label("this has `{{{{` without `}}}}` after it")
        .help("close it in the same text: `{{{{workflow.name}}}}`");

    pub(crate) fn substituted_in(text: &str, path: &str) = SubstitutedText
        .global("Argo would read `{{{{` in `{text}` as the start of a variable, at `{path}`")
        .help("write the text without `{{{{`");

    pub(crate) fn unprintable(character: char, span: Span) = UnprintableText
        .at(span, "Argo cannot carry the character U+{:04X} in a parameter", u32::from(character))
        .help("remove the character, or write it to a file in a script");
}

// Expressions.

messages! {
    pub(crate) fn attempt_outside(span: Span) = UnsupportedByTarget
        .at(span, "`task.attempt` is known only inside the component that runs")
        .help("write it in the component's `args` or `env`");

    pub(crate) fn item_in_expression(span: Span) = UnsupportedByTarget
        .at(span, "Argo can only pass on the item of a loop unchanged")
        .label("this would change it")
        .help("put what uses the item into a pipeline, and call that in the loop");

    pub(crate) fn looped_hook(span: Span) = UnsupportedByTarget
        .at(span, "Argo runs the handlers of a looped call once more for the loop as a whole")
        .help("put the call into a pipeline of its own, and call that in the loop");

    pub(crate) fn artifact_after_run(span: Span) = UnsupportedByTarget
        .at(span, "Argo does not know this artifact once the run has ended")
        .help("write a default for it: a location such as `Dataset(\"s3://bucket/key\")`");
}

pub(crate) fn run_time(what: &str, span: Span) -> Diagnostic {
    pod::run_time(ARGO.name, what, span)
}

pub(crate) fn no_expression(what: &str, span: Span) -> Diagnostic {
    pod::no_expression(ARGO.name, what, span)
}

// Steps.

messages! {
    pub(crate) fn unsupported(what: &str, why: &str, help: &str, span: Span) = UnsupportedByTarget
        .at(span, "{what}: {why}")
        .help(help);

    pub(crate) fn cache_key_needed(span: Span) = MissingAttribute
        .at(span, "a cached step with artifacts as inputs needs a `key`")
        .label("Argo cannot see whether an artifact has changed")
        .help("set a key that tells results apart: `cache {{ key = ... }}`");
}

// Raw fields.

messages! {
    pub(crate) fn raw_body(problem: &str, span: Span) = InvalidRawField
        .at(span, problem)
        .help("a template has one of `container`, `containerSet`, `script`, `resource`, `http`, `suspend`, `data`, `plugin`, `steps` or `dag`");

    pub(crate) fn raw_output(problem: &str, span: Span) = InvalidRawField
        .at(span, problem)
        .help("write it as Argo does: `outputs = {{ parameters = [{{ name = \"job\", valueFrom = {{ jsonPath = \"{{.metadata.name}}\" }} }}] }}`");
}

// Versions and limits.

messages! {
    pub(crate) fn over_limit(what: &str, count: usize, most: usize, help: &str) = LimitExceeded
        .global("{what}: {count}, and the target accepts at most {most}")
        .help(help);

    pub(crate) fn too_many_turns(turns: usize, levels: usize, most: usize, fewer: usize, span: Span) = LimitExceeded
        .at(span, "{turns} turns are nested {levels} templates deep, and Argo accepts at most {most}")
        .label("each turn runs inside the one before it")
        .if(fewer == 0).help("nest fewer pipeline calls")
        .if(fewer > 0).help("repeat at most {fewer} times here: `max {fewer}`");

    pub(crate) fn too_deep(levels: usize, most: usize, span: Span) = LimitExceeded
        .at(span, "pipelines and blocks are nested {levels} deep, and Argo accepts at most {most}")
        .help("nest fewer pipeline calls");

    pub(crate) fn large_manifest(name: &str, bytes: usize, most: usize) = LargeManifest
        .global("`{name}` has {bytes} bytes, and client-side `kubectl apply` accepts at most {most}")
        .help("use `kubectl apply --server-side` or `kubectl create`");

    pub(crate) fn split_delays(pipeline: &str, tasks: usize, task: &str, other: &str, span: Span) = SplitDelays
        .at(
            span,
            "`{pipeline}` has too many tasks for one graph, and splitting it delays {}",
            if tasks == 1 { "one task".to_owned() } else { format!("{tasks} tasks") }
        )
        .label("the most delayed is `{task}`, which now also waits for `{other}`")
        .note("a part starts when all that its tasks wait for has ended, and fails when one of its tasks has failed")
        .help("move tasks that belong together into pipelines of their own, and call them");

    pub(crate) fn large_run(pipeline: &str, bytes: usize, most: usize, span: Span) = LargeRun
        .at(span, "the templates of `{pipeline}` have {bytes} bytes, and a run can use {most} of them")
        .note("Argo copies each template that a run uses from another object into the run's own object")
        .help("use a component in the same way more often, put long texts into artifacts or images, or start parts of the pipeline as runs of their own");

    pub(crate) fn limit_in_handler(limit: Span, handler: Span) = UnsupportedByTarget
        .at(limit, "Argo cannot limit what runs in a handler of the run")
        .also(handler, "this runs it when the run has ended")
        .note("its controller exits if such a limit holds a task back")
        .help("remove `parallel`, or order the steps with `after`");

    pub(crate) fn handlers_over_limit(most: usize, limit: Span, handlers: Span) = UnsupportedByTarget
        .at(limit, "the handlers of the run can run more than {most} steps at the same time")
        .also(handlers, "among them this one")
        .note("Argo's controller exits if the limit of a run holds back a step of a handler")
        .help("order the steps of the handlers with `after`, or put `parallel` on a pipeline that this one calls");

    pub(crate) fn needs_version(what: &str, since: Version, version: Version, span: Option<Span>) = UnsupportedByVersion
        .maybe_at(
            span,
            "{what} needs Argo {since}, and {version} {}",
            if is_wider(version, since) { "means older releases too" } else { "is chosen" }
        )
        .help(
            "{} `--argo-version {since}`, or do without it",
            if is_wider(version, since) { "name the release that is installed, as in" } else { "compile with" }
        );
}

/// `3.6` also includes releases older than 3.6.8, though perhaps not in the author's cluster.
fn is_wider(version: Version, since: Version) -> bool {
    version.is_minor() && since.line() == version
}
