//! The syntax of Argot: source files, spans, diagnostics, the syntax tree and the parser.
//!
//! | stage | type | what it is |
//! |---|---|---|
//! | 1 | [`Source`] | one file's text with its line table |
//! | 2 | [`ast::File`] | what was written, each node with its [`Span`] |
//!
//! [`parse`] leads from one to the other, by way of [`Tokens`], which it keeps: a formatter and fixes need the text as
//! written. It never fails: errors are added to [`Diagnostics`], and the tree has everything that could be read.

// Macros name it so in every crate.
extern crate self as argot_syntax;

#[macro_use]
mod messages;

pub mod ast;
mod code;
mod diagnostic;
mod diagnostics;
mod expected;
mod fix;
mod format;
mod indent;
mod invisible;
mod level;
mod lex;
mod parse;
mod source;
mod span;
mod token;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Diagnostics, Label, Part, first_listed, listed, one_of};
pub use fix::{Applicability, Edit, Fix, apply_edits};
pub use format::{Unformatted, format};
pub use level::{Level, Levels};
pub use parse::{Parsed, parse};
pub use source::{MAX_SOURCE_BYTES, Position, Source, Sources};
pub use span::{FileId, Span};
pub use token::{Token, TokenKind, Tokens};

/// How deep expressions, types, blocks and strings may nest in each other.
///
/// Every walk of the tree is recursive, so this bound is what keeps each of them off the end of the stack.
pub const MAX_NESTING: usize = 128;
