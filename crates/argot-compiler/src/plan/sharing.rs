//! Claims that only one node at a time can use, and tasks that can run at the same time.

use std::collections::HashSet;

use argot_syntax::{Diagnostics, Span};
use petgraph::{Direction, graph::NodeIndex};

use super::{Dag, Plan, PlanVolumeSource, Target, scope::SpanKey};
use crate::{BinaryOperator, Expr, ExprKind, UnaryOperator, Value, diagnostics};

/// Warns of each claim that two tasks which can run at the same time share, though one node at a time can
/// use it. Those that were refused are left out.
pub(super) fn shared_claims(
    plan: &Plan,
    refused: &HashSet<SpanKey>,
    diagnostics: &mut Diagnostics,
) {
    // The entry's bound is the run's: it counts every pod.
    if plan.dags.first().is_some_and(one_at_a_time) {
        return;
    }
    for (index, claim) in plan.claims.iter().enumerate() {
        // A claim that one pod at a time can use, `ReadWriteOncePod`, keeps the next pod waiting: so it is meant.
        if claim.access != "ReadWriteOnce" || refused.contains(&claim.span.key()) {
            continue;
        }
        let uses: Vec<bool> = plan
            .steps
            .iter()
            .map(|step| {
                step.volumes
                    .iter()
                    .any(|volume| volume.source == PlanVolumeSource::Claim(index))
            })
            .collect();
        // A called graph stands behind its callers.
        let mut dag_uses = vec![false; plan.dags.len()];
        for _ in 0..plan.dags.len() {
            let mut changed = false;
            for (at, dag) in plan.dags.iter().enumerate() {
                let found = dag
                    .graph
                    .node_weights()
                    .any(|task| used(task.target, &uses, &dag_uses));
                if let Some(slot) = dag_uses.get_mut(at)
                    && found
                    && !*slot
                {
                    *slot = true;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        for dag in plan.dags.iter().filter(|dag| !one_at_a_time(dag)) {
            if let Some((first, second, span)) = at_the_same_time(dag, &uses, &dag_uses) {
                diagnostics.push(diagnostics::shared_volume(
                    &claim.name,
                    &first,
                    &second,
                    span,
                    claim.span,
                ));
                break;
            }
        }
    }
}

fn used(target: Target, steps: &[bool], dags: &[bool]) -> bool {
    match target {
        Target::Step(id) => steps.get(id.index()).copied().unwrap_or_default(),
        Target::Dag(id) => dags.get(id.index()).copied().unwrap_or_default(),
    }
}

/// Whether no two tasks of a graph run at the same time.
fn one_at_a_time(dag: &Dag) -> bool {
    dag.attributes.parallel.as_ref().and_then(Expr::value) == Some(&Value::Int(1))
}

/// Two tasks of a graph that use the claim, neither of which waits for the other; a looped one twice.
///
/// Tasks stand in an order of their edges, so that the users must form one chain: each must be reached
/// from the one before it.
fn at_the_same_time(dag: &Dag, steps: &[bool], dags: &[bool]) -> Option<(String, String, Span)> {
    let mut last: Option<NodeIndex> = None;
    for node in dag.graph.node_indices() {
        let task = dag.graph.node_weight(node)?;
        if !used(task.target, steps, dags) {
            continue;
        }
        if task.each.is_some() {
            return Some((task.name.clone(), task.name.clone(), task.span));
        }
        if let Some(before) = last
            && dag.run_together(before.index(), node.index())
        {
            let before = dag.graph.node_weight(before)?;
            return Some((before.name.clone(), task.name.clone(), task.span));
        }
        last = Some(node);
    }
    None
}

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
