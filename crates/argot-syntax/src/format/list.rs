//! Lists in brackets and braces.

use super::align::{Row, Rows};
use super::builder::Builder;
use super::doc::{Mark, Op, STEP, WIDTH};

/// Something in brackets or braces.
pub(super) trait Element {
    /// Where it begins, its documentation included, and where it ends.
    fn place(&self) -> (u32, u32);

    /// Prints it. A value that is given to something is a row.
    fn print(&self, builder: &mut Builder<'_>) -> Option<Row>;
}

/// Where commas are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Commas {
    /// After every element; after the last one, if lines break.
    All,
    /// Between elements of one line.
    InLine,
    /// Nowhere: every element has a line of its own, unless there is only one.
    None,
}

/// How a list is printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    commas: Commas,
    /// Whether there are spaces inside of the brackets, if all is on one line.
    spaced: bool,
}

impl Style {
    /// How wide the comma after an element is that has a line of its own.
    fn comma(self) -> usize {
        usize::from(self.commas == Commas::All)
    }

    /// `[a, b]` and `(a, b)`.
    pub(super) const LIST: Self = Self {
        commas: Commas::All,
        spaced: false,
    };
    /// `{ a = 1, b = 2 }`.
    pub(super) const RECORD: Self = Self {
        commas: Commas::All,
        spaced: true,
    };
    /// `{ cpu = 1, memory = 1Gi }`.
    pub(super) const ATTRIBUTES: Self = Self {
        commas: Commas::InLine,
        spaced: true,
    };
    /// `{ run() }`.
    pub(super) const STATEMENTS: Self = Self {
        commas: Commas::None,
        spaced: true,
    };
}

impl Builder<'_> {
    /// A list with its brackets, as a group, whose place is returned.
    pub(super) fn list<T: Element>(&mut self, elements: &[T], style: Style) -> Mark {
        let group = self.group();
        self.open_list(elements, style);
        self.doc.close(group);
        group
    }

    /// A list whose only element is in brackets itself, which are put together with those of the list.
    pub(super) fn hugged<T: Element>(&mut self, element: &T) {
        self.token();
        element.print(self);
        self.token();
    }

    /// A list with its brackets, in the group that is open.
    ///
    /// If the author has begun a line after the opening bracket, lines break. Elements that share a line then keep on
    /// doing so, if they fit.
    pub(super) fn open_list<T: Element>(&mut self, elements: &[T], style: Style) {
        self.token();
        if elements.is_empty() {
            return self.nothing();
        }
        let is_open = self.breaks() || style.commas == Commas::None && elements.len() > 1;
        self.indent();
        self.begin(is_open, style);
        let mut rows = Rows::default();
        let mut rest = elements;
        loop {
            let (line, after) = match is_open && style.commas != Commas::None {
                true => self.first_line(rest),
                false => rest.split_at_checked(1).unwrap_or((rest, &[])),
            };
            match line {
                [single] => {
                    let row = single.print(self).filter(|_| is_open);
                    rows.add(&mut self.doc, self.level, row, style.comma());
                }
                _ => self.shared_line(line, style, &mut rows),
            }
            rest = after;
            if rest.is_empty() {
                break;
            }
            self.comma(style);
            if self.separate(is_open) {
                rows.end_run(&mut self.doc, self.level);
            }
        }
        rows.end_run(&mut self.doc, self.level);
        self.end(style);
    }

    /// Empty brackets, which may have comments in them.
    fn nothing(&mut self) {
        if self.has_comment() {
            self.indent();
            self.comments(false);
            self.dedent();
            self.hard(false);
        }
        self.token();
    }

    fn begin(&mut self, is_open: bool, style: Style) {
        let before = self.comments(false);
        match is_open || before.comments {
            true => self.hard(before.blank),
            false => self.line(style.spaced),
        }
    }

    /// Begins the next line of a list. Whether there is a blank line above it.
    fn separate(&mut self, is_open: bool) -> bool {
        let before = self.comments(is_open);
        match is_open || before.comments {
            true => self.hard(before.blank && is_open),
            false => self.line(true),
        }
        before.any_blank
    }

    fn end(&mut self, style: Style) {
        if style.commas == Commas::All {
            self.doc.push(Op::IfBroken(","));
        }
        let before = self.comments(true);
        self.dedent();
        match before.comments {
            true => self.hard(false),
            false => self.line(style.spaced),
        }
        self.token();
    }

    fn comma(&mut self, style: Style) {
        match style.commas {
            Commas::All => self.text(","),
            Commas::InLine => self.doc.push(Op::IfFlat(",")),
            Commas::None => {}
        }
    }

    /// The elements that begin on the line of the first one, and the rest.
    fn first_line<'e, T: Element>(&self, elements: &'e [T]) -> (&'e [T], &'e [T]) {
        let pairs = elements.windows(2);
        let count = pairs
            .take_while(|pair| match pair {
                [one, other] => !self.breaks_between(one.place().1, other.place().0),
                _ => false,
            })
            .count();
        elements
            .split_at_checked(count + 1)
            .unwrap_or((elements, &[]))
    }

    /// Elements of one line, if they fit; else each has its own.
    fn shared_line<T: Element>(&mut self, elements: &[T], style: Style, rows: &mut Rows) {
        let group = self.group();
        let mut separate = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                self.comma(style);
                self.separate(false);
            }
            separate.push(element.print(self));
        }
        let width = self.doc.width_since(group) + style.comma() + self.level * STEP;
        let is_shared = !self.doc.breaks_since(group) && width <= WIDTH;
        self.doc.close(group);
        for row in separate {
            let row = row.filter(|_| !is_shared);
            rows.add(&mut self.doc, self.level, row, style.comma());
        }
    }
}
