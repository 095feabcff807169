//! Values that would become code: in command lines of programs that read code, and in raw texts.

use argot_syntax::{Diagnostic, Diagnostics};

use super::Checker;
use crate::{
    Attributes, Container, Expr, ExprKind, Input, Raw, RawKind, Type,
    diagnostics::{self, Spliced},
    programs::{self, Taken, input_name},
};

/// Raw fields that contain YAML. JSON is YAML, so `json(x)` is a safe way to insert a value.
const YAML: &[&str] = &["manifest", "podSpecPatch"];

/// Raw fields that contain an expression or a query.
const EXPRESSIONS: &[&str] = &[
    "when",
    "expression",
    "fromExpression",
    "successCondition",
    "failureCondition",
    "jqFilter",
    "jsonPath",
    "depends",
];

impl Checker<'_> {
    /// Checks the command lines and raw fields of one attribute block. The command line in a `with` or `defaults` is
    /// checked once its step is known.
    pub(super) fn spliced(&mut self, attributes: &Attributes, inputs: &[Input]) {
        let out = &mut self.diagnostics;
        if attributes.main.command().is_some() {
            container(&attributes.main, Some(inputs), out);
        }
        side_containers(attributes, Some(inputs), out);
        let raws = [
            attributes.step.container(),
            attributes.pod.pod(),
            attributes.step.argo(),
            attributes.step.kubernetes(),
        ];
        for found in raws.into_iter().flatten() {
            raw(found, inputs, out);
        }
    }
}

/// Checks the command lines of a step, after its calls have overridden attributes of its component.
pub(crate) fn step(attributes: &Attributes, diagnostics: &mut Diagnostics) {
    let mut found = Diagnostics::default();
    container(&attributes.main, None, &mut found);
    side_containers(attributes, None, &mut found);
    // Warnings have already been reported for the attributes as written.
    let errors = found
        .into_iter()
        .filter(|finding| finding.severity == argot_syntax::Severity::Error);
    diagnostics.extend(errors);
}

fn side_containers(attributes: &Attributes, inputs: Option<&[Input]>, out: &mut Diagnostics) {
    for side in attributes.containers().skip(1) {
        container(side, inputs, out);
    }
}

/// Checks the command line of a container.
pub(super) fn container(container: &Container, inputs: Option<&[Input]>, out: &mut Diagnostics) {
    for taken in &programs::code(&programs::argv(container)) {
        out.extend(finding(taken, inputs.unwrap_or_default()));
    }
}

fn finding(taken: &Taken<'_>, inputs: &[Input]) -> Option<Diagnostic> {
    let open = programs::open_parts(taken.code);
    let (first, others) = open.split_first()?;
    let names: Vec<Option<&str>> = open.iter().map(|part| input_name(part, inputs)).collect();
    Some(diagnostics::value_becomes_code(&Spliced {
        program: &taken.program,
        language: taken.language,
        names: &names,
        safe: safe(taken.code, inputs),
        at: first.span,
        others: others.iter().map(|part| part.span).collect(),
    }))
}

/// A shell text with its values replaced by `$1`, `$2` and so on, and the values. Returns `None` if that is not
/// possible without looking at quotes.
fn safe(code: &Expr, inputs: &[Input]) -> Option<(String, Vec<String>)> {
    let ExprKind::Concat(parts) = &code.kind else {
        return None;
    };
    let (mut text, mut values) = (String::new(), Vec::<String>::new());
    for part in parts {
        if let Some(constant) = part.as_str() {
            let is_plain = |c: char| !c.is_control() && !matches!(c, '"' | '\'' | '\\' | '`' | '$');
            if !constant.chars().all(is_plain) {
                return None;
            }
            // `$15` is not `${1}5`.
            if constant.starts_with(|c: char| c.is_ascii_digit()) && !values.is_empty() {
                return None;
            }
            text.push_str(constant);
            continue;
        }
        let value = match part.kind {
            ExprKind::InputPath(id) => format!("{}.path", inputs.get(id.index())?.name),
            _ => input_name(part, inputs)?.to_owned(),
        };
        let at = match values.iter().position(|other| *other == value) {
            Some(at) => at,
            None => {
                values.push(value);
                values.len() - 1
            }
        };
        if at >= 9 {
            return None;
        }
        text.push_str(&format!("${}", at + 1));
    }
    Some((text, values))
}

/// Checks the texts of raw fields that some program reads as code.
pub(super) fn raw(found: &Raw, inputs: &[Input], out: &mut Diagnostics) {
    match &found.kind {
        RawKind::Leaf(_) => {}
        RawKind::List(items) => items.iter().for_each(|item| raw(item, inputs, out)),
        RawKind::Record(fields) => {
            let list = |name: &str| -> Vec<&Expr> {
                let items = fields
                    .iter()
                    .find(|field| field.name == name)
                    .map(|field| &field.value.kind);
                match items {
                    Some(RawKind::List(items)) => items.iter().filter_map(leaf).collect(),
                    _ => Vec::new(),
                }
            };
            let mut argv = list("command");
            let source = fields.iter().find(|field| field.name == "source");
            match source.and_then(|field| leaf(&field.value)) {
                // In an Argo script, `command` is the program that reads the source.
                Some(source) if !argv.is_empty() => {
                    let words: Vec<&str> = argv.iter().filter_map(|word| word.as_str()).collect();
                    match programs::language(&words) {
                        Some(language) => out.extend(finding(
                            &Taken {
                                program: words.first().copied().unwrap_or_default().to_owned(),
                                language,
                                code: source,
                            },
                            inputs,
                        )),
                        None => text("source", source, inputs, out),
                    }
                }
                _ => {
                    argv.extend(list("args"));
                    for taken in programs::code(&argv) {
                        out.extend(finding(&taken, inputs));
                    }
                }
            }
            for field in fields {
                if let Some(expr) = leaf(&field.value)
                    && (YAML.contains(&field.name.as_str())
                        || EXPRESSIONS.contains(&field.name.as_str()))
                {
                    text(&field.name, expr, inputs, out);
                }
                raw(&field.value, inputs, out);
            }
        }
    }
}

fn leaf(raw: &Raw) -> Option<&Expr> {
    match &raw.kind {
        RawKind::Leaf(expr) => Some(expr),
        _ => None,
    }
}

/// Checks a raw text that contains values. A text that is a single value is fine: there is nothing around the value
/// that it could break.
fn text(field: &str, expr: &Expr, inputs: &[Input], out: &mut Diagnostics) {
    let ExprKind::Concat(_) = expr.kind else {
        return;
    };
    let open = programs::open_parts(expr);
    // There is no safer form for numbers and JSON here, and JSON is quoted.
    let open = open.into_iter().filter(|part| {
        matches!(part.ty.required(), Type::String)
            && !matches!(
                part.kind,
                ExprKind::Function {
                    function: crate::Function::Json,
                    ..
                }
            )
    });
    for part in open {
        let name = input_name(part, inputs);
        out.push(match YAML.contains(&field) {
            true => diagnostics::value_in_yaml(field, name, part.span),
            false => diagnostics::value_in_raw_text(field, name, part.span),
        });
    }
}
