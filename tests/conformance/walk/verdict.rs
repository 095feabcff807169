//! What the simulator says and what a walker says, side by side.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use argot_compiler::{DagKind, Output, Plan, Port, Type, Value};
use argot_simulate::{Datum, Node, NodeKind, Run, Status};
use indexmap::IndexMap;

use crate::case::{Case, place, text};
use crate::walker::{Data, PlaceNode, Report};

/// What differs, in words.
pub(crate) fn differences(case: &Case<'_>, report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    if !report.refused.is_empty() {
        return vec![format!("refused: {}", report.refused)];
    }
    let plan = &case.compiled.plan;
    let argo = Argo::new(&report.nodes, &case.run);
    if report.hung {
        out.push("Argo: it never ends".to_owned());
    }
    if !argo.same_end(case.run.status.name(), &report.phase) {
        out.push(format!(
            "the run: simulator {} ({}), Argo {} ({})",
            case.run.status.name(),
            case.run.message,
            report.phase,
            report.message
        ));
    }
    let mut seen: IndexMap<String, ()> = IndexMap::new();
    let refused: Vec<_> = case
        .run
        .nodes
        .iter()
        .filter(|node| node.status == Status::Error && node.attempts == 0 && node.inputs.is_empty())
        .map(|node| place(&node.path))
        .collect();
    for node in &case.run.nodes {
        let at = place(&node.path);
        seen.insert(at.clone(), ());
        let Some(found) = argo.by_place.get(&at) else {
            out.push(format!(
                "{at}: simulator {}, Argo has none",
                node.status.name()
            ));
            continue;
        };
        compare(plan, node, &at, found, &argo, &mut out);
    }
    for (at, node) in &argo.by_place {
        let own = |at: &str| {
            // The handlers of a call that was refused run if Argo comes back to it, since something else still runs.
            let call = at.split_once(":exit").map(|(call, _)| call);
            if call.is_some_and(|at| refused.iter().any(|one| one == at)) {
                return true;
            }
            let up = at.rsplit_once('.').map_or("", |(up, _)| up);
            is_made_up(node) || argo.by_place.get(up).is_some_and(|node| is_made_up(node))
        };
        if !at.is_empty() && !seen.contains_key(at) && !own(at) {
            out.push(format!(
                "{at}: Argo {} ({}), simulator has none",
                node.phase, node.kind
            ));
        }
    }
    let none = Data::default();
    let given = report.outputs.as_ref().unwrap_or(&none);
    if let (Some(entry), Status::Succeeded) = (plan.dags.first(), Status::from(case.run.status)) {
        for (output, _) in &entry.outputs {
            let datum = case.run.outputs.get(&output.name);
            let here = (output.name.as_str(), &output.ty);
            data("the run gives", here, datum, given, &argo, false, &mut out);
        }
    }
    out
}

/// What differs between two walkers, but for what they make up: how long the run took, and what is said of failures.
pub(crate) fn between(one: &Report, other: &Report) -> Vec<String> {
    let end = |report: &Report| (report.phase.clone(), report.hung, report.refused.is_empty());
    let mut out = Vec::new();
    if end(one) != end(other) {
        out.push(format!("the walkers: {:?}, {:?}", end(one), end(other)));
    }
    let nodes = |report: &Report| -> IndexMap<(String, Option<i64>), String> {
        let texts = |data: &Option<Data>, node: &PlaceNode| match data {
            Some(data) if data.parameters.is_empty() && data.artifacts.is_empty() => String::new(),
            Some(data) if !node.place.starts_with(":exit") => {
                let mut texts: Vec<_> = data.parameters.iter().collect();
                texts.sort();
                let mut artifacts: Vec<_> = data.artifacts.keys().collect();
                artifacts.sort();
                format!("{texts:?} {artifacts:?}")
            }
            _ => String::new(),
        };
        let said = |node: &PlaceNode| {
            let (inputs, outputs) = (texts(&node.inputs, node), texts(&node.outputs, node));
            match node.phase.as_str() {
                "Succeeded" => format!("Succeeded {inputs} {outputs}"),
                phase => phase.to_owned(),
            }
        };
        let nodes = report.nodes.iter();
        nodes
            .map(|node| ((node.place.clone(), node.attempt), said(node)))
            .collect()
    };
    let (one, other) = (nodes(one), nodes(other));
    for place in one.keys().chain(other.keys()) {
        let (here, there) = (one.get(place), other.get(place));
        if here != there
            && !out
                .iter()
                .any(|line| line.starts_with(&format!("{}:", place.0)))
        {
            out.push(format!("{}: the walkers: {here:?}, {there:?}", place.0));
        }
    }
    out
}

/// A task that stands for nothing of the program and runs nothing: the end of one that may fail, or where a value
/// is computed.
fn is_made_up(node: &PlaceNode) -> bool {
    let name = node.place.rsplit('.').next().unwrap_or_default();
    let template = node.template.starts_with("ended") || name.starts_with("give-");
    template && node.kind != "Pod" && node.kind != "Retry"
}

struct Argo<'a> {
    by_place: IndexMap<String, &'a PlaceNode>,
    /// Of each place how many attempts there are.
    attempts: IndexMap<&'a str, i64>,
    /// What is at a key: the place and output that made it.
    made: IndexMap<String, Vec<String>>,
    /// Whether steps have ended in both kinds of failure: which of them what holds them takes over is not said.
    mixed: bool,
    /// What the simulator says of errors in words that are not Argo's.
    unsaid: Vec<&'a str>,
}

impl<'a> Argo<'a> {
    fn new(nodes: &'a [PlaceNode], run: &'a Run) -> Self {
        let steps = |status| {
            let mut steps = run.nodes.iter().filter(|node| node.kind == NodeKind::Step);
            steps.any(|node| node.status == status)
        };
        let mixed = steps(Status::Failed) && steps(Status::Error);
        // Those that did not start, and those whose outputs are not what they must be.
        let unsaid = run.nodes.iter().filter(|node| {
            node.status == Status::Error
                && (node.attempts == 0 || node.message.starts_with("the output `"))
        });
        let unsaid = unsaid.map(|node| node.message.as_str()).collect();
        let mut by_place: IndexMap<String, &PlaceNode> = IndexMap::new();
        let mut attempts: IndexMap<&str, i64> = IndexMap::new();
        let mut made: IndexMap<String, Vec<String>> = IndexMap::new();
        for node in nodes {
            if node.attempt.is_some() {
                *attempts.entry(&node.place).or_default() += 1;
            } else {
                by_place.insert(node.place.clone(), node);
            }
            if node.kind == "Pod" && node.phase == "Succeeded" {
                for (name, artifact) in node.outputs.iter().flat_map(|data| &data.artifacts) {
                    if let Some(key) = artifact.get("key").and_then(|key| key.as_str()) {
                        let makers = made.entry(key.to_owned()).or_default();
                        makers.push(format!("{}.{name}", node.place));
                    }
                }
            }
        }
        Self {
            by_place,
            attempts,
            made,
            mixed,
            unsaid,
        }
    }

    fn same_end(&self, one: &str, other: &str) -> bool {
        let is_failure = |end| matches!(end, "Failed" | "Error");
        one == other || self.mixed && is_failure(one) && is_failure(other)
    }

    /// What an artifact is: who made it, or where it is. The turns of a `repeat` write at the same place, so that
    /// what is there may be of any of them.
    fn artifact(&self, artifact: &serde_json::Value, expected: Option<&str>) -> Option<String> {
        let text = |at: &str| artifact.pointer(at).and_then(|text| text.as_str());
        if let Some(key) = text("/key") {
            if let Some(makers) = self.made.get(key) {
                let same = makers.iter().find(|maker| Some(maker.as_str()) == expected);
                return same.or(makers.last()).cloned();
            }
            if let Some((folder, name)) = key.rsplit_once('/')
                && let Some(makers) = self.made.get(folder)
            {
                let mut makers = makers.iter().map(|maker| format!("{maker}/{name}"));
                let last = makers.clone().next_back();
                return makers
                    .find(|maker| Some(maker.as_str()) == expected)
                    .or(last);
            }
            if let Some(url) = text("/http/url") {
                return Some(url.to_owned());
            }
            for (kind, scheme) in [("s3", "s3"), ("gcs", "gs")] {
                if let Some(bucket) = text(&format!("/{kind}/bucket")) {
                    return Some(format!("{scheme}://{bucket}/{key}"));
                }
            }
            return Some(format!("key:{key}"));
        }
        if let Some(data) = text("/raw/data") {
            return Some(format!("text:{data}"));
        }
        text("/http/url").map(ToOwned::to_owned)
    }

    /// What the elements of a list of artifacts are, of which Argo passes on the folder and the names.
    fn elements(&self, list: &str, expected: &[String]) -> Option<Vec<String>> {
        let list: serde_json::Value = serde_json::from_str(list).ok()?;
        let folder = list.get("folder")?.as_str()?;
        let items = list.get("items")?.as_array()?.iter().enumerate();
        items
            .map(|(index, item)| {
                let name = item
                    .as_str()
                    .map_or_else(|| item.to_string(), str::to_owned);
                let artifact = serde_json::json!({ "key": format!("{folder}/{name}") });
                self.artifact(&artifact, expected.get(index).map(String::as_str))
            })
            .collect()
    }
}

fn compare(
    plan: &Plan,
    node: &Node,
    at: &str,
    found: &PlaceNode,
    argo: &Argo<'_>,
    out: &mut Vec<String>,
) {
    let exact = node.kind == NodeKind::Step;
    let same = node.status.name() == found.phase;
    if !same && (exact || !argo.same_end(node.status.name(), &found.phase)) {
        out.push(format!(
            "{at}: simulator {} ({}), Argo {} ({})",
            node.status.name(),
            node.message,
            found.phase,
            found.message
        ));
        return;
    }
    if node.kind == NodeKind::Loop || matches!(node.status, Status::Skipped | Status::Omitted) {
        return;
    }
    let (ports, outputs, kind) = ports(plan, node);
    let none = Data::default();
    let started = node.attempts > 0 || matches!(node.kind, NodeKind::Graph(_));
    if node.attempts > 0 {
        let attempts = argo.attempts.get(at).copied().unwrap_or(1);
        if attempts != node.attempts {
            out.push(format!(
                "{at}: simulator {} attempts, Argo {attempts}",
                node.attempts
            ));
        }
    }
    // What was refused has no inputs.
    if started && !(node.status == Status::Error && node.inputs.is_empty()) {
        let given = found.inputs.as_ref().unwrap_or(&none);
        for port in ports.iter().filter(|port| port.present) {
            let datum = node.inputs.get(&port.name);
            let here = (port.name.as_str(), &port.ty);
            data(
                &format!("{at} is given"),
                here,
                datum,
                given,
                argo,
                false,
                out,
            );
        }
    }
    if node.status == Status::Succeeded {
        let given = found.outputs.as_ref().unwrap_or(&none);
        let gathered = kind == Some(DagKind::Turn);
        // Argo gathers artifacts by their keys, and a step gives the names of those it has made.
        let is_apart = |ty: &Type| gathered && ty.is_artifact() || exact && ty.is_artifact_list();
        for output in outputs.iter().filter(|output| !is_apart(&output.ty)) {
            let datum = node.outputs.get(&output.name);
            let here = (output.name.as_str(), &output.ty);
            data(
                &format!("{at} gives"),
                here,
                datum,
                given,
                argo,
                gathered,
                out,
            );
        }
    }
}

fn ports<'a>(plan: &'a Plan, node: &Node) -> (&'a [Port], Vec<&'a Output>, Option<DagKind>) {
    match node.kind {
        NodeKind::Step => {
            let step = plan.steps.iter().find(|step| step.name == node.target);
            step.map(|step| (step.inputs.as_slice(), step.outputs.iter().collect(), None))
        }
        _ => plan
            .dags
            .iter()
            .find(|dag| dag.name == node.target)
            .map(|dag| {
                let outputs = dag.outputs.iter().map(|(output, _)| output).collect();
                (dag.inputs.as_slice(), outputs, Some(dag.kind))
            }),
    }
    .unwrap_or_default()
}

fn data(
    what: &str,
    (name, ty): (&str, &Type),
    datum: Option<&Datum>,
    found: &Data,
    argo: &Argo<'_>,
    gathered: bool,
    out: &mut Vec<String>,
) {
    let (expected, found) = if ty.is_artifact() {
        let expected = match datum {
            Some(Datum::Artifact(id)) => Some(by_place(id)),
            _ => None,
        };
        let found = found
            .artifacts
            .get(name)
            .and_then(|artifact| argo.artifact(artifact, expected.as_deref()));
        (expected, found)
    } else if let Some(Datum::Artifacts(ids)) = datum {
        let expected: Vec<String> = ids.iter().map(|id| by_place(id)).collect();
        let list = found.parameters.get(name).cloned().flatten();
        let found = list.and_then(|list| argo.elements(&list, &expected));
        (Some(expected.join(" ")), found.map(|found| found.join(" ")))
    } else {
        let expected = datum
            .and_then(Datum::value)
            .map(|value| match (gathered, ty) {
                // As a list of one text, its JSON: so the turns of a loop give it.
                (true, _) => Value::List(vec![Value::String(value.json())]).json(),
                _ => text(value, ty),
            });
        let found = found.parameters.get(name).cloned().flatten();
        let found = found.map(without_number);
        (
            expected,
            if gathered {
                found.map(plain_json)
            } else {
                found
            },
        )
    };
    if let (Some(expected), Some(found)) = (&expected, &found)
        && is_same(what, expected, found, ty, argo)
    {
        return;
    }
    if expected != found {
        let mut line = format!("{what} {name}: ");
        let _ = write!(line, "simulator {expected:?}, Argo {found:?}");
        out.push(line);
    }
}

/// The item, if the text is an item with its number in the loop.
fn without_number(text: String) -> String {
    match serde_json::from_str(&text) {
        Ok(serde_json::Value::Object(fields))
            if fields.len() == 2 && fields.contains_key("index") =>
        {
            match fields.get("item") {
                Some(serde_json::Value::String(item)) => item.clone(),
                Some(item) => item.to_string(),
                None => text,
            }
        }
        _ => text,
    }
}

/// Whether two texts are the same, but for what is not said, or known by the run alone.
fn is_same(what: &str, expected: &str, found: &str, ty: &Type, argo: &Argo<'_>) -> bool {
    // An address.
    if expected == found || expected.contains("ip-of-") {
        return true;
    }
    // How long the run took.
    if what.starts_with(":exit") && (expected.contains(" after 0") || expected.contains(" in 0 s"))
    {
        return true;
    }
    // What the simulator says of an error is in words of its own.
    let unsaid = argo.unsaid.iter().any(|text| expected.contains(text));
    let plain = |text: &str| plain(text, argo.mixed);
    let parse = |text: &str| {
        serde_json::from_str(text)
            .ok()
            .map(|json| told(json, unsaid))
    };
    match (parse(&plain(expected)), parse(&plain(found))) {
        (Some(expected), Some(found)) if !ty.is_text() || told_of_failures(&expected) => {
            expected == found
        }
        _ => unsaid || plain(expected) == plain(found),
    }
}

/// A text without what Argo writes as escapes in JSON, and without a distinction between both kinds of failure where
/// it is not said which of them it is.
fn plain(text: &str, mixed: bool) -> String {
    let escapes = [
        ("\\\\u003c", "<"),
        ("\\\\u003e", ">"),
        ("\\\\u0026", "&"),
        ("\\u003c", "<"),
        ("\\u003e", ">"),
        ("\\u0026", "&"),
        ("\\u2028", "\u{2028}"),
    ];
    let text = escapes
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    if mixed {
        text.replace("Failed", "Error")
    } else {
        text
    }
}

/// JSON whose texts are opened where they are JSON themselves, as those that the turns of a loop give. Of failures it
/// has no times, no names of pods, and no order; and no messages, if so asked.
fn told(json: serde_json::Value, unsaid: bool) -> serde_json::Value {
    use serde_json::Value as Json;
    match json {
        Json::Object(mut fields) => {
            if fields.contains_key("finished") && fields.contains_key("pod") {
                fields.insert("finished".to_owned(), Json::Null);
                fields.insert("pod".to_owned(), Json::Null);
                if unsaid {
                    fields.insert("message".to_owned(), Json::Null);
                }
            }
            // In the order of the keys, since failures are put in the order of their texts.
            let fields: BTreeMap<_, _> = fields
                .into_iter()
                .map(|(key, value)| (key, told(value, unsaid)))
                .collect();
            Json::Object(fields.into_iter().collect())
        }
        Json::Array(items) => {
            let mut items: Vec<_> = items.into_iter().map(|item| told(item, unsaid)).collect();
            if items.iter().any(told_of_failures) {
                items.sort_by_key(ToString::to_string);
            }
            Json::Array(items)
        }
        Json::String(text) => match serde_json::from_str(&text) {
            Ok(inner @ (Json::Object(_) | Json::Array(_))) => told(inner, unsaid),
            _ => Json::String(text),
        },
        other => other,
    }
}

/// Whether JSON is a failure, or holds some.
fn told_of_failures(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::Object(fields) => fields.contains_key("finished"),
        serde_json::Value::Array(items) => items.iter().any(told_of_failures),
        _ => false,
    }
}

/// Argo writes some characters of JSON as escapes.
fn plain_json(text: String) -> String {
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => value.to_string(),
        Err(_) => text,
    }
}

/// An artifact's id in Argo's names: the path, the output, the element.
fn by_place(id: &str) -> String {
    if id.contains("://") || id.starts_with("text:") {
        return id.to_owned();
    }
    let (path, rest) = id
        .rsplit_once('.')
        .filter(|(_, rest)| !rest.contains('/'))
        .unwrap_or_else(|| {
            // The name of an element may have dots.
            let slash = id.find('/').unwrap_or(id.len());
            let dot = id
                .get(..slash)
                .and_then(|text| text.rfind('.'))
                .unwrap_or(0);
            (
                id.get(..dot).unwrap_or_default(),
                id.get(dot + 1..).unwrap_or_default(),
            )
        });
    format!("{}.{rest}", place(path))
}
