//! What comes out of the compiler, as text for people.

use std::fmt::Write as _;

use argot_compiler::{
    ArtifactTypes, Dag, Expr, ExprKind, Plan, PlanTask, PlanVolumeSource, Port, Step, Target,
    Value, VolumeExpr,
};
use argot_syntax::{Applicability, Diagnostic, Diagnostics, Sources, Span};

/// Every diagnostic with all that it says.
pub(crate) fn diagnostics(found: &Diagnostics, sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in found.iter() {
        one_diagnostic(&mut out, diagnostic, sources);
    }
    out
}

fn one_diagnostic(out: &mut String, diagnostic: &Diagnostic, sources: &Sources) {
    let severity = diagnostic.severity.name();
    let _ = writeln!(
        out,
        "{severity}[{}]: {}",
        diagnostic.code.id(),
        diagnostic.message
    );
    for (index, label) in diagnostic.labels.iter().enumerate() {
        let lead = if index == 0 { "at" } else { "and" };
        let said = if label.message.is_empty() {
            String::new()
        } else {
            format!(": {}", label.message)
        };
        let _ = writeln!(out, "  {lead} {}{said}", place(label.span, sources));
    }
    for note in &diagnostic.notes {
        let _ = writeln!(out, "  note: {note}");
    }
    for help in &diagnostic.help {
        let _ = writeln!(out, "  help: {help}");
    }
    if let Some(fix) = &diagnostic.fix {
        let lead = match fix.applicability {
            Applicability::Safe => "fix",
            Applicability::Unsafe => "unsafe fix",
        };
        for edit in &fix.edits {
            let at = place(edit.span, sources);
            let _ = writeln!(out, "  {lead}: {at} becomes `{}`", edit.text);
        }
    }
}

/// `main.argot:2:7`, and what stands there unless it has several lines.
fn place(span: Span, sources: &Sources) -> String {
    let Some(source) = sources.get(span.file) else {
        return "nowhere".to_owned();
    };
    let position = source.position(span.start);
    let text = source.slice(span);
    let at = format!("{}:{}:{}", source.path(), position.line, position.column);
    if text.is_empty() || text.contains('\n') {
        at
    } else {
        format!("{at} `{text}`")
    }
}

/// A plan: its graphs with their tasks, and the steps that they run.
pub(crate) fn plan(plan: &Plan, artifacts: &ArtifactTypes, sources: &Sources) -> String {
    let mut out = String::new();
    let shown = Shown {
        plan,
        artifacts,
        sources,
    };
    for claim in &plan.claims {
        let _ = writeln!(
            out,
            "claim {} of {} {}",
            claim.name,
            claim.size.text(),
            claim.access
        );
    }
    for dag in &plan.dags {
        shown.dag(&mut out, dag);
    }
    for step in plan.steps.iter() {
        shown.step(&mut out, step);
    }
    out
}

struct Shown<'a> {
    plan: &'a Plan,
    artifacts: &'a ArtifactTypes,
    sources: &'a Sources,
}

impl Shown<'_> {
    fn dag(&self, out: &mut String, dag: &Dag) {
        let outputs: Vec<String> = dag
            .outputs
            .iter()
            .map(|(output, value)| format!("{} = {}", output.name, self.expr(value, dag)))
            .collect();
        let returned = if outputs.is_empty() {
            String::new()
        } else {
            format!(" -> ({})", outputs.join(", "))
        };
        let _ = writeln!(
            out,
            "graph {}({}){returned}",
            dag.name,
            self.ports(&dag.inputs)
        );
        for index in dag.graph.node_indices() {
            let Some(task) = dag.graph.node_weight(index) else {
                continue;
            };
            let mut waits: Vec<(usize, &str)> = dag
                .graph
                .neighbors_directed(index, petgraph::Direction::Incoming)
                .filter_map(|before| {
                    Some((before.index(), dag.graph.node_weight(before)?.name.as_str()))
                })
                .collect();
            waits.sort_unstable();
            waits.dedup();
            let names: Vec<&str> = waits.iter().map(|(_, name)| *name).collect();
            let waits = if names.is_empty() {
                String::new()
            } else {
                format!("  after {}", names.join(", "))
            };
            let _ = writeln!(out, "  {}: {}{waits}", task.name, self.call(task, dag));
        }
    }

    fn call(&self, task: &PlanTask, dag: &Dag) -> String {
        let (name, inputs) = match task.target {
            Target::Step(id) => match self.plan.steps.get(id.index()) {
                Some(step) => (step.name.as_str(), step.inputs.as_slice()),
                None => ("?", &[][..]),
            },
            Target::Dag(id) => match self.plan.dags.get(id.index()) {
                Some(dag) => (dag.name.as_str(), dag.inputs.as_slice()),
                None => ("?", &[][..]),
            },
        };
        let arguments: Vec<String> = task
            .arguments
            .iter()
            .map(|(id, value)| {
                let input = inputs
                    .get(id.index())
                    .map_or("?", |port| port.name.as_str());
                format!("{input} = {}", self.expr(value, dag))
            })
            .collect();
        format!("{name}({})", arguments.join(", "))
    }

    fn step(&self, out: &mut String, step: &Step) {
        let outputs: Vec<String> = step
            .outputs
            .iter()
            .map(|output| format!("{}: {}", output.name, output.ty.text(self.artifacts)))
            .collect();
        let outputs = if outputs.is_empty() {
            String::new()
        } else {
            format!(" -> ({})", outputs.join(", "))
        };
        let _ = writeln!(
            out,
            "step {}({}){outputs}",
            step.name,
            self.ports(&step.inputs)
        );
        for (path, mount) in step.attributes.main.mounts() {
            let VolumeExpr::Declared(id) = mount.volume else {
                continue;
            };
            let Some(volume) = step.volumes.get(id.index()) else {
                continue;
            };
            let kind = match &volume.source {
                PlanVolumeSource::Claim(_) => "claim ",
                PlanVolumeSource::Source(_) => "",
            };
            let _ = writeln!(out, "  {path} is {kind}{}", volume.name);
        }
    }

    fn ports(&self, ports: &[Port]) -> String {
        let there: Vec<String> = ports
            .iter()
            .filter(|port| port.present)
            .map(|port| {
                let default = match &port.default {
                    Some(value) => format!(" = {}", self.source(value)),
                    None => String::new(),
                };
                format!("{}: {}{default}", port.name, port.ty.text(self.artifacts))
            })
            .collect();
        there.join(", ")
    }

    fn expr(&self, expr: &Expr, dag: &Dag) -> String {
        match &expr.kind {
            ExprKind::Input(id) => dag
                .inputs
                .get(id.index())
                .map_or_else(|| "?".to_owned(), |port| port.name.clone()),
            ExprKind::TaskOutput { task, output } => {
                let Some(task) = dag
                    .graph
                    .raw_nodes()
                    .get(task.index())
                    .map(|node| &node.weight)
                else {
                    return "?".to_owned();
                };
                let outputs: Vec<&str> = match task.target {
                    Target::Step(id) => {
                        self.plan
                            .steps
                            .get(id.index())
                            .map_or_else(Vec::new, |step| {
                                step.outputs
                                    .iter()
                                    .map(|output| output.name.as_str())
                                    .collect()
                            })
                    }
                    Target::Dag(id) => {
                        self.plan.dags.get(id.index()).map_or_else(Vec::new, |dag| {
                            dag.outputs
                                .iter()
                                .map(|(output, _)| output.name.as_str())
                                .collect()
                        })
                    }
                };
                format!(
                    "{}.{}",
                    task.name,
                    outputs.get(output.index()).unwrap_or(&"?")
                )
            }
            _ => self.source(expr),
        }
    }

    /// A constant by its value, anything else as it is written.
    fn source(&self, expr: &Expr) -> String {
        match expr.value() {
            Some(Value::String(text)) => format!("{text:?}"),
            Some(value) => value.text(),
            None => self
                .sources
                .get(expr.span.file)
                .map_or("", |source| source.slice(expr.span))
                .to_owned(),
        }
    }
}

/// A part of YAML as it is printed here: two spaces for each level, lists no deeper than their key.
///
/// A path is of names and numbers with dots between them. In a list a number counts from 0, and a name
/// picks the element whose `name` or `kind` it is. The first name may be the `kind` of one of several
/// documents, or `KIND/NAME`.
pub(crate) fn part(yaml: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = path.split('.').collect();
    let mut documents = yaml.split("---\n");
    let document = match names.first() {
        Some(first) if first.starts_with(char::is_uppercase) => {
            let (kind, name) = first.split_once('/').unwrap_or((first, ""));
            let head = format!("\nkind: {kind}\nmetadata:\n  name: {name}");
            names.remove(0);
            documents.find(|document| {
                let rest = document.split_once(&head).map(|(_, rest)| rest);
                rest.is_some_and(|rest| name.is_empty() || rest.starts_with('\n'))
            })?
        }
        _ => documents.next()?,
    };
    let mut lines: Vec<String> = document.lines().map(ToOwned::to_owned).collect();
    let mut indent = 0;
    for name in names {
        let first = lines.iter().find(|line| !line.is_empty())?;
        if first.get(indent..)?.starts_with('-') {
            lines = element(&lines, indent, name)?;
            indent += 2;
        } else {
            lines = field(&lines, indent, &name.replace(':', "."))?;
            if let Some(below) = lines.get(1) {
                // What stands behind the key on its own line is shown with it.
                if lines.first().is_some_and(|line| line.ends_with(':')) {
                    indent = below.len() - below.trim_start().len();
                    lines.remove(0);
                }
            }
        }
    }
    let cut = |line: &String| format!("{}\n", line.get(indent..).unwrap_or_default());
    Some(lines.iter().map(cut).collect())
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn field(lines: &[String], indent: usize, name: &str) -> Option<Vec<String>> {
    let key = format!("{}{name}:", " ".repeat(indent));
    let start = lines.iter().position(|line| {
        line.strip_prefix(&key)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })?;
    let inside = |line: &&String| {
        line.is_empty()
            || depth(line) > indent
            || depth(line) == indent && line.trim_start().starts_with('-')
    };
    let below = lines.iter().skip(start + 1).take_while(inside);
    Some(
        lines
            .iter()
            .skip(start)
            .take(1)
            .chain(below)
            .cloned()
            .collect(),
    )
}

fn element(lines: &[String], indent: usize, name: &str) -> Option<Vec<String>> {
    let mut elements: Vec<Vec<String>> = Vec::new();
    for line in lines {
        if depth(line) == indent && line.trim_start().starts_with('-') {
            let first = line.replacen('-', " ", 1);
            elements.push(vec![first]);
        } else {
            elements.last_mut()?.push(line.clone());
        }
    }
    if let Ok(at) = name.parse::<usize>() {
        return elements.into_iter().nth(at);
    }
    let named = format!("{}name: {name}", " ".repeat(indent + 2));
    elements.into_iter().find(|lines| lines.contains(&named))
}
