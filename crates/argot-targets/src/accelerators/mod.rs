//! Accelerators: the resources a container requests, and the nodes its pod may run on.
//!
//! A pipeline says `gpu = 1, gpu_model = "h100"`. A [`Platform`] maps that to a resource and to node labels. The data
//! is in `table`, with a source for every row.
//!
//! | module | what |
//! |---|---|
//! | `table` | the data, and its types |
//! | `gpu` `tpu` | what is granted for what is wanted |
//! | `claim` | device claims, where the platform finds devices by dynamic resource allocation |

#![allow(
    clippy::result_large_err,
    reason = "a diagnostic is made once, where something is wrong, and the way of good input is not slowed"
)]

mod claim;
mod diagnostics;
mod gpu;
mod table;
#[cfg(test)]
mod tests;
mod tpu;

use argot_syntax::{Diagnostic, Span};
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;

pub(crate) use claim::DeviceClaim;
pub(crate) use gpu::Gpu;
pub(crate) use tpu::Tpu;

use table::{SPOTS, Vendor};

/// The platforms, the default first of all.
const PLATFORMS: &[&str] = &["gfd", "gke", "eks", "eks-karpenter", "aks", "none", "dra"];

/// Where accelerators are found in a kind of cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Platform {
    name: &'static str,
    rows: IndexMap<String, Row>,
    mig: Mig,
    time_slicing: TimeSlicing,
}

/// An accelerator that a profile adds to a platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The resource that a container asks for.
    pub resource: String,
    /// Labels of the nodes that have it.
    pub node_selector: IndexMap<String, String>,
    /// What the pod tolerates.
    pub tolerations: Vec<core::Toleration>,
}

/// How NVIDIA's device plugin offers parts of a GPU in the cluster: its strategy for MIG.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mig {
    /// Each kind of part is a resource of its own, such as `nvidia.com/mig-1g.10gb`.
    #[default]
    Mixed,
    /// All parts of a node are alike, and are the plain resource `nvidia.com/gpu`.
    Single,
}

/// How NVIDIA's device plugin offers GPUs that are used in turns in the cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimeSlicing {
    /// As `nvidia.com/gpu.shared`.
    Renamed,
    /// As the plain resource `nvidia.com/gpu`.
    #[default]
    Plain,
}

/// A value in a container's attributes, with its span.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// An accelerator request of a container. Its creator rejects values that only the run knows, except for a count.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    Gpu(Gpu<'a>),
    Tpu(Tpu<'a>),
}

/// What the platform grants for the request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Grant {
    /// The resource to request; `None` if there is a claim.
    pub(crate) resource: Option<String>,
    /// Labels that the node must have, with the values that will do.
    pub(crate) labels: IndexMap<String, Vec<String>>,
    /// What the pod must tolerate.
    pub(crate) tolerations: Vec<core::Toleration>,
    /// The devices to claim.
    pub(crate) claim: Option<DeviceClaim>,
}

impl Platform {
    /// Every platform.
    pub const NAMES: &'static [&'static str] = PLATFORMS;

    /// The platform of that name.
    pub fn named(name: &str) -> Option<Self> {
        let name = PLATFORMS.iter().find(|known| **known == name)?;
        Some(Self {
            name,
            ..Self::default()
        })
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Adds an accelerator under a short name, in place of the one that has it.
    pub fn set_row(&mut self, name: &str, row: Row) {
        self.rows.insert(name.to_owned(), row);
    }

    /// Sets how parts of NVIDIA's GPUs are offered.
    pub fn set_mig(&mut self, mig: Mig) {
        self.mig = mig;
    }

    /// Sets how shared GPUs of NVIDIA are offered.
    pub fn set_time_slicing(&mut self, time_slicing: TimeSlicing) {
        self.time_slicing = time_slicing;
    }

    /// The short names of all accelerators that it has, of every vendor.
    pub fn models(&self) -> Vec<&str> {
        let mut models: Vec<&str> = table::vendors(self.name)
            .flat_map(Vendor::names)
            .chain(table::tpus(self.name).map(|tpu| tpu.model))
            .collect();
        for name in self.rows.keys() {
            if !models.contains(&name.as_str()) {
                models.push(name);
            }
        }
        models
    }

    /// Returns what a container gets for an accelerator request.
    pub(crate) fn grant(&self, wanted: &Wanted<'_>) -> Result<Grant, Diagnostic> {
        match wanted {
            Wanted::Gpu(gpu) => self.gpu(gpu),
            Wanted::Tpu(tpu) => self.tpu(tpu),
        }
    }

    /// Returns what a pod needs to run on nodes that the provider may take back.
    pub(crate) fn spot(&self, span: Span) -> Result<Grant, Diagnostic> {
        let spot = SPOTS
            .iter()
            .find(|spot| spot.platform == self.name)
            .ok_or_else(|| diagnostics::no_spot(self.name, span))?;
        Ok(Grant {
            labels: [(spot.label.to_owned(), vec![spot.value.to_owned()])].into(),
            tolerations: spot.taint.map(toleration).into_iter().collect(),
            ..Grant::default()
        })
    }
}

impl Default for Platform {
    fn default() -> Self {
        Self {
            name: "gfd",
            rows: IndexMap::new(),
            mig: Mig::default(),
            time_slicing: TimeSlicing::default(),
        }
    }
}

impl Row {
    fn grant(&self) -> Grant {
        Grant {
            resource: Some(self.resource.clone()),
            labels: self
                .node_selector
                .iter()
                .map(|(label, value)| (label.clone(), vec![value.clone()]))
                .collect(),
            tolerations: self.tolerations.clone(),
            claim: None,
        }
    }
}

/// Tolerates a taint, which is a key or `key=value`.
fn toleration(taint: &str) -> core::Toleration {
    let (key, value) = match taint.split_once('=') {
        Some((key, value)) => (key, Some(value.to_owned())),
        None => (taint, None),
    };
    let operator = if value.is_some() { "Equal" } else { "Exists" };
    core::Toleration {
        key: Some(key.to_owned()),
        operator: Some(operator.to_owned()),
        value,
        effect: Some("NoSchedule".to_owned()),
        ..core::Toleration::default()
    }
}
