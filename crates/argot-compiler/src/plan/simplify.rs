//! Works out what an expression becomes once it is known which optional inputs are there.

use argot_syntax::{Diagnostics, Span};

use crate::{
    BinaryOperator, Expr, ExprKind, Type, Value,
    check::{concat, gather},
    diagnostics, evaluate,
};

/// Whether an input of a component or pipeline is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum There {
    /// It has a value.
    Yes,
    /// It has none, or is a volume.
    No,
    /// Only the run knows.
    RunTime,
}

/// Which inputs of a component or pipeline are there.
pub(super) struct Presence<'a> {
    /// By input id.
    pub(super) inputs: &'a [There],
    /// Whether any input is optional: if none is, every expression stays as it is.
    pub(super) matters: bool,
}

impl Presence<'_> {
    fn of(&self, id: crate::InputId) -> There {
        self.inputs.get(id.index()).copied().unwrap_or(There::Yes)
    }
}

/// Simplifies in place.
pub(super) fn simplify(expr: &mut Expr, presence: &Presence<'_>, diagnostics: &mut Diagnostics) {
    if !presence.matters {
        return;
    }
    expr.rewrite_inside_out(&mut |expr| match expr.kind {
        ExprKind::Input(id) => match presence.of(id) {
            There::No => *expr = Expr::constant(Value::Null, Type::Null, expr.span),
            There::Yes => expr.ty = expr.ty.required().clone(),
            There::RunTime => {}
        },
        _ => fold(expr, diagnostics),
    });
}

/// Works out an expression whose parts have been worked out already, as far as they are known.
pub fn fold(expr: &mut Expr, diagnostics: &mut Diagnostics) {
    let span = expr.span;
    let taken = std::mem::replace(&mut expr.kind, ExprKind::Error);
    let ty = expr.ty.clone();
    *expr = match taken {
        ExprKind::Binary {
            operator,
            left,
            right,
        } => binary(operator, *left, *right, ty, span, diagnostics),
        ExprKind::Concat(parts) => made(concat(parts, span), span, diagnostics),
        kind @ (ExprKind::List(_) | ExprKind::Record(_)) => {
            made(gather(kind, ty, span), span, diagnostics)
        }
        ExprKind::Unary { operator, operand } => match operand.value() {
            Some(value) => outcome(evaluate::unary(operator, value), ty, span, diagnostics),
            None => Expr::new(ExprKind::Unary { operator, operand }, ty, span),
        },
        ExprKind::Function {
            function,
            arguments,
        } => {
            let values: Option<Vec<Value>> = arguments
                .iter()
                .map(|argument| argument.value().cloned())
                .collect();
            match values {
                Some(values) => outcome(function.value(&values), ty, span, diagnostics),
                None => Expr::new(
                    ExprKind::Function {
                        function,
                        arguments,
                    },
                    ty,
                    span,
                ),
            }
        }
        ExprKind::Field { base, name } => match base.value() {
            Some(value) => outcome(evaluate::field(value, &name), ty, span, diagnostics),
            None => match base.kind {
                ExprKind::Record(fields) if fields.iter().any(|(other, _)| *other == name) => {
                    let found = fields.into_iter().find(|(other, _)| *other == name);
                    found.map_or_else(|| Expr::error(span), |(_, value)| value)
                }
                _ => Expr::new(ExprKind::Field { base, name }, ty, span),
            },
        },
        ExprKind::Index { base, index } => match (base.value(), index.value()) {
            (Some(list), Some(at)) => outcome(evaluate::index(list, at), ty, span, diagnostics),
            _ => match element(&base, &index) {
                Some(element) => element.clone(),
                None => Expr::new(ExprKind::Index { base, index }, ty, span),
            },
        },
        ExprKind::Choose {
            condition,
            then,
            otherwise,
        } => match condition.value() {
            Some(Value::Bool(true)) => *then,
            Some(_) => *otherwise,
            None => Expr::new(
                ExprKind::Choose {
                    condition,
                    then,
                    otherwise,
                },
                ty,
                span,
            ),
        },
        kind => Expr::new(kind, ty, span),
    };
}

/// The element of a list of which not all elements are known.
fn element<'a>(base: &'a Expr, index: &Expr) -> Option<&'a Expr> {
    match (&base.kind, index.value()) {
        (ExprKind::List(items), Some(Value::Int(at))) => items.get(usize::try_from(*at).ok()?),
        _ => None,
    }
}

fn binary(
    operator: BinaryOperator,
    left: Expr,
    right: Expr,
    ty: Type,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Expr {
    use BinaryOperator as Op;
    let is_null = |expr: &Expr| expr.value() == Some(&Value::Null);
    match operator {
        Op::Coalesce if is_null(&left) => right,
        Op::Coalesce if !left.ty.is_optional() => left,
        Op::Equal | Op::NotEqual
            if is_null(&left) && !right.ty.is_optional()
                || is_null(&right) && !left.ty.is_optional() =>
        {
            Expr::constant(Value::Bool(operator == Op::NotEqual), ty, span)
        }
        Op::And | Op::Or => {
            let decides = Value::Bool(operator == Op::Or);
            if left.value() == Some(&decides)
                || right.value() == Some(&Value::Bool(operator == Op::And))
            {
                left
            } else if right.value() == Some(&decides) || left.value().is_some() {
                right
            } else {
                Expr::new(
                    ExprKind::Binary {
                        operator,
                        left: Box::new(left),
                        right: Box::new(right),
                    },
                    ty,
                    span,
                )
            }
        }
        _ => match (left.value(), right.value()) {
            (Some(a), Some(b)) => outcome(evaluate::binary(operator, a, b), ty, span, diagnostics),
            _ => Expr::new(
                ExprKind::Binary {
                    operator,
                    left: Box::new(left),
                    right: Box::new(right),
                },
                ty,
                span,
            ),
        },
    }
}

fn outcome(found: evaluate::Outcome, ty: Type, span: Span, diagnostics: &mut Diagnostics) -> Expr {
    let found = found.map(|value| Expr::constant(value, ty, span));
    made(found, span, diagnostics)
}

fn made(found: Result<Expr, evaluate::Problem>, span: Span, diagnostics: &mut Diagnostics) -> Expr {
    found.unwrap_or_else(|problem| {
        diagnostics.push(diagnostics::no_value(&problem, span));
        Expr::error(span)
    })
}
