//! Outputs that are computed.
//!
//! A graph with an output that cannot be computed is in Error. Argo then forgets to continue with the tasks that wait
//! for it, so the run would never end. An argument that cannot be computed is only an error of its task. So anything
//! that could fail is computed in the argument of a task, which runs nothing and returns its argument.

use std::collections::BTreeMap;

use argot_compiler::{
    BinaryOperator, Context, Edge, Expr, ExprKind, Function, PlanTaskId, Type, UnaryOperator,
};
use argot_syntax::Diagnostic;

use super::Lowering;
use super::depends::{all_of, ended};
use crate::argo::carried::{is_carried_as_json, is_text};
use crate::argo::expr_lang::{Code, choice, json_of_written_bool, member};
use crate::argo::functions::facts;
use crate::argo::objects::{DagTask, DagTemplate, Merged, Parameter, Ports, Template, ValueFrom};
use crate::argo::scope::{Guard, Scope};
use crate::pod::names::mapped;

/// The input and output of the template that returns a value.
const VALUE: &str = "value";

/// The conditions under which an output has its own value, each with the result that it must have.
type Path<'a> = Vec<(&'a Expr, bool)>;

impl Lowering<'_> {
    /// Returns the text of an output, as expr-lang that cannot fail.
    pub(super) fn computed<'e>(
        &self,
        name: &str,
        expr: &'e Expr,
        ty: &Type,
        path: &mut Path<'e>,
        tasks: &mut Vec<DagTask>,
    ) -> Result<Code, Diagnostic> {
        let scope = self.in_outputs();
        if let ExprKind::Choose {
            condition,
            then,
            otherwise,
        } = &expr.kind
        {
            // The conditions of tasks are repeated here: had they failed, the tasks would have failed too.
            path.push((condition, true));
            let first = self.computed(name, then, ty, path, tasks);
            path.pop();
            path.push((condition, false));
            let second = self.computed(name, otherwise, ty, path, tasks);
            path.pop();
            return Ok(choice(scope.code(condition)?, first?, second?));
        }
        // A separate task would be omitted if the step has failed, and would fail the graph that has to tolerate the
        // failure.
        if is_carried_as_json(ty)
            && let Some(reference) = scope.reference(expr)?
            && reference.is_written
        {
            return Ok(json_of_written_bool(&reference.code()));
        }
        // Nothing waits for the entry.
        if self.is_entry || !is_partial(&scope, expr, ty)? {
            return scope.text_code(expr, ty);
        }
        let given = format!("give-{}", mapped(name));
        let mut task = given.clone();
        let mut number = 2;
        while self.task_names.contains(&task) || tasks.iter().any(|other| other.name == task) {
            task = format!("{given}-{number}");
            number += 1;
        }
        let code = self.scope.text_in_code(expr, ty)?;
        let condition = self.all(path)?;
        let scope = Scope {
            guard: Guard::of(self.scope.version, condition.as_deref(), "''"),
            ..self.scope
        };
        let value = scope.expression(&code);
        let when = condition.map(|condition| self.scope.tags.expression(&condition));
        tasks.push(DagTask {
            name: task.clone(),
            template: Some(self.names.computed.clone()),
            depends: self.after(expr, path),
            when,
            arguments: Ports {
                parameters: vec![Parameter {
                    name: VALUE.to_owned(),
                    value: Some(value),
                    ..Parameter::default()
                }],
                ..Ports::default()
            },
            ..DagTask::default()
        });
        Ok(Code::atom(format!(
            "tasks{}.outputs.parameters.{VALUE}",
            member(&task)
        )))
    }

    /// Returns the condition under which an output has its own value, as expr-lang.
    fn all(&self, path: &Path<'_>) -> Result<Option<String>, Diagnostic> {
        let conditions: Vec<_> = path
            .iter()
            .map(|(condition, holds)| {
                let code = self.scope.code(condition)?;
                Ok(match holds {
                    true => code,
                    false => Code::compound(format!("not {}", code.operand())),
                })
            })
            .collect::<Result<_, Diagnostic>>()?;
        let is_one = conditions.len() == 1;
        let texts: Vec<_> = conditions
            .into_iter()
            .map(|code| if is_one { code.text } else { code.operand() })
            .collect();
        Ok((!texts.is_empty()).then(|| texts.join(" and ")))
    }

    /// Returns what the computation of a value waits for.
    fn after(&self, expr: &Expr, path: &Path<'_>) -> Option<String> {
        let mut before: BTreeMap<PlanTaskId, Edge> = BTreeMap::new();
        let mut note = |expr: &Expr| match expr.kind {
            ExprKind::TaskOutput { task, .. } | ExprKind::Gather { task, .. } => {
                before.insert(task, Edge::Value);
            }
            ExprKind::TaskStatus(task) => {
                before.entry(task).or_insert(Edge::Status);
            }
            _ => {}
        };
        expr.walk(&mut note);
        for (condition, _) in path {
            condition.walk(&mut note);
        }
        all_of(before.into_iter().filter_map(|(task, edge)| {
            let name = self.task_names.get(task.index())?;
            Some(match edge {
                Edge::Status => ended(name),
                _ => format!("{name}.Succeeded"),
            })
        }))
    }
}

/// Whether computing the text of an expression may fail if a value of type `ty` is expected, that is, if a text that a
/// program has written is read as something else.
pub(super) fn is_partial(scope: &Scope<'_>, expr: &Expr, ty: &Type) -> Result<bool, Diagnostic> {
    if expr.value().is_some() {
        return Ok(false);
    }
    Ok(match &expr.kind {
        ExprKind::Gather { .. } => false,
        ExprKind::Concat(parts) => any(parts, |part| is_partial(scope, part, &part.ty))?,
        ExprKind::Function {
            function: Function::AsString,
            arguments,
        } => any(arguments, |argument| {
            Ok(matches!(argument.ty.required(), Type::Json)
                || is_partial(scope, argument, &argument.ty)?)
        })?,
        ExprKind::Binary {
            operator: BinaryOperator::Coalesce,
            left,
            right,
        } if scope.reference(left)?.is_some_and(|left| left.may_be_null) => {
            is_partial(scope, right, ty)?
        }
        _ => match scope.reference(expr)? {
            Some(reference) => reference.is_written,
            None if is_carried_as_json(ty) || is_text(ty) || matches!(ty, Type::Bool) => {
                !is_safe(scope, expr)?
            }
            None => true,
        },
    })
}

/// Whether the value of an expression can always be computed.
fn is_safe(scope: &Scope<'_>, expr: &Expr) -> Result<bool, Diagnostic> {
    if expr.value().is_some() {
        return Ok(true);
    }
    if let Some(reference) = scope.reference(expr)? {
        let is_as_it_is = is_text(&expr.ty) || matches!(expr.ty, Type::Bool);
        return Ok(!reference.may_be_null && !reference.is_written && is_as_it_is);
    }
    Ok(match &expr.kind {
        ExprKind::Context(context) => *context != Context::RunFailures,
        ExprKind::Concat(parts) => !any(parts, |part| is_partial(scope, part, &part.ty))?,
        ExprKind::Unary {
            operator: UnaryOperator::Not,
            operand,
        } => is_safe(scope, operand)?,
        ExprKind::Binary {
            operator,
            left,
            right,
        } => {
            let is_null = |expr: &Expr| matches!(expr.ty, Type::Null);
            match operator {
                // A comparison with `null` reads the text.
                BinaryOperator::Equal | BinaryOperator::NotEqual
                    if is_null(left) || is_null(right) =>
                {
                    let value = if is_null(left) { right } else { left };
                    scope.reference(value)?.is_some()
                }
                BinaryOperator::Equal
                | BinaryOperator::NotEqual
                | BinaryOperator::And
                | BinaryOperator::Or => is_safe(scope, left)? && is_safe(scope, right)?,
                BinaryOperator::In => right.value().is_some() && is_safe(scope, left)?,
                _ => false,
            }
        }
        ExprKind::List(items) => !any(items, |item| Ok(!is_safe(scope, item)?))?,
        ExprKind::Record(fields) => !any(fields, |(_, value)| Ok(!is_safe(scope, value)?))?,
        ExprKind::Function {
            function,
            arguments,
        } if facts(*function).never_fails => {
            !any(arguments, |argument| Ok(!is_safe(scope, argument)?))?
        }
        _ => false,
    })
}

fn any<T>(
    items: &[T],
    mut holds: impl FnMut(&T) -> Result<bool, Diagnostic>,
) -> Result<bool, Diagnostic> {
    for item in items {
        if holds(item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the template that returns its argument.
pub(crate) fn template(name: &str, nothing: &str) -> Merged<Template> {
    let value = |value_from| Parameter {
        name: VALUE.to_owned(),
        value_from,
        ..Parameter::default()
    };
    let ports = |parameter| Ports {
        parameters: vec![parameter],
        ..Ports::default()
    };
    let given = ValueFrom {
        expression: Some(format!("inputs.parameters.{VALUE}")),
        ..ValueFrom::default()
    };
    let task = DagTask {
        name: nothing.to_owned(),
        template: Some(nothing.to_owned()),
        when: Some("false".to_owned()),
        ..DagTask::default()
    };
    Merged::from(Template {
        name: name.to_owned(),
        inputs: ports(value(None)),
        outputs: ports(value(Some(given))),
        dag: Some(DagTemplate {
            tasks: vec![task],
            ..DagTemplate::default()
        }),
        ..Template::default()
    })
}
