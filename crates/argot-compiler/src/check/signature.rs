//! Type expressions, and the inputs and outputs of components and pipelines.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use argot_syntax::{Span, ast};

use super::{Checker, Definition, scope::Scope};
use crate::{
    ArtifactId, Attributes, BUILTIN_ARTIFACTS, Body, Component, ComponentId, Expr, Field, Input,
    ModuleId, Output, Pipeline, PipelineAttributes, PipelineId, Type, diagnostics,
};

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

pub(super) fn empty_component(module: ModuleId, item: &ast::Component) -> Component {
    Component {
        name: item.name.name.clone(),
        doc: text(&item.doc),
        module,
        inputs: Vec::new(),
        outputs: Vec::new(),
        body: Body::Container,
        attributes: Attributes::default(),
        span: item.name.span,
    }
}

pub(super) fn empty_pipeline(module: ModuleId, item: &ast::Pipeline) -> Pipeline {
    Pipeline {
        name: item.name.name.clone(),
        doc: text(&item.doc),
        module,
        inputs: Vec::new(),
        outputs: Vec::new(),
        returns: Vec::new(),
        volumes: Vec::new(),
        tasks: Vec::new(),
        blocks: Vec::new(),
        handlers: Vec::new(),
        attributes: PipelineAttributes::default(),
        span: item.name.span,
    }
}

impl<'a> Checker<'a> {
    /// Resolves the inputs and outputs of a component. Returns `None` if its name is taken.
    pub(super) fn component_signature(
        &mut self,
        module: ModuleId,
        item: &'a ast::Component,
    ) -> Option<ComponentId> {
        let Some(Definition::Component(id)) = self.defined_at(module, &item.name) else {
            return None;
        };
        let inputs = self.inputs(module, &item.inputs);
        let outputs = self.outputs(module, &item.outputs, false);
        let component = self.program.components.get_mut(id.index())?;
        component.inputs = inputs;
        component.outputs = outputs;
        Some(id)
    }

    /// Resolves the parameters and outputs of a pipeline. Returns `None` if its name is taken.
    pub(super) fn pipeline_signature(
        &mut self,
        module: ModuleId,
        item: &'a ast::Pipeline,
    ) -> Option<PipelineId> {
        let Some(Definition::Pipeline(id)) = self.defined_at(module, &item.name) else {
            return None;
        };
        let inputs = self.inputs(module, &item.parameters);
        let outputs = self.outputs(module, &item.outputs, true);
        let pipeline = self.program.pipelines.get_mut(id.index())?;
        pipeline.inputs = inputs;
        pipeline.outputs = outputs;
        Some(id)
    }

    /// The definition of a name, if it comes from the item with this name's span.
    pub(super) fn defined_at(&self, module: ModuleId, name: &ast::Ident) -> Option<Definition> {
        let binding = self.scopes.get(module.index())?.get(&name.name)?;
        (binding.span.key() == name.span.key()).then_some(binding.definition)
    }

    fn inputs(&mut self, module: ModuleId, parameters: &[ast::Parameter]) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for parameter in parameters {
            let ty = self.ty(module, &parameter.ty);
            let default = parameter.default.as_ref().map(|value| {
                let mut scope = Scope::top(module);
                let default = self.check_expr(value, &ty, &mut scope);
                self.constant_default(default)
            });
            let name = &parameter.name;
            if let Some(first) = spans.get(name.name.as_str()) {
                self.diagnostics
                    .push(diagnostics::duplicate_name(&name.name, name.span, *first));
                continue;
            }
            spans.insert(&name.name, name.span);
            inputs.push(Input {
                name: parameter.name.name.clone(),
                doc: text(&parameter.doc),
                ty,
                default,
                span: parameter.name.span,
            });
        }
        inputs
    }

    /// A default must be a constant, or a constant location of an artifact.
    fn constant_default(&mut self, default: Expr) -> Expr {
        let constant = match &default.kind {
            crate::ExprKind::Artifact(_) => default
                .children()
                .iter()
                .all(|child| child.value().is_some()),
            crate::ExprKind::Error => true,
            _ => default.value().is_some(),
        };
        if constant {
            default
        } else {
            self.diagnostics
                .push(diagnostics::not_constant("a default", default.span));
            Expr::error(default.span)
        }
    }

    fn outputs(
        &mut self,
        module: ModuleId,
        outputs: &ast::Outputs,
        of_pipeline: bool,
    ) -> Vec<Output> {
        match outputs {
            ast::Outputs::None => Vec::new(),
            ast::Outputs::Single(ty) => {
                let span = ty.span;
                let ty = self.output_type(module, ty, of_pipeline);
                vec![Output {
                    name: "output".to_owned(),
                    doc: None,
                    ty,
                    span,
                }]
            }
            ast::Outputs::Named(parameters) => {
                let mut outputs: Vec<Output> = Vec::new();
                let mut spans: HashMap<&str, Span> = HashMap::new();
                for parameter in parameters {
                    let ty = self.output_type(module, &parameter.ty, of_pipeline);
                    let name = &parameter.name;
                    if let Some(first) = spans.get(name.name.as_str()) {
                        self.diagnostics
                            .push(diagnostics::duplicate_name(&name.name, name.span, *first));
                        continue;
                    }
                    spans.insert(&name.name, name.span);
                    outputs.push(Output {
                        name: parameter.name.name.clone(),
                        doc: text(&parameter.doc),
                        ty,
                        span: parameter.name.span,
                    });
                }
                outputs
            }
        }
    }

    fn output_type(
        &mut self,
        module: ModuleId,
        written: &ast::TypeExpr,
        of_pipeline: bool,
    ) -> Type {
        let ty = self.ty(module, written);
        match ty {
            Type::Volume => {
                self.diagnostics
                    .push(diagnostics::volume_output(written.span));
                Type::Error
            }
            Type::Optional(_) if !of_pipeline => {
                self.diagnostics.push(diagnostics::not_yet_supported(
                    "an output of a component that may be missing",
                    written.span,
                ));
                Type::Error
            }
            other => other,
        }
    }

    /// The type of a type expression.
    pub(super) fn ty(&mut self, module: ModuleId, written: &ast::TypeExpr) -> Type {
        self.is_refused = false;
        let ty = self.any_type(module, written);
        if self.is_refused {
            return Type::Error;
        }
        match ty.refused() {
            None => ty,
            Some(reason) => {
                self.is_refused = true;
                let message = diagnostics::too_large("the type", &reason, written.span);
                self.diagnostics.push(self.with_chain(message));
                Type::Error
            }
        }
    }

    /// The type of a type expression, however large.
    fn any_type(&mut self, module: ModuleId, written: &ast::TypeExpr) -> Type {
        match &written.kind {
            ast::TypeKind::Name { module: None, name } => self.named_type(module, name),
            ast::TypeKind::Name {
                module: Some(prefix),
                name,
            } => match self.lookup(module, &prefix.name) {
                Some(Definition::Module(target)) => {
                    let definition = self.imported(target, name);
                    self.definition_type(definition, name)
                }
                Some(Definition::Error) => Type::Error,
                Some(other) => {
                    self.diagnostics.push(diagnostics::not_a_module(
                        &prefix.name,
                        other.kind(),
                        prefix.span,
                    ));
                    Type::Error
                }
                None => {
                    let suggestion = self.suggest_top_level(module, &prefix.name, prefix.span);
                    self.diagnostics.push(diagnostics::unknown_name(
                        &prefix.name,
                        prefix.span,
                        suggestion.as_deref(),
                    ));
                    Type::Error
                }
            },
            ast::TypeKind::Generic { name, element } => {
                let inner = Arc::new(self.any_type(module, element));
                if matches!(*inner, Type::Volume) {
                    self.diagnostics
                        .push(diagnostics::no_such_element("volume", element.span));
                    return Type::Error;
                }
                match name.name.as_str() {
                    "list" | "map" if inner.is_artifact_list() => {
                        let what = "a list of artifacts";
                        self.diagnostics
                            .push(diagnostics::no_such_element(what, element.span));
                        Type::Error
                    }
                    "map" if inner.is_artifact() => {
                        let what = "an artifact";
                        self.diagnostics
                            .push(diagnostics::no_such_element(what, element.span));
                        Type::Error
                    }
                    "list" if inner.is_artifact() && inner.is_optional() => {
                        let what = "an artifact that may be missing";
                        self.diagnostics
                            .push(diagnostics::no_such_element(what, element.span));
                        Type::Error
                    }
                    "list" => Type::List(inner),
                    "map" => Type::Map(inner),
                    other => {
                        self.diagnostics
                            .push(diagnostics::not_generic(other, name.span));
                        Type::Error
                    }
                }
            }
            ast::TypeKind::Record(fields) => self.record_type(module, fields),
            ast::TypeKind::Enum(members) => self.enum_type(members, written.span),
            ast::TypeKind::Error => Type::Error,
            ast::TypeKind::Optional(inner) => match self.any_type(module, inner) {
                Type::Error => Type::Error,
                Type::Volume => {
                    self.diagnostics
                        .push(diagnostics::optional_volume(written.span));
                    Type::Error
                }
                already @ Type::Optional(_) => already,
                inner => Type::Optional(Arc::new(inner)),
            },
        }
    }

    fn record_type(&mut self, module: ModuleId, fields: &[ast::Parameter]) -> Type {
        let mut found: Vec<Field> = Vec::new();
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for field in fields {
            let ty = self.any_type(module, &field.ty);
            if matches!(ty.required(), Type::Artifact(_) | Type::Volume) || ty.is_artifact_list() {
                let what = if ty.is_artifact_list() {
                    "a list of artifacts"
                } else if ty.is_artifact() {
                    "an artifact"
                } else {
                    "a volume"
                };
                self.diagnostics
                    .push(diagnostics::no_such_element(what, field.ty.span));
                continue;
            }
            let default = field.default.as_ref().and_then(|value| {
                let mut scope = Scope::top(module);
                let expr = self.check_expr(value, &ty, &mut scope);
                if expr.value().is_none() && !expr.is_error() {
                    self.diagnostics
                        .push(diagnostics::not_constant("a default", expr.span));
                }
                expr.value().cloned()
            });
            let name = &field.name;
            match spans.get(name.name.as_str()) {
                Some(first) => {
                    self.diagnostics
                        .push(diagnostics::duplicate_name(&name.name, name.span, *first));
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
                    self.diagnostics
                        .push(diagnostics::duplicate_name(text, member.span, span));
                }
                Some(text) => found.push(text.to_owned()),
                None => {
                    self.diagnostics.push(diagnostics::not_constant(
                        "a member of an enumeration",
                        member.span,
                    ));
                }
            }
        }
        Type::Enum(found.into())
    }

    fn named_type(&mut self, module: ModuleId, name: &ast::Ident) -> Type {
        if let Some((_, ty)) = SCALARS.iter().find(|(scalar, _)| *scalar == name.name) {
            return ty.clone();
        }
        if let Some(index) = BUILTIN_ARTIFACTS
            .iter()
            .position(|artifact| *artifact == name.name)
        {
            return Type::Artifact(ArtifactId::new(index));
        }
        match self.lookup(module, &name.name) {
            Some(definition) => self.definition_type(definition, name),
            None => {
                let names = SCALARS
                    .iter()
                    .map(|(name, _)| *name)
                    .chain(BUILTIN_ARTIFACTS.iter().copied())
                    .chain(["list", "map"])
                    .chain(self.type_names(module));
                let suggestion = self.suggestions.find(&name.name, name.span, names);
                let message = diagnostics::unknown_type(&name.name, name.span, suggestion);
                self.diagnostics.push(message);
                Type::Error
            }
        }
    }

    fn type_names(&self, module: ModuleId) -> impl Iterator<Item = &str> {
        self.scopes
            .get(module.index())
            .into_iter()
            .flatten()
            .filter(|(_, binding)| {
                matches!(
                    binding.definition,
                    Definition::Alias(..) | Definition::Artifact(_)
                )
            })
            .map(|(name, _)| name.as_str())
    }

    fn definition_type(&mut self, definition: Definition, name: &ast::Ident) -> Type {
        match definition {
            Definition::Alias(module, at) => match self.aliases.get(&(module, at)) {
                Some(Some(ty)) => ty.clone(),
                Some(None) => {
                    self.is_refused = true;
                    Type::Error
                }
                // A type that is not resolved is part of something that has been reported.
                None => Type::Error,
            },
            Definition::Artifact(id) => Type::Artifact(id),
            Definition::Error => Type::Error,
            other => {
                self.diagnostics
                    .push(diagnostics::not_a_type(&name.name, other.kind(), name.span));
                Type::Error
            }
        }
    }
}

/// The text of a documentation comment.
fn text(doc: &Option<ast::Doc>) -> Option<String> {
    doc.as_ref().map(|doc| doc.text.clone())
}
