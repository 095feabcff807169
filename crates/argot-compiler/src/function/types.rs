//! The types of the functions: the type of the value for arguments of some types, or `None` if the function does not
//! accept them.

use std::sync::Arc;

use crate::Type;

fn number(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Float)
}

fn texts(types: &[&Type], count: usize) -> bool {
    types.len() == count && types.iter().all(|ty| ty.is_text())
}

fn list(element: Type) -> Type {
    Type::List(Arc::new(element))
}

/// The type of the elements, if the only argument is a list and its element type passes.
fn elements(types: &[&Type], passes: impl Fn(&Type) -> bool) -> Option<Type> {
    match types {
        [Type::List(element)] if passes(element) => Some(element.as_ref().clone()),
        _ => None,
    }
}

pub(super) fn measured(types: &[&Type]) -> Option<Type> {
    match types {
        [Type::List(_) | Type::Map(_) | Type::Record(_)] => Some(Type::Int),
        [ty] if ty.is_text() => Some(Type::Int),
        _ => None,
    }
}

pub(super) fn extreme(types: &[&Type]) -> Option<Type> {
    match types {
        [_] => elements(types, number),
        [_, _, ..] if types.iter().all(|ty| **ty == Type::Int) => Some(Type::Int),
        [_, _, ..] if types.iter().all(|ty| number(ty)) => Some(Type::Float),
        _ => None,
    }
}

pub(super) fn sum(types: &[&Type]) -> Option<Type> {
    elements(types, number)
}

pub(super) fn join(types: &[&Type]) -> Option<Type> {
    match types {
        [Type::List(element), separator] if separator.is_text() && element.has_text() => {
            Some(Type::String)
        }
        _ => None,
    }
}

pub(super) fn split(types: &[&Type]) -> Option<Type> {
    texts(types, 2).then(|| list(Type::String))
}

pub(super) fn text_of_text(types: &[&Type]) -> Option<Type> {
    texts(types, 1).then_some(Type::String)
}

pub(super) fn text_of_three_texts(types: &[&Type]) -> Option<Type> {
    texts(types, 3).then_some(Type::String)
}

pub(super) fn bool_of_two_texts(types: &[&Type]) -> Option<Type> {
    texts(types, 2).then_some(Type::Bool)
}

pub(super) fn contains(types: &[&Type]) -> Option<Type> {
    match types {
        [Type::List(element), part] => {
            let same = element.as_ref() == *part
                || number(element) && number(part)
                || element.is_text() && part.is_text();
            same.then_some(Type::Bool)
        }
        _ => bool_of_two_texts(types),
    }
}

/// Whether a value of the type may be read as a number.
fn numeral(types: &[&Type]) -> bool {
    matches!(
        types,
        [Type::String | Type::Int | Type::Float | Type::Json | Type::Enum(_)]
    )
}

pub(super) fn int_of_number(types: &[&Type]) -> Option<Type> {
    numeral(types).then_some(Type::Int)
}

pub(super) fn float_of_number(types: &[&Type]) -> Option<Type> {
    numeral(types).then_some(Type::Float)
}

pub(super) fn text_of_any(types: &[&Type]) -> Option<Type> {
    matches!(types, [ty] if ty.has_text()).then_some(Type::String)
}

pub(super) fn as_list(types: &[&Type]) -> Option<Type> {
    matches!(types, [Type::Json]).then(|| list(Type::Json))
}

pub(super) fn sort(types: &[&Type]) -> Option<Type> {
    elements(types, |ty| number(ty) || ty.is_text()).map(list)
}

pub(super) fn unique(types: &[&Type]) -> Option<Type> {
    elements(types, Type::has_text).map(list)
}

pub(super) fn range(types: &[&Type]) -> Option<Type> {
    matches!(types, [Type::Int] | [Type::Int, Type::Int]).then(|| list(Type::Int))
}
