//! Warnings about programs that compile.

use argot_syntax::{Code, Diagnostic, Fix, Span};

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
    let never = |code: Code, what: &str, name: &str, span: &Span| {
        code.at(*span, format!("{what}`{name}` is never used"))
    };
    let remove = |name| format!("remove it, or name it `_{name}` to show that this is intended");
    match found {
        Unused::Import(name, fix, span) => Code::UnusedImport
            .at(*span, format!("`{name}` is imported but never used"))
            .fixed_by(fix.clone()),
        Unused::Parameter(name, span) => {
            never(Code::UnusedParameter, "the parameter ", name, span).help(remove(name))
        }
        Unused::Input(name, span) => {
            never(Code::UnusedParameter, "the input ", name, span).help(remove(name))
        }
        Unused::ScriptInput(name, variable, span) => {
            never(Code::UnusedParameter, "the input ", name, span)
                .label(format!("the script never reads the variable `{name}`"))
                .help(format!("read it as `{variable}`, {}", remove(name)))
        }
        Unused::Value(name, span) => never(Code::UnusedValue, "", name, span).help("remove it"),
        Unused::Call(name, span) => never(Code::UnusedValue, "", name, span)
            .help("write the call without `let` if it is run for its effect"),
        Unused::Variable(name, span) => never(Code::UnusedValue, "", name, span)
            .help("name it `_`")
            .fix(*span, "_"),
    }
}

pub(crate) fn image_without_tag(text: &str, span: Span) -> Diagnostic {
    Code::ImageWithoutTag
        .at(span, format!("the image `{text}` has no tag"))
        .note("it defaults to `latest`, which changes while the pipeline stays the same")
        .help("name a version")
}

pub(crate) fn image_latest(text: &str, span: Span) -> Diagnostic {
    let message = format!("the tag of `{text}` changes while the pipeline stays the same");
    Code::ImageWithoutTag
        .at(span, message)
        .help("name a version")
}

pub(crate) fn missing_unit(of: AmountOf, text: &str, found: &Unlikely, span: Span) -> Diagnostic {
    let what = match of {
        AmountOf::Cpu => "CPU",
        AmountOf::Memory => "memory",
        AmountOf::Storage => "storage",
    };
    let says = &found.says;
    let message = match of {
        AmountOf::Cpu => format!("`{text}` is {says}"),
        _ => format!("`{text}` is {says} of {what}"),
    };
    let diagnostic = Code::MissingUnit.at(span, message);
    let diagnostic = match of {
        AmountOf::Cpu => diagnostic.label("CPU is counted in cores"),
        AmountOf::Memory => diagnostic.label("no container starts with so little"),
        AmountOf::Storage => diagnostic.label("this is almost nothing"),
    };
    let Some(likely) = found.meant.first() else {
        return diagnostic;
    };
    let others = found.meant.get(1..).unwrap_or_default();
    let help = match (of, others) {
        (AmountOf::Cpu, [other]) => {
            format!("did you mean `{likely}`? write `{other}` if so many cores are meant")
        }
        (_, [other]) => format!("did you mean `{likely}`, or `{other}`?"),
        _ => format!("did you mean `{likely}`?"),
    };
    diagnostic.help(help).suggest(span, likely.clone())
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
        EmptyLoop::List(span) => Code::EmptyLoop
            .at(*span, "this loop has no turns")
            .label("this list is empty")
            .help("add elements to the list, or remove the loop"),
    }
}

fn empty_range(written: &str, from: i64, to: i64, span: Span) -> Diagnostic {
    let diagnostic = |message: String| Code::EmptyLoop.at(span, message);
    if from == to {
        return diagnostic(format!("`{written}` contains no numbers"))
            .label("the end of a range is not part of it")
            .help(format!(
                "write `{from}..{}` for the number {from} alone",
                to.saturating_add(1)
            ));
    }
    let count = from.saturating_sub(to);
    diagnostic(format!(
        "`{written}` contains no numbers: `range` counts up"
    ))
    .label("this ends before it starts")
    .help(format!(
        "to count down from {from}, loop over `0..{count}` and use `{from} - i` in place of `i`"
    ))
}

pub(crate) fn shared_volume(
    volume: &str,
    first: &str,
    second: &str,
    span: Span,
    declared: Span,
) -> Diagnostic {
    let (what, apart) = match first == second {
        true => (
            format!("turns of `{first}`"),
            "let one run at a time, `parallel 1`",
        ),
        false => (
            format!("`{first}` and `{second}`"),
            "let one run `after` the other",
        ),
    };
    let message = format!(
        "{what} can run at the same time and share `{volume}`, which only one node can use at a time"
    );
    let help = format!("{apart}, or make the claim `access = \"ReadWriteMany\"`");
    Code::SharedVolume
        .at(span, message)
        .also(declared, "this claim is ReadWriteOnce")
        .help(help)
}

/// Why there can be no further attempt.
pub(crate) enum Idle<'a> {
    /// `limit = 0`, with the name of a setting next to it that has no effect.
    NoLimit(&'a str, Span),
    /// The wait before the second attempt is at least as long as all attempts together may take.
    LongWait(Span),
    /// `when` never holds for the attempts that `on` covers, though it does for others.
    OtherEnds(&'a str, Span),
    /// `when` never holds.
    Never,
}

pub(crate) fn idle_retry(why: &Idle<'_>, span: Span) -> Diagnostic {
    let new =
        |why: &str| Code::RetryNeverHappens.at(span, format!("this retry never happens: {why}"));
    match why {
        Idle::NoLimit(name, place) => new("`limit = 0` allows no further attempt")
            .also(*place, format!("`{name}` has no effect"))
            .help("set the number of further attempts, or remove the block"),
        Idle::LongWait(max) => new("the wait uses up the time for all attempts")
            .also(*max, "all attempts together take at most this long")
            .help("make `max` longer than `backoff`"),
        Idle::OtherEnds(on, place) => new(&format!(
            "`when` is not true after any end that `on = \"{on}\"` covers"
        ))
        .also(*place, "no other end is considered")
        .help("remove `on`: `when` alone decides then"),
        Idle::Never => new("`when` is not true after any end")
            .note("`last.status` is \"Failed\" or \"Error\", and `last.exit_code` is -1 to 255")
            .help("write a condition that can be true, or remove it"),
    }
}
