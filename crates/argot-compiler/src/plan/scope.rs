//! The names that the tasks of a graph can refer to: bound inputs and volumes. Also the budget left for values.

use argot_syntax::{Diagnostics, Span};

use super::{
    Port,
    simplify::{Presence, There},
};
use crate::{
    Expr, ExprKind, Input, Pipeline, Value, VolumeExpr, VolumeSource, diagnostics,
    limits::{Budget, Spent},
};

/// A key that identifies a place in a source.
pub(super) type SpanKey = (argot_syntax::FileId, u32, u32);

/// A volume that is known.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there are few of them at a time")]
pub(super) enum VolumeValue {
    /// A claim of the run, with its name.
    Claim(usize, String),
    /// Anything else, with its name if it has one.
    Source(String, VolumeSource),
}

/// How one kind of calls of a pipeline binds an input.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there are few of them at a time")]
pub(super) enum Binding {
    /// It has a value: a caller's or its default.
    Present,
    /// It is optional and does not have a value.
    Absent,
    /// Only the run knows whether it has a value.
    RunTime,
    /// It is a volume.
    Volume(VolumeValue),
}

impl Binding {
    /// Whether the input is present.
    pub(super) fn there(&self) -> There {
        match self {
            Self::Present => There::Yes,
            Self::RunTime => There::RunTime,
            Self::Absent | Self::Volume(_) => There::No,
        }
    }
}

/// The budget for values that a plan may still expand.
pub(super) struct Values(Budget);

impl Values {
    /// The full budget of a plan.
    pub(super) fn new() -> Self {
        Self(Budget::of_values(0))
    }

    /// Spends this many bytes. The first values that exceed the budget are reported.
    pub(super) fn spend(
        &mut self,
        bytes: usize,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let spent = self.0.spend(bytes);
        if spent == Spent::Over {
            let most = self.0.most() >> 20;
            diagnostics.push(diagnostics::too_many_copies(bytes, most, span));
        }
        spent == Spent::Fine
    }
}

/// The names that the tasks of one graph can refer to.
pub(super) struct DagScope<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) bindings: &'a [Binding],
    pub(super) presence: Presence<'a>,
    pub(super) volumes: &'a [VolumeValue],
}

impl DagScope<'_> {
    /// The volume that an expression of the pipeline refers to.
    pub(super) fn volume(&self, expr: &Expr) -> Option<VolumeValue> {
        match &expr.kind {
            ExprKind::Volume(volume) => self.resolve(volume),
            _ => None,
        }
    }

    /// The volume that is referred to.
    pub(super) fn resolve(&self, volume: &VolumeExpr) -> Option<VolumeValue> {
        resolve(volume, self.bindings, self.volumes)
    }
}

/// The volume that is referred to, by an input or among those that are declared.
pub(super) fn resolve(
    volume: &VolumeExpr,
    bindings: &[Binding],
    declared: &[VolumeValue],
) -> Option<VolumeValue> {
    match volume {
        VolumeExpr::Input(id) => match bindings.get(id.index())? {
            Binding::Volume(volume) => Some(volume.clone()),
            _ => None,
        },
        VolumeExpr::Declared(id) => declared.get(id.index()).cloned(),
        VolumeExpr::Source(source) => {
            Some(VolumeValue::Source(String::new(), source.as_ref().clone()))
        }
    }
}

/// Whether a value means that an optional input is missing. For a `json` input, `null` is a value.
pub(super) fn is_absent(value: &Expr, input: &Input) -> bool {
    value.value() == Some(&Value::Null) && input.ty.is_optional()
}

/// The ports of a pipeline or component.
pub(super) fn ports(inputs: &[Input], there: &[There]) -> Vec<Port> {
    inputs
        .iter()
        .zip(there)
        .map(|(input, there)| Port {
            name: input.name.clone(),
            ty: match there {
                There::RunTime => input.ty.clone(),
                _ => input.ty.required().clone(),
            },
            doc: input.doc.clone(),
            present: *there != There::No,
            default: input
                .default
                .clone()
                .filter(|default| *there != There::RunTime && !is_absent(default, input)),
            span: input.span,
        })
        .collect()
}
