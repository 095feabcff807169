//! `if`: one task for each arm, of which at most one runs.

use super::{calls, choose, node, null, only_call};
use crate::plan::{
    DagKind, Task,
    build::Builder,
    capture::{CaptureScope, Planned},
    scope::DagScope,
    simplify::simplify,
};
use crate::{
    BinaryOperator, BlockId, Expr, ExprKind, If, Output, OutputId, PipelineAttributes, TaskId,
    Type, Value, diagnostics,
};
use argot_syntax::Span;

impl<'a> Builder<'a> {
    pub(super) fn if_block(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a If,
    ) {
        let arms = self.arms(scope, block);
        if block.outputs.is_empty() {
            // Where there are too many arms, there is no value to be missed.
            let _ = self.choose(capture, scope, (id, task), &arms);
            capture.tasks.insert(id, Planned::Values(Vec::new()));
            return;
        }
        // Where it is known which arm runs, there is nothing to choose.
        match arms.as_slice() {
            [] => {
                let values = block.outputs.iter().map(|_| null(task.span)).collect();
                capture.tasks.insert(id, Planned::Values(values));
                return;
            }
            [(None, only)] => {
                let values = match capture.pipeline.block(*only) {
                    Some(only) => {
                        self.pass_on(capture, (id, task), only);
                        self.tasks(capture, scope, only);
                        self.values(capture, scope, only)
                    }
                    None => Vec::new(),
                };
                capture.tasks.insert(id, Planned::Values(values));
                return;
            }
            // Where nothing runs, the choice is a value of the graph itself.
            several if !several.iter().any(|(_, arm)| calls(capture.pipeline, *arm)) => {
                let chosen = self.choose(capture, scope, (id, task), &arms);
                let mut values = match chosen {
                    Some(chosen) => chosen_values(block, &chosen, task.span),
                    None => wrong_values(block, task.span),
                };
                if values.iter().any(Expr::is_huge) {
                    self.diagnostics
                        .push(diagnostics::huge_value(&task.name, task.span));
                    values = wrong_values(block, task.span);
                }
                capture.tasks.insert(id, Planned::Values(values));
                return;
            }
            _ => {}
        }
        let mut inner = self.capture_scope(capture, &task.name);
        let chosen = self.choose(&mut inner, scope, (id, task), &arms);
        let values = match chosen {
            Some(chosen) => chosen_values(block, &chosen, task.span),
            None => wrong_values(block, task.span),
        };
        let outputs = block.outputs.iter().cloned().zip(values).collect();
        let found = self.finish(
            inner,
            DagKind::If,
            outputs,
            PipelineAttributes::default(),
            task.span,
        );
        self.add_block(capture, (id, task), &task.name, found);
    }

    /// The arms that may run, as far as it is known before the run.
    fn arms(&mut self, scope: &DagScope<'_>, block: &'a If) -> Vec<(Option<Expr>, BlockId)> {
        let mut found = Vec::new();
        for arm in &block.arms {
            let mut condition = arm.condition.clone();
            simplify(&mut condition, &scope.presence, self.diagnostics);
            match condition.value() {
                Some(Value::Bool(false)) => {}
                Some(Value::Bool(true)) => {
                    found.push((None, arm.block));
                    return found;
                }
                _ => found.push((Some(condition), arm.block)),
            }
        }
        found.extend(block.otherwise.map(|block| (None, block)));
        found
    }

    /// Adds a task for each arm, of which the first runs whose condition holds. Gives each condition, and
    /// what the arm yields; `None` where there are too many arms, which is reported.
    fn choose(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        of: (TaskId, &'a crate::Task),
        arms: &[(Option<Expr>, BlockId)],
    ) -> Option<Vec<(Option<Expr>, Vec<Expr>)>> {
        let mut before: Option<Expr> = None;
        let mut found = Vec::new();
        for (at, (condition, block)) in arms.iter().enumerate() {
            let condition = condition
                .as_ref()
                .map(|condition| self.value(capture, scope, condition));
            let alone = match (&before, &condition) {
                (None, condition) => condition.clone(),
                (Some(before), None) => Some(before.clone()),
                (Some(before), Some(condition)) => Some(Expr::binary(
                    BinaryOperator::And,
                    before.clone(),
                    condition.clone(),
                    Type::Bool,
                )),
            };
            if let Some(condition) = &condition {
                let not = Expr::not(condition.clone());
                before = Some(match before {
                    Some(before) => Expr::binary(BinaryOperator::And, before, not, Type::Bool),
                    None => not,
                });
            }
            if at > 0 && [&alone, &before].into_iter().flatten().any(Expr::is_huge) {
                let span = alone.map_or(of.1.span, |condition| condition.span);
                self.diagnostics
                    .push(diagnostics::too_many_arms(&of.1.name, at + 1, span));
                return None;
            }
            let name = match (&condition, at) {
                (None, 0) => "body".to_owned(),
                (_, 0) => "then".to_owned(),
                (None, _) => "otherwise".to_owned(),
                (_, 1) => "else-if".to_owned(),
                _ => format!("else-if-{at}"),
            };
            let values = self.arm(capture, scope, of, *block, alone, &name, DagKind::Arm);
            found.push((condition, values));
        }
        Some(found)
    }

    /// Adds the tasks of a block as one task, or as none where it has none. Gives what it yields.
    #[expect(clippy::too_many_arguments, reason = "what an arm is made of")]
    pub(super) fn arm(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        (of, task): (TaskId, &'a crate::Task),
        id: BlockId,
        condition: Option<Expr>,
        name: &str,
        kind: DagKind,
    ) -> Vec<Expr> {
        let Some(block) = capture.pipeline.block(id) else {
            return Vec::new();
        };
        if let Some(only) = only_call(capture.pipeline, block) {
            self.pass_on(capture, (of, task), block);
            self.task(capture, scope, only, condition);
            return self.values(capture, scope, block);
        }
        // Without a condition, nothing but the name would hold them together; nor where nothing runs.
        if condition.is_none() && kind == DagKind::Arm || !calls(capture.pipeline, id) {
            self.pass_on(capture, (of, task), block);
            self.tasks(capture, scope, block);
            return self.values(capture, scope, block);
        }
        // In a graph of its own, the block's name is the graph's.
        let label = match capture.is_of(&task.name) {
            true => name.to_owned(),
            false => format!("{}-{name}", task.name),
        };
        let mut inner = self.capture_scope(capture, &label);
        self.pass_on(&mut inner, (of, task), block);
        self.tasks(&mut inner, scope, block);
        let values = self.values(&mut inner, scope, block);
        let outputs: Vec<(Output, Expr)> = task
            .kind
            .outputs()
            .iter()
            .zip(values)
            .map(|(output, value)| {
                let output = Output {
                    ty: value.ty.clone(),
                    ..output.clone()
                };
                (output, value)
            })
            .collect();
        if inner.graph.node_count() == 0 && outputs.is_empty() {
            // Nothing of it runs with these parameters.
            return Vec::new();
        }
        let types: Vec<Type> = outputs
            .iter()
            .map(|(output, _)| output.ty.clone())
            .collect();
        let span = block.span;
        let found = self.finish(inner, kind, outputs, PipelineAttributes::default(), span);
        let (target, arguments, waits) = self.brought(capture, found);
        let node = Task {
            condition,
            ..node(&label, target, arguments, span)
        };
        let is_block = node.condition.is_none();
        let at = capture.add(node, &waits, is_block, self.diagnostics);
        types
            .into_iter()
            .enumerate()
            .map(|(index, ty)| {
                let kind = ExprKind::TaskOutput {
                    task: at,
                    output: OutputId::new(index),
                };
                Expr::new(kind, ty, span)
            })
            .collect()
    }
}

/// What stands for the outputs of an `if` that has been reported as wrong.
fn wrong_values(block: &If, span: Span) -> Vec<Expr> {
    block.outputs.iter().map(|_| Expr::error(span)).collect()
}

/// What an `if` gives for each output, of what its arms yield.
fn chosen_values(block: &If, chosen: &[(Option<Expr>, Vec<Expr>)], span: Span) -> Vec<Expr> {
    let value = |(at, output): (usize, &Output)| {
        let mut value: Option<Expr> = None;
        for (condition, values) in chosen.iter().rev() {
            let this = values.get(at).cloned().unwrap_or_else(|| null(span));
            value = Some(match condition {
                None => this,
                Some(condition) => choose(
                    condition.clone(),
                    this,
                    value.unwrap_or_else(|| null(span)),
                    output.ty.clone(),
                ),
            });
        }
        value.unwrap_or_else(|| null(span))
    };
    block.outputs.iter().enumerate().map(value).collect()
}
