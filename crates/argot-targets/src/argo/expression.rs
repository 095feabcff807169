//! Typed expressions in Argo's own two languages: tags such as `{{inputs.parameters.x}}`, which Argo
//! replaces by a text, and expressions `{{=...}}` of [expr-lang](https://expr-lang.org/docs/language-definition).
//!
//! Everything that Argo carries is a text. [`Scope::text`] gives the text of an expression; inside
//! expr-lang, [`Scope::code`] gives its value, with the cast from text that its type needs.

use argot_compiler::{
    Context, Dag, Expr, ExprKind, Function, Output, Plan, PlanTask, Port, TaskId, Type, Value,
};
use argot_syntax::{Diagnostic, Span};

use super::code::{
    Code, check_literal, in_code, is_quoted_in_json, is_scalar, is_text, literal, member, quoted,
    tag,
};
use super::messages;
use super::text::{Place, constant, escaped, may_hold_dollar, wire};

/// Where inputs are found in a container.
pub(crate) const INPUTS: &str = "/argot/inputs";
/// Where outputs are left in a container.
pub(crate) const OUTPUTS: &str = "/argot/outputs";

/// What an expression can speak of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The inputs of the step or graph.
    pub(crate) inputs: &'a [Port],
    /// The outputs of the step.
    pub(crate) outputs: &'a [Output],
    /// The tasks, in a graph.
    pub(crate) tasks: Option<Tasks<'a>>,
    /// Whether the step is tried again, so that it has a number of the attempt.
    pub(crate) retried: bool,
    /// Whether the expression is of a graph's outputs. There only tasks and inputs are variables; Argo
    /// substitutes tags in the expression's text, which is safe for the few that hold no quote.
    pub(crate) is_output: bool,
}

/// The tasks of a graph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tasks<'a> {
    /// The whole plan.
    pub(crate) plan: &'a Plan,
    /// The graph.
    pub(crate) dag: &'a Dag,
    /// The names of its tasks in the output.
    pub(crate) names: &'a [String],
    /// The name of the task whose arguments are written.
    pub(crate) current: Option<&'a str>,
}

/// A part of a text.
pub(super) enum Piece {
    /// Text as it is.
    Text(String),
    /// A variable without expression: `inputs.parameters.x`.
    Tag(String),
    /// An expression that gives a text, or a scalar.
    Code { code: String, is_text: bool },
}

pub(super) type Outcome<T> = Result<T, Diagnostic>;

/// A value that is known only at run time, in the languages of Argo.
pub(super) struct Reference {
    /// In a tag.
    pub(super) tag: String,
    /// In an expression.
    pub(super) code: String,
}

impl Scope<'_> {
    /// The text of an expression where a value of type `ty` is expected.
    pub(crate) fn text(&self, expr: &Expr, ty: &Type, place: Place) -> Outcome<String> {
        let mut pieces = Vec::new();
        self.pieces(expr, ty, place, &mut pieces)?;
        self.join(pieces, place, expr.span)
    }

    /// The canonical text of an expression.
    pub(crate) fn plain(&self, expr: &Expr, place: Place) -> Outcome<String> {
        self.text(expr, &expr.ty, place)
    }

    /// The text of an expression, as expr-lang that gives a string, where a value of type `ty` is expected.
    pub(crate) fn text_in_code(&self, expr: &Expr, ty: &Type) -> Outcome<String> {
        let as_json =
            matches!(ty.required(), Type::Json) && !matches!(expr.ty.required(), Type::Json);
        if as_json && is_text(&expr.ty) {
            return match expr.value() {
                Some(value) => Ok(literal(&Value::String(value.json()), expr.span)?.text),
                None => Ok(format!("toJson({})", self.code(expr)?.text)),
            };
        }
        Ok(self.string_code(expr)?.text)
    }

    pub(super) fn pieces(
        &self,
        expr: &Expr,
        ty: &Type,
        place: Place,
        out: &mut Vec<Piece>,
    ) -> Outcome<()> {
        let as_json =
            matches!(ty.required(), Type::Json) && !matches!(expr.ty.required(), Type::Json);
        let container = place.is_expanded();
        match &expr.kind {
            ExprKind::Constant(value) => out.push(Piece::Text(wire(value, ty))),
            ExprKind::InputPath(id) => {
                out.push(Piece::Text(format!(
                    "{INPUTS}/{}",
                    self.input(id.index(), expr.span)?.name
                )));
            }
            ExprKind::OutputPath(id) => {
                out.push(Piece::Text(format!(
                    "{OUTPUTS}/{}",
                    self.output(id.index(), expr.span)?
                )));
            }
            ExprKind::Context(Context::TaskName) if self.current().is_some() => {
                out.push(Piece::Text(self.current().unwrap_or_default().to_owned()));
            }
            ExprKind::Context(Context::TaskAttempt) if self.tasks.is_none() && !self.retried => {
                out.push(Piece::Text("0".to_owned()));
            }
            ExprKind::Concat(parts) if !as_json => {
                for part in parts {
                    self.pieces(part, &part.ty, place, out)?;
                }
            }
            ExprKind::Function {
                function,
                arguments,
            } if self.is_same_text(*function, arguments) => {
                for argument in arguments {
                    self.pieces(argument, &argument.ty, place, out)?;
                }
            }
            _ => match self.reference(expr)? {
                Some(reference) if !(as_json && is_quoted_in_json(&expr.ty)) => {
                    // Names, ids and times of the run hold no `$`.
                    let is_context = matches!(expr.kind, ExprKind::Context(_));
                    out.push(if container && !is_context && may_hold_dollar(&expr.ty) {
                        let code = format!("replace({}, '$', '$$')", reference.code);
                        Piece::Code {
                            code,
                            is_text: true,
                        }
                    } else {
                        Piece::Tag(reference.tag)
                    });
                }
                _ => out.push(self.text_code(expr, as_json, container)?),
            },
        }
        Ok(())
    }

    /// Whether a function only asks for the text that a run-time value has anyway.
    fn is_same_text(&self, function: Function, arguments: &[Expr]) -> bool {
        let [argument] = arguments else { return false };
        match function {
            Function::AsString => !matches!(argument.ty.required(), Type::Json),
            Function::Json => {
                !is_quoted_in_json(&argument.ty) && matches!(self.reference(argument), Ok(Some(_)))
            }
            _ => false,
        }
    }

    /// Puts pieces together to one text.
    fn join(&self, pieces: Vec<Piece>, place: Place, span: Span) -> Outcome<String> {
        let mut merged: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (merged.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
                (_, piece) => merged.push(piece),
            }
        }
        let count = merged.len();
        let mut brace_before_tag = false;
        for (index, piece) in merged.iter_mut().enumerate() {
            let followed = index + 1 < count;
            if let Piece::Text(text) = piece {
                brace_before_tag |= followed && text.ends_with('{');
                // Checks it, and escapes it for the kubelet.
                let checked = constant(text, place, span)?;
                *text = if place.is_expanded() {
                    escaped(text, followed)
                } else {
                    checked
                };
            }
        }
        if brace_before_tag {
            // `{{{x}}` is no tag: the whole text becomes one expression.
            let parts: Vec<_> = merged
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => quoted(&text),
                    Piece::Tag(tag) => in_code(&tag),
                    Piece::Code {
                        code,
                        is_text: true,
                    } => format!("({code})"),
                    Piece::Code { code, .. } => format!("toJson({code})"),
                })
                .collect();
            return Ok(tag(&parts.join(" + ")));
        }
        Ok(merged
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Tag(name) => format!("{{{{{name}}}}}"),
                Piece::Code { code, .. } => tag(&code),
            })
            .collect())
    }

    /// What an expression stands for where that is one variable of Argo's.
    pub(super) fn reference(&self, expr: &Expr) -> Outcome<Option<Reference>> {
        Ok(Some(match &expr.kind {
            ExprKind::Input(id) => {
                let name = &self.input(id.index(), expr.span)?.name;
                Reference {
                    tag: format!("inputs.parameters.{name}"),
                    code: format!("inputs.parameters{}", member(name)),
                }
            }
            ExprKind::TaskOutput { task, output } => {
                let (task, output) = self.task_output(*task, output.index(), expr.span)?;
                Reference {
                    tag: format!("tasks.{task}.outputs.parameters.{output}"),
                    code: format!("tasks{}.outputs.parameters{}", member(task), member(output)),
                }
            }
            ExprKind::Context(context) => match (context, self.tasks) {
                (Context::TaskName, _) if self.current().is_some() => return Ok(None),
                (Context::TaskAttempt, Some(_)) => {
                    return Err(messages::attempt_outside(expr.span));
                }
                (Context::TaskAttempt, None) if !self.retried => {
                    return Ok(None);
                }
                _ => {
                    let name = match context {
                        Context::RunName => "workflow.name",
                        Context::RunId => "workflow.uid",
                        Context::RunNamespace => "workflow.namespace",
                        Context::RunCreated => "workflow.creationTimestamp.RFC3339",
                        Context::TaskName => "tasks.name",
                        Context::TaskAttempt => "retries",
                        Context::RunStatus => "workflow.status",
                        Context::RunFailures => "workflow.failures",
                        Context::RunDuration => "workflow.duration",
                        Context::LastExitCode => "lastRetry.exitCode",
                        Context::LastStatus => "lastRetry.status",
                        Context::LastDuration => "lastRetry.duration",
                        Context::LastMessage => "lastRetry.message",
                    };
                    let code = if self.is_output {
                        format!("'{{{{{name}}}}}'")
                    } else {
                        name.to_owned()
                    };
                    Reference {
                        tag: name.to_owned(),
                        code,
                    }
                }
            },
            _ => return Ok(None),
        }))
    }

    fn input(&self, index: usize, span: Span) -> Outcome<&Port> {
        self.inputs
            .get(index)
            .filter(|port| port.present)
            .ok_or_else(|| messages::no_expression("use an input that is not there", span))
    }

    fn output(&self, index: usize, span: Span) -> Outcome<&str> {
        self.outputs
            .get(index)
            .map(|output| output.name.as_str())
            .ok_or_else(|| messages::no_expression("write an output outside of its step", span))
    }

    /// The names of a task and of one of its outputs.
    pub(crate) fn task_output(
        &self,
        task: TaskId,
        output: usize,
        span: Span,
    ) -> Outcome<(&str, &str)> {
        let found = self.tasks.and_then(|tasks| {
            let name = tasks.names.get(task.index())?;
            let task: &PlanTask = tasks.dag.graph.node_weight(petgraph_index(task.index()))?;
            let output = match task.target {
                argot_compiler::Target::Step(id) => {
                    &tasks.plan.steps.get(id.index())?.outputs.get(output)?.name
                }
                argot_compiler::Target::Dag(id) => {
                    &tasks.plan.dags.get(id.index())?.outputs.get(output)?.0.name
                }
            };
            Some((name.as_str(), output.as_str()))
        });
        found.ok_or_else(|| messages::no_expression("read a task's output here", span))
    }

    /// An expression that gives the text of `expr`, or a scalar whose text Argo writes.
    fn text_code(&self, expr: &Expr, as_json: bool, container: bool) -> Outcome<Piece> {
        let code = self.code(expr)?.text;
        let is_scalar = !as_json && is_scalar(&expr.ty);
        let code = if is_scalar || !as_json && is_text(&expr.ty) {
            code
        } else {
            format!("toJson({code})")
        };
        Ok(if container && may_hold_dollar(&expr.ty) {
            Piece::Code {
                code: format!("replace({code}, '$', '$$')"),
                is_text: true,
            }
        } else {
            Piece::Code {
                code,
                is_text: !is_scalar,
            }
        })
    }

    /// The name of the task whose arguments are written.
    pub(super) fn current(&self) -> Option<&str> {
        self.tasks.and_then(|tasks| tasks.current)
    }

    /// The canonical text of an expression, as expr-lang that gives a string.
    pub(super) fn string_code(&self, expr: &Expr) -> Outcome<Code> {
        if let Some(value) = expr.value() {
            check_literal(&wire(value, &expr.ty), expr.span)?;
            return Ok(Code::atom(quoted(&wire(value, &expr.ty))));
        }
        if let Some(reference) = self.reference(expr)? {
            return Ok(Code::atom(reference.code));
        }
        let code = self.code(expr)?;
        Ok(if is_text(&expr.ty) {
            code
        } else {
            Code::atom(format!("toJson({})", code.text))
        })
    }
}

fn petgraph_index(index: usize) -> petgraph::graph::NodeIndex {
    petgraph::graph::NodeIndex::new(index)
}
