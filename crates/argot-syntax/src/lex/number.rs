//! Numbers: which of their forms a text has. Their values are computed by the parser.

use super::{Lexer, is_name_byte};
use crate::token::TokenKind;

impl Lexer<'_> {
    /// A number, which begins with a digit.
    pub(super) fn number(&mut self) {
        let (kind, end) = self.form(self.at);
        self.push(kind, end - self.at);
    }

    /// The form of the number that begins at a place, and where it ends.
    fn form(&self, start: usize) -> (TokenKind, usize) {
        let digits = self.digits(start);
        let fraction = self.fraction(digits);
        let mantissa = fraction.unwrap_or(digits);
        if let Some(end) = self.exponent(mantissa).filter(|end| !self.is_name(*end)) {
            return (TokenKind::Float, end);
        }
        match (self.is_name(mantissa), fraction) {
            (false, None) => (TokenKind::Int, mantissa),
            (false, Some(_)) => (TokenKind::Float, mantissa),
            (true, _) => match self.units(start) {
                Ok(end) => (TokenKind::Unit, end),
                Err(end) => (TokenKind::BadNumber, self.name_end(end)),
            },
        }
    }

    /// The end of numbers that each have a unit, as in `1h30m`, or where a unit is missing or wrong.
    fn units(&self, start: usize) -> Result<usize, usize> {
        let mut at = start;
        while self.is_digit(at) {
            let digits = self.digits(at);
            let number = self.fraction(digits).unwrap_or(digits);
            at = self.skip(number, |byte| byte.is_ascii_alphabetic());
            if at == number {
                return Err(number);
            }
        }
        match self.is_name(at) {
            true => Err(at),
            false => Ok(at),
        }
    }

    fn skip(&self, at: usize, holds: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| holds(**byte)).count()
    }

    fn is_digit(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(u8::is_ascii_digit)
    }

    fn is_name(&self, at: usize) -> bool {
        self.bytes.get(at).copied().is_some_and(is_name_byte)
    }

    fn digits(&self, at: usize) -> usize {
        self.skip(at, |byte| byte.is_ascii_digit())
    }

    fn name_end(&self, at: usize) -> usize {
        self.skip(at, is_name_byte)
    }

    /// The end of a dot with the digits after it.
    fn fraction(&self, at: usize) -> Option<usize> {
        let has_dot = self.bytes.get(at) == Some(&b'.') && self.is_digit(at + 1);
        has_dot.then(|| self.digits(at + 1))
    }

    /// The end of an exponent.
    fn exponent(&self, at: usize) -> Option<usize> {
        if !matches!(self.bytes.get(at), Some(b'e' | b'E')) {
            return None;
        }
        let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
        let digits = at + 1 + sign;
        self.is_digit(digits).then(|| self.digits(digits))
    }
}
