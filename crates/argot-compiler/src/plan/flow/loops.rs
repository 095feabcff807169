//! `for`: one looped task, whose turns are graphs or calls.

use super::node;
use crate::plan::{
    DagKind, Task,
    build::Builder,
    capture::{CaptureScope, Planned},
    scope::DagScope,
};
use crate::{
    Block, Expr, ExprKind, For, Items, Output, OutputId, PipelineAttribute, PipelineAttributes,
    TaskId, TaskValue, Type, Value,
};

impl<'a> Builder<'a> {
    pub(super) fn for_block(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a For,
    ) {
        let Some(body) = capture.pipeline.block(block.block) else {
            return;
        };
        if is_empty(&block.items) {
            // Nothing runs, and every list is empty.
            let values = block.outputs.iter().map(empty_list).collect();
            capture.tasks.insert(id, Planned::Values(values));
            return;
        }
        let needs_no_graph = block.outputs.is_empty() && block.parallel.is_none();
        if needs_no_graph && let Some(node) = self.looped_call(capture, scope, id, block, body) {
            let at = capture.add(node, &task.after, false, self.diagnostics);
            capture.tasks.insert(id, Planned::Task(at));
            return;
        }
        let mut inner = self.capture_scope(capture, &task.name);
        // What is no single call for the graph around is none for this one.
        let call = match needs_no_graph {
            true => None,
            false => self.looped_call(&mut inner, scope, id, block, body),
        };
        let node = match call {
            Some(node) => Some((node, Vec::new())),
            None => self.turns(&mut inner, scope, (id, task), block, body),
        };
        let Some((node, waits)) = node else {
            capture.tasks.insert(id, Planned::Values(Vec::new()));
            return;
        };
        let at = inner.add(node, &waits, false, self.diagnostics);
        let outputs = block.outputs.iter().enumerate().map(|(index, output)| {
            let kind = ExprKind::Gather {
                task: at,
                output: OutputId::new(index),
            };
            let value = Expr::new(kind, output.ty.clone(), output.span);
            (output.clone(), value)
        });
        let outputs = outputs.collect();
        let parallel = block.parallel.iter().cloned();
        let attributes = parallel.map(PipelineAttribute::Parallel).collect();
        let found = self.finish(inner, DagKind::For, outputs, attributes, task.span);
        self.add_block(capture, (id, task), &task.name, found);
    }

    /// The looped task of a body that is nothing but a call which takes the item as it is.
    fn looped_call(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        id: TaskId,
        block: &'a For,
        body: &'a Block,
    ) -> Option<Task> {
        let [only] = body.tasks.as_slice() else {
            return None;
        };
        let task = capture.pipeline.task(*only)?;
        let call = task.call()?;
        if call.allow_failure || !block.outputs.is_empty() || !task.after.is_empty() {
            return None;
        }
        let (target, mut arguments) = self.callee((*only, task, call), &capture.gathered, scope)?;
        let as_it_is = arguments.iter().all(|(_, argument)| {
            let is_item = |expr: &Expr| expr.kind == TaskValue::Item(id).into();
            is_item(argument) || !argument.any(is_item)
        });
        // The lists of each turn are its own, as is how it has ended.
        let differs = self.makes_lists(target)
            || self.hook(target, &arguments, capture.next_task()).is_some();
        if !as_it_is || differs {
            return None;
        }
        let items = self.items(capture, scope, id, block);
        for (_, argument) in &mut arguments {
            capture.rewrite(argument, self.diagnostics);
        }
        capture.looped = None;
        Some(Task {
            each: Some(items),
            ..node(&task.name, target, arguments, task.span)
        })
    }

    /// The looped task whose turns are graphs.
    fn turns(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a For,
        body: &'a Block,
    ) -> Option<(Task, Vec<TaskId>)> {
        let name = match block.variable.trim_matches('_') {
            "" => "turn",
            _ => &block.variable,
        };
        let span = task.span;
        let mut inner = self.capture_scope(capture, name);
        for (output, value) in block.outputs.iter().zip(&body.yields) {
            if output.ty.is_artifact_list() {
                self.gather(&mut inner, Some(body), value, &output.name);
            }
        }
        self.tasks(&mut inner, scope, body);
        if inner.graph.node_count() == 0 && block.outputs.is_empty() {
            // Nothing of it runs with these parameters.
            return None;
        }
        let values = self.values(&mut inner, scope, body);
        let outputs = block
            .outputs
            .iter()
            .zip(values)
            .map(|(output, value)| {
                let ty = match &output.ty {
                    Type::List(element) => element.as_ref().clone(),
                    other => other.clone(),
                };
                (
                    Output {
                        ty,
                        ..output.clone()
                    },
                    value,
                )
            })
            .collect();
        let found = self.finish(
            inner,
            DagKind::Turn,
            outputs,
            PipelineAttributes::default(),
            span,
        );
        let items = self.items(capture, scope, id, block);
        let (target, arguments, waits) = self.brought(capture, found);
        capture.looped = None;
        let node = Task {
            each: Some(items),
            ..node(name, target, arguments, span)
        };
        Some((node, waits))
    }

    /// What a loop runs over, in the words of the graph that holds its looped task. From here on the item
    /// stands for itself there.
    fn items(
        &mut self,
        capture: &mut CaptureScope<'a>,
        scope: &DagScope<'_>,
        id: TaskId,
        block: &'a For,
    ) -> Items {
        let mut items = block.items.clone();
        for expr in items.exprs_mut() {
            *expr = self.value(capture, scope, expr);
        }
        capture.looped = Some(id);
        items
    }
}

/// Whether it is known that a loop has no item.
fn is_empty(items: &Items) -> bool {
    match items {
        Items::List(list) => {
            matches!(list.value(), Some(Value::List(items)) if items.is_empty())
        }
        Items::Range(from, to) => {
            matches!((from.as_int(), to.as_int()), (Some(from), Some(to)) if to <= from)
        }
    }
}

/// What a loop without an item gives.
fn empty_list(output: &Output) -> Expr {
    Expr::constant(Value::List(Vec::new()), output.ty.clone(), output.span)
}
