//! The lexical scan that runs before the grammar.
//!
//! It walks the text once and knows only strings, comments and brackets. That is enough to collect the
//! comments, to say where a string without an end begins, and to keep nesting that would exhaust the
//! stack away from the grammar: what it reports it also puts out of the grammar's sight.

use std::borrow::Cow;
use std::ops::Range;

use crate::ast::Comment;
use crate::{Diagnostics, FileId, MAX_NESTING, Span, messages};

/// Stands for one byte of text that the scan has reported.
pub(super) const UNREAD: char = '\u{1}';

/// What the scan has found.
pub(super) struct Scan<'a> {
    /// The text, with [`UNREAD`] in place of every byte of what has been reported. Offsets stay as they were.
    pub(super) text: Cow<'a, str>,
    /// Every `#` comment.
    pub(super) comments: Vec<Comment>,
}

/// Scans a text that begins at `base` in its file.
pub(super) fn scan<'a>(
    text: &'a str,
    file: FileId,
    base: usize,
    diagnostics: &mut Diagnostics,
) -> Scan<'a> {
    let mut scanner = Scanner::new(text, file, base, diagnostics);
    scanner.run();
    let unread = std::mem::take(&mut scanner.unread);
    Scan {
        comments: scanner.comments,
        text: hide(text, unread),
    }
}

/// The brackets of a text: where those stand that nothing closes, and from where to where the braces go
/// that something does.
pub(super) struct Brackets {
    pub(super) unclosed: Vec<usize>,
    pub(super) braces: Vec<(usize, usize)>,
}

/// Finds the brackets of a text.
pub(super) fn brackets(text: &str) -> Brackets {
    let mut unheard = Diagnostics::default();
    let mut scanner = Scanner::new(text, FileId::default(), 0, &mut unheard);
    scanner.read();
    let open = scanner.open.iter().filter(|open| !open.kind.is_string());
    Brackets {
        unclosed: open.map(|open| open.at).collect(),
        braces: scanner.braces,
    }
}

/// Puts [`UNREAD`] in place of some ranges.
fn hide(text: &str, mut ranges: Vec<Range<usize>>) -> Cow<'_, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    ranges.sort_by_key(|range| range.start);
    let mut result = String::with_capacity(text.len());
    for range in ranges {
        let kept = text.get(result.len()..range.start).unwrap_or_default();
        result.push_str(kept);
        result.extend(std::iter::repeat_n(
            UNREAD,
            range.end.saturating_sub(result.len()),
        ));
    }
    result.push_str(text.get(result.len()..).unwrap_or_default());
    Cow::Owned(result)
}

/// Something that has been opened and not closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Paren,
    Bracket,
    Brace,
    Interpolation,
    /// A string that ends with its line.
    Line,
    /// A string that may hold line breaks.
    Block,
}

impl Kind {
    fn is_string(self) -> bool {
        matches!(self, Self::Line | Self::Block)
    }
}

struct Open {
    kind: Kind,
    at: usize,
}

struct Scanner<'a, 'd> {
    text: &'a str,
    file: FileId,
    base: usize,
    at: usize,
    open: Vec<Open>,
    /// How many of `open` are no strings.
    depth: usize,
    /// How many of `open` are strings that end with their line.
    lines: usize,
    /// Where nesting became too deep, and how much was open before.
    deep: Option<(usize, usize)>,
    lone_return: bool,
    unread: Vec<Range<usize>>,
    /// Where braces open and close.
    braces: Vec<(usize, usize)>,
    comments: Vec<Comment>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a, 'd> Scanner<'a, 'd> {
    fn new(text: &'a str, file: FileId, base: usize, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            text,
            file,
            base,
            at: 0,
            open: Vec::new(),
            depth: 0,
            lines: 0,
            deep: None,
            lone_return: false,
            unread: Vec::new(),
            braces: Vec::new(),
            comments: Vec::new(),
            diagnostics,
        }
    }

    fn run(&mut self) {
        self.read();
        self.end_of_line();
        self.end_of_file();
    }

    fn read(&mut self) {
        while let Some(byte) = self.peek(0) {
            match self.open.last().map(|open| open.kind) {
                Some(Kind::Line) => self.quoted(byte),
                Some(Kind::Block) => self.block(byte),
                _ => self.code(byte),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn follows(&self, prefix: &str) -> bool {
        self.text
            .as_bytes()
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(prefix.as_bytes()))
    }

    fn code(&mut self, byte: u8) {
        match byte {
            b'\n' => self.line_break(),
            b'\r' => self.carriage_return(),
            b'#' => self.comment(),
            b'"' => self.string(),
            b'(' => self.push(Kind::Paren, 1),
            b'[' => self.push(Kind::Bracket, 1),
            b'{' => self.push(Kind::Brace, 1),
            b')' => self.close(Kind::Paren),
            b']' => self.close(Kind::Bracket),
            b'}' => self.close_brace(),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => self.word(),
            1 => {
                let span = self.span(self.at..self.at + 1);
                self.report(messages::unexpected_character(span, UNREAD));
                self.at += 1;
            }
            _ => self.at += 1,
        }
    }

    fn quoted(&mut self, byte: u8) {
        match byte {
            b'"' => self.pop_to(self.open.len().saturating_sub(1), 1),
            _ => self.string_text(byte),
        }
    }

    fn block(&mut self, byte: u8) {
        if self.follows("\"\"\"") {
            self.pop_to(self.open.len().saturating_sub(1), 3);
        } else {
            self.string_text(byte);
        }
    }

    fn string_text(&mut self, byte: u8) {
        match byte {
            b'\n' => self.line_break(),
            b'\r' => self.carriage_return(),
            b'\\' if matches!(self.peek(1), Some(b'\n' | b'\r') | None) => self.at += 1,
            b'\\' => self.at += 2,
            b'$' if self.peek(1) == Some(b'{') => self.push(Kind::Interpolation, 2),
            _ => self.at += 1,
        }
    }

    /// A name or a number, or the `r` before a raw string.
    fn word(&mut self) {
        let start = self.at;
        while self
            .peek(0)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            self.at += 1;
        }
        let is_prefix = self.text.get(start..self.at) == Some("r") && self.peek(0) == Some(b'"');
        if !is_prefix {
            return;
        }
        if self.follows("\"\"\"") {
            self.at += 3;
            match self.rest().find("\"\"\"") {
                Some(length) => {
                    let end = self.at + length;
                    while self.at < end {
                        match self.peek(0) {
                            Some(b'\n') if self.lines > 0 => return self.line_break(),
                            Some(b'\r') => self.carriage_return(),
                            _ => self.at += 1,
                        }
                    }
                    self.at += 3;
                }
                None => self.unterminated_raw(start, self.text.len(), "\"\"\""),
            }
        } else {
            self.at += 1;
            let line = self.rest().find(['"', '\n']);
            match line.map(|length| self.at + length) {
                Some(end) if self.text.as_bytes().get(end) == Some(&b'"') => self.at = end + 1,
                Some(end) => self.unterminated_raw(start, end, "\""),
                None => self.unterminated_raw(start, self.text.len(), "\""),
            }
        }
    }

    /// Goes on at `end`, behind a raw string that has none. If it stands in another string, that one is
    /// reported instead.
    fn unterminated_raw(&mut self, start: usize, end: usize, quotes: &'static str) {
        if self.lines > 0 {
            let line = self.rest().find('\n');
            self.at = line.map_or(self.text.len(), |length| self.at + length);
        } else {
            self.at = end;
            if end < self.text.len() || !self.open.iter().any(|open| open.kind.is_string()) {
                self.unterminated(start..end, quotes, None);
            }
        }
    }

    fn string(&mut self) {
        if self.follows("\"\"\"") {
            self.push(Kind::Block, 3);
        } else {
            self.push(Kind::Line, 1);
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        self.at += length;
        let text = self.text.get(start..self.at).unwrap_or_default();
        let text = text.strip_suffix('\r').unwrap_or(text);
        if let Some(lone) = text.find('\r') {
            self.report_return(start + lone);
        }
        let is_doc = text.starts_with("##") && !text.starts_with("###");
        if !is_doc {
            let span = self.span(start..start + text.len());
            let text = text.strip_prefix('#').unwrap_or(text).to_owned();
            self.comments.push(Comment { text, span });
        }
    }

    fn carriage_return(&mut self) {
        if self.peek(1) != Some(b'\n') {
            self.report_return(self.at);
        }
        self.at += 1;
    }

    fn report_return(&mut self, at: usize) {
        if !self.lone_return {
            self.lone_return = true;
            let span = self.span(at..at + 1);
            self.diagnostics.push(messages::lone_carriage_return(span));
        }
    }

    fn push(&mut self, kind: Kind, length: usize) {
        if kind == Kind::Line {
            self.lines += 1;
        }
        if !kind.is_string() {
            self.depth += 1;
            if self.depth > MAX_NESTING && self.deep.is_none() {
                let span = self.span(self.at..self.at + length);
                self.diagnostics.push(messages::nesting_too_deep(span));
                self.deep = Some((self.at, self.open.len()));
            }
        }
        self.open.push(Open { kind, at: self.at });
        self.at += length;
    }

    /// A `)` or `]`. One that closes nothing is left to the grammar.
    fn close(&mut self, kind: Kind) {
        if self.open.last().is_some_and(|open| open.kind == kind) {
            self.pop_to(self.open.len().saturating_sub(1), 1);
        } else {
            self.at += 1;
        }
    }

    /// A `}`. It closes a brace or an interpolation, whatever else has been left open in between.
    fn close_brace(&mut self) {
        let opener = self
            .open
            .iter()
            .rposition(|open| !matches!(open.kind, Kind::Paren | Kind::Bracket));
        match opener {
            Some(index) => self.pop_to(index, 1),
            None => self.at += 1,
        }
    }

    /// Closes everything above `index`, with a closer of that many bytes.
    fn pop_to(&mut self, index: usize, length: usize) {
        for open in self.open.drain(index.min(self.open.len())..) {
            match open.kind {
                Kind::Line => self.lines = self.lines.saturating_sub(1),
                Kind::Block => {}
                _ => self.depth = self.depth.saturating_sub(1),
            }
            if open.kind == Kind::Brace {
                self.braces.push((open.at, self.at));
            }
        }
        self.at += length;
        if let Some((start, before)) = self.deep
            && self.open.len() <= before
        {
            self.deep = None;
            self.unread.push(start..self.at);
        }
    }

    fn line_break(&mut self) {
        self.end_of_line();
        self.at += 1;
        if self.deep.is_some()
            && self.begins_item()
            && !self.open.iter().any(|open| open.kind.is_string())
        {
            self.at -= 1;
            self.pop_to(0, 0);
            self.at += 1;
        }
    }

    /// Whether an item begins here, so that nothing that is still open will be closed.
    fn begins_item(&self) -> bool {
        const ITEMS: [&str; 7] = [
            "import ",
            "from ",
            "const ",
            "type ",
            "artifact ",
            "component ",
            "pipeline ",
        ];
        ITEMS.iter().any(|word| self.follows(word))
    }

    /// Reports a string that the line leaves open.
    fn end_of_line(&mut self) {
        if self.lines == 0 {
            return;
        }
        let string = self.open.iter().position(|open| open.kind == Kind::Line);
        if let Some(index) = string {
            let end = if self.at > 0 && self.text.as_bytes().get(self.at - 1) == Some(&b'\r') {
                self.at - 1
            } else {
                self.at.min(self.text.len())
            };
            self.unterminated_open(index, end, "\"");
            self.pop_to(index, 0);
        }
    }

    fn end_of_file(&mut self) {
        let end = self.text.len();
        let string = self.open.iter().position(|open| open.kind.is_string());
        match (string, self.deep) {
            (Some(index), None) => {
                let start = self.open.get(index).map_or(end, |open| open.at);
                // A string in it that has no end has taken its closing quotes.
                if self.unread.iter().any(|range| range.start > start) {
                    self.unread.push(start..end);
                } else {
                    self.unterminated_open(index, end, "\"\"\"");
                }
            }
            (Some(index), Some((start, before))) => {
                let string = self.open.get(index).map_or(start, |open| open.at);
                let start = if index < before { string } else { start };
                self.unread.push(start..end);
            }
            (None, Some((start, _))) => self.unread.push(start..end),
            (None, None) => {}
        }
    }

    fn unterminated_open(&mut self, index: usize, end: usize, quotes: &'static str) {
        let Some(string) = self.open.get(index).map(|open| open.at) else {
            return;
        };
        let interpolation = self
            .open
            .get(index + 1)
            .map(|open| self.span(open.at..open.at + 2));
        self.unterminated(string..end, quotes, interpolation);
    }

    fn unterminated(
        &mut self,
        range: Range<usize>,
        quotes: &'static str,
        interpolation: Option<Span>,
    ) {
        let raw = usize::from(self.text.as_bytes().get(range.start) == Some(&b'r'));
        let opening = self.span(range.start..range.start + raw + quotes.len());
        self.report(messages::unterminated_string(
            opening,
            quotes,
            interpolation,
        ));
        self.unread.push(range);
    }

    /// Reports, unless the place is within something that has been reported.
    fn report(&mut self, diagnostic: crate::Diagnostic) {
        if self.deep.is_none() {
            self.diagnostics.push(diagnostic);
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.base + range.start, self.base + range.end)
    }
}
