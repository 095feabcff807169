//! Expressions, constants and functions.

use argot_syntax::{Code, Diagnostic, Span};

use super::units;
use crate::BinaryOperator;
use crate::evaluate::Problem;
use crate::limits::chain;
use crate::texts::{Rule, explained, fits};

pub(crate) fn invalid_operand(operator: &str, found: &str, span: Span) -> Diagnostic {
    Code::InvalidOperand
        .at(span, format!("`{operator}` does not take {found}"))
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
    let diagnostic = Code::InvalidOperand.at(span, format!("`{symbol}` does not take {a} and {b}"));
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
    Code::InvalidOperand
        .at(span, "a range `lo..hi` is not a value")
        .help("in `resources` it gives request and limit; `range(lo, hi)` is the list of numbers")
}

pub(crate) fn unexpected_unit(text: &str, span: Span) -> Diagnostic {
    Code::UnexpectedUnit
        .at(span, format!("`{text}` may be a quantity or a duration"))
        .note("its type comes from where it stands, and neither is expected here")
        .help("write it where it is used, or put a text in quotes")
}

pub(crate) fn unknown_unit(text: &str, span: Span) -> Diagnostic {
    let message = format!("`{text}` is neither a quantity nor a duration");
    Code::InvalidQuantity.at(span, message)
        .help("quantities have the suffixes `m k M G T P E Ki Mi Gi Ti Pi Ei`, durations are like `30s`, `1h30m` and `7d`")
}

pub(crate) fn invalid_quantity(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Code::InvalidQuantity
        .at(span, format!("`{text}` is not a quantity"))
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
    let diagnostic = Code::InvalidDuration
        .at(span, format!("`{text}` is not a duration"))
        .help("the units are `ms s m h d`: `30s`, `1h30m`, `7d`");
    let diagnostic = match fits(Rule::duration, text) {
        true => diagnostic.label("it is longer than 292 years"),
        false => explained(diagnostic, Rule::duration, text),
    };
    meant(diagnostic, units::duration(text), span)
}

pub(crate) fn invalid_duration_value(reason: &str, span: Span) -> Diagnostic {
    Code::InvalidDuration.at(span, format!("this duration cannot be used: {reason}"))
}

pub(crate) fn not_constant(what: &str, span: Span) -> Diagnostic {
    Code::NotConstant
        .at(span, format!("{what} must be known at compile time"))
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
    Code::TooLarge.at(span, format!("{what} is too large: {reason}"))
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
    Code::ConstantError.at(span, format!("the expression has no value: {reason}"))
}

pub(crate) fn huge_value(name: &str, span: Span) -> Diagnostic {
    Code::TooLarge.at(span, format!("what `{name}` stands for has too many parts"))
        .note("a value that is not known before the run is computed anew wherever it is used, with all values in it")
        .help("let a component compute it")
}

pub(crate) fn wrong_arguments(call: &str, usage: &str, span: Span) -> Diagnostic {
    let message = format!("`{call}` is called with other arguments than it takes");
    Code::WrongArguments
        .at(span, message)
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
    Code::WrongArguments
        .at(span, format!("`{call}` does not take {found}"))
        .help(format!("it is `{usage}`"))
}

pub(crate) fn named_function_argument(call: &str, usage: &str, span: Span) -> Diagnostic {
    Code::WrongArguments
        .at(span, format!("the arguments of `{call}` have no names"))
        .help(format!("it is `{usage}`"))
}

pub(crate) fn volume_argument(call: &str, usage: &str, span: Span) -> Diagnostic {
    Code::WrongArguments
        .at(span, format!("`{call}` has no such argument"))
        .help(format!("it is written `{usage}`"))
}

pub(crate) fn misplaced_call(call: &str, place: &str, span: Span) -> Diagnostic {
    Code::WrongKind
        .at(span, format!("`{call}(...)` is not a value"))
        .help(format!("it stands only in {place}"))
}

pub(crate) fn call_in_expression(name: &str, kind: &str, span: Span) -> Diagnostic {
    Code::CallInExpression
        .at(span, format!("{kind} is called inside an expression"))
        .help(format!(
            "call it in a statement of its own, `let result = {name}(...)`, and use the result"
        ))
}
