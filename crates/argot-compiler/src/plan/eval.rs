//! Evaluates expressions of a plan as far as the values they refer to are known.

use std::borrow::Cow;
use std::hash::Hasher;
use std::rc::Rc;
use std::{collections::hash_map::DefaultHasher, hash::Hash};

use argot_syntax::Span;

use crate::{
    BinaryOperator, Expr, ExprKind, Items, Value,
    evaluate::{self, Problem},
    limits::MOST_RANGE,
};

/// The known values of the inputs of a step or graph.
#[derive(Debug, Clone, Default)]
pub(super) struct Inputs(Vec<Option<(Rc<Value>, Span)>>);

impl Inputs {
    /// Nothing is known of this many inputs.
    pub(super) fn of(count: usize) -> Self {
        Self(vec![None; count])
    }

    /// A value, and where it was written.
    pub(super) fn set(&mut self, at: usize, value: Rc<Value>, span: Span) {
        if let Some(slot) = self.0.get_mut(at) {
            *slot = Some((value, span));
        }
    }

    /// Whether anything is known.
    pub(super) fn is_any(&self) -> bool {
        self.0.iter().any(Option::is_some)
    }

    /// Whether the values are the same and, if that matters, were written at the same places.
    pub(super) fn is_same(&self, other: &Self, tells_places: bool) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|pair| match pair {
                (None, None) => true,
                (Some((a, at)), Some((b, place))) => {
                    (!tells_places || at.key() == place.key()) && a == b
                }
                _ => false,
            })
    }

    /// Hashes what [`is_same`](Self::is_same) compares.
    pub(super) fn hash(&self, tells_places: bool, hasher: &mut DefaultHasher) {
        for known in &self.0 {
            known.is_some().hash(hasher);
            if let Some((value, span)) = known {
                evaluate::hash(value, hasher);
                if tells_places {
                    span.key().hash(hasher);
                }
            }
        }
        hasher.write_usize(self.0.len());
    }
}

/// The values that an expression refers to.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    inputs: &'a Inputs,
    item: Option<(Rc<Value>, Span)>,
}

impl<'a> Scope<'a> {
    /// Inputs alone.
    pub(super) fn of(inputs: &'a Inputs) -> Self {
        Self { inputs, item: None }
    }

    /// An item as well.
    pub(super) fn at(&self, item: Value, span: Span) -> Self {
        Self {
            inputs: self.inputs,
            item: Some((Rc::new(item), span)),
        }
    }

    fn find(&self, expr: &Expr) -> Option<&(Rc<Value>, Span)> {
        match expr.kind {
            ExprKind::Input(id) => self.inputs.0.get(id.index())?.as_ref(),
            ExprKind::Item(_) => self.item.as_ref(),
            _ => None,
        }
    }
}

/// A value, or `None` if it is not known.
type Outcome<'a> = Result<Option<Cow<'a, Value>>, Problem>;

/// The value of an expression, without copying a large one that is passed on unchanged.
pub(super) fn shared(expr: &Expr, scope: &Scope<'_>) -> Result<Option<Rc<Value>>, Problem> {
    if let Some((value, _)) = scope.find(expr) {
        return Ok(Some(Rc::clone(value)));
    }
    Ok(eval(expr, scope)?.map(|value| Rc::new(value.into_owned())))
}

/// Where the first value that an expression refers to was written. `None` if it does not refer to any.
pub(super) fn origin(expr: &Expr, scope: &Scope<'_>) -> Option<Span> {
    expr.find(&mut |expr| scope.find(expr).map(|(_, span)| *span))
}

/// The items of a loop, if they are known.
pub(super) fn items(items: &Items, scope: &Scope<'_>) -> Option<Vec<Value>> {
    let known = |expr| eval(expr, scope).ok().flatten();
    match items {
        Items::List(list) => match known(list)?.into_owned() {
            Value::List(items) => Some(items),
            _ => None,
        },
        Items::Range(from, to) => match (&*known(from)?, &*known(to)?) {
            (Value::Int(from), Value::Int(to)) if to.saturating_sub(*from) <= MOST_RANGE => {
                Some((*from..*to).map(Value::Int).collect())
            }
            _ => None,
        },
    }
}

/// The value of an expression.
pub(super) fn eval<'a>(expr: &'a Expr, scope: &Scope<'a>) -> Outcome<'a> {
    let owned = |value| Ok(Some(Cow::Owned(value)));
    match &expr.kind {
        ExprKind::Constant(value) => Ok(Some(Cow::Borrowed(value))),
        ExprKind::Input(_) | ExprKind::Item(_) => {
            // An item may belong to a scope that ends before the expression does.
            let found = scope.find(expr);
            Ok(found.map(|(value, _)| Cow::Owned(value.as_ref().clone())))
        }
        ExprKind::List(items) => match all(items.iter(), scope)? {
            Some(values) => owned(evaluate::made(Value::List(values))?),
            None => Ok(None),
        },
        ExprKind::Record(fields) => match all(fields.iter().map(|(_, value)| value), scope)? {
            Some(values) => {
                let names = fields.iter().map(|(name, _)| name.clone());
                owned(evaluate::made(Value::Record(names.zip(values).collect()))?)
            }
            None => Ok(None),
        },
        ExprKind::Concat(parts) => {
            let mut text = String::new();
            for part in parts {
                match eval(part, scope)? {
                    Some(value) => evaluate::append(&mut text, &evaluate::text_of(&value)?)?,
                    None => return Ok(None),
                }
            }
            owned(Value::String(text))
        }
        ExprKind::Field { base, name } => match (&base.kind, eval(base, scope)?) {
            (_, Some(value)) => owned(evaluate::field(&value, name)?),
            // The field may be known even if others are not.
            (ExprKind::Record(fields), None) => {
                match fields.iter().find(|(other, _)| other == name) {
                    Some((_, value)) => eval(value, scope),
                    None => Ok(None),
                }
            }
            _ => Ok(None),
        },
        ExprKind::Index { base, index } => match (eval(base, scope)?, eval(index, scope)?) {
            (Some(base), Some(index)) => owned(evaluate::index(&base, &index)?),
            _ => Ok(None),
        },
        ExprKind::Unary { operator, operand } => match eval(operand, scope)? {
            Some(value) => owned(evaluate::unary(*operator, &value)?),
            None => Ok(None),
        },
        ExprKind::Binary {
            operator,
            left,
            right,
        } => binary(*operator, left, right, scope),
        ExprKind::Choose {
            condition,
            then,
            otherwise,
        } => match eval(condition, scope)?.as_deref() {
            Some(Value::Bool(true)) => eval(then, scope),
            Some(_) => eval(otherwise, scope),
            None => Ok(None),
        },
        ExprKind::Function {
            function,
            arguments,
        } => match all(arguments.iter(), scope)? {
            Some(values) => owned(function.value(&values)?),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// If the left side decides, the right side is not evaluated.
fn binary<'a>(
    operator: BinaryOperator,
    left: &'a Expr,
    right: &'a Expr,
    scope: &Scope<'a>,
) -> Outcome<'a> {
    use BinaryOperator as Op;
    let first = eval(left, scope)?;
    let decides = match (operator, first.as_deref()) {
        (Op::And, Some(value)) => *value == Value::Bool(false),
        (Op::Or, Some(value)) => *value == Value::Bool(true),
        (Op::Coalesce, Some(value)) => *value != Value::Null,
        (Op::And | Op::Or, None) => {
            // The other side may decide on its own, if it has a value at all.
            let second = eval(right, scope).ok().flatten();
            return Ok(second.filter(|value| **value == Value::Bool(operator == Op::Or)));
        }
        _ => false,
    };
    if decides {
        return Ok(first);
    }
    match (first, eval(right, scope)?) {
        (Some(a), Some(b)) => Ok(Some(Cow::Owned(evaluate::binary(operator, &a, &b)?))),
        _ => Ok(None),
    }
}

fn all<'a>(
    exprs: impl Iterator<Item = &'a Expr>,
    scope: &Scope<'a>,
) -> Result<Option<Vec<Value>>, Problem> {
    let mut values = Vec::new();
    for expr in exprs {
        match eval(expr, scope)? {
            Some(value) => values.push(value.into_owned()),
            None => return Ok(None),
        }
    }
    Ok(Some(values))
}
