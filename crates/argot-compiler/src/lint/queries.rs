//! Values that become part of a query.

use argot_syntax::{Code, Diagnostics};

use super::{Lint, Searched};
use crate::{Program, diagnostics};

/// A value inside a query or an expression, which it may change.
pub(super) struct ValueInQuery;

impl Lint for ValueInQuery {
    const CODE: Code = Code::ValueInQuery;

    fn program(_: &Program, searched: &Searched, found: &mut Diagnostics) {
        found.extend(searched.queries.iter().map(diagnostics::spliced));
    }
}
