//! What is wrong with values that are known: amounts, empty loops, schedules.

use argot_syntax::{Code, Diagnostic, Span};

use crate::{
    check::{LongStep, Met},
    rules::{AmountOf, Unlikely},
};

pub(crate) fn request_over_known_limit(request: &str, limit: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RequestOverLimit,
        span,
        format!("the request {request} is over the limit {limit}"),
    )
    .help("give a request that is not larger than the limit")
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
    let diagnostic = Diagnostic::new(Code::MissingUnit, span, message);
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
    let diagnostic = |message: String| Diagnostic::new(Code::EmptyLoop, span, message);
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
    Diagnostic::new(Code::EmptyLoop, span, "this loop has no turn")
        .label("this list is empty")
        .help("give the list elements, or remove the loop")
}

/// Nothing runs because of a loop without a turn, of which `found` tells.
pub(crate) fn only_empty_loops(name: &str, found: Diagnostic) -> Diagnostic {
    Diagnostic {
        code: Code::EmptyPipeline,
        severity: Code::EmptyPipeline.severity(),
        message: format!("nothing runs in `{name}`: {}", found.message),
        ..found
    }
}

pub(crate) fn no_member_in_common(left: &str, right: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownMember,
        span,
        "the two sides have no member in common, so they are never equal",
    )
    .note(format!("one side is {left}, the other {right}"))
    .help("compare values of one enumeration")
}

pub(crate) fn never_comes(text: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidSchedule,
        span,
        format!("`{text}` never comes: {reason}"),
    )
    .help("name a day that the month has; the last day of every month cannot be said in cron")
}

pub(crate) fn step_over_field(text: &str, step: &LongStep, span: Span) -> Diagnostic {
    let LongStep {
        item,
        field,
        value,
        last,
    } = step;
    Diagnostic::new(
        Code::ScheduleStep,
        span,
        format!("in `{text}`, `{item}` means {field} {value} alone"),
    )
    .label(format!("a step counts within its field, here up to {last}"))
    .help(format!(
        "write `{value}` if that is meant; cron has no interval that is longer than its field"
    ))
}

pub(crate) fn clock_change(text: &str, zone: &str, met: &Met, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::ClockChange,
        span,
        format!("`{text}` meets a change of the clocks in `{zone}`"),
    )
    .label(&met.what);
    let utc = "give the time in UTC, whose clocks do not change: `timezone = \"UTC\"`";
    match &met.other {
        Some(other) => diagnostic.help(format!("write `\"{other}\"`, or {utc}")),
        None => diagnostic.help(format!("choose another time, or {utc}")),
    }
}

pub(crate) fn old_time_zone(name: &str, help: &str, city: Option<&str>, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::OldTimeZone,
        span,
        format!("`{name}` is an old name of a time zone"),
    )
    .note("newer copies of the time zone data leave such names out, and a schedule in a zone that is not found never starts")
    .help(help);
    match city {
        Some(city) => diagnostic.suggest(span, format!("\"{city}\"")),
        None => diagnostic,
    }
}

pub(crate) fn reversed_time_zone(name: &str, means: &str, help: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::OldTimeZone,
        span,
        format!("`{name}` is {means} UTC: its sign is the other way round"),
    )
    .help(help)
}
