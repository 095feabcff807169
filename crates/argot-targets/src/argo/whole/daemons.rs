//! Daemons: Argo ends a daemon when the graph of its task ends. Until then its pod counts.

use argot_compiler::{Dag, DagId, DagKind, ExprKind, Items, Plan, Target};
use argot_syntax::{Diagnostics, Span};
use petgraph::graph::NodeIndex;
use petgraph::visit::{Dfs, Reversed};
use std::collections::{HashMap, HashSet};

use super::{count, diagnostics, noun, number};

pub(super) fn check(plan: &Plan, diagnostics: &mut Diagnostics) {
    for dag in &plan.dags {
        outlived(dag, diagnostics);
    }
    if plan
        .steps
        .iter()
        .any(|step| step.attributes.step.daemon() == Some(true))
    {
        let mut rooms = Rooms {
            plan,
            most: plan
                .attributes
                .parallel()
                .and_then(|expr| Some((number(expr)?, expr.span))),
            seen: HashMap::new(),
            reported: HashSet::new(),
            diagnostics,
        };
        rooms.walk(DagId::new(0), 0, 0);
    }
}

/// Reports addresses that leave the graph with their daemon.
fn outlived(dag: &Dag, diagnostics: &mut Diagnostics) {
    for (_, value) in &dag.outputs {
        let found = value.find(&mut |expr| match expr.kind {
            ExprKind::TaskIp(task) => Some((task, expr.span)),
            _ => None,
        });
        if let Some((task, span)) = found
            && let Some(daemon) = dag.graph.node_weight(NodeIndex::new(task.index()))
        {
            diagnostics.push(diagnostics::address_outlives(
                &daemon.name,
                daemon.span,
                noun(dag.kind),
                dag.kind == DagKind::Pipeline,
                span,
            ));
        }
    }
}

/// A task that starts daemons.
struct Daemon {
    node: NodeIndex,
    /// The number of daemons.
    pods: usize,
    /// The tasks that it waits for.
    before: HashSet<NodeIndex>,
    /// The tasks that wait for it.
    after: HashSet<NodeIndex>,
}

/// Checks whether daemons leave room for the tasks beside them.
struct Rooms<'a, 'b> {
    plan: &'a Plan,
    /// The most pods of the run that may run at the same time.
    most: Option<(usize, Span)>,
    /// The number of surrounding daemons that each graph was checked with.
    seen: HashMap<DagId, usize>,
    reported: HashSet<(argot_syntax::FileId, u32, u32)>,
    diagnostics: &'b mut Diagnostics,
}

impl Rooms<'_, '_> {
    /// Checks a graph, with the number of daemons that run around it, and the number in other turns once its own have
    /// started.
    fn walk(&mut self, id: DagId, around: usize, in_others: usize) {
        let all = around.saturating_add(in_others);
        if self.seen.get(&id).is_some_and(|before| *before >= all) {
            return;
        }
        self.seen.insert(id, all);
        let Some(dag) = self.plan.dags.get(id.index()) else {
            return;
        };
        // The entry's bound is that of the run.
        let own = match id.index() {
            0 => None,
            _ => dag
                .attributes
                .parallel()
                .and_then(|expr| Some((number(expr)?, expr.span))),
        };
        let daemons: Vec<Daemon> = dag
            .graph
            .node_indices()
            .filter_map(|node| {
                Some(Daemon {
                    node,
                    pods: self.daemons(dag, node)?,
                    before: reach(dag, node, true),
                    after: reach(dag, node, false),
                })
            })
            .collect();
        for node in dag.graph.node_indices() {
            let Some(task) = dag.graph.node_weight(node) else {
                continue;
            };
            let first = daemons.iter().find(|daemon| daemon.after.contains(&node));
            let waits = first.is_some();
            // Daemons that may start before the task. If the task waits for no daemon, it may start before all of them.
            let beside: usize = match waits {
                true => daemons
                    .iter()
                    .filter(|daemon| daemon.node != node && !daemon.before.contains(&node))
                    .map(|daemon| daemon.pods)
                    .sum(),
                false => 0,
            };
            let daemon = first.and_then(|daemon| dag.graph.node_weight(daemon.node));
            if let (Some((most, limit)), true) = (own, beside > 0)
                && beside >= most
                && self.reported.insert(task.span.key())
            {
                let daemon = daemon.map(|daemon| daemon.span);
                self.diagnostics.push(diagnostics::no_room(
                    &task.name, beside, most, false, limit, task.span, daemon,
                ));
            }
            let in_others = if waits { in_others } else { 0 };
            let here = around.saturating_add(beside).saturating_add(in_others);
            match task.target {
                Target::Step(_) => {
                    if let (Some((most, limit)), true) = (self.most, here > 0)
                        && here >= most
                        && self.reported.insert(task.span.key())
                    {
                        let daemon = daemon.map(|daemon| daemon.span);
                        self.diagnostics.push(diagnostics::no_room(
                            &task.name, here, most, true, limit, task.span, daemon,
                        ));
                    }
                }
                Target::Dag(inner) if inner != id => {
                    let others = self.of_other_turns(dag, task.each.as_ref(), inner);
                    self.walk(inner, here, others);
                }
                Target::Dag(_) => {}
            }
        }
    }

    /// Returns the number of pods that a task is certain to start for a daemon, or `None` if it is not a daemon.
    fn daemons(&self, dag: &Dag, node: NodeIndex) -> Option<usize> {
        let task = dag.graph.node_weight(node)?;
        let Target::Step(step) = task.target else {
            return None;
        };
        let step = self.plan.steps.get(step.index())?;
        let is_sure = step.attributes.step.daemon() == Some(true) && task.condition.is_none();
        is_sure.then(|| match &task.each {
            Some(items) => count(items).unwrap_or(0),
            None => 1,
        })
    }

    /// Returns the number of daemons that run in the other turns of a loop while one turn waits for its own.
    fn of_other_turns(&self, dag: &Dag, items: Option<&Items>, turn: DagId) -> usize {
        let Some(turns) = items.and_then(count) else {
            return 0;
        };
        let at_once = match dag.attributes.parallel() {
            Some(expr) => number(expr).unwrap_or(1).min(turns),
            None => turns,
        };
        let each: usize = self.plan.dags.get(turn.index()).map_or(0, |turn| {
            turn.graph
                .node_indices()
                .filter_map(|node| self.daemons(turn, node))
                .sum()
        });
        at_once.saturating_sub(1).saturating_mul(each)
    }
}

/// Returns the tasks that a task waits for, or those that wait for it.
fn reach(dag: &Dag, node: NodeIndex, before: bool) -> HashSet<NodeIndex> {
    let mut found = HashSet::new();
    match before {
        true => {
            let graph = Reversed(&dag.graph);
            let mut walk = Dfs::new(graph, node);
            while let Some(next) = walk.next(graph) {
                found.insert(next);
            }
        }
        false => {
            let mut walk = Dfs::new(&dag.graph, node);
            while let Some(next) = walk.next(&dag.graph) {
                found.insert(next);
            }
        }
    }
    found.remove(&node);
    found
}
