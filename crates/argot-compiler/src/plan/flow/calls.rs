//! Calls: the tasks that run something.

use super::{choose, node, null};
use crate::plan::{
    DagKind, Target, Task,
    build::Builder,
    region::{Place, Region, path},
    scope::DagScope,
};
use crate::{
    Call, Expr, ExprKind, InputId, Output, OutputId, PipelineAttributes, Storage, TaskId, Type,
    diagnostics,
};

/// The output of an attempt that says how its task has ended.
const STATUS: &str = "status";

impl<'a> Builder<'a> {
    pub(super) fn call(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        (id, task, call): (TaskId, &'a crate::Task, &'a Call),
        condition: Option<Expr>,
    ) {
        let found = self.callee((id, task, call), &region.collected, scope);
        let Some((target, arguments)) = found else {
            return;
        };
        if call.allow_failure {
            self.attempt(region, (id, task), target, arguments, condition);
            return;
        }
        let (node, lists) = self.node(region, (id, task), target, arguments);
        let node = Task { condition, ..node };
        let at = region.add(node, &task.after, false, self.diagnostics);
        region.tasks.insert(id, Place::Task(at));
        for (output, key) in lists {
            region.lists.insert((at, output), key);
        }
    }

    /// The next task of a graph, with the folders of its lists of artifacts.
    fn node(
        &mut self,
        region: &mut Region<'a>,
        (id, task): (TaskId, &'a crate::Task),
        target: Target,
        mut arguments: Vec<(InputId, Expr)>,
    ) -> (Task, Vec<(OutputId, Expr)>) {
        for (_, argument) in &mut arguments {
            region.rewrite(argument, self.diagnostics);
        }
        let lists = self.places(region, (id, task), target, &mut arguments);
        let at = region.next_task();
        let node = Task {
            on_exit: self.hook(target, &arguments, at),
            ..node(&task.name, target, arguments, task.span)
        };
        (node, lists)
    }

    /// Says where a task puts what is kept in the run's storage. Gives the folders of its lists.
    fn places(
        &mut self,
        region: &mut Region<'a>,
        (id, task): (TaskId, &'a crate::Task),
        target: Target,
        arguments: &mut Vec<(InputId, Expr)>,
    ) -> Vec<(OutputId, Expr)> {
        let extra = self.extra_of(target);
        let span = task.span;
        let mut lists = Vec::new();
        let outputs = match extra.keys.is_empty() {
            true => Vec::new(),
            false => self.outputs_of(target),
        };
        for (output, input) in extra.keys {
            let key = if region.collected.contains(&(id, output)) {
                region.storage(Storage::Output(id, output), span, self.diagnostics)
            } else {
                let folder = region.storage(Storage::Folder, span, self.diagnostics);
                let name = outputs
                    .get(output.index())
                    .map_or("output", |output| output.name.as_str());
                let name = format!("{}/{name}", task.name);
                let key = path(vec![folder, Expr::text(name, span)], span);
                lists.push((output, key.clone()));
                key
            };
            arguments.push((input, key));
        }
        if let Some(input) = extra.folder {
            let folder = region.storage(Storage::Folder, span, self.diagnostics);
            let name = Expr::text(task.name.clone(), span);
            arguments.push((input, path(vec![folder, name], span)));
        }
        lists
    }

    /// Adds a graph around a task whose failure is not that of the graph around it. Its arguments are worked
    /// out inside, where they may fail as well.
    fn attempt(
        &mut self,
        region: &mut Region<'a>,
        (id, task): (TaskId, &'a crate::Task),
        target: Target,
        arguments: Vec<(InputId, Expr)>,
        condition: Option<Expr>,
    ) {
        let mut inner = self.region(region, &format!("{}-attempt", task.name));
        let (node, lists) = self.node(&mut inner, (id, task), target, arguments);
        if let Some((_, key)) = lists.first() {
            self.diagnostics
                .push(diagnostics::list_of_attempt(&task.name, key.span));
        }
        let node = Task {
            may_fail: true,
            ..node
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
        let (target, arguments, mut before) = self.brought(region, found, Some(&task.name));
        before.extend(&task.after);
        let node = Task {
            condition,
            ..super::node(&task.name, target, arguments, span)
        };
        let at = region.add(node, &before, false, self.diagnostics);
        region.tasks.insert(id, Place::Attempt(at, place));
    }
}
