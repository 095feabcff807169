//! The runs of the pages of `tests/simulate`: what is compared with the traces there.

use std::path::Path;

use argot_compiler::{Type, Value};
use argot_simulate::{Datum, StepCall, StepEnd};
use argot_targets::argo::Version;

use crate::case::{self, Case, ENTRY, Files, Scene};
use crate::{Tally, Walkers, compare};
use argot_testing::page::{Page, Part};
use argot_testing::script::Script;

impl Scene for Script {
    fn parameter(&mut self, name: &str, _: &Type, _: bool) -> Option<Value> {
        self.parameters.get(name).and_then(Datum::value).cloned()
    }

    fn end(&mut self, call: &StepCall<'_>) -> StepEnd {
        self.step(call)
    }
}

/// Compares the runs of a page.
///
/// # Errors
/// Says what is wrong with the page, or with the walker.
pub(crate) fn of_page(
    path: &Path,
    version: Version,
    walker: &mut Walkers,
    tally: &mut Tally,
) -> Result<(), String> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    let page = Page::new(shown.clone(), text);
    let mut programs = Vec::new();
    for part in &page.parts {
        let Part::Block(block) = part else { continue };
        match block.language.as_str() {
            "argot" => {
                let compiled = case::compile(&Files::Memory(block.text.clone()), ENTRY, version)
                    .map_err(|problem| format!("{shown}:{}: {problem}", block.line))?;
                programs.push((compiled, Vec::new()));
            }
            "run" => {
                if let Some((_, runs)) = programs.last_mut() {
                    runs.push(block);
                }
            }
            _ => {}
        }
    }
    let (mut lines, mut cases) = (Vec::new(), Vec::new());
    for (compiled, runs) in &programs {
        tally.programs += 1;
        for block in runs {
            let at = |problem: String| format!("{shown}:{}: {problem}", block.line);
            let compiled = compiled
                .last()
                .ok_or_else(|| at("no pipeline".to_owned()))?;
            let mut script = Script::new(&compiled.plan, &block.text).map_err(at)?;
            cases.push(Case::run(compiled, &mut script).map_err(at)?);
            let problems = script.problems();
            if !problems.is_empty() {
                return Err(at(problems));
            }
            lines.push(block.line);
        }
    }
    tally.count(&cases);
    for (line, found) in lines.into_iter().zip(compare(&cases, walker)?) {
        tally.compared += 1;
        if !found.is_empty() {
            tally.differ += 1;
            println!("{shown}:{line}:\n  {}", found.join("\n  "));
        }
    }
    Ok(())
}
