//! What programs do when they run, as the pages in this folder tell it.
//!
//! An `argot` block is a program. A `run` block behind it says what its steps do; the `trace` block behind that
//! holds what has come of it, to the letter. Lines of a `run` block:
//!
//! | line | means |
//! |---|---|
//! | `run.rows = 3` | a parameter of the run |
//! | `train: rows = 3; name = a` | what the step at that path gives, in the texts of the wire |
//! | `train: fail 2` | it fails with that exit code |
//! | `train: error gone` | what runs it fails, and says so |
//! | `train#1: ...` | the same for its second attempt alone |
//!
//! A step of which nothing is said succeeds. An output of which nothing is said is `1`, `0.5`, `false`, the path
//! of the step as a text, an empty list, absent; an artifact is the step's path and the output's name.
//! Of a list of artifacts a step gives the names.
//!
//! `ARGOT_BLESS=1 cargo test -p argot-simulate --test simulate` writes the traces anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use argot_compiler::{Plan, check, plan};
use argot_simulate::{Datum, End, Node, Run, RunInfo, simulate};
use argot_syntax::Diagnostics;
use argot_testing::memory::{ENTRY, Memory};
use argot_testing::page::{Page, Part};
use argot_testing::script::Script;
use indexmap::IndexMap;

/// In place of a trace: it has been said already why there is none.
const NOTHING: &str = "";

#[test]
fn pages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/simulate");
    let mut paths: Vec<_> = fs::read_dir(&root)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    let mut failures = String::new();
    let mut runs = 0;
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path).unwrap_or_default();
        let page = Page::new(name.clone().into_owned(), text);
        let mut stale = Vec::new();
        let (mut source, mut found) = (String::new(), None);
        for part in &page.parts {
            let Part::Block(block) = part else { continue };
            match block.language.as_str() {
                "argot" => source.clone_from(&block.text),
                "run" => {
                    found = match trace(&source, &block.text) {
                        Ok(trace) => Some(trace),
                        Err(problem) => {
                            let _ = writeln!(failures, "{name}:{}: {problem}", block.line);
                            Some(NOTHING.to_owned())
                        }
                    };
                    runs += 1;
                }
                "trace" => match found.take() {
                    Some(trace) if trace == block.text || trace == NOTHING => {}
                    Some(trace) => {
                        let at = block.line;
                        let _ = writeln!(failures, "{name}:{at}: this comes out:\n{trace}");
                        stale.push((at, trace));
                    }
                    None => {
                        let _ = writeln!(failures, "{name}:{}: a trace of no run", block.line);
                    }
                },
                other => {
                    let _ = writeln!(failures, "{name}:{}: what is `{other}`?", block.line);
                }
            }
        }
        if !stale.is_empty() && std::env::var_os("ARGOT_BLESS").is_some() {
            let written = fs::write(&path, page.with(&stale));
            assert!(written.is_ok(), "{name} cannot be written");
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(runs > 0, "there is no page");
}

/// The plan of the last pipeline of a source.
fn planned(source: &str) -> Result<Plan, String> {
    let checked = check(&Memory(source.as_bytes()), ENTRY);
    let mut found = Diagnostics::default();
    let plan = match checked.program.entries.last() {
        Some(last) if !checked.diagnostics.has_errors() => {
            plan(&checked.program, *last, &IndexMap::new(), &mut found)
        }
        _ => None,
    };
    plan.ok_or_else(|| {
        checked
            .diagnostics
            .iter()
            .chain(found.iter())
            .map(|diagnostic| {
                let at = diagnostic.span().and_then(|span| {
                    let text = checked.sources.get(span.file)?.text();
                    text.get(..span.start as usize)
                });
                let line = at.map_or(0, |before| before.matches('\n').count() + 1);
                format!("line {line}: {}; ", diagnostic.message)
            })
            .collect()
    })
}

fn trace(source: &str, script: &str) -> Result<String, String> {
    let plan = planned(source)?;
    let mut script = Script::new(&plan, script)?;
    let parameters = std::mem::take(&mut script.parameters);
    let info = RunInfo {
        id: "ID".to_owned(),
        ..RunInfo::default()
    };
    let run = simulate(&plan, &parameters, &info, &mut |call| script.step(call))?;
    match script.problems() {
        problem if problem.is_empty() => Ok(shown(&run)),
        problem => Err(format!("{problem}{}", shown(&run))),
    }
}

/// A line for each node, and one for the run.
fn shown(run: &Run) -> String {
    let mut out = String::new();
    for node in &run.nodes {
        let _ = writeln!(out, "{}", line(node));
    }
    let outputs = fields(&run.outputs);
    let failure = match run.status {
        End::Succeeded => String::new(),
        _ => format!(": {}", run.message),
    };
    let arrow = if outputs.is_empty() { "" } else { " -> " };
    let _ = writeln!(out, "= {}{arrow}{outputs}{failure}", run.status.name());
    out
}

fn line(node: &Node) -> String {
    let mut out = format!("{} {}", node.path, node.status.name());
    if node.attempts > 1 {
        let _ = write!(out, " x{}", node.attempts);
    }
    if !node.inputs.is_empty() {
        let _ = write!(out, " ({})", fields(&node.inputs));
    }
    if !node.outputs.is_empty() {
        let _ = write!(out, " -> {}", fields(&node.outputs));
    }
    if node.status.is_failure() {
        let _ = write!(out, ": {}", node.message);
    }
    out
}

fn fields(of: &IndexMap<String, Datum>) -> String {
    let fields: Vec<_> = of
        .iter()
        .map(|(name, datum)| format!("{name} = {}", datum.text()))
        .collect();
    fields.join(", ")
}
