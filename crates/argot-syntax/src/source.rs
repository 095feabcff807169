//! Source files, and the conversion of byte offsets to lines and columns.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{FileId, Span};

/// The largest source file that is read, in bytes.
///
/// A thousand steps are about 0.3 MB. Spans hold 32-bit offsets, and an error in a file of this size
/// still comes at once.
pub const MAX_SOURCE_BYTES: usize = 16 * 1024 * 1024;

/// One file's text with its line table.
#[derive(Debug, Clone)]
pub struct Source {
    id: FileId,
    path: String,
    text: String,
    line_starts: Vec<u32>,
}

/// A line and a column, both counted from 1; the column counts characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line number, from 1.
    pub line: usize,
    /// Column number in characters, from 1.
    pub column: usize,
}

impl Source {
    /// A source from its display path and its text.
    pub fn new(id: FileId, path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| offset(at + 1)))
            .collect();
        Self {
            id,
            path: path.into(),
            text,
            line_starts,
        }
    }

    /// The name by which spans refer to this file.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The path as the user knows it, never absolute unless the user wrote it so.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span, or an empty string if the span does not fit this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// Line and column of a byte offset, by a search in the line table.
    pub fn position(&self, at: u32) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= at);
        let start = line
            .checked_sub(1)
            .and_then(|index| self.line_starts.get(index))
            .copied()
            .unwrap_or(0);
        let before = self.text.get(start as usize..at as usize).unwrap_or("");
        Position {
            line: line.max(1),
            column: before.chars().count() + 1,
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The files that a compilation reads, in order.
///
/// A clone starts with the same files and shares the numbering of all others. A file that several clones read has the
/// same id in each, on whatever thread, so [`Sources::join`] and the spans of one compilation need no other numbers.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Arc<Source>>,
    /// The index of each file in `files`.
    indices: HashMap<FileId, usize>,
    numbering: Arc<Mutex<Numbering>>,
}

/// All files that clones of one [`Sources`] have read.
#[derive(Debug, Default)]
struct Numbering {
    /// Files by path. A file that changes between two reads has several texts.
    files: HashMap<String, Vec<Arc<Source>>>,
    /// The largest id. No file has the id 0, which is that of [`Span::default`].
    last: u32,
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        let mut numbering = self
            .numbering
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let source = numbering.source(path.into(), text.into());
        drop(numbering);
        self.push(Arc::clone(&source));
        source
    }

    fn push(&mut self, source: Arc<Source>) {
        let next = self.files.len();
        if *self.indices.entry(source.id()).or_insert(next) == next {
            self.files.push(source);
        }
    }

    /// Adds the files of a clone that are missing here.
    pub fn join(&mut self, clone: &Self) {
        for source in &clone.files {
            self.push(Arc::clone(source));
        }
    }

    /// The position of a file among those read.
    pub(crate) fn index(&self, id: FileId) -> Option<usize> {
        self.indices.get(&id).copied()
    }

    /// The file of that name.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(self.index(id)?).map(Arc::as_ref)
    }

    /// The files in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter().map(Arc::as_ref)
    }
}

impl Numbering {
    fn source(&mut self, path: String, text: String) -> Arc<Source> {
        let known = self.files.entry(path.clone()).or_default();
        if let Some(source) = known.iter().find(|source| source.text() == text) {
            return Arc::clone(source);
        }
        self.last = self.last.saturating_add(1);
        let source = Arc::new(Source::new(FileId(self.last), path, text));
        known.push(Arc::clone(&source));
        source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_ids() {
        let mut one = Sources::default();
        let project = one.add("argot.toml", "").id();
        let mut two = one.clone();
        let a = one.add("a.argot", "a").id();
        let b = two.add("b.argot", "b").id();
        assert_eq!(two.add("a.argot", "a").id(), a);
        assert_ne!(a, b);
        assert_ne!(one.add("a.argot", "changed").id(), a);
        assert!(one.get(b).is_none());
        one.join(&two);
        let paths: Vec<&str> = one.iter().map(Source::path).collect();
        assert_eq!(paths, ["argot.toml", "a.argot", "a.argot", "b.argot"]);
        assert_eq!(one.get(project).map(Source::path), Some("argot.toml"));
        assert!(one.get(FileId::default()).is_none());
    }
}
