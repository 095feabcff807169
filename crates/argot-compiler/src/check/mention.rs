//! Marks what a call speaks of as used, where the call itself is refused.

use argot_syntax::ast;

use super::{Checker, scope::Scope};

impl Checker<'_> {
    pub(super) fn mention_run(&mut self, run: &ast::Run, scope: &mut Scope) {
        self.mention_expr(&run.value, scope);
        for name in &run.after {
            scope.used.insert(name.name.clone());
        }
    }

    pub(super) fn mention_expr(&mut self, expr: &ast::Expr, scope: &mut Scope) {
        match &expr.kind {
            ast::ExprKind::Name(name) => {
                scope.used.insert(name.clone());
                self.lookup(scope.module, name);
            }
            ast::ExprKind::Field { base, .. } => self.mention_expr(base, scope),
            ast::ExprKind::Index { base, index } => {
                self.mention_expr(base, scope);
                self.mention_expr(index, scope);
            }
            ast::ExprKind::List(items) => {
                items.iter().for_each(|item| self.mention_expr(item, scope))
            }
            ast::ExprKind::Record(entries) => {
                entries
                    .iter()
                    .for_each(|entry| self.mention_expr(&entry.value, scope));
            }
            ast::ExprKind::Call { callee, arguments } => {
                self.mention_expr(callee, scope);
                arguments
                    .iter()
                    .for_each(|argument| self.mention_expr(&argument.value, scope));
            }
            ast::ExprKind::Unary { operand, .. } => self.mention_expr(operand, scope),
            ast::ExprKind::Binary { left, right, .. } => {
                self.mention_expr(left, scope);
                self.mention_expr(right, scope);
            }
            ast::ExprKind::Range { low, high } => {
                self.mention_expr(low, scope);
                self.mention_expr(high, scope);
            }
            ast::ExprKind::String(string) => {
                for part in &string.parts {
                    if let ast::StringPart::Interpolation(expr) = part {
                        self.mention_expr(expr, scope);
                    }
                }
            }
            _ => {}
        }
    }
}
