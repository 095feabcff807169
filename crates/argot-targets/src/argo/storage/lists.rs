//! Lists of artifacts as records of a folder and the names in it.

use std::sync::Arc;

use argot_compiler::{Expr, ExprKind, Function, Items, Type, Value, fold};
use argot_syntax::{Diagnostics, Span};

/// The field that is the key of the folder.
const FOLDER: &str = "folder";
/// The field that has the names of the elements in the folder.
const ITEMS: &str = "items";

/// Returns a list of artifacts.
pub(super) fn list(folder: Expr, items: Expr) -> ExprKind {
    ExprKind::Record(vec![(FOLDER.to_owned(), folder), (ITEMS.to_owned(), items)])
}

/// Returns the names of the elements of a list of artifacts.
pub(super) fn items(list: &Expr) -> Expr {
    field(list, ITEMS, names())
}

/// Returns the key of an element of a list of artifacts.
pub(in crate::argo) fn element(list: &Expr, name: &Expr) -> Expr {
    join(&field(list, FOLDER, Type::String), name.clone())
}

/// Returns the type of the names of a list's elements.
pub(super) fn names() -> Type {
    Type::List(Arc::new(Type::String))
}

fn field(list: &Expr, name: &str, ty: Type) -> Expr {
    let span = list.span;
    if let ExprKind::Record(fields) = &list.kind {
        let found = fields.iter().find(|(field, _)| field == name);
        return found.map_or_else(|| Expr::error(span), |(_, value)| value.clone());
    }
    let kind = ExprKind::Field {
        base: Box::new(list.clone()),
        name: name.to_owned(),
    };
    Expr::new(kind, ty, span)
}

/// Returns the names under which the turns of a loop store what they make.
pub(super) fn names_of_turns(each: &Items) -> Expr {
    let call = |function, arguments: Vec<Expr>, ty, span| {
        let kind = ExprKind::Function {
            function,
            arguments,
        };
        Expr::new(kind, ty, span)
    };
    let range = |arguments, span| {
        let numbers = Type::List(Arc::new(Type::Int));
        call(Function::Range, arguments, numbers, span)
    };
    match each {
        Items::Range(from, to) => range(vec![from.clone(), to.clone()], from.span),
        Items::List(list) if list.ty.is_artifact_list() => items(list),
        Items::List(list) => {
            let count = call(Function::Len, vec![list.clone()], Type::Int, list.span);
            range(vec![count], list.span)
        }
    }
}

/// Returns a list of artifacts without elements.
pub(super) fn empty(span: Span) -> ExprKind {
    let none = Expr::constant(Value::List(Vec::new()), names(), span);
    list(Expr::text("", span), none)
}

/// Returns the key of something in a folder, by its name.
pub(super) fn path(folder: &Expr, name: &str) -> Expr {
    join(folder, Expr::text(name, folder.span))
}

/// Returns the key of something in a folder, by an expression for its name.
pub(super) fn join(folder: &Expr, name: Expr) -> Expr {
    let span = folder.span;
    let mut all = Vec::new();
    for part in [folder.clone(), Expr::text("/", span), name] {
        match part.kind {
            ExprKind::Concat(inner) => all.extend(inner),
            _ => all.push(part),
        }
    }
    let mut key = Expr::new(ExprKind::Concat(all), Type::String, span);
    // Names of tasks and outputs are never as long as a text can be.
    fold(&mut key, &mut Diagnostics::default());
    key
}
