//! What Argo itself has in every pod.

use crate::pod::System;

/// Argo, as far as it concerns what is in a pod: `workflow/common/common.go`.
pub(crate) static ARGO: System = System {
    name: "Argo",
    containers: &["main", "init", "wait", "supervisor"],
    folders: &["/var/run/argo", "/argo", "/mainctrfs", "/argo-bin"],
};
