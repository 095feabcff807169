//! What the texts of a type's values are like on their way through Argo, which carries nothing but texts.

use argot_compiler::Type;
use argot_syntax::Span;

use super::diagnostics;
use super::text::Outcome;

/// Whether a value's text is its own JSON but for quotes around it.
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

/// Whether Argo itself writes a value's text as it should be.
pub(crate) fn is_scalar(ty: &Type) -> bool {
    matches!(ty.required(), Type::Int | Type::Float | Type::Bool)
}

/// Whether the text of a value of this type is JSON, whatever the value is. `null` stands for an absent one.
pub(crate) fn is_carried_as_json(ty: &Type) -> bool {
    ty.is_optional() || matches!(ty, Type::Json)
}

/// Whether there may be a `<`, `>` or `&` in the text of a value.
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

/// Whether there are maps in a value: expr-lang takes an int in one for another thing than a float.
pub(crate) fn holds_record(ty: &Type) -> bool {
    match ty.required() {
        Type::Record(_) | Type::Map(_) | Type::Json => true,
        Type::List(element) => holds_record(element),
        _ => false,
    }
}

/// Refuses to compare what Argo compares as texts only.
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
