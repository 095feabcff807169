//! Tags: the parts `{{...}}` of texts that Argo replaces.
//!
//! Argo replaces them everywhere in the JSON of a template: in values, and also in the keys of maps. So every tag is
//! either created here, or written by an author in one of Argo's raw fields. [`check`] rejects all others, however
//! they got into an object.

use std::cell::RefCell;
use std::collections::HashSet;

use argot_syntax::Diagnostics;
use serde_json::Value as Json;

use super::diagnostics;
use super::objects::run_spec;
use crate::Manifest;
use crate::yaml::Part;

/// The tags of a compilation. Nothing else creates tags.
#[derive(Debug, Default)]
pub(crate) struct TagSet {
    /// Tags in values, from the compiler and from raw fields.
    values: RefCell<HashSet<String>>,
    /// Tags in keys, from raw fields only.
    keys: RefCell<HashSet<String>>,
}

impl TagSet {
    /// Returns the tag `{{name}}`.
    pub(crate) fn variable(&self, name: &str) -> String {
        self.note(format!("{{{{{name}}}}}"))
    }

    /// Returns the tag `{{=...}}`.
    ///
    /// A tag ends at its first `}}`, so two closing brackets are kept apart. String literals contain no `}}`.
    pub(crate) fn expression(&self, code: &str) -> String {
        let mut body = code.to_owned();
        while body.contains("}}") {
            body = body.replace("}}", "} }");
        }
        if body.ends_with('}') {
            body.push(' ');
        }
        self.note(format!("{{{{={body}}}}}"))
    }

    fn note(&self, tag: String) -> String {
        let mut values = self.values.borrow_mut();
        if !values.contains(&tag) {
            values.insert(tag.clone());
        }
        tag
    }

    /// Records the tags of a text that an author has written in Argo's own language.
    ///
    /// # Errors
    /// If a tag has no end: Argo would reject the whole template.
    pub(crate) fn authored(&self, text: &str) -> Result<(), Unclosed> {
        take(text, &mut self.values.borrow_mut())
    }

    /// Records the tags of a key that an author has written in Argo's own language.
    ///
    /// # Errors
    /// If a tag has no end.
    pub(crate) fn authored_key(&self, text: &str) -> Result<(), Unclosed> {
        take(text, &mut self.keys.borrow_mut())
    }
}

/// A tag without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unclosed;

fn take(text: &str, known: &mut HashSet<String>) -> Result<(), Unclosed> {
    for tag in tags(text) {
        known.insert(tag?.to_owned());
    }
    Ok(())
}

/// Returns the tags of a text as Argo finds them: each from `{{` to the first `}}` after it.
fn tags(text: &str) -> impl Iterator<Item = Result<&str, Unclosed>> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let found = rest.take()?;
        let tag = found.get(found.find("{{")?..)?;
        let Some(end) = tag.find("}}") else {
            return Some(Err(Unclosed));
        };
        let (tag, after) = tag.split_at_checked(end + 2)?;
        rest = Some(after);
        Some(Ok(tag))
    })
}

/// Whether all tags of a text are known.
fn are_known(text: &str, known: &HashSet<String>) -> bool {
    tags(text).all(|tag| tag.is_ok_and(|tag| known.contains(tag)))
}

/// Writes Argo's objects, and reports every unknown tag in them.
pub(crate) fn check(manifests: &mut [Manifest], tags: &TagSet, diagnostics: &mut Diagnostics) {
    let walk = Walk {
        values: &tags.values.borrow(),
        keys: &tags.keys.borrow(),
    };
    for manifest in manifests {
        // Argo does not read the others.
        if run_spec(manifest).is_none() {
            continue;
        }
        let mut is_clean = true;
        manifest.write(&mut |part, text| {
            let known = match part {
                Part::Key => walk.keys,
                Part::Value => walk.values,
            };
            is_clean &= are_known(text, known);
        });
        if is_clean {
            continue;
        }
        // Only now is it worth the effort to know where the tags are.
        let Ok(object) = manifest.raw_data() else {
            continue;
        };
        let mut path = vec![manifest.display_name().to_owned()];
        walk.value(&object, &mut path, diagnostics);
    }
}

struct Walk<'a> {
    values: &'a HashSet<String>,
    keys: &'a HashSet<String>,
}

impl Walk<'_> {
    fn value(&self, value: &Json, path: &mut Vec<String>, diagnostics: &mut Diagnostics) {
        match value {
            Json::String(text) => self.text(text, self.values, path, diagnostics),
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let name = item.get("name").and_then(Json::as_str);
                    path.push(name.map_or_else(|| index.to_string(), ToOwned::to_owned));
                    self.value(item, path, diagnostics);
                    path.pop();
                }
            }
            Json::Object(fields) => {
                for (name, value) in fields {
                    path.push(name.clone());
                    self.text(name, self.keys, path, diagnostics);
                    self.value(value, path, diagnostics);
                    path.pop();
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    fn text(
        &self,
        text: &str,
        known: &HashSet<String>,
        path: &[String],
        diagnostics: &mut Diagnostics,
    ) {
        if !are_known(text, known) {
            diagnostics.push(diagnostics::substituted_in(text, &path.join(".")));
        }
    }
}

#[cfg(test)]
mod tests {
    use argot_syntax::Diagnostics;
    use serde_json::json;

    use super::{TagSet, Unclosed, Walk, tags};

    fn problems(tags: &TagSet, value: &serde_json::Value) -> usize {
        let mut diagnostics = Diagnostics::default();
        let walk = Walk {
            values: &tags.values.borrow(),
            keys: &tags.keys.borrow(),
        };
        walk.value(value, &mut Vec::new(), &mut diagnostics);
        diagnostics.iter().count()
    }

    #[test]
    fn tags_as_argo_finds_them() {
        let found: Vec<_> = tags("a {{b}} {{={c} }}}} {{{d}}").collect();
        assert_eq!(found, [Ok("{{b}}"), Ok("{{={c} }}"), Ok("{{{d}}")]);
        assert_eq!(tags("{{a}} {{b").last(), Some(Err(Unclosed)));
        assert_eq!(tags("{ {a} }").count(), 0);
    }

    #[test]
    fn only_what_was_made_is_known() {
        let tags = TagSet::default();
        let made = tags.variable("item");
        let code = tags.expression("{'a': {'b': 1}}");
        assert_eq!(code, "{{={'a': {'b': 1} } }}");
        assert_eq!(
            problems(&tags, &json!([{ "a": format!("x{made}{code}") }])),
            0
        );
        assert_eq!(problems(&tags, &json!({ "a": "{{workflow.name}}" })), 1);
        assert_eq!(
            problems(&tags, &json!({ "a": "{{{item}}" })),
            1,
            "another tag"
        );
        assert_eq!(problems(&tags, &json!({ "a": ["{{", "x{{="] })), 2);
        // The compiler never writes tags into keys.
        assert_eq!(problems(&tags, &json!({ "{{item}}": 1 })), 1);
        assert_eq!(
            problems(&tags, &json!([{ "a": { "x {{": { "y}}": 1 } } }])),
            1
        );
    }

    #[test]
    fn what_an_author_has_written_stays() {
        let tags = TagSet::default();
        assert_eq!(tags.authored("a {{workflow.name}}"), Ok(()));
        assert_eq!(tags.authored_key("{{=x}}"), Ok(()));
        assert_eq!(tags.authored("a {{workflow.name}"), Err(Unclosed));
        let value = json!({ "{{=x}}": "{{workflow.name}}" });
        assert_eq!(problems(&tags, &value), 0);
        let value = json!({ "{{workflow.name}}": "{{=x}}" });
        assert_eq!(problems(&tags, &value), 2);
    }
}
