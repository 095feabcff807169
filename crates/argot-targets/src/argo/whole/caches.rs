//! Cached results that are shared by mistake, or whose artifacts have been deleted.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use argot_compiler::{Container, EnvValue, Expr, ExprKind, Plan, Step, Target, lint::Lint};
use argot_syntax::{Code, Diagnostics};

use super::shared::{Searched, Shared};
use super::{Tree, diagnostics, text};
use crate::argo::storage;

/// A cached result that is reused although an input differs.
pub(in crate::argo) struct CacheIgnoresInput;

impl Lint<Searched> for CacheIgnoresInput {
    const CODE: Code = Code::CacheIgnoresInput;

    fn plan(plan: &Plan, _: &Searched, found: &mut Diagnostics) {
        ignoring(plan, found);
    }
}

/// A cached step whose artifacts are deleted while its results are kept.
pub(in crate::argo) struct CachedArtifactsDeleted;

impl Lint<Searched> for CachedArtifactsDeleted {
    const CODE: Code = Code::CachedArtifactsDeleted;

    fn plan(plan: &Plan, _: &Searched, found: &mut Diagnostics) {
        deleted(plan, found);
    }
}

fn ignoring(plan: &Plan, diagnostics: &mut Diagnostics) {
    if plan
        .steps
        .iter()
        .all(|step| step.attributes.step.cache().key().is_none())
    {
        return;
    }
    // A later run may have other parameters, and finds the results of this one.
    let tree = Tree::of(plan, false);
    let mut uses: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, found) in tree.places.iter().enumerate() {
        if let Target::Step(id) = found.target {
            uses.entry(id.index()).or_default().push(place);
        }
    }
    let mut seen = HashSet::new();
    for (index, places) in uses {
        // Caching collected outputs is an error, so there is nothing to check.
        if let Some(step) = plan.steps.get(index)
            && storage::stored(step).next().is_none()
            && let Some(key) = &step.attributes.step.cache().key()
        {
            for input in ignored(step, key) {
                if let Some(shared) = shared(&tree, step, key, input, &places)
                    && let Some(port) = step.inputs.get(input)
                    && seen.insert((key.span.key(), port.name.clone()))
                {
                    diagnostics.push(diagnostics::cache_ignores(
                        &step.name, &port.name, &shared, key.span, port.span,
                    ));
                }
            }
        }
    }
}

fn deleted(plan: &Plan, diagnostics: &mut Diagnostics) {
    let Some(strategy) = plan.attributes.artifact_gc() else {
        return;
    };
    if strategy.as_str() == Some("Never") {
        return;
    }
    let mut seen = HashSet::new();
    for step in plan.steps.iter() {
        let span = step.attributes.step.span_of("cache");
        let output = step.outputs.iter().find(|output| output.ty.is_artifact());
        if let (Some(span), Some(output)) = (span, output)
            && seen.insert(span.key())
        {
            diagnostics.push(diagnostics::cached_artifacts_deleted(
                &step.name,
                &output.name,
                span,
                strategy.span,
            ));
        }
    }
}

/// Returns the inputs of the component that determine its result, and that the key does not mention.
///
/// Inputs that only resources, labels and similar attributes use do not determine it. Neither do values from `with`
/// and `defaults`, with which an author can declare that a value does not matter.
fn ignored(step: &Step, key: &Expr) -> Vec<usize> {
    let mentioned = inputs(std::iter::once(key));
    let used = deciding(step);
    (0..step.declared)
        .filter(|index| {
            step.inputs.get(*index).is_some_and(|port| port.present)
                && used.contains(index)
                && !mentioned.contains(index)
        })
        .collect()
}

fn inputs<'a>(exprs: impl Iterator<Item = &'a Expr>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for expr in exprs {
        expr.walk(&mut |expr| {
            if let ExprKind::Input(id) | ExprKind::InputPath(id) = expr.kind {
                found.insert(id.index());
            }
        });
    }
    found
}

/// Returns the inputs that reach a program.
fn deciding(step: &Step) -> BTreeSet<usize> {
    let containers = step.attributes.containers();
    let mut found: BTreeSet<usize> = containers
        .flat_map(|container| inputs(of(container)))
        .collect();
    if let Some(script) = step.body.script() {
        found.extend(
            step.inputs
                .iter()
                .enumerate()
                .filter(|(_, port)| script.text.contains(&port.name))
                .map(|(index, _)| index),
        );
    }
    found
}

fn of(container: &Container) -> impl Iterator<Item = &Expr> {
    let env = container.env().values().filter_map(|value| match value {
        EnvValue::Value(expr) => Some(expr),
        _ => None,
    });
    let image = container.image().into_iter();
    image
        .chain(container.workdir())
        .chain(container.command().into_iter().flatten())
        .chain(container.args().into_iter().flatten())
        .chain(env)
}

/// Returns who would share a result although an input differs.
fn shared(
    tree: &Tree<'_>,
    step: &Step,
    key: &Expr,
    input: usize,
    places: &[usize],
) -> Option<Shared> {
    let value = |place: usize| tree.places.get(place)?.inputs.get(input)?.clone();
    let mut calls: BTreeMap<String, (usize, Expr)> = BTreeMap::new();
    for place in places {
        let (Some(value), key) = (value(*place), tree.resolved(key, *place)) else {
            continue;
        };
        let looped = tree.chain(*place).find(|around| {
            tree.is_looped(*around)
                && tree.differs_in_turns(&value, *around)
                && !tree.differs_in_turns(&key, *around)
        });
        if let Some(task) = looped.and_then(|looped| tree.task(looped)) {
            return Some(Shared::Turns(task.name.clone(), task.span));
        }
        match calls.get(&text(&key)) {
            None => {
                calls.insert(text(&key), (*place, value));
            }
            Some((other, before)) => {
                if text(before) != text(&value)
                    && let (Some(first), Some(second)) = (tree.task(*other), tree.task(*place))
                {
                    return Some(Shared::Calls(
                        (first.name.clone(), first.span),
                        (second.name.clone(), second.span),
                    ));
                }
            }
        }
    }
    // Nothing that a key could mention distinguishes artifacts.
    let is_artifact = step
        .inputs
        .get(input)
        .is_some_and(|port| port.ty.is_artifact() || port.ty.is_artifact_list());
    let differs = places
        .iter()
        .filter_map(|place| value(*place))
        .any(|value| !Tree::is_known(&value));
    (!is_artifact && differs).then_some(Shared::Runs)
}
