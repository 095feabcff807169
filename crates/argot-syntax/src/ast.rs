//! The syntax tree: what was written, with the place of each node.
//!
//! The tree decides nothing: names are not resolved, attributes are not known, a call may be of a function, a component
//! or a pipeline. Comments and the spelling of numbers and keys are in the [tokens](crate::Tokens), which its places lead to.

use serde::Serialize;

use crate::Span;

/// One file.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct File {
    /// The items in the order in which they stand.
    pub items: Vec<Item>,
}

/// An item or a statement that could not be read. What is wrong with it has been reported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Broken {
    /// The name that it defines, if that could be read: something of this name exists, and no more is known of it.
    pub name: Option<Ident>,
    /// The text that was given up.
    pub span: Span,
}

/// What is in braces, with its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Body<T> {
    /// The attributes or statements, in order.
    pub items: Vec<T>,
    /// From `{` to `}`, or to the end of what could be read if the closing brace is missing.
    pub braces: Span,
}

impl<T> std::ops::Deref for Body<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<'a, T> IntoIterator for &'a Body<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

/// A name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ident {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

/// Documentation: the lines of a `##` comment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Doc {
    /// The lines without `##` and the space after it, joined by line breaks.
    pub text: String,
    /// From the first `##` to the end of the last line.
    pub span: Span,
}

/// Something at the top level of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// `import "./steps.argot" as steps` or `from "./steps.argot" import fetch, train as t`.
    Import(Import),
    /// `const NAME = value`.
    Const(Const),
    /// `type Name = ...`.
    Type(TypeAlias),
    /// `artifact Name: Parent`.
    Artifact(Artifact),
    /// `component name(inputs) -> (outputs) { ... }`.
    Component(Component),
    /// `pipeline name(parameters) -> (outputs) { ... }`.
    Pipeline(Pipeline),
    /// An item that could not be read.
    Error(Broken),
}

/// An import of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Import {
    /// Documentation; above the first item of a file it speaks of the file.
    pub doc: Option<Doc>,
    /// The path as it is written.
    pub path: StringLit,
    /// What is bound.
    pub names: ImportNames,
    /// The whole item.
    pub span: Span,
}

/// What an import binds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportNames {
    /// `import "..." as name`: the file under one name.
    Module(Ident),
    /// `from "..." import a, b as c`.
    Names(Vec<ImportedName>),
}

/// One name of a `from` import.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportedName {
    /// The name in the imported file.
    pub name: Ident,
    /// The name here, where it differs.
    pub alias: Option<Ident>,
}

/// `const NAME = value`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Const {
    /// Documentation.
    pub doc: Option<Doc>,
    /// The name.
    pub name: Ident,
    /// The value.
    pub value: Expr,
    /// The whole item.
    pub span: Span,
}

/// `type Name = type`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TypeAlias {
    /// Documentation.
    pub doc: Option<Doc>,
    /// The name.
    pub name: Ident,
    /// The type that it stands for.
    pub ty: TypeExpr,
    /// The whole item.
    pub span: Span,
}

/// `artifact Name: Parent`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Artifact {
    /// Documentation.
    pub doc: Option<Doc>,
    /// The name.
    pub name: Ident,
    /// The artifact type above it.
    pub parent: TypeExpr,
    /// The whole item.
    pub span: Span,
}

/// A component: a step's typed contract and what runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Component {
    /// Documentation.
    pub doc: Option<Doc>,
    /// The name.
    pub name: Ident,
    /// The inputs.
    pub inputs: Vec<Parameter>,
    /// The outputs.
    pub outputs: Outputs,
    /// The attributes between the braces.
    pub attributes: Body<Attribute>,
    /// The whole item.
    pub span: Span,
}

/// A pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pipeline {
    /// Documentation.
    pub doc: Option<Doc>,
    /// The name.
    pub name: Ident,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// The outputs.
    pub outputs: Outputs,
    /// Attributes and statements between the braces.
    pub body: Body<Statement>,
    /// The whole item.
    pub span: Span,
}

/// `name: type = default`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    /// Documentation.
    pub doc: Option<Doc>,
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: TypeExpr,
    /// The default.
    pub default: Option<Expr>,
    /// From the name to the end of the default.
    pub span: Span,
}

/// The outputs behind `->`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outputs {
    /// There is no arrow.
    None,
    /// `-> T`, short for `-> (output: T)`.
    Single(TypeExpr),
    /// `-> (a: T, b: U)`; outputs have no default.
    Named(Vec<Parameter>),
}

/// A type as it is written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a type.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// `string`, `Dataset`, `steps.Trial`.
    Name {
        /// The imported file's name before the dot.
        module: Option<Ident>,
        /// The type's name.
        name: Ident,
    },
    /// `list[T]`, `map[T]`, or any other name with a type in brackets.
    Generic {
        /// `list` or `map`.
        name: Ident,
        /// The type in brackets.
        element: Box<TypeExpr>,
    },
    /// `{ lr: float, layers: int = 2 }`.
    Record(Vec<Parameter>),
    /// `"adam" | "sgd"`.
    Enum(Vec<StringLit>),
    /// `T?`.
    Optional(Box<TypeExpr>),
    /// A type that could not be read; its error has been reported.
    Error,
}

/// `name = value` or `name { ... }` in a body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attribute {
    /// The name.
    pub name: Ident,
    /// The string between name and block, as in `init "fetch" { ... }`.
    pub label: Option<StringLit>,
    /// The value.
    pub value: AttributeValue,
    /// The whole attribute.
    pub span: Span,
}

/// The two ways to write an attribute.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeValue {
    /// `name = value`.
    Value(Expr),
    /// `name { ... }`.
    Block(Body<Attribute>),
}

/// A statement of a pipeline or of a block in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// `name = value` or `name { ... }`.
    Attribute(Attribute),
    /// `let name = ...`.
    Let(Let),
    /// A call whose outputs have no name of their own.
    Call(Run),
    /// `if`, `for` or `repeat` as a statement.
    Block(Block),
    /// `volume name = claim(...)`.
    Volume(Volume),
    /// `on exit { ... }`.
    On(On),
    /// `yield { ... }`.
    Yield(Leave),
    /// `return { ... }`.
    Return(Leave),
    /// A statement that could not be read.
    Error(Broken),
}

/// `let name = value`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Let {
    /// Documentation.
    pub doc: Option<Doc>,
    /// The name.
    pub name: Ident,
    /// What it names.
    pub value: LetValue,
    /// The whole statement.
    pub span: Span,
}

/// What a `let` names.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LetValue {
    /// A call or an expression, with the suffixes of a call.
    Run(Run),
    /// The values that a block yields.
    Block(Block),
}

/// An expression that stands as a statement or behind `let`: a call, with its suffixes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// The call, or behind `let` any expression.
    pub value: Expr,
    /// The names behind `after`.
    pub after: Vec<Ident>,
    /// The attributes of `with { ... }`.
    pub with: Option<With>,
    /// All of it.
    pub span: Span,
}

/// `with { ... }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct With {
    /// The attributes.
    pub attributes: Body<Attribute>,
    /// From `with` to the closing brace.
    pub span: Span,
}

/// `if`, `for` or `repeat`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Block {
    /// Which of them.
    pub kind: BlockKind,
    /// All of it.
    pub span: Span,
    /// The word that introduces it.
    pub keyword: Span,
}

/// The kinds of blocks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// `if c { } else if d { } else { }`.
    If {
        /// The conditions with their bodies, in order.
        arms: Vec<Arm>,
        /// The body behind the last `else`.
        otherwise: Option<Body<Statement>>,
    },
    /// `for x in xs parallel n { }`.
    For {
        /// The loop variable.
        variable: Ident,
        /// What it runs over: a list or a range.
        items: Expr,
        /// How many at a time.
        parallel: Option<Expr>,
        /// The body.
        body: Body<Statement>,
    },
    /// `repeat max n { } until c`.
    Repeat {
        /// The most turns.
        max: Expr,
        /// The body.
        body: Body<Statement>,
        /// When to stop.
        until: Expr,
    },
}

/// One condition of an `if` with its body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arm {
    /// The condition.
    pub condition: Expr,
    /// The statements.
    pub body: Body<Statement>,
}

/// `volume name = claim(...)`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Volume {
    /// Documentation.
    pub doc: Option<Doc>,
    /// The name.
    pub name: Ident,
    /// The call that makes it.
    pub value: Expr,
    /// The whole statement.
    pub span: Span,
}

/// `on exit { ... }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct On {
    /// `exit`, `success` or `failure`.
    pub event: Ident,
    /// The statements.
    pub body: Body<Statement>,
    /// The whole statement.
    pub span: Span,
}

/// `yield value` or `return value`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leave {
    /// The value.
    pub value: Expr,
    /// The whole statement.
    pub span: Span,
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Expr {
    /// What it is.
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
        /// What stands before the dot.
        base: Box<Expr>,
        /// The name behind the dot.
        name: Ident,
    },
    /// `base[index]`.
    Index {
        /// What stands before the bracket.
        base: Box<Expr>,
        /// What stands in brackets.
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
        /// Where the operator stands.
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

/// A string as it is written.
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
    /// The text, where there is no interpolation.
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
    /// As it is written.
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

    /// As it is written.
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
