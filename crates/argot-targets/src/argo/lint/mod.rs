//! Warnings that Argo's ways call for.
//!
//! | module | warnings |
//! |---|---|
//! | `entrypoints` | containers whose entrypoint Argo would ask a registry for |
//! | `whole::workspace` | settings of the workspace that Argo does not have |
//! | `whole::caches` | cached results that are shared by mistake, or whose artifacts are deleted |

mod entrypoints;

use argot_compiler::lint::Row;

use super::whole::{CacheIgnoresInput, CachedArtifactsDeleted, WorkspaceWithoutEffect};

/// What is looked for in the plan of every run on Argo.
pub(super) const ALL: &[Row] = &[
    Row::of::<CacheIgnoresInput>(),
    Row::of::<CachedArtifactsDeleted>(),
    Row::of::<WorkspaceWithoutEffect>(),
    Row::of::<entrypoints::UnknownEntrypoint>(),
];
