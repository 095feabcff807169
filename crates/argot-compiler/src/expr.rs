//! Typed expressions. Anything known at compile time is a [`Value`]; the rest is left to the target.

mod source;
mod visit;

use std::sync::Arc;

use argot_syntax::Span;
pub use argot_syntax::ast::{BinaryOperator, UnaryOperator};
use serde::Serialize;

pub use source::{ArtifactSource, Location, VolumeExpr, VolumeSource};
pub use visit::Parts;

use crate::{Context, Function, InputId, OutputId, PlanTaskId, TaskId, Type, Value};

/// An expression with its type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Expr {
    /// The form of the expression.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Its span in the source.
    #[serde(skip)]
    pub span: Span,
}

/// The forms of a typed expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExprKind {
    /// An expression that has been reported as wrong.
    Error,
    /// A value known at compile time. No other form has only constant operands.
    Constant(Value),
    /// The value of an input of the component, or of a parameter of the pipeline: a scalar, list, map,
    /// record or artifact.
    Input(InputId),
    /// The path of an input artifact's file.
    InputPath(InputId),
    /// The file that the program must write for an output; for a list of artifacts, the folder.
    OutputPath(OutputId),
    /// For an output that is a list of artifacts: the file in which the program must list, as JSON, the names of the
    /// artifacts it has put into the folder.
    OutputNames(OutputId),
    /// A value of a task of the same pipeline. Only in a program.
    Task(TaskValue),
    /// An output of a task of the same graph. Only in a plan, as are the next four.
    TaskOutput {
        /// The task.
        task: PlanTaskId,
        /// Its output.
        output: OutputId,
    },
    /// How a task has ended: one of [`TASK_STATUSES`](crate::TASK_STATUSES).
    TaskStatus(PlanTaskId),
    /// The address of a daemon.
    TaskIp(PlanTaskId),
    /// The current item of the looped task whose arguments these are.
    Item(PlanTaskId),
    /// An output of all turns of a looped task, in the order of its items: a list of values or of artifacts.
    Gather {
        /// The looped task.
        task: PlanTaskId,
        /// Its output.
        output: OutputId,
    },
    /// One of two values. The other one is not evaluated. Only in a plan.
    Choose {
        /// A `bool`.
        condition: Box<Expr>,
        /// The value if it holds.
        then: Box<Expr>,
        /// The value if it does not hold.
        otherwise: Box<Expr>,
    },
    /// A value that only the run knows.
    Context(Context),
    /// A list with an element that is not constant.
    List(Vec<Expr>),
    /// A record with a field that is not constant.
    Record(Vec<(String, Expr)>),
    /// A string with interpolations: the canonical texts of its parts, concatenated.
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
        /// The index or key.
        index: Box<Expr>,
    },
    /// A unary operator.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// The operand.
        operand: Box<Expr>,
    },
    /// A binary operator.
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
        /// The function.
        function: Function,
        /// Its arguments.
        arguments: Vec<Expr>,
    },
    /// An artifact from outside the run.
    Artifact(Box<ArtifactSource>),
    /// A volume.
    Volume(VolumeExpr),
}

/// A value of a task, as a program names it. A plan refers to the tasks of its graphs instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskValue {
    /// An output.
    Output(TaskId, OutputId),
    /// How it has ended: one of [`TASK_STATUSES`](crate::TASK_STATUSES).
    Status(TaskId),
    /// The address of a daemon.
    Ip(TaskId),
    /// The current item of a loop.
    Item(TaskId),
}

impl From<TaskValue> for ExprKind {
    fn from(value: TaskValue) -> Self {
        Self::Task(value)
    }
}

impl Expr {
    /// Creates an expression from its form, type and span.
    pub fn new(kind: ExprKind, ty: Type, span: Span) -> Self {
        Self { kind, ty, span }
    }

    /// The placeholder for an expression that has been reported as wrong.
    pub fn error(span: Span) -> Self {
        Self::new(ExprKind::Error, Type::Error, span)
    }

    /// A constant.
    pub fn constant(value: Value, ty: Type, span: Span) -> Self {
        Self::new(ExprKind::Constant(value), ty, span)
    }

    /// A binary operator, with the span of its left operand.
    pub(crate) fn binary(operator: BinaryOperator, left: Self, right: Self, ty: Type) -> Self {
        let span = left.span;
        let kind = ExprKind::Binary {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        Self::new(kind, ty, span)
    }

    /// The negation of a `bool`.
    pub(crate) fn not(condition: Self) -> Self {
        let span = condition.span;
        let kind = ExprKind::Unary {
            operator: UnaryOperator::Not,
            operand: Box::new(condition),
        };
        Self::new(kind, Type::Bool, span)
    }

    /// Tests whether a text is one of several.
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

    /// The value, if it is known at compile time.
    pub fn value(&self) -> Option<&Value> {
        match &self.kind {
            ExprKind::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The text, if it is a constant text.
    pub fn as_str(&self) -> Option<&str> {
        match self.value() {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a constant whole number.
    pub fn as_int(&self) -> Option<i64> {
        match self.value() {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// The number of seconds, if it is a constant duration.
    pub fn as_seconds(&self) -> Option<i64> {
        match self.value() {
            Some(Value::Duration(duration)) => Some(duration.seconds()),
            _ => None,
        }
    }

    /// Whether it has been reported as wrong.
    pub fn is_error(&self) -> bool {
        matches!(self.kind, ExprKind::Error)
    }
}
