//! Fixes that are made at once: in each file, those that do not touch.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use argot_syntax::{
    Applicability, Code, Edit, FileId, Fix, MAX_SOURCE_BYTES, Severity, Sources, Span, apply_edits,
};

use super::Files;
use crate::read::Texts;
use crate::report::Report;

/// Fixes, ordered by file and place.
pub(super) struct Batch {
    fixes: Vec<Chosen>,
    /// The content of each file before the fixes.
    before: BTreeMap<PathBuf, String>,
}

/// Identifies a fix while places change: the file, the code, the message, and the new texts.
pub(super) type Name = (PathBuf, Code, String, Vec<String>);

struct Chosen {
    real: PathBuf,
    code: Code,
    severity: Severity,
    message: String,
    /// Where the finding is.
    at: Option<Span>,
    fix: Fix,
}

impl Chosen {
    fn name(&self) -> Name {
        let texts = self.fix.edits.iter().map(|edit| edit.text.clone());
        (
            self.real.clone(),
            self.code,
            self.message.clone(),
            texts.collect(),
        )
    }

    /// `train.argot:5:17 [type-mismatch]`.
    fn place(&self, sources: &Sources) -> String {
        let place = self.at.and_then(|span| {
            let source = sources.get(span.file)?;
            let at = source.position(span.start);
            Some(format!("{}:{}:{}", source.path(), at.line, at.column))
        });
        format!("{} [{}]", place.unwrap_or_default(), self.code.id())
    }

    /// The first byte that the fix replaces, and the one after the last.
    fn range(&self) -> (u32, u32) {
        let span = self.fix.span();
        span.map_or((0, 0), |span| (span.start, span.end))
    }
}

impl Batch {
    /// The first fix at each place. Fixes that touch it wait, since their text may be different afterwards.
    pub(super) fn choose(
        report: &Report,
        most: Applicability,
        refused: &HashSet<Name>,
        files: &mut Files,
        texts: &Texts,
    ) -> Self {
        let mut batch = Self {
            fixes: Vec::new(),
            before: BTreeMap::new(),
        };
        let mut known: BTreeMap<FileId, Option<PathBuf>> = BTreeMap::new();
        for diagnostic in report.diagnostics.iter() {
            let fix = diagnostic.fix.as_ref();
            let Some(fix) = fix.filter(|fix| fix.applicability <= most) else {
                continue;
            };
            let source = fix.span().and_then(|span| report.sources.get(span.file));
            let Some(source) = source else { continue };
            let real = known.entry(source.id()).or_insert_with(|| {
                let real = files.find(source, texts)?;
                let text = source.text().to_owned();
                batch.before.insert(real.clone(), text);
                Some(real)
            });
            let Some(real) = real.clone() else { continue };
            let chosen = Chosen {
                real,
                code: diagnostic.code,
                severity: diagnostic.severity,
                message: diagnostic.message.clone(),
                at: diagnostic.span(),
                fix: fix.clone(),
            };
            if !refused.contains(&chosen.name()) {
                batch.fixes.push(chosen);
            }
        }
        batch
            .fixes
            .sort_by(|a, b| (&a.real, a.range()).cmp(&(&b.real, b.range())));
        let mut last: Option<(PathBuf, u32)> = None;
        batch.fixes.retain(|chosen| {
            let (start, end) = chosen.range();
            let is_free = last
                .as_ref()
                .is_none_or(|(real, done)| *real != chosen.real || *done < start);
            if is_free {
                last = Some((chosen.real.clone(), end));
            }
            is_free
        });
        batch
    }

    pub(super) fn len(&self) -> usize {
        self.fixes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fixes.is_empty()
    }

    pub(super) fn truncate(&mut self, most: usize) {
        self.fixes.truncate(most.max(1));
    }

    /// How many findings of a severity it fixes.
    pub(super) fn count(&self, severity: Severity) -> usize {
        let fixes = self.fixes.iter();
        fixes.filter(|chosen| chosen.severity == severity).count()
    }

    /// The fix, if there is only one, and its place for messages.
    pub(super) fn only(&self, sources: &Sources) -> Option<(Name, String)> {
        match self.fixes.as_slice() {
            [chosen] => Some((chosen.name(), chosen.place(sources))),
            _ => None,
        }
    }

    /// The texts with the fixes made. `None` if one cannot be made, or a file would become too large.
    pub(super) fn apply(&self, texts: &Texts) -> Option<Texts> {
        let mut edits: BTreeMap<&Path, Vec<&Edit>> = BTreeMap::new();
        for chosen in &self.fixes {
            let edits = edits.entry(&chosen.real).or_default();
            edits.extend(&chosen.fix.edits);
        }
        let changed = edits.into_iter().map(|(real, edits)| {
            let text = apply_edits(self.before.get(real)?, edits)?;
            (text.len() <= MAX_SOURCE_BYTES).then(|| (real.to_owned(), text))
        });
        Some(texts.with(changed.collect::<Option<Vec<_>>>()?))
    }

    /// Whether the fixes have made something worse: there were no errors before, or a new text has the mistake that it
    /// should fix. Other new errors are fine, since a mistake may hide them.
    pub(super) fn is_worse(&self, before: &Report, after: &Report, files: &Files) -> bool {
        if after.diagnostics.has_errors() && !before.diagnostics.has_errors() {
            return true;
        }
        let written = self.written();
        after.diagnostics.iter().any(|diagnostic| {
            let span = diagnostic.span();
            let source = span.and_then(|span| after.sources.get(span.file));
            let real = source.and_then(|source| files.real(source.path()));
            let places = real.and_then(|real| written.get(real));
            let (Some(span), Some(places)) = (span, places) else {
                return false;
            };
            let (start, end) = (span.start as usize, span.end as usize);
            let first = places.partition_point(|(place, _)| place.end <= start);
            let places = places.iter().skip(first);
            places
                .take_while(|(place, _)| place.start < end)
                .any(|(place, fixed)| {
                    let is_here = place.contains(&start) || fixed.message == diagnostic.message;
                    is_here && fixed.code == diagnostic.code
                })
        })
    }

    /// Where the new texts are in each file, in order, and what each of them fixes.
    fn written(&self) -> BTreeMap<&Path, Vec<(Range<usize>, &Chosen)>> {
        let mut written: BTreeMap<&Path, Vec<(Range<usize>, &Chosen)>> = BTreeMap::new();
        for file in self.fixes.chunk_by(|a, b| a.real == b.real) {
            let (mut added, mut removed) = (0, 0);
            for chosen in file {
                let places = written.entry(&chosen.real).or_default();
                for edit in &chosen.fix.edits {
                    let start = (edit.span.start as usize + added).saturating_sub(removed);
                    places.push((start..start + edit.text.len(), chosen));
                    added += edit.text.len();
                    removed += (edit.span.end - edit.span.start) as usize;
                }
            }
        }
        written
    }
}
