//! Typed expressions. What is known at compile time is a [`Value`]; the rest is for the target.

mod visit;

use std::sync::Arc;

use argot_syntax::Span;
pub use argot_syntax::ast::{BinaryOperator, UnaryOperator};
use serde::Serialize;

pub use visit::Parts;

use crate::{Field, Function, InputId, OutputId, TaskId, Type, Value, VolumeId};

/// An expression with its type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// The forms of a typed expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExprKind {
    /// Something that has been reported as wrong.
    Error,
    /// A value known at compile time. No other form has only constant operands.
    Constant(Value),
    /// The value of an input of the component, or of a parameter of the pipeline: a scalar, list, map,
    /// record or artifact.
    Input(InputId),
    /// Where the file of an input artifact is.
    InputPath(InputId),
    /// The file that the program must write for an output; for a list of artifacts, the folder.
    OutputPath(OutputId),
    /// The file in which the program must list the names of what it has put into the folder of an output
    /// that is a list of artifacts, as JSON.
    OutputNames(OutputId),
    /// What a task of the same pipeline has given.
    TaskOutput {
        /// The task.
        task: TaskId,
        /// Its output.
        output: OutputId,
    },
    /// How a task has ended: a member of [`TASK_STATUSES`].
    TaskStatus(TaskId),
    /// The address of a daemon.
    TaskIp(TaskId),
    /// The item that a loop is at. In a program, of the loop with that id; in a plan, of the looped task
    /// whose arguments these are.
    Item(TaskId),
    /// What all turns of a looped task have given, in the order of its items. Only in a plan.
    Gather {
        /// The looped task.
        task: TaskId,
        /// Its output.
        output: OutputId,
    },
    /// A place in the run's artifact storage. Only while a plan is made.
    Storage(Storage),
    /// One of two values; the other one is not looked at. Only in a plan.
    Choose {
        /// A `bool`.
        condition: Box<Expr>,
        /// The value where it holds.
        then: Box<Expr>,
        /// The value where it does not.
        otherwise: Box<Expr>,
    },
    /// Something that only the run knows.
    Context(Context),
    /// A list with an element that is not constant.
    List(Vec<Expr>),
    /// A record with a field that is not constant.
    Record(Vec<(String, Expr)>),
    /// A string with interpolations: the canonical texts of its parts, one after the other.
    Concat(Vec<Expr>),
    /// A field of a record, or a value of a map.
    Field {
        /// The record.
        base: Box<Expr>,
        /// The field.
        name: String,
    },
    /// An element of a list, or a value of a map.
    Index {
        /// The list.
        base: Box<Expr>,
        /// Which element.
        index: Box<Expr>,
    },
    /// An operator before one operand.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// The operand.
        operand: Box<Expr>,
    },
    /// An operator between two operands.
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// The left side.
        left: Box<Expr>,
        /// The right side.
        right: Box<Expr>,
    },
    /// A function of the language.
    Function {
        /// Which.
        function: Function,
        /// Its arguments.
        arguments: Vec<Expr>,
    },
    /// An artifact from outside the run.
    Artifact(Box<ArtifactSource>),
    /// A volume.
    Volume(VolumeExpr),
}

/// A place in the run's artifact storage, as a key: a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Storage {
    /// The folder that belongs to the graph as it runs.
    Folder,
    /// Where an output of a block is to be put.
    Output(TaskId, OutputId),
}

/// What only the run knows.
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
    /// `run.status`: how the run has ended, a member of [`RUN_STATUSES`]. Only in handlers.
    RunStatus,
    /// `run.failures`: what has failed, a list of records with [`FAILURE_FIELDS`]. Only in handlers.
    RunFailures,
    /// `run.duration`: how long the run took, in seconds. Only in handlers.
    RunDuration,
    /// `last.exit_code`: of the attempt that has ended; -1 where it is not known. Only in `when` of a retry.
    LastExitCode,
    /// `last.status`: `Failed` or `Error`. Only in `when` of a retry.
    LastStatus,
    /// `last.duration`: how long the attempt took, in seconds. Only in `when` of a retry.
    LastDuration,
    /// `last.message`: what is said of its end. Only in `when` of a retry.
    LastMessage,
}

/// How a task can have ended. `Skipped` by a condition, `Omitted` since something before it did not end well.
pub const TASK_STATUSES: &[&str] = &["Succeeded", "Failed", "Error", "Skipped", "Omitted"];

/// How a run can have ended.
pub const RUN_STATUSES: &[&str] = &["Succeeded", "Failed", "Error"];

/// How an attempt can have ended that is tried again.
pub const ATTEMPT_STATUSES: &[&str] = &["Failed", "Error"];

/// The fields of an element of `run.failures`, all of them texts: the task's name, the template's, how it
/// ended, what is said of it, its pod's name, and when it ended (RFC 3339).
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

/// An artifact from outside the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "it always stands in a box")]
pub enum ArtifactSource {
    /// `Dataset("s3://bucket/key")`: a place to read from.
    Location(Location),
    /// `Dataset(text = "...")`: the content itself.
    Text(Expr),
    /// What a task of the run has put under a key of the run's storage, not archived. Only in a plan.
    Stored(Expr),
}

/// Where an artifact is kept. Each text is a `string` expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// `s3://bucket/key`.
    S3 {
        /// The bucket.
        bucket: Expr,
        /// The key in it.
        key: Expr,
    },
    /// `gs://bucket/key`.
    Gcs {
        /// The bucket.
        bucket: Expr,
        /// The key in it.
        key: Expr,
    },
    /// `oss://bucket.endpoint/key`: Alibaba Cloud.
    Oss {
        /// The host of the service, such as `oss-cn-hangzhou.aliyuncs.com`.
        endpoint: Expr,
        /// The bucket.
        bucket: Expr,
        /// The key in it.
        key: Expr,
    },
    /// `az://account/container/blob`: Azure Blob Storage.
    Azure {
        /// The storage account.
        account: Expr,
        /// The container.
        container: Expr,
        /// The blob.
        blob: Expr,
    },
    /// `https://...` or `http://...`.
    Http {
        /// The whole address.
        url: Expr,
    },
    /// `git+https://host/repo@revision`.
    Git {
        /// The repository's address.
        repository: Expr,
        /// A branch, tag or commit.
        revision: Option<Expr>,
    },
}

/// Which volume is meant.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeExpr {
    /// An input of type `volume`.
    Input(InputId),
    /// A volume that the pipeline declares.
    Declared(VolumeId),
    /// One that is made in place.
    Source(Box<VolumeSource>),
}

/// What a volume is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeSource {
    /// `claim(size, class, access, from)`: made for the run and deleted with it.
    Claim {
        /// A quantity.
        size: Expr,
        /// The storage class; the cluster's default where absent.
        class: Option<Expr>,
        /// `ReadWriteOnce`, `ReadWriteMany`, `ReadOnlyMany` or `ReadWriteOncePod`.
        access: String,
        /// The VolumeSnapshot that it starts from.
        snapshot: Option<Expr>,
    },
    /// `existing(name, read_only)`: a claim that is there already.
    Existing {
        /// The claim's name.
        name: Expr,
        /// Whether it is mounted for reading only.
        read_only: bool,
    },
    /// `memory_volume(size)`: an emptyDir in memory.
    Memory {
        /// A quantity.
        size: Expr,
    },
    /// `scratch_volume(size)`: an emptyDir on the node's disk.
    Scratch {
        /// A quantity.
        size: Expr,
    },
    /// `secret_volume(name)`: the keys of a Secret as files.
    Secret {
        /// The Secret's name.
        name: Expr,
    },
    /// `config_volume(name)`: the keys of a ConfigMap as files.
    Config {
        /// The ConfigMap's name.
        name: Expr,
    },
    /// `ephemeral(size, class, access)`: a claim for each pod, deleted with it.
    Ephemeral {
        /// A quantity.
        size: Expr,
        /// The storage class; the cluster's default where absent.
        class: Option<Expr>,
        /// As for a claim.
        access: String,
    },
    /// `host_path(path)`.
    HostPath {
        /// A path on the node.
        path: Expr,
    },
    /// `nfs(server, path)`.
    Nfs {
        /// The server's host name.
        server: Expr,
        /// The exported path.
        path: Expr,
    },
    /// `csi(driver, attributes)`: an inline volume of a storage driver.
    Csi {
        /// The driver's name.
        driver: Expr,
        /// Its settings.
        attributes: Vec<(String, Expr)>,
    },
}

impl ExprKind {
    /// Whether it is what a task has given, how it has ended, or the item that a loop is at.
    pub fn is_of_task(&self) -> bool {
        matches!(
            self,
            Self::TaskOutput { .. }
                | Self::TaskStatus(_)
                | Self::TaskIp(_)
                | Self::Item(_)
                | Self::Gather { .. }
        )
    }
}

impl Expr {
    /// An expression of a form and a type at a place.
    pub fn new(kind: ExprKind, ty: Type, span: Span) -> Self {
        Self { kind, ty, span }
    }

    /// What stands for an expression that has been reported as wrong.
    pub fn error(span: Span) -> Self {
        Self::new(ExprKind::Error, Type::Error, span)
    }

    /// A constant.
    pub fn constant(value: Value, ty: Type, span: Span) -> Self {
        Self::new(ExprKind::Constant(value), ty, span)
    }

    /// An operator between two operands, where the left one stands.
    pub(crate) fn binary(operator: BinaryOperator, left: Self, right: Self, ty: Type) -> Self {
        let span = left.span;
        let kind = ExprKind::Binary {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        Self::new(kind, ty, span)
    }

    /// The opposite of a `bool`.
    pub(crate) fn not(condition: Self) -> Self {
        let span = condition.span;
        let kind = ExprKind::Unary {
            operator: UnaryOperator::Not,
            operand: Box::new(condition),
        };
        Self::new(kind, Type::Bool, span)
    }

    /// Whether a text is one of some.
    pub(crate) fn is_one_of(text: Self, several: &[&str]) -> Self {
        let span = text.span;
        let member = |member: &&str| Value::String((*member).to_owned());
        let (operator, right, ty) = match several {
            [only] => (BinaryOperator::Equal, member(only), Type::String),
            several => (
                BinaryOperator::In,
                Value::List(several.iter().map(member).collect()),
                Type::List(Arc::new(Type::String)),
            ),
        };
        Self::binary(operator, text, Self::constant(right, ty, span), Type::Bool)
    }

    /// A constant text.
    pub fn text(text: impl Into<String>, span: Span) -> Self {
        Self::constant(Value::String(text.into()), Type::String, span)
    }

    /// The value, where it is known at compile time.
    pub fn value(&self) -> Option<&Value> {
        match &self.kind {
            ExprKind::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The text, where it is a constant text.
    pub fn as_str(&self) -> Option<&str> {
        match self.value() {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it has been reported as wrong.
    pub fn is_error(&self) -> bool {
        matches!(self.kind, ExprKind::Error)
    }
}
