//! Every message of this crate, by chapter: the manual of what can be wrong with the text of a file.

mod items;
mod literals;
mod mismatch;
mod text;

pub(crate) use items::*;
pub(crate) use literals::*;
pub(crate) use mismatch::*;
pub(crate) use text::*;

use crate::Span;

/// The most characters of user text that a message repeats.
const SHOWN: usize = 40;

messages! {
    /// A syntax error.
    fn error(span: Span, message: impl Into<String>) = SyntaxError
        .at(span, message);
}

/// User text for a message: in backticks, on one line, not too long, with nothing invisible.
fn shown(text: &str) -> String {
    let mut result = String::from("`");
    let mut characters = text.chars();
    for character in characters.by_ref().take(SHOWN) {
        if character.is_control() || is_invisible(character) {
            result.extend(character.escape_unicode());
        } else {
            result.push(character);
        }
    }
    if characters.next().is_some() {
        result.push('…');
    }
    result.push('`');
    result
}

/// Whether a character cannot be seen, or changes the direction of the text around it.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{3000}' | '\u{feff}'
    )
}
