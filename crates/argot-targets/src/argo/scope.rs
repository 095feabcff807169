//! Everything an expression of a template or graph can refer to, and its names in Argo.

use argot_compiler::{Context, Dag, Expr, ExprKind, Output, Plan, PlanTaskId, Port, Target, Type};
use argot_syntax::Span;

use super::diagnostics;
use super::expr_lang::in_code;
use super::features::Feature;
use super::tags::TagSet;
use super::text::Outcome;
use super::versions::Version;

/// The folder of inputs in a container.
pub(crate) const INPUTS: &str = "/argot/inputs";

/// The variables that an expression can refer to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The inputs of the step or graph.
    pub(crate) inputs: &'a [Port],
    /// The outputs of the step.
    pub(crate) outputs: &'a [Output],
    /// The tasks, in a graph.
    pub(crate) tasks: Option<Tasks<'a>>,
    /// Whether the step is retried, so `task.attempt` has a value.
    pub(crate) retried: bool,
    /// The variables that Argo knows at the expression's position.
    pub(crate) words: Words,
    /// The target version.
    pub(crate) version: Version,
    /// The condition under which expressions can be computed, if there is one.
    pub(crate) guard: Option<Guard<'a>>,
    /// Records every tag.
    pub(crate) tags: &'a TagSet,
}

/// The variables that Argo knows in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// In a template: everything that a [`Scope`] contains, in tags and expressions.
    Template,
    /// In the outputs of a graph, only tasks and inputs are variables. Argo substitutes tags in the text of the
    /// expression, which is safe for the few that contain no quote.
    Outputs,
    /// In the arguments of what runs at the end of the run: the run's parameters.
    Run,
    /// In `retryStrategy.expression`, only the attempt that has ended is a variable. Argo substitutes tags in the text
    /// of the expression, so an input is written as a string literal.
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
    /// The name of the task whose arguments are being written.
    pub(crate) current: Option<&'a str>,
}

impl<'a> Tasks<'a> {
    /// Returns the graph that a task runs, if it runs one.
    pub(crate) fn target(&self, task: PlanTaskId) -> Option<&'a Dag> {
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

    /// Returns an output of the step or graph that a task runs.
    fn output(&self, task: PlanTaskId, output: usize) -> Option<&'a Output> {
        let task = self.dag.graph.node_weight(petgraph_index(task.index()))?;
        self.plan.output(task.target, output)
    }
}

/// A part of a text.
pub(crate) enum Piece {
    /// Literal text.
    Text(String),
    /// A variable without an expression: `inputs.parameters.x`.
    Tag(String),
    /// An expression that evaluates to a text or a scalar.
    Code { code: String, is_text: bool },
}

/// A value that is known only at run time, in Argo's languages.
pub(crate) struct Reference<'a> {
    /// Its form in a tag.
    pub(crate) tag: String,
    /// How expressions refer to it.
    form: Form,
    tags: &'a TagSet,
    /// Whether its text is JSON, or `null` if the value is missing. Values of type `T?` are passed on this way.
    pub(crate) may_be_null: bool,
    /// Whether it is a bool as a step's program has written it: `True`, `1`, possibly with a line break.
    pub(crate) is_written: bool,
}

/// How an expression refers to a value.
enum Form {
    /// As a variable.
    Variable,
    /// By a tag in a string literal.
    InString,
    /// By a tag that Argo replaces with a string literal.
    AsString,
}

impl Reference<'_> {
    /// Returns its form in an expression.
    pub(crate) fn code(&self) -> String {
        match self.form {
            Form::Variable => in_code(&self.tag),
            Form::InString => format!("'{}'", self.tags.variable(&self.tag)),
            Form::AsString => {
                let code = format!("toJson({})", in_code(&self.tag));
                self.tags.expression(&code)
            }
        }
    }
}

/// A condition under which an expression can be computed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard<'a> {
    /// The condition, as expr-lang.
    pub(crate) condition: &'a str,
    /// The replacement for the expression if the condition is false, as expr-lang. It is never read.
    pub(crate) otherwise: &'static str,
}

impl<'a> Guard<'a> {
    /// Returns the guard for the arguments of a task that runs under a condition, for releases that always compute
    /// them.
    pub(crate) fn of(
        version: Version,
        condition: Option<&'a str>,
        otherwise: &'static str,
    ) -> Option<Self> {
        let condition = condition.filter(|_| !version.has(Feature::UnusedArguments))?;
        Some(Self {
            condition,
            otherwise,
        })
    }
}

impl Scope<'_> {
    /// Returns the Argo variable for an expression, if it is a single variable.
    pub(crate) fn reference(&self, expr: &Expr) -> Outcome<Option<Reference<'_>>> {
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
        let form = match expr.kind {
            _ if is_variable => Form::Variable,
            ExprKind::Context(_) => Form::InString,
            _ => Form::AsString,
        };
        Ok(Some(Reference {
            tag,
            form,
            tags: self.tags,
            may_be_null,
            is_written,
        }))
    }

    /// Whether a task's output is a bool that a step's program writes. Outputs of graphs have already been read.
    fn is_written_bool(&self, task: PlanTaskId, output: usize) -> bool {
        self.tasks.is_some_and(|tasks| tasks.target(task).is_none())
            && self.output_type(task, output) == Some(&Type::Bool)
    }

    /// Returns Argo's name of something that only the run knows, or `None` if Argo has no variable for it.
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

    pub(crate) fn input(&self, index: usize, span: Span) -> Outcome<&Port> {
        self.inputs
            .get(index)
            .filter(|port| port.present)
            .ok_or_else(|| diagnostics::no_expression("use an input that is not there", span))
    }

    /// Returns the name of an input.
    pub(crate) fn input_name(&self, index: usize, span: Span) -> Outcome<&str> {
        Ok(self.input(index, span)?.name.as_str())
    }

    pub(crate) fn output(&self, index: usize, span: Span) -> Outcome<&str> {
        self.outputs
            .get(index)
            .map(|output| output.name.as_str())
            .ok_or_else(|| diagnostics::no_expression("write an output outside of its step", span))
    }

    /// Returns the name of a task.
    pub(crate) fn task(&self, task: PlanTaskId, span: Span) -> Outcome<&str> {
        self.tasks
            .and_then(|tasks| tasks.names.get(task.index()))
            .map(String::as_str)
            .ok_or_else(|| diagnostics::no_expression("test a task here", span))
    }

    /// Returns the names of a task and of one of its outputs.
    pub(crate) fn task_output(
        &self,
        task: PlanTaskId,
        output: usize,
        span: Span,
    ) -> Outcome<(&str, &str)> {
        let found = self.tasks.and_then(|tasks| {
            let name = tasks.names.get(task.index())?;
            Some((name.as_str(), tasks.output(task, output)?.name.as_str()))
        });
        found.ok_or_else(|| diagnostics::no_expression("read a task's output here", span))
    }

    /// Returns the type of a task's output.
    pub(crate) fn output_type(&self, task: PlanTaskId, output: usize) -> Option<&Type> {
        Some(&self.tasks?.output(task, output)?.ty)
    }

    /// Returns the name of the task whose arguments are being written.
    pub(crate) fn current(&self) -> Option<&str> {
        self.tasks.and_then(|tasks| tasks.current)
    }
}

fn petgraph_index(index: usize) -> petgraph::graph::NodeIndex {
    petgraph::graph::NodeIndex::new(index)
}
