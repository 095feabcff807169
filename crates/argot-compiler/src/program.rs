//! A program: what a set of files means. Every name is an index and every expression is typed.

use argot_syntax::Span;
use indexmap::IndexMap;
use serde::Serialize;

use crate::{
    ArtifactTypes, Attributes, ComponentId, Expr, InputId, ModuleId, PipelineId, Raw, TaskId, Type,
    Value, VolumeSource,
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

/// What a component runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// The program of `image`, `command` and `args`.
    Container,
    /// A script.
    Script(Script),
    /// A template that is in the cluster already.
    TemplateRef(TemplateRef),
    /// The target's own template.
    RawTemplate(Raw),
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
    /// The tasks; each uses only what stands before it.
    pub tasks: Vec<Task>,
    /// What is laid under the attributes of every task.
    pub defaults: Attributes,
    /// What concerns the pipeline as a whole.
    pub attributes: PipelineAttributes,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
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

/// A call in a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// The name: of the `let`, or of the callee with `-2` and so on for the further bare calls.
    pub name: String,
    /// What is called.
    pub callee: Callee,
    /// What is given, in the order of the callee's inputs.
    pub arguments: Vec<(InputId, Expr)>,
    /// Tasks that must have ended before.
    pub after: Vec<TaskId>,
    /// What is laid over the callee's attributes.
    pub with: Attributes,
    /// Where the name stands, or the callee where there is none.
    #[serde(skip)]
    pub span: Span,
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

/// `schedule { ... }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Schedule {
    /// The cron expressions.
    pub cron: Vec<String>,
    /// The IANA time zone.
    pub timezone: Option<String>,
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
