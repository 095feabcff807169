//! What travels through a run: a value, or artifacts.

use serde::Serialize;

use argot_compiler::{Misfit, Type, Value};

/// What an input holds or an output gives at run time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Datum {
    /// Anything that has a text; `null` also where an artifact is absent.
    Value(Value),
    /// An artifact, by what tells it apart from others. A list of artifacts is a value, as it is in a plan: a
    /// record of the `folder` that holds them and of their names, the `items`.
    Artifact(String),
}

impl From<Value> for Datum {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl Datum {
    /// What is absent.
    pub const NULL: Self = Self::Value(Value::Null);

    /// An artifact.
    pub fn artifact(id: impl Into<String>) -> Self {
        Self::Artifact(id.into())
    }

    /// The value, where it is one.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Artifact(_) => None,
        }
    }

    /// For people: the value as JSON, an artifact's id in angle brackets.
    pub fn text(&self) -> String {
        match self {
            Self::Value(value) => value.json(),
            Self::Artifact(id) => format!("<{id}>"),
        }
    }

    /// As what a type holds: an int widens to a float, a record gets the fields that it leaves out.
    ///
    /// # Errors
    /// Says why it is nothing of that type.
    pub fn fit(self, ty: &Type) -> Result<Self, String> {
        let wrong = |datum: &Self| format!("{} is of another type", shortened(&datum.text()));
        match (self, ty) {
            (datum, Type::Error) => Ok(datum),
            (Self::Value(Value::Null), Type::Optional(_)) => Ok(Self::NULL),
            (datum, Type::Optional(inner)) => datum.fit(inner),
            (datum @ Self::Artifact(_), Type::Artifact(_)) => Ok(datum),
            (Self::Value(value), ty) if ty.is_artifact_list() => match &value {
                Value::Record(fields)
                    if matches!(fields.get("folder"), Some(Value::String(_)))
                        && matches!(fields.get("items"), Some(Value::List(_))) =>
                {
                    Ok(Self::Value(value))
                }
                _ => Err(wrong(&Self::Value(value))),
            },
            (Self::Value(value), ty) => match value.fit(ty) {
                Ok(value) => Ok(Self::Value(value)),
                Err(Misfit::MissingField(name)) => Err(format!("the field `{name}` is missing")),
                Err(_) => Err(wrong(&Self::Value(value))),
            },
            (datum, _) => Err(wrong(&datum)),
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        const EACH: usize = 16;
        fn of(value: &Value) -> usize {
            EACH + match value {
                Value::String(text) => text.len(),
                Value::List(items) => items.iter().map(of).sum(),
                Value::Record(fields) => fields
                    .iter()
                    .map(|(name, value)| name.len() + of(value))
                    .sum(),
                _ => 0,
            }
        }
        match self {
            Self::Value(value) => of(value),
            Self::Artifact(id) => EACH + id.len(),
        }
    }
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
