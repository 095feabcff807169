//! Limits on concurrency in the handlers of a run.
//!
//! Argo's controller, at least up to 4.1.2, exits if such a limit holds back a task of the exit handler: it looks up
//! the node of a task that does not have one yet (`workflow/controller/taskset.go`). The controller then stops for
//! everybody, and stops again after every restart. So a limit must never hold anything back in a handler.

use std::collections::HashMap;

use argot_compiler::{Dag, DagId, Plan, Target, Value};
use argot_syntax::{Diagnostics, Span};
use petgraph::graph::NodeIndex;

use super::diagnostics;

/// Reports limits that could hold back anything that runs at the end.
pub(crate) fn check(plan: &Plan, diagnostics: &mut Diagnostics) {
    let Some(hook) = &plan.on_exit else {
        return;
    };
    let mut seen = vec![false; plan.dags.len()];
    let mut open = vec![hook.dag];
    while let Some(id) = open.pop() {
        let Some(known @ false) = seen.get_mut(id.index()) else {
            continue;
        };
        *known = true;
        let Some(dag) = plan.dags.get(id.index()) else {
            continue;
        };
        if let Some(limit) = dag.attributes.parallel() {
            diagnostics.push(diagnostics::limit_in_handler(
                limit.span,
                hook_span(plan, hook.dag),
            ));
        }
        for task in dag.graph.node_weights() {
            if let Target::Dag(dag) = task.target {
                open.push(dag);
            }
            open.extend(task.on_exit.iter().map(|hook| hook.dag));
        }
    }
    let Some(limit) = plan.attributes.parallel() else {
        return;
    };
    let most = match limit.value() {
        Some(Value::Int(most)) => usize::try_from(*most).unwrap_or(usize::MAX),
        _ => return,
    };
    let mut widths = Widths {
        plan,
        known: HashMap::new(),
    };
    if widths.of(hook.dag) > most {
        diagnostics.push(diagnostics::handlers_over_limit(
            most,
            limit.span,
            hook_span(plan, hook.dag),
        ));
    }
}

fn hook_span(plan: &Plan, dag: DagId) -> Span {
    plan.dags
        .get(dag.index())
        .and_then(|dag| dag.graph.node_weights().last())
        .map_or(plan.span, |task| task.span)
}

/// The most steps of each graph that can run at the same time.
struct Widths<'a> {
    plan: &'a Plan,
    known: HashMap<DagId, usize>,
}

impl Widths<'_> {
    fn of(&mut self, id: DagId) -> usize {
        if let Some(width) = self.known.get(&id) {
            return *width;
        }
        // A repetition runs itself only after its turn has ended.
        self.known.insert(id, 0);
        let Some(dag) = self.plan.dags.get(id.index()) else {
            return 0;
        };
        let widths: Vec<usize> = dag
            .graph
            .node_weights()
            .map(|task| {
                let own = match task.target {
                    Target::Step(_) => 1,
                    Target::Dag(dag) => self.of(dag),
                };
                let end = task.on_exit.as_ref().map_or(0, |hook| self.of(hook.dag));
                match task.each {
                    Some(_) => usize::MAX,
                    None => own.max(end),
                }
            })
            .collect();
        let width = match is_row(dag) {
            true => widths.into_iter().max().unwrap_or(0),
            false => widths.into_iter().fold(0, usize::saturating_add),
        };
        self.known.insert(id, width);
        width
    }
}

/// Whether each task of a graph waits for the one before it.
fn is_row(dag: &Dag) -> bool {
    (1..dag.graph.node_count()).all(|at| {
        dag.graph
            .contains_edge(NodeIndex::new(at - 1), NodeIndex::new(at))
    })
}
