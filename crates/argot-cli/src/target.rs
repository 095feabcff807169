//! The targets, as one.

use argot_compiler::Plan;
use argot_syntax::Diagnostics;
use argot_targets::{Manifest, argo, kubernetes};

/// What is asked of a target.
#[derive(Debug, Clone)]
pub(crate) enum Options {
    /// Argo Workflows.
    Argo(argo::Options),
    /// Plain Kubernetes.
    Kubernetes(kubernetes::Options),
}

/// Makes manifests of a plan, for the target that is asked.
pub(crate) fn lower(
    plan: &Plan,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Vec<Manifest> {
    match options {
        Options::Argo(options) => argo::lower(plan, options, diagnostics),
        Options::Kubernetes(options) => kubernetes::lower(plan, options, diagnostics),
    }
}
