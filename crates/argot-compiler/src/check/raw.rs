//! Raw fields: values in the target's own field names, with the spans of their keys.

use argot_syntax::ast;

use super::{Checker, scope::Scope};
use crate::{Expr, Raw, RawField, RawKind, Type, Value, diagnostics};

impl Checker<'_> {
    /// The raw fields of an attribute, written as a record.
    pub(super) fn raw_record(&mut self, what: &str, value: &ast::Expr, scope: &mut Scope) -> Raw {
        if !matches!(value.kind, ast::ExprKind::Record(_)) {
            self.diagnostics
                .push(diagnostics::not_a_written_record(what, value.span));
        }
        self.raw(value, scope)
    }

    /// A value in the target's own field names.
    pub(super) fn raw(&mut self, value: &ast::Expr, scope: &mut Scope) -> Raw {
        let kind = match &value.kind {
            ast::ExprKind::Record(entries) => {
                let mut fields: Vec<RawField> = Vec::new();
                for entry in entries {
                    let inner = self.raw(&entry.value, scope);
                    if let Some(first) = fields.iter().find(|field| field.name == entry.key.name) {
                        let first = first.name_span;
                        self.diagnostics.push(diagnostics::duplicate_name(
                            &entry.key.name,
                            entry.key.span,
                            first,
                        ));
                        continue;
                    }
                    fields.push(RawField {
                        name: entry.key.name.clone(),
                        name_span: entry.key.span,
                        value: inner,
                    });
                }
                RawKind::Record(fields)
            }
            ast::ExprKind::List(items) => {
                RawKind::List(items.iter().map(|item| self.raw(item, scope)).collect())
            }
            _ => {
                let expr = self.infer(value, None, scope);
                let expr = if expr.value() == Some(&Value::Null) {
                    expr
                } else {
                    self.with_text(expr)
                };
                return raw_of(expr);
            }
        };
        Raw {
            kind,
            span: value.span,
        }
    }
}

/// A raw value from an expression. A constant list or record is split into its elements.
fn raw_of(expr: Expr) -> Raw {
    let span = expr.span;
    let leaf = |value: &Value| Expr::constant(value.clone(), Type::Json, span);
    let kind = match expr.value() {
        Some(Value::List(items)) => {
            RawKind::List(items.iter().map(|item| raw_of(leaf(item))).collect())
        }
        Some(Value::Record(fields)) => RawKind::Record(
            fields
                .iter()
                .map(|(name, value)| RawField {
                    name: name.clone(),
                    name_span: span,
                    value: raw_of(leaf(value)),
                })
                .collect(),
        ),
        _ => RawKind::Leaf(expr),
    };
    Raw { kind, span }
}
