//! The inputs and outputs of components and pipelines.

use std::collections::HashMap;

use argot_syntax::{Span, ast};

use super::{Checker, Definition, scope::Scope};
use crate::{
    Attributes, Body, Component, ComponentId, Expr, Input, ModuleId, Output, Pipeline,
    PipelineAttributes, PipelineId, Type, diagnostics,
};

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
        let Some(Definition::Component(id)) = self.bindings.defined_at(module, &item.name) else {
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
        let Some(Definition::Pipeline(id)) = self.bindings.defined_at(module, &item.name) else {
            return None;
        };
        let inputs = self.inputs(module, &item.parameters);
        let outputs = self.outputs(module, &item.outputs, true);
        let pipeline = self.program.pipelines.get_mut(id.index())?;
        pipeline.inputs = inputs;
        pipeline.outputs = outputs;
        Some(id)
    }

    fn inputs(&mut self, module: ModuleId, parameters: &[ast::Parameter]) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for parameter in parameters {
            let ty = self.ty(module, &parameter.ty).unwrap_or(Type::Error);
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
        let ty = self.ty(module, written).unwrap_or(Type::Error);
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
}

/// The text of a documentation comment.
fn text(doc: &Option<ast::Doc>) -> Option<String> {
    doc.as_ref().map(|doc| doc.text.clone())
}
