//! JobSet's own types: <https://jobset.sigs.k8s.io/docs/reference/jobset.v1alpha2/>.

use k8s_openapi::api::batch::v1::JobTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

use crate::Manifest;
use crate::manifest::Name;

/// A set of Jobs that run as one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSet {
    /// `jobset.x-k8s.io/v1alpha2`.
    pub api_version: &'static str,
    /// `JobSet`.
    pub kind: &'static str,
    /// The object's metadata.
    pub metadata: ObjectMeta,
    /// What runs.
    pub spec: JobSetSpec,
}

impl JobSet {
    /// Returns a JobSet.
    pub(crate) fn new(metadata: ObjectMeta, spec: JobSetSpec) -> Self {
        Self {
            api_version: "jobset.x-k8s.io/v1alpha2",
            kind: "JobSet",
            metadata,
            spec,
        }
    }
}

impl From<JobSet> for Manifest {
    fn from(set: JobSet) -> Self {
        let name = set.metadata.name.clone().unwrap_or_default();
        Self::new(set.kind, Name::Whole(name), set)
    }
}

/// What a JobSet runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSetSpec {
    /// How long it is kept after its end, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds_after_finished: Option<i32>,
    /// The Jobs, those first that others depend on.
    pub replicated_jobs: Vec<ReplicatedJob>,
}

/// A Job of a JobSet.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplicatedJob {
    /// Its name in the set.
    pub name: String,
    /// What must have ended before it starts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<DependsOn>,
    /// The Job.
    pub template: JobTemplateSpec,
}

/// What a Job of a JobSet waits for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DependsOn {
    /// The name of another Job of the set.
    pub name: String,
    /// `Complete` or `Ready`.
    pub status: &'static str,
}
