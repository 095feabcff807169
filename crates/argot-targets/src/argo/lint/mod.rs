//! Warnings that only apply to Argo.
//!
//! | module | warnings |
//! |---|---|
//! | `entrypoints` | containers whose entrypoint Argo would look up in a registry |
//! | `whole::locks` | semaphores that are taken inside something that holds them |
//! | `whole::keys` | artifact keys that parallel tasks write |
//! | `whole::workspace` | settings of the workspace that Argo does not have |
//! | `whole::caches` | cached results that are shared by mistake, or whose artifacts are deleted |

mod entrypoints;

use argot_compiler::lint::Row;

use super::whole::{
    CacheIgnoresInput, CachedArtifactsDeleted, Searched, SemaphoreHeldTwice, TasksWriteOneKey,
    WorkspaceWithoutEffect,
};

/// The lints.
pub(crate) const ALL: &[Row<Searched>] = &[
    Row::of::<SemaphoreHeldTwice>(),
    Row::of::<TasksWriteOneKey>(),
    Row::of::<CacheIgnoresInput>(),
    Row::of::<CachedArtifactsDeleted>(),
    Row::of::<WorkspaceWithoutEffect>(),
    Row::of::<entrypoints::UnknownEntrypoint>(),
];
