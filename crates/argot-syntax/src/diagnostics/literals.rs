//! Strings, numbers and names.

use super::{error, shown};
use crate::{Code, Diagnostic, Span, messages};

messages! {
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

    /// A string with an interpolation where the text must be fixed.
    pub(crate) fn interpolation_refused(span: Span, what: &str) = SyntaxError
        .at(span, "{what} cannot contain an interpolation")
        .label("no value is known here")
        .help("`\\$` writes a dollar sign");

    /// `10 GB`.
    pub(crate) fn spaced_unit(span: Span, unit: &str, gap: Span) = SyntaxError
        .at(span, "expected a line break, found {}", shown(unit))
        .help("a unit touches its number, as in `10Gi`")
        .suggest(gap, "");

    /// A number with a leading zero, which other languages read as octal.
    pub(crate) fn leading_zero(span: Span, text: &str) = SyntaxError
        .at(span, "{} begins with a zero", shown(text))
        .help("numbers are decimal and have no leading zeros; put text in quotes");

    /// A reserved word where a name is expected.
    pub(crate) fn reserved_word(span: Span, word: &str) = SyntaxError
        .at(span, "{} is a reserved word and cannot be a name", shown(word))
        .label("expected a name here");

    /// `{ my-key = 1 }`.
    pub(crate) fn hyphenated_key(span: Span, name: &str) = SyntaxError
        .at(span, "{} is not a name", shown(name))
        .label("`-` subtracts")
        .help("put a key with hyphens in quotes")
        .fix(span, format!("\"{name}\""));
}

/// A string has no closing quotes.
pub(crate) fn unterminated_string(
    opening: Span,
    quotes: &str,
    interpolation: Option<Span>,
) -> Diagnostic {
    let place = if quotes.len() == 1 { "line" } else { "file" };
    let message = format!("a string is not closed before the end of its {place}");
    let diagnostic = Code::UnterminatedString
        .at(opening, message)
        .label(format!("no `{quotes}` closes this"));
    let diagnostic = match interpolation {
        Some(span) => diagnostic.also(span, "this interpolation is open"),
        None => diagnostic,
    };
    match quotes.len() {
        1 => diagnostic
            .help("write a string of several lines in `\"\"\"`; a quote in a string is `\\\"`"),
        _ => diagnostic,
    }
}

/// An escape that does not exist.
pub(crate) fn invalid_escape(span: Span, text: &str) -> Diagnostic {
    let message = match text.starts_with("\\u{") {
        true => format!("{} is not a Unicode character", shown(text)),
        false => format!("there is no escape {}", shown(text)),
    };
    Code::InvalidEscape
        .at(span, message)
        .help("the escapes are `\\n`, `\\t`, `\\\"`, `\\\\`, `\\$` and `\\u{1F600}`")
        .help("a raw string `r\"...\"` has no escapes")
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

/// `'text'`.
pub(crate) fn single_quotes(span: Span, text: &str) -> Diagnostic {
    let diagnostic = error(span, format!("{} is in single quotes", shown(text)))
        .help("write a string in double quotes");
    let inside = text.trim_matches('\'');
    match inside.contains(['\\', '$']) {
        true => diagnostic,
        false => diagnostic.fix(span, format!("\"{inside}\"")),
    }
}

/// A number that does not fit 64 bits.
pub(crate) fn number_out_of_range(span: Span, text: &str, ty: &str) -> Diagnostic {
    let message = format!("{} is out of range for {ty}", shown(text));
    let diagnostic = Code::NumberOutOfRange.at(span, message);
    match ty {
        "int" => diagnostic.note(format!("an int is from {} to {}", i64::MIN, i64::MAX)),
        _ => diagnostic.note("a float has 64 bits, as in IEEE 754"),
    }
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

/// `my-step` as a name.
pub(crate) fn hyphenated_name(span: Span, name: &str) -> Diagnostic {
    let fixed = name.replace('-', "_");
    let help = format!(
        "use underscores: {}; names in the output get hyphens again",
        shown(&fixed)
    );
    error(span, format!("{} is not a name", shown(name)))
        .label("`-` subtracts")
        .help(help)
        .suggest(span, fixed)
}
