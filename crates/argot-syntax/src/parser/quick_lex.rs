//! Bytes, words and comments for the quick reader.

use super::quick::Reader;
use crate::ast::{Comment, Doc, Ident};
use crate::{MAX_NESTING, Span};

/// Whether a byte may stand in a name.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "if" | "else" | "for" | "in" | "let" | "and" | "or" | "not" | "true" | "false" | "null"
    )
}

/// Whether the text has a carriage return that ends no line with a line feed.
pub(super) fn has_lone_return(text: &str) -> bool {
    text.contains('\r')
        && text
            .split('\r')
            .skip(1)
            .any(|behind| !behind.starts_with('\n'))
}

/// What stood where a look ahead began.
pub(super) struct Mark {
    at: usize,
    end: usize,
    comments: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// The byte with which the next token begins; nothing at the end of the text.
    pub(super) fn next(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> Option<&'a str> {
        self.text.get(start..end)
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.base + start, self.base + end)
    }

    /// A span from a place to the end of the last token.
    pub(super) fn span_from(&self, start: usize) -> Span {
        self.span(start, self.end)
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            at: self.at,
            end: self.end,
            comments: self.comments.len(),
        }
    }

    /// Goes back to where a look ahead began.
    pub(super) fn back_to(&mut self, mark: &Mark) {
        self.at = mark.at;
        self.end = mark.end;
        self.comments.truncate(mark.comments);
    }

    /// Ends a token `length` bytes further, and goes to where the next one begins.
    pub(super) fn advance(&mut self, length: usize) -> Option<()> {
        self.at += length;
        self.end = self.at;
        self.skip()
    }

    /// Goes over white space and comments. Documentation is a token.
    pub(super) fn skip(&mut self) -> Option<()> {
        while let Some(byte) = self.next() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' if self.lines > 0 => return None,
                b'\n' => self.at += 1,
                b'#' if self.at_doc() => break,
                b'#' => self.comment()?,
                _ => break,
            }
        }
        Some(())
    }

    fn at_doc(&self) -> bool {
        self.byte(1) == Some(b'#') && self.byte(2) != Some(b'#')
    }

    /// Goes to the end of the line and gives what stood on it.
    fn rest_of_line(&mut self) -> Option<&'a str> {
        if self.lines > 0 {
            return None;
        }
        let rest = self.text.get(self.at..)?;
        let line = rest.find('\n').map_or(Some(rest), |end| rest.get(..end))?;
        self.at += line.len();
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    fn comment(&mut self) -> Option<()> {
        let start = self.at;
        let line = self.rest_of_line()?;
        self.comments.push(Comment {
            text: line.strip_prefix('#')?.to_owned(),
            span: self.span(start, start + line.len()),
        });
        Some(())
    }

    /// The documentation that stands next, if any.
    pub(super) fn doc(&mut self) -> Option<Doc> {
        let mut doc: Doc = None;
        while self.next() == Some(b'#') {
            let line = self.rest_of_line()?.strip_prefix("##")?;
            let line = line.strip_prefix(' ').unwrap_or(line);
            match &mut doc {
                Some(doc) => {
                    doc.push('\n');
                    doc.push_str(line);
                }
                None => doc = Some(line.to_owned()),
            }
            self.skip()?;
        }
        Some(doc)
    }

    /// The word that stands next, empty where there is none.
    pub(super) fn word(&self) -> &'a str {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.first().is_none_or(u8::is_ascii_digit) {
            return "";
        }
        let length = rest.iter().take_while(|byte| is_name_byte(**byte)).count();
        self.text.get(self.at..self.at + length).unwrap_or_default()
    }

    /// Takes a word if it stands next.
    pub(super) fn take_word(&mut self, word: &str) -> Option<bool> {
        if self.word() != word {
            return Some(false);
        }
        self.advance(word.len())?;
        Some(true)
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Option<()> {
        self.take_word(word)?.then_some(())
    }

    /// Whether a name stands next. An `r` before a string is part of it.
    pub(super) fn at_name(&self) -> bool {
        let word = self.word();
        !word.is_empty() && !is_reserved(word) && !self.at_raw(word)
    }

    /// Whether a word is the `r` of a raw string.
    fn at_raw(&self, word: &str) -> bool {
        word == "r" && self.byte(1) == Some(b'"')
    }

    pub(super) fn at_string(&self) -> bool {
        match self.next() {
            Some(b'"') => true,
            Some(b'r') => self.byte(1) == Some(b'"'),
            _ => false,
        }
    }

    pub(super) fn name(&mut self) -> Option<Ident> {
        self.name_of(self.word())
    }

    /// The name that the word is which stands next.
    pub(super) fn name_of(&mut self, word: &str) -> Option<Ident> {
        if word.is_empty() || is_reserved(word) || self.at_raw(word) {
            return None;
        }
        let start = self.at;
        self.advance(word.len())?;
        Some(Ident {
            name: word.to_owned(),
            span: self.span(start, start + word.len()),
        })
    }

    /// Takes a byte that is a token whatever follows.
    pub(super) fn take(&mut self, byte: u8) -> Option<bool> {
        if self.next() != Some(byte) {
            return Some(false);
        }
        self.advance(1)?;
        Some(true)
    }

    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte)?.then_some(())
    }

    pub(super) fn at_assign(&self) -> bool {
        self.next() == Some(b'=') && self.byte(1) != Some(b'=')
    }

    pub(super) fn assign(&mut self) -> Option<()> {
        if self.at_assign() {
            self.advance(1)
        } else {
            None
        }
    }

    /// A dot that is none of two.
    pub(super) fn at_dot(&self) -> bool {
        self.next() == Some(b'.') && self.byte(1) != Some(b'.')
    }

    // ---------------------------------------------------------------------------------------- nesting

    /// Takes an opening bracket.
    pub(super) fn open(&mut self, bracket: u8) -> Option<()> {
        self.brackets += 1;
        if self.brackets > MAX_NESTING {
            return None;
        }
        self.expect(bracket)
    }

    /// Takes a closing bracket.
    pub(super) fn close(&mut self, bracket: u8) -> Option<()> {
        self.brackets -= 1;
        self.expect(bracket)
    }

    /// Goes one level deeper, and gives what [`leave`](Self::leave) needs.
    pub(super) fn enter(&mut self) -> Option<usize> {
        self.deeper()?;
        Some(std::mem::take(&mut self.height))
    }

    /// Goes a level deeper within what has been entered.
    pub(super) fn deeper(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= MAX_NESTING).then_some(())
    }

    /// Goes back `levels` levels.
    ///
    /// Operators and postfixes count for what stands before them too, so that the depth of an operand is
    /// known only behind the last of them: `height` is how many levels what has been read holds.
    pub(super) fn leave(&mut self, outer: usize, levels: usize) -> Option<()> {
        self.depth -= levels;
        let height = self.height + levels;
        self.height = height.max(outer);
        (height <= MAX_NESTING).then_some(())
    }
}
