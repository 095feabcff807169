//! Expressions, by precedence climbing.

use super::core::{Parser, Read, Reported};
use super::list::Separator;
use crate::ast::{
    Argument, BinaryOperator, Entry, Expr, ExprKind, Ident, StringLit, StringPart, StringStyle,
    UnaryOperator, level,
};
use crate::expected::Expected;
use crate::token::TokenKind;
use crate::{Span, diagnostics};

/// An operator between two operands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Infix {
    Binary(BinaryOperator),
    Range,
}

/// The operator that a token is between two operands, with its level.
fn infix(kind: TokenKind) -> Option<(Infix, u8)> {
    use BinaryOperator as Op;
    use TokenKind as T;
    let operator = match kind {
        T::Coalesce => Op::Coalesce,
        T::Or => Op::Or,
        T::And => Op::And,
        T::Equal => Op::Equal,
        T::NotEqual => Op::NotEqual,
        T::Less => Op::Less,
        T::LessEqual => Op::LessEqual,
        T::Greater => Op::Greater,
        T::GreaterEqual => Op::GreaterEqual,
        T::In => Op::In,
        T::DotDot => return Some((Infix::Range, level::RANGE)),
        T::Plus => Op::Add,
        T::Minus => Op::Subtract,
        T::Star => Op::Multiply,
        T::Slash => Op::Divide,
        T::SlashSlash => Op::FloorDivide,
        T::Percent => Op::Remainder,
        _ => return None,
    };
    Some((Infix::Binary(operator), operator.level()))
}

impl Parser<'_> {
    /// Whether an expression can begin with the token that is `ahead` after the next one.
    pub(super) fn begins_expr(&self, ahead: usize) -> bool {
        use TokenKind as T;
        let kind = self.peek(ahead);
        kind.begins_string()
            || kind == T::Foreign && self.peek_text(ahead).starts_with('\'')
            || matches!(
                kind,
                T::Name
                    | T::Not
                    | T::True
                    | T::False
                    | T::Null
                    | T::Int
                    | T::Float
                    | T::Unit
                    | T::BadNumber
                    | T::OpenParen
                    | T::OpenBracket
                    | T::OpenBrace
                    | T::Minus
            )
    }

    /// Whether an expression goes on with the token that is `ahead` after the next one.
    pub(super) fn peek_continues(&self, ahead: usize) -> bool {
        let kind = self.peek(ahead);
        infix(kind).is_some()
            || matches!(
                kind,
                TokenKind::OpenBracket | TokenKind::CloseBrace | TokenKind::End
            )
    }

    /// An expression.
    pub(super) fn expr(&mut self) -> Read<Expr> {
        let outer = std::mem::take(&mut self.height);
        let around = self.depth;
        let expr = self.operators(level::COALESCE)?;
        self.leave(outer, self.depth - around)?;
        Ok(expr)
    }

    /// Operands whose operators bind at least as tightly as `least`. Every operator adds a level to the depth, which is
    /// undone after the whole expression.
    fn operators(&mut self, least: u8) -> Read<Expr> {
        let mut left = match self.prefix() {
            Some((operator, level)) => {
                let span = self.here();
                if level < least {
                    self.report(diagnostics::not_after_operator(span));
                }
                self.deeper()?;
                self.bump();
                let operand = Box::new(self.operators(level)?);
                let span = span.to(operand.span);
                Expr::new(ExprKind::Unary { operator, operand }, span)
            }
            None => self.operand()?,
        };
        let mut before: Option<(u8, Span)> = None;
        while let Some((infix, level)) = infix(self.kind()) {
            if level < least {
                break;
            }
            let span = self.here();
            let chains = level != level::COMPARISON && level != level::RANGE;
            if let Some((_, first)) = before.filter(|(before, _)| !chains && *before == level) {
                self.report(diagnostics::chained_operators(
                    first,
                    span,
                    infix == Infix::Range,
                ));
            }
            before = Some((level, span));
            if infix == Infix::Binary(BinaryOperator::FloorDivide) {
                self.divides(span);
            }
            self.deeper()?;
            self.bump();
            let right = self.operators(level + 1)?;
            left = binary(infix, span, left, right);
        }
        Ok(left)
    }

    fn prefix(&self) -> Option<(UnaryOperator, u8)> {
        match self.kind() {
            TokenKind::Minus if !self.at_negative_number() => {
                Some((UnaryOperator::Negate, level::NEGATE))
            }
            TokenKind::Not => Some((UnaryOperator::Not, level::NOT)),
            _ => None,
        }
    }

    /// Whether a minus is next that belongs to the number right after it.
    fn at_negative_number(&self) -> bool {
        self.at(TokenKind::Minus)
            && self.touches_next(0)
            && matches!(
                self.peek(1),
                TokenKind::Int | TokenKind::Float | TokenKind::Unit | TokenKind::BadNumber
            )
    }

    /// An operand with its fields, indices and arguments.
    fn operand(&mut self) -> Read<Expr> {
        let outer = std::mem::take(&mut self.height);
        let around = self.depth;
        let mut base = self.primary()?;
        loop {
            base = match self.kind() {
                TokenKind::Dot => {
                    self.deeper()?;
                    self.bump();
                    let name = self.name()?;
                    let span = base.span.to(name.span);
                    let base = Box::new(base);
                    Expr::new(ExprKind::Field { base, name }, span)
                }
                TokenKind::OpenBracket => {
                    self.deeper()?;
                    self.index(base)?
                }
                TokenKind::OpenParen => {
                    self.deeper()?;
                    let arguments = self.arguments()?;
                    let start = base.span.start as usize;
                    let callee = Box::new(base);
                    Expr::new(ExprKind::Call { callee, arguments }, self.span_from(start))
                }
                _ => break,
            };
        }
        self.leave(outer, self.depth - around)?;
        Ok(base)
    }

    fn index(&mut self, base: Expr) -> Read<Expr> {
        let start = base.span.start as usize;
        let base = Box::new(base);
        let around = self.open(self.here());
        self.bump();
        let index = Box::new(self.expr()?);
        if !self.take(TokenKind::CloseBracket) {
            let reported = self.unexpected_in();
            if !self.skip_past(TokenKind::CloseBracket) {
                return Err(reported);
            }
            return Ok(Expr::new(ExprKind::Error, self.span_from(start)));
        }
        self.open(around);
        Ok(Expr::new(
            ExprKind::Index { base, index },
            self.span_from(start),
        ))
    }

    fn arguments(&mut self) -> Read<Vec<Argument>> {
        self.list(
            TokenKind::OpenParen,
            TokenKind::CloseParen,
            Separator::Comma,
            Self::argument,
        )
    }

    /// `name = value` or a value.
    pub(super) fn argument(&mut self) -> Read<Argument> {
        let is_hyphenated = self.at_hyphenated_key();
        if !is_hyphenated && !self.begins_expr(0) {
            if self.kind().is_reserved() && self.peek(1) == TokenKind::Assign {
                return Err(self.report(diagnostics::reserved_word(self.here(), self.word())));
            }
            self.could_be(Expected::Argument);
            return Err(self.unexpected());
        }
        let next = match self.kind() {
            TokenKind::Name => self.peek(1),
            _ => TokenKind::End,
        };
        let is_named = match next {
            TokenKind::Assign | TokenKind::Colon => true,
            _ => is_hyphenated,
        };
        if is_named {
            let name = self.new_name()?;
            let value = self.assigned(TokenKind::CloseParen)?;
            let name = Some(name);
            return Ok(Argument { name, value });
        }
        let value = self.element(TokenKind::CloseParen)?;
        Ok(Argument { name: None, value })
    }

    /// Whether a name with hyphens and an equals sign are next.
    fn at_hyphenated_key(&self) -> bool {
        let Some((name, _)) = self.hyphenated_name() else {
            return false;
        };
        let words = name.split('-').count() * 2 - 1;
        matches!(self.peek(words), TokenKind::Assign | TokenKind::Colon)
    }

    /// A key with hyphens, which needs quotes.
    fn hyphenated_key(&mut self, name: &str, span: Span) -> Ident {
        self.report(diagnostics::hyphenated_key(span, name));
        self.take_until(span.end as usize);
        let name = name.to_owned();
        Ident { name, span }
    }

    fn primary(&mut self) -> Read<Expr> {
        let start = self.start();
        let kind = match self.kind() {
            TokenKind::String | TokenKind::RawString | TokenKind::StringHead => {
                ExprKind::String(self.string()?)
            }
            TokenKind::Name => return self.named(start),
            TokenKind::Int
            | TokenKind::Float
            | TokenKind::Unit
            | TokenKind::BadNumber
            | TokenKind::Minus => self.number(),
            TokenKind::OpenBracket => self.list_literal()?,
            TokenKind::OpenBrace => self.record()?,
            TokenKind::OpenParen => return self.group(),
            TokenKind::True => self.literal(ExprKind::Bool(true)),
            TokenKind::False => self.literal(ExprKind::Bool(false)),
            TokenKind::Null => self.literal(ExprKind::Null),
            TokenKind::Unterminated => {
                self.tear();
                self.literal(ExprKind::Error)
            }
            _ if self.at_single_quotes() => self.single_quoted(),
            _ => {
                self.could_be(Expected::Expression);
                return Err(self.unexpected());
            }
        };
        Ok(Expr::new(kind, self.span_from(start)))
    }

    fn at_single_quotes(&self) -> bool {
        self.at(TokenKind::Foreign) && self.word().len() > 1 && self.word().starts_with('\'')
    }

    /// A string in single quotes, which is reported and taken as a string.
    fn single_quoted(&mut self) -> ExprKind {
        let (span, text) = (self.here(), self.word());
        self.report(diagnostics::single_quotes(span, text));
        self.bump();
        let inside = text.trim_matches('\'').to_owned();
        ExprKind::String(StringLit {
            parts: vec![StringPart::Text(inside)],
            style: StringStyle::Quoted,
            span,
        })
    }

    fn literal(&mut self, kind: ExprKind) -> ExprKind {
        self.bump();
        kind
    }

    /// A name, or what another language calls by it.
    fn named(&mut self, start: usize) -> Read<Expr> {
        self.not_cut_short()?;
        if self.take_hyphenated() {
            return Ok(Expr::new(ExprKind::Error, self.span_from(start)));
        }
        let name = self.take_name();
        let (meant, kind) = match name.name.as_str() {
            "None" => ("null", ExprKind::Null),
            "True" => ("true", ExprKind::Bool(true)),
            "False" => ("false", ExprKind::Bool(false)),
            prefix if self.at_prefixed_string(prefix) => {
                self.report(diagnostics::prefixed_string(name.span, prefix));
                return self.primary();
            }
            _ => return Ok(Expr::new(ExprKind::Name(name.name), name.span)),
        };
        self.report(diagnostics::foreign_literal(name.span, &name.name, meant));
        Ok(Expr::new(kind, name.span))
    }

    /// Whether a string is next to a letter that other languages put before its quotes.
    fn at_prefixed_string(&self, word: &str) -> bool {
        let is_string = match self.kind() {
            TokenKind::String | TokenKind::RawString | TokenKind::StringHead => true,
            _ => self.at_single_quotes(),
        };
        is_string && self.touches() && diagnostics::is_string_prefix(word)
    }

    fn group(&mut self) -> Read<Expr> {
        let outer = self.enter()?;
        let start = self.start();
        let around = self.open(self.here());
        self.bump();
        let depth = self.depth;
        let mut inner = match self.expr() {
            Ok(inner) => inner,
            Err(reported) => return self.recover_group(start, depth, reported),
        };
        if !self.take(TokenKind::CloseParen) {
            let reported = self.unexpected_in();
            return self.recover_group(start, depth, reported);
        }
        self.open(around);
        self.leave(outer, 1)?;
        inner.parentheses = inner.parentheses.saturating_add(1);
        inner.span = self.span_from(start);
        Ok(inner)
    }

    /// Skips the rest of a group that cannot be read.
    fn recover_group(&mut self, start: usize, depth: usize, reported: Reported) -> Read<Expr> {
        if !self.skip_past(TokenKind::CloseParen) {
            return Err(reported);
        }
        self.depth = depth - 1;
        Ok(Expr::new(ExprKind::Error, self.span_from(start)))
    }

    fn list_literal(&mut self) -> Read<ExprKind> {
        let outer = self.enter()?;
        let elements = self.list(
            TokenKind::OpenBracket,
            TokenKind::CloseBracket,
            Separator::Comma,
            |parser| parser.element(TokenKind::CloseBracket),
        )?;
        self.leave(outer, 1)?;
        Ok(ExprKind::List(elements))
    }

    fn record(&mut self) -> Read<ExprKind> {
        let outer = self.enter()?;
        let entries = self.list(
            TokenKind::OpenBrace,
            TokenKind::CloseBrace,
            Separator::CommaOrLine,
            Self::entry,
        )?;
        self.leave(outer, 1)?;
        Ok(ExprKind::Record(entries))
    }

    fn entry(&mut self) -> Read<Entry> {
        let key = if self.kind().begins_string() {
            let text: StringLit = self.plain_string("a key")?;
            Ident {
                name: text.plain().unwrap_or_default().to_owned(),
                span: text.span,
            }
        } else if let Some((name, span)) =
            self.hyphenated_name().filter(|_| self.at_hyphenated_key())
        {
            self.hyphenated_key(name, span)
        } else if self.at(TokenKind::Name) {
            self.take_name()
        } else if self.kind().is_reserved() {
            return Err(self.report(diagnostics::reserved_word(self.here(), self.word())));
        } else {
            self.could_be(Expected::Entry);
            return Err(self.unexpected());
        };
        let value = self.assigned(TokenKind::CloseBrace)?;
        Ok(Entry { key, value })
    }

    /// An equals sign and the value of an element of a list that `close` ends.
    fn assigned(&mut self, close: TokenKind) -> Read<Expr> {
        match self.assign() {
            Ok(()) => self.element(close),
            Err(reported) => self.unread_element(close, reported),
        }
    }

    /// An expression in a list that `close` ends. If it cannot be read, it is skipped.
    fn element(&mut self, close: TokenKind) -> Read<Expr> {
        let depth = self.depth;
        let value = self.expr();
        let reported = match value {
            Ok(value) if self.ends_element(close) => return Ok(value),
            Ok(value) => {
                self.could_follow(&value, close);
                self.unexpected_in()
            }
            Err(reported) => reported,
        };
        self.depth = depth;
        self.unread_element(close, reported)
    }

    /// Whether an element of a list that `close` ends is complete.
    fn ends_element(&self, close: TokenKind) -> bool {
        self.at(TokenKind::Comma)
            || self.at(close)
            || self.on_new_line()
            || close == TokenKind::CloseBrace
                && (self.kind().is_word() || self.kind().begins_string())
    }

    /// Says what could have followed a value.
    fn could_follow(&mut self, value: &Expr, close: TokenKind) {
        let is_name = matches!(value.kind, ExprKind::Name(_)) && value.parentheses == 0;
        if close == TokenKind::CloseParen && is_name {
            self.could_be(Expected::Assign);
        }
        self.could_be(Expected::Comma);
        if let Some(close) = Expected::of(close) {
            self.could_be(close);
        }
    }

    fn unread_element(&mut self, close: TokenKind, reported: Reported) -> Read<Expr> {
        let start = self.start();
        match self.skip_element(close) {
            true => Ok(Expr::new(ExprKind::Error, self.span_from(start))),
            false => Err(reported),
        }
    }
}

/// Two operands with what is between them.
fn binary(infix: Infix, operator_span: Span, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    let (left, right) = (Box::new(left), Box::new(right));
    let kind = match infix {
        Infix::Range => ExprKind::Range {
            low: left,
            high: right,
        },
        Infix::Binary(operator) => ExprKind::Binary {
            operator,
            operator_span,
            left,
            right,
        },
    };
    Expr::new(kind, span)
}
