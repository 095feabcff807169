//! Expressions and numbers for the quick reader.

use super::expr::{Infix, binary};
use super::quick::Reader;
use super::quick_lex::is_name_byte;
use crate::ast::{Argument, BinaryOperator, Entry, Expr, ExprKind, Ident, UnaryOperator};

/// How tightly operators bind, by the table at the rule `expr`.
mod level {
    pub(super) const COALESCE: u8 = 0;
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const COMPARISON: u8 = 4;
    pub(super) const RANGE: u8 = 5;
    pub(super) const SUM: u8 = 6;
    pub(super) const PRODUCT: u8 = 7;
    pub(super) const NEGATE: u8 = 8;
}

impl Infix {
    /// Its level and how long it is.
    fn properties(self) -> (u8, usize) {
        use BinaryOperator as Op;
        match self {
            Self::Range => (level::RANGE, 2),
            Self::Binary(operator) => {
                let level = match operator {
                    Op::Coalesce => level::COALESCE,
                    Op::Or => level::OR,
                    Op::And => level::AND,
                    Op::Equal | Op::NotEqual | Op::Less | Op::LessEqual | Op::Greater => {
                        level::COMPARISON
                    }
                    Op::GreaterEqual | Op::In => level::COMPARISON,
                    Op::Add | Op::Subtract => level::SUM,
                    Op::Multiply | Op::Divide | Op::FloorDivide | Op::Remainder => level::PRODUCT,
                };
                (level, operator.symbol().len())
            }
        }
    }
}

impl Reader<'_> {
    pub(super) fn expr(&mut self) -> Option<Expr> {
        let outer = std::mem::take(&mut self.height);
        let around = self.depth;
        let expr = self.operators(level::COALESCE)?;
        self.leave(outer, self.depth - around)?;
        Some(expr)
    }

    /// Operands whose operators bind at least as tightly as `least`. Every operator adds a level to the
    /// depth, which the whole expression gives back.
    fn operators(&mut self, least: u8) -> Option<Expr> {
        let mut left = match self.prefix() {
            Some((operator, level, length)) => {
                if level < least {
                    return None;
                }
                let start = self.at;
                self.deeper()?;
                self.advance(length)?;
                let span = self.span(start, start + length);
                let operand = Box::new(self.operators(level)?);
                Expr {
                    span: span.to(operand.span),
                    kind: ExprKind::Unary { operator, operand },
                }
            }
            None => self.operand()?,
        };
        let mut before = None;
        while let Some(infix) = self.infix() {
            let (level, length) = infix.properties();
            if level < least {
                break;
            }
            let chains = level != level::COMPARISON && level != level::RANGE;
            if !chains && before == Some(level) {
                return None;
            }
            before = Some(level);
            let start = self.at;
            self.deeper()?;
            self.advance(length)?;
            let operator_span = self.span(start, start + length);
            let right = self.operators(level + 1)?;
            left = binary(infix, operator_span, left, right);
        }
        Some(left)
    }

    fn prefix(&self) -> Option<(UnaryOperator, u8, usize)> {
        match self.next()? {
            b'-' => {
                let is_prefix = self
                    .byte(1)
                    .is_none_or(|byte| !byte.is_ascii_digit() && byte != b'>');
                is_prefix.then_some((UnaryOperator::Negate, level::NEGATE, 1))
            }
            b'n' if self.word() == "not" => Some((UnaryOperator::Not, level::NOT, 3)),
            _ => None,
        }
    }

    /// The operator that stands next.
    fn infix(&self) -> Option<Infix> {
        use BinaryOperator as Op;
        let second = self.byte(1);
        let operator = match (self.next()?, second) {
            (b'?', Some(b'?')) => Op::Coalesce,
            (b'.', Some(b'.')) => return Some(Infix::Range),
            (b'=', Some(b'=')) => Op::Equal,
            (b'!', Some(b'=')) => Op::NotEqual,
            (b'<', Some(b'=')) => Op::LessEqual,
            (b'<', _) => Op::Less,
            (b'>', Some(b'=')) => Op::GreaterEqual,
            (b'>', _) => Op::Greater,
            (b'+', _) => Op::Add,
            (b'-', Some(b'>')) => return None,
            (b'-', _) => Op::Subtract,
            (b'*', _) => Op::Multiply,
            (b'/', Some(b'/')) => Op::FloorDivide,
            (b'/', _) => Op::Divide,
            (b'%', _) => Op::Remainder,
            (b'a' | b'i' | b'o', Some(b'n' | b'r')) => match self.word() {
                "and" => Op::And,
                "in" => Op::In,
                "or" => Op::Or,
                _ => return None,
            },
            _ => return None,
        };
        Some(Infix::Binary(operator))
    }

    /// An operand with its fields, indices and arguments.
    fn operand(&mut self) -> Option<Expr> {
        let outer = std::mem::take(&mut self.height);
        let around = self.depth;
        let mut base = self.primary()?;
        loop {
            base = match self.next() {
                Some(b'.') if self.byte(1) != Some(b'.') => {
                    self.deeper()?;
                    self.field(base)?
                }
                Some(b'[') => {
                    self.deeper()?;
                    self.index(base)?
                }
                Some(b'(') => {
                    self.deeper()?;
                    self.call(base)?
                }
                _ => break,
            };
        }
        self.leave(outer, self.depth - around)?;
        Some(base)
    }

    fn field(&mut self, base: Expr) -> Option<Expr> {
        self.advance(1)?;
        let name = self.name()?;
        let span = base.span.to(name.span);
        let base = Box::new(base);
        Some(Expr {
            kind: ExprKind::Field { base, name },
            span,
        })
    }

    fn index(&mut self, base: Expr) -> Option<Expr> {
        let start = base.span;
        let base = Box::new(base);
        self.open(b'[')?;
        let index = Box::new(self.expr()?);
        self.close(b']')?;
        Some(Expr {
            span: start.to(self.span_from(self.end)),
            kind: ExprKind::Index { base, index },
        })
    }

    fn call(&mut self, callee: Expr) -> Option<Expr> {
        let start = callee.span;
        let callee = Box::new(callee);
        let arguments = self.arguments()?;
        Some(Expr {
            span: start.to(self.span_from(self.end)),
            kind: ExprKind::Call { callee, arguments },
        })
    }

    /// The call that a statement is, from its first name on.
    pub(super) fn callee(&mut self, name: Ident) -> Option<Expr> {
        let outer = self.enter()?;
        let around = self.depth;
        let mut base = Expr {
            kind: ExprKind::Name(name.name),
            span: name.span,
        };
        while self.at_dot() {
            self.deeper()?;
            base = self.field(base)?;
        }
        let call = self.call(base)?;
        self.leave(outer, self.depth - around + 1)?;
        Some(call)
    }

    fn arguments(&mut self) -> Option<Vec<Argument>> {
        let mut arguments = Vec::new();
        self.open(b'(')?;
        while self.next() != Some(b')') {
            arguments.push(self.argument()?);
            if !self.take(b',')? {
                break;
            }
        }
        self.close(b')')?;
        Some(arguments)
    }

    fn argument(&mut self) -> Option<Argument> {
        let name = if self.at_name() {
            self.argument_name()?
        } else {
            None
        };
        let value = self.expr()?;
        Some(Argument { name, value })
    }

    /// The name before an equals sign, if there is one.
    fn argument_name(&mut self) -> Option<Option<Ident>> {
        let mark = self.mark();
        let start = self.at;
        let word = self.word();
        if matches!(self.byte(word.len()), Some(b',' | b')' | b'.' | b'(')) {
            return Some(None);
        }
        self.advance(word.len())?;
        if !self.at_assign() {
            self.back_to(&mark);
            return Some(None);
        }
        self.advance(1)?;
        Some(Some(Ident {
            name: word.to_owned(),
            span: self.span(start, start + word.len()),
        }))
    }

    fn primary(&mut self) -> Option<Expr> {
        let start = self.at;
        let kind = match self.next()? {
            b'"' => ExprKind::String(self.string()?),
            b'r' if self.byte(1) == Some(b'"') => ExprKind::String(self.string()?),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => match self.word() {
                "None" | "True" | "False" => return None,
                "true" => self.literal(4, ExprKind::Bool(true))?,
                "false" => self.literal(5, ExprKind::Bool(false))?,
                "null" => self.literal(4, ExprKind::Null)?,
                word => ExprKind::Name(self.name_of(word)?.name),
            },
            b'-' | b'0'..=b'9' => self.number()?,
            b'[' => self.list()?,
            b'{' => self.record()?,
            b'(' => {
                let outer = self.enter()?;
                self.open(b'(')?;
                let inner = self.expr()?;
                self.close(b')')?;
                self.leave(outer, 1)?;
                inner.kind
            }
            _ => return None,
        };
        Some(Expr {
            kind,
            span: self.span_from(start),
        })
    }

    fn literal(&mut self, length: usize, kind: ExprKind) -> Option<ExprKind> {
        self.advance(length)?;
        Some(kind)
    }

    fn list(&mut self) -> Option<ExprKind> {
        let outer = self.enter()?;
        let mut elements = Vec::new();
        self.open(b'[')?;
        while self.next() != Some(b']') {
            elements.push(self.expr()?);
            if !self.take(b',')? {
                break;
            }
        }
        self.close(b']')?;
        self.leave(outer, 1)?;
        Some(ExprKind::List(elements))
    }

    fn record(&mut self) -> Option<ExprKind> {
        let outer = self.enter()?;
        let mut entries = Vec::new();
        self.open(b'{')?;
        while self.next() != Some(b'}') {
            let key = if self.at_string() {
                let text = self.plain_string()?;
                Ident {
                    name: text.plain()?.to_owned(),
                    span: text.span,
                }
            } else {
                self.name()?
            };
            self.assign()?;
            let value = self.expr()?;
            entries.push(Entry { key, value });
            self.separator(b'}')?;
        }
        self.close(b'}')?;
        self.leave(outer, 1)?;
        Some(ExprKind::Record(entries))
    }

    /// What stands between two entries of a record: a comma or a line break.
    pub(super) fn separator(&mut self, close: u8) -> Option<()> {
        let end = self.end;
        if self.take(b',')? || self.next() == Some(close) {
            return Some(());
        }
        let between = self.bytes.get(end..self.at)?;
        // Documentation stands on a line of its own or ends one.
        (between.contains(&b'\n') || self.next() == Some(b'#')).then_some(())
    }

    // ---------------------------------------------------------------------------------------- numbers

    fn number(&mut self) -> Option<ExprKind> {
        let start = self.at;
        let mut at = start + usize::from(self.next() == Some(b'-'));
        let first = at;
        at += self.digits(at)?;
        if self.bytes.get(first) == Some(&b'0') && at - first > 1 {
            return None;
        }
        let mut is_float = false;
        if let Some(fraction) = self.fraction(at) {
            at += fraction;
            is_float = true;
        }
        if let Some(exponent) = self.exponent(at) {
            at += exponent;
            is_float = true;
            if self.bytes.get(at).copied().is_some_and(is_name_byte) {
                return None;
            }
        }
        if self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            return self.unit(start, at);
        }
        if self.bytes.get(at) == Some(&b'_') {
            return None;
        }
        let text = self.slice(start, at)?;
        let kind = if is_float {
            let number: f64 = text.parse().ok()?;
            let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
            let is_zero = !mantissa.contains(|digit: char| matches!(digit, '1'..='9'));
            (number.is_finite() && (number != 0.0 || is_zero)).then_some(())?;
            ExprKind::Float(number)
        } else {
            ExprKind::Int(text.parse().ok()?)
        };
        self.advance(at - start)?;
        Some(kind)
    }

    /// The rest of a number whose unit begins at `at`.
    fn unit(&mut self, start: usize, mut at: usize) -> Option<ExprKind> {
        loop {
            at += self.count(at, u8::is_ascii_alphabetic);
            match self.bytes.get(at) {
                Some(b'_') => return None,
                Some(b'0'..=b'9') => {
                    at += self.digits(at)?;
                    at += self.fraction(at).unwrap_or(0);
                    if !self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
                        return None;
                    }
                }
                _ => break,
            }
        }
        let text = self.slice(start, at)?.to_owned();
        self.advance(at - start)?;
        Some(ExprKind::Unit(text))
    }

    fn count(&self, at: usize, holds: impl Fn(&u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| holds(byte)).count()
    }

    /// How many digits stand there, at least one.
    fn digits(&self, at: usize) -> Option<usize> {
        Some(self.count(at, u8::is_ascii_digit)).filter(|count| *count > 0)
    }

    /// How long the dot and the digits are that stand there.
    fn fraction(&self, at: usize) -> Option<usize> {
        if self.bytes.get(at) != Some(&b'.') {
            return None;
        }
        Some(1 + self.digits(at + 1)?)
    }

    /// How long the exponent is that stands there.
    fn exponent(&self, at: usize) -> Option<usize> {
        if !matches!(self.bytes.get(at), Some(b'e' | b'E')) {
            return None;
        }
        let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
        Some(1 + sign + self.digits(at + 1 + sign)?)
    }
}
