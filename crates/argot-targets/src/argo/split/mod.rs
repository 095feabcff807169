//! Splitting what is over a limit of Argo's: graphs with too many tasks into graphs of graphs, and objects
//! with too many or too large templates into several objects.
//!
//! | pass | module | what it does |
//! |---|---|---|
//! | order | `shape` | who waits for whom |
//! | bonds | `bonds` | which tasks must stay together |
//! | modules | `modules` | which tasks can become one without delay |
//! | packing | `pack`, `cuts` | deals tasks out to parts, and finds parts that delay least |
//! | parts | `parts` | makes the parts graphs, with inputs and outputs |
//! | delay | `waits` | which tasks wait longer than before |
//! | objects | `objects` | which templates move to objects of their own |

mod bonds;
mod cuts;
mod modules;
mod objects;
mod pack;
mod parts;
mod shape;
#[cfg(test)]
mod tests;
mod waits;

use std::collections::HashMap;

use argot_compiler::{Dag, DagKind, Plan, PlanTask};
use argot_syntax::Diagnostics;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

use self::bonds::Bonds;
use self::modules::Tree;
pub(crate) use self::objects::objects;
use self::pack::{Child, Packer};
use self::parts::Taken;
use self::shape::Shape;
use super::messages;
use super::names::mapped;

/// How deep parts may stand in parts. Argo runs templates in templates to a depth of 100.
const DEEPEST: usize = 32;

/// What became of the graphs of a plan.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// The plan, where a graph was split.
    pub(crate) plan: Option<Plan>,
    /// Why graphs over the limit were not split, by their names in the output.
    pub(crate) kept: HashMap<String, &'static str>,
}

/// Splits each graph of more than `limit` tasks, and reports what that delays.
pub(crate) fn graphs(plan: &Plan, limit: usize, diagnostics: &mut Diagnostics) -> Split {
    let mut split = Split::default();
    if plan.dags.iter().all(|dag| dag.graph.node_count() <= limit) {
        return split;
    }
    let mut taken = Taken::of(plan);
    let mut dags = Vec::with_capacity(plan.dags.len());
    let mut parts = Vec::new();
    let mut on_exit = plan.on_exit.clone();
    for (index, dag) in plan.dags.iter().enumerate() {
        let children = if dag.graph.node_count() <= limit {
            None
        } else {
            children(plan, index, dag, limit, diagnostics)
                .map_err(|reason| split.kept.insert(mapped(&dag.name), reason))
                .ok()
        };
        let Some(children) = children else {
            dags.push(dag.clone());
            continue;
        };
        let next = plan.dags.len() + parts.len();
        let hook = on_exit.as_mut().filter(|_| index == 0);
        let arguments = hook.map(|hook| &mut hook.arguments);
        let mut made =
            parts::rebuild(plan, dag, &children, next, &mut taken, arguments).into_iter();
        dags.extend(made.next());
        parts.extend(made);
    }
    if !parts.is_empty() {
        dags.append(&mut parts);
        split.plan = Some(Plan {
            name: plan.name.clone(),
            span: plan.span,
            description: plan.description.clone(),
            attributes: plan.attributes.clone(),
            parameters: plan.parameters.clone(),
            dags,
            steps: plan.steps.clone(),
            claims: plan.claims.clone(),
            on_exit,
        });
    }
    split
}

/// What stands in a graph of too many tasks after the split, or why it cannot be split.
fn children(
    plan: &Plan,
    index: usize,
    dag: &Dag,
    limit: usize,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Child>, &'static str> {
    // What the others hold is found by its place, or belongs to a task that is there once.
    match dag.kind {
        DagKind::Pipeline | DagKind::Arm | DagKind::Turn | DagKind::Body | DagKind::Handler => {}
        DagKind::If | DagKind::For | DagKind::Repeat | DagKind::Attempt | DagKind::Handlers => {
            return Err("its tasks are arms or handlers, which stand in one graph");
        }
        DagKind::Part => return Err("it is a part already"),
    }
    // For the run, Argo counts all pods; for a graph, only what stands in it directly.
    if index > 0 && dag.attributes.parallel.is_some() {
        return Err("`parallel` holds for the tasks of one graph");
    }
    let edges = dag.graph.edge_references();
    let edges = edges.map(|edge| (edge.source().index(), edge.target().index()));
    let shape = Shape::new(dag.graph.node_count(), edges)
        .ok_or("its tasks wait for each other")?
        .reduced();
    let bonds = Bonds::of(dag, &shape, &plan.steps, limit);
    let tree = Tree::of(&shape, &bonds.glued);
    let alone = bonds.alone(&tree);
    let mut children = Packer::new(tree, &shape, limit, alone).pack();
    if depth(&children) > DEEPEST {
        let tree = Tree::flat(&shape, &bonds.glued);
        let alone = bonds.alone(&tree);
        children = Packer::new(tree, &shape, limit, alone).pack();
    }
    if widest(&children) > limit {
        return Err(
            "too many of its tasks are daemons or ask how others have ended, and must stay beside them",
        );
    }
    let handlers = bonds.glued.iter().map(|&(_, handler)| handler);
    if let Some(delay) = waits::delay(&children, &shape, handlers) {
        let task = |index: usize| -> &str {
            let task: Option<&PlanTask> = dag.graph.node_weight(NodeIndex::new(index));
            task.map_or("", |task| task.name.as_str())
        };
        diagnostics.push(messages::split_delays(
            &dag.name,
            delay.tasks,
            task(delay.most),
            task(delay.other),
            dag.span,
        ));
    }
    Ok(children)
}

fn depth(children: &[Child]) -> usize {
    let below = children.iter().map(|child| match child {
        Child::Task(_) => 0,
        Child::Part(children) => 1 + depth(children),
    });
    below.max().unwrap_or_default()
}

fn widest(children: &[Child]) -> usize {
    let below = children.iter().map(|child| match child {
        Child::Task(_) => 0,
        Child::Part(children) => widest(children),
    });
    below.max().unwrap_or_default().max(children.len())
}
