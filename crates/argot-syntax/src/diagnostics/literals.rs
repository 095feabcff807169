//! Strings, numbers and names.

use super::{error, shown};
use crate::{Diagnostic, Span};

messages! {
    /// A string has no closing quotes.
    pub(crate) fn unterminated_string(opening: Span, quotes: &str, interpolation: Option<Span>) = UnterminatedString
        .at(opening, "a string is not closed before the end of its {}", if quotes.len() == 1 { "line" } else { "file" })
        .label("no `{quotes}` closes this")
        .if(let Some(span) = interpolation).also(span, "this interpolation is open")
        .if(quotes.len() == 1).help("write a string of several lines in `\"\"\"`; a quote in a string is `\\\"`");

    /// A `${` in a block string that nothing closes.
    pub(crate) fn unclosed_interpolation(span: Span) = UnterminatedString
        .at(span, "an interpolation is not closed")
        .label("no `}}` closes this")
        .help("`\\$` writes a dollar sign; a raw string `r\"\"\"...\"\"\"` has no interpolations");

    /// `${x:-y}` and the like: what a shell would expand.
    pub(crate) fn shell_expansion(span: Span, text: &str) = SyntaxError
        .at(span, "{} is a shell expansion, not an expression", shown(text))
        .label("`${{` begins an interpolation here")
        .help("write the text as a raw string, `r\"...\"` or `r\"\"\"...\"\"\"`, to leave every `$` to the shell")
        .help("or write `\\$` for this one");

    /// An escape that does not exist.
    pub(crate) fn invalid_escape(span: Span, text: &str) = InvalidEscape
        .at(span, match text.starts_with("\\u{") {
            true => format!("{} is not a Unicode character", shown(text)),
            false => format!("there is no escape {}", shown(text)),
        })
        .help("the escapes are `\\n`, `\\t`, `\\\"`, `\\\\`, `\\$` and `\\u{{1F600}}`")
        .help("a raw string `r\"...\"` has no escapes");

    /// A string with an interpolation where the text must be fixed.
    pub(crate) fn interpolation_refused(span: Span, what: &str) = SyntaxError
        .at(span, "{what} cannot contain an interpolation")
        .label("no value is known here")
        .help("`\\$` writes a dollar sign");

    /// `'text'`.
    pub(crate) fn single_quotes(span: Span, text: &str) = SyntaxError
        .at(span, "{} is in single quotes", shown(text))
        .help("write a string in double quotes")
        .if(!text.contains(['\\', '$'])).fix(span, "\"{}\"", text.trim_matches('\''));

    /// `10 GB`.
    pub(crate) fn spaced_unit(span: Span, unit: &str, gap: Span) = SyntaxError
        .at(span, "expected a line break, found {}", shown(unit))
        .help("a unit touches its number, as in `10Gi`")
        .suggest(gap, "");

    /// A number that does not fit 64 bits.
    pub(crate) fn number_out_of_range(span: Span, text: &str, ty: &str) = NumberOutOfRange
        .at(span, "{} is out of range for {ty}", shown(text))
        .if(ty == "int").note("an int is from {} to {}", i64::MIN, i64::MAX)
        .if(ty != "int").note("a float has 64 bits, as in IEEE 754");

    /// A number with a leading zero, which other languages read as octal.
    pub(crate) fn leading_zero(span: Span, text: &str) = SyntaxError
        .at(span, "{} begins with a zero", shown(text))
        .help("numbers are decimal and have no leading zeros; put text in quotes");

    /// A reserved word where a name is expected.
    pub(crate) fn reserved_word(span: Span, word: &str) = SyntaxError
        .at(span, "{} is a reserved word and cannot be a name", shown(word))
        .label("expected a name here");

    /// `my-step` as a name.
    pub(crate) fn hyphenated_name(span: Span, name: &str) = SyntaxError
        .at(span, "{} is not a name", shown(name))
        .label("`-` subtracts")
        .help("use underscores: {}; names in the output get hyphens again", shown(&name.replace('-', "_")))
        .suggest(span, name.replace('-', "_"));

    /// `{ my-key = 1 }`.
    pub(crate) fn hyphenated_key(span: Span, name: &str) = SyntaxError
        .at(span, "{} is not a name", shown(name))
        .label("`-` subtracts")
        .help("put a key with hyphens in quotes")
        .fix(span, format!("\"{name}\""));
}

/// `f"..."`.
pub(crate) fn prefixed_string(span: Span, prefix: &str) -> Diagnostic {
    let message = format!("a string has no {} before its quotes", shown(prefix));
    let diagnostic = error(span, message);
    match prefix {
        "R" => diagnostic
            .help("a raw string begins with a lowercase `r`")
            .fix(span, "r"),
        "f" | "F" => diagnostic
            .help("every string can interpolate: `\"${name}\"`")
            .suggest(span, ""),
        // What is raw in the other language is not without the letter.
        _ if prefix.len() > 1 => diagnostic
            .help("strings are Unicode text; `r\"...\"` has no escapes")
            .suggest(span, ""),
        _ => diagnostic
            .help("strings are Unicode text; `r\"...\"` has no escapes")
            .fix(span, ""),
    }
}

/// Whether other languages put this word before the quotes of a string.
pub(crate) fn is_string_prefix(word: &str) -> bool {
    matches!(
        word,
        "f" | "F" | "b" | "B" | "u" | "U" | "R" | "fr" | "rf" | "br" | "rb"
    )
}

/// Digits that run into something that is not a unit.
pub(crate) fn bad_number(span: Span, text: &str) -> Diagnostic {
    let diagnostic = error(span, format!("{} is not a number", shown(text)));
    if text.contains('_') {
        let plain = text.replace('_', "");
        diagnostic
            .help(format!("write the digits without `_`: {}", shown(&plain)))
            .fix(span, plain)
    } else {
        diagnostic.help("every part of a number needs a unit, as in `1h30m`")
    }
}
