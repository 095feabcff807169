//! Expressions and types.

use super::align::{Kind, Row};
use super::builder::Builder;
use super::list::{Element, Style};
use crate::ast::{
    Argument, BinaryOperator, Entry, Expr, ExprKind, Parameter, TypeExpr, TypeKind, UnaryOperator,
};
use crate::token::TokenKind;

impl Element for Expr {
    fn place(&self) -> (u32, u32) {
        (self.span.start, self.span.end)
    }

    fn print(&self, builder: &mut Builder<'_>) -> Option<Row> {
        builder.expr(self);
        None
    }
}

impl Element for Argument {
    fn place(&self) -> (u32, u32) {
        let name = self.name.as_ref().map(|name| name.span.start);
        let value = self.value.span;
        (name.unwrap_or(value.start), value.end)
    }

    fn print(&self, builder: &mut Builder<'_>) -> Option<Row> {
        if self.name.is_none() {
            return self.value.print(builder);
        }
        let start = builder.doc.mark();
        builder.token();
        let row = builder.head(Kind::Argument, start, false);
        builder.spaced_token();
        builder.space();
        builder.expr(&self.value);
        builder.tail(row, start)
    }
}

impl Element for Entry {
    fn place(&self) -> (u32, u32) {
        (self.key.span.start, self.value.span.end)
    }

    fn print(&self, builder: &mut Builder<'_>) -> Option<Row> {
        let start = builder.doc.mark();
        builder.string(self.key.span);
        let row = builder.head(Kind::Entry, start, false);
        builder.spaced_token();
        builder.space();
        builder.expr(&self.value);
        builder.tail(row, start)
    }
}

impl Element for Parameter {
    fn place(&self) -> (u32, u32) {
        let doc = self.doc.as_ref().map(|doc| doc.span.start);
        (doc.unwrap_or(self.span.start), self.span.end)
    }

    fn print(&self, builder: &mut Builder<'_>) -> Option<Row> {
        builder.docs();
        let start = builder.doc.mark();
        builder.token();
        builder.token();
        let row = builder.head(Kind::Parameter, start, false);
        builder.space();
        builder.type_expr(&self.ty);
        if let Some(default) = &self.default {
            builder.spaced_token();
            builder.space();
            builder.expr(default);
        }
        builder.tail(row, start)
    }
}

impl Builder<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        for _ in 0..expr.parentheses {
            self.token();
        }
        self.bare_expr(expr);
        for _ in 0..expr.parentheses {
            self.token();
        }
    }

    fn bare_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Error => {}
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Name(_) => self.token(),
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Unit(_) => self.number(),
            ExprKind::String(string) => self.string(string.span),
            ExprKind::List(elements) => match elements.as_slice() {
                [single] if is_bracketed(single) && self.is_hugged() => {
                    self.hugged(single);
                }
                _ => {
                    self.list(elements, Style::LIST);
                }
            },
            ExprKind::Record(entries) => {
                self.list(entries, Style::RECORD);
            }
            ExprKind::Field { base, .. } => {
                self.expr(base);
                self.token();
                self.token();
            }
            ExprKind::Index { base, index } => {
                self.expr(base);
                self.token();
                self.expr(index);
                self.token();
            }
            ExprKind::Call { callee, arguments } => {
                self.expr(callee);
                match arguments.as_slice() {
                    [single] if single.name.is_none() && is_bracketed(&single.value) => {
                        match self.is_hugged() {
                            true => self.hugged(single),
                            false => {
                                self.list(arguments, Style::LIST);
                            }
                        }
                    }
                    _ => {
                        self.list(arguments, Style::LIST);
                    }
                }
            }
            ExprKind::Unary { operator, operand } => {
                self.token();
                // A minus right before digits would belong to the number.
                let is_number = matches!(
                    self.kind(),
                    TokenKind::Int | TokenKind::Float | TokenKind::Unit
                );
                if *operator == UnaryOperator::Not || is_number {
                    self.space();
                }
                self.expr(operand);
            }
            ExprKind::Binary { operator, .. } => {
                let group = self.group();
                self.operands(expr, *operator);
                self.dedent();
                self.doc.close_loose(group);
            }
            ExprKind::Range { low, high } => {
                self.expr(low);
                self.token();
                self.expr(high);
            }
        }
    }

    /// The operands of operators that bind alike, one a line if not all fit on one.
    fn operands(&mut self, expr: &Expr, around: BinaryOperator) {
        match &expr.kind {
            ExprKind::Binary {
                operator,
                left,
                right,
                ..
            } if operator.level() == around.level() => {
                match left.parentheses {
                    0 => self.operands(left, around),
                    _ => self.first_operand(left),
                }
                self.line(true);
                self.token();
                self.space();
                self.expr(right);
            }
            _ => self.first_operand(expr),
        }
    }

    fn first_operand(&mut self, expr: &Expr) {
        self.expr(expr);
        self.indent();
    }

    // ----------------------------------------------------------------------------------------- types

    pub(super) fn type_expr(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeKind::Error => {}
            TypeKind::Name { module, .. } => {
                if module.is_some() {
                    self.token();
                    self.token();
                }
                self.token();
            }
            TypeKind::Generic { element, .. } => {
                self.token();
                self.token();
                self.type_expr(element);
                self.token();
            }
            TypeKind::Record(fields) => {
                self.list(fields, Style::RECORD);
            }
            TypeKind::Enum(members) => {
                let group = self.group();
                for (index, member) in members.iter().enumerate() {
                    if index == 1 {
                        self.indent();
                    }
                    if index > 0 {
                        self.line(true);
                        self.token();
                        self.space();
                    }
                    self.string(member.span);
                }
                if members.len() > 1 {
                    self.dedent();
                }
                self.doc.close_loose(group);
            }
            TypeKind::Optional(ty) => {
                self.type_expr(ty);
                self.token();
            }
        }
    }
}

/// Whether an expression is in brackets of its own.
fn is_bracketed(expr: &Expr) -> bool {
    expr.parentheses == 0
        && match &expr.kind {
            ExprKind::List(elements) => !elements.is_empty(),
            ExprKind::Record(entries) => !entries.is_empty(),
            _ => false,
        }
}
