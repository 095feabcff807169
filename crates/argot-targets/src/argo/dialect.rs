//! How Argo writes values into a pod: tags in fields of text, a patch for the others.

use argot_compiler::Expr;
use argot_syntax::Diagnostic;

use super::expression::Scope;
use super::patch::Patch;
use super::text::Place;
use crate::pod::{Dialect, System};

/// Argo, as far as it concerns what is in a pod: `workflow/common/common.go`.
pub(crate) static ARGO: System = System {
    name: "Argo",
    containers: &["main", "init", "wait", "supervisor"],
    folders: &["/var/run/argo", "/argo", "/mainctrfs", "/argo-bin"],
};

/// The values of one pod.
pub(crate) struct Tags<'a> {
    /// What expressions can speak of.
    pub(crate) scope: Scope<'a>,
    /// What goes into the pod's spec beside Argo's own fields.
    pub(crate) patch: Patch,
}

impl<'a> From<Scope<'a>> for Tags<'a> {
    fn from(scope: Scope<'a>) -> Self {
        Self {
            scope,
            patch: Patch::default(),
        }
    }
}

impl Dialect for Tags<'_> {
    fn system(&self) -> &'static System {
        &ARGO
    }

    fn field(&self, expr: &Expr) -> Result<String, Diagnostic> {
        self.scope.plain(expr, Place::Field)
    }

    fn argument(&self, expr: &Expr) -> Result<String, Diagnostic> {
        self.scope.plain(expr, Place::Container)
    }

    fn late(&mut self, path: &[&str], expr: &Expr) -> Result<(), Diagnostic> {
        let code = self.scope.text_in_code(expr, &expr.ty)?;
        self.patch.set(path, Patch::Code(code));
        Ok(())
    }

    /// Argo adds the claims of a run to every pod that mounts them.
    fn claim(&self, _name: &str) -> Option<String> {
        None
    }
}
