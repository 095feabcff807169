//! The tokens of a file: words, numbers, strings, punctuation, and the blanks and comments between them.

use crate::{FileId, Span};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(
    missing_docs,
    reason = "punctuation and reserved words are named as they are written"
)]
pub enum TokenKind {
    /// The byte order mark that a file may begin with.
    ByteOrderMark,
    /// Spaces and tabs.
    Space,
    /// Spaces, tabs and line breaks, with at least one line break.
    LineBreak,
    /// `# text`, up to the end of its line.
    Comment,

    /// `## text`, up to the end of its line.
    Doc,

    /// A word that is not reserved.
    Name,
    If,
    Else,
    For,
    In,
    Let,
    And,
    Or,
    Not,
    True,
    False,
    Null,

    /// `12`. A minus before it is a token of its own.
    Int,
    /// `0.5`, `1e-4`.
    Float,
    /// `16Gi`, `1h30m`.
    Unit,
    /// Digits that run into something that is not a unit: `1_000`.
    BadNumber,

    /// `"..."` or `"""..."""` without an interpolation.
    String,
    /// `r"..."` or `r"""..."""`.
    RawString,
    /// A string from its quotes to the end of its first `${`.
    StringHead,
    /// A string from the `}` of one interpolation to the end of the next `${`.
    StringMiddle,
    /// A string from the `}` of its last interpolation to the end of its quotes.
    StringTail,
    /// A string that does not end, up to the end of its line or of the file.
    Unterminated,

    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Colon,
    Assign,
    Dot,
    DotDot,
    Arrow,
    Bar,
    Question,
    Coalesce,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Star,
    Slash,
    SlashSlash,
    Percent,

    /// A symbol, word or character that has no meaning in Argot: `&&`, `'text'`, `ß`.
    Foreign,
    /// The end of the file; its text is empty.
    End,
}

impl TokenKind {
    /// Whether the parser skips it.
    pub fn is_trivia(self) -> bool {
        matches!(
            self,
            Self::ByteOrderMark | Self::Space | Self::LineBreak | Self::Comment
        )
    }

    /// Whether it is a word that can never be a name.
    pub fn is_reserved(self) -> bool {
        (Self::If as u8..=Self::Null as u8).contains(&(self as u8))
    }

    /// Whether it is a name or a reserved word.
    pub fn is_word(self) -> bool {
        self == Self::Name || self.is_reserved()
    }

    /// Whether a string begins with it.
    pub fn begins_string(self) -> bool {
        matches!(
            self,
            Self::String | Self::RawString | Self::StringHead | Self::Unterminated
        )
    }
}

/// One token. It ends where the next one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its kind.
    pub kind: TokenKind,
    /// The offset of its first byte in the file.
    pub start: u32,
}

/// All tokens of a file, in order: joined, their texts are the text of the file.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    file: FileId,
    /// The last one is always [`TokenKind::End`].
    tokens: Vec<Token>,
}

impl Tokens {
    pub(crate) fn new(file: FileId, tokens: Vec<Token>) -> Self {
        Self { file, tokens }
    }

    /// How many tokens there are, the end of the file included.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there are no tokens, which is only so for the default value.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The kind of a token; [`TokenKind::End`] after the last one.
    pub fn kind(&self, index: usize) -> TokenKind {
        self.tokens
            .get(index)
            .map_or(TokenKind::End, |token| token.kind)
    }

    /// Where a token begins, as an offset in the file.
    pub fn start(&self, index: usize) -> usize {
        let token = self.tokens.get(index).or(self.tokens.last());
        token.map_or(0, |token| token.start as usize)
    }

    /// Where a token is.
    pub fn span(&self, index: usize) -> Span {
        Span::new(self.file, self.start(index), self.start(index + 1))
    }

    /// The tokens with their places, in order.
    pub fn iter(&self) -> impl Iterator<Item = (TokenKind, Span)> {
        (0..self.tokens.len()).map(|index| (self.kind(index), self.span(index)))
    }

    /// The index of the first token that begins at or after an offset.
    pub fn index_at(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.start < offset)
    }
}
