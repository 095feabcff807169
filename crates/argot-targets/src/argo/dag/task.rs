//! From a task of a graph to an Argo task.

use std::collections::HashSet;

use argot_compiler::{
    Body, Expr, ExprKind, InputId, PlanTask, Port, Target, TemplateRef as Reference, Value,
};
use argot_syntax::Diagnostics;

use super::computed::is_partial;
use super::loops::Items;
use super::{Lowering, Node};
use crate::argo::objects::{Artifact, DagTask, Parameter, Ports, TemplateRef};
use crate::argo::scope::{Guard, Scope, Tasks};
use crate::argo::step;
use crate::argo::text::Place;

/// What a task or handler runs.
pub(super) struct Callee<'a> {
    pub(super) template: Option<String>,
    pub(super) template_ref: Option<TemplateRef>,
    pub(super) ports: &'a [Port],
}

impl Lowering<'_> {
    pub(super) fn task(
        &self,
        node: Node,
        task: &PlanTask,
        diagnostics: &mut Diagnostics,
    ) -> DagTask {
        let name = self
            .task_names
            .get(node.index())
            .cloned()
            .unwrap_or_default();
        let callee = self.callee(task.target);
        let scope = Scope {
            tasks: self.scope.tasks.map(|tasks| Tasks {
                current: Some(&name),
                ..tasks
            }),
            ..self.scope
        };
        let when = task
            .condition
            .as_ref()
            .and_then(|condition| when(&scope, condition, diagnostics));
        let condition = match &when {
            Some(When::Code(code)) => Some(code.as_str()),
            _ => None,
        };
        let items = self.items(task, callee.ports, condition, diagnostics);
        let mut arguments = self.arguments(
            &scope,
            &task.arguments,
            callee.ports,
            task.each.is_some(),
            condition,
            diagnostics,
        );
        // A template in another object does not know this program's defaults.
        if callee.template_ref.is_some() {
            let given: HashSet<usize> = task.arguments.iter().map(|(id, _)| id.index()).collect();
            let defaults: Vec<Port> = callee
                .ports
                .iter()
                .enumerate()
                .filter(|(index, port)| port.default.is_some() && !given.contains(index))
                .map(|(_, port)| port.clone())
                .collect();
            let more = step::inputs(&defaults, None, &scope, diagnostics);
            arguments.parameters.extend(more.parameters);
            arguments.artifacts.extend(more.artifacts);
        }
        let when = when.map(|when| match when {
            When::Never => "false".to_owned(),
            When::Code(code) => scope.tags.expression(&code),
        });
        let hooks = self.hooks(task, &scope, diagnostics);
        let (with_param, with_sequence) = match items {
            Some(Items::List(list)) => (Some(list), None),
            Some(Items::Range(range)) => (None, Some(range)),
            None => (None, None),
        };
        DagTask {
            depends: self.depends(node),
            name,
            template: callee.template,
            template_ref: callee.template_ref,
            when,
            with_param,
            with_sequence,
            arguments,
            hooks,
        }
    }

    /// Returns what a task runs.
    pub(super) fn callee(&self, target: Target) -> Callee<'_> {
        let ports = self.plan.inputs(target).unwrap_or_default();
        let (template, template_ref) = match target {
            Target::Dag(id) => (self.names.dags.get(id.index()).cloned(), None),
            Target::Step(id) => match self.plan.steps.get(id.index()).map(|step| &step.body) {
                Some(Body::TemplateRef(reference)) => (None, Some(elsewhere(reference))),
                Some(Body::Container | Body::Script(_) | Body::RawTemplate(_)) | None => {
                    (self.names.steps.get(id.index()).cloned(), None)
                }
            },
        };
        Callee {
            template,
            template_ref,
            ports,
        }
    }

    /// Returns the arguments of a template.
    pub(super) fn arguments(
        &self,
        scope: &Scope<'_>,
        arguments: &[(InputId, Expr)],
        ports: &[Port],
        is_looped: bool,
        condition: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Ports {
        let guarded = Scope {
            guard: Guard::of(scope.version, condition, "''"),
            ..*scope
        };
        let mut out = Ports::default();
        for (id, expr) in arguments {
            let Some(port) = ports.get(id.index()) else {
                continue;
            };
            if port.ty.is_artifact() {
                let mut artifact = Artifact {
                    name: port.name.clone(),
                    ..Artifact::default()
                };
                match self.argument(&mut artifact, expr, &guarded) {
                    Ok(true) => out.artifacts.push(artifact),
                    Ok(false) => {}
                    Err(diagnostic) => diagnostics.push(diagnostic),
                }
                continue;
            }
            let value = match expr.kind {
                // Argo substitutes the item, in the form that `items` has prepared.
                ExprKind::Item(_) if is_looped => Ok(scope.written(scope.item(&expr.ty))),
                _ if guarded.guard.is_some()
                    && is_partial(scope, expr, &port.ty).unwrap_or(true) =>
                {
                    guarded.text(expr, &port.ty, Place::Parameter)
                }
                _ => scope.text(expr, &port.ty, Place::Parameter),
            };
            match value {
                Ok(value) => out.parameters.push(Parameter {
                    name: port.name.clone(),
                    value: Some(value),
                    ..Parameter::default()
                }),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        out
    }
}

/// When a conditional task runs.
enum When {
    Never,
    /// If this condition, in expr-lang, is true.
    Code(String),
}

/// Returns a condition, always as an expression: Argo's own language for conditions reads texts without quotes.
fn when(scope: &Scope<'_>, condition: &Expr, diagnostics: &mut Diagnostics) -> Option<When> {
    match condition.value() {
        Some(Value::Bool(true)) => None,
        Some(_) => Some(When::Never),
        None => match scope.code(condition) {
            Ok(code) => Some(When::Code(code.text)),
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                None
            }
        },
    }
}

fn elsewhere(reference: &Reference) -> TemplateRef {
    TemplateRef {
        name: reference.name.clone(),
        template: reference.template.clone(),
        cluster_scope: reference.cluster.then_some(true),
    }
}
