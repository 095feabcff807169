//! Findings about the run as a whole.

use argot_syntax::Span;

/// The warnings that the search for errors has found.
#[derive(Debug, Default)]
pub(crate) struct Searched {
    /// Semaphores that are taken inside something that already holds them.
    pub(super) semaphores: Vec<HeldTwice>,
    /// Artifact keys that two tasks can write at the same time.
    pub(super) keys: Vec<WrittenTwice>,
}

/// A lock that something takes.
#[derive(Debug, Clone)]
pub(super) struct Lock {
    /// Its identity, in the terms of the run.
    pub(super) id: String,
    /// The name of a mutex, if it is known.
    pub(super) name: Option<String>,
    /// Whether it has only one holder at a time. The limit of a semaphore is in the cluster.
    pub(super) is_mutex: bool,
    pub(super) span: Span,
    /// The holder, for messages.
    pub(super) holder: String,
}

/// A lock that is taken inside something that already holds it.
#[derive(Debug)]
pub(super) struct HeldTwice {
    pub(super) inner: Lock,
    pub(super) outer: Lock,
}

/// The name and position of a task.
pub(super) type Named = (String, Span);

/// An artifact key that two tasks can write at the same time.
#[derive(Debug)]
pub(super) struct WrittenTwice {
    /// The output of the second task, and where its location is set.
    pub(super) output: (String, Span),
    pub(super) first: Named,
    pub(super) second: Named,
}

/// Who reuses a cached result although an input differs.
pub(super) enum Shared {
    /// Two calls of one run.
    Calls(Named, Named),
    /// The turns of a loop.
    Turns(String, Span),
    /// Another run.
    Runs,
}
