//! The statements of pipelines and blocks.

use std::rc::Rc;

use argot_syntax::{Span, ast};

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

impl Checker<'_> {
    /// Reads a statement. `pipeline` is `None` inside a block.
    pub(super) fn statement(
        &mut self,
        pipeline: Option<PipelineId>,
        statement: &ast::Statement,
        body: &mut Body,
    ) {
        let ended = match pipeline {
            Some(_) => body.returned.as_ref().map(|(_, span)| *span),
            None => body.frame().and_then(|frame| {
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
                && body
                    .frame()
                    .is_some_and(|frame| !std::mem::replace(&mut frame.has_rest, true));
            if is_first {
                let at = statement_span(statement);
                self.diagnostics.push(match pipeline {
                    Some(_) => diagnostics::after_return(at, first),
                    None => diagnostics::after_yield(at, first),
                });
            }
        }
        match (statement, pipeline) {
            (ast::Statement::Attribute(item), _) if is_forgotten_let(item) => {
                self.diagnostics
                    .push(diagnostics::forgotten_let(&item.name.name, item.name.span));
                broken_name(&item.name, body);
            }
            (ast::Statement::Attribute(item), Some(_)) => {
                // An attribute that does not exist may have been meant as a name.
                if !is_attribute(&item.name.name) {
                    broken_name(&item.name, body);
                }
            }
            (ast::Statement::Let(item), _) => self.let_statement(item, body),
            (ast::Statement::Call(run), _) => self.bare_call(run, body),
            (ast::Statement::Volume(item), Some(_)) => self.volume_statement(item, body),
            (ast::Statement::Return(leave), Some(id)) => self.return_statement(id, leave, body),
            (ast::Statement::Block(block), _) => {
                self.flow(block, None, body);
            }
            (ast::Statement::On(on), Some(_)) => self.handler(on, body),
            (ast::Statement::Yield(leave), _) => self.yield_statement(leave, body),
            (ast::Statement::Attribute(item), None) => {
                self.misplaced("an attribute", item.span, body);
            }
            (ast::Statement::Volume(item), None) => {
                self.misplaced("a volume", item.name.span, body);
            }
            (ast::Statement::Return(leave), None) => {
                self.misplaced("`return`", leave.span, body);
            }
            (ast::Statement::On(on), None) => self.misplaced("`on`", on.event.span, body),
            (ast::Statement::Error(broken), _) => broken_statement(broken, body),
        }
    }

    fn misplaced(&mut self, what: &str, span: Span, body: &mut Body) {
        body.broken = true;
        self.diagnostics
            .push(diagnostics::misplaced_statement(what, span));
    }

    fn let_statement(&mut self, item: &ast::Let, body: &mut Body) {
        body.scope.later.remove(&item.name.name);
        let name = &item.name;
        let is_taken = self.is_taken(name, body);
        let local = match &item.value {
            ast::LetValue::Block(block) => self.flow(block, Some(name), body),
            ast::LetValue::Run(run) => match self.head(&run.value, &body.scope) {
                Head::Callee(callee) => {
                    let (task, names) = self.task(name.name.clone(), name.span, callee, run, body);
                    Local::Task(task, names)
                }
                Head::Error => {
                    body.broken = true;
                    self.mention_run(run, &mut body.scope);
                    Local::Error
                }
                Head::Expression => {
                    if let Some(at) = run
                        .after
                        .first()
                        .map(|name| name.span)
                        .or(run.with.as_ref().map(|with| with.span))
                    {
                        self.diagnostics.push(diagnostics::suffix_of_expression(at));
                    }
                    let value = self.infer(&run.value, None, &mut body.scope);
                    if value.is_huge() {
                        self.diagnostics
                            .push(diagnostics::huge_value(&name.name, name.span));
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
        body.scope.locals.insert(name.name.clone(), local);
        body.scope.spans.insert(name.name.clone(), name.span);
    }

    fn bare_call(&mut self, run: &ast::Run, body: &mut Body) {
        match self.head(&run.value, &body.scope) {
            Head::Callee(callee) => {
                let (base, span) = callee_name(&run.value);
                let name = body.free_name(&base);
                let (task, names) = self.task(name.clone(), span, callee, run, body);
                body.scope
                    .locals
                    .entry(name)
                    .or_insert(Local::Task(task, names));
            }
            Head::Error => {
                body.broken = true;
                self.mention_run(run, &mut body.scope);
            }
            Head::Expression => {
                body.broken = true;
                let value = self.infer(&run.value, None, &mut body.scope);
                if !value.is_error() {
                    self.diagnostics
                        .push(diagnostics::useless_expression(run.value.span));
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
        body: &mut Body,
    ) -> (TaskId, Rc<TaskNames>) {
        let mut call = self.call(callee, run, &mut body.scope);
        let component = match callee {
            Callee::Component(id) => self.program.component(id),
            Callee::Pipeline(_) => None,
        };
        let own = component.map(|component| &component.attributes.step);
        // This is resolved here and is not an attribute of the step.
        let (allowed, daemon) = (call.with.step.allow_failure(), call.with.step.daemon());
        call.with.step.unset("allow_failure");
        let allow_failure = allowed
            .or(own.and_then(|own| own.allow_failure()))
            .unwrap_or(body.allow_failure);
        let is_daemon = daemon
            .or(own.and_then(|own| own.daemon()))
            .unwrap_or(body.daemon);
        let mut outputs = self.outputs_of(callee);
        if allow_failure && is_daemon {
            self.diagnostics
                .push(diagnostics::daemon_may_fail(&name, span));
        }
        if allow_failure {
            for (_, ty) in &mut outputs {
                *ty = ty.clone().optional();
            }
        }
        let id = body.add(Task {
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
            body.scope.together.insert(id);
        }
        (id, Rc::new(TaskNames { outputs, is_daemon }))
    }

    fn volume_statement(&mut self, item: &ast::Volume, body: &mut Body) {
        let name = &item.name;
        body.scope.later.remove(&name.name);
        self.is_taken(name, body);
        let value = self.check_expr(&item.value, &Type::Volume, &mut body.scope);
        let local = match value.kind {
            ExprKind::Volume(VolumeExpr::Source(source)) => {
                let id = VolumeId::new(body.volumes.len());
                body.volumes.push(Volume {
                    name: name.name.clone(),
                    source: *source,
                    span: name.span,
                });
                Local::Volume(id)
            }
            ExprKind::Volume(_) => {
                let calls: Vec<&str> = super::volumes::volume_calls().collect();
                self.diagnostics
                    .push(diagnostics::volume_is_alias(&calls, item.value.span));
                Local::Error
            }
            _ => Local::Error,
        };
        body.scope.locals.insert(name.name.clone(), local);
        body.scope.spans.insert(name.name.clone(), name.span);
    }

    fn return_statement(&mut self, id: PipelineId, leave: &ast::Leave, body: &mut Body) {
        let outputs = self
            .program
            .pipeline(id)
            .map(|pipeline| pipeline.outputs.clone())
            .unwrap_or_default();
        if let Some((_, first)) = &body.returned {
            let first = *first;
            self.diagnostics
                .push(diagnostics::second_return(leave.span, first));
            return;
        }
        let scope = &mut body.scope;
        let values = match (outputs.as_slice(), &leave.value.kind) {
            ([], _) => {
                self.infer(&leave.value, Some(&Type::Error), scope);
                self.diagnostics
                    .push(diagnostics::return_without_outputs(leave.span));
                Vec::new()
            }
            ([only], kind) if !returns_fields(kind, &only.name) => {
                vec![self.check_expr(&leave.value, &only.ty, scope)]
            }
            (_, ast::ExprKind::Record(entries)) => {
                for entry in entries {
                    let name = &entry.key.name;
                    if !outputs.iter().any(|output| output.name == *name) {
                        let names: Vec<&str> =
                            outputs.iter().map(|output| output.name.as_str()).collect();
                        let suggestion =
                            self.suggestions
                                .find(name, entry.key.span, names.iter().copied());
                        self.diagnostics.push(diagnostics::unknown_return(
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
                            (Some(entry), None) => self.check_expr(&entry.value, &output.ty, scope),
                            (Some(first), Some(second)) => {
                                self.diagnostics.push(diagnostics::duplicate_name(
                                    &output.name,
                                    second.key.span,
                                    first.key.span,
                                ));
                                Expr::error(leave.span)
                            }
                            (None, _) => {
                                self.diagnostics.push(diagnostics::return_lacks(
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
                self.infer(&leave.value, Some(&Type::Error), scope);
                let names: Vec<&str> = outputs.iter().map(|output| output.name.as_str()).collect();
                self.diagnostics
                    .push(diagnostics::return_needs_record(&names, leave.value.span));
                Vec::new()
            }
        };
        body.returned = Some((values, leave.span));
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

/// A statement that could not be read. Nothing is known about the name it defines.
fn broken_statement(broken: &ast::Broken, body: &mut Body) {
    body.broken = true;
    if let Some(name) = &broken.name {
        broken_name(name, body);
    }
}

/// A name about which nothing is known.
fn broken_name(name: &ast::Ident, body: &mut Body) {
    body.broken = true;
    body.scope.later.remove(&name.name);
    body.scope.locals.insert(name.name.clone(), Local::Error);
    body.scope.spans.insert(name.name.clone(), name.span);
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
