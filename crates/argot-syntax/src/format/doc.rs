//! The document to print, before line breaks are chosen.
//!
//! A document is a list of operations. Groups are printed on one line if they fit, otherwise all their lines break.
//! Widths are sums that are kept while the document grows, so no part of it is measured twice.

/// How wide a line may be, in characters.
pub(super) const WIDTH: usize = 100;

/// How far a level is indented.
pub(super) const STEP: usize = 4;

/// One thing to print.
#[derive(Debug, Clone, Copy)]
pub(super) enum Op<'a> {
    /// Text without a line break.
    Text(&'a str),
    /// A space, unless a line ends here.
    Space,
    /// A line break if the group breaks, else a space or nothing.
    Line { spaced: bool },
    /// A line break, which breaks all groups around it. After `blank` there is an empty line, and what follows a
    /// `deeper` one goes on with what is above.
    Hard { blank: bool, deeper: bool },
    /// A group begins, whose [`Op::Close`] is at an index.
    Open { fit: Fit, end: usize },
    /// The innermost group ends.
    Close,
    /// Lines are a level deeper from here on, if the group breaks.
    Indent,
    /// The end of the innermost [`Op::Indent`].
    Dedent,
    /// So many spaces more.
    Pad(u32),
    /// Text for a group that breaks.
    IfBroken(&'static str),
    /// Text for a group on one line.
    IfFlat(&'static str),
    /// A comment after code, with its column in the source.
    Comment { text: &'a str, column: u32 },
    /// A string over several lines.
    Block(BlockString<'a>),
}

/// What a group needs to be on one line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fit {
    /// It breaks.
    Never,
    /// So many characters.
    Width(u32),
    /// So many characters up to the first line break in it, which does not break the group itself.
    Head(u32),
}

/// A block string as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockString<'a> {
    /// The source, with its quotes.
    pub(super) text: &'a str,
    /// Whether its lines move with the code around them. If not, they stay where they are.
    pub(super) moves: bool,
    /// The white space that all its lines begin with, and that is not part of its value.
    pub(super) indentation: Option<&'a str>,
}

/// A place in a document, to measure from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    op: usize,
    width: usize,
    hards: usize,
    lines: usize,
}

/// A document.
#[derive(Debug, Default)]
pub(super) struct Doc<'a> {
    pub(super) ops: Vec<Op<'a>>,
    /// How wide it would be on one line.
    width: usize,
    /// The width before each operation that always breaks.
    hards: Vec<usize>,
    /// How many [`Op::Line`] it has.
    lines: usize,
}

impl<'a> Doc<'a> {
    pub(super) fn push(&mut self, op: Op<'a>) {
        match op {
            Op::Hard { .. } | Op::Comment { .. } => self.hards.push(self.width),
            Op::Block(block) => {
                self.width += columns(block.text.lines().next().unwrap_or_default());
                self.hards.push(self.width);
            }
            Op::Line { spaced } => {
                self.lines += 1;
                self.width += usize::from(spaced);
            }
            _ => self.width += flat_width(&op),
        }
        self.ops.push(op);
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            op: self.ops.len(),
            width: self.width,
            hards: self.hards.len(),
            lines: self.lines,
        }
    }

    /// Begins a group.
    pub(super) fn open(&mut self) -> Mark {
        let mark = self.mark();
        self.push(Op::Open {
            fit: Fit::Never,
            end: 0,
        });
        mark
    }

    /// Ends the group that began at `mark`.
    pub(super) fn close(&mut self, mark: Mark) {
        let fit = match self.breaks_since(mark) {
            true => Fit::Never,
            false => Fit::Width(narrow(self.width_since(mark))),
        };
        self.close_with(mark, fit);
    }

    /// Ends a group that may stay on one line although something in it takes several.
    pub(super) fn close_loose(&mut self, mark: Mark) {
        let fit = match self.hards.get(mark.hards) {
            Some(end) => Fit::Head(narrow(end.saturating_sub(mark.width))),
            None => Fit::Width(narrow(self.width_since(mark))),
        };
        self.close_with(mark, fit);
    }

    fn close_with(&mut self, mark: Mark, fit: Fit) {
        let end = self.ops.len();
        self.push(Op::Close);
        self.set(mark, Op::Open { fit, end });
    }

    /// Breaks the group that began at `mark`, and has ended.
    pub(super) fn break_group(&mut self, mark: Mark) {
        if let Some(Op::Open { fit, .. }) = self.ops.get_mut(mark.op) {
            *fit = Fit::Never;
        }
    }

    /// Replaces the operation that was pushed at `mark`, for one that is as wide.
    pub(super) fn set(&mut self, mark: Mark, op: Op<'a>) {
        if let Some(place) = self.ops.get_mut(mark.op) {
            *place = op;
        }
    }

    /// Puts a blank line at the first line break that was pushed since `mark`.
    pub(super) fn blank_after(&mut self, mark: Mark) {
        let ops = self.ops.iter_mut().skip(mark.op);
        let mut breaks = ops.filter_map(|op| match op {
            Op::Hard { blank, .. } => Some(blank),
            _ => None,
        });
        if let Some(blank) = breaks.next() {
            *blank = true;
        }
    }

    /// How wide what has been pushed since `mark` is on one line.
    pub(super) fn width_since(&self, mark: Mark) -> usize {
        self.width - mark.width
    }

    /// Whether what has been pushed since `mark` takes several lines in any case.
    pub(super) fn breaks_since(&self, mark: Mark) -> bool {
        self.hards.len() > mark.hards
    }

    /// Whether lines may break in what has been pushed since `mark`.
    pub(super) fn may_break_since(&self, mark: Mark) -> bool {
        self.lines > mark.lines
    }
}

/// How wide an operation is on one line.
pub(super) fn flat_width(op: &Op<'_>) -> usize {
    match op {
        Op::Text(text) => columns(text),
        Op::IfFlat(text) => text.len(),
        Op::Space => 1,
        _ => 0,
    }
}

/// The width of a text in characters.
pub(super) fn columns(text: &str) -> usize {
    match text.is_ascii() {
        true => text.len(),
        false => text.chars().count(),
    }
}

pub(super) fn narrow(width: usize) -> u32 {
    u32::try_from(width).unwrap_or(u32::MAX)
}
