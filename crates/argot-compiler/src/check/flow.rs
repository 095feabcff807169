//! Blocks with their own scope: `if`, `for`, `repeat`, and handlers at the end of a run.

use std::{rc::Rc, sync::Arc};

use argot_syntax::{Span, ast};

use super::{
    body::{Body, Frame, FrameKind, Yield},
    scope::{Local, TaskNames},
    statements::{Statements, statement_span},
    status::there,
};
use crate::{
    Arm, Block, BlockId, Event, Expr, ExprKind, For, Handler, If, Items, OutputId, Repeat, Task,
    TaskId, TaskKind, TaskValue, Type, Value,
    diagnostics::{self, EmptyLoop},
};

impl Statements<'_, '_> {
    /// Reads a block. If it has a name, returns what that name refers to.
    pub(super) fn flow(&mut self, block: &ast::Block, name: Option<&ast::Ident>) -> Local {
        let span = name.map_or(block.keyword, |name| name.span);
        // Tasks inside the block come after the block itself.
        let id = self.body.add(Task {
            name: name.map(|name| name.name.clone()).unwrap_or_default(),
            kind: TaskKind::If(If {
                arms: Vec::new(),
                otherwise: None,
                outputs: Vec::new(),
            }),
            after: Vec::new(),
            span,
        });
        let is_named = name.is_some();
        let (kind, word) = match &block.kind {
            ast::BlockKind::If { arms, otherwise } => {
                let kind = self.if_block(id, arms, otherwise.as_deref(), is_named, span);
                (TaskKind::If(kind), "if".to_owned())
            }
            ast::BlockKind::For {
                variable,
                items,
                parallel,
                body: statements,
            } => {
                let kind = self.for_block(
                    id,
                    variable,
                    items,
                    parallel.as_ref(),
                    statements,
                    is_named,
                    span,
                );
                let word = match variable.name.trim_matches('_') {
                    "" => "for".to_owned(),
                    name => format!("for-{name}"),
                };
                (TaskKind::For(kind), word)
            }
            ast::BlockKind::Repeat {
                max,
                body: statements,
                until,
            } => {
                let kind = self.repeat_block(id, max, statements, until, is_named, span);
                (TaskKind::Repeat(kind), "repeat".to_owned())
            }
        };
        let outputs = kind.outputs().to_vec();
        if name.is_none() {
            let name = block_name(&kind, word, &mut self.body);
            if let Some(task) = self.body.tasks.get_mut(id.index()) {
                task.name = name;
            }
        }
        if let Some(task) = self.body.tasks.get_mut(id.index()) {
            task.kind = kind;
        }
        let outputs = outputs.into_iter();
        let names = TaskNames {
            outputs: outputs.map(|output| (output.name, output.ty)).collect(),
            is_daemon: false,
        };
        if is_named && names.outputs.is_empty() {
            // The missing outputs have been reported.
            return Local::Error;
        }
        // `until` uses the values that a `repeat` yields.
        if let (Some(name), ast::BlockKind::Repeat { .. }) = (name, &block.kind) {
            self.body.scope.used.insert(name.name.clone());
        }
        Local::Task(id, Rc::new(names))
    }

    fn if_block(
        &mut self,
        id: TaskId,
        arms: &[ast::Arm],
        otherwise: Option<&[ast::Statement]>,
        is_named: bool,
        span: Span,
    ) -> If {
        let mut found = Vec::new();
        let mut yields = Vec::new();
        let around = self.body.scope.there.len();
        let mut asks_status = None;
        for arm in arms {
            let condition = self.check(&arm.condition, &Type::Bool);
            asks_status = asks_status.or(strict_status(&condition, &self.body));
            let outside = self.body.scope.there.len();
            self.body.scope.there.extend(there(&condition, true));
            let (block, yielded) = self.block(&arm.body, arm.condition.span);
            self.body.scope.there.truncate(outside);
            yields.push((block, yielded, arm.condition.span));
            // In the arms below, the condition does not hold.
            self.body.scope.there.extend(there(&condition, false));
            found.push(Arm { condition, block });
        }
        let otherwise = otherwise.map(|statements| {
            let span = statements.first().map_or(span, statement_span);
            let (block, yielded) = self.block(statements, span);
            yields.push((block, yielded, span));
            block
        });
        self.body.scope.there.truncate(around);
        if let (true, Some(at)) = (is_named, asks_status) {
            self.report(diagnostics::status_of_value(at));
        }
        let outputs = self.merge(yields, is_named, otherwise.is_some(), span);
        // If one of the values is present, an arm has run, so all of them are.
        let is_always_there = |value: &Expr| !value.ty.is_optional();
        let blocks = found.iter().map(|arm| arm.block).chain(otherwise);
        let together = blocks
            .filter_map(|block| self.body.blocks.get(block.index()))
            .all(|block| block.yields.iter().all(is_always_there));
        if together {
            self.body.scope.together.insert(id);
        }
        If {
            arms: found,
            otherwise,
            outputs,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one statement")]
    fn for_block(
        &mut self,
        id: TaskId,
        variable: &ast::Ident,
        items: &ast::Expr,
        parallel: Option<&ast::Expr>,
        statements: &[ast::Statement],
        is_named: bool,
        span: Span,
    ) -> For {
        let (found, ty) = match &items.kind {
            ast::ExprKind::Range { low, high } => {
                let from = self.check(low, &Type::Int);
                let to = self.check(high, &Type::Int);
                (Items::Range(from, to), Type::Int)
            }
            _ => {
                let list = self.infer(items, None);
                let ty = match &list.ty {
                    Type::List(element) => element.as_ref().clone(),
                    Type::Error => Type::Error,
                    other => {
                        let found = other.text(&self.checker.program.artifacts);
                        self.report(if other.is_optional() {
                            diagnostics::may_be_absent(&found, list.span)
                        } else {
                            diagnostics::not_a_list(&found, *other == Type::Json, list.span)
                        });
                        Type::Error
                    }
                };
                (Items::List(list), ty)
            }
        };
        if let Some(empty) = self.no_turn(items, &found) {
            self.body.empty_loops.push((id, empty));
        }
        let items = found;
        let parallel = parallel.map(|parallel| self.count("parallel", parallel));
        self.body.enter(FrameKind::Flow, statements);
        let item = match &ty {
            Type::Error => Local::Error,
            _ => Local::Value(Expr::new(
                TaskValue::Item(id).into(),
                ty.clone(),
                variable.span,
            )),
        };
        // A variable of that name is not meant to be used.
        if variable.name != "_" {
            self.define_local(variable, item);
        }
        if let Some(frame) = self.body.frame() {
            frame.variable = Some(variable.span);
        }
        let (block, yielded) = self.finish(statements, span);
        self.runs_something(block, span);
        let mut outputs = self.merge(vec![(block, yielded, span)], is_named, true, span);
        for output in &mut outputs {
            if output.ty.is_artifact_list() || output.ty.is_artifact() && output.ty.is_optional() {
                let found = output.ty.text(&self.checker.program.artifacts);
                self.report(diagnostics::uncollectable(
                    &output.name,
                    &found,
                    output.span,
                ));
                output.ty = Type::Error;
            }
            output.ty = Type::List(Arc::new(output.ty.clone()));
        }
        For {
            variable: variable.name.clone(),
            item: ty,
            items,
            parallel,
            block,
            outputs,
        }
    }

    /// A constant count of one or more.
    fn count(&mut self, what: &str, value: &ast::Expr) -> Expr {
        let scope = &mut self.body.scope;
        self.checker.constant_count(what, value, scope)
    }

    /// Why a loop has no turns, if it is known to have none.
    fn no_turn(&mut self, written: &ast::Expr, items: &Items) -> Option<EmptyLoop> {
        let span = written.span;
        let list = match items {
            Items::Range(from, to) => {
                let (from, to) = (from.as_int()?, to.as_int()?);
                let written = format!("{from}..{to}");
                return (to <= from).then_some(EmptyLoop::Range {
                    written,
                    from,
                    to,
                    span,
                });
            }
            Items::List(list) => list,
        };
        if !matches!(list.value(), Some(Value::List(items)) if items.is_empty()) {
            return None;
        }
        // A call of `range` has become a list here, but its arguments explain why it is empty.
        if let ast::ExprKind::Call { callee, arguments } = &written.kind
            && matches!(&callee.kind, ast::ExprKind::Name(name) if name == "range")
        {
            let numbers: Vec<i64> = arguments
                .iter()
                .filter_map(|argument| self.infer(&argument.value, None).as_int())
                .collect();
            let (written, from, to) = match numbers.as_slice() {
                [to] => (format!("range({to})"), 0, *to),
                [from, to] => (format!("range({from}, {to})"), *from, *to),
                _ => return Some(EmptyLoop::List(span)),
            };
            return Some(EmptyLoop::Range {
                written,
                from,
                to,
                span,
            });
        }
        Some(EmptyLoop::List(span))
    }

    fn repeat_block(
        &mut self,
        id: TaskId,
        max: &ast::Expr,
        statements: &[ast::Statement],
        until: &ast::Expr,
        is_named: bool,
        span: Span,
    ) -> Repeat {
        let count = self.count("max", max);
        let (block, yielded) = self.block(statements, span);
        self.runs_something(block, span);
        // `until` uses the yielded values, whether or not the block has a name.
        let is_taken = is_named || yielded.is_some();
        let outputs = self.merge(vec![(block, yielded, span)], is_taken, true, span);
        // In `until`, the yielded values shadow names from outside.
        let mut hidden = Vec::new();
        for (at, output) in outputs.iter().enumerate() {
            let kind = TaskValue::Output(id, OutputId::new(at));
            let value = Expr::new(kind.into(), output.ty.clone(), output.span);
            let local = match value.ty {
                Type::Error => Local::Error,
                _ => Local::Value(value),
            };
            let before = self.body.scope.locals.insert(output.name.clone(), local);
            hidden.push((output.name.clone(), before));
        }
        let until = self.check(until, &Type::Bool);
        for (name, before) in hidden.into_iter().rev() {
            match before {
                Some(before) => {
                    self.body.scope.locals.insert(name, before);
                }
                None => {
                    self.body.scope.locals.shift_remove(&name);
                }
            }
        }
        Repeat {
            max: match count.value() {
                Some(Value::Int(count)) => *count,
                _ => 1,
            },
            block,
            until,
            outputs,
        }
    }

    /// Reads a whole block.
    fn block(&mut self, statements: &[ast::Statement], span: Span) -> (BlockId, Option<Yield>) {
        self.body.enter(FrameKind::Flow, statements);
        self.finish(statements, span)
    }

    /// Reads the statements of a block that has been entered, then leaves the block.
    fn finish(&mut self, statements: &[ast::Statement], span: Span) -> (BlockId, Option<Yield>) {
        for statement in statements {
            self.statement(None, statement);
        }
        let Some(Frame {
            block,
            tasks,
            yielded,
            ..
        }) = self.body.leave()
        else {
            return (BlockId::BODY, None);
        };
        if tasks.is_empty() && yielded.is_none() && !self.body.broken {
            self.report(diagnostics::empty_block(span));
        }
        if let Some(slot) = self.body.blocks.get_mut(block.index()) {
            *slot = Block {
                tasks,
                yields: Vec::new(),
                span,
            };
        }
        (block, yielded)
    }

    /// Reports a loop whose body runs nothing.
    fn runs_something(&mut self, block: BlockId, span: Span) {
        let is_idle = self
            .body
            .blocks
            .get(block.index())
            // An empty block has already been reported.
            .is_some_and(|block| {
                !block.tasks.is_empty() && !block.calls(&self.body.tasks, &self.body.blocks)
            });
        if is_idle && !self.body.broken {
            self.report(diagnostics::empty_block(span));
        }
    }

    /// Whether a name is defined already, which is reported. Otherwise it will end with the current block.
    pub(super) fn is_taken(&mut self, name: &ast::Ident) -> bool {
        let first = self.body.scope.spans.get(&name.name).copied();
        if let Some(first) = first {
            self.report(diagnostics::duplicate_name(&name.name, name.span, first));
        } else if let Some(frame) = self.body.frame() {
            frame.lets.push((name.name.clone(), name.span));
        }
        first.is_some()
    }

    /// Defines a name in the current block.
    fn define_local(&mut self, name: &ast::Ident, mut local: Local) {
        if self.is_taken(name) {
            // The name has two definitions, so it is unknown which is meant.
            local = Local::Error;
        }
        self.body.define(name, local);
    }

    /// A handler such as `on exit { ... }`.
    pub(super) fn handler(&mut self, on: &ast::On) {
        let Some(event) = Event::ALL
            .iter()
            .copied()
            .find(|event| event.name() == on.event.name)
        else {
            // The parser has reported it.
            self.body.broken = true;
            return;
        };
        self.body.enter(FrameKind::Handler, &on.body);
        self.body.scope.handler = Some(self.body.scope.locals.len());
        let (block, _) = self.finish(&on.body, on.event.span);
        self.body.scope.handler = None;
        self.body.handlers.push(Handler {
            event,
            block,
            span: on.event.span,
        });
    }
}

/// A name for an unnamed block. For an `if` or `repeat`, it includes the first thing that runs inside.
fn block_name(kind: &TaskKind, word: String, body: &mut Body) -> String {
    let first = kind
        .blocks()
        .iter()
        .find_map(|block| {
            let first = body.blocks.get(block.index())?.tasks.first()?;
            body.tasks.get(first.index())
        })
        .map(|task| task.name.clone());
    let base = match (kind, first) {
        (TaskKind::For(_), _) | (_, None) => word,
        (_, Some(first)) => format!("{word}-{first}"),
    };
    body.free_name(&base)
}

/// The span of the part of a condition that asks for the status of a task whose failure fails the pipeline.
fn strict_status(condition: &Expr, body: &Body) -> Option<Span> {
    condition.find(&mut |expr| match expr.kind {
        ExprKind::Task(TaskValue::Status(task)) => {
            let call = body.tasks.get(task.index()).and_then(Task::call);
            (!call.is_some_and(|call| call.allow_failure)).then_some(expr.span)
        }
        _ => None,
    })
}
