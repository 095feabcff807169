//! What runs at the end of a pipeline.

use super::{node, only_call};
use crate::plan::{
    DagKind, Target, Task,
    build::{Builder, Captured},
    capture::{CaptureScope, Ending},
    scope::DagScope,
};
use crate::{
    BlockId, Context, Event, Expr, ExprKind, Output, OutputId, Pipeline, PipelineAttributes,
    TaskKind,
};
use argot_syntax::Span;

impl<'a> Builder<'a> {
    /// The graph of a pipeline's handlers. `call` is one of the calls of the pipeline; none for the entry.
    pub(in crate::plan) fn handlers(
        &mut self,
        pipeline: &'a Pipeline,
        scope: &DagScope<'_>,
        call: Option<Span>,
    ) -> Captured {
        let label = format!("{}-on-exit", pipeline.name);
        let mut capture = self.labelled(pipeline, label);
        if let Some(call) = call {
            capture.ending = Ending::OfCall(call);
        }
        if call.is_none()
            && pipeline
                .handlers
                .iter()
                .any(|handler| asks_for_failures(pipeline, handler.block))
        {
            self.take_failures(&mut capture);
        }
        for handler in &pipeline.handlers {
            let statuses: &[&str] = match handler.event {
                Event::Exit => &[],
                Event::Success => &["Succeeded"],
                Event::Failure => &["Failed", "Error"],
            };
            let span = handler.span;
            let condition = (!statuses.is_empty()).then(|| {
                let status = Expr::new(
                    ExprKind::Context(Context::RunStatus),
                    Context::RunStatus.ty(),
                    span,
                );
                let mut condition = Expr::is_one_of(status, statuses);
                capture.rewrite(&mut condition, self.diagnostics);
                condition
            });
            self.handler(&mut capture, scope, handler, condition);
        }
        self.finish(
            capture,
            DagKind::Handlers,
            Vec::new(),
            PipelineAttributes::default(),
            pipeline.span,
        )
    }

    /// Adds a task that takes the list of what has failed: the target may count a handler's own failure later.
    fn take_failures(&mut self, capture: &mut CaptureScope<'a>) {
        const NAME: &str = "failures";
        let span = capture.pipeline.span;
        let ty = Context::RunFailures.ty();
        let mut inner = self.capture_scope(capture, NAME);
        let input = inner.input(NAME, ty.clone(), span);
        let output = Output {
            name: NAME.to_owned(),
            doc: None,
            ty: ty.clone(),
            span,
        };
        let value = Expr::new(ExprKind::Input(input), ty.clone(), span);
        let found = self.finish(
            inner,
            DagKind::Taken,
            vec![(output, value)],
            PipelineAttributes::default(),
            span,
        );
        let failures = Expr::new(ExprKind::Context(Context::RunFailures), ty.clone(), span);
        let task = node(NAME, Target::Dag(found.dag), vec![(input, failures)], span);
        let task = capture.add(task, &[], false, self.diagnostics);
        let given = ExprKind::TaskOutput {
            task,
            output: OutputId::new(0),
        };
        capture.failures = Some(Expr::new(given, ty, span));
    }

    fn handler(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        handler: &crate::Handler,
        condition: Option<Expr>,
    ) {
        let pipeline = capture.pipeline;
        let Some(block) = pipeline.block(handler.block) else {
            return;
        };
        if let Some(only) = only_call(pipeline, block) {
            self.task(capture, scope, only, condition);
            return;
        }
        if condition.is_none() && pipeline.handlers.len() == 1 {
            self.tasks(capture, scope, block);
            return;
        }
        let name = format!("on-{}", handler.event.name());
        let label = format!("{}-{name}", pipeline.name);
        let mut inner = self.labelled(pipeline, label);
        inner.ending = capture.ending;
        self.tasks(&mut inner, scope, block);
        if inner.graph.node_count() == 0 {
            return;
        }
        let found = self.finish(
            inner,
            DagKind::Handler,
            Vec::new(),
            PipelineAttributes::default(),
            handler.span,
        );
        let (target, arguments, waits) = self.brought(capture, found);
        let node = Task {
            condition,
            ..node(&name, target, arguments, handler.span)
        };
        capture.add(node, &waits, false, self.diagnostics);
    }
}

/// Whether anything in a block asks for what has failed.
fn asks_for_failures(pipeline: &Pipeline, block: BlockId) -> bool {
    let Some(block) = pipeline.block(block) else {
        return false;
    };
    let asks = |expr: &Expr| expr.any(|expr| expr.kind == ExprKind::Context(Context::RunFailures));
    block.yields.iter().any(asks)
        || block
            .tasks
            .iter()
            .filter_map(|id| pipeline.task(*id))
            .any(|task| {
                let own = match &task.kind {
                    TaskKind::Call(call) => {
                        let mut with = call.with.clone();
                        call.arguments.iter().any(|(_, value)| asks(value))
                            || with.exprs_mut().iter().any(|(_, value)| asks(value))
                    }
                    TaskKind::If(block) => block.arms.iter().any(|arm| asks(&arm.condition)),
                    TaskKind::For(block) => block.items.exprs().into_iter().any(asks),
                    TaskKind::Repeat(block) => asks(&block.until),
                };
                let inside = || {
                    let blocks = task.kind.blocks();
                    blocks
                        .iter()
                        .any(|block| asks_for_failures(pipeline, *block))
                };
                own || inside()
            })
}
