//! Schedules with surprising times.

use argot_syntax::{Code, Diagnostics, Span};

use super::{Lint, Searched};
use crate::{
    Expr, Program, Schedule,
    check::{clocks, cron, zones},
    diagnostics,
};

fn schedules(program: &Program) -> impl Iterator<Item = &Schedule> {
    let pipelines = program.pipelines.iter();
    let schedules = pipelines.map(|pipeline| pipeline.attributes.schedule());
    schedules.filter(|schedule| !schedule.crons().is_empty())
}

/// The cron expressions of all schedules, each with its time zone and its span.
fn crons(program: &Program) -> impl Iterator<Item = (&str, Option<&Expr>, Span)> {
    schedules(program).flat_map(|schedule| {
        let span = schedule.cron().map_or(schedule.span, |cron| cron.span);
        let crons = schedule.crons().into_iter();
        crons.map(move |text| (text, schedule.timezone(), span))
    })
}

/// A step in a cron expression that is longer than its field.
pub(super) struct ScheduleStep;

impl Lint for ScheduleStep {
    const CODE: Code = Code::ScheduleStep;

    fn program(program: &Program, _: &Searched, found: &mut Diagnostics) {
        for (text, _, span) in crons(program) {
            let cron = cron::parse(text).ok();
            for step in cron.iter().flat_map(|cron| &cron.long_steps) {
                found.push(diagnostics::step_over_field(text, step, span));
            }
        }
    }
}

/// A time that clock changes skip or repeat in the schedule's zone.
pub(super) struct ClockChange;

impl Lint for ClockChange {
    const CODE: Code = Code::ClockChange;

    fn program(program: &Program, _: &Searched, found: &mut Diagnostics) {
        for (text, zone, span) in crons(program) {
            let Some(zone) = zone.and_then(Expr::as_str) else {
                continue;
            };
            let cron = cron::parse(text).ok();
            if let Some(met) = cron.and_then(|cron| clocks::meets(text, &cron, zone)) {
                found.push(diagnostics::clock_change(text, zone, &met, span));
            }
        }
    }
}

/// An old or reversed time zone name.
pub(super) struct OldTimeZone;

impl Lint for OldTimeZone {
    const CODE: Code = Code::OldTimeZone;

    fn program(program: &Program, _: &Searched, found: &mut Diagnostics) {
        for schedule in schedules(program) {
            let Some(zone) = schedule.timezone() else {
                continue;
            };
            let (zone, span) = (zone.as_str().unwrap_or_default(), zone.span);
            found.extend(match zones::judge(zone) {
                zones::Name::Old(help, city) => {
                    Some(diagnostics::old_time_zone(zone, &help, city, span))
                }
                zones::Name::Reversed(means, help) => {
                    Some(diagnostics::reversed_time_zone(zone, &means, &help, span))
                }
                zones::Name::Good | zones::Name::Unknown(..) => None,
            });
        }
    }
}
