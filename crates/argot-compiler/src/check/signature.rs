//! Types as they are written, and the inputs and outputs of components and pipelines.

use argot_syntax::{Span, ast};

use super::{Checker, Definition, Lazy, scope::Scope};
use crate::{
    ArtifactId, Attributes, BUILTIN_ARTIFACTS, Body, Component, ComponentId, Expr, Field, Input,
    ModuleId, Output, Pipeline, PipelineAttributes, PipelineId, Type, diagnostics as messages,
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

/// Whether a name is a type of the language.
pub(super) fn is_builtin_type(name: &str) -> bool {
    SCALARS.iter().any(|(scalar, _)| *scalar == name) || BUILTIN_ARTIFACTS.contains(&name)
}

pub(super) fn empty_component(module: ModuleId, item: &ast::Component) -> Component {
    Component {
        name: item.name.name.clone(),
        doc: item.doc.clone(),
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
        doc: item.doc.clone(),
        module,
        inputs: Vec::new(),
        outputs: Vec::new(),
        returns: Vec::new(),
        volumes: Vec::new(),
        tasks: Vec::new(),
        blocks: Vec::new(),
        handlers: Vec::new(),
        defaults: Attributes::default(),
        attributes: PipelineAttributes::default(),
        span: item.name.span,
    }
}

impl<'a> Checker<'a> {
    /// Finds the inputs and outputs of a component. `None` for one whose name is taken.
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

    /// Finds the parameters and outputs of a pipeline. `None` for one whose name is taken.
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

    /// What a name is defined as by the item that stands there.
    fn defined_at(&self, module: ModuleId, name: &ast::Ident) -> Option<Definition> {
        let binding = self.scopes.get(module.index())?.get(&name.name)?;
        (binding.span.key() == name.span.key()).then_some(binding.definition)
    }

    fn inputs(&mut self, module: ModuleId, parameters: &[ast::Parameter]) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        for parameter in parameters {
            let ty = self.ty(module, &parameter.ty);
            let default = parameter.default.as_ref().map(|value| {
                let mut scope = Scope::top(module);
                let default = self.check_expr(value, &ty, &mut scope);
                self.constant_default(default)
            });
            if let Some(first) = inputs
                .iter()
                .find(|input| input.name == parameter.name.name)
            {
                self.diagnostics.push(messages::duplicate_name(
                    &parameter.name.name,
                    parameter.name.span,
                    first.span,
                ));
                continue;
            }
            inputs.push(Input {
                name: parameter.name.name.clone(),
                doc: parameter.doc.clone(),
                ty,
                default,
                span: parameter.name.span,
            });
        }
        inputs
    }

    /// A default is a constant, or an artifact's constant location.
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
                .push(messages::not_constant("a default", default.span));
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
                for parameter in parameters {
                    let ty = self.output_type(module, &parameter.ty, of_pipeline);
                    if let Some(first) = outputs
                        .iter()
                        .find(|output| output.name == parameter.name.name)
                    {
                        let name = &parameter.name;
                        self.diagnostics
                            .push(messages::duplicate_name(&name.name, name.span, first.span));
                        continue;
                    }
                    outputs.push(Output {
                        name: parameter.name.name.clone(),
                        doc: parameter.doc.clone(),
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
                self.diagnostics.push(messages::volume_output(written.span));
                Type::Error
            }
            Type::Optional(_) if !of_pipeline => {
                self.diagnostics.push(messages::not_yet_supported(
                    "an output of a component that may be absent",
                    written.span,
                ));
                Type::Error
            }
            other => other,
        }
    }

    /// The type that is written.
    pub(super) fn ty(&mut self, module: ModuleId, written: &ast::TypeExpr) -> Type {
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
                    self.diagnostics.push(messages::not_a_module(
                        &prefix.name,
                        other.kind(),
                        prefix.span,
                    ));
                    Type::Error
                }
                None => {
                    let suggestion = self.suggest_top_level(module, &prefix.name);
                    self.diagnostics.push(messages::unknown_name(
                        &prefix.name,
                        prefix.span,
                        suggestion.as_deref(),
                    ));
                    Type::Error
                }
            },
            ast::TypeKind::Generic { name, element } => {
                let inner = Box::new(self.ty(module, element));
                if matches!(*inner, Type::Volume) {
                    self.diagnostics
                        .push(messages::no_such_element("volume", element.span));
                    return Type::Error;
                }
                match name.name.as_str() {
                    "list" | "map" if inner.is_artifact_list() => {
                        let what = "a list of artifacts";
                        self.diagnostics
                            .push(messages::no_such_element(what, element.span));
                        Type::Error
                    }
                    "map" if inner.is_artifact() => {
                        let what = "an artifact";
                        self.diagnostics
                            .push(messages::no_such_element(what, element.span));
                        Type::Error
                    }
                    "list" if inner.is_artifact() && inner.is_optional() => {
                        let what = "an artifact that may be absent";
                        self.diagnostics
                            .push(messages::no_such_element(what, element.span));
                        Type::Error
                    }
                    "list" => Type::List(inner),
                    "map" => Type::Map(inner),
                    other => {
                        self.diagnostics
                            .push(messages::not_generic(other, name.span));
                        Type::Error
                    }
                }
            }
            ast::TypeKind::Record(fields) => self.record_type(module, fields),
            ast::TypeKind::Enum(members) => self.enum_type(members, written.span),
            ast::TypeKind::Optional(inner) => match self.ty(module, inner) {
                Type::Error => Type::Error,
                Type::Volume => {
                    self.diagnostics
                        .push(messages::optional_volume(written.span));
                    Type::Error
                }
                already @ Type::Optional(_) => already,
                inner => Type::Optional(Box::new(inner)),
            },
        }
    }

    fn record_type(&mut self, module: ModuleId, fields: &[ast::Parameter]) -> Type {
        let mut found: Vec<Field> = Vec::new();
        let mut spans: Vec<Span> = Vec::new();
        for field in fields {
            let ty = self.ty(module, &field.ty);
            if matches!(ty.required(), Type::Artifact(_) | Type::Volume) || ty.is_artifact_list() {
                let what = if ty.is_artifact_list() {
                    "a list of artifacts"
                } else if ty.is_artifact() {
                    "an artifact"
                } else {
                    "a volume"
                };
                self.diagnostics
                    .push(messages::no_such_element(what, field.ty.span));
                continue;
            }
            let default = field.default.as_ref().and_then(|value| {
                let mut scope = Scope::top(module);
                let expr = self.check_expr(value, &ty, &mut scope);
                if expr.value().is_none() && !expr.is_error() {
                    self.diagnostics
                        .push(messages::not_constant("a default", expr.span));
                }
                expr.value().cloned()
            });
            match found.iter().position(|other| other.name == field.name.name) {
                Some(at) => {
                    let first = spans.get(at).copied().unwrap_or_default();
                    let name = &field.name;
                    self.diagnostics
                        .push(messages::duplicate_name(&name.name, name.span, first));
                }
                None => {
                    found.push(Field {
                        name: field.name.name.clone(),
                        ty,
                        default,
                    });
                    spans.push(field.name.span);
                }
            }
        }
        Type::Record(found)
    }

    fn enum_type(&mut self, members: &[ast::StringLit], span: Span) -> Type {
        let mut found: Vec<String> = Vec::new();
        for member in members {
            match member.plain() {
                Some(text) if found.iter().any(|other| other == text) => {
                    self.diagnostics
                        .push(messages::duplicate_name(text, member.span, span));
                }
                Some(text) => found.push(text.to_owned()),
                None => {
                    self.diagnostics.push(messages::not_constant(
                        "a member of an enumeration",
                        member.span,
                    ));
                }
            }
        }
        Type::Enum(found)
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
                let names: Vec<String> = SCALARS
                    .iter()
                    .map(|(name, _)| (*name).to_owned())
                    .chain(BUILTIN_ARTIFACTS.iter().map(|name| (*name).to_owned()))
                    .chain(["list".to_owned(), "map".to_owned()])
                    .chain(self.type_names(module))
                    .collect();
                let suggestion = crate::suggest(&name.name, names.iter().map(String::as_str));
                self.diagnostics
                    .push(messages::unknown_type(&name.name, name.span, suggestion));
                Type::Error
            }
        }
    }

    fn type_names(&self, module: ModuleId) -> Vec<String> {
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
            .map(|(name, _)| name.clone())
            .collect()
    }

    fn definition_type(&mut self, definition: Definition, name: &ast::Ident) -> Type {
        match definition {
            Definition::Alias(module, at) => match self.alias(module, at) {
                Some(ty) => ty,
                None => {
                    self.diagnostics.push(messages::recursive_definition(
                        "type", &name.name, name.span,
                    ));
                    Type::Error
                }
            },
            Definition::Artifact(id) => Type::Artifact(id),
            Definition::Error => Type::Error,
            other => {
                self.diagnostics
                    .push(messages::not_a_type(&name.name, other.kind(), name.span));
                Type::Error
            }
        }
    }

    /// The type that an alias stands for; `None` while it is being worked out.
    pub(super) fn alias(&mut self, module: ModuleId, at: usize) -> Option<Type> {
        match self.aliases.get(&(module, at)) {
            Some(Lazy::Done(ty)) => return Some(ty.clone()),
            Some(Lazy::InProgress) => return None,
            None => {}
        }
        self.aliases.insert((module, at), Lazy::InProgress);
        let files: &'a [ast::File] = &self.modules.files;
        let item = files
            .get(module.index())
            .and_then(|file| file.items.get(at));
        let ty = match item {
            Some(ast::Item::Type(alias)) => self.ty(module, &alias.ty),
            _ => Type::Error,
        };
        self.aliases.insert((module, at), Lazy::Done(ty.clone()));
        Some(ty)
    }

    /// The value of a constant; `None` while it is being worked out.
    pub(super) fn constant(&mut self, module: ModuleId, at: usize) -> Option<Expr> {
        match self.constants.get(&(module, at)) {
            Some(Lazy::Done(value)) => return Some(value.clone()),
            Some(Lazy::InProgress) => return None,
            None => {}
        }
        self.constants.insert((module, at), Lazy::InProgress);
        let files: &'a [ast::File] = &self.modules.files;
        let item = files
            .get(module.index())
            .and_then(|file| file.items.get(at));
        let value = match item {
            Some(ast::Item::Const(item)) => {
                let mut scope = Scope::top(module);
                let value = self.infer(&item.value, None, &mut scope);
                let constant = value.children().iter().all(|child| child.value().is_some());
                if value.value().is_some() || value.is_error() || constant && is_artifact(&value) {
                    value
                } else {
                    self.diagnostics
                        .push(messages::not_constant("a `const`", value.span));
                    Expr::error(value.span)
                }
            }
            _ => Expr::error(Span::default()),
        };
        self.constants
            .insert((module, at), Lazy::Done(value.clone()));
        Some(value)
    }

    /// Sets the type above each artifact type of a file.
    pub(super) fn artifact_parents(&mut self, module: ModuleId, file: &'a ast::File) {
        for item in &file.items {
            let ast::Item::Artifact(item) = item else {
                continue;
            };
            let Some(Definition::Artifact(id)) = self.defined_at(module, &item.name) else {
                continue;
            };
            let root = ArtifactId::new(0);
            let parent = match self.ty(module, &item.parent) {
                Type::Artifact(parent) if self.program.artifacts.is_a(parent, id) => {
                    let name = &item.name;
                    self.diagnostics.push(messages::recursive_definition(
                        "artifact type",
                        &name.name,
                        name.span,
                    ));
                    root
                }
                Type::Artifact(parent) => parent,
                Type::Error => root,
                other => {
                    let found = other.text(&self.program.artifacts);
                    self.diagnostics
                        .push(messages::not_an_artifact_type(&found, item.parent.span));
                    root
                }
            };
            self.program.artifacts.set_parent(id, parent);
        }
    }
}

fn is_artifact(expr: &Expr) -> bool {
    matches!(expr.kind, crate::ExprKind::Artifact(_))
}
