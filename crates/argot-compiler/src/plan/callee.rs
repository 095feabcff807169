//! What a call runs: the step or graph, its arguments, its outputs, and what runs after it.

use std::collections::HashSet;

use super::{
    Hook, Port, Target,
    build::{Builder, Needs},
    scope::{Binding, DagScope, is_absent},
    simplify::simplify,
    steps::CallSite,
};
use crate::{Callee, Expr, ExprKind, InputId, Output, OutputId, PlanTaskId, TaskId, diagnostics};

impl Builder<'_> {
    /// What a call runs, and with which arguments, in the words of the program.
    pub(super) fn callee(
        &mut self,
        (id, task, call): (TaskId, &crate::Task, &crate::Call),
        gathered: &HashSet<(TaskId, OutputId)>,
        scope: &DagScope<'_>,
    ) -> Option<(Target, Vec<(InputId, Expr)>)> {
        let outputs = self.program.outputs(call.callee).len();
        let gathered: Vec<OutputId> = (0..outputs)
            .map(OutputId::new)
            .filter(|output| gathered.contains(&(id, *output)))
            .collect();
        let inputs = self.program.inputs(call.callee);
        let mut bindings = Vec::with_capacity(inputs.len());
        let mut arguments = Vec::with_capacity(call.arguments.len());
        let mut given = call.arguments.iter().peekable();
        for (index, input) in inputs.iter().enumerate() {
            let id = InputId::new(index);
            let argument = given
                .next_if(|(other, _)| *other == id)
                .map(|(_, value)| value);
            let Some(value) = argument else {
                bindings.push(match &input.default {
                    Some(default) if !is_absent(default, input) => Binding::Present,
                    _ => Binding::Absent,
                });
                continue;
            };
            if let Some(volume) = scope.volume(value) {
                bindings.push(Binding::Volume(volume));
                continue;
            }
            let mut value = value.clone();
            simplify(&mut value, &scope.presence, self.diagnostics);
            if is_absent(&value, input) {
                bindings.push(Binding::Absent);
                continue;
            }
            bindings.push(match value.ty.is_optional() && value.value().is_none() {
                true => self.run_time_binding(call.callee, &value),
                false => Binding::Present,
            });
            arguments.push((id, value));
        }
        match call.callee {
            Callee::Component(id) => {
                let component = self.program.component(id)?;
                let (step, lifted) = self.steps.step(
                    id,
                    component,
                    CallSite {
                        task: &task.name,
                        call,
                        span: task.span,
                        bindings: &bindings,
                        gathered: &gathered,
                    },
                    scope,
                    &mut self.values,
                    self.diagnostics,
                );
                arguments.extend(lifted);
                Some((Target::Step(step), arguments))
            }
            Callee::Pipeline(id) => {
                let needs = Needs { bindings, gathered };
                let dag = self.dag(id, needs, Some((&task.name, task.span)))?;
                Some((Target::Dag(dag), arguments))
            }
        }
    }

    /// How an input is bound to a value of which only the run knows whether it is there.
    fn run_time_binding(&mut self, callee: Callee, value: &Expr) -> Binding {
        let of_target = match callee {
            Callee::Component(id) => self
                .program
                .component(id)
                .is_some_and(|component| !component.body.facts().optional_inputs),
            Callee::Pipeline(_) => false,
        };
        if of_target || value.ty.is_artifact() {
            let found = value.ty.text(&self.program.artifacts);
            self.diagnostics
                .push(diagnostics::may_be_absent_at_run_time(&found, value.span));
        }
        Binding::RunTime
    }

    /// Whether what runs makes a list of artifacts, which differs in each turn of a loop.
    pub(super) fn makes_lists(&self, target: Target) -> bool {
        match target {
            Target::Step(id) => self.steps.steps.get(id.index()).is_some_and(|step| {
                let mut outputs = step.outputs.iter();
                outputs.any(|output| output.ty.is_artifact_list())
            }),
            Target::Dag(dag) => self.makes_lists.contains(&dag),
        }
    }

    /// The inputs of what runs.
    pub(super) fn inputs_of(&self, target: Target) -> &[Port] {
        match target {
            Target::Step(id) => self
                .steps
                .steps
                .get(id.index())
                .map_or(&[], |step| &step.inputs),
            Target::Dag(id) => self
                .dags
                .get(id.index())
                .and_then(Option::as_ref)
                .map_or(&[], |dag| &dag.inputs),
        }
    }

    /// The outputs of what runs.
    pub(super) fn outputs_of(&self, target: Target) -> Vec<Output> {
        match target {
            Target::Step(id) => self
                .steps
                .steps
                .get(id.index())
                .map_or_else(Vec::new, |step| step.outputs.clone()),
            Target::Dag(id) => self
                .dags
                .get(id.index())
                .and_then(Option::as_ref)
                .map_or_else(Vec::new, |dag| {
                    dag.outputs
                        .iter()
                        .map(|(output, _)| output.clone())
                        .collect()
                }),
        }
    }

    /// What runs when a task that has these arguments has ended.
    pub(super) fn hook(
        &self,
        target: Target,
        arguments: &[(InputId, Expr)],
        task: PlanTaskId,
    ) -> Option<Hook> {
        let Target::Dag(dag) = target else {
            return None;
        };
        let handlers = self.handlers.get(&dag)?;
        let inputs = self.inputs_of(target);
        let given = handlers.inputs.iter().filter_map(|(value, id)| {
            let value = match &value.kind {
                ExprKind::Input(input) => {
                    let given = arguments.iter().find(|(other, _)| other == input);
                    match given {
                        Some((_, given)) => given.clone(),
                        None => inputs.get(input.index())?.default.clone()?,
                    }
                }
                // How the task has ended.
                _ => Expr::new(ExprKind::TaskStatus(task), value.ty.clone(), value.span),
            };
            Some((*id, value))
        });
        Some(Hook {
            dag: handlers.dag,
            arguments: given.collect(),
        })
    }
}
