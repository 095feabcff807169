//! Invisible characters, and characters that change the display order of others. A text with them may look like a
//! different one. See <https://trojansource.codes>.

use std::collections::BTreeSet;

use crate::{Diagnostics, Source, Span, diagnostics};

/// What such a character is called.
const NAMES: &[(char, &str)] = &[
    ('\u{200b}', "a zero-width space"),
    ('\u{200c}', "a zero-width non-joiner"),
    ('\u{200d}', "a zero-width joiner"),
    ('\u{200e}', "a left-to-right mark"),
    ('\u{200f}', "a right-to-left mark"),
    ('\u{202a}', "a left-to-right embedding"),
    ('\u{202b}', "a right-to-left embedding"),
    ('\u{202c}', "the end of a change of direction"),
    ('\u{202d}', "a left-to-right override"),
    ('\u{202e}', "a right-to-left override"),
    ('\u{2060}', "a word joiner"),
    ('\u{2066}', "a left-to-right isolate"),
    ('\u{2067}', "a right-to-left isolate"),
    ('\u{2068}', "an isolate of unknown direction"),
    ('\u{2069}', "the end of an isolate"),
    ('\u{feff}', "a byte order mark"),
];

fn name(character: char) -> Option<&'static str> {
    let at = NAMES.binary_search_by_key(&character, |(known, _)| *known);
    Some(NAMES.get(at.ok()?)?.1)
}

/// Warns of the first such character of each line.
///
/// A joiner between two characters beyond ASCII stays: it is how some scripts are written, and how symbols are
/// put together to one.
///
/// `diagnostics` are those of the same file.
pub(crate) fn check(source: &Source, diagnostics: &mut Diagnostics) {
    let text = source.text();
    // Most files have none, which is found out in no time.
    if text.is_ascii() {
        return;
    }
    let errors: BTreeSet<u32> = diagnostics
        .iter()
        .filter_map(|error| Some(error.span()?.start))
        .collect();
    let mut warnings = Vec::new();
    // A byte order mark at the beginning says that the file is UTF-8.
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut at = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        if let Some(found) = in_line(line) {
            let start = at + found.at;
            let span = Span::new(source.id(), start, start + found.character.len_utf8());
            // If it is not part of a string or comment, it has been reported.
            if errors.range(span.start..=span.end).next().is_none() {
                warnings.push(diagnostics::invisible_character(
                    found.character,
                    found.name,
                    found.more,
                    span,
                ));
            }
        }
        at += line.len();
    }
    diagnostics.extend(warnings);
}

/// The first such character of a line, and how many more there are.
struct Found {
    at: usize,
    character: char,
    name: &'static str,
    more: usize,
}

fn in_line(line: &str) -> Option<Found> {
    if line.is_ascii() {
        return None;
    }
    let mut found: Option<Found> = None;
    let mut before = ' ';
    let mut characters = line.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let joins = matches!(character, '\u{200c}' | '\u{200d}')
            && !before.is_ascii()
            && characters.peek().is_some_and(|(_, next)| !next.is_ascii());
        if let (Some(name), false) = (name(character), joins) {
            match &mut found {
                Some(found) => found.more += 1,
                None => {
                    found = Some(Found {
                        at,
                        character,
                        name,
                        more: 0,
                    });
                }
            }
        }
        before = character;
    }
    found
}
