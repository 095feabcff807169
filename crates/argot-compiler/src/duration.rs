//! Durations in Go's notation, with `d` for days in addition: <https://pkg.go.dev/time#ParseDuration>.

use std::cmp::Ordering;

use crate::texts::{self, Rule};

/// A length of time: `30s`, `1h30m`, `7d`.
#[derive(Debug, Clone)]
pub struct Duration {
    text: String,
    nanos: i64,
}

const UNITS: &[(&str, i64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("h", 3_600 * 1_000_000_000),
    ("d", 86_400 * 1_000_000_000),
];

impl Duration {
    /// Reads a duration. Returns `None` if it is not one, is negative or is longer than 292 years.
    ///
    /// Go has no unit for days, so a text with `d` is converted to hours, minutes and seconds.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut nanos, mut number, mut days) = (0_i64, "", false);
        let found = texts::parse(Rule::duration, text).ok()?;
        for part in found.into_inner().flatten() {
            match part.as_rule() {
                Rule::amount => number = part.as_str(),
                Rule::unit => {
                    let unit = part.as_str();
                    let (_, factor) = UNITS.iter().find(|entry| entry.0 == unit)?;
                    nanos = nanos.checked_add(times(number, *factor)?)?;
                    days |= unit == "d";
                }
                _ => {}
            }
        }
        let text = if days {
            in_hours(nanos)
        } else {
            text.to_owned()
        };
        Some(Self { text, nanos })
    }

    /// The duration in Go's notation: as it was written, if that is Go's notation.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// In nanoseconds.
    pub fn nanos(&self) -> i64 {
        self.nanos
    }

    /// In whole seconds, rounded up.
    pub fn seconds(&self) -> i64 {
        self.nanos.saturating_add(999_999_999) / 1_000_000_000
    }
}

/// A decimal number times a factor, rounded down.
fn times(number: &str, factor: i64) -> Option<i64> {
    let (whole, places) = number.split_once('.').unwrap_or((number, ""));
    if places.len() > 18 {
        return None;
    }
    let scale = 10_i128.checked_pow(u32::try_from(places.len()).ok()?)?;
    let mantissa: i128 = format!("{whole}{places}").parse().ok()?;
    i64::try_from(mantissa.checked_mul(i128::from(factor))? / scale).ok()
}

fn in_hours(nanos: i64) -> String {
    let seconds = nanos / 1_000_000_000;
    let mut text = String::new();
    for (unit, amount) in [
        ("h", seconds / 3_600),
        ("m", seconds / 60 % 60),
        ("s", seconds % 60),
    ] {
        if amount > 0 {
            text.push_str(&format!("{amount}{unit}"));
        }
    }
    let below = nanos % 1_000_000_000;
    if below > 0 {
        text.push_str(&format!("{below}ns"));
    }
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}

impl serde::Serialize for Duration {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl PartialEq for Duration {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Duration {}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.nanos.cmp(&other.nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::Duration;

    #[test]
    fn what_is_a_duration() {
        for (text, seconds, written) in [
            ("30s", 30, "30s"),
            ("1h30m", 5_400, "1h30m"),
            ("90m", 5_400, "90m"),
            ("7d", 604_800, "168h"),
            ("1d12h", 129_600, "36h"),
            ("1.5h", 5_400, "1.5h"),
            ("500ms", 1, "500ms"),
        ] {
            let duration = Duration::parse(text);
            assert_eq!(
                duration.as_ref().map(Duration::seconds),
                Some(seconds),
                "{text}"
            );
            assert_eq!(
                duration.as_ref().map(Duration::text),
                Some(written),
                "{text}"
            );
        }
        for text in [
            "",
            "5",
            "5 minutes",
            "1x",
            "-3s",
            "1.2.3s",
            "10Gi",
            "m",
            "999999999d",
        ] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }
}
