//! Types, and values that do not fit them.

use argot_syntax::{Applicability, Code, Diagnostic, Fix, Span, listed};

use super::units;
use crate::{Expr, Type, Value};

pub(crate) fn unknown_type(name: &str, span: Span, suggestion: Option<&str>) -> Diagnostic {
    let foreign = match name {
        "str" | "String" | "Str" | "text" => Some("string"),
        "integer" | "Int" | "Integer" | "number" | "i64" | "long" => Some("int"),
        "double" | "Float" | "f64" => Some("float"),
        "boolean" | "Bool" | "Boolean" => Some("bool"),
        "List" | "array" => Some("list"),
        "dict" | "Dict" | "object" | "struct" => Some("map"),
        "Volume" | "pvc" => Some("volume"),
        _ => None,
    };
    Code::UnknownType
        .at(span, format!("there is no type `{name}`"))
        .did_you_mean(foreign.or(suggestion))
}

pub(crate) fn not_generic(name: &str, span: Span) -> Diagnostic {
    Code::UnknownType
        .at(span, format!("`{name}` takes no type in brackets"))
        .help("`list[T]` and `map[T]` do")
}

pub(crate) fn no_such_element(what: &str, span: Span) -> Diagnostic {
    Code::UnknownType.at(span, format!("{what} cannot be a part of another value"))
}

pub(crate) fn volume_output(span: Span) -> Diagnostic {
    Code::UnknownType
        .at(span, "a volume cannot be an output")
        .help("declare the volume in the pipeline and give it to both steps")
}

pub(crate) fn optional_volume(span: Span) -> Diagnostic {
    Code::UnknownType.at(span, "a volume cannot be optional")
}

pub(crate) fn not_an_artifact_type(found: &str, span: Span) -> Diagnostic {
    let message = format!("an artifact type stands below another one, not below {found}");
    Code::WrongKind
        .at(span, message)
        .help("`Artifact` stands above all")
}

/// `is_written` says that the value is a literal, which stands there as it is printed.
pub(crate) fn type_mismatch(
    expr: &Expr,
    expected: &Type,
    expected_text: &str,
    found: &str,
    is_written: bool,
) -> Diagnostic {
    let message = format!("expected {expected_text}, found {found}");
    let diagnostic = Code::TypeMismatch
        .at(expr.span, message)
        .label(format!("this is {found}"));
    let required = expected.required();
    if expr.ty.is_optional() && !expected.is_optional() {
        return may_be_absent(found, expr.span);
    }
    // Quotes around a literal, or none, are all that changes of it; any other value is a guess.
    let replaced = |diagnostic: Diagnostic, text: String| {
        let is_same = expr.as_str().is_none_or(|written| written == text);
        let applicability = Applicability::safe_if(is_written && is_same);
        diagnostic.fixed_by(Fix::new(applicability, expr.span, text))
    };
    match (&expr.ty, required) {
        (Type::String, Type::Quantity | Type::Duration) => {
            let meant = match required {
                Type::Quantity => units::quantity,
                _ => units::duration,
            };
            match expr.as_str().and_then(meant) {
                Some(text) => {
                    let help = format!("write `{text}` without quotes");
                    replaced(diagnostic.help(help), text)
                }
                None => diagnostic,
            }
        }
        (Type::Int, Type::Duration) => match expr.value() {
            Some(Value::Int(number)) => diagnostic
                .help(format!("write `{number}s` for seconds"))
                .suggest(expr.span, format!("{number}s")),
            _ => diagnostic,
        },
        (Type::String, Type::Int | Type::Float) => match expr.as_str() {
            Some(text) if units::is_number(text, *required == Type::Float) => {
                let help = format!("write `{text}` without quotes");
                replaced(diagnostic.help(help), text.to_owned())
            }
            _ => diagnostic.help("`as_int(x)` and `as_float(x)` read a number out of a text"),
        },
        (Type::String, Type::Bool) => match expr.as_str() {
            Some(text @ ("true" | "false")) => {
                let help = format!("write `{text}` without quotes");
                replaced(diagnostic.help(help), text.to_owned())
            }
            _ => diagnostic,
        },
        (Type::Float, Type::Int) => diagnostic.help("`as_int(x)` cuts the fraction off"),
        (Type::Int | Type::Float | Type::Bool | Type::Quantity | Type::Duration, Type::String) => {
            match expr.value().map(Value::text) {
                Some(text) => {
                    let help = format!("write it in quotes: `\"{text}\"`");
                    replaced(diagnostic.help(help), format!("\"{text}\""))
                }
                None => diagnostic.help("`as_string(x)` gives its text"),
            }
        }
        (Type::Json, _) => diagnostic
            .help("`as_int`, `as_float`, `as_string` and `as_list` read a value out of json"),
        (Type::String, Type::Artifact(_)) => diagnostic.help(format!(
            "an artifact from outside is written `{expected_text}(\"s3://bucket/key\")`"
        )),
        (Type::Artifact(_), Type::String) => diagnostic.help(
            "an artifact is a file; let the component take it as an input and use its `.path`",
        ),
        (Type::Artifact(_), Type::Artifact(_)) => {
            diagnostic.note(format!("{found} does not stand below {expected_text}"))
        }
        _ => diagnostic,
    }
}

pub(crate) fn may_be_absent(found: &str, span: Span) -> Diagnostic {
    Code::MayBeAbsent
        .at(span, "this value may be absent")
        .label(format!("this is {found}"))
        .help("give a fallback, `x ?? fallback`, or use it inside `if x != null { ... }`")
}

pub(crate) fn may_be_absent_at_run_time(found: &str, span: Span) -> Diagnostic {
    let message = format!("only the run knows whether there is a value: this is {found}");
    Code::MayBeAbsent.at(span, message)
        .note(
        "an artifact, or an input of a template of the target, is there or not when it is compiled",
    )
    .help("use it in the block that yields it, ask for its task first, `if succeeded(t) { ... }`, or give another one, `... ?? other`")
}

pub(crate) fn optional_artifact_path(found: &str, span: Span) -> Diagnostic {
    Code::MayBeAbsent.at(span, "this artifact may be absent, and then has no path")
        .label(format!("this is {found}"))
        .help("write a script, in which the variable of an absent artifact is not set, or take the artifact in a component of its own")
}

pub(crate) fn unknown_member(
    text: &str,
    members: &[String],
    suggestion: Option<&str>,
    span: Span,
) -> Diagnostic {
    let names: Vec<&str> = members.iter().map(String::as_str).collect();
    Code::UnknownMember
        .at(span, format!("`{text}` is not one of {}", listed(&names)))
        .did_you_mean_string(suggestion)
}

pub(crate) fn no_member_in_common(left: &str, right: &str, span: Span) -> Diagnostic {
    let message = "the two sides have no member in common, so they are never equal";
    Code::UnknownMember
        .at(span, message)
        .note(format!("one side is {left}, the other {right}"))
        .help("compare values of one enumeration")
}

pub(crate) fn unknown_field(
    name: &str,
    span: Span,
    suggestion: Option<&str>,
    names: &[&str],
) -> Diagnostic {
    Code::UnknownField
        .at(span, format!("there is no field `{name}`"))
        .note(format!("the fields are {}", listed(names)))
        .did_you_mean(suggestion)
}

pub(crate) fn missing_field(name: &str, span: Span) -> Diagnostic {
    Code::MissingField.at(span, format!("the record lacks the field `{name}`"))
}

pub(crate) fn has_no_fields(found: &str, name: &str, span: Span) -> Diagnostic {
    let message = format!("a value of type {found} has no field `{name}`");
    Code::UnknownField.at(span, message)
}

pub(crate) fn has_no_elements(found: &str, span: Span) -> Diagnostic {
    Code::InvalidOperand
        .at(span, format!("a value of type {found} has no elements"))
        .help("lists, maps and json have")
}

pub(crate) fn has_no_text(found: &str, artifact: bool, span: Span) -> Diagnostic {
    let message = format!("a value of type {found} cannot be written as text");
    let diagnostic = Code::InvalidOperand.at(span, message);
    if artifact {
        diagnostic
            .help("the artifact is a file; in a component that takes it, `.path` is where it is")
    } else {
        diagnostic
    }
}

pub(crate) fn artifact_needs_path(span: Span) -> Diagnostic {
    Code::InvalidOperand
        .at(span, "an artifact is a file, not a text")
        .help("add `.path` for the place of the file")
}

pub(crate) fn mixed_list(first: &str, second: &str, span: Span) -> Diagnostic {
    Code::TypeMismatch
        .at(span, format!("a list of {first} cannot hold {second}"))
        .label(format!("this is {second}"))
}
