//! Every diagnostic of the Kubernetes target.

use argot_compiler::{Context, Expr, ExprKind};
use argot_syntax::{Diagnostic, Span};

use super::Version;

messages! {
    pub(crate) fn unbound(name: &str, span: Span) = MissingParameter
        .at(span, "the parameter `{name}` has no value")
        .label("it cannot be set later: a run on Kubernetes has no parameters")
        .help("set it with `-p {name}=VALUE`, in the profile's `params`, or as a default");

    pub(crate) fn run_time_condition(part: &Expr, whole: Span) = UnsupportedByTarget
        .at(part.span, "plain Kubernetes cannot decide this condition")
        .label(of_the_run(part))
        .help(USE_ARGO)
        .note("it can only decide conditions on parameters and on how steps have ended")
        .if(part.span.key() != whole.key()).also(whole, "the condition");

    pub(crate) fn run_time_loop(items: &Expr, task: Span) = UnsupportedByTarget
        .at(items.span, "plain Kubernetes cannot tell how many turns this loop has")
        .label(of_the_run(items))
        .help("loop over a parameter or constant, or compile with `--target argo`")
        .if(items.span.key() != task.key()).also(task, "the loop");

    pub(crate) fn too_many_turns(most: i64, span: Span) = LimitExceeded
        .at(span, "the loop has more than {most} turns")
        .help("let each turn do more");

    pub(crate) fn too_many_jobs(most: usize, span: Span) = LimitExceeded
        .at(span, "the run would have more than {most} Jobs on Kubernetes")
        .help("let each step do more, or compile with `--target argo`");

    /// A run that is too large before it has too many Jobs.
    pub(crate) fn too_many_nodes(most: usize, span: Span) = LimitExceeded
        .at(span, "with all calls and loops expanded, the run has more than {most} tasks, calls, blocks and turns")
        .help("nest fewer pipeline calls, let each step do more, or compile with `--target argo`");

    /// A run without a Job, for example because no loop has an iteration.
    pub(crate) fn nothing_runs(name: &str, span: Span) = EmptyPipeline
        .at(span, "nothing runs in `{name}` with these parameters")
        .note("every loop is empty, and no condition is true")
        .help("give other parameters, or call a component that always runs");

    /// Values that are written out in every Job that uses them.
    pub(crate) fn too_many_values(most: usize, span: Span) = LimitExceeded
        .at(span, "the values of all Jobs take more than {} MiB", most >> 20)
        .help("let the steps read them from a file or an artifact");

    /// A value that its reader would need too many steps to compute.
    pub(crate) fn huge_value(span: Span) = LimitExceeded
        .at(span, "written out in full, the value has too many parts")
        .note("on Kubernetes a value that is not known before the run is computed by each step that uses it")
        .help("let a component compute it");

    pub(crate) fn repeat(span: Span) = UnsupportedByTarget
        .at(span, "plain Kubernetes cannot repeat a block")
        .label("how often it runs depends on the outputs of its steps")
        .help(USE_ARGO);

    pub(crate) fn lock(name: &str, span: Span) = UnsupportedByTarget
        .at(span, "plain Kubernetes has no `{name}`")
        .label("nothing keeps Jobs of different runs apart")
        .help("remove it, or compile with `--target argo`");

    pub(crate) fn empty_name(written: &str, span: Span) = InvalidTargetName
        .at(span, "the name `{written}` has no character that the Job on Kubernetes can keep")
        .help("use a name with a letter or a digit in it");

    pub(crate) fn backoff(name: &str, span: Span) = UnsupportedByTarget
        .at(span, "plain Kubernetes cannot apply the `{name}` of `retry`")
        .label("a Job waits 10 s before the second attempt, then 20 s, 40 s and so on up to 6 min")
        .help("remove it, or compile with `--target argo`");

    pub(crate) fn retry_limit(span: Span) = UnsupportedByTarget
        .at(span, "`retry` needs a `limit`")
        .label("nothing says how often to try again")
        .help("set the number of further attempts: `limit = 3`");

    pub(crate) fn retry_when(span: Span) = UnsupportedByTarget
        .at(span, "plain Kubernetes cannot use this to decide whether to try again")
        .label("a Job distinguishes attempts only by their exit code")
        .help("write a condition on `last.exit_code`, or compile with `--target argo`");

    /// A value of the run in a field that needs a constant.
    pub(crate) fn run_time_field(what: &str, expr: &Expr) = UnsupportedByTarget
        .at(expr.span, "on Kubernetes {what} must be known at compile time")
        .label(of_the_run(expr))
        .help("use a constant or a parameter, or compile with `--target argo`");

    pub(crate) fn run_time_value(expr: &Expr) = UnsupportedByTarget
        .at(expr.span, "plain Kubernetes cannot compute this")
        .label(of_the_run(expr))
        .help("let a step compute it, or compile with `--target argo`")
        .note("a value of a step can be passed on as it is, within a text, a list or a record");

    pub(crate) fn unknown_context(context: Context, span: Span) = UnsupportedByTarget
        .at(span, "plain Kubernetes does not know `{}`", context_name(context))
        .label("nothing passes it to a container")
        .help("remove it, or compile with `--target argo`");

    pub(crate) fn no_file(span: Span) = UnsupportedByTarget
        .at(span, "there is no file here")
        .label("the input is missing")
        .help("pass the input, or omit the path if it is missing");

    pub(crate) fn outside_artifact(span: Span) = UnsupportedByTarget
        .at(span, "plain Kubernetes cannot fetch an artifact from outside")
        .label("nothing brings files into a pod")
        .help("write a step that fetches it, mount a volume that contains it, or compile with `--target argo`");

    pub(crate) fn no_command(task: &str, span: Span) = UnsupportedByTarget
        .at(span, "the program of `{task}` must be named")
        .label("this comes from a file, so a shell has to start the program, and the image's own entrypoint is not known")
        .help("give the component a `command`");

    pub(crate) fn env_name(name: &str, span: Span) = UnsupportedByTarget
        .at(span, "a shell cannot set the variable `{name}`")
        .label("its value comes from a file, so a shell has to set it")
        .help("use only letters, digits and `_`, and no name that a shell reserves, such as `UID`");

    /// An attribute that no layout supports.
    pub(crate) fn attribute(name: &str, why: &str, span: Span) = UnsupportedByTarget
        .at(span, "plain Kubernetes does not support `{name}`")
        .label(why)
        .help("remove it, or compile with `--target argo`");

    pub(crate) fn artifact_list(span: Span) = UnsupportedByTarget
        .at(span, "plain Kubernetes cannot pass a list of artifacts")
        .label("how many there are is known only after they have been written")
        .help("let one step write a folder, or compile with `--target argo`");

    pub(crate) fn large_files(size: usize, most: usize, span: Span) = LimitExceeded
        .at(span, "the scripts and the graph of this pipeline have {size} bytes, and a ConfigMap can have at most {most}")
        .help("put long scripts into an image, or compile parts of the pipeline separately");

    pub(crate) fn long_name(
        task: &str, name: &str, length: usize, longest: usize, is_named: bool, span: Span,
    ) = InvalidTargetName
        .at(span, "the Job of `{task}` would have a name of {length} characters, and {longest} are allowed")
        .label("`{name}`")
        .if(is_named).help("give the run a shorter `--name`, or the task a shorter name")
        .if(!is_named).help("give the pipeline or the task a shorter name");

    pub(crate) fn shared_workspace(first: &str, second: &str, span: Span, set: Span) = SharedVolume
        .at(span, "`{first}` and `{second}` use the workspace at the same time, which only one node can use at a time")
        .also(set, "it is set here")
        .help("use `access = \"ReadWriteMany\"`, or run one after the other");

    pub(crate) fn one_ttl(span: Span) = UnsupportedByTarget
        .at(span, "a Job is kept for the same time, however it ends")
        .label("success and failure differ here")
        .help("use `ttl {{ after = 1d }}`, or compile with `--target argo`");

    pub(crate) fn no_schedule(layout: &str, span: Span) = UnsupportedByTarget
        .at(span, "the layout `{layout}` cannot run on a schedule")
        .label("its Jobs run once")
        .help("use `--layout pod` if the steps form a chain, or `--target argo`");

    /// A scheduled pipeline without an explicit layout that does not fit in one pod.
    pub(crate) fn schedule_is_no_pod(span: Span, why: &Diagnostic) = UnsupportedByTarget
        .at(span, "plain Kubernetes runs only one pod on a schedule")
        .label("this pipeline needs more than one")
        .help("compile with `--target argo`")
        .note(&why.message)
        .if(let Some(label) = why.labels.first()).also(label.span, &label.message);

    pub(crate) fn no_timeout(layout: &str, span: Span) = UnsupportedByTarget
        .at(span, "the layout `{layout}` cannot limit the time of a whole run")
        .label("its Jobs are timed separately")
        .help("give the steps a `timeout`, use `--layout pod`, or `--target argo`");

    pub(crate) fn one_cron(count: usize, span: Span) = UnsupportedByTarget
        .at(span, "a CronJob has one cron expression, and there are {count}")
        .label("each would need a CronJob of its own")
        .help("write one expression, or compile with `--target argo`");

    pub(crate) fn queue_of_jobs(span: Span) = UnsupportedByTarget
        .at(span, "the layout `jobs` cannot wait in a Kueue queue")
        .label("Kueue suspends and releases the Jobs of its queues itself")
        .help("use `--layout jobset` or `--layout pod`, or `--target argo`");

    pub(crate) fn one_queue(task: &str, span: Span) = UnsupportedByTarget
        .at(span, "`{task}` waits in a different queue than the other steps")
        .label("a JobSet is admitted as a whole")
        .help("name one queue for all steps, as in `defaults {{ queue = ... }}`");

    pub(crate) fn pod_has_no_conditions(task: &str, span: Span) = UnsupportedByTarget
        .at(span, "the layout `pod` runs every step, and ends with the first that fails")
        .label("whether `{task}` runs, or what its failure means, depends on others")
        .help("use `--layout jobs`, or `--target argo`");

    pub(crate) fn pod_has_no_turns(task: &str, span: Span) = UnsupportedByTarget
        .at(span, "the layout `pod` runs one step at a time")
        .label("`{task}` runs once for each item")
        .help("use `--layout jobs` or `--layout jobset`, or `--target argo`");

    pub(crate) fn pod_is_a_chain(first: &str, place: Span, second: &str, span: Span) = UnsupportedByTarget
        .at(span, "the layout `pod` runs one step at a time")
        .label("`{second}` does not wait for `{first}`")
        .help("write `after {first}`, or use `--layout jobs` or `--layout jobset`")
        .also(place, "`{first}` may run at the same time");

    pub(crate) fn pod_of_several(name: &str, task: &str, span: Span) = UnsupportedByTarget
        .at(span, "the layout `pod` cannot apply the `{name}` of one of several steps")
        .label("it would apply to the whole pod, not to `{task}` alone")
        .help("use `--layout jobs` or `--layout jobset`, or `--target argo`");

    pub(crate) fn pod_differs(
        name: &str, (one, place): (String, Span), (other, span): (String, Span),
    ) = UnsupportedByTarget
        .at(span, "the steps of one pod must have the same `{name}`")
        .label("`{other}` differs from `{one}`")
        .help("use the same in both, or use `--layout jobs`")
        .also(place, "`{one}` is here");

    pub(crate) fn jobset_has_no_conditions(task: &str, span: Span) = UnsupportedByTarget
        .at(span, "the layout `jobset` runs every step")
        .label("whether `{task}` runs depends on how others have ended")
        .help("use `--layout jobs`, or `--target argo`");

    pub(crate) fn jobset_fails_whole(task: &str, span: Span) = UnsupportedByTarget
        .at(span, "a JobSet fails with any of its Jobs")
        .label("the failure of `{task}` is allowed")
        .help("use `--layout jobs`, or `--target argo`");

    pub(crate) fn jobset_has_no_limit(span: Span) = UnsupportedByTarget
        .at(span, "a JobSet does not limit how many steps run at the same time")
        .label("each starts as soon as those before it have ended")
        .help("use `--layout jobs`, or `--target argo`; a Kueue queue limits what runs, too");

    pub(crate) fn needs_version(
        what: &str, (major, minor): (u32, u32), version: Version, span: Span,
    ) = UnsupportedByVersion
        .at(span, "{what} need Kubernetes {major}.{minor}")
        .label("this is compiled for {version}")
        .help("compile with `--kube-version {major}.{minor}`, or use a platform whose devices come from plugins");

    pub(crate) fn on_error(layout: &str, what: &str, span: Span) = UnsupportedByTarget
        .at(span, "the layout `{layout}` cannot `{what}` on an error")
        .if(what == "stop").label("steps that do not wait for a failed step go on")
        .if(what != "stop").label("the first step that fails ends all others")
        .help("remove it, or use another layout or `--target argo`");

    /// A raw field that is newer than the version compiled for.
    pub(crate) fn newer_field(name: &str, since: Version, version: Version, span: Span) = UnsupportedByVersion
        .at(span, "the field `{name}` needs Kubernetes {since}")
        .label("this is compiled for {version}")
        .help("compile with `--kube-version {since}`, or remove it");
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

fn context_name(context: Context) -> String {
    let mut contexts = argot_compiler::CONTEXTS.iter();
    let found = contexts.find(|(_, _, other)| *other == context);
    found.map_or_else(String::new, |(of, name, _)| format!("{of}.{name}"))
}
