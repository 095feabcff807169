//! Quantities.

use argot_compiler::Quantity;
use serde_json::Value;
use toml::de::DeValue;

use super::super::read::{Node, Reader, Setting};

/// A quantity that is more than nothing: `2`, `"500m"`, `"16Gi"`.
#[derive(Debug, Clone)]
pub(crate) struct Size(pub(crate) Quantity);

/// A request with its limit: one quantity for both, or `"1..2"`.
#[derive(Debug, Clone)]
pub(crate) struct Amount {
    pub(crate) request: Quantity,
    pub(crate) limit: Quantity,
}

/// The text of a quantity, which may be written as a number.
fn quantity_text<T: Setting>(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<String> {
    match node.get_ref() {
        DeValue::String(text) => Some(text.as_ref().to_owned()),
        DeValue::Integer(integer) if integer.radix() == 10 => Some(integer.as_str().to_owned()),
        DeValue::Float(float) => Some(float.as_str().to_owned()),
        _ => {
            reader.mismatch::<T>(node, path);
            None
        }
    }
}

fn quantity(text: &str) -> Result<Quantity, String> {
    match Quantity::parse(text) {
        Some(quantity) if quantity.nanos() > 0 => Ok(quantity),
        Some(_) => Err(format!("`{text}` is not more than nothing")),
        None => Err(format!("`{text}` is not a quantity")),
    }
}

impl Setting for Size {
    fn expected() -> String {
        "a quantity such as `\"16Gi\"`".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let text = quantity_text::<Self>(node, path, reader)?;
        match quantity(&text) {
            Ok(quantity) => Some(Self(quantity)),
            Err(problem) => {
                reader.invalid::<Self>(node, path, &problem);
                None
            }
        }
    }

    fn data(&self) -> Value {
        Value::from(self.0.text())
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"] })
    }
}

impl Setting for Amount {
    fn expected() -> String {
        "a quantity such as `\"16Gi\"`, or a request with its limit such as `\"500m..2\"`"
            .to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let text = quantity_text::<Self>(node, path, reader)?;
        let (request, limit) = text.split_once("..").unwrap_or((&text, &text));
        let amount = quantity(request.trim()).and_then(|request| {
            let limit = quantity(limit.trim())?;
            if request > limit {
                let (request, limit) = (request.text(), limit.text());
                return Err(format!(
                    "the request `{request}` is more than the limit `{limit}`"
                ));
            }
            Ok(Self { request, limit })
        });
        match amount {
            Ok(amount) => Some(amount),
            Err(problem) => {
                reader.invalid::<Self>(node, path, &problem);
                None
            }
        }
    }

    fn data(&self) -> Value {
        let (request, limit) = (self.request.text(), self.limit.text());
        Value::from(if request == limit {
            request.to_owned()
        } else {
            format!("{request}..{limit}")
        })
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"] })
    }
}
