//! Evaluates operators if their operands are known; `function/values.rs` does so for functions. This defines the
//! meaning of the language's expressions: a target's own expressions must produce the same values.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
};

use crate::{
    BinaryOperator, UnaryOperator, Value,
    limits::{MOST_PARTS, MOST_TEXT},
};

/// A value, or the reason why there is none.
pub type Outcome = Result<Value, Problem>;

/// The reason why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It has no value: a clause that completes "the expression has no value: ...".
    NoValue(String),
    /// It exceeds a limit of the compiler: a clause that completes "the value is too large: ...".
    TooLarge(String),
}

impl From<Problem> for String {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::NoValue(reason) => reason,
            Problem::TooLarge(reason) => format!("it is too large: {reason}"),
        }
    }
}

pub(crate) fn no_value(reason: impl Into<String>) -> Problem {
    Problem::NoValue(reason.into())
}

pub(crate) const OVERFLOW: &str = "the result does not fit 64 bits";

/// Refuses a text that would be too large before it is created.
pub(crate) fn within(length: usize) -> Result<(), Problem> {
    match length > MOST_TEXT {
        true => Err(too_long()),
        false => Ok(()),
    }
}

pub(crate) fn too_long() -> Problem {
    Problem::TooLarge(format!("the text is longer than {} MiB", MOST_TEXT >> 20))
}

/// Refuses a list that would be too large before it is created.
pub(crate) fn within_parts(length: usize) -> Result<(), Problem> {
    match length > MOST_PARTS {
        true => Err(Problem::TooLarge(format!(
            "it has more than {MOST_PARTS} parts"
        ))),
        false => Ok(()),
    }
}

/// The text of a value.
///
/// # Errors
/// Returns the reason if there is no value.
pub fn text_of(value: &Value) -> Result<String, Problem> {
    value.text_within(MOST_TEXT).ok_or_else(too_long)
}

/// The list or record, if it is not too large.
pub(crate) fn made(value: Value) -> Outcome {
    match value.size().refused() {
        Some(reason) => Err(Problem::TooLarge(reason)),
        None => Ok(value),
    }
}

/// Concatenates texts.
///
/// # Errors
/// Returns the reason if there is no value.
pub fn append(text: &mut String, more: &str) -> Result<(), Problem> {
    within(text.len().saturating_add(more.len()))?;
    text.push_str(more);
    Ok(())
}

/// Applies an operator to one value.
///
/// # Errors
/// Returns the reason if there is no value.
pub fn unary(operator: UnaryOperator, operand: &Value) -> Outcome {
    match (operator, operand) {
        (UnaryOperator::Not, Value::Bool(value)) => Ok(Value::Bool(!value)),
        (UnaryOperator::Negate, Value::Int(value)) => value
            .checked_neg()
            .map(Value::Int)
            .ok_or_else(|| no_value(OVERFLOW)),
        (UnaryOperator::Negate, Value::Float(value)) => Ok(Value::Float(-value)),
        _ => Err(mismatch()),
    }
}

/// Applies an operator to two values.
///
/// # Errors
/// Returns the reason if there is no value.
pub fn binary(operator: BinaryOperator, left: &Value, right: &Value) -> Outcome {
    use BinaryOperator as Op;
    match operator {
        Op::Coalesce => Ok(if *left == Value::Null { right } else { left }.clone()),
        Op::And | Op::Or => match (left, right) {
            (Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(if operator == Op::And {
                *a && *b
            } else {
                *a || *b
            })),
            _ => Err(mismatch()),
        },
        Op::Equal => Ok(Value::Bool(equal(left, right))),
        Op::NotEqual => Ok(Value::Bool(!equal(left, right))),
        Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual => {
            let order = compare(left, right).ok_or_else(mismatch)?;
            Ok(Value::Bool(match operator {
                Op::Less => order.is_lt(),
                Op::LessEqual => order.is_le(),
                Op::Greater => order.is_gt(),
                _ => order.is_ge(),
            }))
        }
        Op::In => contains(right, left),
        Op::Add => match (left, right) {
            (Value::String(a), Value::String(b)) => {
                within(a.len().saturating_add(b.len()))?;
                Ok(Value::String(format!("{a}{b}")))
            }
            (Value::List(a), Value::List(b)) => {
                made(Value::List(a.iter().chain(b).cloned().collect()))
            }
            _ => arithmetic(operator, left, right),
        },
        Op::Subtract | Op::Multiply | Op::Divide | Op::FloorDivide | Op::Remainder => {
            arithmetic(operator, left, right)
        }
    }
}

pub(crate) fn mismatch() -> Problem {
    no_value("the operands do not go together")
}

/// Equality. An int equals a float that is the same number.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Record(a), Value::Record(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, value)| b.get(name).is_some_and(|other| equal(value, other)))
        }
        _ => compare(left, right).map_or_else(|| left == right, std::cmp::Ordering::is_eq),
    }
}

pub(crate) fn compare(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Quantity(a), Value::Quantity(b)) => a.partial_cmp(b),
        (Value::Duration(a), Value::Duration(b)) => a.partial_cmp(b),
        _ => number(left)?.partial_cmp(&number(right)?),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "an int beside a float is a float"
)]
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

fn finite(value: f64) -> Outcome {
    if value.is_finite() {
        Ok(Value::Float(value))
    } else {
        Err(no_value("the result is not a finite number"))
    }
}

pub(crate) fn arithmetic(operator: BinaryOperator, left: &Value, right: &Value) -> Outcome {
    use BinaryOperator as Op;
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        if *b == 0 && matches!(operator, Op::Divide | Op::FloorDivide | Op::Remainder) {
            return Err(no_value("it divides by zero"));
        }
        let whole = match operator {
            Op::Add => a.checked_add(*b),
            Op::Subtract => a.checked_sub(*b),
            Op::Multiply => a.checked_mul(*b),
            // Both round towards zero, as in Go, so a == a // b * b + a % b.
            Op::FloorDivide => a.checked_div(*b),
            Op::Remainder => Some(a.wrapping_rem(*b)),
            _ => {
                return match (number(left), number(right)) {
                    (Some(a), Some(b)) => finite(a / b),
                    _ => Err(mismatch()),
                };
            }
        };
        return whole.map(Value::Int).ok_or_else(|| no_value(OVERFLOW));
    }
    let (Some(a), Some(b)) = (number(left), number(right)) else {
        return Err(mismatch());
    };
    match operator {
        Op::Add => finite(a + b),
        Op::Subtract => finite(a - b),
        Op::Multiply => finite(a * b),
        Op::Divide if b == 0.0 => Err(no_value("it divides by zero")),
        Op::Divide => finite(a / b),
        _ => Err(mismatch()),
    }
}

pub(crate) fn contains(whole: &Value, part: &Value) -> Outcome {
    Ok(Value::Bool(match (whole, part) {
        (Value::String(whole), Value::String(part)) => whole.contains(part.as_str()),
        (Value::List(items), part) => items.iter().any(|item| equal(item, part)),
        (Value::Record(fields), Value::String(name)) => fields.contains_key(name),
        _ => return Err(mismatch()),
    }))
}

/// A field of a record or map.
///
/// # Errors
/// Returns the reason if there is no value.
pub fn field(base: &Value, name: &str) -> Outcome {
    match base {
        Value::Record(fields) => fields
            .get(name)
            .cloned()
            .ok_or_else(|| no_value(format!("there is no `{name}` in it"))),
        _ => Err(mismatch()),
    }
}

/// An element of a list, or a value of a map.
///
/// # Errors
/// Returns the reason if there is no value.
pub fn index(base: &Value, index: &Value) -> Outcome {
    match (base, index) {
        (Value::List(items), Value::Int(at)) => {
            let from_end = usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX);
            let place = if *at < 0 {
                items.len().checked_sub(from_end)
            } else {
                Some(from_end)
            };
            place
                .and_then(|place| items.get(place))
                .cloned()
                .ok_or_else(|| {
                    no_value(format!(
                        "there is no element {at} in a list of {}",
                        items.len()
                    ))
                })
        }
        (Value::Record(_), Value::String(name)) => field(base, name),
        _ => Err(mismatch()),
    }
}

/// Hashes a value: the same for all that are [`equal`].
pub(crate) fn hash(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(value) => value.hash(hasher),
        // An int equals a float of the same number, and 0 equals -0.
        Value::Int(_) | Value::Float(_) => {
            let number = number(value).unwrap_or_default() + 0.0;
            number.to_bits().hash(hasher);
        }
        Value::String(text) => text.hash(hasher),
        Value::Quantity(quantity) => quantity.nanos().hash(hasher),
        Value::Duration(duration) => duration.nanos().hash(hasher),
        Value::List(items) => items.iter().for_each(|item| hash(item, hasher)),
        // Their order does not matter.
        Value::Record(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let mut hasher = DefaultHasher::new();
                name.hash(&mut hasher);
                hash(value, &mut hasher);
                hasher.finish()
            });
            fields.fold(0_u64, u64::wrapping_add).hash(hasher);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{binary, no_value};
    use crate::{BinaryOperator as Op, Function, Value};

    #[test]
    fn whole_division_and_remainder_round_towards_zero() {
        for (a, b, quotient, remainder) in [(7, 2, 3, 1), (-7, 2, -3, -1), (7, -2, -3, 1)] {
            assert_eq!(
                binary(Op::FloorDivide, &Value::Int(a), &Value::Int(b)),
                Ok(Value::Int(quotient))
            );
            assert_eq!(
                binary(Op::Remainder, &Value::Int(a), &Value::Int(b)),
                Ok(Value::Int(remainder))
            );
        }
    }

    #[test]
    fn what_has_no_value_says_why() {
        let zero = binary(Op::Divide, &Value::Int(1), &Value::Int(0));
        assert_eq!(zero, Err(no_value("it divides by zero")));
        let overflow = binary(Op::Add, &Value::Int(i64::MAX), &Value::Int(1));
        assert_eq!(overflow, Err(no_value("the result does not fit 64 bits")));
        let text = Function::AsInt.value(&[Value::String("x".to_owned())]);
        assert_eq!(text, Err(no_value("\"x\" is not a whole number")));
    }

    #[test]
    fn floats_are_written_as_go_writes_them() {
        for (number, text) in [
            (1.0, "1"),
            (0.1, "0.1"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (-0.0, "-0"),
            (-0.0125, "-0.0125"),
            (-120.0, "-120"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            // Equally near to `.3`, which is odd.
            (1_000_000_000_000_000.2, "1000000000000000.2"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
        ] {
            assert_eq!(crate::float_text(number), text);
        }
    }
}
