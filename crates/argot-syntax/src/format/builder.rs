//! Steps through the tokens of a file while its tree is walked.
//!
//! Every token is printed when the walk reaches it, together with all comments before it, so no comment is lost. Commas
//! are skipped, since each kind of list prints its own.

use super::block;
use super::doc::{BlockString, Doc, Mark, Op, columns, narrow};
use crate::token::{TokenKind, Tokens};
use crate::{Source, Span};

/// What is being printed.
pub(super) struct Builder<'a> {
    pub(super) source: &'a Source,
    tokens: &'a Tokens,
    /// The index of the next token, which may be a blank or a comment.
    at: usize,
    pub(super) doc: Doc<'a>,
    /// How many levels deep lines are.
    pub(super) level: usize,
}

/// What is before a token.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    /// Whether comments are, which have been printed.
    pub(super) comments: bool,
    /// Whether a blank line is, directly before the token.
    pub(super) blank: bool,
    /// Whether a blank line is, be it before a comment.
    pub(super) any_blank: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a Source, tokens: &'a Tokens) -> Self {
        Self {
            source,
            tokens,
            at: 0,
            doc: Doc::default(),
            level: 0,
        }
    }

    // ---------------------------------------------------------------------------------------- looking

    /// The index of the next token that is printed.
    fn next(&self) -> usize {
        let mut index = self.at;
        while is_passed(self.tokens.kind(index)) {
            index += 1;
        }
        index
    }

    /// The kind of the next token that is printed.
    pub(super) fn kind(&self) -> TokenKind {
        self.tokens.kind(self.next())
    }

    /// Whether there is a comment before the next token.
    pub(super) fn has_comment(&self) -> bool {
        (self.at..self.next()).any(|index| self.tokens.kind(index) == TokenKind::Comment)
    }

    /// Whether there is a line break before the next token.
    pub(super) fn breaks(&self) -> bool {
        (self.at..self.next()).any(|index| self.tokens.kind(index) == TokenKind::LineBreak)
    }

    /// Whether the bracket that is next is directly followed by another one on its line.
    pub(super) fn is_hugged(&self) -> bool {
        let after = self.next() + 1;
        let inner = match self.tokens.kind(after) {
            TokenKind::Space => after + 1,
            _ => after,
        };
        matches!(
            self.tokens.kind(inner),
            TokenKind::OpenBracket | TokenKind::OpenBrace
        )
    }

    /// How many spaces are before the next token, one if a line ends there. `None` if a comment is there.
    pub(super) fn spaces(&self) -> Option<usize> {
        match self.next() - self.at {
            _ if self.has_comment() => None,
            1 if self.tokens.kind(self.at) == TokenKind::Space => {
                Some(self.source.slice(self.tokens.span(self.at)).len())
            }
            count => Some(count.min(1)),
        }
    }

    /// Whether there is a line break between two places.
    pub(super) fn breaks_between(&self, start: u32, end: u32) -> bool {
        let text = self.source.text().get(start as usize..end as usize);
        text.is_some_and(|text| text.contains('\n'))
    }

    // --------------------------------------------------------------------------------------- printing

    pub(super) fn text(&mut self, text: &'a str) {
        self.doc.push(Op::Text(text));
    }

    pub(super) fn space(&mut self) {
        self.doc.push(Op::Space);
    }

    pub(super) fn line(&mut self, spaced: bool) {
        self.doc.push(Op::Line { spaced });
    }

    pub(super) fn hard(&mut self, blank: bool) {
        let deeper = false;
        self.doc.push(Op::Hard { blank, deeper });
    }

    pub(super) fn indent(&mut self) {
        self.level += 1;
        self.doc.push(Op::Indent);
    }

    pub(super) fn dedent(&mut self) {
        self.level -= 1;
        self.doc.push(Op::Dedent);
    }

    pub(super) fn group(&mut self) -> Mark {
        self.doc.open()
    }

    /// The next token.
    pub(super) fn token(&mut self) {
        self.stray_comments();
        self.take();
    }

    /// The next token, with a space before it.
    pub(super) fn spaced_token(&mut self) {
        self.space();
        self.token();
    }

    fn take(&mut self) {
        let span = self.tokens.span(self.at);
        self.text(self.source.slice(span));
        self.at += 1;
    }

    /// A number, with its sign.
    pub(super) fn number(&mut self) {
        if self.kind() == TokenKind::Minus {
            self.token();
        }
        self.token();
    }

    /// A string.
    pub(super) fn string(&mut self, span: Span) {
        self.stray_comments();
        let text = self.source.slice(span);
        let end = self.tokens.index_at(span.end);
        if text.contains('\n') {
            let moves = !self.has_lines_inside(end);
            self.doc.push(Op::Block(BlockString {
                text,
                moves,
                indentation: block::indentation(text).filter(|_| moves),
            }));
        } else {
            self.text(text);
        }
        self.at = end;
    }

    /// Whether an interpolation of the string that is next, and ends at `end`, takes several lines: those are not lines
    /// of the string's text.
    fn has_lines_inside(&self, end: usize) -> bool {
        let mut depth = 0_usize;
        for index in self.at..end {
            let kind = self.tokens.kind(index);
            let is_text = match kind {
                TokenKind::String | TokenKind::RawString | TokenKind::StringHead => depth == 0,
                TokenKind::StringMiddle | TokenKind::StringTail => depth == 1,
                _ => false,
            };
            if !is_text && self.source.slice(self.tokens.span(index)).contains('\n') {
                return true;
            }
            match kind {
                TokenKind::StringHead => depth += 1,
                TokenKind::StringTail => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        false
    }

    // --------------------------------------------------------------------------------------- comments

    /// The comments before the next token, which begins a line after them. Blank lines are kept, but for one right
    /// here unless `blank`.
    pub(super) fn comments(&mut self, mut blank: bool) -> Before {
        let mut before = Before::default();
        let mut begins_line = self.at == 0;
        let mut is_blank = false;
        while is_passed(self.tokens.kind(self.at)) {
            match self.tokens.kind(self.at) {
                TokenKind::LineBreak => {
                    let text = self.source.slice(self.tokens.span(self.at));
                    begins_line = true;
                    is_blank |= blank && text.bytes().filter(|byte| *byte == b'\n').count() > 1;
                }
                TokenKind::Comment => {
                    if begins_line {
                        self.hard(is_blank);
                        self.comment();
                        before.any_blank |= is_blank;
                        blank = true;
                        is_blank = false;
                    } else {
                        self.trailing_comment();
                    }
                    before.comments = true;
                }
                _ => {}
            }
            self.at += 1;
        }
        before.blank = is_blank;
        before.any_blank |= is_blank;
        before
    }

    /// Comments where none are expected. The line goes on below them.
    fn stray_comments(&mut self) {
        let deeper = true;
        let blank = false;
        let mut begins_line = self.at == 0;
        while is_passed(self.tokens.kind(self.at)) {
            match self.tokens.kind(self.at) {
                TokenKind::LineBreak => begins_line = true,
                TokenKind::Comment => {
                    if begins_line {
                        self.doc.push(Op::Hard { blank, deeper });
                        self.comment();
                    } else {
                        self.trailing_comment();
                    }
                    self.doc.push(Op::Hard { blank, deeper });
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn comment(&mut self) {
        let span = self.tokens.span(self.at);
        self.text(self.source.slice(span).trim_end());
    }

    fn trailing_comment(&mut self) {
        let span = self.tokens.span(self.at);
        let text = self.source.slice(span).trim_end();
        let before = self.source.text().get(..span.start as usize);
        let line = before.and_then(|text| text.rsplit('\n').next());
        let column = narrow(columns(line.unwrap_or_default()));
        self.doc.push(Op::Comment { text, column });
    }

    /// The lines of documentation before the next token, and the comments among them.
    pub(super) fn docs(&mut self) {
        while self.kind() == TokenKind::Doc {
            self.comments_of_doc();
            let span = self.tokens.span(self.at);
            self.text(self.source.slice(span).trim_end());
            self.at += 1;
            self.comments_of_doc();
            self.hard(false);
        }
    }

    fn comments_of_doc(&mut self) {
        if self.comments(false).comments {
            self.hard(false);
        }
    }
}

/// Whether a token is skipped: what is blank, comments, and commas.
fn is_passed(kind: TokenKind) -> bool {
    kind.is_trivia() || kind == TokenKind::Comma
}
