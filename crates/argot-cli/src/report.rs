//! The findings of several compilations, as one.

use argot_syntax::{Diagnostics, FileId, Severity, Source, Sources, Span};
use argot_targets::profile::PROJECT_FILE;

/// Findings and the files that they speak of.
///
/// Each entry file is compiled by itself and has file numbers of its own. Here they get common ones, so
/// that what two compilations found in the same file is seen to be the same.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Diagnostics,
}

impl Report {
    /// Adds what a compilation found. What it says of the project file is about `project`.
    pub(crate) fn add(
        &mut self,
        sources: &Sources,
        project: Option<&Source>,
        diagnostics: Diagnostics,
    ) {
        let mut numbers: Vec<(FileId, FileId)> = Vec::new();
        for mut diagnostic in diagnostics {
            for label in &mut diagnostic.labels {
                self.adopt(sources, project, &mut numbers, &mut label.span);
            }
            if let Some(fix) = &mut diagnostic.fix {
                self.adopt(sources, project, &mut numbers, &mut fix.span);
            }
            self.diagnostics.push(diagnostic);
        }
    }

    /// Turns the span of a compilation into one of this report.
    fn adopt(
        &mut self,
        sources: &Sources,
        project: Option<&Source>,
        numbers: &mut Vec<(FileId, FileId)>,
        span: &mut Span,
    ) {
        if let Some((_, new)) = numbers.iter().find(|(old, _)| *old == span.file) {
            span.file = *new;
            return;
        }
        let source = match span.file {
            PROJECT_FILE => project,
            file => sources.get(file),
        };
        let Some(source) = source else {
            return;
        };
        let known = self
            .sources
            .iter()
            .find(|known| known.path() == source.path() && known.text() == source.text())
            .map(Source::id);
        let new = known.unwrap_or_else(|| self.sources.add(source.path(), source.text()));
        numbers.push((span.file, new));
        span.file = new;
    }

    /// Orders the findings, drops repetitions, and makes errors of warnings if they are denied.
    pub(crate) fn finish(&mut self, deny_warnings: bool) {
        self.diagnostics.sort();
        if deny_warnings {
            self.diagnostics.deny_warnings();
        }
    }

    /// How many errors and warnings there are, in words: `2 errors, 1 warning`. `None` for none at all.
    pub(crate) fn count(&self) -> Option<String> {
        let counts: Vec<String> = [Severity::Error, Severity::Warning]
            .into_iter()
            .map(|severity| (self.diagnostics.count(severity), severity.name()))
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| plural(count, name))
            .collect();
        (!counts.is_empty()).then(|| counts.join(", "))
    }
}

/// `1 file`, `2 files`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
