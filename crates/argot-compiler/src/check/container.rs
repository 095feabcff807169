//! Attributes that every container has: image, command, environment, resources and mounts.

use argot_syntax::{Span, ast};
use indexmap::IndexMap;

use super::{Checker, rules, scope::Scope};
use crate::{Amount, EnvFrom, EnvValue, Expr, ExprKind, Mount, Type, Value, diagnostics};

impl Checker<'_> {
    /// The elements of a list literal or a constant list.
    pub(super) fn elements(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Option<Vec<Expr>> {
        if let ast::ExprKind::List(items) = &value.kind {
            return Some(
                items
                    .iter()
                    .map(|item| self.infer(item, None, scope))
                    .collect(),
            );
        }
        let expr = self.infer(value, None, scope);
        match (expr.value(), &expr.ty) {
            (Some(Value::List(items)), Type::List(element)) => Some(
                items
                    .iter()
                    .map(|item| Expr::constant(item.clone(), element.as_ref().clone(), expr.span))
                    .collect(),
            ),
            _ => {
                if !expr.is_error() {
                    let found = expr.ty.text(&self.program.artifacts);
                    self.diagnostics
                        .push(diagnostics::not_a_written_list(what, &found, expr.span));
                }
                None
            }
        }
    }

    pub(super) fn arguments(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Option<Vec<Expr>> {
        let elements = self.elements(what, value, scope)?;
        Some(
            elements
                .into_iter()
                .map(|element| self.argument(element))
                .collect(),
        )
    }

    /// A value that is passed to a program as text.
    pub(super) fn argument(&mut self, expr: Expr) -> Expr {
        if expr.ty.is_artifact()
            && let ExprKind::Input(_) = expr.kind
        {
            self.diagnostics
                .push(diagnostics::artifact_needs_path(expr.span));
            return Expr::error(expr.span);
        }
        self.with_text(expr)
    }

    pub(super) fn env(
        &mut self,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> IndexMap<String, EnvValue> {
        let mut out: IndexMap<String, EnvValue> = IndexMap::new();
        let ast::ExprKind::Record(entries) = &value.kind else {
            let expr = self.infer(value, None, scope);
            match expr.value() {
                Some(Value::Record(fields)) => {
                    for (name, value) in fields {
                        self.env_name(name, expr.span);
                        out.insert(
                            name.clone(),
                            EnvValue::Value(Expr::text(value.text(), expr.span)),
                        );
                    }
                }
                _ if expr.is_error() => {}
                _ => self
                    .diagnostics
                    .push(diagnostics::not_a_written_record("env", expr.span)),
            }
            return out;
        };
        let mut spans: Vec<Span> = Vec::new();
        for entry in entries {
            let name = &entry.key.name;
            self.env_name(name, entry.key.span);
            let value = self.env_value(&entry.value, scope);
            match out.get_index_of(name) {
                Some(at) => {
                    let first = spans.get(at).copied().unwrap_or_default();
                    self.diagnostics
                        .push(diagnostics::duplicate_name(name, entry.key.span, first));
                }
                None => {
                    out.insert(name.clone(), value);
                    spans.push(entry.key.span);
                }
            }
        }
        out
    }

    pub(super) fn env_name(&mut self, name: &str, span: Span) {
        if !rules::env_name(name) {
            self.diagnostics
                .push(diagnostics::invalid_env_name(name, span));
        }
    }

    pub(super) fn env_value(&mut self, value: &ast::Expr, scope: &mut Scope) -> EnvValue {
        if let Some((call, arguments)) = placed_call(value, &["secret", "config", "field"])
            && self.bindings.get(scope.module, call).is_none()
        {
            return match (call, arguments) {
                ("field", [ast::Argument { name: None, value }]) => {
                    let path = self.check_expr(value, &Type::String, scope);
                    let text = path.as_str().unwrap_or_default().to_owned();
                    if !path.is_error() && !rules::pod_field(&text) {
                        self.diagnostics
                            .push(diagnostics::invalid_pod_field(&text, path.span));
                    }
                    EnvValue::Field { path: text }
                }
                (
                    "secret" | "config",
                    [
                        ast::Argument {
                            name: None,
                            value: name,
                        },
                        ast::Argument {
                            name: None,
                            value: key,
                        },
                    ],
                ) => {
                    let name = self.text(name, scope);
                    let key = self.text(key, scope);
                    if call == "secret" {
                        EnvValue::Secret { name, key }
                    } else {
                        EnvValue::Config { name, key }
                    }
                }
                _ => {
                    let usage = if call == "field" {
                        "field(\"metadata.name\")".to_owned()
                    } else {
                        format!("{call}(\"name\", \"key\")")
                    };
                    self.diagnostics
                        .push(diagnostics::wrong_arguments(call, &usage, value.span));
                    EnvValue::Value(Expr::error(value.span))
                }
            };
        }
        let found = self.infer(value, None, scope);
        EnvValue::Value(self.argument(found))
    }

    /// The elements of a list that must be a literal.
    pub(super) fn written_list<'v>(
        &mut self,
        what: &str,
        value: &'v ast::Expr,
        scope: &mut Scope,
    ) -> Option<&'v [ast::Expr]> {
        if let ast::ExprKind::List(items) = &value.kind {
            return Some(items);
        }
        let found = match placed_call(value, &["secret", "config"]) {
            Some((call, _)) => format!("`{call}(...)`"),
            None => {
                let found = self.infer(value, None, scope);
                if found.is_error() {
                    return None;
                }
                found.ty.text(&self.program.artifacts)
            }
        };
        self.diagnostics
            .push(diagnostics::not_a_written_list(what, &found, value.span));
        None
    }

    pub(super) fn env_from(
        &mut self,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Option<Vec<EnvFrom>> {
        let items = self.written_list("env_from", value, scope)?;
        let mut out = Vec::new();
        for item in items {
            match placed_call(item, &["secret", "config"]) {
                Some((call, [ast::Argument { name: None, value }])) => {
                    let name = self.text(value, scope);
                    out.push(if call == "secret" {
                        EnvFrom::Secret(name)
                    } else {
                        EnvFrom::Config(name)
                    });
                }
                _ => self.diagnostics.push(diagnostics::env_from_item(item.span)),
            }
        }
        Some(out)
    }

    pub(super) fn mounts(
        &mut self,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> IndexMap<String, Mount> {
        let mut out: IndexMap<String, Mount> = IndexMap::new();
        let ast::ExprKind::Record(entries) = &value.kind else {
            self.infer(value, Some(&Type::Error), scope);
            self.diagnostics
                .push(diagnostics::not_a_written_record("mounts", value.span));
            return out;
        };
        for entry in entries {
            let path = entry.key.name.trim_end_matches('/').to_owned();
            if let Err(reason) = rules::mount_path(&entry.key.name) {
                self.diagnostics.push(diagnostics::invalid_mount(
                    &entry.key.name,
                    reason,
                    entry.key.span,
                ));
            } else if path == "/argot"
                || path.starts_with("/argot/")
                || path == "/argo"
                || path.starts_with("/argo/")
                || path == "/var/run/argo"
            {
                self.diagnostics.push(diagnostics::invalid_mount(
                    &entry.key.name,
                    "inputs, outputs and scripts are kept there",
                    entry.key.span,
                ));
            }
            let volume = self.check_expr(&entry.value, &Type::Volume, scope);
            if let Some(first) = out.get(&path) {
                self.diagnostics.push(diagnostics::duplicate_mount(
                    &path,
                    entry.key.span,
                    first.span,
                ));
                continue;
            }
            if let ExprKind::Volume(volume) = volume.kind {
                if let crate::VolumeExpr::Source(source) = &volume
                    && let crate::VolumeSource::Claim { .. } = source.as_ref()
                {
                    self.diagnostics
                        .push(diagnostics::claim_in_place(entry.value.span));
                    continue;
                }
                out.insert(
                    path,
                    Mount {
                        volume,
                        span: entry.key.span,
                    },
                );
            }
        }
        out
    }

    pub(super) fn extended(
        &mut self,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> IndexMap<String, Expr> {
        let mut out = IndexMap::new();
        let ast::ExprKind::Record(entries) = &value.kind else {
            self.infer(value, Some(&Type::Error), scope);
            self.diagnostics
                .push(diagnostics::not_a_written_record("extended", value.span));
            return out;
        };
        for entry in entries {
            let name = &entry.key.name;
            if !rules::label_key(name) || !name.contains('/') {
                self.diagnostics.push(diagnostics::invalid_value(
                    name,
                    "an extended resource has a domain, as in `rdma/hca`",
                    entry.key.span,
                ));
            }
            let count = self.devices(name, &entry.value, scope);
            if out.insert(name.clone(), count).is_some() {
                self.diagnostics.push(diagnostics::duplicate_name(
                    name,
                    entry.key.span,
                    value.span,
                ));
            }
        }
        out
    }

    /// A quantity, or `request..limit`, of a resource.
    pub(super) fn amount(&mut self, value: &ast::Expr, scope: &mut Scope) -> Amount {
        match &value.kind {
            ast::ExprKind::Range { low, high } => Amount {
                request: self.quantity(low, scope),
                limit: self.quantity(high, scope),
            },
            _ => {
                let both = self.quantity(value, scope);
                Amount {
                    request: both.clone(),
                    limit: both,
                }
            }
        }
    }

    /// A quantity. A number counts as one.
    pub(super) fn quantity(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        let found = self.infer(value, Some(&Type::Quantity), scope);
        if matches!(found.ty, Type::Int | Type::Float) && found.value().is_none() {
            found
        } else {
            self.coerce(found, &Type::Quantity)
        }
    }

    /// A whole number of devices.
    pub(super) fn devices(&mut self, name: &str, value: &ast::Expr, scope: &mut Scope) -> Expr {
        if let ast::ExprKind::Range { .. } = value.kind {
            self.diagnostics
                .push(diagnostics::device_range(name, value.span));
            return Expr::error(value.span);
        }
        let count = self.quantity(value, scope);
        if count.ty == Type::Float {
            self.diagnostics
                .push(diagnostics::fractional_device(name, "a float", count.span));
            return Expr::error(count.span);
        }
        count
    }
}

/// A call of a function with one of these names.
fn placed_call<'a>(
    value: &'a ast::Expr,
    names: &[&'static str],
) -> Option<(&'static str, &'a [ast::Argument])> {
    let ast::ExprKind::Call { callee, arguments } = &value.kind else {
        return None;
    };
    let ast::ExprKind::Name(name) = &callee.kind else {
        return None;
    };
    let name = names.iter().find(|known| *known == name)?;
    Some((name, arguments))
}
