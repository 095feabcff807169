//! Values of parameters, from `-p` and from a file.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Result, anyhow, bail};
use argot_compiler::Given;
use indexmap::IndexMap;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::args::PipelineArgs;
use crate::output::reason;
use crate::world::shown;

/// `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    name: String,
    value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("the form is NAME=VALUE, as in `-p lr=0.1`".to_owned()),
        }
    }
}

/// The values that are given for parameters: those of the file, then those of `-p` over them.
///
/// # Errors
/// The file cannot be read or is not a map, or a name is given twice with `-p`.
pub(crate) fn given(args: &PipelineArgs) -> Result<IndexMap<String, Given>> {
    let mut given = match &args.params_file {
        Some(path) => read(path)?,
        None => IndexMap::new(),
    };
    for (index, assignment) in args.params.iter().enumerate() {
        if args
            .params
            .iter()
            .take(index)
            .any(|earlier| earlier.name == assignment.name)
        {
            bail!(
                "the parameter `{}` is given several times with `-p`",
                assignment.name
            );
        }
        given.insert(
            assignment.name.clone(),
            Given::Text(assignment.value.clone()),
        );
    }
    Ok(given)
}

fn read(path: &Path) -> Result<IndexMap<String, Given>> {
    let shown = shown(path);
    let failed = |problem: &str| anyhow!("cannot read the parameters in `{shown}`: {problem}");
    let bytes = crate::read::named(path)
        .map_err(|error| failed(&reason(&error)))?
        .map_err(|error| failed(&error.to_string()))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| anyhow!("cannot read the parameters in `{shown}`: it is not UTF-8 text"))?;
    let text = text.trim_start_matches('\u{feff}');
    let is_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let value = if is_json {
        from_json(&text)
    } else {
        from_yaml(&text)
    };
    match value {
        Ok(Value::Object(map)) => Ok(map
            .into_iter()
            .map(|(name, value)| (name, Given::Data(value)))
            .collect()),
        // An empty file, or one with comments only.
        Ok(Value::Null) if !is_json => Ok(IndexMap::new()),
        Ok(_) => bail!("{shown}:1:1: parameters are a map of names to values"),
        Err(Located {
            line,
            column,
            message,
        }) => bail!("{shown}:{line}:{column}: {message}"),
    }
}

/// What is wrong with a file of parameters, and where.
struct Located {
    line: usize,
    column: usize,
    message: String,
}

fn from_json(text: &str) -> Result<Value, Located> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Data.deserialize(&mut deserializer);
    value
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| {
            let message = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            Located {
                line: error.line(),
                column: error.column(),
                message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
            }
        })
}

fn from_yaml(text: &str) -> Result<Value, Located> {
    Data.deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(|error| {
            let message = error.to_string();
            let (line, column) = error
                .location()
                .map_or((1, 1), |location| (location.line(), location.column()));
            let place = format!(" at line {line} column {column}");
            Located {
                line,
                column,
                message: message.replacen(&place, "", 1),
            }
        })
}

/// Reads JSON data strictly: keys are texts and differ, numbers are finite, nothing is tagged.
struct Data;

impl<'de> DeserializeSeed<'de> for Data {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Data {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        Err(E::custom(format!(
            "the number {value} does not fit 64 bits"
        )))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        Err(E::custom(format!(
            "the number {value} does not fit 64 bits"
        )))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        match Number::from_f64(value) {
            Some(number) => Ok(Value::Number(number)),
            None => Err(E::custom("a number must be finite")),
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = fields.next_key_seed(Key { taken: &map })? {
            map.insert(key, fields.next_value_seed(Self)?);
        }
        Ok(Value::Object(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<Value, A::Error> {
        Err(A::Error::custom("a tag such as `!x` has no meaning here"))
    }
}

/// Reads the key of a map; what is wrong with it is then said at its own place.
struct Key<'a> {
    taken: &'a Map<String, Value>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is text")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        if self.taken.contains_key(key) {
            return Err(E::custom(format!("the key `{key}` is given twice")));
        }
        Ok(key.to_owned())
    }
}
