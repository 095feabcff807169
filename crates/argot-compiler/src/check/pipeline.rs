//! The bodies of pipelines.

use std::collections::{HashMap, HashSet};

use argot_syntax::{Code, Span, ast};

use super::{
    Checker,
    attributes::LabelKind,
    block::{Block, Known},
    calls::Head,
    rules,
    scope::{Local, Place, Scope},
};
use crate::{
    Callee, Duration, Expr, ExprKind, History, PipelineAttributes, PipelineId, Schedule, Task,
    TaskId, Ttl, Type, Value, Volume, VolumeExpr, VolumeId, diagnostics as messages,
};

const CONCURRENCY: &[&str] = &["Allow", "Forbid", "Replace"];
const ON_ERROR: &[&str] = &["stop", "continue"];
const POD_GC: &[&str] = &[
    "OnPodCompletion",
    "OnPodSuccess",
    "OnWorkflowCompletion",
    "OnWorkflowSuccess",
];
const ARTIFACT_GC: &[&str] = &["OnWorkflowCompletion", "OnWorkflowDeletion", "Never"];

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
            callee: call.callee,
            arguments: call.arguments,
            after: call.after,
            with: call.with,
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

    fn pipeline_attributes(
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

    fn known_at_compile_time(&mut self, what: &str, check: impl FnOnce(&mut Self) -> Expr) -> Expr {
        let expr = check(self);
        if expr.value().is_none() && !expr.is_error() {
            self.diagnostics
                .push(messages::not_constant(what, expr.span));
            return Expr::error(expr.span);
        }
        expr
    }

    fn constant_number(&mut self, what: &str, value: &ast::Expr, scope: &mut Scope) -> Expr {
        self.known_at_compile_time(&format!("`{what}`"), |this| {
            this.check_expr(value, &Type::Int, scope)
        })
    }

    fn at_least_one(&mut self, what: &str, count: Expr) -> Expr {
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

    fn constant_labels(
        &mut self,
        value: &ast::Expr,
        kind: LabelKind,
        scope: &mut Scope,
    ) -> indexmap::IndexMap<String, Expr> {
        let labels = self.labels(value, kind, scope);
        for text in labels.values() {
            if text.value().is_none() && !text.is_error() {
                self.diagnostics
                    .push(messages::not_constant("a label of a pipeline", text.span));
            }
        }
        labels
    }

    fn schedule(&mut self, item: &Known<'_>, scope: &mut Scope) -> Option<Schedule> {
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
    fn cron(&mut self, value: &ast::Expr, scope: &mut Scope) -> Vec<String> {
        let expr = self.infer(value, None, scope);
        let texts: Vec<String> = match expr.value() {
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::List(items)) if expr.ty == Type::List(Box::new(Type::String)) => {
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

    fn ttl(&mut self, item: &Known<'_>, scope: &mut Scope) -> Ttl {
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
}

/// Marks what statements speak of as used, where the statements themselves are refused.
impl Checker<'_> {
    fn mention(&mut self, statements: &[ast::Statement], scope: &mut Scope) {
        for statement in statements {
            match statement {
                ast::Statement::Let(item) => match &item.value {
                    ast::LetValue::Run(run) => self.mention_run(run, scope),
                    ast::LetValue::Block(block) => self.mention_block(block, scope),
                },
                ast::Statement::Call(run) => self.mention_run(run, scope),
                ast::Statement::Block(block) => self.mention_block(block, scope),
                ast::Statement::On(on) => self.mention(&on.body, scope),
                ast::Statement::Yield(leave) | ast::Statement::Return(leave) => {
                    self.mention_expr(&leave.value, scope);
                }
                ast::Statement::Volume(item) => self.mention_expr(&item.value, scope),
                ast::Statement::Attribute(_) => {}
            }
        }
    }

    fn mention_block(&mut self, block: &ast::Block, scope: &mut Scope) {
        match &block.kind {
            ast::BlockKind::If { arms, otherwise } => {
                for arm in arms {
                    self.mention_expr(&arm.condition, scope);
                    self.mention(&arm.body, scope);
                }
                self.mention(otherwise.as_deref().unwrap_or_default(), scope);
            }
            ast::BlockKind::For {
                items,
                parallel,
                body,
                ..
            } => {
                self.mention_expr(items, scope);
                if let Some(parallel) = parallel {
                    self.mention_expr(parallel, scope);
                }
                self.mention(body, scope);
            }
            ast::BlockKind::Repeat { max, body, until } => {
                self.mention_expr(max, scope);
                self.mention(body, scope);
                self.mention_expr(until, scope);
            }
        }
    }

    fn mention_run(&mut self, run: &ast::Run, scope: &mut Scope) {
        self.mention_expr(&run.value, scope);
        for name in &run.after {
            scope.used.insert(name.name.clone());
        }
    }

    fn mention_expr(&mut self, expr: &ast::Expr, scope: &mut Scope) {
        match &expr.kind {
            ast::ExprKind::Name(name) => {
                scope.used.insert(name.clone());
                self.lookup(scope.module, name);
            }
            ast::ExprKind::Field { base, .. } => self.mention_expr(base, scope),
            ast::ExprKind::Index { base, index } => {
                self.mention_expr(base, scope);
                self.mention_expr(index, scope);
            }
            ast::ExprKind::List(items) => {
                items.iter().for_each(|item| self.mention_expr(item, scope))
            }
            ast::ExprKind::Record(entries) => {
                entries
                    .iter()
                    .for_each(|entry| self.mention_expr(&entry.value, scope));
            }
            ast::ExprKind::Call { callee, arguments } => {
                self.mention_expr(callee, scope);
                arguments
                    .iter()
                    .for_each(|argument| self.mention_expr(&argument.value, scope));
            }
            ast::ExprKind::Unary { operand, .. } => self.mention_expr(operand, scope),
            ast::ExprKind::Binary { left, right, .. } => {
                self.mention_expr(left, scope);
                self.mention_expr(right, scope);
            }
            ast::ExprKind::Range { low, high } => {
                self.mention_expr(low, scope);
                self.mention_expr(high, scope);
            }
            ast::ExprKind::String(string) => {
                for part in &string.parts {
                    if let ast::StringPart::Interpolation(expr) = part {
                        self.mention_expr(expr, scope);
                    }
                }
            }
            _ => {}
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
