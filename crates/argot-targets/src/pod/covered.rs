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
    ("dnsConfig", "dns"),
    ("dnsPolicy", "dns"),
    ("hostAliases", "host_aliases"),
    ("imagePullSecrets", "image_pull_secrets"),
    ("nodeSelector", "node_selector"),
    ("priorityClassName", "priority_class"),
    ("runtimeClassName", "runtime_class"),
    ("schedulerName", "scheduler"),
    ("serviceAccountName", "service_account"),
    ("terminationGracePeriodSeconds", "termination_grace"),
    ("tolerations", "tolerations"),
    ("securityContext.runAsUser", "security"),
    ("securityContext.runAsGroup", "security"),
    ("securityContext.runAsNonRoot", "security"),
    ("securityContext.fsGroup", "security"),
    ("securityContext.seccompProfile", "security"),
];

#[cfg(test)]
mod tests {
    use argot_compiler::{Attribute, PodAttribute};

    use super::POD;

    /// Attributes of a pod that no field of its spec says.
    const ELSEWHERE: &[&str] = &[
        // Labels of the pod or its Job.
        "queue",
        // The nodes of a profile, which become selectors and tolerations.
        "spot",
        "node_pool",
        // The pod's metadata.
        "labels",
        "annotations",
        // Raw rules are added to those of the attribute, which cannot say all of them.
        "topology_spread",
        // The raw fields themselves.
        "pod",
    ];

    #[test]
    fn no_raw_field_of_a_pod_overrides_an_attribute() {
        let rows = PodAttribute::ROWS.iter().map(|row| row.name);
        let uncovered: Vec<_> = rows
            .filter(|name| !POD.iter().any(|(_, attribute)| attribute == name))
            .collect();
        assert_eq!(uncovered, ELSEWHERE);
    }
}
