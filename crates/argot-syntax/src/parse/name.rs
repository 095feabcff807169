//! Names, those with hyphens among them, and documentation.

use super::core::{Parser, Read};
use crate::ast::{Broken, Doc, Ident};
use crate::expected::Expected;
use crate::token::TokenKind;
use crate::{Edit, Span, diagnostics};

impl<'a> Parser<'a> {
    /// Takes a name.
    pub(super) fn name(&mut self) -> Read<Ident> {
        self.not_cut_short()?;
        if self.kind().is_reserved() && !self.on_new_line() {
            return Err(self.report(diagnostics::reserved_word(self.here(), self.word())));
        }
        if !self.at(TokenKind::Name) {
            self.could_be(Expected::Name);
            return Err(self.unexpected());
        }
        Ok(self.take_name())
    }

    /// Reports an item that begins in the middle of another one.
    pub(super) fn not_cut_short(&mut self) -> Read<()> {
        if self.at_item_line() && self.is_outermost() {
            return Err(self.report(diagnostics::item_cut_short(self.here(), self.word())));
        }
        Ok(())
    }

    /// Takes the next token as a name.
    pub(super) fn take_name(&mut self) -> Ident {
        let name = Ident {
            name: self.word().to_owned(),
            span: self.here(),
        };
        self.bump();
        name
    }

    /// Takes the name of what an item or statement defines.
    pub(super) fn defined_name(&mut self) -> Read<Ident> {
        let name = self.new_name()?;
        self.defining = Some(name.span);
        Ok(name)
    }

    /// Takes a name that is new here. One with hyphens is reported, and taken as one name from then on.
    pub(super) fn new_name(&mut self) -> Read<Ident> {
        let Some((hyphenated, span)) = self.hyphenated_name() else {
            return self.name();
        };
        if self.hyphenated.contains_key(hyphenated) {
            self.rename(hyphenated, span);
        } else {
            self.hyphenated.insert(hyphenated, self.diagnostics.len());
            self.report(diagnostics::hyphenated_name(span, hyphenated));
        }
        self.take_until(span.end as usize);
        let name = hyphenated.to_owned();
        Ok(Ident { name, span })
    }

    /// What has been read of something that is given up, from `start` to the last token.
    pub(super) fn broken(&mut self, start: usize) -> Broken {
        let name = self.defining.take().map(|span| Ident {
            name: self.text_in(span).to_owned(),
            span,
        });
        Broken {
            name,
            span: self.span_from(start),
        }
    }

    /// The names that are next with hyphens between them and nothing else.
    pub(super) fn hyphenated_name(&self) -> Option<(&'a str, Span)> {
        if self.tokens.kind(self.at + 1) != TokenKind::Minus {
            return None;
        }
        let mut index = self.at;
        while self.tokens.kind(index).is_word()
            && self.tokens.kind(index + 1) == TokenKind::Minus
            && self.tokens.kind(index + 2).is_word()
        {
            index += 2;
        }
        let span = self.span(self.start(), self.tokens.start(index + 1));
        (index > self.at).then(|| (self.text_in(span), span))
    }

    /// Takes a name with hyphens if one like it has been reported.
    pub(super) fn take_hyphenated(&mut self) -> bool {
        if self.hyphenated.is_empty() {
            return false;
        }
        let known = self.hyphenated_name();
        let known = known.filter(|(name, _)| self.hyphenated.contains_key(name));
        let Some((name, span)) = known else {
            return false;
        };
        self.rename(name, span);
        self.take_until(span.end as usize);
        true
    }

    /// Adds a use of a name with hyphens to the fix of its definition.
    fn rename(&mut self, name: &str, span: Span) {
        if let Some(index) = self.hyphenated.get(name) {
            let text = name.replace('-', "_");
            self.diagnostics.add_edit(*index, Edit { span, text });
        }
    }

    pub(super) fn take_until(&mut self, end: usize) {
        while self.start() < end && !self.at(TokenKind::End) {
            self.bump();
        }
    }

    /// The documentation that is next, if any.
    pub(super) fn doc(&mut self) -> Option<Doc> {
        if !self.at(TokenKind::Doc) {
            return None;
        }
        let start = self.start();
        let mut text = String::new();
        while self.at(TokenKind::Doc) {
            if self.end > start {
                text.push('\n');
            }
            let line = self.word();
            let line = line.strip_prefix("##").unwrap_or(line);
            text.push_str(line.strip_prefix(' ').unwrap_or(line).trim_end());
            self.bump();
        }
        let span = self.span_from(start);
        Some(Doc { text, span })
    }
}
