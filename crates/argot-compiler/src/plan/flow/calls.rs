//! Calls: the tasks that run something.

use super::{choose, node, null};
use crate::plan::{
    DagKind, Target, Task,
    build::Builder,
    capture::{CaptureScope, Planned},
    scope::DagScope,
};
use crate::{
    Call, Expr, ExprKind, InputId, Output, OutputId, PipelineAttributes, TaskId, Type, diagnostics,
};

/// The output of an attempt that says how its task has ended.
const STATUS: &str = "status";

impl<'a> Builder<'a> {
    pub(super) fn call(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        (id, task, call): (TaskId, &'a crate::Task, &'a Call),
        condition: Option<Expr>,
    ) {
        let found = self.callee((id, task, call), &capture.gathered, scope);
        let Some((target, arguments)) = found else {
            return;
        };
        if call.allow_failure {
            self.attempt(capture, (id, task), target, arguments, condition);
            return;
        }
        let node = Task {
            condition,
            ..self.node(capture, task, target, arguments)
        };
        let at = capture.add(node, &task.after, false, self.diagnostics);
        capture.tasks.insert(id, Planned::Task(at));
    }

    /// The next task of a graph.
    fn node(
        &mut self,
        capture: &mut CaptureScope<'a>,
        task: &'a crate::Task,
        target: Target,
        mut arguments: Vec<(InputId, Expr)>,
    ) -> Task {
        for (_, argument) in &mut arguments {
            capture.rewrite(argument, self.diagnostics);
        }
        Task {
            on_exit: self.hook(target, &arguments, capture.next_task()),
            ..node(&task.name, target, arguments, task.span)
        }
    }

    /// Adds a graph around a task whose failure is not that of the graph around it. Its arguments are worked
    /// out inside, where they may fail as well.
    fn attempt(
        &mut self,
        capture: &mut CaptureScope<'a>,
        (id, task): (TaskId, &'a crate::Task),
        target: Target,
        arguments: Vec<(InputId, Expr)>,
        condition: Option<Expr>,
    ) {
        let mut inner = self.capture_scope(capture, &format!("{}-attempt", task.name));
        if matches!(target, Target::Step(_)) && self.makes_lists(target) {
            self.diagnostics
                .push(diagnostics::list_of_attempt(&task.name, task.span));
        }
        let node = Task {
            may_fail: true,
            ..self.node(&mut inner, task, target, arguments)
        };
        let only = inner.add(node, &[], false, self.diagnostics);

        let span = task.span;
        let status = Expr::new(ExprKind::TaskStatus(only), Type::String, span);
        let succeeded = Expr::is_one_of(status.clone(), &["Succeeded"]);
        let mut outputs: Vec<(Output, Expr)> = Vec::new();
        for (index, output) in self.outputs_of(target).into_iter().enumerate() {
            let value = Expr::new(
                ExprKind::TaskOutput {
                    task: only,
                    output: OutputId::new(index),
                },
                output.ty.clone(),
                span,
            );
            let ty = output.ty.clone().optional();
            let value = choose(succeeded.clone(), value, null(span), ty.clone());
            outputs.push((Output { ty, ..output }, value));
        }
        let mut name = STATUS.to_owned();
        while outputs.iter().any(|(output, _)| output.name == name) {
            name.push('_');
        }
        let place = OutputId::new(outputs.len());
        outputs.push((
            Output {
                name,
                doc: None,
                ty: Type::String,
                span,
            },
            status,
        ));
        let found = self.finish(
            inner,
            DagKind::Attempt,
            outputs,
            PipelineAttributes::default(),
            span,
        );
        let (target, arguments, mut before) = self.brought(capture, found);
        before.extend(&task.after);
        let node = Task {
            condition,
            ..super::node(&task.name, target, arguments, span)
        };
        let at = capture.add(node, &before, false, self.diagnostics);
        capture.tasks.insert(id, Planned::Attempt(at, place));
    }
}
