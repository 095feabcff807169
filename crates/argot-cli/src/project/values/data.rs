//! Values of parameters.

use argot_compiler::{Data as Datum, DataField, DataKind, Fields, Number};
use serde_json::Value;
use toml::de::DeValue;

use super::super::read::{Node, Reader, Setting};

/// The value of a parameter.
#[derive(Debug, Clone)]
pub(crate) struct Data(pub(crate) Datum);

impl Setting for Data {
    fn expected() -> String {
        "a value of a parameter".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let span = reader.span(&node.span());
        let kind = match node.get_ref() {
            DeValue::String(text) => DataKind::String(text.to_string()),
            DeValue::Boolean(value) => DataKind::Bool(*value),
            DeValue::Integer(_) => DataKind::Number(i64::read(node, path, reader)?.into()),
            DeValue::Float(float) => {
                let number = Number::decimal(float.as_str());
                let exact = number.and_then(|number| number.float().map(|_| number));
                match exact {
                    Ok(number) => DataKind::Number(number),
                    Err(problem) => {
                        reader.invalid::<Self>(node, path, &problem);
                        return None;
                    }
                }
            }
            DeValue::Datetime(_) => {
                reader.invalid::<Self>(node, path, "a date or time is written as a text");
                return None;
            }
            DeValue::Array(items) => {
                let read = |item| Some(Self::read(item, path, reader)?.0);
                DataKind::List(items.iter().map(read).collect::<Option<_>>()?)
            }
            DeValue::Table(table) => {
                let mut fields = Fields::new();
                for (key, value) in table.iter() {
                    let name = reader.span(&key.span());
                    let value = Self::read(value, path, reader)?.0;
                    fields.insert(key.get_ref().to_string(), DataField { name, value });
                }
                DataKind::Record(fields)
            }
        };
        Some(Self(Datum { kind, span }))
    }

    fn data(&self) -> Value {
        shown(&self.0.kind)
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean", "array", "object"] })
    }
}

/// The value as it is shown.
fn shown(kind: &DataKind) -> Value {
    match kind {
        DataKind::Null => Value::Null,
        DataKind::Bool(value) => Value::from(*value),
        DataKind::Number(number) => match number.whole() {
            Some(whole) => Value::from(whole),
            None => number.float().map_or(Value::Null, Value::from),
        },
        DataKind::String(text) => Value::from(text.as_str()),
        DataKind::List(items) => items.iter().map(|item| shown(&item.kind)).collect(),
        DataKind::Record(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), shown(&field.value.kind)))
            .collect(),
    }
}
