//! The nesting depth of templates.

use argot_compiler::{
    BinaryOperator, Dag, DagId, Expr, ExprKind, InputId, Plan, PlanTask, Target, Value,
};
use argot_syntax::{Diagnostics, Span};

use super::diagnostics;

/// The most templates that may be nested: `maxAllowedStackDepth` of Argo's controller, which stops at that depth.
const DEEPEST: usize = 99;
/// The input of a repetition that counts its turns.
const TURN: &str = "turn";

/// Reports graphs that are nested too deeply.
pub(crate) fn check(plan: &Plan, diagnostics: &mut Diagnostics) {
    let mut levels = Levels {
        plan,
        known: vec![None; plan.dags.len()],
    };
    let handlers = plan.on_exit.as_ref().map(|hook| hook.dag);
    for root in std::iter::once(DagId::new(0)).chain(handlers) {
        let depth = levels.of(root);
        if depth.levels > DEEPEST {
            diagnostics.push(match depth.repeat {
                Some((turns, span)) => {
                    let fewer = turns.saturating_sub(depth.levels - DEEPEST);
                    diagnostics::too_many_turns(turns, depth.levels, DEEPEST, fewer, span)
                }
                None => diagnostics::too_deep(depth.levels, DEEPEST, plan.span),
            });
        }
    }
}

/// The nesting depth of a graph.
#[derive(Clone, Copy, Default)]
struct Depth {
    /// The number of nested templates, including its own.
    levels: usize,
    /// The longest repetition on the way down.
    repeat: Option<(usize, Span)>,
}

struct Levels<'a> {
    plan: &'a Plan,
    known: Vec<Option<Depth>>,
}

impl Levels<'_> {
    fn of(&mut self, id: DagId) -> Depth {
        if let Some(Some(depth)) = self.known.get(id.index()) {
            return *depth;
        }
        let Some(dag) = self.plan.dags.get(id.index()) else {
            return Depth::default();
        };
        let mut deepest = Depth::default();
        for task in dag.graph.node_weights() {
            let runs = match task.target {
                Target::Step(_) => Some(Depth {
                    levels: 1,
                    repeat: None,
                }),
                Target::Dag(other) if other == id => None,
                Target::Dag(other) => Some(self.of(other)),
            };
            let ends = task.on_exit.as_ref().map(|hook| self.of(hook.dag));
            for depth in [runs, ends].into_iter().flatten() {
                if depth.levels > deepest.levels {
                    deepest = depth;
                }
            }
        }
        let turns = again(dag, id).map_or(1, |task| turns(dag, task));
        let longest = deepest.repeat.map_or(0, |(turns, _)| turns);
        let depth = Depth {
            levels: deepest.levels.saturating_add(turns),
            repeat: match turns > longest.max(1) {
                true => Some((turns, dag.span)),
                false => deepest.repeat,
            },
        };
        if let Some(known) = self.known.get_mut(id.index()) {
            *known = Some(depth);
        }
        depth
    }
}

/// Returns the task by which a repetition runs itself again.
fn again(dag: &Dag, id: DagId) -> Option<&PlanTask> {
    dag.graph
        .node_weights()
        .find(|task| matches!(task.target, Target::Dag(other) if other == id))
}

/// Returns the most turns of a repetition, whose condition is `turn + 1 < most`.
fn turns(dag: &Dag, again: &PlanTask) -> usize {
    let turn = dag.inputs.iter().position(|port| port.name == TURN);
    let counts = |expr: &Expr| {
        expr.any(
            |expr| matches!(&expr.kind, ExprKind::Input(id) if Some(InputId::index(*id)) == turn),
        )
    };
    let mut most = 1;
    if let Some(condition) = &again.condition {
        condition.walk(&mut |expr| {
            if let ExprKind::Binary {
                operator: BinaryOperator::Less,
                left,
                right,
            } = &expr.kind
                && let Some(Value::Int(number)) = right.value()
                && counts(left)
            {
                most = usize::try_from(*number).unwrap_or(1).max(1);
            }
        });
    }
    most
}
