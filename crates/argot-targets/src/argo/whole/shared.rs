//! Results that are shared by mistake through a cache.

use argot_syntax::Span;

/// Who reuses a cached result although an input differs.
pub(super) enum Shared {
    /// Two calls of one run.
    Calls((String, Span), (String, Span)),
    /// The turns of a loop.
    Turns(String, Span),
    /// Another run.
    Runs,
}
