//! Who shares a cached result by mistake.

use argot_syntax::Span;

/// For whom a cached result is used again although an input differs.
pub(super) enum Shared {
    /// For two calls of one run.
    Calls((String, Span), (String, Span)),
    /// For the turns of a loop.
    Turns(String, Span),
    /// For another run.
    Runs,
}
