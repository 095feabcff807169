//! Messages about calls, their arguments and the outputs of tasks.

use argot_syntax::{Fix, Span, first_listed};

use super::known;

messages! {
    pub(crate) fn unknown_argument(
        callee: &str, name: &str, span: Span, near: Option<&str>, names: &[&str],
    ) = UnknownArgument
        .at(span, "`{callee}` has no input `{name}`")
        .note(known("inputs", names))
        .did_you_mean(near);

    pub(crate) fn unnamed_argument(callee: &str, missing: &[&str], span: Span) = UnnamedArgument
        .at(span, "an argument must name its input")
        .help("write `{callee}({} = ...)`", missing.first().unwrap_or(&"input"));

    pub(crate) fn missing_argument(callee: &str, name: &str, ty: &str, span: Span, defined: Span) = MissingArgument
        .at(span, "`{callee}` needs `{name}`")
        .also(defined, "this input is {ty} and has no default")
        .help("add `{name} = ...`");

    /// `fix` removes the name together with its comma.
    pub(crate) fn repeated_after(name: &str, fix: Fix, span: Span) = DuplicateName
        .at(span, "`{name}` is listed twice in `after`")
        .fixed_by(fix);

    pub(crate) fn not_a_task(name: &str, span: Span) = NotATask
        .at(span, "`{name}` is not a task")
        .help("`after` waits for calls; name the call with `let`");

    pub(crate) fn useless_expression(span: Span) = WrongKind
        .at(span, "this value is not used")
        .help("a statement calls a component or a pipeline; name a value with `let`");

    pub(crate) fn suffix_of_expression(span: Span) = WrongKind
        .at(span, "`after` and `with` can only follow a call of a component or pipeline");

    pub(crate) fn output_as_value(span: Span) = WrongKind
        .at(span, "an output has no value before the program has run")
        .help("add `.path` for the file that the program must write");

    pub(crate) fn output_has_only_path(name: &str, span: Span) = UnknownField
        .at(span, "an output has no field `{name}`")
        .help("`.path` is the file that the program must write")
        .suggest(span, "path");

    pub(crate) fn context_as_value(name: &str, fields: &[&str], span: Span) = WrongKind
        .at(span, "`{name}` is not a value")
        .note("the values in it are {}", first_listed(fields));

    pub(crate) fn task_context_in_pipeline(name: &str, span: Span) = WrongKind
        .at(span, "`task.{name}` does not refer to a task here")
        .help("use it inside a component");

    pub(crate) fn no_output(task: &str, span: Span) = AmbiguousOutput
        .at(span, "the task `{task}` has no output")
        .help("to run after it without using a value of it, write `after {task}` after the call");

    pub(crate) fn ambiguous_output(task: &str, names: &[&str], span: Span) = AmbiguousOutput
        .at(span, "the task `{task}` has several outputs")
        .note("they are {}", first_listed(names))
        .help("name one of them: `{task}.{}`", names.first().copied().unwrap_or("output"));

    pub(crate) fn unknown_output(
        task: &str, name: &str, span: Span, near: Option<&str>, names: &[&str],
    ) = UnknownOutput
        .at(span, "the task `{task}` has no output `{name}`")
        .note(known("outputs", names))
        .did_you_mean(near);

    pub(crate) fn unknown_component_output(name: &str, span: Span, near: Option<&str>, names: &[&str]) = UnknownOutput
        .at(span, "the component has no output `{name}`")
        .note(known("outputs", names))
        .did_you_mean(near);
}
