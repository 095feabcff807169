//! Values read from outside: from the texts and data in which they are given, or travel between steps.

use crate::{
    Data, DataKind, Duration, Flaw, Number, Place, Quantity, Type, Value, data::from_json,
};

impl Value {
    /// A text as a value, read in a type; nothing is made to fit it yet.
    ///
    /// # Errors
    /// Says why it is not one.
    pub fn from_text(text: &str, ty: &Type) -> Result<Self, String> {
        from_text(text, ty)
    }

    /// Data as a value, read in a type; nothing is made to fit it yet.
    ///
    /// # Errors
    /// Says why it is not one, and where.
    pub fn from_data(data: &Data, ty: &Type) -> Result<Self, Flaw> {
        from_data(data, ty)
    }
}

/// A text as messages show it.
pub(crate) fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn from_text(text: &str, ty: &Type) -> Result<Value, String> {
    let shown = shortened(text);
    match ty {
        Type::String | Type::Enum(_) => Ok(Value::String(text.to_owned())),
        Type::Int => text
            .trim()
            .parse()
            .map(Value::Int)
            .map_err(|_| format!("`{shown}` is not a whole number")),
        Type::Float => Number::decimal(text.trim())
            .map_err(|_| format!("`{shown}` is not a number"))?
            .float()
            .map(Value::Float),
        Type::Bool => match text.trim() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(format!("`{shown}` is not `true` or `false`")),
        },
        Type::Quantity | Type::Duration => unit(text, ty),
        _ => {
            let read =
                from_json(text).map_err(|flaw| placed(&format!("`{shown}` is not JSON"), &flaw))?;
            from_data(&read, ty).map_err(|flaw| placed(&format!("in `{shown}`"), &flaw))
        }
    }
}

fn unit(text: &str, ty: &Type) -> Result<Value, String> {
    let (found, what, example) = match ty {
        Type::Quantity => (
            Quantity::parse(text).map(Value::Quantity),
            "quantity",
            "16Gi",
        ),
        _ => (
            Duration::parse(text).map(Value::Duration),
            "duration",
            "1h30m",
        ),
    };
    found.ok_or_else(|| format!("`{}` is not a {what}, such as `{example}`", shortened(text)))
}

/// A flaw of a text that has no file.
fn placed(what: &str, flaw: &Flaw) -> String {
    let Place { line, column } = flaw.at;
    match line {
        1 => format!("{what}: {} (column {column})", flaw.problem),
        _ => format!("{what}: {} (line {line}, column {column})", flaw.problem),
    }
}

fn from_data(data: &Data, ty: &Type) -> Result<Value, Flaw> {
    let flaw = |problem: String| Flaw::new(data.at, problem);
    match (&data.kind, ty) {
        (DataKind::Null, _) => Ok(Value::Null),
        (_, Type::Optional(inner)) => from_data(data, inner),
        (DataKind::Bool(value), _) => Ok(Value::Bool(*value)),
        (DataKind::Number(number), ty) => self::number(number, ty).map_err(flaw),
        (DataKind::String(text), Type::Quantity | Type::Duration) => unit(text, ty).map_err(flaw),
        (DataKind::String(text), _) => Ok(Value::String(text.clone())),
        (DataKind::List(items), ty) => {
            let element = match ty {
                Type::List(element) => element.as_ref(),
                _ => &Type::Json,
            };
            items
                .iter()
                .map(|item| from_data(item, element))
                .collect::<Result<_, _>>()
                .map(Value::List)
        }
        (DataKind::Record(fields), ty) => fields
            .iter()
            .map(|(name, value)| {
                let inner = match ty {
                    Type::Map(element) => element.as_ref(),
                    Type::Record(fields) => fields
                        .iter()
                        .find(|field| field.name == *name)
                        .map_or(&Type::Json, |field| &field.ty),
                    _ => &Type::Json,
                };
                Ok((name.clone(), from_data(value, inner)?))
            })
            .collect::<Result<_, Flaw>>()
            .map(Value::Record),
    }
}

/// A number is exact, or an error.
fn number(number: &Number, ty: &Type) -> Result<Value, String> {
    match (number.whole(), ty) {
        (Some(_), Type::Float) => number.float().map(Value::Float),
        (Some(whole), _) => Ok(Value::Int(whole)),
        (None, Type::Int) if number.is_whole() => {
            Err(format!("`{}` does not fit 64 bits", number.text()))
        }
        (None, _) => number.float().map(Value::Float),
    }
}
