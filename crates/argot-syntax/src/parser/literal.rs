//! From pairs to numbers and strings.

use super::build::Builder;
use super::grammar::{Pair, Rule};
use crate::ast::{ExprKind, StringLit, StringPart, StringStyle};
use crate::{Span, messages};

impl Builder<'_> {
    // ---------------------------------------------------------------------------------------- numbers

    /// A number by the rule that it has matched.
    pub(super) fn number(&mut self, rule: Rule, text: &str, span: Span) -> Option<ExprKind> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let leading_zero = digits.starts_with('0')
            && digits
                .chars()
                .nth(1)
                .is_some_and(|second| second.is_ascii_digit());
        if leading_zero {
            self.report(messages::leading_zero(span, text));
            return Some(ExprKind::Error);
        }
        Some(match rule {
            Rule::integer => match text.parse() {
                Ok(number) => ExprKind::Int(number),
                Err(_) => self.out_of_range(text, span, "int"),
            },
            Rule::float => {
                let number: f64 = text.parse().ok()?;
                let mantissa = digits.split(['e', 'E']).next().unwrap_or_default();
                let is_zero = !mantissa.contains(|digit: char| matches!(digit, '1'..='9'));
                if number.is_finite() && (number != 0.0 || is_zero) {
                    ExprKind::Float(number)
                } else {
                    self.out_of_range(text, span, "float")
                }
            }
            Rule::unit => ExprKind::Unit(text.to_owned()),
            Rule::bad_number => {
                self.report(messages::bad_number(span, text));
                ExprKind::Error
            }
            _ => return None,
        })
    }

    fn out_of_range(&mut self, text: &str, span: Span, ty: &str) -> ExprKind {
        self.report(messages::number_out_of_range(span, text, ty));
        ExprKind::Error
    }

    // ---------------------------------------------------------------------------------------- strings

    pub(super) fn string(&mut self, pair: Pair<'_>) -> StringLit {
        let span = self.span(&pair);
        let (style, is_block) = match pair.as_rule() {
            Rule::raw => (StringStyle::Raw, false),
            Rule::raw_block => (StringStyle::RawBlock, true),
            Rule::block => (StringStyle::Block, true),
            _ => (StringStyle::Quoted, false),
        };
        let mut pieces: Vec<Piece> = pair.into_inner().map(|pair| self.piece(&pair)).collect();
        if is_block {
            unindent(&mut pieces);
        }
        StringLit {
            parts: join(pieces),
            style,
            span,
        }
    }

    /// A string where no value is known yet, so that it may not interpolate any.
    pub(super) fn plain_string(&mut self, pair: Pair<'_>, what: &str) -> StringLit {
        let interpolation = pair
            .clone()
            .into_inner()
            .find(|part| part.as_rule() == Rule::interpolation);
        if let Some(part) = interpolation {
            let span = self.span(&part);
            self.report(messages::interpolation_refused(span, what));
        }
        self.string(pair)
    }

    fn piece(&mut self, pair: &Pair<'_>) -> Piece {
        match pair.as_rule() {
            Rule::interpolation => match pair.clone().into_inner().next() {
                Some(inner) => Piece::Part(StringPart::Interpolation(self.expr(inner))),
                None => Piece::Part(StringPart::Text(String::new())),
            },
            Rule::escape => Piece::Part(StringPart::Text(self.escape(pair))),
            _ => Piece::Written(pair.as_str().replace("\r\n", "\n")),
        }
    }

    /// The text that an escape stands for; nothing, where it stands for none.
    fn escape(&mut self, pair: &Pair<'_>) -> String {
        let text = pair.as_str();
        let code = text.strip_prefix('\\').unwrap_or(text);
        match code {
            "n" => "\n".to_owned(),
            "t" => "\t".to_owned(),
            "\"" | "\\" | "$" => code.to_owned(),
            _ => {
                let character = code
                    .strip_prefix("u{")
                    .and_then(|code| code.strip_suffix('}'))
                    .filter(|digits| (1..=6).contains(&digits.len()))
                    .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                    .and_then(char::from_u32);
                if character.is_none() {
                    let span = self.span(pair);
                    self.report(messages::invalid_escape(span, text));
                }
                character.map(String::from).unwrap_or_default()
            }
        }
    }
}

/// A piece of a string, in the order in which it stands.
enum Piece {
    /// Text whose line breaks are those of the source.
    Written(String),
    /// The text of an escape, or an interpolation.
    Part(StringPart),
}

/// Joins texts that stand side by side.
fn join(pieces: Vec<Piece>) -> Vec<StringPart> {
    let mut parts: Vec<StringPart> = Vec::new();
    for piece in pieces {
        let text = match piece {
            Piece::Written(text) | Piece::Part(StringPart::Text(text)) => text,
            Piece::Part(part) => {
                parts.push(part);
                continue;
            }
        };
        match parts.last_mut() {
            Some(StringPart::Text(before)) => before.push_str(&text),
            _ if text.is_empty() => {}
            _ => parts.push(StringPart::Text(text)),
        }
    }
    parts
}

/// Takes the line break behind the opening quotes, the common indentation of all lines that hold
/// something, and the white space before the closing quotes out of a block string.
fn unindent(pieces: &mut [Piece]) {
    let drops_first_line = match pieces.first_mut() {
        Some(Piece::Written(text)) => drop_blank_line(text),
        _ => false,
    };
    let indentation = common_indentation(pieces, drops_first_line);
    let last = pieces.len().saturating_sub(1);
    for (index, piece) in pieces.iter_mut().enumerate() {
        let Piece::Written(text) = piece else {
            continue;
        };
        let mut result = String::with_capacity(text.len());
        for (number, line) in text.split('\n').enumerate() {
            let begins_line = number > 0 || (index == 0 && drops_first_line);
            if number > 0 {
                result.push('\n');
            }
            result.push_str(if begins_line {
                without(line, &indentation)
            } else {
                line
            });
        }
        if index == last {
            let kept = result.trim_end_matches([' ', '\t']).len();
            let ends_in_blank = kept == 0 && drops_first_line && index == 0
                || result.get(..kept).is_some_and(|text| text.ends_with('\n'));
            if ends_in_blank {
                result.truncate(kept);
            }
        }
        *text = result;
    }
}

/// Drops the first line if it is blank, and says whether it was.
fn drop_blank_line(text: &mut String) -> bool {
    match text.split_once('\n') {
        Some((first, rest)) if is_blank(first) => {
            *text = rest.to_owned();
            true
        }
        _ => false,
    }
}

/// The white space with which every line begins that holds something.
fn common_indentation(pieces: &[Piece], first_line_counts: bool) -> String {
    let mut common: Option<&str> = None;
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Written(text) = piece else {
            continue;
        };
        let is_last_piece = index + 1 == pieces.len();
        let mut lines = text.split('\n').enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            let begins_line = number > 0 || (index == 0 && first_line_counts);
            let goes_on = lines.peek().is_none() && !is_last_piece;
            if !begins_line || (is_blank(line) && !goes_on) {
                continue;
            }
            let own = line.get(..line.len() - line.trim_start_matches([' ', '\t']).len());
            let own = own.unwrap_or_default();
            common = Some(match common {
                None => own,
                Some(common) => shared_prefix(common, own),
            });
        }
    }
    common.unwrap_or_default().to_owned()
}

fn shared_prefix<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    one.get(..same).unwrap_or_default()
}

/// A line without its indentation; a blank line may have less of it.
fn without<'a>(line: &'a str, indentation: &str) -> &'a str {
    match line.strip_prefix(indentation) {
        Some(rest) => rest,
        None if is_blank(line) => "",
        None => line,
    }
}

fn is_blank(line: &str) -> bool {
    line.chars()
        .all(|character| matches!(character, ' ' | '\t'))
}
