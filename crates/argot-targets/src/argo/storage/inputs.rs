//! The inputs that graphs get for folders, keys and the numbers of turns.

use std::sync::Arc;

use argot_compiler::{
    Dag, DagKind, Expr, ExprKind, Field, Hook, InputId, Items, OutputId, PlanTask, Port, Step,
    Target, Type,
};

use super::{Storage, stored};

/// The fields of a numbered item.
pub(in crate::argo) const INDEX: &str = "index";
pub(in crate::argo) const ITEM: &str = "item";

/// What an input of a lowered step or graph provides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// What it provided before.
    Old(InputId),
    /// What tells a turn from the others.
    Turn,
    /// The key of an output.
    Key(OutputId),
    /// The key of the folder of a graph.
    Folder,
}

/// The inputs of a lowered step or graph.
#[derive(Debug, Clone, Default)]
pub(super) struct Inputs {
    /// What each provides.
    pub(super) sources: Vec<Source>,
    /// In the turns of a loop that are told apart, the way they are.
    pub(super) turn: Option<Turn>,
}

/// How the turns of a loop are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// By the number that is the item.
    Number,
    /// By the item's name in its list of artifacts, which comes through another input than the item.
    Name,
    /// By the index of the item. One input provides both.
    Index,
}

impl Inputs {
    pub(super) fn of_step(step: &Step) -> Self {
        let old = (0..step.inputs.len()).map(InputId::new).map(Source::Old);
        Self {
            sources: old.chain(stored(step).map(Source::Key)).collect(),
            turn: None,
        }
    }

    /// Returns the input that provides something.
    pub(super) fn find(&self, source: Source) -> Option<InputId> {
        let at = self.sources.iter().position(|other| *other == source)?;
        Some(InputId::new(at))
    }

    /// Returns the input that provides the folder.
    pub(super) fn folder(&self) -> Option<InputId> {
        self.find(Source::Folder)
    }

    /// Moves the arguments of a hook that runs the graph to their inputs, and adds the key of its folder.
    pub(super) fn move_hook(&self, hook: &mut Hook, folder: impl FnOnce() -> Expr) {
        for (id, _) in &mut hook.arguments {
            *id = self.find(Source::Old(*id)).unwrap_or(*id);
        }
        if let Some(id) = self.folder() {
            hook.arguments.push((id, folder()));
            hook.arguments.sort_by_key(|(id, _)| *id);
        }
    }
}

/// The inputs that a graph needs, in the order in which its tasks use them.
struct Needs {
    /// How many of the inputs that it has are before the next one.
    at: usize,
    found: Vec<(usize, Source)>,
}

impl Needs {
    fn see(&mut self, expr: &Expr) {
        expr.walk(&mut |expr| {
            if let ExprKind::Input(id) = expr.kind {
                self.at = self.at.max(id.index() + 1);
            }
        });
    }

    fn need(&mut self, source: Source) {
        if !self.found.iter().any(|(_, other)| *other == source) {
            self.found.push((self.at, source));
        }
    }
}

impl Storage<'_> {
    /// Returns the inputs of a graph, whose callees have been lowered.
    pub(super) fn inputs(&self, id: usize, dag: &Dag) -> Inputs {
        let mut needs = self.needs(id, dag);
        // The folder of the run is known.
        if id == 0 {
            needs.found.retain(|(_, source)| *source != Source::Folder);
        }
        let mut sources = Vec::new();
        for at in 0..=dag.inputs.len() {
            let here = needs.found.iter().filter(|(place, _)| *place == at);
            sources.extend(here.map(|(_, source)| *source));
            if at < dag.inputs.len() {
                sources.push(Source::Old(InputId::new(at)));
            }
        }
        let mut inputs = Inputs {
            sources,
            turn: None,
        };
        if dag.kind == DagKind::Turn
            && !needs.found.is_empty()
            && let Some(task) = self.caller(id)
            && let Some(each) = &task.each
        {
            let turn = match each {
                Items::Range(..) => Turn::Number,
                Items::List(list) if list.ty.is_artifact_list() => Turn::Name,
                Items::List(_) => Turn::Index,
            };
            let item = match turn {
                Turn::Name => None,
                Turn::Number | Turn::Index => item(task),
            };
            let first = item.map_or(Source::Turn, Source::Old);
            inputs.sources.retain(|source| *source != first);
            inputs.sources.insert(0, first);
            inputs.turn = Some(turn);
        }
        inputs
    }

    /// Returns the inputs that a graph needs. Each is where a value of the surroundings would be that is first used
    /// at the same place.
    fn needs(&self, id: usize, dag: &Dag) -> Needs {
        let at = match dag.kind {
            DagKind::Pipeline => dag.inputs.len(),
            // The number of the turn is first.
            DagKind::Repeat => 1,
            _ => 0,
        };
        let mut needs = Needs {
            at,
            found: Vec::new(),
        };
        let gathered = self.gathered.get(id).into_iter().flatten();
        match dag.kind {
            DagKind::Pipeline | DagKind::Turn | DagKind::Arm | DagKind::Body => {
                gathered.for_each(|output| needs.need(Source::Key(OutputId::new(*output))));
            }
            DagKind::For
                if dag
                    .outputs
                    .iter()
                    .any(|(output, _)| output.ty.is_artifact_list()) =>
            {
                needs.need(Source::Folder);
            }
            _ => {}
        }
        for (index, task) in dag.graph.node_weights().enumerate() {
            if task.target == Target::Dag(argot_compiler::DagId::new(id)) {
                continue;
            }
            task.condition.iter().for_each(|expr| needs.see(expr));
            let items = task.each.iter().flat_map(Items::exprs);
            items.for_each(|expr| needs.see(expr));
            let Some(callee) = self.inputs_of(task.target) else {
                continue;
            };
            let key = |output: OutputId| match self.owner(id, dag, index, output) {
                Some(output) => Source::Key(output),
                None => Source::Folder,
            };
            if matches!(dag.kind, DagKind::If | DagKind::Repeat) {
                for source in &callee.sources {
                    if let Source::Key(output) = *source {
                        needs.need(key(output));
                    }
                }
            }
            for source in &callee.sources {
                match *source {
                    Source::Old(input) => {
                        let given = task.arguments.iter().find(|(id, _)| *id == input);
                        given.iter().for_each(|(_, expr)| needs.see(expr));
                    }
                    Source::Key(output) => needs.need(key(output)),
                    Source::Folder => needs.need(Source::Folder),
                    Source::Turn => {}
                }
            }
            let hook = task.on_exit.as_ref();
            let handlers = hook.and_then(|hook| self.dags.get(hook.dag.index()));
            if handlers.is_some_and(|handlers| handlers.folder().is_some()) {
                needs.need(Source::Folder);
            }
        }
        needs
    }

    /// Returns the output of a graph that a task makes, if a loop gathers it.
    pub(super) fn owner(
        &self,
        id: usize,
        dag: &Dag,
        task: usize,
        output: OutputId,
    ) -> Option<OutputId> {
        let is_made = |expr: &Expr| {
            matches!(expr.kind, ExprKind::TaskOutput { task: other, output: of }
                if other.index() == task && of == output)
        };
        let mut gathered = self.gathered.get(id)?.iter();
        let found = gathered.find(|output| {
            let value = dag.outputs.get(**output).map(|(_, value)| value);
            value.is_some_and(|value| value.any(is_made))
        })?;
        Some(OutputId::new(*found))
    }

    /// Returns the task that runs the graph of a block.
    pub(super) fn caller(&self, id: usize) -> Option<&PlanTask> {
        let (dag, at) = self.callers.get(id).copied()??;
        self.plan.dags.get(dag)?.graph.node_weight(at)
    }

    /// Returns the ports of a lowered graph.
    pub(super) fn ports(&self, id: usize, dag: &Dag, inputs: &Inputs) -> Vec<Port> {
        let span = dag.span;
        let caller = self.caller(id);
        let name_of_turn = caller.map_or("", |task| task.name.as_str());
        let mut ports: Vec<Port> = Vec::with_capacity(inputs.sources.len());
        for (at, source) in inputs.sources.iter().enumerate() {
            let added = |name: &str, ty| Port::generated(&ports, name, ty, span);
            let mut port = match source {
                Source::Old(id) => match dag.inputs.get(id.index()) {
                    Some(port) => Port {
                        name: added(&port.name, Type::Error).name,
                        ..port.clone()
                    },
                    None => continue,
                },
                Source::Turn => match inputs.turn {
                    Some(Turn::Name) => added(&format!("{name_of_turn}_name"), Type::String),
                    _ => added(name_of_turn, Type::Int),
                },
                Source::Folder => added("folder", Type::String),
                Source::Key(output) => {
                    let name = format!("{}_key", self.name_of_key(id, dag, *output));
                    added(&name, Type::String)
                }
            };
            if let (0, Some(Turn::Index), Some(task)) = (at, inputs.turn, caller) {
                port.ty = numbered(task);
            }
            ports.push(port);
        }
        ports
    }

    /// Returns the name of an output that is gathered: that of its block in the graph around it.
    fn name_of_key(&self, id: usize, dag: &Dag, output: OutputId) -> String {
        let name = dag
            .outputs
            .get(output.index())
            .map_or("output", |(output, _)| output.name.as_str());
        let around = self.callers.get(id).copied().flatten();
        let kind_around = around.and_then(|(around, _)| Some(self.plan.dags.get(around)?.kind));
        let block = match (dag.kind, kind_around, around) {
            (DagKind::Pipeline, _, _) => return name.to_owned(),
            // The task of the graph around it is the block.
            (
                DagKind::Turn | DagKind::Arm | DagKind::Body,
                Some(DagKind::For | DagKind::If | DagKind::Repeat),
                Some((around, _)),
            ) => around,
            _ => id,
        };
        let outputs = match dag.kind {
            // The last one is its status.
            DagKind::Attempt => dag.outputs.len() - 1,
            _ => dag.outputs.len(),
        };
        let block = self.caller(block).map_or("", |task| task.name.as_str());
        match outputs {
            1 => block.to_owned(),
            _ => format!("{block}_{name}"),
        }
    }
}

/// Returns the input that the item of a looped task goes to as it is.
fn item(task: &PlanTask) -> Option<InputId> {
    let mut arguments = task.arguments.iter();
    let found = arguments.find(|(_, expr)| matches!(expr.kind, ExprKind::Item(_)))?;
    Some(found.0)
}

/// Whether the items of a looped task are records of the items in its list and their indexes.
pub(in crate::argo) fn is_numbered(task: &PlanTask) -> bool {
    let numbered = numbered(task);
    let mut arguments = task.arguments.iter();
    arguments.any(|(_, expr)| matches!(expr.kind, ExprKind::Item(_)) && expr.ty == numbered)
}

/// Returns the type of the numbered items of a looped task.
pub(super) fn numbered(task: &PlanTask) -> Type {
    let list = task.each.iter().flat_map(Items::exprs).next();
    let item = match list.map(|list| list.ty.required()) {
        Some(Type::List(element)) => element.as_ref().clone(),
        _ => Type::Error,
    };
    let field = |name: &str, ty: Type| Field {
        name: name.to_owned(),
        ty,
        default: None,
    };
    Type::Record(Arc::new([field(INDEX, Type::Int), field(ITEM, item)]))
}
