//! The values that programs can read about a run, a task and an attempt.

use std::sync::Arc;

use serde::Serialize;

use crate::{Field, Type};

/// A value that only the run knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Context {
    /// `run.name`: the name of the run's object in the cluster.
    RunName,
    /// `run.id`: the unique id of the run.
    RunId,
    /// `run.namespace`.
    RunNamespace,
    /// `run.created`: when the run was created, RFC 3339.
    RunCreated,
    /// `task.name`: the name of the task in its pipeline.
    TaskName,
    /// `task.attempt`: 0 for the first try.
    TaskAttempt,
    /// `run.status`: how the run has ended, one of [`RUN_STATUSES`]. Only in handlers.
    RunStatus,
    /// `run.failures`: the failures, a list of records with [`FAILURE_FIELDS`]. Only in handlers.
    RunFailures,
    /// `run.duration`: how long the run took, in seconds. Only in handlers.
    RunDuration,
    /// `last.exit_code`: the exit code of the attempt that has ended, or -1 if it is not known. Only in `when` of a
    /// retry.
    LastExitCode,
    /// `last.status`: `Failed` or `Error`. Only in `when` of a retry.
    LastStatus,
    /// `last.duration`: how long the attempt took, in seconds. Only in `when` of a retry.
    LastDuration,
    /// `last.message`: the message about its end. Only in `when` of a retry.
    LastMessage,
}

/// The ways a task can end. `Skipped`: by a condition. `Omitted`: because something before it did not end well.
pub const TASK_STATUSES: &[&str] = &["Succeeded", "Failed", "Error", "Skipped", "Omitted"];

/// The ways a run can end.
pub const RUN_STATUSES: &[&str] = &["Succeeded", "Failed", "Error"];

/// The ways an attempt can end that lead to a retry.
pub const ATTEMPT_STATUSES: &[&str] = &["Failed", "Error"];

/// The fields of an element of `run.failures`, all of them texts: the task's name, the template's name, how it ended,
/// the message, the pod's name, and when it ended (RFC 3339).
pub const FAILURE_FIELDS: &[&str] = &["task", "template", "status", "message", "pod", "finished"];

impl Context {
    /// The type of the value.
    pub fn ty(self) -> Type {
        let members =
            |names: &[&str]| Type::Enum(names.iter().map(|name| (*name).to_owned()).collect());
        match self {
            Self::RunName
            | Self::RunId
            | Self::RunNamespace
            | Self::RunCreated
            | Self::TaskName
            | Self::LastMessage => Type::String,
            Self::TaskAttempt | Self::LastExitCode => Type::Int,
            Self::RunDuration | Self::LastDuration => Type::Float,
            Self::RunStatus => members(RUN_STATUSES),
            Self::LastStatus => members(ATTEMPT_STATUSES),
            Self::RunFailures => Type::List(Arc::new(Type::Record(
                FAILURE_FIELDS
                    .iter()
                    .map(|name| Field {
                        name: (*name).to_owned(),
                        ty: Type::String,
                        default: None,
                    })
                    .collect(),
            ))),
        }
    }
}

/// The context values by the names that programs use.
pub const CONTEXTS: &[(&str, &str, Context)] = &[
    ("run", "name", Context::RunName),
    ("run", "id", Context::RunId),
    ("run", "namespace", Context::RunNamespace),
    ("run", "created", Context::RunCreated),
    ("task", "name", Context::TaskName),
    ("task", "attempt", Context::TaskAttempt),
    ("run", "status", Context::RunStatus),
    ("run", "failures", Context::RunFailures),
    ("run", "duration", Context::RunDuration),
    ("last", "exit_code", Context::LastExitCode),
    ("last", "status", Context::LastStatus),
    ("last", "duration", Context::LastDuration),
    ("last", "message", Context::LastMessage),
];
