//! The flat form of a plan: every Job of a run, and when each one starts.
//!
//! In plain Kubernetes, the only decision during a run is whether a Job starts. So parameters are bound, conditions
//! over them are decided, loops over them are unrolled, and called pipelines are laid out. A graph becomes a pair of
//! nodes: the gate through which its tasks start, and its end. How a node fares follows from those before it:
//!
//! | node | becomes |
//! |---|---|
//! | any, after a gate that has not opened | [`Omitted`](State::Omitted) |
//! | any, one of whose needs does not hold | `Omitted` |
//! | any, whose condition does not hold | [`Skipped`](State::Skipped) |
//! | a gate | [`Succeeded`](State::Succeeded): what is after it may start |
//! | a Job | what the Job becomes |
//! | the end of a graph | [`Failed`](State::Failed) with any member that counts, else `Succeeded`; for a gate that has not opened, what the gate is |
//!
//! In the expressions of a job [`ExprKind::TaskOutput`](argot_compiler::ExprKind) refers to jobs, and
//! [`ExprKind::TaskStatus`](argot_compiler::ExprKind) to nodes.

mod build;
mod handlers;
mod jobs;
mod loops;
mod order;
mod resolve;
#[cfg(test)]
mod tests;
mod when;

use argot_compiler::{Edge, Expr, OutputId, Plan, Step};
use argot_syntax::{Diagnostics, Span};

pub(crate) use order::Order;
pub(crate) use when::When;

/// A flattened run.
#[derive(Debug)]
pub(crate) struct Flat {
    /// The nodes; each refers only to earlier ones. The first is the gate of the run, the last its end.
    pub(crate) nodes: Vec<Node>,
    /// The Jobs, in the order of their nodes.
    pub(crate) jobs: Vec<Job>,
    /// The outputs of the run.
    pub(crate) outputs: Vec<Expr>,
}

/// A node, by its place in [`Flat::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) usize);

/// A Job, by its place in [`Flat::jobs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct JobId(pub(crate) usize);

/// How a node has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// Well.
    Succeeded,
    /// With a failure.
    Failed,
    /// Not at all, since its condition did not hold.
    Skipped,
    /// Not at all, since something before it did not end as it must.
    Omitted,
}

impl State {
    /// Every state.
    pub(crate) const ALL: [Self; 4] = [Self::Succeeded, Self::Failed, Self::Skipped, Self::Omitted];

    /// The member of [`TASK_STATUSES`](argot_compiler::TASK_STATUSES).
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::Omitted => "Omitted",
        }
    }

    /// Its letter in the releaser's data.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Succeeded => 'S',
            Self::Failed => 'F',
            Self::Skipped => 'K',
            Self::Omitted => 'O',
        }
    }
}

/// A point in a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// The gate it comes after; `None` for the gate of the run.
    pub(crate) parent: Option<NodeId>,
    /// The nodes that must end first, and how.
    pub(crate) needs: Vec<Need>,
    /// The condition for it to run.
    pub(crate) when: When,
    /// Its kind.
    pub(crate) kind: NodeKind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NodeKind {
    /// Where the tasks of a graph start.
    Open,
    /// A Job.
    Job(JobId),
    /// Where a graph ends.
    Close {
        /// Where it has started.
        gate: NodeId,
        /// Its members.
        members: Vec<Member>,
    },
}

/// What a node waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Need {
    /// Another node.
    pub(crate) node: NodeId,
    /// How that must have ended.
    pub(crate) edge: Edge,
}

/// A node in a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    /// The node.
    pub(crate) node: NodeId,
    /// Whether its failure is the graph's.
    pub(crate) counts: bool,
}

/// How many Jobs after a gate may run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// The gate.
    pub(crate) gate: NodeId,
    /// How many, at least one.
    pub(crate) most: i64,
}

/// A step as one task of the run has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Job {
    /// Its name among the Jobs: a DNS label, made of those of the tasks around it and its own.
    pub(crate) name: String,
    /// The name of the task.
    pub(crate) task: String,
    /// Where it is, in the words of the simulator (`StepCall::path` of `argot-simulate`); if it has turns, the parts
    /// before and after the number.
    pub(crate) path: (String, String),
    /// The step to run. Its expressions contain nothing that is already known: see [`Flat`].
    pub(crate) step: Step,
    /// The value of each input of the step that is present.
    pub(crate) arguments: Vec<Option<Expr>>,
    /// The turns, if one Job runs the whole loop.
    pub(crate) turns: Option<Turns>,
    /// How many Jobs may run beside it.
    pub(crate) limits: Vec<Limit>,
    /// Its node.
    pub(crate) node: NodeId,
    /// Where the task's name is.
    pub(crate) span: Span,
}

/// The turns of a loop that is one Job.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Turns {
    /// How many.
    pub(crate) count: usize,
    /// How many may run at the same time.
    pub(crate) parallel: Option<i64>,
    /// The constants that differ from turn to turn: one list of all turns for each
    /// [`ExprKind::Item`](argot_compiler::ExprKind) in the job's expressions, which counts these lists.
    pub(crate) items: Vec<Vec<Expr>>,
}

/// An output of a job, as an expression tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source {
    /// The job.
    pub(crate) job: JobId,
    /// Which turn, if the job has turns.
    pub(crate) turn: Option<usize>,
    /// Which output.
    pub(crate) output: OutputId,
}

impl Flat {
    /// The job of that id.
    pub(crate) fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(id.0)
    }

    /// The first job that does not run wherever what is before it has ended well.
    pub(crate) fn behind_a_condition(&self) -> Option<&Job> {
        self.jobs.iter().find(|job| {
            let mut at = Some(job.node);
            while let Some(node) = at.and_then(|id| self.node(id)) {
                if node.when != When::Known(true) {
                    return true;
                }
                at = node.parent;
            }
            false
        })
    }

    /// The first job whose failure is not that of the run.
    pub(crate) fn allowed_to_fail(&self) -> Option<&Job> {
        let forgiven = self.nodes.iter().find_map(|node| match &node.kind {
            NodeKind::Close { members, .. } => members.iter().find(|member| !member.counts),
            _ => None,
        })?;
        self.jobs.iter().find(|job| {
            let mut at = Some(job.node);
            while let Some(id) = at {
                let is_end =
                    |node: &Node| matches!(&node.kind, NodeKind::Close { gate, .. } if *gate == id);
                if id == forgiven.node || self.node(forgiven.node).is_some_and(is_end) {
                    return true;
                }
                at = self.node(id).and_then(|node| node.parent);
            }
            false
        })
    }

    /// The node of that id.
    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }
}

/// Flattens a plan. Decisions that would be left to the run, and that no Job can make, are reported and treated as
/// made.
///
/// In a draft, a parameter may not have a value yet, and anything that depends on it is not checked.
pub(crate) fn flatten(plan: &Plan, is_draft: bool, diagnostics: &mut Diagnostics) -> Option<Flat> {
    build::flatten(plan, is_draft, diagnostics)
}

/// The output that an expression refers to, if it is one.
pub(crate) fn source(expr: &Expr) -> Option<Source> {
    resolve::source(expr)
}
