//! The plan: everything that has to run for one entry pipeline, independent of any target.
//!
//! A plan is a program made static: volumes are bound, attributes are merged, and every optional input is known to be
//! present or not. If two uses of a component or pipeline differ, the plan has two steps or two graphs. So a target
//! turns each step or graph into one object.

mod arguments;
mod build;
mod callee;
mod capture;
mod claims;
mod eval;
mod flow;
mod known;
mod naming;
mod scope;
mod simplify;
mod steps;
mod together;

use std::collections::HashMap;
use std::sync::Arc;

use argot_syntax::Span;
use petgraph::{graph::DiGraph, visit::EdgeRef};
use serde::Serialize;

pub use arguments::{Argument, ArgumentValue};
pub use build::plan;
pub use known::KnownInputs;
pub use simplify::fold;

use crate::{
    Attributes, Body, DagId, Expr, InputId, Items, Output, OutputId, PipelineAttributes, Quantity,
    StepId, Type, VolumeSource,
};

/// Everything that has to run, for one entry pipeline.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The entry pipeline's name, as written.
    pub name: String,
    /// The span of that name.
    #[serde(skip)]
    pub span: Span,
    /// The entry pipeline's description.
    pub description: Option<String>,
    /// Attributes of the run as a whole.
    pub attributes: PipelineAttributes,
    /// The run's parameters.
    pub parameters: Vec<RunParameter>,
    /// The graphs, in order of first use: the entry pipeline's, then those of its blocks and of the pipelines it calls.
    /// There is one for each way in which a pipeline or block is used.
    pub dags: Vec<Dag>,
    /// The steps, in order of first use. Plans that differ only in their graphs share them.
    pub steps: Arc<Vec<Step>>,
    /// The claims created for the run.
    pub claims: Vec<Claim>,
    /// The handlers of the run.
    pub on_exit: Option<Hook>,
    /// The known values of the inputs of steps: each step once for every set of values that its attributes receive.
    #[serde(skip)]
    pub known: Vec<KnownInputs>,
}

impl Plan {
    /// The known values of the inputs of steps, by the index of the step.
    pub fn known_by_step(&self) -> HashMap<usize, Vec<&KnownInputs>> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for inputs in &self.known {
            found.entry(inputs.step.index()).or_default().push(inputs);
        }
        found
    }

    /// The inputs of the step or graph a task runs.
    pub fn inputs(&self, target: Target) -> Option<&[Port]> {
        match target {
            Target::Step(id) => self
                .steps
                .get(id.index())
                .map(|step| step.inputs.as_slice()),
            Target::Dag(id) => self.dags.get(id.index()).map(|dag| dag.inputs.as_slice()),
        }
    }

    /// An output of the step or graph a task runs.
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

/// A parameter of the run: a parameter of the entry pipeline that is present.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunParameter {
    /// The name.
    pub name: String,
    /// The type, without `?`.
    pub ty: Type,
    /// The doc comment, if there is one.
    pub doc: Option<String>,
    /// The value: the one passed to the compilation, otherwise the default. For an artifact it is an
    /// [`ExprKind::Artifact`](crate::ExprKind). `None` if it must be passed when the run is started.
    pub value: Option<Expr>,
    /// The span of the name.
    #[serde(skip)]
    pub span: Span,
}

/// A claim created for the run and deleted with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// The volume's name, unique in the plan.
    pub name: String,
    /// Its size.
    pub size: Quantity,
    /// The storage class. `None` means the cluster's default.
    pub class: Option<String>,
    /// The access mode, as Kubernetes names it.
    pub access: String,
    /// The VolumeSnapshot it is created from.
    pub snapshot: Option<String>,
    /// The span of its name.
    #[serde(skip)]
    pub span: Span,
}

/// A graph of tasks: a pipeline as used by some of its calls, or a block of a pipeline.
///
/// Values that a block uses from its surroundings reach it through its inputs, so every graph is self-contained.
#[derive(Debug, Clone, Serialize)]
pub struct Dag {
    /// A name, unique among the graphs and steps of the plan. It is the pipeline's name, followed by the calling task's
    /// if the pipeline is used in several ways. For a block, it is the pipeline's name followed by the block's.
    pub name: String,
    /// Its source.
    pub kind: DagKind,
    /// The inputs. For a pipeline, an [`InputId`] counts all parameters, present or not.
    pub inputs: Vec<Port>,
    /// The outputs, each with its value.
    pub outputs: Vec<(Output, Expr)>,
    /// The tasks, in source order. A [`PlanTaskId`](crate::PlanTaskId) is an index into them. Only in a [`DagKind::Repeat`] may
    /// a task run the graph itself.
    #[serde(serialize_with = "graph")]
    pub graph: DiGraph<Task, Edge>,
    /// How many of its steps may run at the same time, and its locks. Nothing else is set unless it is the entry.
    pub attributes: PipelineAttributes,
    /// The span of the pipeline's or block's name.
    #[serde(skip)]
    pub span: Span,
}

/// The source of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DagKind {
    /// A pipeline.
    Pipeline,
    /// An `if` that yields: one conditional task per arm, at most one of which runs.
    If,
    /// An arm of an `if`.
    Arm,
    /// A `for`: one looped task. The outputs gather its values.
    For,
    /// The body of a `for`, for one item. Its outputs are gathered if the `for` yields.
    Turn,
    /// A `repeat`: one turn, then a task that runs this graph again. The input `turn` counts from 0.
    Repeat,
    /// The body of a `repeat`.
    Body,
    /// A call with `allow_failure`: a single task, whose failure does not fail the graph. Its outputs are optional. The
    /// last one, `status`, is how the task has ended.
    Attempt,
    /// The handlers of a pipeline, one task each.
    Handlers,
    /// A graph without tasks, whose outputs are its inputs. It reads a value that changes while the graph around it
    /// runs exactly once.
    Taken,
    /// The body of a handler.
    Handler,
    /// Some tasks of a graph that has too many for the target. Only a target that splits a plan creates these.
    Part,
}

/// Why one task waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// It reads how the other has ended, so it starts after any end.
    Status,
    /// It must run after the other, so it starts if the other has succeeded or was skipped.
    Order,
    /// It uses a value of the other, so it starts if the other has succeeded.
    Value,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// The name, as written; unique in its graph.
    pub name: String,
    /// The step or graph that runs.
    pub target: Target,
    /// The arguments. They are only for inputs that are present, and never volumes. An input that is not listed has a
    /// default in its port.
    pub arguments: Vec<(InputId, Expr)>,
    /// A `bool`. If it does not hold when the task could start, the task is skipped.
    pub condition: Option<Expr>,
    /// The items it runs once for each of. Never set together with a condition.
    pub each: Option<Items>,
    /// Whether its failure does not fail its graph. Only in a [`DagKind::Attempt`].
    pub may_fail: bool,
    /// The handlers that run after it has succeeded or failed.
    pub on_exit: Option<Hook>,
    /// The span of the name.
    #[serde(skip)]
    pub span: Span,
}

impl Task {
    /// The expressions in it, except those of its hook, which refer to the task itself.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.arguments
            .iter()
            .map(|(_, expr)| expr)
            .chain(&self.condition)
            .chain(self.each.iter().flat_map(Items::exprs))
    }
}

/// The handlers of a task or of the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hook {
    /// A graph of [`DagKind::Handlers`].
    pub dag: DagId,
    /// The arguments. For a task they are evaluated in its graph, where [`ExprKind::TaskStatus`](crate::ExprKind) of
    /// the task itself is how it has ended. For the run, they are evaluated in the entry's graph.
    pub arguments: Vec<(InputId, Expr)>,
}

/// The step or graph a task runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A step.
    Step(StepId),
    /// A graph.
    Dag(DagId),
}

/// A component as used by some of its tasks: attributes merged, volumes bound, absent inputs removed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// A name, unique among the graphs and steps of the plan: the component's, followed by the task's if the component
    /// is used in several ways.
    pub name: String,
    /// The component's doc comment.
    pub doc: Option<String>,
    /// The component's inputs, followed by those that carry values of the pipeline into attributes of `with` and
    /// `defaults`. An [`InputId`] counts all of them, present or not.
    pub inputs: Vec<Port>,
    /// How many of the inputs are declared by the component.
    #[serde(skip)]
    pub declared: usize,
    /// The component's outputs.
    pub outputs: Vec<Output>,
    /// The step or graph that runs.
    pub body: Body,
    /// The attributes. No expression refers to an absent input. Mounts refer to a [`PlanVolume`]: see
    /// [`Step::volumes`].
    pub attributes: Attributes,
    /// The artifacts that become elements of a list, because a loop gathers them. A component that is called both in and
    /// outside of such a loop becomes two steps.
    pub gathered: Vec<OutputId>,
    /// The volumes of the step. A [`VolumeExpr::Declared`](crate::VolumeExpr) of a mount is an index into this list.
    pub volumes: Vec<PlanVolume>,
    /// The span of the component's name.
    #[serde(skip)]
    pub span: Span,
}

/// A volume of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanVolume {
    /// A name, unique in the step. For a claim of the run, it is the claim's.
    pub name: String,
    /// Its source.
    pub source: PlanVolumeSource,
}

/// The source of a step's volume.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a step has few of them")]
pub enum PlanVolumeSource {
    /// A claim of the run, as an index into [`Plan::claims`].
    Claim(usize),
    /// Anything else; never [`VolumeSource::Claim`].
    Source(VolumeSource),
}

/// An input of a step or graph.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Port {
    /// The name, unique among the inputs.
    pub name: String,
    /// The type. It is optional if only the run knows whether there is a value.
    pub ty: Type,
    /// The doc comment, if there is one.
    pub doc: Option<String>,
    /// Whether the port is present: false for an absent optional input and for any volume.
    pub present: bool,
    /// The default, used if a task passes no value: a constant or an [`ExprKind::Artifact`](crate::ExprKind).
    pub default: Option<Expr>,
    /// The span of the name.
    #[serde(skip)]
    pub span: Span,
}

impl Port {
    /// A generated input, under a name that none of the other inputs has.
    pub fn generated(others: &[Self], name: &str, ty: Type, span: Span) -> Self {
        let base: String = name
            .chars()
            .map(|c| match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => c,
                _ => '_',
            })
            .collect();
        let mut name = base.clone();
        let mut count = 1;
        while others.iter().any(|other| other.name == name) {
            count += 1;
            name = format!("{base}_{count}");
        }
        Self {
            name,
            ty,
            doc: None,
            present: true,
            default: None,
            span,
        }
    }
}

/// Adds a generated input.
fn add_port(inputs: &mut Vec<Port>, name: &str, ty: Type, span: Span) -> InputId {
    let port = Port::generated(inputs, name, ty, span);
    inputs.push(port);
    InputId::new(inputs.len() - 1)
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
