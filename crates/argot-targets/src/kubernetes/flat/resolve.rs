//! Resolves the expressions of a graph in terms of the whole run.

use std::sync::Arc;

use argot_compiler::{
    BinaryOperator, Expr, ExprKind, InputId, OutputId, PlanTaskId, Type, Value, fold,
};
use argot_syntax::Diagnostics;

use super::{JobId, NodeId, Source, State, When};
use crate::kubernetes::diagnostics;

/// The names that the expressions of a graph can refer to.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    /// The values of its inputs; `None` for missing ones.
    pub(super) inputs: Vec<Option<Expr>>,
    /// Its tasks up to now.
    pub(super) done: Vec<Done>,
}

/// The result of laying out a task.
#[derive(Debug, Clone)]
pub(super) struct Done {
    /// How it ends.
    pub(super) ended: Ended,
    /// Nodes that must have ended too before it has: those of its handlers.
    pub(super) handlers: Vec<NodeId>,
    /// Whether it has always succeeded if its graph has.
    pub(super) is_sure: bool,
    /// Its outputs; empty if it never runs.
    pub(super) outputs: Vec<Expr>,
    /// The outputs of each turn, for a looped task.
    pub(super) turns: Option<Vec<Vec<Expr>>>,
}

/// How a task ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// As the node does.
    As(NodeId),
    /// In this state, whatever happens.
    Always(State),
}

/// The facts known at an expression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// The conditions that hold.
    pub(super) facts: &'a [When],
    /// How the run has ended; only in its handlers.
    pub(super) run: Option<State>,
    /// How a node has ended; only in its handlers.
    pub(super) node: Option<(NodeId, State)>,
    /// The item that a loop is at; only in the arguments of its turns.
    pub(super) item: Option<&'a Expr>,
    /// Whether the whole graph has succeeded, since its outputs are not visible otherwise.
    pub(super) has_succeeded: bool,
}

/// The maximum number of parts of a resolved expression: three for each turn of the longest loop.
const MOST_PARTS: usize = 100_000;

/// Counts the parts that are written out in an expression.
#[derive(Default)]
struct Room {
    /// How many parts have been written out so far.
    used: usize,
}

impl Frame {
    /// Resolves an expression of the graph in terms of the run, as far as it is known.
    pub(super) fn resolve(
        &self,
        expr: &Expr,
        known: Known<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Expr {
        let mut out = expr.clone();
        self.resolve_in(&mut out, known, diagnostics);
        out
    }

    /// As [`Frame::resolve`], in place. Expressions that become too large are reported.
    pub(super) fn resolve_in(
        &self,
        expr: &mut Expr,
        known: Known<'_>,
        diagnostics: &mut Diagnostics,
    ) {
        let span = expr.span;
        let mut room = Room::default();
        self.write_out(expr, known, &mut room, diagnostics);
        if room.used > MOST_PARTS || room.used > 0 && expr.is_larger_than(MOST_PARTS) {
            diagnostics.push(diagnostics::huge_value(span));
            *expr = Expr::error(span);
        }
    }

    fn write_out(
        &self,
        expr: &mut Expr,
        known: Known<'_>,
        room: &mut Room,
        diagnostics: &mut Diagnostics,
    ) {
        if room.used > MOST_PARTS {
            return;
        }
        let span = expr.span;
        let found = match &expr.kind {
            ExprKind::Input(id) => Some(self.input(*id, expr)),
            ExprKind::TaskOutput { task, output } => Some(self.output(*task, *output, expr)),
            ExprKind::TaskStatus(task) => self.status(*task, known).map(|state| {
                let name = Value::String(state.name().to_owned());
                Expr::constant(name, expr.ty.clone(), span)
            }),
            ExprKind::Item(_) => known.item.cloned(),
            ExprKind::Gather { task, output } => Some(self.gathered(*task, *output, expr)),
            ExprKind::Context(argot_compiler::Context::RunStatus) => known.run.map(|state| {
                Expr::constant(
                    Value::String(state.name().to_owned()),
                    expr.ty.clone(),
                    span,
                )
            }),
            _ => None,
        };
        if let Some(mut found) = found {
            let parts = found.parts(MOST_PARTS + 1);
            // A value without parts adds nothing to the size.
            room.used += if parts > 1 { parts } else { 0 };
            // An argument has the span of the argument, everything else the span of its use.
            if !matches!(expr.kind, ExprKind::Input(_)) {
                found.span = span;
            }
            *expr = found;
            settle(expr, known.facts, diagnostics);
            return;
        }
        if let ExprKind::TaskStatus(task) = expr.kind
            && let Some(Ended::As(node)) = self.done.get(task.index()).map(|done| done.ended)
        {
            expr.kind = ExprKind::TaskStatus(PlanTaskId::new(node.0));
            return;
        }
        for child in expr.children_mut() {
            self.write_out(child, known, room, diagnostics);
        }
        decide(expr, known.facts, diagnostics);
    }

    fn input(&self, id: InputId, expr: &Expr) -> Expr {
        match self.inputs.get(id.index()) {
            Some(Some(value)) => value.clone(),
            _ => null(expr),
        }
    }

    fn output(&self, task: PlanTaskId, output: OutputId, expr: &Expr) -> Expr {
        let done = self.done.get(task.index());
        done.and_then(|done| done.outputs.get(output.index()))
            .cloned()
            .unwrap_or_else(|| null(expr))
    }

    fn gathered(&self, task: PlanTaskId, output: OutputId, expr: &Expr) -> Expr {
        let turns = self
            .done
            .get(task.index())
            .and_then(|done| done.turns.as_ref());
        let items: Vec<Expr> = turns
            .into_iter()
            .flatten()
            .filter_map(|turn| turn.get(output.index()).cloned())
            .collect();
        let mut list = Expr::new(ExprKind::List(items), expr.ty.clone(), expr.span);
        let mut nothing = Diagnostics::default();
        fold(&mut list, &mut nothing);
        list
    }

    fn status(&self, task: PlanTaskId, known: Known<'_>) -> Option<State> {
        let done = self.done.get(task.index())?;
        match done.ended {
            Ended::Always(state) => Some(state),
            Ended::As(node) => match known.node {
                Some((about, state)) if about == node => Some(state),
                _ => (known.has_succeeded && done.is_sure).then_some(State::Succeeded),
            },
        }
    }
}

/// Simplifies an expression that is already resolved, using known facts.
fn settle(expr: &mut Expr, facts: &[When], diagnostics: &mut Diagnostics) {
    expr.rewrite_inside_out(&mut |expr| decide(expr, facts, diagnostics));
}

/// Decides an expression whose parts have been decided.
fn decide(expr: &mut Expr, facts: &[When], diagnostics: &mut Diagnostics) {
    fold(expr, diagnostics);
    // The error has been reported; the error value suppresses follow-up errors.
    if expr.children().into_iter().any(Expr::is_error) {
        *expr = Expr::error(expr.span);
    }
    if is_about_status(expr)
        && let Ok(when) = When::of(expr)
        && let Some(value) = when.given(facts)
    {
        *expr = Expr::constant(Value::Bool(value), Type::Bool, expr.span);
    }
}

/// Whether it asks how a node has ended.
fn is_about_status(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Binary { operator: BinaryOperator::Equal | BinaryOperator::NotEqual | BinaryOperator::In, left, .. }
        if matches!(left.kind, ExprKind::TaskStatus(_)))
}

fn null(expr: &Expr) -> Expr {
    Expr::constant(Value::Null, Type::Null, expr.span)
}

/// The output of one turn of a job with turns.
pub(super) fn of_turn(job: JobId, turn: usize, output: OutputId, ty: Type, like: &Expr) -> Expr {
    let base = Expr::new(
        ExprKind::TaskOutput {
            task: PlanTaskId::new(job.0),
            output,
        },
        Type::List(Arc::new(ty.clone())),
        like.span,
    );
    let at = i64::try_from(turn).unwrap_or(i64::MAX);
    let kind = ExprKind::Index {
        base: Box::new(base),
        index: Box::new(Expr::constant(Value::Int(at), Type::Int, like.span)),
    };
    Expr::new(kind, ty, like.span)
}

/// The output that an expression refers to, if it is one.
pub(super) fn source(expr: &Expr) -> Option<Source> {
    match &expr.kind {
        ExprKind::TaskOutput { task, output } => Some(Source {
            job: JobId(task.index()),
            turn: None,
            output: *output,
        }),
        ExprKind::Index { base, index } => match (&base.kind, index.value()) {
            (ExprKind::TaskOutput { task, output }, Some(Value::Int(turn))) => Some(Source {
                job: JobId(task.index()),
                turn: usize::try_from(*turn).ok(),
                output: *output,
            }),
            _ => None,
        },
        _ => None,
    }
}
