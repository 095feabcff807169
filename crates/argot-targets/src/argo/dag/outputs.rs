//! What a graph gives.

use argot_compiler::{DagKind, Expr, ExprKind, Type};
use argot_syntax::{Diagnostic, Diagnostics};

use super::Lowering;
use crate::argo::expression::{Scope, Words};
use crate::argo::objects::{Artifact, Parameter, Ports, ValueFrom};

impl Lowering<'_> {
    pub(super) fn outputs(&self, diagnostics: &mut Diagnostics) -> Ports {
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
            match self.output(expr, &output.ty) {
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
        out
    }

    /// The scope of the outputs' expressions.
    pub(super) fn in_outputs(&self) -> Scope<'_> {
        Scope {
            words: Words::Outputs,
            ..self.scope
        }
    }

    fn output(&self, expr: &Expr, ty: &Type) -> Result<ValueFrom, Diagnostic> {
        let scope = self.in_outputs();
        if self.dag.kind == DagKind::Turn {
            // See where the turns are gathered.
            let json = scope.text_in_code(expr, &Type::Json)?;
            return Ok(ValueFrom {
                expression: Some(format!("toJson([{json}])")),
                ..ValueFrom::default()
            });
        }
        let code = scope.text_in_code(expr, ty)?;
        if let ExprKind::TaskOutput { .. } = expr.kind
            && let Some(reference) = scope.reference(expr)?
            && reference.code == code
        {
            return Ok(ValueFrom {
                parameter: Some(crate::argo::code::tag_of(&reference.tag)),
                ..ValueFrom::default()
            });
        }
        Ok(ValueFrom {
            expression: Some(code),
            ..ValueFrom::default()
        })
    }
}
