//! The scope of a component or pipeline: the names that can be used in it.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use argot_syntax::Span;
use indexmap::IndexMap;

use crate::{Expr, ExprKind, Input, InputId, ModuleId, Output, OutputId, TaskId, Type, VolumeId};

/// Where an expression is located.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the top level of a file: a constant or the default of a parameter.
    TopLevel,
    /// In a component.
    Component,
    /// In a pipeline.
    Pipeline,
}

/// What a name inside a component or pipeline refers to.
#[derive(Debug, Clone)]
pub(super) enum Local {
    Input(InputId),
    Output(OutputId),
    Task(TaskId, Rc<TaskNames>),
    Volume(VolumeId),
    /// A `let` of an expression.
    Value(Expr),
    /// Something that has already been reported.
    Error,
}

/// What can follow the name of a task and a dot.
#[derive(Debug, Default)]
pub(super) struct TaskNames {
    /// Its outputs. Those of a task that may fail are optional.
    pub(super) outputs: Vec<(String, Type)>,
    /// Whether it is a daemon, which has an address.
    pub(super) is_daemon: bool,
}

/// The names inside one component or pipeline, and which of them have been used.
pub(super) struct Scope {
    pub(super) module: ModuleId,
    pub(super) place: Place,
    pub(super) inputs: Vec<Input>,
    pub(super) outputs: Vec<Output>,
    pub(super) locals: IndexMap<String, Local>,
    /// Where each local is defined.
    pub(super) spans: HashMap<String, Span>,
    /// Names from blocks that have ended, with their spans.
    pub(super) gone: HashMap<String, Span>,
    /// Names that are defined further down, with their spans.
    pub(super) later: HashMap<String, Span>,
    pub(super) used: BTreeSet<String>,
    /// Outputs whose path has been used.
    pub(super) written: BTreeSet<OutputId>,
    /// Outputs whose `.names` file has been used.
    pub(super) listed: BTreeSet<OutputId>,
    /// In a handler, how many locals are in scope outside it.
    pub(super) handler: Option<usize>,
    /// Whether this is the `when` of a `retry`.
    pub(super) in_retry: bool,
    /// Tasks whose values are all present if one of them is.
    pub(super) together: BTreeSet<TaskId>,
    /// Optional values that are known to be present. The status of a task represents all of its values.
    pub(super) there: Vec<ExprKind>,
}

impl Scope {
    /// The scope for the top level of a file.
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
            gone: HashMap::new(),
            later: HashMap::new(),
            used: BTreeSet::new(),
            written: BTreeSet::new(),
            listed: BTreeSet::new(),
            handler: None,
            in_retry: false,
            together: BTreeSet::new(),
            there: Vec::new(),
        }
    }

    /// The type of an input.
    pub(super) fn input_type(&self, id: InputId) -> Type {
        self.inputs
            .get(id.index())
            .map_or(Type::Error, |input| input.ty.clone())
    }

    /// The inputs that nothing uses, except those whose names show that this is intended.
    pub(super) fn unused_inputs(&self) -> impl Iterator<Item = &Input> {
        let inputs = self.inputs.iter();
        inputs.filter(|input| !self.used.contains(&input.name) && !input.name.starts_with('_'))
    }

    /// Looks a name up and marks it as used.
    pub(super) fn find(&mut self, name: &str) -> Option<Local> {
        let local = self.locals.get(name)?.clone();
        self.used.insert(name.to_owned());
        Some(local)
    }

    /// Whether a name is defined outside the current handler, and is or contains a value of a task.
    pub(super) fn is_outside_handler(&self, name: &str) -> bool {
        let Some(around) = self.handler else {
            return false;
        };
        self.locals
            .get_full(name)
            .is_some_and(|(index, _, local)| index < around && local.is_of_task())
    }
}

impl Local {
    /// Whether this is a task, or contains a value that only tasks produce.
    fn is_of_task(&self) -> bool {
        match self {
            Self::Task(..) => true,
            Self::Value(value) => value.any(|expr| matches!(expr.kind, ExprKind::Task(_))),
            _ => false,
        }
    }
}
