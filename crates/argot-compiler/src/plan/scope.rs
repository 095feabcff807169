//! What the tasks of a graph can speak of: inputs as they are bound, volumes, and what values may still take.

use argot_syntax::{Diagnostics, Span};

use super::{
    Port,
    simplify::{Presence, There},
};
use crate::{
    Expr, ExprKind, Input, Pipeline, Value, VolumeExpr, VolumeSource, diagnostics,
    limits::{Budget, Spent},
};

/// What tells one place in a source from another.
pub(super) type SpanKey = (argot_syntax::FileId, u32, u32);

/// A volume that is known.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there are few of them at a time")]
pub(super) enum VolumeValue {
    /// A claim of the run, with its name.
    Claim(usize, String),
    /// Anything else, with its name where it has one.
    Source(String, VolumeSource),
}

/// How an input of a pipeline is used by one kind of its calls.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there are few of them at a time")]
pub(super) enum Binding {
    /// It has a value, that of a caller or its default.
    Present,
    /// It is optional and has none.
    Absent,
    /// Only the run knows whether it has a value.
    RunTime,
    /// It is a volume.
    Volume(VolumeValue),
}

impl Binding {
    /// Whether the input is there.
    pub(super) fn there(&self) -> There {
        match self {
            Self::Present => There::Yes,
            Self::RunTime => There::RunTime,
            Self::Absent | Self::Volume(_) => There::No,
        }
    }
}

/// The values that a plan may still write out.
pub(super) struct Values(Budget);

impl Values {
    /// The values of a plan of which nothing is written yet.
    pub(super) fn new() -> Self {
        Self(Budget::of_values(0))
    }

    /// Writes out values of so many bytes. Reports the first that are too many.
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

/// What the tasks of one graph can speak of.
pub(super) struct DagScope<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) bindings: &'a [Binding],
    pub(super) presence: Presence<'a>,
    pub(super) volumes: &'a [VolumeValue],
}

impl DagScope<'_> {
    /// The volume that an expression of the pipeline stands for.
    pub(super) fn volume(&self, expr: &Expr) -> Option<VolumeValue> {
        match &expr.kind {
            ExprKind::Volume(volume) => self.resolve(volume),
            _ => None,
        }
    }

    /// The volume that is meant.
    pub(super) fn resolve(&self, volume: &VolumeExpr) -> Option<VolumeValue> {
        match volume {
            VolumeExpr::Input(id) => match self.bindings.get(id.index())? {
                Binding::Volume(volume) => Some(volume.clone()),
                _ => None,
            },
            VolumeExpr::Declared(id) => self.volumes.get(id.index()).cloned(),
            VolumeExpr::Source(source) => {
                Some(VolumeValue::Source(String::new(), source.as_ref().clone()))
            }
        }
    }
}

/// Whether a value means that an optional input is not there; a `null` of a `json` input is a value.
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
