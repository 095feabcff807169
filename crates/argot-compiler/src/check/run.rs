//! The attributes of pipelines: what concerns a run as a whole.

use std::sync::Arc;

use argot_syntax::ast;

use super::{
    Checker,
    attributes::LabelKind,
    block::{Block, Known},
    rules,
    scope::Scope,
};
use crate::{
    Duration, Expr, History, PipelineAttributes, Schedule, Ttl, Type, Value, Workspace,
    diagnostics as messages,
};

impl Checker<'_> {
    pub(super) fn pipeline_attributes(
        &mut self,
        known: &[Known<'_>],
        scope: &mut Scope,
    ) -> PipelineAttributes {
        let mut out = PipelineAttributes::default();
        for item in known {
            out.spans.insert(item.name.to_owned(), item.span());
            match item.name {
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
            match item.name {
                "parallel" => {
                    let count = self.constant_number("parallel", value, scope);
                    out.parallel = Some(self.at_least_one("parallel", count));
                }
                "timeout" => {
                    out.timeout = Some(
                        self.known_at_compile_time("`timeout` of a pipeline", |this| {
                            this.duration(value, scope)
                        }),
                    )
                }
                "on_error" => {
                    let found = self.one_of("on_error", ON_ERROR, value, scope);
                    out.continue_on_error = found.as_str().map(|text| text == "continue");
                }
                "service_account" => {
                    out.service_account = Some(
                        self.known_at_compile_time("`service_account` of a pipeline", |this| {
                            this.name_of_object(value, scope)
                        }),
                    );
                }
                "labels" => out.labels = self.constant_labels(value, LabelKind::Label, scope),
                "annotations" => {
                    out.annotations = self.constant_labels(value, LabelKind::Annotation, scope)
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
                        this.filled_text("mutex", value, scope)
                    }));
                }
                "description" => {
                    let text = self.known_at_compile_time("a description", |this| {
                        this.check_expr(value, &Type::String, scope)
                    });
                    out.description = text.as_str().map(ToOwned::to_owned);
                }
                "argo" => out.argo = Some(self.raw_record(value, scope)),
                _ => {}
            }
        }
        out
    }

    pub(super) fn known_at_compile_time(
        &mut self,
        what: &str,
        check: impl FnOnce(&mut Self) -> Expr,
    ) -> Expr {
        let expr = check(self);
        if expr.value().is_none() && !expr.is_error() {
            self.diagnostics
                .push(messages::not_constant(what, expr.span));
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
        if let Some(Value::Int(number)) = count.value()
            && *number < 1
        {
            self.diagnostics.push(messages::invalid_value(
                what,
                "it must be 1 or more",
                count.span,
            ));
        }
        count
    }

    pub(super) fn constant_labels(
        &mut self,
        value: &ast::Expr,
        kind: LabelKind,
        scope: &mut Scope,
    ) -> indexmap::IndexMap<String, Expr> {
        let what = match kind {
            LabelKind::Label => "labels",
            LabelKind::Annotation => "annotations",
        };
        let labels = self.labels(what, value, kind, scope);
        for text in labels.values() {
            if text.value().is_none() && !text.is_error() {
                self.diagnostics
                    .push(messages::not_constant("a label of a pipeline", text.span));
            }
        }
        labels
    }

    pub(super) fn schedule(&mut self, item: &Known<'_>, scope: &mut Scope) -> Option<Schedule> {
        let mut out = Schedule {
            cron: Vec::new(),
            timezone: None,
            concurrency: None,
            suspend: None,
            history: History::default(),
            span: item.span(),
        };
        let mut given = false;
        for inner in self.known(Block::Schedule, item.block()) {
            if inner.name == "history" {
                for count in self.known(Block::History, inner.block()) {
                    let Some(value) = count.value() else { continue };
                    let number = self.constant_number(count.name, value, scope);
                    let number = match number.value() {
                        Some(Value::Int(number)) if *number >= 0 => *number,
                        Some(_) => {
                            self.diagnostics.push(messages::invalid_value(
                                count.name,
                                "it cannot be negative",
                                number.span,
                            ));
                            continue;
                        }
                        None => continue,
                    };
                    match count.name {
                        "success" => out.history.success = Some(number),
                        _ => out.history.failure = Some(number),
                    }
                }
                continue;
            }
            let Some(value) = inner.value() else { continue };
            match inner.name {
                "cron" => {
                    given = true;
                    out.cron = self.cron(value, scope);
                }
                "timezone" => {
                    let zone = self.known_at_compile_time("`timezone`", |this| {
                        this.check_expr(value, &Type::String, scope)
                    });
                    if let Some(text) = zone.as_str() {
                        if !rules::time_zone(text) {
                            let suggestion = crate::suggest(text, rules::time_zones());
                            self.diagnostics
                                .push(messages::unknown_time_zone(text, suggestion, zone.span));
                        }
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
        if !given {
            self.diagnostics
                .push(messages::missing_attribute("schedule", "cron", item.span()));
        }
        (!out.cron.is_empty()).then_some(out)
    }

    /// One cron expression or a list of them.
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
                self.diagnostics.push(messages::type_mismatch(
                    &expr,
                    &Type::String,
                    "string",
                    &found,
                ));
                Vec::new()
            }
            None => {
                self.diagnostics
                    .push(messages::not_constant("`cron`", expr.span));
                Vec::new()
            }
        };
        for text in &texts {
            if let Err(reason) = rules::cron(text) {
                self.diagnostics
                    .push(messages::invalid_cron(text, &reason, expr.span));
            }
        }
        texts
    }

    pub(super) fn ttl(&mut self, item: &Known<'_>, scope: &mut Scope) -> Ttl {
        let mut out = Ttl::default();
        for inner in self.known(Block::Ttl, item.block()) {
            let Some(value) = inner.value() else { continue };
            let found: Option<Duration> = match self
                .known_at_compile_time(&format!("`{}`", inner.name), |this| {
                    this.duration(value, scope)
                })
                .value()
            {
                Some(Value::Duration(duration)) => Some(duration.clone()),
                _ => None,
            };
            match inner.name {
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
            match inner.name {
                "size" => {
                    let size = self.known_at_compile_time("`size`", |this| {
                        let size = this.check_expr(value, &Type::Quantity, scope);
                        this.more_than_nothing(size)
                    });
                    if let Some(Value::Quantity(quantity)) = size.value() {
                        out.size = Some(quantity.clone());
                    }
                }
                "class" => {
                    let class = self
                        .known_at_compile_time("`class`", |this| this.name_of_object(value, scope));
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
