//! Quantities and durations in the notation of other tools.

use crate::{Duration, Quantity};

/// Units with the spellings that people use for them, in lowercase.
const SIZES: &[(&str, &[&str])] = &[
    ("Ki", &["k", "kb", "ki", "kib"]),
    ("Mi", &["mb", "mi", "mib"]),
    ("Gi", &["g", "gb", "gi", "gib"]),
    ("Ti", &["t", "tb", "ti", "tib"]),
];
const TIMES: &[(&str, &[&str])] = &[
    (
        "ms",
        &["ms", "msec", "millis", "millisecond", "milliseconds"],
    ),
    ("s", &["", "s", "sec", "secs", "second", "seconds"]),
    ("m", &["m", "min", "mins", "minute", "minutes"]),
    ("h", &["h", "hr", "hrs", "hour", "hours"]),
    ("d", &["d", "day", "days"]),
];

/// The quantity that a text stands for: `512Mi` for `512MB`, `16Gi` for `16 GiB`.
pub(super) fn quantity(text: &str) -> Option<String> {
    let text = text.trim();
    if Quantity::parse(text).is_some() && !text.starts_with(['+', '-', '.']) {
        return Some(text.to_owned());
    }
    with_unit(text, SIZES)
}

/// The duration that a text stands for: `5m` for `5 minutes`, `30s` for `30`.
pub(super) fn duration(text: &str) -> Option<String> {
    let text = text.trim();
    if Duration::parse(text).is_some() {
        return Some(text.to_owned());
    }
    with_unit(text, TIMES).or_else(|| in_several_parts(text))
}

/// `1h30m` for `1h30` and for `1h 30m`. A last part without a unit gets the unit below that of the part before it.
fn in_several_parts(text: &str) -> Option<String> {
    let joined: String = text.split_whitespace().collect();
    if Duration::parse(&joined).is_some() {
        return Some(joined);
    }
    let before = joined.trim_end_matches(|c: char| c.is_ascii_digit());
    let below = TIMES.iter().zip(TIMES.iter().skip(1));
    let (unit, _) = below
        .map(|((unit, _), (above, _))| (unit, above))
        .find(|(_, above)| before.ends_with(**above))?;
    let whole = format!("{joined}{unit}");
    Duration::parse(&whole).is_some().then_some(whole)
}

/// Whether a text is a number in Argot's notation.
pub(super) fn is_number(text: &str, may_have_point: bool) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let has_zero_in_front = whole.len() > 1 && whole.starts_with('0');
    let fits = match fraction {
        Some(fraction) => may_have_point && is_digits(fraction),
        None => text.parse::<i64>().is_ok(),
    };
    is_digits(whole) && !has_zero_in_front && fits
}

fn with_unit(text: &str, units: &[(&str, &[&str])]) -> Option<String> {
    let at = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(at)?;
    let unit = unit.trim().to_ascii_lowercase();
    let (meant, _) = units
        .iter()
        .find(|(_, names)| names.contains(&unit.as_str()))?;
    number.parse::<f64>().ok()?;
    Some(format!("{number}{meant}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_argot_writes_them() {
        for text in ["0", "12", "-3"] {
            assert!(is_number(text, false), "{text}");
        }
        for text in ["0.5", "-1.25", "7"] {
            assert!(is_number(text, true), "{text}");
        }
        for text in [
            "",
            "-",
            "1.5",
            "01",
            "+1",
            "1e3",
            "inf",
            "99999999999999999999",
        ] {
            assert!(!is_number(text, false), "{text}");
        }
        for text in [".5", "1.", "1.2.3", "nan", "--1"] {
            assert!(!is_number(text, true), "{text}");
        }
    }

    #[test]
    fn what_other_tools_write() {
        for (text, meant) in [
            ("512MB", Some("512Mi")),
            ("16 GiB", Some("16Gi")),
            ("1.5gb", Some("1.5Gi")),
            ("2Gi", Some("2Gi")),
            ("500m", Some("500m")),
            ("2K", Some("2Ki")),
            ("lots", None),
            ("", None),
        ] {
            assert_eq!(quantity(text).as_deref(), meant, "{text}");
        }
        for (text, meant) in [
            ("30", Some("30s")),
            ("5 minutes", Some("5m")),
            ("1hr", Some("1h")),
            ("1h30m", Some("1h30m")),
            ("1h30", Some("1h30m")),
            ("1d12", Some("1d12h")),
            ("1h 30m", Some("1h30m")),
            ("1h30x", None),
            ("2 days", Some("2d")),
            ("soon", None),
        ] {
            assert_eq!(duration(text).as_deref(), meant, "{text}");
        }
    }
}
