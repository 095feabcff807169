//! Warnings about checked programs and plans.
//!
//! | module | warnings |
//! |---|---|
//! | `retries` | retries that never happen |
//! | `schedules` | times that clock changes skip or repeat, steps longer than their field, old names of time zones |
//! | `variables` | `$(NAME)` that nothing replaces |
//! | `volumes` | claims shared by steps though only one node at a time can use them |
//!
//! If the search for an error comes across warnings, it returns them as data, and a lint reports them. Every warning has
//! a level (`argot_syntax::Levels`).

mod retries;
mod schedules;
mod variables;
mod volumes;

use std::collections::HashSet;

use argot_syntax::{Code, Diagnostics, Severity};

use crate::{Attributes, Input, Plan, Program, TaskKind};

/// A warning and how to find it. `S` is what the searches for errors of the same stage have found.
pub trait Lint<S = Searched> {
    /// The code of every warning it reports.
    const CODE: Code;

    /// Checks a program, which may have errors.
    fn program(program: &Program, searched: &S, found: &mut Diagnostics) {
        let _ = (program, searched, found);
    }

    /// Checks a plan, which may have errors.
    fn plan(plan: &Plan, searched: &S, found: &mut Diagnostics) {
        let _ = (plan, searched, found);
    }
}

/// A row in a table of lints.
#[derive(Debug)]
pub struct Row<S = Searched> {
    /// The code of every warning it reports.
    pub code: Code,
    program: fn(&Program, &S, &mut Diagnostics),
    plan: fn(&Plan, &S, &mut Diagnostics),
}

impl<S> Row<S> {
    /// The row of a lint.
    pub const fn of<L: Lint<S>>() -> Self {
        Self {
            code: L::CODE,
            program: L::program,
            plan: L::plan,
        }
    }
}

/// What the searches of the compiler for errors have found that is only a warning.
#[derive(Debug, Default)]
pub struct Searched {}

/// The lints that apply to every target.
pub const ALL: &[Row] = &[
    Row::of::<volumes::SharedVolume>(),
    Row::of::<schedules::OldTimeZone>(),
    Row::of::<schedules::ClockChange>(),
    Row::of::<schedules::ScheduleStep>(),
    Row::of::<retries::RetryNeverHappens>(),
    Row::of::<variables::UnexpandedVariable>(),
];

/// Runs every lint on a program.
pub(crate) fn program(program: &Program, searched: &Searched, diagnostics: &mut Diagnostics) {
    run(ALL, diagnostics, |row, found| {
        (row.program)(program, searched, found);
    });
}

/// Runs every lint of a table on a plan.
pub fn plan<S>(table: &[Row<S>], plan: &Plan, searched: &S, diagnostics: &mut Diagnostics) {
    run(table, diagnostics, |row, found| {
        (row.plan)(plan, searched, found);
    });
}

/// Runs lints and drops warnings at the location of an error: whoever fixes the error looks there anyway.
fn run<S>(
    table: &[Row<S>],
    diagnostics: &mut Diagnostics,
    look: impl Fn(&Row<S>, &mut Diagnostics),
) {
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
    let laid = program.pipelines.iter().flat_map(|pipeline| {
        let calls = pipeline.tasks.iter().filter_map(|task| match &task.kind {
            TaskKind::Call(call) => Some(call.with.as_ref()),
            TaskKind::If(_) | TaskKind::For(_) | TaskKind::Repeat(_) => None,
        });
        std::iter::once(&pipeline.defaults)
            .chain(calls)
            .map(|attributes| (attributes, pipeline.inputs.as_slice(), false))
    });
    own.chain(laid)
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
