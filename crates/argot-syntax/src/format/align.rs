//! Columns: the equals signs of lines that belong together are aligned if the author has begun to align them.

use super::builder::Builder;
use super::doc::{Doc, Mark, Op, STEP, WIDTH, narrow};

/// The kind of a line. Only lines of one kind are aligned with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Const,
    Type,
    Artifact,
    Parameter,
    Attribute,
    Let,
    Volume,
    Entry,
    Argument,
}

/// A line `head = value` or `head { ... }`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    kind: Kind,
    /// The operation that pads the head.
    pad: Mark,
    /// The width of the head.
    head: usize,
    /// How many spaces the author has put after the head.
    spaces: usize,
    /// Whether it is a block, which is aligned only if the author has aligned it.
    is_block: bool,
    /// How wide all of it is on one line, its comma included.
    width: usize,
    /// Whether lines break in it in any case.
    breaks: bool,
    /// Whether lines may break in it.
    may_break: bool,
}

impl Row {
    /// Where the value begins in the source, counted from the head.
    fn column(&self) -> usize {
        self.head + self.spaces
    }

    /// Whether it takes several lines.
    fn is_long(&self, level: usize) -> bool {
        self.breaks || self.may_break && self.width + level * STEP > WIDTH
    }
}

impl Builder<'_> {
    /// Ends the head of a row that began at `start`. What follows it has to be on the same line.
    pub(super) fn head(&mut self, kind: Kind, start: Mark, is_block: bool) -> Option<Row> {
        let head = self.doc.width_since(start);
        let spaces = self.spaces()?;
        let pad = self.doc.mark();
        self.doc.push(Op::Pad(0));
        Some(Row {
            kind,
            pad,
            head,
            spaces,
            is_block,
            width: 0,
            breaks: false,
            may_break: false,
        })
    }

    /// Ends a row that began at `start`.
    pub(super) fn tail(&self, row: Option<Row>, start: Mark) -> Option<Row> {
        Some(Row {
            width: self.doc.width_since(start),
            breaks: self.doc.breaks_since(start),
            may_break: self.doc.may_break_since(start),
            ..row?
        })
    }
}

/// The rows of a list or body, in order.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    /// How many of them belong to runs that have ended.
    done: usize,
}

impl Rows {
    /// Adds a row; `comma` is how wide the comma after it is.
    pub(super) fn add(&mut self, doc: &mut Doc<'_>, level: usize, row: Option<Row>, comma: usize) {
        let Some(mut row) = row else {
            return self.end_run(doc, level);
        };
        row.width += comma;
        if self.rows.last().is_some_and(|last| last.kind != row.kind) {
            self.end_run(doc, level);
        }
        self.rows.push(row);
        if row.is_long(level) {
            self.end_run(doc, level);
        }
    }

    /// Ends a run of rows: at a blank line, and after a row of several lines.
    pub(super) fn end_run(&mut self, doc: &mut Doc<'_>, level: usize) {
        align(doc, level, self.rows.get(self.done..).unwrap_or_default());
        self.done = self.rows.len();
    }
}

/// Aligns a run of rows, unless one of them would then be too long.
fn align(doc: &mut Doc<'_>, level: usize, run: &[Row]) {
    let is_aligned = |row: &Row| {
        let is_beside = |other: &Row| other.spaces > 1 && other.column() == row.column();
        match (row.is_block, row.is_long(level)) {
            (false, false) => true,
            (true, true) => false,
            _ => run.iter().any(is_beside),
        }
    };
    let rows = || run.iter().filter(|row| is_aligned(row));
    let Some(widest) = rows().map(|row| row.head).max() else {
        return;
    };
    let fits = |row: &Row| {
        !row.may_break
            || row.is_long(level)
            || row.width + widest - row.head + level * STEP <= WIDTH
    };
    if rows().any(|row| row.spaces > 1) && rows().all(fits) {
        for row in rows() {
            let op = Op::Pad(narrow(widest - row.head));
            doc.set(row.pad, op);
        }
    }
}
