//! Argo's own fields: read from records, and checked against the table of [`schema`](super::schema).

use argot_compiler::{Expr, Raw, RawKind, Value, suggest};
use argot_syntax::{Diagnostic, Diagnostics};
use serde_json::Value as Json;

use super::diagnostics;
use super::known;
use super::schema::{Kind, Schema};
use super::versions::Version;
use crate::pod::covered::Fields;
use crate::pod::raw::is_text;
use crate::pod::{Dialect, facts, raw};

/// Reads Argo's raw fields.
pub(crate) struct Reader<'a> {
    /// Reads the objects of Kubernetes within them.
    kubernetes: raw::Reader<'a>,
    /// The target version.
    version: Version,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(dialect: &'a dyn Dialect, version: Version, covered: Fields) -> Self {
        Self {
            kubernetes: raw::Reader::new(dialect, covered),
            version,
        }
    }

    /// Reads a record of raw fields that the user added to those Argot has attributes for.
    pub(crate) fn read(
        self,
        raw: &Raw,
        schema: &'static Schema,
        of: &str,
        diagnostics: &mut Diagnostics,
    ) -> Json {
        let value = self.object(&self.kubernetes.uncovered(raw), schema, of);
        diagnostics.extend(self.kubernetes.into_problems());
        value
    }

    fn problem(&self, diagnostic: Diagnostic) {
        self.kubernetes.problem(diagnostic);
    }

    fn object(&self, raw: &Raw, schema: &'static Schema, of: &str) -> Json {
        let mut out = serde_json::Map::new();
        let RawKind::Record(fields) = &raw.kind else {
            self.problem(diagnostics::invalid_raw(of, "a record", raw.span));
            return Json::Object(out);
        };
        if let Some(facts) = known::facts(schema.name) {
            facts::check(
                facts,
                of,
                fields.iter(),
                true,
                raw.span,
                &mut |diagnostic| {
                    self.problem(diagnostic);
                },
            );
        }
        let mut others = Vec::new();
        for field in fields {
            if let Some(since) = self.version.needs_field(schema.name, &field.name) {
                let what = format!("the field `{}`", field.name);
                self.problem(diagnostics::needs_version(
                    &what,
                    since,
                    self.version,
                    Some(field.name_span),
                ));
            }
            let known = schema.fields.iter().find(|(name, _)| *name == field.name);
            match known {
                Some((name, kind)) => {
                    if let Some(value) = self.value(&field.value, kind, name) {
                        out.insert((*name).to_owned(), value);
                    }
                }
                None if schema.with.is_some() => others.push(field.clone()),
                None => {
                    let near = suggest(&field.name, schema.fields.iter().map(|(name, _)| *name));
                    let of = format!("Argo's {}", schema.name);
                    self.problem(diagnostics::unknown_raw(
                        &field.name,
                        &of,
                        near,
                        field.name_span,
                    ));
                }
            }
        }
        if let (Some(check), false) = (schema.with, others.is_empty()) {
            let rest = Raw {
                kind: RawKind::Record(others),
                span: raw.span,
            };
            if let Some(Json::Object(fields)) = check(&self.kubernetes, &rest) {
                for (name, value) in fields {
                    out.entry(name).or_insert(value);
                }
            }
        }
        Json::Object(out)
    }

    fn value(&self, raw: &Raw, kind: &Kind, field: &str) -> Option<Json> {
        let wrong = |expected: &str| {
            self.problem(diagnostics::invalid_raw(field, expected, raw.span));
            None
        };
        match (kind, &raw.kind) {
            (Kind::Object(schema), _) => Some(self.object(raw, schema, field)),
            (Kind::Kubernetes(check), _) => check(&self.kubernetes, raw),
            (Kind::Any, _) => self.any(raw),
            (Kind::List(kind), RawKind::List(items)) => Some(Json::Array(
                items
                    .iter()
                    .filter_map(|item| self.value(item, kind, field))
                    .collect(),
            )),
            (Kind::Map(kind), RawKind::Record(fields)) => Some(Json::Object(
                fields
                    .iter()
                    .filter_map(|field| {
                        Some((
                            self.kubernetes.key(field)?,
                            self.value(&field.value, kind, &field.name)?,
                        ))
                    })
                    .collect(),
            )),
            (Kind::List(_), _) => wrong("a list"),
            (Kind::Map(_), _) => wrong("a record"),
            (Kind::Text, RawKind::Leaf(expr)) if is_text(expr) => self.text(expr),
            (Kind::Text, _) => wrong("text"),
            (Kind::IntOrText, RawKind::Leaf(expr)) => match expr.value() {
                Some(Value::Int(number)) => Some(Json::from(*number)),
                Some(Value::String(_)) | None => self.text(expr),
                Some(_) => wrong("a whole number or text"),
            },
            (Kind::Bool | Kind::Int, RawKind::Leaf(expr)) => match (kind, expr.value()) {
                (Kind::Bool, Some(Value::Bool(value))) => Some(Json::from(*value)),
                (Kind::Int, Some(Value::Int(number))) => Some(Json::from(*number)),
                (_, None) => {
                    self.problem(self.kubernetes.run_time(field, expr));
                    None
                }
                (Kind::Bool, _) => wrong("true or false"),
                _ => wrong("a whole number"),
            },
            (Kind::Bool, _) => wrong("true or false"),
            (Kind::Int | Kind::IntOrText, _) => wrong("a whole number"),
        }
    }

    fn text(&self, expr: &Expr) -> Option<Json> {
        match self.kubernetes.text(expr) {
            Ok(text) => Some(Json::String(text)),
            Err(diagnostic) => {
                self.problem(diagnostic);
                None
            }
        }
    }

    fn any(&self, raw: &Raw) -> Option<Json> {
        match &raw.kind {
            RawKind::Record(fields) => Some(Json::Object(
                fields
                    .iter()
                    .filter_map(|field| {
                        Some((self.kubernetes.key(field)?, self.any(&field.value)?))
                    })
                    .collect(),
            )),
            RawKind::List(items) => Some(Json::Array(
                items.iter().filter_map(|item| self.any(item)).collect(),
            )),
            RawKind::Leaf(expr) => match expr.value() {
                Some(Value::String(_)) | None => self.text(expr),
                Some(value) => serde_json::to_value(value).ok(),
            },
        }
    }
}
