//! What is in brackets: lists with commas, and bodies in braces.

use super::core::{Parser, Read, Reported};
use crate::ast::{Body, Broken};
use crate::diagnostics;
use crate::token::TokenKind;

/// What may separate the elements of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// A comma.
    Comma,
    /// A comma, or a line break.
    CommaOrLine,
    /// A comma. An arrow shows that the closing bracket is missing.
    CommaBeforeArrow,
}

impl Parser<'_> {
    /// A list from its opening to its closing bracket. What cannot be read of an element is skipped.
    pub(super) fn list<T>(
        &mut self,
        open: TokenKind,
        close: TokenKind,
        separator: Separator,
        mut read: impl FnMut(&mut Self) -> Read<T>,
    ) -> Read<Vec<T>> {
        let opening = self.here();
        self.expect(open)?;
        let depth = self.depth;
        let around = self.open(opening);
        let is_in_doubt = self.doubt;
        let mut has_skipped = false;
        let mut items: Vec<T> = Vec::new();
        while !self.take(close) {
            if items.capacity() == 0 {
                // Less than a kilobyte at first: from there on, allocators take longer.
                items.reserve_exact((1000 / size_of::<T>()).clamp(1, 4));
            }
            let skips = self.skips;
            self.doubt = is_in_doubt || has_skipped && self.on_new_line();
            self.follows_skipped = has_skipped;
            let item = read(self);
            self.open(opening);
            match item {
                Ok(item) => items.push(item),
                Err(reported) => {
                    self.depth = depth;
                    if !self.skip_element(close) {
                        return Err(reported);
                    }
                }
            }
            has_skipped = self.skips > skips;
            if self.is_torn_since(opening) {
                return Err(Reported);
            }
            if self.at(close) || self.take(TokenKind::Comma) || self.past_torn_line() {
                continue;
            }
            if separator == Separator::CommaOrLine && self.separates_entries() {
                continue;
            }
            self.take(close);
            if separator == Separator::CommaBeforeArrow && self.at(TokenKind::Arrow) {
                let gap = self.span(self.end, self.end);
                self.report(diagnostics::missing_paren(self.here(), opening, gap));
                break;
            }
            let reported = self.unexpected_in();
            if !self.skip_element(close) {
                return Err(reported);
            }
            self.take(TokenKind::Comma);
        }
        self.open(around);
        self.doubt = is_in_doubt;
        Ok(items)
    }

    /// Whether another entry of a record is next. One on the same line lacks a comma, which is reported.
    fn separates_entries(&mut self) -> bool {
        if self.on_new_line() || self.at(TokenKind::Doc) {
            return true;
        }
        let is_entry = self.kind().is_word()
            || matches!(self.kind(), TokenKind::String | TokenKind::RawString);
        if is_entry {
            let gap = self.span(self.end, self.end);
            self.report(diagnostics::missing_comma(self.here(), gap));
        }
        is_entry
    }

    /// What is between a pair of braces. Unreadable parts are skipped, and kept if `broken` makes something of it.
    /// `has_statements` says whether it holds statements; if not, they show where a closing brace is missing.
    pub(super) fn body<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Read<T>,
        broken: impl Fn(Broken) -> Option<T>,
        has_statements: bool,
    ) -> Read<Body<T>> {
        let outer = self.enter()?;
        let start = self.start();
        let opening = self.here();
        self.expect(TokenKind::OpenBrace)?;
        let depth = self.depth;
        let mut items = Vec::new();
        loop {
            let begin = self.start();
            self.begin();
            match self.kind() {
                TokenKind::CloseBrace => {
                    self.closes(opening, self.here());
                    self.bump();
                    break;
                }
                TokenKind::End => {
                    self.missing_brace(opening);
                    break;
                }
                TokenKind::Let | TokenKind::If | TokenKind::For
                    if !has_statements && self.is_left_of(opening) =>
                {
                    self.missing_brace(opening);
                    break;
                }
                TokenKind::Doc if self.is_item_below() => {
                    self.missing_brace(opening);
                    break;
                }
                TokenKind::Name if self.is_item_head() => {
                    if self.is_outermost() {
                        self.missing_brace(opening);
                        break;
                    }
                    self.item_in_body();
                    self.skip_statement(begin);
                    items.extend(broken(self.broken(begin)));
                    continue;
                }
                _ => {}
            }
            let height = self.height;
            let reports = self.reports;
            match read(self) {
                Ok(item) => {
                    items.push(item);
                    // The rest of a line with an error is most likely part of it.
                    if self.reports > reports && !self.on_new_line() {
                        self.skip_statement(begin);
                    }
                }
                Err(_) => {
                    self.depth = depth;
                    self.height = height;
                    self.skip_statement(begin);
                    items.extend(broken(self.broken(begin)));
                }
            }
        }
        self.leave(outer, 1)?;
        let braces = self.span_from(start);
        Ok(Body { items, braces })
    }

    /// Reports that an item begins inside of a body, and takes its keyword and name.
    fn item_in_body(&mut self) {
        self.report(diagnostics::item_in_body(self.here(), self.word()));
        self.bump();
        if self.at(TokenKind::Name) {
            // It defines its name here, for all that is known.
            let _ = self.defined_name();
        }
    }
}
