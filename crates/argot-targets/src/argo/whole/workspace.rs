//! Settings of the workspace that Argo does not have.

use argot_compiler::{Attribute, Plan, WorkspaceAttribute, lint::Lint};
use argot_syntax::{Code, Diagnostics};

use super::{diagnostics, shared::Searched};

/// A setting of the claim through which steps pass files on plain Kubernetes.
pub(in crate::argo) struct WorkspaceWithoutEffect;

impl Lint<Searched> for WorkspaceWithoutEffect {
    const CODE: Code = Code::WorkspaceWithoutEffect;

    fn plan(plan: &Plan, _: &Searched, found: &mut Diagnostics) {
        let mut settings = plan.attributes.workspace().iter();
        let name = settings.find_map(|setting| match setting {
            WorkspaceAttribute::Size(_) => None,
            WorkspaceAttribute::Class(_) | WorkspaceAttribute::Access(_) => {
                Some(setting.attribute_name())
            }
        });
        if let (Some(name), Some(span)) = (name, plan.attributes.written("workspace")) {
            found.push(diagnostics::workspace(name, span));
        }
    }
}
