//! The workspace: a volume with a folder for each job whose outputs others read.

use argot_compiler::{Expr, Value, Workspace};
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::flat::Job;
use crate::pod::OUTPUTS;
use crate::pod::volumes::OUTPUTS_VOLUME;

/// The volume that the steps of a run share.
pub(crate) const VOLUME: &str = "argot-workspace";
/// The last part of the name of its claim.
pub(crate) const CLAIM: &str = "workspace";
/// Its default size.
const SIZE: &str = "10Gi";
/// The group that owns it if the step sets none, so that a step does not have to be root to write to it.
pub(crate) const GROUP: i64 = 1000;

/// Where a job leaves its outputs: in its folder of the workspace, or outside of it if nothing reads them.
pub(crate) fn outputs(job: &Job, is_kept: bool) -> core::VolumeMount {
    let mut mount = core::VolumeMount {
        name: OUTPUTS_VOLUME.to_owned(),
        mount_path: OUTPUTS.to_owned(),
        ..core::VolumeMount::default()
    };
    if is_kept {
        VOLUME.clone_into(&mut mount.name);
        match job.turns {
            Some(_) => {
                mount.sub_path_expr = Some(format!("{}/$(JOB_COMPLETION_INDEX)", job.name));
            }
            None => mount.sub_path = Some(job.name.clone()),
        }
    }
    mount
}

/// Whether a mount is the folder of a job's own outputs in the workspace.
pub(crate) fn is_own(mount: &core::VolumeMount) -> bool {
    mount.name == VOLUME && mount.read_only.is_none()
}

/// The claim's spec.
pub(crate) fn spec(
    workspace: &Workspace,
    access: &str,
    classes: &IndexMap<String, String>,
) -> core::PersistentVolumeClaimSpec {
    let size = workspace.size().and_then(Expr::value);
    let size = size.map_or_else(|| SIZE.to_owned(), Value::text);
    let class = workspace.class().and_then(Expr::as_str);
    let class = class.or_else(|| classes.get(access).map(String::as_str));
    core::PersistentVolumeClaimSpec {
        access_modes: Some(vec![access.to_owned()]),
        storage_class_name: class.map(ToOwned::to_owned),
        resources: Some(core::VolumeResourceRequirements {
            requests: Some([("storage".to_owned(), Quantity(size))].into()),
            limits: None,
        }),
        ..core::PersistentVolumeClaimSpec::default()
    }
}
