//! What fits where: an expression of one type as one of another.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::Checker;
use crate::{
    Expr, ExprKind, Quantity, Type, Value, diagnostics,
    limits::{MOST_BYTES, MOST_PARTS},
    types::by_name,
};

impl Checker<'_> {
    /// Makes an expression one of the expected type, or reports that it is none.
    pub(super) fn coerce(&mut self, expr: Expr, expected: &Type) -> Expr {
        if expr.is_error() || expr.ty.is_error() || expected.is_error() {
            return expr;
        }
        if let ExprKind::Constant(value) = &expr.kind {
            let before = value.size().bytes;
            return match constant_of(value, expected) {
                Ok(value) => {
                    // Defaults that it leaves out are written out as well.
                    let more = value.size().bytes.saturating_sub(before);
                    if !self.spends(more, expr.span) {
                        return Expr::error(expr.span);
                    }
                    let ty = match (&value, expected) {
                        (Value::Null, Type::Optional(_)) => Type::Null,
                        _ => expected.required().clone(),
                    };
                    Expr::constant(value, ty, expr.span)
                }
                Err(problem) => {
                    let diagnostic = match problem {
                        Misfit::Member(text, members) => {
                            let near = members.iter().map(String::as_str);
                            let near = self.suggestions.find(&text, expr.span, near);
                            diagnostics::unknown_member(&text, &members, near, expr.span)
                        }
                        Misfit::MissingField(name) => diagnostics::missing_field(&name, expr.span),
                        Misfit::UnknownField(name, names) => {
                            let names: Vec<&str> = names.iter().map(String::as_str).collect();
                            let suggestion =
                                self.suggestions
                                    .find(&name, expr.span, names.iter().copied());
                            diagnostics::unknown_field(&name, expr.span, suggestion, &names)
                        }
                        Misfit::Type => self.mismatch(&expr, expected),
                        Misfit::TooLarge(reason) => {
                            diagnostics::too_large("the value", &reason, expr.span)
                        }
                    };
                    self.diagnostics.push(diagnostic);
                    Expr::error(expr.span)
                }
            };
        }
        if !expr.ty.fits(expected, &self.program.artifacts) {
            if let (ExprKind::Record(found), Type::Record(fields)) =
                (&expr.kind, expected.required())
                && let written = found.iter().map(|(name, _)| name.as_str())
                && let written = written.collect::<HashSet<&str>>()
                && let Some(missing) = fields.iter().find(|field| {
                    field.default.is_none()
                        && !field.ty.is_optional()
                        && !written.contains(field.name.as_str())
                })
            {
                self.diagnostics
                    .push(diagnostics::missing_field(&missing.name, expr.span));
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
            let written: HashSet<String> = found.iter().map(|(name, _)| name.clone()).collect();
            for field in fields.iter() {
                if !written.contains(&field.name) {
                    let value = field.default.clone().unwrap_or(Value::Null);
                    let value = Expr::constant(value, field.ty.clone(), span);
                    if !self.copies(&value, span) {
                        return Expr::error(span);
                    }
                    found.push((field.name.clone(), value));
                }
            }
            return Expr::new(ExprKind::Record(found), expected.required().clone(), span);
        }
        expr
    }

    pub(super) fn mismatch(&self, expr: &Expr, expected: &Type) -> argot_syntax::Diagnostic {
        let artifacts = &self.program.artifacts;
        diagnostics::type_mismatch(
            expr,
            expected,
            &expected.text(artifacts),
            &expr.ty.text(artifacts),
            self.is_written(expr),
        )
    }

    /// Whether a value is a literal of the source: neither named nor computed, and not spelt in another way.
    pub(super) fn is_written(&self, expr: &Expr) -> bool {
        let written = self.modules.slice(expr.span);
        match expr.as_str() {
            Some(text) => is_quoted(written, text),
            None => expr.value().is_some_and(|value| value.text() == written),
        }
    }
}

/// Whether a literal is this text in plain quotes.
pub(super) fn is_quoted(literal: &str, text: &str) -> bool {
    let inside = literal
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inside == Some(text)
}

/// Why a constant is not of a type.
pub(crate) enum Misfit {
    Type,
    Member(String, Vec<String>),
    MissingField(String),
    UnknownField(String, Vec<String>),
    /// A clause that completes "the value is too large: ...".
    TooLarge(String),
}

/// A constant as a value of a type: an int widens to a float, a record gets the defaults that it leaves
/// out.
pub(crate) fn constant_of(value: &Value, expected: &Type) -> Result<Value, Misfit> {
    let mut room = Room {
        parts: MOST_PARTS,
        bytes: MOST_BYTES,
    };
    fitted(value, expected, &mut room)
}

/// How large a value may become by the defaults that it gets.
struct Room {
    parts: usize,
    bytes: usize,
}

impl Room {
    fn add(&mut self, value: &Value) -> Result<(), Misfit> {
        let size = value.size();
        let parts = self.parts.checked_sub(size.parts);
        self.parts = parts
            .ok_or_else(|| Misfit::TooLarge(format!("it has more than {MOST_PARTS} parts")))?;
        let bytes = self.bytes.checked_sub(size.bytes);
        self.bytes = bytes.ok_or_else(|| {
            let most = MOST_BYTES >> 20;
            Misfit::TooLarge(format!("it takes more than {most} MiB"))
        })?;
        Ok(())
    }
}

fn fitted(value: &Value, expected: &Type, room: &mut Room) -> Result<Value, Misfit> {
    #[expect(clippy::cast_precision_loss, reason = "an int widens to a float")]
    match (value, expected) {
        (_, Type::Error) => Ok(value.clone()),
        (Value::Null, Type::Optional(_) | Type::Null) => Ok(Value::Null),
        (Value::Null, Type::Json) => Ok(Value::Null),
        (value, Type::Optional(inner)) => fitted(value, inner, room),
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
                Err(Misfit::Member(text.clone(), members.to_vec()))
            }
        }
        (Value::List(items), Type::List(element)) if !element.is_artifact() => {
            let items: Result<Vec<_>, _> = items
                .iter()
                .map(|item| fitted(item, element, room))
                .collect();
            Ok(Value::List(items?))
        }
        (Value::Record(fields), Type::Map(element)) => {
            let fields: Result<IndexMap<_, _>, _> = fields
                .iter()
                .map(|(name, value)| Ok((name.clone(), fitted(value, element, room)?)))
                .collect();
            Ok(Value::Record(fields?))
        }
        (Value::Record(found), Type::Record(fields)) => {
            let by_name = by_name(fields);
            if let Some(name) = found
                .keys()
                .find(|name| !by_name.contains_key(name.as_str()))
            {
                let names = fields.iter().map(|field| field.name.clone()).collect();
                return Err(Misfit::UnknownField(name.clone(), names));
            }
            let mut record = IndexMap::new();
            for (name, value) in found {
                if let Some(field) = by_name.get(name.as_str()) {
                    record.insert(name.clone(), fitted(value, &field.ty, room)?);
                }
            }
            for field in fields.iter() {
                if !record.contains_key(&field.name) {
                    let value = match &field.default {
                        Some(value) => {
                            room.add(value)?;
                            value.clone()
                        }
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
