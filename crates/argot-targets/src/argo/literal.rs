//! Constants in expr-lang.

use argot_compiler::Value;
use argot_syntax::Span;

use super::expr_lang::{Code, quoted};
use super::text::{Outcome, Place, constant, plain_key};

/// Returns a constant in expr-lang.
pub(crate) fn literal(value: &Value, span: Span) -> Outcome<Code> {
    Ok(match value {
        Value::Null => Code::atom("nil"),
        Value::Bool(_) => Code::atom(value.text()),
        // expr-lang reads the digits before the sign, and the digits alone overflow.
        Value::Int(i64::MIN) => Code::atom(format!("int({})", quoted(&value.text()))),
        Value::Int(number) if *number < 0 => Code::compound(value.text()),
        Value::Int(_) => Code::atom(value.text()),
        // In expr-lang, `5` would be an int, and `5 / 2` would have a different result.
        Value::Float(number) => {
            let text = value.text();
            let text = if text.contains(['.', 'e']) {
                text
            } else {
                format!("{text}.0")
            };
            if number.is_sign_negative() {
                Code::compound(text)
            } else {
                Code::atom(text)
            }
        }
        Value::String(_) | Value::Quantity(_) | Value::Duration(_) => {
            let text = value.text();
            check_literal(&text, span)?;
            Code::atom(quoted(&text))
        }
        Value::List(items)
            if items
                .iter()
                .all(|item| matches!(item, Value::Bool(_) | Value::String(_)))
                || holds_large(value) =>
        {
            let items: Vec<_> = items
                .iter()
                .map(|item| Ok(literal(item, span)?.text))
                .collect::<Outcome<_>>()?;
            Code::atom(format!("[{}]", items.join(", ")))
        }
        Value::Record(fields) if holds_large(value) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| {
                    plain_key(name, span)?;
                    Ok(format!("{}: {}", quoted(name), literal(value, span)?.text))
                })
                .collect::<Outcome<_>>()?;
            Code::atom(format!("{{{}}}", fields.join(", ")))
        }
        // The values it is compared or combined with come from JSON, so it does too.
        Value::List(_) | Value::Record(_) => {
            let text = value.json();
            check_literal(&text, span)?;
            Code::atom(format!("fromJSON({})", quoted(&text)))
        }
    })
}

/// Whether a value contains a whole number that is too large for JSON, where all numbers are floats.
pub(crate) fn holds_large(value: &Value) -> bool {
    const FIRST: u64 = 1 << 53;
    match value {
        Value::Int(number) => number.unsigned_abs() >= FIRST,
        Value::List(items) => items.iter().any(holds_large),
        Value::Record(fields) => fields.values().any(holds_large),
        _ => false,
    }
}

/// Rejects a text that would end the tag around an expression, or begin another tag.
pub(crate) fn check_literal(text: &str, span: Span) -> Outcome<()> {
    constant(text, Place::Field, span).map(drop)
}
