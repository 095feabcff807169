//! Argot's functions in expr-lang.

use argot_compiler::{Expr, Function, Type};
use argot_syntax::Span;

use super::carried::{is_comparable, is_quoted_in_json, is_text};
use super::diagnostics;
use super::expr_lang::{Code, from_json, to_json};
use super::features::Feature;
use super::scope::Scope;
use super::text::Outcome;

/// Facts about a function's value, apart from its code.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    /// Whether it has a value for all arguments.
    pub(super) never_fails: bool,
    /// Whether everything in its value comes from JSON if everything in its arguments does.
    pub(super) keeps_json: bool,
}

/// Returns the facts about a function's values.
pub(super) fn facts(function: Function) -> Facts {
    use Function as F;
    let nothing = Facts {
        never_fails: false,
        keeps_json: false,
    };
    match function {
        F::Lower | F::Upper | F::Trim | F::Replace | F::StartsWith | F::EndsWith => Facts {
            never_fails: true,
            ..nothing
        },
        F::AsList | F::Sort => Facts {
            keeps_json: true,
            ..nothing
        },
        F::Len
        | F::Min
        | F::Max
        | F::Sum
        | F::Join
        | F::Split
        | F::Contains
        | F::Matches
        | F::AsInt
        | F::AsFloat
        | F::AsString
        | F::Json
        | F::Unique
        | F::Range => nothing,
    }
}

impl Scope<'_> {
    /// Returns the value of a function. A function without an arm here does not compile.
    pub(super) fn function(
        &self,
        expr: &Expr,
        function: Function,
        arguments: &[Expr],
    ) -> Outcome<Code> {
        use Function as F;
        let codes: Vec<Code> = arguments
            .iter()
            .map(|argument| self.code(argument))
            .collect::<Outcome<_>>()?;
        let first_type = arguments
            .first()
            .map_or(&Type::Error, |argument| argument.ty.required());
        Ok(match function {
            // In these releases, `len` of a text counts bytes.
            F::Len if is_text(first_type) && !self.version.has(Feature::TextLength) => {
                let texts: Vec<_> = codes.into_iter().map(|code| code.text).collect();
                Code::atom(format!("len(split({}, ''))", texts.join(", ")))
            }
            F::Len => call("len", codes),
            // expr-lang turns an empty list into `nil`, which cannot be converted to a number.
            F::Min | F::Max if arguments.len() == 1 && expr.ty == Type::Float => {
                let name = function.info().name;
                Code::atom(format!("float({})", call(name, codes).text))
            }
            F::Min | F::Max => from_json(call(function.info().name, codes), &expr.ty),
            F::Sum => from_json(call("sum", codes), &expr.ty),
            F::Join => join(first_type, codes, expr.span)?,
            F::Split => call("split", codes),
            F::Replace => call("replace", codes),
            F::Lower => call("lower", codes),
            F::Upper => call("upper", codes),
            F::Trim => call("trim", codes),
            F::Contains => match first_type {
                Type::String | Type::Enum(_) => infix("contains", codes),
                _ => match arguments {
                    [whole, part] => self.is_in(part, whole, expr.span)?,
                    _ => return Err(diagnostics::no_expression("look into this", expr.span)),
                },
            },
            F::StartsWith => infix("startsWith", codes),
            F::EndsWith => infix("endsWith", codes),
            F::Matches => infix("matches", codes),
            F::AsInt => call("int", codes),
            F::AsFloat => call("float", codes),
            F::AsString => self.as_string(arguments, codes, expr.span)?,
            // `concat` fails on anything that is not a list, and turns an empty list into `nil`.
            F::AsList => match codes.into_iter().next() {
                Some(code) => Code::compound(format!("concat({}) ?? []", code.text)),
                None => return Err(diagnostics::no_expression("read this as a list", expr.span)),
            },
            F::Json => self.json(arguments, codes)?,
            F::Sort => call("sort", codes),
            F::Unique => self.unique(arguments, expr.span)?,
            F::Range => range(codes, expr.span)?,
        })
    }

    fn as_string(&self, arguments: &[Expr], codes: Vec<Code>, span: Span) -> Outcome<Code> {
        let nothing = || diagnostics::no_expression("write this as text", span);
        let argument = arguments.first().ok_or_else(nothing)?;
        if *argument.ty.required() != Type::Json {
            return self.string_code(argument);
        }
        let code = codes
            .into_iter()
            .next()
            .map(Code::operand)
            .unwrap_or_default();
        Ok(Code::compound(format!(
            "type({code}) == 'string' ? {code} : sprig.toRawJson({code})"
        )))
    }

    fn json(&self, arguments: &[Expr], codes: Vec<Code>) -> Outcome<Code> {
        match arguments.first() {
            Some(argument)
                if !is_quoted_in_json(&argument.ty) && self.reference(argument)?.is_some() =>
            {
                self.string_code(argument)
            }
            first => {
                let ty = first.map_or(&Type::Error, |argument| argument.ty.required());
                let texts: Vec<_> = codes.into_iter().map(|code| code.text).collect();
                Ok(Code::atom(to_json(&texts.join(", "), ty)))
            }
        }
    }

    fn unique(&self, arguments: &[Expr], span: Span) -> Outcome<Code> {
        let [list] = arguments else {
            return Err(diagnostics::no_expression("look into this", span));
        };
        if let Type::List(element) = list.ty.required() {
            match element.required() {
                Type::Duration => {
                    let what = "compare durations in a list";
                    return Err(diagnostics::no_expression(what, span));
                }
                _ => is_comparable(element, span)?,
            }
        }
        if let Some(since) = self.version.needs(Feature::Unique) {
            return Err(diagnostics::needs_version(
                "`unique` of a value that only the run knows",
                since,
                self.version,
                Some(span),
            ));
        }
        Ok(call("uniq", vec![self.like_json(list)?]))
    }
}

fn call(name: &str, codes: Vec<Code>) -> Code {
    let texts: Vec<_> = codes.into_iter().map(|code| code.text).collect();
    Code::atom(format!("{name}({})", texts.join(", ")))
}

fn infix(word: &str, codes: Vec<Code>) -> Code {
    let texts: Vec<_> = codes.into_iter().map(Code::operand).collect();
    Code::compound(texts.join(&format!(" {word} ")))
}

fn join(ty: &Type, codes: Vec<Code>, span: Span) -> Outcome<Code> {
    let text = match ty {
        Type::List(element) if is_text(element) => return Ok(call("join", codes)),
        Type::List(element) if **element == Type::Json => {
            "type(#) == 'string' ? # : sprig.toRawJson(#)".to_owned()
        }
        Type::List(element) => to_json("#", element),
        _ => to_json("#", ty),
    };
    let [list, separator] = codes.as_slice() else {
        return Err(diagnostics::no_expression("join this", span));
    };
    Ok(Code::atom(format!(
        "join(map({}, {text}), {})",
        list.text, separator.text
    )))
}

fn range(codes: Vec<Code>, span: Span) -> Outcome<Code> {
    let mut codes = codes.into_iter();
    let (from, to) = match (codes.next(), codes.next()) {
        (Some(from), Some(to)) => (from.operand(), to),
        (Some(to), None) => ("0".to_owned(), to),
        _ => return Err(diagnostics::no_expression("count this", span)),
    };
    // expr-lang's range includes its end.
    Ok(Code::compound(format!("{from}..({} - 1)", to.operand())))
}
