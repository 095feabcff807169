//! Warnings that only apply to Argo.
//!
//! | module | warnings |
//! |---|---|
//! | `entrypoints` | containers whose entrypoint Argo would look up in a registry |
//! | `whole::workspace` | settings of the workspace that Argo does not have |
//! | `whole::caches` | cached results that are shared by mistake, or whose artifacts are deleted |

mod entrypoints;

use argot_compiler::lint::Row;

use super::whole::{CacheIgnoresInput, CachedArtifactsDeleted, WorkspaceWithoutEffect};

/// The checks that every plan for Argo goes through.
pub(super) const ALL: &[Row] = &[
    Row::of::<CacheIgnoresInput>(),
    Row::of::<CachedArtifactsDeleted>(),
    Row::of::<WorkspaceWithoutEffect>(),
    Row::of::<entrypoints::UnknownEntrypoint>(),
];
