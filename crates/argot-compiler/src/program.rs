//! A program: what a set of files means. Every name is an index and every expression is typed.

use argot_syntax::Span;
use indexmap::IndexMap;
use serde::Serialize;

use crate::{
    ArtifactTypes, Attributes, BlockId, Body, ComponentId, Expr, InputId, ModuleId, PipelineId,
    Raw, TaskId, Type, Value, VolumeSource,
};

/// What a set of files means.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Program {
    /// The artifact types.
    pub artifacts: ArtifactTypes,
    /// The components of all files.
    pub components: Vec<Component>,
    /// The pipelines of all files, a called one before its callers.
    pub pipelines: Vec<Pipeline>,
    /// The pipelines of the entry file, in the order in which they stand.
    pub entries: Vec<PipelineId>,
}

impl Program {
    /// The component of that id.
    pub fn component(&self, id: ComponentId) -> Option<&Component> {
        self.components.get(id.index())
    }

    /// The inputs of what is called.
    pub fn inputs(&self, callee: Callee) -> &[Input] {
        match callee {
            Callee::Component(id) => self.component(id).map_or(&[], |callee| &callee.inputs),
            Callee::Pipeline(id) => self.pipeline(id).map_or(&[], |callee| &callee.inputs),
        }
    }

    /// The outputs of what is called.
    pub fn outputs(&self, callee: Callee) -> &[Output] {
        match callee {
            Callee::Component(id) => self.component(id).map_or(&[], |callee| &callee.outputs),
            Callee::Pipeline(id) => self.pipeline(id).map_or(&[], |callee| &callee.outputs),
        }
    }

    /// The pipeline of that id.
    pub fn pipeline(&self, id: PipelineId) -> Option<&Pipeline> {
        self.pipelines.get(id.index())
    }
}

/// An input of a component, or a parameter of a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Input {
    /// The name.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// The type.
    pub ty: Type,
    /// The value where a caller gives none. For an artifact it is a location, else a constant.
    pub default: Option<Expr>,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
}

impl Input {
    /// Whether a caller may leave it out.
    pub fn is_optional(&self) -> bool {
        self.default.is_some() || self.ty.is_optional()
    }
}

/// An output of a component or pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Output {
    /// The name.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// The type.
    pub ty: Type,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
}

/// A step's contract and what runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Component {
    /// The name.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// The file that defines it.
    pub module: ModuleId,
    /// The inputs.
    pub inputs: Vec<Input>,
    /// The outputs.
    pub outputs: Vec<Output>,
    /// What runs.
    pub body: Body,
    /// The attributes.
    pub attributes: Attributes,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
}

/// A script and what runs it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Script {
    /// The text, which nothing may change on its way to the interpreter.
    pub text: String,
    /// The name of the file that it was read from, without folders.
    pub file: Option<String>,
    /// The program that is given the script's file as its last argument.
    pub interpreter: Vec<String>,
    /// Where it was written.
    #[serde(skip)]
    pub span: Span,
}

/// A template that is in the cluster already.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TemplateRef {
    /// The name of the WorkflowTemplate or ClusterWorkflowTemplate.
    pub name: String,
    /// The template in it.
    pub template: String,
    /// Whether it is a ClusterWorkflowTemplate.
    pub cluster: bool,
    /// Where it was written.
    #[serde(skip)]
    pub span: Span,
}

/// A pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pipeline {
    /// The name.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// The file that defines it.
    pub module: ModuleId,
    /// The parameters.
    pub inputs: Vec<Input>,
    /// The outputs.
    pub outputs: Vec<Output>,
    /// What `return` gives for each output, in the order of the outputs.
    pub returns: Vec<Expr>,
    /// Volumes that it declares.
    pub volumes: Vec<Volume>,
    /// The tasks of all its blocks; each uses only what stands before it in its own block or around it.
    pub tasks: Vec<Task>,
    /// The blocks: [`BlockId::BODY`], the body itself, first.
    pub blocks: Vec<Block>,
    /// What runs when it has ended, in the order of the source.
    pub handlers: Vec<Handler>,
    /// What is laid under the attributes of every task.
    pub defaults: Attributes,
    /// What concerns the pipeline as a whole.
    pub attributes: PipelineAttributes,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
}

impl Pipeline {
    /// The task of that id.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(id.index())
    }

    /// The block of that id.
    pub fn block(&self, id: BlockId) -> Option<&Block> {
        self.blocks.get(id.index())
    }
}

/// Statements with a scope of their own: a pipeline's body, an arm of an `if`, the body of a loop, a handler.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Block {
    /// Its own tasks, in the order of the source; not those of blocks inside it.
    pub tasks: Vec<TaskId>,
    /// What `yield` gives for each output of the task that owns the block, in the order of those outputs.
    pub yields: Vec<Expr>,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

impl Block {
    /// Whether it calls anything, itself or in the blocks in it: `tasks` and `blocks` are the pipeline's.
    pub(crate) fn calls(&self, tasks: &[Task], blocks: &[Self]) -> bool {
        let found = self.tasks.iter().filter_map(|id| tasks.get(id.index()));
        found.into_iter().any(|task| match &task.kind {
            TaskKind::Call(_) => true,
            kind => kind
                .blocks()
                .iter()
                .filter_map(|id| blocks.get(id.index()))
                .any(|block| block.calls(tasks, blocks)),
        })
    }
}

/// `on exit { ... }`, `on success { ... }` or `on failure { ... }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Handler {
    /// After which end.
    pub event: Event,
    /// What runs.
    pub block: BlockId,
    /// Where the event's name stands.
    #[serde(skip)]
    pub span: Span,
}

/// How a pipeline has ended, where a handler asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// In any way.
    Exit,
    /// Well.
    Success,
    /// With a failure or an error.
    Failure,
}

impl Event {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Exit, Self::Success, Self::Failure];

    /// As it is written behind `on`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// A volume that a pipeline declares.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Volume {
    /// The name.
    pub name: String,
    /// What it is made of.
    pub source: VolumeSource,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
}

/// A statement of a pipeline that runs something: a call or a block.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// The name, unique in its block: of the `let`, else made of what is called, with `-2` and so on for
    /// further ones.
    pub name: String,
    /// What runs.
    pub kind: TaskKind,
    /// Tasks that must have ended before.
    pub after: Vec<TaskId>,
    /// Where the name stands, or what stands for it where there is none.
    #[serde(skip)]
    pub span: Span,
}

impl Task {
    /// The call, where it is one.
    pub fn call(&self) -> Option<&Call> {
        match &self.kind {
            TaskKind::Call(call) => Some(call),
            _ => None,
        }
    }
}

/// The kinds of tasks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "most tasks are calls")]
pub enum TaskKind {
    /// A call.
    Call(Call),
    /// `if`.
    If(If),
    /// `for`.
    For(For),
    /// `repeat`.
    Repeat(Repeat),
}

impl TaskKind {
    /// What a block yields; nothing for a call, whose callee has outputs.
    pub fn outputs(&self) -> &[Output] {
        match self {
            Self::Call(_) => &[],
            Self::If(block) => &block.outputs,
            Self::For(block) => &block.outputs,
            Self::Repeat(block) => &block.outputs,
        }
    }

    /// The blocks inside it, in the order of the source.
    pub fn blocks(&self) -> Vec<BlockId> {
        match self {
            Self::Call(_) => Vec::new(),
            Self::If(block) => block
                .arms
                .iter()
                .map(|arm| arm.block)
                .chain(block.otherwise)
                .collect(),
            Self::For(block) => vec![block.block],
            Self::Repeat(block) => vec![block.block],
        }
    }
}

/// A call of a component or pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// What is given, in the order of the callee's inputs.
    pub arguments: Vec<(InputId, Expr)>,
    /// What is laid over the callee's attributes.
    pub with: Box<Attributes>,
    /// Whether the pipeline goes on where it fails. Its outputs are then optional for those who use them.
    pub allow_failure: bool,
}

/// `if c { } else if d { } else { }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct If {
    /// The conditions with what runs, in order: the first that holds decides.
    pub arms: Vec<Arm>,
    /// What runs where none holds.
    pub otherwise: Option<BlockId>,
    /// What it yields: optional where no arm may run.
    pub outputs: Vec<Output>,
}

/// A condition and what runs where it holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arm {
    /// A `bool`.
    pub condition: Expr,
    /// What runs.
    pub block: BlockId,
}

/// `for x in xs parallel n { }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct For {
    /// The name of the loop variable. Its value is [`ExprKind::Item`](crate::ExprKind) of this task.
    pub variable: String,
    /// The variable's type.
    pub item: Type,
    /// What it runs over.
    pub items: Items,
    /// How many turns may run at the same time.
    pub parallel: Option<Expr>,
    /// What runs for each item.
    pub block: BlockId,
    /// What it yields: lists, one element for each item.
    pub outputs: Vec<Output>,
}

/// What a loop runs over.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Items {
    /// The elements of a list.
    List(Expr),
    /// The whole numbers from the first up to, not including, the second.
    Range(Expr, Expr),
    /// The elements of a list, each as a record with its `index`, from 0, and the `item`. Only in a plan.
    Numbered(Expr),
}

impl Items {
    /// The expressions in it.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::List(list) | Self::Numbered(list) => vec![list],
            Self::Range(from, to) => vec![from, to],
        }
    }

    /// The expressions in it.
    pub fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::List(list) | Self::Numbered(list) => vec![list],
            Self::Range(from, to) => vec![from, to],
        }
    }
}

/// `repeat max n { } until c`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeat {
    /// The most turns, at least one.
    pub max: i64,
    /// What runs in each turn.
    pub block: BlockId,
    /// Whether the turn was the last one. What the turn has yielded is a
    /// [`ExprKind::TaskOutput`](crate::ExprKind) of this task.
    pub until: Expr,
    /// What the last turn yields.
    pub outputs: Vec<Output>,
}

/// What a task calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Callee {
    /// A component.
    Component(ComponentId),
    /// A pipeline.
    Pipeline(PipelineId),
}

/// What concerns a pipeline as a whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PipelineAttributes {
    /// When it runs by itself.
    pub schedule: Option<Schedule>,
    /// How many steps may run at the same time.
    pub parallel: Option<Expr>,
    /// The longest that a run may take.
    pub timeout: Option<Expr>,
    /// Whether steps that do not depend on a failed one still run.
    pub continue_on_error: Option<bool>,
    /// The service account of the run and its pods.
    pub service_account: Option<Expr>,
    /// Labels of the run.
    pub labels: IndexMap<String, Expr>,
    /// Annotations of the run.
    pub annotations: IndexMap<String, Expr>,
    /// The run's priority; the higher runs first.
    pub priority: Option<Expr>,
    /// How long the run's object is kept.
    pub ttl: Ttl,
    /// Where steps leave files for others, on a target that has no storage for artifacts of its own.
    pub workspace: Workspace,
    /// When pods are deleted.
    pub pod_gc: Option<Expr>,
    /// Whether logs are kept as artifacts.
    pub archive_logs: Option<bool>,
    /// When artifacts are deleted.
    pub artifact_gc: Option<Expr>,
    /// The name of a lock that is held while it runs.
    pub mutex: Option<Expr>,
    /// A counted lock that is held while it runs.
    pub semaphore: crate::Semaphore,
    /// Said in place of the documentation.
    pub description: Option<String>,
    /// Raw fields of the Workflow's spec.
    pub argo: Option<Raw>,
    /// Where each attribute that is set stands, by its name.
    #[serde(skip)]
    pub spans: IndexMap<String, Span>,
}

/// `workspace { ... }`: a claim for the files that pass from step to step.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Workspace {
    /// Where the block stands.
    #[serde(skip)]
    pub span: Option<Span>,
    /// How large.
    pub size: Option<crate::Quantity>,
    /// The storage class.
    pub class: Option<String>,
    /// The access mode, in Kubernetes' words.
    pub access: Option<String>,
}

/// `schedule { ... }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Schedule {
    /// The cron expressions.
    pub cron: Vec<String>,
    /// Where they were written.
    #[serde(skip)]
    pub cron_span: Span,
    /// The IANA time zone.
    pub timezone: Option<String>,
    /// Where it was written, if it was.
    #[serde(skip)]
    pub timezone_span: Span,
    /// `Allow`, `Forbid` or `Replace`.
    pub concurrency: Option<String>,
    /// Whether it starts nothing for now.
    pub suspend: Option<bool>,
    /// How many ended runs are kept.
    pub history: History,
    /// Where it was written.
    #[serde(skip)]
    pub span: Span,
}

/// How many ended runs of a schedule are kept.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct History {
    /// Succeeded ones.
    pub success: Option<i64>,
    /// Failed ones.
    pub failure: Option<i64>,
}

/// `ttl { ... }`: how long a run's object is kept after its end.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Ttl {
    /// After success.
    pub success: Option<crate::Duration>,
    /// After failure.
    pub failure: Option<crate::Duration>,
    /// After any end.
    pub after: Option<crate::Duration>,
}

/// A parameter that is given for a compilation, already in the type of the parameter.
pub type Bindings = IndexMap<String, Value>;
