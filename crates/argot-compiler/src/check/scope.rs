//! The names inside one component or pipeline.

use std::collections::{BTreeSet, HashMap};

use argot_syntax::Span;
use indexmap::IndexMap;

use crate::{Callee, Expr, Input, InputId, ModuleId, Output, OutputId, TaskId, Type, VolumeId};

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the top level of a file: defaults of parameters, constants.
    TopLevel,
    /// In a component.
    Component,
    /// In a pipeline.
    Pipeline,
}

/// What a name inside a component or pipeline stands for.
#[derive(Debug, Clone)]
pub(super) enum Local {
    Input(InputId),
    Output(OutputId),
    Task(TaskId, Callee),
    Volume(VolumeId),
    /// A `let` of an expression.
    Value(Expr),
    /// Something that has been reported as wrong.
    Error,
}

/// The names inside one component or pipeline, and which of them have been used.
pub(super) struct Scope {
    pub(super) module: ModuleId,
    pub(super) place: Place,
    pub(super) inputs: Vec<Input>,
    pub(super) outputs: Vec<Output>,
    pub(super) locals: IndexMap<String, Local>,
    /// Where each local stands.
    pub(super) spans: HashMap<String, Span>,
    /// Names that are defined further down, with their places.
    pub(super) later: HashMap<String, Span>,
    pub(super) used: BTreeSet<String>,
    /// Outputs whose path has been used.
    pub(super) written: BTreeSet<OutputId>,
}

impl Scope {
    /// The scope of what stands at the top level of a file.
    pub(super) fn top(module: ModuleId) -> Self {
        Self::new(module, Place::TopLevel, Vec::new(), Vec::new())
    }

    pub(super) fn new(
        module: ModuleId,
        place: Place,
        inputs: Vec<Input>,
        outputs: Vec<Output>,
    ) -> Self {
        let mut locals = IndexMap::new();
        let mut spans = HashMap::new();
        for (index, input) in inputs.iter().enumerate() {
            locals.insert(input.name.clone(), Local::Input(InputId::new(index)));
            spans.insert(input.name.clone(), input.span);
        }
        if place == Place::Component {
            for (index, output) in outputs.iter().enumerate() {
                locals
                    .entry(output.name.clone())
                    .or_insert(Local::Output(OutputId::new(index)));
            }
        }
        Self {
            module,
            place,
            inputs,
            outputs,
            locals,
            spans,
            later: HashMap::new(),
            used: BTreeSet::new(),
            written: BTreeSet::new(),
        }
    }

    /// The type of an input.
    pub(super) fn input_type(&self, id: InputId) -> Type {
        self.inputs
            .get(id.index())
            .map_or(Type::Error, |input| input.ty.clone())
    }

    /// Looks a name up and marks it as used.
    pub(super) fn find(&mut self, name: &str) -> Option<Local> {
        let local = self.locals.get(name)?.clone();
        self.used.insert(name.to_owned());
        Some(local)
    }
}
