//! Characters and nesting.

use crate::{MAX_NESTING, Span};

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

    /// A character that cannot be seen, or that changes the order in which others are shown.
    pub(crate) fn invisible_character(character: char, name: &str, more: usize, span: Span) = InvisibleCharacter
        .at(span, "this line has {name}, U+{:04X}, which is invisible", u32::from(character))
        .label("it is here")
        .help("write `\\u{{{:04X}}}` in a string, and delete it anywhere else", u32::from(character))
        .if(more == 1).note("the line has one more such character")
        .if(more > 1).note("the line has {more} more such characters");
}
