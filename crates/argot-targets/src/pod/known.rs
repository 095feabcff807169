//! Rules of the Kubernetes 1.34 API server for the objects in raw fields, one row for each kind.
//!
//! Required fields are those of <https://kubernetes.io/docs/reference/kubernetes-api/>; enumerations, ranges and
//! fields that exclude each other are what the same pages say in the descriptions, and what the validation of the
//! API server (`pkg/apis/core/validation`, `pkg/apis/batch/validation`) refuses. `tests/conformance/kubernetes` holds
//! samples of both kinds against that validation.

use super::facts::{Facts, ID, MODE, NATURAL, NOTHING, PORT_NUMBER, POSITIVE, Rule};

use Rule::{DnsLabel, DnsSubdomain, Filled, Ip, LabelKey, Labels, OneOf, Port, PortName, Range};

/// What is said of an object of Kubernetes', by the name of its type.
pub(crate) fn facts(name: &str) -> Option<&'static Facts> {
    KNOWN.iter().find(|facts| facts.name == name)
}

/// The lists of a pod whose elements are whole containers.
pub(crate) const CONTAINERS: &[&str] = &["containers", "initContainers", "ephemeralContainers"];

const DNS_POLICIES: Rule = OneOf(&["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]);
const HONOR: Rule = OneOf(&["Honor", "Ignore"]);
const EFFECTS: Rule = OneOf(&["NoSchedule", "PreferNoSchedule", "NoExecute"]);
const ACCESS_MODES: Rule = OneOf(&[
    "ReadWriteOnce",
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOncePod",
]);
const PROFILES: Rule = OneOf(&["RuntimeDefault", "Unconfined", "Localhost"]);
const PULL_POLICIES: Rule = OneOf(&["Always", "IfNotPresent", "Never"]);

#[rustfmt::skip]
static KNOWN: &[Facts] = &[
    // Pods.
    Facts { name: "PodSpec", fields: &[
        ("activeDeadlineSeconds", Range(1, i32::MAX as i64)), ("dnsPolicy", DNS_POLICIES), ("hostname", DnsLabel),
        ("subdomain", DnsLabel), ("nodeName", DnsSubdomain), ("priorityClassName", DnsSubdomain),
        ("runtimeClassName", DnsSubdomain), ("serviceAccountName", DnsSubdomain), ("nodeSelector", Labels),
        ("preemptionPolicy", OneOf(&["PreemptLowerPriority", "Never"])),
        ("restartPolicy", OneOf(&["Always", "OnFailure", "Never"])),
    ], ..NOTHING },
    Facts { name: "PodOS", required: &["name"], fields: &[("name", OneOf(&["linux", "windows"]))], ..NOTHING },
    Facts { name: "PodDNSConfig", fields: &[("nameservers", Ip)], ..NOTHING },
    Facts { name: "PodDNSConfigOption", required: &["name"], ..NOTHING },
    Facts { name: "PodReadinessGate", required: &["conditionType"], fields: &[("conditionType", LabelKey)], ..NOTHING },
    Facts { name: "PodSchedulingGate", required: &["name"], fields: &[("name", LabelKey)], ..NOTHING },
    Facts { name: "PodResourceClaim", required: &["name"], one_of: &["resourceClaimName", "resourceClaimTemplateName"],
        fields: &[("name", DnsLabel)], ..NOTHING },
    Facts { name: "HostAlias", required: &["ip"], fields: &[("ip", Ip)], ..NOTHING },
    Facts { name: "TopologySpreadConstraint", required: &["maxSkew", "topologyKey", "whenUnsatisfiable"], fields: &[
        ("maxSkew", POSITIVE), ("minDomains", POSITIVE), ("topologyKey", LabelKey),
        ("whenUnsatisfiable", OneOf(&["DoNotSchedule", "ScheduleAnyway"])), ("nodeAffinityPolicy", HONOR),
        ("nodeTaintsPolicy", HONOR),
    ], ..NOTHING },
    Facts { name: "Toleration", fields: &[
        ("key", LabelKey), ("operator", OneOf(&["Exists", "Equal"])), ("effect", EFFECTS),
    ], ..NOTHING },
    Facts { name: "PodSecurityContext", fields: &[
        ("fsGroup", ID), ("runAsUser", ID), ("runAsGroup", ID), ("supplementalGroups", ID),
        ("fsGroupChangePolicy", OneOf(&["OnRootMismatch", "Always"])),
        ("supplementalGroupsPolicy", OneOf(&["Merge", "Strict"])),
    ], ..NOTHING },
    Facts { name: "Sysctl", required: &["name"], ..NOTHING },
    Facts { name: "SeccompProfile", required: &["type"], fields: &[("type", PROFILES)], ..NOTHING },
    Facts { name: "AppArmorProfile", required: &["type"], fields: &[("type", PROFILES)], ..NOTHING },
    // Affinity.
    Facts { name: "NodeSelector", required: &["nodeSelectorTerms"], fields: &[("nodeSelectorTerms", Filled)], ..NOTHING },
    Facts { name: "NodeSelectorRequirement", required: &["key", "operator"], fields: &[
        ("key", LabelKey), ("operator", OneOf(&["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"])),
    ], ..NOTHING },
    Facts { name: "PreferredSchedulingTerm", required: &["weight"], fields: &[("weight", Range(1, 100))],
        ..NOTHING },
    Facts { name: "PodAffinityTerm", required: &["topologyKey"], fields: &[("topologyKey", LabelKey)], ..NOTHING },
    Facts { name: "WeightedPodAffinityTerm", required: &["weight", "podAffinityTerm"],
        fields: &[("weight", Range(1, 100))], ..NOTHING },
    Facts { name: "LabelSelector", fields: &[("matchLabels", Labels)], ..NOTHING },
    Facts { name: "LabelSelectorRequirement", required: &["key", "operator"], fields: &[
        ("key", LabelKey), ("operator", OneOf(&["In", "NotIn", "Exists", "DoesNotExist"])),
    ], ..NOTHING },
    // Containers.
    Facts { name: "Container", required: &["name"], fields: &[
        ("name", DnsLabel), ("imagePullPolicy", PULL_POLICIES),
        ("terminationMessagePolicy", OneOf(&["File", "FallbackToLogsOnError"])),
    ], ..NOTHING },
    Facts { name: "ContainerPort", required: &["containerPort"], fields: &[
        ("containerPort", PORT_NUMBER), ("hostPort", Range(0, 65535)), ("name", PortName),
        ("protocol", OneOf(&["TCP", "UDP", "SCTP"])),
    ], ..NOTHING },
    Facts { name: "ContainerResizePolicy", required: &["resourceName", "restartPolicy"], fields: &[
        ("resourceName", OneOf(&["cpu", "memory"])), ("restartPolicy", OneOf(&["NotRequired", "RestartContainer"])),
    ], ..NOTHING },
    Facts { name: "EnvVar", required: &["name"], at_most_one: &[&["value", "valueFrom"]], ..NOTHING },
    Facts { name: "EnvVarSource",
        one_of: &["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"], ..NOTHING },
    Facts { name: "EnvFromSource", one_of: &["configMapRef", "secretRef"], ..NOTHING },
    Facts { name: "ConfigMapKeySelector", required: &["key"], ..NOTHING },
    Facts { name: "SecretKeySelector", required: &["key"], ..NOTHING },
    Facts { name: "ObjectFieldSelector", required: &["fieldPath"], ..NOTHING },
    Facts { name: "ResourceFieldSelector", required: &["resource"], ..NOTHING },
    Facts { name: "Probe", one_of: &["exec", "httpGet", "tcpSocket", "grpc"], fields: &[
        ("initialDelaySeconds", NATURAL), ("timeoutSeconds", NATURAL), ("periodSeconds", NATURAL),
        ("successThreshold", NATURAL), ("failureThreshold", NATURAL), ("terminationGracePeriodSeconds", POSITIVE),
    ], ..NOTHING },
    Facts { name: "LifecycleHandler", one_of: &["exec", "httpGet", "tcpSocket", "sleep"], ..NOTHING },
    Facts { name: "SleepAction", fields: &[("seconds", NATURAL)], ..NOTHING },
    Facts { name: "ExecAction", required: &["command"], fields: &[("command", Filled)], ..NOTHING },
    Facts { name: "HTTPGetAction", required: &["port"], fields: &[("port", Port), ("scheme", OneOf(&["HTTP", "HTTPS"]))],
        ..NOTHING },
    Facts { name: "HTTPHeader", required: &["name"], fields: &[("name", Filled)], ..NOTHING },
    Facts { name: "TCPSocketAction", required: &["port"], fields: &[("port", Port)], ..NOTHING },
    Facts { name: "GRPCAction", required: &["port"], fields: &[("port", PORT_NUMBER)], ..NOTHING },
    Facts { name: "SecurityContext", fields: &[
        ("procMount", OneOf(&["Default", "Unmasked"])), ("runAsUser", ID), ("runAsGroup", ID),
    ], ..NOTHING },
    Facts { name: "VolumeMount", required: &["name", "mountPath"], at_most_one: &[&["subPath", "subPathExpr"]], fields: &[
        ("mountPath", Filled), ("mountPropagation", OneOf(&["None", "HostToContainer", "Bidirectional"])),
        ("recursiveReadOnly", OneOf(&["Disabled", "IfPossible", "Enabled"])),
    ], ..NOTHING },
    Facts { name: "VolumeDevice", required: &["name", "devicePath"], ..NOTHING },
    // Volumes.
    Facts { name: "Volume", required: &["name"], at_most_one: &[&[
        "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "configMap", "csi", "downwardAPI",
        "emptyDir", "ephemeral", "fc", "flexVolume", "flocker", "gcePersistentDisk", "gitRepo", "glusterfs", "hostPath",
        "image", "iscsi", "nfs", "persistentVolumeClaim", "photonPersistentDisk", "portworxVolume", "projected",
        "quobyte", "rbd", "scaleIO", "secret", "storageos", "vsphereVolume",
    ]], fields: &[("name", DnsLabel)], ..NOTHING },
    Facts { name: "HostPathVolumeSource", required: &["path"], fields: &[("type", OneOf(&[
        "", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice",
    ]))], ..NOTHING },
    Facts { name: "ImageVolumeSource", fields: &[("pullPolicy", PULL_POLICIES)], ..NOTHING },
    Facts { name: "NFSVolumeSource", required: &["server", "path"], fields: &[("server", Filled), ("path", Filled)],
        ..NOTHING },
    Facts { name: "PersistentVolumeClaimVolumeSource", required: &["claimName"],
        fields: &[("claimName", DnsSubdomain)], ..NOTHING },
    Facts { name: "SecretVolumeSource", required: &["secretName"], fields: &[("defaultMode", MODE)], ..NOTHING },
    Facts { name: "ConfigMapVolumeSource", required: &["name"], fields: &[("defaultMode", MODE)], ..NOTHING },
    Facts { name: "DownwardAPIVolumeSource", fields: &[("defaultMode", MODE)], ..NOTHING },
    Facts { name: "DownwardAPIVolumeFile", required: &["path"], one_of: &["fieldRef", "resourceFieldRef"],
        fields: &[("mode", MODE)], ..NOTHING },
    Facts { name: "ProjectedVolumeSource", fields: &[("defaultMode", MODE)], ..NOTHING },
    Facts { name: "VolumeProjection", at_most_one: &[&[
        "clusterTrustBundle", "configMap", "downwardAPI", "podCertificate", "secret", "serviceAccountToken",
    ]], ..NOTHING },
    Facts { name: "ServiceAccountTokenProjection", required: &["path"],
        fields: &[("expirationSeconds", Range(600, 1 << 32))], ..NOTHING },
    Facts { name: "KeyToPath", required: &["key", "path"], fields: &[("mode", MODE)], ..NOTHING },
    Facts { name: "CSIVolumeSource", required: &["driver"], ..NOTHING },
    Facts { name: "EphemeralVolumeSource", required: &["volumeClaimTemplate"], ..NOTHING },
    Facts { name: "PersistentVolumeClaimTemplate", required: &["spec"], ..NOTHING },
    Facts { name: "PersistentVolumeClaimSpec", fields: &[
        ("accessModes", ACCESS_MODES), ("volumeMode", OneOf(&["Filesystem", "Block"])),
    ], ..NOTHING },
    Facts { name: "TypedLocalObjectReference", required: &["kind", "name"], ..NOTHING },
    // Jobs.
    Facts { name: "JobSpec", fields: &[
        ("activeDeadlineSeconds", NATURAL), ("backoffLimit", NATURAL), ("backoffLimitPerIndex", NATURAL),
        ("completions", NATURAL), ("maxFailedIndexes", NATURAL), ("parallelism", NATURAL),
        ("ttlSecondsAfterFinished", NATURAL), ("completionMode", OneOf(&["NonIndexed", "Indexed"])),
        ("podReplacementPolicy", OneOf(&["TerminatingOrFailed", "Failed"])),
    ], ..NOTHING },
    Facts { name: "PodFailurePolicyRule", required: &["action"], one_of: &["onExitCodes", "onPodConditions"],
        fields: &[("action", OneOf(&["FailJob", "FailIndex", "Ignore", "Count"]))], ..NOTHING },
    Facts { name: "PodFailurePolicyOnExitCodesRequirement", required: &["operator", "values"],
        fields: &[("operator", OneOf(&["In", "NotIn"])), ("values", Filled)], ..NOTHING },
    Facts { name: "PodFailurePolicyOnPodConditionsPattern", required: &["type"],
        fields: &[("status", OneOf(&["True", "False", "Unknown"]))], ..NOTHING },
    Facts { name: "PodDisruptionBudgetSpec", at_most_one: &[&["minAvailable", "maxUnavailable"]],
        fields: &[("unhealthyPodEvictionPolicy", OneOf(&["IfHealthyBudget", "AlwaysAllow"]))], ..NOTHING },
];
