//! Values as the texts in which they travel between the steps of a run.

use crate::Datum;
use argot_compiler::{Type, Value, from_json};

/// The text in which a value of a type travels: the canonical one; JSON where the type is `json`, or optional,
/// so that an absent value, `null`, is not the text `null`.
pub fn write(value: &Value, ty: &Type) -> String {
    match ty {
        Type::Optional(_) | Type::Json => value.json(),
        _ => value.text(),
    }
}

/// The value that a text stands for, read in its type: the other way of [`write()`]. A `bool` is read as programs
/// write it, `True` of Python's among them.
///
/// # Errors
/// Says why it is no text of a value of that type.
pub fn read(text: &str, ty: &Type) -> Result<Value, String> {
    let value = if *ty == Type::Bool {
        Value::Bool(truth(text).ok_or_else(|| format!("`{text}` is neither true nor false"))?)
    } else if let Type::Optional(_) | Type::Json = ty {
        let data =
            from_json(text).map_err(|flaw| format!("`{text}` is not JSON: {}", flaw.problem))?;
        Value::from_data(&data, ty).map_err(|flaw| flaw.problem)?
    } else {
        Value::from_text(text, ty)?
    };
    match Datum::Value(value).fit(ty)? {
        Datum::Value(value) => Ok(value),
        _ => Err("an artifact has no text".to_owned()),
    }
}

/// The truth value that a program has written.
fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
