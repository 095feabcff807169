//! `$(NAME)` that nothing replaces.

use argot_syntax::{Code, Diagnostics};

use super::{Lint, Searched};
use crate::{
    Container, EnvValue, Expr, ExprKind, Input, Program, diagnostics,
    programs::{CodeArgument, argv, input_name},
};

/// `$(NAME)` in a text of a container that has a variable of that name. Kubernetes would expand it, but Argot leaves
/// every text as it is.
pub(super) struct UnexpandedVariable;

impl Lint for UnexpandedVariable {
    const CODE: Code = Code::UnexpandedVariable;

    fn program(program: &Program, searched: &Searched, found: &mut Diagnostics) {
        let mut code = searched.code.iter();
        for block in program.attributes() {
            for container in block.commands() {
                let code = code.next().map(Vec::as_slice).unwrap_or_default();
                check(container, code, block.inputs, found);
            }
        }
    }
}

fn check(container: &Container, code: &[CodeArgument], inputs: &[Input], out: &mut Diagnostics) {
    let argv = argv(container);
    for (index, expr) in argv.iter().enumerate() {
        let is_code = code.iter().any(|code| code.index == index);
        variables(expr, is_code, container, &argv, inputs, out);
    }
    for value in container.env().values() {
        if let EnvValue::Value(expr) = value {
            variables(expr, false, container, &[], inputs, out);
        }
    }
}

fn variables(
    expr: &Expr,
    is_code: bool,
    container: &Container,
    argv: &[&Expr],
    inputs: &[Input],
    out: &mut Diagnostics,
) {
    let parts = match &expr.kind {
        ExprKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(expr),
    };
    for part in parts {
        let Some(text) = part.as_str() else { continue };
        let mut reported: Vec<&str> = Vec::new();
        for rest in text.split("$(").skip(1) {
            let Some((name, _)) = rest.split_once(')') else {
                continue;
            };
            let Some(value) = container.env().get(name) else {
                continue;
            };
            // In a shell, `$(date)` is a command.
            if reported.contains(&name) || (is_code && name.contains(|c: char| c.is_lowercase())) {
                continue;
            }
            reported.push(name);
            let written = match value {
                EnvValue::Value(value) => named(value, inputs),
                _ => None,
            };
            out.push(diagnostics::unexpanded_variable(
                name,
                written.as_deref(),
                is_code,
                shell_form(argv, name).as_deref(),
                part.span,
            ));
        }
    }
}

/// How a value that is a single name is written.
fn named(expr: &Expr, inputs: &[Input]) -> Option<String> {
    match expr.kind {
        ExprKind::InputPath(id) => Some(format!("{}.path", inputs.get(id.index())?.name)),
        _ => input_name(expr, inputs).map(ToOwned::to_owned),
    }
}

/// The command line for a shell, with the variable expanded, if no word of it needs quotes.
fn shell_form(argv: &[&Expr], name: &str) -> Option<String> {
    let mut words = Vec::new();
    for expr in argv {
        let word = expr.as_str()?;
        let plain = word.replace(&format!("$({name})"), &format!("${{{name}}}"));
        let rest = plain.replace(&format!("${{{name}}}"), "");
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
        if plain.is_empty() || !rest.chars().all(is_plain) {
            return None;
        }
        words.push(plain);
    }
    (!words.is_empty()).then(|| words.join(" "))
}
