//! What a plan means: which of its tasks run, in which order, with which inputs, and what comes out.
//!
//! This is the reference that a target is held to. What steps do is up to a function of the caller; there
//! is no cluster, no clock and no I/O.
//!
//! - A task waits until all that it depends on has ended, handlers included. Where an [`Edge`](argot_compiler::Edge)
//!   does not allow it to start, it is omitted. Else its condition decides whether it is skipped, and only then
//!   are its arguments worked out.
//! - An expression without a value makes its task an error before it starts; in the outputs of a graph, the
//!   graph. The arguments of a looped task are worked out for all items before its first turn.
//! - A looped task fails with any of its turns, when all of them have ended. Without an item it is skipped.
//! - A graph ends when all its tasks have. It fails with any task that failed and was not allowed to: with
//!   `Error` if there is nothing but errors, else with `Failed`. A graph that failed has no outputs.
//! - The handlers of a call run when it has succeeded or failed, and their end changes nothing else. The
//!   handlers of the run run when everything has ended; where they fail, a run that had succeeded has not.
//! - A step is tried again as its `retry` says. A daemon has ended, for others, once it has started.
//! - Limits on what runs at the same time, locks, caches and timeouts have no part in it.
//!
//! Time passes in rounds: an attempt takes one, everything else takes none. What starts in the same round
//! starts in the order of the source, callers before what they call.

mod datum;
mod engine;
mod expr;
mod finish;
mod scope;
mod start;
#[cfg(test)]
mod tests;
mod wire;

use indexmap::IndexMap;
use serde::Serialize;

pub use datum::Datum;
pub use expr::{Scope, evaluate_datum, evaluate_expr};
pub use wire::{read, write};

use argot_compiler::{DagKind, Plan, Step};

/// How a run, or an attempt of a step, ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum End {
    /// Well.
    Succeeded,
    /// With a failure of what ran.
    Failed,
    /// With a failure of what runs it.
    Error,
}

/// How a task has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Status {
    /// Well.
    Succeeded,
    /// With a failure of what ran.
    Failed,
    /// With a failure of what runs it, or since an expression had no value.
    Error,
    /// Not at all, since its condition did not hold or there was no item.
    Skipped,
    /// Not at all, since something before it did not end as it must.
    Omitted,
}

impl Status {
    /// The member of [`TASK_STATUSES`](argot_compiler::TASK_STATUSES).
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Error => "Error",
            Self::Skipped => "Skipped",
            Self::Omitted => "Omitted",
        }
    }

    /// Whether it is a failure or an error.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Error)
    }
}

impl From<End> for Status {
    fn from(end: End) -> Self {
        match end {
            End::Succeeded => Self::Succeeded,
            End::Failed => Self::Failed,
            End::Error => Self::Error,
        }
    }
}

impl End {
    /// The member of [`RUN_STATUSES`](argot_compiler::RUN_STATUSES).
    pub fn name(self) -> &'static str {
        Status::from(self).name()
    }
}

/// An attempt of a step that starts.
#[derive(Debug)]
pub struct StepCall<'a> {
    /// Where it stands: the names of the tasks from the entry down, with the turn's number behind one that
    /// is looped, `:exit` behind one whose handlers run, and `:exit` first for the run's handlers.
    /// So `runs.turn(0).train`, `deploy:exit.notify`, `:exit.notify`.
    pub path: &'a str,
    /// What runs.
    pub step: &'a Step,
    /// The inputs that are there, by name.
    pub inputs: &'a IndexMap<String, Datum>,
    /// 0 for the first attempt.
    pub attempt: i64,
}

/// How an attempt of a step ends.
#[derive(Debug, Clone, PartialEq)]
pub struct StepEnd {
    /// How.
    pub end: End,
    /// What it gives, by name: where it has succeeded, a value of its type for every output that is not
    /// optional, and the names of the elements for a list of artifacts. Else it is an error.
    pub outputs: IndexMap<String, Datum>,
    /// What is said of it.
    pub message: String,
    /// The exit code of its program.
    pub exit_code: Option<i64>,
}

impl StepEnd {
    /// A success that gives something.
    pub fn succeeded<N: Into<String>>(outputs: impl IntoIterator<Item = (N, Datum)>) -> Self {
        Self {
            end: End::Succeeded,
            outputs: outputs
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
            message: String::new(),
            exit_code: Some(0),
        }
    }

    /// A failure with an exit code, in Argo's words.
    pub fn failed(exit_code: i64) -> Self {
        Self {
            end: End::Failed,
            outputs: IndexMap::new(),
            message: format!("main: Error (exit code {exit_code})"),
            exit_code: Some(exit_code),
        }
    }

    /// An error of what runs the step.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            end: End::Error,
            outputs: IndexMap::new(),
            message: message.into(),
            exit_code: None,
        }
    }
}

/// What a run is like that is not in its plan.
#[derive(Debug, Clone, PartialEq)]
pub struct RunInfo {
    /// `run.name`.
    pub name: String,
    /// `run.id`.
    pub id: String,
    /// `run.namespace`.
    pub namespace: String,
    /// `run.created`.
    pub created: String,
    /// The most nodes that the run may have.
    pub max_nodes: usize,
    /// How deep graphs may stand in each other, the turns of a `repeat` among them.
    pub max_depth: usize,
}

impl Default for RunInfo {
    fn default() -> Self {
        Self {
            name: "run-1".to_owned(),
            id: "00000000-0000-4000-8000-000000000001".to_owned(),
            namespace: "default".to_owned(),
            created: "2026-01-01T00:00:00Z".to_owned(),
            max_nodes: 100_000,
            max_depth: 1_000,
        }
    }
}

/// What has come of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// How it has ended.
    pub status: End,
    /// What is said of it.
    pub message: String,
    /// What the entry gives, by name; nothing where it has failed.
    pub outputs: IndexMap<String, Datum>,
    /// What has run or did not have to, in the order in which it was started or decided. The entry itself
    /// is none of them.
    pub nodes: Vec<Node>,
}

impl Run {
    /// The node of a path.
    pub fn node(&self, path: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.path == path)
    }
}

/// A task, a turn of a looped one, or the handlers of one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// Where it stands: see [`StepCall::path`].
    pub path: String,
    /// What it is.
    pub kind: NodeKind,
    /// The name of the step or graph.
    pub target: String,
    /// How it has ended.
    pub status: Status,
    /// Why it has ended so.
    pub message: String,
    /// How many times it was tried: 0 for what did not start, and always for what is no step.
    pub attempts: i64,
    /// The inputs that are there, by name; none for what did not start.
    pub inputs: IndexMap<String, Datum>,
    /// What it gives, by name; nothing where it has not succeeded.
    pub outputs: IndexMap<String, Datum>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A step.
    Step,
    /// A graph.
    Graph(DagKind),
    /// A looped task as a whole. Its turns are nodes of their own.
    Loop,
}

/// Runs a plan. `steps` says what each attempt of a step does.
///
/// `parameters` are laid over the values of the run's parameters.
///
/// # Errors
/// Says why it cannot be run to its end: a parameter without a value or with one of another type, more
/// than is allowed by `info`, or a plan that is none.
pub fn simulate(
    plan: &Plan,
    parameters: &IndexMap<String, Datum>,
    info: &RunInfo,
    steps: &mut dyn FnMut(&StepCall<'_>) -> StepEnd,
) -> Result<Run, String> {
    engine::run(plan, parameters, info, steps)
}
