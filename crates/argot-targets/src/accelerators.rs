//! The nodes of a cluster and the devices on them.

/// What a cluster's nodes are called and how their devices are asked for.
#[derive(Debug, Clone, Default)]
pub struct Platform;
