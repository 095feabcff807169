//! Names as indexes: one type for each kind of thing, so that none is taken for another.

use serde::Serialize;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The id of the thing that stands at `index` in its list.
            pub fn new(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }

            /// Where the thing stands in its list.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A file of the program.
    ModuleId
    /// An artifact type.
    ArtifactId
    /// A component of the program.
    ComponentId
    /// A pipeline of the program.
    PipelineId
    /// An input of one component, or a parameter of one pipeline.
    InputId
    /// An output of one component or pipeline.
    OutputId
    /// A task of one pipeline of the program.
    TaskId
    /// A task of one graph of a plan.
    PlanTaskId
    /// A block of one pipeline.
    BlockId
    /// A volume that one pipeline declares.
    VolumeId
    /// A step of a plan: a component as some of its tasks need it.
    StepId
    /// A graph of a plan: a pipeline as some of its calls need it.
    DagId
}

impl BlockId {
    /// The block that is a pipeline's body.
    pub const BODY: Self = Self(0);
}
