//! Source files, and the conversion of byte offsets to lines and columns.

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

/// All files that one compilation has read, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a file and returns the name by which spans refer to it.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(offset(self.files.len()));
        self.files.push(Source::new(id, path, text));
        id
    }

    /// The file of that name.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// The files in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }
}
