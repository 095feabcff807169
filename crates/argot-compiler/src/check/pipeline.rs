//! The bodies of pipelines.

use std::collections::{HashMap, HashSet};

use argot_syntax::{Code, Span, ast};

use super::{
    Checker,
    block::Block,
    calls::Head,
    scope::{Local, Place, Scope},
};
use crate::{
    Call, Callee, Expr, ExprKind, PipelineId, Task, TaskId, TaskKind, Type, Volume, VolumeExpr,
    VolumeId, diagnostics as messages,
};

/// A pipeline as far as its statements have been read.
struct Body {
    scope: Scope,
    tasks: Vec<Task>,
    volumes: Vec<Volume>,
    returned: Option<(Vec<Expr>, Span)>,
    /// Names of `let`, in order, for those that are never used.
    lets: Vec<(String, Span)>,
    /// The names of tasks as targets see them: no case, `-` for `_`.
    taken: HashSet<String>,
    /// The highest number behind the name of a bare call, by the name without it.
    counts: HashMap<String, usize>,
    /// Whether a statement could not be read, so that the rest is not to be judged by what is missing.
    broken: bool,
}

impl Checker<'_> {
    pub(super) fn pipeline_body(&mut self, id: PipelineId, item: &ast::Pipeline) {
        let Some(pipeline) = self.program.pipeline(id) else {
            return;
        };
        let (inputs, module) = (pipeline.inputs.clone(), pipeline.module);
        for (input, parameter) in inputs.iter().zip(&item.parameters) {
            if super::signature::lists_artifacts(&input.ty) {
                self.diagnostics.push(messages::not_yet_supported(
                    "a list of artifacts",
                    parameter.ty.span,
                ));
            }
        }
        let mut body = Body {
            scope: Scope::new(module, Place::Pipeline, inputs, Vec::new()),
            tasks: Vec::new(),
            volumes: Vec::new(),
            returned: None,
            lets: Vec::new(),
            taken: HashSet::new(),
            counts: HashMap::new(),
            broken: self.has_error(item.span, Code::is_syntax),
        };
        self.foresee(&item.body, &mut body);
        let attributes = item.body.iter().filter_map(|statement| match statement {
            ast::Statement::Attribute(attribute) => Some(attribute),
            _ => None,
        });
        let known = self.known(Block::Pipeline, attributes);
        for statement in &item.body {
            self.statement(id, statement, &mut body);
        }
        let attributes = self.pipeline_attributes(&known, &mut body.scope);
        let defaults = known
            .iter()
            .find(|known| known.name == "defaults")
            .map(|known| {
                let inner = self.known(Block::Defaults, known.block());
                self.attributes(&inner, &mut body.scope)
            })
            .unwrap_or_default();
        self.no_task_values(&defaults);
        if body.tasks.is_empty() && !body.broken {
            self.diagnostics
                .push(messages::empty_pipeline(&item.name.name, item.name.span));
        }
        // A name that could not be found may stand for one that then seems unused.
        if !body.broken && !self.has_error(item.span, |_| true) {
            self.unused(&body);
        }
        let outputs = self
            .program
            .pipeline(id)
            .map(|pipeline| pipeline.outputs.clone())
            .unwrap_or_default();
        if let (None, Some(first), false) = (&body.returned, outputs.first(), body.broken) {
            self.diagnostics
                .push(messages::missing_return(&item.name.name, first.span));
        }
        if let Some(pipeline) = self.program.pipelines.get_mut(id.index()) {
            pipeline.tasks = body.tasks;
            pipeline.volumes = body.volumes;
            pipeline.returns = body.returned.map(|(values, _)| values).unwrap_or_default();
            pipeline.attributes = attributes;
            pipeline.defaults = defaults;
        }
    }

    /// Notes the names that the statements will define.
    fn foresee(&mut self, statements: &[ast::Statement], body: &mut Body) {
        for statement in statements {
            let name = match statement {
                ast::Statement::Let(item) => &item.name,
                ast::Statement::Volume(item) => &item.name,
                _ => continue,
            };
            body.scope
                .later
                .entry(name.name.clone())
                .or_insert(name.span);
            body.taken.insert(folded(&name.name));
        }
    }

    fn statement(&mut self, id: PipelineId, statement: &ast::Statement, body: &mut Body) {
        if let Some((_, first)) = &body.returned {
            let (first, at) = (*first, statement_span(statement));
            if !matches!(
                statement,
                ast::Statement::Attribute(_) | ast::Statement::Return(_)
            ) {
                self.diagnostics.push(messages::after_return(at, first));
            }
        }
        match statement {
            ast::Statement::Attribute(_) => {}
            ast::Statement::Let(item) => self.let_statement(item, body),
            ast::Statement::Call(run) => self.bare_call(run, body),
            ast::Statement::Volume(item) => self.volume_statement(item, body),
            ast::Statement::Return(leave) => self.return_statement(id, leave, body),
            ast::Statement::Block(block) => self.refuse_block(block, body),
            ast::Statement::On(on) => {
                body.broken = true;
                self.mention(&on.body, &mut body.scope);
                let what = format!("`on {}`", on.event.name);
                self.diagnostics
                    .push(messages::not_yet_supported(&what, on.event.span));
            }
            ast::Statement::Yield(leave) => {
                body.broken = true;
                self.diagnostics
                    .push(messages::not_yet_supported("`yield`", leave.span));
            }
        }
    }

    fn refuse_block(&mut self, block: &ast::Block, body: &mut Body) {
        body.broken = true;
        let what = match &block.kind {
            ast::BlockKind::If { .. } => "`if`",
            ast::BlockKind::For { .. } => "`for`",
            ast::BlockKind::Repeat { .. } => "`repeat`",
        };
        self.mention_block(block, &mut body.scope);
        self.diagnostics
            .push(messages::not_yet_supported(what, block.keyword));
    }

    fn let_statement(&mut self, item: &ast::Let, body: &mut Body) {
        body.scope.later.remove(&item.name.name);
        let name = &item.name;
        if let Some(first) = body.scope.spans.get(&name.name) {
            let first = *first;
            self.diagnostics
                .push(messages::duplicate_name(&name.name, name.span, first));
        } else {
            body.lets.push((name.name.clone(), name.span));
        }
        let local = match &item.value {
            ast::LetValue::Block(block) => {
                self.refuse_block(block, body);
                Local::Error
            }
            ast::LetValue::Run(run) => match self.head(&run.value, &body.scope) {
                Head::Callee(callee) => {
                    let task = self.task(name.name.clone(), name.span, callee, run, body);
                    Local::Task(task, callee)
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
                        self.diagnostics.push(messages::suffix_of_expression(at));
                    }
                    let value = self.infer(&run.value, None, &mut body.scope);
                    if value.is_error() {
                        Local::Error
                    } else {
                        Local::Value(value)
                    }
                }
            },
        };
        body.scope.locals.insert(name.name.clone(), local);
        body.scope.spans.insert(name.name.clone(), name.span);
    }

    fn bare_call(&mut self, run: &ast::Run, body: &mut Body) {
        match self.head(&run.value, &body.scope) {
            Head::Callee(callee) => {
                let (base, span) = callee_name(&run.value);
                let mut name = base.clone();
                // The calls of one component count on from the last of them.
                let count = body.counts.entry(folded(&base)).or_insert(1);
                while body.taken.contains(&folded(&name)) {
                    *count += 1;
                    name = format!("{base}-{count}");
                }
                let task = self.task(name.clone(), span, callee, run, body);
                body.scope
                    .locals
                    .entry(name.clone())
                    .or_insert(Local::Task(task, callee));
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
                        .push(messages::useless_expression(run.value.span));
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
    ) -> TaskId {
        let call = self.call(callee, run, &mut body.scope);
        let id = TaskId::new(body.tasks.len());
        body.taken.insert(folded(&name));
        body.tasks.push(Task {
            name,
            kind: TaskKind::Call(Call {
                callee: call.callee,
                arguments: call.arguments,
                with: call.with,
                allow_failure: false,
            }),
            after: call.after,
            span,
        });
        id
    }

    fn volume_statement(&mut self, item: &ast::Volume, body: &mut Body) {
        let name = &item.name;
        body.scope.later.remove(&name.name);
        if let Some(first) = body.scope.spans.get(&name.name) {
            let first = *first;
            self.diagnostics
                .push(messages::duplicate_name(&name.name, name.span, first));
        } else {
            body.lets.push((name.name.clone(), name.span));
        }
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
                    .push(messages::volume_is_alias(&calls, item.value.span));
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
                .push(messages::second_return(leave.span, first));
            return;
        }
        let scope = &mut body.scope;
        let values = match (outputs.as_slice(), &leave.value.kind) {
            ([], _) => {
                self.infer(&leave.value, Some(&Type::Error), scope);
                self.diagnostics
                    .push(messages::return_without_outputs(leave.span));
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
                        let suggestion = crate::suggest(name, names.iter().copied());
                        self.diagnostics.push(messages::unknown_return(
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
                                self.diagnostics.push(messages::duplicate_name(
                                    &output.name,
                                    second.key.span,
                                    first.key.span,
                                ));
                                Expr::error(leave.span)
                            }
                            (None, _) => {
                                self.diagnostics.push(messages::return_lacks(
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
                    .push(messages::return_needs_record(&names, leave.value.span));
                Vec::new()
            }
        };
        body.returned = Some((values, leave.span));
    }

    fn unused(&mut self, body: &Body) {
        for input in &body.scope.inputs {
            if !body.scope.used.contains(&input.name) && !input.name.starts_with('_') {
                self.diagnostics.push(messages::unused_parameter(
                    "parameter",
                    &input.name,
                    input.span,
                ));
            }
        }
        for (name, span) in &body.lets {
            if body.scope.used.contains(name) || name.starts_with('_') {
                continue;
            }
            // A task without outputs may have a name for its own sake.
            let silent = match body.scope.locals.get(name) {
                Some(Local::Task(_, Callee::Component(id))) => self
                    .program
                    .component(*id)
                    .is_none_or(|component| component.outputs.is_empty()),
                Some(Local::Task(_, Callee::Pipeline(id))) => self
                    .program
                    .pipeline(*id)
                    .is_none_or(|pipeline| pipeline.outputs.is_empty()),
                Some(Local::Error) | None => true,
                Some(_) => false,
            };
            if !silent {
                let task = matches!(body.scope.locals.get(name), Some(Local::Task(..)));
                self.diagnostics
                    .push(messages::unused_value(name, task, *span));
            }
        }
    }

    /// `defaults` hold for every task, so that they cannot speak of one.
    fn no_task_values(&mut self, defaults: &crate::Attributes) {
        let mut defaults = defaults.clone();
        let mut found = Vec::new();
        for (_, expr) in defaults.exprs_mut() {
            expr.walk(&mut |expr| {
                if let ExprKind::TaskOutput { .. } = expr.kind {
                    found.push(expr.span);
                }
            });
        }
        for span in found {
            self.diagnostics
                .push(messages::task_value_in_defaults(span));
        }
    }
}

/// Whether `return { a = x }` gives the pipeline's only output `a`, not a record for it.
fn returns_fields(kind: &ast::ExprKind, only: &str) -> bool {
    match kind {
        ast::ExprKind::Record(entries) => {
            entries.iter().any(|entry| entry.key.name == only) || only != "output"
        }
        _ => false,
    }
}

/// A name as targets see it.
fn folded(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
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

fn statement_span(statement: &ast::Statement) -> Span {
    match statement {
        ast::Statement::Attribute(item) => item.span,
        ast::Statement::Let(item) => item.span,
        ast::Statement::Call(item) => item.span,
        ast::Statement::Block(item) => item.span,
        ast::Statement::Volume(item) => item.span,
        ast::Statement::On(item) => item.span,
        ast::Statement::Yield(item) | ast::Statement::Return(item) => item.span,
    }
}
