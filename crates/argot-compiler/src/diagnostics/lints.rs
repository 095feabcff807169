//! Warnings about programs that compile.

use argot_syntax::{Diagnostic, Fix, Span};

use crate::rules::{AmountOf, Unlikely};

/// A name that is never used.
#[derive(Debug)]
pub(crate) enum Unused {
    /// An import, and a fix that removes it.
    Import(String, Option<Fix>, Span),
    /// A parameter of a pipeline.
    Parameter(String, Span),
    /// An input of a component.
    Input(String, Span),
    /// An input that the script never names, and how the script would refer to it.
    ScriptInput(String, String, Span),
    /// A value that `let` names.
    Value(String, Span),
    /// A call that `let` names.
    Call(String, Span),
    /// The variable of a loop.
    Variable(String, Span),
}

pub(crate) fn unused(found: &Unused) -> Diagnostic {
    match found {
        Unused::Import(name, fix, span) => unused_import(name, fix.clone(), *span),
        Unused::Parameter(name, span) => unused_parameter("parameter", name, *span),
        Unused::Input(name, span) => unused_parameter("input", name, *span),
        Unused::ScriptInput(name, variable, span) => unread_by_script(name, variable, *span),
        Unused::Value(name, span) => unused_value(name, false, *span),
        Unused::Call(name, span) => unused_value(name, true, *span),
        Unused::Variable(name, span) => unused_variable(name, *span),
    }
}

/// A loop without turns, and why it has none.
#[derive(Debug)]
pub(crate) enum EmptyLoop {
    /// A range, as written, that ends where it starts or before.
    Range {
        written: String,
        from: i64,
        to: i64,
        span: Span,
    },
    /// A list without elements.
    List(Span),
}

pub(crate) fn empty_loop(found: &EmptyLoop) -> Diagnostic {
    match found {
        EmptyLoop::Range {
            written,
            from,
            to,
            span,
        } => empty_range(written, *from, *to, *span),
        EmptyLoop::List(span) => empty_list(*span),
    }
}

messages! {
    fn unused_import(name: &str, fix: Option<Fix>, span: Span) = UnusedImport
        .at(span, "`{name}` is imported but never used")
        .fixed_by(fix);

    fn unused_parameter(what: &str, name: &str, span: Span) = UnusedParameter
        .at(span, "the {what} `{name}` is never used")
        .help("remove it, or name it `_{name}` to show that this is intended");

    /// An input that the script never names. `variable` is how the script would refer to it.
    fn unread_by_script(name: &str, variable: &str, span: Span) = UnusedParameter
        .at(span, "the input `{name}` is never used")
        .label("the script never reads the variable `{name}`")
        .help("read it as `{variable}`, remove it, or name it `_{name}` to show that this is intended");

    fn unused_value(name: &str, task: bool, span: Span) = UnusedValue
        .at(span, "`{name}` is never used")
        .if(task).help("write the call without `let` if it is run for its effect")
        .if(!task).help("remove it");

    fn unused_variable(name: &str, span: Span) = UnusedValue
        .at(span, "`{name}` is never used")
        .help("name it `_`")
        .fix(span, "_");

    pub(crate) fn image_without_tag(text: &str, span: Span) = ImageWithoutTag
        .at(span, "the image `{text}` has no tag")
        .note("it defaults to `latest`, which changes while the pipeline stays the same")
        .help("name a version");

    pub(crate) fn image_latest(text: &str, span: Span) = ImageWithoutTag
        .at(span, "the tag of `{text}` changes while the pipeline stays the same")
        .help("name a version");

    fn empty_range(written: &str, from: i64, to: i64, span: Span) = EmptyLoop
        .at(span, "`{written}` contains no numbers{}", if from == to { "" } else { ": `range` counts up" })
        .if(from == to).label("the end of a range is not part of it")
        .if(from == to).help("write `{from}..{}` for the number {from} alone", to.saturating_add(1))
        .if(from != to).label("this ends before it starts")
        .if(from != to).help(
            "to count down from {from}, loop over `0..{}` and use `{from} - i` in place of `i`",
            from.saturating_sub(to)
        );

    fn empty_list(span: Span) = EmptyLoop
        .at(span, "this loop has no turns")
        .label("this list is empty")
        .help("add elements to the list, or remove the loop");

    pub(crate) fn shared_volume(volume: &str, first: &str, second: &str, span: Span, declared: Span) = SharedVolume
        .at(
            span,
            "{} can run at the same time and share `{volume}`, which only one node can use at a time",
            if first == second { format!("turns of `{first}`") } else { format!("`{first}` and `{second}`") }
        )
        .also(declared, "this claim is ReadWriteOnce")
        .help(
            "{}, or make the claim `access = \"ReadWriteMany\"`",
            if first == second { "let one run at a time, `parallel 1`" } else { "let one run `after` the other" }
        );

    fn idle_retry(why: &str, span: Span) = RetryNeverHappens
        .at(span, "this retry never happens: {why}");

    /// `limit = 0`, and next to it a setting `name` that has no effect.
    pub(crate) fn retry_without_limit(name: &str, setting: Span, span: Span) =
        idle_retry("`limit = 0` allows no further attempt", span)
        .also(setting, "`{name}` has no effect")
        .help("set the number of further attempts, or remove the block");

    /// The wait before the second attempt is at least as long as all attempts together may take.
    pub(crate) fn retry_waits_too_long(max: Span, span: Span) =
        idle_retry("the wait uses up the time for all attempts", span)
        .also(max, "all attempts together take at most this long")
        .help("make `max` longer than `backoff`");

    /// `when` never holds for the attempts that `on` covers, though it does for others.
    pub(crate) fn retry_on_other_ends(on: &str, place: Span, span: Span) =
        idle_retry(&format!("`when` is not true after any end that `on = \"{on}\"` covers"), span)
        .also(place, "no other end is considered")
        .help("remove `on`: `when` alone decides then");

    /// `when` never holds.
    pub(crate) fn retry_after_no_end(span: Span) = idle_retry("`when` is not true after any end", span)
        .note("`last.status` is \"Failed\" or \"Error\", and `last.exit_code` is -1 to 255")
        .help("write a condition that can be true, or remove it");

    pub(crate) fn missing_unit(of: AmountOf, text: &str, found: &Unlikely, span: Span) = MissingUnit
        .at(span, "`{text}` is {}{}", found.says, match of {
            AmountOf::Cpu => "",
            AmountOf::Memory => " of memory",
            AmountOf::Storage => " of storage",
        })
        .label(match of {
            AmountOf::Cpu => "CPU is counted in cores",
            AmountOf::Memory => "no container starts with so little",
            AmountOf::Storage => "this is almost nothing",
        })
        .if(let [likely, others @ ..] = found.meant.as_slice()).help(match (of, others) {
            (AmountOf::Cpu, [other]) => format!("did you mean `{likely}`? write `{other}` if so many cores are meant"),
            (_, [other]) => format!("did you mean `{likely}`, or `{other}`?"),
            _ => format!("did you mean `{likely}`?"),
        })
        .if(let Some(likely) = found.meant.first()).suggest(span, likely);
}
