//! Messages about types and values that do not match them.

use argot_syntax::{Applicability, Diagnostic, Fix, Span, first_listed, message};

use super::units;
use crate::{Expr, Type, Value};

messages! {
    pub(crate) fn unknown_type(name: &str, span: Span, near: Option<&str>) = UnknownType
        .at(span, "there is no type `{name}`")
        .did_you_mean(foreign_type(name).or(near));

    pub(crate) fn not_generic(name: &str, span: Span) = UnknownType
        .at(span, "`{name}` does not accept a type in brackets")
        .help("`list[T]` and `map[T]` do");

    pub(crate) fn no_such_element(what: &str, span: Span) = UnknownType
        .at(span, "{what} cannot be part of another value");

    pub(crate) fn volume_output(span: Span) = UnknownType
        .at(span, "a volume cannot be an output")
        .help("declare the volume in the pipeline and pass it to both steps");

    pub(crate) fn optional_volume(span: Span) = UnknownType
        .at(span, "a volume cannot be optional")
        .help("remove the `?`, or write a component for each case");

    pub(crate) fn not_an_artifact_type(found: &str, span: Span) = WrongKind
        .at(span, "an artifact type must be a subtype of another artifact type, not of {found}")
        .help("`Artifact` is the supertype of all");

    pub(crate) fn may_be_absent(found: &str, span: Span) = MayBeAbsent
        .at(span, "this value may be missing")
        .label("this is {found}")
        .help("give a fallback, `x ?? fallback`, or use it inside `if x != null {{ ... }}`");

    pub(crate) fn may_be_absent_at_run_time(found: &str, span: Span) = MayBeAbsent
        .at(span, "whether there is a value is known only during the run: this is {found}")
        .note("for an artifact, or an input of a target's template, this must be known at compile time")
        .help("use it in the block that yields it, test its task first, `if succeeded(t) {{ ... }}`, or give a fallback, `... ?? other`");

    pub(crate) fn optional_artifact_path(found: &str, span: Span) = MayBeAbsent
        .at(span, "this artifact may be missing, and then it has no path")
        .label("this is {found}")
        .help("write a script, where the variable of a missing artifact is not set, or pass the artifact to a component of its own");

    pub(crate) fn unknown_member(text: &str, members: &[String], near: Option<&str>, span: Span) = UnknownMember
        .at(span, "`{text}` is not one of {}", first_listed(members))
        .did_you_mean_string(near);

    pub(crate) fn no_member_in_common(left: &str, right: &str, span: Span) = UnknownMember
        .at(span, "the two sides have no member in common, so they are never equal")
        .note("one side is {left}, the other {right}")
        .help("compare values of one enumeration");

    pub(crate) fn unknown_field(name: &str, span: Span, near: Option<&str>, names: &[&str]) = UnknownField
        .at(span, "there is no field `{name}`")
        .note("the fields are {}", first_listed(names))
        .did_you_mean(near);

    pub(crate) fn missing_field(name: &str, span: Span) = MissingField
        .at(span, "the record is missing the field `{name}`");

    pub(crate) fn has_no_fields(found: &str, name: &str, span: Span) = UnknownField
        .at(span, "a value of type {found} has no field `{name}`");

    pub(crate) fn has_no_elements(found: &str, span: Span) = InvalidOperand
        .at(span, "a value of type {found} has no elements")
        .help("lists, maps and json have elements");

    pub(crate) fn has_no_text(found: &str, artifact: bool, span: Span) = InvalidOperand
        .at(span, "a value of type {found} cannot be written as text")
        .if(artifact).help("an artifact is a file; in a component that accepts it, `.path` is its path");

    pub(crate) fn artifact_needs_path(span: Span) = InvalidOperand
        .at(span, "an artifact is a file, not a text")
        .help("add `.path` for the path of the file");

    pub(crate) fn mixed_list(first: &str, second: &str, span: Span) = TypeMismatch
        .at(span, "a list of {first} cannot contain {second}")
        .label("this is {second}");
}

/// What a type of other languages is called.
fn foreign_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "str" | "String" | "Str" | "text" => "string",
        "integer" | "Int" | "Integer" | "number" | "i64" | "long" => "int",
        "double" | "Float" | "f64" => "float",
        "boolean" | "Bool" | "Boolean" => "bool",
        "List" | "array" => "list",
        "dict" | "Dict" | "object" | "struct" => "map",
        "Volume" | "pvc" => "volume",
        _ => return None,
    })
}

/// `is_written` says that the value is a literal, written in the source the way it is printed.
pub(crate) fn type_mismatch(
    expr: &Expr,
    expected: &Type,
    expected_text: &str,
    found: &str,
    is_written: bool,
) -> Diagnostic {
    if expr.ty.is_optional() && !expected.is_optional() {
        return may_be_absent(found, expr.span);
    }
    let diagnostic = message!(
        TypeMismatch
            .at(expr.span, "expected {expected_text}, found {found}")
            .label("this is {found}")
    );
    let required = expected.required();
    // A fix is safe if it only adds or removes the quotes around a literal; for any other value it is a guess.
    let replaced = |help: String, text: String| {
        let is_same = expr.as_str().is_none_or(|written| written == text);
        let applicability = Applicability::safe_if(is_written && is_same);
        let fix = Fix::new(applicability, expr.span, text);
        diagnostic.clone().help(help).fixed_by(fix)
    };
    if let Some(text) = without_quotes(expr, required) {
        return replaced(format!("write `{text}` without quotes"), text);
    }
    let help = match (&expr.ty, required) {
        (Type::Int, Type::Duration) => match expr.value() {
            Some(Value::Int(number)) => {
                return diagnostic
                    .help(format!("write `{number}s` for seconds"))
                    .suggest(expr.span, format!("{number}s"));
            }
            _ => return diagnostic,
        },
        (Type::Int | Type::Float | Type::Bool | Type::Quantity | Type::Duration, Type::String) => {
            match expr.value().map(Value::text) {
                Some(text) => {
                    let quoted = format!("\"{text}\"");
                    return replaced(format!("write it in quotes: `{quoted}`"), quoted);
                }
                None => "`as_string(x)` returns its text",
            }
        }
        (Type::String, Type::Int | Type::Float) => {
            "`as_int(x)` and `as_float(x)` read a number from a string"
        }
        (Type::Float, Type::Int) => "`as_int(x)` drops the fraction",
        (Type::Json, _) => "`as_int`, `as_float`, `as_string` and `as_list` read a value from json",
        (Type::Artifact(_), Type::String) => {
            "an artifact is a file; let the component accept it as an input and use its `.path`"
        }
        (Type::String, Type::Artifact(_)) => {
            return diagnostic.help(format!(
                "an artifact from outside is written `{expected_text}(\"s3://bucket/key\")`"
            ));
        }
        (Type::Artifact(_), Type::Artifact(_)) => {
            return diagnostic.note(format!("{found} is not a subtype of {expected_text}"));
        }
        _ => return diagnostic,
    };
    diagnostic.help(help)
}

/// The literal of another type that a string in quotes stands for.
fn without_quotes(expr: &Expr, required: &Type) -> Option<String> {
    let text = expr.as_str().filter(|_| expr.ty == Type::String)?;
    match required {
        Type::Quantity => units::quantity(text),
        Type::Duration => units::duration(text),
        Type::Int => units::is_number(text, false).then(|| text.to_owned()),
        Type::Float => units::is_number(text, true).then(|| text.to_owned()),
        Type::Bool => matches!(text, "true" | "false").then(|| text.to_owned()),
        _ => None,
    }
}
