//! Types, and which values fit where.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde::{Serialize, Serializer};

use crate::{ArtifactId, Value};

/// The type of a value. Its parts are shared, so cloning a type is cheap.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// A type that could not be found, and the element type of `[]`. It fits everywhere, so each mistake is reported
    /// only once.
    Error,
    /// The type of `null`.
    Null,
    /// Text.
    String,
    /// 64-bit integer.
    Int,
    /// 64-bit floating-point number.
    Float,
    /// Boolean.
    Bool,
    /// Kubernetes quantity.
    Quantity,
    /// Duration.
    Duration,
    /// Enumeration: one of these texts.
    Enum(#[serde(serialize_with = "shared")] Arc<[String]>),
    /// List of values of one type.
    List(#[serde(serialize_with = "shared")] Arc<Type>),
    /// Map from texts to values of one type.
    Map(#[serde(serialize_with = "shared")] Arc<Type>),
    /// Record with named fields.
    Record(#[serde(serialize_with = "shared")] Arc<[Field]>),
    /// JSON: any of the above, untyped.
    Json,
    /// Optional: a value that may be missing.
    Optional(#[serde(serialize_with = "shared")] Arc<Type>),
    /// A file or folder.
    Artifact(ArtifactId),
    /// Volume: a compile-time handle on storage.
    Volume,
}

fn shared<T: Serialize + ?Sized, S: Serializer>(
    value: &Arc<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.as_ref().serialize(serializer)
}

/// A field of a record type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// The default, used if a record omits the field.
    pub default: Option<Value>,
}

/// An artifact type: a name and a parent type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArtifactType {
    /// The name.
    pub name: String,
    /// The parent type. `None` for `Artifact` itself.
    pub parent: Option<ArtifactId>,
}

/// The artifact types of the language, `Artifact` first. It is the direct parent of all others. The names are those of
/// [Kubeflow Pipelines](https://www.kubeflow.org/docs/components/pipelines/user-guides/data-handling/artifacts/).
pub const BUILTIN_ARTIFACTS: &[&str] = &[
    "Artifact",
    "Dataset",
    "Model",
    "Metrics",
    "ClassificationMetrics",
    "SlicedClassificationMetrics",
    "HTML",
    "Markdown",
];

/// All artifact types of a program: the built-in ones, then those that files add.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArtifactTypes(Vec<ArtifactType>);

impl Default for ArtifactTypes {
    fn default() -> Self {
        let root = ArtifactId::new(0);
        Self(
            BUILTIN_ARTIFACTS
                .iter()
                .enumerate()
                .map(|(index, name)| ArtifactType {
                    name: (*name).to_owned(),
                    parent: (index > 0).then_some(root),
                })
                .collect(),
        )
    }
}

impl ArtifactTypes {
    /// Adds a type.
    pub fn add(&mut self, artifact: ArtifactType) -> ArtifactId {
        let id = ArtifactId::new(self.0.len());
        self.0.push(artifact);
        id
    }

    /// Sets the parent of a type.
    pub fn set_parent(&mut self, id: ArtifactId, parent: ArtifactId) {
        if let Some(artifact) = self.0.get_mut(id.index()) {
            artifact.parent = Some(parent);
        }
    }

    /// The type with that id.
    pub fn get(&self, id: ArtifactId) -> Option<&ArtifactType> {
        self.0.get(id.index())
    }

    /// The name of a type.
    pub fn name(&self, id: ArtifactId) -> &str {
        self.get(id).map_or("Artifact", |artifact| &artifact.name)
    }

    /// Whether `id` is `ancestor` or one of its descendants.
    pub fn is_a(&self, id: ArtifactId, ancestor: ArtifactId) -> bool {
        let mut at = Some(id);
        // A cycle of parents is reported elsewhere. The bound keeps this walk finite anyway.
        for _ in 0..=self.0.len() {
            match at {
                Some(here) if here == ancestor => return true,
                Some(here) => at = self.get(here).and_then(|artifact| artifact.parent),
                None => return false,
            }
        }
        false
    }
}

/// The fields of a record by their names.
pub(crate) fn by_name(fields: &[Field]) -> HashMap<&str, &Field> {
    let named = fields.iter().map(|field| (field.name.as_str(), field));
    named.collect()
}

impl Type {
    /// The type without its `?`.
    pub fn required(&self) -> &Self {
        match self {
            Self::Optional(inner) => inner.required(),
            other => other,
        }
    }

    /// The optional form of the type.
    pub fn optional(self) -> Self {
        match self {
            Self::Optional(_) | Self::Null | Self::Error => self,
            other => Self::Optional(Arc::new(other)),
        }
    }

    /// Whether a value of the type may be missing.
    pub fn is_optional(&self) -> bool {
        matches!(self, Self::Optional(_) | Self::Null)
    }

    /// Whether it is a list of artifacts, optional or not.
    pub fn is_artifact_list(&self) -> bool {
        matches!(self.required(), Self::List(element) if matches!(**element, Self::Artifact(_)))
    }

    /// Whether it is an artifact, optional or not.
    pub fn is_artifact(&self) -> bool {
        matches!(self.required(), Self::Artifact(_))
    }

    /// Whether it is unknown because of an earlier error.
    pub fn is_error(&self) -> bool {
        matches!(self.required(), Self::Error)
    }

    /// Whether it is `int` or `float`.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Float | Self::Error)
    }

    /// Whether it is text or an enumeration.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::String | Self::Enum(_) | Self::Error)
    }

    /// Whether a value of the type has a canonical text. All do, except artifacts, volumes and missing values.
    pub fn has_text(&self) -> bool {
        !matches!(
            self,
            Self::Artifact(_) | Self::Volume | Self::Optional(_) | Self::Null
        ) && !self.is_artifact_list()
    }

    /// Whether a value of this type is accepted if `expected` is expected.
    pub fn fits(&self, expected: &Self, artifacts: &ArtifactTypes) -> bool {
        match (self, expected) {
            (Self::Error, _) | (_, Self::Error) => true,
            (Self::Null, Self::Optional(_)) => true,
            (Self::Optional(a), Self::Optional(b)) => a.fits(b, artifacts),
            (Self::Optional(_) | Self::Null, _) => false,
            (a, Self::Optional(b)) => a.fits(b, artifacts),
            (Self::Artifact(a), Self::Artifact(b)) => artifacts.is_a(*a, *b),
            (Self::Artifact(_) | Self::Volume, Self::Json) => false,
            (list, Self::Json) if list.is_artifact_list() => false,
            (_, Self::Json) => true,
            (Self::Int, Self::Float) => true,
            (Self::Enum(_), Self::String) => true,
            (Self::Enum(a), Self::Enum(b)) => {
                let expected: HashSet<&String> = b.iter().collect();
                a.iter().all(|member| expected.contains(member))
            }
            (Self::List(a), Self::List(b)) | (Self::Map(a), Self::Map(b)) => a.fits(b, artifacts),
            (Self::Record(fields), Self::Map(element)) => {
                fields.iter().all(|field| field.ty.fits(element, artifacts))
            }
            (Self::Record(a), Self::Record(b)) => {
                let (found, expected) = (by_name(a), by_name(b));
                found.keys().all(|name| expected.contains_key(name))
                    && b.iter()
                        .all(|wanted| match found.get(wanted.name.as_str()) {
                            Some(field) => field.ty.fits(&wanted.ty, artifacts),
                            None => wanted.default.is_some() || wanted.ty.is_optional(),
                        })
            }
            (a, b) => a == b,
        }
    }

    /// The type as written in a program. A long one is truncated.
    pub fn text(&self, artifacts: &ArtifactTypes) -> String {
        const SHOWN: usize = 240;
        let mut out = String::new();
        self.write(&mut out, artifacts, SHOWN);
        match out.char_indices().nth(SHOWN) {
            Some((at, _)) => format!("{}…", out.get(..at).unwrap_or_default()),
            None => out,
        }
    }

    /// Writes the type, truncated somewhat after the first `most` bytes.
    fn write(&self, out: &mut String, artifacts: &ArtifactTypes, most: usize) {
        if out.len() > most {
            return;
        }
        match self {
            Self::Error => out.push_str("unknown"),
            Self::Null => out.push_str("null"),
            Self::String => out.push_str("string"),
            Self::Int => out.push_str("int"),
            Self::Float => out.push_str("float"),
            Self::Bool => out.push_str("bool"),
            Self::Quantity => out.push_str("quantity"),
            Self::Duration => out.push_str("duration"),
            Self::Json => out.push_str("json"),
            Self::Volume => out.push_str("volume"),
            Self::Enum(members) => {
                for (index, member) in members.iter().enumerate() {
                    if out.len() > most {
                        break;
                    }
                    let separator = if index > 0 { " | " } else { "" };
                    out.push_str(&format!("{separator}\"{member}\""));
                }
            }
            Self::List(element) => {
                out.push_str("list[");
                element.write(out, artifacts, most);
                out.push(']');
            }
            Self::Map(element) => {
                out.push_str("map[");
                element.write(out, artifacts, most);
                out.push(']');
            }
            Self::Record(fields) => {
                out.push_str("{ ");
                for (index, field) in fields.iter().enumerate() {
                    if out.len() > most {
                        break;
                    }
                    let separator = if index > 0 { ", " } else { "" };
                    out.push_str(&format!("{separator}{}: ", field.name));
                    field.ty.write(out, artifacts, most);
                }
                out.push_str(" }");
            }
            Self::Optional(inner) => {
                inner.write(out, artifacts, most);
                out.push('?');
            }
            Self::Artifact(id) => out.push_str(artifacts.name(*id)),
        }
    }
}
