//! The words of a page about a code: the violation first, then how to fix it, in plain English.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use argot_syntax::Code;

use crate::Report;
use argot_testing::page::{Page, Part};

/// The sections of a page, in this order.
const SECTIONS: &[&str] = &["Fails", "Works", "How to fix"];

/// How many characters a line of prose has at most. The first sentence has to fit in one.
const WIDTH: usize = 120;

/// Words that are not used, and what to write instead.
const WORDS: &[(&str, &str)] = &[
    ("mend", "fix"),
    ("mended", "fixed"),
    ("mends", "fixes"),
    ("stand", "be"),
    ("stands", "is"),
    ("absent", "missing"),
    ("small letters", "lowercase letters"),
];

/// Looks at the prose of a page, and at the summary of its code.
pub(crate) fn walk(page: &Page, code: Code, report: &mut Report) {
    let mut first = None;
    for (number, line) in prose(page) {
        let mut fail = |problem: &str| report.fail(&page.path, number, problem);
        if first.is_none() && !line.is_empty() {
            first = Some(number);
            let next = page.text.lines().nth(number).unwrap_or_default();
            if !line.ends_with('.') || !next.is_empty() {
                fail("the violation is not a sentence on a line of its own");
            }
        }
        // The row of a table cannot be broken.
        let length = line.chars().count();
        if length > WIDTH && !line.starts_with('|') {
            fail(&format!("the line has {length} characters, not {WIDTH}"));
        }
        for problem in words(line) {
            fail(&problem);
        }
    }
    if first != Some(3) {
        report.fail(&page.path, 3, "the violation is not on this line");
    }
    let sections: Vec<&str> = page
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Heading(2, title) => Some(title.as_str()),
            _ => None,
        })
        .collect();
    if sections != SECTIONS {
        let problem = format!("the sections are {sections:?}, not {SECTIONS:?}");
        report.fail(&page.path, 1, &problem);
    }
    summary(code, report);
}

/// A summary completes `E0305: ...`: no sentence, and no word that a page does not use.
fn summary(code: Code, report: &mut Report) {
    let text = code.summary();
    let mut fail = |problem: &str| {
        let problem = format!("the summary of {} {problem}", code.number());
        report.fail("crates/argot-syntax/src/code.rs", 1, &problem);
    };
    if text.ends_with('.') || text.starts_with(char::is_uppercase) {
        fail("is a sentence");
    }
    for problem in words(text) {
        fail(&problem);
    }
}

/// Words that no message uses, in addition to [`WORDS`].
const OF_MESSAGES: &[(&str, &str)] = &[
    ("behind", "after"),
    ("for ever", "forever"),
    ("honour", "support"),
    ("lies", "is"),
    ("lie", "are"),
    ("away", "remove"),
    ("lower case", "lowercase"),
    ("so that", "so"),
];

#[test]
fn messages() {
    let mut problems = Vec::new();
    let mut seen = 0;
    for krate in folder(&crate::root().join("crates")) {
        sources(&krate.join("src"), &mut |path, text| {
            let has_messages = |part: &OsStr| part == "diagnostics" || part == "diagnostics.rs";
            if !path.iter().any(has_messages) {
                return;
            }
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            let code: Vec<&str> = code.collect();
            // Quotes that are in a literal.
            let code = code.join("\n").replace("\\\"", "'").replace("'\"'", "");
            for literal in code.split('"').skip(1).step_by(2) {
                seen += 1;
                for problem in found(literal, WORDS)
                    .iter()
                    .chain(&found(literal, OF_MESSAGES))
                {
                    problems.push(format!("{}: {literal:?} {problem}", path.display()));
                }
            }
        });
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(seen > 1000, "only {seen} texts");
}

/// What is in a folder, in order.
fn folder(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Looks at every file in a folder and in those below it.
fn sources(path: &Path, look: &mut impl FnMut(&Path, &str)) {
    for path in folder(path) {
        match fs::read_to_string(&path) {
            Ok(text) => look(&path, &text),
            Err(_) => sources(&path, look),
        }
    }
}

/// The lines of a page that are neither headings nor in a block, with their numbers from 1.
fn prose(page: &Page) -> Vec<(usize, &str)> {
    let lines = page.text.lines().enumerate();
    let in_block = |number: usize| {
        page.parts.iter().any(|part| match part {
            Part::Block(block) => {
                let end = block.line_of(block.text.lines().count() + 1);
                (block.line..=end).contains(&number)
            }
            Part::Heading(..) => false,
        })
    };
    lines
        .map(|(index, line)| (index + 1, line))
        .filter(|(number, line)| !in_block(*number) && !line.starts_with('#'))
        .collect()
}

/// A problem for each of the unwanted words in a line.
fn words(line: &str) -> Vec<String> {
    found(line, WORDS)
}

fn found(line: &str, unwanted: &[(&str, &str)]) -> Vec<String> {
    let split = line.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<String> = split
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let text = format!(" {} ", words.join(" "));
    unwanted
        .iter()
        .filter(|(word, _)| text.contains(&format!(" {word} ")))
        .map(|(word, instead)| format!("says `{word}`: write `{instead}`"))
        .collect()
}
