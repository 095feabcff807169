//! The parts of a row in the attribute table: blocks, shapes, kinds of values and rules.

/// A kind of block that holds attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// A component.
    Component,
    /// A pipeline.
    Pipeline,
    /// `with { ... }` after a call.
    With,
    /// `defaults { ... }` of a pipeline.
    Defaults,
    /// `init "name" { ... }`.
    Init,
    /// `sidecar "name" { ... }`.
    Sidecar,
    /// `resources { ... }`.
    Resources,
    /// `retry { ... }`.
    Retry,
    /// `cache { ... }`.
    Cache,
    /// `semaphore { ... }`.
    Semaphore,
    /// `security { ... }`.
    Security,
    /// The settings of one output, in `outputs { ... }`.
    Output,
    /// `dns { ... }`.
    Dns,
    /// `liveness_probe`, `readiness_probe` or `startup_probe`.
    Probe,
    /// `template_ref { ... }`.
    TemplateRef,
    /// `schedule { ... }`.
    Schedule,
    /// `history { ... }`.
    History,
    /// `ttl { ... }`.
    Ttl,
    /// `workspace { ... }`.
    Workspace,
    /// One record of `tolerations`.
    Toleration,
    /// One record of `host_aliases`.
    HostAlias,
    /// One record of `topology_spread`.
    TopologySpread,
    /// One record of `ports`.
    Port,
}

impl Block {
    /// Where the block is, as a phrase for messages.
    pub fn place(self) -> &'static str {
        match self {
            Self::Component => "in a component",
            Self::Pipeline => "in a pipeline",
            Self::With => "in `with`",
            Self::Defaults => "in `defaults`",
            Self::Init => "in `init`",
            Self::Sidecar => "in `sidecar`",
            Self::Resources => "in `resources`",
            Self::Retry => "in `retry`",
            Self::Cache => "in `cache`",
            Self::Semaphore => "in `semaphore`",
            Self::Security => "in `security`",
            Self::Output => "for an output",
            Self::Dns => "in `dns`",
            Self::Probe => "in a probe",
            Self::TemplateRef => "in `template_ref`",
            Self::Schedule => "in `schedule`",
            Self::History => "in `history`",
            Self::Ttl => "in `ttl`",
            Self::Workspace => "in `workspace`",
            Self::Toleration => "in `tolerations`",
            Self::HostAlias => "in `host_aliases`",
            Self::TopologySpread => "in `topology_spread`",
            Self::Port => "in `ports`",
        }
    }
}

/// How an attribute is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `name = value`.
    Value,
    /// `name { ... }`.
    Block,
    /// `name "label" { ... }`.
    Labelled,
}

/// The resource that an amount measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountOf {
    /// Processor cores.
    Cpu,
    /// Memory of a container.
    Memory,
    /// Space on a disk, or in memory for a volume that is kept there.
    Storage,
}

/// A condition on one value, wherever the value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Any value is accepted.
    Any,
    /// Any single value is accepted, but it is checked together with other values.
    Together,
    /// An image reference, which should have a fixed tag.
    Image,
    /// An absolute path in a container.
    AbsolutePath,
    /// An absolute path of a volume.
    VolumePath,
    /// The name of a Kubernetes object.
    ObjectName,
    /// A key of a Secret or ConfigMap.
    DataKey,
    /// The value of a label.
    LabelValue,
    /// The key of a taint or of a node label.
    LabelKey,
    /// A text that must not be empty.
    Filled,
    /// One of these words.
    Member(&'static [&'static str]),
    /// A duration longer than zero.
    LongerThanNothing,
    /// A whole number no smaller than this.
    AtLeast(i64),
    /// A whole number that is at least this, for a field that holds 32 bits.
    Int32AtLeast(i32),
    /// The number of a port.
    PortNumber,
    /// The name of a port.
    PortName,
    /// An IPv4 or IPv6 address of a host.
    IpAddress,
    /// The id of a user or group.
    Id,
    /// An amount of a resource; it must not be negative.
    Amount(AmountOf),
    /// The size of a volume; it must be more than zero.
    Size,
    /// A whole number of devices.
    Devices,
    /// A part of the location of an artifact.
    AddressPart,
    /// The name of a time zone.
    TimeZone,
}

/// How to write a single value that is kept as an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A text.
    Text(Rule),
    /// A `bool`.
    Bool(Rule),
    /// A whole number.
    Int(Rule),
    /// A duration.
    Duration(Rule),
    /// A quantity.
    Quantity(Rule),
    /// A constant that is one of these words.
    Word(&'static [&'static str]),
    /// A value of any type that can be written as text.
    AnyText(Rule),
    /// A `bool` that is evaluated after each attempt.
    OverAttempt,
    /// A whole number of devices.
    Devices,
    /// A value that must be known at compile time.
    Constant(&'static Self),
    /// The same, with the words that messages use for it instead of the attribute's name.
    ConstantAs(&'static str, &'static Self),
    /// The constant text of a script.
    Script,
    /// A constant cron expression, or a list of them.
    Cron,
}

/// How to write a list of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// Texts.
    Each(Rule),
    /// Values of any type that can be written as text: a command line.
    Arguments,
}

/// How to write a record whose keys the author chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyed {
    /// Texts under label keys.
    Labels(Rule),
    /// Texts under label keys that must be known at compile time.
    ConstantLabels(Rule),
    /// Numbers of devices under resource names.
    Devices,
    /// Texts under any names.
    Plain,
}

/// How to write fields in the target's own format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawForm {
    /// A record.
    Record,
    /// Any value.
    Any,
}

impl Scalar {
    /// The rule that the value must follow.
    pub fn rule(self) -> Rule {
        match self {
            Self::Text(rule)
            | Self::Bool(rule)
            | Self::Int(rule)
            | Self::Duration(rule)
            | Self::Quantity(rule)
            | Self::AnyText(rule) => rule,
            Self::Word(_) | Self::OverAttempt | Self::Script | Self::Cron => Rule::Any,
            Self::Devices => Rule::Devices,
            Self::Constant(inner) | Self::ConstantAs(_, inner) => inner.rule(),
        }
    }
}

/// A row of the attribute table: everything known about an attribute besides its type.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The name.
    pub name: &'static str,
    /// How the attribute is written.
    pub shape: Shape,
    /// The blocks that accept it.
    pub places: &'static [Block],
    /// Its purpose, in sentences.
    pub doc: &'static [&'static str],
}
