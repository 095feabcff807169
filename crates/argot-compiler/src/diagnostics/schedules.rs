//! Messages about cron expressions and time zones.

use argot_syntax::{Code, Diagnostic, Span, messages};

use crate::texts::Mismatch;

/// A step longer than the range it steps through, so only the first value remains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LongStep {
    /// The step as it is written: `*/90`.
    pub(crate) item: String,
    /// The name of the field: `minute`.
    pub(crate) field: &'static str,
    /// The only value that remains.
    pub(crate) value: u32,
    /// The largest value of the field.
    pub(crate) last: u32,
}

/// How clock changes affect a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Met {
    /// The effect on the times of the schedule.
    pub(crate) what: String,
    /// The expression at an hour that occurs exactly once every day.
    pub(crate) other: Option<String>,
}

messages! {
    pub(crate) fn never_comes(text: &str, reason: &str, span: Span) = InvalidSchedule
        .at(span, "`{text}` never occurs: {reason}")
        .help("name a day that the month has; cron has no way to name the last day of every month");

    pub(crate) fn reversed_time_zone(name: &str, means: &str, help: &str, span: Span) = OldTimeZone
        .at(span, "`{name}` is {means} UTC: its sign is reversed")
        .help(help);
}

pub(crate) fn invalid_cron(text: &str, mismatch: &Mismatch, span: Span) -> Diagnostic {
    let message = format!("`{text}` is not a cron expression: {}", mismatch.reason);
    let diagnostic = Code::InvalidSchedule.at(span, message);
    mismatch.pointed(diagnostic, text)
}

pub(crate) fn unknown_time_zone(
    text: &str,
    help: &str,
    zone: Option<&str>,
    span: Span,
) -> Diagnostic {
    let diagnostic = Code::InvalidSchedule
        .at(span, format!("there is no time zone `{text}`"))
        .help(help);
    match zone {
        Some(zone) => diagnostic.suggest(span, format!("\"{zone}\"")),
        None => diagnostic,
    }
}

pub(crate) fn step_over_field(text: &str, step: &LongStep, span: Span) -> Diagnostic {
    let (item, field, value, last) = (&step.item, step.field, step.value, step.last);
    let help = "cron has no interval that is longer than its field";
    Code::ScheduleStep
        .at(
            span,
            format!("in `{text}`, `{item}` means {field} {value} alone"),
        )
        .label(format!("a step counts within its field, here up to {last}"))
        .help(format!("write `{value}` if that is meant; {help}"))
}

pub(crate) fn clock_change(text: &str, zone: &str, met: &Met, span: Span) -> Diagnostic {
    let message = format!("`{text}` falls on a change of the clocks in `{zone}`");
    let diagnostic = Code::ClockChange.at(span, message).label(&met.what);
    let utc = "give the time in UTC, whose clocks do not change: `timezone = \"UTC\"`";
    match &met.other {
        Some(other) => diagnostic.help(format!("write `\"{other}\"`, or {utc}")),
        None => diagnostic.help(format!("choose another time, or {utc}")),
    }
}

pub(crate) fn old_time_zone(name: &str, help: &str, city: Option<&str>, span: Span) -> Diagnostic {
    let diagnostic = Code::OldTimeZone.at(span, format!("`{name}` is an outdated name of a time zone"))
        .note("newer copies of the time zone data omit such names, and a schedule in a zone that is not found never starts")
        .help(help);
    match city {
        Some(city) => diagnostic.suggest(span, format!("\"{city}\"")),
        None => diagnostic,
    }
}
