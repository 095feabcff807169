//! The values that the expressions of a graph and of a step's `retry` refer to.

use indexmap::IndexMap;

use crate::{
    Datum, End, Node, RunInfo, Status, StepEnd, evaluate_datum,
    expr::{Nothing, Scope},
};
use argot_compiler::{
    Context, Dag, Expr, FAILURE_FIELDS, InputId, OutputId, Plan, PlanTask, PlanTaskId, Port, Step,
    Value,
};

/// The state of a graph's tasks, as far as expressions need it.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    /// How the task has ended.
    pub(crate) status: Option<Status>,
    /// The nodes of its turns: exactly one if it is not looped.
    pub(crate) nodes: Vec<usize>,
    /// The node of a looped task as a whole.
    pub(crate) whole: Option<usize>,
}

/// The end of the run, for its handlers.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: End,
    pub(crate) failures: Value,
}

/// The values that the expressions of a graph's tasks and outputs refer to.
pub(crate) struct GraphScope<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) info: &'a RunInfo,
    pub(crate) dag: &'a Dag,
    pub(crate) path: &'a str,
    pub(crate) inputs: &'a [Option<Datum>],
    pub(crate) ended: &'a [Ended],
    pub(crate) nodes: &'a [Node],
    pub(crate) outcome: Option<&'a Outcome>,
    /// The item of the looped task whose arguments these are. A plan does not have any other items.
    pub(crate) item: Option<&'a Datum>,
    /// The turn whose handlers these are, and how it has ended.
    pub(crate) turn: Option<(PlanTaskId, Status)>,
}

impl GraphScope<'_> {
    fn task(&self, id: PlanTaskId) -> Result<(&PlanTask, &Ended), String> {
        let task = self
            .dag
            .graph
            .node_weight(petgraph::graph::NodeIndex::new(id.index()));
        match (task, self.ended.get(id.index())) {
            (Some(task), Some(ended)) => Ok((task, ended)),
            _ => Err(format!("there is no task {} in it", id.index())),
        }
    }

    /// An output of a task's node.
    fn given(&self, task: &PlanTask, node: usize, output: OutputId) -> Result<Datum, String> {
        let name = self
            .plan
            .output(task.target, output.index())
            .map(|output| &output.name)
            .ok_or_else(|| format!("`{}` has no output {}", task.name, output.index()))?;
        self.nodes
            .get(node)
            .and_then(|node| node.outputs.get(name))
            .cloned()
            .ok_or_else(|| format!("`{}` has not given `{name}`", task.name))
    }
}

impl Scope for GraphScope<'_> {
    fn input(&self, input: InputId) -> Result<Datum, String> {
        match self.inputs.get(input.index()) {
            Some(Some(datum)) => Ok(datum.clone()),
            _ => Err(absent(&self.dag.inputs, input)),
        }
    }

    fn output(&self, id: PlanTaskId, output: OutputId) -> Result<Datum, String> {
        let (task, ended) = self.task(id)?;
        match (ended.status, &task.each, ended.nodes.as_slice()) {
            (Some(_), None, [node]) => self.given(task, *node, output),
            (Some(_), Some(_), _) => Err(format!("`{}` is a loop", task.name)),
            _ => Err(format!("`{}` has not ended", task.name)),
        }
    }

    fn status(&self, id: PlanTaskId) -> Result<Status, String> {
        if let Some((own, status)) = self.turn
            && own == id
        {
            return Ok(status);
        }
        let (task, ended) = self.task(id)?;
        ended
            .status
            .ok_or_else(|| format!("`{}` has not ended", task.name))
    }

    fn ip(&self, id: PlanTaskId) -> Result<String, String> {
        match self.task(id)? {
            (
                task,
                Ended {
                    status: Some(Status::Succeeded),
                    ..
                },
            ) => Ok(format!("ip-of-{}{}", self.path, task.name)),
            (task, _) => Err(format!("`{}` has not started", task.name)),
        }
    }

    fn item(&self, id: PlanTaskId) -> Result<Datum, String> {
        match self.item {
            Some(item) => Ok(item.clone()),
            None => Err(format!("task {} is at no item here", id.index())),
        }
    }

    fn gather(&self, id: PlanTaskId, output: OutputId) -> Result<Datum, String> {
        let (task, ended) = self.task(id)?;
        if task.each.is_none() {
            return Err(format!("`{}` is not a loop", task.name));
        }
        match ended.status {
            Some(Status::Succeeded | Status::Skipped) => {
                let turns = ended.nodes.iter();
                let turns: Vec<Datum> = turns
                    .map(|node| self.given(task, *node, output))
                    .collect::<Result<_, _>>()?;
                gathered(turns)
            }
            _ => Err(format!("`{}` has not ended well", task.name)),
        }
    }

    fn context(&self, context: Context) -> Result<Value, String> {
        let text = |text: &str| Ok(Value::String(text.to_owned()));
        match (context, self.outcome) {
            (Context::RunName, _) => text(&self.info.name),
            (Context::RunId, _) => text(&self.info.id),
            (Context::RunNamespace, _) => text(&self.info.namespace),
            (Context::RunCreated, _) => text(&self.info.created),
            (Context::RunStatus, Some(outcome)) => text(outcome.status.name()),
            (Context::RunFailures, Some(outcome)) => Ok(outcome.failures.clone()),
            (Context::RunDuration, Some(_)) => Ok(Value::Float(0.0)),
            _ => Nothing.context(context),
        }
    }
}

/// A list of values or of artifacts.
fn gathered(turns: Vec<Datum>) -> Result<Datum, String> {
    let mut values = Vec::new();
    let mut artifacts = Vec::new();
    for turn in turns {
        match turn {
            Datum::Value(value) => values.push(value),
            Datum::Artifact(id) => artifacts.push(id),
            Datum::Artifacts(_) => return Err("lists of artifacts are no values".to_owned()),
        }
    }
    match (values.is_empty(), artifacts.is_empty()) {
        (_, true) => Ok(Datum::Value(Value::List(values))),
        (true, false) => Ok(Datum::Artifacts(artifacts)),
        (false, false) => Err("artifacts are no values".to_owned()),
    }
}

/// The values that the expressions of a step's `retry` refer to.
pub(crate) struct StepScope<'a> {
    pub(crate) info: &'a RunInfo,
    pub(crate) step: &'a Step,
    pub(crate) path: &'a str,
    pub(crate) inputs: &'a IndexMap<String, Datum>,
    pub(crate) attempt: i64,
    pub(crate) last: &'a StepEnd,
}

impl Scope for StepScope<'_> {
    fn input(&self, input: InputId) -> Result<Datum, String> {
        self.step
            .inputs
            .get(input.index())
            .and_then(|port| self.inputs.get(&port.name))
            .cloned()
            .ok_or_else(|| absent(&self.step.inputs, input))
    }

    fn context(&self, context: Context) -> Result<Value, String> {
        let text = |text: &str| Ok(Value::String(text.to_owned()));
        match context {
            Context::RunName => text(&self.info.name),
            Context::RunId => text(&self.info.id),
            Context::RunNamespace => text(&self.info.namespace),
            Context::RunCreated => text(&self.info.created),
            Context::TaskName => text(task_name(self.path)),
            Context::TaskAttempt => Ok(Value::Int(self.attempt)),
            Context::LastExitCode => Ok(Value::Int(self.last.exit_code.unwrap_or(-1))),
            Context::LastStatus => text(self.last.end.name()),
            Context::LastDuration => Ok(Value::Float(0.0)),
            Context::LastMessage => text(&self.last.message),
            Context::RunStatus | Context::RunFailures | Context::RunDuration => {
                Nothing.context(context)
            }
        }
    }
}

fn absent(ports: &[Port], input: InputId) -> String {
    match ports.get(input.index()) {
        Some(port) => format!("the input `{}` is not there", port.name),
        None => format!("there is no input {}", input.index()),
    }
}

/// The name of the task at the end of a path, without the number of a turn.
fn task_name(path: &str) -> &str {
    let last = path.rsplit(['.', ':']).next().unwrap_or(path);
    last.split('(').next().unwrap_or(last)
}

/// `run.failures`: the steps that have failed so far.
pub(crate) fn failures(nodes: &[Node]) -> Value {
    let record = |node: &Node| {
        let of = |field: &str| match field {
            "task" => task_name(&node.path),
            "template" => &node.target,
            "status" => node.status.name(),
            "message" => &node.message,
            "pod" => &node.path,
            _ => "2026-01-01T00:00:00Z",
        };
        Value::Record(
            FAILURE_FIELDS
                .iter()
                .map(|field| ((*field).to_owned(), Value::String(of(field).to_owned())))
                .collect(),
        )
    };
    Value::List(
        nodes
            .iter()
            .filter(|node| node.kind == crate::NodeKind::Step && node.status.is_failure())
            .map(record)
            .collect(),
    )
}

/// The inputs of a step or graph: the arguments, otherwise the defaults.
pub(crate) fn bind(
    ports: &[Port],
    arguments: &[(InputId, Expr)],
    scope: &dyn Scope,
) -> Result<Vec<Option<Datum>>, String> {
    ports
        .iter()
        .enumerate()
        .map(|(index, port)| {
            if !port.present {
                return Ok(None);
            }
            let given = arguments.iter().find(|(id, _)| id.index() == index);
            let datum = match (given, &port.default) {
                (Some((_, expr)), _) => evaluate_datum(expr, scope)?,
                (None, Some(default)) => evaluate_datum(default, &Nothing)?,
                (None, None) => return Err(format!("nothing is given for `{}`", port.name)),
            };
            datum
                .fit(&port.ty)
                .map(Some)
                .map_err(|reason| format!("`{}`: {reason}", port.name))
        })
        .collect()
}
