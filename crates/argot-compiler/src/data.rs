//! Data from outside the program: every value as written, with its position.
//!
//! Nothing is changed or dropped. A number keeps its digits until the type it is read as is known; then it is either
//! exact or refused. Keys are unique.

use indexmap::IndexMap;
use struson::reader::{JsonReader, JsonReaderPosition, JsonStreamReader, ReaderError, ValueType};

use crate::float_text;
use crate::limits::DEEPEST_VALUE;

/// The maximum nesting of lists and records, the same as in any value.
pub const DEEPEST_DATA: usize = DEEPEST_VALUE;

/// A position in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The line, from 1.
    pub line: u64,
    /// The column, in characters, from 1.
    pub column: u64,
}

/// A mistake in data, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The position.
    pub at: Place,
    /// The message.
    pub problem: String,
}

impl Flaw {
    /// Creates a flaw at a position.
    pub fn new(at: Place, problem: impl Into<String>) -> Self {
        Self {
            at,
            problem: problem.into(),
        }
    }
}

/// A value with its position.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// The value.
    pub kind: DataKind,
    /// The position at which it starts.
    pub at: Place,
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
    /// Values by key, in the order they are written.
    Record(IndexMap<String, Data>),
}

impl Data {
    /// Creates a value at a position.
    pub fn new(kind: DataKind, at: Place) -> Self {
        Self { kind, at }
    }
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

/// Reads JSON as defined by RFC 8259. Duplicate keys, which JSON readers treat differently, are refused.
///
/// # Errors
/// Fails if the text is not JSON or is nested too deeply.
pub fn from_json(text: &str) -> Result<Data, Flaw> {
    let mut reader = JsonStreamReader::new_custom(
        text.as_bytes(),
        struson::reader::ReaderSettings {
            track_path: false,
            max_nesting_depth: None,
            // A number is checked where its type is known.
            restrict_number_values: false,
            ..Default::default()
        },
    );
    let data = json(&mut reader, 0)?;
    reader.consume_trailing_whitespace().map_err(flaw)?;
    Ok(data)
}

type Reader<'a> = JsonStreamReader<&'a [u8]>;

fn json(reader: &mut Reader<'_>, depth: usize) -> Result<Data, Flaw> {
    let kind = reader.peek().map_err(flaw)?;
    let at = here(reader);
    if depth == DEEPEST_DATA {
        return Err(too_deep(at));
    }
    let kind = match kind {
        ValueType::Null => reader.next_null().map(|()| DataKind::Null).map_err(flaw)?,
        ValueType::Boolean => DataKind::Bool(reader.next_bool().map_err(flaw)?),
        ValueType::String => DataKind::String(reader.next_string().map_err(flaw)?),
        ValueType::Number => {
            let text = reader.next_number_as_string().map_err(flaw)?;
            let number = Number::decimal(&text).map_err(|problem| Flaw::new(at, problem))?;
            DataKind::Number(number)
        }
        ValueType::Array => {
            reader.begin_array().map_err(flaw)?;
            let mut items = Vec::new();
            while reader.has_next().map_err(flaw)? {
                items.push(json(reader, depth + 1)?);
            }
            reader.end_array().map_err(flaw)?;
            DataKind::List(items)
        }
        ValueType::Object => {
            reader.begin_object().map_err(flaw)?;
            let mut fields = IndexMap::new();
            while reader.has_next().map_err(flaw)? {
                let at = here(reader);
                let name = reader.next_name_owned().map_err(flaw)?;
                if fields.contains_key(&name) {
                    return Err(given_twice(&name, at));
                }
                let value = json(reader, depth + 1)?;
                fields.insert(name, value);
            }
            reader.end_object().map_err(flaw)?;
            DataKind::Record(fields)
        }
    };
    Ok(Data { kind, at })
}

/// A key occurs twice in one record.
pub fn given_twice(name: &str, at: Place) -> Flaw {
    Flaw::new(at, format!("the key `{name}` is given twice"))
}

/// Lists and records are nested too deeply.
pub fn too_deep(at: Place) -> Flaw {
    let problem = format!("lists and records are nested more than {DEEPEST_DATA} deep");
    Flaw::new(at, problem)
}

fn here(reader: &Reader<'_>) -> Place {
    place(&reader.current_position(false))
}

fn place(position: &JsonReaderPosition) -> Place {
    position.line_pos.map_or(Place::default(), |at| Place {
        line: at.line + 1,
        column: at.column + 1,
    })
}

fn flaw(error: ReaderError) -> Flaw {
    match error {
        ReaderError::SyntaxError(error) => {
            Flaw::new(place(&error.location), words(&error.kind.to_string()))
        }
        // None of these occur when reading a text in memory, as is done here.
        other => Flaw::new(Place { line: 1, column: 1 }, other.to_string()),
    }
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
    use super::{DEEPEST_DATA, Number, digits, from_json};

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

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        for (text, line, column, problem) in [
            (
                "{\"a\": 1,\n  \"a\": 2}",
                2,
                3,
                "the key `a` is given twice",
            ),
            (
                "{\"a\": {\"b\": 1, \"\\u0062\": 2}}",
                1,
                16,
                "the key `b` is given twice",
            ),
            ("[1,]", 1, 3, "trailing comma"),
            ("[1] 2", 1, 5, "trailing data"),
            ("// x\n1", 1, 1, "comments"),
            ("[NaN]", 1, 2, "malformed json"),
            ("[01]", 1, 2, "number"),
            ("[1e999]", 1, 2, "`1e999` does not fit 64 bits"),
            ("", 1, 1, "incomplete document"),
            ("[\"\\ud800\"]", 1, 3, "surrogate"),
        ] {
            let flaw = from_json(text).unwrap_err();
            assert!(flaw.problem.contains(problem), "{text}: {flaw:?}");
            assert_eq!(
                (flaw.at.line, flaw.at.column),
                (line, column),
                "{text}: {flaw:?}"
            );
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(from_json(&nested(DEEPEST_DATA)).is_ok());
        assert!(from_json(&nested(DEEPEST_DATA + 1)).is_err());
        assert!(from_json(&"[".repeat(1_000_000)).is_err());
    }
}
