//! Settings of the workspace that Argo does not have.

use argot_compiler::{Plan, lint::Lint};
use argot_syntax::{Code, Diagnostics};

use super::{diagnostics, shared::Searched};

/// A setting of the claim through which steps pass files on plain Kubernetes.
pub(in crate::argo) struct WorkspaceWithoutEffect;

impl Lint<Searched> for WorkspaceWithoutEffect {
    const CODE: Code = Code::WorkspaceWithoutEffect;

    fn plan(plan: &Plan, _: &Searched, found: &mut Diagnostics) {
        let workspace = &plan.attributes.workspace;
        let only_claims = [
            ("class", workspace.class.is_some()),
            ("access", workspace.access.is_some()),
        ];
        if let Some(span) = plan.attributes.spans.get("workspace")
            && let Some((name, _)) = only_claims.into_iter().find(|(_, is_set)| *is_set)
        {
            found.push(diagnostics::workspace(name, *span));
        }
    }
}
