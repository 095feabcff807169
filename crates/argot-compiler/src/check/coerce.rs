//! Conversion of an expression of one type to another type.

use std::collections::HashSet;

use super::Checker;
use crate::{Expr, ExprKind, Misfit, Type, Value, diagnostics};

impl Checker<'_> {
    /// Converts an expression to the expected type, or reports that it does not fit.
    pub(super) fn coerce(&mut self, expr: Expr, expected: &Type) -> Expr {
        if expr.is_error() || expr.ty.is_error() || expected.is_error() {
            return expr;
        }
        if let ExprKind::Constant(value) = &expr.kind {
            let before = value.size().bytes;
            return match value.fit(expected) {
                Ok(value) => {
                    // Defaults for omitted fields are written out as well.
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
                    let diagnostic = self.misfit(problem, &expr, expected);
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
        // Omitted fields of a record get their defaults.
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

    /// Why a constant does not fit a type.
    fn misfit(
        &mut self,
        problem: Misfit,
        expr: &Expr,
        expected: &Type,
    ) -> argot_syntax::Diagnostic {
        match problem {
            Misfit::Member(text, members) => {
                let near = members.iter().map(String::as_str);
                let near = self.suggestions.find(&text, expr.span, near);
                diagnostics::unknown_member(&text, &members, near, expr.span)
            }
            Misfit::MissingField(name) => diagnostics::missing_field(&name, expr.span),
            Misfit::UnknownField(name, names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let suggestion = self
                    .suggestions
                    .find(&name, expr.span, names.iter().copied());
                diagnostics::unknown_field(&name, expr.span, suggestion, &names)
            }
            Misfit::Type => self.mismatch(expr, expected),
            Misfit::TooLarge(reason) => diagnostics::too_large("the value", &reason, expr.span),
        }
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

    /// Whether a value is a literal in the source: neither named nor computed, and spelled the way it is printed.
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
