//! Warnings about checked programs and plans.
//!
//! | module | warnings |
//! |---|---|
//! | `retries` | retries that never happen |
//! | `schedules` | times that clock changes skip or repeat, steps longer than their field, old names of time zones |
//! | `variables` | `$(NAME)` that nothing replaces |
//! | `volumes` | claims shared by steps though only one node at a time can use them |
//!
//! Some warnings need facts that a program no longer contains, such as which names were used. The checker or a target
//! reports those. Every warning has a level (`argot_syntax::Levels`), wherever it is found.

mod retries;
mod schedules;
mod variables;
mod volumes;

use std::collections::HashSet;

use argot_syntax::{Code, Diagnostics, Severity};

use crate::{Attributes, Input, Plan, Program, TaskKind};

/// A warning and how to find it.
pub trait Lint {
    /// The code of every warning it reports.
    const CODE: Code;

    /// Checks a program, which may have errors.
    fn program(program: &Program, found: &mut Diagnostics) {
        let _ = (program, found);
    }

    /// Checks a plan, which may have errors.
    fn plan(plan: &Plan, found: &mut Diagnostics) {
        let _ = (plan, found);
    }
}

/// A row in a table of lints.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The code of every warning it reports.
    pub code: Code,
    program: fn(&Program, &mut Diagnostics),
    plan: fn(&Plan, &mut Diagnostics),
}

impl Row {
    /// The row of a lint.
    pub const fn of<L: Lint>() -> Self {
        Self {
            code: L::CODE,
            program: L::program,
            plan: L::plan,
        }
    }
}

/// The lints that apply to every target.
pub const ALL: &[Row] = &[
    Row::of::<volumes::SharedVolume>(),
    Row::of::<schedules::OldTimeZone>(),
    Row::of::<schedules::ClockChange>(),
    Row::of::<schedules::ScheduleStep>(),
    Row::of::<retries::RetryNeverHappens>(),
    Row::of::<variables::UnexpandedVariable>(),
];

/// Runs every lint of a table on a program.
pub fn program(table: &[Row], program: &Program, diagnostics: &mut Diagnostics) {
    run(table, diagnostics, |row, found| {
        (row.program)(program, found);
    });
}

/// Runs every lint of a table on a plan.
pub fn plan(table: &[Row], plan: &Plan, diagnostics: &mut Diagnostics) {
    run(table, diagnostics, |row, found| (row.plan)(plan, found));
}

/// Runs lints and drops warnings at the location of an error: whoever fixes the error looks there anyway.
fn run(table: &[Row], diagnostics: &mut Diagnostics, look: impl Fn(&Row, &mut Diagnostics)) {
    let wrong: HashSet<_> = diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .flat_map(|found| found.labels.iter().map(|label| label.span.key()))
        .collect();
    for row in table {
        let mut found = Diagnostics::default();
        look(row, &mut found);
        diagnostics.extend(found.into_iter().filter(|warning| {
            debug_assert_eq!(warning.code, row.code, "{}", warning.message);
            !warning
                .labels
                .iter()
                .any(|label| wrong.contains(&label.span.key()))
        }));
    }
}

/// Every attribute block of a program, with the inputs it may refer to, and whether it belongs to a component.
fn attributes(program: &Program) -> impl Iterator<Item = (&Attributes, &[Input], bool)> {
    let components = program.components.iter();
    let own =
        components.map(|component| (&component.attributes, component.inputs.as_slice(), true));
    let of_pipelines = program.pipelines.iter().flat_map(|pipeline| {
        let calls = pipeline.tasks.iter().filter_map(|task| match &task.kind {
            TaskKind::Call(call) => Some(call.with.as_ref()),
            TaskKind::If(_) | TaskKind::For(_) | TaskKind::Repeat(_) => None,
        });
        std::iter::once(pipeline.attributes.defaults())
            .chain(calls)
            .map(|attributes| (attributes, pipeline.inputs.as_slice(), false))
    });
    own.chain(of_pipelines)
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_row_is_a_warning_of_its_own() {
        for (at, row) in ALL.iter().enumerate() {
            assert!(row.code.is_lint(), "{}", row.code.id());
            assert!(ALL.iter().take(at).all(|other| other.code != row.code));
        }
    }
}
