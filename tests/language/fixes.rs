//! Fixes do what they say: each takes its finding away and adds none, and safe ones keep the meaning.

use argot_syntax::{Applicability, Diagnostic, Edit, Severity, Sources, Span, apply_edits};

use crate::compile::{ENTRY, Files, Outcome, Settings, compile};
use crate::{OUTPUTS, Report, markdown, root};
use argot_testing::page::{Block, Page, Part};

/// Every fix of every source on the pages, made alone.
#[test]
fn every_fix_of_the_pages() {
    let mut report = Report::default();
    let root = root();
    let mut paths = markdown(&root.join("tests/language"));
    paths.extend(markdown(&root.join("docs/errors")));
    paths.extend(["docs/language.md", "docs/mistakes.md"].map(|path| root.join(path)));
    let mut made = 0;
    for path in paths {
        let Some(page) = report.read(&root, &path) else {
            continue;
        };
        sources(&page, &mut |block, files, settings| {
            report.blocks += 1;
            let before = compile(&block.text, files, settings);
            for found in before.diagnostics.iter() {
                match alone(found, &block.text, files, settings, &before) {
                    Some(Ok(())) => made += 1,
                    Some(Err(problem)) => report.fail(&page.path, block.line, &problem),
                    None => {}
                }
            }
        });
    }
    report.finish();
    assert!(made > 60, "{made} fixes were made");
}

/// Slips in programs without mistakes. Where the safe fixes leave no error, the program is the one from before.
#[test]
fn safe_fixes_undo_slips() {
    let mut report = Report::default();
    let root = root();
    let mut undone = [0; SLIPS.len()];
    for path in markdown(&root.join("tests/language")) {
        let Some(page) = report.read(&root, &path) else {
            continue;
        };
        sources(&page, &mut |block, files, settings| {
            let good = compile(&block.text, files, settings);
            if good.yaml.is_empty() || good.diagnostics.iter().count() > 0 {
                return;
            }
            report.blocks += 1;
            for ((from, to), undone) in SLIPS.iter().zip(&mut undone) {
                // Some of the places are enough.
                let places = block.text.match_indices(from).step_by(7);
                for (at, _) in places {
                    let text = spliced(&block.text, at, from, to);
                    let (fixed, outcome) = fixpoint(&text, files, settings);
                    if outcome.yaml.is_empty() || fixed == text {
                        continue;
                    }
                    *undone += 1;
                    if outcome.yaml != good.yaml {
                        let problem = format!("`{from}` became `{to}`, and was fixed to\n{fixed}");
                        report.fail(&page.path, block.line, &problem);
                    }
                }
            }
        });
    }
    report.finish();
    assert!(undone.iter().all(|count| *count > 0), "{undone:?}");
}

/// What people write, and how they slip.
const SLIPS: &[(&str, &str)] = &[
    (" = ", ": "),
    ("true", "True"),
    ("null", "None"),
    ("000", "_000"),
    (", ", " "),
    ("\"./", "\""),
    ("Gi", "Gi\""),
];

fn spliced(text: &str, at: usize, from: &str, to: &str) -> String {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let after = after.strip_prefix(from).unwrap_or(after);
    // A closing quote needs an opening one, in front of the number.
    match to.strip_suffix('"').filter(|inside| !inside.is_empty()) {
        Some(inside) => {
            let number = before.trim_end_matches(|c: char| c.is_ascii_digit());
            let digits = before.strip_prefix(number).unwrap_or_default();
            format!("{number}\"{digits}{inside}\"{after}")
        }
        None => format!("{before}{to}{after}"),
    }
}

/// Mistakes that hide another one, which shows when a guess has taken them away.
const HIDDEN: &[(&str, &str)] = &[
    // A value that is wrong has no type, which fits everywhere.
    ("unknown-member", "invalid-operand"),
    // What is imported must exist before its kind matters.
    ("unknown-import", "wrong-kind"),
    // Nothing is known of what is inside a field that does not exist.
    ("unknown-raw-field", "invalid-raw-field"),
    // The resources of a step are looked at as a whole when each of them is valid.
    ("unknown-accelerator", "gpu-without-requests"),
];

/// Walks the sources of a page with the files and settings of each.
fn sources(page: &Page, look: &mut dyn FnMut(&Block, &Files, &Settings)) {
    let mut files = Files::new();
    for part in &page.parts {
        let Part::Block(block) = part else { continue };
        if let Some(path) = block.option("file") {
            files.insert(path.to_owned(), block.clone());
        } else if block.language == "argot" {
            if let Ok(settings) = Settings::default().with(block) {
                look(block, &files, &settings);
            }
        } else if !OUTPUTS.contains(&block.language.as_str()) {
            continue;
        }
    }
}

/// Makes the fix of a finding. `None` if it has none in the entry file.
fn alone(
    found: &Diagnostic,
    text: &str,
    files: &Files,
    settings: &Settings,
    before: &Outcome,
) -> Option<Result<(), String>> {
    let fix = found.fix.as_ref()?;
    let in_entry = |span: Span| is_entry(&before.sources, span);
    if !fix.edits.iter().all(|edit| in_entry(edit.span)) {
        return None;
    }
    let said = format!(
        "{} ({}): {}: {}",
        found.code.id(),
        fix.applicability.name(),
        found.message,
        fix.title
    );
    let Some(fixed) = apply_edits(text, &fix.edits) else {
        return Some(Err(format!("{said}: the edits do not fit")));
    };
    let after = compile(&fixed, files, settings);
    let mut problems = String::new();
    let mut known = all(before, &before.sources, &[]);
    let gone = known
        .iter()
        .position(|(key, _)| *key == key_of(found, &before.sources, &[]));
    gone.map(|gone| known.swap_remove(gone));
    for (key, other) in all(&after, &after.sources, &fix.edits) {
        if HIDDEN.contains(&(found.code.id(), other.code.id())) {
            continue;
        }
        match known.iter().position(|(known, _)| *known == key) {
            Some(at) => {
                known.swap_remove(at);
            }
            None => problems.push_str(&format!("\nadds {}: {}", other.code.id(), other.message)),
        }
    }
    let same = before.yaml.is_empty() || before.yaml == after.yaml;
    if fix.applicability == Applicability::Safe && !same {
        problems.push_str("\nchanges the output");
    }
    Some(match problems.is_empty() {
        true => Ok(()),
        false => Err(format!("{said}{problems}\nin\n{fixed}")),
    })
}

/// What tells a finding from others: rule, message, and its place in the text before any fix.
type Key = (&'static str, String, Option<i64>);

fn all<'a>(outcome: &'a Outcome, sources: &Sources, edits: &[Edit]) -> Vec<(Key, &'a Diagnostic)> {
    let found = outcome.diagnostics.iter();
    found
        .map(|found| (key_of(found, sources, edits), found))
        .collect()
}

fn key_of(found: &Diagnostic, sources: &Sources, edits: &[Edit]) -> Key {
    let place = found.span().map(|span| match is_entry(sources, span) {
        true => origin(span.start, edits),
        false => -1 - i64::from(span.start),
    });
    (found.code.id(), found.message.clone(), place)
}

fn is_entry(sources: &Sources, span: Span) -> bool {
    let source = sources.get(span.file);
    source.is_some_and(|source| source.path() == ENTRY)
}

/// Where a place of the fixed text was before.
fn origin(at: u32, edits: &[Edit]) -> i64 {
    let mut at = i64::from(at);
    for edit in edits.iter().rev() {
        let (start, end) = (i64::from(edit.span.start), i64::from(edit.span.end));
        let length = edit.text.len() as i64;
        if at >= start + length {
            at += end - start - length;
        }
    }
    at
}

/// Makes safe fixes until there is none, one at a time.
fn fixpoint(text: &str, files: &Files, settings: &Settings) -> (String, Outcome) {
    let mut text = text.to_owned();
    let mut outcome = compile(&text, files, settings);
    for _ in 0..20 {
        let fix = outcome.diagnostics.iter().find_map(|found| {
            let fix = found.fix.as_ref()?;
            let is_error = found.severity == Severity::Error;
            (fix.applicability == Applicability::Safe && is_error).then_some(fix)
        });
        let Some(fixed) = fix.and_then(|fix| apply_edits(&text, &fix.edits)) else {
            break;
        };
        text = fixed;
        outcome = compile(&text, files, settings);
    }
    (text, outcome)
}
