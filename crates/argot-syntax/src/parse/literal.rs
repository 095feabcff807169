//! The values of numbers and strings.

use std::borrow::Cow;

use super::core::{Parser, Read, Reported};
use super::unindent::{Piece, join, unindent};
use crate::ast::{Expr, ExprKind, StringLit, StringPart, StringStyle};
use crate::expected::Expected;
use crate::token::TokenKind;
use crate::{Span, diagnostics};

impl<'a> Parser<'a> {
    // ---------------------------------------------------------------------------------------- numbers

    /// A number, with the minus before it.
    pub(super) fn number(&mut self) -> ExprKind {
        let start = self.start();
        if self.at(TokenKind::Minus) {
            self.bump();
        }
        let (kind, digits) = (self.kind(), self.word());
        self.bump();
        let span = self.span_from(start);
        let text = self.text.get(start..self.end).unwrap_or_default();
        let has_leading_zero =
            digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        if has_leading_zero {
            self.report(diagnostics::leading_zero(span, text));
            return ExprKind::Error;
        }
        match kind {
            TokenKind::Int => match text.parse() {
                Ok(number) => ExprKind::Int(number),
                Err(_) => self.out_of_range(text, span, "int"),
            },
            TokenKind::Float => {
                let number: f64 = text.parse().unwrap_or(f64::NAN);
                let mantissa = digits.split(['e', 'E']).next().unwrap_or_default();
                let is_zero = !mantissa.contains(|digit: char| matches!(digit, '1'..='9'));
                match number.is_finite() && (number != 0.0 || is_zero) {
                    true => ExprKind::Float(number),
                    false => self.out_of_range(text, span, "float"),
                }
            }
            TokenKind::Unit => ExprKind::Unit(text.to_owned()),
            _ => {
                self.report(diagnostics::bad_number(span, text));
                ExprKind::Error
            }
        }
    }

    fn out_of_range(&mut self, text: &str, span: Span, ty: &str) -> ExprKind {
        self.report(diagnostics::number_out_of_range(span, text, ty));
        ExprKind::Error
    }

    // ---------------------------------------------------------------------------------------- strings

    /// A string whose text has to be known here, so it may not interpolate. `what` says what it is.
    pub(super) fn plain_string(&mut self, what: &str) -> Read<StringLit> {
        if !self.kind().begins_string() {
            self.could_be(Expected::String);
            return Err(self.unexpected());
        }
        self.expr_string(what)
    }

    /// Like [`plain_string`](Self::plain_string), where a string is next.
    pub(super) fn expr_string(&mut self, what: &str) -> Read<StringLit> {
        let string = self.string()?;
        let interpolation = string.parts.iter().find_map(|part| match part {
            StringPart::Interpolation(value) => Some(value.span),
            StringPart::Text(_) => None,
        });
        if let Some(span) = interpolation {
            self.report(diagnostics::interpolation_refused(span, what));
        }
        Ok(string)
    }

    /// A string.
    pub(super) fn string(&mut self) -> Read<StringLit> {
        let start = self.start();
        let text = self.word();
        match self.kind() {
            TokenKind::RawString => {
                self.bump();
                let span = self.span_from(start);
                Ok(raw(text, span))
            }
            TokenKind::String => {
                let (style, quotes) = style(text);
                let inside = text.get(quotes..text.len() - quotes).unwrap_or_default();
                let parts = match style {
                    StringStyle::Quoted if !inside.contains('\\') => match inside {
                        "" => Vec::new(),
                        _ => vec![StringPart::Text(inside.to_owned())],
                    },
                    _ => {
                        let mut pieces = Vec::new();
                        self.pieces(inside, start + quotes, &mut pieces);
                        finish(style, pieces)
                    }
                };
                self.bump();
                Ok(StringLit {
                    parts,
                    style,
                    span: self.span_from(start),
                })
            }
            TokenKind::StringHead => self.interpolated(start),
            _ => {
                // It has no end, which has been reported.
                self.tear();
                self.bump();
                Err(Reported)
            }
        }
    }

    fn interpolated(&mut self, start: usize) -> Read<StringLit> {
        let outer = self.enter()?;
        let depth = self.depth;
        let (style, quotes) = style(self.word());
        let mut pieces = Vec::new();
        let mut skip = quotes;
        loop {
            let text = self.word();
            let (at, kind) = (self.start(), self.kind());
            let end = match kind {
                TokenKind::StringTail => quotes,
                _ => 2,
            };
            // After a string without an end, the rest goes on without its brace.
            let skipped = match text.starts_with('}') || kind == TokenKind::StringHead {
                true => skip,
                false => 0,
            };
            let inside = text
                .get(skipped..text.len().saturating_sub(end))
                .unwrap_or_default();
            self.pieces(inside, at + skipped, &mut pieces);
            self.bump();
            if kind == TokenKind::StringTail {
                break;
            }
            let value = self.interpolation(depth)?;
            pieces.push(Piece::Part(StringPart::Interpolation(value)));
            skip = 1;
        }
        self.leave(outer, 1)?;
        Ok(StringLit {
            parts: finish(style, pieces),
            style,
            span: self.span_from(start),
        })
    }

    /// The expression of an interpolation, up to where its string goes on.
    fn interpolation(&mut self, depth: usize) -> Read<Expr> {
        let start = self.start();
        let end = self.end;
        let around = self.open(self.span(end.saturating_sub(2), end));
        let goes_on = |parser: &Self| {
            matches!(
                parser.kind(),
                TokenKind::StringMiddle | TokenKind::StringTail
            )
        };
        let read = self.expr();
        if goes_on(self)
            && let Ok(value) = read
        {
            self.untear();
            self.open(around);
            return Ok(value);
        }
        let reported = match read {
            Ok(_) => {
                self.could_be(Expected::CloseBrace);
                self.unexpected_in()
            }
            Err(reported) => reported,
        };
        self.depth = depth;
        while !goes_on(self) {
            if self.at(TokenKind::End) {
                return Err(reported);
            }
            self.skip_group();
        }
        self.untear();
        self.open(around);
        let span = self.span_from(start);
        Ok(Expr::new(ExprKind::Error, span))
    }

    /// Splits text into literal pieces and escapes.
    fn pieces(&mut self, text: &'a str, at: usize, pieces: &mut Vec<Piece<'a>>) {
        let mut rest = text;
        while let Some(length) = rest.find('\\') {
            let (written, escaped) = rest.split_at_checked(length).unwrap_or((rest, ""));
            if !written.is_empty() {
                pieces.push(Piece::Written(line_feeds(written)));
            }
            let start = at + text.len() - escaped.len();
            let (character, length) = escape(escaped);
            let end = start + length;
            match character {
                Some(character) => {
                    pieces.push(Piece::Part(StringPart::Text(character.to_string())));
                }
                None => {
                    let written = escaped.get(..length).unwrap_or(escaped);
                    let span = self.span(start, end);
                    self.report(diagnostics::invalid_escape(span, written));
                }
            }
            rest = escaped.get(length..).unwrap_or_default();
        }
        if !rest.is_empty() {
            pieces.push(Piece::Written(line_feeds(rest)));
        }
    }
}

/// The character that an escape at the beginning of a text stands for, if it stands for one, and its length.
fn escape(text: &str) -> (Option<char>, usize) {
    let mut characters = text.chars();
    characters.next();
    match characters.next() {
        Some('n') => (Some('\n'), 2),
        Some('t') => (Some('\t'), 2),
        Some(same @ ('"' | '\\' | '$')) => (Some(same), 2),
        Some('u') if characters.next() == Some('{') => {
            let code = text.get(3..).unwrap_or_default();
            let is_code = |one: char| one.is_ascii_alphanumeric();
            let length = code.find(|one| !is_code(one)).unwrap_or(code.len());
            if code.get(length..).is_none_or(|rest| !rest.starts_with('}')) {
                return (None, 2);
            }
            let digits = code.get(..length).unwrap_or_default();
            let is_number =
                (1..=6).contains(&length) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_number);
            (number.and_then(char::from_u32), length + 4)
        }
        Some(other) => (None, 1 + other.len_utf8()),
        None => (None, 1),
    }
}

/// The style of a string that is not raw, and how long its quotes are.
fn style(text: &str) -> (StringStyle, usize) {
    match text.starts_with("\"\"\"") && text.len() >= 5 {
        true => (StringStyle::Block, 3),
        false => (StringStyle::Quoted, 1),
    }
}

fn raw(text: &str, span: Span) -> StringLit {
    let is_block = text.starts_with("r\"\"\"") && text.len() >= 7;
    let quotes = if is_block { 3 } else { 1 };
    let inside = text
        .get(1 + quotes..text.len() - quotes)
        .unwrap_or_default();
    let (style, parts) = if is_block {
        let pieces = vec![Piece::Written(line_feeds(inside))];
        (StringStyle::RawBlock, unindent(pieces))
    } else {
        let parts = match inside {
            "" => Vec::new(),
            _ => vec![StringPart::Text(inside.to_owned())],
        };
        (StringStyle::Raw, parts)
    };
    StringLit { parts, style, span }
}

fn finish(style: StringStyle, pieces: Vec<Piece<'_>>) -> Vec<StringPart> {
    match style {
        StringStyle::Block => unindent(pieces),
        _ => join(pieces),
    }
}

fn line_feeds(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n")),
        false => Cow::Borrowed(text),
    }
}
