//! `repeat`: a graph that runs itself again.

use argot_syntax::Span;

use super::{choose, node};
use crate::plan::{
    DagKind, Target, Task,
    build::Builder,
    capture::{CaptureScope, Planned},
    scope::DagScope,
};
use crate::{
    BinaryOperator, Expr, ExprKind, InputId, OutputId, PipelineAttributes, PlanTaskId, Repeat,
    TaskId, Type, Value,
};

/// The input of a repeated graph that counts its turns.
const TURN: &str = "turn";

impl<'a> Builder<'a> {
    pub(super) fn repeat(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a Repeat,
    ) {
        let span = task.span;
        let mut inner = self.capture_scope(capture, &task.name);
        let turn = inner.input(TURN, Type::Int, span);
        if let Some(port) = inner.inputs.get_mut(turn.index()) {
            port.default = Some(Expr::constant(Value::Int(0), Type::Int, span));
        }
        let values = self.arm(
            &mut inner,
            scope,
            (id, task),
            block.block,
            None,
            "body",
            DagKind::Body,
        );
        inner.tasks.insert(id, Planned::Values(values.clone()));
        let until = self.value(&mut inner, scope, &block.until);
        let mut results = values;
        if until.value() != Some(&Value::Bool(true)) && block.max > 1 {
            self.next_turn(&mut inner, turn, (block, until), &mut results, span);
        }
        let outputs = block.outputs.iter().cloned().zip(results).collect();
        let found = self.finish(
            inner,
            DagKind::Repeat,
            outputs,
            PipelineAttributes::default(),
            span,
        );
        self.add_block(capture, (id, task), &task.name, found);
    }

    /// Adds the task that runs the graph again. What the turn yields is replaced by what the last turn yields.
    fn next_turn(
        &mut self,
        inner: &mut CaptureScope<'a>,
        turn: InputId,
        (block, until): (&Repeat, Expr),
        results: &mut [Expr],
        span: Span,
    ) {
        let int = |value| Expr::constant(Value::Int(value), Type::Int, span);
        let counted = Expr::new(ExprKind::Input(turn), Type::Int, span);
        let next = Expr::binary(BinaryOperator::Add, counted, int(1), Type::Int);
        let most = int(block.max);
        let more = Expr::binary(BinaryOperator::Less, next.clone(), most, Type::Bool);
        let again = match until.value() {
            Some(_) => more,
            None => Expr::binary(BinaryOperator::And, Expr::not(until), more, Type::Bool),
        };
        let inputs = inner.inputs.iter().enumerate();
        let arguments = inputs.map(|(index, port)| {
            let id = InputId::new(index);
            let value = match id == turn {
                true => next.clone(),
                false => Expr::new(ExprKind::Input(id), port.ty.clone(), port.span),
            };
            (id, value)
        });
        let node = Task {
            condition: Some(again.clone()),
            ..node("again", Target::Dag(inner.id), arguments.collect(), span)
        };
        // It runs after the turn, whether or not it uses a value of it.
        let before: Vec<PlanTaskId> = (0..inner.graph.node_count()).map(PlanTaskId::new).collect();
        let at = inner.add(node, &[], false, self.diagnostics);
        inner.follow(at, &before);
        for (index, (value, output)) in results.iter_mut().zip(&block.outputs).enumerate() {
            let kind = ExprKind::TaskOutput {
                task: at,
                output: OutputId::new(index),
            };
            let later = Expr::new(kind, output.ty.clone(), span);
            *value = choose(again.clone(), later, value.clone(), output.ty.clone());
        }
    }
}
