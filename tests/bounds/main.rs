//! Small programs that stand for very much, or whose definitions form long chains: each is refused with a
//! word about its size, or compiles, on a stack of 2 MiB.
//!
//! No time is measured: without the bounds, these programs end in an overflow of the stack, take all memory
//! there is, or go on for hours.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod chains;
mod growth;
mod names;
mod values;

use std::collections::HashMap;
use std::fmt::Write as _;

use argot_compiler::{ReadError, World, check, plan};
use argot_syntax::{Code, Diagnostic};
use argot_targets::profile::Profile;
use argot_targets::target::Request;
use argot_targets::targets::TARGETS;
use indexmap::IndexMap;

/// The stack of a thread of Rust.
const STACK: usize = 2 << 20;

/// A component that most of the programs use.
const SHOW: &str = "component show(text: string) { image = \"a:1\", command = [\"echo\", text] }\n";

/// A pipeline for programs that are about something else.
const MAIN: &str = "pipeline main() { show(text = \"a\") }\n";

/// Files in memory.
struct Files(HashMap<String, String>);

impl World for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let found = self.0.get(path).map(|text| text.clone().into_bytes());
        found.ok_or(ReadError::NotFound)
    }
}

/// All that is said about a program: by the checker, the plan of its last pipeline, and all targets.
fn said_of(files: Files) -> Vec<Diagnostic> {
    let work = move || {
        let checked = check(&files, "main.argot");
        let mut diagnostics = checked.diagnostics;
        if !diagnostics.has_errors()
            && let Some(entry) = checked.program.entries.last()
            && let Some(plan) = plan(&checked.program, *entry, &IndexMap::new(), &mut diagnostics)
        {
            let request = Request {
                settings: IndexMap::from([("layout".to_owned(), "jobs".to_owned())]),
                ..Request::default()
            };
            for target in TARGETS {
                let profile = Profile::default();
                let manifests = target.lower(&plan, &profile, &request, &mut diagnostics);
                argot_targets::print(&manifests, &mut diagnostics);
            }
        }
        diagnostics.into_iter().collect()
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    thread
        .expect("there is a thread")
        .join()
        .expect("it does not panic")
}

fn said(program: String) -> Vec<Diagnostic> {
    said_of(Files(HashMap::from([("main.argot".to_owned(), program)])))
}

/// A program is refused for one reason only, which is told once. The names that deep calls make may be too long besides.
#[track_caller]
fn refused(program: String, code: Code, message: &str) -> Diagnostic {
    let found = said(program);
    let errors: Vec<&Diagnostic> = found
        .iter()
        .filter(|found| is_error(found) && found.code != Code::InvalidTargetName)
        .collect();
    match errors.as_slice() {
        [only] if only.code == code && only.message.contains(message) => (*only).clone(),
        other => panic!("expected one {code:?} with `{message}`, found {other:#?}"),
    }
}

/// What a target says of a program for which it has too little room.
const LITTLE_ROOM: [Code; 2] = [Code::LimitExceeded, Code::InvalidTargetName];

/// A program has no mistake. A target may have too little room for it, which it says.
#[track_caller]
fn compiles(program: String) {
    let found = said(program);
    let wrong = found
        .iter()
        .find(|found| is_error(found) && !LITTLE_ROOM.contains(&found.code));
    assert!(wrong.is_none(), "{wrong:#?}");
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == argot_syntax::Severity::Error
}

/// Lines with numbers from `from` up to, not including, `to`.
fn lines(from: usize, to: usize, line: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    for number in from..to {
        writeln!(out, "{}", line(number)).expect("a string takes any text");
    }
    out
}
