//! Values in the target's own field names.

use argot_syntax::Span;
use serde::Serialize;

use crate::Expr;

/// A value in the target's own field names, with the spans of its keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Raw {
    /// The value itself.
    pub kind: RawKind,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// The forms of a raw value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RawKind {
    /// Named fields.
    Record(Vec<RawField>),
    /// A list.
    List(Vec<Raw>),
    /// A scalar, constant or not.
    Leaf(Expr),
}

/// A field of a raw record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RawField {
    /// The name of the field, as the target spells it.
    pub name: String,
    /// Where the name is written.
    #[serde(skip)]
    pub name_span: Span,
    /// The value.
    pub value: Raw,
}

impl Raw {
    /// Overrides this record with `over`, field by field; any other value is replaced.
    pub fn merge(&mut self, over: &Self) {
        match (&mut self.kind, &over.kind) {
            (RawKind::Record(mine), RawKind::Record(theirs)) => {
                for field in theirs {
                    match mine.iter_mut().find(|other| other.name == field.name) {
                        Some(other) => other.value.merge(&field.value),
                        None => mine.push(field.clone()),
                    }
                }
            }
            (mine, theirs) => {
                *mine = theirs.clone();
                self.span = over.span;
            }
        }
    }

    /// Calls `visit` with every expression in the value, mutable.
    pub fn for_each_expr(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        let mut found = Vec::new();
        self.leaves_mut(&mut found, "");
        for (_, expr) in found {
            visit(expr);
        }
    }

    /// Calls `visit` with every expression in the value.
    pub(super) fn leaves<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            RawKind::Leaf(expr) => visit(expr),
            RawKind::List(items) => items.iter().for_each(|item| item.leaves(visit)),
            RawKind::Record(fields) => fields.iter().for_each(|field| field.value.leaves(visit)),
        }
    }

    pub(super) fn leaves_mut<'a>(&'a mut self, out: &mut Vec<(String, &'a mut Expr)>, path: &str) {
        match &mut self.kind {
            RawKind::Leaf(expr) => out.push((path.to_owned(), expr)),
            RawKind::List(items) => {
                for item in items {
                    item.leaves_mut(out, path);
                }
            }
            RawKind::Record(fields) => {
                for field in fields {
                    field.value.leaves_mut(out, &field.name);
                }
            }
        }
    }
}
