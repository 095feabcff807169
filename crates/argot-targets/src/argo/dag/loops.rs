//! Items of looped tasks.

use argot_compiler::{Expr, ExprKind, Items as Over, PlanTask, Port, Type, Value};
use argot_syntax::{Diagnostic, Diagnostics};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Lowering;
use crate::argo::carried::{is_carried_as_json, is_text};
use crate::argo::diagnostics;
use crate::argo::objects::Sequence;
use crate::argo::scope::{Guard, Scope};
use crate::argo::storage::{self, INDEX, ITEM};
use crate::argo::text::{Place, constant};

/// The items of a looped task.
pub(super) enum Items {
    /// The elements of a JSON list.
    List(String),
    /// Whole numbers.
    Range(Sequence),
}

/// The form of elements in a list that makes `{{item}}` the text that inputs expect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As they are.
    Plain,
    /// As strings that contain their JSON.
    Json,
}

/// Returns the form that an element needs in the list for an input, or `None` if it does not matter.
///
/// `{{item}}` is the text of a string without its quotes, and otherwise the element's own JSON, in which digits do not
/// change.
fn form(item: &Type, port: &Type) -> Option<Form> {
    if item.is_optional() || matches!(item, Type::Json) {
        Some(Form::Json)
    } else if !is_text(item) {
        None
    } else if is_carried_as_json(port) {
        Some(Form::Json)
    } else {
        Some(Form::Plain)
    }
}

impl Lowering<'_> {
    /// Returns the items of a task, if it is looped.
    pub(super) fn items(
        &self,
        task: &PlanTask,
        ports: &[Port],
        condition: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Items> {
        let each = task.each.as_ref()?;
        let otherwise = match each {
            Over::Range(..) => "0",
            _ => "'[]'",
        };
        let scope = &Scope {
            guard: Guard::of(self.scope.version, condition, otherwise),
            ..self.scope
        };
        let outcome = match each {
            Over::List(list) if storage::is_numbered(task) => {
                numbered(scope, list).map(Items::List)
            }
            Over::List(list) => list_of(scope, task, list, ports).map(Items::List),
            Over::Range(from, to) => range(scope, from, to).map(Items::Range),
        };
        outcome
            .map_err(|diagnostic| diagnostics.push(diagnostic))
            .ok()
    }
}

fn list_of(
    scope: &Scope<'_>,
    task: &PlanTask,
    list: &Expr,
    ports: &[Port],
) -> Result<String, Diagnostic> {
    // Within the list its elements are JSON; as the item of a turn, each is a separate text.
    if let Some(Value::List(items)) = list.value() {
        for item in items {
            constant(&item.text(), Place::Parameter, list.span)?;
        }
    }
    let mut found = None;
    for (id, expr) in &task.arguments {
        let ExprKind::Item(_) = expr.kind else {
            continue;
        };
        let Some(port) = ports.get(id.index()) else {
            continue;
        };
        match (found, form(&expr.ty, &port.ty)) {
            (Some(one), Some(other)) if one != other => {
                return Err(diagnostics::item_in_expression(expr.span));
            }
            (None, form) => found = form,
            _ => {}
        }
    }
    let is_wrapped = match list.ty.required() {
        Type::List(element) => scope.wraps_items(element),
        _ => false,
    };
    if found != Some(Form::Json) && !is_wrapped {
        let text = scope.text(list, &list.ty, Place::Parameter)?;
        // If the text were empty, Argo would treat the task as one that is not looped. With a space it is not a list,
        // and an error.
        return Ok(match list.value() {
            Some(_) => text,
            None => format!(" {text}"),
        });
    }
    if let Some(Value::List(items)) = list.value() {
        let texts = items.iter().map(|item| {
            let text = match found {
                Some(Form::Json) => Value::String(item.json()),
                _ => item.clone(),
            };
            match is_wrapped {
                true => Value::List(vec![text]),
                false => text,
            }
        });
        let list = Expr::constant(Value::List(texts.collect()), list.ty.clone(), list.span);
        return scope.text(&list, &list.ty, Place::Parameter);
    }
    let code = scope.code(list)?.text;
    let item = match (found, is_wrapped) {
        (Some(Form::Json), true) => "[toJson(#)]",
        (Some(Form::Json), false) => "toJson(#)",
        _ => "[#]",
    };
    let code = format!("toJson(map({code}, {item}))");
    Ok(scope.expression(&code))
}

/// Returns records of each element and its index.
fn numbered(scope: &Scope<'_>, list: &Expr) -> Result<String, Diagnostic> {
    if let Some(Value::List(items)) = list.value() {
        let items = items.iter().zip(0..).map(|(item, index)| {
            let record = [
                (INDEX.to_owned(), Value::Int(index)),
                (ITEM.to_owned(), item.clone()),
            ];
            Value::Record(record.into_iter().collect())
        });
        let list = Expr::constant(Value::List(items.collect()), list.ty.clone(), list.span);
        return scope.text(&list, &list.ty, Place::Parameter);
    }
    let code = scope.code(list)?.text;
    // A brace directly after a comma of `map` would start a block.
    Ok(scope.expression(&format!(
        "let items = {code}; toJson(map(0..(len(items) - 1), ({{'{INDEX}': #, '{ITEM}': items[#]}})))"
    )))
}

fn range(scope: &Scope<'_>, from: &Expr, to: &Expr) -> Result<Sequence, Diagnostic> {
    let bound = |expr: &Expr| match expr.value() {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    };
    let start = match bound(from) {
        Some(0) => None,
        Some(number) => Some(whole(number)),
        None => Some(IntOrString::String(scope.text(
            from,
            &Type::Int,
            Place::Field,
        )?)),
    };
    // Argo counts downwards if the count is negative.
    let count = match (bound(from), bound(to)) {
        (Some(from), Some(to)) => whole(to.saturating_sub(from).max(0)),
        (from_value, _) => {
            let to = scope.code(to)?.operand();
            let count = match from_value {
                Some(0) => to,
                _ => format!("{to} - {}", scope.code(from)?.operand()),
            };
            let code = format!("max(0, {count})");
            IntOrString::String(scope.expression(&code))
        }
    };
    Ok(Sequence {
        start,
        count: Some(count),
    })
}

fn whole(number: i64) -> IntOrString {
    i32::try_from(number).map_or_else(
        |_| IntOrString::String(number.to_string()),
        IntOrString::Int,
    )
}
