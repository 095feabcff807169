//! Artifacts that are written to the same key.
//!
//! A later artifact replaces an earlier one, and tasks that should read the first read the last instead. A task that
//! runs after another one may do this on purpose; parallel tasks and the turns of a loop cannot.

use std::collections::{BTreeMap, HashSet};

use argot_compiler::{Expr, Location, OutputId, Plan, Target, lint::Lint};
use argot_syntax::{Code, Diagnostics, Span};

use super::shared::{Named, Searched, WrittenTwice};
use super::{Tree, diagnostics, text};
use crate::argo::storage;

/// Tasks that can run at the same time and write an artifact to the same place.
pub(in crate::argo) struct TasksWriteOneKey;

impl Lint<Searched> for TasksWriteOneKey {
    const CODE: Code = Code::TasksWriteOneKey;

    fn plan(_: &Plan, searched: &Searched, found: &mut Diagnostics) {
        found.extend(searched.keys.iter().map(diagnostics::tasks_write));
    }
}

/// An artifact that a place writes.
struct Written {
    place: usize,
    /// Where its location is set.
    span: Span,
    output: String,
}

/// Whether any step sets the location of an artifact.
pub(super) fn matter(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| {
        let mut settings = step.attributes.step.outputs().values();
        settings.any(|settings| settings.to().is_some())
    })
}

/// Reports keys that the turns of a loop write, and returns those that parallel tasks write.
pub(super) fn check(tree: &Tree<'_>, diagnostics: &mut Diagnostics) -> Vec<WrittenTwice> {
    let mut by_key: BTreeMap<String, Vec<Written>> = BTreeMap::new();
    let mut seen = HashSet::new();
    for (place, found) in tree.places.iter().enumerate() {
        let Target::Step(id) = found.target else {
            continue;
        };
        let Some(step) = tree.plan.steps.get(id.index()) else {
            continue;
        };
        for (name, settings) in step.attributes.step.outputs() {
            let Some(location) = settings.to() else {
                continue;
            };
            // Collected artifacts have their location elsewhere, and do not accept `to`.
            let is_collected = |id: OutputId| {
                let output = step.outputs.get(id.index());
                output.is_some_and(|output| output.name == *name)
            };
            if storage::stored(step).any(is_collected) {
                continue;
            }
            let mut location = location.clone();
            let span = match key(&location) {
                Some(key) => tree.written(key, step, place),
                None => settings.span,
            };
            for expr in location.exprs_mut() {
                *expr = tree.resolved(expr, place);
            }
            let looped = tree.chain(place).find(|around| {
                tree.is_looped(*around)
                    && !location
                        .exprs()
                        .into_iter()
                        .any(|expr| tree.differs_in_turns(expr, *around))
            });
            if let Some(task) = looped.and_then(|looped| tree.task(looped)) {
                if seen.insert((span.key(), task.span.key())) {
                    diagnostics.push(diagnostics::turns_write(name, span, task.span));
                }
                continue;
            }
            let parts: Vec<String> = location.exprs().into_iter().map(text).collect();
            by_key.entry(parts.join("\n")).or_default().push(Written {
                place,
                span,
                output: name.clone(),
            });
        }
    }
    let twice = by_key.into_values().filter_map(|written| {
        let (output, first, second) = written.iter().enumerate().find_map(|(index, second)| {
            let mut before = written.iter().take(index);
            let (one, other) = before.find_map(|first| side_by_side(tree, first, second))?;
            Some(((second.output.clone(), second.span), one, other))
        })?;
        let is_new = seen.insert((output.1.key(), second.1.key()));
        is_new.then_some(WrittenTwice {
            output,
            first,
            second,
        })
    });
    twice.collect()
}

/// Returns the names and positions of two tasks through which two artifacts can be written at the same time.
fn side_by_side(tree: &Tree<'_>, first: &Written, second: &Written) -> Option<(Named, Named)> {
    let path = |place: usize| {
        let mut path: Vec<usize> = tree.chain(place).collect();
        path.reverse();
        path
    };
    let (one, other) = (path(first.place), path(second.place));
    let at = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (*one.get(at)?, *other.get(at)?);
    let graph = tree.dag(tree.places.get(one)?.around?)?;
    let (a, b) = (tree.places.get(one)?.task?, tree.places.get(other)?.task?);
    // Handlers run after their task.
    if a.1 || b.1 || !graph.run_together(a.0, b.0) {
        return None;
    }
    let named = |place| tree.task(place).map(|task| (task.name.clone(), task.span));
    Some((named(one)?, named(other)?))
}

/// Returns the key of an artifact in its bucket.
fn key(location: &Location) -> Option<&Expr> {
    Some(match location {
        Location::S3 { key, .. } | Location::Gcs { key, .. } | Location::Oss { key, .. } => key,
        Location::Azure { blob, .. } => blob,
        Location::Http { .. } | Location::Git { .. } => return None,
    })
}
