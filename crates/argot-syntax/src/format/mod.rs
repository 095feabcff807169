//! Formats a tree and its tokens in the one style of the language.
//!
//! | part | where |
//! |---|---|
//! | what is printed, before it is decided where lines break | `doc` |
//! | where lines break, and comments after code | `print` |
//! | the way through the tokens, with their comments | `builder` |
//! | what is in brackets and braces | `list` |
//! | equals signs in columns | `align` |
//! | items, statements, expressions and types | `item`, `statement`, `expr` |
//! | strings over several lines | `block` |
//!
//! The author decides which lists and blocks take several lines, by a line break after the opening bracket; what does not
//! fit into [`WIDTH`](doc::WIDTH) columns takes several lines in any case. The author also decides which lines have a blank
//! line between them and, by writing more than one space before an equals sign, which ones are aligned.

mod align;
mod block;
mod builder;
mod doc;
mod expr;
mod item;
mod list;
mod print;
mod statement;

use self::builder::Builder;
use crate::token::TokenKind;
use crate::{Diagnostics, Parsed, Source, parse};

/// Why a file was not formatted.
#[derive(Debug, Clone)]
pub enum Unformatted {
    /// It has errors.
    Syntax(Diagnostics),
    /// It would not have the same meaning afterwards, or not the same comments. The formatter has a bug.
    Changed,
}

/// The text of a file in the one style of the language.
///
/// A byte order mark is dropped. Lines end as the first one of the file does.
///
/// # Errors
/// The file has errors, or the result would not be the same tree with the same comments.
pub fn format(source: &Source) -> Result<String, Unformatted> {
    let mut diagnostics = Diagnostics::default();
    let parsed = parse(source, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(Unformatted::Syntax(diagnostics));
    }
    let text = print(source, &parsed);
    if text == source.text() {
        return Ok(text);
    }
    let formatted = Source::new(source.id(), source.path(), text.as_str());
    let again = parse(&formatted, &mut diagnostics);
    let is_same = !diagnostics.has_errors()
        && again.file == parsed.file
        && comments(&formatted, &again).eq(comments(source, &parsed));
    match is_same {
        true => Ok(text),
        false => Err(Unformatted::Changed),
    }
}

fn print(source: &Source, parsed: &Parsed) -> String {
    let mut builder = Builder::new(source, &parsed.tokens);
    builder.file(&parsed.file.items);
    let capacity = source.text().len() + source.text().len() / 8;
    let text = print::print(&builder.doc, capacity);
    match source.text().find('\n') {
        Some(at)
            if source
                .text()
                .get(..at)
                .is_some_and(|line| line.ends_with('\r')) =>
        {
            text.replace('\n', "\r\n")
        }
        _ => text,
    }
}

/// The comments of a file, in order.
fn comments<'a>(source: &'a Source, parsed: &'a Parsed) -> impl Iterator<Item = &'a str> {
    let tokens = parsed.tokens.iter();
    tokens
        .filter(|(kind, _)| *kind == TokenKind::Comment)
        .map(|(_, span)| source.slice(span).trim_end())
}
