//! What Argo itself adds to every pod.

use crate::pod::System;

/// Argo's own contents of a pod: `workflow/common/common.go`.
pub(crate) static ARGO: System = System {
    name: "Argo",
    containers: &["main", "init", "wait", "supervisor"],
    folders: &["/var/run/argo", "/argo", "/mainctrfs", "/argo-bin"],
};
