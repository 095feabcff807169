//! Typed expressions in Argo's own two languages: tags such as `{{inputs.parameters.x}}`, which Argo
//! replaces by a text, and expressions `{{=...}}` of [expr-lang](https://expr-lang.org/docs/language-definition).
//!
//! Everything that Argo carries is a text. [`Scope::text`] gives the text of an expression; inside
//! expr-lang, [`Scope::code`] gives its value, with the cast from text that its type needs.

use argot_compiler::{
    BinaryOperator, Context, Dag, DagKind, Expr, ExprKind, Function, Output, Plan, Port, Target,
    TaskId, Type,
};
use argot_syntax::{Diagnostic, Span};

use super::code::{
    Code, choice, is_carried_as_json, is_quoted_in_json, is_scalar, is_text, to_json,
};
use super::diagnostics;
use super::guard::Guard;
use super::literal::{check_literal, in_code, member, quoted};
use super::tags::{TagSet, Unclosed};
use super::text::{Place, constant, may_hold_dollar};
use super::versions::Version;
use crate::pod::text::{escaped, wire};
use crate::pod::{OUTPUTS, names_path};

/// Where inputs are found in a container.
pub(crate) const INPUTS: &str = "/argot/inputs";
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
    /// What Argo knows where the expression stands.
    pub(crate) words: Words,
    /// The version that is compiled for.
    pub(crate) version: Version,
    /// Under which condition expressions can be computed, if only then.
    pub(crate) guard: Option<Guard<'a>>,
    /// Takes note of every tag.
    pub(crate) tags: &'a TagSet,
}

/// What Argo knows in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// In a template: everything that a [`Scope`] speaks of, in tags and expressions.
    Template,
    /// In the outputs of a graph only tasks and inputs are variables. Argo substitutes tags in the
    /// expression's text, which is safe for the few that hold no quote.
    Outputs,
    /// In the arguments of what runs at the run's end: the run's parameters.
    Run,
    /// In `retryStrategy.expression` only the attempt that has ended is a variable. Argo substitutes tags in
    /// the expression's text, so that an input is put there as the literal of a string.
    Retry,
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

impl<'a> Tasks<'a> {
    /// The graph that a task runs, if it runs one.
    fn target(&self, task: TaskId) -> Option<&'a Dag> {
        match self
            .dag
            .graph
            .node_weight(petgraph_index(task.index()))?
            .target
        {
            Target::Step(_) => None,
            Target::Dag(id) => self.plan.dags.get(id.index()),
        }
    }

    /// An output of what a task runs.
    fn output(&self, task: TaskId, output: usize) -> Option<&'a Output> {
        let task = self.dag.graph.node_weight(petgraph_index(task.index()))?;
        self.plan.output(task.target, output)
    }
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
pub(crate) struct Reference {
    /// In a tag.
    pub(crate) tag: String,
    /// In an expression.
    pub(crate) code: String,
    /// Whether its text is JSON, or `null` where the value is absent: so are those of the type `T?` carried.
    pub(crate) may_be_null: bool,
    /// Whether it is a bool as the program of a step has written it: `True`, `1`, with a line break.
    pub(crate) is_written: bool,
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
        let ty = match expr.value() {
            Some(_) => expr.ty.required(),
            None => &expr.ty,
        };
        self.text(expr, ty, place)
    }

    /// The same as [`Self::text_code`], as text.
    pub(crate) fn text_in_code(&self, expr: &Expr, ty: &Type) -> Outcome<String> {
        Ok(self.text_code(expr, ty)?.text)
    }

    /// For a container, the text of a value of type `T?`, with nothing in place of an absent one.
    pub(crate) fn text_or_nothing(&self, expr: &Expr) -> Outcome<String> {
        let Some(reference) = self.reference(expr)? else {
            return self.plain(expr, Place::Container);
        };
        let mut there = self.string_code(expr)?;
        if may_hold_dollar(&expr.ty) {
            there = Code::atom(format!("replace({}, '$', '$$')", there.text));
        }
        let absent = Code::compound(format!("{} == 'null'", reference.code));
        let code = choice(absent, Code::atom("''"), there).text;
        Ok(self.expression(&code))
    }

    /// The text of an expression, as expr-lang that gives a string, where a value of type `ty` is expected.
    pub(crate) fn text_code(&self, expr: &Expr, ty: &Type) -> Outcome<Code> {
        let wants_json = is_carried_as_json(ty);
        if let Some(value) = expr.value() {
            let text = if wants_json {
                value.json()
            } else {
                wire(value, expr.ty.required())
            };
            check_literal(&text, expr.span)?;
            return Ok(Code::atom(quoted(&text)));
        }
        match &expr.kind {
            // As texts, so that no number loses a digit.
            ExprKind::Choose {
                condition,
                then,
                otherwise,
            } => {
                let [then, otherwise] = [then, otherwise].map(|side| self.text_code(side, ty));
                return Ok(choice(self.code(condition)?, then?, otherwise?));
            }
            ExprKind::Binary {
                operator: BinaryOperator::Coalesce,
                left,
                right,
            } => {
                if let Some(reference) = self.reference(left)?
                    && reference.may_be_null
                {
                    let absent = Code::compound(format!("{} == 'null'", reference.code));
                    let value = if wants_json || !is_text(&left.ty) {
                        reference.code
                    } else {
                        format!("fromJSON({})", reference.code)
                    };
                    return Ok(choice(
                        absent,
                        self.text_code(right, ty)?,
                        Code::atom(value),
                    ));
                }
            }
            ExprKind::Gather { task, output } => {
                return self.gather(*task, output.index(), expr.span);
            }
            _ => {}
        }
        let reference = self.reference(expr)?;
        let is_json = match &reference {
            Some(reference) => reference.may_be_null || matches!(expr.ty.required(), Type::Json),
            None => !expr.ty.is_optional() && matches!(expr.ty, Type::Json),
        };
        if wants_json && !is_json && (is_text(&expr.ty) || expr.ty.is_optional()) {
            return Ok(Code::atom(to_json(&self.code(expr)?.text, &expr.ty)));
        }
        self.string_code(expr)
    }

    /// The list of what a looped task's turns have given, as its text.
    ///
    /// Argo leaves the digits of numbers alone only in strings, so that every turn gives a list with one
    /// string, the element's JSON. An empty loop is skipped; its outputs, which differ between versions of
    /// Argo, are not looked at.
    fn gather(&self, task: TaskId, output: usize, span: Span) -> Outcome<Code> {
        let is_turn = self
            .tasks
            .and_then(|tasks| tasks.target(task))
            .is_some_and(|dag| dag.kind == DagKind::Turn);
        if !is_turn {
            return Err(diagnostics::no_expression(
                "gather values of a component",
                span,
            ));
        }
        let (task, output) = self.task_output(task, output, span)?;
        let (task, output) = (member(task), member(output));
        Ok(Code::compound(format!(
            "tasks{task}.status == 'Skipped' ? '[]' : '[' + join(map(fromJSON(tasks{task}.outputs.parameters{output}), #[0]), ',') + ']'"
        )))
    }

    pub(super) fn pieces(
        &self,
        expr: &Expr,
        ty: &Type,
        place: Place,
        out: &mut Vec<Piece>,
    ) -> Outcome<()> {
        let wants_json = is_carried_as_json(ty);
        let as_json = wants_json && !matches!(expr.ty.required(), Type::Json);
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
            ExprKind::OutputNames(id) => {
                let name = self.output(id.index(), expr.span)?;
                out.push(Piece::Text(names_path(name)));
            }
            // The name of an element of a list of artifacts, as a part of its key.
            ExprKind::Item(_) if place == Place::Artifact => out.push(self.item(&expr.ty)),
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
                Some(reference)
                    if !reference.is_written
                        && (!is_quoted_in_json(&expr.ty)
                            || wants_json == reference.may_be_null
                            || matches!(expr.ty.required(), Type::Json)) =>
                {
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
                _ => out.push(self.text_piece(expr, ty, as_json, container)?),
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
        let (mut brace_before_tag, mut holds_tag) = (false, false);
        for (index, piece) in merged.iter_mut().enumerate() {
            let followed = index + 1 < count;
            if let Piece::Text(text) = piece {
                brace_before_tag |= followed && text.ends_with('{');
                holds_tag |= text.contains("{{");
                // Checks it, and escapes it for the kubelet.
                let checked = match place {
                    Place::Authored => self.authored(text, span)?,
                    _ => constant(text, place, span)?,
                };
                *text = if place.is_expanded() {
                    escaped(text, followed)
                } else {
                    checked
                };
            }
        }
        if brace_before_tag && holds_tag {
            return Err(diagnostics::substituted("", span));
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
            return Ok(self.expression(&parts.join(" + ")));
        }
        Ok(merged
            .into_iter()
            .map(|piece| self.written(piece))
            .collect())
    }

    /// The text of a piece.
    pub(super) fn written(&self, piece: Piece) -> String {
        match piece {
            Piece::Text(text) => text,
            Piece::Tag(name) => self.tags.variable(&name),
            Piece::Code { code, .. } => self.expression(&code),
        }
    }

    /// A text in Argo's own language, or why Argo cannot read it.
    fn authored(&self, text: &str, span: Span) -> Outcome<String> {
        match self.tags.authored(text) {
            Ok(()) => Ok(text.to_owned()),
            Err(Unclosed) => Err(diagnostics::unclosed_tag(span)),
        }
    }

    /// What an expression stands for where that is one variable of Argo's.
    pub(crate) fn reference(&self, expr: &Expr) -> Outcome<Option<Reference>> {
        let is_written = matches!(&expr.kind, ExprKind::TaskOutput { task, output }
            if self.is_written_bool(*task, output.index()));
        let (tag, may_be_null) = match &expr.kind {
            ExprKind::Input(id) => {
                let port = self.input(id.index(), expr.span)?;
                let of = match self.words {
                    Words::Run => "workflow",
                    _ => "inputs",
                };
                let tag = format!("{of}.parameters.{}", port.name);
                (tag, port.ty.is_optional())
            }
            ExprKind::TaskOutput { task, output } => {
                let is_optional = self.output_type(*task, output.index());
                let (task, output) = self.task_output(*task, output.index(), expr.span)?;
                let tag = format!("tasks.{task}.outputs.parameters.{output}");
                (tag, is_optional.is_some_and(Type::is_optional))
            }
            ExprKind::TaskStatus(task) => (
                format!("tasks.{}.status", self.task(*task, expr.span)?),
                false,
            ),
            ExprKind::TaskIp(task) => (format!("tasks.{}.ip", self.task(*task, expr.span)?), false),
            ExprKind::Item(_) => return Err(diagnostics::item_in_expression(expr.span)),
            ExprKind::Context(context) => match self.context(*context, expr.span)? {
                Some(name) => (name.to_owned(), false),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let is_variable = match self.words {
            Words::Template | Words::Run => true,
            Words::Outputs => !matches!(expr.kind, ExprKind::Context(_)),
            Words::Retry => tag == "retries" || tag.starts_with("lastRetry."),
        };
        let code = match expr.kind {
            _ if is_variable => in_code(&tag),
            ExprKind::Context(_) => format!("'{}'", self.tags.variable(&tag)),
            _ => self.tags.expression(&format!("toJson({})", in_code(&tag))),
        };
        Ok(Some(Reference {
            tag,
            code,
            may_be_null,
            is_written,
        }))
    }

    /// Whether a task's output is a bool that the program of a step writes. What graphs give was read before.
    fn is_written_bool(&self, task: TaskId, output: usize) -> bool {
        self.tasks.is_some_and(|tasks| tasks.target(task).is_none())
            && self.output_type(task, output) == Some(&Type::Bool)
    }

    /// What Argo calls something that only the run knows; nothing where it is no variable of Argo's.
    fn context(&self, context: Context, span: Span) -> Outcome<Option<&'static str>> {
        Ok(Some(match context {
            Context::RunName => "workflow.name",
            Context::RunId => "workflow.uid",
            Context::RunNamespace => "workflow.namespace",
            Context::RunCreated => "workflow.creationTimestamp.RFC3339",
            Context::TaskName if self.current().is_some() => return Ok(None),
            Context::TaskName => "tasks.name",
            Context::TaskAttempt if self.tasks.is_some() => {
                return Err(diagnostics::attempt_outside(span));
            }
            Context::TaskAttempt if !self.retried => return Ok(None),
            Context::TaskAttempt => "retries",
            Context::RunStatus => "workflow.status",
            Context::RunFailures => return Ok(None),
            Context::RunDuration => "workflow.duration",
            Context::LastExitCode => "lastRetry.exitCode",
            Context::LastStatus => "lastRetry.status",
            Context::LastDuration => "lastRetry.duration",
            Context::LastMessage => "lastRetry.message",
        }))
    }

    fn input(&self, index: usize, span: Span) -> Outcome<&Port> {
        self.inputs
            .get(index)
            .filter(|port| port.present)
            .ok_or_else(|| diagnostics::no_expression("use an input that is not there", span))
    }

    /// The name of an input that is there.
    pub(crate) fn input_name(&self, index: usize, span: Span) -> Outcome<&str> {
        Ok(self.input(index, span)?.name.as_str())
    }

    fn output(&self, index: usize, span: Span) -> Outcome<&str> {
        self.outputs
            .get(index)
            .map(|output| output.name.as_str())
            .ok_or_else(|| diagnostics::no_expression("write an output outside of its step", span))
    }

    /// The name of a task.
    pub(crate) fn task(&self, task: TaskId, span: Span) -> Outcome<&str> {
        self.tasks
            .and_then(|tasks| tasks.names.get(task.index()))
            .map(String::as_str)
            .ok_or_else(|| diagnostics::no_expression("test a task here", span))
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
            Some((name.as_str(), tasks.output(task, output)?.name.as_str()))
        });
        found.ok_or_else(|| diagnostics::no_expression("read a task's output here", span))
    }

    /// The type of what a task gives.
    pub(crate) fn output_type(&self, task: TaskId, output: usize) -> Option<&Type> {
        Some(&self.tasks?.output(task, output)?.ty)
    }

    /// An expression that gives the text of `expr`, or a scalar whose text Argo writes.
    fn text_piece(&self, expr: &Expr, ty: &Type, as_json: bool, container: bool) -> Outcome<Piece> {
        let is_text_wise = match &expr.kind {
            ExprKind::Choose { .. } | ExprKind::Gather { .. } => true,
            ExprKind::Binary {
                operator: BinaryOperator::Coalesce,
                left,
                ..
            } => self
                .reference(left)?
                .is_some_and(|reference| reference.may_be_null),
            _ => false,
        };
        let is_scalar = !as_json && is_scalar(&expr.ty) && !is_text_wise;
        let code = if is_scalar {
            self.code(expr)?.text
        } else {
            self.text_in_code(expr, ty)?
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
            let text = wire(value, expr.ty.required());
            check_literal(&text, expr.span)?;
            return Ok(Code::atom(quoted(&text)));
        }
        if let Some(reference) = self.reference(expr)?
            && !reference.is_written
        {
            // A value that is known to be there, of one that may be absent.
            let is_quoted = reference.may_be_null && !expr.ty.is_optional() && is_text(&expr.ty);
            return Ok(Code::atom(match is_quoted {
                true => format!("fromJSON({})", reference.code),
                false => reference.code,
            }));
        }
        if let ExprKind::Choose { .. } | ExprKind::Gather { .. } = &expr.kind {
            return self.text_code(expr, &expr.ty);
        }
        let code = self.code(expr)?;
        Ok(if is_text(&expr.ty) {
            code
        } else {
            Code::atom(to_json(&code.text, &expr.ty))
        })
    }
}

fn petgraph_index(index: usize) -> petgraph::graph::NodeIndex {
    petgraph::graph::NodeIndex::new(index)
}
