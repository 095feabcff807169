//! Blocks of pipelines: `if`, `for`, `repeat`, `on`, and what leaves them.

use super::core::{Parser, Read, Reported};
use crate::ast::{Arm, Block, BlockKind, Expr, ExprKind, Leave, On};
use crate::diagnostics;
use crate::expected::Expected;
use crate::token::TokenKind;

impl Parser<'_> {
    /// `if`, `for` or `repeat`, whichever is next.
    pub(super) fn block(&mut self) -> Read<Block> {
        let keyword = self.here();
        let kind = self.kind();
        self.bump();
        let kind = match kind {
            TokenKind::If => self.if_block()?,
            TokenKind::For => self.for_block()?,
            _ => self.repeat_block()?,
        };
        Ok(Block {
            kind,
            span: self.span_from(keyword.start as usize),
            keyword,
        })
    }

    fn if_block(&mut self) -> Read<BlockKind> {
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.header()?;
            let body = self.statements()?;
            arms.push(Arm { condition, body });
            let is_elif = self.at_elif();
            if is_elif {
                self.report(diagnostics::elif(self.here(), self.word()));
            } else if !self.at(TokenKind::Else) {
                break;
            }
            self.bump();
            if !is_elif && !self.at(TokenKind::If) {
                self.could_be(Expected::If);
                if !self.at(TokenKind::OpenBrace) {
                    self.could_be(Expected::OpenBrace);
                    self.unexpected();
                    if !self.skip_to_body() {
                        return Err(Reported);
                    }
                }
                otherwise = Some(self.statements()?);
                break;
            }
            if !is_elif {
                self.bump();
            }
        }
        Ok(BlockKind::If { arms, otherwise })
    }

    /// Whether `else if` is next, as other languages write it.
    fn at_elif(&self) -> bool {
        self.at(TokenKind::Name)
            && matches!(self.word(), "elif" | "elsif" | "elseif")
            && !matches!(
                self.peek(1),
                TokenKind::Assign | TokenKind::OpenBrace | TokenKind::Dot
            )
    }

    /// The expression before the body of a block. If it cannot be read, the body still is.
    fn header(&mut self) -> Read<Expr> {
        let start = self.start();
        let (depth, height) = (self.depth, self.height);
        if self.at(TokenKind::OpenBrace)
            && !matches!(
                self.peek(2),
                TokenKind::Assign | TokenKind::Colon | TokenKind::End
            )
            && self.peek(1) != TokenKind::CloseBrace
        {
            self.could_be(Expected::Expression);
            self.unexpected();
            return Ok(Expr::new(ExprKind::Error, self.span(start, start)));
        }
        let read = self.expr();
        match read {
            Ok(value) if self.at(TokenKind::OpenBrace) => Ok(value),
            Ok(value) if self.at_word("parallel") || self.on_new_line() => Ok(value),
            Ok(_) => {
                self.could_be(Expected::OpenBrace);
                let reported = self.unexpected();
                match self.skip_to_body() {
                    true => Ok(Expr::new(ExprKind::Error, self.span_from(start))),
                    false => Err(reported),
                }
            }
            Err(reported) => {
                (self.depth, self.height) = (depth, height);
                match self.skip_to_body() {
                    true => Ok(Expr::new(ExprKind::Error, self.span_from(start))),
                    false => Err(reported),
                }
            }
        }
    }

    fn for_block(&mut self) -> Read<BlockKind> {
        let variable = self.defined_name()?;
        self.expect(TokenKind::In)?;
        let items = self.header()?;
        let parallel = match self.at_word("parallel") {
            true => {
                self.bump();
                Some(self.header()?)
            }
            false => None,
        };
        let body = self.statements()?;
        Ok(BlockKind::For {
            variable,
            items,
            parallel,
            body,
        })
    }

    fn repeat_block(&mut self) -> Read<BlockKind> {
        let has_max = self.at_word("max");
        let max = if has_max {
            self.bump();
            self.header()?
        } else {
            let span = self.here();
            let has_count = !self.at(TokenKind::OpenBrace);
            self.report(diagnostics::repeat_without_max(span, has_count));
            match has_count {
                true => self.header()?,
                false => Expr::new(ExprKind::Error, self.span(self.start(), self.start())),
            }
        };
        let body = self.statements()?;
        if !has_max && !self.at_word("until") {
            return Err(Reported);
        }
        self.expect_word("until", Expected::Until)?;
        let until = self.expr()?;
        Ok(BlockKind::Repeat { max, body, until })
    }

    pub(super) fn on_block(&mut self) -> Read<On> {
        let start = self.start();
        self.bump();
        if !is_event(self.word()) {
            self.could_be(Expected::Event);
            return Err(self.unexpected());
        }
        let event = self.take_name();
        let body = self.statements()?;
        Ok(On {
            event,
            body,
            span: self.span_from(start),
        })
    }

    /// `yield value` or `return value`.
    pub(super) fn leave_with(&mut self) -> Read<Leave> {
        let start = self.start();
        self.bump();
        let value = self.expr()?;
        Ok(Leave {
            value,
            span: self.span_from(start),
        })
    }
}

pub(super) fn is_event(word: &str) -> bool {
    matches!(word, "exit" | "success" | "failure")
}
