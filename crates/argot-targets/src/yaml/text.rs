//! How a string is written.
//!
//! Readers of YAML disagree on bare words: kubectl and Argo follow YAML 1.1 as Go's library reads it, where `yes`,
//! `012` and `1_000` are not strings; others follow 1.2. So every string that any of them would read as something else
//! is quoted. Texts of several lines stay readable `|` blocks whenever a block preserves every character.

/// What the characters of a string are, found in one pass over its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Classes(u8);

impl Classes {
    const ESCAPED: u8 = 1;
    const APOSTROPHE: u8 = 1 << 1;
    const NEWLINE: u8 = 1 << 2;
    const CONTROL: u8 = 1 << 3;
    const NOT_ASCII: u8 = 1 << 4;
    const COLON: u8 = 1 << 5;
    const HASH: u8 = 1 << 6;
    const BRACE: u8 = 1 << 7;

    /// The class of each byte.
    const TABLE: [u8; 256] = {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < table.len() {
            #[expect(
                clippy::indexing_slicing,
                clippy::cast_possible_truncation,
                reason = "the loop ends with the table, at compile time"
            )]
            {
                table[byte] = match byte as u8 {
                    b'"' | b'\\' => Self::ESCAPED,
                    b'\'' => Self::APOSTROPHE,
                    b'\n' => Self::NEWLINE,
                    0..0x20 | 0x7F => Self::CONTROL,
                    0x80.. => Self::NOT_ASCII,
                    b':' => Self::COLON,
                    b'#' => Self::HASH,
                    b'{' => Self::BRACE,
                    _ => 0,
                };
            }
            byte += 1;
        }
        table
    };

    /// Classifies the characters of a string.
    pub(super) fn of(text: &str) -> Self {
        let class = |byte: u8| Self::TABLE.get(usize::from(byte)).copied();
        let add = |sum, byte| sum | class(byte).unwrap_or_default();
        Self(text.bytes().fold(0, add))
    }

    fn has(self, classes: u8) -> bool {
        self.0 & classes != 0
    }

    /// Whether there is a `{`.
    pub(super) fn has_brace(self) -> bool {
        self.has(Self::BRACE)
    }
}

/// The ways to write a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Bare,
    Single,
    Double,
    Block,
}

/// Writes a string as a value. `column` is where the lines of a block begin.
pub(super) fn value(
    out: &mut Vec<u8>,
    text: &str,
    classes: Classes,
    is_quoted: bool,
    column: usize,
) {
    match style(text, classes, is_quoted) {
        Style::Bare => out.extend_from_slice(text.as_bytes()),
        Style::Single => {
            // Never chosen for a text with a `'`.
            out.push(b'\'');
            out.extend_from_slice(text.as_bytes());
            out.push(b'\'');
        }
        Style::Double => double(out, text),
        Style::Block => block(out, text, column),
    }
}

/// Writes a string as a key.
pub(super) fn key(out: &mut Vec<u8>, text: &str) {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./".contains(byte);
    let is_bare = match text.as_bytes() {
        // Most keys.
        [b'a'..=b'z' | b'A'..=b'Z', rest @ ..] if rest.iter().all(is_word) => !is_resolved(text),
        _ => {
            is_bare(text, Classes::of(text))
                && !is_hidden_at_edge(text)
                && text.chars().all(is_printable)
                && !text.contains([':', ',', '[', ']', '{', '}'])
        }
    };
    match is_bare {
        true => out.extend_from_slice(text.as_bytes()),
        false => double(out, text),
    }
}

fn style(text: &str, classes: Classes, is_quoted: bool) -> Style {
    if classes.has(Classes::NEWLINE) && is_block(text) {
        return Style::Block;
    }
    let is_ascii = !classes.has(Classes::NEWLINE | Classes::CONTROL | Classes::NOT_ASCII);
    let is_printable = is_ascii || text.chars().all(is_printable);
    // JSON is a string here, and easier to read in single quotes.
    let is_json = text.starts_with(['{', '[', '"']);
    if is_quoted || is_json || !is_printable || is_hidden_at_edge(text) {
        let is_single = classes.has(Classes::ESCAPED) && !classes.has(Classes::APOSTROPHE);
        return match is_single && is_printable {
            true => Style::Single,
            false => Style::Double,
        };
    }
    match text {
        "." | "-" | "#" => Style::Single,
        _ if is_bare(text, classes) => Style::Bare,
        _ => Style::Double,
    }
}

/// Whether a text is written as a `|` block: it has several lines, and a block preserves each character.
///
/// Blocks cannot hold carriage returns and control characters, and editors and reviewers do not see white space at the
/// end of a line. A first line that starts with white space would need an indentation indicator, which some readers
/// interpret differently.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && text.starts_with(|c: char| !c.is_whitespace())
        && text
            .chars()
            .all(|c| c == '\n' || c == '\t' || is_printable(c))
        && text
            .trim_end_matches('\n')
            .split('\n')
            .all(|line| !line.ends_with([' ', '\t']))
}

/// Whether a text starts or ends with characters that a reviewer does not see.
fn is_hidden_at_edge(text: &str) -> bool {
    text.starts_with(|c: char| c.is_whitespace() || c == '\u{FEFF}')
        || text.ends_with(char::is_whitespace)
}

fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
        )
}

/// Whether a printable text of one line, without white space around it, is read as itself without quotes.
fn is_bare(text: &str, classes: Classes) -> bool {
    let starts_like_syntax = match text.as_bytes() {
        [] => true,
        [b'-' | b'?', rest @ ..] => rest.first().is_none_or(u8::is_ascii_whitespace),
        [first, ..] => b",:[]{}#&*!|>'\"%@`".contains(first),
    };
    let is_marker = |marker: &str| {
        text.strip_prefix(marker).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_whitespace())
        })
    };
    !starts_like_syntax
        && !is_marker("---")
        && !is_marker("...")
        && !(classes.has(Classes::COLON) && (text.ends_with(':') || text.contains(": ")))
        && !(classes.has(Classes::HASH) && starts_comment(text))
        && !is_resolved(text)
}

/// Whether a part of a text reads as a comment: a `#` after white space.
fn starts_comment(text: &str) -> bool {
    let mut before = None;
    text.chars().any(|c| {
        let starts = c == '#' && before.is_some_and(char::is_whitespace);
        before = Some(c);
        starts
    })
}

/// Whether some reader resolves a bare text to something other than a string.
fn is_resolved(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "", "~", "null", "true", "false", "yes", "no", "y", "n", "on", "off", "nan", "inf", "+inf",
        "-inf", ".inf", "+.inf", "-.inf", ".nan", "+.nan", "-.nan", "=", "<<",
    ];
    let is_word = || text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    match text.as_bytes().first() {
        Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'_') => {
            is_word() || is_number(text) || is_base_60(text) || is_time(text)
        }
        Some(b'a'..=b'z' | b'A'..=b'Z') if !starts_word(text) => false,
        _ => is_word(),
    }
}

/// Whether a text starts with the first letter of a word that a reader could resolve.
fn starts_word(text: &str) -> bool {
    text.starts_with(['n', 'N', 't', 'T', 'f', 'F', 'y', 'Y', 'o', 'O', 'i', 'I'])
}

/// Removes a sign from the start of a text.
fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// Whether a text is a number to some reader. Go's library removes all `_` first.
fn is_number(text: &str) -> bool {
    let plain = text.replace('_', "");
    let number = unsigned(&plain);
    for (prefixes, radix) in [(["0b", "0B"], 2), (["0o", "0O"], 8), (["0x", "0X"], 16)] {
        let mut prefixes = prefixes.iter();
        if let Some(rest) = prefixes.find_map(|prefix| number.strip_prefix(prefix)) {
            // Go's library reads a sign after `0b` and `0o`. YAML 1.1 has numbers of `_` only.
            let digits = if radix < 16 { unsigned(rest) } else { rest };
            let is_empty = digits.is_empty() && !text.ends_with('_');
            return !is_empty && digits.chars().all(|c| c.is_digit(radix));
        }
    }
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(unsigned(exponent))),
        None => (number, None),
    };
    let is_mantissa = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            is_digits(whole)
                && fraction
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.')
        }
        None => !mantissa.is_empty() && is_digits(mantissa),
    };
    is_mantissa && exponent.is_none_or(|digits| !digits.is_empty() && is_digits(digits))
}

/// Whether a text is a number to the base 60, such as `190:20:30`, which YAML 1.1 has.
fn is_base_60(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    let number = unsigned(text);
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let Some((first, rest)) = whole.split_once(':') else {
        return false;
    };
    first.starts_with(|c: char| c.is_ascii_digit())
        && (fraction.is_some() || !first.starts_with('0'))
        && first.bytes().all(is_part)
        && fraction.is_none_or(|digits| digits.bytes().all(is_part))
        && rest.split(':').all(|part| match part.as_bytes() {
            [digit] => digit.is_ascii_digit(),
            [tens, digit] => matches!(tens, b'0'..=b'5') && digit.is_ascii_digit(),
            _ => false,
        })
}

/// Whether a text has the form of a date or time, such as `2001-12-14 21:59:43.10 -5`, valid or not.
fn is_time(text: &str) -> bool {
    /// Reads some digits.
    fn digits(text: &str, least: usize, most: usize) -> Option<&str> {
        let count = text.bytes().take_while(u8::is_ascii_digit).count();
        (least..=most)
            .contains(&count)
            .then(|| text.split_at(count).1)
    }
    /// Reads one or two digits after a separator.
    fn part(text: &str, separator: char) -> Option<&str> {
        digits(text.strip_prefix(separator)?, 1, 2)
    }
    fn blanks(text: &str) -> &str {
        text.trim_start_matches([' ', '\t'])
    }
    fn zone(text: &str) -> bool {
        let after = |text| digits(text, 1, 2);
        match text.strip_prefix(['+', '-']).map(after) {
            None => text.is_empty() || text == "Z",
            Some(None) => false,
            Some(Some(rest)) => match rest.strip_prefix(':') {
                Some(minutes) => digits(minutes, 2, 2) == Some(""),
                None => rest.is_empty(),
            },
        }
    }
    fn time(text: &str) -> Option<&str> {
        let rest = part(part(digits(text, 1, 2)?, ':')?, ':')?;
        match rest.strip_prefix(['.', ',']) {
            Some(fraction) => digits(fraction, 0, usize::MAX),
            None => Some(rest),
        }
    }
    let date = || part(part(digits(text, 4, 4)?, '-')?, '-');
    let Some(rest) = date() else { return false };
    let start = match rest.strip_prefix(['T', 't']) {
        Some(start) => start,
        None if rest.is_empty() => return true,
        None if rest.starts_with([' ', '\t']) => blanks(rest),
        None => return false,
    };
    time(start).is_some_and(|rest| zone(blanks(rest)))
}

/// Writes a string in double quotes, with the escapes of YAML.
pub(super) fn double(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut buffer = [0; 4];
    for c in text.chars() {
        let escape = match c {
            '\\' => "\\\\",
            '"' => "\\\"",
            '\0' => "\\0",
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\u{b}' => "\\v",
            '\u{c}' => "\\f",
            '\r' => "\\r",
            '\u{1b}' => "\\e",
            '\u{85}' => "\\N",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            c if is_printable(c) => c.encode_utf8(&mut buffer),
            c => {
                let code = u32::from(c);
                let escape = match code {
                    0..=0xFF => format!("\\x{code:02X}"),
                    _ => format!("\\u{code:04X}"),
                };
                out.extend_from_slice(escape.as_bytes());
                continue;
            }
        };
        out.extend_from_slice(escape.as_bytes());
    }
    out.push(b'"');
}

/// Writes a text of several lines as a block.
fn block(out: &mut Vec<u8>, text: &str, column: usize) {
    let content = text.trim_end_matches('\n');
    let ends = text.len() - content.len();
    out.extend_from_slice(match ends {
        0 => b"|-",
        1 => b"|",
        _ => b"|+",
    });
    for line in content.split('\n') {
        out.push(b'\n');
        if !line.is_empty() {
            indent(out, column);
            out.extend_from_slice(line.as_bytes());
        }
    }
    for _ in 1..ends {
        out.push(b'\n');
    }
}

/// Writes so many blanks.
pub(super) fn indent(out: &mut Vec<u8>, column: usize) {
    out.resize(out.len() + column, b' ');
}

/// Returns the text of a number, as YAML 1.1 reads floats: with a point, and a sign in the exponent. Returns the length
/// of its JSON, too.
pub(super) fn float(number: f64) -> (String, usize) {
    if !number.is_finite() {
        let text = match number.is_nan() {
            true => ".nan",
            false if number > 0.0 => ".inf",
            false => "-.inf",
        };
        return (text.to_owned(), "null".len());
    }
    let json = serde_json::Value::from(number).to_string();
    let (mantissa, exponent) = json.split_once('e').unwrap_or((&json, ""));
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let text = match exponent {
        "" => format!("{mantissa}{point}"),
        _ if exponent.starts_with(['+', '-']) => format!("{mantissa}{point}e{exponent}"),
        _ => format!("{mantissa}{point}e+{exponent}"),
    };
    (text, json.len())
}

/// Returns the length of a string as JSON.
pub(super) fn json_bytes(text: &str, classes: Classes) -> usize {
    let more = match classes.has(Classes::ESCAPED | Classes::NEWLINE | Classes::CONTROL) {
        true => text.bytes().map(more_in_json).sum(),
        false => 0,
    };
    text.len() + 2 + more
}

/// Returns how many more bytes a byte has in JSON.
fn more_in_json(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x8 | 0xC => 1,
        0..0x20 => 5,
        _ => 0,
    }
}
