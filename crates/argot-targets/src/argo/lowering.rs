//! A step on its way to a template, and what it needs.

use indexmap::IndexMap;

use super::dialect::Tags;
use super::tags::TagSet;
use super::versions::Version;
use crate::accelerators::{DeviceClaim, Platform};
use crate::pod::Builder;
use crate::pod::scripts::Scripts;

/// What the lowering of every step needs besides the step.
pub(crate) struct Context<'a> {
    /// The name of the pipeline in the output.
    pub(crate) base: &'a str,
    /// The tags of the compilation.
    pub(crate) tags: &'a TagSet,
    /// The version that is compiled for.
    pub(crate) version: Version,
    /// The nodes of the cluster and what is on them.
    pub(crate) platform: &'a Platform,
    /// Scripts that stand outside of the templates.
    pub(crate) scripts: &'a mut Scripts,
    /// What is claimed of devices, by the names of the templates of claims.
    pub(crate) claims: &'a mut IndexMap<String, DeviceClaim>,
}

/// A step on its way to a template.
pub(super) struct Lowering<'a, 'b> {
    /// The step's pod.
    pub(super) pod: Builder<'a, Tags<'a>>,
    /// What every step needs.
    pub(super) context: &'a mut Context<'b>,
}
