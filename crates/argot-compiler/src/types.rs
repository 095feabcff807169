//! Types and what fits where.

use serde::Serialize;

use crate::{ArtifactId, Value};

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// A type that could not be found, and the element type of `[]`. It fits everywhere, so that one
    /// mistake is reported once.
    Error,
    /// The type of `null`.
    Null,
    /// Text.
    String,
    /// 64-bit whole number.
    Int,
    /// 64-bit floating-point number.
    Float,
    /// Truth value.
    Bool,
    /// Kubernetes quantity.
    Quantity,
    /// Length of time.
    Duration,
    /// One of the given texts.
    Enum(Vec<String>),
    /// A list of values of one type.
    List(Box<Type>),
    /// Texts to values of one type.
    Map(Box<Type>),
    /// Named fields.
    Record(Vec<Field>),
    /// Any of the above, untyped.
    Json,
    /// A value that may be absent.
    Optional(Box<Type>),
    /// A file or folder.
    Artifact(ArtifactId),
    /// A compile-time handle on storage.
    Volume,
}

/// A field of a record type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// The value where a record leaves the field out.
    pub default: Option<Value>,
}

/// An artifact type: a name and the type above it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArtifactType {
    /// The name.
    pub name: String,
    /// `None` for `Artifact` itself.
    pub parent: Option<ArtifactId>,
}

/// The artifact types of the language, `Artifact` first; each other one stands directly below it.
/// The names are those of [Kubeflow Pipelines](https://www.kubeflow.org/docs/components/pipelines/user-guides/data-handling/artifacts/).
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

    /// Sets the type above another.
    pub fn set_parent(&mut self, id: ArtifactId, parent: ArtifactId) {
        if let Some(artifact) = self.0.get_mut(id.index()) {
            artifact.parent = Some(parent);
        }
    }

    /// The type of that id.
    pub fn get(&self, id: ArtifactId) -> Option<&ArtifactType> {
        self.0.get(id.index())
    }

    /// The name of a type.
    pub fn name(&self, id: ArtifactId) -> &str {
        self.get(id).map_or("Artifact", |artifact| &artifact.name)
    }

    /// Whether `id` is `ancestor` or stands below it.
    pub fn is_a(&self, id: ArtifactId, ancestor: ArtifactId) -> bool {
        let mut at = Some(id);
        // A circle of parents is an error elsewhere; the bound keeps this walk finite all the same.
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

impl Type {
    /// The type without its `?`.
    pub fn required(&self) -> &Self {
        match self {
            Self::Optional(inner) => inner.required(),
            other => other,
        }
    }

    /// The type of a value that may be absent.
    pub fn optional(self) -> Self {
        match self {
            Self::Optional(_) | Self::Null | Self::Error => self,
            other => Self::Optional(Box::new(other)),
        }
    }

    /// Whether a value of the type may be absent.
    pub fn is_optional(&self) -> bool {
        matches!(self, Self::Optional(_) | Self::Null)
    }

    /// Whether it is a list of artifacts, absent or not.
    pub fn is_artifact_list(&self) -> bool {
        matches!(self.required(), Self::List(element) if matches!(**element, Self::Artifact(_)))
    }

    /// Whether it is an artifact, absent or not.
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

    /// Whether it is text or one of some texts.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::String | Self::Enum(_) | Self::Error)
    }

    /// Whether a value of the type has a canonical text: all but artifacts, volumes and absent values.
    pub fn has_text(&self) -> bool {
        !matches!(
            self,
            Self::Artifact(_) | Self::Volume | Self::Optional(_) | Self::Null
        ) && !self.is_artifact_list()
    }

    /// Whether a value of this type may stand where `expected` is expected.
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
            (Self::Enum(a), Self::Enum(b)) => a.iter().all(|member| b.contains(member)),
            (Self::List(a), Self::List(b)) | (Self::Map(a), Self::Map(b)) => a.fits(b, artifacts),
            (Self::Record(fields), Self::Map(element)) => {
                fields.iter().all(|field| field.ty.fits(element, artifacts))
            }
            (Self::Record(a), Self::Record(b)) => {
                a.iter()
                    .all(|field| b.iter().any(|other| other.name == field.name))
                    && b.iter().all(|wanted| {
                        match a.iter().find(|field| field.name == wanted.name) {
                            Some(field) => field.ty.fits(&wanted.ty, artifacts),
                            None => wanted.default.is_some() || wanted.ty.is_optional(),
                        }
                    })
            }
            (a, b) => a == b,
        }
    }

    /// The type as it is written in a program.
    pub fn text(&self, artifacts: &ArtifactTypes) -> String {
        match self {
            Self::Error => "unknown".to_owned(),
            Self::Null => "null".to_owned(),
            Self::String => "string".to_owned(),
            Self::Int => "int".to_owned(),
            Self::Float => "float".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Quantity => "quantity".to_owned(),
            Self::Duration => "duration".to_owned(),
            Self::Json => "json".to_owned(),
            Self::Volume => "volume".to_owned(),
            Self::Enum(members) => {
                let quoted: Vec<_> = members
                    .iter()
                    .map(|member| format!("\"{member}\""))
                    .collect();
                quoted.join(" | ")
            }
            Self::List(element) => format!("list[{}]", element.text(artifacts)),
            Self::Map(element) => format!("map[{}]", element.text(artifacts)),
            Self::Record(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|field| format!("{}: {}", field.name, field.ty.text(artifacts)))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Self::Optional(inner) => format!("{}?", inner.text(artifacts)),
            Self::Artifact(id) => artifacts.name(*id).to_owned(),
        }
    }
}
