//! Splits output that is over one of Argo's limits: graphs with too many tasks into graphs of graphs, and objects with
//! too many or too large templates into several objects.
//!
//! | pass | module | purpose |
//! |---|---|---|
//! | bonds | `bonds` | finds tasks that must stay together |
//! | partition | [`argot_partition`] | chooses the tasks of each part, and finds the delays this causes |
//! | parts | `parts` | turns the parts into graphs, with inputs and outputs |
//! | objects | `objects` | moves templates to objects of their own |

mod bonds;
mod objects;
mod parts;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use argot_compiler::{Dag, DagKind, Hook, Plan, PlanTask};
use argot_partition::{Child, Limits, Shape, Ties, delay, partition};
use argot_syntax::{Diagnostic, Diagnostics};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

pub(crate) use self::objects::{Sizes, objects};
use self::parts::Taken;
use super::diagnostics;
use super::limits::MOST_PARAMETERS;
use crate::pod::names::mapped;

/// The most levels of nested parts. Argo nests templates to a depth of 100.
const DEEPEST: usize = 32;

/// The result of splitting the graphs of a plan.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// The plan, if a graph was split.
    pub(crate) plan: Option<Plan>,
    /// The reasons why graphs over the limit were not split, by their names in the output.
    pub(crate) kept: HashMap<String, &'static str>,
}

/// Splits each graph of more than `limit` tasks, and reports the delays this causes.
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
        if dag.graph.node_count() <= limit {
            dags.push(dag.clone());
            continue;
        }
        match Whole::of(plan, index, dag, limit) {
            Ok(whole) => {
                let next = plan.dags.len() + parts.len();
                let mut made = whole
                    .split(next, &mut taken, &mut on_exit, diagnostics)
                    .into_iter();
                dags.extend(made.next());
                parts.extend(made);
            }
            Err(reason) => {
                split.kept.insert(mapped(&dag.name), reason);
                dags.push(dag.clone());
            }
        }
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
            known: plan.known.clone(),
        });
    }
    split
}

/// A graph to be split.
struct Whole<'a> {
    plan: &'a Plan,
    index: usize,
    dag: &'a Dag,
    shape: Shape,
    ties: Ties,
    limit: usize,
    /// Its tasks and parts after the split, with at most `limit` tasks in each part.
    children: Vec<Child>,
}

impl<'a> Whole<'a> {
    /// Finds the parts of a graph, or the reason why there are none.
    fn of(plan: &'a Plan, index: usize, dag: &'a Dag, limit: usize) -> Result<Self, &'static str> {
        // Tasks in the other kinds of graph are found by position, or belong to a task that exists only once.
        match dag.kind {
            DagKind::Pipeline | DagKind::Arm | DagKind::Turn | DagKind::Body | DagKind::Handler => {
            }
            DagKind::If
            | DagKind::For
            | DagKind::Repeat
            | DagKind::Attempt
            | DagKind::Handlers
            | DagKind::Taken => {
                return Err("its tasks are arms or handlers, which are in one graph");
            }
            DagKind::Part => return Err("it is a part already"),
        }
        // For the run, Argo counts all pods; for a graph, only the tasks directly in it.
        if index > 0 && dag.attributes.parallel().is_some() {
            return Err("`parallel` holds for the tasks of one graph");
        }
        let edges = dag.graph.edge_references();
        let edges = edges.map(|edge| (edge.source().index(), edge.target().index()));
        let shape = Shape::new(dag.graph.node_count(), edges)
            .ok_or("its tasks wait for each other")?
            .reduced();
        let ties = bonds::ties(dag, &shape, &plan.steps, limit);
        let mut whole = Self {
            plan,
            index,
            dag,
            shape,
            ties,
            limit,
            children: Vec::new(),
        };
        whole.children = whole.pack(limit).ok_or(
            "too many of its tasks are daemons or ask how others have ended, and must stay in one graph with them",
        )?;
        Ok(whole)
    }

    /// Returns the tasks and parts of the graph after the split, in parts of about `piece` tasks.
    fn pack(&self, piece: usize) -> Option<Vec<Child>> {
        let limits = Limits {
            width: self.limit,
            piece,
            depth: DEEPEST,
        };
        partition(&self.shape, &self.ties, limits)
    }

    /// Returns the graphs that it becomes, itself first. Parts are smaller if they would have too many inputs.
    fn split(
        mut self,
        next: usize,
        taken: &mut Taken,
        on_exit: &mut Option<Hook>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Dag> {
        let mut piece = self.limit;
        loop {
            let mut names = taken.clone();
            let mut hook = on_exit.clone();
            let arguments = hook.as_mut().filter(|_| self.index == 0);
            let arguments = arguments.map(|hook| &mut hook.arguments);
            let dags = parts::rebuild(
                self.plan,
                self.dag,
                &self.children,
                next,
                &mut names,
                arguments,
            );
            let is_narrow = |dag: &Dag| {
                let parameters = dag.inputs.iter().filter(|port| !port.ty.is_artifact());
                parameters.count() <= MOST_PARAMETERS
            };
            piece /= 2;
            if piece > 1
                && !dags.iter().skip(1).all(is_narrow)
                && let Some(children) = self.pack(piece)
            {
                self.children = children;
                continue;
            }
            *taken = names;
            *on_exit = hook;
            diagnostics.extend(self.delay());
            return dags;
        }
    }

    /// Returns a report of the delays that the split causes.
    fn delay(&self) -> Option<Diagnostic> {
        let delay = delay(&self.children, &self.shape, &self.ties)?;
        let task = |index: usize| -> &str {
            let task: Option<&PlanTask> = self.dag.graph.node_weight(NodeIndex::new(index));
            task.map_or("", |task| task.name.as_str())
        };
        Some(diagnostics::split_delays(
            &self.dag.name,
            delay.tasks,
            task(delay.most),
            task(delay.other),
            self.dag.span,
        ))
    }
}
