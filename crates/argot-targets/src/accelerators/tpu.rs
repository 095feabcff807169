//! TPUs.

use argot_compiler::suggest;
use argot_syntax::Diagnostic;

use super::table;
use super::{Grant, Platform, Said, diagnostics, toleration};

/// The resource of a TPU, and the key of the taint that such nodes carry.
const RESOURCE: &str = "google.com/tpu";
/// The node label that says which TPU it is.
const MODEL_LABEL: &str = "cloud.google.com/gke-tpu-accelerator";
/// The node label that says how its chips are connected.
const TOPOLOGY_LABEL: &str = "cloud.google.com/gke-tpu-topology";

/// The TPU request of a container.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tpu<'a> {
    /// How many chips; `None` if only the run knows.
    pub(crate) count: Said<Option<i64>>,
    /// Which one, by its short name.
    pub(crate) model: Said<&'a str>,
    /// How the chips are connected: `2x4`.
    pub(crate) topology: Said<&'a str>,
}

impl Platform {
    pub(super) fn tpu(&self, wanted: &Tpu<'_>) -> Result<Grant, Diagnostic> {
        let Tpu {
            count,
            model,
            topology,
        } = *wanted;
        let chips = chips(topology.value).ok_or_else(|| diagnostics::not_a_topology(topology))?;
        let topology_label = (TOPOLOGY_LABEL.to_owned(), vec![topology.value.to_owned()]);
        if let Some(row) = self.rows.get(model.value) {
            let mut grant = row.grant();
            grant.labels.extend([topology_label]);
            return Ok(grant);
        }
        let tpu = table::tpus(self.name)
            .find(|tpu| tpu.model == model.value)
            .ok_or_else(|| self.unknown_tpu(model))?;
        match (
            tpu.hosts.iter().find(|(known, _)| *known == topology.value),
            count.value,
        ) {
            (None, _) => return Err(one_host(tpu, topology, chips)),
            (Some((_, own)), Some(said)) if said != 0 && *own != said => {
                return Err(diagnostics::other_chips(
                    topology,
                    *own,
                    Said {
                        value: said,
                        span: count.span,
                    },
                ));
            }
            _ => {}
        }
        Ok(Grant {
            resource: Some(RESOURCE.to_owned()),
            labels: [
                (MODEL_LABEL.to_owned(), vec![tpu.accelerator.to_owned()]),
                topology_label,
            ]
            .into(),
            tolerations: vec![toleration(RESOURCE)],
            claim: None,
        })
    }

    fn unknown_tpu(&self, model: Said<&str>) -> Diagnostic {
        let known: Vec<&str> = table::tpus(self.name).map(|tpu| tpu.model).collect();
        match known.is_empty() {
            true => diagnostics::no_tpus(self.name, model.span),
            false => {
                let near = suggest(model.value, known.iter().copied());
                diagnostics::unknown_model(model, self.name, &known, near)
            }
        }
    }
}

/// A topology that no single machine has, so no single pod can have it.
fn one_host(tpu: &table::Tpu, topology: Said<&str>, chips: i64) -> Diagnostic {
    let most = tpu
        .hosts
        .iter()
        .map(|(_, chips)| *chips)
        .max()
        .unwrap_or_default();
    let known: Vec<&str> = tpu.hosts.iter().map(|(name, _)| *name).collect();
    diagnostics::several_hosts(topology, tpu.model, chips, most, &known)
}

/// How many chips a topology has: two or three numbers with `x` between.
fn chips(topology: &str) -> Option<i64> {
    let sides: Option<Vec<i64>> = topology
        .split('x')
        .map(|side| match side.chars().all(|c| c.is_ascii_digit()) {
            true => side.parse().ok().filter(|side| *side > 0),
            false => None,
        })
        .collect();
    let sides = sides.filter(|sides| (2..=3).contains(&sides.len()))?;
    sides.into_iter().try_fold(1_i64, i64::checked_mul)
}
