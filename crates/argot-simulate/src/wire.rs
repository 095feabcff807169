//! The texts as which values are passed between the steps of a run.

use crate::Datum;
use argot_compiler::{Flaw, Type, Value, from_json};
use argot_syntax::Span;

/// The text as which a value of a type is passed: its canonical text. If the type is `json` or optional it is JSON, so
/// the missing value `null` differs from the text `null`.
pub fn write(value: &Value, ty: &Type) -> String {
    match ty {
        Type::Optional(_) | Type::Json => value.json(),
        _ => value.text(),
    }
}

/// Reads a text as a value of a type: the inverse of [`write()`]. A `bool` is read as programs write it, including
/// Python's `True`.
///
/// # Errors
/// Returns the reason if it is not the text of a value of that type.
pub fn read(text: &str, ty: &Type) -> Result<Value, String> {
    let value = if *ty == Type::Bool {
        Value::Bool(truth(text).ok_or_else(|| format!("`{text}` is neither true nor false"))?)
    } else if let Type::Optional(_) | Type::Json = ty {
        let data = from_json(text, Span::default());
        let data = data.map_err(|flaws| format!("`{text}` is not JSON: {}", first(flaws)))?;
        Value::from_data(&data, ty).map_err(first)?
    } else {
        Value::from_text(text, Span::default(), ty).map_err(first)?
    };
    match Datum::Value(value).fit(ty)? {
        Datum::Value(value) => Ok(value),
        _ => Err("an artifact has no text".to_owned()),
    }
}

fn first(flaws: Vec<Flaw>) -> String {
    let mut flaws = flaws.into_iter();
    flaws.next().map_or_else(String::new, |flaw| flaw.problem)
}

/// The boolean that a program has written.
fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
