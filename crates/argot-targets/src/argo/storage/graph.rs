//! A graph in terms of keys.

use argot_compiler::{
    Context, Dag, DagId, DagKind, Expr, ExprKind, Function, InputId, Items, OutputId, Parts,
    PlanTask, PlanTaskId, Target, Type, Value,
};
use petgraph::graph::NodeIndex;

use super::inputs::{INDEX, ITEM, Inputs, Source, Turn, numbered};
use super::{ON_EXIT, Storage, lists};

/// A graph that is being lowered.
struct Lowering<'a> {
    storage: &'a Storage<'a>,
    id: usize,
    dag: &'a Dag,
    inputs: &'a Inputs,
    /// The key of its folder, if it has one.
    folder: Expr,
    /// What tells the turn from the others.
    turn: Option<Expr>,
}

impl Storage<'_> {
    /// Returns a graph in terms of keys.
    pub(super) fn lower(&self, id: usize, dag: &Dag, inputs: &Inputs) -> Dag {
        let lowering = Lowering::of(self, id, dag, inputs);
        let mut lowered = dag.clone();
        lowered.inputs = self.ports(id, dag, inputs);
        for at in dag.graph.node_indices() {
            if let Some(task) = lowered.graph.node_weight_mut(at) {
                lowering.task(at.index(), task);
            }
        }
        for (output, value) in &mut lowered.outputs {
            match value.kind {
                ExprKind::Gather { task, .. } if output.ty.is_artifact_list() => {
                    let folder = lists::path(&lowering.folder, &output.name);
                    value.kind = lists::list(folder, lowering.names(task));
                }
                _ => lowering.rewrite(value, None),
            }
        }
        if dag.kind == DagKind::Turn {
            let gathered = self.gathered.get(id);
            let mut index = 0..;
            lowered.outputs.retain(|_| {
                let index = index.next().unwrap_or_default();
                gathered.is_none_or(|gathered| !gathered.contains(&index))
            });
        }
        lowered
    }
}

impl<'a> Lowering<'a> {
    fn of(storage: &'a Storage<'a>, id: usize, dag: &'a Dag, inputs: &'a Inputs) -> Self {
        let input = |id: InputId, ty: Type| Expr::new(ExprKind::Input(id), ty, dag.span);
        let first = InputId::new(0);
        let turn = inputs.turn.map(|turn| match turn {
            Turn::Number => input(first, Type::Int),
            Turn::Name => input(first, Type::String),
            Turn::Index => {
                let item = storage.caller(id).map_or(Type::Error, numbered);
                let index = ExprKind::Field {
                    base: Box::new(input(first, item)),
                    name: INDEX.to_owned(),
                };
                Expr::new(index, Type::Int, dag.span)
            }
        });
        let run = ExprKind::Context(Context::RunId);
        let folder = match inputs.folder() {
            Some(folder) => input(folder, Type::String),
            None => Expr::new(run, Type::String, dag.span),
        };
        let mut lowering = Self {
            storage,
            id,
            dag,
            inputs,
            folder: folder.clone(),
            turn,
        };
        lowering.folder = lowering.of_turn(folder);
        lowering
    }

    /// Returns the key of what the turn stores, if this is one.
    fn of_turn(&self, key: Expr) -> Expr {
        match &self.turn {
            Some(turn) => lists::join(&key, turn.clone()),
            None => key,
        }
    }

    fn target(&self, task: PlanTaskId) -> Option<&PlanTask> {
        self.dag.graph.node_weight(NodeIndex::new(task.index()))
    }

    /// Returns the names of the turns of a task.
    fn names(&self, task: PlanTaskId) -> Expr {
        let each = self.target(task).and_then(|task| task.each.clone());
        match each {
            Some(mut each) => {
                for expr in each.exprs_mut() {
                    self.rewrite(expr, None);
                }
                lists::names_of_turns(&each)
            }
            None => Expr::error(self.dag.span),
        }
    }

    fn task(&self, index: usize, task: &mut PlanTask) {
        let own = Target::Dag(DagId::new(self.id));
        let callee = match task.target == own {
            true => Some(self.inputs),
            false => self.storage.inputs_of(task.target),
        };
        let Some(callee) = callee else { return };
        if let Some(condition) = &mut task.condition {
            self.rewrite(condition, None);
        }
        let item = numbered(task);
        let mut elements = None;
        if let Some(each) = &mut task.each {
            for expr in each.exprs_mut() {
                self.rewrite(expr, None);
            }
            if let Items::List(list) = each
                && list.ty.is_artifact_list()
            {
                let names = lists::items(list);
                elements = Some(std::mem::replace(list, names));
            }
        }
        let mut arguments = Vec::with_capacity(task.arguments.len());
        for (id, mut expr) in std::mem::take(&mut task.arguments) {
            if callee.turn == Some(Turn::Index) && matches!(expr.kind, ExprKind::Item(_)) {
                expr.ty = item.clone();
            }
            self.rewrite(&mut expr, elements.as_ref());
            arguments.extend(callee.find(Source::Old(id)).map(|id| (id, expr)));
        }
        for (at, source) in callee.sources.iter().enumerate() {
            let id = InputId::new(at);
            let value = match *source {
                Source::Old(_) => continue,
                // The next turn of a repetition stores in the same place.
                _ if task.target == own => Expr::new(ExprKind::Input(id), Type::String, task.span),
                Source::Turn => {
                    let ty = match callee.turn {
                        Some(Turn::Name) => Type::String,
                        Some(Turn::Number) => Type::Int,
                        _ => item.clone(),
                    };
                    let of = PlanTaskId::new(index);
                    Expr::new(ExprKind::Item(of), ty, task.span)
                }
                Source::Key(output) => self.key(index, task, output),
                // A turn makes a folder of its own.
                Source::Folder if task.each.is_some() => self.folder.clone(),
                Source::Folder => lists::path(&self.folder, &task.name),
            };
            arguments.push((id, value));
        }
        arguments.sort_by_key(|(id, _)| *id);
        task.arguments = arguments;
        self.hook(task, elements.as_ref());
    }

    fn hook(&self, task: &mut PlanTask, elements: Option<&Expr>) {
        let Some(hook) = &mut task.on_exit else {
            return;
        };
        let Some(callee) = self.storage.dags.get(hook.dag.index()) else {
            return;
        };
        for (_, expr) in &mut hook.arguments {
            self.rewrite(expr, elements);
        }
        let name = format!("{}-{ON_EXIT}", task.name);
        callee.move_hook(hook, || lists::path(&self.folder, &name));
    }

    /// Returns the key of an output of a task.
    fn key(&self, index: usize, task: &PlanTask, output: OutputId) -> Expr {
        if let Some(owner) = self.storage.owner(self.id, self.dag, index, output)
            && let Some(input) = self.inputs.find(Source::Key(owner))
        {
            let key = Expr::new(ExprKind::Input(input), Type::String, task.span);
            return self.of_turn(key);
        }
        if self.dag.kind == DagKind::For {
            let gathers = |value: &Expr| matches!(value.kind, ExprKind::Gather { output: other, .. } if other == output);
            let mut outputs = self.dag.outputs.iter();
            let name = outputs
                .find(|(_, value)| gathers(value))
                .map_or("output", |(output, _)| output.name.as_str());
            return lists::path(&self.folder, name);
        }
        let of = self.storage.plan.output(task.target, output.index());
        let name = of.map_or("output", |output| output.name.as_str());
        lists::path(&self.folder, &format!("{}/{name}", task.name))
    }

    /// Rewrites an expression of the graph. The items of a loop are elements of `elements`, if that is a list of
    /// artifacts.
    fn rewrite(&self, expr: &mut Expr, elements: Option<&Expr>) {
        expr.rewrite(&mut |expr| self.rewrite_one(expr, elements), &mut |expr| {
            if let ExprKind::Function {
                function: Function::Len,
                arguments,
            } = &mut expr.kind
            {
                for list in arguments
                    .iter_mut()
                    .filter(|list| list.ty.is_artifact_list())
                {
                    *list = lists::items(list);
                }
            }
        });
    }

    fn rewrite_one(&self, expr: &mut Expr, elements: Option<&Expr>) -> Parts {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Input(id) => {
                let old = Source::Old(*id);
                let Some(moved) = self.inputs.find(old) else {
                    return Parts::Skip;
                };
                let is_numbered = self.inputs.turn == Some(Turn::Index) && moved == InputId::new(0);
                expr.kind = ExprKind::Input(moved);
                if is_numbered {
                    let ty = self.storage.caller(self.id).map_or(Type::Error, numbered);
                    expr.kind = ExprKind::Field {
                        base: Box::new(Expr::new(ExprKind::Input(moved), ty, span)),
                        name: ITEM.to_owned(),
                    };
                }
            }
            ExprKind::Item(_) if expr.ty.is_artifact() => {
                if let Some(list) = elements {
                    let name = Expr::new(expr.kind.clone(), Type::String, span);
                    expr.kind = ExprKind::Index {
                        base: Box::new(list.clone()),
                        index: Box::new(name),
                    };
                }
            }
            ExprKind::TaskOutput { task: id, output } => {
                let Some(task) = self.target(*id) else {
                    return Parts::Skip;
                };
                let made = self.storage.plan.output(task.target, output.index());
                if matches!(task.target, Target::Step(_))
                    && made.is_some_and(|output| output.ty.is_artifact_list())
                {
                    let folder = self.key(id.index(), task, *output);
                    let names = Expr::new(expr.kind.clone(), lists::names(), span);
                    expr.kind = lists::list(folder, names);
                }
            }
            ExprKind::Gather { task, output } => {
                // The artifacts are no outputs of the turns any more.
                let gathered = self.target(*task).and_then(|task| match task.target {
                    Target::Dag(turn) => self.storage.gathered.get(turn.index()),
                    Target::Step(_) => None,
                });
                let before = gathered.map_or(0, |found| found.range(..output.index()).count());
                expr.kind = ExprKind::Gather {
                    task: *task,
                    output: OutputId::new(output.index() - before),
                };
            }
            ExprKind::Constant(Value::List(_)) if expr.ty.is_artifact_list() => {
                expr.kind = lists::empty(span);
            }
            _ => return Parts::Visit,
        }
        Parts::Skip
    }
}
