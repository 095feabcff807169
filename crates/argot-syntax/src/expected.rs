//! The tokens that could come next, as a small set.

use crate::token::TokenKind;

/// Something that could be next. A message names them in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Expected {
    Item,
    Statement,
    Attribute,
    Argument,
    Entry,
    Type,
    Expression,
    Name,
    String,
    Event,
    As,
    Import,
    In,
    Until,
    If,
    Assign,
    Colon,
    OpenBrace,
    OpenParen,
    Comma,
    CloseParen,
    CloseBracket,
    CloseBrace,
}

/// The words for them, in the same order.
const WORDS: [&str; 23] = [
    "an item",
    "a statement",
    "an attribute",
    "an argument",
    "an entry",
    "a type",
    "an expression",
    "a name",
    "a string",
    "`exit`, `success` or `failure`",
    "`as`",
    "`import`",
    "`in`",
    "`until`",
    "`if`",
    "`=`",
    "`:`",
    "`{`",
    "`(`",
    "`,`",
    "`)`",
    "`]`",
    "`}`",
];

impl Expected {
    /// The word for a kind of token, if a message names it.
    pub(crate) fn of(kind: TokenKind) -> Option<Self> {
        Some(match kind {
            TokenKind::Assign => Self::Assign,
            TokenKind::Colon => Self::Colon,
            TokenKind::OpenBrace => Self::OpenBrace,
            TokenKind::OpenParen => Self::OpenParen,
            TokenKind::Comma => Self::Comma,
            TokenKind::CloseParen => Self::CloseParen,
            TokenKind::CloseBracket => Self::CloseBracket,
            TokenKind::CloseBrace => Self::CloseBrace,
            TokenKind::In => Self::In,
            _ => return None,
        })
    }
}

/// A set of what could be next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ExpectedSet(u32);

impl ExpectedSet {
    pub(crate) fn add(&mut self, expected: Expected) {
        self.0 |= 1 << expected as u8;
    }

    pub(crate) fn has(self, expected: Expected) -> bool {
        self.0 & (1 << expected as u8) != 0
    }

    /// Whether it holds that and nothing else.
    pub(crate) fn is_only(self, expected: Expected) -> bool {
        self.0 == 1 << expected as u8
    }

    /// `a`, `a or b`, `a, b or c`; nothing for the empty set.
    pub(crate) fn words(self) -> String {
        let words: Vec<_> = (0..)
            .zip(WORDS)
            .filter(|(bit, _)| self.0 & (1 << bit) != 0)
            .map(|(_, word)| word)
            .collect();
        match words.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        }
    }
}
