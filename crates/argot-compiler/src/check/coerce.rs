//! What fits where: an expression of one type as one of another.

use indexmap::IndexMap;

use super::Checker;
use crate::{Expr, ExprKind, Quantity, Type, Value, diagnostics as messages};

impl Checker<'_> {
    /// Makes an expression one of the expected type, or reports that it is none.
    pub(super) fn coerce(&mut self, expr: Expr, expected: &Type) -> Expr {
        if expr.is_error() || expr.ty.is_error() || expected.is_error() {
            return expr;
        }
        if let ExprKind::Constant(value) = &expr.kind {
            return match constant_of(value, expected) {
                Ok(value) => {
                    let ty = match (&value, expected) {
                        (Value::Null, Type::Optional(_)) => Type::Null,
                        _ => expected.required().clone(),
                    };
                    Expr::constant(value, ty, expr.span)
                }
                Err(problem) => {
                    let diagnostic = match problem {
                        Misfit::Member(text, members) => {
                            messages::unknown_member(&text, &members, expr.span)
                        }
                        Misfit::MissingField(name) => messages::missing_field(&name, expr.span),
                        Misfit::UnknownField(name, names) => {
                            let names: Vec<&str> = names.iter().map(String::as_str).collect();
                            let suggestion = crate::suggest(&name, names.iter().copied());
                            messages::unknown_field(&name, expr.span, suggestion, &names)
                        }
                        Misfit::Type => self.mismatch(&expr, expected),
                    };
                    self.diagnostics.push(diagnostic);
                    Expr::error(expr.span)
                }
            };
        }
        if !expr.ty.fits(expected, &self.program.artifacts) {
            if let (ExprKind::Record(found), Type::Record(fields)) =
                (&expr.kind, expected.required())
                && let Some(missing) = fields.iter().find(|field| {
                    field.default.is_none()
                        && !field.ty.is_optional()
                        && !found.iter().any(|(name, _)| *name == field.name)
                })
            {
                self.diagnostics
                    .push(messages::missing_field(&missing.name, expr.span));
                return Expr::error(expr.span);
            }
            let diagnostic = self.mismatch(&expr, expected);
            self.diagnostics.push(diagnostic);
            return Expr::error(expr.span);
        }
        // A record that leaves out fields gets their defaults.
        if let (ExprKind::Record(_), Type::Record(fields)) = (&expr.kind, expected.required()) {
            let span = expr.span;
            let ExprKind::Record(mut found) = expr.kind else {
                return Expr::error(span);
            };
            for field in fields {
                if !found.iter().any(|(name, _)| *name == field.name) {
                    let value = field.default.clone().unwrap_or(Value::Null);
                    found.push((
                        field.name.clone(),
                        Expr::constant(value, field.ty.clone(), span),
                    ));
                }
            }
            return Expr::new(ExprKind::Record(found), expected.required().clone(), span);
        }
        expr
    }

    pub(super) fn mismatch(&self, expr: &Expr, expected: &Type) -> argot_syntax::Diagnostic {
        let artifacts = &self.program.artifacts;
        messages::type_mismatch(
            expr,
            expected,
            &expected.text(artifacts),
            &expr.ty.text(artifacts),
        )
    }
}

/// Why a constant is not of a type.
pub(crate) enum Misfit {
    Type,
    Member(String, Vec<String>),
    MissingField(String),
    UnknownField(String, Vec<String>),
}

/// A constant as a value of a type: an int widens to a float, a record gets the defaults that it leaves
/// out.
pub(crate) fn constant_of(value: &Value, expected: &Type) -> Result<Value, Misfit> {
    #[expect(clippy::cast_precision_loss, reason = "an int widens to a float")]
    match (value, expected) {
        (_, Type::Error) => Ok(value.clone()),
        (Value::Null, Type::Optional(_) | Type::Null) => Ok(Value::Null),
        (Value::Null, Type::Json) => Ok(Value::Null),
        (value, Type::Optional(inner)) => constant_of(value, inner),
        (Value::Bool(_), Type::Bool)
        | (Value::Int(_), Type::Int)
        | (Value::Float(_), Type::Float)
        | (Value::String(_), Type::String)
        | (Value::Quantity(_), Type::Quantity)
        | (Value::Duration(_), Type::Duration)
        | (_, Type::Json) => Ok(value.clone()),
        (Value::Int(number), Type::Float) => Ok(Value::Float(*number as f64)),
        (Value::Int(_) | Value::Float(_), Type::Quantity) => Quantity::parse(&value.text())
            .map(Value::Quantity)
            .ok_or(Misfit::Type),
        (Value::String(text), Type::Enum(members)) => {
            if members.contains(text) {
                Ok(value.clone())
            } else {
                Err(Misfit::Member(text.clone(), members.clone()))
            }
        }
        (Value::List(items), Type::List(element)) if !element.is_artifact() => {
            let items: Result<Vec<_>, _> = items
                .iter()
                .map(|item| constant_of(item, element))
                .collect();
            Ok(Value::List(items?))
        }
        (Value::Record(fields), Type::Map(element)) => {
            let fields: Result<IndexMap<_, _>, _> = fields
                .iter()
                .map(|(name, value)| Ok((name.clone(), constant_of(value, element)?)))
                .collect();
            Ok(Value::Record(fields?))
        }
        (Value::Record(found), Type::Record(fields)) => {
            if let Some(name) = found
                .keys()
                .find(|name| !fields.iter().any(|field| field.name == **name))
            {
                let names = fields.iter().map(|field| field.name.clone()).collect();
                return Err(Misfit::UnknownField(name.clone(), names));
            }
            let mut record = IndexMap::new();
            for (name, value) in found {
                if let Some(field) = fields.iter().find(|field| field.name == *name) {
                    record.insert(name.clone(), constant_of(value, &field.ty)?);
                }
            }
            for field in fields {
                if !record.contains_key(&field.name) {
                    let value = match &field.default {
                        Some(value) => value.clone(),
                        None if field.ty.is_optional() => Value::Null,
                        None => return Err(Misfit::MissingField(field.name.clone())),
                    };
                    record.insert(field.name.clone(), value);
                }
            }
            Ok(Value::Record(record))
        }
        _ => Err(Misfit::Type),
    }
}
