//! Values that are known at compile time, and their canonical texts.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use crate::{Duration, Quantity};

/// A value that is known at compile time.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`: an optional value that is missing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A 64-bit floating-point number, always finite.
    Float(f64),
    /// Text; also a member of an enumeration.
    String(String),
    /// A Kubernetes quantity.
    Quantity(Quantity),
    /// A duration.
    Duration(Duration),
    /// A list.
    List(Vec<Value>),
    /// A record or map, in the order it was written.
    Record(IndexMap<String, Value>),
}

impl Value {
    /// The canonical text: the form in which a value reaches a program's command line or environment.
    ///
    /// Scalars are bare, and floats have the shortest form that reads back as the same number. Lists, maps and records
    /// are compact JSON. `null` is `null`.
    pub fn text(&self) -> String {
        self.text_within(usize::MAX).unwrap_or_default()
    }

    /// The canonical text, if it is at most this many bytes long.
    pub(crate) fn text_within(&self, most: usize) -> Option<String> {
        let text = match self {
            Self::String(text) => text.clone(),
            Self::Quantity(quantity) => quantity.text().to_owned(),
            Self::Duration(duration) => duration.text().to_owned(),
            Self::Float(number) => float_text(*number),
            other => other.json_within(most)?,
        };
        (text.len() <= most).then_some(text)
    }

    /// The value as compact JSON.
    pub fn json(&self) -> String {
        self.json_within(usize::MAX).unwrap_or_default()
    }

    /// The value as compact JSON, if that is at most this many bytes long.
    pub(crate) fn json_within(&self, most: usize) -> Option<String> {
        let mut out = String::new();
        self.write_json(&mut out, most);
        (out.len() <= most).then_some(out)
    }

    /// The value as compact JSON, truncated somewhat after this many bytes.
    pub(crate) fn beginning(&self, most: usize) -> String {
        let mut out = String::new();
        self.write_json(&mut out, most);
        out
    }

    /// Writes the value, or only its beginning if it is longer than `most`.
    fn write_json(&self, out: &mut String, most: usize) {
        if out.len() > most {
            return;
        }
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => out.push_str(&value.to_string()),
            Self::Float(value) => out.push_str(&float_text(*value)),
            Self::String(text) => push_json_string(out, text),
            Self::Quantity(quantity) => push_json_string(out, quantity.text()),
            Self::Duration(duration) => push_json_string(out, duration.text()),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write_json(out, most);
                }
                out.push(']');
            }
            Self::Record(fields) => {
                out.push('{');
                for (index, (name, value)) in fields.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    push_json_string(out, name);
                    out.push(':');
                    value.write_json(out, most);
                }
                out.push('}');
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::String(text) => serializer.serialize_str(text),
            Self::Quantity(quantity) => serializer.serialize_str(quantity.text()),
            Self::Duration(duration) => serializer.serialize_str(duration.text()),
            Self::List(items) => items.serialize(serializer),
            Self::Record(fields) => fields.serialize(serializer),
        }
    }
}

fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // The way Go writes them.
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            control if u32::from(control) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A float in the shortest form that reads back as the same number: decimal from 10⁻⁶ up to 10²¹, otherwise with an
/// exponent. Go writes JSON this way, and Argo's expression engine writes numbers this way, so a constant and a
/// run-time value have the same text.
pub fn float_text(number: f64) -> String {
    if number == 0.0 {
        return if number.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    let shortest = format!("{number:e}");
    // If two texts are equally short and near, Go chooses the even one.
    let places = shortest
        .split_once('e')
        .and_then(|(digits, _)| digits.split_once('.'))
        .map_or(0, |(_, fraction)| fraction.len());
    let even = format!("{number:.places$e}");
    let scientific = if even.parse() == Ok(number) {
        even
    } else {
        shortest
    };
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-6..21).contains(&exponent) {
        return format!("{digits}e{exponent:+}");
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let digits = digits.replace(['-', '.'], "");
    match usize::try_from(exponent) {
        Ok(exponent) => {
            let digits = format!("{digits:0<width$}", width = exponent + 1);
            match digits.split_at_checked(exponent + 1) {
                Some((whole, fraction)) if !fraction.is_empty() => {
                    format!("{sign}{whole}.{fraction}")
                }
                _ => format!("{sign}{digits}"),
            }
        }
        Err(_) => {
            let zeros = usize::try_from(-1 - exponent).unwrap_or(0);
            format!("{sign}0.{:0<zeros$}{digits}", "")
        }
    }
}
