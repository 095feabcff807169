//! `podSpecPatch`: the only way into fields that Argo cannot parameterise.
//!
//! Argo substitutes tags in the text, reads it as JSON and merges it into the pod's spec. Run-time values are put
//! together as data by one expression, `{{=toJson({...})}}`, so no value can break out of its place.

use std::borrow::Cow;

use argot_syntax::{Diagnostic, Span};
use indexmap::IndexMap;
use serde_json::Value;

use super::expr_lang::quoted;
use super::tags::TagSet;
use super::text::{Place, constant, plain_key};

/// A piece of the pod's spec.
#[derive(Debug, Clone)]
pub(crate) enum Patch {
    /// An object, by field.
    Fields(IndexMap<String, Patch>),
    /// A list whose elements are merged by name.
    Named(IndexMap<String, Patch>),
    /// A constant.
    Constant(Value),
    /// An expression that evaluates to a text.
    Code(String),
}

impl Default for Patch {
    fn default() -> Self {
        Self::Fields(IndexMap::new())
    }
}

impl Patch {
    /// Sets the value at a path; `[name]` is the element of a list with that name.
    pub(crate) fn set(&mut self, path: &[&str], value: Patch) {
        let Some((first, rest)) = path.split_first() else {
            *self = value;
            return;
        };
        let element = first
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'));
        match (&mut *self, element) {
            (Self::Named(elements), Some(name)) => {
                elements
                    .entry(name.to_owned())
                    .or_default()
                    .set(rest, value);
            }
            (Self::Fields(fields), None) => {
                fields
                    .entry((*first).to_owned())
                    .or_default()
                    .set(rest, value);
            }
            // The existing value is empty, since it has just been created.
            (_, Some(_)) => {
                *self = Self::Named(IndexMap::new());
                self.set(path, value);
            }
            (_, None) => {
                *self = Self::default();
                self.set(path, value);
            }
        }
    }

    /// Whether there is nothing to patch.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Fields(fields) if fields.is_empty())
    }

    fn is_constant(&self) -> bool {
        match self {
            Self::Constant(_) => true,
            Self::Code(_) => false,
            Self::Fields(children) | Self::Named(children) => {
                children.values().all(Self::is_constant)
            }
        }
    }

    /// Returns the text of `podSpecPatch`.
    pub(crate) fn text(&self, tags: &TagSet, span: Span) -> Result<String, Diagnostic> {
        if self.is_constant() {
            let text = self.data().to_string();
            return constant(&text, Place::Field, span).map(Cow::into_owned);
        }
        Ok(tags.expression(&format!("toJson({})", self.code(span)?)))
    }

    fn data(&self) -> Value {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Code(code) => Value::String(code.clone()),
            Self::Fields(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, patch)| (name.clone(), patch.data()))
                    .collect(),
            ),
            Self::Named(elements) => Value::Array(
                elements
                    .iter()
                    .map(|(name, patch)| {
                        let mut element = serde_json::Map::new();
                        element.insert("name".to_owned(), Value::String(name.clone()));
                        if let Value::Object(fields) = patch.data() {
                            element.extend(fields);
                        }
                        Value::Object(element)
                    })
                    .collect(),
            ),
        }
    }

    fn code(&self, span: Span) -> Result<String, Diagnostic> {
        Ok(match self {
            Self::Constant(value) => value_code(value, span)?,
            Self::Code(code) => code.clone(),
            Self::Fields(fields) => format!("{{{}}}", entries(fields, span)?.join(", ")),
            Self::Named(elements) => {
                let mut parts = Vec::new();
                for (name, patch) in elements {
                    plain_key(name, span)?;
                    let mut all = vec![format!("'name': {}", quoted(name))];
                    if let Self::Fields(fields) = patch {
                        all.extend(entries(fields, span)?);
                    }
                    parts.push(format!("{{{}}}", all.join(", ")));
                }
                format!("[{}]", parts.join(", "))
            }
        })
    }
}

fn entries(fields: &IndexMap<String, Patch>, span: Span) -> Result<Vec<String>, Diagnostic> {
    fields
        .iter()
        .map(|(name, patch)| {
            plain_key(name, span)?;
            Ok(format!("{}: {}", quoted(name), patch.code(span)?))
        })
        .collect()
}

fn value_code(value: &Value, span: Span) -> Result<String, Diagnostic> {
    Ok(match value {
        Value::Null => "nil".to_owned(),
        Value::String(text) => quoted(&constant(text, Place::Field, span)?),
        Value::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .map(|item| value_code(item, span))
                .collect::<Result<_, _>>()?;
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| {
                    plain_key(name, span)?;
                    Ok(format!("{}: {}", quoted(name), value_code(value, span)?))
                })
                .collect::<Result<_, Diagnostic>>()?;
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use argot_syntax::Span;
    use serde_json::json;

    use super::Patch;
    use crate::argo::tags::TagSet;

    #[test]
    fn one_expression_for_all() {
        let mut patch = Patch::default();
        assert!(patch.is_empty());
        let memory = Patch::Code("inputs.parameters.memory".to_owned());
        patch.set(
            &["containers", "[main]", "resources", "limits", "memory"],
            memory.clone(),
        );
        patch.set(
            &["containers", "[main]", "resources", "requests", "memory"],
            memory,
        );
        patch.set(
            &["containers", "[cache]", "resources", "limits", "cpu"],
            Patch::Constant(json!("1")),
        );
        let text = patch.text(&TagSet::default(), Span::default()).unwrap();
        insta::assert_snapshot!(text, @"{{=toJson({'containers': [{'name': 'main', 'resources': {'limits': {'memory': inputs.parameters.memory}, 'requests': {'memory': inputs.parameters.memory} } }, {'name': 'cache', 'resources': {'limits': {'cpu': '1'} } }]})}}");
    }

    #[test]
    fn constants_need_no_expression() {
        let mut patch = Patch::default();
        patch.set(
            &["imagePullSecrets"],
            Patch::Constant(json!([{ "name": "pull" }])),
        );
        patch.set(&["dnsPolicy"], Patch::Constant(json!("Default")));
        let text = patch.text(&TagSet::default(), Span::default()).unwrap();
        insta::assert_snapshot!(text, @r#"{"imagePullSecrets":[{"name":"pull"}],"dnsPolicy":"Default"}"#);
    }
}
