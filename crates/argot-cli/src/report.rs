//! The findings of several compilations, as one.

use argot_syntax::{Applicability, Diagnostic, Diagnostics, Severity, Source, Sources};

/// Findings and the files that they refer to.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Diagnostics,
    /// How many findings there were when they were last put in order.
    ordered: usize,
}

impl Report {
    /// A report with the findings of a compilation, and the files that it has read.
    pub(crate) fn new(sources: Sources, diagnostics: Diagnostics) -> Self {
        Self {
            sources,
            diagnostics,
            ordered: 0,
        }
    }

    /// Adds the findings of another compilation, and its files.
    pub(crate) fn add(&mut self, other: Self) {
        self.sources.join(&other.sources);
        self.diagnostics.extend(other.diagnostics);
        // All files that import a file with mistakes repeat them.
        if self.diagnostics.iter().count() > 2 * self.ordered.max(1000) {
            self.order();
        }
    }

    /// Orders the findings and drops repetitions.
    fn order(&mut self) {
        self.diagnostics.narrow(&self.sources);
        self.diagnostics.sort(&self.sources);
        self.ordered = self.diagnostics.iter().count();
    }

    /// Orders the findings, drops repetitions, and makes errors of warnings if they are denied.
    pub(crate) fn finish(&mut self, deny_warnings: bool) {
        self.order();
        if deny_warnings {
            self.diagnostics.deny_warnings();
        }
    }

    /// The findings to show of each file, in order. Those of no file are an excerpt of their own.
    pub(crate) fn excerpts(&self) -> Vec<Excerpt<'_>> {
        let all: Vec<&Diagnostic> = self.diagnostics.iter().collect();
        let file = |diagnostic: &Diagnostic| diagnostic.span().map(|span| span.file);
        all.chunk_by(|a, b| file(a) == file(b))
            .map(|found| {
                let file = found.first().and_then(|first| file(first));
                Excerpt::new(found, file.and_then(|file| self.sources.get(file)))
            })
            .collect()
    }

    /// The number of errors and warnings: `2 errors, 1 warning`. `None` if there are none.
    pub(crate) fn count(&self) -> Option<String> {
        let severities = [Severity::Error, Severity::Warning];
        counted(severities.map(|severity| (self.diagnostics.count(severity), severity.name())))
    }

    /// How many findings have a fix of that kind.
    pub(crate) fn fixes(&self, applicability: Applicability) -> usize {
        let fixes = self
            .diagnostics
            .iter()
            .filter_map(|found| found.fix.as_ref());
        fixes
            .filter(|fix| fix.applicability == applicability)
            .count()
    }
}

/// The maximum number of findings that are shown of one file.
const MAX_SHOWN: usize = 200;

/// The findings to show of a file.
#[derive(Debug)]
pub(crate) struct Excerpt<'a> {
    /// The file. `None` for findings of no file.
    pub(crate) file: Option<&'a Source>,
    /// The findings to show, in order. Warnings are left out before errors.
    pub(crate) shown: Vec<&'a Diagnostic>,
    /// How many errors are not shown.
    pub(crate) errors: usize,
    /// How many warnings are not shown.
    pub(crate) warnings: usize,
}

impl<'a> Excerpt<'a> {
    fn new(found: &[&'a Diagnostic], file: Option<&'a Source>) -> Self {
        let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
        let errors = found.iter().filter(|found| is_error(found)).count();
        let mut room_for_errors = errors.min(MAX_SHOWN);
        let mut room_for_warnings = MAX_SHOWN - room_for_errors;
        let mut excerpt = Self {
            file,
            shown: Vec::new(),
            errors: 0,
            warnings: 0,
        };
        for diagnostic in found {
            let (room, hidden) = if is_error(diagnostic) {
                (&mut room_for_errors, &mut excerpt.errors)
            } else {
                (&mut room_for_warnings, &mut excerpt.warnings)
            };
            match room.checked_sub(1) {
                Some(rest) => {
                    *room = rest;
                    excerpt.shown.push(diagnostic);
                }
                None => *hidden += 1,
            }
        }
        excerpt
    }

    /// The number of hidden findings, in words.
    pub(crate) fn rest(&self) -> Option<String> {
        let counts = [(self.errors, "more error"), (self.warnings, "more warning")];
        let counts: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| plural(count, name))
            .collect();
        if counts.is_empty() {
            return None;
        }
        let file = self.file.map(|file| format!(" in `{}`", file.path()));
        let verb = if self.errors + self.warnings == 1 {
            "is"
        } else {
            "are"
        };
        Some(format!(
            "{}{} {verb} not shown",
            counts.join(" and "),
            file.unwrap_or_default()
        ))
    }
}

/// Findings without any text of the source. A link may lead to a file that is not meant to be shown, and many people may
/// read the log of a compilation.
pub(crate) fn concealed(diagnostics: Diagnostics, sources: &Sources) -> Diagnostics {
    let mut concealed = Diagnostics::default();
    for found in diagnostics {
        let place = found.span().and_then(|span| {
            let source = sources.get(span.file)?;
            let position = source.position(span.start);
            let (line, column) = (position.line, position.column);
            Some(format!(
                " (`{}`, line {line}, column {column})",
                source.path()
            ))
        });
        let message = format!("{}{}", found.code.summary(), place.unwrap_or_default());
        let mut diagnostic = found
            .code
            .global(message)
            .note(
                "the source is a link that leads out of the project, so none of its text is shown",
            )
            .help("name the file itself instead of the link");
        diagnostic.severity = found.severity;
        concealed.push(diagnostic);
    }
    concealed
}

/// `2 errors, 1 warning`, without counts of 0. `None` if all are 0.
pub(crate) fn counted<const N: usize>(counts: [(usize, &str); N]) -> Option<String> {
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| plural(count, name))
        .collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// `1 file`, `2 files`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
