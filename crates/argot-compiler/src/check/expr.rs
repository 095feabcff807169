//! Expressions: their types, and their values if they are known at compile time.

use std::sync::Arc;

use std::collections::HashMap;

use argot_syntax::{Span, ast};
use indexmap::IndexMap;

use super::{Checker, lookup::map_element, members::Side, scope::Scope};
use crate::{
    BinaryOperator, Duration, Expr, ExprKind, Field, Quantity, Type, UnaryOperator, Value,
    diagnostics,
    evaluate::{self, Problem},
};

impl Checker<'_> {
    /// An expression that must have a certain type. If it does not fit, that is reported and it becomes
    /// [`Expr::error`].
    pub(super) fn check_expr(
        &mut self,
        written: &ast::Expr,
        expected: &Type,
        scope: &mut Scope,
    ) -> Expr {
        let found = self.infer(written, Some(expected), scope);
        self.coerce(found, expected)
    }

    /// An expression of any type. `expected` only helps to find the types of literals.
    pub(super) fn infer(
        &mut self,
        written: &ast::Expr,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Expr {
        let span = written.span;
        match &written.kind {
            ast::ExprKind::Error => Expr::error(span),
            ast::ExprKind::Null => Expr::constant(Value::Null, Type::Null, span),
            ast::ExprKind::Bool(value) => Expr::constant(Value::Bool(*value), Type::Bool, span),
            ast::ExprKind::Int(value) => self.number(Value::Int(*value), Type::Int, expected, span),
            ast::ExprKind::Float(value) => {
                self.number(Value::Float(*value), Type::Float, expected, span)
            }
            ast::ExprKind::Unit(text) => self.unit(text, expected, span),
            ast::ExprKind::String(string) => self.string(string, scope),
            ast::ExprKind::List(items) => self.list(items, expected, scope, span),
            ast::ExprKind::Record(entries) => self.record(entries, expected, scope, span),
            ast::ExprKind::Name(name) => {
                let found = self.name(name, span, scope);
                let found = self.single_output(found);
                self.narrowed(found, scope)
            }
            ast::ExprKind::Field { base, name } => {
                let found = match self.part(written, scope) {
                    Some(found) => found,
                    None => self.field(base, name, span, scope),
                };
                self.narrowed(found, scope)
            }
            ast::ExprKind::Index { base, index } => match self.part(written, scope) {
                Some(found) => found,
                None => self.index(base, index, span, scope),
            },
            ast::ExprKind::Call { callee, arguments } => {
                self.call_expr(callee, arguments, span, scope)
            }
            ast::ExprKind::Unary { operator, operand } => {
                let expected = matches!(operator, UnaryOperator::Not)
                    .then_some(&Type::Bool)
                    .or(expected);
                let operand = self.infer(operand, expected, scope);
                self.unary(*operator, operand, span)
            }
            ast::ExprKind::Binary {
                operator,
                operator_span,
                left,
                right,
            } => {
                let written = (left.as_ref(), right.as_ref());
                let mut left = self.infer(left, None, scope);
                if *operator == BinaryOperator::Coalesce {
                    // A fallback for a value that is known to be present does no harm.
                    left = super::status::widened(left);
                }
                let hint = left.ty.required().clone();
                let hint = matches!(hint, Type::Quantity | Type::Duration).then_some(&hint);
                let around = scope.there.len();
                match operator {
                    BinaryOperator::And => scope.there.extend(super::status::there(&left, true)),
                    BinaryOperator::Or => scope.there.extend(super::status::there(&left, false)),
                    _ => {}
                }
                let right = self.infer(right, hint, scope);
                scope.there.truncate(around);
                self.binary(*operator, *operator_span, (left, right), written, span)
            }
            ast::ExprKind::Range { .. } => {
                self.diagnostics.push(diagnostics::range_as_value(span));
                Expr::error(span)
            }
        }
    }

    fn number(&mut self, value: Value, ty: Type, expected: Option<&Type>, span: Span) -> Expr {
        match expected.map(Type::required) {
            Some(Type::Quantity) => match Quantity::parse(&value.text()) {
                Some(quantity) => Expr::constant(Value::Quantity(quantity), Type::Quantity, span),
                None => {
                    self.diagnostics
                        .push(diagnostics::invalid_quantity(&value.text(), span));
                    Expr::error(span)
                }
            },
            _ => Expr::constant(value, ty, span),
        }
    }

    fn unit(&mut self, text: &str, expected: Option<&Type>, span: Span) -> Expr {
        let quantity = Quantity::parse(text).map(Value::Quantity);
        let duration = Duration::parse(text).map(Value::Duration);
        let found = match (expected.map(Type::required), quantity, duration) {
            (Some(Type::Quantity), Some(value), _) | (None, Some(value), None) => {
                Ok((value, Type::Quantity))
            }
            (Some(Type::Duration), _, Some(value)) | (None, None, Some(value)) => {
                Ok((value, Type::Duration))
            }
            (Some(Type::Quantity), None, _) => Err(diagnostics::invalid_quantity(text, span)),
            (Some(Type::Duration), _, None) => Err(diagnostics::invalid_duration(text, span)),
            (_, None, None) => Err(diagnostics::unknown_unit(text, span)),
            (Some(_), Some(value), None) => Ok((value, Type::Quantity)),
            (Some(_), None, Some(value)) => Ok((value, Type::Duration)),
            (_, Some(_), Some(_)) => Err(diagnostics::unexpected_unit(text, span)),
        };
        match found {
            Ok((value, ty)) => Expr::constant(value, ty, span),
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                Expr::error(span)
            }
        }
    }

    fn string(&mut self, string: &ast::StringLit, scope: &mut Scope) -> Expr {
        let mut parts: Vec<Expr> = Vec::new();
        for part in &string.parts {
            match part {
                ast::StringPart::Text(text) => parts.push(Expr::text(text.clone(), string.span)),
                ast::StringPart::Interpolation(expr) => {
                    let found = self.infer(expr, None, scope);
                    parts.push(self.with_text(found));
                }
            }
        }
        let found = concat(parts, string.span);
        self.made(found, string.span)
    }

    /// The expression that was built. A problem is reported and becomes [`Expr::error`].
    pub(super) fn made(&mut self, found: Result<Expr, Problem>, span: Span) -> Expr {
        found.unwrap_or_else(|problem| {
            let message = diagnostics::no_value(&problem, span);
            let message = match problem {
                Problem::TooLarge(_) => self.with_chain(message),
                Problem::NoValue(_) => message,
            };
            self.diagnostics.push(message);
            Expr::error(span)
        })
    }

    /// An expression to be written as text. A value that cannot be written as text is reported.
    pub(super) fn with_text(&mut self, expr: Expr) -> Expr {
        if expr.ty.has_text() || expr.is_error() {
            return expr;
        }
        let found = expr.ty.text(&self.program.artifacts);
        self.diagnostics.push(if expr.ty.is_optional() {
            diagnostics::may_be_absent(&found, expr.span)
        } else {
            diagnostics::has_no_text(&found, expr.ty.is_artifact(), expr.span)
        });
        Expr::error(expr.span)
    }

    fn list(
        &mut self,
        items: &[ast::Expr],
        expected: Option<&Type>,
        scope: &mut Scope,
        span: Span,
    ) -> Expr {
        let element = match expected.map(Type::required) {
            Some(Type::List(element)) => Some(element.as_ref().clone()),
            Some(Type::Json) => Some(Type::Json),
            _ => None,
        };
        let mut found: Vec<Expr> = Vec::new();
        let mut ty = element.clone();
        for item in items {
            let item = match &element {
                Some(element) => self.check_expr(item, element, scope),
                None => {
                    let item = self.infer(item, ty.as_ref(), scope);
                    ty = Some(match ty {
                        None => item.ty.clone(),
                        Some(before) => self.join_types(before, &item),
                    });
                    item
                }
            };
            found.push(item);
        }
        let ty = Type::List(Arc::new(ty.unwrap_or(Type::Error)));
        if ty.is_artifact_list() {
            self.diagnostics
                .push(diagnostics::written_artifact_list(span));
            return Expr::error(span);
        }
        let found = gather(ExprKind::List(found), ty, span);
        self.made(found, span)
    }

    /// The common type of a list's elements after one more element.
    fn join_types(&mut self, before: Type, item: &Expr) -> Type {
        let artifacts = &self.program.artifacts;
        if item.ty.fits(&before, artifacts) {
            before
        } else if before.fits(&item.ty, artifacts) {
            item.ty.clone()
        } else {
            let (first, second) = (before.text(artifacts), item.ty.text(artifacts));
            self.diagnostics
                .push(diagnostics::mixed_list(&first, &second, item.span));
            Type::Error
        }
    }

    fn record(
        &mut self,
        entries: &[ast::Entry],
        expected: Option<&Type>,
        scope: &mut Scope,
        span: Span,
    ) -> Expr {
        let mut found: Vec<(String, Expr)> = Vec::new();
        let mut fields = Vec::new();
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for entry in entries {
            let name = &entry.key.name;
            let hint = match expected.map(Type::required) {
                Some(Type::Map(element)) => Some(element.as_ref()),
                Some(Type::Json) => Some(&Type::Json),
                Some(Type::Record(fields)) => match fields.iter().find(|field| field.name == *name)
                {
                    Some(field) => Some(&field.ty),
                    None => {
                        let names = fields.iter().map(|field| field.name.as_str());
                        let suggestion = self.suggestions.find(name, entry.key.span, names.clone());
                        let names: Vec<_> = names.collect();
                        self.diagnostics.push(diagnostics::unknown_field(
                            name,
                            entry.key.span,
                            suggestion,
                            &names,
                        ));
                        self.infer(&entry.value, None, scope);
                        continue;
                    }
                },
                _ => None,
            };
            let value = match hint {
                Some(hint) => self.check_expr(&entry.value, hint, scope),
                None => self.infer(&entry.value, None, scope),
            };
            if let Some(first) = spans.get(name.as_str()) {
                self.diagnostics
                    .push(diagnostics::duplicate_name(name, entry.key.span, *first));
                continue;
            }
            fields.push(Field {
                name: name.clone(),
                ty: value.ty.clone(),
                default: None,
            });
            found.push((name.clone(), value));
            spans.insert(name, entry.key.span);
        }
        let found = gather(ExprKind::Record(found), Type::Record(fields.into()), span);
        self.made(found, span)
    }

    fn index(
        &mut self,
        base: &ast::Expr,
        index: &ast::Expr,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let base = self.infer(base, None, scope);
        let (expected, ty) = match &base.ty {
            Type::Error => {
                self.infer(index, None, scope);
                return Expr::error(span);
            }
            Type::List(element) if !element.is_artifact() => (Type::Int, element.as_ref().clone()),
            Type::Map(element) => (Type::String, map_element(&base, element)),
            Type::Json => (Type::Error, Type::Json),
            other => {
                let found = other.text(&self.program.artifacts);
                self.diagnostics.push(if other.is_optional() {
                    diagnostics::may_be_absent(&found, base.span)
                } else {
                    diagnostics::has_no_elements(&found, base.span)
                });
                self.infer(index, None, scope);
                return Expr::error(span);
            }
        };
        let index = self.check_expr(index, &expected, scope);
        if index.is_error() {
            return Expr::error(span);
        }
        match (base.value(), index.value()) {
            (Some(list), Some(at)) => {
                let outcome = evaluate::index(list, at);
                self.constant_outcome(outcome, ty, span)
            }
            _ => Expr::new(
                ExprKind::Index {
                    base: Box::new(base),
                    index: Box::new(index),
                },
                ty,
                span,
            ),
        }
    }

    /// A constant from the result of its evaluation.
    pub(super) fn constant_outcome(
        &mut self,
        outcome: evaluate::Outcome,
        ty: Type,
        span: Span,
    ) -> Expr {
        let found = outcome.map(|value| Expr::constant(value, ty, span));
        self.made(found, span)
    }

    fn unary(&mut self, operator: UnaryOperator, operand: Expr, span: Span) -> Expr {
        if operand.is_error() {
            return Expr::error(span);
        }
        let fits = match operator {
            UnaryOperator::Not => matches!(operand.ty, Type::Bool),
            UnaryOperator::Negate => operand.ty.is_number(),
        };
        if !fits {
            let found = operand.ty.text(&self.program.artifacts);
            self.diagnostics.push(diagnostics::invalid_operand(
                operator.symbol(),
                &found,
                operand.span,
            ));
            return Expr::error(span);
        }
        let ty = operand.ty.clone();
        match operand.value() {
            Some(value) => {
                let outcome = evaluate::unary(operator, value);
                self.constant_outcome(outcome, ty, span)
            }
            None => Expr::new(
                ExprKind::Unary {
                    operator,
                    operand: Box::new(operand),
                },
                ty,
                span,
            ),
        }
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        operator_span: Span,
        (left, right): (Expr, Expr),
        written: (&ast::Expr, &ast::Expr),
        span: Span,
    ) -> Expr {
        if left.is_error() || right.is_error() {
            return Expr::error(span);
        }
        let Some(ty) = binary_type(operator, &left, &right, &self.program.artifacts) else {
            // A chain of comparisons has already been reported.
            if self.has_syntax_error(span) {
                return Expr::error(span);
            }
            let (a, b) = (
                left.ty.text(&self.program.artifacts),
                right.ty.text(&self.program.artifacts),
            );
            let absent = left.ty.is_optional() || right.ty.is_optional();
            self.diagnostics.push(
                diagnostics::invalid_operands(operator, &a, &b, absent, operator_span)
                    .also(left.span, format!("this is {a}"))
                    .also(right.span, format!("this is {b}")),
            );
            return Expr::error(span);
        };
        let side = |expr, written| Side { expr, written };
        let (a, b) = (side(&left, written.0), side(&right, written.1));
        let is_fine = match operator {
            BinaryOperator::Equal | BinaryOperator::NotEqual => self.can_be_equal(a, b),
            BinaryOperator::In => self.can_be_in(a, b),
            _ => true,
        };
        if !is_fine {
            return Expr::error(span);
        }
        match (left.value(), right.value()) {
            (Some(a), Some(b)) => {
                let outcome = evaluate::binary(operator, a, b);
                self.constant_outcome(outcome, ty, span)
            }
            _ => {
                let kind = ExprKind::Binary {
                    operator,
                    left: Box::new(left),
                    right: Box::new(right),
                };
                Expr::new(kind, ty, span)
            }
        }
    }
}

/// Joins the parts of a string; adjacent constants become one text. Returns a problem if there is no such text.
pub(crate) fn concat(parts: Vec<Expr>, span: Span) -> Result<Expr, Problem> {
    if parts.iter().any(Expr::is_error) {
        return Ok(Expr::error(span));
    }
    let mut joined: Vec<Expr> = Vec::new();
    for part in parts {
        match (
            part.value().map(evaluate::text_of).transpose()?,
            joined.last_mut(),
        ) {
            (
                Some(text),
                Some(Expr {
                    kind: ExprKind::Constant(Value::String(before)),
                    ..
                }),
            ) => {
                evaluate::append(before, &text)?;
            }
            (Some(text), _) => joined.push(Expr::text(text, part.span)),
            (None, _) => joined.push(part),
        }
    }
    Ok(match joined.as_slice() {
        [] => Expr::text("", span),
        [
            Expr {
                kind: ExprKind::Constant(Value::String(text)),
                ..
            },
        ] => Expr::text(text.clone(), span),
        _ => Expr::new(ExprKind::Concat(joined), Type::String, span),
    })
}

/// Builds a list or record. It is a constant if all its elements are. Returns a problem if there is no such value.
pub(crate) fn gather(kind: ExprKind, ty: Type, span: Span) -> Result<Expr, Problem> {
    let constant = |value| Ok(Expr::constant(evaluate::made(value)?, ty.clone(), span));
    match kind {
        ExprKind::List(items) => {
            if items.iter().any(Expr::is_error) {
                return Ok(Expr::error(span));
            }
            let values: Option<Vec<Value>> =
                items.iter().map(|item| item.value().cloned()).collect();
            match values {
                Some(values) => constant(Value::List(values)),
                None => Ok(Expr::new(ExprKind::List(items), ty, span)),
            }
        }
        ExprKind::Record(fields) => {
            if fields.iter().any(|(_, value)| value.is_error()) {
                return Ok(Expr::error(span));
            }
            let values: Option<IndexMap<String, Value>> = fields
                .iter()
                .map(|(name, value)| Some((name.clone(), value.value()?.clone())))
                .collect();
            match values {
                Some(values) => constant(Value::Record(values)),
                None => Ok(Expr::new(ExprKind::Record(fields), ty, span)),
            }
        }
        kind => Ok(Expr::new(kind, ty, span)),
    }
}

fn binary_type(
    operator: BinaryOperator,
    left: &Expr,
    right: &Expr,
    artifacts: &crate::ArtifactTypes,
) -> Option<Type> {
    use BinaryOperator as Op;
    let (a, b) = (&left.ty, &right.ty);
    let number = || match (a, b) {
        (Type::Int, Type::Int) => Some(Type::Int),
        (Type::Int | Type::Float, Type::Int | Type::Float) => Some(Type::Float),
        _ => None,
    };
    let comparable = |a: &Type, b: &Type| a.fits(b, artifacts) || b.fits(a, artifacts);
    match operator {
        Op::Coalesce => match a {
            Type::Null => Some(b.clone()),
            Type::Optional(inner) if inner.fits(b, artifacts) && !b.is_optional() => {
                Some(b.clone())
            }
            Type::Optional(inner) if b.fits(inner, artifacts) => Some(inner.as_ref().clone()),
            Type::Optional(_) if b.fits(a, artifacts) => Some(a.clone()),
            _ => None,
        },
        Op::And | Op::Or => (*a == Type::Bool && *b == Type::Bool).then_some(Type::Bool),
        Op::Equal | Op::NotEqual => {
            let null =
                (a.is_optional() && *b == Type::Null) || (*a == Type::Null && b.is_optional());
            let plain = |ty: &Type| ty.has_text() && !matches!(ty, Type::Json);
            let same = plain(a) && plain(b) && (comparable(a, b) || number().is_some());
            (null || same || a.is_text() && b.is_text()).then_some(Type::Bool)
        }
        Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual => {
            let texts = a.is_text() && b.is_text();
            let units = matches!(
                (a, b),
                (Type::Quantity, Type::Quantity) | (Type::Duration, Type::Duration)
            );
            // Only the compiler can order quantities and durations.
            let known = !units || left.value().is_some() && right.value().is_some();
            (number().is_some() || texts || units && known).then_some(Type::Bool)
        }
        Op::In => match b {
            Type::List(element) if a.has_text() => comparable(a, element).then_some(Type::Bool),
            Type::Map(_) | Type::String => a.is_text().then_some(Type::Bool),
            _ => None,
        },
        Op::Add => number().or_else(|| match (a, b) {
            (a, b) if a.is_text() && b.is_text() => Some(Type::String),
            _ if a.is_artifact_list() || b.is_artifact_list() => None,
            (Type::List(x), Type::List(y)) if x.fits(y, artifacts) => Some(b.clone()),
            (Type::List(x), Type::List(y)) if y.fits(x, artifacts) => Some(a.clone()),
            _ => None,
        }),
        Op::Subtract | Op::Multiply => number(),
        Op::Divide => number().map(|_| Type::Float),
        Op::FloorDivide | Op::Remainder => {
            (*a == Type::Int && *b == Type::Int).then_some(Type::Int)
        }
    }
}
