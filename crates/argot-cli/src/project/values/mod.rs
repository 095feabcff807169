//! The values of settings.
//!
//! | module | what it is |
//! |---|---|
//! | [`names`] | texts and keys that follow a rule |
//! | [`choices`] | texts from a fixed list |
//! | [`amounts`] | quantities |
//! | [`data`] | values of parameters |

mod amounts;
mod choices;
mod data;
mod names;

use argot_syntax::{Code, Level, Levels, Span};
use argot_targets::argo;
use serde_json::Value;

use super::read::{Located, Node, Reader, Row, Setting, join};

pub(crate) use amounts::{Amount, Size};
pub(crate) use choices::{Access, AccessMode, Effect, Operator, PlatformName, TargetName};
pub(crate) use data::Data;
pub(crate) use names::{
    Filled, Free, Image, ImagePrefix, LabelKey, LabelValue, Namespace, ObjectName, OldPrefix,
    OwnName, Parameter, ProfileName, Queue, Resource, TaintKey,
};

/// A text of a certain form.
pub(crate) trait Text: Clone {
    /// What it is, for messages: `the name of a namespace`.
    fn expected() -> String;

    /// Reads it.
    ///
    /// # Errors
    /// Says what is wrong with it; empty if the expectation says enough.
    fn parse(text: &str) -> Result<Self, String>;

    /// As written in the source.
    fn text(&self) -> &str;

    /// The texts that there are, if they can be counted.
    fn all() -> Vec<&'static str> {
        Vec::new()
    }
}

impl<T: Text> Setting for T {
    fn expected() -> String {
        <Self as Text>::expected()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let Some(text) = node.get_ref().as_str() else {
            reader.mismatch::<Self>(node, path);
            return None;
        };
        match Self::parse(text) {
            Ok(value) => Some(value),
            Err(problem) => {
                let all = Self::all();
                if all.is_empty() {
                    reader.invalid::<Self>(node, path, &problem);
                } else {
                    reader.no_member(node, path, text, &all);
                }
                None
            }
        }
    }

    fn data(&self) -> Value {
        Value::from(self.text())
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let all = Self::all();
        if all.is_empty() {
            schemars::json_schema!({ "type": "string" })
        } else {
            schemars::json_schema!({ "enum": all })
        }
    }
}

/// Warnings by name, with their levels: a key for each of [`Code::lints`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Lints(Vec<(Code, Located<Level>)>);

impl Lints {
    /// The levels.
    pub(crate) fn levels(&self) -> Levels {
        let mut levels = Levels::default();
        for (code, level) in &self.0 {
            levels.set(*code, level.value);
        }
        levels
    }
}

impl Setting for Lints {
    fn expected() -> String {
        "a table of warnings".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let table = reader.table::<Self>(node, path)?;
        let known: Vec<&str> = Code::lints().map(Code::id).collect();
        reader.keys(table, path, &known);
        let levels = Code::lints().filter_map(|code| {
            let level = reader.field(table, path, code.id())?;
            Some((code, level))
        });
        Some(Self(levels.collect()))
    }

    fn data(&self) -> Value {
        let entries = self.0.iter();
        Value::Object(
            entries
                .map(|(code, level)| (code.id().to_owned(), level.value.data()))
                .collect(),
        )
    }

    fn rows(&self, path: &str, _: Span, rows: &mut Vec<Row>) {
        for (code, level) in &self.0 {
            level.value.rows(&join(path, code.id()), level.span, rows);
        }
    }

    #[cfg(test)]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let properties: serde_json::Map<_, _> = Code::lints()
            .map(|code| {
                let mut schema = <Level as Setting>::schema(generator);
                schema.insert("description".to_owned(), Value::from(code.summary()));
                (code.id().to_owned(), schema.to_value())
            })
            .collect();
        schemars::json_schema!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

impl Setting for argo::Version {
    fn expected() -> String {
        "a version of Argo Workflows".to_owned()
    }

    fn read(node: &Node<'_>, path: &str, reader: &mut Reader) -> Option<Self> {
        let Some(text) = node.get_ref().as_str() else {
            reader.mismatch::<Self>(node, path);
            return None;
        };
        text.parse()
            .map_err(|problem: String| reader.invalid::<Self>(node, path, &problem))
            .ok()
    }

    fn data(&self) -> Value {
        Value::from(self.to_string())
    }

    #[cfg(test)]
    fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": Self::PATTERN,
            "examples": Self::MINORS
        })
    }
}
