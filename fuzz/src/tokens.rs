//! A source cut into pieces, well enough to change one.

/// A kind of pieces that can stand for each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    Number,
    Text,
    Blank,
    Comment,
    Sign,
}

/// A piece of a source: its bytes from `start` to `end`.
#[derive(Clone, Copy)]
pub struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

impl Token {
    pub fn of<'a>(&self, source: &'a [u8]) -> &'a [u8] {
        &source[self.start..self.end]
    }
}

/// Signs of two characters.
const PAIRS: &[&[u8]] = &[b"->", b"==", b"!=", b"<=", b">=", b"??", b"..", b"//"];

/// Cuts a source. The pieces joined are the source.
pub fn tokens(source: &[u8]) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = source.get(at) {
        let rest = &source[at..];
        let run = |is_part: fn(&u8) -> bool| rest.iter().take_while(|byte| is_part(byte)).count();
        let (kind, length) = match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => (Kind::Word, run(is_word)),
            b'0'..=b'9' => (Kind::Number, run(is_number)),
            b'"' if rest.starts_with(b"\"\"\"") => (Kind::Text, block_text(rest)),
            b'"' => (Kind::Text, text(rest)),
            b'#' => (Kind::Comment, run(|byte| *byte != b'\n')),
            byte if byte.is_ascii_whitespace() => (Kind::Blank, run(u8::is_ascii_whitespace)),
            _ if PAIRS.iter().any(|pair| rest.starts_with(pair)) => (Kind::Sign, 2),
            _ => (Kind::Sign, 1),
        };
        found.push(Token {
            kind,
            start: at,
            end: at + length,
        });
        at += length;
    }
    found
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

fn is_number(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'.'
}

fn block_text(rest: &[u8]) -> usize {
    let inside = &rest[3..];
    let end = inside.windows(3).position(|window| window == b"\"\"\"");
    end.map_or(rest.len(), |end| end + 6)
}

fn text(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\n' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}
