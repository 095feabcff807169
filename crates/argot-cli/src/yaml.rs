//! Reads YAML strictly: by the core schema of YAML 1.2, and only if there is a single meaning.
//!
//! Features beyond JSON are rejected: tags, anchors and aliases, several documents, and keys that are not texts. So are
//! words that are numbers in YAML 1.1 but not in YAML 1.2, or different numbers.

use argot_compiler::{DEEPEST_DATA, Data, DataKind, Flaw, Number, Place, given_twice, too_deep};
use indexmap::IndexMap;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

/// Reads one document; none if there is nothing but comments.
///
/// # Errors
/// The text is not YAML, or says something that is refused.
pub(crate) fn from_yaml(text: &str) -> Result<Option<Data>, Flaw> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
    };
    let mut data = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
            Event::StreamEnd => return Ok(data),
            Event::DocumentStart(_) => {
                let (event, inner) = reader.next()?;
                let read = reader.value(event, inner, 0)?;
                if data.is_some() {
                    let problem = "a second document begins, and only one is read";
                    return Err(Flaw::new(place(span.start), problem));
                }
                data = Some(read);
            }
            _ => return Err(Flaw::new(place(span.start), "this is not expected here")),
        }
    }
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Flaw> {
        match self.events.next_event() {
            Some(event) => event.map_err(|error| scan(&error)),
            None => Err(Flaw::new(Place::default(), "the text has no end")),
        }
    }

    fn value(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Data, Flaw> {
        let at = place(span.start);
        if depth == DEEPEST_DATA {
            return Err(too_deep(at));
        }
        let kind = match event {
            Event::Scalar(text, style, anchor, tag) => {
                plain(anchor, tag.as_deref(), at)?;
                match style {
                    ScalarStyle::Plain => scalar(&text).map_err(|flaw| Flaw::new(at, flaw))?,
                    _ => DataKind::String(text.into_owned()),
                }
            }
            Event::SequenceStart(anchor, tag) => {
                plain(anchor, tag.as_deref(), at)?;
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break DataKind::List(items),
                        (event, span) => items.push(self.value(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(anchor, tag) => {
                plain(anchor, tag.as_deref(), at)?;
                let mut fields = IndexMap::new();
                loop {
                    let (event, span) = match self.next()? {
                        (Event::MappingEnd, _) => break DataKind::Record(fields),
                        key => key,
                    };
                    let at = place(span.start);
                    let key = self.key(event, at)?;
                    if fields.contains_key(&key) {
                        return Err(given_twice(&key, at));
                    }
                    let (event, span) = self.next()?;
                    let value = self.value(event, span, depth + 1)?;
                    fields.insert(key, value);
                }
            }
            Event::Alias(_) => {
                return Err(Flaw::new(
                    at,
                    "an alias such as `*x` is not read: write the value here",
                ));
            }
            _ => return Err(Flaw::new(at, "this is not expected here")),
        };
        Ok(Data { kind, at })
    }

    fn key(&mut self, event: Event<'a>, at: Place) -> Result<String, Flaw> {
        let Event::Scalar(text, style, anchor, tag) = event else {
            return Err(Flaw::new(at, "a key must be a text"));
        };
        plain(anchor, tag.as_deref(), at)?;
        if style != ScalarStyle::Plain {
            return Ok(text.into_owned());
        }
        if text == "<<" {
            return Err(Flaw::new(
                at,
                "a merge key `<<` is not read: write the fields here",
            ));
        }
        match scalar(&text).map_err(|flaw| Flaw::new(at, flaw))? {
            DataKind::String(text) => Ok(text),
            _ => {
                let problem = format!("a key must be a text: write `\"{text}\"`");
                Err(Flaw::new(at, problem))
            }
        }
    }
}

/// Refuses what a value cannot have.
fn plain(anchor: usize, tag: Option<&Tag>, at: Place) -> Result<(), Flaw> {
    if tag.is_some() {
        return Err(Flaw::new(at, "a tag such as `!x` has no meaning here"));
    }
    match anchor {
        0 => Ok(()),
        _ => Err(Flaw::new(at, "an anchor such as `&x` has no meaning here")),
    }
}

/// The value of a bare word, by the core schema: <https://yaml.org/spec/1.2.2/#103-core-schema>.
fn scalar(text: &str) -> Result<DataKind, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => DataKind::Null,
        "true" | "True" | "TRUE" => DataKind::Bool(true),
        "false" | "False" | "FALSE" => DataKind::Bool(false),
        _ => match number(text)? {
            Some(number) => DataKind::Number(number),
            None => DataKind::String(text.to_owned()),
        },
    })
}

/// The number that a bare word is, if it is one.
fn number(text: &str) -> Result<Option<Number>, String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(
        unsigned,
        ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN"
    ) {
        return Err("a number must be finite".to_owned());
    }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|digit| digit.is_digit(radix))
        {
            return match i64::from_str_radix(digits, radix) {
                Ok(number) => Ok(Some(number.into())),
                Err(_) => Err(format!("`{text}` does not fit 64 bits")),
            };
        }
    }
    if is_decimal(unsigned) {
        let starts_with_zero = unsigned.len() > 1
            && unsigned.starts_with('0')
            && unsigned.chars().all(|c| c.is_ascii_digit());
        if starts_with_zero {
            let bare = unsigned.trim_start_matches('0');
            let bare = if bare.is_empty() { "0" } else { bare };
            return Err(format!(
                "`{text}` is {bare} to some readers of YAML, and octal to others: write `{bare}`, or `\"{text}\"` for a text"
            ));
        }
        return Number::decimal(text).map(Some);
    }
    if is_number_in_yaml_1_1(unsigned) {
        return Err(format!(
            "`{text}` is a number to some readers of YAML, and a text to others: write `\"{text}\"` for a text, or the number in plain digits"
        ));
    }
    Ok(None)
}

/// `[0-9]+`, or `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let is_exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    is_exponent && digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

/// `1_000`, `0b101`, `12:30:45`, which YAML 1.1 reads as numbers: <https://yaml.org/type/int.html>,
/// <https://yaml.org/type/float.html>.
fn is_number_in_yaml_1_1(text: &str) -> bool {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let bare = text.replace('_', "");
    if let Some(digits) = bare.strip_prefix("0b") {
        return !digits.is_empty() && digits.chars().all(|c| matches!(c, '0' | '1'));
    }
    if let Some(digits) = bare.strip_prefix("0x") {
        return text.contains('_') && digits.chars().all(|c| c.is_ascii_hexdigit());
    }
    if text.contains('_') && is_decimal(&bare) {
        return true;
    }
    let (whole, fraction) = bare.split_once('.').unwrap_or((&bare, ""));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let is_part = |part: &str| {
        matches!(part.len(), 1 | 2)
            && part.chars().all(|c| c.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|part| part < 60)
    };
    whole.contains(':')
        && !first.is_empty()
        && first.chars().all(|c| c.is_ascii_digit())
        && parts.all(is_part)
        && fraction.chars().all(|c| c.is_ascii_digit())
}

fn place(marker: Marker) -> Place {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Place {
        line: number(marker.line()),
        column: number(marker.col()) + 1,
    }
}

fn scan(error: &ScanError) -> Flaw {
    Flaw::new(place(*error.marker()), error.info())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that panics has failed")]
mod tests {
    use argot_compiler::{DEEPEST_DATA, DataKind};

    use super::from_yaml;

    fn one(text: &str) -> Result<DataKind, String> {
        from_yaml(text)
            .map(|data| data.unwrap().kind)
            .map_err(|flaw| flaw.problem)
    }

    #[test]
    fn words_are_read_by_yaml_1_2() {
        for (text, number) in [
            ("12", "12"),
            ("-7", "-7"),
            ("+5", "+5"),
            ("0o14", "12"),
            ("0xff", "255"),
            ("1.50", "1.50"),
            (".5", ".5"),
            ("1e3", "1e3"),
            ("12345678901234567890", "12345678901234567890"),
        ] {
            let found = one(text).map(|found| match found {
                DataKind::Number(number) => number.text().to_owned(),
                other => format!("{other:?}"),
            });
            assert_eq!(found.as_deref().ok(), Some(number), "{text}");
        }
        for text in [
            "yes",
            "NO",
            "on",
            "Off",
            "y",
            "2026-01-02",
            "1.2.3",
            "0x",
            "1e",
            "=",
            "10:99",
            "_1",
            "a:b",
        ] {
            assert_eq!(one(text), Ok(DataKind::String(text.to_owned())), "{text}");
        }
        for text in ["\"12\"", "'12'", "|-\n  12"] {
            assert_eq!(one(text), Ok(DataKind::String("12".to_owned())), "{text}");
        }
        assert_eq!(one("~"), Ok(DataKind::Null));
        assert_eq!(one("True"), Ok(DataKind::Bool(true)));
    }

    #[test]
    fn what_readers_take_differently_is_refused() {
        for text in [
            "012",
            "-08",
            "1_000",
            "1_0.5",
            "0b101",
            "12:30",
            "1:30:45.5",
            "0x_ff",
        ] {
            assert!(one(text).unwrap_err().contains("some readers"), "{text}");
        }
        for text in [".inf", "-.INF", ".nan", "1e999"] {
            assert!(one(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        for (text, line, column, problem) in [
            ("a: 1\nb: 2\na: 3\n", 3, 1, "the key `a` is given twice"),
            ("a: {b: 1, \"b\": 2}\n", 1, 11, "the key `b` is given twice"),
            ("a: !!binary aGk=\n", 1, 4, "tag"),
            ("a: !!str 12\n", 1, 4, "tag"),
            ("!!map\na: 1\n", 1, 1, "tag"),
            ("a: &x 1\nb: *x\n", 1, 4, "anchor"),
            ("a: {<<: {b: 1}}\n", 1, 5, "merge key"),
            ("a: 1\n---\nb: 1\n", 2, 1, "second document"),
            ("1: 2\n", 1, 1, "a key must be a text"),
            ("true: 2\n", 1, 1, "a key must be a text"),
            ("? [a]\n: 1\n", 1, 3, "a key must be a text"),
            ("a:\n  - .nan\n", 2, 5, "a number must be finite"),
        ] {
            let flaw = from_yaml(text).unwrap_err();
            assert!(flaw.problem.contains(problem), "{text}: {flaw:?}");
            assert_eq!(
                (flaw.at.line, flaw.at.column),
                (line, column),
                "{text}: {flaw:?}"
            );
        }
        assert_eq!(from_yaml("# nothing\n"), Ok(None));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(from_yaml(&nested(DEEPEST_DATA)).is_ok());
        assert!(from_yaml(&nested(DEEPEST_DATA + 1)).is_err());
        assert!(from_yaml(&"[".repeat(100_000)).is_err());
        assert!(from_yaml(&"- ".repeat(100_000)).is_err());
    }
}
