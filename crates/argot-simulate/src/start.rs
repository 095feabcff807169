//! How tasks and their handlers start, or do not.

use indexmap::IndexMap;
use petgraph::{Direction, graph::NodeIndex, visit::EdgeRef};

use crate::{
    Datum, Node, NodeKind, Scope, Status, StepCall,
    engine::{Cursor, Engine, Frame, Stage, Turn, broken},
    evaluate_datum, evaluate_expr,
    scope::{Ended, bind},
};
use argot_compiler::{DagId, Edge, Expr, Hook, Items, PlanTask, PlanTaskId, StepId, Target, Value};

/// Roughly how many bytes the inputs of all nodes may use.
const MAX_INPUTS: usize = 1 << 26;

/// Why a task cannot start.
enum Reason {
    /// An expression has no value.
    Value(String),
    /// The run cannot continue.
    Limit(String),
}

type Bound = Vec<Option<Datum>>;

impl Engine<'_, '_> {
    /// Adds a graph that runs from now on.
    pub(crate) fn open(
        &mut self,
        id: DagId,
        inputs: Vec<Option<Datum>>,
        prefix: String,
        depth: usize,
    ) -> Result<usize, String> {
        if depth > self.info.max_depth {
            let limit = self.info.max_depth;
            return Err(format!("graphs are nested more than {limit} deep"));
        }
        let tasks = self.dag(id)?.graph.node_count();
        self.frames.push(Frame {
            dag: id,
            prefix,
            depth,
            inputs,
            ended: std::iter::repeat_with(Ended::default).take(tasks).collect(),
            turns: std::iter::repeat_with(Vec::new).take(tasks).collect(),
            end: None,
        });
        Ok(self.frames.len() - 1)
    }

    /// A further node, which has not ended well so far.
    pub(crate) fn node(
        &mut self,
        path: String,
        target: Target,
        looped: bool,
        inputs: IndexMap<String, Datum>,
    ) -> Result<usize, String> {
        if self.nodes.len() >= self.info.max_nodes {
            return Err(format!("it has more than {} nodes", self.info.max_nodes));
        }
        self.size += inputs.values().map(Datum::size).sum::<usize>();
        if self.size > MAX_INPUTS {
            return Err(format!(
                "with those of `{path}` the inputs are too large for all to be kept"
            ));
        }
        let (kind, name) = match target {
            Target::Step(id) => (NodeKind::Step, &self.step(id)?.name),
            Target::Dag(id) => {
                let dag = self.dag(id)?;
                (NodeKind::Graph(dag.kind), &dag.name)
            }
        };
        self.nodes.push(Node {
            path,
            kind: if looped { NodeKind::Loop } else { kind },
            target: name.clone(),
            status: Status::Error,
            message: String::new(),
            attempts: 0,
            inputs,
            outputs: IndexMap::new(),
        });
        self.progress = true;
        Ok(self.nodes.len() - 1)
    }

    /// Starts a task that can start, or decides that it does not. Returns whether it has turns now.
    pub(crate) fn start(&mut self, at: Cursor) -> Result<bool, String> {
        let task = self.task(at)?;
        let frame = self.frame(at.frame)?;
        let path = format!("{}{}", frame.prefix, task.name);
        let mut allowed = true;
        for edge in self
            .dag(frame.dag)?
            .graph
            .edges_directed(NodeIndex::new(at.task), Direction::Incoming)
        {
            let source = frame.ended.get(edge.source().index()).ok_or_else(broken)?;
            let Some(status) = source.status else {
                return Ok(false);
            };
            allowed &= match edge.weight() {
                Edge::Status => true,
                Edge::Order => matches!(status, Status::Succeeded | Status::Skipped),
                Edge::Value => status == Status::Succeeded,
            };
        }
        if !allowed {
            let message = "what it depends on has not ended as it must".to_owned();
            self.decide(at, path, Status::Omitted, message)?;
            return Ok(false);
        }
        let scope = self.scope(at.frame, None, None)?;
        match task
            .condition
            .as_ref()
            .map_or(Ok(Value::Bool(true)), |expr| evaluate_expr(expr, &scope))
        {
            Ok(Value::Bool(true)) => {}
            Ok(Value::Bool(false)) => {
                let message = "its condition does not hold".to_owned();
                self.decide(at, path, Status::Skipped, message)?;
                return Ok(false);
            }
            Ok(other) => {
                let message = format!("{} is neither true nor false", other.json());
                return self.refuse(at, path, message);
            }
            Err(reason) => return self.refuse(at, path, reason),
        }
        let turns = match self.turns(at, task) {
            Ok(turns) => turns,
            Err(Reason::Value(reason)) => return self.refuse(at, path, reason),
            Err(Reason::Limit(reason)) => return Err(reason),
        };
        self.begin(at, task, &path, turns)
    }

    /// The items of a task, with the inputs of its turns.
    fn turns(&self, at: Cursor, task: &PlanTask) -> Result<Vec<(Option<Datum>, Bound)>, Reason> {
        let limit = self.info.max_nodes.saturating_sub(self.nodes.len());
        let too_many = || Reason::Limit(format!("it has more than {} nodes", self.info.max_nodes));
        let ports = self.ports(task.target).map_err(Reason::Limit)?;
        let scope = self.scope(at.frame, None, None).map_err(Reason::Limit)?;
        let items = match &task.each {
            None => {
                let inputs = bind(ports, &task.arguments, &scope).map_err(Reason::Value)?;
                return Ok(vec![(None, inputs)]);
            }
            Some(Items::List(list)) => elements(list, &scope).map_err(Reason::Value)?,
            Some(Items::Range(from, to)) => {
                let whole = |expr| match evaluate_expr(expr, &scope) {
                    Ok(Value::Int(number)) => Ok(number),
                    Ok(other) => Err(Reason::Value(format!(
                        "{} is not a whole number",
                        other.json()
                    ))),
                    Err(reason) => Err(Reason::Value(reason)),
                };
                let (from, to) = (whole(from)?, whole(to)?);
                let count = to.saturating_sub(from).max(0);
                if usize::try_from(count).map_or(true, |count| count > limit) {
                    return Err(too_many());
                }
                (from..to).map(Value::Int).map(Datum::Value).collect()
            }
        };
        if items.len() > limit {
            return Err(too_many());
        }
        items
            .into_iter()
            .map(|item| {
                let scope = self
                    .scope(at.frame, Some(&item), None)
                    .map_err(Reason::Limit)?;
                let inputs = bind(ports, &task.arguments, &scope).map_err(Reason::Value)?;
                Ok((Some(item), inputs))
            })
            .collect()
    }

    /// Starts the turns of a task.
    fn begin(
        &mut self,
        at: Cursor,
        task: &PlanTask,
        path: &str,
        turns: Vec<(Option<Datum>, Bound)>,
    ) -> Result<bool, String> {
        if task.each.is_some() {
            if turns.is_empty() {
                let message = "there is no item".to_owned();
                self.decide(at, path.to_owned(), Status::Skipped, message)?;
                return Ok(false);
            }
            let whole = self.node(path.to_owned(), task.target, true, IndexMap::new())?;
            if let Some(ended) = self.frame_mut(at.frame)?.ended.get_mut(at.task) {
                ended.whole = Some(whole);
            }
        }
        let depth = self.frame(at.frame)?.depth;
        let mut started = Vec::with_capacity(turns.len());
        for (index, (item, inputs)) in turns.into_iter().enumerate() {
            let path = match item {
                Some(_) => format!("{path}({index})"),
                None => path.to_owned(),
            };
            let names = named(self.ports(task.target)?, &inputs);
            let node = self.node(path.clone(), task.target, false, names)?;
            let stage = match task.target {
                Target::Step(id) => self.attempt(id, node, 0)?,
                Target::Dag(id) => {
                    Stage::Graph(self.open(id, inputs, format!("{path}."), depth + 1)?)
                }
            };
            started.push(Turn { node, item, stage });
        }
        self.enter(at, started)?;
        Ok(true)
    }

    fn enter(&mut self, at: Cursor, started: Vec<Turn>) -> Result<(), String> {
        let frame = self.frame_mut(at.frame)?;
        if let Some(ended) = frame.ended.get_mut(at.task) {
            ended.nodes = started.iter().map(|turn| turn.node).collect();
        }
        if let Some(turns) = frame.turns.get_mut(at.task) {
            *turns = started;
        }
        Ok(())
    }

    /// Ends a task that does not start.
    fn decide(
        &mut self,
        at: Cursor,
        path: String,
        status: Status,
        message: String,
    ) -> Result<(), String> {
        let task = self.task(at)?;
        let node = self.node(path, task.target, task.each.is_some(), IndexMap::new())?;
        self.close(node, status, message);
        if let Some(ended) = self.frame_mut(at.frame)?.ended.get_mut(at.task) {
            ended.status = Some(status);
            match task.each {
                Some(_) => ended.whole = Some(node),
                None => ended.nodes.push(node),
            }
        }
        Ok(())
    }

    /// Ends a task with an error before it starts. Its handlers do not run: on Argo they do so only if something else
    /// in the graph is still running.
    fn refuse(&mut self, at: Cursor, path: String, message: String) -> Result<bool, String> {
        self.decide(at, path, Status::Error, message)?;
        Ok(false)
    }

    /// Starts an attempt of a step.
    pub(crate) fn attempt(
        &mut self,
        id: StepId,
        node: usize,
        attempt: i64,
    ) -> Result<Stage, String> {
        let step = self.step(id)?;
        let node = self.nodes.get_mut(node).ok_or_else(broken)?;
        node.attempts = attempt + 1;
        let end = (self.steps)(&StepCall {
            path: &node.path,
            step,
            inputs: &node.inputs,
            attempt,
        });
        self.progress = true;
        Ok(Stage::Step {
            attempt,
            started: self.round,
            end,
        })
    }

    /// Starts handlers: their node and, if their arguments have values, their graph.
    pub(crate) fn handlers(
        &mut self,
        hook: &Hook,
        frame: usize,
        item: Option<&Datum>,
        turn: Option<(PlanTaskId, Status)>,
        path: String,
    ) -> Result<(usize, Option<usize>), String> {
        let path = format!("{path}:exit");
        let target = Target::Dag(hook.dag);
        let ports = &self.dag(hook.dag)?.inputs;
        let depth = self.frame(frame)?.depth + 1;
        match bind(ports, &hook.arguments, &self.scope(frame, item, turn)?) {
            Ok(inputs) => {
                let node = self.node(path.clone(), target, false, named(ports, &inputs))?;
                let frame = self.open(hook.dag, inputs, format!("{path}."), depth)?;
                Ok((node, Some(frame)))
            }
            Err(reason) => {
                let node = self.node(path, target, false, IndexMap::new())?;
                self.close(node, Status::Error, reason);
                Ok((node, None))
            }
        }
    }
}

fn elements(list: &Expr, scope: &dyn Scope) -> Result<Vec<Datum>, String> {
    match evaluate_datum(list, scope)? {
        Datum::Value(Value::List(items)) => Ok(items.into_iter().map(Datum::Value).collect()),
        Datum::Artifacts(ids) => Ok(ids.into_iter().map(Datum::Artifact).collect()),
        other => Err(format!("{} is not a list", other.text())),
    }
}

fn named(ports: &[argot_compiler::Port], inputs: &[Option<Datum>]) -> IndexMap<String, Datum> {
    ports
        .iter()
        .zip(inputs)
        .filter_map(|(port, datum)| Some((port.name.clone(), datum.clone()?)))
        .collect()
}
