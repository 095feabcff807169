//! Warnings about the containers of steps, on every target that makes pods.

use std::collections::HashSet;

use argot_compiler::{
    Container, Plan, PlanVolumeSource, Step, VolumeExpr, VolumeSource,
    lint::{self, Lint, Row},
};
use argot_syntax::{Code, Diagnostic, Diagnostics};

use super::devices::{are_granted, is_none};
use super::{diagnostics, resources::size};
use crate::accelerators::Platform;

/// The lints.
pub(crate) const ALL: &[Row<Platform>] = &[
    Row::of::<GpuWithoutRequests>(),
    Row::of::<MemoryVolumeOverLimit>(),
];

/// Runs the lints on a plan.
pub(crate) fn check(plan: &Plan, platform: &Platform, diagnostics: &mut Diagnostics) {
    lint::plan(ALL, plan, platform, diagnostics);
}

/// A container with GPUs that does not say how much else it needs.
struct GpuWithoutRequests;

impl Lint<Platform> for GpuWithoutRequests {
    const CODE: Code = Code::GpuWithoutRequests;

    fn plan(plan: &Plan, platform: &Platform, found: &mut Diagnostics) {
        containers(plan, found, |_, container| {
            let resources = container.resources();
            let missing: Vec<_> = [("cpu", resources.cpu()), ("memory", resources.memory())]
                .into_iter()
                .filter(|(_, amount)| amount.is_none())
                .map(|(name, _)| name)
                .collect();
            let gpus = resources.gpu().filter(|count| !is_none(count));
            match gpus {
                Some(count) if !missing.is_empty() && are_granted(resources, platform) => {
                    vec![diagnostics::gpu_without_requests(&missing, count.span)]
                }
                _ => Vec::new(),
            }
        });
    }
}

/// A memory volume that may grow beyond the memory of the container that writes it, of which it is a part.
struct MemoryVolumeOverLimit;

impl Lint<Platform> for MemoryVolumeOverLimit {
    const CODE: Code = Code::MemoryVolumeOverLimit;

    fn plan(plan: &Plan, _: &Platform, found: &mut Diagnostics) {
        containers(plan, found, over_limit);
    }
}

fn over_limit(step: &Step, container: &Container) -> Vec<Diagnostic> {
    let limit = container.resources().memory().map(|memory| &memory.limit);
    let Some((limit, most)) = limit.and_then(|limit| Some((limit, size(limit)?))) else {
        return Vec::new();
    };
    let over = container.mounts().iter().filter_map(|(path, mount)| {
        let VolumeExpr::Declared(id) = &mount.volume else {
            return None;
        };
        let volume = step.volumes.get(id.index())?;
        let PlanVolumeSource::Source(VolumeSource::Memory { size: own }) = &volume.source else {
            return None;
        };
        let own = size(own).filter(|own| *own > most)?;
        Some(diagnostics::memory_volume_over_limit(
            path,
            own.text(),
            most.text(),
            mount.span,
            limit.span,
        ))
    });
    over.collect()
}

/// Checks every container, as it is written and with the known values of the step's inputs.
fn containers(
    plan: &Plan,
    found: &mut Diagnostics,
    check: impl Fn(&Step, &Container) -> Vec<Diagnostic>,
) {
    let known = plan.known_by_step();
    for (index, step) in plan.steps.iter().enumerate() {
        // Something that holds for every value is reported only at the attribute.
        let mut seen = HashSet::new();
        let mut look = |step: &Step| {
            for (at, container) in step.attributes.containers().enumerate() {
                let new = check(step, container).into_iter();
                found.extend(new.filter(|new| seen.insert((at, new.message.clone()))));
            }
        };
        look(step);
        for inputs in known.get(&index).into_iter().flatten() {
            look(&inputs.bind(step));
        }
    }
}
