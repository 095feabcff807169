//! Cases for a real cluster, written as JSON: the manifests of a program in the layout `jobs`, what its steps do, and
//! what must come of it.

use std::collections::BTreeMap;

use argot_compiler::{Expr, ExprKind, Output};
use argot_simulate::{Datum, StepCall, write};
use argot_syntax::Diagnostics;
use argot_targets::kubernetes::{self, Layout};
use serde_json::{Value as Json, json};

use crate::case::{Compiled, Story};

/// A Job that takes part in a case, and the turn where it has turns.
type Place = (String, Option<usize>);

/// The case that a story makes of a program whose Jobs and turns are `most` at the most; `None` where an expression
/// has no value, or there are more.
///
/// # Errors
/// Says where the simulator and the graph do not agree, or why there are no manifests.
pub(crate) fn case(
    name: &str,
    compiled: &Compiled,
    story: &Story<'_>,
    most: usize,
) -> Result<Option<Json>, String> {
    let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for job in &compiled.laid.jobs {
        for (turn, path) in Compiled::paths(job).into_iter().enumerate() {
            let turn = job.turns.map(|_| turn);
            places
                .entry(path)
                .or_default()
                .push((job.name.clone(), turn));
        }
    }
    if places.len() > most {
        return Ok(None);
    }
    match compiled.differences(story)? {
        None => return Ok(None),
        Some(found) if found.is_empty() => {}
        Some(found) => return Err(found.join("; ")),
    }
    let (mut outputs, mut fail, mut argv) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    compiled.simulated(&compiled.plan, &mut |call| {
        let end = story.end(call);
        let written: BTreeMap<&str, String> = (call.step.outputs.iter())
            .map(|port| (port.name.as_str(), text(end.outputs.get(&port.name), port)))
            .collect();
        for (job, turn) in places.get(call.path).into_iter().flatten() {
            let key = match turn {
                Some(turn) => format!("{job}/{turn}"),
                None => job.clone(),
            };
            if (story.fails)(call.path) {
                fail.insert(key.clone(), 1);
            }
            outputs.insert(key.clone(), json!(written));
            argv.insert(key, arguments(call));
        }
        end
    })?;
    let mut found = Diagnostics::default();
    let options = kubernetes::Options {
        layout: Layout::Jobs,
        name: Some("r".to_owned()),
        ..kubernetes::Options::default()
    };
    let manifests = kubernetes::lower(&compiled.plan, &options, &mut found);
    let yaml = argot_targets::print(&manifests, &mut found);
    if found.has_errors() {
        // What a plan is laid out for may still be refused for its pods.
        return Ok(None);
    }
    let (ends, run) = compiled.ends(story, None);
    let ends: BTreeMap<&str, &str> = (ends.into_iter())
        .map(|(job, state)| (job, word(state)))
        .collect();
    Ok(Some(json!({
        "name": name,
        "manifests": yaml,
        "plan": { "outputs": outputs, "fail": fail },
        "ends": ends,
        "argv": argv,
        "run": word(run),
    })))
}

fn word(state: char) -> &'static str {
    match state {
        'S' => "Succeeded",
        'F' => "Failed",
        'K' => "Skipped",
        _ => "Omitted",
    }
}

/// What a step writes for an output.
fn text(value: Option<&Datum>, port: &Output) -> String {
    match value {
        Some(Datum::Value(value)) => write(value, &port.ty),
        Some(Datum::Artifact(id)) => id.clone(),
        Some(Datum::Artifacts(ids)) => ids.join(","),
        None => String::new(),
    }
}

/// The arguments of the step's program, which may stand in its command, that are the values of inputs; null where one
/// is something else.
fn arguments(call: &StepCall<'_>) -> Json {
    let main = &call.step.attributes.main;
    let command = main.command().into_iter().flatten().skip(1);
    let args = command.chain(main.args().into_iter().flatten());
    let value = |expr: &Expr| {
        let ExprKind::Input(id) = &expr.kind else {
            return Json::Null;
        };
        let port = call.step.inputs.get(id.index());
        let given = port.and_then(|port| Some((call.inputs.get(&port.name)?, &port.ty)));
        match given {
            Some((Datum::Value(value), ty)) => json!(write(value, ty)),
            _ => Json::Null,
        }
    };
    args.map(value).collect()
}
