//! Every diagnostic of the Kubernetes target.

use argot_compiler::{Context, Expr, ExprKind};
use argot_syntax::{Code, Diagnostic, Span};

use super::Version;

/// A construct that the target does not support.
fn cannot(span: Span, what: impl Into<String>) -> Diagnostic {
    Code::UnsupportedByTarget.at(span, what)
}

const USE_ARGO: &str = "compile with `--target argo`, which decides it during the run";

/// The part that makes an expression depend on the run.
fn of_the_run(expr: &Expr) -> &'static str {
    let mut found = "this is known only during the run";
    expr.walk(&mut |part| {
        found = match &part.kind {
            ExprKind::TaskOutput { .. } | ExprKind::Gather { .. } => "this is an output of a step",
            ExprKind::TaskStatus(_) => "this is how a step has ended",
            ExprKind::TaskIp(_) => "this is the address of a step's pod",
            ExprKind::Context(Context::RunCreated) => {
                "this is known only after the run was created"
            }
            _ => return,
        };
    });
    found
}

pub(crate) fn unbound(name: &str, span: Span) -> Diagnostic {
    let help = format!("set it with `-p {name}=VALUE`, in the profile's `params`, or as a default");
    Code::MissingParameter
        .at(span, format!("the parameter `{name}` has no value"))
        .label("it cannot be set later: a run on Kubernetes has no parameters")
        .help(help)
}

pub(crate) fn run_time_condition(part: &Expr, whole: Span) -> Diagnostic {
    let diagnostic = cannot(part.span, "plain Kubernetes cannot decide this condition")
        .label(of_the_run(part))
        .help(USE_ARGO)
        .note("it can only decide conditions on parameters and on how steps have ended");
    match part.span == whole {
        true => diagnostic,
        false => diagnostic.also(whole, "the condition"),
    }
}

pub(crate) fn run_time_loop(items: &Expr, task: Span) -> Diagnostic {
    let what = "plain Kubernetes cannot tell how many turns this loop has";
    let diagnostic = cannot(items.span, what)
        .label(of_the_run(items))
        .help("loop over a parameter or constant, or compile with `--target argo`");
    match items.span == task {
        true => diagnostic,
        false => diagnostic.also(task, "the loop"),
    }
}

pub(crate) fn too_many_turns(most: i64, span: Span) -> Diagnostic {
    Code::LimitExceeded
        .at(span, format!("the loop has more than {most} turns"))
        .help("let each turn do more")
}

pub(crate) fn too_many_jobs(most: usize, span: Span) -> Diagnostic {
    let message = format!("the run would have more than {most} Jobs on Kubernetes");
    Code::LimitExceeded
        .at(span, message)
        .help("let each step do more, or compile with `--target argo`")
}

/// A run that is too large before it has too many Jobs.
pub(crate) fn too_many_nodes(most: usize, span: Span) -> Diagnostic {
    let message = format!("laid out, the run has more than {most} tasks, calls, blocks and turns");
    Code::LimitExceeded
        .at(span, message)
        .help("nest fewer pipeline calls, let each step do more, or compile with `--target argo`")
}

/// A run without a Job, for example because no loop has an iteration.
pub(crate) fn nothing_runs(name: &str, span: Span) -> Diagnostic {
    let message = format!("nothing runs in `{name}` with these parameters");
    Code::EmptyPipeline
        .at(span, message)
        .note("laid out, no loop has a turn and no condition is true")
        .help("give other parameters, or call a component that always runs")
}

/// Values that are written out in every Job that uses them.
pub(crate) fn too_many_values(most: usize, span: Span) -> Diagnostic {
    let message = format!("the values of all Jobs take more than {} MiB", most >> 20);
    Code::LimitExceeded
        .at(span, message)
        .help("let the steps read them from a file or an artifact")
}

/// A value that its reader would need too many steps to compute.
pub(crate) fn huge_value(span: Span) -> Diagnostic {
    let message = "written out in full, the value has too many parts";
    Code::LimitExceeded
        .at(span, message)
        .note(
            "on Kubernetes a value that is not known before the run is computed by each step that uses it",
        )
        .help("let a component compute it")
}

pub(crate) fn repeat(span: Span) -> Diagnostic {
    cannot(span, "plain Kubernetes cannot repeat a block")
        .label("how often it runs depends on the outputs of its steps")
        .help(USE_ARGO)
}

pub(crate) fn lock(name: &str, span: Span) -> Diagnostic {
    cannot(span, format!("plain Kubernetes has no `{name}`"))
        .label("nothing keeps Jobs of different runs apart")
        .help("remove it, or compile with `--target argo`")
}

pub(crate) fn empty_name(written: &str, span: Span) -> Diagnostic {
    let message =
        format!("the name `{written}` has no character that the Job on Kubernetes can keep");
    Code::InvalidTargetName
        .at(span, message)
        .help("use a name with a letter or a digit in it")
}

pub(crate) fn backoff(name: &str, span: Span) -> Diagnostic {
    let what = format!("plain Kubernetes cannot apply the `{name}` of `retry`");
    cannot(span, what)
        .label("a Job waits 10 s before the second attempt, then 20 s, 40 s and so on up to 6 min")
        .help("remove it, or compile with `--target argo`")
}

pub(crate) fn retry_limit(span: Span) -> Diagnostic {
    cannot(span, "`retry` needs a `limit`")
        .label("nothing says how often to try again")
        .help("set the number of further attempts: `limit = 3`")
}

pub(crate) fn retry_when(span: Span) -> Diagnostic {
    let what = "plain Kubernetes cannot use this to decide whether to try again";
    cannot(span, what)
        .label("a Job distinguishes attempts only by their exit code")
        .help("write a condition on `last.exit_code`, or compile with `--target argo`")
}

/// A value of the run in a field that needs a constant.
pub(crate) fn run_time_field(what: &str, expr: &Expr) -> Diagnostic {
    let what = format!("on Kubernetes {what} must be known at compile time");
    cannot(expr.span, what)
        .label(of_the_run(expr))
        .help("use a constant or a parameter, or compile with `--target argo`")
}

pub(crate) fn run_time_value(expr: &Expr) -> Diagnostic {
    cannot(expr.span, "plain Kubernetes cannot compute this")
        .label(of_the_run(expr))
        .help("let a step compute it, or compile with `--target argo`")
        .note("a value of a step can be passed on as it is, within a text, a list or a record")
}

pub(crate) fn unknown_context(context: Context, span: Span) -> Diagnostic {
    let found = argot_compiler::CONTEXTS
        .iter()
        .find(|(_, _, other)| *other == context);
    let name = found.map_or_else(String::new, |(of, name, _)| format!("{of}.{name}"));
    cannot(span, format!("plain Kubernetes does not know `{name}`"))
        .label("nothing passes it to a container")
        .help("remove it, or compile with `--target argo`")
}

pub(crate) fn no_file(span: Span) -> Diagnostic {
    cannot(span, "there is no file here")
        .label("the input is missing")
        .help("pass the input, or omit the path if it is missing")
}

pub(crate) fn outside_artifact(span: Span) -> Diagnostic {
    let what = "plain Kubernetes cannot fetch an artifact from outside";
    cannot(span, what).label("nothing brings files into a pod").help("write a step that fetches it, mount a volume that contains it, or compile with `--target argo`")
}

pub(crate) fn no_command(task: &str, span: Span) -> Diagnostic {
    cannot(span, format!("the program of `{task}` must be named")).label("this comes from a file, so a shell has to start the program, and the image's own entrypoint is not known").help("give the component a `command`")
}

pub(crate) fn env_name(name: &str, span: Span) -> Diagnostic {
    cannot(span, format!("a shell cannot set the variable `{name}`"))
        .label("its value comes from a file, so a shell has to set it")
        .help("use only letters, digits and `_`, and no name that a shell reserves, such as `UID`")
}

/// An attribute that no layout supports.
pub(crate) fn attribute(name: &str, why: &str, span: Span) -> Diagnostic {
    cannot(span, format!("plain Kubernetes does not support `{name}`"))
        .label(why)
        .help("remove it, or compile with `--target argo`")
}

pub(crate) fn artifact_list(span: Span) -> Diagnostic {
    cannot(span, "plain Kubernetes cannot pass a list of artifacts")
        .label("how many there are is known only after they have been written")
        .help("let one step write a folder, or compile with `--target argo`")
}

pub(crate) fn large_files(size: usize, most: usize, span: Span) -> Diagnostic {
    let message = format!(
        "the scripts and the graph of this pipeline have {size} bytes, and a ConfigMap can have at most {most}"
    );
    Code::LimitExceeded
        .at(span, message)
        .help("put long scripts into an image, or compile parts of the pipeline separately")
}

pub(crate) fn long_name(
    task: &str,
    name: &str,
    length: usize,
    longest: usize,
    is_named: bool,
    span: Span,
) -> Diagnostic {
    let help = match is_named {
        true => "give the run a shorter `--name`, or the task a shorter name",
        false => "give the pipeline or the task a shorter name",
    };
    let message = format!(
        "the Job of `{task}` would have a name of {length} characters, and {longest} are allowed"
    );
    Code::InvalidTargetName
        .at(span, message)
        .label(format!("`{name}`"))
        .help(help)
}

pub(crate) fn shared_workspace(
    first: &str,
    second: &str,
    span: Span,
    said: Option<Span>,
) -> Diagnostic {
    let message = format!(
        "`{first}` and `{second}` use the workspace at the same time, which only one node can use at a time"
    );
    let diagnostic = Code::SharedVolume
        .at(span, message)
        .help("use `access = \"ReadWriteMany\"`, or run one after the other");
    match said {
        Some(said) => diagnostic.also(said, "it is set here"),
        None => diagnostic,
    }
}

pub(crate) fn one_ttl(span: Span) -> Diagnostic {
    cannot(span, "a Job is kept for the same time, however it ends")
        .label("success and failure differ here")
        .help("use `ttl { after = 1d }`, or compile with `--target argo`")
}

pub(crate) fn no_schedule(layout: &str, span: Span) -> Diagnostic {
    let what = format!("the layout `{layout}` cannot run on a schedule");
    cannot(span, what)
        .label("its Jobs run once")
        .help("use `--layout pod` if the steps form a chain, or `--target argo`")
}

/// A scheduled pipeline without an explicit layout that does not fit in one pod.
pub(crate) fn schedule_is_no_pod(span: Span, why: Diagnostic) -> Diagnostic {
    let mut diagnostic = cannot(span, "plain Kubernetes runs only one pod on a schedule")
        .label("this pipeline needs more than one")
        .help("compile with `--target argo`")
        .note(why.message.clone());
    if let Some(label) = why.labels.first() {
        diagnostic = diagnostic.also(label.span, label.message.clone());
    }
    diagnostic
}

pub(crate) fn no_timeout(layout: &str, span: Span) -> Diagnostic {
    let what = format!("the layout `{layout}` cannot limit the time of a whole run");
    cannot(span, what)
        .label("its Jobs are timed separately")
        .help("give the steps a `timeout`, use `--layout pod`, or `--target argo`")
}

pub(crate) fn one_cron(count: usize, span: Span) -> Diagnostic {
    let what = format!("a CronJob has one cron expression, and there are {count}");
    cannot(span, what)
        .label("each would need a CronJob of its own")
        .help("write one expression, or compile with `--target argo`")
}

pub(crate) fn queue_of_jobs(span: Span) -> Diagnostic {
    cannot(span, "the layout `jobs` cannot wait in a Kueue queue")
        .label("Kueue suspends and releases the Jobs of its queues itself")
        .help("use `--layout jobset` or `--layout pod`, or `--target argo`")
}

pub(crate) fn one_queue(task: &str, span: Span) -> Diagnostic {
    let what = format!("`{task}` waits in a different queue than the other steps");
    cannot(span, what)
        .label("a JobSet is admitted as a whole")
        .help("name one queue for all steps, as in `defaults { queue = ... }`")
}

pub(crate) fn pod_has_no_conditions(task: &str, span: Span) -> Diagnostic {
    let what = "the layout `pod` runs every step, and ends with the first that fails";
    cannot(span, what)
        .label(format!(
            "whether `{task}` runs, or what its failure means, depends on others"
        ))
        .help("use `--layout jobs`, or `--target argo`")
}

pub(crate) fn pod_has_no_turns(task: &str, span: Span) -> Diagnostic {
    cannot(span, "the layout `pod` runs one step at a time")
        .label(format!("`{task}` runs once for each item"))
        .help("use `--layout jobs` or `--layout jobset`, or `--target argo`")
}

pub(crate) fn pod_is_a_chain(first: &str, place: Span, second: &str, span: Span) -> Diagnostic {
    cannot(span, "the layout `pod` runs one step at a time")
        .label(format!("`{second}` does not wait for `{first}`"))
        .help(format!(
            "write `after {first}`, or use `--layout jobs` or `--layout jobset`"
        ))
        .also(place, format!("`{first}` may run beside it"))
}

pub(crate) fn pod_of_several(name: &str, task: &str, span: Span) -> Diagnostic {
    let what = format!("the layout `pod` cannot apply the `{name}` of one of several steps");
    cannot(span, what)
        .label(format!(
            "it would apply to the whole pod, not to `{task}` alone"
        ))
        .help("use `--layout jobs` or `--layout jobset`, or `--target argo`")
}

pub(crate) fn pod_differs(
    name: &str,
    (one, place): (String, Span),
    (other, span): (String, Span),
) -> Diagnostic {
    let what = format!("the steps of one pod must have the same `{name}`");
    cannot(span, what)
        .label(format!("`{other}` differs from `{one}`"))
        .help("use the same in both, or use `--layout jobs`")
        .also(place, format!("`{one}` is here"))
}

pub(crate) fn jobset_has_no_conditions(task: &str, span: Span) -> Diagnostic {
    cannot(span, "the layout `jobset` runs every step")
        .label(format!(
            "whether `{task}` runs depends on how others have ended"
        ))
        .help("use `--layout jobs`, or `--target argo`")
}

pub(crate) fn jobset_fails_whole(task: &str, span: Span) -> Diagnostic {
    cannot(span, "a JobSet fails with any of its Jobs")
        .label(format!("the failure of `{task}` is allowed"))
        .help("use `--layout jobs`, or `--target argo`")
}

pub(crate) fn jobset_has_no_limit(span: Span) -> Diagnostic {
    let what = "a JobSet does not limit how many steps run at the same time";
    cannot(span, what)
        .label("each starts as soon as those before it have ended")
        .help("use `--layout jobs`, or `--target argo`; a Kueue queue limits what runs, too")
}

pub(crate) fn needs_version(
    what: &str,
    (major, minor): (u32, u32),
    version: Version,
    span: Span,
) -> Diagnostic {
    Code::UnsupportedByVersion.at(span, format!("{what} need Kubernetes {major}.{minor}"))
        .label(format!("this is compiled for {version}"))
        .help(format!(
        "compile with `--kube-version {major}.{minor}`, or use a platform whose devices come from plugins"
    ))
}

pub(crate) fn on_error(layout: &str, what: &str, span: Span) -> Diagnostic {
    let why = match what {
        "stop" => "steps that do not wait for a failed step go on",
        _ => "the first step that fails ends all others",
    };
    let what = format!("the layout `{layout}` cannot `{what}` on an error");
    cannot(span, what)
        .label(why)
        .help("remove it, or use another layout or `--target argo`")
}

/// A raw field that is newer than the version compiled for.
pub(crate) fn newer_field(name: &str, since: Version, version: Version, span: Span) -> Diagnostic {
    let help = format!("compile with `--kube-version {since}`, or remove it");
    Code::UnsupportedByVersion
        .at(span, format!("the field `{name}` needs Kubernetes {since}"))
        .label(format!("this is compiled for {version}"))
        .help(help)
}
