//! The state of lowering one step to a template.

use indexmap::IndexMap;

use super::dialect::Tags;
use super::tags::TagSet;
use super::versions::Version;
use crate::accelerators::{DeviceClaim, Platform};
use crate::pod::Builder;
use crate::pod::scripts::Scripts;

/// The input of every step's lowering besides the step itself.
pub(crate) struct Context<'a> {
    /// The pipeline's name in the output.
    pub(crate) base: &'a str,
    /// The tags of the compilation.
    pub(crate) tags: &'a TagSet,
    /// The target version.
    pub(crate) version: Version,
    /// The cluster's nodes and what is available on them.
    pub(crate) platform: &'a Platform,
    /// Scripts that are kept outside of the templates.
    pub(crate) scripts: &'a mut Scripts,
    /// Device claims, by the names of their claim templates.
    pub(crate) claims: &'a mut IndexMap<String, DeviceClaim>,
}

/// A step that is being lowered to a template.
pub(super) struct Lowering<'a, 'b> {
    /// The step's pod.
    pub(super) pod: Builder<'a, Tags<'a>>,
    /// The parts that all steps share.
    pub(super) context: &'a mut Context<'b>,
}
