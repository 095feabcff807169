//! Renders a document as text.

use super::block;
use super::doc::{Doc, Fit, Op, STEP, WIDTH, columns};

/// Prints a document. The text has line feeds, and ends with one unless it is empty.
pub(super) fn print(doc: &Doc<'_>, capacity: usize) -> String {
    let mut printer = Printer {
        ops: &doc.ops,
        out: String::with_capacity(capacity),
        column: 0,
        line_indent: 0,
        gap: Gap::Start,
        groups: Vec::new(),
        indents: Vec::new(),
        comments: Vec::new(),
        section: 0,
    };
    for op in &doc.ops {
        printer.op(*op);
    }
    if !printer.out.is_empty() {
        printer.out.push('\n');
    }
    align(printer.out, &printer.comments)
}

/// How a group is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// With all in it on one line.
    Flat,
    /// On one line, but for groups in it.
    Loose,
    /// With all its lines broken.
    Broken,
}

/// What is between the last text and the next one.
#[derive(Debug, Clone, Copy)]
enum Gap {
    /// The beginning of the file.
    Start,
    Nothing,
    Space,
    /// A line break; the next line is further right than its level says by `deeper`.
    Break {
        blank: bool,
        deeper: usize,
    },
}

/// A comment after code.
#[derive(Debug)]
struct Trailing {
    /// Where the line's code ends in the text.
    at: usize,
    /// The column where it ends.
    width: usize,
    /// The column of the comment in the source.
    column: u32,
    /// How many blank lines are above.
    section: usize,
}

struct Printer<'d, 'a> {
    ops: &'d [Op<'a>],
    out: String,
    /// The width of the line so far.
    column: usize,
    /// How far the line is indented.
    line_indent: usize,
    gap: Gap,
    groups: Vec<Mode>,
    /// How far lines are indented, the innermost level last.
    indents: Vec<usize>,
    comments: Vec<Trailing>,
    /// How many blank lines are above.
    section: usize,
}

impl<'a> Printer<'_, 'a> {
    fn op(&mut self, op: Op<'a>) {
        let mode = self.groups.last().copied().unwrap_or(Mode::Broken);
        let is_broken = mode == Mode::Broken;
        match op {
            Op::Text(text) => self.text(text),
            Op::Space => self.space(),
            Op::Line { .. } if is_broken => self.line_break(false, 0),
            Op::Line { spaced: true } => self.space(),
            Op::Line { spaced: false } => {}
            Op::Hard { blank, deeper } => self.line_break(blank, if deeper { STEP } else { 0 }),
            Op::Open { fit, end } => {
                let mode = self.mode(fit, end, mode);
                self.groups.push(mode);
            }
            Op::Close => {
                self.groups.pop();
            }
            Op::Indent => {
                let step = if is_broken { STEP } else { 0 };
                self.indents.push(self.indent() + step);
            }
            Op::Dedent => {
                self.indents.pop();
            }
            Op::Pad(width) if is_broken => self.pad(width as usize),
            Op::IfBroken(text) if is_broken => self.text(text),
            Op::IfFlat(text) if !is_broken => self.text(text),
            Op::Pad(_) | Op::IfBroken(_) | Op::IfFlat(_) => {}
            Op::Comment { text, column } => self.comment(text, column),
            Op::Block(string) => {
                self.text("");
                block::print(&mut self.out, string, self.line_indent);
                let last = self.out.rsplit('\n').next().unwrap_or_default();
                self.column = columns(last);
            }
        }
    }

    fn indent(&self) -> usize {
        self.indents.last().copied().unwrap_or(0)
    }

    /// How a group is printed that begins here.
    fn mode(&self, fit: Fit, end: usize, around: Mode) -> Mode {
        let (width, mode) = match fit {
            Fit::Never => return Mode::Broken,
            Fit::Width(_) if around == Mode::Flat => return Mode::Flat,
            Fit::Width(width) => (width as usize + self.tail(end), Mode::Flat),
            Fit::Head(width) => (width as usize, Mode::Loose),
        };
        let column = match self.gap {
            Gap::Start => 0,
            Gap::Nothing => self.column,
            Gap::Space => self.column + 1,
            Gap::Break { deeper, .. } => self.indent() + deeper,
        };
        match column + width <= WIDTH {
            true => mode,
            false => Mode::Broken,
        }
    }

    /// The width of what follows a group that ends at `end`, up to where a line can break.
    fn tail(&self, end: usize) -> usize {
        let mut width = 0;
        for op in self.ops.iter().skip(end) {
            match op {
                Op::Line { .. } | Op::Hard { .. } | Op::Comment { .. } => break,
                Op::Text(text) => width += columns(text),
                Op::IfBroken(text) => width += text.len(),
                Op::Space => width += 1,
                Op::Block(string) => {
                    width += columns(string.text.lines().next().unwrap_or_default());
                    break;
                }
                _ => {}
            }
        }
        width
    }

    fn space(&mut self) {
        if matches!(self.gap, Gap::Nothing) {
            self.gap = Gap::Space;
        }
    }

    fn line_break(&mut self, blank: bool, deeper: usize) {
        let blank = match self.gap {
            Gap::Start => return,
            Gap::Break { blank: above, .. } => blank || above,
            Gap::Nothing | Gap::Space => blank,
        };
        self.gap = Gap::Break { blank, deeper };
    }

    fn pad(&mut self, width: usize) {
        self.out.extend(std::iter::repeat_n(' ', width));
        self.column += width;
    }

    fn text(&mut self, text: &str) {
        match std::mem::replace(&mut self.gap, Gap::Nothing) {
            Gap::Start | Gap::Nothing => {}
            Gap::Space => self.pad(1),
            Gap::Break { blank, deeper } => {
                self.out.push('\n');
                if blank {
                    self.out.push('\n');
                    self.section += 1;
                }
                self.column = 0;
                self.line_indent = self.indent() + deeper;
                self.pad(self.line_indent);
            }
        }
        self.out.push_str(text);
        self.column += columns(text);
    }

    fn comment(&mut self, text: &str, column: u32) {
        self.comments.push(Trailing {
            at: self.out.len(),
            width: self.column,
            column,
            section: self.section,
        });
        self.out.push_str("  ");
        self.out.push_str(text);
        self.gap = Gap::Break {
            blank: false,
            deeper: 0,
        };
    }
}

/// Aligns comments that are aligned in the source, as far as no blank line is between them.
fn align(text: String, comments: &[Trailing]) -> String {
    let is_aligned = |one: &Trailing, other: &Trailing| {
        one.section == other.section && one.column == other.column
    };
    let mut out = String::new();
    let mut done = 0;
    for run in comments.chunk_by(is_aligned) {
        let widest = run.iter().map(|comment| comment.width).max().unwrap_or(0);
        for comment in run.iter().filter(|comment| comment.width < widest) {
            out.push_str(text.get(done..comment.at).unwrap_or_default());
            out.extend(std::iter::repeat_n(' ', widest - comment.width));
            done = comment.at;
        }
    }
    match done {
        0 => text,
        _ => out + text.get(done..).unwrap_or_default(),
    }
}
