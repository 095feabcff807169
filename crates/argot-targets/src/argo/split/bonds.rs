//! Tasks of a graph that must stay in the same part.
//!
//! A graph that has failed has no outputs, and a graph that has ended ends its daemons. So a task that asks how
//! another one has ended must be in the same graph, and so must a daemon and everything that runs after it.

#![allow(
    clippy::indexing_slicing,
    reason = "every index is a task of the graph"
)]

use std::collections::BTreeSet;

use argot_compiler::{
    BinaryOperator, Dag, Edge, Expr, ExprKind, PlanTask, Step, Target, UnaryOperator, Value,
};
use argot_partition::{Shape, Ties};
use petgraph::visit::EdgeRef;

/// The most tasks that are tied to one.
const MOST_GLUED: usize = 8;

/// Returns the tasks that must stay together in a graph, whose order is `shape`.
pub(super) fn ties(dag: &Dag, shape: &Shape, steps: &[Step], limit: usize) -> Ties {
    let mut ties = Ties::default();
    let mut asks: Vec<Vec<usize>> = vec![Vec::new(); shape.len()];
    let mut gives = vec![false; shape.len()];
    let mut glued = vec![0; shape.len()];
    for edge in dag.graph.edge_references() {
        let (first, then) = (edge.source().index(), edge.target().index());
        match edge.weight() {
            Edge::Status => asks[then].push(first),
            Edge::Value => gives[first] = true,
            Edge::Order => {}
        }
    }
    for (index, task) in dag.graph.node_weights().enumerate() {
        let asked = &asks[index];
        if !asked.is_empty() {
            let is_quiet = shape.after()[index].is_empty() && is_quiet(task);
            if let &[first] = shape.before()[index].as_slice()
                && is_quiet
                && asked.contains(&first)
                && glued[first] < MOST_GLUED.min(limit - 1)
            {
                glued[first] += 1;
                ties.glued.push((first, index));
            } else if is_quiet {
                ties.together
                    .push(asked.iter().copied().chain([index]).collect());
            } else {
                ties.connected.extend(asked.iter().copied().chain([index]));
            }
        }
        // If the task is skipped, the users of its value do not run. A graph around it would succeed.
        if task.condition.is_some() && gives[index] {
            let users = shape.after()[index].iter().copied();
            ties.together.push(users.chain([index]).collect());
        }
        if is_daemon(task, steps) && !shape.after()[index].is_empty() {
            ties.together.push(behind(shape, index));
        }
    }
    ties
}
/// Returns a task and all tasks that run after it.
fn behind(shape: &Shape, task: usize) -> Vec<usize> {
    let mut seen = BTreeSet::from([task]);
    let mut open = vec![task];
    while let Some(at) = open.pop() {
        for &then in &shape.after()[at] {
            if seen.insert(then) {
                open.push(then);
            }
        }
    }
    seen.into_iter().collect()
}

fn is_daemon(task: &PlanTask, steps: &[Step]) -> bool {
    match task.target {
        Target::Step(id) => steps
            .get(id.index())
            .is_some_and(|step| step.attributes.step.daemon() == Some(true)),
        Target::Dag(_) => false,
    }
}

/// Whether a task is skipped if none of the tasks it asks about has run.
fn is_quiet(task: &PlanTask) -> bool {
    task.condition
        .as_ref()
        .is_some_and(|condition| truth(condition) == Some(false))
}

/// Returns the value of a condition if every task it asks about is omitted, or `None` if that is not known.
fn truth(expr: &Expr) -> Option<bool> {
    use BinaryOperator as Op;
    match &expr.kind {
        ExprKind::Constant(Value::Bool(value)) => Some(*value),
        ExprKind::Unary {
            operator: UnaryOperator::Not,
            operand,
        } => truth(operand).map(|value| !value),
        ExprKind::Binary {
            operator: operator @ (Op::And | Op::Or),
            left,
            right,
        } => {
            let decides = *operator == Op::Or;
            match (truth(left), truth(right)) {
                (Some(value), _) | (_, Some(value)) if value == decides => Some(value),
                (Some(_), Some(_)) => Some(!decides),
                _ => None,
            }
        }
        ExprKind::Binary {
            operator: operator @ (Op::Equal | Op::NotEqual),
            left,
            right,
        } => Some((status(left)? == status(right)?) == (*operator == Op::Equal)),
        ExprKind::Binary {
            operator: Op::In,
            left,
            right,
        } => {
            let status = status(left)?;
            match right.value()? {
                Value::List(items) => Some(
                    items
                        .iter()
                        .any(|item| matches!(item, Value::String(text) if *text == status)),
                ),
                _ => None,
            }
        }
        _ => None,
    }
}

fn status(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::TaskStatus(_) => Some("Omitted"),
        _ => expr.as_str(),
    }
}
