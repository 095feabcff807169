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
        let at_node = self.nodes.get(node).ok_or_else(broken)?;
        let mut end = checked(end, step, &at_node.path);
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
        self.close(node, end.end.into(), end.message);
        if let Some(node) = self.nodes.get_mut(node) {
            node.outputs = end.outputs;
        }
        Ok(Stage::Over)
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
fn checked(end: StepEnd, step: &Step, path: &str) -> StepEnd {
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
                    let names = datum.clone().fit(&Type::List(Arc::new(Type::String)));
                    names.map(|names| elements(&names, &format!("{path}.{}", output.name)))
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

/// The artifacts in the folder of an output, by their names.
fn elements(names: &Datum, folder: &str) -> Datum {
    let names = match names {
        Datum::Value(Value::List(names)) => names.as_slice(),
        _ => &[],
    };
    let ids = names.iter().map(|name| format!("{folder}/{}", name.text()));
    Datum::Artifacts(ids.collect())
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
