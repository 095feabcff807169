//! Messages about expressions, constants and functions.

use argot_syntax::{Code, Diagnostic, Span};

use super::units;
use crate::BinaryOperator;
use crate::evaluate::Problem;
use crate::limits::chain;
use crate::texts::{Explained, Rule, fits};

messages! {
    pub(crate) fn invalid_operand(operator: &str, found: &str, span: Span) = InvalidOperand
        .at(span, "`{operator}` does not accept {found}")
        .label("this is {found}");

    pub(crate) fn range_as_value(span: Span) = InvalidOperand
        .at(span, "a range `lo..hi` is not a value")
        .help("in `resources` it sets request and limit; `range(lo, hi)` returns the list of numbers");

    pub(crate) fn unexpected_unit(text: &str, span: Span) = UnexpectedUnit
        .at(span, "`{text}` could be a quantity or a duration")
        .note("its type depends on where it is used, and neither is expected here")
        .help("write it where it is used, or put it in quotes if it is text");

    pub(crate) fn unknown_unit(text: &str, span: Span) = InvalidQuantity
        .at(span, "`{text}` is neither a quantity nor a duration")
        .help("quantities have the suffixes `m k M G T P E Ki Mi Gi Ti Pi Ei`, durations are like `30s`, `1h30m` and `7d`");

    pub(crate) fn invalid_quantity(text: &str, span: Span) = InvalidQuantity
        .at(span, "`{text}` is not a quantity")
        .help("the suffixes are `m k M G T P E Ki Mi Gi Ti Pi Ei`: `500m`, `16Gi`")
        .explained(Rule::quantity, text)
        .if(fits(Rule::quantity, text)).label("Kubernetes accepts nothing smaller than `1n` and nothing over 2⁶³")
        .did_you_mean(units::quantity(text).as_deref());

    pub(crate) fn invalid_duration(text: &str, span: Span) = InvalidDuration
        .at(span, "`{text}` is not a duration")
        .help("the units are `ms s m h d`: `30s`, `1h30m`, `7d`")
        .explained(Rule::duration, text)
        .if(fits(Rule::duration, text)).label("it is longer than 292 years")
        .did_you_mean(units::duration(text).as_deref());

    pub(crate) fn invalid_duration_value(reason: &str, span: Span) = InvalidDuration
        .at(span, "this duration cannot be used: {reason}");

    pub(crate) fn not_constant(what: &str, span: Span) = NotConstant
        .at(span, "{what} must be known at compile time")
        .label("this is known only when the pipeline runs");

    /// Something that exceeds a limit of the compiler: see [`limits`](crate::limits).
    pub(crate) fn too_large(what: &str, reason: &str, span: Span) = TooLarge
        .at(span, "{what} is too large: {reason}");

    /// One more copy of a value would exceed the space for all values.
    pub(crate) fn too_many_copies(bytes: usize, most: usize, span: Span) =
        too_large("the value", &format!("written out, the values of the program take more than {most} MiB"), span)
        .label("{} KiB of them are here", bytes.div_ceil(1024))
        .help("let a component read it from a file or an artifact");

    pub(crate) fn constant_error(reason: &str, span: Span) = ConstantError
        .at(span, "the expression has no value: {reason}");

    pub(crate) fn huge_value(name: &str, span: Span) = TooLarge
        .at(span, "the value of `{name}` has too many parts")
        .note("a value that is not known before the run is computed again wherever it is used, with all values in it")
        .help("let a component compute it");

    pub(crate) fn wrong_arguments(call: &str, usage: &str, span: Span) = WrongArguments
        .at(span, "`{call}` is called with arguments it does not accept")
        .help("write it as `{usage}`");

    pub(crate) fn invalid_arguments(call: &str, usage: &str, types: &[String], span: Span) = WrongArguments
        .at(span, match types {
            [] => format!("`{call}` is called without arguments"),
            types => format!("`{call}` does not accept {}", types.join(", ")),
        })
        .help("the signature is `{usage}`");

    pub(crate) fn named_function_argument(call: &str, usage: &str, span: Span) = WrongArguments
        .at(span, "the arguments of `{call}` have no names")
        .help("the signature is `{usage}`");

    pub(crate) fn volume_argument(call: &str, usage: &str, span: Span) = WrongArguments
        .at(span, "`{call}` has no such argument")
        .help("write it as `{usage}`");

    pub(crate) fn misplaced_call(call: &str, place: &str, span: Span) = WrongKind
        .at(span, "`{call}(...)` is not a value")
        .help("it can only be used in {place}");

    pub(crate) fn call_in_expression(name: &str, kind: &str, span: Span) = CallInExpression
        .at(span, "{kind} is called inside an expression")
        .help(call_by_itself(name));
}

pub(crate) fn invalid_operands(
    operator: BinaryOperator,
    a: &str,
    b: &str,
    absent: bool,
    span: Span,
) -> Diagnostic {
    let symbol = operator.symbol();
    let diagnostic =
        Code::InvalidOperand.at(span, format!("`{symbol}` does not accept {a} and {b}"));
    use BinaryOperator as Op;
    let help = match operator {
        Op::Coalesce if !absent => "the left side is always present; remove `??`",
        _ if absent => "give a fallback for the value that may be missing: `(x ?? fallback)`",
        Op::Add if a == "string" || b == "string" => "put values into a string with `\"${x}\"`",
        Op::And | Op::Or => "both sides must be bool: write the comparison out",
        Op::FloorDivide | Op::Remainder => "both sides must be int",
        _ => return diagnostic,
    };
    diagnostic.help(help)
}

pub(crate) fn no_value(problem: &Problem, span: Span) -> Diagnostic {
    match problem {
        Problem::NoValue(reason) => constant_error(reason, span),
        Problem::TooLarge(reason) => too_large("the value", reason, span),
    }
}

/// Adds how something came to be as large as it is.
pub(crate) fn made_of<T: AsRef<str>>(diagnostic: Diagnostic, names: &[T]) -> Diagnostic {
    match names {
        [] | [_] => diagnostic,
        names => diagnostic.note(format!("it is made of others: {}", chain(names))),
    }
}

/// How to use the result of a component or pipeline.
pub(super) fn call_by_itself(name: &str) -> String {
    format!("call it in a statement of its own, `let result = {name}(...)`, and use the result")
}
