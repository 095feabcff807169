//! The rounds of a run. Running graphs are kept in a list and walked with an explicit stack, so deep graphs do not use
//! up the program's own stack.

use indexmap::IndexMap;
use petgraph::graph::NodeIndex;

use crate::{
    Datum, End, Node, Run, RunInfo, Status, StepCall, StepEnd, evaluate_datum,
    expr::Nothing,
    scope::{Ended, GraphScope, Outcome, failures},
};
use argot_compiler::{Dag, DagId, Plan, PlanTask, PlanTaskId, Port, Step, StepId, Target};

type Steps<'s> = &'s mut dyn FnMut(&StepCall<'_>) -> StepEnd;

/// Runs a plan to its end.
pub(crate) fn run(
    plan: &Plan,
    parameters: &IndexMap<String, Datum>,
    info: &RunInfo,
    steps: Steps<'_>,
) -> Result<Run, String> {
    let mut engine = Engine {
        plan,
        info,
        steps,
        nodes: Vec::new(),
        frames: Vec::new(),
        outcome: None,
        size: 0,
        round: 0,
        progress: false,
    };
    let inputs = engine.parameters(parameters)?;
    let entry = engine.open(DagId::new(0), inputs, String::new(), 0)?;
    let end = engine.drive(entry)?;
    let mut run = Run {
        status: end.status,
        message: end.message,
        outputs: end.outputs,
        nodes: Vec::new(),
    };
    if let Some(hook) = &plan.on_exit {
        engine.outcome = Some(Outcome {
            status: run.status,
            failures: failures(&engine.nodes),
        });
        let handlers = match engine.handlers(hook, entry, None, None, String::new())? {
            (node, Some(frame)) => {
                let end = engine.drive(frame)?;
                engine.close(node, end.status.into(), end.message.clone());
                end
            }
            (node, None) => GraphEnd::error(
                engine
                    .nodes
                    .get(node)
                    .map_or_else(String::new, |node| node.message.clone()),
            ),
        };
        if run.status == End::Succeeded && handlers.status != End::Succeeded {
            run.status = handlers.status;
            run.message = handlers.message;
        }
    }
    run.nodes = engine.nodes;
    Ok(run)
}

pub(crate) struct Engine<'p, 's> {
    pub(crate) plan: &'p Plan,
    pub(crate) info: &'p RunInfo,
    pub(crate) steps: Steps<'s>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) frames: Vec<Frame>,
    /// How the run has ended, while its handlers run.
    pub(crate) outcome: Option<Outcome>,
    /// Roughly how many bytes the inputs of the nodes use.
    pub(crate) size: usize,
    pub(crate) round: usize,
    /// Whether anything has happened in this round.
    pub(crate) progress: bool,
}

/// A graph that runs or has run.
pub(crate) struct Frame {
    pub(crate) dag: DagId,
    /// The prefix of its tasks' paths.
    pub(crate) prefix: String,
    pub(crate) depth: usize,
    pub(crate) inputs: Vec<Option<Datum>>,
    pub(crate) ended: Vec<Ended>,
    /// The turns of each task. Empty if it has not started.
    pub(crate) turns: Vec<Vec<Turn>>,
    pub(crate) end: Option<GraphEnd>,
}

#[derive(Clone)]
pub(crate) struct GraphEnd {
    pub(crate) status: End,
    pub(crate) message: String,
    pub(crate) outputs: IndexMap<String, Datum>,
}

impl GraphEnd {
    pub(crate) fn error(message: String) -> Self {
        Self {
            status: End::Error,
            message,
            outputs: IndexMap::new(),
        }
    }
}

/// A turn of a looped task, or the single turn of another task.
pub(crate) struct Turn {
    pub(crate) node: usize,
    pub(crate) item: Option<Datum>,
    pub(crate) stage: Stage,
}

pub(crate) enum Stage {
    /// An attempt of a step, which ends in the round after the one in which it has started.
    Step {
        attempt: i64,
        started: usize,
        end: StepEnd,
    },
    /// A graph.
    Graph(usize),
    /// It has ended; its handlers come next.
    Over,
    /// Its handlers run.
    Handlers { node: usize, frame: usize },
    /// All has ended.
    Done,
}

/// A position in the walk through running graphs.
#[derive(Clone, Copy)]
pub(crate) struct Cursor {
    pub(crate) frame: usize,
    pub(crate) task: usize,
    pub(crate) turn: usize,
    /// The graph of this turn that has been walked in this round.
    pub(crate) walked: Option<usize>,
}

impl Cursor {
    pub(crate) fn start(frame: usize) -> Self {
        Self {
            frame,
            task: 0,
            turn: 0,
            walked: None,
        }
    }

    pub(crate) fn next_task(self) -> Move {
        Move::To(Self {
            task: self.task + 1,
            ..Self::start(self.frame)
        })
    }

    pub(crate) fn next_turn(self) -> Move {
        Move::To(Self {
            turn: self.turn + 1,
            walked: None,
            ..self
        })
    }
}

pub(crate) enum Move {
    To(Cursor),
    Into(usize),
    Out,
}

pub(crate) fn broken() -> String {
    "the plan speaks of what is not in it".to_owned()
}

impl<'p> Engine<'p, '_> {
    /// The inputs of the entry.
    pub(crate) fn parameters(
        &self,
        given: &IndexMap<String, Datum>,
    ) -> Result<Vec<Option<Datum>>, String> {
        let dag = self.dag(DagId::new(0))?;
        let known = |name: &String| self.plan.parameters.iter().any(|other| other.name == *name);
        if let Some(name) = given.keys().find(|name| !known(name)) {
            return Err(format!("the run has no parameter `{name}`"));
        }
        dag.inputs
            .iter()
            .map(|port| {
                if !port.present {
                    return Ok(None);
                }
                let default = self
                    .plan
                    .parameters
                    .iter()
                    .find(|parameter| parameter.name == port.name)
                    .map_or(&port.default, |parameter| &parameter.value);
                match (given.get(&port.name), default) {
                    (Some(datum), _) => Ok(datum.clone()),
                    (None, Some(value)) => evaluate_datum(value, &Nothing),
                    (None, None) => Err("it needs a value".to_owned()),
                }
                .and_then(|datum| datum.fit(&port.ty))
                .map(Some)
                .map_err(|reason| format!("the parameter `{}`: {reason}", port.name))
            })
            .collect()
    }

    pub(crate) fn dag(&self, id: DagId) -> Result<&'p Dag, String> {
        self.plan.dags.get(id.index()).ok_or_else(broken)
    }

    pub(crate) fn ports(&self, target: Target) -> Result<&'p [Port], String> {
        self.plan.inputs(target).ok_or_else(broken)
    }

    pub(crate) fn step(&self, id: StepId) -> Result<&'p Step, String> {
        self.plan.steps.get(id.index()).ok_or_else(broken)
    }

    pub(crate) fn frame(&self, frame: usize) -> Result<&Frame, String> {
        self.frames.get(frame).ok_or_else(broken)
    }

    pub(crate) fn frame_mut(&mut self, frame: usize) -> Result<&mut Frame, String> {
        self.frames.get_mut(frame).ok_or_else(broken)
    }

    pub(crate) fn task(&self, at: Cursor) -> Result<&'p PlanTask, String> {
        self.dag(self.frame(at.frame)?.dag)?
            .graph
            .node_weight(NodeIndex::new(at.task))
            .ok_or_else(broken)
    }

    pub(crate) fn turn(&self, at: Cursor) -> Result<&Turn, String> {
        self.frame(at.frame)?
            .turns
            .get(at.task)
            .and_then(|turns| turns.get(at.turn))
            .ok_or_else(broken)
    }

    pub(crate) fn set_stage(&mut self, at: Cursor, stage: Stage) -> Result<(), String> {
        self.progress = true;
        let turn = self
            .frame_mut(at.frame)?
            .turns
            .get_mut(at.task)
            .and_then(|turns| turns.get_mut(at.turn))
            .ok_or_else(broken)?;
        turn.stage = stage;
        Ok(())
    }

    pub(crate) fn scope<'e>(
        &'e self,
        frame: usize,
        item: Option<&'e Datum>,
        turn: Option<(PlanTaskId, Status)>,
    ) -> Result<GraphScope<'e>, String> {
        let frame = self.frame(frame)?;
        Ok(GraphScope {
            plan: self.plan,
            info: self.info,
            dag: self.dag(frame.dag)?,
            path: &frame.prefix,
            inputs: &frame.inputs,
            ended: &frame.ended,
            nodes: &self.nodes,
            outcome: self.outcome.as_ref(),
            item,
            turn,
        })
    }

    pub(crate) fn close(&mut self, node: usize, status: Status, message: String) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.status = status;
            node.message = message;
        }
    }

    /// Goes through the rounds of a graph until it has ended.
    pub(crate) fn drive(&mut self, root: usize) -> Result<GraphEnd, String> {
        loop {
            self.round += 1;
            self.progress = false;
            let mut stack = vec![Cursor::start(root)];
            while let Some(at) = stack.pop() {
                match self.visit(at)? {
                    Move::To(next) => stack.push(next),
                    Move::Into(frame) => stack.extend([
                        Cursor {
                            walked: Some(frame),
                            ..at
                        },
                        Cursor::start(frame),
                    ]),
                    Move::Out => {}
                }
            }
            if let Some(end) = &self.frame(root)?.end {
                return Ok(end.clone());
            }
            if !self.progress {
                return Err("some of its tasks wait for each other".to_owned());
            }
        }
    }

    pub(crate) fn visit(&mut self, at: Cursor) -> Result<Move, String> {
        let frame = self.frame(at.frame)?;
        let (Some(ended), Some(turns), None) = (
            frame.ended.get(at.task),
            frame.turns.get(at.task),
            &frame.end,
        ) else {
            self.conclude(at.frame)?;
            return Ok(Move::Out);
        };
        if ended.status.is_some() {
            return Ok(at.next_task());
        }
        let turns = turns.len();
        if turns == 0 {
            return Ok(if self.start(at)? {
                Move::To(at)
            } else {
                at.next_task()
            });
        }
        if at.turn >= turns {
            self.settle(at)?;
            return Ok(at.next_task());
        }
        self.advance(at)
    }

    /// Advances a turn as far as possible in this round.
    pub(crate) fn advance(&mut self, at: Cursor) -> Result<Move, String> {
        let turn = self.turn(at)?;
        let node = turn.node;
        match &turn.stage {
            Stage::Done => Ok(at.next_turn()),
            Stage::Step { started, .. } if *started == self.round => Ok(at.next_turn()),
            Stage::Step { attempt, end, .. } => {
                let (attempt, end) = (*attempt, end.clone());
                let stage = self.after_attempt(at, node, attempt, end)?;
                self.set_stage(at, stage)?;
                Ok(Move::To(at))
            }
            Stage::Over => {
                let stage = self.after_turn(at, node)?;
                self.set_stage(at, stage)?;
                Ok(Move::To(at))
            }
            Stage::Graph(frame) | Stage::Handlers { frame, .. } => {
                let frame = *frame;
                let (node, next) = match turn.stage {
                    Stage::Handlers { node, .. } => (node, Stage::Done),
                    _ => (node, Stage::Over),
                };
                match self.frame(frame)?.end.clone() {
                    Some(end) => {
                        self.close(node, end.status.into(), end.message);
                        if let Some(node) = self.nodes.get_mut(node) {
                            node.outputs = end.outputs;
                        }
                        self.set_stage(at, next)?;
                        Ok(Move::To(at))
                    }
                    None if at.walked == Some(frame) => Ok(at.next_turn()),
                    None => Ok(Move::Into(frame)),
                }
            }
        }
    }

    /// Continues after the end of a turn: with its handlers, if it has any.
    pub(crate) fn after_turn(&mut self, at: Cursor, node: usize) -> Result<Stage, String> {
        let Some(hook) = &self.task(at)?.on_exit else {
            return Ok(Stage::Done);
        };
        let Node { path, status, .. } = self.nodes.get(node).ok_or_else(broken)?;
        let (path, status) = (path.clone(), *status);
        let id = PlanTaskId::new(at.task);
        let item = self.turn(at)?.item.clone();
        Ok(
            match self.handlers(hook, at.frame, item.as_ref(), Some((id, status)), path)? {
                (node, Some(frame)) => Stage::Handlers { node, frame },
                (_, None) => Stage::Done,
            },
        )
    }
}
