//! Targets of the Argot compiler: from a plan to the manifests of a system that runs it, and to YAML.
//!
//! | stage | type | made by | content |
//! |---|---|---|---|
//! | 5 | [`Manifest`] | [`argo::lower`] | typed objects of the target |
//! | 6 | text | [`print()`] | YAML documents |
//!
//! Nothing here does I/O. Anything a target does not support is added to [`Diagnostics`] as an error, never left out.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a test that panics has failed"
    )
)]

#[macro_use]
#[path = "../../argot-syntax/src/messages.rs"]
mod messages;

pub mod accelerators;
pub mod argo;
pub mod kubernetes;
mod pod;
pub mod profile;
pub mod target;
pub mod targets;
mod yaml;

use argot_syntax::{Code, Diagnostics};
use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::core::v1::{self as core, ConfigMap};
use k8s_openapi::api::rbac::v1 as rbac;
use k8s_openapi::api::resource::v1 as resource;
use serde::Serialize;

use argo::objects::{CronWorkflowSpec, Merged, Object, WorkflowSpec};

/// Returns the message for a text that is not one of the given names.
fn not_one_of(text: &str, names: impl IntoIterator<Item = &'static str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    format!("`{text}` is not one of {}", names.join(", "))
}

/// One object of the output.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Manifest {
    /// One run.
    Workflow(Box<Object<Merged<WorkflowSpec>>>),
    /// A template that runs can be started from, in one namespace.
    WorkflowTemplate(Box<Object<Merged<WorkflowSpec>>>),
    /// A template that runs can be started from, in every namespace.
    ClusterWorkflowTemplate(Box<Object<Merged<WorkflowSpec>>>),
    /// Runs on a schedule.
    CronWorkflow(Box<Object<CronWorkflowSpec>>),
    /// Texts that steps mount.
    ConfigMap(Box<ConfigMap>),
    /// A Kubernetes Job.
    Job(Box<batch::Job>),
    /// A Kubernetes Job that runs on a schedule.
    CronJob(Box<batch::CronJob>),
    /// Jobs that run as one.
    JobSet(Box<kubernetes::objects::JobSet>),
    /// A volume of a run.
    PersistentVolumeClaim(Box<core::PersistentVolumeClaim>),
    /// A template from which device claims are created.
    ResourceClaimTemplate(Box<resource::ResourceClaimTemplate>),
    /// The identity of a run's releaser.
    ServiceAccount(Box<core::ServiceAccount>),
    /// The permissions of a run's releaser.
    Role(Box<rbac::Role>),
    /// Grants the releaser of a run its permissions.
    RoleBinding(Box<rbac::RoleBinding>),
}

impl Manifest {
    /// Returns the object's kind, and its name if that is known before the object is created.
    pub fn identity(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Workflow(object)
            | Self::WorkflowTemplate(object)
            | Self::ClusterWorkflowTemplate(object) => {
                (object.kind, object.metadata.name.as_deref())
            }
            Self::CronWorkflow(object) => (object.kind, object.metadata.name.as_deref()),
            Self::ConfigMap(object) => ("ConfigMap", object.metadata.name.as_deref()),
            Self::Job(object) => ("Job", object.metadata.name.as_deref()),
            Self::CronJob(object) => ("CronJob", object.metadata.name.as_deref()),
            Self::JobSet(object) => (object.kind, object.metadata.name.as_deref()),
            Self::PersistentVolumeClaim(object) => {
                ("PersistentVolumeClaim", object.metadata.name.as_deref())
            }
            Self::ResourceClaimTemplate(object) => {
                ("ResourceClaimTemplate", object.metadata.name.as_deref())
            }
            Self::ServiceAccount(object) => ("ServiceAccount", object.metadata.name.as_deref()),
            Self::Role(object) => ("Role", object.metadata.name.as_deref()),
            Self::RoleBinding(object) => ("RoleBinding", object.metadata.name.as_deref()),
        }
    }

    /// Returns the object's name, or the prefix that the server makes it from.
    pub fn display_name(&self) -> String {
        let start = match self {
            Self::Workflow(object) => object.metadata.generate_name.as_deref(),
            _ => None,
        };
        let (_, name) = self.identity();
        name.or(start).unwrap_or_default().to_owned()
    }

    /// Returns the object as data, with its keys in reading order.
    ///
    /// # Errors
    /// Never for the objects of this crate; otherwise serde's own error.
    pub fn data(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::to_value(self).map(yaml::ordered)
    }
}

/// Returns the YAML of manifests, one document each. The same manifests always produce the same bytes.
///
/// An object that cannot be written as YAML is a bug in this crate; it is reported rather than left out.
pub fn print(manifests: &[Manifest], diagnostics: &mut Diagnostics) -> String {
    let mut out = String::new();
    for manifest in manifests {
        match yaml::document(manifest) {
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
                diagnostics.push(Code::UnsupportedByTarget.global(message));
            }
        }
    }
    out
}
