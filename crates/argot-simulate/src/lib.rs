//! The meaning of a plan: which of its tasks run, in which order, with which inputs, and with which results.
//!
//! This is the reference for targets. A function passed by the caller decides how each step ends; there is no cluster,
//! no clock and no I/O.
//!
//! - A task waits until everything it depends on has ended, including handlers. If an [`Edge`](argot_compiler::Edge)
//!   does not allow it to start, it is omitted. Otherwise its condition decides whether it is skipped, and only then
//!   are its arguments evaluated.
//! - If an expression has no value, its task ends with an error before it starts. In the outputs of a graph, the graph
//!   does. The arguments of a looped task are evaluated for all items before its first turn.
//! - A looped task fails if any of its turns fails, once all of them have ended. Without items it is skipped.
//! - A graph ends when all its tasks have ended. It fails if any task failed that was not allowed to: with `Error` if
//!   there are only errors, otherwise with `Failed`. A failed graph does not have outputs.
//! - The handlers of a call run after it has succeeded or failed, and their end does not affect anything else. The
//!   handlers of the run run after everything has ended. If they fail, a run that had succeeded fails.
//! - A step is retried as its `retry` says. For other tasks, a daemon counts as ended once it has started.
//! - Limits on parallelism, locks, caches and timeouts are not simulated.
//!
//! Time passes in rounds: an attempt takes one round, and everything else is instantaneous. Tasks that start in the
//! same round start in source order, callers before callees.

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
    /// Success.
    Succeeded,
    /// A failure of the program that ran.
    Failed,
    /// An error of the system that runs it.
    Error,
}

/// How a task has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Status {
    /// Success.
    Succeeded,
    /// A failure of the program that ran.
    Failed,
    /// An error of the system that runs it, or an expression without a value.
    Error,
    /// It did not run: its condition did not hold, or there were no items.
    Skipped,
    /// It did not run: something before it did not end as required.
    Omitted,
}

impl Status {
    /// Its name in [`TASK_STATUSES`](argot_compiler::TASK_STATUSES).
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
    /// Its name in [`RUN_STATUSES`](argot_compiler::RUN_STATUSES).
    pub fn name(self) -> &'static str {
        Status::from(self).name()
    }
}

/// An attempt of a step that starts.
#[derive(Debug)]
pub struct StepCall<'a> {
    /// Its path: the names of the tasks from the entry down. A looped task is followed by the turn's number, and a task
    /// whose handlers run by `:exit`. The path of the run's handlers starts with `:exit`. Examples:
    /// `runs.turn(0).train`, `deploy:exit.notify`, `:exit.notify`.
    pub path: &'a str,
    /// The step that runs.
    pub step: &'a Step,
    /// The inputs that are present, by name.
    pub inputs: &'a IndexMap<String, Datum>,
    /// The number of the attempt, from 0.
    pub attempt: i64,
}

/// How an attempt of a step ends.
#[derive(Debug, Clone, PartialEq)]
pub struct StepEnd {
    /// How it ends.
    pub end: End,
    /// Its outputs, by name. If it has succeeded, every output that is not optional needs a value of its type, and a
    /// list of artifacts needs the names of its elements. Otherwise the attempt is an error.
    pub outputs: IndexMap<String, Datum>,
    /// The message about its end.
    pub message: String,
    /// The exit code of its program.
    pub exit_code: Option<i64>,
}

impl StepEnd {
    /// A success with these outputs.
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

    /// A failure with an exit code, with Argo's message.
    pub fn failed(exit_code: i64) -> Self {
        Self {
            end: End::Failed,
            outputs: IndexMap::new(),
            message: format!("main: Error (exit code {exit_code})"),
            exit_code: Some(exit_code),
        }
    }

    /// An error of the system that runs the step.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            end: End::Error,
            outputs: IndexMap::new(),
            message: message.into(),
            exit_code: None,
        }
    }
}

/// The properties of a run that are not in its plan.
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
    /// The maximum number of nodes of the run.
    pub max_nodes: usize,
    /// The maximum nesting of graphs, including the turns of a `repeat`.
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

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// How it has ended.
    pub status: End,
    /// The message about its end.
    pub message: String,
    /// The outputs of the entry, by name. Empty if it has failed.
    pub outputs: IndexMap<String, Datum>,
    /// Everything that ran or did not have to, in the order in which it was started or decided. The entry itself is not
    /// included.
    pub nodes: Vec<Node>,
}

impl Run {
    /// The node at a path.
    pub fn node(&self, path: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.path == path)
    }
}

/// A task, a turn of a looped one, or the handlers of one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// Its path: see [`StepCall::path`].
    pub path: String,
    /// The kind of node.
    pub kind: NodeKind,
    /// The name of the step or graph.
    pub target: String,
    /// How it has ended.
    pub status: Status,
    /// Why it ended this way.
    pub message: String,
    /// The number of attempts: 0 if it did not start or is not a step.
    pub attempts: i64,
    /// The inputs that are present, by name. Empty if it did not start.
    pub inputs: IndexMap<String, Datum>,
    /// Its outputs, by name. Empty if it has not succeeded.
    pub outputs: IndexMap<String, Datum>,
}

/// The kinds of nodes.
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

/// Runs a plan. `steps` decides how each attempt of a step ends.
///
/// `parameters` override the values of the run's parameters.
///
/// # Errors
/// Returns the reason if the plan cannot be run to its end: a parameter is missing or has a value of another type, a
/// limit of `info` is exceeded, or the plan is invalid.
pub fn simulate(
    plan: &Plan,
    parameters: &IndexMap<String, Datum>,
    info: &RunInfo,
    steps: &mut dyn FnMut(&StepCall<'_>) -> StepEnd,
) -> Result<Run, String> {
    engine::run(plan, parameters, info, steps)
}
