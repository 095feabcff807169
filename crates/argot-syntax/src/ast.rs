//! The syntax tree: what was written, with the place of each node.
//!
//! The tree decides nothing: names are not resolved, attributes are not known, a call may be of a function, a component
//! or a pipeline. Comments and the spelling of numbers and keys are in the [tokens](crate::Tokens), which its places lead to.

mod expr;

use serde::Serialize;

pub(crate) use expr::level;
pub use expr::{
    Argument, BinaryOperator, Entry, Expr, ExprKind, StringLit, StringPart, StringStyle,
    UnaryOperator,
};

use crate::Span;

/// One file.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct File {
    /// The items in source order.
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
    /// Where it is.
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
    /// Documentation; above the first item of a file it refers to the file.
    pub doc: Option<Doc>,
    /// The path as written.
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
    /// The name here, if it differs.
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

/// The outputs after `->`.
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

/// A type as written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TypeExpr {
    /// Its kind.
    pub kind: TypeKind,
    /// Where it is.
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

/// An expression used as a statement or after `let`: a call, with its suffixes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// The call, or after `let` any expression.
    pub value: Expr,
    /// The names after `after`.
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
        /// The body after the last `else`.
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
