//! Claims that only one node at a time can use, shared by tasks that can run at the same time.

use argot_syntax::{Code, Diagnostics, Span};
use petgraph::graph::NodeIndex;

use super::{Lint, Searched};
use crate::{Dag, Expr, Plan, PlanVolumeSource, Target, diagnostics};

/// A claim that is shared by two tasks that can run at the same time, though only one node at a time can use it.
pub(super) struct SharedVolume;

impl Lint for SharedVolume {
    const CODE: Code = Code::SharedVolume;

    fn plan(plan: &Plan, _: &Searched, found: &mut Diagnostics) {
        shared_claims(plan, found);
    }
}

fn shared_claims(plan: &Plan, diagnostics: &mut Diagnostics) {
    // The entry's limit applies to the whole run: it counts every pod.
    if plan.dags.first().is_some_and(one_at_a_time) {
        return;
    }
    for (index, claim) in plan.claims.iter().enumerate() {
        // With `ReadWriteOncePod`, only one pod at a time can use the claim and the next one waits, so this is
        // intended.
        if claim.access != "ReadWriteOnce" {
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
        // A called graph comes after its callers.
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
    dag.attributes.parallel().and_then(Expr::as_int) == Some(1)
}

/// Two tasks of a graph that use the claim and do not wait for each other. A looped task counts twice.
///
/// Tasks are sorted by their edges, so the users must form a single chain: each must be reachable from the one before
/// it.
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
