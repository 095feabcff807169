//! The parser's place in the tokens, and how it reports and counts levels.

use std::collections::BTreeMap;

use crate::diagnostics::{self, Found, Place};
use crate::expected::{Expected, ExpectedSet};
use crate::token::{TokenKind, Tokens};
use crate::{Diagnostic, Diagnostics, FileId, MAX_NESTING, Source, Span};

/// An error that has been reported: what is being read has to be given up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reported;

/// The result of reading something, or a reported error.
pub(super) type Read<T> = Result<T, Reported>;

/// Where the parser is.
///
/// Every method consumes the tokens of the construct it is named after, and stops at the token after them.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) file: FileId,
    pub(super) tokens: &'a Tokens,
    /// The next token; never blank or a comment.
    pub(super) at: usize,
    /// What the next token is.
    pub(super) kind: TokenKind,
    /// Where the last token ends.
    pub(super) end: usize,
    /// What could have been the next token, as far as has been asked.
    pub(super) expected: ExpectedSet,
    /// How many levels are known to be around the next token.
    pub(super) depth: usize,
    /// How many levels what has been read holds, since the last level was entered.
    pub(super) height: usize,
    /// Whether the line has a string without an end: what seems to be missing may be in it.
    pub(super) torn: bool,
    /// Whether what is read now is in doubt, since what is above it could not be read: a bracket may be missing.
    pub(super) doubt: bool,
    /// Whether the element of a list above what is read now was skipped.
    pub(super) follows_skipped: bool,
    /// What was expected and what was found at the last error.
    pub(super) last_mismatch: Option<(ExpectedSet, TokenKind)>,
    /// How often elements of lists have been skipped.
    pub(super) skips: usize,
    /// Whether the rest of the statement is given up without a word.
    pub(super) quiet: bool,
    /// Where the name is that the item or statement that is being read defines.
    pub(super) defining: Option<Span>,
    /// The bracket of the list that is being read.
    pub(super) opening: Span,
    /// The last `//` of the statement.
    pub(super) slashes: Option<Span>,
    /// How many errors have been reported.
    pub(super) reports: usize,
    /// How many had been when the item or statement began.
    pub(super) begun_with: usize,
    /// Where a missing closing brace has been reported.
    pub(super) missing_brace: Option<usize>,
    /// The first pair of braces of the item whose closing brace is further left than the line of its opening one.
    pub(super) outdented: Option<Span>,
    /// Names with hyphens that have been reported where they are defined, and which finding that is.
    pub(super) hyphenated: BTreeMap<&'a str, usize>,
    /// How far the text has been searched for line breaks, and where the last one is.
    pub(super) searched: usize,
    pub(super) last_break: usize,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// The words that begin an item.
pub(super) const ITEMS: [&str; 7] = [
    "component",
    "pipeline",
    "const",
    "type",
    "artifact",
    "import",
    "from",
];

impl<'a> Parser<'a> {
    pub(super) fn new(
        source: &'a Source,
        tokens: &'a Tokens,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        let mut parser = Self {
            text: source.text(),
            file: source.id(),
            tokens,
            at: 0,
            kind: TokenKind::End,
            end: 0,
            expected: ExpectedSet::default(),
            depth: 0,
            height: 0,
            torn: false,
            doubt: false,
            follows_skipped: false,
            last_mismatch: None,
            begun_with: 0,
            skips: 0,
            quiet: false,
            defining: None,
            opening: Span::default(),
            slashes: None,
            reports: 0,
            missing_brace: None,
            outdented: None,
            hyphenated: BTreeMap::new(),
            searched: 0,
            last_break: 0,
            diagnostics,
        };
        parser.skip_trivia();
        parser
    }

    // ---------------------------------------------------------------------------------------- looking

    /// The kind of the next token.
    pub(super) fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Whether the next token is of that kind.
    pub(super) fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// The text of the next token.
    pub(super) fn word(&self) -> &'a str {
        self.text_of(self.at)
    }

    /// Whether the next token is that word, which may be a name elsewhere.
    pub(super) fn at_word(&self, word: &str) -> bool {
        self.at(TokenKind::Name) && self.word() == word
    }

    /// The index of the token after the token at `index`.
    pub(super) fn after(&self, mut index: usize) -> usize {
        loop {
            index += 1;
            if !self.tokens.kind(index).is_trivia() {
                return index;
            }
        }
    }

    /// The kind of the token that is `count` after the next one.
    pub(super) fn peek(&self, count: usize) -> TokenKind {
        self.tokens.kind(self.ahead(count))
    }

    /// The text of the token that is `count` after the next one.
    pub(super) fn peek_text(&self, count: usize) -> &'a str {
        self.text_of(self.ahead(count))
    }

    pub(super) fn ahead(&self, count: usize) -> usize {
        (0..count).fold(self.at, |index, _| self.after(index))
    }

    pub(super) fn text_of(&self, index: usize) -> &'a str {
        self.text_in(self.tokens.span(index))
    }

    pub(super) fn text_in(&self, span: Span) -> &'a str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// Where the next token begins.
    pub(super) fn start(&self) -> usize {
        self.tokens.start(self.at)
    }

    /// The place of the next token.
    pub(super) fn here(&self) -> Span {
        self.tokens.span(self.at)
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// The place from `start` to the end of the last token. If nothing was taken since `start`, it is empty, and in
    /// whatever is around it.
    pub(super) fn span_from(&self, start: usize) -> Span {
        self.span(start.min(self.end), self.end)
    }

    /// Whether the last token is a number without a unit.
    pub(super) fn follows_number(&self) -> bool {
        let before = self.word_before();
        before.is_some_and(|word| {
            word.bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
    }

    /// Whether a line break is before the next token.
    pub(super) fn on_new_line(&self) -> bool {
        self.breaks_before(self.at)
    }

    pub(super) fn breaks_before(&self, index: usize) -> bool {
        let mut index = index;
        while let Some(before) = index.checked_sub(1) {
            match self.tokens.kind(before) {
                TokenKind::LineBreak => return true,
                kind if kind.is_trivia() => index = before,
                _ => return false,
            }
        }
        true
    }

    /// Whether nothing is between the last token and the next one.
    pub(super) fn touches(&self) -> bool {
        self.end == self.start()
    }

    /// Whether the token that is `count` after the next one begins a line.
    pub(super) fn peek_on_new_line(&self, count: usize) -> bool {
        self.breaks_before(self.ahead(count))
    }

    /// Whether nothing is between the next token and the one after it.
    pub(super) fn touches_next(&self, count: usize) -> bool {
        let index = self.ahead(count);
        self.after(index) == index + 1
    }

    // ----------------------------------------------------------------------------------------- taking

    pub(super) fn skip_trivia(&mut self) {
        loop {
            self.kind = self.tokens.kind(self.at);
            if !self.kind.is_trivia() {
                break;
            }
            self.at += 1;
        }
    }

    /// Makes another token the next one, without taking those between.
    pub(super) fn move_to(&mut self, index: usize) {
        self.at = index;
        self.skip_trivia();
    }

    /// Takes the next token.
    pub(super) fn bump(&mut self) {
        if !self.at(TokenKind::End) {
            self.at += 1;
            self.end = self.tokens.start(self.at);
            self.skip_trivia();
        }
        self.expected = ExpectedSet::default();
    }

    /// Says what else the next token could have been.
    pub(super) fn could_be(&mut self, expected: Expected) {
        self.expected.add(expected);
    }

    /// Takes the next token if it is of that kind.
    pub(super) fn take(&mut self, kind: TokenKind) -> bool {
        let is_next = self.at(kind);
        if is_next {
            self.bump();
        } else if let Some(expected) = Expected::of(kind) {
            self.could_be(expected);
        }
        is_next
    }

    /// Takes a token of that kind.
    pub(super) fn expect(&mut self, kind: TokenKind) -> Read<()> {
        match self.take(kind) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    /// Takes a word that may be a name elsewhere.
    pub(super) fn expect_word(&mut self, word: &str, expected: Expected) -> Read<()> {
        if self.at_word(word) {
            self.bump();
            return Ok(());
        }
        self.could_be(expected);
        Err(self.unexpected())
    }

    // -------------------------------------------------------------------------------------- reporting

    /// Reports an error.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.diagnostics.push(diagnostic);
        self.reports += 1;
        Reported
    }

    /// Reports that the next token is none of those that could be here.
    pub(super) fn unexpected(&mut self) -> Reported {
        if self.is_known() {
            return Reported;
        }
        let diagnostic = diagnostics::mismatch(&self.place(), self.expected, &self.found());
        self.report(diagnostic)
    }

    /// Whether the reason why something else was found here has been reported: a string without an end, or a comment
    /// that was read as a division, which is reported now.
    pub(super) fn is_known(&mut self) -> bool {
        if self.quiet || self.doubt || std::mem::take(&mut self.torn) || self.tears_soon() {
            return true;
        }
        // The same again in the next element: a bracket is missing.
        let mismatch = Some((self.expected, self.kind()));
        if self.follows_skipped && self.last_mismatch == mismatch {
            return true;
        }
        self.last_mismatch = mismatch;
        let Some(slashes) = self.slashes.take() else {
            return false;
        };
        let between = self.text.get(slashes.start as usize..self.start());
        let is_comment = between.is_some_and(|text| !text.contains('\n') || self.on_new_line());
        if is_comment {
            self.report(diagnostics::slash_comment(slashes));
        }
        is_comment
    }

    /// Whether a string without an end is on this line: with other quotes missing, it may begin earlier than it seems.
    pub(super) fn tears_soon(&self) -> bool {
        /// How far to look, so that a long line with many errors is read in linear time.
        const MOST: usize = 100;
        (self.at..self.at + MOST)
            .map(|index| self.tokens.kind(index))
            .take_while(|kind| !matches!(kind, TokenKind::LineBreak | TokenKind::End))
            .any(|kind| kind == TokenKind::Unterminated)
    }

    /// Remembers a `//`, which may have been meant as a comment.
    pub(super) fn divides(&mut self, slashes: Span) {
        self.slashes = Some(slashes);
    }

    /// Remembers the bracket that is open now, and returns the one before.
    pub(super) fn open(&mut self, opening: Span) -> Span {
        std::mem::replace(&mut self.opening, opening)
    }

    /// Reports that the next token is none of those that could be here, while a bracket is open.
    pub(super) fn unexpected_in(&mut self) -> Reported {
        if self.is_known() {
            return Reported;
        }
        let diagnostic = diagnostics::mismatch(&self.place(), self.expected, &self.found());
        let opening = self.opening;
        let diagnostic = match self.breaks_since(opening) {
            true => diagnostic.also(opening, "this is open"),
            false => diagnostic,
        };
        self.report(diagnostic)
    }

    /// Reports that the next token cannot be here, whatever else could.
    pub(super) fn unexpected_alone(&mut self) -> Reported {
        self.expected = ExpectedSet::default();
        self.unexpected()
    }

    /// The next token, for a message.
    pub(super) fn place(&self) -> Place<'a> {
        let here = self.here();
        let span = match self.kind() {
            TokenKind::StringMiddle | TokenKind::StringTail => {
                self.span(self.start(), self.start() + 1)
            }
            _ => here,
        };
        Place {
            span,
            before: self.word_before(),
            is_spaced: !self.touches(),
        }
    }

    /// Whether the next token is on a later line than a bracket. What has been searched is not searched again, since
    /// every element of a list may be wrong.
    pub(super) fn breaks_since(&mut self, opening: Span) -> bool {
        let start = self.start();
        let text = self.text.get(self.searched..start).unwrap_or_default();
        if let Some(at) = text.rfind('\n') {
            self.last_break = self.searched + at;
        }
        self.searched = self.searched.max(start);
        self.last_break >= opening.end as usize
    }

    /// The last token if it is a word or a number on the same line.
    pub(super) fn word_before(&self) -> Option<&'a str> {
        let mut index = self.at.checked_sub(1)?;
        while self.tokens.kind(index).is_trivia() {
            if self.tokens.kind(index) == TokenKind::LineBreak {
                return None;
            }
            index = index.checked_sub(1)?;
        }
        let kind = self.tokens.kind(index);
        let is_word = kind.is_word()
            || matches!(
                kind,
                TokenKind::Int | TokenKind::Float | TokenKind::Unit | TokenKind::BadNumber
            );
        is_word.then(|| self.text_of(index))
    }

    /// What the next token is, for a message.
    pub(super) fn found(&self) -> Found<'a> {
        match self.kind() {
            TokenKind::End => Found::End,
            TokenKind::Doc => Found::Documentation,
            kind if kind.begins_string() => Found::String,
            TokenKind::StringMiddle | TokenKind::StringTail => Found::Text("}"),
            _ => Found::Text(self.word()),
        }
    }

    /// Remembers that the line has a string without an end.
    pub(super) fn tear(&mut self) {
        self.torn = true;
    }

    /// Whether the line had a string without an end, and the list goes on with the next one.
    pub(super) fn past_torn_line(&mut self) -> bool {
        let goes_on = self.torn
            && self.on_new_line()
            && !matches!(
                self.kind(),
                TokenKind::Let
                    | TokenKind::If
                    | TokenKind::For
                    | TokenKind::CloseParen
                    | TokenKind::CloseBracket
                    | TokenKind::CloseBrace
                    | TokenKind::End
            )
            && !self.at_item_line();
        goes_on && std::mem::take(&mut self.torn)
    }

    /// Whether the line of an opening bracket has a string without an end: its closing bracket is most likely in there.
    pub(super) fn is_torn_since(&self, opening: Span) -> bool {
        let between = self.text.get(opening.end as usize..self.end);
        self.torn && self.on_new_line() && between.is_some_and(|text| !text.contains('\n'))
    }

    /// Forgets that the line has a string without an end.
    pub(super) fn untear(&mut self) {
        self.torn = false;
    }

    /// Forgets what was wrong before.
    pub(super) fn begin(&mut self) {
        self.quiet = false;
        self.doubt = false;
        self.follows_skipped = false;
        self.begun_with = self.reports;
        self.torn = false;
        if self.on_new_line() {
            self.slashes = None;
        }
        self.defining = None;
    }

    // ---------------------------------------------------------------------------------------- nesting

    /// Goes one level deeper, and returns what [`leave`](Self::leave) needs.
    pub(super) fn enter(&mut self) -> Read<usize> {
        self.deeper()?;
        Ok(std::mem::take(&mut self.height))
    }

    /// Goes a level deeper within what has been entered.
    pub(super) fn deeper(&mut self) -> Read<()> {
        if self.depth >= MAX_NESTING {
            return Err(self.too_deep());
        }
        self.depth += 1;
        Ok(())
    }

    /// Goes back `levels` levels.
    ///
    /// Operators and postfixes count for what is before them too, so the depth of an operand is known only after the
    /// last of them: `height` is how many levels what has been read holds.
    pub(super) fn leave(&mut self, outer: usize, levels: usize) -> Read<()> {
        self.depth -= levels.min(self.depth);
        let height = self.height + levels;
        self.height = height.max(outer);
        match self.depth + height > MAX_NESTING {
            true => Err(self.too_deep()),
            false => Ok(()),
        }
    }

    pub(super) fn too_deep(&mut self) -> Reported {
        if self.is_known() {
            return Reported;
        }
        self.quiet = true;
        self.report(diagnostics::nesting_too_deep(self.here()))
    }
}
