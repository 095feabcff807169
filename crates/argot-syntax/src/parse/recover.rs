//! Recovery: where something else begins, and how to get there.

use super::core::{ITEMS, Parser};
use crate::Span;
use crate::diagnostics;
use crate::token::TokenKind;

impl Parser<'_> {
    /// Whether an item begins at the start of the line here, whatever is open.
    pub(super) fn at_item_line(&self) -> bool {
        self.on_new_line() && self.is_item_head()
    }

    /// Whether the next tokens can only begin an item: a keyword and the name or path after it.
    pub(super) fn is_item_head(&self) -> bool {
        if !self.at(TokenKind::Name) {
            return false;
        }
        let word = self.word();
        if !ITEMS.contains(&word) || self.peek_on_new_line(1) {
            return false;
        }
        let next = self.peek(1);
        match word {
            "import" | "from" => {
                let is_block = next.begins_string() && self.peek(2) == TokenKind::OpenBrace;
                (next.begins_string() && !is_block) || next == TokenKind::Name
            }
            _ if next.is_reserved() => matches!(
                self.peek(2),
                TokenKind::Assign | TokenKind::Colon | TokenKind::OpenParen
            ),
            _ if next == TokenKind::Name => {
                // A name that one of these words follows may be an expression too.
                let is_suffix = matches!(self.peek_text(1), "as" | "after" | "with" | "parallel");
                !is_suffix
                    || matches!(
                        self.peek(2),
                        TokenKind::Assign | TokenKind::Colon | TokenKind::OpenParen
                    )
            }
            _ => false,
        }
    }

    /// Whether documentation is next that an item at the beginning of a line follows.
    pub(super) fn is_item_below(&self) -> bool {
        let mut index = self.at;
        while self.tokens.kind(index) == TokenKind::Doc {
            index = self.after(index);
        }
        let is_name = |index| self.tokens.kind(index) == TokenKind::Name;
        is_name(index)
            && ITEMS.contains(&self.text_of(index))
            && self.begins_line(self.tokens.start(index))
            && is_name(self.after(index))
    }

    /// Whether a statement or an attribute may begin here, at the start of a line.
    fn at_statement_line(&self) -> bool {
        if !self.on_new_line() {
            return false;
        }
        match self.kind() {
            TokenKind::Doc | TokenKind::Let | TokenKind::If | TokenKind::For => true,
            TokenKind::Name => match self.word() {
                "until" => false,
                "after" => self.peek(1) != TokenKind::Name,
                "with" => self.peek(1) != TokenKind::OpenBrace,
                _ => true,
            },
            _ => false,
        }
    }

    /// Skips what cannot be read, up to the next line that begins a statement, a closing brace, or an item.
    ///
    /// `start` is where the statement begins.
    pub(super) fn skip_statement(&mut self, start: usize) {
        loop {
            match self.kind() {
                TokenKind::End | TokenKind::CloseBrace => return,
                _ if self.start() > start && self.at_statement_line() => return,
                _ if self.at_item_line() => return,
                _ => self.skip_group(),
            }
        }
    }

    /// Skips what cannot be read in brackets, up to a comma, the closing bracket, or where the statement has ended.
    /// Says whether the list goes on.
    pub(super) fn skip_element(&mut self, close: TokenKind) -> bool {
        self.skips += 1;
        loop {
            match self.kind() {
                TokenKind::Comma => return true,
                kind if kind == close => return true,
                TokenKind::End
                | TokenKind::CloseParen
                | TokenKind::CloseBracket
                | TokenKind::CloseBrace
                | TokenKind::StringMiddle
                | TokenKind::StringTail => return false,
                TokenKind::Let | TokenKind::If | TokenKind::For if self.on_new_line() => {
                    return false;
                }
                _ if self.at_item_line() => return false,
                _ if self.torn && self.on_new_line() => return true,
                _ => self.skip_group(),
            }
        }
    }

    /// Skips what cannot be read in brackets, the closing one included. Says whether there was one.
    pub(super) fn skip_past(&mut self, close: TokenKind) -> bool {
        while self.skip_element(close) {
            if self.at(close) {
                self.bump();
                return true;
            }
            if !self.at(TokenKind::Comma) {
                return false;
            }
            self.bump();
        }
        false
    }

    /// Skips a token, or brackets with their content. Brackets that nothing closes end where no expression can go
    /// on.
    pub(super) fn skip_group(&mut self) {
        let mut open: Vec<TokenKind> = Vec::new();
        loop {
            match self.kind() {
                TokenKind::OpenParen => open.push(TokenKind::CloseParen),
                TokenKind::OpenBracket => open.push(TokenKind::CloseBracket),
                TokenKind::OpenBrace => open.push(TokenKind::CloseBrace),
                TokenKind::StringHead => open.push(TokenKind::StringTail),
                kind @ (TokenKind::CloseParen
                | TokenKind::CloseBracket
                | TokenKind::CloseBrace
                | TokenKind::StringTail)
                    if !open.is_empty() =>
                {
                    match open.iter().rposition(|close| *close == kind) {
                        Some(index) => open.truncate(index),
                        // It closes something further out.
                        None if kind != TokenKind::StringTail => return,
                        None => {}
                    }
                }
                TokenKind::End => return,
                TokenKind::Let | TokenKind::If | TokenKind::For
                    if self.on_new_line()
                        && matches!(
                            open.last(),
                            Some(TokenKind::CloseParen | TokenKind::CloseBracket)
                        ) =>
                {
                    return;
                }
                _ if !open.is_empty() && self.at_item_line() => return,
                _ => {}
            }
            self.bump();
            if open.is_empty() {
                return;
            }
        }
    }

    /// Skips the rest of the line up to a `{`, and says whether there is one.
    pub(super) fn skip_to_body(&mut self) -> bool {
        while !self.on_new_line() {
            match self.kind() {
                TokenKind::OpenBrace => return true,
                TokenKind::End | TokenKind::CloseBrace => return false,
                TokenKind::OpenParen | TokenKind::OpenBracket => self.skip_group(),
                _ => self.bump(),
            }
        }
        false
    }

    /// Skips what cannot be read at the top level, up to the next line that begins an item.
    ///
    /// `start` is where the item begins.
    pub(super) fn skip_item(&mut self, start: usize) {
        while !self.at(TokenKind::End) {
            let is_start = self.at_item_line() || self.at(TokenKind::Doc) && self.on_new_line();
            if is_start && self.start() > start {
                return;
            }
            self.bump();
        }
    }

    // ----------------------------------------------------------------------------------------- braces

    /// Remembers a pair of braces whose closing one is further left than the line of the opening one: if a brace is
    /// missing, it is most likely that of this pair.
    pub(super) fn closes(&mut self, opening: Span, closing: Span) {
        if self.outdented.is_none()
            && self.on_new_line()
            && self.indentation(closing.start as usize) < self.indentation(opening.start as usize)
        {
            self.outdented = Some(opening);
        }
    }

    /// The brace that most likely lacks its closing one, if `opening` has none.
    fn unclosed(&mut self, opening: Span) -> Span {
        let suspect = self.outdented.take();
        suspect
            .filter(|suspect| suspect.start >= opening.start)
            .unwrap_or(opening)
    }

    /// Forgets the braces of the items before.
    pub(super) fn begin_item(&mut self) {
        self.begin();
        self.depth = 0;
        self.height = 0;
        self.outdented = None;
        self.missing_brace = None;
    }

    /// Reports that a body has no closing brace, once for all bodies that end here.
    pub(super) fn missing_brace(&mut self, opening: Span) {
        let at = self.start();
        if self.missing_brace.replace(at) != Some(at) && !std::mem::take(&mut self.torn) {
            let opening = self.unclosed(opening);
            let documentation = self.at;
            while self.at(TokenKind::Doc) {
                self.move_to(self.after(self.at));
            }
            self.report(diagnostics::unclosed(self.here(), opening, &self.found()));
            self.move_to(documentation);
        }
    }

    /// Whether the next token begins a line that is indented no more than the line of an opening brace.
    pub(super) fn is_left_of(&self, opening: Span) -> bool {
        self.on_new_line()
            && self.indentation(self.start()) <= self.indentation(opening.start as usize)
    }

    /// Whether the next token is at the beginning of its line.
    pub(super) fn is_outermost(&self) -> bool {
        self.begins_line(self.start())
    }

    fn begins_line(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_none_or(|before| self.text.as_bytes().get(before) == Some(&b'\n'))
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(0, |at| at + 1)
    }

    fn indentation(&self, at: usize) -> usize {
        let line = self.text.get(self.line_start(at)..).unwrap_or_default();
        line.len() - line.trim_start_matches([' ', '\t']).len()
    }
}
