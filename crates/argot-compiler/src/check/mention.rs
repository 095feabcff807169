//! The names that expressions and types refer to, before they are resolved.

use argot_syntax::{Span, ast};

use super::{Checker, scope::Scope};

/// A name that may refer to something in its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mention<'a> {
    pub(super) name: &'a str,
    pub(super) span: Span,
    /// Whether the name is called.
    pub(super) is_called: bool,
}

/// Calls `visit` with every name in an expression, from left to right.
pub(super) fn names<'a>(expr: &'a ast::Expr, visit: &mut dyn FnMut(Mention<'a>)) {
    match &expr.kind {
        ast::ExprKind::Name(name) => visit(Mention {
            name,
            span: expr.span,
            is_called: false,
        }),
        ast::ExprKind::Field { base, .. } => names(base, visit),
        ast::ExprKind::Index { base, index } => {
            names(base, visit);
            names(index, visit);
        }
        ast::ExprKind::List(items) => items.iter().for_each(|item| names(item, visit)),
        ast::ExprKind::Record(entries) => {
            entries.iter().for_each(|entry| names(&entry.value, visit));
        }
        ast::ExprKind::Call { callee, arguments } => {
            names(callee, &mut |mention| {
                visit(Mention {
                    is_called: true,
                    ..mention
                });
            });
            arguments
                .iter()
                .for_each(|argument| names(&argument.value, visit));
        }
        ast::ExprKind::Unary { operand, .. } => names(operand, visit),
        ast::ExprKind::Binary { left, right, .. } => {
            names(left, visit);
            names(right, visit);
        }
        ast::ExprKind::Range { low, high } => {
            names(low, visit);
            names(high, visit);
        }
        ast::ExprKind::String(string) => {
            for part in &string.parts {
                if let ast::StringPart::Interpolation(expr) = part {
                    names(expr, visit);
                }
            }
        }
        ast::ExprKind::Error
        | ast::ExprKind::Null
        | ast::ExprKind::Bool(_)
        | ast::ExprKind::Int(_)
        | ast::ExprKind::Float(_)
        | ast::ExprKind::Unit(_) => {}
    }
}

/// Calls `visit` with every name in a type, including those in the defaults of its fields.
pub(super) fn names_of_type<'a>(ty: &'a ast::TypeExpr, visit: &mut dyn FnMut(Mention<'a>)) {
    match &ty.kind {
        ast::TypeKind::Name { module, name } => {
            let name = module.as_ref().unwrap_or(name);
            visit(Mention {
                name: &name.name,
                span: name.span,
                is_called: false,
            });
        }
        ast::TypeKind::Generic { element, .. } => names_of_type(element, visit),
        ast::TypeKind::Record(fields) => {
            for field in fields {
                names_of_type(&field.ty, visit);
                if let Some(default) = &field.default {
                    names(default, visit);
                }
            }
        }
        ast::TypeKind::Optional(inner) => names_of_type(inner, visit),
        ast::TypeKind::Enum(_) | ast::TypeKind::Error => {}
    }
}

impl Checker<'_> {
    /// Marks the names in a call as used if the call itself is rejected.
    pub(super) fn mention_run(&mut self, run: &ast::Run, scope: &mut Scope) {
        names(&run.value, &mut |mention| {
            scope.used.insert(mention.name.to_owned());
            self.bindings.find(scope.module, mention.name);
        });
        for name in &run.after {
            scope.used.insert(name.name.clone());
        }
    }
}
