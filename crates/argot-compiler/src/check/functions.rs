//! Calls inside expressions: the language's functions, `file()` and artifacts from outside the run.

use argot_syntax::{Span, ast};

use super::{
    Checker,
    bindings::Definition,
    members::Side,
    modules,
    scope::{Local, Scope},
};
use crate::{
    ArtifactSource, Expr, ExprKind, FUNCTIONS, Function, ModuleId, Type, Value, diagnostics, texts,
};

/// Calls that are valid only in certain places: values of `env`, and volumes.
const PLACED_CALLS: &[(&str, &str)] = &[
    ("secret", "`env` and `env_from`"),
    ("config", "`env` and `env_from`"),
    ("field", "`env`"),
    ("jsonpath", "`outputs` of a resource"),
    ("snapshot", "`from` of a `claim`"),
];

impl Checker<'_> {
    pub(super) fn call_expr(
        &mut self,
        callee: &ast::Expr,
        arguments: &[ast::Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        if let Some(called) = self.callable(callee, scope.module) {
            return match called {
                Called::Artifact(id) => self.artifact_source(id, arguments, span, scope),
                Called::Task(name, kind) => {
                    self.diagnostics.push(diagnostics::call_in_expression(
                        &name,
                        kind,
                        callee.span,
                    ));
                    self.ignore_arguments(arguments, scope);
                    Expr::error(span)
                }
                Called::Error => {
                    self.ignore_arguments(arguments, scope);
                    Expr::error(span)
                }
            };
        }
        let ast::ExprKind::Name(name) = &callee.kind else {
            self.diagnostics
                .push(diagnostics::not_callable(callee.span));
            return Expr::error(span);
        };
        if name == "file" {
            return self.file_call(arguments, span, scope);
        }
        if super::volumes::is_volume_call(name) {
            return match self.volume_source(name, arguments, span, scope) {
                Some(source) => Expr::new(
                    ExprKind::Volume(crate::VolumeExpr::Source(Box::new(source))),
                    Type::Volume,
                    span,
                ),
                None => Expr::error(span),
            };
        }
        if let Some((_, place)) = PLACED_CALLS.iter().find(|(call, _)| call == name) {
            self.diagnostics
                .push(diagnostics::misplaced_call(name, place, span));
            return Expr::error(span);
        }
        if let Some(status) = self.status_call(name, arguments, span, scope) {
            return status;
        }
        match Function::find(name) {
            Some(function) => self.function_call(function, arguments, span, scope),
            None => {
                let functions = FUNCTIONS.iter().map(|entry| entry.name);
                let functions: Vec<&str> = functions.chain(super::status::status_calls()).collect();
                let names = functions
                    .into_iter()
                    .chain(self.bindings.names(scope.module));
                let suggestion = self.suggestions.find(name, callee.span, names);
                let message = diagnostics::unknown_function(name, callee.span, suggestion);
                self.diagnostics.push(message);
                for argument in arguments {
                    // It is unknown what a task means as an argument here.
                    match &argument.value.kind {
                        ast::ExprKind::Name(name)
                            if matches!(scope.locals.get(name), Some(Local::Task(..))) =>
                        {
                            scope.used.insert(name.clone());
                        }
                        _ => {
                            self.infer(&argument.value, Some(&Type::Error), scope);
                        }
                    }
                }
                Expr::error(span)
            }
        }
    }

    /// Checks arguments for their own mistakes and marks the names in them as used.
    pub(super) fn ignore_arguments(&mut self, arguments: &[ast::Argument], scope: &mut Scope) {
        for argument in arguments {
            self.infer(&argument.value, Some(&Type::Error), scope);
        }
    }

    /// The callee of a call, if a file defines its name.
    fn callable(&mut self, callee: &ast::Expr, module: ModuleId) -> Option<Called> {
        let (definition, name) = match &callee.kind {
            ast::ExprKind::Name(name) => {
                if let Some(index) = crate::BUILTIN_ARTIFACTS
                    .iter()
                    .position(|artifact| artifact == name)
                {
                    return Some(Called::Artifact(crate::ArtifactId::new(index)));
                }
                (self.bindings.find(module, name)?, name.clone())
            }
            ast::ExprKind::Field { base, name } => match &base.kind {
                ast::ExprKind::Name(prefix) => match self.bindings.find(module, prefix)? {
                    Definition::Module(target) => (self.imported(target, name), name.name.clone()),
                    Definition::Error => return Some(Called::Error),
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        Some(match definition {
            Definition::Artifact(id) => Called::Artifact(id),
            Definition::Error => Called::Error,
            Definition::Component(_) | Definition::Pipeline(_) => {
                Called::Task(name, definition.kind())
            }
            other => {
                self.diagnostics.push(diagnostics::cannot_be_called(
                    &name,
                    other.kind(),
                    callee.span,
                ));
                Called::Error
            }
        })
    }

    fn file_call(&mut self, arguments: &[ast::Argument], span: Span, scope: &mut Scope) -> Expr {
        let [ast::Argument { name: None, value }] = arguments else {
            self.diagnostics
                .push(diagnostics::wrong_arguments("file", "file(path)", span));
            self.ignore_arguments(arguments, scope);
            return Expr::error(span);
        };
        let path = self.check_expr(value, &Type::String, scope);
        let Some(written) = path.as_str() else {
            if !path.is_error() {
                self.diagnostics
                    .push(diagnostics::not_constant("the path of a file", path.span));
            }
            return Expr::error(span);
        };
        let from = self
            .modules
            .paths
            .get(scope.module.index())
            .map_or("", String::as_str);
        let at = value.span;
        let found = modules::resolve(from, written)
            .map_err(|problem| Box::new(self.modules.bad_path(written, problem, at)))
            .and_then(|path| {
                self.world.read(&path).map_err(|error| {
                    Box::new(match error {
                        crate::ReadError::OutsideProject => self.modules.bad_path(
                            written,
                            diagnostics::PathProblem::OutsideProject,
                            at,
                        ),
                        error => diagnostics::unreadable_file(written, &error, Some(at)),
                    })
                })
            })
            .and_then(|bytes| {
                modules::text(bytes)
                    .map_err(|byte| Box::new(diagnostics::file_not_text(written, byte, at)))
            });
        match found {
            Ok(text) => Expr::text(text, span),
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                Expr::error(span)
            }
        }
    }

    fn artifact_source(
        &mut self,
        id: crate::ArtifactId,
        arguments: &[ast::Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let type_name = self.program.artifacts.name(id).to_owned();
        let source = match arguments {
            [ast::Argument { name: None, value }] => {
                let url = self.check_expr(value, &Type::String, scope);
                if url.is_error() {
                    return Expr::error(span);
                }
                match texts::location(&url) {
                    Ok(location) => ArtifactSource::Location(location),
                    Err(mismatch) => {
                        let written = url.as_str().unwrap_or_default();
                        self.diagnostics
                            .push(diagnostics::unread_location(written, &mismatch, url.span));
                        return Expr::error(span);
                    }
                }
            }
            [
                ast::Argument {
                    name: Some(name),
                    value,
                },
            ] if name.name == "text" => {
                let text = self.infer(value, None, scope);
                let text = self.with_text(text);
                if text.is_error() {
                    return Expr::error(span);
                }
                let text = super::expr::concat(vec![text], span);
                ArtifactSource::Text(self.made(text, span))
            }
            _ => {
                let usage =
                    format!("{type_name}(\"s3://bucket/key\") or {type_name}(text = \"...\")");
                self.diagnostics
                    .push(diagnostics::wrong_arguments(&type_name, &usage, span));
                self.ignore_arguments(arguments, scope);
                return Expr::error(span);
            }
        };
        Expr::new(
            ExprKind::Artifact(Box::new(source)),
            Type::Artifact(id),
            span,
        )
    }

    fn function_call(
        &mut self,
        function: Function,
        arguments: &[ast::Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let Some(found) = self.function_arguments(function, arguments, scope) else {
            return Expr::error(span);
        };
        let types: Vec<&Type> = found.iter().map(|argument| &argument.ty).collect();
        let Some(ty) = function.result_type(&types) else {
            let info = function.info();
            let types: Vec<String> = types
                .iter()
                .map(|ty| ty.text(&self.program.artifacts))
                .collect();
            self.diagnostics.push(diagnostics::invalid_arguments(
                info.name,
                info.signature,
                &types,
                span,
            ));
            return Expr::error(span);
        };
        if !self.values_fit(function, arguments, &found, span) {
            return Expr::error(span);
        }
        let values: Option<Vec<Value>> = found
            .iter()
            .map(|argument| argument.value().cloned())
            .collect();
        let Some(values) = values else {
            let kind = ExprKind::Function {
                function,
                arguments: found,
            };
            return Expr::new(kind, ty, span);
        };
        let outcome = function.value(&values);
        let found = self.constant_outcome(outcome, ty, span);
        // The size of the arguments was counted where they were defined.
        let counted: usize = values.iter().map(|value| value.size().bytes).sum();
        let more = found.bytes().saturating_sub(counted);
        match self.spends(more, span) {
            true => found,
            false => Expr::error(span),
        }
    }

    /// The arguments of a function, unless one of them is wrong.
    fn function_arguments(
        &mut self,
        function: Function,
        arguments: &[ast::Argument],
        scope: &mut Scope,
    ) -> Option<Vec<Expr>> {
        if let Some(name) = arguments.iter().find_map(|argument| argument.name.as_ref()) {
            let info = function.info();
            self.diagnostics.push(diagnostics::named_function_argument(
                info.name,
                info.signature,
                name.span,
            ));
            self.ignore_arguments(arguments, scope);
            return None;
        }
        let found: Vec<Expr> = arguments
            .iter()
            .map(|argument| self.infer(&argument.value, None, scope))
            .collect();
        if found.iter().any(Expr::is_error) {
            return None;
        }
        if let Some(absent) = found.iter().find(|argument| argument.ty.is_optional()) {
            let ty = absent.ty.text(&self.program.artifacts);
            self.diagnostics
                .push(diagnostics::may_be_absent(&ty, absent.span));
            return None;
        }
        Some(found)
    }

    /// Whether arguments of the right types have values that the function accepts.
    fn values_fit(
        &mut self,
        function: Function,
        arguments: &[ast::Argument],
        found: &[Expr],
        span: Span,
    ) -> bool {
        match (function, found, arguments) {
            (Function::Matches, [_, pattern, ..], _) => {
                let pattern = pattern.as_str().map(crate::pattern::pattern);
                if let Some(Err(reason)) = pattern {
                    self.diagnostics
                        .push(diagnostics::constant_error(&reason, span));
                    return false;
                }
                true
            }
            (Function::Contains, [list, item], [written, part]) => {
                let item = Side {
                    expr: item,
                    written: &part.value,
                };
                let list = Side {
                    expr: list,
                    written: &written.value,
                };
                self.can_be_in(item, list)
            }
            _ => true,
        }
    }
}

/// The callee of a call.
enum Called {
    Artifact(crate::ArtifactId),
    Task(String, &'static str),
    Error,
}
