//! What has to run, for one entry pipeline, without a word about a target.
//!
//! A plan is a program made static: volumes are bound, optional inputs are there or not, attributes are
//! merged. What differs between two uses of a component or pipeline is two steps or two graphs here, so
//! that a target turns each into one object of its own.

mod build;
mod given;
mod sharing;
mod simplify;
mod steps;

use argot_syntax::Span;
use petgraph::{graph::DiGraph, visit::EdgeRef};
use serde::Serialize;

pub use build::plan;
pub use given::Given;

use crate::{
    Attributes, Body, DagId, Expr, InputId, Output, PipelineAttributes, Quantity, StepId, Type,
    VolumeSource,
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
    /// The graphs: the entry pipeline's first, then those of the pipelines that it calls, each once for
    /// every way in which it is used, in the order of their first use.
    pub dags: Vec<Dag>,
    /// The steps, in the order of their first use.
    pub steps: Vec<Step>,
    /// The claims that are made for the run.
    pub claims: Vec<Claim>,
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

/// A pipeline as some of its calls need it.
#[derive(Debug, Clone, Serialize)]
pub struct Dag {
    /// A name that is unique among the graphs and steps of the plan: the pipeline's, with the calling
    /// task's behind it where the pipeline is used in several ways.
    pub name: String,
    /// The pipeline's parameters: [`InputId`] counts all of them, present or not.
    pub inputs: Vec<Port>,
    /// The pipeline's outputs, each with the value that is returned for it.
    pub outputs: Vec<(Output, Expr)>,
    /// The tasks, in the order of the source, so that a [`TaskId`](crate::TaskId) is a node's index.
    #[serde(serialize_with = "graph")]
    pub graph: DiGraph<Task, Edge>,
    /// How many of its steps may run at the same time, and its locks; nothing else is set for a called
    /// pipeline.
    pub attributes: PipelineAttributes,
    /// Where the pipeline's name stands.
    #[serde(skip)]
    pub span: Span,
}

/// Why one task waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// It uses a value of the other.
    Value,
    /// It is to run after the other.
    Order,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// The name, as it is written; unique in its graph.
    pub name: String,
    /// What runs.
    pub target: Target,
    /// What it is given: only for inputs that are there, never a volume. An input that is not listed has
    /// a default in its port.
    pub arguments: Vec<(InputId, Expr)>,
    /// Where the name stands.
    #[serde(skip)]
    pub span: Span,
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
    /// The component's outputs.
    pub outputs: Vec<Output>,
    /// What runs.
    pub body: Body,
    /// The attributes. No expression speaks of an absent input; a mount is of a
    /// [`PlanVolume`]: see [`Step::volumes`].
    pub attributes: Attributes,
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
    /// The type, without `?`.
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
