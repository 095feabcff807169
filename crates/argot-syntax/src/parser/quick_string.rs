//! Strings for the quick reader.

use std::borrow::Cow;

use super::quick::Reader;
use crate::ast::{StringLit, StringPart, StringStyle};

/// A piece of a string, in the order in which it stands.
enum Piece<'a> {
    /// Text whose line breaks are those of the source.
    Written(Cow<'a, str>),
    /// The text of an escape, or an interpolation.
    Part(StringPart),
}

impl<'a> Reader<'a> {
    /// A string that may not interpolate.
    pub(super) fn plain_string(&mut self) -> Option<StringLit> {
        let string = self.string()?;
        string.plain().is_some().then_some(string)
    }

    pub(super) fn string(&mut self) -> Option<StringLit> {
        let rest = self.bytes.get(self.at..)?;
        if rest.starts_with(b"\"\"\"") {
            self.block_string()
        } else if rest.starts_with(b"\"") {
            self.quoted()
        } else if rest.starts_with(b"r\"\"\"") {
            let pieces = |text: &'a str| unindent(vec![Piece::Written(line_feeds(text))]);
            self.raw(StringStyle::RawBlock, "\"\"\"", pieces)
        } else {
            self.raw(StringStyle::Raw, "\"", |text| match text {
                "" => Vec::new(),
                _ => vec![StringPart::Text(text.to_owned())],
            })
        }
    }

    fn raw(
        &mut self,
        style: StringStyle,
        quotes: &str,
        parts: impl FnOnce(&'a str) -> Vec<StringPart>,
    ) -> Option<StringLit> {
        let start = self.at;
        let inside = start + 1 + quotes.len();
        let rest = self.text.get(inside..)?;
        let text = rest.get(..rest.find(quotes)?)?;
        if text.contains('\n') && (style == StringStyle::Raw || self.lines > 0) {
            return None;
        }
        self.at = inside + text.len();
        self.advance(quotes.len())?;
        Some(StringLit {
            parts: parts(text),
            style,
            span: self.span_from(start),
        })
    }

    fn quoted(&mut self) -> Option<StringLit> {
        let start = self.at;
        let mut parts: Vec<StringPart> = Vec::new();
        self.at += 1;
        self.lines += 1;
        loop {
            match self.piece(false)? {
                Some(Piece::Written(text)) => add_text(&mut parts, &text),
                Some(Piece::Part(StringPart::Text(text))) => add_text(&mut parts, &text),
                Some(Piece::Part(part)) => parts.push(part),
                None => break,
            }
        }
        self.lines -= 1;
        self.advance(1)?;
        Some(StringLit {
            parts,
            style: StringStyle::Quoted,
            span: self.span_from(start),
        })
    }

    fn block_string(&mut self) -> Option<StringLit> {
        let start = self.at;
        let mut pieces = Vec::new();
        self.at += 3;
        while let Some(piece) = self.piece(true)? {
            pieces.push(piece);
        }
        self.advance(3)?;
        Some(StringLit {
            parts: unindent(pieces),
            style: StringStyle::Block,
            span: self.span_from(start),
        })
    }

    /// The next piece, or none before the closing quotes.
    fn piece(&mut self, is_block: bool) -> Option<Option<Piece<'a>>> {
        let start = self.at;
        loop {
            match self.next()? {
                b'"' if !is_block || self.closes_block() => break,
                b'\\' if self.at == start => return self.escape().map(Some),
                b'$' if self.byte(1) == Some(b'{') => {
                    if self.at == start {
                        return self.interpolation().map(Some);
                    }
                    break;
                }
                b'\\' => break,
                b'\n' if self.lines > 0 => return None,
                _ => self.at += 1,
            }
        }
        if self.at == start {
            return Some(None);
        }
        let text = self.slice(start, self.at)?;
        Some(Some(Piece::Written(line_feeds(text))))
    }

    fn closes_block(&self) -> bool {
        self.byte(1) == Some(b'"') && self.byte(2) == Some(b'"')
    }

    fn interpolation(&mut self) -> Option<Piece<'a>> {
        self.at += 1;
        self.open(b'{')?;
        let value = self.expr()?;
        self.brackets -= 1;
        if self.next() != Some(b'}') {
            return None;
        }
        self.at += 1;
        Some(Piece::Part(StringPart::Interpolation(value)))
    }

    fn escape(&mut self) -> Option<Piece<'a>> {
        let character = match self.byte(1)? {
            b'n' => '\n',
            b't' => '\t',
            b'"' => '"',
            b'\\' => '\\',
            b'$' => '$',
            b'u' if self.byte(2) == Some(b'{') => {
                let code = self.text.get(self.at + 3..)?;
                let digits = code.get(..code.find('}')?)?;
                let is_code = (1..=6).contains(&digits.len())
                    && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                is_code.then_some(())?;
                self.at += digits.len() + 2;
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
            }
            _ => return None,
        };
        self.at += 2;
        Some(Piece::Part(StringPart::Text(character.into())))
    }
}

fn line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Adds a text behind another or as a new part.
fn add_text(parts: &mut Vec<StringPart>, text: &str) {
    match parts.last_mut() {
        Some(StringPart::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(StringPart::Text(text.to_owned())),
    }
}

/// Takes the line break behind the opening quotes, the common indentation of all lines that hold
/// something, and the white space before the closing quotes out of a block string.
fn unindent(mut pieces: Vec<Piece<'_>>) -> Vec<StringPart> {
    let mut drops_first_line = false;
    if let Some(Piece::Written(text)) = pieces.first_mut()
        && let Some((first, rest)) = text.split_once('\n')
        && is_blank(first)
    {
        drops_first_line = true;
        *text = Cow::Owned(rest.to_owned());
    }
    let indentation = common_indentation(&pieces, drops_first_line).to_owned();
    let last = pieces.len().saturating_sub(1);
    let mut parts = Vec::new();
    for (index, piece) in pieces.into_iter().enumerate() {
        let text = match piece {
            Piece::Written(text) => text,
            Piece::Part(StringPart::Text(text)) => {
                add_text(&mut parts, &text);
                continue;
            }
            Piece::Part(part) => {
                parts.push(part);
                continue;
            }
        };
        let mut result = String::with_capacity(text.len());
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                result.push('\n');
            }
            let begins_line = number > 0 || (index == 0 && drops_first_line);
            result.push_str(match line.strip_prefix(indentation.as_str()) {
                Some(rest) if begins_line => rest,
                None if begins_line && is_blank(line) => "",
                _ => line,
            });
        }
        if index == last {
            let kept = result.trim_end_matches([' ', '\t']);
            let is_first_line = kept.is_empty() && drops_first_line && index == 0;
            if is_first_line || kept.ends_with('\n') {
                result.truncate(kept.len());
            }
        }
        match parts.last_mut() {
            Some(StringPart::Text(before)) => before.push_str(&result),
            _ if result.is_empty() => {}
            _ => parts.push(StringPart::Text(result)),
        }
    }
    parts
}

/// The white space with which every line begins that holds something.
fn common_indentation<'a>(pieces: &'a [Piece<'_>], first_line_counts: bool) -> &'a str {
    let mut common: Option<&str> = None;
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Written(text) = piece else {
            continue;
        };
        let mut lines = text.split('\n').enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            let begins_line = number > 0 || (index == 0 && first_line_counts);
            let goes_on = lines.peek().is_none() && index + 1 < pieces.len();
            if !begins_line || (!goes_on && is_blank(line)) {
                continue;
            }
            let shared = common.unwrap_or(line).bytes().zip(line.bytes());
            let length = shared
                .take_while(|(one, other)| one == other && matches!(one, b' ' | b'\t'))
                .count();
            common = line.get(..length);
        }
    }
    common.unwrap_or_default()
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}
