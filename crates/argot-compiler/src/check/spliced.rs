//! Values that would become code: in command lines of programs that read code, and in raw texts.

use argot_syntax::Diagnostics;

use crate::{
    Attributes, Expr, ExprKind, Function, Input, Program, Raw, RawField, RawKind, Type,
    diagnostics::{self, CodeWithValues, RawText, Spliced},
    lint::Searched,
    programs::{self, CodeArgument, Language, argv, input_name},
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

/// Finds the code in the command lines and raw fields of a program, and reports values that become part of it.
pub(super) fn check(program: &Program, searched: &mut Searched, diagnostics: &mut Diagnostics) {
    let mut search = Search::default();
    for block in program.attributes() {
        search.inputs = block.inputs;
        for container in block.commands() {
            let argv = argv(container);
            let code = programs::code(&argv);
            search.command(&argv, &code);
            searched.code.push(code);
        }
        let attributes = block.attributes;
        let raws = [
            attributes.step.container(),
            attributes.pod.pod(),
            attributes.step.argo(),
            attributes.step.kubernetes(),
        ];
        raws.into_iter().flatten().for_each(|raw| search.raw(raw));
    }
    for component in &program.components {
        search.inputs = &component.inputs;
        component
            .body
            .raw()
            .into_iter()
            .for_each(|raw| search.raw(raw));
    }
    for pipeline in &program.pipelines {
        search.inputs = &pipeline.inputs;
        pipeline
            .attributes
            .argo()
            .into_iter()
            .for_each(|raw| search.raw(raw));
    }
    let (queries, code): (Vec<_>, Vec<_>) = search.found.into_iter().partition(Spliced::is_query);
    diagnostics.extend(code.iter().map(diagnostics::spliced));
    searched.queries = queries;
}

/// Checks the command lines of a step, after its calls have overridden attributes of its component.
pub(crate) fn step(attributes: &Attributes, diagnostics: &mut Diagnostics) {
    let mut search = Search::default();
    for container in attributes.containers() {
        let argv = argv(container);
        search.command(&argv, &programs::code(&argv));
    }
    // Warnings have already been reported for the attributes as written.
    let code = search.found.iter().filter(|found| !found.is_query());
    diagnostics.extend(code.map(diagnostics::spliced));
}

/// The search for values inside code.
#[derive(Default)]
struct Search<'a> {
    /// The inputs that expressions refer to.
    inputs: &'a [Input],
    found: Vec<Spliced>,
}

impl Search<'_> {
    /// Looks at a command line, of which `code` are the arguments that programs read as code.
    fn command(&mut self, argv: &[&Expr], code: &[CodeArgument]) {
        for argument in code {
            if let Some(code) = argv.get(argument.index) {
                self.code(&argument.program, argument.language, code);
            }
        }
    }

    fn code(&mut self, program: &str, language: Language, code: &Expr) {
        let open = programs::open_parts(code);
        let Some((first, others)) = open.split_first() else {
            return;
        };
        self.found.push(Spliced::Argument(CodeWithValues {
            program: program.to_owned(),
            language,
            names: open.iter().map(|part| self.name(part)).collect(),
            safe: safe(code, self.inputs),
            at: first.span,
            others: others.iter().map(|part| part.span).collect(),
        }));
    }

    fn name(&self, part: &Expr) -> Option<String> {
        input_name(part, self.inputs).map(ToOwned::to_owned)
    }

    /// Looks at the texts of raw fields that some program reads as code.
    fn raw(&mut self, raw: &Raw) {
        match &raw.kind {
            RawKind::Leaf(_) => {}
            RawKind::List(items) => items.iter().for_each(|item| self.raw(item)),
            RawKind::Record(fields) => {
                self.raw_command(fields);
                for field in fields {
                    if let Some(expr) = leaf(&field.value)
                        && (YAML.contains(&field.name.as_str())
                            || EXPRESSIONS.contains(&field.name.as_str()))
                    {
                        self.text(&field.name, expr);
                    }
                    self.raw(&field.value);
                }
            }
        }
    }

    /// Looks at the command line of a container that is written as a record.
    fn raw_command(&mut self, fields: &[RawField]) {
        let find = |name: &str| {
            let field = fields.iter().find(|field| field.name == name);
            field.map(|field| &field.value)
        };
        let list = |name: &str| -> Vec<&Expr> {
            match find(name).map(|value| &value.kind) {
                Some(RawKind::List(items)) => items.iter().filter_map(leaf).collect(),
                _ => Vec::new(),
            }
        };
        let mut argv = list("command");
        match find("source").and_then(leaf) {
            // In an Argo script, `command` is the program that reads the source.
            Some(source) if !argv.is_empty() => {
                let words: Vec<&str> = argv.iter().filter_map(|word| word.as_str()).collect();
                match programs::language(&words) {
                    Some(language) => {
                        let program = words.first().copied().unwrap_or_default();
                        self.code(program, language, source);
                    }
                    None => self.text("source", source),
                }
            }
            _ => {
                argv.extend(list("args"));
                self.command(&argv, &programs::code(&argv));
            }
        }
    }

    /// Looks at a raw text that contains values. A text that is a single value is fine: there is nothing around the
    /// value that it could break.
    fn text(&mut self, field: &str, expr: &Expr) {
        let ExprKind::Concat(_) = expr.kind else {
            return;
        };
        for part in programs::open_parts(expr) {
            let is_json = matches!(
                part.kind,
                ExprKind::Function {
                    function: Function::Json,
                    ..
                }
            );
            // There is no safer form for numbers and JSON here, and JSON is quoted.
            if is_json || !matches!(part.ty.required(), Type::String) {
                continue;
            }
            let text = RawText {
                field: field.to_owned(),
                name: self.name(part),
                span: part.span,
            };
            self.found.push(match YAML.contains(&field) {
                true => Spliced::Yaml(text),
                false => Spliced::Raw(text),
            });
        }
    }
}

fn leaf(raw: &Raw) -> Option<&Expr> {
    match &raw.kind {
        RawKind::Leaf(expr) => Some(expr),
        _ => None,
    }
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
