//! Properties of the texts that values have while Argo, which passes only texts, passes them on.

use argot_compiler::Type;
use argot_syntax::Span;

use super::diagnostics;
use super::text::Outcome;

/// Whether a value's text is its own JSON without the surrounding quotes.
pub(crate) fn is_quoted_in_json(ty: &Type) -> bool {
    is_text(ty)
}

/// Whether a value is a string in expr-lang.
pub(crate) fn is_text(ty: &Type) -> bool {
    matches!(
        ty.required(),
        Type::String | Type::Enum(_) | Type::Quantity | Type::Duration | Type::Error
    )
}

/// Whether Argo itself writes a value's text correctly.
pub(crate) fn is_scalar(ty: &Type) -> bool {
    matches!(ty.required(), Type::Int | Type::Float | Type::Bool)
}

/// Whether the text of every value of this type is JSON. A missing value is `null`.
pub(crate) fn is_carried_as_json(ty: &Type) -> bool {
    ty.is_optional() || matches!(ty, Type::Json)
}

/// Whether the text of a value may contain `<`, `>` or `&`.
pub(crate) fn may_be_escaped(ty: &Type) -> bool {
    let escaped = ['<', '>', '&'];
    match ty.required() {
        Type::Int | Type::Float | Type::Bool | Type::Quantity | Type::Duration | Type::Null => {
            false
        }
        Type::Enum(members) => members.iter().any(|member| member.contains(escaped)),
        Type::List(element) => may_be_escaped(element),
        Type::Record(fields) => fields
            .iter()
            .any(|field| field.name.contains(escaped) || may_be_escaped(&field.ty)),
        _ => true,
    }
}

/// Whether a value contains maps. In a map, expr-lang does not consider an int equal to a float.
pub(crate) fn holds_record(ty: &Type) -> bool {
    match ty.required() {
        Type::Record(_) | Type::Map(_) | Type::Json => true,
        Type::List(element) => holds_record(element),
        _ => false,
    }
}

/// Rejects comparisons of values that Argo can compare only as texts.
pub(crate) fn is_comparable(ty: &Type, span: Span) -> Outcome<()> {
    match ty.required() {
        Type::Quantity => Err(diagnostics::no_expression("compare quantities", span)),
        Type::List(element) | Type::Map(element) => match element.required() {
            Type::Duration => Err(diagnostics::no_expression(
                "compare durations in a list, map or record",
                span,
            )),
            _ => is_comparable(element, span),
        },
        Type::Record(fields) => fields
            .iter()
            .try_for_each(|field| match field.ty.required() {
                Type::Duration => Err(diagnostics::no_expression(
                    "compare durations in a list, map or record",
                    span,
                )),
                _ => is_comparable(&field.ty, span),
            }),
        _ => Ok(()),
    }
}
