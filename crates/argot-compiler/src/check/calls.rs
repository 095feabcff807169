//! Call statements: the tasks of a pipeline.

use std::collections::{HashMap, HashSet};

use argot_syntax::{Applicability, Fix, Span, ast};

use super::{
    Checker,
    bindings::Definition,
    component::allowed,
    scope::{Local, Scope},
};
use crate::attributes::Block;
use crate::{
    Attributes, Callee, ExecutionAttribute, Expr, Input, InputId, TaskId, Type, diagnostics,
};

/// What the head of a call statement refers to.
pub(super) enum Head {
    Callee(Callee),
    /// An expression, neither a component nor a pipeline.
    Expression,
    /// Something that has already been reported.
    Error,
}

/// A checked call, without its name.
pub(super) struct Call {
    pub(super) callee: Callee,
    pub(super) arguments: Vec<(InputId, Expr)>,
    pub(super) after: Vec<TaskId>,
    pub(super) with: Attributes,
}

impl Checker<'_> {
    /// Finds out whether an expression is a call of a component or pipeline.
    pub(super) fn head(&mut self, value: &ast::Expr, scope: &Scope) -> Head {
        let ast::ExprKind::Call { callee, .. } = &value.kind else {
            return Head::Expression;
        };
        let definition = match &callee.kind {
            ast::ExprKind::Name(name) => {
                if crate::BUILTIN_ARTIFACTS.contains(&name.as_str()) {
                    return Head::Expression;
                }
                self.bindings.find(scope.module, name)
            }
            ast::ExprKind::Field { base, name } => match &base.kind {
                ast::ExprKind::Name(prefix) => match self.bindings.find(scope.module, prefix) {
                    Some(Definition::Module(target)) => Some(self.imported(target, name)),
                    other => other,
                },
                _ => None,
            },
            _ => None,
        };
        match definition {
            Some(Definition::Component(id)) => Head::Callee(Callee::Component(id)),
            Some(Definition::Pipeline(id)) => Head::Callee(Callee::Pipeline(id)),
            Some(Definition::Error) => Head::Error,
            _ => Head::Expression,
        }
    }

    /// Checks the arguments, `after` and `with` of a call.
    pub(super) fn call(&mut self, callee: Callee, run: &ast::Run, scope: &mut Scope) -> Call {
        let (name, inputs, outputs) = match callee {
            Callee::Component(id) => match self.program.component(id) {
                Some(component) => (
                    component.name.clone(),
                    component.inputs.clone(),
                    component.outputs.clone(),
                ),
                None => Default::default(),
            },
            Callee::Pipeline(id) => match self.program.pipeline(id) {
                Some(pipeline) => (
                    pipeline.name.clone(),
                    pipeline.inputs.clone(),
                    pipeline.outputs.clone(),
                ),
                None => Default::default(),
            },
        };
        let arguments = match &run.value.kind {
            ast::ExprKind::Call { arguments, callee } => {
                self.call_arguments(&name, &inputs, arguments, callee.span, scope)
            }
            _ => Vec::new(),
        };
        let after = self.after(&run.after, scope);
        let with = match &run.with {
            None => Attributes::default(),
            Some(with) => {
                let known = self.known(Block::With, &with.attributes);
                let allows = known.iter().any(|known| known.name() == "allow_failure");
                let of_steps = known.iter().find(|known| known.name() != "allow_failure");
                if let (Callee::Pipeline(_), Some(first)) = (callee, of_steps) {
                    self.diagnostics
                        .push(diagnostics::with_on_pipeline(&name, first.span()));
                    let mut attributes = Attributes::default();
                    if allows {
                        attributes.step.set(ExecutionAttribute::AllowFailure(true));
                    }
                    attributes
                } else {
                    // The names in `outputs { ... }` are the callee's outputs.
                    let own = std::mem::replace(&mut scope.outputs, outputs);
                    let mut attributes = self.attributes(&known, scope);
                    if allows && attributes.step.allow_failure().is_none() {
                        // The wrong value has been reported.
                        attributes.step.set(ExecutionAttribute::AllowFailure(true));
                    }
                    scope.outputs = own;
                    self.with_of_reference(callee, &known);
                    attributes
                }
            }
        };
        Call {
            callee,
            arguments,
            after,
            with,
        }
    }

    fn with_of_reference(&mut self, callee: Callee, known: &[super::block::Known<'_>]) {
        let Callee::Component(id) = callee else {
            return;
        };
        let Some(component) = self.program.component(id) else {
            return;
        };
        let body = &component.body;
        let with = body.facts().with;
        allowed(body.kind(), with, known.iter(), &mut self.diagnostics);
    }

    fn call_arguments(
        &mut self,
        callee: &str,
        inputs: &[Input],
        arguments: &[ast::Argument],
        callee_span: Span,
        scope: &mut Scope,
    ) -> Vec<(InputId, Expr)> {
        let mut found: HashMap<InputId, (Expr, Span)> = HashMap::new();
        let mut broken = false;
        let places: HashMap<&str, usize> = inputs
            .iter()
            .enumerate()
            .map(|(at, input)| (input.name.as_str(), at))
            .collect();
        let named: HashSet<&str> = arguments
            .iter()
            .filter_map(|argument| Some(argument.name.as_ref()?.name.as_str()))
            .collect();
        for argument in arguments {
            let name = match (&argument.name, &argument.value.kind) {
                (Some(name), _) => name.clone(),
                (None, ast::ExprKind::Name(name)) => ast::Ident {
                    name: name.clone(),
                    span: argument.value.span,
                },
                (None, _) => {
                    let missing: Vec<&str> = inputs
                        .iter()
                        .filter(|input| !named.contains(input.name.as_str()))
                        .map(|input| input.name.as_str())
                        .collect();
                    self.diagnostics.push(diagnostics::unnamed_argument(
                        callee,
                        &missing,
                        argument.value.span,
                    ));
                    self.infer(&argument.value, Some(&Type::Error), scope);
                    broken = true;
                    continue;
                }
            };
            let Some(at) = places.get(name.name.as_str()).copied() else {
                let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
                let suggestion =
                    self.suggestions
                        .find(&name.name, name.span, names.iter().copied());
                self.diagnostics
                    .push(if argument.name.is_some() || suggestion.is_some() {
                        diagnostics::unknown_argument(
                            callee, &name.name, name.span, suggestion, &names,
                        )
                    } else {
                        diagnostics::unnamed_argument(callee, &names, name.span)
                    });
                self.infer(&argument.value, Some(&Type::Error), scope);
                broken = true;
                continue;
            };
            let id = InputId::new(at);
            if let Some((_, first)) = found.get(&id) {
                self.diagnostics
                    .push(diagnostics::duplicate_name(&name.name, name.span, *first));
                continue;
            }
            let ty = inputs.get(at).map_or(Type::Error, |input| input.ty.clone());
            let value = self.check_expr(&argument.value, &ty, scope);
            found.insert(id, (value, name.span));
        }
        if !broken {
            self.missing_arguments(callee, inputs, &found, callee_span);
        }
        let ids = (0..inputs.len()).map(InputId::new);
        ids.filter_map(|id| Some((id, found.remove(&id)?.0)))
            .collect()
    }

    /// Reports inputs that need a value and have none. If there are many, only the first ones are reported.
    fn missing_arguments(
        &mut self,
        callee: &str,
        inputs: &[Input],
        found: &HashMap<InputId, (Expr, Span)>,
        span: Span,
    ) {
        const REPORTED: usize = 10;
        let is_missing = |(at, input): &(usize, &Input)| {
            !input.is_optional() && !found.contains_key(&InputId::new(*at))
        };
        let missing = inputs.iter().enumerate().filter(is_missing);
        let more = missing.clone().count().saturating_sub(REPORTED);
        for (index, (_, input)) in missing.take(REPORTED).enumerate() {
            let ty = input.ty.text(&self.program.artifacts);
            let mut message =
                diagnostics::missing_argument(callee, &input.name, &ty, span, input.span);
            if more > 0 && index + 1 == REPORTED {
                message = message.note(format!("{more} more inputs lack a value"));
            }
            self.diagnostics.push(message);
        }
    }

    fn after(&mut self, names: &[ast::Ident], scope: &mut Scope) -> Vec<TaskId> {
        let mut found: Vec<TaskId> = Vec::new();
        for (index, name) in names.iter().enumerate() {
            if scope.is_outside_handler(&name.name) {
                scope.used.insert(name.name.clone());
                self.diagnostics
                    .push(diagnostics::task_value_in_handler(&name.name, name.span));
                continue;
            }
            match scope.find(&name.name) {
                Some(Local::Task(task, _)) if found.contains(&task) => {
                    let before = index.checked_sub(1).and_then(|index| names.get(index));
                    let place = Span {
                        start: before.map_or(name.span.start, |before| before.span.end),
                        ..name.span
                    };
                    let applicability =
                        Applicability::safe_if(!self.modules.slice(place).contains('#'));
                    let fix = Fix::new(applicability, place, "");
                    self.diagnostics
                        .push(diagnostics::repeated_after(&name.name, fix, name.span));
                }
                Some(Local::Task(task, _)) => found.push(task),
                Some(Local::Error) => {}
                Some(_) => self
                    .diagnostics
                    .push(diagnostics::not_a_task(&name.name, name.span)),
                None => match scope.later.get(&name.name) {
                    Some(later) => {
                        let later = *later;
                        scope.used.insert(name.name.clone());
                        self.diagnostics.push(diagnostics::used_before_definition(
                            &name.name, name.span, later,
                        ));
                    }
                    None => {
                        let tasks = scope
                            .locals
                            .iter()
                            .filter(|(_, local)| matches!(local, Local::Task(..)))
                            .map(|(name, _)| name.as_str());
                        let suggestion = self.suggestions.find(&name.name, name.span, tasks);
                        self.diagnostics
                            .push(diagnostics::unknown_name(&name.name, name.span, suggestion));
                    }
                },
            }
        }
        found
    }
}
