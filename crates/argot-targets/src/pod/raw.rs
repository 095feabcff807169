//! Raw Kubernetes fields: read from records, and merged over the generated objects.
//!
//! The schema of a Kubernetes object is the type in `k8s-openapi`: its own deserializer is run over the raw
//! record, and tells which fields it takes.

use std::cell::RefCell;
use std::fmt;

use argot_compiler::{Expr, Raw, RawField, RawKind, Type, Value, suggest};
use argot_syntax::{Diagnostic, Span};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::{Deserializer, Serialize, forward_to_deserialize_any};
use serde_json::Value as Json;

use super::covered::Fields;
use super::{Dialect, diagnostics, facts, known};

/// What is needed to read raw fields.
pub(crate) struct Reader<'a> {
    /// How values are written. `None` if they need no change.
    dialect: Option<&'a dyn Dialect>,
    /// Fields that Argot has an attribute for.
    covered: Fields,
    /// The diagnostics.
    problems: RefCell<Vec<Diagnostic>>,
}

/// Reads a record as an object of Kubernetes.
pub(crate) type Check = fn(&Reader<'_>, &Raw) -> Option<Json>;

impl<'a> Reader<'a> {
    pub(crate) fn new(dialect: &'a dyn Dialect, covered: Fields) -> Self {
        Self {
            dialect: Some(dialect),
            covered,
            problems: RefCell::new(Vec::new()),
        }
    }

    /// Records an error.
    pub(crate) fn problem(&self, diagnostic: Diagnostic) {
        self.problems.borrow_mut().push(diagnostic);
    }

    /// All that is wrong.
    pub(crate) fn into_problems(self) -> Vec<Diagnostic> {
        self.problems.into_inner()
    }

    /// Reports fields that Argot has an attribute for; the rest.
    pub(crate) fn uncovered(&self, raw: &Raw) -> Raw {
        self.uncovered_below(&expanded(raw), "")
    }

    fn uncovered_below(&self, raw: &Raw, path: &str) -> Raw {
        let RawKind::Record(fields) = &raw.kind else {
            return raw.clone();
        };
        let mut kept = Vec::new();
        for field in fields {
            let path = if path.is_empty() {
                field.name.clone()
            } else {
                format!("{path}.{}", field.name)
            };
            match self.covered.iter().find(|(covered, _)| *covered == path) {
                Some((_, attribute)) => {
                    self.problem(diagnostics::raw_has_attribute(
                        &path,
                        attribute,
                        field.name_span,
                    ));
                }
                None => kept.push(RawField {
                    value: self.uncovered_below(&field.value, &path),
                    ..field.clone()
                }),
            }
        }
        Raw {
            kind: RawKind::Record(kept),
            span: raw.span,
        }
    }

    /// The text of a leaf.
    pub(crate) fn text(&self, expr: &Expr) -> Result<String, Diagnostic> {
        match self.dialect {
            Some(dialect) => dialect.field(expr),
            None => Ok(expr.as_str().unwrap_or_default().to_owned()),
        }
    }

    /// The name of a field that is the user's own, if it can stand there.
    pub(crate) fn key(&self, field: &RawField) -> Option<String> {
        match self.check_key(field) {
            Ok(()) => Some(field.name.clone()),
            Err(diagnostic) => {
                self.problem(diagnostic);
                None
            }
        }
    }

    fn check_key(&self, field: &RawField) -> Result<(), Diagnostic> {
        match self.dialect {
            Some(dialect) => dialect.key(&field.name, field.name_span),
            None => Ok(()),
        }
    }

    /// Reports a leaf that only the run knows, in a field that is not a text.
    pub(crate) fn run_time(&self, field: &str, expr: &Expr) -> Diagnostic {
        let system = self.dialect.map_or("", |dialect| dialect.system().name);
        diagnostics::run_time(system, &format!("`{field}`"), expr.span)
    }
}

/// Whether a leaf may stand where text is expected.
pub(crate) fn is_text(expr: &Expr) -> bool {
    match expr.value() {
        Some(value) => matches!(
            value,
            Value::String(_) | Value::Quantity(_) | Value::Duration(_)
        ),
        None => true,
    }
}

/// The same value with constants taken apart, so that every leaf is a scalar.
pub(crate) fn expanded(raw: &Raw) -> Raw {
    let leaf = |value: &Value, span| {
        let kind = RawKind::Leaf(Expr::constant(value.clone(), Type::Json, span));
        expanded(&Raw { kind, span })
    };
    let kind = match &raw.kind {
        RawKind::Record(fields) => RawKind::Record(
            fields
                .iter()
                .map(|field| RawField {
                    value: expanded(&field.value),
                    ..field.clone()
                })
                .collect(),
        ),
        RawKind::List(items) => RawKind::List(items.iter().map(expanded).collect()),
        RawKind::Leaf(expr) => match expr.value() {
            Some(Value::List(items)) => {
                RawKind::List(items.iter().map(|item| leaf(item, expr.span)).collect())
            }
            Some(Value::Record(fields)) => RawKind::Record(
                fields
                    .iter()
                    .map(|(name, value)| RawField {
                        name: name.clone(),
                        name_span: expr.span,
                        value: leaf(value, expr.span),
                    })
                    .collect(),
            ),
            // A text is itself, not the JSON of a text.
            Some(Value::String(text)) => RawKind::Leaf(Expr::text(text.clone(), expr.span)),
            _ => RawKind::Leaf(expr.clone()),
        },
    };
    Raw {
        kind,
        span: raw.span,
    }
}

/// Reads a record as an object of Kubernetes.
pub(crate) fn kubernetes<T: DeserializeOwned + Serialize>(
    reader: &Reader<'_>,
    raw: &Raw,
) -> Option<Json> {
    read::<T>(reader, raw).and_then(|object| serde_json::to_value(object).ok())
}

/// Reads a record as an object of Kubernetes, in its own type.
pub(crate) fn read<T: DeserializeOwned>(reader: &Reader<'_>, raw: &Raw) -> Option<T> {
    match T::deserialize(Node {
        reader,
        raw,
        field: "",
    }) {
        Ok(object) => Some(object),
        Err(Problem {
            message,
            span,
            diagnostic,
        }) => {
            reader.problem(diagnostic.map_or_else(
                || diagnostics::invalid_raw("", &message, span.unwrap_or(raw.span)),
                |diagnostic| *diagnostic,
            ));
            None
        }
    }
}

/// Lays `over` on `base`: objects field by field, lists one after the other, other values whole.
pub(crate) fn lay(base: &mut Json, over: &Json) {
    match (base, over) {
        (Json::Object(base), Json::Object(over)) => {
            for (name, value) in over {
                match base.get_mut(name) {
                    Some(mine) => lay(mine, value),
                    None => {
                        base.insert(name.clone(), value.clone());
                    }
                }
            }
        }
        (Json::Array(base), Json::Array(over)) => base.extend(over.iter().cloned()),
        (base, over) => *base = over.clone(),
    }
}

/// An object of Kubernetes with fields laid over it that were read for it.
pub(crate) fn laid<T: DeserializeOwned + Serialize>(object: T, over: &Json) -> T {
    let Ok(mut whole) = serde_json::to_value(&object) else {
        return object;
    };
    lay(&mut whole, over);
    // The deserializer of raw fields, because code for a second one would be half a megabyte.
    let reader = Reader {
        dialect: None,
        covered: &[],
        problems: RefCell::default(),
    };
    read(&reader, &constant(&whole)).unwrap_or(object)
}

/// A JSON value as a raw one.
fn constant(value: &Json) -> Raw {
    let leaf = |value: Value| RawKind::Leaf(Expr::constant(value, Type::Json, Span::default()));
    let kind = match value {
        Json::Null => leaf(Value::Null),
        Json::Bool(value) => leaf(Value::Bool(*value)),
        Json::Number(number) => leaf(match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        }),
        Json::String(text) => leaf(Value::String(text.clone())),
        Json::Array(items) => RawKind::List(items.iter().map(constant).collect()),
        Json::Object(fields) => RawKind::Record(
            fields
                .iter()
                .map(|(name, value)| RawField {
                    name: name.clone(),
                    name_span: Span::default(),
                    value: constant(value),
                })
                .collect(),
        ),
    };
    Raw {
        kind,
        span: Span::default(),
    }
}

/// A raw value on its way into a type.
#[derive(Clone, Copy)]
struct Node<'a> {
    reader: &'a Reader<'a>,
    raw: &'a Raw,
    field: &'a str,
}

/// What ends the reading of an object.
#[derive(Debug)]
struct Problem {
    message: String,
    span: Option<Span>,
    diagnostic: Option<Box<Diagnostic>>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            span: None,
            diagnostic: None,
        }
    }
}

impl From<Diagnostic> for Problem {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            message: diagnostic.message.clone(),
            span: None,
            diagnostic: Some(Box::new(diagnostic)),
        }
    }
}

impl<'a> Node<'a> {
    fn wrong<T>(self, expected: &str) -> Result<T, Problem> {
        Err(diagnostics::invalid_raw(self.field, expected, self.raw.span).into())
    }

    fn leaf(self, expected: &str) -> Result<&'a Expr, Problem> {
        match &self.raw.kind {
            RawKind::Leaf(expr) => Ok(expr),
            _ => self.wrong(expected),
        }
    }

    fn text(self, expr: &Expr) -> Result<String, Problem> {
        Ok(self.reader.text(expr)?)
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let expr = self.leaf("a whole number")?;
        match expr.value() {
            Some(Value::Int(number)) => visitor.visit_i64(*number).map_err(|_: Problem| {
                diagnostics::invalid_raw(self.field, "a smaller number", self.raw.span).into()
            }),
            None => Err(self.reader.run_time(self.field, expr).into()),
            Some(_) => self.wrong("a whole number"),
        }
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.raw.kind {
            RawKind::Record(_) => self.deserialize_map(visitor),
            RawKind::List(_) => self.deserialize_seq(visitor),
            RawKind::Leaf(expr) => {
                let outcome = match expr.value() {
                    Some(Value::Null) => visitor.visit_unit(),
                    Some(Value::Bool(value)) => visitor.visit_bool(*value),
                    Some(Value::Int(number)) => visitor.visit_i64(*number),
                    Some(Value::Float(number)) => visitor.visit_f64(*number),
                    _ => visitor.visit_string(self.text(expr)?),
                };
                // What takes anything is a number or a text nearly everywhere: a port, say.
                outcome.or_else(|_: Problem| self.wrong("a whole number or text"))
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let expr = self.leaf("true or false")?;
        match expr.value() {
            Some(Value::Bool(value)) => visitor.visit_bool(*value),
            None => Err(self.reader.run_time(self.field, expr).into()),
            Some(_) => self.wrong("true or false"),
        }
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.number(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.number(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let expr = self.leaf("text")?;
        if is_text(expr) {
            visitor.visit_string(self.text(expr)?)
        } else {
            self.wrong("text")
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.raw.kind {
            RawKind::Leaf(expr) if matches!(expr.value(), Some(Value::Null)) => {
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        // `cpu = 2` is a quantity as well.
        if let (RawKind::Leaf(expr), "Quantity") = (&self.raw.kind, name)
            && let Some(Value::Int(number)) = expr.value()
        {
            return visitor.visit_newtype_struct(number.to_string().into_deserializer());
        }
        if let (RawKind::Leaf(expr), "Quantity") = (&self.raw.kind, name)
            && let Some(text) = expr.as_str()
            && !facts::is_quantity(text)
        {
            let expected = "a quantity, such as `500m` or `2Gi`";
            self.reader.problem(diagnostics::invalid_raw_text(
                self.field,
                text,
                expected,
                None,
                self.raw.span,
            ));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.raw.kind {
            RawKind::List(items) => visitor.visit_seq(Items {
                reader: self.reader,
                items: items.iter(),
                field: self.field,
            }),
            _ => self.wrong("a list"),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let RawKind::Record(fields) = &self.raw.kind else {
            return self.wrong("a record");
        };
        visitor.visit_map(Entries {
            reader: self.reader,
            fields: fields.iter().collect::<Vec<_>>().into_iter(),
            value: None,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let RawKind::Record(fields) = &self.raw.kind else {
            return self.wrong("a record");
        };
        let (fields, unknown): (Vec<_>, Vec<_>) = fields
            .iter()
            .partition(|field| known.contains(&field.name.as_str()));
        for field in unknown {
            let near = suggest(&field.name, known.iter().copied());
            let of = format!("Kubernetes' {name}");
            self.reader.problem(diagnostics::unknown_raw(
                &field.name,
                &of,
                near,
                field.name_span,
            ));
        }
        if let Some(facts) = known::facts(name) {
            // A container is laid over the step's own, but in the lists of a pod.
            let is_whole = name != "Container" || known::CONTAINERS.contains(&self.field);
            facts::check(
                facts,
                self.field,
                fields.iter().copied(),
                is_whole,
                self.raw.span,
                &mut |diagnostic| self.reader.problem(diagnostic),
            );
        }
        visitor.visit_map(Entries {
            reader: self.reader,
            fields: fields.into_iter(),
            value: None,
        })
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
        enum identifier ignored_any
    }
}

struct Entries<'a> {
    reader: &'a Reader<'a>,
    fields: std::vec::IntoIter<&'a RawField>,
    value: Option<&'a RawField>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        self.value = self.fields.next();
        match self.value {
            Some(field) => {
                self.reader.check_key(field)?;
                seed.deserialize(field.name.as_str().into_deserializer())
                    .map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        match self.value.take() {
            Some(field) => seed
                .deserialize(Node {
                    reader: self.reader,
                    raw: &field.value,
                    field: &field.name,
                })
                .map_err(|problem| Problem {
                    span: problem.span.or(Some(field.value.span)),
                    ..problem
                }),
            None => Err(de::Error::custom("a value")),
        }
    }
}

struct Items<'a> {
    reader: &'a Reader<'a>,
    items: std::slice::Iter<'a, Raw>,
    field: &'a str,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Problem> {
        match self.items.next() {
            Some(raw) => seed
                .deserialize(Node {
                    reader: self.reader,
                    raw,
                    field: self.field,
                })
                .map(Some),
            None => Ok(None),
        }
    }
}
