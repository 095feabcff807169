//! Messages about pipelines as a whole and what they return.

use argot_syntax::{Code, Diagnostic, Span};

use super::{EmptyLoop, empty_loop, known};
use crate::limits::MOST_COPIED_TASKS;

messages! {
    pub(crate) fn not_yet_supported(what: &str, span: Span) = NotYetSupported
        .at(span, "{what} is not yet supported");

    pub(crate) fn empty_pipeline(name: &str, span: Span) = EmptyPipeline
        .at(span, "the pipeline `{name}` has no tasks")
        .help("call a component in it");

    pub(crate) fn nothing_runs(name: &str, has_parameters: bool, span: Span) = EmptyPipeline
        .at(span, "nothing runs in `{name}`{}", if has_parameters { " with these parameters" } else { "" })
        .note("every condition in it is known at compile time, and none is true")
        .if(has_parameters).help("give other parameters, or call a component that always runs")
        .if(!has_parameters).help("call a component that always runs");

    pub(crate) fn after_return(span: Span, first: Span) = InvalidReturn
        .at(span, "this is after `return`")
        .also(first, "the pipeline ends here")
        .help("put `return` last");

    pub(crate) fn second_return(span: Span, first: Span) = InvalidReturn
        .at(span, "a pipeline can return only once")
        .also(first, "first here");

    pub(crate) fn return_without_outputs(span: Span) = InvalidReturn
        .at(span, "the pipeline has no outputs to return")
        .help("declare them after its parameters: `-> (model: Model)`");

    pub(crate) fn missing_return(name: &str, span: Span) = InvalidReturn
        .at(span, "`{name}` has outputs but no `return`")
        .help("end it with `return {{ name = value }}`");

    pub(crate) fn return_lacks(name: &str, span: Span, defined: Span) = InvalidReturn
        .at(span, "the output `{name}` is not returned")
        .also(defined, "declared here");

    pub(crate) fn unknown_return(name: &str, span: Span, near: Option<&str>, names: &[&str]) = InvalidReturn
        .at(span, "the pipeline has no output `{name}`")
        .note(known("outputs", names))
        .did_you_mean(near);

    /// A pipeline is planned once for each combination of optional inputs left out and volumes passed by its calls.
    pub(crate) fn used_in_too_many_ways(name: &str, span: Span) = TooLarge
        .at(
            span,
            "the plan of `{name}` is too large: pipelines are used in so many ways that they add more than {MOST_COPIED_TASKS} tasks"
        )
        .note("a pipeline is planned once for each way in which its calls set or omit optional inputs and volumes")
        .help("give optional inputs a value, `x ?? fallback`");
}

/// Nothing runs because of an empty loop.
pub(crate) fn only_empty_loops(name: &str, empty: &EmptyLoop) -> Diagnostic {
    let found = empty_loop(empty);
    Diagnostic {
        code: Code::EmptyPipeline,
        severity: Code::EmptyPipeline.severity(),
        message: format!("nothing runs in `{name}`: {}", found.message),
        ..found
    }
}

pub(crate) fn return_needs_record(names: &[&str], span: Span) -> Diagnostic {
    let fields: Vec<String> = names.iter().map(|name| format!("{name} = ...")).collect();
    Code::InvalidReturn
        .at(span, "several outputs must be returned as a record")
        .help(format!("write `return {{ {} }}`", fields.join(", ")))
}
