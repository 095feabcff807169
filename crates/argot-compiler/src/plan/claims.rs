//! Volumes that pipelines declare, and the claims that they become.

use super::{
    Claim,
    build::{Builder, InTurn},
    scope::VolumeValue,
};
use crate::{Callee, Expr, Pipeline, PipelineId, Value, VolumeSource, diagnostics};

impl Builder<'_> {
    /// Whether a pipeline, or one that it calls, declares a claim.
    pub(super) fn claims_storage(&mut self, id: PipelineId) -> bool {
        if let Some(known) = self.claiming.get(&id) {
            return *known;
        }
        let program = self.program;
        let found = program.pipeline(id).is_some_and(|pipeline| {
            let is_claim =
                |volume: &crate::Volume| matches!(volume.source, VolumeSource::Claim { .. });
            pipeline.volumes.iter().any(is_claim)
                || pipeline.tasks.iter().any(|task| {
                    matches!(
                        task.call().map(|call| call.callee),
                        Some(Callee::Pipeline(callee)) if self.claims_storage(callee)
                    )
                })
        });
        self.claiming.insert(id, found);
        found
    }

    /// The volumes that a pipeline declares; a claim becomes one of the run, for each call of the pipeline.
    pub(super) fn volumes(&mut self, pipeline: &Pipeline) -> Vec<VolumeValue> {
        pipeline
            .volumes
            .iter()
            .map(|volume| {
                let runtime = volume
                    .source
                    .exprs()
                    .into_iter()
                    .find(|expr| expr.value().is_none() && !expr.is_error());
                if let Some(runtime) = runtime {
                    self.diagnostics.push(match volume.source {
                        VolumeSource::Claim { .. } => diagnostics::run_time_claim(runtime.span),
                        _ => diagnostics::run_time_volume(runtime.span),
                    });
                }
                if let Some(InTurn {
                    block,
                    call: Some(call),
                }) = self.in_turn
                    && matches!(volume.source, VolumeSource::Claim { .. })
                    && self.refused_claims.insert((volume.span.key(), call.key()))
                {
                    self.diagnostics.push(diagnostics::claim_in_loop(
                        &pipeline.name,
                        &volume.name,
                        block,
                        call,
                        volume.span,
                    ));
                }
                match self.claim(volume) {
                    Some((index, name)) => VolumeValue::Claim(index, name),
                    None => VolumeValue::Source(volume.name.clone(), volume.source.clone()),
                }
            })
            .collect()
    }

    fn claim(&mut self, volume: &crate::Volume) -> Option<(usize, String)> {
        let VolumeSource::Claim {
            size,
            class,
            access,
            snapshot,
        } = &volume.source
        else {
            return None;
        };
        let text =
            |expr: &Option<Expr>| expr.as_ref().and_then(Expr::as_str).map(ToOwned::to_owned);
        let size = match size.value() {
            Some(Value::Quantity(quantity)) => quantity.clone(),
            _ => crate::Quantity::parse("1")?,
        };
        let mut name = volume.name.clone();
        let mut count = 1;
        while self.claims.iter().any(|claim| claim.name == name) {
            count += 1;
            name = format!("{}-{count}", volume.name);
        }
        self.claims.push(Claim {
            name: name.clone(),
            size,
            class: text(class),
            access: access.clone(),
            snapshot: text(snapshot),
            span: volume.span,
        });
        Some((self.claims.len() - 1, name))
    }
}
