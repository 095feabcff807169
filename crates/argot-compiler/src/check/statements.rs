//! The statements of pipelines and blocks.

use std::rc::Rc;

use argot_syntax::{Diagnostic, Span, ast};

use super::{
    Checker,
    block::is_attribute,
    body::Body,
    calls::Head,
    scope::{Local, TaskNames},
};
use crate::{
    Call, Callee, Expr, ExprKind, PipelineId, Task, TaskId, TaskKind, Type, Volume, VolumeExpr,
    VolumeId, diagnostics,
};

/// Checks the statements of a pipeline.
pub(super) struct Statements<'c, 'a> {
    pub(super) checker: &'c mut Checker<'a>,
    pub(super) body: Body,
}

impl Statements<'_, '_> {
    /// Checks that an expression has a type.
    pub(super) fn check(&mut self, expr: &ast::Expr, ty: &Type) -> Expr {
        self.checker.check_expr(expr, ty, &mut self.body.scope)
    }

    /// Types an expression.
    pub(super) fn infer(&mut self, expr: &ast::Expr, expected: Option<&Type>) -> Expr {
        self.checker.infer(expr, expected, &mut self.body.scope)
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.checker.diagnostics.push(diagnostic);
    }

    /// Reads a statement. `pipeline` is `None` inside a block.
    pub(super) fn statement(&mut self, pipeline: Option<PipelineId>, statement: &ast::Statement) {
        let ended = match pipeline {
            Some(_) => self.body.returned.as_ref().map(|(_, span)| *span),
            None => self.body.frame().and_then(|frame| {
                let yielded = frame.yielded.as_ref()?;
                Some(yielded.span)
            }),
        };
        if let Some(first) = ended {
            let is_end = match pipeline {
                Some(_) => matches!(
                    statement,
                    ast::Statement::Attribute(_)
                        | ast::Statement::Return(_)
                        | ast::Statement::Error(_)
                ),
                None => matches!(
                    statement,
                    ast::Statement::Yield(_) | ast::Statement::Error(_)
                ),
            };
            // All statements that follow are reported only once.
            let is_first = !is_end
                && self
                    .body
                    .frame()
                    .is_some_and(|frame| !std::mem::replace(&mut frame.has_rest, true));
            if is_first {
                let at = statement_span(statement);
                self.report(match pipeline {
                    Some(_) => diagnostics::after_return(at, first),
                    None => diagnostics::after_yield(at, first),
                });
            }
        }
        match (statement, pipeline) {
            (ast::Statement::Attribute(item), _) if is_forgotten_let(item) => {
                self.report(diagnostics::forgotten_let(&item.name.name, item.name.span));
                self.body.broken_name(&item.name);
            }
            (ast::Statement::Attribute(item), Some(_)) => {
                // An attribute that does not exist may have been meant as a name.
                if !is_attribute(&item.name.name) {
                    self.body.broken_name(&item.name);
                }
            }
            (ast::Statement::Let(item), _) => self.let_statement(item),
            (ast::Statement::Call(run), _) => self.bare_call(run),
            (ast::Statement::Volume(item), Some(_)) => self.volume_statement(item),
            (ast::Statement::Return(leave), Some(id)) => self.return_statement(id, leave),
            (ast::Statement::Block(block), _) => {
                self.flow(block, None);
            }
            (ast::Statement::On(on), Some(_)) => self.handler(on),
            (ast::Statement::Yield(leave), _) => self.yield_statement(leave),
            (ast::Statement::Attribute(item), None) => {
                self.misplaced("an attribute", item.span);
            }
            (ast::Statement::Volume(item), None) => {
                self.misplaced("a volume", item.name.span);
            }
            (ast::Statement::Return(leave), None) => {
                self.misplaced("`return`", leave.span);
            }
            (ast::Statement::On(on), None) => self.misplaced("`on`", on.event.span),
            (ast::Statement::Error(broken), _) => self.body.broken_statement(broken),
        }
    }

    fn misplaced(&mut self, what: &str, span: Span) {
        self.body.broken = true;
        self.report(diagnostics::misplaced_statement(what, span));
    }

    fn let_statement(&mut self, item: &ast::Let) {
        self.body.scope.later.remove(&item.name.name);
        let name = &item.name;
        let is_taken = self.is_taken(name);
        let local = match &item.value {
            ast::LetValue::Block(block) => self.flow(block, Some(name)),
            ast::LetValue::Run(run) => match self.checker.head(&run.value, &self.body.scope) {
                Head::Callee(callee) => {
                    let (task, names) = self.task(name.name.clone(), name.span, callee, run);
                    Local::Task(task, names)
                }
                Head::Error => {
                    self.body.broken = true;
                    self.checker.mention_run(run, &mut self.body.scope);
                    Local::Error
                }
                Head::Expression => {
                    if let Some(at) = run
                        .after
                        .first()
                        .map(|name| name.span)
                        .or(run.with.as_ref().map(|with| with.span))
                    {
                        self.report(diagnostics::suffix_of_expression(at));
                    }
                    let value = self.infer(&run.value, None);
                    if value.is_huge() {
                        self.report(diagnostics::huge_value(&name.name, name.span));
                        Local::Error
                    } else if value.is_error() {
                        Local::Error
                    } else {
                        Local::Value(value)
                    }
                }
            },
        };
        // If a name has two definitions, it is unknown which is meant.
        let local = match is_taken {
            true => Local::Error,
            false => local,
        };
        self.body.define(name, local);
    }

    fn bare_call(&mut self, run: &ast::Run) {
        match self.checker.head(&run.value, &self.body.scope) {
            Head::Callee(callee) => {
                let (base, span) = callee_name(&run.value);
                let name = self.body.free_name(&base);
                let (task, names) = self.task(name.clone(), span, callee, run);
                self.body
                    .scope
                    .locals
                    .entry(name)
                    .or_insert(Local::Task(task, names));
            }
            Head::Error => {
                self.body.broken = true;
                self.checker.mention_run(run, &mut self.body.scope);
            }
            Head::Expression => {
                self.body.broken = true;
                let value = self.infer(&run.value, None);
                if !value.is_error() {
                    self.report(diagnostics::useless_expression(run.value.span));
                }
            }
        }
    }

    fn task(
        &mut self,
        name: String,
        span: Span,
        callee: Callee,
        run: &ast::Run,
    ) -> (TaskId, Rc<TaskNames>) {
        let mut call = self.checker.call(callee, run, &mut self.body.scope);
        let component = match callee {
            Callee::Component(id) => self.checker.program.component(id),
            Callee::Pipeline(_) => None,
        };
        let own = component.map(|component| &component.attributes.step);
        // This is resolved here and is not an attribute of the step.
        let (allowed, daemon) = (call.with.step.allow_failure(), call.with.step.daemon());
        call.with.step.unset("allow_failure");
        let allow_failure = allowed
            .or(own.and_then(|own| own.allow_failure()))
            .unwrap_or(self.body.allow_failure);
        let is_daemon = daemon
            .or(own.and_then(|own| own.daemon()))
            .unwrap_or(self.body.daemon);
        let mut outputs = self.checker.outputs_of(callee);
        if allow_failure && is_daemon {
            self.report(diagnostics::daemon_may_fail(&name, span));
        }
        if allow_failure {
            for (_, ty) in &mut outputs {
                *ty = ty.clone().optional();
            }
        }
        let id = self.body.add(Task {
            name,
            kind: TaskKind::Call(Call {
                callee: call.callee,
                arguments: call.arguments,
                with: Box::new(call.with),
                allow_failure,
            }),
            after: call.after,
            span,
        });
        if allow_failure {
            self.body.scope.together.insert(id);
        }
        (id, Rc::new(TaskNames { outputs, is_daemon }))
    }

    fn volume_statement(&mut self, item: &ast::Volume) {
        let name = &item.name;
        self.body.scope.later.remove(&name.name);
        self.is_taken(name);
        let value = self.check(&item.value, &Type::Volume);
        let local = match value.kind {
            ExprKind::Volume(VolumeExpr::Source(source)) => {
                let id = VolumeId::new(self.body.volumes.len());
                self.body.volumes.push(Volume {
                    name: name.name.clone(),
                    source: *source,
                    span: name.span,
                });
                Local::Volume(id)
            }
            ExprKind::Volume(_) => {
                let calls: Vec<&str> = super::volumes::volume_calls().collect();
                self.report(diagnostics::volume_is_alias(&calls, item.value.span));
                Local::Error
            }
            _ => Local::Error,
        };
        self.body.define(name, local);
    }

    fn return_statement(&mut self, id: PipelineId, leave: &ast::Leave) {
        let outputs = self
            .checker
            .program
            .pipeline(id)
            .map(|pipeline| pipeline.outputs.clone())
            .unwrap_or_default();
        if let Some((_, first)) = &self.body.returned {
            let first = *first;
            self.report(diagnostics::second_return(leave.span, first));
            return;
        }
        let values = match (outputs.as_slice(), &leave.value.kind) {
            ([], _) => {
                self.infer(&leave.value, Some(&Type::Error));
                self.report(diagnostics::return_without_outputs(leave.span));
                Vec::new()
            }
            ([only], kind) if !returns_fields(kind, &only.name) => {
                vec![self.check(&leave.value, &only.ty)]
            }
            (_, ast::ExprKind::Record(entries)) => {
                for entry in entries {
                    let name = &entry.key.name;
                    if !outputs.iter().any(|output| output.name == *name) {
                        let names: Vec<&str> =
                            outputs.iter().map(|output| output.name.as_str()).collect();
                        let suggestion = self.checker.suggestions.find(
                            name,
                            entry.key.span,
                            names.iter().copied(),
                        );
                        self.report(diagnostics::unknown_return(
                            name,
                            entry.key.span,
                            suggestion,
                            &names,
                        ));
                    }
                }
                outputs
                    .iter()
                    .map(|output| {
                        let mut entries =
                            entries.iter().filter(|entry| entry.key.name == output.name);
                        match (entries.next(), entries.next()) {
                            (Some(entry), None) => self.check(&entry.value, &output.ty),
                            (Some(first), Some(second)) => {
                                self.report(diagnostics::duplicate_name(
                                    &output.name,
                                    second.key.span,
                                    first.key.span,
                                ));
                                Expr::error(leave.span)
                            }
                            (None, _) => {
                                self.report(diagnostics::return_lacks(
                                    &output.name,
                                    leave.span,
                                    output.span,
                                ));
                                Expr::error(leave.span)
                            }
                        }
                    })
                    .collect()
            }
            _ => {
                self.infer(&leave.value, Some(&Type::Error));
                let names: Vec<&str> = outputs.iter().map(|output| output.name.as_str()).collect();
                self.report(diagnostics::return_needs_record(&names, leave.value.span));
                Vec::new()
            }
        };
        self.body.returned = Some((values, leave.span));
    }
}

/// Whether `return { a = x }` returns the pipeline's only output `a`, rather than a record as its value.
fn returns_fields(kind: &ast::ExprKind, only: &str) -> bool {
    match kind {
        ast::ExprKind::Record(entries) => {
            entries.iter().any(|entry| entry.key.name == only) || only != "output"
        }
        _ => false,
    }
}

fn callee_name(value: &ast::Expr) -> (String, Span) {
    let ast::ExprKind::Call { callee, .. } = &value.kind else {
        return (String::new(), value.span);
    };
    match &callee.kind {
        ast::ExprKind::Field { name, .. } => (name.name.clone(), callee.span),
        ast::ExprKind::Name(name) => (name.clone(), callee.span),
        _ => (String::new(), callee.span),
    }
}

/// Whether an attribute of a pipeline is a call without its `let`.
pub(super) fn is_forgotten_let(attribute: &ast::Attribute) -> bool {
    let is_call = matches!(
        &attribute.value,
        ast::AttributeValue::Value(ast::Expr {
            kind: ast::ExprKind::Call { .. },
            ..
        })
    );
    is_call && !is_attribute(&attribute.name.name)
}

pub(super) fn statement_span(statement: &ast::Statement) -> Span {
    match statement {
        ast::Statement::Attribute(item) => item.span,
        ast::Statement::Let(item) => item.span,
        ast::Statement::Call(item) => item.span,
        ast::Statement::Block(item) => item.span,
        ast::Statement::Volume(item) => item.span,
        ast::Statement::On(item) => item.span,
        ast::Statement::Yield(item) | ast::Statement::Return(item) => item.span,
        ast::Statement::Error(item) => item.span,
    }
}
