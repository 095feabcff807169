//! The locations of errors, so one mistake is not reported again in other words.

use std::collections::BTreeSet;

use argot_syntax::{Diagnostics, FileId, Severity, Span};

use super::Checker;
use crate::ModuleId;

/// The locations of all errors so far.
#[derive(Default)]
pub(super) struct Found {
    /// How many diagnostics have been processed.
    read: usize,
    all: BTreeSet<(FileId, u32)>,
    /// The errors that mean a part of a file could not be read.
    of_syntax: BTreeSet<(FileId, u32)>,
}

impl Found {
    /// Adds the diagnostics reported since the last call.
    fn read(&mut self, diagnostics: &Diagnostics) {
        for diagnostic in diagnostics.iter().skip(self.read) {
            self.read += 1;
            let Some(span) = diagnostic.span() else {
                continue;
            };
            if diagnostic.severity == Severity::Error {
                self.all.insert((span.file, span.start));
            }
            if diagnostic.code.is_syntax() {
                self.of_syntax.insert((span.file, span.start));
            }
        }
    }
}

fn is_in(places: &BTreeSet<(FileId, u32)>, span: Span) -> bool {
    let whole = (span.file, span.start)..=(span.file, span.end);
    places.range(whole).next().is_some()
}

impl Checker<'_> {
    /// Whether an item contains an error.
    pub(super) fn has_error(&mut self, item: Span) -> bool {
        self.found.read(&self.diagnostics);
        is_in(&self.found.all, item)
    }

    /// Whether an item contains a part that could not be read.
    pub(super) fn has_syntax_error(&mut self, item: Span) -> bool {
        self.found.read(&self.diagnostics);
        is_in(&self.found.of_syntax, item)
    }

    /// Whether a file was read without syntax errors.
    pub(super) fn file_is_whole(&mut self, module: ModuleId) -> bool {
        self.found.read(&self.diagnostics);
        let Some(file) = self.modules.ids.get(module.index()) else {
            return true;
        };
        let whole = (*file, 0)..=(*file, u32::MAX);
        self.found.of_syntax.range(whole).next().is_none()
    }
}
