//! Outputs of a graph.

use argot_compiler::{DagKind, Expr, ExprKind, Type};
use argot_syntax::{Diagnostic, Diagnostics};

use super::Lowering;
use crate::argo::objects::{Artifact, DagTask, Parameter, Ports, ValueFrom};
use crate::argo::scope::{Scope, Words};

impl Lowering<'_> {
    /// Returns the outputs, and the tasks that compute them.
    pub(super) fn outputs(&self, diagnostics: &mut Diagnostics) -> (Ports, Vec<DagTask>) {
        let mut tasks = Vec::new();
        let mut out = Ports::default();
        for (output, expr) in &self.dag.outputs {
            let name = output.name.clone();
            if output.ty.is_artifact() {
                let mut artifact = Artifact {
                    name,
                    ..Artifact::default()
                };
                match self.artifact_output(&mut artifact, expr) {
                    Ok(()) => out.artifacts.push(artifact),
                    Err(diagnostic) => diagnostics.push(diagnostic),
                }
                continue;
            }
            match self.output(&output.name, expr, &output.ty, &mut tasks) {
                Ok(value_from) => {
                    out.parameters.push(Parameter {
                        name,
                        value_from: Some(value_from),
                        ..Parameter::default()
                    });
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        (out, tasks)
    }

    /// Returns the scope of the outputs' expressions.
    pub(super) fn in_outputs(&self) -> Scope<'_> {
        Scope {
            words: Words::Outputs,
            ..self.scope
        }
    }

    /// Outputs of skipped tasks are never read, since they differ between versions of Argo: only the chosen value of a
    /// choice is read.
    fn output(
        &self,
        name: &str,
        expr: &Expr,
        ty: &Type,
        tasks: &mut Vec<DagTask>,
    ) -> Result<ValueFrom, Diagnostic> {
        let mut path = Vec::new();
        if self.dag.kind == DagKind::Turn {
            // See `gather`, which collects the results of the turns.
            let json = self.computed(name, expr, &Type::Json, &mut path, tasks)?;
            return Ok(ValueFrom {
                expression: Some(format!("toJson([{}])", json.text)),
                ..ValueFrom::default()
            });
        }
        let scope = self.in_outputs();
        let code = self.computed(name, expr, ty, &mut path, tasks)?.text;
        if let ExprKind::TaskOutput { .. } = expr.kind
            && let Some(reference) = scope.reference(expr)?
            && reference.code() == code
        {
            return Ok(ValueFrom {
                parameter: Some(scope.tags.variable(&reference.tag)),
                ..ValueFrom::default()
            });
        }
        Ok(ValueFrom {
            expression: Some(code),
            ..ValueFrom::default()
        })
    }
}
