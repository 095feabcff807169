//! Lists of artifacts, which Argo does not have: from a plan that passes them on as values to one that passes on the
//! place where their elements are stored.
//!
//! The elements of a list are stored next to each other, each under a key of its own, and the list is a record of the
//! folder's key and the names of the elements. Each run has a folder, and in it each task whose graph makes lists.
//! Keys reach the steps through inputs that are added here: a graph that makes lists has one for its folder, and one
//! for each output that a loop around it gathers. The turns of a loop are told apart by their number or the name of
//! their item.
//!
//! | module | purpose |
//! |---|---|
//! | `inputs` | which inputs a graph gets, and where |
//! | `graph` | the tasks and outputs of a graph in terms of keys |
//! | `lists` | lists of artifacts as records |

mod graph;
mod inputs;
mod lists;

use std::collections::BTreeSet;
use std::sync::Arc;

use argot_compiler::{Context, DagKind, Expr, ExprKind, OutputId, Plan, Port, Step, Target, Type};
use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};

use inputs::Inputs;
pub(super) use inputs::{INDEX, ITEM, is_numbered};
pub(super) use lists::element;

/// The path of the handlers of a task or run in the folder of its graph.
const ON_EXIT: &str = "on-exit";

/// Returns a plan in which steps store the elements of lists under keys, or `None` if there are no lists.
pub(super) fn lower(plan: &Plan) -> Option<Plan> {
    if !has_lists(plan) {
        return None;
    }
    let mut lowered = plan.clone();
    for step in Arc::make_mut(&mut lowered.steps) {
        add_keys(step);
    }
    let mut storage = Storage::of(plan);
    for id in callees_first(plan)? {
        let dag = plan.dags.get(id)?;
        let inputs = storage.inputs(id, dag);
        let dag = storage.lower(id, dag, &inputs);
        *storage.dags.get_mut(id)? = inputs;
        *lowered.dags.get_mut(id)? = dag;
    }
    if let Some(hook) = &mut lowered.on_exit
        && let Some(callee) = storage.dags.get(hook.dag.index())
    {
        let run = Expr::new(ExprKind::Context(Context::RunId), Type::String, plan.span);
        callee.move_hook(hook, || lists::path(&run, ON_EXIT));
    }
    Some(lowered)
}

fn has_lists(plan: &Plan) -> bool {
    let is_list = |expr: &Expr| expr.any(|expr| expr.ty.is_artifact_list());
    plan.steps.iter().any(|step| stored(step).next().is_some())
        || plan.dags.iter().any(|dag| {
            let mut tasks = dag.graph.node_weights();
            tasks.any(|task| task.exprs().any(is_list))
                || dag.outputs.iter().any(|(_, value)| is_list(value))
        })
}

/// Returns the outputs of a step that are elements of a list, or lists.
pub(super) fn stored(step: &Step) -> impl Iterator<Item = OutputId> {
    let outputs = step.outputs.iter().enumerate();
    outputs.filter_map(|(index, output)| {
        let id = OutputId::new(index);
        (output.ty.is_artifact_list() || step.gathered.contains(&id)).then_some(id)
    })
}

/// Adds an input for each output that is stored.
fn add_keys(step: &mut Step) {
    let outputs: Vec<OutputId> = stored(step).collect();
    for id in outputs {
        if let Some(output) = step.outputs.get(id.index()) {
            let name = format!("{}_key", output.name);
            let port = Port::generated(&step.inputs, &name, Type::String, output.span);
            step.inputs.push(port);
        }
    }
}

/// Returns the input that provides the key of an output of a lowered step. These are the last inputs.
pub(super) fn key(step: &Step, output: usize) -> Option<&Port> {
    let outputs: Vec<OutputId> = stored(step).collect();
    let at = outputs.iter().position(|id| id.index() == output)?;
    step.inputs.get(step.inputs.len() - outputs.len() + at)
}

/// Returns the graphs, each after those that it runs.
fn callees_first(plan: &Plan) -> Option<Vec<usize>> {
    let mut calls: DiGraph<(), ()> = DiGraph::new();
    for _ in &plan.dags {
        calls.add_node(());
    }
    for (id, dag) in plan.dags.iter().enumerate() {
        for task in dag.graph.node_weights() {
            let hook = task.on_exit.as_ref().map(|hook| hook.dag);
            let callee = match task.target {
                Target::Dag(dag) => Some(dag),
                Target::Step(_) => None,
            };
            for callee in callee.into_iter().chain(hook) {
                // A repetition runs itself again.
                if callee.index() != id {
                    calls.add_edge(NodeIndex::new(callee.index()), NodeIndex::new(id), ());
                }
            }
        }
    }
    let order = toposort(&calls, None).ok()?;
    Some(order.into_iter().map(NodeIndex::index).collect())
}

/// What is known of all graphs.
struct Storage<'a> {
    plan: &'a Plan,
    /// The task that runs the graph of a block, with its graph.
    callers: Vec<Option<(usize, NodeIndex)>>,
    /// The outputs of each graph that a loop gathers as artifacts.
    gathered: Vec<BTreeSet<usize>>,
    /// The inputs of the graphs that have been lowered.
    dags: Vec<Inputs>,
    /// The inputs of the steps.
    steps: Vec<Inputs>,
}

impl<'a> Storage<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut callers = vec![None; plan.dags.len()];
        for (id, dag) in plan.dags.iter().enumerate() {
            for at in dag.graph.node_indices() {
                if let Some(Target::Dag(callee)) = dag.graph.node_weight(at).map(|task| task.target)
                    && callee.index() != id
                    && let Some(slot) = callers.get_mut(callee.index())
                {
                    *slot = Some((id, at));
                }
            }
        }
        Self {
            plan,
            callers,
            gathered: gathered(plan),
            dags: vec![Inputs::default(); plan.dags.len()],
            steps: plan.steps.iter().map(Inputs::of_step).collect(),
        }
    }

    /// Returns the inputs of the lowered step or graph that a task runs.
    fn inputs_of(&self, target: Target) -> Option<&Inputs> {
        match target {
            Target::Step(id) => self.steps.get(id.index()),
            Target::Dag(id) => self.dags.get(id.index()),
        }
    }
}

/// Returns the outputs of each graph that a loop gathers as artifacts: those of the turns, and what these consist of.
fn gathered(plan: &Plan) -> Vec<BTreeSet<usize>> {
    let mut found = vec![BTreeSet::new(); plan.dags.len()];
    let mut open = Vec::new();
    for dag in plan.dags.iter().filter(|dag| dag.kind == DagKind::For) {
        for (_, value) in dag
            .outputs
            .iter()
            .filter(|(output, _)| output.ty.is_artifact_list())
        {
            if let ExprKind::Gather { task, output } = value.kind
                && let Some(task) = dag.graph.node_weight(NodeIndex::new(task.index()))
            {
                open.push((task.target, output.index()));
            }
        }
    }
    while let Some((target, output)) = open.pop() {
        let Target::Dag(id) = target else { continue };
        let is_new = found
            .get_mut(id.index())
            .is_some_and(|found| found.insert(output));
        let Some(dag) = plan.dags.get(id.index()).filter(|_| is_new) else {
            continue;
        };
        if let Some((_, value)) = dag.outputs.get(output) {
            value.walk(&mut |expr| {
                if let ExprKind::TaskOutput { task, output } = expr.kind
                    && expr.ty.is_artifact()
                    && let Some(task) = dag.graph.node_weight(NodeIndex::new(task.index()))
                {
                    open.push((task.target, output.index()));
                }
            });
        }
    }
    found
}
