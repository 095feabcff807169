//! Warnings about programs that compile.

use argot_syntax::{Code, Diagnostic, Fix, Span};

use crate::rules::{AmountOf, Unlikely};

pub(crate) fn unused_import(name: &str, fix: Option<Fix>, span: Span) -> Diagnostic {
    let message = format!("`{name}` is imported but never used");
    let diagnostic = Code::UnusedImport.at(span, message);
    match fix {
        Some(fix) => diagnostic.fixed_by(fix),
        None => diagnostic,
    }
}

pub(crate) fn unused_parameter(what: &str, name: &str, span: Span) -> Diagnostic {
    Code::UnusedParameter
        .at(span, format!("the {what} `{name}` is never used"))
        .help(format!(
            "remove it, or name it `_{name}` to say that it is meant"
        ))
}

pub(crate) fn unused_value(name: &str, task: bool, span: Span) -> Diagnostic {
    let diagnostic = Code::UnusedValue.at(span, format!("`{name}` is never used"));
    if task {
        diagnostic.help("write the call without `let` if it is run for its effect")
    } else {
        diagnostic.help("remove it")
    }
}

pub(crate) fn unused_variable(name: &str, span: Span) -> Diagnostic {
    Code::UnusedValue
        .at(span, format!("`{name}` is never used"))
        .help("name it `_`")
        .fix(span, "_")
}

pub(crate) fn image_without_tag(text: &str, span: Span) -> Diagnostic {
    Code::ImageWithoutTag
        .at(span, format!("the image `{text}` has no tag"))
        .note("it then means `latest`, which changes under a pipeline that does not")
        .help("name a version")
}

pub(crate) fn image_latest(text: &str, span: Span) -> Diagnostic {
    let message = format!("the tag of `{text}` changes under the pipeline");
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
        AmountOf::Storage => diagnostic.label("this holds next to nothing"),
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

pub(crate) fn empty_range(written: &str, from: i64, to: i64, span: Span) -> Diagnostic {
    let diagnostic = |message: String| Code::EmptyLoop.at(span, message);
    if from == to {
        return diagnostic(format!("`{written}` has no number in it"))
            .label("the end of a range is not part of it")
            .help(format!(
                "write `{from}..{}` for the number {from} alone",
                to.saturating_add(1)
            ));
    }
    let count = from.saturating_sub(to);
    diagnostic(format!(
        "`{written}` has no number in it: `range` counts up"
    ))
    .label("this ends before it starts")
    .help(format!(
        "to count down from {from}, loop over `0..{count}` and use `{from} - i` in place of `i`"
    ))
}

pub(crate) fn empty_list(span: Span) -> Diagnostic {
    Code::EmptyLoop
        .at(span, "this loop has no turn")
        .label("this list is empty")
        .help("give the list elements, or remove the loop")
}

pub(crate) fn shared_volume(
    volume: &str,
    first: &str,
    second: &str,
    span: Span,
    declared: Span,
) -> Diagnostic {
    let (what, help) = match first == second {
        true => (
            format!("turns of `{first}`"),
            "let one run at a time, `parallel 1`, or make the claim `access = \"ReadWriteMany\"`",
        ),
        false => (
            format!("`{first}` and `{second}`"),
            "let one run `after` the other, or make the claim `access = \"ReadWriteMany\"`",
        ),
    };
    let message = format!(
        "{what} can run at the same time and share `{volume}`, which one node at a time can use"
    );
    Code::SharedVolume
        .at(span, message)
        .also(declared, "this claim is ReadWriteOnce")
        .help(help)
}

/// Why no further attempt can follow.
pub(crate) enum Idle<'a> {
    /// `limit = 0`, with the name of what has no effect beside it.
    NoLimit(&'a str, Span),
    /// The wait before the second attempt is as long as all attempts may take.
    LongWait(Span),
    /// `when` holds after no end that `on` covers, though it does after others.
    OtherEnds(&'a str, Span),
    /// `when` holds after no end.
    Never,
}

pub(crate) fn idle_retry(why: &Idle<'_>, span: Span) -> Diagnostic {
    let new = |message: String| Code::RetryNeverHappens.at(span, message);
    match why {
        Idle::NoLimit(name, place) => {
            new("this retry never happens: `limit = 0` allows no further attempt".to_owned())
                .also(*place, format!("`{name}` has no effect"))
                .help("say how many further attempts there are, or remove the block")
        }
        Idle::LongWait(max) => {
            new("this retry never happens: the wait uses up the time for all attempts".to_owned())
                .also(*max, "all attempts together take at most this long")
                .help("make `max` longer than `backoff`")
        }
        Idle::OtherEnds(on, place) => new(format!(
            "this retry never happens: `when` does not hold after any end that `on = \"{on}\"` covers"
        ))
        .also(*place, "no other end is looked at")
        .help("remove `on`: `when` alone decides then"),
        Idle::Never => new("this retry never happens: `when` does not hold after any end".to_owned())
            .note("`last.status` is \"Failed\" or \"Error\", and `last.exit_code` is -1 to 255")
            .help("write a condition that can hold, or remove it"),
    }
}
