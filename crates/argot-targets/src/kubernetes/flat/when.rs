//! Conditions over how nodes have ended.

use argot_compiler::{BinaryOperator, Expr, ExprKind, UnaryOperator, Value};

use super::{NodeId, State};

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum When {
    /// It holds, or does not, whatever happens.
    Known(bool),
    /// The node has ended in one of these states.
    Is(NodeId, Vec<State>),
    /// The condition does not hold.
    Not(Box<When>),
    /// Both hold.
    And(Box<When>, Box<When>),
    /// One of both holds, or both do.
    Or(Box<When>, Box<When>),
}

impl When {
    /// Returns the condition in an expression; otherwise the part that is not about how nodes have ended.
    pub(super) fn of(expr: &Expr) -> Result<Self, &Expr> {
        match &expr.kind {
            ExprKind::Constant(Value::Bool(value)) => Ok(Self::Known(*value)),
            ExprKind::Unary {
                operator: UnaryOperator::Not,
                operand,
            } => Ok(match Self::of(operand)? {
                Self::Known(value) => Self::Known(!value),
                condition => Self::Not(Box::new(condition)),
            }),
            ExprKind::Binary {
                operator: BinaryOperator::And,
                left,
                right,
            } => Ok(Self::of(left)?.and(Self::of(right)?)),
            ExprKind::Binary {
                operator: BinaryOperator::Or,
                left,
                right,
            } => Ok(match (Self::of(left)?, Self::of(right)?) {
                (Self::Known(true), _) | (_, Self::Known(true)) => Self::Known(true),
                (Self::Known(false), other) | (other, Self::Known(false)) => other,
                (left, right) => Self::Or(Box::new(left), Box::new(right)),
            }),
            ExprKind::Binary {
                operator,
                left,
                right,
            } => {
                let (ExprKind::TaskStatus(node), Some(value)) = (&left.kind, right.value()) else {
                    return Err(match left.kind {
                        ExprKind::TaskStatus(_) => right,
                        _ => left,
                    });
                };
                let is = |state: &State| match (operator, value) {
                    (BinaryOperator::In, Value::List(names)) => names
                        .iter()
                        .any(|name| matches!(name, Value::String(name) if name == state.name())),
                    (_, Value::String(name)) => name == state.name(),
                    _ => false,
                };
                let kept = |state: &State| is(state) != (*operator == BinaryOperator::NotEqual);
                let states = State::ALL.into_iter().filter(|state| kept(state)).collect();
                match operator {
                    BinaryOperator::Equal | BinaryOperator::NotEqual | BinaryOperator::In => {
                        Ok(Self::Is(NodeId(node.index()), states))
                    }
                    _ => Err(expr),
                }
            }
            _ => Err(expr),
        }
    }

    /// Both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(false), _) | (_, Self::Known(false)) => Self::Known(false),
            (Self::Known(true), other) | (other, Self::Known(true)) => other,
            (left, right) => Self::And(Box::new(left), Box::new(right)),
        }
    }

    /// Simplifies it, given that other conditions hold.
    pub(super) fn given(&self, facts: &[Self]) -> Option<bool> {
        match self {
            Self::Known(value) => Some(*value),
            Self::Not(condition) => Some(!condition.given(facts)?),
            Self::And(left, right) => match (left.given(facts), right.given(facts)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(left, right) => match (left.given(facts), right.given(facts)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Self::Is(node, states) => {
                let possible: Vec<State> = State::ALL
                    .into_iter()
                    .filter(|state| facts.iter().all(|fact| fact.allows(*node, *state)))
                    .collect();
                if possible.iter().all(|state| states.contains(state)) {
                    Some(true)
                } else if !possible.iter().any(|state| states.contains(state)) {
                    Some(false)
                } else {
                    None
                }
            }
        }
    }

    /// Whether the node may have ended in this state if the condition holds.
    fn allows(&self, node: NodeId, state: State) -> bool {
        match self {
            Self::Is(other, states) => *other != node || states.contains(&state),
            Self::And(left, right) => left.allows(node, state) && right.allows(node, state),
            Self::Not(condition) => match condition.as_ref() {
                Self::Is(other, states) => *other != node || !states.contains(&state),
                _ => true,
            },
            Self::Known(_) | Self::Or(..) => true,
        }
    }

    /// In the releaser's words: each operand, then its operator.
    pub(crate) fn words(&self) -> Vec<String> {
        match self {
            // The gate of the run is always open.
            Self::Known(value) => vec![format!("1={}", if *value { "S" } else { "F" })],
            Self::Is(node, states) => {
                let letters: String = states.iter().map(|state| state.letter()).collect();
                vec![format!("{}={letters}", node.0 + 1)]
            }
            Self::Not(condition) => joined(&[condition], "!"),
            Self::And(left, right) => joined(&[left, right], "&"),
            Self::Or(left, right) => joined(&[left, right], "|"),
        }
    }
}

fn joined(operands: &[&When], operator: &str) -> Vec<String> {
    let mut out: Vec<String> = operands
        .iter()
        .flat_map(|operand| operand.words())
        .collect();
    out.push(operator.to_owned());
    out
}
