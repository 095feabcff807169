//! Targets of the Argot compiler: from a plan to the manifests of a system that runs it, and to YAML.
//!
//! | stage | type | made by | what it is |
//! |---|---|---|---|
//! | 5 | [`Manifest`] | [`argo::lower`] | typed objects of the target |
//! | 6 | text | [`print()`] | YAML documents |
//!
//! Nothing here does I/O. What a target cannot do is added to
//! [`Diagnostics`] as an error, never left out.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a test that panics has failed"
    )
)]

pub mod argo;
mod order;
mod pod;
mod yaml;

use argot_syntax::{Code, Diagnostic, Diagnostics};
use k8s_openapi::api::core::v1::ConfigMap;
use serde::Serialize;

use argo::objects::{CronWorkflowSpec, Merged, Object, WorkflowSpec};

/// One object of the output.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Manifest {
    /// One run.
    Workflow(Box<Object<Merged<WorkflowSpec>>>),
    /// What runs can be started from, in a namespace.
    WorkflowTemplate(Box<Object<Merged<WorkflowSpec>>>),
    /// What runs can be started from, in every namespace.
    ClusterWorkflowTemplate(Box<Object<Merged<WorkflowSpec>>>),
    /// Runs by a schedule.
    CronWorkflow(Box<Object<CronWorkflowSpec>>),
    /// Texts that steps mount.
    ConfigMap(Box<ConfigMap>),
}

impl Manifest {
    /// The object's name, or what the server makes it from.
    pub fn display_name(&self) -> String {
        let metadata = match self {
            Self::Workflow(object)
            | Self::WorkflowTemplate(object)
            | Self::ClusterWorkflowTemplate(object) => &object.metadata,
            Self::CronWorkflow(object) => &object.metadata,
            Self::ConfigMap(map) => return map.metadata.name.clone().unwrap_or_default(),
        };
        metadata
            .name
            .as_ref()
            .or(metadata.generate_name.as_ref())
            .cloned()
            .unwrap_or_default()
    }

    /// The object as data, with its keys in reading order.
    ///
    /// # Errors
    /// Never for the objects of this crate; serde's own error otherwise.
    pub fn data(&self) -> Result<serde_json::Value, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        order::order(&mut value);
        Ok(value)
    }
}

/// The YAML of manifests, one document each. The same manifests give the same bytes.
///
/// An object that has no YAML is a defect of this crate; it is reported rather than left out.
pub fn print(manifests: &[Manifest], diagnostics: &mut Diagnostics) -> String {
    let mut out = String::new();
    for manifest in manifests {
        let text = manifest
            .data()
            .map_err(|error| error.to_string())
            .and_then(|data| yaml::document(&data).map_err(|error| error.to_string()));
        match text {
            Ok(text) => {
                if !out.is_empty() {
                    out.push_str("---\n");
                }
                out.push_str(&text);
            }
            Err(error) => {
                let message = format!(
                    "`{}` cannot be written as YAML: {error}",
                    manifest.display_name()
                );
                diagnostics.push(Diagnostic::global(Code::UnsupportedByTarget, message));
            }
        }
    }
    out
}
