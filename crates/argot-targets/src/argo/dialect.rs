//! How Argo writes values into a pod: as tags in text fields, and as a patch for all other fields.

use argot_compiler::Expr;
use argot_syntax::{Diagnostic, Span};

use super::diagnostics;
use super::patch::Patch;
use super::scope::Scope;
use super::system::ARGO;
use super::tags::Unclosed;
use super::text::{Place, plain_key};
use crate::pod::{Dialect, System};

/// The values of one pod.
pub(crate) struct Tags<'a> {
    /// What expressions can refer to.
    pub(crate) scope: Scope<'a>,
    /// The parts of the pod's spec that Argo has no fields for.
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

    fn key(&self, name: &str, span: Span) -> Result<(), Diagnostic> {
        plain_key(name, span)
    }

    fn late(&mut self, path: &[&str], expr: &Expr) -> Result<(), Diagnostic> {
        let code = self.scope.text_in_code(expr, &expr.ty)?;
        self.patch.set(path, Patch::Code(code));
        Ok(())
    }

    /// Argo adds a run's claims to every pod that mounts them.
    fn claim(&self, _name: &str) -> Option<String> {
        None
    }
}

/// The values in Argo's raw fields, where an author may write Argo's own language in texts and keys.
pub(crate) struct Authored<'a>(pub(crate) Scope<'a>);

impl Dialect for Authored<'_> {
    fn system(&self) -> &'static System {
        &ARGO
    }

    fn field(&self, expr: &Expr) -> Result<String, Diagnostic> {
        self.0.plain(expr, Place::Authored)
    }

    fn argument(&self, expr: &Expr) -> Result<String, Diagnostic> {
        self.field(expr)
    }

    fn key(&self, name: &str, span: Span) -> Result<(), Diagnostic> {
        self.0
            .tags
            .authored_key(name)
            .map_err(|Unclosed| diagnostics::unclosed_tag(span))
    }

    fn late(&mut self, path: &[&str], expr: &Expr) -> Result<(), Diagnostic> {
        let field = path.last().copied().unwrap_or_default();
        Err(diagnostics::run_time(&format!("`{field}`"), expr.span))
    }

    fn claim(&self, _name: &str) -> Option<String> {
        None
    }
}
