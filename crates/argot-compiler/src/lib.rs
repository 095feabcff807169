//! The Argot compiler: from files to what has to run, without a word about a target.
//!
//! | stage | type | made by | what it is |
//! |---|---|---|---|
//! | 3 | [`Program`] | [`check`] | what it means: every name an index, every expression typed, constants evaluated |
//! | 4 | [`Plan`] | [`plan`] | what has to run: graphs of tasks, each with merged attributes and bound volumes |
//!
//! No stage does I/O; files come through a [`World`]. No stage fails: mistakes are added to
//! [`Diagnostics`](argot_syntax::Diagnostics), and a later stage runs only if there are no errors.

#[macro_use]
#[path = "../../argot-syntax/src/messages.rs"]
mod messages;

pub mod attributes;
mod body;
mod check;
mod context;
mod data;
mod diagnostics;
mod duration;
pub mod evaluate;
mod expr;
mod fit;
mod function;
mod ids;
pub mod limits;
pub mod lint;
mod names;
mod pattern;
mod plan;
mod program;
mod programs;
mod quantity;
mod read;
mod texts;
mod types;
mod value;
mod world;

pub use attributes::{
    Amount, Attribute, Attributes, Cache, CacheAttribute, Container, ContainerAttribute, Dns,
    DnsAttribute, EnvFrom, EnvValue, Execution, ExecutionAttribute, History, HistoryAttribute,
    HostAlias, HostAliasAttribute, Mount, OutputAttribute, OutputSettings, PipelineAttribute,
    PipelineAttributes, Pod, PodAttribute, Port as ContainerPort, PortAttribute, Probe,
    ProbeAttribute, Raw, RawField, RawKind, Resource, Resources, Retry, RetryAttribute, Schedule,
    ScheduleAttribute, Security, SecurityAttribute, Semaphore, SemaphoreAttribute, Set, Setting,
    Toleration, TolerationAttribute, TopologySpread, TopologySpreadAttribute, Ttl, TtlAttribute,
    Workspace, WorkspaceAttribute,
};
pub use body::{Allowed, Body, BodyFacts, BodyKind};
pub use check::{Checked, check, check_after, rules};
pub use context::{
    ATTEMPT_STATUSES, CONTEXTS, Context, FAILURE_FIELDS, RUN_STATUSES, TASK_STATUSES,
};
pub use data::{
    DEEPEST_DATA, Data, DataKind, Field as DataField, Fields, Flaw, Number, from_json, given_twice,
    part, too_deep,
};
pub use duration::Duration;
pub use expr::{
    ArtifactSource, BinaryOperator, Expr, ExprKind, Location, Parts, TaskValue, UnaryOperator,
    VolumeExpr, VolumeSource,
};
pub use fit::Misfit;
pub use function::{FUNCTIONS, Function, FunctionInfo};
pub use ids::{
    ArtifactId, BlockId, ComponentId, DagId, InputId, ModuleId, OutputId, PipelineId, PlanTaskId,
    StepId, TaskId, VolumeId,
};
pub use names::suggest;
pub use plan::Task as PlanTask;
pub use plan::{
    Argument, ArgumentValue, Claim, Dag, DagKind, Edge, Hook, KnownInputs, Plan, PlanVolume,
    PlanVolumeSource, Port, RunParameter, Step, Target, fold, plan,
};
pub use program::{
    Arm, Bindings, Block, Call, Callee, Component, Event, For, Handler, If, Input, Items, Output,
    Pipeline, Program, Repeat, Script, Task, TaskKind, TemplateRef, Volume,
};
pub use quantity::Quantity;
pub use types::{ArtifactType, ArtifactTypes, BUILTIN_ARTIFACTS, Field, Type};
pub use value::{Value, float_text};
pub use world::{ReadError, World};
