//! Every message of the compiler: the language's manual of mistakes.
//!
//! A message states the fact, a label says what is to be seen at the place, help says what to do.

mod flow;
mod known;
mod programs;
mod runs;
mod units;

pub(crate) use flow::*;
pub(crate) use known::*;
pub(crate) use programs::*;
pub(crate) use runs::*;

use argot_syntax::{Applicability, Code, Diagnostic, Fix, Span};

use crate::{
    BinaryOperator, Expr, ReadError, Type, Value,
    check::PathProblem,
    evaluate::Problem,
    limits::{DEEPEST_CALLS, chain},
    texts::{Mismatch, Rule, explained, fits},
};

/// How an attribute is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Value,
    Block,
    Labelled,
}

fn did_you_mean(diagnostic: Diagnostic, at: Span, suggestion: Option<&str>) -> Diagnostic {
    match suggestion {
        Some(name) => diagnostic
            .help(format!("did you mean `{name}`?"))
            .suggest(at, name),
        None => diagnostic,
    }
}

/// `a`, `b` and `c`; at most so many of them.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 12;
    let quoted: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = names.len().saturating_sub(SHOWN);
    match (quoted.split_last(), more) {
        (None, _) => "none".to_owned(),
        (Some((only, [])), 0) => only.clone(),
        (Some((last, rest)), 0) => format!("{} and {last}", rest.join(", ")),
        (Some(_), more) => format!("{} and {more} more", quoted.join(", ")),
    }
}

// Files.

pub(crate) fn empty_file(path: &str) -> Diagnostic {
    Diagnostic::global(
        Code::EmptyFile,
        format!("`{path}` holds nothing to compile"),
    )
    .help("a pipeline starts with `pipeline name() { ... }`")
}

pub(crate) fn unreadable_file(path: &str, error: &ReadError, span: Option<Span>) -> Diagnostic {
    let code = match error {
        ReadError::TooLarge => Code::FileTooLarge,
        ReadError::OutsideProject => Code::OutsideProject,
        _ => Code::UnreadableFile,
    };
    let message = format!("`{path}` cannot be read: {error}");
    let diagnostic = match span {
        Some(span) => Diagnostic::new(code, span, message),
        None => Diagnostic::global(code, message),
    };
    match error {
        ReadError::NotFound if span.is_some() => {
            diagnostic.help("a path is relative to the file that it is written in")
        }
        ReadError::TooLarge => diagnostic.help(format!(
            "a file may have {} MiB",
            argot_syntax::MAX_SOURCE_BYTES / 1024 / 1024
        )),
        ReadError::OutsideProject => diagnostic
            .note("a link leads there, and only what lies in the project is read")
            .help("put the file itself into the project"),
        _ => diagnostic,
    }
}

pub(crate) fn not_text(path: &str, at: usize) -> Diagnostic {
    Diagnostic::global(
        Code::NotText,
        format!("`{path}` is not UTF-8 text: byte {at} belongs to no character"),
    )
    .help("save it as UTF-8")
}

pub(crate) fn file_not_text(path: &str, at: usize, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotText,
        span,
        format!("`{path}` is not UTF-8 text: byte {at} belongs to no character"),
    )
    .help("only text can be put into a pipeline; keep other files in the image or in a bucket")
}

pub(crate) fn import_is_not_plain(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotConstant,
        span,
        "the path of an import has an interpolation",
    )
    .help("write the path out")
}

/// `is_written` says that the path is written in plain quotes, rather than named or computed.
pub(crate) fn bad_path(
    path: &str,
    problem: PathProblem,
    is_written: bool,
    span: Span,
) -> Diagnostic {
    let diagnostic =
        |reason: &str| Diagnostic::new(Code::OutsideProject, span, format!("`{path}` {reason}"));
    match problem {
        PathProblem::Absolute => {
            diagnostic("is an absolute path").help("write a path that starts with `./` or `../`")
        }
        PathProblem::NotRelative => {
            let diagnostic = diagnostic("does not start with `./` or `../`")
                .help(format!("write `./{path}` for a file beside this one"));
            if !is_written || path.contains("://") {
                return diagnostic;
            }
            let start = Span {
                start: span.start + 1,
                end: span.start + 1,
                ..span
            };
            diagnostic.fix(start, "./")
        }
        PathProblem::OutsideProject => diagnostic("leads out of the project")
            .note("the project is the folder of `argot.toml`, or else of the file that is compiled")
            .help("put an `argot.toml` into the folder that holds all files of the project"),
        PathProblem::Malformed => {
            diagnostic("is not the path of a file").help("separate folders by `/`")
        }
    }
}

pub(crate) fn import_cycle(circle: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ImportCycle,
        span,
        format!("files import each other in a circle: {}", chain(circle)),
    )
    .label("this import closes the circle")
    .help("move what both need into a file of its own")
}

pub(crate) fn unknown_import(
    name: &str,
    path: &str,
    span: Span,
    suggestion: Option<&str>,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownImport,
        span,
        format!("`{path}` defines no `{name}`"),
    );
    did_you_mean(diagnostic, span, suggestion)
}

pub(crate) fn private_import(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::PrivateImport,
        span,
        format!("`{name}` is private to its file"),
    )
    .help("a name that starts with `_` cannot be imported; rename it there")
}

// Names.

pub(crate) fn unknown_name(name: &str, span: Span, suggestion: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownName,
        span,
        format!("there is no `{name}` here"),
    );
    did_you_mean(diagnostic, span, suggestion)
}

pub(crate) fn unknown_function(name: &str, span: Span, suggestion: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownFunction,
        span,
        format!("there is no component, pipeline or function `{name}`"),
    );
    did_you_mean(diagnostic, span, suggestion)
}

pub(crate) fn duplicate_name(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateName,
        span,
        format!("`{name}` is defined twice"),
    )
    .label("again here")
    .also(first, "first here")
    .help("give one of them another name")
}

pub(crate) fn builtin_type_redefined(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateName,
        span,
        format!("`{name}` is a type of the language"),
    )
    .help("give it another name")
}

pub(crate) fn not_a_module(name: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        format!("`{name}` is not an imported file"),
    )
    .label(format!("this is {found}"))
}

pub(crate) fn not_a_type(name: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongKind, span, format!("`{name}` is not a type"))
        .label(format!("this is {found}"))
}

pub(crate) fn not_a_value(name: &str, found: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::WrongKind, span, format!("`{name}` is not a value"))
        .label(format!("this is {found}"));
    match found {
        "a component" | "a pipeline" => diagnostic.help(format!(
            "call it in a statement of its own, `let result = {name}(...)`, and use the result"
        )),
        "an imported file" => diagnostic.help(format!("name something in it: `{name}.something`")),
        _ => diagnostic,
    }
}

pub(crate) fn cannot_be_called(name: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongKind, span, format!("`{name}` cannot be called"))
        .label(format!("this is {found}"))
}

pub(crate) fn not_callable(span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongKind, span, "this cannot be called")
        .help("only functions, components and pipelines can be called, by their name")
}

pub(crate) fn used_before_definition(name: &str, span: Span, later: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UsedBeforeDefinition,
        span,
        format!("`{name}` is used before it is defined"),
    )
    .also(later, "defined here")
    .help("put statements in the order of their data; a circle of tasks cannot be written")
}

pub(crate) fn recursive_pipeline(names: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RecursivePipeline,
        span,
        format!("a pipeline calls itself: {}", chain(names)),
    )
    .label("this call closes the circle")
    .help("a pipeline is a fixed graph; repetition comes with `repeat`")
}

/// `names` lead from the definition to itself.
pub(crate) fn recursive_definition(what: &str, names: &[&str], span: Span) -> Diagnostic {
    let name = names.first().copied().unwrap_or_default();
    let diagnostic = Diagnostic::new(
        Code::RecursiveDefinition,
        span,
        format!("the {what} `{name}` is defined by itself"),
    );
    match names.len() {
        // It names itself.
        ..=2 => diagnostic,
        _ => diagnostic.note(format!("the circle is {}", chain(names))),
    }
}

/// `names` are those of pipelines that call each other.
pub(crate) fn calls_too_deep(names: &[&str], span: Span) -> Diagnostic {
    let name = names.first().copied().unwrap_or_default();
    let reason = format!("pipelines and blocks lie more than {DEEPEST_CALLS} deep in each other");
    too_large(&format!("the pipeline `{name}`"), &reason, span)
        .note(format!("the calls are {}", chain(names)))
        .help("call fewer pipelines in one another")
}

/// `fix` removes the name with its comma.
pub(crate) fn repeated_after(name: &str, fix: Fix, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateName,
        span,
        format!("`{name}` stands twice behind `after`"),
    )
    .fixed_by(fix)
}

pub(crate) fn not_a_task(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotATask, span, format!("`{name}` is not a task"))
        .help("only a call can be waited for; name it with `let`")
}

// Types.

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
    let diagnostic = Diagnostic::new(
        Code::UnknownType,
        span,
        format!("there is no type `{name}`"),
    );
    did_you_mean(diagnostic, span, foreign.or(suggestion))
}

pub(crate) fn not_generic(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownType,
        span,
        format!("`{name}` takes no type in brackets"),
    )
    .help("`list[T]` and `map[T]` do")
}

pub(crate) fn no_such_element(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownType,
        span,
        format!("{what} cannot be a part of another value"),
    )
}

pub(crate) fn volume_output(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnknownType, span, "a volume cannot be an output")
        .help("declare the volume in the pipeline and give it to both steps")
}

pub(crate) fn optional_volume(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnknownType, span, "a volume cannot be optional")
}

pub(crate) fn not_an_artifact_type(found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        format!("an artifact type stands below another one, not below {found}"),
    )
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
    let diagnostic = Diagnostic::new(
        Code::TypeMismatch,
        expr.span,
        format!("expected {expected_text}, found {found}"),
    )
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
    Diagnostic::new(Code::MayBeAbsent, span, "this value may be absent")
        .label(format!("this is {found}"))
        .help("give a fallback, `x ?? fallback`, or use it inside `if x != null { ... }`")
}

pub(crate) fn optional_artifact_path(found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::MayBeAbsent, span, "this artifact may be absent, and then has no path")
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
    let diagnostic = Diagnostic::new(
        Code::UnknownMember,
        span,
        format!("`{text}` is not one of {}", listed(&names)),
    );
    match suggestion {
        Some(name) => diagnostic
            .help(format!("did you mean `\"{name}\"`?"))
            .suggest(span, format!("\"{name}\"")),
        None => diagnostic,
    }
}

pub(crate) fn unknown_field(
    name: &str,
    span: Span,
    suggestion: Option<&str>,
    names: &[&str],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownField,
        span,
        format!("there is no field `{name}`"),
    )
    .note(format!("the fields are {}", listed(names)));
    did_you_mean(diagnostic, span, suggestion)
}

pub(crate) fn missing_field(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MissingField,
        span,
        format!("the record lacks the field `{name}`"),
    )
}

pub(crate) fn has_no_fields(found: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownField,
        span,
        format!("a value of type {found} has no field `{name}`"),
    )
}

pub(crate) fn has_no_elements(found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidOperand,
        span,
        format!("a value of type {found} has no elements"),
    )
    .help("lists, maps and json have")
}

pub(crate) fn has_no_text(found: &str, artifact: bool, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidOperand,
        span,
        format!("a value of type {found} cannot be written as text"),
    );
    if artifact {
        diagnostic
            .help("the artifact is a file; in a component that takes it, `.path` is where it is")
    } else {
        diagnostic
    }
}

pub(crate) fn artifact_needs_path(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidOperand,
        span,
        "an artifact is a file, not a text",
    )
    .help("add `.path` for the place of the file")
}

pub(crate) fn mixed_list(first: &str, second: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::TypeMismatch,
        span,
        format!("a list of {first} cannot hold {second}"),
    )
    .label(format!("this is {second}"))
}

pub(crate) fn invalid_operand(operator: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidOperand,
        span,
        format!("`{operator}` does not take {found}"),
    )
    .label(format!("this is {found}"))
}

pub(crate) fn invalid_operands(
    operator: BinaryOperator,
    a: &str,
    b: &str,
    absent: bool,
    span: Span,
) -> Diagnostic {
    let symbol = operator.symbol();
    let diagnostic = Diagnostic::new(
        Code::InvalidOperand,
        span,
        format!("`{symbol}` does not take {a} and {b}"),
    );
    match operator {
        BinaryOperator::Coalesce if !absent => {
            diagnostic.help("the left side is always there; leave `??` out")
        }
        _ if absent => diagnostic.help("give a fallback for what may be absent: `(x ?? fallback)`"),
        BinaryOperator::Add if a == "string" || b == "string" => {
            diagnostic.help("put values into a text with `\"${x}\"`")
        }
        BinaryOperator::And | BinaryOperator::Or => {
            diagnostic.help("both sides must be bool: write the comparison out")
        }
        BinaryOperator::FloorDivide | BinaryOperator::Remainder => {
            diagnostic.help("both sides must be int")
        }
        _ => diagnostic,
    }
}

pub(crate) fn range_as_value(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidOperand,
        span,
        "a range `lo..hi` is not a value",
    )
    .help("in `resources` it gives request and limit; `range(lo, hi)` is the list of numbers")
}

pub(crate) fn unexpected_unit(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnexpectedUnit,
        span,
        format!("`{text}` may be a quantity or a duration"),
    )
    .note("its type comes from where it stands, and neither is expected here")
    .help("write it where it is used, or put a text in quotes")
}

pub(crate) fn unknown_unit(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::InvalidQuantity, span, format!("`{text}` is neither a quantity nor a duration"))
        .help("quantities have the suffixes `m k M G T P E Ki Mi Gi Ti Pi Ei`, durations are like `30s`, `1h30m` and `7d`")
}

pub(crate) fn invalid_quantity(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidQuantity,
        span,
        format!("`{text}` is not a quantity"),
    )
    .help("the suffixes are `m k M G T P E Ki Mi Gi Ti Pi Ei`: `500m`, `16Gi`");
    let diagnostic = match fits(Rule::quantity, text) {
        true => diagnostic.label("Kubernetes has nothing finer than `1n`, and nothing over 2⁶³"),
        false => explained(diagnostic, Rule::quantity, text),
    };
    meant(diagnostic, units::quantity(text), span)
}

/// Says what was probably meant, if anything.
fn meant(diagnostic: Diagnostic, meant: Option<String>, span: Span) -> Diagnostic {
    match meant {
        Some(meant) => diagnostic
            .help(format!("did you mean `{meant}`?"))
            .suggest(span, meant),
        None => diagnostic,
    }
}

pub(crate) fn invalid_duration(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidDuration,
        span,
        format!("`{text}` is not a duration"),
    )
    .help("the units are `ms s m h d`: `30s`, `1h30m`, `7d`");
    let diagnostic = match fits(Rule::duration, text) {
        true => diagnostic.label("it is longer than 292 years"),
        false => explained(diagnostic, Rule::duration, text),
    };
    meant(diagnostic, units::duration(text), span)
}

pub(crate) fn invalid_duration_value(reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidDuration,
        span,
        format!("this duration cannot be used: {reason}"),
    )
}

pub(crate) fn not_constant(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotConstant,
        span,
        format!("{what} must be known at compile time"),
    )
    .label("this is known only when the pipeline runs")
}

pub(crate) fn no_value(problem: &Problem, span: Span) -> Diagnostic {
    match problem {
        Problem::NoValue(reason) => constant_error(reason, span),
        Problem::TooLarge(reason) => too_large("the value", reason, span),
    }
}

/// Something that is over a limit of the compiler: see [`limits`](crate::limits).
pub(crate) fn too_large(what: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::TooLarge,
        span,
        format!("{what} is too large: {reason}"),
    )
}

/// A value is written out once more, beyond what all values may take.
pub(crate) fn too_many_copies(bytes: usize, most: usize, span: Span) -> Diagnostic {
    let reason = format!("written out, the values of the program take more than {most} MiB");
    too_large("the value", &reason, span)
        .label(format!("{} KiB of them are here", bytes.div_ceil(1024)))
        .help("let a component read it from a file or an artifact")
}

/// Says how something comes to be as large as it is.
pub(crate) fn made_of<T: AsRef<str>>(diagnostic: Diagnostic, names: &[T]) -> Diagnostic {
    match names {
        [] | [_] => diagnostic,
        names => diagnostic.note(format!("it is made of others: {}", chain(names))),
    }
}

pub(crate) fn constant_error(reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ConstantError,
        span,
        format!("the expression has no value: {reason}"),
    )
}

// Functions.

pub(crate) fn wrong_arguments(call: &str, usage: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongArguments,
        span,
        format!("`{call}` is called with other arguments than it takes"),
    )
    .help(format!("it is written `{usage}`"))
}

pub(crate) fn invalid_arguments(
    call: &str,
    usage: &str,
    types: &[String],
    span: Span,
) -> Diagnostic {
    let found = if types.is_empty() {
        "nothing".to_owned()
    } else {
        types.join(", ")
    };
    Diagnostic::new(
        Code::WrongArguments,
        span,
        format!("`{call}` does not take {found}"),
    )
    .help(format!("it is `{usage}`"))
}

pub(crate) fn named_function_argument(call: &str, usage: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongArguments,
        span,
        format!("the arguments of `{call}` have no names"),
    )
    .help(format!("it is `{usage}`"))
}

pub(crate) fn volume_argument(call: &str, usage: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongArguments,
        span,
        format!("`{call}` has no such argument"),
    )
    .help(format!("it is written `{usage}`"))
}

pub(crate) fn misplaced_call(call: &str, place: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        format!("`{call}(...)` is not a value"),
    )
    .help(format!("it stands only in {place}"))
}

pub(crate) fn call_in_expression(name: &str, kind: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::CallInExpression,
        span,
        format!("{kind} is called inside an expression"),
    )
    .help(format!(
        "call it in a statement of its own, `let result = {name}(...)`, and use the result"
    ))
}

/// An address that no rule fits. `text` is empty if the run decides on parts of it.
pub(crate) fn unread_location(text: &str, mismatch: &Mismatch, span: Span) -> Diagnostic {
    mismatch.pointed(invalid_location(&mismatch.reason, span), text)
}

pub(crate) fn invalid_location(reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidLocation,
        span,
        format!("this is not the address of an artifact: {reason}"),
    )
}

// Uses of values.

pub(crate) fn output_as_value(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        "an output has no value before the program has run",
    )
    .help("add `.path` for the file that the program must write")
}

pub(crate) fn output_has_only_path(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownField,
        span,
        format!("an output has no field `{name}`"),
    )
    .help("`.path` is the file that the program must write")
    .suggest(span, "path")
}

pub(crate) fn context_as_value(name: &str, fields: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongKind, span, format!("`{name}` is not a value"))
        .note(format!("the values in it are {}", listed(fields)))
}

pub(crate) fn task_context_in_pipeline(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        format!("`task.{name}` speaks of no task here"),
    )
    .help("it can be used inside a component")
}

pub(crate) fn no_output(task: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::AmbiguousOutput,
        span,
        format!("the task `{task}` has no output"),
    )
    .help(format!(
        "to run after it without a value of it, write `after {task}` behind the call"
    ))
}

pub(crate) fn ambiguous_output(task: &str, names: &[&str], span: Span) -> Diagnostic {
    let first = names.first().copied().unwrap_or("output");
    Diagnostic::new(
        Code::AmbiguousOutput,
        span,
        format!("the task `{task}` has several outputs"),
    )
    .note(format!("they are {}", listed(names)))
    .help(format!("name one of them: `{task}.{first}`"))
}

pub(crate) fn unknown_output(
    task: &str,
    name: &str,
    span: Span,
    suggestion: Option<&str>,
    names: &[&str],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownOutput,
        span,
        format!("the task `{task}` has no output `{name}`"),
    );
    let diagnostic = if names.is_empty() {
        diagnostic.note("it has none at all")
    } else {
        diagnostic.note(format!("its outputs are {}", listed(names)))
    };
    did_you_mean(diagnostic, span, suggestion)
}

pub(crate) fn unknown_component_output(
    name: &str,
    span: Span,
    suggestion: Option<&str>,
    names: &[&str],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownOutput,
        span,
        format!("the component has no output `{name}`"),
    )
    .note(format!("its outputs are {}", listed(names)));
    did_you_mean(diagnostic, span, suggestion)
}

// Attributes.

fn no_such_attribute(name: &str, place: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownAttribute,
        span,
        format!("there is no attribute `{name}` {place}"),
    )
}

pub(crate) fn unknown_attribute(
    name: &str,
    place: &str,
    suggestion: Option<&str>,
    elsewhere: Option<&str>,
    names: &[&str],
    span: Span,
) -> Diagnostic {
    let diagnostic = no_such_attribute(name, place, span);
    match (suggestion, elsewhere) {
        (_, Some(elsewhere)) => diagnostic.help(format!("`{name}` stands {elsewhere}")),
        (Some(suggestion), None) => diagnostic
            .help(format!("did you mean `{suggestion}`?"))
            .suggest(span, suggestion),
        (None, None) => diagnostic.note(format!("the attributes {place} are {}", listed(names))),
    }
}

/// A call in a pipeline that is given a name without `let`.
pub(crate) fn forgotten_let(name: &str, span: Span) -> Diagnostic {
    let before = Span {
        end: span.start,
        ..span
    };
    no_such_attribute(name, "in a pipeline", span)
        .help(format!("`let {name} = ...` names what a call returns"))
        .fix(before, "let ")
}

/// An attribute under the name that another tool has for it.
pub(crate) fn renamed_attribute(name: &str, place: &str, mine: &str, span: Span) -> Diagnostic {
    no_such_attribute(name, place, span)
        .help(format!("Argot calls it `{mine}`"))
        .suggest(span, mine)
}

/// An attribute of another tool, and what to write instead of it.
pub(crate) fn foreign_attribute(name: &str, place: &str, help: &str, span: Span) -> Diagnostic {
    no_such_attribute(name, place, span).help(help.to_owned())
}

pub(crate) fn duplicate_attribute(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateAttribute,
        span,
        format!("`{name}` is written twice"),
    )
    .label("again here")
    .also(first, "first here")
    .help("merge the two")
}

pub(crate) fn attribute_shape(name: &str, shape: Written, record: bool, span: Span) -> Diagnostic {
    let (what, form) = match shape {
        Written::Value => ("a value", format!("{name} = ...")),
        Written::Block => ("a block", format!("{name} {{ ... }}")),
        Written::Labelled => ("a named block", format!("{name} \"name\" {{ ... }}")),
    };
    let diagnostic = Diagnostic::new(Code::AttributeShape, span, format!("`{name}` is {what}"));
    if record && shape == Written::Block {
        diagnostic.help(format!("leave the `=` out: `{form}`"))
    } else {
        diagnostic.help(format!("write `{form}`"))
    }
}

pub(crate) fn missing_attribute(block: &str, name: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::MissingAttribute,
        span,
        format!("`{block}` lacks `{name}`"),
    );
    if block == "retry" {
        diagnostic
            .note("without a limit the step would be tried for ever")
            .help("say how many further attempts there may be: `limit = 3`")
    } else {
        diagnostic
    }
}

pub(crate) fn missing_image(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MissingAttribute,
        span,
        format!("`{name}` has no image"),
    )
    .help("say which container image it runs in: `image = \"python:3.12-slim\"`")
}

pub(crate) fn missing_body(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::MissingBody, span, format!("the component `{name}` does not say what to run")).help(
        "give it an `image` with `command` and `args`, a `script`, a `template_ref` or a `raw_template`",
    )
}

pub(crate) fn several_bodies(
    first: &str,
    second: &str,
    span: Span,
    first_span: Span,
) -> Diagnostic {
    Diagnostic::new(
        Code::SeveralBodies,
        span,
        format!("a component has either `{first}` or `{second}`"),
    )
    .also(first_span, "the other is here")
    .help("make two components of it")
}

pub(crate) fn script_takes_no_args(span: Span) -> Diagnostic {
    Diagnostic::new(Code::SeveralBodies, span, "a script takes no `args`")
        .help("its inputs are environment variables of their own names")
}

pub(crate) fn interpolated_script(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotConstant, span, "a script has an interpolation")
        .note("a value never becomes a part of a program")
        .help("read the input from the environment variable of its name, and write `\\${` or a raw string r\"\"\"...\"\"\" for a shell's own `${`")
}

pub(crate) fn no_interpreter(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NoInterpreter,
        span,
        "the script does not say what runs it",
    )
    .help("add `command = [\"python3\"]`, a `#!` line, or a file ending such as `.py` or `.sh`")
}

pub(crate) fn attribute_of_reference(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::SeveralBodies,
        span,
        format!("`{name}` belongs to the template in the cluster"),
    )
    .help("a `template_ref` is only the typed signature of a template that exists already")
}

pub(crate) fn attribute_of_raw_template(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::SeveralBodies,
        span,
        format!("`{name}` does not go with `raw_template`"),
    )
    .help("write it in the raw template, in the target's own fields")
}

pub(crate) fn with_on_pipeline(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        format!("`{name}` is a pipeline, and attributes belong to steps"),
    )
    .help("set them in its `defaults`, or in the `with` of the calls inside it")
}

pub(crate) fn invalid_value(name: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidValue,
        span,
        format!("`{name}` does not take this value: {reason}"),
    )
}

pub(crate) fn not_one_of(name: &str, found: &str, members: &[&str], span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidValue,
        span,
        format!("`{name}` is one of {}, not `{found}`", listed(members)),
    );
    match crate::suggest(found, members.iter().copied()) {
        Some(member) => diagnostic
            .help(format!("did you mean `\"{member}\"`?"))
            .suggest(span, format!("\"{member}\"")),
        None => diagnostic,
    }
}

pub(crate) fn not_a_written_list(name: &str, found: &str, span: Span) -> Diagnostic {
    let help = match name {
        "command" | "args" => format!("write `{name} = [ ... ]`; each element is one argument, and a list inside it is written as JSON"),
        "env_from" => "write `env_from = [secret(\"name\"), config(\"name\")]`".to_owned(),
        "tolerations" => "write `tolerations = [{ key = \"gpu\", operator = \"Exists\" }]`; the texts in it may come from the run".to_owned(),
        _ => format!("write `{name} = [ ... ]`; its elements may come from the run"),
    };
    Diagnostic::new(
        Code::TypeMismatch,
        span,
        format!("`{name}` must be written as a list here, found {found}"),
    )
    .help(help)
}

pub(crate) fn not_a_written_record(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::TypeMismatch,
        span,
        format!("`{name}` must be written as a record here"),
    )
    .help(format!(
        "write `{name} = {{ key = value }}`; its values may come from the run"
    ))
}

pub(crate) fn invalid_image(text: &str, mismatch: &Mismatch, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidImage,
        span,
        format!("`{text}` is not an image reference: {}", mismatch.reason),
    );
    mismatch
        .pointed(diagnostic, text)
        .help("it is `registry/name:tag` or `registry/name@sha256:...`")
}

pub(crate) fn image_without_tag(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ImageWithoutTag,
        span,
        format!("the image `{text}` has no tag"),
    )
    .note("it then means `latest`, which changes under a pipeline that does not")
    .help("name a version")
}

pub(crate) fn image_latest(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ImageWithoutTag,
        span,
        format!("the tag of `{text}` changes under the pipeline"),
    )
    .help("name a version")
}

pub(crate) fn invalid_env_name(name: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidEnvName,
        span,
        format!("`{name}` cannot be the name of an environment variable"),
    );
    explained(diagnostic, Rule::env_name, name)
        .help("it holds letters, digits, `_`, `-` and `.`, and does not start with a digit")
}

pub(crate) fn taken_env(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ConflictingNames,
        span,
        format!("a script's `{name}` would replace the environment's own"),
    )
    .note("in a script every input and output is an environment variable of its own name")
    .help("give it another name")
}

pub(crate) fn env_is_input(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ConflictingNames,
        span,
        format!("`{name}` is in `env` as well"),
    )
    .note("in a script every input and output is an environment variable of its own name")
    .help("give one of them another name")
}

pub(crate) fn invalid_pod_field(path: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidValue,
        span,
        format!("`{path}` is not a field that a pod can read of itself"),
    )
    .help("such as `metadata.name`, `metadata.labels['key']`, `spec.nodeName` and `status.podIP`")
}

pub(crate) fn env_from_item(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::TypeMismatch,
        span,
        "an element of `env_from` is `secret(\"name\")` or `config(\"name\")`",
    )
}

pub(crate) fn invalid_data_key(name: &str, text: &str, span: Span) -> Diagnostic {
    let reason = "it may have letters, digits, `-`, `_` and `.` only";
    explained(invalid_value(name, reason, span), Rule::data_key, text)
}

pub(crate) fn invalid_label_key(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidLabel,
        span,
        format!("`{text}` is not a label's key"),
    );
    explained(diagnostic, Rule::label_key, text)
        .help("it is `name` or `domain/name`; the name has at most 63 letters, digits, `-`, `_` and `.`, and starts and ends with a letter or digit")
}

pub(crate) fn invalid_label_value(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidLabel,
        span,
        format!("`{text}` is not a label's value"),
    );
    explained(diagnostic, Rule::label_value, text)
        .help("it has at most 63 letters, digits, `-`, `_` and `.`, and starts and ends with a letter or digit; any text may be an annotation")
}

pub(crate) fn invalid_object_name(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidObjectName,
        span,
        format!("`{text}` cannot be the name of a Kubernetes object"),
    );
    explained(diagnostic, Rule::dns_subdomain, text).help(
        "it has lowercase letters, digits, `-` and `.`, and starts and ends with a letter or digit",
    )
}

pub(crate) fn invalid_container_name(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidObjectName,
        span,
        format!("`{text}` cannot be the name of a container"),
    );
    explained(diagnostic, Rule::dns_label, text)
        .help("it has at most 63 lowercase letters, digits and `-`, and starts and ends with a letter or digit")
}

pub(crate) fn reserved_container_name(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidObjectName,
        span,
        format!("`{text}` is the name of a container that every step has"),
    )
    .help("give it another name")
}

pub(crate) fn invalid_mount(path: &str, reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidMount,
        span,
        format!("nothing can be mounted at `{path}`: {reason}"),
    )
}

pub(crate) fn duplicate_mount(path: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidMount,
        span,
        format!("two volumes are mounted at `{path}`"),
    )
    .also(first, "first here")
}

pub(crate) fn claim_in_place(span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongKind, span, "a `claim` is made for a run, not for a step")
        .help("declare it in the pipeline, `volume data = claim(...)`, and take it as an input of type `volume`; a claim for this step alone is `ephemeral(...)`")
}

pub(crate) fn volume_is_alias(calls: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::TypeMismatch,
        span,
        "`volume` names a volume that is made here",
    )
    .help(format!("it is one of {}", listed(calls)))
}

pub(crate) fn request_over_limit(request: &str, limit: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RequestOverLimit,
        span,
        format!("the request {request} is over the limit {limit}"),
    )
    .help(format!(
        "write `{limit}..{request}`: the request comes first"
    ))
}

pub(crate) fn rounded_amount(resource: &str, amount: &str, span: Span) -> Diagnostic {
    if resource == "cpu" {
        return Diagnostic::new(
            Code::InvalidQuantity,
            span,
            format!("`{amount}` is finer than the thousandths in which CPU is counted"),
        )
        .note("Kubernetes would round it up")
        .help("write whole thousandths: `1m`, `250m`");
    }
    let diagnostic = Diagnostic::new(
        Code::InvalidQuantity,
        span,
        format!("`{amount}` is no whole number of bytes"),
    );
    match amount.strip_suffix('m') {
        Some(number) => diagnostic
            .note("the suffix `m` is a thousandth")
            .help(format!("did you mean `{number}Mi`?"))
            .suggest(span, format!("{number}Mi")),
        None => diagnostic.help("write the unit: `512Mi`, `1.5Gi`"),
    }
}

pub(crate) fn fractional_device(name: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::FractionalDevice,
        span,
        format!("`{name}` must be a whole number, found {found}"),
    )
    .help("a part of a GPU is asked for by `gpu_slice = \"1g.10gb\"`")
}

pub(crate) fn device_range(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::FractionalDevice,
        span,
        format!("`{name}` has no request apart from its limit"),
    )
    .help("devices are not shared: give one number")
}

pub(crate) fn invalid_toleration(reason: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidToleration,
        span,
        format!("this toleration is not valid: {reason}"),
    )
}

/// An element of a list of records is not a record.
pub(crate) fn not_records(name: &str, fields: &[&str], span: Span) -> Diagnostic {
    if name == "tolerations" {
        return invalid_toleration(
            "a toleration is a record: `{ key = \"...\", operator = \"Exists\" }`",
            span,
        );
    }
    let first = fields.first().copied().unwrap_or_default();
    invalid_value(
        name,
        &format!("each element is a record: `{{ {first} = ... }}`"),
        span,
    )
}

pub(crate) fn toleration_member(
    what: &str,
    found: &str,
    members: &[&str],
    suggestion: Option<&str>,
    span: Span,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidToleration,
        span,
        format!(
            "the `{what}` of a toleration is one of {}, not `{found}`",
            listed(members)
        ),
    );
    match suggestion {
        Some(name) => diagnostic
            .help(format!("did you mean `\"{name}\"`?"))
            .suggest(span, format!("\"{name}\"")),
        None => diagnostic,
    }
}

pub(crate) fn parameter_is_not_kept(attribute: &str, output: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidValue,
        span,
        format!("`{attribute}` is for artifacts, and `{output}` is a parameter"),
    )
    .help("a parameter is kept in the run's own record")
}

pub(crate) fn unwritten_output(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnwrittenOutput,
        span,
        format!("the program is never told where to write `{name}`"),
    )
    .help(format!("give it `{name}.path` in `args` or `env`"))
}

pub(crate) fn unwritten_list(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnwrittenOutput,
        span,
        format!("the program is never told where to write `{name}`"),
    )
    .note("it puts the elements into the folder `.path`, and lists their names, as JSON, in the file `.names`")
    .help(format!("give it `{name}.path` and `{name}.names` in `args` or `env`"))
}

// Pipelines.

pub(crate) fn not_yet_supported(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotYetSupported,
        span,
        format!("{what} is not yet supported"),
    )
}

pub(crate) fn empty_pipeline(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::EmptyPipeline,
        span,
        format!("the pipeline `{name}` has no task"),
    )
    .help("call a component in it")
}

pub(crate) fn unknown_argument(
    callee: &str,
    name: &str,
    span: Span,
    suggestion: Option<&str>,
    names: &[&str],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownArgument,
        span,
        format!("`{callee}` has no input `{name}`"),
    );
    let diagnostic = if names.is_empty() {
        diagnostic.note("it has none at all")
    } else {
        diagnostic.note(format!("its inputs are {}", listed(names)))
    };
    did_you_mean(diagnostic, span, suggestion)
}

pub(crate) fn unnamed_argument(callee: &str, missing: &[&str], span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnnamedArgument,
        span,
        "an argument needs the name of the input",
    );
    match missing {
        [] => diagnostic.help(format!("write `{callee}(input = value)`")),
        names => diagnostic.help(format!(
            "write `{callee}({} = ...)`",
            names.first().copied().unwrap_or("input")
        )),
    }
}

pub(crate) fn missing_argument(
    callee: &str,
    name: &str,
    ty: &str,
    span: Span,
    defined: Span,
) -> Diagnostic {
    Diagnostic::new(
        Code::MissingArgument,
        span,
        format!("`{callee}` needs `{name}`"),
    )
    .also(defined, format!("this input is {ty}, without a default"))
    .help(format!("add `{name} = ...`"))
}

pub(crate) fn useless_expression(span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongKind, span, "this value is not used")
        .help("a statement calls a component or a pipeline; name a value with `let`")
}

pub(crate) fn suffix_of_expression(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        "`after` and `with` go with a call of a component or pipeline",
    )
}

pub(crate) fn after_return(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::InvalidReturn, span, "this is after `return`")
        .also(first, "the pipeline ends here")
        .help("put `return` last")
}

pub(crate) fn second_return(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::InvalidReturn, span, "a pipeline returns once").also(first, "first here")
}

pub(crate) fn return_without_outputs(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidReturn,
        span,
        "the pipeline has no outputs to return",
    )
    .help("declare them behind its parameters: `-> (model: Model)`")
}

pub(crate) fn missing_return(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidReturn,
        span,
        format!("`{name}` has outputs but no `return`"),
    )
    .help("end it with `return { name = value }`")
}

pub(crate) fn return_lacks(name: &str, span: Span, defined: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidReturn,
        span,
        format!("the output `{name}` is not returned"),
    )
    .also(defined, "declared here")
}

pub(crate) fn unknown_return(
    name: &str,
    span: Span,
    suggestion: Option<&str>,
    names: &[&str],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidReturn,
        span,
        format!("the pipeline has no output `{name}`"),
    )
    .note(format!("its outputs are {}", listed(names)));
    did_you_mean(diagnostic, span, suggestion)
}

pub(crate) fn return_needs_record(names: &[&str], span: Span) -> Diagnostic {
    let fields: Vec<String> = names.iter().map(|name| format!("{name} = ...")).collect();
    Diagnostic::new(
        Code::InvalidReturn,
        span,
        "several outputs are returned as a record",
    )
    .help(format!("write `return {{ {} }}`", fields.join(", ")))
}

pub(crate) fn task_value_in_defaults(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongKind,
        span,
        "`defaults` hold for every task and cannot use the value of one",
    )
    .help("use it in the `with` of the tasks that need it")
}

pub(crate) fn invalid_cron(text: &str, mismatch: &Mismatch, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidSchedule,
        span,
        format!("`{text}` is not a cron expression: {}", mismatch.reason),
    );
    mismatch.pointed(diagnostic, text)
}

pub(crate) fn unknown_time_zone(
    text: &str,
    help: &str,
    zone: Option<&str>,
    span: Span,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidSchedule,
        span,
        format!("there is no time zone `{text}`"),
    )
    .help(help);
    match zone {
        Some(zone) => diagnostic.suggest(span, format!("\"{zone}\"")),
        None => diagnostic,
    }
}

// Plans.

pub(crate) fn unknown_parameter(
    pipeline: &str,
    name: &str,
    suggestion: Option<&str>,
    names: &[&str],
) -> Diagnostic {
    let diagnostic = Diagnostic::global(
        Code::UnknownParameter,
        format!("the pipeline `{pipeline}` has no parameter `{name}`"),
    );
    let diagnostic = if names.is_empty() {
        diagnostic.note("it has none at all")
    } else {
        diagnostic.note(format!("its parameters are {}", listed(names)))
    };
    match suggestion {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic,
    }
}

pub(crate) fn invalid_parameter(name: &str, ty: &str, reason: &str, defined: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidParameter,
        defined,
        format!("the value given for `{name}` does not fit: {reason}"),
    )
    .label(format!("this parameter is {ty}"))
}

pub(crate) fn unbound_volume(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MissingParameter,
        span,
        format!("the volume `{name}` is given by no one"),
    )
    .note(
        "a pipeline with a parameter of type `volume` can be called by another, not run by itself",
    )
    .help("declare the volume in the pipeline: `volume data = claim(...)`")
}

pub(crate) fn run_attribute(pipeline: &str, name: &str, span: Span, call: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RunAttribute,
        span,
        format!(
            "`{name}` concerns a whole run, but `{pipeline}` is called here by another pipeline"
        ),
    )
    .also(call, "called here")
    .help("set it in the calling pipeline, or for each step in `defaults`")
}

pub(crate) fn run_time_claim(span: Span) -> Diagnostic {
    Diagnostic::new(Code::RunTimeValue, span, "the size of a claim is needed before the run")
        .note("a claim is made before the first step starts")
        .help("make it a constant, or use `ephemeral(size)` in the component, whose size may come from the run")
}

pub(crate) fn run_time_volume(span: Span) -> Diagnostic {
    Diagnostic::new(Code::RunTimeValue, span, "what a pipeline's volume is made of must be known at compile time")
        .help("take the value as an input of the component and make the volume there: `mounts = { \"/dev/shm\" = memory_volume(shm) }`")
}

pub(crate) fn shared_volume(
    volume: &str,
    first: &str,
    second: &str,
    span: Span,
    declared: Span,
) -> Diagnostic {
    let (what, help) = match first == second {
        true => (
            format!("turns of `{first}`"),
            "let one run at a time, `parallel 1`, or make the claim `access = \"ReadWriteMany\"`",
        ),
        false => (
            format!("`{first}` and `{second}`"),
            "let one run `after` the other, or make the claim `access = \"ReadWriteMany\"`",
        ),
    };
    Diagnostic::new(
        Code::SharedVolume,
        span,
        format!(
            "{what} can run at the same time and share `{volume}`, which one node at a time can use"
        ),
    )
    .also(declared, "this claim is ReadWriteOnce")
    .help(help)
}

// Warnings.

pub(crate) fn unused_import(name: &str, fix: Option<Fix>, span: Span) -> Diagnostic {
    let message = format!("`{name}` is imported but never used");
    let diagnostic = Diagnostic::new(Code::UnusedImport, span, message);
    match fix {
        Some(fix) => diagnostic.fixed_by(fix),
        None => diagnostic,
    }
}

pub(crate) fn unused_parameter(what: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnusedParameter,
        span,
        format!("the {what} `{name}` is never used"),
    )
    .help(format!(
        "remove it, or name it `_{name}` to say that it is meant"
    ))
}

pub(crate) fn unused_value(name: &str, task: bool, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnusedValue, span, format!("`{name}` is never used"));
    if task {
        diagnostic.help("write the call without `let` if it is run for its effect")
    } else {
        diagnostic.help("remove it")
    }
}
