//! Expressions as they are written.

use serde::Serialize;

use super::Ident;
use crate::Span;

/// An expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Expr {
    /// Its kind.
    pub kind: ExprKind,
    /// Where it is, with its parentheses.
    pub span: Span,
    /// How many pairs of parentheses are written around it.
    #[serde(skip_serializing_if = "is_zero")]
    pub parentheses: u8,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_zero(count: &u8) -> bool {
    *count == 0
}

impl Expr {
    /// An expression without parentheses.
    pub fn new(kind: ExprKind, span: Span) -> Self {
        Self {
            kind,
            span,
            parentheses: 0,
        }
    }
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExprKind {
    /// What could not be read; its error has been reported.
    Error,
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// `12`. A minus directly before the digits belongs to the literal.
    Int(i64),
    /// `0.5`, `1e-4`.
    Float(f64),
    /// A number with a unit, as written: `16Gi`, `500m`, `1h30m`.
    Unit(String),
    /// A string.
    String(StringLit),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{ a = 1, "b.c/d" = 2 }`.
    Record(Vec<Entry>),
    /// A name.
    Name(String),
    /// `base.name`.
    Field {
        /// The expression before the dot.
        base: Box<Expr>,
        /// The name after the dot.
        name: Ident,
    },
    /// `base[index]`.
    Index {
        /// The expression before the bracket.
        base: Box<Expr>,
        /// The expression in brackets.
        index: Box<Expr>,
    },
    /// `callee(arguments)`.
    Call {
        /// A name, or a name of an imported file.
        callee: Box<Expr>,
        /// The arguments in order.
        arguments: Vec<Argument>,
    },
    /// `-x`, `not x`.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// What it is applied to.
        operand: Box<Expr>,
    },
    /// `a + b`.
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// Where the operator is.
        operator_span: Span,
        /// The left side.
        left: Box<Expr>,
        /// The right side.
        right: Box<Expr>,
    },
    /// `lo..hi`.
    Range {
        /// The first.
        low: Box<Expr>,
        /// The last.
        high: Box<Expr>,
    },
}

/// An entry of a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The key: a name, or the text of a string; its place tells them apart.
    pub key: Ident,
    /// The value.
    pub value: Expr,
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Argument {
    /// The name before `=`.
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}

/// A string as written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StringLit {
    /// The text between interpolations, unescaped and without a block's indentation, and the interpolations.
    /// An empty string has no part.
    pub parts: Vec<StringPart>,
    /// Which quotes it has.
    pub style: StringStyle,
    /// With its quotes.
    pub span: Span,
}

impl StringLit {
    /// The text, or `None` if there is an interpolation.
    pub fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [StringPart::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// A part of a string.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StringPart {
    /// Text, as it is meant.
    Text(String),
    /// `${expr}`.
    Interpolation(Expr),
}

/// The four ways to quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StringStyle {
    /// `"..."`.
    Quoted,
    /// `"""..."""`.
    Block,
    /// `r"..."`.
    Raw,
    /// `r"""..."""`.
    RawBlock,
}

/// Operators before one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnaryOperator {
    /// `-`.
    Negate,
    /// `not`.
    Not,
}

impl UnaryOperator {
    /// As written in the source.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Not => "not",
        }
    }
}

/// Operators between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the symbols below say it")]
pub enum BinaryOperator {
    Coalesce,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
}

/// How tightly operators bind, by the table at the rule `expr` of the grammar.
pub(crate) mod level {
    pub(crate) const COALESCE: u8 = 0;
    pub(crate) const OR: u8 = 1;
    pub(crate) const AND: u8 = 2;
    pub(crate) const NOT: u8 = 3;
    pub(crate) const COMPARISON: u8 = 4;
    pub(crate) const RANGE: u8 = 5;
    pub(crate) const SUM: u8 = 6;
    pub(crate) const PRODUCT: u8 = 7;
    pub(crate) const NEGATE: u8 = 8;
}

impl BinaryOperator {
    /// How tightly it binds.
    pub(crate) fn level(self) -> u8 {
        match self {
            Self::Coalesce => level::COALESCE,
            Self::Or => level::OR,
            Self::And => level::AND,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessEqual
            | Self::Greater
            | Self::GreaterEqual
            | Self::In => level::COMPARISON,
            Self::Add | Self::Subtract => level::SUM,
            Self::Multiply | Self::Divide | Self::FloorDivide | Self::Remainder => level::PRODUCT,
        }
    }

    /// As written in the source.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Coalesce => "??",
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Remainder => "%",
        }
    }
}
