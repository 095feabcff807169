//! Typed expressions. What is known at compile time is a [`Value`]; the rest is for the target.

mod source;

use std::sync::Arc;

pub use argot_syntax::ast::{BinaryOperator, UnaryOperator};
use argot_syntax::{MAX_NESTING, Span};
use serde::Serialize;

pub use source::{ArtifactSource, Location, VolumeExpr, VolumeSource};

use crate::{Context, Function, InputId, OutputId, TaskId, Type, Value, limits::MOST_EXPRESSION};

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

    /// The expressions directly inside this one.
    pub fn children_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            ExprKind::Error
            | ExprKind::Constant(_)
            | ExprKind::Input(_)
            | ExprKind::InputPath(_)
            | ExprKind::OutputPath(_)
            | ExprKind::OutputNames(_)
            | ExprKind::Storage(_)
            | ExprKind::TaskOutput { .. }
            | ExprKind::TaskStatus(_)
            | ExprKind::TaskIp(_)
            | ExprKind::Item(_)
            | ExprKind::Gather { .. }
            | ExprKind::Context(_)
            | ExprKind::Volume(VolumeExpr::Input(_) | VolumeExpr::Declared(_)) => Vec::new(),
            ExprKind::List(items) | ExprKind::Concat(items) => items.iter_mut().collect(),
            ExprKind::Record(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
            ExprKind::Field { base, .. } => vec![base],
            ExprKind::Index { base, index } => vec![base, index],
            ExprKind::Unary { operand, .. } => vec![operand],
            ExprKind::Binary { left, right, .. } => vec![left, right],
            ExprKind::Choose {
                condition,
                then,
                otherwise,
            } => vec![condition, then, otherwise],
            ExprKind::Function { arguments, .. } => arguments.iter_mut().collect(),
            ExprKind::Artifact(source) => match source.as_mut() {
                ArtifactSource::Location(location) => location.exprs_mut(),
                ArtifactSource::Text(text) | ArtifactSource::Stored(text) => vec![text],
            },
            ExprKind::Volume(VolumeExpr::Source(source)) => source.exprs_mut(),
        }
    }

    /// About how many bytes the values in it take beside those of small ones, which are no more than what a
    /// source says of them.
    pub fn bytes(&self) -> usize {
        const SMALL: usize = 64;
        let mut bytes = 0_usize;
        self.walk(&mut |expr| {
            if let Some(value @ (Value::String(_) | Value::List(_) | Value::Record(_))) =
                expr.value()
            {
                bytes = bytes.saturating_add(value.size().bytes.saturating_sub(SMALL));
            }
        });
        bytes
    }

    /// How many expressions it is, counted up to `most`.
    pub fn parts(&self, most: usize) -> usize {
        fn count(expr: &Expr, left: &mut usize) {
            *left = left.saturating_sub(1);
            if *left > 0 {
                let children = expr.children();
                children.into_iter().for_each(|child| count(child, left));
            }
        }
        let mut left = most;
        count(self, &mut left);
        most - left
    }

    /// Whether it is of at least so many parts, or deeper than the parser lets an expression be.
    pub fn is_larger_than(&self, most: usize) -> bool {
        fn count(expr: &Expr, depth: usize, left: &mut usize) -> bool {
            *left = left.saturating_sub(1);
            *left == 0
                || depth > MAX_NESTING
                || expr
                    .children()
                    .into_iter()
                    .any(|child| count(child, depth + 1, left))
        }
        count(self, 0, &mut most.clone())
    }

    /// Whether it is made of so many parts that to copy it wherever it is named could take for ever.
    pub(crate) fn is_huge(&self) -> bool {
        self.is_larger_than(MOST_EXPRESSION)
    }

    /// Calls `visit` with this expression and every one inside it, outermost first.
    pub fn walk(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// The expressions directly inside this one.
    pub fn children(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Error
            | ExprKind::Constant(_)
            | ExprKind::Input(_)
            | ExprKind::InputPath(_)
            | ExprKind::OutputPath(_)
            | ExprKind::OutputNames(_)
            | ExprKind::Storage(_)
            | ExprKind::TaskOutput { .. }
            | ExprKind::TaskStatus(_)
            | ExprKind::TaskIp(_)
            | ExprKind::Item(_)
            | ExprKind::Gather { .. }
            | ExprKind::Context(_)
            | ExprKind::Volume(VolumeExpr::Input(_) | VolumeExpr::Declared(_)) => Vec::new(),
            ExprKind::List(items) | ExprKind::Concat(items) => items.iter().collect(),
            ExprKind::Record(fields) => fields.iter().map(|(_, value)| value).collect(),
            ExprKind::Field { base, .. } => vec![base],
            ExprKind::Index { base, index } => vec![base, index],
            ExprKind::Unary { operand, .. } => vec![operand],
            ExprKind::Binary { left, right, .. } => vec![left, right],
            ExprKind::Choose {
                condition,
                then,
                otherwise,
            } => vec![condition, then, otherwise],
            ExprKind::Function { arguments, .. } => arguments.iter().collect(),
            ExprKind::Artifact(source) => match source.as_ref() {
                ArtifactSource::Location(location) => location.exprs(),
                ArtifactSource::Text(text) | ArtifactSource::Stored(text) => vec![text],
            },
            ExprKind::Volume(VolumeExpr::Source(source)) => source.exprs(),
        }
    }
}
