//! Data passed through a run: values or artifacts.

use serde::Serialize;

use argot_compiler::{Misfit, Type, Value};

/// The content of an input or output at run time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Datum {
    /// Anything that has a text. `null` also represents a missing artifact.
    Value(Value),
    /// An artifact, as its unique id.
    Artifact(String),
    /// A list of artifacts, as their ids.
    Artifacts(Vec<String>),
}

impl From<Value> for Datum {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl Datum {
    /// The missing value.
    pub const NULL: Self = Self::Value(Value::Null);

    /// An artifact.
    pub fn artifact(id: impl Into<String>) -> Self {
        Self::Artifact(id.into())
    }

    /// The value, if it is one.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Artifact(_) | Self::Artifacts(_) => None,
        }
    }

    /// For people: the value as JSON, the ids of artifacts in angle brackets.
    pub fn text(&self) -> String {
        match self {
            Self::Value(value) => value.json(),
            Self::Artifact(id) => format!("<{id}>"),
            Self::Artifacts(ids) => {
                let ids: Vec<String> = ids.iter().map(|id| format!("<{id}>")).collect();
                format!("[{}]", ids.join(","))
            }
        }
    }

    /// Converts to a type: an int widens to a float, and a record gets the fields it omits.
    ///
    /// # Errors
    /// Returns the reason if it does not fit the type.
    pub fn fit(self, ty: &Type) -> Result<Self, String> {
        let wrong = |datum: &Self| format!("{} is of another type", shortened(&datum.text()));
        match (self, ty) {
            (datum, Type::Error) => Ok(datum),
            (Self::Value(Value::Null), Type::Optional(_)) => Ok(Self::NULL),
            (datum, Type::Optional(inner)) => datum.fit(inner),
            (datum @ Self::Artifact(_), Type::Artifact(_)) => Ok(datum),
            (datum @ Self::Artifacts(_), ty) if ty.is_artifact_list() => Ok(datum),
            (Self::Value(Value::List(items)), ty) if ty.is_artifact_list() && items.is_empty() => {
                Ok(Self::Artifacts(Vec::new()))
            }
            (datum, ty) if ty.is_artifact_list() => Err(wrong(&datum)),
            (Self::Value(value), ty) => match value.fit(ty) {
                Ok(value) => Ok(Self::Value(value)),
                Err(Misfit::MissingField(name)) => Err(format!("the field `{name}` is missing")),
                Err(_) => Err(wrong(&Self::Value(value))),
            },
            (datum, _) => Err(wrong(&datum)),
        }
    }

    /// Roughly how many bytes it uses.
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
            Self::Artifacts(ids) => EACH + ids.iter().map(|id| EACH + id.len()).sum::<usize>(),
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
