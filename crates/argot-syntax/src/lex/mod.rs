//! The lexer: turns text into tokens, in one pass over the bytes.
//!
//! The only context that it keeps is which interpolations are open: there, a `}` may go on with a string. A string that
//! does not end is one token up to the end of its line, so the rest of the file is read as intended.

mod number;
mod string;

use crate::token::{Token, TokenKind, Tokens};
use crate::{Diagnostic, Diagnostics, FileId, Source, Span, diagnostics};

/// Reads the tokens of a file. Strings without an end and stray carriage returns are reported.
pub(crate) fn lex(source: &Source, diagnostics: &mut Diagnostics) -> Tokens {
    let text = source.text();
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        file: source.id(),
        at: 0,
        tokens: Vec::with_capacity(text.len() / 2 + 2),
        open: Vec::new(),
        lines: 0,
        unclosed: None,
        expansion_in: None,
        has_returns: text.as_bytes().contains(&b'\r'),
        has_lone_return: false,
        found: Vec::new(),
    };
    lexer.run();
    diagnostics.extend(lexer.found);
    Tokens::new(source.id(), lexer.tokens)
}

/// An interpolation that is open.
struct Interpolation {
    /// The index of the token with which its string begins.
    head: usize,
    /// Where its `${` is.
    at: usize,
    /// Whether its string may have line breaks.
    is_block: bool,
    /// How many braces are open in it.
    braces: usize,
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    file: FileId,
    /// Where the next token begins.
    at: usize,
    tokens: Vec<Token>,
    /// The interpolations that are open, the outermost first.
    open: Vec<Interpolation>,
    /// How many of them are in a string that ends with its line.
    lines: usize,
    /// Where a `${` has been found that nothing closes.
    unclosed: Option<usize>,
    /// The start of the last string in which a shell expansion has been reported.
    expansion_in: Option<usize>,
    /// Whether the text has carriage returns; most have none.
    has_returns: bool,
    has_lone_return: bool,
    found: Vec<Diagnostic>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.push(TokenKind::ByteOrderMark, 3);
        }
        loop {
            while let Some(byte) = self.byte(0) {
                // Most tokens are words and blanks: a branch for each is better foreseen than a jump for all.
                match byte {
                    b' ' | b'\n' => self.blank(),
                    b'a'..=b'z' => self.word(),
                    _ => self.token(byte),
                }
            }
            if !self.reopen() {
                break;
            }
        }
        self.push(TokenKind::End, 0);
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// Adds the token that begins here and is `length` bytes long.
    fn push(&mut self, kind: TokenKind, length: usize) {
        self.push_from(kind, self.at);
        self.at += length;
    }

    /// Adds a token that began further back.
    fn push_from(&mut self, kind: TokenKind, start: usize) {
        // A source is at most 16 MiB.
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        self.tokens.push(Token { kind, start });
    }

    /// A token that is neither a blank nor a word in lowercase.
    fn token(&mut self, byte: u8) {
        use TokenKind as T;
        match byte {
            b'\t' | b'\r' => self.blank(),
            b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => self.number(),
            b'#' => self.comment(),
            b'"' => self.string(),
            b'(' => self.push(T::OpenParen, 1),
            b')' => self.push(T::CloseParen, 1),
            b'[' => self.push(T::OpenBracket, 1),
            b']' => self.push(T::CloseBracket, 1),
            b',' => self.push(T::Comma, 1),
            b'{' => {
                if let Some(inner) = self.open.last_mut() {
                    inner.braces += 1;
                }
                self.push(T::OpenBrace, 1);
            }
            b'}' => match self.open.last_mut() {
                Some(inner) if inner.braces == 0 => self.resume_string(),
                Some(inner) => {
                    inner.braces -= 1;
                    self.push(T::CloseBrace, 1);
                }
                None => self.push(T::CloseBrace, 1),
            },
            _ => self.symbol(byte),
        }
    }

    fn symbol(&mut self, byte: u8) {
        use TokenKind as T;
        let (kind, length) = match (byte, self.byte(1).unwrap_or(0)) {
            (b'=', b'=') => (T::Equal, 2),
            (b'=', b'>' | b'~') => (T::Foreign, 2),
            (b'=', _) => (T::Assign, 1),
            (b':', b'=' | b':') => (T::Foreign, 2),
            (b':', _) => (T::Colon, 1),
            (b'.', b'.') if self.byte(2) == Some(b'.') => (T::Foreign, 3),
            (b'.', b'.') => (T::DotDot, 2),
            (b'.', _) => (T::Dot, 1),
            (b'-', b'>') => (T::Arrow, 2),
            (b'-', b'=') => (T::Foreign, 2),
            (b'-', _) => (T::Minus, 1),
            (b'+', b'=' | b'+') => (T::Foreign, 2),
            (b'+', _) => (T::Plus, 1),
            (b'*', b'*') => (T::Foreign, 2),
            (b'*', _) => (T::Star, 1),
            (b'/', b'/') => (T::SlashSlash, 2),
            (b'/', b'*') => (T::Foreign, 2),
            (b'/', _) => (T::Slash, 1),
            (b'%', _) => (T::Percent, 1),
            (b'?', b'?') => (T::Coalesce, 2),
            (b'?', _) => (T::Question, 1),
            (b'|', b'|') => (T::Foreign, 2),
            (b'|', _) => (T::Bar, 1),
            (b'!', b'=') => (T::NotEqual, 2),
            (b'<', b'=') => (T::LessEqual, 2),
            (b'<', _) => (T::Less, 1),
            (b'>', b'=') => (T::GreaterEqual, 2),
            (b'>', _) => (T::Greater, 1),
            (b'&', b'&') => (T::Foreign, 2),
            (b'\'', _) => (T::Foreign, self.single_quoted()),
            _ => (T::Foreign, self.foreign_word()),
        };
        self.push(kind, length);
    }

    /// The length of a text in single quotes, or of the quote alone if nothing on the line closes it.
    fn single_quoted(&self) -> usize {
        let inside = self.bytes.get(self.at + 1..).unwrap_or_default();
        let end = inside
            .iter()
            .position(|byte| matches!(byte, b'\'' | b'\n' | b'"'));
        match end {
            Some(length) if inside.get(length) == Some(&b'\'') => length + 2,
            _ => 1,
        }
    }

    /// The length of a word with letters that no name has, or of a single character.
    fn foreign_word(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_word = |one: char| one.is_alphanumeric() || one == '_';
        let length = rest.find(|one| !is_word(one)).unwrap_or(rest.len());
        match length {
            0 => rest.chars().next().map_or(1, char::len_utf8),
            _ => length,
        }
    }

    // ---------------------------------------------------------------------------- blanks and comments

    fn blank(&mut self) {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        if matches!(rest, [b' ', b'!'..=b'~', ..]) {
            return self.push(TokenKind::Space, 1);
        }
        let mut kind = TokenKind::Space;
        let mut has_return = false;
        let mut length = 0;
        for byte in rest {
            match byte {
                b' ' | b'\t' => {}
                b'\r' => has_return = true,
                b'\n' if self.lines > 0 => break,
                b'\n' => kind = TokenKind::LineBreak,
                _ => break,
            }
            length += 1;
        }
        if length > 0 {
            self.push(kind, length);
        }
        if has_return {
            self.check_returns(start, self.at);
        }
        if self.lines > 0 && self.byte(0) == Some(b'\n') {
            self.line_ends_string();
        }
    }

    /// Reports the first carriage return of a file that belongs to no line break, if it is in a text that has been read.
    fn check_returns(&mut self, start: usize, end: usize) {
        if !self.has_returns || self.has_lone_return {
            return;
        }
        let is_lone = |at: &usize| {
            self.bytes.get(*at) == Some(&b'\r') && self.bytes.get(at + 1) != Some(&b'\n')
        };
        if let Some(at) = (start..end).find(is_lone) {
            self.has_lone_return = true;
            let span = self.span(at, at + 1);
            self.found.push(diagnostics::lone_carriage_return(span));
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let is_doc = self.byte(1) == Some(b'#') && self.byte(2) != Some(b'#');
        self.at = self.line_end(start);
        self.check_returns(start, self.at);
        let kind = match is_doc {
            true => TokenKind::Doc,
            false => TokenKind::Comment,
        };
        self.push_from(kind, start);
    }

    /// Where the line ends that a place is in, before its line break.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(length) => {
                let has_return = length > 0 && rest.get(length - 1) == Some(&b'\r');
                at + length - usize::from(has_return)
            }
            None => self.bytes.len(),
        }
    }

    // ------------------------------------------------------------------------------------------ words

    fn word(&mut self) {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_name_byte(*byte));
        let length = length.unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        let next = rest.get(length).copied().unwrap_or(0);
        if next == b'"' && word == b"r" {
            return self.raw_string();
        }
        if next >= 0x80 && self.foreign_word() > length {
            return self.push(TokenKind::Foreign, self.foreign_word());
        }
        self.push(keyword(word), length);
    }
}

/// Whether a name may hold a byte.
fn is_name_byte(byte: u8) -> bool {
    NAME_BYTES.get(usize::from(byte)).copied().unwrap_or(false)
}

/// The bytes that a name may hold, as a table: most of a file is names.
static NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &mut [bool] = &mut table;
    let mut byte: u8 = 0;
    while let [first, more @ ..] = rest {
        *first = byte.is_ascii_alphanumeric() || byte == b'_';
        byte = byte.wrapping_add(1);
        rest = more;
    }
    table
};

/// The kind of a word.
fn keyword(word: &[u8]) -> TokenKind {
    use TokenKind as T;
    if !(2..=5).contains(&word.len()) {
        return T::Name;
    }
    match word {
        b"if" => T::If,
        b"in" => T::In,
        b"or" => T::Or,
        b"for" => T::For,
        b"let" => T::Let,
        b"and" => T::And,
        b"not" => T::Not,
        b"else" => T::Else,
        b"true" => T::True,
        b"null" => T::Null,
        b"false" => T::False,
        _ => T::Name,
    }
}
