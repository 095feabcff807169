//! Values as values of a type.

use indexmap::IndexMap;

use crate::{
    Quantity, Type, Value,
    limits::{MOST_BYTES, MOST_PARTS},
    types::by_name,
};

/// Why a constant is not of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// It is of another type.
    Type,
    /// This text is not one of the members of an `enum`.
    Member(String, Vec<String>),
    /// A record leaves out this field, which has no default.
    MissingField(String),
    /// A record has this field; its type has only those in the list.
    UnknownField(String, Vec<String>),
    /// A clause that completes "the value is too large: ...".
    TooLarge(String),
}

impl Value {
    /// This value as one of a type: an int widens to a float, a record gets the defaults that it leaves out.
    ///
    /// # Errors
    /// Says why it is not of that type.
    pub fn fit(&self, ty: &Type) -> Result<Self, Misfit> {
        let mut room = Room {
            parts: MOST_PARTS,
            bytes: MOST_BYTES,
        };
        fitted(self, ty, &mut room)
    }
}

/// How large a value may become by the defaults that it gets.
struct Room {
    parts: usize,
    bytes: usize,
}

impl Room {
    fn add(&mut self, value: &Value) -> Result<(), Misfit> {
        let size = value.size();
        let parts = self.parts.checked_sub(size.parts);
        self.parts = parts
            .ok_or_else(|| Misfit::TooLarge(format!("it has more than {MOST_PARTS} parts")))?;
        let bytes = self.bytes.checked_sub(size.bytes);
        self.bytes = bytes.ok_or_else(|| {
            let most = MOST_BYTES >> 20;
            Misfit::TooLarge(format!("it takes more than {most} MiB"))
        })?;
        Ok(())
    }
}

fn fitted(value: &Value, expected: &Type, room: &mut Room) -> Result<Value, Misfit> {
    #[expect(clippy::cast_precision_loss, reason = "an int widens to a float")]
    match (value, expected) {
        (_, Type::Error) => Ok(value.clone()),
        (Value::Null, Type::Optional(_) | Type::Null) => Ok(Value::Null),
        (Value::Null, Type::Json) => Ok(Value::Null),
        (value, Type::Optional(inner)) => fitted(value, inner, room),
        (Value::Bool(_), Type::Bool)
        | (Value::Int(_), Type::Int)
        | (Value::Float(_), Type::Float)
        | (Value::String(_), Type::String)
        | (Value::Quantity(_), Type::Quantity)
        | (Value::Duration(_), Type::Duration)
        | (_, Type::Json) => Ok(value.clone()),
        (Value::Int(number), Type::Float) => Ok(Value::Float(*number as f64)),
        (Value::Int(_) | Value::Float(_), Type::Quantity) => Quantity::parse(&value.text())
            .map(Value::Quantity)
            .ok_or(Misfit::Type),
        (Value::String(text), Type::Enum(members)) => {
            if members.contains(text) {
                Ok(value.clone())
            } else {
                Err(Misfit::Member(text.clone(), members.to_vec()))
            }
        }
        (Value::List(items), Type::List(element)) if !element.is_artifact() => {
            let items: Result<Vec<_>, _> = items
                .iter()
                .map(|item| fitted(item, element, room))
                .collect();
            Ok(Value::List(items?))
        }
        (Value::Record(fields), Type::Map(element)) => {
            let fields: Result<IndexMap<_, _>, _> = fields
                .iter()
                .map(|(name, value)| Ok((name.clone(), fitted(value, element, room)?)))
                .collect();
            Ok(Value::Record(fields?))
        }
        (Value::Record(found), Type::Record(fields)) => {
            let by_name = by_name(fields);
            if let Some(name) = found
                .keys()
                .find(|name| !by_name.contains_key(name.as_str()))
            {
                let names = fields.iter().map(|field| field.name.clone()).collect();
                return Err(Misfit::UnknownField(name.clone(), names));
            }
            let mut record = IndexMap::new();
            for (name, value) in found {
                if let Some(field) = by_name.get(name.as_str()) {
                    record.insert(name.clone(), fitted(value, &field.ty, room)?);
                }
            }
            for field in fields.iter() {
                if !record.contains_key(&field.name) {
                    let value = match &field.default {
                        Some(value) => {
                            room.add(value)?;
                            value.clone()
                        }
                        None if field.ty.is_optional() => Value::Null,
                        None => return Err(Misfit::MissingField(field.name.clone())),
                    };
                    record.insert(field.name.clone(), value);
                }
            }
            Ok(Value::Record(record))
        }
        _ => Err(Misfit::Type),
    }
}
