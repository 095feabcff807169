//! What has to run, for one entry pipeline, without a word about a target.
//!
//! A plan is a program made static: volumes are bound, optional inputs are there or not, attributes are
//! merged. What differs between two uses of a component or pipeline is two steps or two graphs here, so
//! that a target turns each into one object of its own.

mod build;
mod callee;
mod claims;
mod eval;
mod flow;
mod given;
mod known;
mod naming;
mod region;
mod scope;
mod simplify;
mod steps;
mod together;

use argot_syntax::Span;
use petgraph::{graph::DiGraph, visit::EdgeRef};
use serde::Serialize;

pub use build::plan;
pub use given::Given;
pub use known::KnownInputs;
pub use simplify::fold;

use crate::{
    Attributes, Body, DagId, Expr, InputId, Items, Output, OutputId, PipelineAttributes, Quantity,
    StepId, Type, VolumeSource,
};

/// What has to run.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The entry pipeline's name, as it is written.
    pub name: String,
    /// Where that name stands.
    #[serde(skip)]
    pub span: Span,
    /// The entry pipeline's description.
    pub description: Option<String>,
    /// What concerns the run as a whole.
    pub attributes: PipelineAttributes,
    /// The run's parameters.
    pub parameters: Vec<RunParameter>,
    /// The graphs: the entry pipeline's first, then those of its blocks and of the pipelines that it calls,
    /// each once for every way in which it is used, in the order of their first use.
    pub dags: Vec<Dag>,
    /// The steps, in the order of their first use.
    pub steps: Vec<Step>,
    /// The claims that are made for the run.
    pub claims: Vec<Claim>,
    /// The handlers of the run.
    pub on_exit: Option<Hook>,
    /// What is known of the inputs of steps: each step once for every set of values that some attribute of it gets.
    #[serde(skip)]
    pub known: Vec<KnownInputs>,
}

impl Plan {
    /// The inputs of what a task runs.
    pub fn inputs(&self, target: Target) -> Option<&[Port]> {
        match target {
            Target::Step(id) => self
                .steps
                .get(id.index())
                .map(|step| step.inputs.as_slice()),
            Target::Dag(id) => self.dags.get(id.index()).map(|dag| dag.inputs.as_slice()),
        }
    }

    /// An output of what a task runs.
    pub fn output(&self, target: Target, output: usize) -> Option<&Output> {
        match target {
            Target::Step(id) => self.steps.get(id.index())?.outputs.get(output),
            Target::Dag(id) => {
                let (output, _) = self.dags.get(id.index())?.outputs.get(output)?;
                Some(output)
            }
        }
    }
}

/// A parameter of the run: a parameter of the entry pipeline that is there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunParameter {
    /// The name.
    pub name: String,
    /// The type, without `?`.
    pub ty: Type,
    /// Documentation.
    pub doc: Option<String>,
    /// The value: what was given, else the default. An artifact's is [`ExprKind::Artifact`](crate::ExprKind).
    /// `None` where whoever starts the run must give it.
    pub value: Option<Expr>,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
}

/// A claim that is made for the run and deleted with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// The volume's name, unique in the plan.
    pub name: String,
    /// How large.
    pub size: Quantity,
    /// The storage class; the cluster's default where absent.
    pub class: Option<String>,
    /// The access mode, in Kubernetes' words.
    pub access: String,
    /// The VolumeSnapshot that it starts from.
    pub snapshot: Option<String>,
    /// Where its name stands.
    #[serde(skip)]
    pub span: Span,
}

/// A graph of tasks: a pipeline as some of its calls need it, or a block of one.
///
/// What a block uses of its surroundings comes to it through its inputs, so that every graph stands alone.
#[derive(Debug, Clone, Serialize)]
pub struct Dag {
    /// A name that is unique among the graphs and steps of the plan: the pipeline's, with the calling
    /// task's behind it where the pipeline is used in several ways; for a block, the pipeline's with the
    /// block's behind it.
    pub name: String,
    /// What it is made of.
    pub kind: DagKind,
    /// The inputs. For a pipeline [`InputId`] counts all its parameters, present or not.
    pub inputs: Vec<Port>,
    /// The outputs, each with its value.
    pub outputs: Vec<(Output, Expr)>,
    /// The tasks, in the order of the source, so that a [`TaskId`](crate::TaskId) is a node's index. A task
    /// may run the graph itself only in a [`DagKind::Repeat`].
    #[serde(serialize_with = "graph")]
    pub graph: DiGraph<Task, Edge>,
    /// How many of its steps may run at the same time, and its locks; nothing else is set for what is not
    /// the entry.
    pub attributes: PipelineAttributes,
    /// Where the pipeline's or block's name stands.
    #[serde(skip)]
    pub span: Span,
}

/// What a graph is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DagKind {
    /// A pipeline.
    Pipeline,
    /// An `if` that yields: a task with a condition for each arm, of which at most one runs.
    If,
    /// An arm of an `if`.
    Arm,
    /// A `for`: one looped task, whose values the outputs gather.
    For,
    /// The body of a `for`, for one item. Its outputs are gathered where the `for` yields.
    Turn,
    /// A `repeat`: one turn, and behind it a task that runs this graph again. The input `turn` counts from 0.
    Repeat,
    /// The body of a `repeat`.
    Body,
    /// A call with `allow_failure`: its one task, whose failure is not the graph's. Its outputs are
    /// optional; the last one, `status`, is how the task has ended.
    Attempt,
    /// The handlers of a pipeline: a task for each.
    Handlers,
    /// No task at all: its outputs are its inputs, so that a value that changes while the graph around it
    /// runs is taken once.
    Taken,
    /// The body of a handler.
    Handler,
    /// Some tasks of a graph that has too many for the target. No plan has one before its target splits it.
    Part,
}

/// Why one task waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// It asks how the other has ended: it starts after any end.
    Status,
    /// It is to run after the other: it starts where the other has succeeded or was skipped.
    Order,
    /// It uses a value of the other: it starts where the other has succeeded.
    Value,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// The name, as it is written; unique in its graph.
    pub name: String,
    /// What runs.
    pub target: Target,
    /// What it is given: only for inputs that are there, never a volume. An input that is not listed has
    /// a default in its port.
    pub arguments: Vec<(InputId, Expr)>,
    /// A `bool`: where it does not hold once the task could start, the task is skipped.
    pub condition: Option<Expr>,
    /// What it runs once for each of; never together with a condition.
    pub each: Option<Items>,
    /// Whether its failure is not its graph's. Only in a [`DagKind::Attempt`].
    pub may_fail: bool,
    /// What runs when it has ended in failure or success.
    pub on_exit: Option<Hook>,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
}

impl Task {
    /// The expressions in it, but for those of its hook, which speak of the task itself.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.arguments
            .iter()
            .map(|(_, expr)| expr)
            .chain(&self.condition)
            .chain(self.each.iter().flat_map(Items::exprs))
    }
}

/// The handlers of what has ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hook {
    /// A graph of [`DagKind::Handlers`].
    pub dag: DagId,
    /// What it is given. For a task, in the words of its graph: [`ExprKind::TaskStatus`](crate::ExprKind) of
    /// the task itself is how it has ended. For the run, in those of the entry's graph.
    pub arguments: Vec<(InputId, Expr)>,
}

/// What a task runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A step.
    Step(StepId),
    /// A graph.
    Dag(DagId),
}

/// A component as some of its tasks need it: attributes merged, volumes bound, absent inputs gone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// A name that is unique among the graphs and steps of the plan: the component's, with the task's
    /// behind it where the component is used in several ways.
    pub name: String,
    /// The component's documentation.
    pub doc: Option<String>,
    /// The component's inputs: [`InputId`] counts all of them, present or not. Behind them stand those
    /// that carry values of the pipeline into attributes of `with` and `defaults`.
    pub inputs: Vec<Port>,
    /// How many of the inputs the component declares.
    #[serde(skip)]
    pub declared: usize,
    /// The component's outputs.
    pub outputs: Vec<Output>,
    /// What runs.
    pub body: Body,
    /// The attributes. No expression speaks of an absent input; a mount is of a
    /// [`PlanVolume`]: see [`Step::volumes`].
    pub attributes: Attributes,
    /// Where outputs are put that are collected: each is an artifact or a list of artifacts, not archived,
    /// under the key that an input brings.
    pub stored: Vec<(OutputId, InputId)>,
    /// The volumes of the step, by the names that its mounts use: [`VolumeExpr::Declared`](crate::VolumeExpr)
    /// counts this list.
    pub volumes: Vec<PlanVolume>,
    /// Where the component's name stands.
    #[serde(skip)]
    pub span: Span,
}

/// A volume of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanVolume {
    /// A name that is unique in the step; for a claim of the run, the claim's.
    pub name: String,
    /// What it is made of.
    pub source: PlanVolumeSource,
}

/// What a volume of a step is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a step has few of them")]
pub enum PlanVolumeSource {
    /// A claim of the run, by its place in [`Plan::claims`].
    Claim(usize),
    /// Anything else; never [`VolumeSource::Claim`].
    Source(VolumeSource),
}

/// An input of a step or graph.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Port {
    /// The name, unique among the inputs.
    pub name: String,
    /// The type. It is optional where only the run knows whether there is a value.
    pub ty: Type,
    /// Documentation.
    pub doc: Option<String>,
    /// Whether the port is there: not for an absent optional input, and never for a volume.
    pub present: bool,
    /// The value where a task gives none: a constant, or an [`ExprKind::Artifact`](crate::ExprKind).
    pub default: Option<Expr>,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
}

/// Adds an input that no author wrote, under a name that no other one has.
fn add_port(inputs: &mut Vec<Port>, name: &str, ty: Type, span: Span) -> InputId {
    let base: String = name
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => c,
            _ => '_',
        })
        .collect();
    let mut name = base.clone();
    let mut count = 1;
    while inputs.iter().any(|input| input.name == name) {
        count += 1;
        name = format!("{base}_{count}");
    }
    let id = InputId::new(inputs.len());
    inputs.push(Port {
        name,
        ty,
        doc: None,
        present: true,
        default: None,
        span,
    });
    id
}

fn graph<S: serde::Serializer>(
    graph: &DiGraph<Task, Edge>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Node<'a> {
        #[serde(flatten)]
        task: &'a Task,
        waits_for: Vec<Wait<'a>>,
    }
    #[derive(Serialize)]
    struct Wait<'a> {
        task: &'a str,
        edge: Edge,
    }
    serializer.collect_seq(graph.node_indices().filter_map(|index| {
        let mut waits: Vec<_> = graph
            .edges_directed(index, petgraph::Direction::Incoming)
            .collect();
        waits.sort_by_key(EdgeRef::source);
        Some(Node {
            task: graph.node_weight(index)?,
            waits_for: waits
                .into_iter()
                .filter_map(|edge| {
                    let task = graph.node_weight(edge.source())?;
                    Some(Wait {
                        task: &task.name,
                        edge: *edge.weight(),
                    })
                })
                .collect(),
        })
    }))
}
