//! Reads YAML strictly: by the core schema of YAML 1.2, and only if there is a single meaning.
//!
//! Features beyond JSON are rejected: tags, anchors and aliases, several documents, and keys that are not texts. So are
//! words that are numbers in YAML 1.1 but not in YAML 1.2, or different numbers.

use argot_compiler::{
    DEEPEST_DATA, Data, DataField, DataKind, Fields, Flaw, Number, given_twice, part, too_deep,
};
use argot_syntax::Span;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};

/// Reads one document; none if there is nothing but comments. `span` is the place of the text.
///
/// # Errors
/// The text is not YAML, or says something that is refused. A mistake in the syntax is the last one that is found.
pub(crate) fn from_yaml(text: &str, span: Span) -> Result<Option<Data>, Vec<Flaw>> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        text,
        span,
        cursor: Cursor::default(),
        flaws: Vec::new(),
    };
    match reader.document() {
        Ok(data) if reader.flaws.is_empty() => Ok(data),
        Ok(_) => Err(reader.flaws),
        Err(last) => {
            reader.flaws.push(last);
            Err(reader.flaws)
        }
    }
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    text: &'a str,
    /// The place of the text.
    span: Span,
    cursor: Cursor,
    /// Mistakes after which reading can go on.
    flaws: Vec<Flaw>,
}

/// A place in the text. The parser counts characters.
#[derive(Default)]
struct Cursor {
    characters: usize,
    bytes: usize,
}

impl Cursor {
    /// Moves to a character.
    fn go(&mut self, text: &str, characters: usize) {
        let (before, after) = text.split_at_checked(self.bytes).unwrap_or_default();
        let width =
            |letters: &mut dyn Iterator<Item = char>| letters.map(char::len_utf8).sum::<usize>();
        if let Some(steps) = characters.checked_sub(self.characters) {
            self.bytes += width(&mut after.chars().take(steps));
        } else {
            let steps = self.characters - characters;
            self.bytes -= width(&mut before.chars().rev().take(steps));
        }
        self.characters = characters;
    }
}

impl<'a> Reader<'a> {
    /// Reads the whole text. An error ends the reading.
    fn document(&mut self) -> Result<Option<Data>, Flaw> {
        let mut data = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(data),
                Event::DocumentStart(_) if data.is_some() => {
                    let problem = "only one document is read: remove this one";
                    return Err(Flaw::new(span, problem));
                }
                Event::DocumentStart(_) => {
                    let (event, inner) = self.next()?;
                    data = Some(self.value(event, inner, 0)?);
                }
                _ => return Err(Flaw::new(span, "this is not expected here")),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Flaw> {
        match self.events.next_event() {
            Some(Ok((event, span))) => {
                let place = self.place(span.start.index(), span.len());
                Ok((event, place))
            }
            Some(Err(error)) => Err(self.scan(&error)),
            None => Err(Flaw::new(self.span, "the text has no end")),
        }
    }

    /// The place of some characters, without the blanks at their end.
    fn place(&mut self, start: usize, length: usize) -> Span {
        self.cursor.go(self.text, start);
        let start = self.cursor.bytes;
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest
            .char_indices()
            .nth(length)
            .map_or(rest.len(), |(at, _)| at);
        let inside = rest.get(..end).unwrap_or_default().trim_end();
        part(self.span, start..start + inside.len())
    }

    fn scan(&mut self, error: &ScanError) -> Flaw {
        Flaw::new(self.place(error.marker().index(), 1), error.info())
    }

    /// Reports a mistake after which reading can go on.
    fn wrong(&mut self, span: Span, problem: impl Into<String>) {
        self.flaws.push(Flaw::new(span, problem));
    }

    fn value(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Data, Flaw> {
        if depth == DEEPEST_DATA {
            return Err(too_deep(span));
        }
        let (kind, end) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plain(anchor, tag.as_deref(), span);
                let kind = match style {
                    ScalarStyle::Plain => scalar(&text).unwrap_or_else(|problem| {
                        self.wrong(span, problem);
                        DataKind::Null
                    }),
                    _ => DataKind::String(text.into_owned()),
                };
                (kind, span)
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain(anchor, tag.as_deref(), span);
                let (items, end) = self.items(span, depth)?;
                (DataKind::List(items), end)
            }
            Event::MappingStart(anchor, tag) => {
                self.plain(anchor, tag.as_deref(), span);
                let (fields, end) = self.fields(span, depth)?;
                (DataKind::Record(fields), end)
            }
            Event::Alias(_) => {
                self.wrong(
                    span,
                    "an alias such as `*x` is not read: write the value here",
                );
                (DataKind::Null, span)
            }
            _ => return Err(Flaw::new(span, "this is not expected here")),
        };
        let span = span.to(end);
        Ok(Data { kind, span })
    }

    /// The items of a list, and the place where they end.
    fn items(&mut self, start: Span, depth: usize) -> Result<(Vec<Data>, Span), Flaw> {
        let mut items = Vec::new();
        let mut last = start;
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => return Ok((items, end(last, span))),
                (event, span) => {
                    let item = self.value(event, span, depth + 1)?;
                    last = item.span;
                    items.push(item);
                }
            }
        }
    }

    /// The fields of a record, and the place where they end.
    fn fields(&mut self, start: Span, depth: usize) -> Result<(Fields, Span), Flaw> {
        let mut fields = Fields::new();
        let mut last = start;
        loop {
            let (event, span) = match self.next()? {
                (Event::MappingEnd, span) => return Ok((fields, end(last, span))),
                key => key,
            };
            let (name, span) = self.key(event, span, depth)?;
            let (event, inner) = self.next()?;
            let value = self.value(event, inner, depth + 1)?;
            last = value.span;
            let Some(name) = name else { continue };
            if fields.contains_key(&name) {
                self.flaws.push(given_twice(&name, span));
            } else {
                fields.insert(name, DataField { name: span, value });
            }
        }
    }

    /// A key and its place without quotes. `None` if it is wrong, which is reported.
    fn key(
        &mut self,
        event: Event<'a>,
        span: Span,
        depth: usize,
    ) -> Result<(Option<String>, Span), Flaw> {
        let Event::Scalar(text, style, anchor, tag) = event else {
            self.wrong(span, "a key must be a text");
            self.value(event, span, depth + 1)?;
            return Ok((None, span));
        };
        self.plain(anchor, tag.as_deref(), span);
        if style != ScalarStyle::Plain {
            let inner = Span {
                start: span.start + 1,
                end: span.end.saturating_sub(1).max(span.start + 1),
                ..span
            };
            return Ok((Some(text.into_owned()), inner));
        }
        let problem = match scalar(&text) {
            _ if text == "<<" => "a merge key `<<` is not read: write the fields here".to_owned(),
            Ok(DataKind::String(text)) => return Ok((Some(text), span)),
            Ok(_) => format!("a key must be a text: write `\"{text}\"`"),
            Err(problem) => problem,
        };
        self.wrong(span, problem);
        Ok((None, span))
    }

    /// Refuses what a value cannot have.
    fn plain(&mut self, anchor: usize, tag: Option<&Tag>, span: Span) {
        if tag.is_some() {
            self.wrong(span, "a tag such as `!x` is not read: remove it");
        } else if anchor != 0 {
            self.wrong(span, "an anchor such as `&x` is not read: remove it");
        }
    }
}

/// Where a list or record ends: with its bracket, or else with its last part.
fn end(last: Span, bracket: Span) -> Span {
    match bracket.start < bracket.end {
        true => bracket,
        false => last,
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that panics has failed")]
mod tests {
    use argot_compiler::{DEEPEST_DATA, DataKind, Flaw};
    use argot_syntax::Span;

    use super::from_yaml;

    fn one(text: &str) -> Result<DataKind, String> {
        from_yaml(text, Span::default())
            .map(|data| data.unwrap().kind)
            .map_err(|flaws| flaws.into_iter().next().unwrap().problem)
    }

    /// What is at the places of the flaws of a text, and what is wrong there.
    fn flaws(text: &str) -> Vec<(&str, String)> {
        let flaws = from_yaml(text, Span::default()).unwrap_err();
        let flaws = flaws
            .into_iter()
            .map(|Flaw { span, problem }| (shown(text, span), problem));
        flaws.collect()
    }

    fn shown(text: &str, span: Span) -> &str {
        text.get(span.start as usize..span.end as usize).unwrap()
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
        for (text, place, problem) in [
            ("a: 1\nb: 2\na: 3\n", "a", "the key `a` is given twice"),
            ("é: {b: 1, \"b\": 2}\n", "b", "the key `b` is given twice"),
            ("a: !!binary aGk=\n", "!!binary aGk=", "tag"),
            ("é:\r\n  a: !!str 12\r\n", "!!str 12", "tag"),
            ("a: &x 1\n", "&x 1", "anchor"),
            ("a: *x\n", "*", "unknown anchor"),
            ("a: {<<: {b: 1}}\n", "<<", "merge key"),
            ("a: 1\n---\nb: 1\n", "---", "only one document"),
            ("1: 2\n", "1", "a key must be a text"),
            ("true: 2\n", "true", "a key must be a text"),
            ("? [a]\n: 1\n", "[", "a key must be a text"),
            ("a:\n  - .nan # none\n", ".nan", "a number must be finite"),
            ("a:\n  - .nan\r\n", ".nan", "a number must be finite"),
        ] {
            let found = flaws(text);
            assert!(
                matches!(found.as_slice(), [(at, message)] if *at == place && message.contains(problem)),
                "{text}: {found:?}"
            );
        }
        assert_eq!(from_yaml("# nothing\n", Span::default()), Ok(None));
    }

    #[test]
    fn everything_that_is_wrong_is_said() {
        let found = flaws("é: .nan\nb: {c: 012, c: 2}\n2: é\né: !x 1\nd: [1\n");
        let places: Vec<&str> = found.iter().map(|(place, _)| *place).collect();
        assert_eq!(places, [".nan", "012", "c", "2", "!x 1", "é", ""]);
    }

    #[test]
    fn values_have_their_places() {
        let text = "é:\n  - [ü, 1 ]\n  - b:  x y \n# end\n'c': \"é\"\nd:\n";
        let data = from_yaml(text, Span::default()).unwrap().unwrap();
        let mut places = vec![shown(text, data.span)];
        let mut open = vec![&data];
        while let Some(data) = open.pop() {
            match &data.kind {
                DataKind::List(items) => {
                    for item in items {
                        places.push(shown(text, item.span));
                        open.push(item);
                    }
                }
                DataKind::Record(fields) => {
                    for field in fields.values() {
                        places.extend([shown(text, field.name), shown(text, field.value.span)]);
                        open.push(&field.value);
                    }
                }
                _ => {}
            }
        }
        assert_eq!(
            places,
            [
                text.trim_end_matches(":\n"),
                "é",
                "- [ü, 1 ]\n  - b:  x y",
                "c",
                "\"é\"",
                "d",
                "",
                "[ü, 1 ]",
                "b:  x y",
                "b",
                "x y",
                "ü",
                "1",
            ]
        );
    }

    #[test]
    fn depth_is_bounded() {
        let read = |text: &str| from_yaml(text, Span::default()).is_ok();
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(DEEPEST_DATA)));
        assert!(!read(&nested(DEEPEST_DATA + 1)));
        assert!(!read(&"[".repeat(100_000)));
        assert!(!read(&"- ".repeat(100_000)));
    }
}
