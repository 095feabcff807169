//! The bodies of pipelines.

use std::collections::HashSet;

use argot_syntax::{Diagnostics, ast};

use super::{
    Checker,
    block::Known,
    body::{Body, FrameKind},
    scope::{Place, Scope},
    statements::{Statements, is_forgotten_let},
};
use crate::{
    Attributes, ExprKind, PipelineId, TaskId, TaskKind, attributes,
    diagnostics::{self, Unused},
};

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

        body.enter(FrameKind::Pipeline, &item.body);
        let mut statements = Statements {
            checker: self,
            body,
        };
        for statement in &item.body {
            statements.statement(Some(id), statement);
        }
        let mut body = statements.body;
        let attributes = self.pipeline_attributes(&known, &mut body.scope);
        no_task_values(attributes.defaults(), &mut self.diagnostics);
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
            body.unused_lets();
            let parameters = body.scope.unused_inputs();
            let unused = parameters.map(|input| Unused::Parameter(input.name.clone(), input.span));
            self.searched.unused.extend(unused);
            self.searched.unused.append(&mut body.unused);
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

    /// Reports an empty loop if it is the reason that the pipeline runs nothing. Otherwise a lint reports it.
    fn empty_loops(&mut self, name: &ast::Ident, runs: bool, body: &mut Body) {
        let found = std::mem::take(&mut body.empty_loops);
        let empty: HashSet<TaskId> = found.iter().map(|(task, _)| *task).collect();
        let has_turns = body
            .blocks
            .first()
            .is_some_and(|block| runs_outside(block, body, &empty));
        match found.first() {
            Some((_, first)) if runs && !has_turns && !body.broken => self
                .diagnostics
                .push(diagnostics::only_empty_loops(&name.name, first)),
            _ => self
                .searched
                .empty_loops
                .extend(found.into_iter().map(|(_, empty)| empty)),
        }
    }
}

/// Reports values of tasks in `defaults`, which apply to every task.
fn no_task_values(defaults: &Attributes, diagnostics: &mut Diagnostics) {
    for (_, expr) in defaults.clone().exprs_mut() {
        expr.walk(&mut |expr| {
            if matches!(expr.kind, ExprKind::Task(_)) {
                diagnostics.push(diagnostics::task_value_in_defaults(expr.span));
            }
        });
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
