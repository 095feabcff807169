//! Data from outside the program: every value as written, with its position.
//!
//! Nothing is changed or dropped. A number keeps its digits until the type it is read as is known; then it is either
//! exact or refused. Keys are unique.

use std::ops::Range;

use argot_syntax::Span;
use indexmap::IndexMap;
use struson::reader::{
    JsonReader, JsonReaderPosition, JsonStreamReader, ReaderError, ReaderSettings, ValueType,
};

use crate::float_text;
use crate::limits::DEEPEST_VALUE;

/// The maximum nesting of lists and records, the same as in any value.
pub const DEEPEST_DATA: usize = DEEPEST_VALUE;

/// A mistake in data, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The place.
    pub span: Span,
    /// The message.
    pub problem: String,
}

impl Flaw {
    /// Creates a flaw at a place.
    pub fn new(span: Span, problem: impl Into<String>) -> Self {
        Self {
            span,
            problem: problem.into(),
        }
    }
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// The value.
    pub kind: DataKind,
    /// The place.
    pub span: Span,
}

/// The forms of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum DataKind {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(String),
    /// A list.
    List(Vec<Data>),
    /// Fields, in the order they are written.
    Record(Fields),
}

/// The fields of a record, in the order they are written.
pub type Fields = IndexMap<String, Field>;

/// A field of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The place of its name, without quotes.
    pub name: Span,
    /// The value.
    pub value: Data,
}

/// A number, with the digits as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Parses a decimal number: digits with an optional sign, point and exponent.
    ///
    /// # Errors
    /// Fails if the text is not a number or the number is not finite.
    pub fn decimal(text: &str) -> Result<Self, String> {
        let starts = text.trim_start_matches(['-', '+']);
        let is_number = starts.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        match text.parse::<f64>() {
            Ok(number) if is_number && number.is_finite() => Ok(Self(text.to_owned())),
            Ok(_) if is_number => Err(format!("`{text}` does not fit 64 bits")),
            _ => Err("a number must be finite".to_owned()),
        }
    }

    /// The digits.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether it is written without a point or exponent.
    pub fn is_whole(&self) -> bool {
        !self.0.contains(['.', 'e', 'E'])
    }

    /// The number as a 64-bit integer, if it is one.
    pub fn whole(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The floating-point number whose text is exactly this number.
    ///
    /// # Errors
    /// Fails if the conversion would change the number.
    pub fn float(&self) -> Result<f64, String> {
        let text = &self.0;
        match text.parse::<f64>() {
            Ok(number) if digits(text) == digits(&format!("{number:e}")) => Ok(number),
            Ok(number) if number.is_finite() => Err(format!(
                "`{text}` cannot be kept exactly, and would become `{}`",
                float_text(number)
            )),
            _ => Err(format!("`{text}` does not fit 64 bits")),
        }
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

/// The sign, the digits without leading or trailing zeros, and the exponent of a decimal number: equal for equal
/// numbers.
fn digits(text: &str) -> (bool, String, i64) {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    let kept = significant.trim_end_matches('0');
    let places = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    // An exponent that does not fit does not belong to a finite number.
    let exponent = exponent
        .parse::<i64>()
        .unwrap_or(i64::MAX)
        .saturating_sub(places(fraction.len()))
        .saturating_add(places(significant.len() - kept.len()));
    (sign, kept.to_owned(), exponent)
}

/// Reads JSON as defined by RFC 8259. Duplicate keys, which JSON readers treat differently, are refused. `span` is the
/// place of the text.
///
/// # Errors
/// Fails if the text is not JSON or is nested too deeply. A mistake in the syntax is the last one that is found.
pub fn from_json(text: &str, span: Span) -> Result<Data, Vec<Flaw>> {
    let settings = ReaderSettings {
        track_path: false,
        max_nesting_depth: None,
        // A number is checked where its type is known.
        restrict_number_values: false,
        ..Default::default()
    };
    let text = Text { text, span };
    let mut reader = Reader {
        json: JsonStreamReader::new_custom(text.text.as_bytes(), settings),
        text,
        flaws: Vec::new(),
    };
    let data = reader.value(0);
    let Reader {
        json, mut flaws, ..
    } = reader;
    match data {
        Ok(data) => {
            let end = json.consume_trailing_whitespace();
            flaws.extend(end.err().map(|error| text.flaw(error)));
            if flaws.is_empty() {
                Ok(data)
            } else {
                Err(flaws)
            }
        }
        Err(last) => {
            flaws.push(last);
            Err(flaws)
        }
    }
}

struct Reader<'a> {
    json: JsonStreamReader<&'a [u8]>,
    text: Text<'a>,
    /// Mistakes after which reading can go on.
    flaws: Vec<Flaw>,
}

/// A text with its place.
#[derive(Clone, Copy)]
struct Text<'a> {
    text: &'a str,
    span: Span,
}

impl Reader<'_> {
    /// Reads a value. An error ends the reading.
    fn value(&mut self, depth: usize) -> Result<Data, Flaw> {
        let kind = self.json.peek().map_err(|error| self.text.flaw(error))?;
        let start = self.here();
        if depth == DEEPEST_DATA {
            return Err(too_deep(self.text.place(start..start + 1)));
        }
        let kind = self.kind(kind, start, depth)?;
        let span = self.text.place(start..self.here());
        Ok(Data { kind, span })
    }

    fn kind(&mut self, kind: ValueType, start: usize, depth: usize) -> Result<DataKind, Flaw> {
        Ok(match kind {
            ValueType::Null => {
                self.json
                    .next_null()
                    .map_err(|error| self.text.flaw(error))?;
                DataKind::Null
            }
            ValueType::Boolean => DataKind::Bool(
                self.json
                    .next_bool()
                    .map_err(|error| self.text.flaw(error))?,
            ),
            ValueType::String => DataKind::String(
                self.json
                    .next_string()
                    .map_err(|error| self.text.flaw(error))?,
            ),
            ValueType::Number => {
                let text = self.json.next_number_as_string();
                let text = text.map_err(|error| self.text.flaw(error))?;
                match Number::decimal(&text) {
                    Ok(number) => DataKind::Number(number),
                    Err(problem) => {
                        let span = self.text.place(start..self.here());
                        self.flaws.push(Flaw::new(span, problem));
                        DataKind::Null
                    }
                }
            }
            ValueType::Array => DataKind::List(self.items(depth)?),
            ValueType::Object => DataKind::Record(self.fields(depth)?),
        })
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Data>, Flaw> {
        self.json
            .begin_array()
            .map_err(|error| self.text.flaw(error))?;
        let mut items = Vec::new();
        while self
            .json
            .has_next()
            .map_err(|error| self.text.flaw(error))?
        {
            items.push(self.value(depth + 1)?);
        }
        self.json
            .end_array()
            .map_err(|error| self.text.flaw(error))?;
        Ok(items)
    }

    fn fields(&mut self, depth: usize) -> Result<Fields, Flaw> {
        self.json
            .begin_object()
            .map_err(|error| self.text.flaw(error))?;
        let mut fields = Fields::new();
        while self
            .json
            .has_next()
            .map_err(|error| self.text.flaw(error))?
        {
            let start = self.here();
            let name = self.json.next_name_owned();
            let name = name.map_err(|error| self.text.flaw(error))?;
            let span = self.text.place(start + 1..self.here() - 1);
            if fields.contains_key(&name) {
                self.flaws.push(given_twice(&name, span));
            }
            let value = self.value(depth + 1)?;
            fields.insert(name, Field { name: span, value });
        }
        self.json
            .end_object()
            .map_err(|error| self.text.flaw(error))?;
        Ok(fields)
    }

    /// The offset of the next byte.
    fn here(&self) -> usize {
        offset(&self.json.current_position(false))
    }
}

impl Text<'_> {
    /// The place of a part of the text.
    fn place(&self, range: Range<usize>) -> Span {
        part(self.span, range)
    }

    fn flaw(&self, error: ReaderError) -> Flaw {
        let (at, problem) = match error {
            ReaderError::SyntaxError(error) => {
                (offset(&error.location), words(&error.kind.to_string()))
            }
            // None of these occur when reading a text in memory, as is done here.
            other => (0, other.to_string()),
        };
        let rest = self.text.get(at..).unwrap_or_default();
        let width = rest.chars().next().map_or(0, char::len_utf8);
        Flaw::new(self.place(at..at + width), problem)
    }
}

/// A part of a text that is at a place.
pub fn part(text: Span, range: Range<usize>) -> Span {
    let start = text.start as usize;
    Span::new(text.file, start + range.start, start + range.end)
}

/// A key occurs twice in one record.
pub fn given_twice(name: &str, span: Span) -> Flaw {
    Flaw::new(span, format!("the key `{name}` is given twice"))
}

/// Lists and records are nested too deeply.
pub fn too_deep(span: Span) -> Flaw {
    let problem = format!("lists and records are nested more than {DEEPEST_DATA} deep");
    Flaw::new(span, problem)
}

fn offset(position: &JsonReaderPosition) -> usize {
    let at = position.data_pos.unwrap_or_default();
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// `TrailingCommaNotEnabled` as `trailing comma not enabled`.
fn words(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.push(character.to_ascii_lowercase());
    }
    out.replace(" not enabled", "")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that panics has failed")]
mod tests {
    use argot_syntax::Span;

    use super::{DEEPEST_DATA, DataKind, Flaw, Number, digits, from_json};

    #[test]
    fn equal_numbers_have_equal_digits() {
        for (one, other) in [
            ("1", "1.0"),
            ("1e3", "1000"),
            ("0.10", "1e-1"),
            ("-0", "0"),
            ("+5", "5.00e0"),
            ("00.5", ".5"),
            ("5.", "5"),
        ] {
            assert_eq!(digits(one), digits(other), "{one} {other}");
        }
        assert_ne!(digits("1"), digits("-1"));
        assert_ne!(digits("10"), digits("1"));
    }

    #[test]
    fn a_float_is_exact_or_refused() {
        for good in [
            "0.1",
            "1e3",
            "0.30000000000000004",
            "2.50",
            "1e22",
            "-0",
            "9007199254740992",
            "1e308",
            "5e-324",
            "100000000000000000000",
        ] {
            assert!(Number::decimal(good).unwrap().float().is_ok(), "{good}");
        }
        for bad in [
            "9007199254740993",
            "12345678901234567890",
            "0.1000000000000000055511151231257827",
            "1e-400",
            "3.14159265358979323846",
        ] {
            assert!(Number::decimal(bad).unwrap().float().is_err(), "{bad}");
        }
        for none in ["1e400", "nan", "inf", "-infinity", "", "-", "e5"] {
            assert!(Number::decimal(none).is_err(), "{none}");
        }
    }

    /// What is at the places of the flaws of a text, and what is wrong there.
    fn flaws(text: &str) -> Vec<(&str, String)> {
        let flaws = from_json(text, Span::default()).unwrap_err();
        let show = |flaw: Flaw| {
            let (start, end) = (flaw.span.start as usize, flaw.span.end as usize);
            (text.get(start..end).unwrap(), flaw.problem)
        };
        flaws.into_iter().map(show).collect()
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        for (text, place, problem) in [
            ("{\"a\": 1,\n  \"a\": 2}", "a", "the key `a` is given twice"),
            (
                "{\"a\": {\"b\": 1, \"\\u0062\": 2}}",
                "\\u0062",
                "the key `b` is given twice",
            ),
            ("[1,]", ",", "trailing comma"),
            ("[1] 2", "2", "trailing data"),
            ("// x\n1", "/", "comments"),
            ("[\"é\", NaN]", "N", "malformed json"),
            ("[01]", "0", "number"),
            ("[ 1e999 ]", "1e999", "`1e999` does not fit 64 bits"),
            ("", "", "incomplete document"),
            ("[\"\\ud800\"]", "\\", "surrogate"),
        ] {
            let found = flaws(text);
            assert!(
                matches!(found.as_slice(), [(at, message)] if *at == place && message.contains(problem)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said() {
        let found = flaws("{\"a\": 1e999, \"b\": {\"c\": 1, \"c\": 2}, \"a\": [1,]}");
        let places: Vec<&str> = found.iter().map(|(place, _)| *place).collect();
        assert_eq!(places, ["1e999", "c", "a", ","]);
    }

    #[test]
    fn values_have_their_places() {
        let text = " {\"é\" : [1 , \"b\"], \"c\":{} } ";
        let data = from_json(text, Span::default()).unwrap();
        let shown = |span: Span| text.get(span.start as usize..span.end as usize).unwrap();
        let mut places = vec![shown(data.span)];
        let mut open = vec![&data];
        while let Some(data) = open.pop() {
            match &data.kind {
                DataKind::List(items) => {
                    for item in items {
                        places.push(shown(item.span));
                        open.push(item);
                    }
                }
                DataKind::Record(fields) => {
                    for field in fields.values() {
                        places.extend([shown(field.name), shown(field.value.span)]);
                        open.push(&field.value);
                    }
                }
                _ => {}
            }
        }
        let all = ["é", "[1 , \"b\"]", "c", "{}", "1", "\"b\""];
        assert_eq!(places, [&[text.trim()], &all[..]].concat());
    }

    #[test]
    fn depth_is_bounded() {
        let read = |text: &str| from_json(text, Span::default()).is_ok();
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(DEEPEST_DATA)));
        assert!(!read(&nested(DEEPEST_DATA + 1)));
        assert!(!read(&"[".repeat(1_000_000)));
    }
}
