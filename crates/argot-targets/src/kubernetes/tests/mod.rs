//! Tests from source to output.

mod pages;
mod policy;
mod scripts;

use argot_compiler::{Argument, ReadError, World};
use argot_syntax::{Diagnostics, Sources};
use indexmap::IndexMap;

use super::{Options, lower};
use crate::Manifest;

struct Memory<'a>(&'a str);

impl World for Memory<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match path {
            "main.argot" => Ok(self.0.as_bytes().to_vec()),
            "train.py" => Ok(b"print(1)\n".to_vec()),
            _ => Err(ReadError::NotFound),
        }
    }
}

/// The objects of the last pipeline of a source, and what is wrong.
fn compiled(
    source: &str,
    given: &IndexMap<String, Argument>,
    options: &Options,
) -> (Vec<Manifest>, Diagnostics, Sources) {
    let checked = argot_compiler::check(&Memory(source), "main.argot");
    let mut found = checked.diagnostics;
    if found.has_errors() {
        return (Vec::new(), found, checked.sources);
    }
    let entry = *checked.program.entries.last().unwrap();
    let plan = argot_compiler::plan(&checked.program, entry, given, &mut found);
    let manifests = match plan {
        Some(plan) if !found.has_errors() => lower(&plan, options, &mut found),
        _ => Vec::new(),
    };
    (manifests, found, checked.sources)
}
