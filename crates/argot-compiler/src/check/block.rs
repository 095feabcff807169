//! Attribute blocks: finds the attributes that exist in a block and have the right shape.

use std::collections::HashMap;

use argot_syntax::{Diagnostic, Span, ast};

use super::{
    Checker,
    habits::{self, Here},
};
use crate::attributes::{Block, Row, Shape, rows};
use crate::diagnostics;

/// Parts of the language that are not implemented yet, by the attribute that introduces them.
const NOT_YET: &[(&str, Block, &str, &str)] = &[
    (
        "resource",
        Block::Component,
        "a `resource` body",
        "on Argo, write `raw_template = { resource = { action = \"create\", manifest = \"...\" } }`; elsewhere, run `kubectl` in a container",
    ),
    (
        "http",
        Block::Component,
        "an `http` body",
        "on Argo, write `raw_template = { http = { url = \"https://...\" } }`; elsewhere, run `curl` in a container",
    ),
    (
        "suspend",
        Block::Component,
        "a `suspend` body",
        "on Argo, write `raw_template = { suspend = {} }`",
    ),
    (
        "from",
        Block::Output,
        "an output that is read from a resource",
        "let the container write the output to its path",
    ),
];

/// An attribute whose name, place and shape are right.
pub(super) struct Known<'a> {
    /// Its row in the table.
    pub(super) row: &'static Row,
    /// The block that it is in.
    pub(super) place: Block,
    name_span: Span,
    /// The text between the name and the braces.
    pub(super) label: Option<&'a ast::StringLit>,
    value: Option<&'a ast::Expr>,
    block: &'a [ast::Attribute],
}

impl<'a> Known<'a> {
    fn new(row: &'static Row, place: Block, attribute: &'a ast::Attribute) -> Self {
        let (value, block): (_, &[ast::Attribute]) = match &attribute.value {
            ast::AttributeValue::Value(value) => (Some(value), &[]),
            ast::AttributeValue::Block(attributes) => (None, attributes),
        };
        Self {
            row,
            place,
            name_span: attribute.name.span,
            label: attribute.label.as_ref(),
            value,
            block,
        }
    }

    /// A field of a record that is read like an attribute.
    pub(super) fn field(row: &'static Row, place: Block, entry: &'a ast::Entry) -> Self {
        Self {
            row,
            place,
            name_span: entry.key.span,
            label: None,
            value: Some(&entry.value),
            block: &[],
        }
    }

    /// The name in the table.
    pub(super) fn name(&self) -> &'static str {
        self.row.name
    }

    /// The value, if the attribute has one.
    pub(super) fn value(&self) -> Option<&'a ast::Expr> {
        self.value
    }

    /// The attributes between the braces.
    pub(super) fn block(&self) -> &'a [ast::Attribute] {
        self.block
    }

    pub(super) fn span(&self) -> Span {
        self.name_span
    }
}

/// Whether an attribute of this name exists in any block, in Argot or in another tool.
pub(super) fn is_attribute(name: &str) -> bool {
    rows().any(|row| row.name == name)
        || NOT_YET.iter().any(|(known, ..)| *known == name)
        || habits::find(name, Block::Pipeline).is_some()
}

impl Checker<'_> {
    /// The attributes of a block that exist there and are written correctly. The others are reported.
    pub(super) fn known<'a>(
        &mut self,
        block: Block,
        attributes: impl IntoIterator<Item = &'a ast::Attribute>,
    ) -> Vec<Known<'a>> {
        let mut seen: HashMap<(&str, Option<String>), Span> = HashMap::new();
        let mut known = Vec::new();
        let mut replacements = Vec::new();
        for attribute in attributes {
            let written = match (&attribute.value, &attribute.label) {
                (ast::AttributeValue::Value(_), _) => Shape::Value,
                (ast::AttributeValue::Block(_), None) => Shape::Block,
                (ast::AttributeValue::Block(_), Some(_)) => Shape::Labelled,
            };
            let Some(row) = self.entry(block, attribute, written, &mut replacements) else {
                continue;
            };
            let (name, shape) = (row.name, row.shape);
            let label = attribute
                .label
                .as_ref()
                .and_then(|label| label.plain())
                .map(ToOwned::to_owned);
            if let Some(first) = seen.insert((name, label), attribute.name.span) {
                self.diagnostics.push(diagnostics::duplicate_attribute(
                    name,
                    attribute.name.span,
                    first,
                ));
                continue;
            }
            if written != shape && self.has_syntax_error(attribute.span) {
                continue;
            }
            if written != shape {
                let record = matches!(
                    &attribute.value,
                    ast::AttributeValue::Value(ast::Expr {
                        kind: ast::ExprKind::Record(_),
                        ..
                    })
                );
                self.diagnostics.push(diagnostics::attribute_shape(
                    name,
                    shape.into(),
                    record,
                    attribute.name.span,
                ));
                continue;
            }
            known.push(Known::new(row, block, attribute));
        }
        known
    }

    /// The row of an attribute. An unknown attribute is reported, unless `replacements` already has its replacement:
    /// two names for the same thing are a single mistake.
    fn entry(
        &mut self,
        block: Block,
        attribute: &ast::Attribute,
        written: Shape,
        replacements: &mut Vec<Here>,
    ) -> Option<&'static Row> {
        let name = attribute.name.name.as_str();
        let span = attribute.name.span;
        if let Some((_, _, what, instead)) = NOT_YET
            .iter()
            .find(|(other, place, ..)| *other == name && *place == block)
        {
            self.diagnostics
                .push(diagnostics::not_yet_supported(what, span).help(*instead));
            return None;
        }
        let here = |places: &[Block]| places.contains(&block);
        if let Some(row) = rows().find(|row| row.name == name && here(row.places)) {
            return Some(row);
        }
        // A part that could not be read may not have been meant as an attribute.
        if self.has_syntax_error(attribute.span) {
            return None;
        }
        let names = || {
            let here = rows().filter(|row| here(row.places));
            here.map(|row| row.name)
        };
        if let Some(habit) = habits::find(name, block) {
            if !replacements.contains(&habit.here) {
                replacements.push(habit.here);
                self.diagnostics
                    .push(old_habit(name, block.place(), habit.here, written, span));
            }
            return None;
        }
        let elsewhere = rows()
            .filter(|row| row.name == name)
            .find_map(|row| row.places.first().copied());
        let suggestion = self.suggestions.find(name, span, names());
        let all: Vec<&str> = names().collect();
        self.diagnostics.push(diagnostics::unknown_attribute(
            name,
            block.place(),
            suggestion,
            elsewhere.map(Block::place),
            &all,
            span,
        ));
        None
    }
}

/// An attribute under the name that another tool uses.
fn old_habit(name: &str, place: &str, here: Here, written: Shape, span: Span) -> Diagnostic {
    let shape = |wanted: &str| rows().find(|row| row.name == wanted).map(|row| row.shape);
    match here {
        Here::Attribute(mine, _) if shape(mine) == Some(written) => {
            diagnostics::renamed_attribute(name, place, mine, span)
        }
        Here::Attribute(_, example) => {
            diagnostics::foreign_attribute(name, place, &format!("write `{example}`"), span)
        }
        Here::Raw(attribute) => {
            let field = habits::camel_case(name);
            let help = format!("it is a raw field: `{attribute} = {{ {field} = ... }}`");
            diagnostics::foreign_attribute(name, place, &help, span)
        }
        Here::Written(help) => diagnostics::foreign_attribute(name, place, help, span),
    }
}

impl From<Shape> for diagnostics::Written {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Value => Self::Value,
            Shape::Block => Self::Block,
            Shape::Labelled => Self::Labelled,
        }
    }
}
