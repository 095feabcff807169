//! Entrypoints that Argo looks up in a registry.

use argot_compiler::{BodyKind, Plan, Step, lint::Lint};
use argot_syntax::{Code, Diagnostics};

use crate::argo::{diagnostics, whole::Searched};

/// A container for which Argo's controller would ask a registry that is unlikely to know the image. The controller
/// asks for the entrypoint of every container without a command, except for its own containers and init containers.
pub(super) struct UnknownEntrypoint;

impl Lint<Searched> for UnknownEntrypoint {
    const CODE: Code = Code::UnknownEntrypoint;

    fn plan(plan: &Plan, _: &Searched, found: &mut Diagnostics) {
        let steps = plan.steps.iter();
        for step in steps.filter(|step| step.body.kind() == BodyKind::Container) {
            entrypoints(step, found);
        }
    }
}

fn entrypoints(step: &Step, diagnostics: &mut Diagnostics) {
    let attributes = &step.attributes;
    for container in std::iter::once(&attributes.main).chain(attributes.step.sidecar().values()) {
        let Some(image) = container.image().filter(|_| container.command().is_none()) else {
            continue;
        };
        let text = image.as_str().unwrap_or_default();
        let never = container.image_pull().and_then(|pull| pull.as_str()) == Some("Never");
        if never || is_local(text) {
            diagnostics.push(diagnostics::unknown_entrypoint(text, never, image.span));
        }
    }
}

/// Whether an image's registry is on the local machine or in the cluster.
fn is_local(image: &str) -> bool {
    let Some((host, _)) = image.split_once('/') else {
        return false;
    };
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    name == "localhost"
        || name.starts_with("127.")
        || [".local", ".localhost", ".svc"]
            .iter()
            .any(|end| name.ends_with(end))
        || (host.contains(':') && !name.contains('.'))
}
