//! Characters and nesting.

use crate::{Code, Diagnostic, MAX_NESTING, Span, messages};

messages! {
    /// A carriage return does not belong to a line break.
    pub(crate) fn lone_carriage_return(span: Span) = SyntaxError
        .at(span, "a carriage return without a line feed")
        .label("this does not end the line")
        .help("end lines with a line feed, or with a carriage return and a line feed; in a string, `\\u{{d}}` writes a carriage return");

    /// Brackets, blocks or operators nest deeper than is read.
    pub(crate) fn nesting_too_deep(span: Span) = NestingTooDeep
        .at(span, "more than {MAX_NESTING} brackets, blocks or operators are nested")
        .label("this is one too many")
        .help("give a part of it a name of its own with `const` or `let`");
}

/// A character that cannot be seen, or that changes the order in which others are shown.
pub(crate) fn invisible_character(
    character: char,
    name: &str,
    more: usize,
    span: Span,
) -> Diagnostic {
    let code = u32::from(character);
    let message = format!("this line has {name}, U+{code:04X}, which is invisible");
    let diagnostic = Code::InvisibleCharacter
        .at(span, message)
        .label("it is here")
        .help(format!(
            "write `\\u{{{code:04X}}}` in a string, and delete it anywhere else"
        ));
    match more {
        0 => diagnostic,
        1 => diagnostic.note("the line has one more such character"),
        more => diagnostic.note(format!("the line has {more} more such characters")),
    }
}
