//! `for`: one looped task, whose turns are graphs or calls.

use std::sync::Arc;

use super::node;
use crate::plan::{
    DagKind, Task,
    build::Builder,
    region::{FOLDER, ITEMS, Place, Region, list_field, list_of, path},
    scope::DagScope,
};
use crate::{
    ArtifactSource, Block, BlockId, Callee, Expr, ExprKind, Field, For, Function, Items, Output,
    OutputId, Pipeline, PipelineAttribute, PipelineAttributes, Storage, TaskId, TaskKind, Type,
    Value,
};

/// The fields of a numbered item.
const INDEX: &str = "index";
const ITEM: &str = "item";

impl<'a> Builder<'a> {
    pub(super) fn for_block(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a For,
    ) {
        let Some(body) = region.pipeline.block(block.block) else {
            return;
        };
        if is_empty(&block.items) {
            // Nothing runs, and every list is empty.
            let values = block.outputs.iter().map(empty_list).collect();
            region.tasks.insert(id, Place::Values(values));
            return;
        }
        let needs_no_graph = block.outputs.is_empty() && block.parallel.is_none();
        if needs_no_graph && let Some(node) = self.looped_call(region, scope, id, block, body) {
            let at = region.add(node, &task.after, false, self.diagnostics);
            region.tasks.insert(id, Place::Task(at));
            return;
        }
        let mut inner = self.region(region, &task.name);
        for (index, output) in block.outputs.iter().enumerate() {
            if output.ty.is_artifact_list() {
                let folder = inner.storage(Storage::Folder, output.span, self.diagnostics);
                let name = Expr::text(output.name.clone(), output.span);
                let key = path(vec![folder, name], output.span);
                inner.keys.insert((id, OutputId::new(index)), key);
            }
        }
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
            region.tasks.insert(id, Place::Values(Vec::new()));
            return;
        };
        let at = inner.add(node, &waits, false, self.diagnostics);
        let mut gathered = 0;
        let mut outputs = Vec::new();
        for (index, output) in block.outputs.iter().enumerate() {
            let this = OutputId::new(index);
            let kind = if output.ty.is_artifact_list() {
                let folder =
                    inner.storage(Storage::Output(id, this), output.span, self.diagnostics);
                list_of(folder, self.names(&mut inner, scope, &block.items))
            } else {
                gathered += 1;
                ExprKind::Gather {
                    task: at,
                    output: OutputId::new(gathered - 1),
                }
            };
            let value = Expr::new(kind, output.ty.clone(), output.span);
            outputs.push((output.clone(), value));
        }
        let parallel = block.parallel.iter().cloned();
        let attributes = parallel.map(PipelineAttribute::Parallel).collect();
        let found = self.finish(inner, DagKind::For, outputs, attributes, task.span);
        self.add_block(region, (id, task), &task.name, found);
    }

    /// The looped task of a body that is nothing but a call which takes the item as it is.
    fn looped_call(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        id: TaskId,
        block: &'a For,
        body: &'a Block,
    ) -> Option<Task> {
        let [only] = body.tasks.as_slice() else {
            return None;
        };
        let task = region.pipeline.task(*only)?;
        let call = task.call()?;
        if call.allow_failure || !block.outputs.is_empty() || !task.after.is_empty() {
            return None;
        }
        let (target, mut arguments) = self.callee((*only, task, call), &region.collected, scope)?;
        let as_it_is = arguments.iter().all(|(_, argument)| {
            let is_item = |expr: &Expr| expr.kind == ExprKind::Item(id);
            is_item(argument) || !argument.any(is_item)
        });
        let extra = self.extra_of(target);
        let keeps = extra.folder.is_some() || !extra.keys.is_empty();
        if !as_it_is || keeps || self.hook(target, &arguments, TaskId::new(0)).is_some() {
            return None;
        }
        let items = self.items(region, scope, id, block, false);
        for (_, argument) in &mut arguments {
            region.rewrite(argument, self.diagnostics);
        }
        region.looped = None;
        Some(Task {
            each: Some(items),
            ..node(&task.name, target, arguments, task.span)
        })
    }

    /// The looped task whose turns are graphs.
    fn turns(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a For,
        body: &'a Block,
    ) -> Option<(Task, Vec<TaskId>)> {
        let name = match block.variable.trim_matches('_') {
            "" => "turn",
            _ => &block.variable,
        };
        let keeps = self.keeps(region.pipeline, block.block);
        let span = task.span;
        let mut inner = self.region(region, name);
        // What tells the turns apart: the number of the item, the number that it is, or its name.
        let mut first = None;
        if keeps {
            let (name, ty, index, item) = match (&block.items, block.item.is_artifact()) {
                (Items::Range(..), _) => (name.to_owned(), Type::Int, None, Some(None)),
                (_, true) => (format!("{name}_name"), Type::String, None, None),
                (_, false) => {
                    let ty = Type::Record(Arc::new([
                        field(INDEX, Type::Int),
                        field(ITEM, block.item.clone()),
                    ]));
                    (name.to_owned(), ty, Some(INDEX), Some(Some(ITEM)))
                }
            };
            let port = inner.input(&name, ty.clone(), span);
            let whole = Expr::new(ExprKind::Input(port), ty.clone(), span);
            let part = |name: Option<&str>, ty: Type| match name {
                None => whole.clone(),
                Some(name) => {
                    let kind = ExprKind::Field {
                        base: Box::new(whole.clone()),
                        name: name.to_owned(),
                    };
                    Expr::new(kind, ty, span)
                }
            };
            inner.index = Some(part(index, Type::Int));
            inner.item = item.map(|item| (id, part(item, block.item.clone())));
            first = Some((port, Expr::new(ExprKind::Item(id), ty, span)));
        }
        for (index, output) in block.outputs.iter().enumerate() {
            if let (true, Some(value)) = (output.ty.is_artifact_list(), body.yields.get(index)) {
                let this = Storage::Output(id, OutputId::new(index));
                let folder = inner.storage(this, output.span, self.diagnostics);
                let number = inner.index.clone().into_iter();
                let key = path(std::iter::once(folder).chain(number).collect(), output.span);
                self.collect(&mut inner, Some(body), value, &output.name, key);
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
            .filter(|(output, _)| !output.ty.is_artifact_list())
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
        let items = self.items(region, scope, id, block, keeps);
        let (target, mut arguments, waits) = self.brought(region, found, None);
        region.looped = None;
        arguments.extend(first);
        arguments.sort_by_key(|(id, _)| *id);
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
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        id: TaskId,
        block: &'a For,
        numbered: bool,
    ) -> Items {
        let mut items = block.items.clone();
        for expr in items.exprs_mut() {
            *expr = self.value(region, scope, expr);
        }
        let mut artifact = None;
        let items = match items {
            Items::List(list) if block.item.is_artifact() => {
                let span = list.span;
                let name = Expr::new(ExprKind::Item(id), Type::String, span);
                let key = path(vec![list_field(list.clone(), FOLDER), name], span);
                let source = ExprKind::Artifact(Box::new(ArtifactSource::Stored(key)));
                artifact = Some(Expr::new(source, block.item.clone(), span));
                Items::List(list_field(list, ITEMS))
            }
            Items::List(list) if numbered => Items::Numbered(list),
            other => other,
        };
        region.looped = Some((id, artifact));
        items
    }

    /// The names under which the turns of a loop keep what they make.
    fn names(&mut self, region: &mut Region<'a>, scope: &DagScope<'_>, items: &Items) -> Expr {
        let mut items = items.clone();
        for expr in items.exprs_mut() {
            *expr = self.value(region, scope, expr);
        }
        let call = |function, arguments: Vec<Expr>, ty, span| {
            let kind = ExprKind::Function {
                function,
                arguments,
            };
            Expr::new(kind, ty, span)
        };
        let numbers = Type::List(Arc::new(Type::Int));
        match items {
            Items::Range(from, to) => {
                let span = from.span;
                call(Function::Range, vec![from, to], numbers, span)
            }
            Items::List(list) | Items::Numbered(list) => {
                let span = list.span;
                if list.ty.is_artifact_list() {
                    return list_field(list, ITEMS);
                }
                let count = call(Function::Len, vec![list], Type::Int, span);
                call(Function::Range, vec![count], numbers, span)
            }
        }
    }

    /// Whether what runs in a block keeps something in the run's storage under a key of its own.
    fn keeps(&mut self, pipeline: &'a Pipeline, block: BlockId) -> bool {
        let Some(block) = pipeline.block(block) else {
            return false;
        };
        let is_kept = |ty: &Type| ty.is_artifact() || ty.is_artifact_list();
        if block.yields.iter().any(|value| is_kept(&value.ty)) {
            return true;
        }
        block.tasks.iter().any(|id| {
            let Some(task) = pipeline.task(*id) else {
                return false;
            };
            match &task.kind {
                TaskKind::Call(call) => self.callee_keeps(call.callee),
                kind => kind
                    .blocks()
                    .iter()
                    .any(|block| self.keeps(pipeline, *block)),
            }
        })
    }

    fn callee_keeps(&mut self, callee: Callee) -> bool {
        let outputs = self.program.outputs(callee);
        let id = match callee {
            Callee::Component(_) => {
                return outputs.iter().any(|output| output.ty.is_artifact_list());
            }
            Callee::Pipeline(id) => id,
        };
        if let Some(known) = self.keeping.get(&id) {
            return *known;
        }
        let program = self.program;
        let found = program
            .pipeline(id)
            .is_some_and(|callee| self.keeps(callee, BlockId::BODY));
        self.keeping.insert(id, found);
        found
    }
}

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.to_owned(),
        ty,
        default: None,
    }
}

/// Whether it is known that a loop has no item.
fn is_empty(items: &Items) -> bool {
    match items {
        Items::List(list) | Items::Numbered(list) => {
            matches!(list.value(), Some(Value::List(items)) if items.is_empty())
        }
        Items::Range(from, to) => match (from.value(), to.value()) {
            (Some(Value::Int(from)), Some(Value::Int(to))) => to <= from,
            _ => false,
        },
    }
}

/// What a loop without an item gives.
fn empty_list(output: &Output) -> Expr {
    let span = output.span;
    let none = |ty| Expr::constant(Value::List(Vec::new()), ty, span);
    if output.ty.is_artifact_list() {
        let items = none(Type::List(Arc::new(Type::String)));
        let list = list_of(Expr::text("", span), items);
        return Expr::new(list, output.ty.clone(), span);
    }
    none(output.ty.clone())
}
