//! Tasks and blocks of a program as tasks and graphs of a plan.

mod branches;
mod calls;
mod handlers;
mod loops;
mod repeats;

use crate::plan::{
    Target, Task,
    build::{Builder, Captured},
    capture::{CaptureScope, Planned},
    naming::Use,
    scope::DagScope,
};
use crate::{
    Block, BlockId, Expr, ExprKind, InputId, OutputId, Pipeline, TaskId, TaskKind, Type, Value,
};
use argot_syntax::Span;

impl<'a> Builder<'a> {
    /// Adds the tasks of a block to a graph.
    pub(in crate::plan) fn tasks(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        block: &'a Block,
    ) {
        for id in &block.tasks {
            self.task(capture, scope, *id, None);
        }
    }

    fn task(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        id: TaskId,
        condition: Option<Expr>,
    ) {
        let Some(task) = capture.pipeline.task(id) else {
            return;
        };
        match &task.kind {
            TaskKind::Call(call) => self.call(capture, scope, (id, task, call), condition),
            TaskKind::If(block) => self.if_block(capture, scope, (id, task), block),
            TaskKind::For(block) => self.in_turns("for", |this| {
                this.for_block(capture, scope, (id, task), block);
            }),
            TaskKind::Repeat(block) => self.in_turns("repeat", |this| {
                this.repeat(capture, scope, (id, task), block);
            }),
        }
    }

    /// If a loop gathers an output of a block, it gathers what the block yields for it.
    pub(super) fn pass_on(
        &mut self,
        capture: &mut CaptureScope<'a>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a Block,
    ) {
        for (index, output) in task.kind.outputs().iter().enumerate() {
            if capture.gathered.contains(&(id, OutputId::new(index)))
                && let Some(value) = block.yields.get(index)
            {
                self.gather(capture, Some(block), value, &output.name);
            }
        }
    }

    /// What a block yields, in the words of the graph that holds its tasks.
    pub(super) fn values(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        block: &'a Block,
    ) -> Vec<Expr> {
        block
            .yields
            .iter()
            .map(|value| self.value(capture, scope, value))
            .collect()
    }

    /// Adds a task that runs the graph of a block.
    pub(super) fn add_block(
        &mut self,
        capture: &mut CaptureScope<'a>,
        (id, task): (TaskId, &'a crate::Task),
        name: &str,
        found: Captured,
    ) {
        let (target, arguments, waits) = self.brought(capture, found);
        let node = node(name, target, arguments, task.span);
        let at = capture.add(node, &waits, true, self.diagnostics);
        capture.tasks.insert(id, Planned::Task(at));
    }

    /// What comes to the inputs of a graph in the words of the graph around it, and what it waits for.
    pub(super) fn brought(
        &mut self,
        capture: &mut CaptureScope<'a>,
        found: Captured,
    ) -> (Target, Vec<(InputId, Expr)>, Vec<TaskId>) {
        let arguments = found
            .inputs
            .into_iter()
            .map(|(mut value, id)| {
                capture.rewrite(&mut value, self.diagnostics);
                (id, value)
            })
            .collect();
        (Target::Dag(found.dag), arguments, found.waits)
    }

    /// A graph for a block of another.
    pub(super) fn capture_scope(
        &mut self,
        around: &CaptureScope<'a>,
        name: &str,
    ) -> CaptureScope<'a> {
        let label = format!("{}-{name}", around.label);
        let id = self.reserve(block_use(&label));
        let mut capture = CaptureScope::new(id, label, self.program, around.pipeline);
        capture.ending = around.ending;
        capture.gathered.clone_from(&around.gathered);
        capture
    }

    pub(super) fn labelled(&mut self, pipeline: &'a Pipeline, label: String) -> CaptureScope<'a> {
        let id = self.reserve(block_use(&label));
        CaptureScope::new(id, label, self.program, pipeline)
    }
}

fn block_use(label: &str) -> Use {
    Use {
        base: label.to_owned(),
        task: None,
        group: None,
        plain: true,
        made_up: true,
    }
}

/// Whether a block calls anything, itself or in the blocks in it.
pub(super) fn calls(pipeline: &Pipeline, block: BlockId) -> bool {
    pipeline
        .block(block)
        .is_some_and(|block| block.calls(&pipeline.tasks, &pipeline.blocks))
}

/// The only task of a block, where it is a call.
pub(super) fn only_call(pipeline: &Pipeline, block: &Block) -> Option<TaskId> {
    let [only] = block.tasks.as_slice() else {
        return None;
    };
    pipeline.task(*only)?.call().map(|_| *only)
}

pub(super) fn node(
    name: &str,
    target: Target,
    arguments: Vec<(InputId, Expr)>,
    span: Span,
) -> Task {
    Task {
        name: name.to_owned(),
        target,
        arguments,
        condition: None,
        each: None,
        may_fail: false,
        on_exit: None,
        span,
    }
}

pub(super) fn null(span: Span) -> Expr {
    Expr::constant(Value::Null, Type::Null, span)
}

pub(super) fn choose(condition: Expr, then: Expr, otherwise: Expr, ty: Type) -> Expr {
    let span = then.span;
    let kind = ExprKind::Choose {
        condition: Box::new(condition),
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    };
    Expr::new(kind, ty, span)
}
