//! The attribute table of the language. A row is all there is to declare about an attribute: its name, its type, how
//! its value is written, where it is allowed and what it is for. Reading, merging, visiting and the documentation
//! follow from it. Targets match the groups without a wildcard, so a target that forgets an attribute does not compile.

use indexmap::IndexMap;
use serde::ser::SerializeMap;

use super::Attributes;
use super::kind::{
    AmountOf as Of, Block, Keyed, RawForm, Row, Rule as R,
    Scalar::{
        AnyText, Bool, Constant, ConstantAs, Cron, Devices, Duration, Int, OverAttempt, Quantity,
        Script, Text, Word,
    },
    Texts,
};
use super::raw::Raw;
use super::read::Reader;
use super::set::{Attribute, Nested, Set, Setting, Visit, attributes};
use super::value::{Amount, EnvFrom, EnvValue, Mount};
use crate::{Expr, Location};

const STEP: &[Block] = &[Block::Component, Block::With, Block::Defaults];
const CONTAINER: &[Block] = &[
    Block::Component,
    Block::With,
    Block::Defaults,
    Block::Init,
    Block::Sidecar,
];
const CALL: &[Block] = &[Block::Component, Block::With];
const SIDECAR: &[Block] = &[Block::Sidecar];

const PULL_POLICIES: &[&str] = &["Always", "IfNotPresent", "Never"];
const RETRY_ON: &[&str] = &["failure", "error", "always", "transient"];
const ARCHIVES: &[&str] = &["none", "tar", "zip"];
const SECCOMP: &[&str] = &["RuntimeDefault", "Unconfined"];
const TOLERATION_OPERATORS: &[&str] = &["Exists", "Equal"];
const TAINT_EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];
const DNS_POLICIES: &[&str] = &["Default", "ClusterFirst", "ClusterFirstWithHostNet", "None"];
const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP"];
const CONCURRENCY: &[&str] = &["Allow", "Forbid", "Replace"];
const ON_ERROR: &[&str] = &["stop", "continue"];
const POD_GC: &[&str] = &[
    "OnPodCompletion",
    "OnPodSuccess",
    "OnWorkflowCompletion",
    "OnWorkflowSuccess",
];
const ARTIFACT_GC: &[&str] = &["OnWorkflowCompletion", "OnWorkflowDeletion", "Never"];
const WORKSPACE_ACCESS: &[&str] = &["ReadWriteOnce", "ReadWriteMany"];
const UNSATISFIABLE: &[&str] = &["DoNotSchedule", "ScheduleAnyway"];

attributes! {
    /// The settings of one container. Init containers and sidecars have no script.
    Container of ContainerAttribute in CONTAINER => {
        /// The image reference.
        image Image: Expr = Text(R::Image);
        /// When the image is pulled.
        image_pull ImagePull: Expr = Word(PULL_POLICIES);
        /// The working directory.
        workdir Workdir: Expr = Text(R::AbsolutePath);
        /// The program, or a script's interpreter.
        command Command: Vec<Expr> = Texts::Arguments;
        /// The program's arguments.
        args Args: Vec<Expr> = Texts::Arguments;
        /// Environment variables, in the order in which they were written.
        env Env: IndexMap<String, EnvValue>;
        /// Objects of which every key becomes an environment variable.
        env_from EnvFrom: Vec<EnvFrom>;
        /// CPU, memory and devices.
        resources Resources: Resources;
        /// Volumes, by the path at which they are mounted.
        mounts Mounts: IndexMap<String, Mount>;
        /// Ports that the container listens on. They are informative, and let probes refer to a port by name.
        ports Ports: Vec<Port>, in SIDECAR;
        /// How to check that the container still works. If it does not, it is restarted.
        liveness_probe LivenessProbe: Probe, in SIDECAR;
        /// How to check that the container is ready.
        readiness_probe ReadinessProbe: Probe, in SIDECAR;
        /// How to check that the container has started. Everything after it waits for that.
        startup_probe StartupProbe: Probe, in SIDECAR;
    }

    /// CPU, memory and devices of a container.
    Resources of Resource in &[Block::Resources], with Resources => {
        /// The number of GPUs.
        gpu Gpu: Expr = Devices;
        /// The GPU model, by its short name: `h100`.
        gpu_model GpuModel: Expr = Text(R::Any);
        /// The GPU vendor: `nvidia` or `amd`.
        gpu_vendor GpuVendor: Expr = Text(R::Any);
        /// A slice of a GPU, by NVIDIA's MIG profile: `1g.10gb`.
        gpu_slice GpuSlice: Expr = Text(R::Any);
        /// Whether GPUs shared with others by time slicing are acceptable.
        gpu_shared GpuShared: Expr = Bool(R::Any);
        /// The number of TPU chips on the host.
        tpu Tpu: Expr = Devices;
        /// The TPU model, by its short name: `v5e`.
        tpu_model TpuModel: Expr = Text(R::Any);
        /// The arrangement of the chips: `2x4`.
        tpu_topology TpuTopology: Expr = Text(R::Any);
        /// The number of processor cores.
        cpu Cpu: Amount = Of::Cpu;
        /// The amount of memory, in bytes.
        memory Memory: Amount = Of::Memory;
        /// The space on the node's disk, in bytes.
        ephemeral Ephemeral: Amount = Of::Storage;
        /// Other devices, by resource name.
        extended Extended: IndexMap<String, Expr> = Keyed::Devices;
    }

    /// The step's pod.
    Pod of PodAttribute in STEP => {
        /// The user that the processes run as, and what they may do.
        security Security: Security;
        /// The pod's priority class.
        priority_class PriorityClass: Expr = Text(R::ObjectName);
        /// The pod's service account.
        service_account ServiceAccount: Expr = Text(R::ObjectName);
        /// The Kueue queue that admits the pod.
        queue Queue: Expr = Text(R::LabelValue);
        /// Whether the pod runs on nodes that the provider may reclaim.
        spot Spot: Expr = Constant(&Bool(R::Any));
        /// The node pool for the pod, by a name from the profile.
        node_pool NodePool: Expr = Constant(&Text(R::Filled));
        /// Labels of the pod.
        labels Labels: IndexMap<String, Expr> = Keyed::Labels(R::LabelValue);
        /// Annotations of the pod.
        annotations Annotations: IndexMap<String, Expr> = Keyed::Labels(R::Any);
        /// Labels that the node must have.
        node_selector NodeSelector: IndexMap<String, Expr> = Keyed::Labels(R::LabelValue);
        /// The Secrets with which images are pulled.
        image_pull_secrets ImagePullSecrets: Vec<Expr> = Texts::Each(R::ObjectName);
        /// Taints that the pod tolerates.
        tolerations Tolerations: Vec<Toleration>;
        /// The pod's affinity, as Kubernetes fields.
        affinity Affinity: Raw = RawForm::Any;
        /// Rules that spread pods over zones, hosts or other domains.
        topology_spread TopologySpread: Vec<TopologySpread>;
        /// The runtime for the containers: `gvisor`, `kata`, `nvidia`.
        runtime_class RuntimeClass: Expr = Text(R::ObjectName);
        /// The scheduler that places the pod, instead of the cluster's default.
        scheduler Scheduler: Expr = Text(R::ObjectName);
        /// How long processes may take to exit after they are told to stop.
        termination_grace TerminationGrace: Expr = Duration(R::AtLeast(0));
        /// Host names for addresses, added to the hosts file of every container in the pod.
        host_aliases HostAliases: Vec<HostAlias>;
        /// How the pod resolves names.
        dns Dns: Dns;
        /// Raw fields of the pod's spec.
        pod Pod: Raw = RawForm::Record;
    }

    /// How a step runs, apart from its pod.
    Execution of ExecutionAttribute in STEP => {
        /// How often and when to retry.
        retry Retry: Retry;
        /// Whether earlier results are reused, and under which key.
        cache Cache: Cache;
        /// A counted lock that is held while the step runs.
        semaphore Semaphore: Semaphore;
        /// The longest time that one attempt may take.
        timeout Timeout: Expr = Duration(R::LongerThanNothing);
        /// The name of a lock that is held while the step runs.
        mutex Mutex: Expr = Text(R::Filled);
        /// Whether the step counts as done as soon as it is ready.
        daemon Daemon: bool;
        /// Whether the pipeline continues if the step fails. This is resolved when a call is checked and has no meaning
        /// afterwards: see [`Call::allow_failure`](crate::Call).
        allow_failure AllowFailure: bool;
        /// Containers that run to completion before the step's own, by name.
        init Init: IndexMap<String, Container>;
        /// Containers that run alongside the step's own, by name.
        sidecar Sidecar: IndexMap<String, Container>;
        /// How output artifacts are kept, by output name.
        outputs Outputs: IndexMap<String, OutputSettings>, in CALL;
        /// Raw fields of the container.
        container Container: Raw = RawForm::Record;
        /// Raw fields of Argo's template.
        argo Argo: Raw = RawForm::Record;
        /// Raw fields of the Kubernetes target's object.
        kubernetes Kubernetes: Raw = RawForm::Record;
    }

    /// How often and when a step is retried.
    Retry of RetryAttribute in &[Block::Retry], with Retry => {
        /// The number of retries after the first attempt.
        limit Limit: Expr = Int(R::AtLeast(0));
        /// How long to wait before the second attempt.
        backoff Backoff: Expr = Duration(R::LongerThanNothing);
        /// The factor by which the wait grows each time.
        factor Factor: Expr = Int(R::AtLeast(1));
        /// The longest time that all attempts together may take.
        max Max: Expr = Duration(R::LongerThanNothing);
        /// Which failures are worth a retry.
        on On: Expr = Word(RETRY_ON);
        /// A condition on the attempt that has ended. If it does not hold, there is no further attempt.
        when When: Expr = OverAttempt;
    }

    /// Whether earlier results are reused.
    Cache of CacheAttribute in &[Block::Cache], with Cache => {
        /// How long a result may be reused.
        max_age MaxAge: Expr = Duration(R::LongerThanNothing);
        /// The value that identifies a result; all inputs if it is not set.
        key Key: Expr = AnyText(R::Filled);
    }

    /// A ConfigMap key that says how many may run at once.
    Semaphore of SemaphoreAttribute in &[Block::Semaphore], with Semaphore, requires &["config", "key"] => {
        /// The ConfigMap's name.
        config Config: Expr = Text(R::ObjectName);
        /// The key in the ConfigMap.
        key Key: Expr = Text(R::Filled);
    }

    /// The security context of the pod and its containers.
    Security of SecurityAttribute in &[Block::Security], with Security => {
        /// The user id of the processes.
        run_as_user RunAsUser: Expr = Int(R::Id);
        /// The group id of the processes.
        run_as_group RunAsGroup: Expr = Int(R::Id);
        /// The group that owns mounted volumes.
        fs_group FsGroup: Expr = Int(R::Id);
        /// Whether images that run as root are refused.
        run_as_non_root RunAsNonRoot: Expr = Bool(R::Together);
        /// Whether the container's root file system is read-only.
        read_only_root ReadOnlyRoot: Expr = Bool(R::Any);
        /// Whether a process may gain more privileges than its parent.
        allow_privilege_escalation AllowPrivilegeEscalation: Expr = Bool(R::Any);
        /// Whether the container has all privileges on the node.
        privileged Privileged: Expr = Bool(R::Any);
        /// The seccomp profile.
        seccomp Seccomp: Expr = Word(SECCOMP);
        /// Linux capabilities to add.
        add_capabilities AddCapabilities: Vec<Expr> = Texts::Each(R::Any);
        /// Linux capabilities to drop.
        drop_capabilities DropCapabilities: Vec<Expr> = Texts::Each(R::Any);
    }

    /// A taint that the pod tolerates.
    Toleration of TolerationAttribute in &[Block::Toleration], with Toleration => {
        /// The taint's key; all keys if it is not set.
        key Key: Expr = Text(R::LabelKey);
        /// `Exists` or `Equal`.
        operator Operator: Expr = Text(R::Member(TOLERATION_OPERATORS));
        /// The taint's value, if the operator is `Equal`.
        value Value: Expr = Text(R::LabelValue);
        /// The taint's effect; all effects if it is not set.
        effect Effect: Expr = Text(R::Member(TAINT_EFFECTS));
        /// How long a `NoExecute` taint is tolerated, in seconds.
        seconds Seconds: Expr = Int(R::Any);
    }

    /// How one output is stored.
    OutputSettings of OutputAttribute in &[Block::Output], with Output => {
        /// Where an artifact is stored.
        to To: Box<Location>;
        /// How the artifact is packed.
        archive Archive: Expr = Word(ARCHIVES);
    }

    /// Host names for one address.
    HostAlias of HostAliasAttribute in &[Block::HostAlias], with HostAlias, requires &["ip", "names"] => {
        /// The IP address.
        ip Ip: Expr = Constant(&Text(R::IpAddress));
        /// The host names.
        names Names: Vec<Expr> = Texts::Each(R::ObjectName);
    }

    /// How a pod resolves names.
    Dns of DnsAttribute in &[Block::Dns], with Dns => {
        /// The source of the pod's DNS settings.
        policy Policy: Expr = Word(DNS_POLICIES);
        /// Addresses of name servers.
        servers Servers: Vec<Expr> = Texts::Each(R::IpAddress);
        /// Domains in which short names are looked up.
        searches Searches: Vec<Expr> = Texts::Each(R::ObjectName);
        /// Options of the resolver with their values; `""` for an option without one.
        options Options: IndexMap<String, Expr> = Keyed::Plain;
    }

    /// A rule that spreads pods over domains.
    TopologySpread of TopologySpreadAttribute in &[Block::TopologySpread], with TopologySpread, requires &["key", "labels"] => {
        /// The node label that names the domain of a node: `topology.kubernetes.io/zone`.
        key Key: Expr = Constant(&Text(R::LabelKey));
        /// The labels of the pods to count.
        labels Labels: IndexMap<String, Expr> = Keyed::Labels(R::LabelValue);
        /// How many pods domains may differ by; 1 if it is not set.
        max_skew MaxSkew: Expr = Constant(&Int(R::Int32AtLeast(1)));
        /// What to do if the rule cannot be satisfied; `DoNotSchedule` if it is not set.
        unsatisfiable Unsatisfiable: Expr = Word(UNSATISFIABLE);
    }

    /// How to check the state of a container: one of `http`, `tcp` and `exec`.
    Probe of ProbeAttribute in &[Block::Probe], with Probe => {
        /// A path. The check succeeds if a GET of it on `port` returns a status from 200 to 399.
        http Http: Expr = Constant(&Text(R::AbsolutePath));
        /// The port for `http`.
        port Port: Expr = Constant(&Int(R::PortNumber));
        /// A port. The check succeeds if it accepts connections.
        tcp Tcp: Expr = Constant(&Int(R::PortNumber));
        /// A command. The check succeeds if it exits with 0.
        exec Exec: Vec<Expr> = Texts::Arguments;
        /// How long to wait before the first check.
        delay Delay: Expr = Constant(&Duration(R::AtLeast(0)));
        /// How long to wait between two checks.
        period Period: Expr = Constant(&Duration(R::LongerThanNothing));
        /// How long one check may take.
        timeout Timeout: Expr = Constant(&Duration(R::LongerThanNothing));
        /// How many failures in a row count as a failure.
        failures Failures: Expr = Constant(&Int(R::Int32AtLeast(1)));
    }

    /// A port that a container listens on.
    Port of PortAttribute in &[Block::Port], with Port, requires &["port"] => {
        /// The port number.
        port Port: Expr = Constant(&Int(R::PortNumber));
        /// The name of the port.
        name Name: Expr = Constant(&Text(R::PortName));
        /// The protocol; `TCP` if it is not set.
        protocol Protocol: Expr = Word(PROTOCOLS);
    }

    /// What a component runs, unless its container's `image`, `command` and `args` say it.
    ComponentBody of BodyAttribute in &[Block::Component] => {
        /// The text of a script.
        script Script: Expr = Script;
        /// A template that already exists in the cluster.
        template_ref TemplateRef: Reference;
        /// The target's own template.
        raw_template RawTemplate: Raw = RawForm::Record;
    }

    /// A template that already exists in the cluster.
    Reference of ReferenceAttribute in &[Block::TemplateRef], with TemplateRef, requires &["name", "template"] => {
        /// The name of the WorkflowTemplate or ClusterWorkflowTemplate.
        name Name: Expr = Constant(&Text(R::ObjectName));
        /// The name of the template in it.
        template Template: Expr = Constant(&Text(R::Any));
        /// Whether it is a ClusterWorkflowTemplate.
        cluster Cluster: bool;
    }

    /// Attributes of a pipeline as a whole.
    PipelineAttributes of PipelineAttribute in &[Block::Pipeline] => {
        /// The service account of the run and its pods.
        service_account ServiceAccount: Expr = ConstantAs("`service_account` of a pipeline", &Text(R::ObjectName));
        /// Labels of the run's object.
        labels Labels: IndexMap<String, Expr> = Keyed::ConstantLabels(R::LabelValue);
        /// Annotations of the run's object.
        annotations Annotations: IndexMap<String, Expr> = Keyed::ConstantLabels(R::Any);
        /// A counted lock that is held while it runs.
        semaphore Semaphore: Semaphore;
        /// The maximum duration of a run.
        timeout Timeout: Expr = ConstantAs("`timeout` of a pipeline", &Duration(R::LongerThanNothing));
        /// The name of a lock that is held while it runs.
        mutex Mutex: Expr = ConstantAs("`mutex` of a pipeline", &Text(R::Filled));
        /// Raw fields of the Workflow's spec.
        argo Argo: Raw = RawForm::Record;
        /// The maximum number of steps that run at the same time.
        parallel Parallel: Expr = Constant(&Int(R::AtLeast(1)));
        /// The schedule on which it starts.
        schedule Schedule: Schedule;
        /// Attributes of each of its steps. The plan merges them into the steps.
        defaults Defaults: Box<Attributes>;
        /// Whether steps that do not depend on a failed step still run.
        on_error OnError: Expr = Word(ON_ERROR);
        /// The run's priority. Higher values run first.
        priority Priority: Expr = Constant(&Int(R::Int32AtLeast(i32::MIN)));
        /// How long the run's object is kept after the run ends.
        ttl Ttl: Ttl;
        /// The claim through which steps pass files, for targets without artifact storage of their own.
        workspace Workspace: Workspace;
        /// When pods are deleted.
        pod_gc PodGc: Expr = Word(POD_GC);
        /// Whether logs are kept as artifacts.
        archive_logs ArchiveLogs: bool;
        /// When artifacts are deleted.
        artifact_gc ArtifactGc: Expr = Word(ARTIFACT_GC);
        /// A description that replaces the doc comment.
        description Description: Expr = ConstantAs("a description", &Text(R::Any));
    }

    /// When a pipeline starts by itself.
    Schedule of ScheduleAttribute in &[Block::Schedule], with Schedule, requires &["cron"] => {
        /// A cron expression, or a list of them.
        cron Cron: Expr = Cron;
        /// The IANA time zone.
        timezone Timezone: Expr = Constant(&Text(R::TimeZone));
        /// What happens if it is time for a run while another one is still running.
        concurrency Concurrency: Expr = Word(CONCURRENCY);
        /// Whether the schedule is suspended.
        suspend Suspend: bool;
        /// How many finished runs are kept.
        history History: History;
    }

    /// How many finished runs of a schedule are kept.
    History of HistoryAttribute in &[Block::History], with History => {
        /// The number of succeeded runs.
        success Success: Expr = Constant(&Int(R::Int32AtLeast(0)));
        /// The number of failed runs.
        failure Failure: Expr = Constant(&Int(R::Int32AtLeast(0)));
    }

    /// How long a run's object is kept after the run ends.
    Ttl of TtlAttribute in &[Block::Ttl], with Ttl => {
        /// How long after success.
        success Success: Expr = Constant(&Duration(R::LongerThanNothing));
        /// How long after failure.
        failure Failure: Expr = Constant(&Duration(R::LongerThanNothing));
        /// How long after any end.
        after After: Expr = Constant(&Duration(R::LongerThanNothing));
    }

    /// A claim for files passed from step to step.
    Workspace of WorkspaceAttribute in &[Block::Workspace], with Workspace => {
        /// Its size.
        size Size: Expr = Constant(&Quantity(R::Size));
        /// The storage class.
        class Class: Expr = Constant(&Text(R::ObjectName));
        /// The access mode, as Kubernetes names it.
        access Access: Expr = Word(WORKSPACE_ACCESS);
    }
}

/// Every attribute of the language.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    GROUPS.iter().copied().flatten()
}
