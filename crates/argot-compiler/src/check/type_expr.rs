//! Type expressions.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use argot_syntax::{Diagnostic, Span, ast};

use super::{Checker, bindings::Definition, scope::Scope};
use crate::{ArtifactId, BUILTIN_ARTIFACTS, Field, ModuleId, Type, diagnostics};

const SCALARS: &[(&str, Type)] = &[
    ("string", Type::String),
    ("int", Type::Int),
    ("float", Type::Float),
    ("bool", Type::Bool),
    ("quantity", Type::Quantity),
    ("duration", Type::Duration),
    ("json", Type::Json),
    ("volume", Type::Volume),
];

/// Whether a name is a built-in type.
pub(super) fn is_builtin_type(name: &str) -> bool {
    SCALARS.iter().any(|(scalar, _)| *scalar == name) || BUILTIN_ARTIFACTS.contains(&name)
}

impl Checker<'_> {
    /// The type of a type expression. Returns `None` if it is too large, which is reported.
    pub(super) fn ty(&mut self, module: ModuleId, written: &ast::TypeExpr) -> Option<Type> {
        let mut reader = TypeReader {
            checker: self,
            module,
            has_refused: false,
        };
        let ty = reader.ty(written);
        if reader.has_refused {
            return None;
        }
        let Some(reason) = ty.refused() else {
            return Some(ty);
        };
        let message = diagnostics::too_large("the type", &reason, written.span);
        self.diagnostics.push(self.with_chain(message));
        None
    }
}

/// Reads a type expression of a file.
struct TypeReader<'c, 'a> {
    checker: &'c mut Checker<'a>,
    module: ModuleId,
    /// Whether a type that it refers to is too large.
    has_refused: bool,
}

impl TypeReader<'_, '_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.checker.diagnostics.push(diagnostic);
    }

    /// The type of a type expression, however large.
    fn ty(&mut self, written: &ast::TypeExpr) -> Type {
        match &written.kind {
            ast::TypeKind::Name { module: None, name } => self.named_type(name),
            ast::TypeKind::Name {
                module: Some(prefix),
                name,
            } => match self.checker.bindings.find(self.module, &prefix.name) {
                Some(Definition::Module(target)) => {
                    let definition = self.checker.imported(target, name);
                    self.definition_type(definition, name)
                }
                Some(Definition::Error) => Type::Error,
                Some(other) => {
                    self.report(diagnostics::not_a_module(
                        &prefix.name,
                        other.kind(),
                        prefix.span,
                    ));
                    Type::Error
                }
                None => {
                    let suggestion =
                        self.checker
                            .suggest_top_level(self.module, &prefix.name, prefix.span);
                    self.report(diagnostics::unknown_name(
                        &prefix.name,
                        prefix.span,
                        suggestion.as_deref(),
                    ));
                    Type::Error
                }
            },
            ast::TypeKind::Generic { name, element } => {
                let inner = Arc::new(self.ty(element));
                if matches!(*inner, Type::Volume) {
                    self.report(diagnostics::no_such_element("a volume", element.span));
                    return Type::Error;
                }
                match name.name.as_str() {
                    "list" | "map" if inner.is_artifact_list() => {
                        let what = "a list of artifacts";
                        self.report(diagnostics::no_such_element(what, element.span));
                        Type::Error
                    }
                    "map" if inner.is_artifact() => {
                        let what = "an artifact";
                        self.report(diagnostics::no_such_element(what, element.span));
                        Type::Error
                    }
                    "list" if inner.is_artifact() && inner.is_optional() => {
                        let what = "an artifact that may be missing";
                        self.report(diagnostics::no_such_element(what, element.span));
                        Type::Error
                    }
                    "list" => Type::List(inner),
                    "map" => Type::Map(inner),
                    other => {
                        self.report(diagnostics::not_generic(other, name.span));
                        Type::Error
                    }
                }
            }
            ast::TypeKind::Record(fields) => self.record_type(fields),
            ast::TypeKind::Enum(members) => self.enum_type(members, written.span),
            ast::TypeKind::Error => Type::Error,
            ast::TypeKind::Optional(inner) => match self.ty(inner) {
                Type::Error => Type::Error,
                Type::Volume => {
                    self.report(diagnostics::optional_volume(written.span));
                    Type::Error
                }
                already @ Type::Optional(_) => already,
                inner => Type::Optional(Arc::new(inner)),
            },
        }
    }

    fn record_type(&mut self, fields: &[ast::Parameter]) -> Type {
        let mut found: Vec<Field> = Vec::new();
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for field in fields {
            let ty = self.ty(&field.ty);
            if matches!(ty.required(), Type::Artifact(_) | Type::Volume) || ty.is_artifact_list() {
                let what = if ty.is_artifact_list() {
                    "a list of artifacts"
                } else if ty.is_artifact() {
                    "an artifact"
                } else {
                    "a volume"
                };
                self.report(diagnostics::no_such_element(what, field.ty.span));
                continue;
            }
            let default = field.default.as_ref().and_then(|value| {
                let mut scope = Scope::top(self.module);
                let expr = self.checker.check_expr(value, &ty, &mut scope);
                let expr = self.checker.known_at_compile_time("a default", expr);
                expr.value().cloned()
            });
            let name = &field.name;
            match spans.get(name.name.as_str()) {
                Some(first) => {
                    self.report(diagnostics::duplicate_name(&name.name, name.span, *first));
                }
                None => {
                    found.push(Field {
                        name: field.name.name.clone(),
                        ty,
                        default,
                    });
                    spans.insert(&name.name, name.span);
                }
            }
        }
        Type::Record(found.into())
    }

    fn enum_type(&mut self, members: &[ast::StringLit], span: Span) -> Type {
        let mut found: Vec<String> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for member in members {
            match member.plain() {
                Some(text) if !seen.insert(text) => {
                    self.report(diagnostics::duplicate_name(text, member.span, span));
                }
                Some(text) => found.push(text.to_owned()),
                None => {
                    self.report(diagnostics::not_constant(
                        "a member of an enumeration",
                        member.span,
                    ));
                }
            }
        }
        Type::Enum(found.into())
    }

    fn named_type(&mut self, name: &ast::Ident) -> Type {
        if let Some((_, ty)) = SCALARS.iter().find(|(scalar, _)| *scalar == name.name) {
            return ty.clone();
        }
        if let Some(index) = BUILTIN_ARTIFACTS
            .iter()
            .position(|artifact| *artifact == name.name)
        {
            return Type::Artifact(ArtifactId::new(index));
        }
        match self.checker.bindings.find(self.module, &name.name) {
            Some(definition) => self.definition_type(definition, name),
            None => {
                let names = SCALARS
                    .iter()
                    .map(|(name, _)| *name)
                    .chain(BUILTIN_ARTIFACTS.iter().copied())
                    .chain(["list", "map"])
                    .chain(self.checker.bindings.types(self.module));
                let suggestion = self.checker.suggestions.find(&name.name, name.span, names);
                let message = diagnostics::unknown_type(&name.name, name.span, suggestion);
                self.report(message);
                Type::Error
            }
        }
    }

    fn definition_type(&mut self, definition: Definition, name: &ast::Ident) -> Type {
        match definition {
            Definition::Alias(module, at) => match self.checker.aliases.get(&(module, at)) {
                Some(Some(ty)) => ty.clone(),
                Some(None) => {
                    self.has_refused = true;
                    Type::Error
                }
                // A type that is not resolved is part of something that has been reported.
                None => Type::Error,
            },
            Definition::Artifact(id) => Type::Artifact(id),
            Definition::Error => Type::Error,
            other => {
                self.report(diagnostics::not_a_type(&name.name, other.kind(), name.span));
                Type::Error
            }
        }
    }
}
