//! Messages about blocks: conditions, loops, repetition and handlers.

use crate::limits::MOST_COPIED_TASKS;
use argot_syntax::{Code, Diagnostic, Span};

pub(crate) fn misplaced_statement(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MisplacedStatement,
        span,
        format!("{what} stands in a block"),
    )
    .help("move it out of the block, to the level of the pipeline")
}

pub(crate) fn empty_block(span: Span) -> Diagnostic {
    Diagnostic::new(Code::EmptyPipeline, span, "this block has no task")
        .help("call a component in it, or take it away")
}

pub(crate) fn after_yield(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::MisplacedYield, span, "this is after `yield`")
        .also(first, "the block ends here")
        .help("put `yield` last")
}

pub(crate) fn second_yield(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::MisplacedYield, span, "a block yields once")
        .also(first, "first here")
        .help("yield a record with all values: `yield { a = x, b = y }`")
}

pub(crate) fn misplaced_yield(in_handler: bool, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::MisplacedYield,
        span,
        "`yield` gives values out of an `if`, `for` or `repeat`, and this is none",
    );
    match in_handler {
        true => diagnostic.help("nothing runs behind a handler that could use the values"),
        false => diagnostic.help("a pipeline gives its outputs with `return`"),
    }
}

pub(crate) fn value_of_failed(task: &str, span: Span, condition: Span) -> Diagnostic {
    Diagnostic::new(
        Code::StatusCondition,
        span,
        format!("where this runs, `{task}` has given nothing"),
    )
    .also(condition, "it has not succeeded here")
    .help("use a parameter, or let the task fail: `with { allow_failure = true }`; its outputs are then optional")
}

pub(crate) fn yield_to_nobody(span: Span) -> Diagnostic {
    Diagnostic::new(Code::MisplacedYield, span, "nothing takes what this yields")
        .help("name the block, `let x = ...`, or take the `yield` away")
}

pub(crate) fn missing_yield(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MisplacedYield,
        span,
        "the block is named but yields nothing",
    )
    .help("end it with `yield { name = value }`, or take `let` away")
}

pub(crate) fn arm_without_yield(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::YieldsDiffer, span, "this arm yields nothing")
        .also(first, "another arm yields here")
        .help("end every arm with a `yield` of the same fields")
}

pub(crate) fn yield_differs(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::YieldsDiffer,
        span,
        format!("only this arm yields `{name}`"),
    )
    .also(first, "another arm yields here")
    .help("yield the same fields in every arm")
}

pub(crate) fn yield_lacks(name: &str, span: Span, defined: Span) -> Diagnostic {
    Diagnostic::new(
        Code::YieldsDiffer,
        span,
        format!("this arm does not yield `{name}`"),
    )
    .also(defined, "another arm does")
    .help(format!("add `{name} = ...`"))
}

pub(crate) fn yields_differ(
    name: &str,
    first: &str,
    other: &str,
    span: Span,
    defined: Span,
) -> Diagnostic {
    Diagnostic::new(
        Code::YieldsDiffer,
        span,
        format!("`{name}` is {other} here and {first} in another arm"),
    )
    .also(defined, format!("{first} here"))
    .help("yield values of one type")
}

pub(crate) fn yield_of_nothing(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::YieldsDiffer,
        span,
        format!("`{name}` is `null` in every case"),
    )
    .help("yield a value, or take the field away")
}

pub(crate) fn yield_of_volume(span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongKind, span, "a volume cannot be yielded")
        .note("which volume is mounted where is known before the run")
        .help("declare the volume in the pipeline, where every block can use it")
}

pub(crate) fn not_a_list(found: &str, is_json: bool, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::NotAList,
        span,
        format!("`for` runs over a list or a range, not over {found}"),
    );
    match is_json {
        true => diagnostic.help("say that it is a list: `as_list(...)`"),
        false => diagnostic.help("write a list, or a range such as `0..3`"),
    }
}

pub(crate) fn written_artifact_list(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        "a list of artifacts cannot be written out",
    )
    .note("its elements are kept side by side in one folder of the run's storage")
    .help("collect them in a loop, `for ... { yield { model = m.model } }`, or let a component make the list")
}

pub(crate) fn uncollectable(name: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        format!("a loop cannot collect `{name}`: it is {found}"),
    )
    .help("yield one artifact that is always there")
}

pub(crate) fn unused_variable(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnusedValue, span, format!("`{name}` is never used"))
        .help("name it `_`")
        .fix(span, "_")
}

pub(crate) fn bound_in_block(name: &str, span: Span, bound: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownName,
        span,
        format!("there is no `{name}` here"),
    )
    .also(bound, "this name ends with its block")
    .help("values leave a block by `yield`")
}

pub(crate) fn nothing_runs(name: &str, has_parameters: bool, span: Span) -> Diagnostic {
    let (with, help) = match has_parameters {
        true => (
            " with these parameters",
            "give other parameters, or call a component that always runs",
        ),
        false => ("", "call a component that always runs"),
    };
    Diagnostic::new(
        Code::EmptyPipeline,
        span,
        format!("nothing runs in `{name}`{with}"),
    )
    .note("every condition in it is known, and none holds")
    .help(help)
}

pub(crate) fn not_made_here(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RunTimeValue,
        span,
        format!("`{name}` is collected, but no task of the loop makes this artifact"),
    )
    .note("an artifact is put into its place in the list by the step that writes it")
    .help("yield an output of a component or pipeline that is called in the loop")
}

pub(crate) fn artifact_test(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RunTimeValue,
        span,
        "only the run knows whether this artifact is there, and it cannot be asked",
    )
    .note("an artifact is a file in a store; conditions see values and how tasks have ended")
    .help("ask for a value that is yielded with it, `x.score != null`, or for the task, `succeeded(t)`: the artifact is then known to be there as well")
}

pub(crate) fn collected_twice(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RunTimeValue,
        span,
        format!("the artifact of `{name}` is collected into another list already"),
    )
    .note("an artifact is put into its place in one list by the step that writes it")
    .help("yield it once, and use that list twice")
}

pub(crate) fn daemon_may_fail(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidValue,
        span,
        format!("the daemon `{name}` cannot have `allow_failure`"),
    )
    .note("a task that may fail has a graph of its own, and a daemon ends with its graph")
    .help("take one of the two away")
}

pub(crate) fn list_parameter(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MissingParameter,
        span,
        format!("`{name}` is a list of artifacts, which only another pipeline can give"),
    )
    .help("compile a pipeline that calls this one, or take a folder: an `Artifact`")
}

pub(crate) fn task_value_in_handler(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::HandlerScope,
        span,
        format!("a handler does not see the task `{name}`"),
    )
    .note("it runs after every end, and the task may not have run")
    .help("use parameters, `run.status` and `run.failures`; or handle the task itself with `if failed(...)`")
}

pub(crate) fn run_has_not_ended(field: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::HandlerScope,
        span,
        format!("`run.{field}` is known only when the run has ended"),
    )
    .help("use it in `on exit`, `on success` or `on failure`")
}

pub(crate) fn status_of_value(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::StatusCondition,
        span,
        "how a task has ended cannot decide a value",
    )
    .note("where the task fails, the pipeline fails, so that nothing could use the value")
    .help("let the task fail: `with { allow_failure = true }`; its outputs are then optional")
}

pub(crate) fn status_and_value(task: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::StatusCondition,
        span,
        format!("this block both asks how `{task}` has ended and uses what it gives"),
    )
    .note("the block as a whole waits for the value, so that it never runs where the task fails")
    .help(format!(
        "ask in the block of `{task}` itself, or let the task fail: `with {{ allow_failure = true }}`"
    ))
}

pub(crate) fn run_value_of_call(field: &str, pipeline: &str, span: Span, call: Span) -> Diagnostic {
    Diagnostic::new(
        Code::HandlerScope,
        span,
        format!("`run.{field}` is of a whole run, and `{pipeline}` is called by another pipeline"),
    )
    .also(call, "called here")
    .help("only `run.status` is known of a call; use the others in the pipeline that is run")
}

pub(crate) fn may_be_absent_at_run_time(found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MayBeAbsent,
        span,
        format!("only the run knows whether there is a value: this is {found}"),
    )
    .note(
        "an artifact, or an input of a template of the target, is there or not when it is compiled",
    )
    .help("use it in the block that yields it, ask for its task first, `if succeeded(t) { ... }`, or give another one, `... ?? other`")
}

pub(crate) fn list_of_attempt(task: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        format!("`{task}` gives a list of artifacts and may fail"),
    )
    .help("take `allow_failure` away, or let it give a folder: an `Artifact`")
}

pub(crate) fn huge_value(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::TooLarge,
        span,
        format!("what `{name}` stands for has too many parts"),
    )
    .note("a value that is not known before the run is computed anew wherever it is used, with all values in it")
    .help("let a component compute it")
}

/// The condition of an arm says that none of those above holds.
pub(crate) fn too_many_arms(name: &str, arms: usize, span: Span) -> Diagnostic {
    let reason = format!("the conditions of its first {arms} arms have too many parts together");
    super::too_large(&format!("the block `{name}`"), &reason, span)
        .note("an arm runs where its condition holds and none above it does")
        .help("let a component decide, or put some of the arms into an `if` inside `else`")
}

/// A pipeline is planned once for each way in which calls leave optional inputs out or give it volumes.
pub(crate) fn used_in_too_many_ways(name: &str, span: Span) -> Diagnostic {
    let reason = format!(
        "pipelines are used in so many ways that they come to more than {MOST_COPIED_TASKS} further tasks"
    );
    super::too_large(&format!("the plan of `{name}`"), &reason, span)
        .note("a pipeline is planned once for each way in which its calls give and leave out optional inputs and volumes")
        .help("give optional inputs a value, `x ?? fallback`")
}
