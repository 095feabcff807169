//! Cron expressions, as <https://pkg.go.dev/github.com/robfig/cron> reads its standard form. Argo and Kubernetes both
//! use that library.

use crate::diagnostics::LongStep;
use crate::texts::{self, Mismatch, Pair, Rule};

/// The fields of an expression, each as a bit set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether the hours are a `*`, with or without a step. The times then form an interval rather than times of the
    /// day.
    is_interval: bool,
    /// Whether any day of the month, and any day of the week, matches.
    any_day: (bool, bool),
    /// The minute and hour, if they are plain numbers.
    time: Option<(u32, u32)>,
    /// The steps that are longer than the range they step through.
    pub(crate) long_steps: Vec<LongStep>,
}

const DESCRIPTORS: &[(&str, &str)] = &[
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// The largest number of days in each month.
const LENGTHS: [(&str, u32); 12] = [
    ("January", 31),
    ("February", 29),
    ("March", 31),
    ("April", 30),
    ("May", 31),
    ("June", 30),
    ("July", 31),
    ("August", 31),
    ("September", 30),
    ("October", 31),
    ("November", 30),
    ("December", 31),
];

/// The name of a month, counting from 1.
pub(crate) fn month_name(month: u32) -> &'static str {
    let at = usize::try_from(month).unwrap_or_default();
    LENGTHS.get(at.wrapping_sub(1)).map_or("", |(name, _)| name)
}

struct Field {
    what: &'static str,
    /// The phrase for one of its values in messages.
    phrase: &'static str,
    low: u32,
    high: u32,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field {
        what: "minute",
        phrase: "a minute (0 to 59)",
        low: 0,
        high: 59,
        names: &[],
    },
    Field {
        what: "hour",
        phrase: "an hour (0 to 23)",
        low: 0,
        high: 23,
        names: &[],
    },
    Field {
        what: "day of month",
        phrase: "a day of the month (1 to 31)",
        low: 1,
        high: 31,
        names: &[],
    },
    Field {
        what: "month",
        phrase: "a month (1 to 12, or `jan` to `dec`)",
        low: 1,
        high: 12,
        names: MONTHS,
    },
    Field {
        what: "day of week",
        phrase: "a day of the week (0 for Sunday to 6, or `sun` to `sat`)",
        low: 0,
        high: 6,
        names: DAYS,
    },
];

/// The contents of one field.
#[derive(Default)]
struct Values {
    bits: u64,
    /// Whether it is `*` or `?`, which matches everything.
    is_open: bool,
    /// Whether it begins with `*` or `?`.
    is_star: bool,
    /// The number, if it is a single one.
    only: Option<u32>,
}

/// Parses a cron expression with five fields, or a descriptor such as `@daily`.
pub(crate) fn parse(text: &str) -> Result<Cron, Mismatch> {
    let found = texts::parse(Rule::cron, text).map_err(|failure| misread(text, failure.at))?;
    let Some(form) = found.into_inner().next() else {
        return Err(wrong_count(0));
    };
    match form.as_rule() {
        Rule::cron_zone => Err(Mismatch::whole("a time zone is given by `timezone`")),
        Rule::descriptor => match DESCRIPTORS.iter().find(|(name, _)| *name == text) {
            Some((_, fields)) => parse(fields),
            None => Err(unknown_descriptor()),
        },
        _ => fields(form),
    }
}

fn fields(form: Pair<'_>) -> Result<Cron, Mismatch> {
    let fields: Vec<Pair<'_>> = form.into_inner().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        return Err(wrong_count(fields.len()));
    };
    let mut long_steps = Vec::new();
    let [minutes, hours, days, months, weekdays] = &FIELDS;
    let minutes = read(minute, minutes, &mut long_steps)?;
    let hours = read(hour, hours, &mut long_steps)?;
    let days = read(day, days, &mut long_steps)?;
    let months = read(month, months, &mut long_steps)?;
    let weekdays = read(weekday, weekdays, &mut long_steps)?;
    Ok(Cron {
        minutes: minutes.bits,
        hours: hours.bits,
        days: days.bits,
        months: months.bits,
        weekdays: weekdays.bits,
        is_interval: hours.is_star,
        any_day: (days.is_open, weekdays.is_open),
        time: minutes.only.zip(hours.only),
        long_steps,
    })
}

fn unknown_descriptor() -> Mismatch {
    let names: Vec<&str> = DESCRIPTORS.iter().map(|(name, _)| *name).collect();
    Mismatch::whole(format!("the descriptors are {}", names.join(", ")))
}

fn wrong_count(count: usize) -> Mismatch {
    Mismatch::whole(format!(
        "it has {count} fields; minute, hour, day of month, month and day of week are wanted"
    ))
}

fn not_one(item: &str, start: usize, field: &Field) -> Mismatch {
    Mismatch {
        at: start..start + item.len(),
        reason: format!("`{item}` is not {}", field.phrase),
    }
}

/// The mistake in a text that does not match the grammar from this byte on.
fn misread(text: &str, at: usize) -> Mismatch {
    if text.starts_with('@') {
        return unknown_descriptor();
    }
    let count = text.split_whitespace().count();
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let ends = |c: char| c == ',' || c.is_whitespace();
    let from = before.trim_end_matches(|c| !ends(c));
    let to = after.trim_start_matches(|c| !ends(c));
    let item = text.get(from.len()..text.len() - to.len());
    let begun = from.split_whitespace().count() - usize::from(from.ends_with(','));
    match (count, item, FIELDS.get(begun)) {
        (5, Some(item), Some(field)) => not_one(item, from.len(), field),
        _ => wrong_count(count),
    }
}

fn read(
    pair: &Pair<'_>,
    field: &Field,
    long_steps: &mut Vec<LongStep>,
) -> Result<Values, Mismatch> {
    let mut values = Values::default();
    let items = pair.clone().into_inner();
    let is_one = items.len() == 1;
    for item in items {
        let one = read_item(&item, field, long_steps)
            .ok_or_else(|| not_one(item.as_str(), item.as_span().start(), field))?;
        values.bits |= one.bits;
        values.is_open |= one.is_open;
        values.is_star |= one.is_star;
        values.only = one.only.filter(|_| is_one);
    }
    Ok(values)
}

fn read_item(item: &Pair<'_>, field: &Field, long_steps: &mut Vec<LongStep>) -> Option<Values> {
    let (mut first, mut last, mut step) = (None, None, None);
    for part in item.clone().into_inner() {
        match part.as_rule() {
            Rule::cron_point if first.is_none() => first = Some(point(part.as_str(), field)?),
            Rule::cron_point => last = Some(point(part.as_str(), field)?),
            Rule::cron_step => {
                step = Some(part.as_str().parse().ok().filter(|step: &u32| *step > 0)?);
            }
            _ => {}
        }
    }
    let is_star = first.is_none();
    let (first, last) = match (first, last) {
        (None, _) => (field.low, field.high),
        (Some(first), Some(last)) => (first, last),
        // With a step, the range runs to the end of the field.
        (Some(first), None) => (first, if step.is_some() { field.high } else { first }),
    };
    if first > last {
        return None;
    }
    let stride = step.unwrap_or(1);
    if stride > last - first && first < last {
        long_steps.push(LongStep {
            item: item.as_str().to_owned(),
            field: field.what,
            value: first,
            last,
        });
    }
    let values = (first..=last).step_by(usize::try_from(stride).ok()?);
    Some(Values {
        bits: values.fold(0, |bits, value| bits | 1 << value),
        is_open: is_star && stride == 1,
        is_star,
        only: (first == last && step.is_none()).then_some(first),
    })
}

fn point(text: &str, field: &Field) -> Option<u32> {
    let named = field
        .names
        .iter()
        .position(|name| name.eq_ignore_ascii_case(text));
    let number = match named {
        Some(at) => u32::try_from(at).ok()? + field.low,
        None => text.parse().ok()?,
    };
    (field.low..=field.high).contains(&number).then_some(number)
}

fn has(bits: u64, value: u32) -> bool {
    bits >> value & 1 == 1
}

impl Cron {
    /// Why the schedule never runs, if that is so.
    pub(crate) fn never(&self) -> Option<String> {
        let (_, any_weekday) = self.any_day;
        // If a day of the week is given too, either of them is enough.
        if !any_weekday && !self.any_day.0 {
            return None;
        }
        let months = (1..=12).filter(|month| has(self.months, *month));
        let lengths = months.clone().filter_map(|month| {
            let at = usize::try_from(month).ok()?.checked_sub(1)?;
            LENGTHS.get(at).map(|(_, days)| *days)
        });
        let longest = lengths.max().unwrap_or(31);
        let first = (1..=31).find(|day| has(self.days, *day))?;
        let named: Vec<&str> = months.map(month_name).collect();
        (first > longest).then(|| match named.as_slice() {
            [only] => format!("{only} has no day {first}"),
            several => format!("none of {} has a day {first}", several.join(", ")),
        })
    }

    /// Whether the schedule names times of the day rather than an interval.
    pub(crate) fn is_of_day(&self) -> bool {
        !self.is_interval
    }

    /// Whether the schedule runs on this day.
    pub(crate) fn comes_on(&self, month: u32, day: u32, weekday: u32) -> bool {
        let (day, weekday) = (has(self.days, day), has(self.weekdays, weekday));
        let fits = match self.any_day {
            (false, false) => day || weekday,
            _ => day && weekday,
        };
        has(self.months, month) && fits
    }

    /// The first minute in `from..to`, in minutes of the day, at which the schedule runs.
    pub(crate) fn first_time(&self, from: u32, to: u32) -> Option<u32> {
        (from..to).find(|minute| has(self.hours, minute / 60) && has(self.minutes, minute % 60))
    }

    /// The same expression at another hour, if it names one minute of one hour.
    pub(crate) fn at_hour(&self, text: &str, hour: u32) -> Option<String> {
        let (minute, _) = self.time?;
        let rest: Vec<&str> = match DESCRIPTORS.iter().find(|(name, _)| *name == text) {
            Some((_, fields)) => fields.split_whitespace().skip(2).collect(),
            None => text.split_whitespace().skip(2).collect(),
        };
        Some(format!("{minute} {hour} {}", rest.join(" ")))
    }

    /// The minute of the day, if the expression names exactly one.
    pub(crate) fn only_time(&self) -> Option<u32> {
        self.time.map(|(minute, hour)| hour * 60 + minute)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_is_a_cron_expression() {
        for text in [
            "0 3 * * *",
            "*/15 0-6,22 1 jan-mar MON",
            "@daily",
            "? ? ? ? ?",
            "5/10 * * * *",
            "  0\t3 * * *  ",
        ] {
            assert_eq!(parse(text).err(), None, "{text}");
        }
        for (text, at, reason) in [
            (
                "",
                "",
                "it has 0 fields; minute, hour, day of month, month and day of week are wanted",
            ),
            (
                "* * * *",
                "",
                "it has 4 fields; minute, hour, day of month, month and day of week are wanted",
            ),
            (
                "0 * * * * *",
                "",
                "it has 6 fields; minute, hour, day of month, month and day of week are wanted",
            ),
            ("60 * * * *", "60", "`60` is not a minute (0 to 59)"),
            ("* 24 * * *", "24", "`24` is not an hour (0 to 23)"),
            ("* * 0 * *", "0", "`0` is not a day of the month (1 to 31)"),
            (
                "* * * 13 *",
                "13",
                "`13` is not a month (1 to 12, or `jan` to `dec`)",
            ),
            (
                "* * * * 7",
                "7",
                "`7` is not a day of the week (0 for Sunday to 6, or `sun` to `sat`)",
            ),
            ("*/0 * * * *", "*/0", "`*/0` is not a minute (0 to 59)"),
            ("5-1 * * * *", "5-1", "`5-1` is not a minute (0 to 59)"),
            ("* 1,,2 * * *", "", "`` is not an hour (0 to 23)"),
            ("* 1,2- * * *", "2-", "`2-` is not an hour (0 to 23)"),
            ("* * L * *", "L", "`L` is not a day of the month (1 to 31)"),
            (
                "* * 1#2,3 * *",
                "1#2",
                "`1#2` is not a day of the month (1 to 31)",
            ),
            (
                "CRON_TZ=UTC 0 0 * * *",
                "",
                "a time zone is given by `timezone`",
            ),
        ] {
            let found = parse(text).err();
            let found = found.map(|found| {
                (
                    text.get(found.at).unwrap_or("OUTSIDE").to_owned(),
                    found.reason,
                )
            });
            assert_eq!(found, Some((at.to_owned(), reason.to_owned())), "{text}");
        }
        assert!(
            parse("@nightly")
                .is_err_and(|found| found.reason.starts_with("the descriptors are @yearly"))
        );
    }

    #[test]
    fn dates_that_never_come() {
        for (text, reason) in [
            ("0 0 31 2 *", "February has no day 31"),
            ("0 0 30 feb *", "February has no day 30"),
            (
                "0 0 31 4,6,9,11 *",
                "none of April, June, September, November has a day 31",
            ),
        ] {
            let found = parse(text).ok().and_then(|cron| cron.never());
            assert_eq!(found.as_deref(), Some(reason), "{text}");
        }
        for text in [
            "0 0 29 2 *",
            "0 0 31 * *",
            "0 0 31 2 1",
            "0 0 28-31 2 *",
            "* * * * *",
        ] {
            assert_eq!(
                parse(text).ok().and_then(|cron| cron.never()),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn steps_that_are_longer_than_their_field() {
        for (text, item, value) in [
            ("*/90 * * * *", "*/90", 0),
            ("0 */36 * * *", "*/36", 0),
            ("0 0 */40 * *", "*/40", 1),
            ("0 0 1 */18 *", "*/18", 1),
            ("0 0 * * */8", "*/8", 0),
            ("5-10/30 * * * *", "5-10/30", 5),
        ] {
            let steps = parse(text).map(|cron| cron.long_steps).unwrap_or_default();
            let found: Vec<_> = steps
                .iter()
                .map(|step| (step.item.as_str(), step.value))
                .collect();
            assert_eq!(found, [(item, value)], "{text}");
        }
        for text in [
            "*/15 * * * *",
            "0 */12 * * *",
            "*/45 * * * *",
            "59/5 * * * *",
            "0 0 1 */6 *",
        ] {
            let steps = parse(text).map(|cron| cron.long_steps);
            assert_eq!(steps, Ok(Vec::new()), "{text}");
        }
    }

    #[test]
    fn days_of_both_kinds() {
        let comes =
            |text: &str, day, weekday| parse(text).is_ok_and(|cron| cron.comes_on(3, day, weekday));
        // If both a day of the month and a day of the week are given, either is enough. Otherwise both must match.
        assert!(comes("0 0 1 * 0", 1, 5) && comes("0 0 1 * 0", 9, 0) && !comes("0 0 1 * 0", 9, 5));
        assert!(comes("0 0 * * 0", 9, 0) && !comes("0 0 * * 0", 9, 1));
        assert!(comes("0 0 1 * *", 1, 3) && !comes("0 0 1 4 *", 1, 3));
    }
}
