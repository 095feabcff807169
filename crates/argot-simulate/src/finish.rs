//! How attempts, tasks and graphs end.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::{
    Datum, End, Status, StepEnd,
    engine::{Cursor, Engine, GraphEnd, Stage, broken},
    evaluate_datum, evaluate_expr,
    scope::StepScope,
};
use argot_compiler::{Dag, PlanTask, Step, Target, Type, Value};

impl Engine<'_, '_> {
    /// Continues after an attempt of a step: with another attempt, or the end.
    pub(crate) fn after_attempt(
        &mut self,
        at: Cursor,
        node: usize,
        attempt: i64,
        end: StepEnd,
    ) -> Result<Stage, String> {
        let Target::Step(id) = self.task(at)?.target else {
            return Err(broken());
        };
        let step = self.step(id)?;
        let mut end = checked(end, step);
        let at_node = self.nodes.get(node).ok_or_else(broken)?;
        let scope = StepScope {
            info: self.info,
            step,
            path: &at_node.path,
            inputs: &at_node.inputs,
            attempt,
            last: &end,
        };
        match again(step, attempt, &end, &scope) {
            Ok(Next::Attempt) => return self.attempt(id, node, attempt + 1),
            Ok(Next::End) => {}
            Ok(Next::EndBecause(reason)) => reason.clone_into(&mut end.message),
            Err(reason) => end = StepEnd::error(reason),
        }
        if end.end == End::Succeeded {
            self.store(node, step, &end.outputs)?;
        }
        self.close(node, end.end.into(), end.message);
        if let Some(node) = self.nodes.get_mut(node) {
            node.outputs = end.outputs;
        }
        Ok(Stage::Over)
    }

    /// Stores the outputs of a step that are to be kept.
    fn store(
        &mut self,
        node: usize,
        step: &Step,
        outputs: &IndexMap<String, Datum>,
    ) -> Result<(), String> {
        let writer = node;
        let node = self.nodes.get(node).ok_or_else(broken)?;
        let mut found: Vec<(String, Datum)> = Vec::new();
        for (output, input) in &step.stored {
            let (Some(output), Some(port)) = (
                step.outputs.get(output.index()),
                step.inputs.get(input.index()),
            ) else {
                return Err(broken());
            };
            let (Some(Datum::Value(key)), Some(given)) =
                (node.inputs.get(&port.name), outputs.get(&output.name))
            else {
                return Err(broken());
            };
            match given {
                Datum::Value(Value::List(names)) => {
                    for name in names {
                        let (key, name) = (key.text(), name.text());
                        let id = format!("{}.{}/{name}", node.path, output.name);
                        found.push((format!("{key}/{name}"), Datum::Artifact(id)));
                    }
                }
                other => found.push((key.text(), other.clone())),
            }
        }
        for (key, datum) in found {
            let path = |node: usize| self.nodes.get(node).map(|node| &node.path);
            if let Some((_, before)) = self.storage.get(&key)
                && let (Some(before), Some(now)) = (path(*before), path(writer))
                && !is_repeated(before, now)
            {
                return Err(format!(
                    "both `{before}` and `{now}` put something at `{key}`"
                ));
            }
            self.storage.insert(key, (datum, writer));
        }
        Ok(())
    }

    /// Ends a task whose turns have all ended.
    pub(crate) fn settle(&mut self, at: Cursor) -> Result<(), String> {
        let frame = self.frame(at.frame)?;
        let turns = frame.turns.get(at.task).ok_or_else(broken)?;
        if !turns.iter().all(|turn| matches!(turn.stage, Stage::Done)) {
            return Ok(());
        }
        let statuses = turns
            .iter()
            .filter_map(|turn| self.nodes.get(turn.node))
            .map(|node| node.status);
        let status = all(statuses).into();
        if let Some(whole) = frame.ended.get(at.task).and_then(|ended| ended.whole) {
            let message = match status {
                Status::Succeeded => String::new(),
                _ => "a turn has failed".to_owned(),
            };
            self.close(whole, status, message);
        }
        self.progress = true;
        let frame = self.frame_mut(at.frame)?;
        if let Some(turns) = frame.turns.get_mut(at.task) {
            turns.clear();
        }
        if let Some(ended) = frame.ended.get_mut(at.task) {
            ended.status = Some(status);
        }
        Ok(())
    }

    /// Ends a graph whose tasks have all ended.
    pub(crate) fn conclude(&mut self, at: usize) -> Result<(), String> {
        let frame = self.frame(at)?;
        if frame.end.is_some() || frame.ended.iter().any(|task| task.status.is_none()) {
            return Ok(());
        }
        let dag = self.dag(frame.dag)?;
        let counted: Vec<(&PlanTask, Status)> = dag
            .graph
            .node_weights()
            .zip(&frame.ended)
            .filter(|(task, _)| !task.may_fail)
            .filter_map(|(task, ended)| Some((task, ended.status?)))
            .collect();
        let status = all(counted.iter().map(|(_, status)| *status));
        let end = if status == End::Succeeded {
            match self.outputs(at, dag) {
                Ok(outputs) => GraphEnd {
                    status,
                    message: String::new(),
                    outputs,
                },
                Err(reason) => GraphEnd::error(reason),
            }
        } else {
            let failed: Vec<String> = counted
                .iter()
                .filter(|(_, status)| status.is_failure())
                .map(|(task, _)| format!("`{}`", task.name))
                .collect();
            GraphEnd {
                status,
                message: format!("{} failed", failed.join(", ")),
                outputs: IndexMap::new(),
            }
        };
        self.progress = true;
        let frame = self.frame_mut(at)?;
        frame.end = Some(end);
        frame.turns = Vec::new();
        Ok(())
    }

    fn outputs(&self, frame: usize, dag: &Dag) -> Result<IndexMap<String, Datum>, String> {
        let scope = self.scope(frame, None, None)?;
        dag.outputs
            .iter()
            .map(|(output, expr)| {
                evaluate_datum(expr, &scope)
                    .and_then(|datum| datum.fit(&output.ty))
                    .map(|datum| (output.name.clone(), datum))
                    .map_err(|reason| format!("the output `{}`: {reason}", output.name))
            })
            .collect()
    }
}

/// Whether a step is the same step in a later turn of a `repeat`, whose outputs overwrite those of the earlier turn.
fn is_repeated(before: &str, now: &str) -> bool {
    let fixed = |path: &str| {
        path.split('.')
            .filter(|name| *name != "again")
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    fixed(before) == fixed(now)
}

/// The combined end of several things: an error if some are errors and none has failed.
fn all(statuses: impl Iterator<Item = Status>) -> End {
    let mut end = End::Succeeded;
    for status in statuses {
        match status {
            Status::Failed => return End::Failed,
            Status::Error => end = End::Error,
            _ => {}
        }
    }
    end
}

/// The end of an attempt. A success with missing outputs is an error.
fn checked(end: StepEnd, step: &Step) -> StepEnd {
    if end.end != End::Succeeded {
        return StepEnd {
            outputs: IndexMap::new(),
            ..end
        };
    }
    let outputs: Result<IndexMap<_, _>, String> = step
        .outputs
        .iter()
        .map(|output| {
            let datum = match (end.outputs.get(&output.name), &output.ty) {
                // For a list of artifacts, a step returns the names.
                (Some(datum), ty) if ty.is_artifact_list() => {
                    datum.clone().fit(&Type::List(Arc::new(Type::String)))
                }
                (Some(datum), ty) => datum.clone().fit(ty),
                (None, Type::Optional(_)) => Ok(Datum::NULL),
                (None, _) => Err("it is missing".to_owned()),
            };
            datum
                .map(|datum| (output.name.clone(), datum))
                .map_err(|reason| format!("the output `{}`: {reason}", output.name))
        })
        .collect();
    match outputs {
        Ok(outputs) => StepEnd { outputs, ..end },
        Err(reason) => StepEnd::error(reason),
    }
}

/// The consequence of an attempt.
enum Next {
    Attempt,
    /// No further attempt. The attempt's message is also the step's.
    End,
    /// No further attempt, for this reason in Argo's words.
    EndBecause(&'static str),
}

/// The consequence of an attempt with this end.
fn again(step: &Step, attempt: i64, end: &StepEnd, scope: &StepScope<'_>) -> Result<Next, String> {
    let retry = step.attributes.step.retry();
    if retry.is_empty() {
        return Ok(Next::End);
    }
    let limit = match retry.limit() {
        Some(limit) => match evaluate_expr(limit, scope)? {
            Value::Int(limit) => limit,
            other => return Err(format!("{} is not a whole number", other.json())),
        },
        None => 0,
    };
    let on = match retry.on() {
        Some(on) => evaluate_expr(on, scope)?.text(),
        // If there is a condition, it alone decides.
        None => match retry.when() {
            Some(_) => "always".to_owned(),
            None => "failure".to_owned(),
        },
    };
    let covered = match end.end {
        End::Succeeded => false,
        End::Failed => matches!(on.as_str(), "failure" | "always"),
        End::Error => matches!(on.as_str(), "error" | "always"),
    };
    if !covered {
        return Ok(Next::End);
    }
    if attempt >= limit {
        return Ok(Next::EndBecause("No more retries left"));
    }
    match retry.when() {
        None => Ok(Next::Attempt),
        Some(when) => match evaluate_expr(when, scope)? {
            Value::Bool(true) => Ok(Next::Attempt),
            Value::Bool(false) => Ok(Next::EndBecause(
                "retryStrategy.expression evaluated to false",
            )),
            other => Err(format!("{} is neither true nor false", other.json())),
        },
    }
}
