//! The status of finished tasks, and optional values that are known to be present.

use argot_syntax::{Span, ast};

use super::{
    Checker,
    scope::{Local, Scope},
};
use crate::{BinaryOperator, Expr, ExprKind, TaskValue, Type, UnaryOperator, Value, diagnostics};

impl Checker<'_> {
    /// `succeeded(t)`, `failed(t)` and `skipped(t)`. Returns `None` for any other call.
    pub(super) fn status_call(
        &mut self,
        name: &str,
        arguments: &[ast::Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Option<Expr> {
        let (_, statuses) = STATUS_CALLS.iter().find(|(other, _)| *other == name)?;
        let task = match arguments {
            [
                ast::Argument {
                    name: None,
                    value:
                        ast::Expr {
                            kind: ast::ExprKind::Name(task),
                            span: at,
                            ..
                        },
                },
            ] => {
                if scope.is_outside_handler(task) {
                    scope.used.insert(task.clone());
                    self.diagnostics
                        .push(diagnostics::task_value_in_handler(task, *at));
                    return Some(Expr::error(span));
                }
                match scope.locals.get(task) {
                    Some(Local::Task(id, _)) => {
                        let id = *id;
                        scope.used.insert(task.clone());
                        id
                    }
                    Some(Local::Error) => return Some(Expr::error(span)),
                    Some(_) => {
                        self.diagnostics.push(diagnostics::not_a_task(task, *at));
                        return Some(Expr::error(span));
                    }
                    // Reports the unknown name.
                    None => {
                        self.name(task, *at, scope);
                        return Some(Expr::error(span));
                    }
                }
            }
            _ => {
                let usage = format!("{name}(task)");
                self.diagnostics
                    .push(diagnostics::wrong_arguments(name, &usage, span));
                return Some(Expr::error(span));
            }
        };
        let members = crate::TASK_STATUSES
            .iter()
            .map(|status| (*status).to_owned())
            .collect();
        let status = Expr::new(TaskValue::Status(task).into(), Type::Enum(members), span);
        Some(Expr::is_one_of(status, statuses))
    }

    /// A value of an optional type that is known to be present here.
    pub(super) fn narrowed(&self, expr: Expr, scope: &Scope) -> Expr {
        match &expr.ty {
            Type::Optional(inner) if is_there(&expr.kind, scope) => {
                let null = Expr::constant(Value::Null, Type::Null, expr.span);
                let ty = inner.as_ref().clone();
                Expr::binary(BinaryOperator::Coalesce, expr, null, ty)
            }
            _ => expr,
        }
    }
}

/// The calls that ask for a task's status, with the statuses that each one matches.
const STATUS_CALLS: &[(&str, &[&str])] = &[
    ("succeeded", &["Succeeded"]),
    ("failed", &["Failed", "Error"]),
    ("skipped", &["Skipped", "Omitted"]),
];

/// The names of the calls that ask for a task's status.
pub(super) fn status_calls() -> impl Iterator<Item = &'static str> {
    STATUS_CALLS.iter().map(|(name, _)| *name)
}

/// The optional values that are present if a condition holds (or, if `holds` is false, if it does not).
pub(super) fn there(condition: &Expr, holds: bool) -> Vec<ExprKind> {
    use BinaryOperator as Op;
    match &condition.kind {
        ExprKind::Binary {
            operator,
            left,
            right,
        } => match (operator, holds) {
            // A task that has succeeded has produced all its values.
            (Op::Equal | Op::In, _)
                if matches!(left.kind, ExprKind::Task(TaskValue::Status(_))) =>
            {
                let succeeded = Value::String("Succeeded".to_owned());
                let failures: Vec<Value> = ["Failed", "Error"]
                    .map(|status| Value::String(status.to_owned()))
                    .into();
                let has_succeeded = match (right.value(), holds) {
                    (Some(status), true) => *status == succeeded,
                    (Some(Value::List(statuses)), false) => *statuses == failures,
                    _ => false,
                };
                match has_succeeded {
                    true => vec![left.kind.clone()],
                    false => Vec::new(),
                }
            }
            (Op::NotEqual, true) | (Op::Equal, false) => {
                let (value, other) = match left.ty {
                    Type::Null => (right, left),
                    _ => (left, right),
                };
                match (other.value(), &value.ty) {
                    (Some(Value::Null), Type::Optional(_)) => vec![value.kind.clone()],
                    _ => Vec::new(),
                }
            }
            (Op::And, true) | (Op::Or, false) => {
                let mut found = there(left, holds);
                found.extend(there(right, holds));
                found
            }
            _ => Vec::new(),
        },
        ExprKind::Unary {
            operator: UnaryOperator::Not,
            operand,
        } => there(operand, !holds),
        _ => Vec::new(),
    }
}

/// Whether an optional value is known to be present.
fn is_there(kind: &ExprKind, scope: &Scope) -> bool {
    let ExprKind::Task(TaskValue::Output(task, _)) = kind else {
        return scope.there.contains(kind);
    };
    scope.there.iter().any(|there| match there {
        ExprKind::Task(TaskValue::Status(succeeded)) => succeeded == task,
        ExprKind::Task(TaskValue::Output(other, _)) => {
            there == kind || other == task && scope.together.contains(task)
        }
        _ => false,
    })
}

/// Restores the optional value if it was narrowed because it is known to be present.
pub(super) fn widened(expr: Expr) -> Expr {
    match expr.kind {
        ExprKind::Binary {
            operator: BinaryOperator::Coalesce,
            left,
            right,
        } if right.value() == Some(&Value::Null) => *left,
        _ => expr,
    }
}
