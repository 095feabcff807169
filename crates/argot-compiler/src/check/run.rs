//! The attributes of pipelines that apply to a run as a whole.

use std::sync::Arc;

use argot_syntax::{Span, ast};

use super::{
    Checker,
    block::Known,
    cron,
    scope::Scope,
    values::{self, Rule},
    zones,
};
use crate::attributes::Block;
use crate::{
    Duration, Expr, History, PipelineAttributes, Schedule, Ttl, Type, Value, Workspace, diagnostics,
};

impl Checker<'_> {
    pub(super) fn pipeline_attributes(
        &mut self,
        known: &[Known<'_>],
        scope: &mut Scope,
    ) -> PipelineAttributes {
        let mut out = PipelineAttributes::default();
        for item in known {
            out.spans.insert(item.name().to_owned(), item.span());
            match item.name() {
                "schedule" => {
                    out.schedule = self.schedule(item, scope);
                    continue;
                }
                "semaphore" => {
                    out.semaphore = self.semaphore(item, scope);
                    continue;
                }
                "ttl" => {
                    out.ttl = self.ttl(item, scope);
                    continue;
                }
                "workspace" => {
                    out.workspace = self.workspace(item, scope);
                    continue;
                }
                _ => {}
            }
            let Some(value) = item.value() else { continue };
            match item.name() {
                "parallel" => {
                    let count = self.constant_number("parallel", value, scope);
                    out.parallel = Some(self.at_least_one("parallel", count));
                }
                "timeout" => {
                    out.timeout = Some(self.known_at_compile_time(
                        "`timeout` of a pipeline",
                        |this| {
                            let timeout = this.duration(value, scope);
                            this.held("timeout", Rule::LongerThanNothing, timeout)
                        },
                    ))
                }
                "on_error" => {
                    let found = self.one_of("on_error", ON_ERROR, value, scope);
                    out.continue_on_error = found.as_str().map(|text| text == "continue");
                }
                "service_account" => {
                    out.service_account = Some(self.known_at_compile_time(
                        "`service_account` of a pipeline",
                        |this| {
                            let name = this.text(value, scope);
                            this.held("service_account", Rule::ObjectName, name)
                        },
                    ));
                }
                "labels" => {
                    out.labels = self.constant_labels(item.name(), value, Rule::LabelValue, scope);
                }
                "annotations" => {
                    out.annotations = self.constant_labels(item.name(), value, Rule::Any, scope)
                }
                "priority" => out.priority = Some(self.constant_number("priority", value, scope)),
                "pod_gc" => out.pod_gc = Some(self.one_of("pod_gc", POD_GC, value, scope)),
                "archive_logs" => {
                    out.archive_logs = self.constant_bool("archive_logs", value, scope)
                }
                "artifact_gc" => {
                    out.artifact_gc = Some(self.one_of("artifact_gc", ARTIFACT_GC, value, scope))
                }
                "mutex" => {
                    out.mutex = Some(self.known_at_compile_time("`mutex` of a pipeline", |this| {
                        let name = this.text(value, scope);
                        this.held("mutex", Rule::Filled, name)
                    }));
                }
                "description" => {
                    let text = self.known_at_compile_time("a description", |this| {
                        this.check_expr(value, &Type::String, scope)
                    });
                    out.description = text.as_str().map(ToOwned::to_owned);
                }
                "argo" => {
                    out.argo = Some(self.raw_record("argo", value, scope));
                }
                _ => {}
            }
        }
        out
    }

    fn semaphore(&mut self, item: &Known<'_>, scope: &mut Scope) -> crate::Semaphore {
        let mut of_run = crate::attributes::Execution::default();
        self.set_one(&mut of_run, item, scope);
        let report = &mut |diagnostic| self.diagnostics.push(diagnostic);
        of_run.visit(&mut |name, rule, expr| {
            values::one(name, rule, expr, &values::Known::written, report);
        });
        of_run.semaphore().clone()
    }

    pub(super) fn known_at_compile_time(
        &mut self,
        what: &str,
        check: impl FnOnce(&mut Self) -> Expr,
    ) -> Expr {
        let expr = check(self);
        if expr.value().is_none() && !expr.is_error() {
            self.diagnostics
                .push(diagnostics::not_constant(what, expr.span));
            return Expr::error(expr.span);
        }
        expr
    }

    pub(super) fn constant_number(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Expr {
        self.known_at_compile_time(&format!("`{what}`"), |this| {
            this.check_expr(value, &Type::Int, scope)
        })
    }

    pub(super) fn at_least_one(&mut self, what: &str, count: Expr) -> Expr {
        self.held(what, Rule::AtLeast(1), count)
    }

    pub(super) fn constant_labels(
        &mut self,
        what: &str,
        value: &ast::Expr,
        rule: Rule,
        scope: &mut Scope,
    ) -> indexmap::IndexMap<String, Expr> {
        let labels = self.labels(what, value, scope).into_iter();
        let held = labels.map(|(name, text)| {
            if text.value().is_none() && !text.is_error() {
                self.diagnostics.push(diagnostics::not_constant(
                    "a label of a pipeline",
                    text.span,
                ));
            }
            let text = self.held(&name, rule, text);
            (name, text)
        });
        held.collect()
    }

    pub(super) fn schedule(&mut self, item: &Known<'_>, scope: &mut Scope) -> Option<Schedule> {
        let mut out = Schedule {
            cron: Vec::new(),
            cron_span: Span::default(),
            timezone: None,
            timezone_span: Span::default(),
            concurrency: None,
            suspend: None,
            history: History::default(),
            span: item.span(),
        };
        let mut given = None;
        for inner in self.known(Block::Schedule, item.block()) {
            if inner.name() == "history" {
                for count in self.known(Block::History, inner.block()) {
                    let Some(value) = count.value() else { continue };
                    let number = self.constant_number(count.name(), value, scope);
                    let number = self.held(count.name(), Rule::AtLeast(0), number);
                    let Some(Value::Int(number)) = number.value() else {
                        continue;
                    };
                    let number = *number;
                    match count.name() {
                        "success" => out.history.success = Some(number),
                        _ => out.history.failure = Some(number),
                    }
                }
                continue;
            }
            let Some(value) = inner.value() else { continue };
            match inner.name() {
                "cron" => {
                    given = Some(value.span);
                    out.cron = self.cron(value, scope);
                    out.cron_span = value.span;
                }
                "timezone" => {
                    let zone = self.known_at_compile_time("`timezone`", |this| {
                        this.check_expr(value, &Type::String, scope)
                    });
                    if let Some(text) = zone.as_str() {
                        self.time_zone(text, zone.span);
                        out.timezone_span = zone.span;
                        out.timezone = Some(text.to_owned());
                    }
                }
                "concurrency" => {
                    let found = self.one_of("concurrency", CONCURRENCY, value, scope);
                    out.concurrency = found.as_str().map(ToOwned::to_owned);
                }
                _ => out.suspend = self.constant_bool("suspend", value, scope),
            }
        }
        if given.is_none() {
            self.diagnostics.push(diagnostics::missing_attribute(
                "schedule",
                "cron",
                item.span(),
            ));
        }
        (!out.cron.is_empty()).then_some(out)
    }

    /// A cron expression or a list of them.
    pub(super) fn cron(&mut self, value: &ast::Expr, scope: &mut Scope) -> Vec<String> {
        let expr = self.infer(value, None, scope);
        let texts: Vec<String> = match expr.value() {
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::List(items)) if expr.ty == Type::List(Arc::new(Type::String)) => {
                items.iter().map(Value::text).collect()
            }
            _ if expr.is_error() => Vec::new(),
            Some(_) => {
                let found = expr.ty.text(&self.program.artifacts);
                self.diagnostics.push(diagnostics::type_mismatch(
                    &expr,
                    &Type::String,
                    "string",
                    &found,
                    self.is_written(&expr),
                ));
                Vec::new()
            }
            None => {
                self.diagnostics
                    .push(diagnostics::not_constant("`cron`", expr.span));
                Vec::new()
            }
        };
        for text in &texts {
            match cron::parse(text) {
                Err(mismatch) => self
                    .diagnostics
                    .push(diagnostics::invalid_cron(text, &mismatch, expr.span)),
                Ok(cron) => {
                    if let Some(reason) = cron.never() {
                        self.diagnostics
                            .push(diagnostics::never_comes(text, &reason, expr.span));
                    }
                }
            }
        }
        texts
    }

    fn time_zone(&mut self, text: &str, span: Span) {
        if let zones::Name::Unknown(help, zone) = zones::judge(text) {
            self.diagnostics
                .push(diagnostics::unknown_time_zone(text, &help, zone, span));
        }
    }

    pub(super) fn ttl(&mut self, item: &Known<'_>, scope: &mut Scope) -> Ttl {
        let mut out = Ttl::default();
        for inner in self.known(Block::Ttl, item.block()) {
            let Some(value) = inner.value() else { continue };
            let found: Option<Duration> = match self
                .known_at_compile_time(&format!("`{}`", inner.name()), |this| {
                    let duration = this.duration(value, scope);
                    this.held(inner.name(), Rule::LongerThanNothing, duration)
                })
                .value()
            {
                Some(Value::Duration(duration)) => Some(duration.clone()),
                _ => None,
            };
            match inner.name() {
                "success" => out.success = found,
                "failure" => out.failure = found,
                _ => out.after = found,
            }
        }
        out
    }

    fn workspace(&mut self, item: &Known<'_>, scope: &mut Scope) -> Workspace {
        let mut out = Workspace {
            span: Some(item.span()),
            ..Workspace::default()
        };
        for inner in self.known(Block::Workspace, item.block()) {
            let Some(value) = inner.value() else { continue };
            match inner.name() {
                "size" => {
                    let size = self.known_at_compile_time("`size`", |this| {
                        let size = this.check_expr(value, &Type::Quantity, scope);
                        this.held("size", Rule::Size, size)
                    });
                    if let Some(Value::Quantity(quantity)) = size.value() {
                        out.size = Some(quantity.clone());
                        out.size_span = Some(size.span);
                    }
                }
                "class" => {
                    let class = self.known_at_compile_time("`class`", |this| {
                        let class = this.text(value, scope);
                        this.held("class", Rule::ObjectName, class)
                    });
                    out.class = class.as_str().map(ToOwned::to_owned);
                }
                _ => {
                    let access = self.one_of("access", WORKSPACE_ACCESS, value, scope);
                    out.access = access.as_str().map(ToOwned::to_owned);
                }
            }
        }
        out
    }
}

const WORKSPACE_ACCESS: &[&str] = &["ReadWriteOnce", "ReadWriteMany"];

const CONCURRENCY: &[&str] = &["Allow", "Forbid", "Replace"];

const ON_ERROR: &[&str] = &["stop", "continue"];

const POD_GC: &[&str] = &[
    "OnPodCompletion",
    "OnPodSuccess",
    "OnWorkflowCompletion",
    "OnWorkflowSuccess",
];

const ARTIFACT_GC: &[&str] = &["OnWorkflowCompletion", "OnWorkflowDeletion", "Never"];
