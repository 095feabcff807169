//! Which tasks of a graph can run at the same time.

use std::collections::HashSet;

use petgraph::{Direction, graph::NodeIndex};

use super::Dag;
use crate::{BinaryOperator, Expr, ExprKind, UnaryOperator};

impl Dag {
    /// Whether two of its tasks, by their places, can run at the same time: neither waits for the other, and they are
    /// not arms of one `if`.
    pub fn run_together(&self, first: usize, second: usize) -> bool {
        let [first, second] = [first.min(second), first.max(second)].map(NodeIndex::new);
        first != second && !waits_for(self, second, first) && !are_arms(self, second, first)
    }
}

/// Whether two tasks have conditions that hold one at a time, as the arms of an `if` have.
fn are_arms(dag: &Dag, node: NodeIndex, before: NodeIndex) -> bool {
    let condition = |node| {
        dag.graph
            .node_weight(node)
            .and_then(|task| task.condition.as_ref())
    };
    match (condition(node), condition(before)) {
        (Some(this), Some(before)) => refutes(this, before),
        _ => false,
    }
}

/// Whether a condition holds only where another does not.
fn refutes(this: &Expr, other: &Expr) -> bool {
    match &this.kind {
        ExprKind::Unary {
            operator: UnaryOperator::Not,
            operand,
        } => **operand == *other || last_part(other) == operand.as_ref(),
        ExprKind::Binary {
            operator: BinaryOperator::And,
            left,
            right,
        } => refutes(left, other) || refutes(right, other),
        _ => false,
    }
}

/// What an arm's condition asks behind those of the arms before it.
fn last_part(condition: &Expr) -> &Expr {
    match &condition.kind {
        ExprKind::Binary {
            operator: BinaryOperator::And,
            right,
            ..
        } => right,
        _ => condition,
    }
}

/// Whether `node` starts only after `before` has ended. Only tasks between the two can lie on the way.
fn waits_for(dag: &Dag, node: NodeIndex, before: NodeIndex) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![node];
    while let Some(at) = open.pop() {
        for next in dag.graph.neighbors_directed(at, Direction::Incoming) {
            if next == before {
                return true;
            }
            if next > before && seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}
