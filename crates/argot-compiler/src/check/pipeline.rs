//! The bodies of pipelines.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use argot_syntax::{Diagnostic, Span, ast};

use super::{
    Checker,
    block::is_attribute,
    calls::Head,
    scope::{Local, Place, Scope, TaskNames},
};
use crate::{
    BlockId, Call, Callee, Expr, ExprKind, Handler, PipelineId, Task, TaskId, TaskKind, Type,
    Volume, VolumeExpr, VolumeId, attributes, diagnostics,
};

/// A pipeline as far as its statements have been read.
pub(super) struct Body {
    pub(super) scope: Scope,
    /// The tasks of all blocks.
    pub(super) tasks: Vec<Task>,
    /// The blocks; those that are still read are empty.
    pub(super) blocks: Vec<crate::Block>,
    pub(super) handlers: Vec<Handler>,
    volumes: Vec<Volume>,
    returned: Option<(Vec<Expr>, Span)>,
    /// The blocks that are being read, the innermost last.
    pub(super) frames: Vec<Frame>,
    /// Whether tasks may fail where they do not say so themselves.
    allow_failure: bool,
    /// Whether tasks are daemons where they do not say so themselves.
    daemon: bool,
    /// Warnings of names that are never used.
    pub(super) unused: Vec<Diagnostic>,
    /// Loops that are known to have no turn, with what there is to say of each.
    pub(super) empty_loops: Vec<(TaskId, Diagnostic)>,
    /// Whether a statement could not be read, so that the rest is not to be judged by what is missing.
    pub(super) broken: bool,
}

/// A block that is being read.
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) block: BlockId,
    pub(super) tasks: Vec<TaskId>,
    /// Names of `let`, in order, for those that are never used.
    pub(super) lets: Vec<(String, Span)>,
    /// The names of tasks as targets see them: no case, `-` for `_`.
    taken: HashSet<String>,
    /// The highest number behind the name of a bare call, by the name without it.
    counts: HashMap<String, usize>,
    /// Names that stand further down in it.
    later: Vec<String>,
    /// Where a loop's variable stands.
    pub(super) variable: Option<Span>,
    /// How many names stand around it.
    around: usize,
    pub(super) yielded: Option<Yield>,
    /// Whether a statement after its `yield` or `return` has been reported.
    has_rest: bool,
}

/// What a block is the body of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    Pipeline,
    /// Of an `if`, `for` or `repeat`.
    Flow,
    Handler,
}

/// What a `yield` gives.
pub(super) struct Yield {
    /// By name; a value without one is `output`.
    pub(super) fields: Vec<(String, Span, Expr)>,
    pub(super) span: Span,
}

impl Body {
    fn new(scope: Scope, broken: bool) -> Self {
        Self {
            scope,
            tasks: Vec::new(),
            blocks: Vec::new(),
            handlers: Vec::new(),
            volumes: Vec::new(),
            returned: None,
            frames: Vec::new(),
            allow_failure: false,
            daemon: false,
            unused: Vec::new(),
            empty_loops: Vec::new(),
            broken,
        }
    }

    /// The block that is being read.
    pub(super) fn frame(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    /// A name for a task that has none of its own, which no other task of the block has.
    pub(super) fn free_name(&mut self, base: &str) -> String {
        let mut name = base.to_owned();
        let Some(frame) = self.frames.last_mut() else {
            return name;
        };
        // The calls of one component count on from the last of them.
        let count = frame.counts.entry(folded(base)).or_insert(1);
        while frame.taken.contains(&folded(&name)) {
            *count += 1;
            name = format!("{base}-{count}");
        }
        frame.taken.insert(folded(&name));
        name
    }

    /// Adds a task to the block that is being read.
    pub(super) fn add(&mut self, task: Task) -> TaskId {
        let id = TaskId::new(self.tasks.len());
        self.tasks.push(task);
        if let Some(frame) = self.frames.last_mut() {
            frame.tasks.push(id);
        }
        id
    }
}

impl Checker<'_> {
    pub(super) fn pipeline_body(&mut self, id: PipelineId, item: &ast::Pipeline) {
        let Some(pipeline) = self.program.pipeline(id) else {
            return;
        };
        let (inputs, module) = (pipeline.inputs.clone(), pipeline.module);
        let scope = Scope::new(module, Place::Pipeline, inputs, Vec::new());
        let mut body = Body::new(scope, self.has_syntax_error(item.span));
        let attributes = item.body.iter().filter_map(|statement| match statement {
            ast::Statement::Attribute(attribute) => {
                Some(attribute).filter(|attribute| !is_forgotten_let(attribute))
            }
            _ => None,
        });
        let known = self.known(attributes::Block::Pipeline, attributes);
        let defaults = known
            .iter()
            .find(|known| known.name() == "defaults")
            .map(|known| self.known(attributes::Block::Defaults, known.block()))
            .unwrap_or_default();
        // It decides the types of outputs, so that it is read first.
        let (allowed, defaults): (Vec<_>, Vec<_>) = defaults
            .into_iter()
            .partition(|known| known.name() == "allow_failure");
        let allowed = self.attributes(&allowed, &mut body.scope);
        body.allow_failure = allowed.step.allow_failure() == Some(true);
        body.daemon = defaults.iter().any(|known| {
            let value = known.value().map(|value| &value.kind);
            known.name() == "daemon" && matches!(value, Some(ast::ExprKind::Bool(true)))
        });

        self.enter(FrameKind::Pipeline, &item.body, &mut body);
        for statement in &item.body {
            self.statement(Some(id), statement, &mut body);
        }
        let attributes = self.pipeline_attributes(&known, &mut body.scope);
        let defaults = self.attributes(&defaults, &mut body.scope);
        self.no_task_values(&defaults);
        let tasks = body.frame().map(|frame| std::mem::take(&mut frame.tasks));
        if let (Some(tasks), Some(block)) = (tasks, body.blocks.first_mut()) {
            block.tasks = tasks;
        }
        let runs = body
            .blocks
            .first()
            .is_some_and(|block| block.calls(&body.tasks, &body.blocks));
        if !runs && !body.broken {
            self.diagnostics
                .push(diagnostics::empty_pipeline(&item.name.name, item.name.span));
        }
        self.empty_loops(&item.name, runs, &mut body);
        // A name that could not be found may stand for one that then seems unused.
        if !body.broken && !self.has_error(item.span) {
            self.unused_parameters(&body);
            unused_lets(&mut body);
            self.diagnostics.extend(std::mem::take(&mut body.unused));
        }
        let outputs = self
            .program
            .pipeline(id)
            .map(|pipeline| pipeline.outputs.clone())
            .unwrap_or_default();
        if let (None, Some(first), false) = (&body.returned, outputs.first(), body.broken) {
            self.diagnostics
                .push(diagnostics::missing_return(&item.name.name, first.span));
        }
        if let Some(pipeline) = self.program.pipelines.get_mut(id.index()) {
            pipeline.tasks = body.tasks;
            pipeline.blocks = body.blocks;
            pipeline.handlers = body.handlers;
            pipeline.volumes = body.volumes;
            pipeline.returns = body.returned.map(|(values, _)| values).unwrap_or_default();
            pipeline.attributes = attributes;
            pipeline.defaults = defaults;
        }
    }

    /// Begins to read a block: notes the names that its statements will define.
    pub(super) fn enter(
        &mut self,
        kind: FrameKind,
        statements: &[ast::Statement],
        body: &mut Body,
    ) {
        let block = BlockId::new(body.blocks.len());
        body.blocks.push(crate::Block::default());
        let mut frame = Frame {
            kind,
            block,
            tasks: Vec::new(),
            lets: Vec::new(),
            taken: HashSet::new(),
            counts: HashMap::new(),
            later: Vec::new(),
            variable: None,
            around: body.scope.locals.len(),
            yielded: None,
            has_rest: false,
        };
        for statement in statements {
            let name = match statement {
                ast::Statement::Let(item) => &item.name,
                ast::Statement::Volume(item) => &item.name,
                ast::Statement::Error(ast::Broken {
                    name: Some(name), ..
                }) => name,
                _ => continue,
            };
            if let std::collections::hash_map::Entry::Vacant(slot) =
                body.scope.later.entry(name.name.clone())
            {
                slot.insert(name.span);
                frame.later.push(name.name.clone());
            }
            frame.taken.insert(folded(&name.name));
        }
        body.frames.push(frame);
    }

    /// Ends a block: its names are gone.
    pub(super) fn leave(&mut self, body: &mut Body) -> Option<Frame> {
        unused_lets(body);
        let frame = body.frames.pop()?;
        for name in &frame.later {
            body.scope.later.remove(name);
        }
        for (name, span) in &frame.lets {
            body.scope.gone.insert(name.clone(), *span);
        }
        while body.scope.locals.len() > frame.around {
            if let Some((name, _)) = body.scope.locals.pop() {
                body.scope.spans.remove(&name);
                body.scope.used.remove(&name);
            }
        }
        Some(frame)
    }

    /// Reads a statement. `pipeline` is none within a block.
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
            // One message for all that follows.
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
        let is_taken = body.scope.spans.contains_key(&name.name);
        if let Some(first) = body.scope.spans.get(&name.name) {
            let first = *first;
            self.diagnostics
                .push(diagnostics::duplicate_name(&name.name, name.span, first));
        } else if let Some(frame) = body.frame() {
            frame.lets.push((name.name.clone(), name.span));
        }
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
        // Where two things have the name, nobody knows which is meant.
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
        // It is settled here, and is not an attribute of what runs.
        let (said, daemon) = (call.with.step.allow_failure(), call.with.step.daemon());
        call.with.step.unset("allow_failure");
        let allow_failure = said
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
        if let Some(first) = body.scope.spans.get(&name.name) {
            let first = *first;
            self.diagnostics
                .push(diagnostics::duplicate_name(&name.name, name.span, first));
        } else if let Some(frame) = body.frame() {
            frame.lets.push((name.name.clone(), name.span));
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

    /// Reports loops without a turn: as warnings, or as why the pipeline runs nothing.
    fn empty_loops(&mut self, name: &ast::Ident, runs: bool, body: &mut Body) {
        let found = std::mem::take(&mut body.empty_loops);
        let empty: HashSet<TaskId> = found.iter().map(|(task, _)| *task).collect();
        let has_turns = body
            .blocks
            .first()
            .is_some_and(|block| runs_outside(block, body, &empty));
        let first = found.first().map(|(_, diagnostic)| diagnostic.clone());
        match first {
            Some(first) if runs && !has_turns && !body.broken => self
                .diagnostics
                .push(diagnostics::only_empty_loops(&name.name, first)),
            _ => {
                let all = found.into_iter().map(|(_, diagnostic)| diagnostic);
                all.for_each(|diagnostic| self.diagnostics.push(diagnostic));
            }
        }
    }

    fn unused_parameters(&mut self, body: &Body) {
        for input in &body.scope.inputs {
            if !body.scope.used.contains(&input.name) && !input.name.starts_with('_') {
                self.diagnostics.push(diagnostics::unused_parameter(
                    "parameter",
                    &input.name,
                    input.span,
                ));
            }
        }
    }

    /// `defaults` hold for every task, so that they cannot speak of one.
    fn no_task_values(&mut self, defaults: &crate::Attributes) {
        let mut defaults = defaults.clone();
        let mut found = Vec::new();
        for (_, expr) in defaults.exprs_mut() {
            expr.walk(&mut |expr| {
                if expr.kind.is_of_task() {
                    found.push(expr.span);
                }
            });
        }
        for span in found {
            self.diagnostics
                .push(diagnostics::task_value_in_defaults(span));
        }
    }
}

/// Whether a block calls anything outside of loops without a turn.
fn runs_outside(block: &crate::Block, body: &Body, empty: &HashSet<TaskId>) -> bool {
    let own = block.tasks.iter().filter(|id| !empty.contains(id));
    own.filter_map(|id| body.tasks.get(id.index()))
        .any(|task| match &task.kind {
            TaskKind::Call(_) => true,
            kind => kind
                .blocks()
                .iter()
                .filter_map(|id| body.blocks.get(id.index()))
                .any(|block| runs_outside(block, body, empty)),
        })
}

/// Notes the names of the block that is being read which nothing has used.
fn unused_lets(body: &mut Body) {
    let Some(frame) = body.frames.last() else {
        return;
    };
    for (name, span) in &frame.lets {
        if body.scope.used.contains(name) || name.starts_with('_') {
            continue;
        }
        let (silent, is_task) = match body.scope.locals.get(name) {
            // A task without outputs may have a name for its own sake.
            Some(Local::Task(_, names)) => (names.outputs.is_empty(), true),
            Some(Local::Error) | None => (true, false),
            Some(_) => (false, false),
        };
        if !silent {
            body.unused.push(match frame.variable == Some(*span) {
                true => diagnostics::unused_variable(name, *span),
                false => diagnostics::unused_value(name, is_task, *span),
            });
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

/// A statement that could not be read: nothing is known of the name that it defines.
fn broken_statement(broken: &ast::Broken, body: &mut Body) {
    body.broken = true;
    if let Some(name) = &broken.name {
        broken_name(name, body);
    }
}

/// A name of which nothing is known.
fn broken_name(name: &ast::Ident, body: &mut Body) {
    body.broken = true;
    body.scope.later.remove(&name.name);
    body.scope.locals.insert(name.name.clone(), Local::Error);
    body.scope.spans.insert(name.name.clone(), name.span);
}

/// Whether an attribute of a pipeline is a call that lacks its `let`.
fn is_forgotten_let(attribute: &ast::Attribute) -> bool {
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
