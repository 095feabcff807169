//! Splitting what is over a limit of Argo's: graphs with too many tasks into graphs of graphs, and objects
//! with too many or too large templates into several objects.
//!
//! | pass | module | what it does |
//! |---|---|---|
//! | bonds | `bonds` | which tasks must stay together |
//! | partition | [`argot_partition`] | which tasks become a part, and what that delays |
//! | parts | `parts` | makes the parts graphs, with inputs and outputs |
//! | objects | `objects` | which templates move to objects of their own |

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

pub(crate) use self::objects::objects;
use self::parts::Taken;
use super::diagnostics;
use super::limits::MOST_PARAMETERS;
use crate::pod::names::mapped;

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

/// A graph that is to be split.
struct Whole<'a> {
    plan: &'a Plan,
    index: usize,
    dag: &'a Dag,
    shape: Shape,
    ties: Ties,
    limit: usize,
    /// What it becomes with parts of at most `limit` tasks.
    children: Vec<Child>,
}

impl<'a> Whole<'a> {
    /// Finds parts of a graph, or says why there are none.
    fn of(plan: &'a Plan, index: usize, dag: &'a Dag, limit: usize) -> Result<Self, &'static str> {
        // What the others hold is found by its place, or belongs to a task that is there once.
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
        // For the run, Argo counts all pods; for a graph, only what stands in it directly.
        if index > 0 && dag.attributes.parallel.is_some() {
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
            "too many of its tasks are daemons or ask how others have ended, and must stay beside them",
        )?;
        Ok(whole)
    }

    /// What stands in the graph after the split, in parts of about `piece` tasks.
    fn pack(&self, piece: usize) -> Option<Vec<Child>> {
        let limits = Limits {
            width: self.limit,
            piece,
            depth: DEEPEST,
        };
        partition(&self.shape, &self.ties, limits)
    }

    /// The graphs that it becomes, itself first; smaller ones where they would have too many inputs.
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

    /// What the split delays.
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
