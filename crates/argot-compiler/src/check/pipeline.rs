//! The bodies of pipelines.

use std::collections::HashSet;

use argot_syntax::ast;

use super::{
    Checker,
    block::Known,
    body::{Body, FrameKind, unused_lets},
    scope::{Place, Scope},
    statements::is_forgotten_let,
};
use crate::{ExprKind, PipelineId, TaskId, TaskKind, attributes, diagnostics};

impl Checker<'_> {
    pub(super) fn pipeline_body(&mut self, id: PipelineId, item: &ast::Pipeline) {
        let Some(pipeline) = self.program.pipeline(id) else {
            return;
        };
        let (inputs, module) = (pipeline.inputs.clone(), pipeline.module);
        let scope = Scope::new(module, Place::Pipeline, inputs, Vec::new());
        let mut body = Body::new(scope, self.has_syntax_error(item.span));
        let attributes = item.body.iter().filter_map(|statement| match statement {
            ast::Statement::Attribute(attribute) => {
                Some(attribute).filter(|attribute| !is_forgotten_let(attribute))
            }
            _ => None,
        });
        let known = self.known(attributes::Block::Pipeline, attributes);
        let defaults = known
            .iter()
            .find(|known| known.name() == "defaults")
            .map_or(&[][..], Known::block);
        body.allow_failure = self.failure_is_allowed(defaults, &mut body.scope);
        body.daemon = defaults.iter().any(|attribute| {
            let is_true = |value: &ast::Expr| matches!(value.kind, ast::ExprKind::Bool(true));
            attribute.name.name == "daemon"
                && matches!(&attribute.value, ast::AttributeValue::Value(value) if is_true(value))
        });

        self.enter(FrameKind::Pipeline, &item.body, &mut body);
        for statement in &item.body {
            self.statement(Some(id), statement, &mut body);
        }
        let attributes = self.pipeline_attributes(&known, &mut body.scope);
        self.no_task_values(attributes.defaults());
        let tasks = body.frame().map(|frame| std::mem::take(&mut frame.tasks));
        if let (Some(tasks), Some(block)) = (tasks, body.blocks.first_mut()) {
            block.tasks = tasks;
        }
        let runs = body
            .blocks
            .first()
            .is_some_and(|block| block.calls(&body.tasks, &body.blocks));
        if !runs && !body.broken {
            self.diagnostics
                .push(diagnostics::empty_pipeline(&item.name.name, item.name.span));
        }
        self.empty_loops(&item.name, runs, &mut body);
        // If there are errors, a name that seems unused may be the one that could not be resolved.
        if !body.broken && !self.has_error(item.span) {
            self.unused_parameters(&body);
            unused_lets(&mut body);
            self.diagnostics.extend(std::mem::take(&mut body.unused));
        }
        let outputs = self
            .program
            .pipeline(id)
            .map(|pipeline| pipeline.outputs.clone())
            .unwrap_or_default();
        if let (None, Some(first), false) = (&body.returned, outputs.first(), body.broken) {
            self.diagnostics
                .push(diagnostics::missing_return(&item.name.name, first.span));
        }
        if let Some(pipeline) = self.program.pipelines.get_mut(id.index()) {
            pipeline.tasks = body.tasks;
            pipeline.blocks = body.blocks;
            pipeline.handlers = body.handlers;
            pipeline.volumes = body.volumes;
            pipeline.returns = body.returned.map(|(values, _)| values).unwrap_or_default();
            pipeline.attributes = attributes;
        }
    }

    /// Reports empty loops: as warnings, or as the reason that the pipeline runs nothing.
    fn empty_loops(&mut self, name: &ast::Ident, runs: bool, body: &mut Body) {
        let found = std::mem::take(&mut body.empty_loops);
        let empty: HashSet<TaskId> = found.iter().map(|(task, _)| *task).collect();
        let has_turns = body
            .blocks
            .first()
            .is_some_and(|block| runs_outside(block, body, &empty));
        let first = found.first().map(|(_, diagnostic)| diagnostic.clone());
        match first {
            Some(first) if runs && !has_turns && !body.broken => self
                .diagnostics
                .push(diagnostics::only_empty_loops(&name.name, first)),
            _ => {
                let all = found.into_iter().map(|(_, diagnostic)| diagnostic);
                all.for_each(|diagnostic| self.diagnostics.push(diagnostic));
            }
        }
    }

    fn unused_parameters(&mut self, body: &Body) {
        for input in &body.scope.inputs {
            if !body.scope.used.contains(&input.name) && !input.name.starts_with('_') {
                self.diagnostics.push(diagnostics::unused_parameter(
                    "parameter",
                    &input.name,
                    input.span,
                ));
            }
        }
    }

    /// `defaults` apply to every task, so they cannot refer to one.
    fn no_task_values(&mut self, defaults: &crate::Attributes) {
        let mut defaults = defaults.clone();
        let mut found = Vec::new();
        for (_, expr) in defaults.exprs_mut() {
            expr.walk(&mut |expr| {
                if matches!(expr.kind, ExprKind::Task(_)) {
                    found.push(expr.span);
                }
            });
        }
        for span in found {
            self.diagnostics
                .push(diagnostics::task_value_in_defaults(span));
        }
    }
}

/// Whether a block calls anything outside of empty loops.
fn runs_outside(block: &crate::Block, body: &Body, empty: &HashSet<TaskId>) -> bool {
    let own = block.tasks.iter().filter(|id| !empty.contains(id));
    own.filter_map(|id| body.tasks.get(id.index()))
        .any(|task| match &task.kind {
            TaskKind::Call(_) => true,
            kind => kind
                .blocks()
                .iter()
                .filter_map(|id| body.blocks.get(id.index()))
                .any(|block| runs_outside(block, body, empty)),
        })
}
