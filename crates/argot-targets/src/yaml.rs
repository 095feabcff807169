//! From data to YAML. No other file uses a YAML library.
//!
//! Readers of YAML disagree on bare words: kubectl and Argo follow YAML 1.1, where `yes`, `012` and `1_000` are not
//! strings. So every string that any of them would read as something else is quoted. Texts of several lines stay
//! readable `|` blocks whenever a block preserves every character.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_saphyr::{DoubleQuoted, FlowSeq, LitStr, SingleQuoted, ser_options};

/// Returns one YAML document, without a `---` line.
///
/// # Errors
/// Never for data that consists of objects, lists and scalars; otherwise the library's own error.
pub(crate) fn document(value: &Value) -> Result<String, serde_saphyr::ser::Error> {
    let mut out = String::new();
    let options = ser_options! { prefer_block_scalars: false, compact_list_indent: true };
    serde_saphyr::to_fmt_writer_with_options(
        &mut out,
        &Node {
            value,
            quoted: false,
        },
        options,
    )?;
    if !out.ends_with('\n') {
        out.push('\n');
    }
    Ok(out)
}

/// Keys whose strings are quoted even if a bare word would do: their values are always texts, whatever they look like,
/// and a reader should see that.
const QUOTED: &[&str] = &["value", "default", "enum", "args"];

/// Keys whose lists are written on one line if they are short.
const FLOW: &[&str] = &["command", "args", "enum", "accessModes"];

/// The most characters that the texts of such a list may have together.
const LONGEST_FLOW: usize = 60;

struct Node<'a> {
    value: &'a Value,
    quoted: bool,
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::String(text) if is_block(text) => LitStr(text).serialize(serializer),
            Value::String(text) if self.quoted || is_awkward(text) => {
                if text.contains(['"', '\\'])
                    && !text.contains('\'')
                    && text.chars().all(is_printable)
                {
                    SingleQuoted(text).serialize(serializer)
                } else {
                    DoubleQuoted(text).serialize(serializer)
                }
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for value in items {
                    list.serialize_element(&Node {
                        value,
                        quoted: self.quoted,
                    })?;
                }
                list.end()
            }
            Value::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    match value.as_array().and_then(|items| flow(name, items)) {
                        Some(items) => map.serialize_entry(name, &FlowSeq(items))?,
                        None => {
                            let quoted = QUOTED.contains(&name.as_str());
                            map.serialize_entry(name, &Node { value, quoted })?;
                        }
                    }
                }
                map.end()
            }
            other => other.serialize(serializer),
        }
    }
}

/// Returns the elements of a list that is written on one line, all of them quoted.
fn flow<'a>(name: &str, items: &'a [Value]) -> Option<Vec<Node<'a>>> {
    let texts: Vec<&str> = items.iter().map(Value::as_str).collect::<Option<_>>()?;
    let length: usize = texts.iter().map(|text| text.chars().count()).sum();
    let is_short = length <= LONGEST_FLOW
        && !texts.is_empty()
        && !texts.iter().any(|text| text.contains('\n'));
    (FLOW.contains(&name) && is_short).then(|| {
        items
            .iter()
            .map(|value| Node {
                value,
                quoted: true,
            })
            .collect()
    })
}

/// Whether a text is written as a `|` block: it has several lines, and a block preserves each character.
///
/// Blocks cannot hold carriage returns and control characters, and editors and reviewers do not see white space at the
/// end of a line. A first line that starts with white space would need an indentation indicator, which some readers
/// interpret differently.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && text.starts_with(|c: char| !c.is_whitespace())
        && !text.trim_end_matches('\n').is_empty()
        && text
            .chars()
            .all(|c| c == '\n' || c == '\t' || is_printable(c))
        && text
            .trim_end_matches('\n')
            .split('\n')
            .all(|line| !line.ends_with([' ', '\t']))
}

/// Whether a text of one line is quoted even if the library would not quote it.
fn is_awkward(text: &str) -> bool {
    // JSON is a string here, and easier to read in single quotes. `=` and `<<` are types of YAML 1.1. A reviewer does
    // not see a Unicode space or mark at the end of a text.
    matches!(text, "=" | "<<")
        || text.starts_with(['{', '[', '"'])
        || text.starts_with(|c: char| c.is_whitespace() || c == '\u{FEFF}')
        || text.ends_with(char::is_whitespace)
        || text.chars().any(|c| !is_printable(c))
}

fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{85}'
        )
}
