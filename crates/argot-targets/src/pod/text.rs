//! The texts of values, escaped for the kubelet and checked against the limits of Linux.

use std::borrow::Cow;

use argot_compiler::{Type, Value};
use argot_syntax::{Diagnostic, Span};

use super::diagnostics;

/// The longest single element of a command line or environment: Linux' `MAX_ARG_STRLEN` less its end.
pub(crate) const LONGEST_ARGUMENT: usize = 128 * 1024 - 1;

/// A constant as an element of a command line or the value of an environment variable, or why it cannot be one.
pub(crate) fn argument(text: &str, span: Span) -> Result<Cow<'_, str>, Diagnostic> {
    if text.contains('\0') {
        return Err(diagnostics::zero_byte(span));
    }
    if text.len() > LONGEST_ARGUMENT {
        let what = "one element of a command line or environment";
        return Err(diagnostics::long_text(
            what,
            text.len(),
            LONGEST_ARGUMENT,
            span,
        ));
    }
    Ok(escaped(text, false))
}

/// A text of which the kubelet makes the given one again.
///
/// The kubelet reads `$$` as `$` and `$(NAME)` as a variable, and leaves every other `$` alone:
/// <https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go>. `followed`
/// means that an unknown text follows.
pub(crate) fn escaped(text: &str, followed: bool) -> Cow<'_, str> {
    if !text.contains('$') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        out.push(character);
        let is_read = match rest.peek() {
            Some(next) => matches!(next, '$' | '('),
            None => followed,
        };
        if character == '$' && is_read {
            out.push('$');
        }
    }
    out.into()
}

/// The text of a constant where a value of the given type is expected: JSON if that is `json`, or if the value is
/// optional.
pub(crate) fn wire(value: &Value, ty: &Type) -> String {
    match ty {
        Type::Json | Type::Optional(_) => value.json(),
        _ => value.text(),
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    /// The kubelet's own expansion, with every name defined.
    fn expand(text: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        let mut out = String::new();
        let mut at = 0;
        while at < characters.len() {
            if characters[at] != '$' || at + 1 == characters.len() {
                out.push(characters[at]);
                at += 1;
            } else if characters[at + 1] == '$' {
                out.push('$');
                at += 2;
            } else if characters[at + 1] == '(' {
                match characters[at..].iter().position(|c| *c == ')') {
                    Some(end) => {
                        out.push_str("VALUE");
                        at += end + 1;
                    }
                    None => {
                        out.push_str("$(");
                        at += 2;
                    }
                }
            } else {
                out.push('$');
                out.push(characters[at + 1]);
                at += 2;
            }
        }
        out
    }

    proptest::proptest! {
        #[test]
        fn the_kubelet_gives_back_what_was_escaped(text in "[$()a]{0,12}") {
            assert_eq!(expand(&escaped(&text, false)), text);
            assert_eq!(expand(&format!("{}(HOME)", escaped(&text, true))), format!("{text}(HOME)"));
        }
    }

    #[test]
    fn only_what_is_read_is_escaped() {
        assert_eq!(escaped("$HOME costs 5$", false), "$HOME costs 5$");
        assert_eq!(escaped("$(HOME) $$", false), "$$(HOME) $$$");
    }
}
