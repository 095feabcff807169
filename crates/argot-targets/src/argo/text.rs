//! Texts that Argo and the kubelet can pass on unchanged.

use std::borrow::Cow;

use argot_compiler::Type;
use argot_syntax::{Diagnostic, Span};

use super::diagnostics;
use super::printable::PRINTABLE_ABOVE_BMP;
use crate::pod::text::{LONGEST_ARGUMENT, argument, escaped};

/// The position of a text, which determines who reads it on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A field of a manifest: Argo substitutes in it.
    Field,
    /// A raw field of Argo: the author writes Argo's own language in it.
    Authored,
    /// The value of a parameter: Argo substitutes in it, and also substitutes it elsewhere.
    Parameter,
    /// A command line or environment: Argo substitutes in it, then the kubelet expands `$(NAME)`.
    Container,
    /// An artifact's content or location. Argo passes the template to its own containers in an environment variable,
    /// so the kubelet expands `$(NAME)` here too.
    Artifact,
}

impl Place {
    /// Whether the kubelet expands `$(NAME)` in it.
    pub(crate) fn is_expanded(self) -> bool {
        matches!(self, Self::Container | Self::Artifact)
    }
}

/// A result, or the reason why Argo cannot pass it on or compute it.
pub(crate) type Outcome<T> = Result<T, Diagnostic>;

/// Returns the constant text for a place, or the reason why it is not allowed there.
pub(crate) fn constant(text: &str, place: Place, span: Span) -> Outcome<Cow<'_, str>> {
    if place != Place::Authored && text.contains("{{") {
        return Err(diagnostics::substituted(text, span));
    }
    match place {
        Place::Field | Place::Authored => Ok(text.into()),
        Place::Parameter => match text.chars().find(|c| !is_carried(*c)) {
            Some(character) => Err(diagnostics::unprintable(character, span)),
            None => Ok(text.into()),
        },
        Place::Container => argument(text, span),
        Place::Artifact => {
            let out = escaped(text, false);
            // A larger template is passed in a ConfigMap, in which nothing is expanded.
            if out.len() > LONGEST_ARGUMENT / 2 && out != text {
                let why = "it is long, and holds `$$` or `$(`, which Argo changes or not by the size of the whole step";
                let help = "keep the text in a bucket, or in a script";
                return Err(diagnostics::unsupported(
                    "Argo cannot carry this text",
                    why,
                    help,
                    span,
                ));
            }
            Ok(out)
        }
    }
}

/// Rejects a key in which Argo would find a tag.
pub(crate) fn plain_key(name: &str, span: Span) -> Result<(), Diagnostic> {
    match name.contains("{{") {
        true => Err(diagnostics::substituted_key(name, span)),
        false => Ok(()),
    }
}

/// Whether Argo can substitute a parameter that contains this character.
///
/// Argo writes a value into JSON with Go's `strconv.Quote`. Some of its escapes are not valid in JSON, and then the
/// run fails with "the result was invalid JSON".
pub(crate) fn is_carried(character: char) -> bool {
    match character {
        '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' => true,
        '\0'..='\u{1f}' | '\u{7f}' => false,
        '\u{10000}'.. => {
            let point = u32::from(character);
            let after = PRINTABLE_ABOVE_BMP.partition_point(|(first, _)| *first <= point);
            after
                .checked_sub(1)
                .and_then(|index| PRINTABLE_ABOVE_BMP.get(index))
                .is_some_and(|(_, last)| point <= *last)
        }
        _ => true,
    }
}

/// Whether the text of a value of this type may contain a `$`, which the kubelet looks for.
pub(crate) fn may_hold_dollar(ty: &Type) -> bool {
    match ty.required() {
        Type::Int | Type::Float | Type::Bool | Type::Quantity | Type::Duration | Type::Null => {
            false
        }
        Type::Enum(members) => members.iter().any(|member| member.contains('$')),
        Type::List(element) => may_hold_dollar(element),
        Type::Record(fields) => fields
            .iter()
            .any(|field| field.name.contains('$') || may_hold_dollar(&field.ty)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use argot_syntax::Span;

    use super::{Place, constant, is_carried};

    #[test]
    fn what_argo_carries() {
        for good in [
            'a',
            '\n',
            '\t',
            'é',
            '\u{85}',
            '\u{2028}',
            '😀',
            '\u{10000}',
        ] {
            assert!(is_carried(good), "{good:?}");
        }
        for bad in [
            '\0',
            '\u{7}',
            '\u{b}',
            '\u{1b}',
            '\u{7f}',
            '\u{f0000}',
            '\u{e0001}',
            '\u{10ffff}',
        ] {
            assert!(!is_carried(bad), "{bad:?}");
        }
    }

    #[test]
    fn what_no_place_takes() {
        let at = Span::default();
        for place in [
            Place::Field,
            Place::Parameter,
            Place::Container,
            Place::Artifact,
        ] {
            assert!(constant("{{x}}", place, at).is_err());
            assert!(constant("{ {x} }", place, at).is_ok());
        }
        assert!(constant("\u{1b}[0m", Place::Parameter, at).is_err());
        assert!(constant("\u{1b}[0m", Place::Container, at).is_ok());
        assert!(constant("\0", Place::Container, at).is_err());
        assert!(constant(&"x".repeat(128 * 1024), Place::Container, at).is_err());
        assert!(constant(&"x".repeat(128 * 1024 - 1), Place::Container, at).is_ok());
    }
}
