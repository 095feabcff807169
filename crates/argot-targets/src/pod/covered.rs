//! Raw fields that Argot has an attribute for, by their path.

/// Fields by their path, each with the attribute that says the same.
pub(crate) type Fields = &'static [(&'static str, &'static str)];

/// Fields of a container.
pub(crate) const CONTAINER: Fields = &[
    ("image", "image"),
    ("imagePullPolicy", "image_pull"),
    ("workingDir", "workdir"),
    ("command", "command"),
    ("args", "args"),
    ("env", "env"),
    ("envFrom", "env_from"),
    ("resources.requests", "resources"),
    ("resources.limits", "resources"),
    ("securityContext.readOnlyRootFilesystem", "security"),
    ("securityContext.allowPrivilegeEscalation", "security"),
    ("securityContext.privileged", "security"),
    ("securityContext.capabilities", "security"),
    ("securityContext.runAsUser", "security"),
    ("securityContext.runAsGroup", "security"),
    ("securityContext.runAsNonRoot", "security"),
    ("securityContext.seccompProfile", "security"),
];

/// Fields of a pod's spec.
pub(crate) const POD: Fields = &[
    ("containers", "image"),
    ("initContainers", "init"),
    ("activeDeadlineSeconds", "timeout"),
    ("affinity", "affinity"),
    ("imagePullSecrets", "image_pull_secrets"),
    ("nodeSelector", "node_selector"),
    ("priorityClassName", "priority_class"),
    ("serviceAccountName", "service_account"),
    ("tolerations", "tolerations"),
    ("securityContext.runAsUser", "security"),
    ("securityContext.runAsGroup", "security"),
    ("securityContext.runAsNonRoot", "security"),
    ("securityContext.fsGroup", "security"),
    ("securityContext.seccompProfile", "security"),
];
