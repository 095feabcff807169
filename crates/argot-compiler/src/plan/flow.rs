//! Tasks and blocks of a program as tasks and graphs of a plan.

use argot_syntax::Span;

use super::{
    DagKind, Target, Task,
    build::{Builder, Captured, DagScope},
    naming::Use,
    region::{Ending, FOLDER, ITEMS, Place, Region, list_field, list_of, path},
    simplify::simplify,
};
use crate::{
    ArtifactSource, BinaryOperator, Block, BlockId, Call, Callee, Context, Event, Expr, ExprKind,
    Field, For, Function, If, InputId, Items, Output, OutputId, Pipeline, PipelineAttributes,
    Repeat, Storage, TaskId, TaskKind, Type, UnaryOperator, Value, diagnostics as messages,
};

/// The input of a repeated graph that counts its turns.
const TURN: &str = "turn";
/// The fields of a numbered item.
const INDEX: &str = "index";
const ITEM: &str = "item";
/// The output of an attempt that says how its task has ended.
const STATUS: &str = "status";

impl<'a> Builder<'a> {
    /// Adds the tasks of a block to a graph.
    pub(super) fn tasks(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        block: &'a Block,
    ) {
        for id in &block.tasks {
            self.task(region, scope, *id, None);
        }
    }

    fn task(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        id: TaskId,
        condition: Option<Expr>,
    ) {
        let Some(task) = region.pipeline.task(id) else {
            return;
        };
        match &task.kind {
            TaskKind::Call(call) => self.call(region, scope, (id, task, call), condition),
            TaskKind::If(block) => self.if_block(region, scope, (id, task), block),
            TaskKind::For(block) => self.for_block(region, scope, (id, task), block),
            TaskKind::Repeat(block) => self.repeat(region, scope, (id, task), block),
        }
    }

    fn call(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        (id, task, call): (TaskId, &'a crate::Task, &'a Call),
        condition: Option<Expr>,
    ) {
        let found = self.callee((id, task, call), &region.collected, scope);
        let Some((target, mut arguments)) = found else {
            return;
        };
        for (_, argument) in &mut arguments {
            region.rewrite(argument, self.diagnostics);
        }
        let lists = self.places(region, (id, task), target, &mut arguments);
        if call.allow_failure {
            let (target, arguments, status) = self.attempt(region, task, target, arguments);
            let node = Task {
                condition,
                ..node(&task.name, target, arguments, task.span)
            };
            let at = region.add(node, &task.after, false, self.diagnostics);
            region.tasks.insert(id, Place::Attempt(at, status));
            if let Some((_, key)) = lists.first() {
                self.diagnostics
                    .push(messages::list_of_attempt(&task.name, key.span));
            }
            return;
        }
        let at = TaskId::new(region.graph.node_count());
        let node = Task {
            condition,
            on_exit: self.hook(target, &arguments, at),
            ..node(&task.name, target, arguments, task.span)
        };
        let at = region.add(node, &task.after, false, self.diagnostics);
        region.tasks.insert(id, Place::Task(at));
        for (output, key) in lists {
            region.lists.insert((at, output), key);
        }
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

    /// A graph around a task whose failure is not that of the graph around it.
    fn attempt(
        &mut self,
        region: &Region<'a>,
        task: &'a crate::Task,
        target: Target,
        arguments: Vec<(InputId, Expr)>,
    ) -> (Target, Vec<(InputId, Expr)>, OutputId) {
        let mut inner = self.region(region, &format!("{}-attempt", task.name));
        let mut outer = Vec::with_capacity(arguments.len());
        let mut passed = Vec::with_capacity(arguments.len());
        for (id, argument) in arguments {
            let Some(port) = self.inputs_of(target).get(id.index()) else {
                continue;
            };
            let (name, ty) = (port.name.clone(), port.ty.clone());
            let here = inner.input(&name, ty.clone(), argument.span);
            passed.push((id, Expr::new(ExprKind::Input(here), ty, argument.span)));
            outer.push((here, argument));
        }
        let only = TaskId::new(0);
        let node = Task {
            may_fail: true,
            on_exit: self.hook(target, &passed, only),
            ..node(&task.name, target, passed, task.span)
        };
        inner.add(node, &[], false, self.diagnostics);

        let span = task.span;
        let status = Expr::new(ExprKind::TaskStatus(only), Type::String, span);
        let succeeded = binary(
            BinaryOperator::Equal,
            status.clone(),
            Expr::text("Succeeded", span),
            Type::Bool,
        );
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
        let at = OutputId::new(outputs.len());
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
        (Target::Dag(found.dag), outer, at)
    }

    fn if_block(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a If,
    ) {
        let arms = self.arms(scope, block);
        if block.outputs.is_empty() {
            self.choose(region, scope, (id, task), &arms);
            region.tasks.insert(id, Place::Values(Vec::new()));
            return;
        }
        // Where it is known which arm runs, there is nothing to choose.
        match arms.as_slice() {
            [] => {
                let values = block.outputs.iter().map(|_| null(task.span)).collect();
                region.tasks.insert(id, Place::Values(values));
                return;
            }
            [(None, only)] => {
                let values = match region.pipeline.block(*only) {
                    Some(only) => {
                        self.pass_on(region, (id, task), only);
                        self.tasks(region, scope, only);
                        self.values(region, scope, only)
                    }
                    None => Vec::new(),
                };
                region.tasks.insert(id, Place::Values(values));
                return;
            }
            // Where nothing runs, the choice is a value of the graph itself.
            several if !several.iter().any(|(_, arm)| calls(region.pipeline, *arm)) => {
                let chosen = self.choose(region, scope, (id, task), &arms);
                let values = chosen_values(block, &chosen, task.span);
                region.tasks.insert(id, Place::Values(values));
                return;
            }
            _ => {}
        }
        let mut inner = self.region(region, &task.name);
        let chosen = self.choose(&mut inner, scope, (id, task), &arms);
        let values = chosen_values(block, &chosen, task.span);
        let outputs = block.outputs.iter().cloned().zip(values).collect();
        let found = self.finish(
            inner,
            DagKind::If,
            outputs,
            PipelineAttributes::default(),
            task.span,
        );
        self.add_block(region, (id, task), &task.name, found);
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
    /// what the arm yields.
    fn choose(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        of: (TaskId, &'a crate::Task),
        arms: &[(Option<Expr>, BlockId)],
    ) -> Vec<(Option<Expr>, Vec<Expr>)> {
        let mut before: Option<Expr> = None;
        let mut found = Vec::new();
        for (at, (condition, block)) in arms.iter().enumerate() {
            let condition = condition
                .as_ref()
                .map(|condition| self.value(region, scope, condition));
            let alone = match (&before, &condition) {
                (None, condition) => condition.clone(),
                (Some(before), None) => Some(before.clone()),
                (Some(before), Some(condition)) => Some(binary(
                    BinaryOperator::And,
                    before.clone(),
                    condition.clone(),
                    Type::Bool,
                )),
            };
            if let Some(condition) = &condition {
                let not = Expr::new(
                    ExprKind::Unary {
                        operator: UnaryOperator::Not,
                        operand: Box::new(condition.clone()),
                    },
                    Type::Bool,
                    condition.span,
                );
                before = Some(match before {
                    Some(before) => binary(BinaryOperator::And, before, not, Type::Bool),
                    None => not,
                });
            }
            let name = match (&condition, at) {
                (None, 0) => "body".to_owned(),
                (_, 0) => "then".to_owned(),
                (None, _) => "otherwise".to_owned(),
                (_, 1) => "else-if".to_owned(),
                _ => format!("else-if-{at}"),
            };
            let values = self.arm(region, scope, of, *block, alone, &name, DagKind::Arm);
            found.push((condition, values));
        }
        found
    }

    /// Adds the tasks of a block as one task, or as none where it has none. Gives what it yields.
    #[expect(clippy::too_many_arguments, reason = "what an arm is made of")]
    fn arm(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        (of, task): (TaskId, &'a crate::Task),
        id: BlockId,
        condition: Option<Expr>,
        name: &str,
        kind: DagKind,
    ) -> Vec<Expr> {
        let Some(block) = region.pipeline.block(id) else {
            return Vec::new();
        };
        let is_call = |id: &TaskId| {
            region
                .pipeline
                .task(*id)
                .is_some_and(|t| t.call().is_some())
        };
        match block.tasks.as_slice() {
            _ if !calls(region.pipeline, id) => {
                self.tasks(region, scope, block);
                return self.values(region, scope, block);
            }
            [only] if is_call(only) => {
                self.pass_on(region, (of, task), block);
                self.task(region, scope, *only, condition);
                return self.values(region, scope, block);
            }
            // Without a condition, nothing but the name would hold them together.
            _ if condition.is_none() && kind == DagKind::Arm => {
                self.pass_on(region, (of, task), block);
                self.tasks(region, scope, block);
                return self.values(region, scope, block);
            }
            _ => {}
        }
        // In a graph of its own, the block's name is the graph's.
        let label = match region.is_of(&task.name) {
            true => name.to_owned(),
            false => format!("{}-{name}", task.name),
        };
        let mut inner = self.region(region, &label);
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
        let (target, arguments, waits) = self.brought(region, found, Some(&label));
        let node = Task {
            condition,
            ..node(&label, target, arguments, span)
        };
        let is_block = node.condition.is_none();
        let at = region.add(node, &waits, is_block, self.diagnostics);
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

    /// Where an output of a block is collected, what the block yields for it is put there.
    fn pass_on(
        &mut self,
        region: &mut Region<'a>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a Block,
    ) {
        for (index, output) in task.kind.outputs().iter().enumerate() {
            let this = OutputId::new(index);
            if !region.collected.contains(&(id, this)) {
                continue;
            }
            let key = region.storage(Storage::Output(id, this), task.span, self.diagnostics);
            if let Some(value) = block.yields.get(index) {
                self.collect(region, Some(block), value, &output.name, key);
            }
        }
    }

    /// What a block yields, in the words of the graph that holds its tasks.
    fn values(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        block: &'a Block,
    ) -> Vec<Expr> {
        block
            .yields
            .iter()
            .map(|value| self.value(region, scope, value))
            .collect()
    }

    fn for_block(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a For,
    ) {
        let Some(body) = region.pipeline.block(block.block) else {
            return;
        };
        if block.outputs.is_empty() && block.parallel.is_none() {
            if let Some(node) = self.looped_call(region, scope, id, block, body) {
                let at = region.add(node, &task.after, false, self.diagnostics);
                region.tasks.insert(id, Place::Task(at));
                return;
            }
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
        let node = match self.looped_call(&mut inner, scope, id, block, body) {
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
        let attributes = PipelineAttributes {
            parallel: block.parallel.clone(),
            ..PipelineAttributes::default()
        };
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
            let mut inside = false;
            argument.walk(&mut |expr| inside |= expr.kind == ExprKind::Item(id));
            !inside || argument.kind == ExprKind::Item(id)
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
                    let ty = Type::Record(vec![
                        field(INDEX, Type::Int),
                        field(ITEM, block.item.clone()),
                    ]);
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
        let numbers = Type::List(Box::new(Type::Int));
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
    fn keeps(&self, pipeline: &'a Pipeline, block: BlockId) -> bool {
        let Some(block) = pipeline.block(block) else {
            return false;
        };
        block
            .yields
            .iter()
            .any(|value| value.ty.is_artifact() || value.ty.is_artifact_list())
            || block.tasks.iter().any(|id| {
                let Some(task) = pipeline.task(*id) else {
                    return false;
                };
                match &task.kind {
                    TaskKind::Call(call) => match call.callee {
                        Callee::Component(_) => self
                            .program
                            .outputs(call.callee)
                            .iter()
                            .any(|output| output.ty.is_artifact_list()),
                        Callee::Pipeline(id) => self
                            .program
                            .pipeline(id)
                            .is_some_and(|callee| self.keeps(callee, BlockId::BODY)),
                    },
                    kind => kind
                        .blocks()
                        .iter()
                        .any(|block| self.keeps(pipeline, *block)),
                }
            })
    }

    fn repeat(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        (id, task): (TaskId, &'a crate::Task),
        block: &'a Repeat,
    ) {
        let span = task.span;
        let mut inner = self.region(region, &task.name);
        let dag = inner.id;
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
        inner.tasks.insert(id, Place::Values(values.clone()));
        let until = self.value(&mut inner, scope, &block.until);
        let is_last = until.value() == Some(&Value::Bool(true)) || block.max <= 1;
        let int = |value| Expr::constant(Value::Int(value), Type::Int, span);
        let counted = Expr::new(ExprKind::Input(turn), Type::Int, span);
        let next = binary(BinaryOperator::Add, counted, int(1), Type::Int);
        let more = binary(
            BinaryOperator::Less,
            next.clone(),
            int(block.max),
            Type::Bool,
        );
        let again = match until.value() {
            Some(_) => more,
            None => {
                let not = Expr::new(
                    ExprKind::Unary {
                        operator: UnaryOperator::Not,
                        operand: Box::new(until),
                    },
                    Type::Bool,
                    block.until.span,
                );
                binary(BinaryOperator::And, not, more, Type::Bool)
            }
        };
        let mut results = values;
        if !is_last {
            let arguments: Vec<(InputId, Expr)> = inner
                .inputs
                .iter()
                .enumerate()
                .map(|(index, port)| {
                    let id = InputId::new(index);
                    let value = match id == turn {
                        true => next.clone(),
                        false => Expr::new(ExprKind::Input(id), port.ty.clone(), port.span),
                    };
                    (id, value)
                })
                .collect();
            let node = Task {
                condition: Some(again.clone()),
                ..node("again", Target::Dag(dag), arguments, span)
            };
            // It runs behind the turn, whether or not it asks for a value of it.
            let before: Vec<TaskId> = (0..inner.graph.node_count()).map(TaskId::new).collect();
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
        let outputs = block.outputs.iter().cloned().zip(results).collect();
        let found = self.finish(
            inner,
            DagKind::Repeat,
            outputs,
            PipelineAttributes::default(),
            span,
        );
        self.add_block(region, (id, task), &task.name, found);
    }

    /// The graph of a pipeline's handlers. `call` is one of the calls of the pipeline; none for the entry.
    pub(super) fn handlers(
        &mut self,
        pipeline: &'a Pipeline,
        scope: &DagScope<'_>,
        call: Option<Span>,
    ) -> Captured {
        let label = format!("{}-on-exit", pipeline.name);
        let mut region = self.labelled(pipeline, label);
        if let Some(call) = call {
            region.ending = Ending::OfCall(call);
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
                let mut condition = one_of(status, statuses, span);
                region.rewrite(&mut condition, self.diagnostics);
                condition
            });
            self.handler(&mut region, scope, handler, condition);
        }
        self.finish(
            region,
            DagKind::Handlers,
            Vec::new(),
            PipelineAttributes::default(),
            pipeline.span,
        )
    }

    fn handler(
        &mut self,
        region: &mut Region<'a>,
        scope: &DagScope<'_>,
        handler: &crate::Handler,
        condition: Option<Expr>,
    ) {
        let pipeline = region.pipeline;
        let Some(block) = pipeline.block(handler.block) else {
            return;
        };
        let is_call = |id: &TaskId| {
            region
                .pipeline
                .task(*id)
                .is_some_and(|t| t.call().is_some())
        };
        match (block.tasks.as_slice(), &condition) {
            ([only], _) if is_call(only) => {
                self.task(region, scope, *only, condition);
                return;
            }
            (_, None) if pipeline.handlers.len() == 1 => {
                self.tasks(region, scope, block);
                return;
            }
            _ => {}
        }
        let name = format!("on-{}", handler.event.name());
        let label = format!("{}-{name}", pipeline.name);
        let mut inner = self.labelled(pipeline, label);
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
        let (target, arguments, waits) = self.brought(region, found, Some(&name));
        let node = Task {
            condition,
            ..node(&name, target, arguments, handler.span)
        };
        region.add(node, &waits, false, self.diagnostics);
    }

    /// Adds a task that runs the graph of a block.
    fn add_block(
        &mut self,
        region: &mut Region<'a>,
        (id, task): (TaskId, &'a crate::Task),
        name: &str,
        found: Captured,
    ) {
        let (target, arguments, waits) = self.brought(region, found, Some(name));
        let node = node(name, target, arguments, task.span);
        let at = region.add(node, &waits, true, self.diagnostics);
        region.tasks.insert(id, Place::Task(at));
    }

    /// What comes to the inputs of a graph in the words of the graph around it, and what it waits for.
    fn brought(
        &mut self,
        region: &mut Region<'a>,
        found: Captured,
        name: Option<&str>,
    ) -> (Target, Vec<(InputId, Expr)>, Vec<TaskId>) {
        let arguments = found
            .inputs
            .into_iter()
            .map(|(mut value, id)| {
                let is_folder = value.kind == ExprKind::Storage(Storage::Folder);
                region.rewrite(&mut value, self.diagnostics);
                // Each graph has a folder in that of the graph around it; a turn makes its own.
                if let (true, Some(name)) = (is_folder, name) {
                    let span = value.span;
                    value = path(vec![value, Expr::text(name, span)], span);
                }
                (id, value)
            })
            .collect();
        (Target::Dag(found.dag), arguments, found.waits)
    }

    /// A graph for a block of another.
    fn region(&mut self, around: &Region<'a>, name: &str) -> Region<'a> {
        let label = format!("{}-{name}", around.label);
        let id = self.reserve(block_use(&label));
        let mut region = Region::new(id, label, self.program, around.pipeline);
        region.ending = around.ending;
        region.collected.clone_from(&around.collected);
        region
    }

    fn labelled(&mut self, pipeline: &'a Pipeline, label: String) -> Region<'a> {
        let id = self.reserve(block_use(&label));
        Region::new(id, label, self.program, pipeline)
    }
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

/// Whether a block calls anything, itself or in the blocks in it.
fn calls(pipeline: &Pipeline, block: BlockId) -> bool {
    let tasks = pipeline.block(block).map(|block| &block.tasks);
    tasks.into_iter().flatten().any(|id| {
        pipeline.task(*id).is_some_and(|task| match &task.kind {
            TaskKind::Call(_) => true,
            kind => kind.blocks().iter().any(|block| calls(pipeline, *block)),
        })
    })
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

fn node(name: &str, target: Target, arguments: Vec<(InputId, Expr)>, span: Span) -> Task {
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

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.to_owned(),
        ty,
        default: None,
    }
}

fn null(span: Span) -> Expr {
    Expr::constant(Value::Null, Type::Null, span)
}

fn binary(operator: BinaryOperator, left: Expr, right: Expr, ty: Type) -> Expr {
    let span = left.span;
    let kind = ExprKind::Binary {
        operator,
        left: Box::new(left),
        right: Box::new(right),
    };
    Expr::new(kind, ty, span)
}

fn choose(condition: Expr, then: Expr, otherwise: Expr, ty: Type) -> Expr {
    let span = then.span;
    let kind = ExprKind::Choose {
        condition: Box::new(condition),
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    };
    Expr::new(kind, ty, span)
}

/// Whether a status is one of some.
fn one_of(status: Expr, statuses: &[&str], span: Span) -> Expr {
    match statuses {
        [only] => binary(
            BinaryOperator::Equal,
            status,
            Expr::text(*only, span),
            Type::Bool,
        ),
        several => {
            let several = several
                .iter()
                .map(|status| Value::String((*status).to_owned()))
                .collect();
            let ty = Type::List(Box::new(Type::String));
            let list = Expr::constant(Value::List(several), ty, span);
            binary(BinaryOperator::In, status, list, Type::Bool)
        }
    }
}
