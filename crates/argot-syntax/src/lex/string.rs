//! Strings: where they end, and where their interpolations are.

use super::{Interpolation, Lexer};
use crate::token::TokenKind;
use crate::{Diagnostic, diagnostics};

/// What ends a piece of text in a string.
enum Stop {
    Quotes,
    Interpolation,
    /// The end of the line, in a string that ends with it, or of the file.
    End,
}

impl Lexer<'_> {
    /// A string, from its quotes on.
    pub(super) fn string(&mut self) {
        let start = self.at;
        let is_block = self.has_quotes(start);
        self.at += if is_block { 3 } else { 1 };
        self.text(start, is_block, None);
    }

    /// Goes on with a string at the `}` of an interpolation.
    pub(super) fn resume_string(&mut self) {
        if let Some(inner) = self.open.pop() {
            self.lines -= usize::from(!inner.is_block);
            let start = self.at;
            self.at += 1;
            self.text(start, inner.is_block, Some(inner.head));
        }
    }

    /// Reads text up to the next interpolation or the end of the string, and adds the token that began at `start`.
    /// `head` is the index of the token with which the string began, unless it is this one.
    fn text(&mut self, start: usize, is_block: bool, head: Option<usize>) {
        let string = head.map_or(start, |index| self.start(index));
        let stop = self.find_stop(is_block, string);
        let end = self.at;
        self.check_returns(start, end);
        match stop {
            Stop::Quotes => {
                self.at += if is_block { 3 } else { 1 };
                let kind = match head {
                    None => TokenKind::String,
                    Some(_) => TokenKind::StringTail,
                };
                self.push_from(kind, start);
            }
            Stop::Interpolation => {
                let index = self.tokens.len();
                self.at += 2;
                let kind = match head {
                    None => TokenKind::StringHead,
                    Some(_) => TokenKind::StringMiddle,
                };
                self.push_from(kind, start);
                self.lines += usize::from(!is_block);
                self.open.push(Interpolation {
                    head: head.unwrap_or(index),
                    at: end,
                    is_block,
                    braces: 0,
                });
            }
            Stop::End => {
                let index = head.unwrap_or(self.tokens.len());
                if head.is_none() {
                    self.push_from(TokenKind::Unterminated, start);
                }
                self.ends_early(index, is_block);
            }
        }
    }

    fn start(&self, index: usize) -> usize {
        let token = self.tokens.get(index);
        token.map_or(0, |token| token.start as usize)
    }

    fn find_stop(&mut self, is_block: bool, string: usize) -> Stop {
        let ends_with_line = !is_block || self.lines > 0;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let is_special = |byte: &u8| matches!(byte, b'"' | b'\n' | b'\\' | b'$');
            let Some(length) = rest.iter().position(is_special) else {
                self.at = self.bytes.len();
                return Stop::End;
            };
            self.at += length;
            match rest.get(length).copied().unwrap_or(0) {
                b'"' if !is_block || self.has_quotes(self.at) => return Stop::Quotes,
                b'\n' if ends_with_line => return Stop::End,
                b'\\' if matches!(self.byte(1), Some(b'\n' | b'\r') | None) => self.at += 1,
                b'\\' => self.at += 2,
                b'$' if self.byte(1) == Some(b'{') => {
                    if self.is_shell_expansion() {
                        self.report_expansion(string);
                    } else if self.unclosed != Some(self.at) {
                        return Stop::Interpolation;
                    }
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
    }

    fn has_quotes(&self, at: usize) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.starts_with(b"\"\"\"")
    }

    /// Whether the `${` here begins what a shell would expand and no expression could be: `${x:-y}`, `${#x}`,
    /// `${x%.*}`, `${x^^}`, `${x[@]}`, `${!x}`, `${?}`.
    fn is_shell_expansion(&self) -> bool {
        let inside = self.bytes.get(self.at + 2..).unwrap_or_default();
        let name = |from: usize| {
            let rest = inside.get(from..).unwrap_or_default();
            let is_name = |byte: &&u8| super::is_name_byte(**byte);
            from + rest.iter().take_while(is_name).count()
        };
        let byte = |at: usize| inside.get(at).copied().unwrap_or(0);
        match byte(0) {
            b'#' | b'!' => name(1) > 1 && matches!(byte(name(1)), b'}' | b'[' | b'@' | b'*'),
            b'@' | b'*' | b'?' | b'$' => byte(1) == b'}',
            _ => {
                let end = name(0);
                end > 0
                    && match (byte(end), byte(end + 1)) {
                        (b'^' | b'#' | b'@' | b',' | b':', _) => true,
                        (b'=', next) => next != b'=',
                        (b'?', next) => next != b'?',
                        (b'%', b'.' | b'%' | b'*' | b'/' | b'}') => true,
                        (b'[', b'@' | b'*') => true,
                        (b'-' | b'+' | b'/', b'}') => true,
                        _ => false,
                    }
            }
        }
    }

    /// Reports the first shell expansion of a string.
    fn report_expansion(&mut self, string: usize) {
        if self.expansion_in.replace(string) != Some(string) {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let stop = rest
                .iter()
                .position(|byte| matches!(byte, b'}' | b'"' | b'\n'));
            let end = stop.filter(|at| rest.get(*at) == Some(&b'}'));
            let length = end.map_or(2, |at| at + 1);
            let span = self.span(self.at, self.at + length);
            let text = self.text.get(self.at..self.at + length).unwrap_or_default();
            self.found.push(diagnostics::shell_expansion(span, text));
        }
    }

    /// A raw string, from its `r` on.
    pub(super) fn raw_string(&mut self) {
        let start = self.at;
        let is_block = self.has_quotes(start + 1);
        let quotes = if is_block { 3 } else { 1 };
        self.at += 1 + quotes;
        let ends_with_line = !is_block || self.lines > 0;
        loop {
            match self.byte(0) {
                Some(b'"') if !is_block || self.has_quotes(self.at) => break,
                Some(b'\n') if ends_with_line => return self.raw_ends(start, is_block),
                None => return self.raw_ends(start, is_block),
                Some(_) => self.at += 1,
            }
        }
        self.check_returns(start, self.at);
        self.at += quotes;
        self.push_from(TokenKind::RawString, start);
    }

    fn raw_ends(&mut self, start: usize, is_block: bool) {
        let index = self.tokens.len();
        self.push_from(TokenKind::Unterminated, start);
        self.ends_early(index, is_block);
    }

    // ---------------------------------------------------------------------------- strings without an end

    /// The string whose first token is at `index` does not end before its line or the file does. If it is in another
    /// string that does not end either, that one is reported.
    fn ends_early(&mut self, index: usize, is_block: bool) {
        let is_file_end = self.at >= self.bytes.len();
        if self.lines > 0 && !is_file_end {
            self.line_ends_string();
        } else if self.open.is_empty() || !is_file_end {
            self.unterminated(index, is_block, None);
        }
    }

    /// The line ends while a string is open that ends with it: reports the outermost of those.
    pub(super) fn line_ends_string(&mut self) {
        // From the innermost on, for many may be open that go on.
        let in_line = self.open.iter().enumerate().rev();
        let mut in_line = in_line.filter(|(_, inner)| !inner.is_block);
        let Some((index, _)) = in_line.nth(self.lines.saturating_sub(1)) else {
            return;
        };
        let outermost = self.open.drain(index..).next();
        self.lines = 0;
        if let Some(inner) = outermost {
            self.unterminated(inner.head, false, Some(inner.at));
        }
    }

    /// Makes one token of a string that does not end, from the token at `head` to here, and reports it.
    ///
    /// An interpolation around it is taken as closed, since its brace is most likely in the string.
    fn unterminated(&mut self, head: usize, is_block: bool, interpolation: Option<usize>) {
        let Some(token) = self.tokens.get_mut(head) else {
            return;
        };
        token.kind = TokenKind::Unterminated;
        let start = token.start as usize;
        self.tokens.truncate(head + 1);
        let is_line_end = self.at < self.bytes.len();
        if is_line_end && self.at > start && self.bytes.get(self.at - 1) == Some(&b'\r') {
            self.at -= 1;
        }
        let raw = usize::from(self.bytes.get(start) == Some(&b'r'));
        let quotes = if is_block { "\"\"\"" } else { "\"" };
        let opening = self.span(start, start + raw + quotes.len());
        let interpolation = interpolation.map(|at| self.span(at, at + 2));
        // What was found in it was found in text.
        while self.found.last().is_some_and(|found| {
            let span = found.span();
            span.is_some_and(|span| span.start as usize >= start)
        }) {
            self.found.pop();
        }
        self.found.push(diagnostics::unterminated_string(
            opening,
            quotes,
            interpolation,
        ));
        if is_line_end && let Some(inner) = self.open.pop() {
            self.text(self.at, inner.is_block, Some(inner.head));
        }
    }

    /// At the end of the file: if an interpolation is still open, reports it and reads its string once more, with the
    /// `${` as text. That is done once for a file; a further string that does not end takes the rest of it.
    pub(super) fn reopen(&mut self) -> bool {
        if self.open.is_empty() {
            return false;
        }
        let inner = self.open.swap_remove(0);
        self.open.clear();
        self.lines = 0;
        let Some(token) = self.tokens.get(inner.head).copied() else {
            return false;
        };
        if !inner.is_block || self.unclosed.is_some() {
            self.unterminated(inner.head, inner.is_block, Some(inner.at));
            return false;
        }
        self.unclosed = Some(inner.at);
        self.expansion_in = None;
        // What was found after it was found in the text of a string.
        let is_before = |found: &Diagnostic| {
            let span = found.span();
            span.is_none_or(|span| (span.start as usize) < token.start as usize)
        };
        self.found.retain(is_before);
        let span = self.span(inner.at, inner.at + 2);
        self.found.push(diagnostics::unclosed_interpolation(span));
        self.tokens.truncate(inner.head);
        self.at = token.start as usize;
        true
    }
}
