//! Messages about cron expressions and time zones.

use argot_syntax::Span;

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

const IN_UTC: &str = "give the time in UTC, whose clocks do not change: `timezone = \"UTC\"`";

messages! {
    pub(crate) fn invalid_cron(text: &str, mismatch: &Mismatch, span: Span) = InvalidSchedule
        .at(span, "`{text}` is not a cron expression: {}", mismatch.reason)
        .part(text, mismatch.at.clone());

    pub(crate) fn unknown_time_zone(text: &str, help: &str, zone: Option<&str>, span: Span) = InvalidSchedule
        .at(span, "there is no time zone `{text}`")
        .help(help)
        .if(let Some(zone) = zone).suggest(span, "\"{zone}\"");

    pub(crate) fn never_comes(text: &str, reason: &str, span: Span) = InvalidSchedule
        .at(span, "`{text}` never occurs: {reason}")
        .help("name a day that the month has; cron has no way to name the last day of every month");

    pub(crate) fn step_over_field(text: &str, step: &LongStep, span: Span) = ScheduleStep
        .at(span, "in `{text}`, `{}` means {} {} alone", step.item, step.field, step.value)
        .label("a step counts within its field, here up to {}", step.last)
        .help("write `{}` if that is meant; cron has no interval that is longer than its field", step.value);

    pub(crate) fn clock_change(text: &str, zone: &str, met: &Met, span: Span) = ClockChange
        .at(span, "`{text}` falls on a change of the clocks in `{zone}`")
        .label(&met.what)
        .if(let Some(other) = &met.other).help("write `\"{other}\"`, or {IN_UTC}")
        .if(met.other.is_none()).help("choose another time, or {IN_UTC}");

    pub(crate) fn old_time_zone(name: &str, help: &str, city: Option<&str>, span: Span) = OldTimeZone
        .at(span, "`{name}` is an outdated name of a time zone")
        .note("newer copies of the time zone data omit such names, and a schedule in a zone that is not found never starts")
        .help(help)
        .if(let Some(city) = city).suggest(span, "\"{city}\"");

    pub(crate) fn reversed_time_zone(name: &str, means: &str, help: &str, span: Span) = OldTimeZone
        .at(span, "`{name}` is {means} UTC: its sign is reversed")
        .help(help);
}
