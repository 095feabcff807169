//! Attributes and statements.

use super::block::is_event;
use super::core::{Parser, Read, Reported};
use super::list::Separator;
use crate::ast::{
    Attribute, AttributeValue, BinaryOperator, Body, Doc, Expr, ExprKind, Ident, Let, LetValue,
    Run, Statement, Volume, With,
};
use crate::diagnostics;
use crate::expected::Expected;
use crate::token::TokenKind;

/// The words that begin a statement and are not names there.
const STATEMENTS: [&str; 4] = ["on", "repeat", "yield", "return"];

impl Parser<'_> {
    // ------------------------------------------------------------------------------------- attributes

    /// The attributes between braces.
    pub(super) fn attributes(&mut self) -> Read<Body<Attribute>> {
        self.body(Self::attribute_in_block, |_| None, false)
    }

    fn attribute_in_block(&mut self) -> Read<Attribute> {
        self.no_documentation()?;
        let start = self.start();
        let word = self.word();
        if matches!(self.kind(), TokenKind::Let | TokenKind::If | TokenKind::For)
            || STATEMENTS.contains(&word) && self.begins_statement(word)
        {
            return Err(self.report(diagnostics::statement_in_attributes(self.here(), word)));
        }
        self.could_be(Expected::Attribute);
        if !self.at(TokenKind::Name) {
            return Err(self.unexpected());
        }
        let name = self.attribute_name();
        if self.at(TokenKind::OpenParen) {
            return Err(self.report(diagnostics::call_in_attributes(self.here(), &name)));
        }
        self.attribute(start, name)
    }

    /// Whether the word that is next can only begin a statement.
    fn begins_statement(&self, word: &str) -> bool {
        match word {
            "on" => is_event(self.peek_text(1)),
            "repeat" => self.peek_text(1) == "max",
            _ => !matches!(
                self.peek(1),
                TokenKind::Assign | TokenKind::OpenBrace | TokenKind::String | TokenKind::RawString
            ),
        }
    }

    /// The name of an attribute. One with hyphens is reported, and taken as if it had underscores.
    fn attribute_name(&mut self) -> Ident {
        let Some((hyphenated, span)) = self.hyphenated_name() else {
            return self.take_name();
        };
        self.report(diagnostics::hyphenated_name(span, hyphenated));
        self.take_until(span.end as usize);
        let name = hyphenated.replace('-', "_");
        Ident { name, span }
    }

    /// What follows the name of an attribute, with its comma.
    fn attribute(&mut self, start: usize, name: Ident) -> Read<Attribute> {
        let mut label = None;
        let value = if self.kind().begins_string() && !self.on_new_line() {
            let text = self.expr_string("a label")?;
            if self.at(TokenKind::OpenBrace) {
                label = Some(text);
                AttributeValue::Block(self.attributes()?)
            } else {
                self.report(diagnostics::missing_assign(text.span, &name));
                let span = text.span;
                AttributeValue::Value(Expr::new(ExprKind::String(text), span))
            }
        } else if self.at(TokenKind::String) || self.at(TokenKind::RawString) {
            label = Some(self.plain_string("a label")?);
            AttributeValue::Block(self.attributes()?)
        } else if self.at(TokenKind::OpenBrace) {
            AttributeValue::Block(self.attributes()?)
        } else {
            self.could_be(Expected::OpenBrace);
            self.assign()?;
            AttributeValue::Value(self.expr()?)
        };
        let span = self.span_from(start);
        self.take(TokenKind::Comma);
        Ok(Attribute {
            name,
            label,
            value,
            span,
        })
    }

    /// The equals sign before a value. A colon or `==` in its place is reported and taken for it.
    pub(super) fn assign(&mut self) -> Read<()> {
        if self.take(TokenKind::Assign) {
            return Ok(());
        }
        let replaces = match self.kind() {
            TokenKind::Colon | TokenKind::Equal => self.begins_expr(1),
            TokenKind::Foreign => self.word() == ":=" && self.begins_expr(1),
            _ => false,
        };
        let reported = self.unexpected();
        if replaces {
            self.bump();
            return Ok(());
        }
        Err(reported)
    }

    /// Documentation has to be above something that can have it.
    fn no_documentation(&mut self) -> Read<()> {
        if self.at(TokenKind::Doc) {
            let span = self.here();
            let found = self.found();
            self.report(diagnostics::misplaced_documentation(span, &found));
            while self.at(TokenKind::Doc) {
                self.bump();
            }
            if matches!(self.kind(), TokenKind::CloseBrace | TokenKind::End) {
                return Err(Reported);
            }
        }
        Ok(())
    }

    // ------------------------------------------------------------------------------------- statements

    /// The statements between braces.
    pub(super) fn statements(&mut self) -> Read<Body<Statement>> {
        self.body(
            Self::statement,
            |broken| Some(Statement::Error(broken)),
            true,
        )
    }

    fn statement(&mut self) -> Read<Statement> {
        let doc = self.doc();
        let start = self.start();
        let word = self.word();
        match self.kind() {
            TokenKind::Let => return self.let_binding(doc).map(Statement::Let),
            TokenKind::Name if word == "volume" && self.peek(1) == TokenKind::Name => {
                return self.volume(doc).map(Statement::Volume);
            }
            _ if doc.is_some() => {
                self.report(diagnostics::misplaced_documentation(
                    self.here(),
                    &self.found(),
                ));
                if matches!(self.kind(), TokenKind::CloseBrace | TokenKind::End) {
                    return Err(Reported);
                }
            }
            _ => {}
        }
        match self.kind() {
            TokenKind::If | TokenKind::For => self.block().map(Statement::Block),
            TokenKind::Else => Err(self.report(diagnostics::else_without_if(self.here()))),
            TokenKind::Name => self.statement_word(word, start),
            kind if self.begins_expr(0) && kind != TokenKind::OpenBrace => {
                self.expr()?;
                Err(self.useless(start))
            }
            _ => {
                self.could_be(Expected::Statement);
                Err(self.unexpected())
            }
        }
    }

    /// A statement that begins with a name.
    fn statement_word(&mut self, word: &str, start: usize) -> Read<Statement> {
        let next = self.peek(1);
        match word {
            "repeat"
                if matches!(next, TokenKind::OpenBrace | TokenKind::Int)
                    || self.peek_text(1) == "max" && next == TokenKind::Name =>
            {
                return self.block().map(Statement::Block);
            }
            "on" if next == TokenKind::Name
                && (is_event(self.peek_text(1)) || !self.peek_on_new_line(1)) =>
            {
                return self.on_block().map(Statement::On);
            }
            "yield" if next != TokenKind::Assign => {
                return self.leave_with().map(Statement::Yield);
            }
            "return" if next != TokenKind::Assign => {
                return self.leave_with().map(Statement::Return);
            }
            _ => {}
        }
        match next {
            TokenKind::Assign
            | TokenKind::OpenBrace
            | TokenKind::String
            | TokenKind::RawString
            | TokenKind::StringHead
            | TokenKind::Unterminated
            | TokenKind::Colon => {
                let name = self.take_name();
                self.could_be(Expected::OpenParen);
                self.attribute(start, name).map(Statement::Attribute)
            }
            TokenKind::OpenParen | TokenKind::Dot => self.call(start).map(Statement::Call),
            _ if !self.on_new_line() && self.follows_number() => {
                let number = self.span(self.end, self.start());
                Err(self.report(diagnostics::spaced_unit(self.here(), word, number)))
            }
            _ if self.peek_on_new_line(1) || self.peek_continues(1) => {
                self.expr()?;
                Err(self.useless(start))
            }
            _ => {
                self.bump();
                self.could_be(Expected::Assign);
                self.could_be(Expected::OpenBrace);
                self.could_be(Expected::OpenParen);
                Err(self.unexpected())
            }
        }
    }

    /// Reports an expression from `start` to here that is not a statement.
    fn useless(&mut self, start: usize) -> Reported {
        if self.reports > self.begun_with || self.is_known() {
            return Reported;
        }
        let span = self.span_from(start);
        self.report(diagnostics::expression_as_statement(span))
    }

    /// A call as a statement.
    fn call(&mut self, start: usize) -> Read<Run> {
        let value = self.expr()?;
        if !is_plain_call(&value) {
            if matches!(value.kind, ExprKind::Error) {
                return Err(Reported);
            }
            if let ExprKind::Binary {
                operator: BinaryOperator::FloorDivide,
                operator_span,
                ..
            } = value.kind
            {
                return Err(self.report(diagnostics::slash_comment(operator_span)));
            }
            return Err(self.useless(start));
        }
        let run = self.run(value)?;
        if self.at(TokenKind::Comma) || self.word() == ";" {
            self.report(diagnostics::needless_separator(self.here(), self.word()));
            self.bump();
        }
        Ok(run)
    }

    fn let_binding(&mut self, doc: Option<Doc>) -> Read<Let> {
        let start = self.start();
        self.bump();
        let name = self.defined_name()?;
        if self.at(TokenKind::Colon) {
            self.type_of_value()?;
        }
        self.assign()?;
        let is_block = match self.kind() {
            TokenKind::If | TokenKind::For => true,
            TokenKind::Name => {
                self.word() == "repeat"
                    && (self.peek_text(1) == "max" && self.peek(1) == TokenKind::Name
                        || self.peek(1) == TokenKind::OpenBrace)
            }
            _ => false,
        };
        let value = if is_block {
            LetValue::Block(self.block()?)
        } else {
            let value = self.expr()?;
            LetValue::Run(self.run(value)?)
        };
        let span = self.span_from(start);
        if self.word() == ";" {
            self.report(diagnostics::needless_separator(self.here(), self.word()));
            self.bump();
        }
        Ok(Let {
            doc,
            name,
            value,
            span,
        })
    }

    /// `: type` after the name of a `let` or `const`, which has no place there.
    pub(super) fn type_of_value(&mut self) -> Read<()> {
        let start = self.end;
        let colon = self.here();
        self.could_be(Expected::Assign);
        self.bump();
        let diagnostic = match self.peek(0) {
            TokenKind::Name | TokenKind::OpenBrace => {
                self.type_expr()?;
                diagnostics::type_of_value(colon, Some(self.span_from(start)))
            }
            _ => diagnostics::type_of_value(colon, None),
        };
        self.report(diagnostic);
        Ok(())
    }

    /// Adds the suffixes that follow to a value.
    fn run(&mut self, value: Expr) -> Read<Run> {
        let start = value.span.start as usize;
        let mut after: Vec<Ident> = Vec::new();
        let mut with = None;
        while self.at(TokenKind::Name) {
            let keyword = self.here();
            match self.word() {
                "after" if self.at_after() => {
                    if !after.is_empty() {
                        self.report(diagnostics::repeated_suffix(keyword, "after"));
                    }
                    self.bump();
                    self.after_name(&mut after)?;
                    while self.take(TokenKind::Comma) {
                        self.after_name(&mut after)?;
                    }
                }
                "with" if self.peek(1) == TokenKind::OpenBrace => {
                    if with.is_some() {
                        self.report(diagnostics::repeated_suffix(keyword, "with"));
                    }
                    let start = self.start();
                    self.bump();
                    let attributes = self.attributes()?;
                    let span = self.span_from(start);
                    with = Some(With { attributes, span });
                }
                _ => break,
            }
        }
        Ok(Run {
            span: self.span_from(start),
            value,
            after,
            with,
        })
    }

    /// Whether `after` is a suffix here: a name follows that no equals sign follows, or it cannot be anything else.
    fn at_after(&self) -> bool {
        match self.peek(1) {
            TokenKind::Name => self.peek(2) != TokenKind::Assign,
            TokenKind::Assign | TokenKind::OpenBrace | TokenKind::OpenParen | TokenKind::Dot => {
                false
            }
            kind if kind.begins_string() => {
                !self.on_new_line() && self.peek(2) != TokenKind::OpenBrace
            }
            _ => !self.on_new_line(),
        }
    }

    /// One name of `after`. A call or a text in its place is reported.
    fn after_name(&mut self, names: &mut Vec<Ident>) -> Read<()> {
        if self.kind().begins_string() {
            let span = self.here();
            let text = self.expr_string("a name")?;
            self.report(diagnostics::text_after(span, text.plain()));
            return Ok(());
        }
        let start = self.start();
        if self.take_hyphenated() {
            return Ok(());
        }
        let name = self.name()?;
        if self.at(TokenKind::OpenParen) {
            self.list(
                TokenKind::OpenParen,
                TokenKind::CloseParen,
                Separator::Comma,
                Self::argument,
            )?;
            let span = self.span_from(start);
            self.report(diagnostics::call_after(span, &name));
            return Ok(());
        }
        if self.at(TokenKind::Assign) {
            return Err(self.unexpected_alone());
        }
        names.push(name);
        Ok(())
    }

    fn volume(&mut self, doc: Option<Doc>) -> Read<Volume> {
        let start = self.start();
        self.bump();
        let name = self.defined_name()?;
        self.assign()?;
        let value = self.expr()?;
        Ok(Volume {
            doc,
            name,
            value,
            span: self.span_from(start),
        })
    }
}

/// Whether an expression is a call of a name, or of a name of an imported file.
fn is_plain_call(value: &Expr) -> bool {
    let ExprKind::Call { callee, .. } = &value.kind else {
        return false;
    };
    let mut base = callee;
    while let ExprKind::Field { base: inner, .. } = &base.kind {
        if base.parentheses > 0 {
            return false;
        }
        base = inner;
    }
    value.parentheses == 0 && base.parentheses == 0 && matches!(base.kind, ExprKind::Name(_))
}
