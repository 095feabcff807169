//! The parser: builds the tree from tokens, by recursive descent.
//!
//! | part | where |
//! |---|---|
//! | the place in the tokens, reports, nesting | `core` |
//! | what to skip after an error | `recover` |
//! | names and documentation | `name` |
//! | what is in brackets and braces | `list` |
//! | items | `item` |
//! | attributes and statements | `statement`, `block` |
//! | parameters and types | `types` |
//! | expressions | `expr` |
//! | numbers and strings | `literal`, `unindent` |
//!
//! Errors are reported once, at their own place, and the parser skips to where something else begins: the next element
//! of a list, statement or item. Every step is linear in the text, and the depth of every recursion is bounded by
//! [`MAX_NESTING`](crate::MAX_NESTING).

mod block;
mod core;
mod expr;
mod item;
mod list;
mod literal;
mod name;
mod recover;
mod statement;
mod types;
mod unindent;

use self::core::Parser;
use crate::token::Tokens;
use crate::{Diagnostics, Source, ast, invisible, lex};

/// A file that was read.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// What was written.
    pub file: ast::File,
    /// The tokens that it was written with, comments included.
    pub tokens: Tokens,
}

/// Reads a file.
///
/// Errors are added to `diagnostics`; the tree has everything that could be read, and a node for each item and
/// statement that could not.
pub fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Parsed {
    let mut found = Diagnostics::default();
    let tokens = lex::lex(source, &mut found);
    let file = Parser::new(source, &tokens, &mut found).file();
    invisible::check(source, &mut found);
    diagnostics.extend(found);
    Parsed { file, tokens }
}
