//! Artifacts that tasks pass to each other.

use argot_compiler::{BinaryOperator, Expr, ExprKind, Type};
use argot_syntax::Diagnostic;

use super::Lowering;
use crate::argo::expr_lang::{Code, choice, member};
use crate::argo::objects::{Artifact, RawArtifact};
use crate::argo::scope::Scope;
use crate::argo::text::Place;
use crate::argo::{artifacts, diagnostics, storage};

type Outcome<T> = Result<T, Diagnostic>;

/// An expression that fails with exactly the words that Argo requires before it leaves out an optional artifact.
const ABSENT: &str = "int('Unable to resolve')";

impl Lowering<'_> {
    /// Fills in the source of an argument. Returns whether there is one.
    pub(super) fn argument(
        &self,
        artifact: &mut Artifact,
        expr: &Expr,
        scope: &Scope<'_>,
    ) -> Outcome<bool> {
        match &expr.kind {
            ExprKind::Artifact(source) => {
                artifacts::source(artifact, source, scope)?;
                Ok(true)
            }
            // An element of a list, by its name in the list's folder.
            ExprKind::Index { base, index } => {
                let key = storage::element(base, index);
                artifacts::stored(artifact, scope.plain(&key, Place::Artifact)?);
                Ok(true)
            }
            ExprKind::Constant(_) => Ok(false),
            ExprKind::Choose { .. } | ExprKind::Binary { .. } => {
                artifact.from_expression = Some(self.artifact_code(expr)?.text);
                artifact.optional = expr.ty.is_optional().then_some(true);
                // Argo's validation does not accept an expression alone here, though its controller does. The
                // expression's artifact replaces this one.
                artifact.raw = Some(RawArtifact::default());
                Ok(true)
            }
            _ => {
                artifact.from = Some(self.artifact_tag(expr)?);
                artifact.optional = self.may_be_absent(expr).then_some(true);
                Ok(true)
            }
        }
    }

    /// Fills in the source of an output.
    pub(super) fn artifact_output(&self, artifact: &mut Artifact, expr: &Expr) -> Outcome<()> {
        match &expr.kind {
            ExprKind::Artifact(_) => Err(diagnostics::no_expression(
                "return an artifact that no task has made",
                expr.span,
            )),
            // A missing input would become an output without a location.
            ExprKind::TaskOutput { .. } => {
                artifact.from = Some(self.artifact_tag(expr)?);
                artifact.optional = self.may_be_absent(expr).then_some(true);
                Ok(())
            }
            ExprKind::Input(_) if !self.may_be_absent(expr) => {
                artifact.from = Some(self.artifact_tag(expr)?);
                Ok(())
            }
            _ => {
                let code = match self.may_be_absent(expr) {
                    true => self.or_absent(expr)?,
                    false => self.artifact_code(expr)?,
                };
                artifact.from_expression = Some(code.text);
                artifact.optional = expr.ty.is_optional().then_some(true);
                Ok(())
            }
        }
    }

    /// Returns the variable of an artifact that is a single variable.
    fn artifact_tag(&self, expr: &Expr) -> Outcome<String> {
        Ok(self.scope.tags.variable(&match &expr.kind {
            ExprKind::TaskOutput { task, output } => {
                let (task, output) = self.scope.task_output(*task, output.index(), expr.span)?;
                format!("tasks.{task}.outputs.artifacts.{output}")
            }
            ExprKind::Input(id) => {
                let name = self.scope.input_name(id.index(), expr.span)?;
                format!("inputs.artifacts.{name}")
            }
            _ => return Err(diagnostics::no_expression("choose an artifact", expr.span)),
        }))
    }

    /// Whether the source of an artifact may be missing.
    fn may_be_absent(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::TaskOutput { task, output } => self
                .scope
                .output_type(*task, output.index())
                .is_some_and(Type::is_optional),
            ExprKind::Input(id) => self
                .dag
                .inputs
                .get(id.index())
                .is_some_and(|port| port.ty.is_optional()),
            _ => false,
        }
    }

    /// Returns an artifact as an expression, which fails the way Argo requires if the artifact is missing.
    fn artifact_code(&self, expr: &Expr) -> Outcome<Code> {
        match &expr.kind {
            ExprKind::Constant(_) => Ok(Code::atom(ABSENT)),
            ExprKind::Choose {
                condition,
                then,
                otherwise,
            } => Ok(choice(
                self.in_outputs().code(condition)?,
                self.artifact_code(then)?,
                self.artifact_code(otherwise)?,
            )),
            ExprKind::Binary {
                operator: BinaryOperator::Coalesce,
                left,
                right,
            } => self.first(left, self.artifact_code(right)?),
            _ if self.may_be_absent(expr) => self.or_absent(expr),
            _ => self.artifact_variable(expr),
        }
    }

    fn or_absent(&self, expr: &Expr) -> Outcome<Code> {
        self.first(expr, Code::atom(ABSENT))
    }

    /// Returns an artifact, or another one if it is missing.
    fn first(&self, expr: &Expr, other: Code) -> Outcome<Code> {
        match &expr.kind {
            ExprKind::Constant(_) => Ok(other),
            // If a task has not produced any artifacts, Argo does not know them at all.
            ExprKind::TaskOutput { task, output } => {
                let (task, output) = self.scope.task_output(*task, output.index(), expr.span)?;
                let output = match member(output) {
                    index if index.starts_with('[') => format!("?.{index}"),
                    name => format!("?{name}"),
                };
                let task = member(task);
                Ok(Code::compound(format!(
                    "tasks{task}.outputs?.artifacts{output} ?? {}",
                    other.operand()
                )))
            }
            // An input is always present, but has no location if no artifact was passed.
            ExprKind::Input(_) => {
                let variable = self.artifact_variable(expr)?;
                let is_given = Code::atom(format!("{}.HasLocationOrKey()", variable.text));
                Ok(choice(is_given, variable, other))
            }
            ExprKind::Choose {
                condition,
                then,
                otherwise,
            } => {
                let other = other.operand();
                Ok(choice(
                    self.in_outputs().code(condition)?,
                    self.first(then, Code::atom(other.clone()))?,
                    self.first(otherwise, Code::atom(other))?,
                ))
            }
            ExprKind::Binary {
                operator: BinaryOperator::Coalesce,
                left,
                right,
            } => self.first(left, self.first(right, other)?),
            _ => self.artifact_variable(expr),
        }
    }

    fn artifact_variable(&self, expr: &Expr) -> Outcome<Code> {
        match &expr.kind {
            ExprKind::TaskOutput { task, output } => {
                let (task, output) = self.scope.task_output(*task, output.index(), expr.span)?;
                let (task, output) = (member(task), member(output));
                Ok(Code::atom(format!("tasks{task}.outputs.artifacts{output}")))
            }
            ExprKind::Input(id) => {
                let name = member(self.scope.input_name(id.index(), expr.span)?);
                Ok(Code::atom(format!("inputs.artifacts{name}")))
            }
            ExprKind::Artifact(_) => Err(diagnostics::no_expression(
                "choose an artifact from outside the run",
                expr.span,
            )),
            _ => Err(diagnostics::no_expression("choose an artifact", expr.span)),
        }
    }
}
