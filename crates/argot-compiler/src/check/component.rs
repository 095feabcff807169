//! The bodies of components.

use argot_syntax::{Diagnostics, ast};

use super::{
    Checker,
    block::Known,
    scope::{Local, Place, Scope},
    script_text, values,
};
use crate::attributes::{Block, BodyAttribute, ComponentBody, Reference};
use crate::{
    Allowed, Attribute, Attributes, Body, BodyKind, ComponentId, Expr, ModuleId, Raw, RawKind,
    Script, TemplateRef, Type, Value,
    diagnostics::{self, Unused},
};

/// Script interpreters by file extension.
const INTERPRETERS: &[(&str, &[&str])] = &[
    ("py", &["python3"]),
    ("sh", &["sh"]),
    ("bash", &["bash"]),
    ("js", &["node"]),
    ("mjs", &["node"]),
    ("rb", &["ruby"]),
    ("pl", &["perl"]),
    ("r", &["Rscript"]),
    ("R", &["Rscript"]),
    ("jl", &["julia"]),
];

/// Environment variables that the inputs and outputs of a script must not overwrite.
const TAKEN_ENV: &[&str] = &[
    "PATH",
    "HOME",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "IFS",
];

/// How a script refers to the variable of an input or output.
type Variable = fn(&str) -> String;

impl Checker<'_> {
    pub(super) fn component_body(&mut self, id: ComponentId, item: &ast::Component) {
        let Some(component) = self.program.component(id) else {
            return;
        };
        let (inputs, outputs, module) = (
            component.inputs.clone(),
            component.outputs.clone(),
            component.module,
        );
        let mut scope = Scope::new(module, Place::Component, inputs, outputs);
        let known = self.known(Block::Component, &item.attributes);
        let attributes = self.attributes(&known, &mut scope);
        values::complete(&attributes, &mut |found| self.diagnostics.push(found));
        let body = self.body(&known, item, &mut scope);
        if let Some(body) = &body {
            self.body_attributes(body, &attributes, &known, item, &scope);
        }
        if let Some(component) = self.program.components.get_mut(id.index()) {
            component.attributes = attributes;
            component.attributes.main.span = item.name.span;
            component.body = body.unwrap_or(Body::Container);
        }
    }

    /// What the component runs. Returns `None` if that is wrong and has been reported.
    fn body(
        &mut self,
        known: &[Known<'_>],
        item: &ast::Component,
        scope: &mut Scope,
    ) -> Option<Body> {
        let find = |name: &str| known.iter().find(|known| known.name() == name);
        let written = |name: &str| {
            item.attributes
                .iter()
                .any(|attribute| attribute.name.name == name)
        };
        // If there is nothing else, `image`, `command` or `args` make it a container.
        let bodies: Vec<&Known<'_>> = BodyAttribute::ROWS
            .iter()
            .filter_map(|row| find(row.name))
            .collect();
        if let [first, second, ..] = bodies.as_slice() {
            self.diagnostics.push(diagnostics::several_bodies(
                first.name(),
                second.name(),
                second.span(),
                first.span(),
            ));
            return None;
        }
        let refused = ["resource", "http", "suspend"]
            .iter()
            .any(|name| written(name));
        let Some(known) = bodies.first().copied() else {
            // A part that could not be read may have said what runs.
            if refused || self.has_syntax_error(item.span) {
                return None;
            }
            if written("image") || written("command") || written("args") {
                return Some(Body::Container);
            }
            self.diagnostics
                .push(diagnostics::missing_body(&item.name.name, item.name.span));
            return None;
        };
        let mut body = ComponentBody::default();
        self.set_one(&mut body, known, scope);
        self.check_rules(&body);
        match body.iter().next()? {
            BodyAttribute::Script(text) => self
                .script(known, text, find("command"), scope)
                .map(Body::Script),
            BodyAttribute::TemplateRef(reference) => {
                use_all(scope);
                template_ref(reference).map(Body::TemplateRef)
            }
            BodyAttribute::RawTemplate(raw) => {
                use_all(scope);
                Some(Body::RawTemplate(raw.clone()))
            }
        }
    }

    /// The text of a script.
    pub(super) fn script_text(&mut self, written: &ast::Expr, scope: &mut Scope) -> Option<Expr> {
        // A script is a program of its own, so interpolation is not allowed in it.
        if let ast::ExprKind::String(literal) = &written.kind
            && literal.plain().is_none()
        {
            if !self.has_syntax_error(written.span) {
                self.diagnostics
                    .push(diagnostics::interpolated_script(written.span));
            }
            return None;
        }
        let text = self.check_expr(written, &Type::String, scope);
        let text = self.known_at_compile_time("a script", text);
        (!text.is_error()).then_some(text)
    }

    fn script(
        &mut self,
        known: &Known<'_>,
        text: &Expr,
        command: Option<&Known<'_>>,
        scope: &mut Scope,
    ) -> Option<Script> {
        let written = known.value()?;
        let text = text.as_str()?.to_owned();
        let file = file_name(written);
        let interpreter = match command {
            Some(command) => self.interpreter(command, scope.module),
            None => default_interpreter(&text, file.as_deref()),
        };
        let Some(interpreter) = interpreter else {
            if command.is_none() {
                self.diagnostics
                    .push(diagnostics::no_interpreter(known.span()));
            }
            return None;
        };
        let reads = script_text::reads(&interpreter, &text);
        let inputs = scope.inputs.iter().filter(|input| reads.has(&input.name));
        scope.used.extend(inputs.map(|input| input.name.clone()));
        for (index, output) in scope.outputs.iter().enumerate() {
            let id = crate::OutputId::new(index);
            if reads.has(&output.name) {
                scope.written.insert(id);
            }
            if reads.has(&format!("{}_names", output.name)) {
                scope.listed.insert(id);
            }
        }
        Some(Script {
            text,
            file,
            interpreter,
            span: written.span,
        })
    }

    /// The interpreter in `command`, which must consist of constant texts.
    fn interpreter(&mut self, command: &Known<'_>, module: ModuleId) -> Option<Vec<String>> {
        let mut scope = Scope::top(module);
        // The value was checked earlier, so its mistakes have been reported.
        let before = std::mem::take(&mut self.diagnostics);
        let value = command
            .value()
            .map(|value| self.infer(value, None, &mut scope));
        self.diagnostics = before;
        match value.as_ref().and_then(Expr::value) {
            Some(Value::List(items)) if !items.is_empty() => {
                Some(items.iter().map(Value::text).collect())
            }
            Some(Value::List(_)) => {
                self.diagnostics
                    .push(diagnostics::no_interpreter(command.span()));
                None
            }
            _ => {
                self.diagnostics.push(diagnostics::not_constant(
                    "a script's interpreter",
                    command.span(),
                ));
                None
            }
        }
    }

    /// Checks that the attributes apply to what the component runs.
    fn body_attributes(
        &mut self,
        body: &Body,
        attributes: &Attributes,
        known: &[Known<'_>],
        item: &ast::Component,
        scope: &Scope,
    ) {
        match body {
            Body::Container => {
                self.needs_image(attributes, item);
                self.unused(None, item, scope);
            }
            Body::Script(script) => {
                self.needs_image(attributes, item);
                script_environment(attributes, scope, &mut self.diagnostics);
                let variable = script_text::variable(&script.interpreter);
                self.unused(Some(variable), item, scope);
            }
            Body::TemplateRef(_) | Body::RawTemplate(_) => {}
        }
        let facts = body.facts();
        let beside = known.iter().filter(|known| known.name() != facts.attribute);
        allowed(body.kind(), facts.beside, beside, &mut self.diagnostics);
        if facts.distinct_names {
            for output in &scope.outputs {
                if let Some(input) = scope.inputs.iter().find(|input| input.name == output.name) {
                    self.diagnostics.push(diagnostics::duplicate_name(
                        &output.name,
                        output.span,
                        input.span,
                    ));
                }
            }
        }
        let beside = attributes
            .step
            .init()
            .iter()
            .chain(attributes.step.sidecar());
        for (label, container) in beside {
            if container.image().is_none() {
                self.diagnostics
                    .push(diagnostics::missing_image(label, container.span));
            }
        }
        let retry = attributes.step.retry();
        if let (Some(at), None) = (attributes.step.span_of("retry"), retry.limit()) {
            self.diagnostics
                .push(diagnostics::missing_attribute("retry", "limit", at));
        }
    }

    /// Reports unused inputs and outputs that are never written. For a script, `variable` formats the variable of an
    /// input or output.
    fn unused(&mut self, variable: Option<Variable>, item: &ast::Component, scope: &Scope) {
        if !self.has_error(item.span) {
            let inputs = unused_inputs(variable, scope);
            self.searched.unused.extend(inputs);
            unwritten_outputs(variable, scope, &mut self.diagnostics);
        }
    }

    fn needs_image(&mut self, attributes: &Attributes, item: &ast::Component) {
        let written = item
            .attributes
            .iter()
            .any(|attribute| attribute.name.name == "image");
        if attributes.main.image().is_none() && !written && !self.has_syntax_error(item.span) {
            self.diagnostics
                .push(diagnostics::missing_image(&item.name.name, item.name.span));
        }
    }
}

/// Reports attributes that do not apply to what the component runs.
pub(super) fn allowed<'a>(
    kind: BodyKind,
    allowed: Allowed,
    known: impl Iterator<Item = &'a Known<'a>>,
    diagnostics: &mut Diagnostics,
) {
    for other in known.filter(|known| !allowed.has(known.name())) {
        let (name, span) = (other.name(), other.span());
        diagnostics.push(match kind {
            // Every attribute applies to it.
            BodyKind::Container => continue,
            BodyKind::Script if name == "command" => {
                diagnostics::not_constant("a script's interpreter", span)
            }
            BodyKind::Script => diagnostics::script_takes_no_args(span),
            BodyKind::TemplateRef => diagnostics::attribute_of_reference(name, span),
            BodyKind::RawTemplate => diagnostics::attribute_of_raw_template(name, span),
        });
    }
}

/// Every input and output of a script is an environment variable of the same name.
fn script_environment(attributes: &Attributes, scope: &Scope, diagnostics: &mut Diagnostics) {
    let lists: Vec<(String, argot_syntax::Span)> = scope
        .outputs
        .iter()
        .filter(|output| output.ty.is_artifact_list())
        .map(|output| (format!("{}_names", output.name), output.span))
        .collect();
    for (name, span) in &lists {
        let inputs = scope.inputs.iter().map(|input| (&input.name, input.span));
        let outputs = scope
            .outputs
            .iter()
            .map(|output| (&output.name, output.span));
        if let Some((_, first)) = inputs.chain(outputs).find(|(other, _)| *other == name) {
            diagnostics.push(diagnostics::duplicate_name(name, *span, first));
        }
    }
    let names = scope
        .inputs
        .iter()
        .filter(|input| !matches!(input.ty, Type::Volume))
        .map(|input| (&input.name, input.span))
        .chain(
            scope
                .outputs
                .iter()
                .map(|output| (&output.name, output.span)),
        )
        .chain(lists.iter().map(|(name, span)| (name, *span)));
    for (name, span) in names {
        if TAKEN_ENV.contains(&name.as_str()) {
            diagnostics.push(diagnostics::taken_env(name, span));
        }
        if attributes.main.env().contains_key(name) {
            diagnostics.push(diagnostics::env_is_input(name, span));
        }
    }
}

/// The unused inputs.
fn unused_inputs(variable: Option<Variable>, scope: &Scope) -> impl Iterator<Item = Unused> {
    scope.unused_inputs().map(move |input| {
        let name = input.name.clone();
        match variable {
            Some(variable) if !matches!(input.ty, Type::Volume) => {
                let variable = variable(&name);
                Unused::ScriptInput(name, variable, input.span)
            }
            _ => Unused::Input(name, input.span),
        }
    })
}

/// Reports outputs that are never written. A container learns the path of an output only from its command line or
/// environment.
fn unwritten_outputs(variable: Option<Variable>, scope: &Scope, diagnostics: &mut Diagnostics) {
    for (index, output) in scope.outputs.iter().enumerate() {
        let id = crate::OutputId::new(index);
        let is_told = scope.written.contains(&id)
            && (!output.ty.is_artifact_list() || scope.listed.contains(&id));
        if !is_told && matches!(scope.locals.get(&output.name), Some(Local::Output(_))) {
            let (name, span) = (&output.name, output.span);
            let is_list = output.ty.is_artifact_list();
            diagnostics.push(match variable {
                Some(variable) if is_list => diagnostics::unwritten_list_of_script(
                    name,
                    &variable(name),
                    &variable(&format!("{name}_names")),
                    span,
                ),
                Some(variable) => diagnostics::unwritten_by_script(name, &variable(name), span),
                None if is_list => diagnostics::unwritten_list(name, span),
                None => diagnostics::unwritten_output(name, span),
            });
        }
    }
}

fn template_ref(reference: &Reference) -> Option<TemplateRef> {
    let text = |expr: &Expr| expr.as_str().unwrap_or_default().to_owned();
    Some(TemplateRef {
        name: text(reference.name()?),
        template: text(reference.template()?),
        cluster: reference.cluster().unwrap_or_default(),
        span: reference.span,
    })
}

/// Marks every input as used, by a body that the compiler does not look into.
fn use_all(scope: &mut Scope) {
    let inputs = scope.inputs.iter().map(|input| input.name.clone());
    scope.used.extend(inputs);
}

/// The last segment of the path in `file("...")`.
fn file_name(written: &ast::Expr) -> Option<String> {
    let ast::ExprKind::Call { callee, arguments } = &written.kind else {
        return None;
    };
    let ast::ExprKind::Name(name) = &callee.kind else {
        return None;
    };
    let [
        ast::Argument {
            name: None,
            value:
                ast::Expr {
                    kind: ast::ExprKind::String(path),
                    ..
                },
        },
    ] = arguments.as_slice()
    else {
        return None;
    };
    (name == "file").then(|| path.plain()?.rsplit('/').next().map(ToOwned::to_owned))?
}

/// The interpreter named by the script's `#!` line, or else by its file extension.
fn default_interpreter(text: &str, file: Option<&str>) -> Option<Vec<String>> {
    if let Some(line) = text.strip_prefix("#!").and_then(|rest| rest.lines().next()) {
        let words: Vec<String> = line.split_whitespace().map(ToOwned::to_owned).collect();
        let env = words
            .first()
            .is_some_and(|program| program.ends_with("/env"));
        let words: Vec<String> = words
            .into_iter()
            .skip(usize::from(env))
            .filter(|word| word != "-S" || !env)
            .collect();
        return (!words.is_empty()).then_some(words);
    }
    let ending = file?.rsplit_once('.')?.1;
    INTERPRETERS
        .iter()
        .find(|(known, _)| *known == ending)
        .map(|(_, command)| command.iter().map(|word| (*word).to_owned()).collect())
}

impl Raw {
    /// The fields, if the value is a record.
    pub fn fields(&self) -> &[crate::RawField] {
        match &self.kind {
            RawKind::Record(fields) => fields,
            _ => &[],
        }
    }
}
