//! The value of an expression, in [expr-lang](https://expr-lang.org/docs/language-definition).
//!
//! Argo's variables are texts, so each is first read as a value of its type.

use argot_compiler::{BinaryOperator, Context, Expr, ExprKind, Type, UnaryOperator, Value};
use argot_syntax::Span;

use super::carried::{holds_record, is_comparable, is_scalar};
use super::diagnostics;
use super::expr_lang::{Code, choice, failures, from_json, member, quoted, written_bool};
use super::functions::facts;
use super::literal::{holds_large, literal};
use super::scope::{Piece, Reference, Scope};
use super::text::{Outcome, Place, plain_key};

impl Scope<'_> {
    /// Returns the value of an expression, as expr-lang of the value's own type.
    pub(crate) fn code(&self, expr: &Expr) -> Outcome<Code> {
        if let Some(reference) = self.reference(expr)? {
            return Ok(from_text(reference, &expr.ty));
        }
        match &expr.kind {
            ExprKind::Constant(value) => literal(value, expr.span),
            ExprKind::InputPath(_) | ExprKind::OutputPath(_) | ExprKind::OutputNames(_) => {
                self.path(expr)
            }
            ExprKind::Context(Context::TaskName) => {
                Ok(Code::atom(quoted(self.current().unwrap_or_default())))
            }
            ExprKind::Context(Context::RunFailures) => Ok(failures()),
            // `task.attempt` of a step that is not retried.
            ExprKind::Context(_) => Ok(Code::atom("0")),
            ExprKind::Choose {
                condition,
                then,
                otherwise,
            } => Ok(choice(
                self.code(condition)?,
                self.code(then)?,
                self.code(otherwise)?,
            )),
            ExprKind::Gather { .. } => {
                let text = self.text_in_code(expr, &expr.ty)?;
                Ok(Code::atom(format!("fromJSON({text})")))
            }
            ExprKind::List(items) => self.list(items),
            ExprKind::Record(fields) => self.record(fields, expr.span),
            ExprKind::Concat(parts) => {
                let parts: Vec<_> = parts
                    .iter()
                    .map(|part| Ok(self.string_code(part)?.operand()))
                    .collect::<Outcome<_>>()?;
                Ok(Code::compound(parts.join(" + ")))
            }
            ExprKind::Field { base, name } => self.field(expr, base, name),
            ExprKind::Index { base, index } => {
                let code = format!("{}[{}]", self.code(base)?.operand(), self.code(index)?.text);
                Ok(from_json(Code::atom(code), &expr.ty))
            }
            ExprKind::Unary { operator, operand } => {
                let operand = self.code(operand)?.operand();
                Ok(Code::compound(match operator {
                    UnaryOperator::Negate => format!("-{operand}"),
                    UnaryOperator::Not => format!("not {operand}"),
                }))
            }
            ExprKind::Binary {
                operator,
                left,
                right,
            } => self.binary(expr, *operator, left, right),
            ExprKind::Function {
                function,
                arguments,
            } => self.function(expr, *function, arguments),
            _ => Err(diagnostics::no_expression("compute this", expr.span)),
        }
    }

    fn path(&self, expr: &Expr) -> Outcome<Code> {
        let mut pieces = Vec::new();
        self.pieces(expr, &expr.ty, Place::Field, &mut pieces)?;
        match pieces.pop() {
            Some(Piece::Text(path)) => Ok(Code::atom(quoted(&path))),
            _ => Err(diagnostics::no_expression("read this path", expr.span)),
        }
    }

    fn list(&self, items: &[Expr]) -> Outcome<Code> {
        let items: Vec<_> = items
            .iter()
            .map(|item| Ok(self.code(item)?.text))
            .collect::<Outcome<_>>()?;
        Ok(Code::atom(format!("[{}]", items.join(", "))))
    }

    fn record(&self, fields: &[(String, Expr)], span: Span) -> Outcome<Code> {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| {
                plain_key(name, span)?;
                Ok(format!("{}: {}", quoted(name), self.code(value)?.text))
            })
            .collect::<Outcome<_>>()?;
        Ok(Code::atom(format!("{{{}}}", fields.join(", "))))
    }

    /// Returns a field of a record, or the default of its type.
    fn field(&self, expr: &Expr, base: &Expr, name: &str) -> Outcome<Code> {
        let code = format!("{}{}", self.code(base)?.operand(), member(name));
        let default = match base.ty.required() {
            Type::Record(fields) => fields
                .iter()
                .find(|field| field.name == *name)
                .and_then(|field| field.default.as_ref()),
            _ => None,
        };
        let code = match default {
            Some(value) => {
                let default = literal(value, expr.span)?.operand();
                Code::compound(format!("{code} ?? {default}"))
            }
            None => Code::atom(code),
        };
        Ok(from_json(code, &expr.ty))
    }

    fn binary(
        &self,
        expr: &Expr,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
    ) -> Outcome<Code> {
        use BinaryOperator as Op;
        let symbol = match operator {
            Op::Coalesce => {
                if let Some(reference) = self.reference(left)?
                    && reference.may_be_null
                    && is_scalar(&expr.ty)
                    && !expr.ty.is_optional()
                {
                    let absent = Code::compound(format!("{} == 'null'", reference.code()));
                    let there = from_text(reference, &expr.ty);
                    return Ok(choice(absent, self.code(right)?, there));
                }
                let code = format!(
                    "{} ?? {}",
                    self.code(left)?.operand(),
                    self.code(right)?.operand()
                );
                return Ok(from_json(Code::compound(code), &expr.ty));
            }
            Op::FloorDivide => {
                // expr-lang's own `/` returns a float, even for a division by zero.
                return Ok(Code::atom(format!(
                    "sprig.div({}, {})",
                    self.code(left)?.text,
                    self.code(right)?.text
                )));
            }
            Op::Add if matches!(expr.ty.required(), Type::List(_)) => {
                let code = format!(
                    "concat({}, {})",
                    self.code(left)?.text,
                    self.code(right)?.text
                );
                // expr-lang turns two empty lists into `nil`.
                return Ok(if is_never_empty(left) || is_never_empty(right) {
                    Code::atom(code)
                } else {
                    Code::compound(format!("{code} ?? []"))
                });
            }
            Op::Equal
            | Op::NotEqual
            | Op::Less
            | Op::LessEqual
            | Op::Greater
            | Op::GreaterEqual => {
                return self.comparison(expr, operator, left, right);
            }
            Op::Or => "or",
            Op::And => "and",
            Op::In => match right.ty.required() {
                Type::String | Type::Enum(_) => {
                    let code = format!(
                        "{} contains {}",
                        self.code(right)?.operand(),
                        self.code(left)?.operand()
                    );
                    return Ok(Code::compound(code));
                }
                _ => return self.is_in(left, right, expr.span),
            },
            Op::Add => "+",
            Op::Subtract => "-",
            Op::Multiply => "*",
            Op::Divide => "/",
            Op::Remainder => "%",
        };
        Ok(Code::compound(format!(
            "{} {symbol} {}",
            self.code(left)?.operand(),
            self.code(right)?.operand()
        )))
    }

    fn comparison(
        &self,
        expr: &Expr,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
    ) -> Outcome<Code> {
        let side = |side: &Expr| -> Outcome<String> {
            let code = self.code(side)?;
            match side.ty.required() {
                // Durations cannot be ordered or tested for equality by their texts.
                Type::Duration => Ok(format!("duration({})", code.text)),
                Type::Quantity => Err(diagnostics::no_expression("compare quantities", expr.span)),
                _ => {
                    is_comparable(&side.ty, expr.span)?;
                    Ok(code.operand())
                }
            }
        };
        let is_order = !matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
        if is_order && matches!(left.ty.required(), Type::Bool) {
            return Err(diagnostics::no_expression("order truth values", expr.span));
        }
        // `null` is not a text, so the value is compared with it directly.
        let is_null = |side: &Expr| matches!(side.ty, Type::Null);
        if is_null(left) || is_null(right) {
            let value = if is_null(left) { right } else { left };
            if let Some(reference) = self.reference(value)?
                && reference.may_be_null
            {
                let symbol = operator.symbol();
                return Ok(Code::compound(format!(
                    "{} {symbol} 'null'",
                    reference.code()
                )));
            }
            let code = format!(
                "{} {} {}",
                self.code(left)?.operand(),
                operator.symbol(),
                self.code(right)?.operand()
            );
            return Ok(Code::compound(code));
        }
        let (a, b) = (side(left)?, side(right)?);
        if is_json_made(left) && is_json_made(right) || !holds_record(&left.ty) {
            return Ok(Code::compound(format!("{a} {} {b}", operator.symbol())));
        }
        // When expr-lang compares maps, it also compares the types of their numbers.
        Ok(Code::compound(format!(
            "toJson({a}) {} toJson({b})",
            operator.symbol()
        )))
    }

    /// Returns whether a list contains an element, or a map a key.
    pub(super) fn is_in(&self, part: &Expr, whole: &Expr, span: Span) -> Outcome<Code> {
        if let (Type::Duration, Type::List(_)) = (part.ty.required(), whole.ty.required()) {
            return Ok(Code::compound(format!(
                "duration({}) in map({}, duration(#))",
                self.code(part)?.text,
                self.code(whole)?.text
            )));
        }
        if matches!(whole.ty.required(), Type::List(_)) {
            is_comparable(&part.ty, span)?;
        }
        Ok(Code::compound(format!(
            "{} in {}",
            self.like_json(part)?.operand(),
            self.like_json(whole)?.operand()
        )))
    }

    /// Returns a value that expr-lang can compare with one that comes from JSON.
    pub(super) fn like_json(&self, expr: &Expr) -> Outcome<Code> {
        let code = self.code(expr)?;
        Ok(if holds_record(&expr.ty) && !is_json_made(expr) {
            Code::atom(format!("fromJSON(toJson({}))", code.text))
        } else {
            code
        })
    }
}

/// Whether the expression itself shows that a list is not empty.
fn is_never_empty(list: &Expr) -> bool {
    match &list.kind {
        ExprKind::List(items) => !items.is_empty(),
        ExprKind::Constant(Value::List(items)) => !items.is_empty(),
        _ => false,
    }
}

/// Whether everything in a list, map or record comes from JSON.
fn is_json_made(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Input(_) | ExprKind::TaskOutput { .. } => true,
        ExprKind::Constant(value) => !holds_large(value),
        ExprKind::Field { base, .. } | ExprKind::Index { base, .. } => is_json_made(base),
        ExprKind::Function {
            function,
            arguments,
        } => facts(*function).keeps_json && arguments.iter().all(is_json_made),
        _ => false,
    }
}

/// Converts a text that Argo passes on to its value.
fn from_text(reference: Reference, ty: &Type) -> Code {
    let code = reference.code();
    if reference.may_be_null && (ty.is_optional() || !is_scalar(ty)) {
        return Code::atom(format!("fromJSON({code})"));
    }
    match ty.required() {
        Type::Int => Code::atom(format!("int({code})")),
        Type::Float => Code::atom(format!("float({code})")),
        Type::Bool if reference.is_written => written_bool(&code),
        // The JSON text is one of a few words, and reading any other fails.
        Type::Bool if reference.may_be_null => Code::atom(format!("fromJSON({code})")),
        Type::Bool => Code::compound(format!("{code} == 'true'")),
        Type::List(_) | Type::Map(_) | Type::Record(_) | Type::Json => {
            Code::atom(format!("fromJSON({code})"))
        }
        _ => Code::atom(code),
    }
}
