//! Locks that are taken while something around them already holds them.
//!
//! Argo's locks are not reentrant: anything that waits for a lock held by its own run or call waits forever. A called
//! pipeline releases its locks before its handlers run; the run releases its locks only after them.

use std::collections::HashSet;

use argot_compiler::{Expr, Plan, Semaphore, Target, lint::Lint};
use argot_syntax::{Code, Diagnostics};

use super::shared::{HeldTwice, Lock, Searched};
use super::{Place, Tree, diagnostics, text};

/// Whether anything but the run takes a lock.
pub(super) fn matter(plan: &Plan) -> bool {
    let takes_any = |mutex: Option<&Expr>, semaphore: &Semaphore| {
        mutex.is_some() || semaphore.config().is_some()
    };
    let mut dags = plan.dags.iter().skip(1).map(|dag| &dag.attributes);
    let mut steps = plan.steps.iter().map(|step| &step.attributes.step);
    dags.any(|dag| takes_any(dag.mutex(), dag.semaphore()))
        || steps.any(|step| takes_any(step.mutex(), step.semaphore()))
}

/// A semaphore that is taken inside something that already holds it.
pub(in crate::argo) struct SemaphoreHeldTwice;

impl Lint<Searched> for SemaphoreHeldTwice {
    const CODE: Code = Code::SemaphoreHeldTwice;

    fn plan(_: &Plan, searched: &Searched, found: &mut Diagnostics) {
        found.extend(searched.semaphores.iter().map(diagnostics::semaphore_held));
    }
}

/// Reports mutexes that are held twice, and returns such semaphores.
pub(super) fn check(tree: &Tree<'_>, diagnostics: &mut Diagnostics) -> Vec<HeldTwice> {
    let (mutexes, semaphores): (Vec<_>, Vec<_>) = held_twice(tree)
        .into_iter()
        .partition(|found| found.inner.is_mutex);
    diagnostics.extend(mutexes.iter().map(diagnostics::mutex_held));
    semaphores
}

fn held_twice(tree: &Tree<'_>) -> Vec<HeldTwice> {
    let own: Vec<Vec<Lock>> = (0..tree.places.len())
        .map(|place| of(tree, place))
        .collect();
    let of_run = own.first().map_or(&[][..], Vec::as_slice);
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (place, locks) in own.iter().enumerate().skip(1) {
        for inner in locks {
            let around = tree
                .chain(place)
                .skip(1)
                .filter(|around| *around != 0)
                .filter_map(|around| own.get(around))
                .flatten();
            let outer = around
                .chain(of_run)
                .find(|outer| outer.id == inner.id && outer.is_mutex == inner.is_mutex);
            if let Some(outer) = outer
                && seen.insert((inner.span.key(), outer.span.key()))
            {
                found.push(HeldTwice {
                    inner: inner.clone(),
                    outer: outer.clone(),
                });
            }
        }
    }
    found
}

/// Returns the locks that a place takes.
fn of(tree: &Tree<'_>, place: usize) -> Vec<Lock> {
    let plan = tree.plan;
    let Some(Place { target, .. }) = tree.places.get(place) else {
        return Vec::new();
    };
    let (step, mutex, semaphore, holder) = match target {
        Target::Step(id) => match plan.steps.get(id.index()) {
            Some(step) => (
                Some(step),
                step.attributes.step.mutex(),
                step.attributes.step.semaphore(),
                step.name.clone(),
            ),
            None => return Vec::new(),
        },
        Target::Dag(id) => match plan.dags.get(id.index()) {
            Some(dag) => (
                None,
                dag.attributes.mutex(),
                dag.attributes.semaphore(),
                dag.name.clone(),
            ),
            None => return Vec::new(),
        },
    };
    let holder = match tree.task(place) {
        Some(task) => task.name.clone(),
        None => holder,
    };
    let mut out = Vec::new();
    if let Some(name) = mutex {
        let known = tree.resolved(name, place);
        out.push(Lock {
            id: text(&known),
            name: known.as_str().map(ToOwned::to_owned),
            is_mutex: true,
            span: step.map_or(name.span, |step| tree.written(name, step, place)),
            holder: holder.clone(),
        });
    }
    if let (Some(config), Some(key)) = (semaphore.config(), semaphore.key()) {
        let [in_config, of_key] = [config, key].map(|expr| text(&tree.resolved(expr, place)));
        out.push(Lock {
            id: format!("{in_config} {of_key}"),
            name: None,
            is_mutex: false,
            span: semaphore.span,
            holder,
        });
    }
    out
}
