//! The attributes of pipelines.

use std::sync::Arc;

use argot_syntax::{Span, ast};

use super::{Checker, block::Known, cron, scope::Scope, values::Rule};
use crate::{Attributes, Expr, PipelineAttributes, Type, Value, attributes::Block, diagnostics};

impl Checker<'_> {
    pub(super) fn pipeline_attributes(
        &mut self,
        known: &[Known<'_>],
        scope: &mut Scope,
    ) -> PipelineAttributes {
        let mut out = PipelineAttributes::default();
        for item in known {
            self.set_one(&mut out, item, scope);
        }
        self.check_rules(&out);
        out
    }

    /// Whether the steps of a pipeline may fail by default. It decides the types of outputs, so it is read before the
    /// other `defaults`.
    pub(super) fn failure_is_allowed(
        &mut self,
        defaults: &[ast::Attribute],
        scope: &mut Scope,
    ) -> bool {
        let found = self.known(
            Block::Defaults,
            defaults
                .iter()
                .filter(|attribute| allows_failure(attribute)),
        );
        self.attributes(&found, scope).step.allow_failure() == Some(true)
    }

    /// The `defaults` of a pipeline except `allow_failure`.
    pub(super) fn defaults(
        &mut self,
        defaults: &[ast::Attribute],
        scope: &mut Scope,
    ) -> Attributes {
        let found = self.known(
            Block::Defaults,
            defaults
                .iter()
                .filter(|attribute| !allows_failure(attribute)),
        );
        self.attributes(&found, scope)
    }

    /// Reports a value that only the run knows.
    pub(super) fn known_at_compile_time(&mut self, what: &str, expr: Expr) -> Expr {
        if expr.value().is_none() && !expr.is_error() {
            self.diagnostics
                .push(diagnostics::not_constant(what, expr.span));
            return Expr::error(expr.span);
        }
        expr
    }

    /// A constant count of one or more.
    pub(super) fn constant_count(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Expr {
        let count = self.check_expr(value, &Type::Int, scope);
        let count = self.known_at_compile_time(&format!("`{what}`"), count);
        self.checked(what, Rule::AtLeast(1), count)
    }

    /// A cron expression or a list of them.
    pub(super) fn cron(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        let expr = self.infer(value, None, scope);
        let is_list = expr.ty == Type::List(Arc::new(Type::String));
        match expr.value() {
            Some(Value::String(text)) => self.cron_expression(text, expr.span),
            Some(Value::List(items)) if is_list => {
                for text in items.iter().map(Value::text) {
                    self.cron_expression(&text, expr.span);
                }
            }
            Some(_) => {
                let found = expr.ty.text(&self.program.artifacts);
                self.diagnostics.push(diagnostics::type_mismatch(
                    &expr,
                    &Type::String,
                    "string",
                    &found,
                    self.is_written(&expr),
                ));
                return Expr::error(expr.span);
            }
            None => return self.known_at_compile_time("`cron`", expr),
        }
        expr
    }

    fn cron_expression(&mut self, text: &str, span: Span) {
        match cron::parse(text) {
            Err(mismatch) => self
                .diagnostics
                .push(diagnostics::invalid_cron(text, &mismatch, span)),
            Ok(cron) => {
                if let Some(reason) = cron.never() {
                    self.diagnostics
                        .push(diagnostics::never_comes(text, &reason, span));
                }
            }
        }
    }
}

fn allows_failure(attribute: &ast::Attribute) -> bool {
    attribute.name.name == "allow_failure"
}
