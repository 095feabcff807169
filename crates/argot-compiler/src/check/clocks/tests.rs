//! Tests of schedules and clock changes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use super::*;
use crate::check::cron::parse;

#[test]
fn schedules_that_meet_a_change_of_the_clocks() {
    for (text, zone, what, other) in [
        (
            "30 2 * * *",
            "Europe/Berlin",
            "02:30 is skipped on a day in March, and 02:30 comes twice on a day in October",
            "30 3 * * *",
        ),
        (
            "30 1 * * *",
            "Europe/London",
            "01:30 is skipped on a day in March, and 01:30 comes twice on a day in October",
            "30 2 * * *",
        ),
        (
            "15 1 * * 0",
            "America/New_York",
            "01:15 comes twice on a day in November",
            "15 3 * * 0",
        ),
        (
            "@daily",
            "America/Santiago",
            "00:00 is skipped on a day in September",
            "0 1 * * *",
        ),
        (
            "0 2 * * *",
            "Australia/Lord_Howe",
            "02:00 is skipped on a day in October",
            "0 3 * * *",
        ),
    ] {
        let met = meets(text, &parse(text).unwrap(), zone).unwrap();
        assert_eq!(
            (met.what.as_str(), met.other.as_deref()),
            (what, Some(other)),
            "{text} {zone}"
        );
    }
}

#[test]
fn schedules_that_do_not() {
    for (text, zone) in [
        ("30 3 * * *", "Europe/Berlin"),
        ("30 2 * * 1-5", "Europe/Berlin"),
        ("30 2 1 * *", "Asia/Tokyo"),
        ("30 2 1 6 *", "Europe/Berlin"),
        ("*/15 * * * *", "Europe/Berlin"),
        ("0 */2 * * *", "Europe/Berlin"),
        ("@hourly", "Europe/Berlin"),
        ("30 2 * * *", "UTC"),
        ("30 2 * * *", "Asia/Kolkata"),
    ] {
        assert_eq!(
            meets(text, &parse(text).unwrap(), zone),
            None,
            "{text} {zone}"
        );
    }
}

#[test]
fn days_are_counted() {
    assert_eq!((days(1970, 1, 1), days(2026, 3, 29)), (0, 20_541));
    for day in [0, 59, 20_541, 20_513, 22_000] {
        let (month, of_month) = month_and_day(day);
        let years = 1970..2040;
        assert!(
            years
                .into_iter()
                .any(|year| days(year, month, of_month) == day)
        );
    }
    // The last Sunday of March 2026.
    let change = rule("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()[0];
    assert_eq!(change.in_year(2026), (20_541, 120, 180));
}
