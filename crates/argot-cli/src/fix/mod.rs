//! Fixes of findings, made in memory until there is nothing left to fix.
//!
//! | module | what it is |
//! |---|---|
//! | [`batch`] | the fixes that are made at once, and what they come to |
//! | [`diff`] | what they change, as a unified diff |

mod batch;
pub(crate) mod diff;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use argot_syntax::{Applicability, Severity, Source};

use crate::input::STDIN;
use crate::output;
use crate::read::{self, Texts};
use crate::report::{Report, counted, plural};
use batch::{Batch, Name};

/// The maximum number of rounds. Fixes that touch wait for each other, and some reveal findings that others have
/// hidden, so a few rounds are needed.
const MAX_CHECKS: usize = 50;

/// The result of applying fixes.
pub(crate) struct Fixed {
    /// What is left.
    pub(crate) report: Report,
    /// The files that change, in the order of their paths.
    pub(crate) files: Vec<Changed>,
    /// How many errors and warnings were fixed.
    counts: [(Severity, usize); 2],
    /// Fixes that were not made, since they would have added an error.
    pub(crate) refused: Vec<String>,
}

/// A file that fixes change.
pub(crate) struct Changed {
    /// The path, as it is shown.
    pub(crate) shown: String,
    /// The content.
    pub(crate) before: String,
    /// The new content.
    pub(crate) after: String,
}

/// The files that may be fixed.
pub(crate) enum Scope {
    /// Every file that was read as a source, and the project file.
    Files,
    /// Standard input, with this content.
    Stdin(String),
}

/// Fixes what can be fixed. `check` reports the findings, with texts that replace files.
///
/// # Errors
/// Something cannot be checked.
pub(crate) fn run(
    scope: Scope,
    most: Applicability,
    check: &mut dyn FnMut(&Texts) -> Result<Report>,
) -> Result<Fixed> {
    let mut texts = Texts::default();
    let mut files = Files {
        scope,
        known: BTreeMap::new(),
    };
    if let Scope::Stdin(text) = &files.scope {
        texts = texts.with([(PathBuf::from("-"), text.clone())]);
    }
    let mut fixed = Fixed {
        report: check(&texts)?,
        files: Vec::new(),
        counts: [(Severity::Error, 0), (Severity::Warning, 0)],
        refused: Vec::new(),
    };
    let mut refused: HashSet<Name> = HashSet::new();
    let mut most_at_once = usize::MAX;
    for _ in 1..MAX_CHECKS {
        let mut batch = Batch::choose(&fixed.report, most, &refused, &mut files, &texts);
        batch.truncate(most_at_once);
        if batch.is_empty() {
            break;
        }
        let Some(next) = batch.apply(&texts) else {
            break;
        };
        let report = check(&next)?;
        if !batch.is_worse(&fixed.report, &report, &files) {
            for (severity, count) in &mut fixed.counts {
                *count += batch.count(*severity);
            }
            texts = next;
            fixed.report = report;
            most_at_once = usize::MAX;
        } else if let Some((name, place)) = batch.only(&fixed.report.sources) {
            fixed.refused.push(place);
            refused.insert(name);
            most_at_once = usize::MAX;
        } else {
            most_at_once = batch.len() / 2;
        }
    }
    fixed.files = files.changed(&texts);
    Ok(fixed)
}

impl Fixed {
    /// The number of fixed findings: `2 errors, 1 warning in 2 files`. `None` if there are none.
    pub(crate) fn summary(&self) -> Option<String> {
        let counts = counted(
            self.counts
                .map(|(severity, count)| (count, severity.name())),
        )?;
        Some(format!("{counts} in {}", plural(self.files.len(), "file")))
    }

    /// Writes the files: all of them, or none.
    ///
    /// # Errors
    /// One of them cannot be written, or has changed in the meantime.
    pub(crate) fn write(&self) -> Result<()> {
        for file in &self.files {
            if !fs::read(&file.shown).is_ok_and(|now| now == file.before.as_bytes()) {
                bail!(
                    "cannot fix `{}`: it has changed in the meantime",
                    file.shown
                );
            }
        }
        let files = self.files.iter();
        let texts = files.map(|file| (PathBuf::from(&file.shown), file.after.clone()));
        output::files::write(None, texts.collect(), &[])
    }
}

/// The files that may be fixed, as far as they are known.
struct Files {
    scope: Scope,
    /// By the path as it is shown: the canonical path and the content. `None` for a file that must not be fixed.
    known: BTreeMap<String, Option<(PathBuf, String)>>,
}

impl Files {
    /// The canonical path of a source that may be fixed, if what was read of it is its content or the text that replaces
    /// it.
    fn find(&mut self, source: &Source, texts: &Texts) -> Option<PathBuf> {
        if !self.known.contains_key(source.path()) {
            let found = self.open(source);
            self.known.insert(source.path().to_owned(), found);
        }
        let (real, content) = self.known.get(source.path())?.as_ref()?;
        let now = texts.get(real).unwrap_or(content);
        (now == source.text()).then(|| real.clone())
    }

    fn open(&self, source: &Source) -> Option<(PathBuf, String)> {
        let path = Path::new(source.path());
        match &self.scope {
            Scope::Stdin(text) => {
                (source.path() == STDIN).then(|| (PathBuf::from("-"), text.clone()))
            }
            Scope::Files if read::is_stream(path) => None,
            Scope::Files => {
                let real = fs::canonicalize(path).ok()?;
                let content = read::named(&real).ok()?.ok()?;
                Some((real, String::from_utf8(content).ok()?))
            }
        }
    }

    /// The canonical path of a file that was opened before.
    fn real(&self, shown: &str) -> Option<&Path> {
        let (real, _) = self.known.get(shown)?.as_ref()?;
        Some(real)
    }

    /// The files that have a new content.
    fn changed(self, texts: &Texts) -> Vec<Changed> {
        let mut seen = HashSet::new();
        let changed = self.known.into_iter().filter_map(|(shown, file)| {
            let (real, before) = file?;
            let after = texts.get(&real)?.to_owned();
            // A file may be read under several names.
            let is_new = seen.insert(real);
            (is_new && before != after).then_some(Changed {
                shown,
                before,
                after,
            })
        });
        changed.collect()
    }
}
