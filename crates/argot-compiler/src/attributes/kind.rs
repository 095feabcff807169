//! What rows of the table of attributes are made of: blocks, shapes, kinds of values and rules.

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
    /// `probe { ... }` of any sort.
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
    /// Where it is, for people.
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

/// What an amount is an amount of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountOf {
    /// Processor cores.
    Cpu,
    /// Memory of a container.
    Memory,
    /// Room on a disk, or in memory as a volume.
    Storage,
}

/// What must hold for one value, whoever gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Nothing.
    Any,
    /// Nothing for the value by itself; it counts together with others.
    Together,
    /// An image reference, which should have a tag that stays.
    Image,
    /// An absolute path in a container.
    AbsolutePath,
    /// An absolute path of a volume.
    VolumePath,
    /// The name of an object in the cluster.
    ObjectName,
    /// A key of a Secret or ConfigMap.
    DataKey,
    /// The value of a label.
    LabelValue,
    /// The key of a taint, or of a label of nodes.
    LabelKey,
    /// A text that is not empty.
    Filled,
    /// One of these words.
    Member(&'static [&'static str]),
    /// A duration of more than nothing.
    LongerThanNothing,
    /// A whole number that is at least this.
    AtLeast(i64),
    /// The number of a port.
    PortNumber,
    /// The name of a port.
    PortName,
    /// The address of a host: IPv4 or IPv6.
    IpAddress,
    /// The id of a user or group.
    Id,
    /// An amount of a resource, none of which is negative.
    Amount(AmountOf),
    /// The size of a volume, which is more than nothing.
    Size,
    /// A whole number of devices.
    Devices,
    /// A part of the address of an artifact.
    AddressPart,
}

/// How one value that is kept as an expression is written.
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
    /// A constant that is one of these words.
    Word(&'static [&'static str]),
    /// A value of any type that has a text.
    AnyText(Rule),
    /// A `bool` over the attempt that has ended.
    OverAttempt,
    /// A whole number of devices.
    Devices,
    /// A value that must be known when the pipeline is compiled.
    Constant(&'static Self),
}

/// How a list of values is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// Texts.
    Each(Rule),
    /// Values of any type that have a text: a command line.
    Arguments,
}

/// How a record with keys of the author's own is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyed {
    /// Texts under the keys of labels.
    Labels(Rule),
    /// Numbers of devices under the names of resources.
    Devices,
    /// Texts under any names.
    Plain,
}

/// How fields of the target's own are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawForm {
    /// A record.
    Record,
    /// Any value.
    Any,
}

impl Scalar {
    /// What must hold for the value.
    pub fn rule(self) -> Rule {
        match self {
            Self::Text(rule)
            | Self::Bool(rule)
            | Self::Int(rule)
            | Self::Duration(rule)
            | Self::AnyText(rule) => rule,
            Self::Word(_) | Self::OverAttempt => Rule::Any,
            Self::Devices => Rule::Devices,
            Self::Constant(inner) => inner.rule(),
        }
    }

    /// What is written, in the words of the documentation.
    pub fn words(self) -> String {
        match self {
            Self::Text(rule) | Self::AnyText(rule) => rule.words("text").to_owned(),
            Self::Bool(_) => "`bool`".to_owned(),
            Self::Int(rule) => rule.words("whole number").to_owned(),
            Self::Duration(_) => "duration".to_owned(),
            Self::Word(words) => words
                .iter()
                .map(|word| format!("`\"{word}\"`"))
                .collect::<Vec<_>>()
                .join(" "),
            Self::OverAttempt => {
                "`bool` over `task.attempt`, `task.status`, `task.exit_code`, `task.duration`"
                    .to_owned()
            }
            Self::Devices => "number of devices".to_owned(),
            Self::Constant(inner) => format!("{}, constant", inner.words()),
        }
    }
}

impl Rule {
    /// What a value is called that holds to the rule, in the words of the documentation.
    fn words(self, otherwise: &'static str) -> &'static str {
        match self {
            Self::Image => "image reference",
            Self::AbsolutePath | Self::VolumePath => "absolute path",
            Self::ObjectName => "name of an object",
            Self::LabelValue => "value of a label",
            Self::LabelKey => "key of a label",
            Self::Id => "id",
            Self::PortNumber => "number of a port",
            Self::PortName => "name of a port",
            Self::IpAddress => "IP address",
            _ => otherwise,
        }
    }
}

/// A row of the table: what is known of an attribute beside its type.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The name.
    pub name: &'static str,
    /// How it is written.
    pub shape: Shape,
    /// The blocks where it may be.
    pub places: &'static [Block],
    /// What it is for, in sentences.
    pub doc: &'static [&'static str],
    /// What is written, in the words of the documentation.
    pub words: fn() -> String,
}
