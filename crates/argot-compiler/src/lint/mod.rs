//! Warnings about checked programs and plans.
//!
//! | module | warnings |
//! |---|---|
//! | `loops` | loops without turns |
//! | `names` | names that nothing uses |
//! | `queries` | values that become part of a query |
//! | `retries` | retries that never happen |
//! | `schedules` | times that clock changes skip or repeat, steps longer than their field, old names of time zones |
//! | `values` | images without a version, amounts without a unit |
//! | `variables` | `$(NAME)` that nothing replaces |
//! | `volumes` | claims shared by steps though only one node at a time can use them |
//!
//! If the search for an error comes across warnings, it returns them as data, and a lint reports them. Every warning has
//! a level (`argot_syntax::Levels`).

mod loops;
mod names;
mod queries;
mod retries;
mod schedules;
mod values;
mod variables;
mod volumes;

use std::collections::HashSet;

use argot_syntax::{Code, Diagnostic, Diagnostics, Severity};

use crate::{
    Plan, Program,
    diagnostics::{EmptyLoop, Spliced, Unused},
    programs::CodeArgument,
};

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
pub struct Searched {
    /// The code in the command lines of a program: one entry for each of [`AttributeBlock::commands`].
    pub(crate) code: Vec<Vec<CodeArgument>>,
    /// Values that become part of queries.
    pub(crate) queries: Vec<Spliced>,
    /// Names that nothing uses.
    pub(crate) unused: Vec<Unused>,
    /// Loops without turns in pipelines that run something else.
    pub(crate) empty_loops: Vec<EmptyLoop>,
    /// Warnings about values that reach an attribute through inputs.
    pub(crate) doubts: Vec<Diagnostic>,
}

/// The lints that apply to every target.
pub const ALL: &[Row] = &[
    Row::of::<names::UnusedImport>(),
    Row::of::<names::UnusedParameter>(),
    Row::of::<names::UnusedValue>(),
    Row::of::<volumes::SharedVolume>(),
    Row::of::<schedules::OldTimeZone>(),
    Row::of::<schedules::ClockChange>(),
    Row::of::<schedules::ScheduleStep>(),
    Row::of::<retries::RetryNeverHappens>(),
    Row::of::<variables::UnexpandedVariable>(),
    Row::of::<values::ImageWithoutTag>(),
    Row::of::<values::MissingUnit>(),
    Row::of::<queries::ValueInQuery>(),
    Row::of::<loops::EmptyLoop>(),
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
