//! The values of the functions. The types of the arguments have been checked, so a mismatch never reaches the user.

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::Hasher,
};

use crate::{
    BinaryOperator, Value,
    evaluate::{
        self, OVERFLOW, Outcome, Problem, append, compare, equal, hash, mismatch, no_value, number,
        text_of, too_long, within, within_parts,
    },
    limits::{MOST_RANGE, MOST_TEXT},
    pattern::pattern,
};

/// The only argument.
fn only(arguments: &[Value]) -> Result<&Value, Problem> {
    match arguments {
        [value] => Ok(value),
        _ => Err(mismatch()),
    }
}

/// A list as the only argument.
fn list(arguments: &[Value]) -> Result<&[Value], Problem> {
    match arguments {
        [Value::List(items)] => Ok(items),
        _ => Err(mismatch()),
    }
}

/// The arguments, if they are `N` texts.
fn texts<const N: usize>(arguments: &[Value]) -> Result<[&str; N], Problem> {
    let mut texts = [""; N];
    if arguments.len() != N {
        return Err(mismatch());
    }
    for (text, argument) in texts.iter_mut().zip(arguments) {
        match argument {
            Value::String(given) => *text = given,
            _ => return Err(mismatch()),
        }
    }
    Ok(texts)
}

pub(super) fn length(arguments: &[Value]) -> Outcome {
    let length = match only(arguments)? {
        Value::String(text) => text.chars().count(),
        Value::List(items) => items.len(),
        Value::Record(fields) => fields.len(),
        _ => return Err(mismatch()),
    };
    i64::try_from(length)
        .map(Value::Int)
        .map_err(|_| no_value(OVERFLOW))
}

pub(super) fn least(arguments: &[Value]) -> Outcome {
    extreme(arguments, std::cmp::Ordering::is_lt)
}

pub(super) fn greatest(arguments: &[Value]) -> Outcome {
    extreme(arguments, std::cmp::Ordering::is_gt)
}

/// The best of the numbers, or of a list of numbers. The first one wins a tie.
fn extreme(arguments: &[Value], is_better: fn(std::cmp::Ordering) -> bool) -> Outcome {
    let items = match arguments {
        [Value::List(items)] => items.as_slice(),
        _ => arguments,
    };
    let mut best: Option<&Value> = None;
    for item in items {
        let better = match best {
            None => true,
            Some(best) => is_better(compare(item, best).ok_or_else(mismatch)?),
        };
        if better {
            best = Some(item);
        }
    }
    best.cloned().ok_or_else(|| no_value("the list is empty"))
}

pub(super) fn sum(arguments: &[Value]) -> Outcome {
    list(arguments)?
        .iter()
        .try_fold(Value::Int(0), |sum, item| {
            evaluate::arithmetic(BinaryOperator::Add, &sum, item)
        })
}

pub(super) fn join(arguments: &[Value]) -> Outcome {
    let [Value::List(items), Value::String(separator)] = arguments else {
        return Err(mismatch());
    };
    let mut joined = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            append(&mut joined, separator)?;
        }
        append(&mut joined, &text_of(item)?)?;
    }
    Ok(Value::String(joined))
}

pub(super) fn split(arguments: &[Value]) -> Outcome {
    let [whole, separator] = texts(arguments)?;
    let pieces: Vec<Value> = if separator.is_empty() {
        within_parts(whole.chars().count())?;
        whole
            .chars()
            .map(|c| Value::String(c.to_string()))
            .collect()
    } else {
        within_parts(whole.matches(separator).count())?;
        whole
            .split(separator)
            .map(|piece| Value::String(piece.to_owned()))
            .collect()
    };
    Ok(Value::List(pieces))
}

pub(super) fn replace(arguments: &[Value]) -> Outcome {
    let [whole, from, to] = texts(arguments)?;
    let count = whole.matches(from).count();
    within(whole.len().saturating_add(count.saturating_mul(to.len())))?;
    Ok(Value::String(whole.replace(from, to)))
}

pub(super) fn lower(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(Value::String(text.chars().map(lower_letter).collect()))
}

pub(super) fn upper(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(Value::String(text.chars().map(upper_letter).collect()))
}

pub(super) fn trim(arguments: &[Value]) -> Outcome {
    let [text] = texts(arguments)?;
    Ok(Value::String(text.trim().to_owned()))
}

pub(super) fn contains(arguments: &[Value]) -> Outcome {
    match arguments {
        [whole, part] => evaluate::contains(whole, part),
        _ => Err(mismatch()),
    }
}

pub(super) fn starts_with(arguments: &[Value]) -> Outcome {
    let [text, prefix] = texts(arguments)?;
    Ok(Value::Bool(text.starts_with(prefix)))
}

pub(super) fn ends_with(arguments: &[Value]) -> Outcome {
    let [text, suffix] = texts(arguments)?;
    Ok(Value::Bool(text.ends_with(suffix)))
}

pub(super) fn matches(arguments: &[Value]) -> Outcome {
    let [text, written] = texts(arguments)?;
    let pattern = pattern(written).map_err(no_value)?;
    Ok(Value::Bool(pattern.is_match(text)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the bounds are checked before the conversion"
)]
pub(super) fn as_int(arguments: &[Value]) -> Outcome {
    let value = only(arguments)?;
    match value {
        Value::Int(_) => Ok(value.clone()),
        Value::Float(number) if number.abs() < i64::MAX as f64 => {
            Ok(Value::Int(number.trunc() as i64))
        }
        Value::String(text) => text
            .parse()
            .map(Value::Int)
            .map_err(|_| no_value(format!("{} is not a whole number", shown(value)))),
        other => Err(no_value(format!("{} is not a whole number", shown(other)))),
    }
}

pub(super) fn as_float(arguments: &[Value]) -> Outcome {
    let value = only(arguments)?;
    let found = match value {
        Value::String(text) => text.parse::<f64>().ok().filter(|number| number.is_finite()),
        other => number(other),
    };
    found
        .map(Value::Float)
        .ok_or_else(|| no_value(format!("{} is not a number", shown(value))))
}

pub(super) fn as_string(arguments: &[Value]) -> Outcome {
    text_of(only(arguments)?).map(Value::String)
}

pub(super) fn as_list(arguments: &[Value]) -> Outcome {
    match only(arguments)? {
        list @ Value::List(_) => Ok(list.clone()),
        other => Err(no_value(format!("{} is not a list", shown(other)))),
    }
}

pub(super) fn json(arguments: &[Value]) -> Outcome {
    only(arguments)?
        .json_within(MOST_TEXT)
        .map(Value::String)
        .ok_or_else(too_long)
}

pub(super) fn sort(arguments: &[Value]) -> Outcome {
    let mut items = list(arguments)?.to_vec();
    items.sort_by(|a, b| compare(a, b).unwrap_or(std::cmp::Ordering::Equal));
    Ok(Value::List(items))
}

/// The elements of a list without repetitions, in the order of their first occurrences.
pub(super) fn unique(arguments: &[Value]) -> Outcome {
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut kept: Vec<Value> = Vec::new();
    for item in list(arguments)? {
        let mut hasher = DefaultHasher::new();
        hash(item, &mut hasher);
        let alike = seen.entry(hasher.finish()).or_default();
        let is_known = alike
            .iter()
            .filter_map(|at| kept.get(*at))
            .any(|other| equal(other, item));
        if !is_known {
            alike.push(kept.len());
            kept.push(item.clone());
        }
    }
    Ok(Value::List(kept))
}

pub(super) fn range(arguments: &[Value]) -> Outcome {
    let (from, to) = match arguments {
        [Value::Int(to)] => (0, *to),
        [Value::Int(from), Value::Int(to)] => (*from, *to),
        _ => return Err(mismatch()),
    };
    let is_long = to
        .checked_sub(from)
        .is_none_or(|length| length > MOST_RANGE);
    if to > from && is_long {
        return Err(Problem::TooLarge(format!(
            "it has more than {MOST_RANGE} numbers"
        )));
    }
    Ok(Value::List((from..to).map(Value::Int).collect()))
}

/// A letter in lowercase. Like Go, this maps it to a single letter.
fn lower_letter(letter: char) -> char {
    match letter {
        'İ' => 'i',
        _ => one_letter(letter, letter.to_lowercase()),
    }
}

/// A letter in uppercase. Like Go, this maps it to a single letter.
fn upper_letter(letter: char) -> char {
    match letter {
        // Letters with an iota subscript: the full mapping is two letters, the simple one is the titlecase letter.
        'ᾀ'..='ᾇ' | 'ᾐ'..='ᾗ' | 'ᾠ'..='ᾧ' => {
            char::from_u32(u32::from(letter) + 8).unwrap_or(letter)
        }
        'ᾳ' => 'ᾼ',
        'ῃ' => 'ῌ',
        'ῳ' => 'ῼ',
        _ => one_letter(letter, letter.to_uppercase()),
    }
}

/// The mapped letter, if it is a single one: `ß` stays `ß`.
fn one_letter(letter: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => letter,
    }
}

/// A value for messages, truncated.
fn shown(value: &Value) -> String {
    const SHOWN: usize = 60;
    let json = value.beginning(SHOWN);
    match json.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", json.get(..at).unwrap_or_default()),
        None => json,
    }
}
