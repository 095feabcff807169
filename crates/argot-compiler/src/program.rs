//! A program: a set of files, resolved. Every name is an index and every expression has a type.

use argot_syntax::Span;
use indexmap::IndexMap;
use serde::Serialize;

use crate::{
    ArtifactTypes, Attributes, BlockId, Body, ComponentId, Container, Expr, InputId, ModuleId,
    PipelineAttributes, PipelineId, TaskId, Type, Value, VolumeSource,
};

/// A set of files, with names resolved and expressions typed.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Program {
    /// The artifact types: the built-in ones and those that files declare.
    pub artifacts: ArtifactTypes,
    /// The components of all files.
    pub components: Vec<Component>,
    /// The pipelines of all files. Callees come before their callers.
    pub pipelines: Vec<Pipeline>,
    /// The pipelines of the entry file, in source order.
    pub entries: Vec<PipelineId>,
}

impl Program {
    /// The component with that id.
    pub fn component(&self, id: ComponentId) -> Option<&Component> {
        self.components.get(id.index())
    }

    /// The inputs of the callee.
    pub fn inputs(&self, callee: Callee) -> &[Input] {
        match callee {
            Callee::Component(id) => self.component(id).map_or(&[], |callee| &callee.inputs),
            Callee::Pipeline(id) => self.pipeline(id).map_or(&[], |callee| &callee.inputs),
        }
    }

    /// The outputs of the callee.
    pub fn outputs(&self, callee: Callee) -> &[Output] {
        match callee {
            Callee::Component(id) => self.component(id).map_or(&[], |callee| &callee.outputs),
            Callee::Pipeline(id) => self.pipeline(id).map_or(&[], |callee| &callee.outputs),
        }
    }

    /// The pipeline with that id.
    pub fn pipeline(&self, id: PipelineId) -> Option<&Pipeline> {
        self.pipelines.get(id.index())
    }

    /// Every attribute block: of components, `defaults` and `with`.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = AttributeBlock<'_>> {
        let components = self.components.iter().map(|component| AttributeBlock {
            attributes: &component.attributes,
            inputs: &component.inputs,
            is_component: true,
        });
        let pipelines = self.pipelines.iter().flat_map(|pipeline| {
            let calls = pipeline.tasks.iter().filter_map(Task::call);
            std::iter::once(pipeline.attributes.defaults())
                .chain(calls.map(|call| call.with.as_ref()))
                .map(|attributes| AttributeBlock {
                    attributes,
                    inputs: &pipeline.inputs,
                    is_component: false,
                })
        });
        components.chain(pipelines)
    }
}

/// The attributes of a component, of `defaults` or of `with`.
pub(crate) struct AttributeBlock<'a> {
    pub(crate) attributes: &'a Attributes,
    /// The inputs it may refer to.
    pub(crate) inputs: &'a [Input],
    /// Whether it is a component's.
    pub(crate) is_component: bool,
}

impl<'a> AttributeBlock<'a> {
    /// The containers whose command lines are complete. Arguments in `with` or `defaults` may be for the command of
    /// the component. In a component without a command, the first argument may be the program.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &'a Container> + use<'a> {
        let is_whole = self.is_component || self.attributes.main.command().is_some();
        self.attributes.containers().skip(usize::from(!is_whole))
    }
}

/// An input of a component, or a parameter of a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Input {
    /// The name.
    pub name: String,
    /// The doc comment, if there is one.
    pub doc: Option<String>,
    /// The type.
    pub ty: Type,
    /// The default, used if a caller passes no value: a location for an artifact, otherwise a constant.
    pub default: Option<Expr>,
    /// The span of the name.
    #[serde(skip)]
    pub span: Span,
}

impl Input {
    /// Whether a caller may omit it.
    pub fn is_optional(&self) -> bool {
        self.default.is_some() || self.ty.is_optional()
    }
}

/// An output of a component or pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Output {
    /// The name.
    pub name: String,
    /// The doc comment, if there is one.
    pub doc: Option<String>,
    /// The type.
    pub ty: Type,
    /// The span of the name.
    #[serde(skip)]
    pub span: Span,
}

/// A component: its inputs and outputs, and the body that runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Component {
    /// The name.
    pub name: String,
    /// The doc comment, if there is one.
    pub doc: Option<String>,
    /// The file that defines it.
    pub module: ModuleId,
    /// The inputs.
    pub inputs: Vec<Input>,
    /// The outputs.
    pub outputs: Vec<Output>,
    /// The body that runs.
    pub body: Body,
    /// The attributes.
    pub attributes: Attributes,
    /// The span of the name.
    #[serde(skip)]
    pub span: Span,
}

/// A script and its interpreter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Script {
    /// The text. It must reach the interpreter unchanged.
    pub text: String,
    /// The name of the file it was read from, without folders.
    pub file: Option<String>,
    /// The interpreter. It gets the script's file as its last argument.
    pub interpreter: Vec<String>,
    /// Its span in the source.
    #[serde(skip)]
    pub span: Span,
}

/// A template that already exists in the cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TemplateRef {
    /// The name of the WorkflowTemplate or ClusterWorkflowTemplate.
    pub name: String,
    /// The name of the template in it.
    pub template: String,
    /// Whether it is a ClusterWorkflowTemplate.
    pub cluster: bool,
    /// Its span in the source.
    #[serde(skip)]
    pub span: Span,
}

/// A pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pipeline {
    /// The name.
    pub name: String,
    /// The doc comment, if there is one.
    pub doc: Option<String>,
    /// The file that defines it.
    pub module: ModuleId,
    /// The parameters.
    pub inputs: Vec<Input>,
    /// The outputs.
    pub outputs: Vec<Output>,
    /// The value that `return` sets for each output, in the order of the outputs.
    pub returns: Vec<Expr>,
    /// The volumes it declares.
    pub volumes: Vec<Volume>,
    /// The tasks of all its blocks. A task uses only what comes before it in its own block or in an enclosing one.
    pub tasks: Vec<Task>,
    /// The blocks. The first is the body itself, [`BlockId::BODY`].
    pub blocks: Vec<Block>,
    /// The handlers that run when it has ended, in source order.
    pub handlers: Vec<Handler>,
    /// Attributes of the pipeline as a whole.
    pub attributes: PipelineAttributes,
    /// The span of the name.
    #[serde(skip)]
    pub span: Span,
}

impl Pipeline {
    /// The task with that id.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(id.index())
    }

    /// The block with that id.
    pub fn block(&self, id: BlockId) -> Option<&Block> {
        self.blocks.get(id.index())
    }
}

/// Statements with a scope of their own: a pipeline's body, an arm of an `if`, the body of a loop, a handler.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Block {
    /// Its own tasks, in source order, without those of nested blocks.
    pub tasks: Vec<TaskId>,
    /// The value that `yield` sets for each output of the task that owns the block, in the order of those outputs.
    pub yields: Vec<Expr>,
    /// Its span in the source.
    #[serde(skip)]
    pub span: Span,
}

impl Block {
    /// Whether it calls anything, directly or in a nested block. `tasks` and `blocks` are those of the pipeline.
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
    /// The kind of end it runs after.
    pub event: Event,
    /// The body that runs.
    pub block: BlockId,
    /// The span of the event's name.
    #[serde(skip)]
    pub span: Span,
}

/// The end of a pipeline that a handler runs after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Any end.
    Exit,
    /// Success.
    Success,
    /// A failure or an error.
    Failure,
}

impl Event {
    /// All events.
    pub const ALL: &[Self] = &[Self::Exit, Self::Success, Self::Failure];

    /// The name as written after `on`.
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
    /// Its source.
    pub source: VolumeSource,
    /// The span of the name.
    #[serde(skip)]
    pub span: Span,
}

/// A statement of a pipeline that runs something: a call or a block.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// The name, unique in its block: that of the `let`, otherwise derived from the callee, with `-2` and so on if
    /// repeated.
    pub name: String,
    /// The body that runs.
    pub kind: TaskKind,
    /// Tasks that must end before it starts.
    pub after: Vec<TaskId>,
    /// The span of the name, or of whatever it is derived from.
    #[serde(skip)]
    pub span: Span,
}

impl Task {
    /// The call, if it is one.
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
    /// The outputs a block yields. Empty for a call: its outputs are those of the callee.
    pub fn outputs(&self) -> &[Output] {
        match self {
            Self::Call(_) => &[],
            Self::If(block) => &block.outputs,
            Self::For(block) => &block.outputs,
            Self::Repeat(block) => &block.outputs,
        }
    }

    /// The blocks directly inside it, in source order.
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
    /// The callee.
    pub callee: Callee,
    /// The arguments, in the order of the callee's inputs.
    pub arguments: Vec<(InputId, Expr)>,
    /// Attributes that override those of the callee.
    pub with: Box<Attributes>,
    /// Whether the pipeline continues if it fails. Its outputs are then optional for whatever uses them.
    pub allow_failure: bool,
}

/// `if c { } else if d { } else { }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct If {
    /// The conditional arms, in order. The first one whose condition holds runs.
    pub arms: Vec<Arm>,
    /// The block that runs if no condition holds.
    pub otherwise: Option<BlockId>,
    /// Its outputs. They are optional if it is possible that no arm runs.
    pub outputs: Vec<Output>,
}

/// A condition and the block that runs if it holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arm {
    /// A `bool`.
    pub condition: Expr,
    /// The body that runs.
    pub block: BlockId,
}

/// `for x in xs parallel n { }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct For {
    /// The name of the loop variable. Its value is [`ExprKind::Item`](crate::ExprKind) of this task.
    pub variable: String,
    /// The variable's type.
    pub item: Type,
    /// The items it runs over.
    pub items: Items,
    /// The maximum number of turns that run at the same time.
    pub parallel: Option<Expr>,
    /// The block that runs for each item.
    pub block: BlockId,
    /// Its outputs: lists with one element per item.
    pub outputs: Vec<Output>,
}

/// The items of a loop.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Items {
    /// The elements of a list.
    List(Expr),
    /// The integers from the first up to, but not including, the second.
    Range(Expr, Expr),
}

impl Items {
    /// The expressions directly in it.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::List(list) => vec![list],
            Self::Range(from, to) => vec![from, to],
        }
    }

    /// The expressions directly in it.
    pub fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::List(list) => vec![list],
            Self::Range(from, to) => vec![from, to],
        }
    }
}

/// `repeat max n { } until c`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeat {
    /// The maximum number of turns, at least 1.
    pub max: i64,
    /// The block that runs in each turn.
    pub block: BlockId,
    /// The condition that ends the loop, checked after each turn. A value the turn yielded is an
    /// [`ExprKind::TaskOutput`](crate::ExprKind) of this task.
    pub until: Expr,
    /// Its outputs: the values that the last turn yields.
    pub outputs: Vec<Output>,
}

/// The callee of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Callee {
    /// A component.
    Component(ComponentId),
    /// A pipeline.
    Pipeline(PipelineId),
}

/// A parameter passed to a compilation, already converted to the parameter's type.
pub type Bindings = IndexMap<String, Value>;
