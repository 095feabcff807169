//! Turns steps into jobs.

use argot_compiler::{Context, Expr, ExprKind, OutputId, PlanTask, PlanTaskId, Step, StepId};
use argot_syntax::Diagnostics;

use super::{
    Job, JobId, Need, Node, NodeId, NodeKind, State, Turns, When,
    build::{Flattener, Place, never},
    resolve::{Done, Ended, Frame},
};
use crate::kubernetes::{diagnostics, names};

impl Flattener<'_> {
    pub(super) fn step(
        &mut self,
        task: &PlanTask,
        id: StepId,
        needs: Vec<Need>,
        when: When,
        place: &Place,
        arguments: Vec<Option<Expr>>,
    ) -> Done {
        let Some(step) = self.plan.steps.get(id.index()) else {
            return never(State::Skipped);
        };
        let bound = self.bind(step, &task.name, &arguments);
        let job = JobId(self.jobs.len());
        let outputs = step
            .outputs
            .iter()
            .enumerate()
            .map(|(index, output)| {
                let kind = ExprKind::TaskOutput {
                    task: PlanTaskId::new(job.0),
                    output: OutputId::new(index),
                };
                Expr::new(kind, output.ty.clone(), task.span)
            })
            .collect();
        let path = format!("{}{}", place.path, task.name);
        let names: Vec<&str> = place
            .names
            .iter()
            .map(String::as_str)
            .chain([task.name.as_str()])
            .collect();
        let node = self.job(
            place.gate,
            needs,
            when,
            Made {
                names: &names,
                task,
                path: (path, String::new()),
                step: bound,
                arguments,
                turns: None,
            },
        );
        Done {
            ended: Ended::As(node),
            handlers: Vec::new(),
            is_sure: true,
            outputs,
            turns: None,
        }
    }

    /// Adds a job with its node.
    pub(super) fn job(
        &mut self,
        gate: NodeId,
        needs: Vec<Need>,
        when: When,
        made: Made<'_>,
    ) -> NodeId {
        let id = JobId(self.jobs.len());
        let node = self.push(Node {
            parent: Some(gate),
            needs,
            when,
            kind: NodeKind::Job(id),
        });
        let wanted = names::joined(made.names);
        if wanted.is_empty() {
            self.diagnostics
                .push(diagnostics::empty_name(&made.task.name, made.task.span));
        }
        let mut name = wanted.clone();
        let mut count = 1;
        while !self.names.insert(name.clone()) {
            count += 1;
            name = format!("{wanted}-{count}");
        }
        self.jobs.push(Job {
            name,
            task: made.task.name.clone(),
            path: made.path,
            step: made.step,
            arguments: made.arguments,
            turns: made.turns,
            limits: self.limits.clone(),
            node,
            span: made.task.span,
        });
        node
    }

    /// A step whose expressions hold the values of its inputs.
    pub(super) fn bind(&mut self, step: &Step, task: &str, arguments: &[Option<Expr>]) -> Step {
        let frame = Frame {
            inputs: arguments.to_vec(),
            ..Frame::default()
        };
        let mut found = Diagnostics::default();
        let known = self.known();
        let mut bound = step.clone();
        let mut attributes = std::mem::take(&mut bound.attributes);
        for (_, expr) in attributes.exprs_mut() {
            name_task(expr, task);
            frame.resolve_in(expr, known, &mut found);
        }
        for volume in &mut bound.volumes {
            if let argot_compiler::PlanVolumeSource::Source(source) = &mut volume.source {
                for expr in source.exprs_mut() {
                    frame.resolve_in(expr, known, &mut found);
                }
            }
        }
        bound.attributes = attributes;
        self.diagnostics.extend(found);
        bound
    }
}

/// The parts of a job.
pub(super) struct Made<'a> {
    /// The names of the tasks around it and its own.
    pub(super) names: &'a [&'a str],
    pub(super) task: &'a PlanTask,
    pub(super) path: (String, String),
    pub(super) step: Step,
    pub(super) arguments: Vec<Option<Expr>>,
    pub(super) turns: Option<Turns>,
}

fn name_task(expr: &mut Expr, task: &str) {
    expr.rewrite_inside_out(&mut |expr| {
        if let ExprKind::Context(Context::TaskName) = expr.kind {
            *expr = Expr::text(task, expr.span);
        }
    });
}
