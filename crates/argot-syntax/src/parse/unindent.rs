//! The text of block strings: without the line break after the opening quotes and the common indentation.

use std::borrow::Cow;

use crate::ast::StringPart;
use crate::indent::{is_blank, shared};

/// A piece of a string, in order.
pub(super) enum Piece<'a> {
    /// Text whose line breaks are those of the source.
    Written(Cow<'a, str>),
    /// The text of an escape, or an interpolation.
    Part(StringPart),
}

/// Joins texts that are side by side.
pub(super) fn join(pieces: Vec<Piece<'_>>) -> Vec<StringPart> {
    let mut parts = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Written(text) => add_text(&mut parts, &text),
            Piece::Part(StringPart::Text(text)) => add_text(&mut parts, &text),
            Piece::Part(part) => parts.push(part),
        }
    }
    parts
}

/// Adds a text to the one before or as a new part.
fn add_text(parts: &mut Vec<StringPart>, text: &str) {
    match parts.last_mut() {
        Some(StringPart::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(StringPart::Text(text.to_owned())),
    }
}

/// Removes the line break after the opening quotes, the common indentation of all lines that are not blank, and the
/// white space before the closing quotes from a block string.
pub(super) fn unindent(mut pieces: Vec<Piece<'_>>) -> Vec<StringPart> {
    let mut drops_first_line = false;
    if let Some(Piece::Written(text)) = pieces.first_mut()
        && let Some((first, rest)) = text.split_once('\n')
        && is_blank(first)
    {
        drops_first_line = true;
        *text = Cow::Owned(rest.to_owned());
    }
    let indentation = common_indentation(&pieces, drops_first_line).to_owned();
    let last = pieces.len().saturating_sub(1);
    let mut parts = Vec::new();
    for (index, piece) in pieces.into_iter().enumerate() {
        let text = match piece {
            Piece::Written(text) => text,
            Piece::Part(StringPart::Text(text)) => {
                add_text(&mut parts, &text);
                continue;
            }
            Piece::Part(part) => {
                parts.push(part);
                continue;
            }
        };
        let mut result = String::with_capacity(text.len());
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                result.push('\n');
            }
            let begins_line = number > 0 || (index == 0 && drops_first_line);
            result.push_str(match line.strip_prefix(indentation.as_str()) {
                Some(rest) if begins_line => rest,
                None if begins_line && is_blank(line) => "",
                _ => line,
            });
        }
        if index == last {
            let kept = result.trim_end_matches([' ', '\t']);
            let is_first_line = kept.is_empty() && drops_first_line && index == 0;
            if is_first_line || kept.ends_with('\n') {
                result.truncate(kept.len());
            }
        }
        add_text(&mut parts, &result);
    }
    parts
}

/// The white space with which every line begins that is not blank.
fn common_indentation<'a>(pieces: &'a [Piece<'_>], first_line_counts: bool) -> &'a str {
    let mut common: Option<&str> = None;
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Written(text) = piece else {
            continue;
        };
        let mut lines = text.split('\n').enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            let begins_line = number > 0 || (index == 0 && first_line_counts);
            let goes_on = lines.peek().is_none() && index + 1 < pieces.len();
            if !begins_line || (!goes_on && is_blank(line)) {
                continue;
            }
            common = shared(common, line);
        }
    }
    common.unwrap_or_default()
}
