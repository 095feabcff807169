//! Names that nothing uses.

use argot_syntax::{Code, Diagnostics};

use super::{Lint, Searched};
use crate::{Program, diagnostics};

/// An import that nothing uses.
pub(super) struct UnusedImport;

impl Lint for UnusedImport {
    const CODE: Code = Code::UnusedImport;

    fn program(_: &Program, searched: &Searched, found: &mut Diagnostics) {
        report(searched, Self::CODE, found);
    }
}

/// A parameter or input that nothing uses.
pub(super) struct UnusedParameter;

impl Lint for UnusedParameter {
    const CODE: Code = Code::UnusedParameter;

    fn program(_: &Program, searched: &Searched, found: &mut Diagnostics) {
        report(searched, Self::CODE, found);
    }
}

/// A named value that nothing uses.
pub(super) struct UnusedValue;

impl Lint for UnusedValue {
    const CODE: Code = Code::UnusedValue;

    fn program(_: &Program, searched: &Searched, found: &mut Diagnostics) {
        report(searched, Self::CODE, found);
    }
}

fn report(searched: &Searched, code: Code, found: &mut Diagnostics) {
    let unused = searched.unused.iter().map(diagnostics::unused);
    found.extend(unused.filter(|unused| unused.code == code));
}
