//! Loops without turns.

use argot_syntax::{Code, Diagnostics};

use super::{Lint, Searched};
use crate::{Program, diagnostics};

/// A loop over a range or list that is known to be empty.
pub(super) struct EmptyLoop;

impl Lint for EmptyLoop {
    const CODE: Code = Code::EmptyLoop;

    fn program(_: &Program, searched: &Searched, found: &mut Diagnostics) {
        found.extend(searched.empty_loops.iter().map(diagnostics::empty_loop));
    }
}
