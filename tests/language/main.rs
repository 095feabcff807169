//! The guide in this folder, the reference, the pages of the errors and that of mistakes, as tests.
//!
//! Every fenced `argot` block is compiled. What is found to be wrong with it must be announced in it, on the
//! line that it concerns:
//!
//! ```text
//! retry { limit = -1 }  # error: [invalid-value] "cannot be negative"
//! ```
//!
//! The text in quotes, if there is one, is a part of the message. What has no place is announced on the first
//! line. Behind an `argot` block, blocks of these languages hold what comes out of it, to the letter:
//!
//! | language | holds |
//! |---|---|
//! | `yaml` | the manifests, or with `path=spec.templates.train` a part of them; with `path=Job/prices-train.spec` of one of several objects; a dot in a key is written `:` |
//! | `plan` | the graphs and steps |
//! | `diagnostics` | all that is said about what is wrong |
//!
//! `ARGOT_BLESS=1 cargo test -p argot-targets --test language` writes them anew.
//!
//! A block with `file=steps.argot` (in any language) is a file that the blocks below it on the page can import
//! or read. These options say how a block is compiled, and on a `yaml` block how it is compiled for that one:
//!
//! | option | says |
//! |---|---|
//! | `params="a=1 b=2"` | values of parameters |
//! | `name=prices` | the name of the object |
//! | `as=workflow` `argo=3.7` `layout=jobs` `kube=1.34` | a setting of a target, without `_version` |
//! | `target=kubernetes` | the target; a setting of a target says so too |

mod compile;
mod fixes;
mod mistakes;
mod prose;
mod show;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use argot_compiler::attributes::{Block as Place, rows};
use argot_compiler::{BUILTIN_ARTIFACTS, CONTEXTS, FUNCTIONS};
use argot_syntax::{Code, Diagnostic, Severity};

use argot_testing::page::{Block, Page, Part};
use compile::{ENTRY, Files, Outcome, Settings, compile, is_setting};

/// Languages of blocks that hold what comes out.
const OUTPUTS: &[&str] = &["yaml", "plan", "diagnostics"];

/// Languages of blocks that are only read by people, unless they are files.
const PROSE: &[&str] = &["text", "console", "python", "sh", "json", "toml", ""];

#[test]
fn chapters() {
    let mut report = Report::default();
    let root = root();
    let mut paths = markdown(&root.join("tests/language"));
    paths.push(root.join("docs/language.md"));
    for path in paths {
        if let Some(page) = report.read(&root, &path) {
            chapter(&page, &mut report);
        }
    }
    report.finish();
}

/// The table of mistakes that others let through, each with what becomes of it here.
#[test]
fn mistakes() {
    let mut report = Report::default();
    let root = root();
    if let Some(page) = report.read(&root, &root.join("docs/mistakes.md")) {
        chapter(&page, &mut report);
        mistakes::walk(&page, &mut report);
    }
    report.finish();
}

/// The tables of the reference say what the tables of the compiler say.
#[test]
fn reference() {
    let mut report = Report {
        blocks: 1,
        ..Report::default()
    };
    let root = root();
    if let Some(page) = report.read(&root, &root.join("docs/language.md")) {
        let head = "| function | what it does |\n|---|---|\n".to_owned();
        let functions = FUNCTIONS.iter().fold(head, |table, entry| {
            format!("{table}| `{}` | {} |\n", entry.signature, entry.summary)
        });
        // The blank line shows that the page has no other rows.
        let functions = std::iter::once(format!("{functions}\n"));
        let contexts = CONTEXTS
            .iter()
            .map(|(group, field, _)| format!("| `{group}.{field}` |"));
        let artifacts = BUILTIN_ARTIFACTS.iter().map(|name| (*name).to_owned());
        for text in functions.chain(contexts).chain(artifacts) {
            if !page.text.contains(&text) {
                report.fail(&page.path, 1, &format!("this is missing: {text}"));
            }
        }
    }
    report.finish();
}

/// The blocks where an attribute of this name may be, as the reference writes them.
fn letters(name: &str) -> String {
    let blocks = [
        ("C", Place::Component),
        ("W", Place::With),
        ("D", Place::Defaults),
        ("S", Place::Sidecar),
        ("P", Place::Pipeline),
    ];
    let there = blocks
        .iter()
        .filter(|(_, place)| rows().any(|row| row.name == name && row.places.contains(place)));
    there
        .map(|(letter, _)| *letter)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The reference has each attribute of steps and pipelines, with the blocks where it may be, and no others.
#[test]
fn attributes_of_the_reference() {
    let text = fs::read_to_string(root().join("docs/language.md")).unwrap_or_default();
    let mut written = BTreeMap::new();
    for table in text.split("| attribute | where | value |\n").skip(1) {
        let lines = table
            .lines()
            .take_while(|line| line.starts_with('|'))
            .skip(1);
        for line in lines {
            let mut cells = line.split(" | ");
            let (names, places) = (cells.next(), cells.next());
            for name in names.unwrap_or_default().split('`').skip(1).step_by(2) {
                let name = name.split(' ').next().unwrap_or_default();
                written.insert(name.to_owned(), places.unwrap_or_default().to_owned());
            }
        }
    }
    let known: BTreeMap<String, String> = rows()
        .filter(|row| row.places.contains(&Place::Component))
        .map(|row| (row.name.to_owned(), letters(row.name)))
        .collect();
    assert_eq!(written, known);
    let section = text.split("### A pipeline\n").nth(1).unwrap_or_default();
    let section = section.split("\n#").next().unwrap_or_default();
    let first_cells = section
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|line| line.split(" | ").next());
    let written: BTreeSet<&str> = first_cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter_map(|name| name.split(' ').next())
        .collect();
    let known: BTreeSet<&str> = rows()
        .filter(|row| row.places.contains(&Place::Pipeline))
        .map(|row| row.name)
        .collect();
    assert_eq!(written, known);
    // Those of smaller blocks are named where the block is.
    for row in rows() {
        assert!(text.contains(row.name), "`{}` is missing", row.name);
    }
}

#[test]
fn error_pages() {
    let mut report = Report::default();
    let root = root();
    // That each code has a page is held by the compiler, which includes it.
    for path in markdown(&root.join("docs/errors")) {
        if let Some(page) = report.read(&root, &path) {
            error_page(&page, &mut report);
        }
    }
    report.finish();
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    paths
}

/// What went wrong so far, and how much was looked at.
#[derive(Default)]
struct Report {
    failures: String,
    pages: usize,
    blocks: usize,
}

impl Report {
    fn read(&mut self, root: &Path, path: &Path) -> Option<Page> {
        let shown = path
            .strip_prefix(root)
            .unwrap_or(path)
            .display()
            .to_string();
        self.pages += 1;
        match fs::read_to_string(path) {
            Ok(text) => {
                let page = Page::new(shown, text);
                self.forms(&page);
                Some(page)
            }
            Err(error) => {
                self.fail(&shown, 1, &error.to_string());
                None
            }
        }
    }

    fn fail(&mut self, path: &str, line: usize, problem: &str) {
        let _ = writeln!(
            self.failures,
            "{path}:{line}: {}",
            problem.trim_end().replace('\n', "\n    ")
        );
    }

    /// Refuses blocks that would be passed over without a word.
    fn forms(&mut self, page: &Page) {
        for part in &page.parts {
            let Part::Block(block) = part else { continue };
            let language = block.language.as_str();
            if !block.closed {
                self.fail(&page.path, block.line, "nothing closes this block");
            }
            let known =
                language == "argot" || OUTPUTS.contains(&language) || PROSE.contains(&language);
            if !known {
                self.fail(
                    &page.path,
                    block.line,
                    &format!("no block is of the language `{language}`"),
                );
            }
            for (name, _) in &block.options {
                let known = match name.as_str() {
                    "file" => true,
                    "path" => language == "yaml",
                    name => is_setting(name) && matches!(language, "argot" | "yaml"),
                };
                if !known {
                    self.fail(
                        &page.path,
                        block.line,
                        &format!("no block of `{language}` has an option `{name}`"),
                    );
                }
            }
        }
    }

    fn finish(self) {
        assert!(
            self.failures.is_empty(),
            "\n{}\n({} blocks on {} pages)",
            self.failures,
            self.blocks,
            self.pages
        );
        assert!(self.blocks > 0, "no block was found");
    }
}

fn chapter(page: &Page, report: &mut Report) {
    let mut files = Files::new();
    let mut current: Option<(&Block, Outcome, Settings)> = None;
    let mut blessed: Vec<(usize, String)> = Vec::new();
    for part in &page.parts {
        let Part::Block(block) = part else { continue };
        let language = block.language.as_str();
        if let Some(path) = block.option("file") {
            files.insert(path.to_owned(), block.clone());
        } else if language == "argot" {
            current = run(page, block, &files, report)
                .map(|(outcome, settings)| (block, outcome, settings));
            if let Some((_, outcome, _)) = &current {
                announced(page, block, &files, outcome, report);
            }
        } else if OUTPUTS.contains(&language) {
            let Some((source, outcome, settings)) = &current else {
                report.fail(
                    &page.path,
                    block.line,
                    "no compiled block stands above this",
                );
                continue;
            };
            match output(block, source, &files, outcome, settings) {
                Ok(text) if text == block.text => {}
                Ok(text) if std::env::var_os("ARGOT_BLESS").is_some() => {
                    blessed.push((block.line, text))
                }
                Ok(text) => {
                    let message = format!(
                        "something else comes out:\n{}",
                        difference(&block.text, &text)
                    );
                    report.fail(&page.path, block.line, &message);
                }
                Err(problem) => report.fail(&page.path, block.line, &problem),
            }
        }
    }
    if !blessed.is_empty()
        && let Err(error) = fs::write(root().join(&page.path), page.with(&blessed))
    {
        report.fail(&page.path, 1, &error.to_string());
    }
}

/// Compiles a block; `None` where that has been reported as impossible.
fn run(
    page: &Page,
    block: &Block,
    files: &Files,
    report: &mut Report,
) -> Option<(Outcome, Settings)> {
    report.blocks += 1;
    let settings = match Settings::default().with(block) {
        Ok(settings) => settings,
        Err(problem) => {
            report.fail(&page.path, block.line, &problem);
            return None;
        }
    };
    match catch_unwind(AssertUnwindSafe(|| compile(&block.text, files, &settings))) {
        Ok(outcome) => Some((outcome, settings)),
        Err(_) => {
            report.fail(&page.path, block.line, "the compiler panics");
            None
        }
    }
}

/// What comes out, in the form that a block asks for.
fn output(
    block: &Block,
    source: &Block,
    files: &Files,
    outcome: &Outcome,
    settings: &Settings,
) -> Result<String, String> {
    match block.language.as_str() {
        "diagnostics" => Ok(show::diagnostics(&outcome.diagnostics, &outcome.sources)),
        "plan" => Ok(outcome
            .plans
            .iter()
            .map(|plan| show::plan(plan, &outcome.program.artifacts, &outcome.sources))
            .collect()),
        _ => {
            let special = block.options.iter().any(|(name, _)| is_setting(name));
            let yaml = if special {
                let again = compile(&source.text, files, &settings.with(block)?);
                if again.yaml.is_empty() {
                    return Err(show::diagnostics(&again.diagnostics, &again.sources));
                }
                again.yaml
            } else {
                outcome.yaml.clone()
            };
            match block.option("path") {
                Some(path) => show::part(&yaml, path)
                    .ok_or_else(|| format!("there is no `{path}` in:\n{yaml}")),
                None => Ok(yaml),
            }
        }
    }
}

/// A diagnostic that is announced in a block.
struct Expectation {
    /// The line of the file, from 1.
    line: usize,
    severity: Severity,
    code: String,
    /// A part of the message.
    text: String,
    met: bool,
}

/// Whether the diagnostics of a block are those that it announces.
fn announced(page: &Page, block: &Block, files: &Files, outcome: &Outcome, report: &mut Report) {
    let mut found: Vec<&Diagnostic> = outcome.diagnostics.iter().collect();
    let file_of = |diagnostic: &Diagnostic| match diagnostic.span() {
        Some(span) => outcome
            .sources
            .get(span.file)
            .map_or(ENTRY, |source| source.path())
            .to_owned(),
        None => ENTRY.to_owned(),
    };
    for source in outcome.sources.iter() {
        let file = if source.path() == ENTRY {
            Some(block)
        } else {
            files.get(source.path())
        };
        let Some(file) = file else { continue };
        let lines = file.text.lines().count();
        let line_of = |diagnostic: &Diagnostic| match diagnostic.span() {
            Some(span) => source.position(span.start).line.min(lines.max(1)),
            None => 1,
        };
        let mut expected = match expectations(&file.text) {
            Ok(expected) => expected,
            Err((line, problem)) => {
                report.fail(&page.path, file.line_of(line), &problem);
                return;
            }
        };
        found.retain(|diagnostic| {
            if file_of(diagnostic) != source.path() {
                return true;
            }
            let met = expected.iter_mut().find(|expectation| {
                !expectation.met
                    && expectation.line == line_of(diagnostic)
                    && expectation.severity == diagnostic.severity
                    && expectation.code == diagnostic.code.id()
                    && diagnostic.message.contains(&expectation.text)
            });
            match met {
                Some(expectation) => expectation.met = true,
                None => {
                    let mut one = argot_syntax::Diagnostics::default();
                    one.push((*diagnostic).clone());
                    let message = format!(
                        "not announced: {}",
                        show::diagnostics(&one, &outcome.sources)
                    );
                    report.fail(&page.path, file.line_of(line_of(diagnostic)), &message);
                }
            }
            false
        });
        for expectation in expected.iter().filter(|expectation| !expectation.met) {
            let message = format!(
                "announced, but not found: {}[{}] \"{}\"",
                expectation.severity.name(),
                expectation.code,
                expectation.text
            );
            report.fail(&page.path, file.line_of(expectation.line), &message);
        }
    }
    for diagnostic in found {
        report.fail(
            &page.path,
            block.line,
            &format!("in a file of no block: {}", diagnostic.message),
        );
    }
}

/// The expectations in a text, or the line with one that cannot be read.
fn expectations(text: &str) -> Result<Vec<Expectation>, (usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        let mut rest = line;
        loop {
            let next = [
                ("# error:", Severity::Error),
                ("# warning:", Severity::Warning),
            ]
            .into_iter()
            .filter_map(|(mark, severity)| Some((rest.find(mark)?, mark, severity)))
            .min_by_key(|(at, ..)| *at);
            let Some((at, mark, severity)) = next else {
                break;
            };
            rest = rest.get(at + mark.len()..).unwrap_or_default().trim_start();
            let bad = || {
                (
                    line_number,
                    format!("write `{mark} [id] \"part of the message\"`"),
                )
            };
            let (code, behind) = rest
                .strip_prefix('[')
                .and_then(|rest| rest.split_once(']'))
                .ok_or_else(bad)?;
            if Code::ALL.iter().all(|known| known.id() != code) {
                return Err((line_number, format!("there is no code `{code}`")));
            }
            let behind = behind.trim_start();
            let (text, behind) = match behind.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or_else(bad)?,
                None => ("", behind),
            };
            rest = behind;
            found.push(Expectation {
                line: line_number,
                severity,
                code: code.to_owned(),
                text: text.to_owned(),
                met: false,
            });
        }
    }
    Ok(found)
}

/// The lines that are in one of two texts only, with those around them.
fn difference(expected: &str, found: &str) -> String {
    const AROUND: usize = 3;
    let lines = compared(expected, found);
    let changed: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.starts_with(' '))
        .map(|(at, _)| at)
        .collect();
    let mut out = String::new();
    let mut left_out = false;
    for (at, line) in lines.iter().enumerate() {
        if changed.iter().any(|change| change.abs_diff(at) <= AROUND) {
            let _ = writeln!(out, "{line}");
            left_out = false;
        } else if !left_out {
            let _ = writeln!(out, "  ...");
            left_out = true;
        }
    }
    out
}

/// Every line of two texts: with a `-` if it is in the first only, with a `+` if it is in the second only.
fn compared(expected: &str, found: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    // The length of the longest common part of what is left, for each pair of places.
    let width = new.len() + 1;
    let mut common = vec![0_usize; (old.len() + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    let get = |common: &[usize], i: usize, j: usize| common.get(at(i, j)).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let length = if a == b {
                get(&common, i + 1, j + 1) + 1
            } else {
                get(&common, i + 1, j).max(get(&common, i, j + 1))
            };
            if let Some(place) = common.get_mut(at(i, j)) {
                *place = length;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < old.len() || j < new.len() {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                out.push(format!("  {a}"));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || get(&common, i + 1, j) >= get(&common, i, j + 1) => {
                out.push(format!("- {a}"));
                i += 1;
            }
            (_, Some(b)) => {
                out.push(format!("+ {b}"));
                j += 1;
            }
            (_, None) => break,
        }
    }
    out
}

/// A page about a code: `# E0301 type-mismatch`, text, `## Fails` with what is refused, `## Works` with the
/// same thing fixed, and `## How to fix`. If sources alone cannot show it, `console` blocks do.
fn error_page(page: &Page, report: &mut Report) {
    let name = page
        .path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".md");
    let Some(code) = Code::ALL.iter().copied().find(|code| code.id() == name) else {
        report.fail(&page.path, 1, &format!("there is no code `{name}`"));
        return;
    };
    let title = format!("{} {}", code.number(), code.id());
    if !page.text.starts_with(&format!("# {title}\n")) {
        report.fail(
            &page.path,
            1,
            &format!("the page does not start with `# {title}`"),
        );
    }
    prose::walk(page, code, report);
    let mut files = Files::new();
    let mut section = String::new();
    let mut shown: Vec<(&str, usize)> = vec![("Fails", 0), ("Works", 0)];
    for part in &page.parts {
        let block = match part {
            Part::Heading(2, title) => {
                section.clone_from(title);
                continue;
            }
            Part::Heading(..) => continue,
            Part::Block(block) => block,
        };
        let counts = matches!(block.language.as_str(), "argot" | "console")
            && block.option("file").is_none();
        if let Some((_, count)) = shown
            .iter_mut()
            .find(|(name, _)| *name == section && counts)
        {
            *count += 1;
        }
        if let Some(path) = block.option("file") {
            files.insert(path.to_owned(), block.clone());
        } else if block.language == "argot" {
            let Some((outcome, _)) = run(page, block, &files, report) else {
                continue;
            };
            shown_as_it_is(page, block, code, &section, &outcome, report);
        } else if OUTPUTS.contains(&block.language.as_str()) {
            report.fail(&page.path, block.line, "a page of an error shows no output");
        }
    }
    for (name, count) in shown {
        if count == 0 {
            report.fail(
                &page.path,
                1,
                &format!("no `argot` or `console` block stands under `## {name}`"),
            );
        }
    }
}

/// Whether a block of a page about a code does what its section says.
fn shown_as_it_is(
    page: &Page,
    block: &Block,
    code: Code,
    section: &str,
    outcome: &Outcome,
    report: &mut Report,
) {
    let of_code = |diagnostic: &&Diagnostic| diagnostic.code == code;
    let wrong: Vec<&Diagnostic> = match section {
        "Fails" => {
            if !outcome
                .diagnostics
                .iter()
                .any(|diagnostic| diagnostic.code == code)
            {
                report.fail(
                    &page.path,
                    block.line,
                    &format!("`{}` is not found here", code.id()),
                );
            }
            outcome
                .diagnostics
                .iter()
                .filter(|diagnostic| !of_code(diagnostic))
                .collect()
        }
        "Works" => outcome
            .diagnostics
            .iter()
            .filter(|diagnostic| of_code(diagnostic) || diagnostic.severity == Severity::Error)
            .collect(),
        _ => {
            report.fail(
                &page.path,
                block.line,
                "an `argot` block stands under `## Fails` or `## Works`",
            );
            return;
        }
    };
    for diagnostic in wrong {
        let mut one = argot_syntax::Diagnostics::default();
        one.push(diagnostic.clone());
        let message = format!(
            "not to be found here: {}",
            show::diagnostics(&one, &outcome.sources)
        );
        report.fail(&page.path, block.line, &message);
    }
}
