//! Attribute blocks: which attributes exist, where they may stand, and how they are written.

use std::collections::HashMap;

use argot_syntax::{Diagnostic, Span, ast};

use super::{
    Checker,
    habits::{self, Here},
};
use crate::diagnostics;

/// A kind of block that holds attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Component,
    Pipeline,
    With,
    Defaults,
    Init,
    Sidecar,
    Resources,
    Retry,
    Cache,
    Semaphore,
    Security,
    Output,
    TemplateRef,
    Schedule,
    History,
    Ttl,
    Workspace,
}

impl Block {
    /// Where it is, for people.
    pub(super) fn place(self) -> &'static str {
        match self {
            Self::Component => "in a component",
            Self::Pipeline => "in a pipeline",
            Self::With => "in `with`",
            Self::Defaults => "in `defaults`",
            Self::Init => "in `init`",
            Self::Sidecar => "in `sidecar`",
            Self::Resources => "in `resources`",
            Self::Retry => "in `retry`",
            Self::Cache => "in `cache`",
            Self::Semaphore => "in `semaphore`",
            Self::Security => "in `security`",
            Self::Output => "for an output",
            Self::TemplateRef => "in `template_ref`",
            Self::Schedule => "in `schedule`",
            Self::History => "in `history`",
            Self::Ttl => "in `ttl`",
            Self::Workspace => "in `workspace`",
        }
    }
}

/// How an attribute is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `name = value`.
    Value,
    /// `name { ... }`.
    Block,
    /// `name "label" { ... }`.
    Labelled,
}

use Block as B;
use Shape::{Block as Braces, Labelled, Value};

const STEP: &[Block] = &[B::Component, B::With, B::Defaults];
const CONTAINER: &[Block] = &[B::Component, B::With, B::Defaults, B::Init, B::Sidecar];
const STEP_AND_PIPELINE: &[Block] = &[B::Component, B::With, B::Defaults, B::Pipeline];

/// Every attribute: its name, how it is written, and where it may stand.
pub(super) const ATTRIBUTES: &[(&str, Shape, &[Block])] = &[
    // What runs.
    ("image", Value, CONTAINER),
    ("image_pull", Value, CONTAINER),
    ("workdir", Value, CONTAINER),
    ("command", Value, CONTAINER),
    ("args", Value, CONTAINER),
    ("script", Value, &[B::Component]),
    ("template_ref", Braces, &[B::Component]),
    ("raw_template", Value, &[B::Component]),
    ("env", Value, CONTAINER),
    ("env_from", Value, CONTAINER),
    ("resources", Braces, CONTAINER),
    ("mounts", Value, CONTAINER),
    ("init", Labelled, STEP),
    ("sidecar", Labelled, STEP),
    ("outputs", Braces, &[B::Component, B::With]),
    // How it runs.
    ("retry", Braces, STEP),
    ("timeout", Value, STEP_AND_PIPELINE),
    ("cache", Braces, STEP),
    ("mutex", Value, STEP_AND_PIPELINE),
    ("semaphore", Braces, STEP_AND_PIPELINE),
    ("daemon", Value, STEP),
    ("allow_failure", Value, STEP),
    ("parallel", Value, &[B::Pipeline]),
    // Its pod.
    ("labels", Value, STEP_AND_PIPELINE),
    ("annotations", Value, STEP_AND_PIPELINE),
    ("node_selector", Value, STEP),
    ("tolerations", Value, STEP),
    ("affinity", Value, STEP),
    ("priority_class", Value, STEP),
    ("service_account", Value, STEP_AND_PIPELINE),
    ("image_pull_secrets", Value, STEP),
    ("security", Braces, STEP),
    ("queue", Value, STEP),
    ("spot", Value, STEP),
    ("node_pool", Value, STEP),
    // Raw fields.
    ("container", Value, STEP),
    ("pod", Value, STEP),
    ("argo", Value, STEP_AND_PIPELINE),
    ("kubernetes", Value, STEP),
    // A pipeline.
    ("schedule", Braces, &[B::Pipeline]),
    ("defaults", Braces, &[B::Pipeline]),
    ("on_error", Value, &[B::Pipeline]),
    ("priority", Value, &[B::Pipeline]),
    ("ttl", Braces, &[B::Pipeline]),
    ("workspace", Braces, &[B::Pipeline]),
    ("pod_gc", Value, &[B::Pipeline]),
    ("archive_logs", Value, &[B::Pipeline]),
    ("artifact_gc", Value, &[B::Pipeline]),
    ("description", Value, &[B::Pipeline]),
    // Smaller blocks.
    ("cpu", Value, &[B::Resources]),
    ("memory", Value, &[B::Resources]),
    ("ephemeral", Value, &[B::Resources]),
    ("gpu", Value, &[B::Resources]),
    ("gpu_model", Value, &[B::Resources]),
    ("gpu_vendor", Value, &[B::Resources]),
    ("gpu_slice", Value, &[B::Resources]),
    ("gpu_shared", Value, &[B::Resources]),
    ("tpu", Value, &[B::Resources]),
    ("tpu_model", Value, &[B::Resources]),
    ("tpu_topology", Value, &[B::Resources]),
    ("extended", Value, &[B::Resources]),
    ("limit", Value, &[B::Retry]),
    ("backoff", Value, &[B::Retry]),
    ("factor", Value, &[B::Retry]),
    ("max", Value, &[B::Retry]),
    ("on", Value, &[B::Retry]),
    ("when", Value, &[B::Retry]),
    ("max_age", Value, &[B::Cache]),
    ("key", Value, &[B::Cache, B::Semaphore]),
    ("config", Value, &[B::Semaphore]),
    ("run_as_user", Value, &[B::Security]),
    ("run_as_group", Value, &[B::Security]),
    ("fs_group", Value, &[B::Security]),
    ("run_as_non_root", Value, &[B::Security]),
    ("read_only_root", Value, &[B::Security]),
    ("allow_privilege_escalation", Value, &[B::Security]),
    ("privileged", Value, &[B::Security]),
    ("add_capabilities", Value, &[B::Security]),
    ("drop_capabilities", Value, &[B::Security]),
    ("seccomp", Value, &[B::Security]),
    ("to", Value, &[B::Output]),
    ("archive", Value, &[B::Output]),
    ("name", Value, &[B::TemplateRef]),
    ("template", Value, &[B::TemplateRef]),
    ("cluster", Value, &[B::TemplateRef]),
    ("cron", Value, &[B::Schedule]),
    ("timezone", Value, &[B::Schedule]),
    ("concurrency", Value, &[B::Schedule]),
    ("suspend", Value, &[B::Schedule]),
    ("history", Braces, &[B::Schedule]),
    ("success", Value, &[B::History, B::Ttl]),
    ("failure", Value, &[B::History, B::Ttl]),
    ("after", Value, &[B::Ttl]),
    ("size", Value, &[B::Workspace]),
    ("class", Value, &[B::Workspace]),
    ("access", Value, &[B::Workspace]),
];

/// Parts of the language that are not built yet, by the attribute that brings them in.
const NOT_YET: &[(&str, Block, &str, &str)] = &[
    (
        "resource",
        B::Component,
        "a `resource` body",
        "on Argo, write `raw_template = { resource = { action = \"create\", manifest = \"...\" } }`; elsewhere, run `kubectl` in a container",
    ),
    (
        "http",
        B::Component,
        "an `http` body",
        "on Argo, write `raw_template = { http = { url = \"https://...\" } }`; elsewhere, run `curl` in a container",
    ),
    (
        "suspend",
        B::Component,
        "a `suspend` body",
        "on Argo, write `raw_template = { suspend = {} }`",
    ),
    (
        "from",
        B::Output,
        "an output that is read from a resource",
        "let the container write the output to its path",
    ),
];

/// An attribute whose name, place and shape are right.
pub(super) struct Known<'a> {
    /// The name, out of the table.
    pub(super) name: &'static str,
    pub(super) attribute: &'a ast::Attribute,
}

impl<'a> Known<'a> {
    /// The value, where the attribute has one.
    pub(super) fn value(&self) -> Option<&'a ast::Expr> {
        match &self.attribute.value {
            ast::AttributeValue::Value(value) => Some(value),
            ast::AttributeValue::Block(_) => None,
        }
    }

    /// The attributes between its braces.
    pub(super) fn block(&self) -> &'a [ast::Attribute] {
        match &self.attribute.value {
            ast::AttributeValue::Value(_) => &[],
            ast::AttributeValue::Block(attributes) => attributes,
        }
    }

    pub(super) fn span(&self) -> Span {
        self.attribute.name.span
    }
}

/// Whether an attribute of this name exists anywhere, here or in another tool.
pub(super) fn is_attribute(name: &str) -> bool {
    ATTRIBUTES.iter().any(|(known, ..)| *known == name)
        || NOT_YET.iter().any(|(known, ..)| *known == name)
        || habits::find(name, Block::Pipeline).is_some()
}

impl Checker<'_> {
    /// The attributes of a block that exist there and are written as they should be; the others are
    /// reported.
    pub(super) fn known<'a>(
        &mut self,
        block: Block,
        attributes: impl IntoIterator<Item = &'a ast::Attribute>,
    ) -> Vec<Known<'a>> {
        let mut seen: HashMap<(&str, Option<String>), Span> = HashMap::new();
        let mut known = Vec::new();
        let mut said = Vec::new();
        for attribute in attributes {
            let written = match (&attribute.value, &attribute.label) {
                (ast::AttributeValue::Value(_), _) => Value,
                (ast::AttributeValue::Block(_), None) => Shape::Block,
                (ast::AttributeValue::Block(_), Some(_)) => Labelled,
            };
            let Some((name, shape)) = self.entry(block, attribute, written, &mut said) else {
                continue;
            };
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
            known.push(Known { name, attribute });
        }
        known
    }

    /// The name and shape of an attribute, out of the table. An unknown one is reported, unless `said` holds what is
    /// to be written instead: two words for one thing are one mistake.
    fn entry(
        &mut self,
        block: Block,
        attribute: &ast::Attribute,
        written: Shape,
        said: &mut Vec<Here>,
    ) -> Option<(&'static str, Shape)> {
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
        if let Some((name, shape, _)) = ATTRIBUTES
            .iter()
            .find(|(other, _, places)| *other == name && here(places))
        {
            return Some((name, *shape));
        }
        // What could not be read may not have been meant as an attribute.
        if self.has_syntax_error(attribute.span) {
            return None;
        }
        let names = || {
            ATTRIBUTES
                .iter()
                .filter(|(_, _, places)| here(places))
                .map(|(name, ..)| *name)
        };
        if let Some(habit) = habits::find(name, block) {
            if !said.contains(&habit.here) {
                said.push(habit.here);
                self.diagnostics
                    .push(old_habit(name, block.place(), habit.here, written, span));
            }
            return None;
        }
        let elsewhere = ATTRIBUTES
            .iter()
            .filter(|(other, ..)| *other == name)
            .flat_map(|(_, _, places)| places.iter().copied())
            .next();
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

/// An attribute by the name that another tool has for it.
fn old_habit(name: &str, place: &str, here: Here, written: Shape, span: Span) -> Diagnostic {
    let shape = |wanted: &str| {
        ATTRIBUTES
            .iter()
            .find(|(other, ..)| *other == wanted)
            .map(|(_, shape, _)| *shape)
    };
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
            Value => Self::Value,
            Shape::Block => Self::Block,
            Labelled => Self::Labelled,
        }
    }
}
