//! The releaser's view of a plan, for tests only.

use argot_compiler::Plan;
use argot_syntax::{Diagnostics, Severity};

use super::{flat, graph};

/// The graph of a run, and what its Jobs are.
#[derive(Debug, Clone)]
pub struct LaidOut {
    /// The graph as the releaser reads it, but for the objects that the run owns.
    pub graph: String,
    /// The Jobs.
    pub jobs: Vec<LaidJob>,
}

/// A Job.
#[derive(Debug, Clone)]
pub struct LaidJob {
    /// Its name in the graph.
    pub name: String,
    /// Where it is, in the words of the simulator (`StepCall::path` of `argot-simulate`); if it has turns, the parts
    /// before and after the number.
    pub path: (String, String),
    /// How many turns it has, if one Job runs the whole loop.
    pub turns: Option<usize>,
}

/// Lays a plan out. Returns `None` after reporting an error if the target does not accept it.
pub fn lay_out(plan: &Plan, diagnostics: &mut Diagnostics) -> Option<LaidOut> {
    let before = diagnostics.count(Severity::Error);
    let flat = flat::flatten(plan, false, diagnostics)?;
    if diagnostics.count(Severity::Error) > before {
        return None;
    }
    let job = |job: &flat::Job| LaidJob {
        name: job.name.clone(),
        path: job.path.clone(),
        turns: job.turns.as_ref().map(|turns| turns.count),
    };
    Some(LaidOut {
        graph: graph::text(&flat, str::to_owned),
        jobs: flat.jobs.iter().map(job).collect(),
    })
}
