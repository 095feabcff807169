//! Texts compared with members of an enumeration. It is a mistake to compare with a text that is not a member.

use argot_syntax::{Span, ast};

use super::Checker;
use crate::{BinaryOperator, Expr, ExprKind, Function, Type, Value, diagnostics};

/// Something that is compared with values of an enumeration but can never equal one.
enum Stranger<'e> {
    /// A text that is not a member.
    Text(&'e str, &'e [String], Span),
    /// A value of an enumeration that shares no member with the other one.
    Enumeration(&'e Type, &'e Type, Span),
}

/// One side of a comparison.
#[derive(Clone, Copy)]
pub(super) struct Side<'e> {
    pub(super) expr: &'e Expr,
    /// The operand in the source, which has the spans of the elements of a constant list.
    pub(super) written: &'e ast::Expr,
}

impl Checker<'_> {
    /// Reports values in `left == right` that can never be equal. Returns whether there were none.
    pub(super) fn can_be_equal(&mut self, left: Side<'_>, right: Side<'_>) -> bool {
        let mut found = Vec::new();
        strangers(&left.expr.ty, right.expr, Some(right.written), &mut found);
        // The same difference is reported only once.
        if found.is_empty() {
            strangers(&right.expr.ty, left.expr, Some(left.written), &mut found);
        }
        self.report(found)
    }

    /// Reports values in `item in list` that can never be found. Returns whether there were none.
    pub(super) fn can_be_in(&mut self, item: Side<'_>, list: Side<'_>) -> bool {
        let Type::List(element) = list.expr.ty.required() else {
            return true;
        };
        let mut found = Vec::new();
        let items = Type::List(std::sync::Arc::new(item.expr.ty.clone()));
        strangers(&items, list.expr, Some(list.written), &mut found);
        if found.is_empty() {
            strangers(element, item.expr, Some(item.written), &mut found);
        }
        self.report(found)
    }

    fn report(&mut self, found: Vec<Stranger<'_>>) -> bool {
        let is_fine = found.is_empty();
        for stranger in found {
            let message = match stranger {
                Stranger::Text(text, members, span) => {
                    let near = members.iter().map(String::as_str);
                    let near = self.suggestions.find(text, span, near);
                    diagnostics::unknown_member(text, members, near, span)
                }
                Stranger::Enumeration(a, b, span) => {
                    let artifacts = &self.program.artifacts;
                    diagnostics::no_member_in_common(&a.text(artifacts), &b.text(artifacts), span)
                }
            };
            self.diagnostics.push(message);
        }
        is_fine
    }
}

/// Finds the parts of an expression that can never equal a value of a type.
fn strangers<'e>(
    ty: &'e Type,
    expr: &'e Expr,
    written: Option<&'e ast::Expr>,
    found: &mut Vec<Stranger<'e>>,
) {
    let ty = ty.required();
    match (&expr.kind, ty) {
        (ExprKind::Constant(value), _) => {
            strange_values(ty, value, written, expr.span, found);
        }
        (ExprKind::List(items), Type::List(element)) => {
            for item in items {
                strangers(element, item, None, found);
            }
        }
        (ExprKind::Record(fields), Type::Record(_) | Type::Map(_)) => {
            for (name, value) in fields {
                if let Some(ty) = field(ty, name) {
                    strangers(ty, value, None, found);
                }
            }
        }
        (
            ExprKind::Binary {
                operator: BinaryOperator::Add,
                left,
                right,
            },
            Type::List(_),
        )
        | (
            ExprKind::Binary {
                operator: BinaryOperator::Coalesce,
                left,
                right,
            },
            _,
        ) => {
            strangers(ty, left, None, found);
            strangers(ty, right, None, found);
        }
        (
            ExprKind::Choose {
                then, otherwise, ..
            },
            _,
        ) => {
            strangers(ty, then, None, found);
            strangers(ty, otherwise, None, found);
        }
        (
            ExprKind::Function {
                function: Function::Unique | Function::Sort,
                arguments,
            },
            Type::List(_),
        ) => {
            for argument in arguments {
                strangers(ty, argument, None, found);
            }
        }
        (_, Type::Enum(members)) => {
            if let Type::Enum(others) = expr.ty.required()
                && !members.iter().any(|member| others.contains(member))
            {
                found.push(Stranger::Enumeration(ty, expr.ty.required(), expr.span));
            }
        }
        _ => {}
    }
}

fn strange_values<'e>(
    ty: &'e Type,
    value: &'e Value,
    written: Option<&'e ast::Expr>,
    span: Span,
    found: &mut Vec<Stranger<'e>>,
) {
    match (ty.required(), value) {
        (Type::Enum(members), Value::String(text)) if !members.contains(text) => {
            found.push(Stranger::Text(text, members, span));
        }
        (Type::List(element), Value::List(items)) => {
            let places = match written.map(|written| &written.kind) {
                Some(ast::ExprKind::List(places)) if places.len() == items.len() => {
                    places.as_slice()
                }
                _ => &[],
            };
            for (at, item) in items.iter().enumerate() {
                let place = places.get(at);
                let span = place.map_or(span, |place| place.span);
                strange_values(element, item, place, span, found);
            }
        }
        (ty @ (Type::Record(_) | Type::Map(_)), Value::Record(fields)) => {
            let entries = match written.map(|written| &written.kind) {
                Some(ast::ExprKind::Record(entries)) => entries.as_slice(),
                _ => &[],
            };
            for (name, value) in fields {
                let Some(ty) = field(ty, name) else { continue };
                let place = entries.iter().find(|entry| entry.key.name == *name);
                let place = place.map(|entry| &entry.value);
                let span = place.map_or(span, |place| place.span);
                strange_values(ty, value, place, span, found);
            }
        }
        _ => {}
    }
}

/// The type of a field of a record or map.
fn field<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    match ty {
        Type::Map(element) => Some(element),
        Type::Record(fields) => {
            let found = fields.iter().find(|field| field.name == name);
            found.map(|field| &field.ty)
        }
        _ => None,
    }
}
