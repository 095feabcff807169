//! Name resolution, and access to fields after a dot.

use std::rc::Rc;
use std::sync::Arc;

use argot_syntax::{Span, ast};

use super::{
    Checker,
    bindings::Definition,
    definitions::Key,
    scope::{Local, Place, Scope, TaskNames},
};
use crate::{
    CONTEXTS, Callee, Context, Expr, ExprKind, OutputId, TaskId, TaskValue, Type, Value,
    VolumeExpr, diagnostics, evaluate, limits::Spent,
};

impl Checker<'_> {
    /// What a name refers to. A task is not replaced by its output yet: see [`Checker::single_output`].
    pub(super) fn name(&mut self, name: &str, span: Span, scope: &mut Scope) -> Named {
        if scope.is_outside_handler(name) {
            scope.used.insert(name.to_owned());
            self.diagnostics
                .push(diagnostics::task_value_in_handler(name, span));
            return Named::Value(Expr::error(span));
        }
        if let Some(Local::Value(value)) = scope.locals.get(name)
            && !self.copies(value, span)
        {
            scope.used.insert(name.to_owned());
            return Named::Value(Expr::error(span));
        }
        if let Some(local) = scope.find(name) {
            return match local {
                Local::Input(id) => {
                    let ty = scope.input_type(id);
                    let kind = match ty {
                        Type::Volume => ExprKind::Volume(VolumeExpr::Input(id)),
                        Type::Error => ExprKind::Error,
                        _ => ExprKind::Input(id),
                    };
                    Named::Value(Expr::new(kind, ty, span))
                }
                Local::Output(id) => Named::Output(id, span),
                Local::Task(task, names) => Named::Task(task, names, name.to_owned(), span),
                Local::Volume(id) => Named::Value(Expr::new(
                    ExprKind::Volume(VolumeExpr::Declared(id)),
                    Type::Volume,
                    span,
                )),
                Local::Value(expr) => Named::Value(Expr { span, ..expr }),
                Local::Error => Named::Value(Expr::error(span)),
            };
        }
        if let Some(later) = scope.later.get(name) {
            let later = *later;
            scope.used.insert(name.to_owned());
            self.diagnostics
                .push(diagnostics::used_before_definition(name, span, later));
            return Named::Value(Expr::error(span));
        }
        match self.bindings.find(scope.module, name) {
            Some(Definition::Const(module, at)) => {
                Named::Value(self.constant_at((module, at), span))
            }
            Some(Definition::Module(module)) => Named::Module(module, name.to_owned(), span),
            Some(Definition::Error) => Named::Value(Expr::error(span)),
            Some(definition) => {
                self.diagnostics
                    .push(diagnostics::not_a_value(name, definition.kind(), span));
                Named::Value(Expr::error(span))
            }
            None => {
                if scope.place != Place::TopLevel
                    && CONTEXTS.iter().any(|(group, ..)| *group == name)
                    && (name != "last" || scope.in_retry)
                {
                    return Named::Context(name.to_owned(), span);
                }
                // A prefix of a string, for example, has already been reported.
                if self.has_syntax_error(span) {
                    return Named::Value(Expr::error(span));
                }
                if let Some(bound) = scope.gone.get(name) {
                    self.diagnostics
                        .push(diagnostics::bound_in_block(name, span, *bound));
                    return Named::Value(Expr::error(span));
                }
                let suggestion = self.suggest_name(name, span, scope);
                self.diagnostics
                    .push(diagnostics::unknown_name(name, span, suggestion.as_deref()));
                Named::Value(Expr::error(span))
            }
        }
    }

    /// The value of a constant. If it has none, it is part of something that has been reported.
    fn constant_at(&mut self, key: Key, span: Span) -> Expr {
        let known = self.constants.get(&key);
        // Copy the value only if the budget allows it.
        let found = match known.and_then(|value| self.copied(value)) {
            Some(bytes) if self.spends(bytes, span) => self.constants.get(&key).cloned(),
            _ => None,
        };
        found.map_or_else(|| Expr::error(span), |value| Expr { span, ..value })
    }

    /// Whether the budget allows one more copy of a value. Reports the first value that exceeds it.
    pub(super) fn copies(&mut self, value: &Expr, span: Span) -> bool {
        self.copied(value)
            .is_some_and(|bytes| self.spends(bytes, span))
    }

    /// The size of a copy in bytes. Returns `None` if the budget is used up and the value is a list or record.
    fn copied(&self, value: &Expr) -> Option<usize> {
        let has_parts = matches!(value.value(), Some(Value::List(_) | Value::Record(_)));
        (!(has_parts && self.budget.is_gone())).then(|| value.bytes())
    }

    pub(super) fn spends(&mut self, bytes: usize, span: Span) -> bool {
        if bytes == 0 {
            return true;
        }
        let spent = self.budget.spend(bytes);
        if spent == Spent::Over {
            let most = self.budget.most() >> 20;
            let message = diagnostics::too_many_copies(bytes, most, span);
            self.diagnostics.push(self.with_chain(message));
        }
        spent == Spent::Fine
    }

    /// A part of a constant, such as `SIZES.small` or `RATES[0]`, without copying the whole constant.
    pub(super) fn part(&mut self, written: &ast::Expr, scope: &mut Scope) -> Option<Expr> {
        let (value, ty, name) = self.peek(written, scope)?;
        let found = Expr::constant(value.clone(), ty.clone(), written.span);
        scope.used.insert(name.to_owned());
        self.bindings.find(scope.module, name);
        Some(match self.copies(&found, written.span) {
            true => found,
            false => Expr::error(written.span),
        })
    }

    /// The value and type of a constant or a part of it, with the name of the constant.
    fn peek<'s, 'e>(
        &'s self,
        written: &'e ast::Expr,
        scope: &'s Scope,
    ) -> Option<(&'s Value, &'s Type, &'e str)> {
        match &written.kind {
            ast::ExprKind::Name(name) if !scope.later.contains_key(name) => {
                let value = match scope.locals.get(name) {
                    Some(Local::Value(value)) if scope.handler.is_none() => value,
                    Some(_) => return None,
                    None => match self.bindings.get(scope.module, name)? {
                        Definition::Const(module, at) => self.constants.get(&(module, at))?,
                        _ => return None,
                    },
                };
                Some((value.value()?, &value.ty, name))
            }
            ast::ExprKind::Field { base, name } => match self.peek(base, scope)? {
                (Value::Record(values), Type::Record(fields), of) => {
                    let field = fields.iter().find(|field| field.name == name.name)?;
                    Some((values.get(&name.name)?, &field.ty, of))
                }
                _ => None,
            },
            ast::ExprKind::Index { base, index } => match (self.peek(base, scope)?, &index.kind) {
                ((Value::List(items), Type::List(element), of), ast::ExprKind::Int(at)) => {
                    Some((items.get(usize::try_from(*at).ok()?)?, element, of))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The value of a name on its own. A task evaluates to its only output.
    pub(super) fn single_output(&mut self, named: Named) -> Expr {
        match named {
            Named::Value(expr) => expr,
            Named::Output(_, span) => {
                self.diagnostics.push(diagnostics::output_as_value(span));
                Expr::error(span)
            }
            Named::Module(_, name, span) => {
                self.diagnostics
                    .push(diagnostics::not_a_value(&name, "an imported file", span));
                Expr::error(span)
            }
            Named::Context(name, span) => {
                self.diagnostics.push(diagnostics::context_as_value(
                    &name,
                    &context_fields(&name),
                    span,
                ));
                Expr::error(span)
            }
            Named::Task(task, names, name, span) => match names.outputs.as_slice() {
                [(_, ty)] => task_output(task, 0, ty.clone(), span),
                [] => {
                    self.diagnostics.push(diagnostics::no_output(&name, span));
                    Expr::error(span)
                }
                several => {
                    let names: Vec<&str> = several.iter().map(|(name, _)| name.as_str()).collect();
                    self.diagnostics
                        .push(diagnostics::ambiguous_output(&name, &names, span));
                    Expr::error(span)
                }
            },
        }
    }

    pub(super) fn outputs_of(&self, callee: Callee) -> Vec<(String, Type)> {
        let outputs = match callee {
            Callee::Component(id) => self
                .program
                .component(id)
                .map(|component| &component.outputs),
            Callee::Pipeline(id) => self.program.pipeline(id).map(|pipeline| &pipeline.outputs),
        };
        outputs
            .into_iter()
            .flatten()
            .map(|output| (output.name.clone(), output.ty.clone()))
            .collect()
    }

    pub(super) fn field(
        &mut self,
        base: &ast::Expr,
        name: &ast::Ident,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let base_span = base.span;
        let named = match &base.kind {
            ast::ExprKind::Name(base) => self.name(base, base_span, scope),
            _ => Named::Value(self.infer(base, None, scope)),
        };
        match named {
            Named::Value(base) => self.value_field(base, name, span, scope),
            Named::Output(id, _) => self.output_field(id, name, span, scope),
            Named::Module(module, ..) => match self.imported(module, name) {
                Definition::Const(module, at) => self.constant_at((module, at), span),
                Definition::Error => Expr::error(span),
                other => {
                    self.diagnostics
                        .push(diagnostics::not_a_value(&name.name, other.kind(), span));
                    Expr::error(span)
                }
            },
            Named::Context(group, _) => self.context_field(&group, name, span, scope),
            Named::Task(task, names, task_name, task_span) => {
                self.task_field((task, names, task_name, task_span), name, span, scope)
            }
        }
    }

    /// What a component knows of its own output: where to write it.
    fn output_field(
        &mut self,
        id: OutputId,
        name: &ast::Ident,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let output = scope.outputs.get(id.index());
        let is_list = output.is_some_and(|output| output.ty.is_artifact_list());
        match name.name.as_str() {
            "path" => {
                scope.written.insert(id);
                Expr::new(ExprKind::OutputPath(id), Type::String, span)
            }
            "names" if is_list => {
                scope.listed.insert(id);
                Expr::new(ExprKind::OutputNames(id), Type::String, span)
            }
            _ => {
                self.diagnostics
                    .push(diagnostics::output_has_only_path(&name.name, name.span));
                Expr::error(span)
            }
        }
    }

    /// A field of `run` or `task`.
    fn context_field(&mut self, group: &str, name: &ast::Ident, span: Span, scope: &Scope) -> Expr {
        let mut contexts = CONTEXTS.iter();
        let found = contexts.find(|(other, field, _)| *other == group && *field == name.name);
        let problem = match found.map(|(_, _, context)| context) {
            Some(Context::TaskName | Context::TaskAttempt) if scope.place == Place::Pipeline => {
                diagnostics::task_context_in_pipeline(&name.name, span)
            }
            Some(Context::RunStatus | Context::RunFailures | Context::RunDuration)
                if scope.handler.is_none() =>
            {
                diagnostics::run_has_not_ended(&name.name, span)
            }
            Some(context) => return Expr::new(ExprKind::Context(*context), context.ty(), span),
            None => {
                let fields = context_fields(group);
                let names = fields.iter().copied();
                let suggestion = self.suggestions.find(&name.name, name.span, names);
                diagnostics::unknown_field(&name.name, name.span, suggestion, &fields)
            }
        };
        self.diagnostics.push(problem);
        Expr::error(span)
    }

    /// An output of a task, the address of a daemon, or a field of the only output.
    fn task_field(
        &mut self,
        (task, names, task_name, task_span): (TaskId, Rc<TaskNames>, String, Span),
        name: &ast::Ident,
        span: Span,
        scope: &Scope,
    ) -> Expr {
        let outputs = &names.outputs;
        if let Some(at) = outputs.iter().position(|(output, _)| *output == name.name) {
            let ty = outputs.get(at).map_or(Type::Error, |(_, ty)| ty.clone());
            return task_output(task, at, ty, span);
        }
        if names.is_daemon && name.name == "ip" {
            return Expr::new(TaskValue::Ip(task).into(), Type::String, span);
        }
        if let [(_, Type::Record(_) | Type::Map(_) | Type::Json)] = outputs.as_slice() {
            let base = self.single_output(Named::Task(task, names, task_name, task_span));
            return self.value_field(base, name, span, scope);
        }
        let names: Vec<&str> = outputs.iter().map(|(name, _)| name.as_str()).collect();
        let suggestion = self
            .suggestions
            .find(&name.name, name.span, names.iter().copied());
        self.diagnostics.push(diagnostics::unknown_output(
            &task_name, &name.name, name.span, suggestion, &names,
        ));
        Expr::error(span)
    }

    pub(super) fn value_field(
        &mut self,
        base: Expr,
        name: &ast::Ident,
        span: Span,
        scope: &Scope,
    ) -> Expr {
        let ty = match &base.ty {
            Type::Error => return Expr::error(span),
            Type::Artifact(_) if scope.place == Place::Component && name.name == "path" => {
                return match base.kind {
                    ExprKind::Input(id) => Expr::new(ExprKind::InputPath(id), Type::String, span),
                    _ => Expr::error(span),
                };
            }
            list if list.is_artifact_list()
                && scope.place == Place::Component
                && name.name == "path" =>
            {
                return match base.kind {
                    ExprKind::Input(id) => Expr::new(ExprKind::InputPath(id), Type::String, span),
                    _ => Expr::error(span),
                };
            }
            Type::Record(fields) => match fields.iter().find(|field| field.name == name.name) {
                Some(field) => field.ty.clone(),
                None => {
                    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                    let suggestion =
                        self.suggestions
                            .find(&name.name, name.span, names.iter().copied());
                    self.diagnostics.push(diagnostics::unknown_field(
                        &name.name, name.span, suggestion, &names,
                    ));
                    return Expr::error(span);
                }
            },
            Type::Map(element) => map_element(&base, element),
            Type::Json => Type::Json,
            Type::Optional(inner) if inner.is_artifact() && name.name == "path" => {
                let found = base.ty.text(&self.program.artifacts);
                self.diagnostics
                    .push(diagnostics::optional_artifact_path(&found, span));
                return Expr::error(span);
            }
            Type::Optional(_) => {
                let found = base.ty.text(&self.program.artifacts);
                self.diagnostics
                    .push(diagnostics::may_be_absent(&found, base.span));
                return Expr::error(span);
            }
            other => {
                let found = other.text(&self.program.artifacts);
                self.diagnostics
                    .push(diagnostics::has_no_fields(&found, &name.name, name.span));
                return Expr::error(span);
            }
        };
        match base.value() {
            Some(value) => {
                let outcome = evaluate::field(value, &name.name);
                self.constant_outcome(outcome, ty, span)
            }
            None => {
                let kind = ExprKind::Field {
                    base: Box::new(base),
                    name: name.name.clone(),
                };
                Expr::new(kind, ty, span)
            }
        }
    }

    /// A similar name that is in scope.
    pub(super) fn suggest_name(&self, name: &str, at: Span, scope: &Scope) -> Option<String> {
        let names = scope
            .locals
            .keys()
            .map(String::as_str)
            .chain(self.bindings.names(scope.module));
        let found = self.suggestions.find(name, at, names);
        found.map(ToOwned::to_owned)
    }

    /// A similar name at the top level of a file.
    pub(super) fn suggest_top_level(
        &self,
        module: crate::ModuleId,
        name: &str,
        at: Span,
    ) -> Option<String> {
        let names = self.bindings.names(module);
        let found = self.suggestions.find(name, at, names);
        found.map(ToOwned::to_owned)
    }
}

/// The type of a map's value under some key. A map that is known only at run time may lack the key.
pub(super) fn map_element(base: &Expr, element: &Type) -> Type {
    if base.value().is_some() || element.is_optional() {
        element.clone()
    } else {
        Type::Optional(Arc::new(element.clone()))
    }
}

/// What a name refers to, before a possible dot.
pub(super) enum Named {
    Value(Expr),
    Output(OutputId, Span),
    Task(TaskId, Rc<TaskNames>, String, Span),
    Module(crate::ModuleId, String, Span),
    Context(String, Span),
}

fn context_fields(group: &str) -> Vec<&'static str> {
    CONTEXTS
        .iter()
        .filter(|(other, ..)| *other == group)
        .map(|(_, field, _)| *field)
        .collect()
}

fn task_output(task: TaskId, output: usize, ty: Type, span: Span) -> Expr {
    let kind = if ty.is_error() {
        ExprKind::Error
    } else {
        TaskValue::Output(task, OutputId::new(output)).into()
    };
    Expr::new(kind, ty, span)
}
