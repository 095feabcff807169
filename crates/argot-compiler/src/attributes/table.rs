//! The table of the attributes of steps. A row is all that the language has to be told of an attribute: its name, its
//! type, how its value is written, where it may be, and what it is for. Reading, merging, visiting and the documentation
//! follow from it; targets match the groups without a wildcard, and so do not compile if one forgets an attribute.

use indexmap::IndexMap;
use serde::ser::SerializeMap;

use super::kind::{
    AmountOf as Of, Block, Keyed, RawForm, Row, Rule as R,
    Scalar::{AnyText, Bool, Constant, Devices, Duration, Int, OverAttempt, Text, Word},
    Shape, Texts,
};
use super::read::Reader;
use super::set::{Attribute, Set, Setting, Visit, attributes};
use super::{Amount, EnvFrom, EnvValue, Mount, Raw};
use crate::{Expr, Location};

const STEP: &[Block] = &[Block::Component, Block::With, Block::Defaults];
const CONTAINER: &[Block] = &[
    Block::Component,
    Block::With,
    Block::Defaults,
    Block::Init,
    Block::Sidecar,
];
const STEP_AND_PIPELINE: &[Block] = &[
    Block::Component,
    Block::With,
    Block::Defaults,
    Block::Pipeline,
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
const UNSATISFIABLE: &[&str] = &["DoNotSchedule", "ScheduleAnyway"];

attributes! {
    /// What runs in one container. An init container or sidecar has no script.
    Container of ContainerAttribute in CONTAINER => {
        /// The image reference.
        image Image: Expr = Text(R::Image);
        /// When the image is pulled.
        image_pull ImagePull: Expr = Word(PULL_POLICIES);
        /// The working folder.
        workdir Workdir: Expr = Text(R::AbsolutePath);
        /// The program, or a script's interpreter.
        command Command: Vec<Expr> = Texts::Arguments;
        /// The program's arguments.
        args Args: Vec<Expr> = Texts::Arguments;
        /// Environment variables, in the order in which they were written.
        env Env: IndexMap<String, EnvValue>;
        /// Objects whose every key becomes an environment variable.
        env_from EnvFrom: Vec<EnvFrom>;
        /// CPU, memory and devices.
        resources Resources: Resources;
        /// Volumes by the path where they are mounted.
        mounts Mounts: IndexMap<String, Mount>;
        /// Ports that the container listens on. They inform, and give probes a name for a port.
        ports Ports: Vec<Port>, in SIDECAR;
        /// How to see that the container still works. If it does not, it is started again.
        liveness_probe LivenessProbe: Probe, in SIDECAR;
        /// How to see that the container is ready.
        readiness_probe ReadinessProbe: Probe, in SIDECAR;
        /// How to see that the container has started. What comes after it waits for that.
        startup_probe StartupProbe: Probe, in SIDECAR;
    }

    /// CPU, memory and devices of a container.
    Resources of Resource in &[Block::Resources], with Resources => {
        /// How many GPUs.
        gpu Gpu: Expr = Devices;
        /// Which GPU, by its short name: `h100`.
        gpu_model GpuModel: Expr = Text(R::Any);
        /// `nvidia` or `amd`.
        gpu_vendor GpuVendor: Expr = Text(R::Any);
        /// A part of a GPU, by NVIDIA's MIG profile: `1g.10gb`.
        gpu_slice GpuSlice: Expr = Text(R::Any);
        /// Whether GPUs that others use at the same time, in turns, will do.
        gpu_shared GpuShared: Expr = Bool(R::Any);
        /// How many TPU chips on the host.
        tpu Tpu: Expr = Devices;
        /// Which TPU, by its short name: `v5e`.
        tpu_model TpuModel: Expr = Text(R::Any);
        /// How the chips are connected: `2x4`.
        tpu_topology TpuTopology: Expr = Text(R::Any);
        /// Processor cores.
        cpu Cpu: Amount = Of::Cpu;
        /// Bytes of memory.
        memory Memory: Amount = Of::Memory;
        /// Bytes on the node's disk.
        ephemeral Ephemeral: Amount = Of::Storage;
        /// Other devices by their resource name.
        extended Extended: IndexMap<String, Expr> = Keyed::Devices;
    }

    /// The step's pod.
    Pod of PodAttribute in STEP => {
        /// Who the processes run as and what they may do.
        security Security: Security;
        /// The pod's priority class.
        priority_class PriorityClass: Expr = Text(R::ObjectName);
        /// The pod's service account.
        service_account ServiceAccount: Expr = Text(R::ObjectName), in STEP_AND_PIPELINE;
        /// The Kueue queue that admits the pod.
        queue Queue: Expr = Text(R::LabelValue);
        /// Whether the pod runs on nodes that the provider may take back.
        spot Spot: Expr = Constant(&Bool(R::Any));
        /// The pool of nodes that the pod runs on, by a name of the profile.
        node_pool NodePool: Expr = Constant(&Text(R::Filled));
        /// Labels of the pod.
        labels Labels: IndexMap<String, Expr> = Keyed::Labels(R::LabelValue), in STEP_AND_PIPELINE;
        /// Annotations of the pod.
        annotations Annotations: IndexMap<String, Expr> = Keyed::Labels(R::Any), in STEP_AND_PIPELINE;
        /// Labels that the node must have.
        node_selector NodeSelector: IndexMap<String, Expr> = Keyed::Labels(R::LabelValue);
        /// The Secrets that images are pulled with.
        image_pull_secrets ImagePullSecrets: Vec<Expr> = Texts::Each(R::ObjectName);
        /// Taints that the pod tolerates.
        tolerations Tolerations: Vec<Toleration>;
        /// The pod's affinity, in Kubernetes' own fields.
        affinity Affinity: Raw = RawForm::Any;
        /// Rules that spread pods over zones, hosts or other domains.
        topology_spread TopologySpread: Vec<TopologySpread>;
        /// The runtime that runs the containers: `gvisor`, `kata`, `nvidia`.
        runtime_class RuntimeClass: Expr = Text(R::ObjectName);
        /// The scheduler that places the pod, in place of the cluster's own.
        scheduler Scheduler: Expr = Text(R::ObjectName);
        /// How long the processes have to end after they were told to.
        termination_grace TerminationGrace: Expr = Duration(R::AtLeast(0));
        /// Names for addresses, which every container of the pod finds in its hosts file.
        host_aliases HostAliases: Vec<HostAlias>;
        /// How the pod resolves names.
        dns Dns: Dns;
        /// Raw fields of the pod's spec.
        pod Pod: Raw = RawForm::Record;
    }

    /// How a step runs: what is not of its pod.
    Execution of ExecutionAttribute in STEP => {
        /// How often and when to try again.
        retry Retry: Retry;
        /// Whether and under which key earlier results are used again.
        cache Cache: Cache;
        /// A counted lock that the step holds while it runs.
        semaphore Semaphore: Semaphore, in STEP_AND_PIPELINE;
        /// The longest that one attempt may take.
        timeout Timeout: Expr = Duration(R::LongerThanNothing), in STEP_AND_PIPELINE;
        /// The name of a lock that the step holds while it runs.
        mutex Mutex: Expr = Text(R::Filled), in STEP_AND_PIPELINE;
        /// Whether the step counts as done once it is ready.
        daemon Daemon: bool;
        /// Whether the pipeline goes on if the step fails. It is settled when a call is checked, and has no
        /// meaning after that: see [`Call::allow_failure`](crate::Call).
        allow_failure AllowFailure: bool;
        /// Containers that run to their end before the step's own, by name.
        init Init: IndexMap<String, Container>;
        /// Containers that run beside the step's own, by name.
        sidecar Sidecar: IndexMap<String, Container>;
        /// How output artifacts are kept, by output name.
        outputs Outputs: IndexMap<String, OutputSettings>, in CALL;
        /// Raw fields of the container.
        container Container: Raw = RawForm::Record;
        /// Raw fields of Argo's template.
        argo Argo: Raw = RawForm::Record, in STEP_AND_PIPELINE;
        /// Raw fields of the Kubernetes target's object.
        kubernetes Kubernetes: Raw = RawForm::Record;
    }

    /// How often and when a step is tried again.
    Retry of RetryAttribute in &[Block::Retry], with Retry => {
        /// How many further attempts.
        limit Limit: Expr = Int(R::AtLeast(0));
        /// How long to wait before the second attempt.
        backoff Backoff: Expr = Duration(R::LongerThanNothing);
        /// By what the wait grows each time.
        factor Factor: Expr = Int(R::AtLeast(1));
        /// The longest that all attempts together may take.
        max Max: Expr = Duration(R::LongerThanNothing);
        /// What counts as worth another attempt.
        on On: Expr = Word(RETRY_ON);
        /// If it does not hold for the attempt that has ended, there is no further one.
        when When: Expr = OverAttempt;
    }

    /// Whether earlier results are used again.
    Cache of CacheAttribute in &[Block::Cache], with Cache => {
        /// How long a result may be used again.
        max_age MaxAge: Expr = Duration(R::LongerThanNothing);
        /// What tells results apart; all inputs if it is not set.
        key Key: Expr = AnyText(R::Filled);
    }

    /// A key of a ConfigMap that holds how many may run.
    Semaphore of SemaphoreAttribute in &[Block::Semaphore], with Semaphore, requires &["config", "key"] => {
        /// The ConfigMap's name.
        config Config: Expr = Text(R::ObjectName);
        /// The key in it.
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
        /// Whether to refuse images that run as root.
        run_as_non_root RunAsNonRoot: Expr = Bool(R::Together);
        /// Whether the container's own file system is read-only.
        read_only_root ReadOnlyRoot: Expr = Bool(R::Any);
        /// Whether a process may gain more rights than its parent.
        allow_privilege_escalation AllowPrivilegeEscalation: Expr = Bool(R::Any);
        /// Whether the container has all rights on the node.
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
        /// The taint's key; every key if it is not set.
        key Key: Expr = Text(R::LabelKey);
        /// `Exists` or `Equal`.
        operator Operator: Expr = Text(R::Member(TOLERATION_OPERATORS));
        /// The taint's value, with `Equal`.
        value Value: Expr = Text(R::LabelValue);
        /// Which effect; every effect if it is not set.
        effect Effect: Expr = Text(R::Member(TAINT_EFFECTS));
        /// How long a `NoExecute` taint is tolerated, in seconds.
        seconds Seconds: Expr = Int(R::Any);
    }

    /// How one output is kept.
    OutputSettings of OutputAttribute in &[Block::Output], with Output => {
        /// Where to put an artifact.
        to To: Box<Location>;
        /// How the artifact is packed.
        archive Archive: Expr = Word(ARCHIVES);
    }

    /// Names for one address.
    HostAlias of HostAliasAttribute in &[Block::HostAlias], with HostAlias, requires &["ip", "names"] => {
        /// The address.
        ip Ip: Expr = Constant(&Text(R::IpAddress));
        /// The names.
        names Names: Vec<Expr> = Texts::Each(R::ObjectName);
    }

    /// How a pod resolves names.
    Dns of DnsAttribute in &[Block::Dns], with Dns => {
        /// Where the pod's settings come from.
        policy Policy: Expr = Word(DNS_POLICIES);
        /// Addresses of name servers.
        servers Servers: Vec<Expr> = Texts::Each(R::IpAddress);
        /// Domains that short names are looked up in.
        searches Searches: Vec<Expr> = Texts::Each(R::ObjectName);
        /// Options of the resolver, each with its value; `""` for one without.
        options Options: IndexMap<String, Expr> = Keyed::Plain;
    }

    /// A rule that spreads pods.
    TopologySpread of TopologySpreadAttribute in &[Block::TopologySpread], with TopologySpread, requires &["key", "labels"] => {
        /// The label of nodes that names their domain: `topology.kubernetes.io/zone`.
        key Key: Expr = Constant(&Text(R::LabelKey));
        /// The labels of the pods that are counted.
        labels Labels: IndexMap<String, Expr> = Keyed::Labels(R::LabelValue);
        /// By how many pods domains may differ; 1 if it is not set.
        max_skew MaxSkew: Expr = Constant(&Int(R::AtLeast(1)));
        /// What happens if that cannot be; `DoNotSchedule` if it is not set.
        unsatisfiable Unsatisfiable: Expr = Word(UNSATISFIABLE);
    }

    /// A port that a container listens on.
    Port of PortAttribute in &[Block::Port], with Port, requires &["port"] => {
        /// Its number.
        port Port: Expr = Constant(&Int(R::PortNumber));
        /// A name for it.
        name Name: Expr = Constant(&Text(R::PortName));
        /// The protocol; `TCP` if it is not set.
        protocol Protocol: Expr = Word(PROTOCOLS);
    }

    /// How to see how a container does: one of `http`, `tcp` and `exec`.
    Probe of ProbeAttribute in &[Block::Probe], with Probe => {
        /// A path; `port` answers a GET of it with 200 to 399.
        http Http: Expr = Constant(&Text(R::AbsolutePath));
        /// The port of `http`.
        port Port: Expr = Constant(&Int(R::PortNumber));
        /// A port that takes connections.
        tcp Tcp: Expr = Constant(&Int(R::PortNumber));
        /// A command that ends with 0.
        exec Exec: Vec<Expr> = Texts::Arguments;
        /// How long to wait before the first look.
        delay Delay: Expr = Constant(&Duration(R::AtLeast(0)));
        /// How long to wait between two looks.
        period Period: Expr = Constant(&Duration(R::LongerThanNothing));
        /// How long one look may take.
        timeout Timeout: Expr = Constant(&Duration(R::LongerThanNothing));
        /// How many failures in a row count.
        failures Failures: Expr = Constant(&Int(R::AtLeast(1)));
    }
}

/// What a component, a pipeline and the blocks of a pipeline hold beside the groups.
const OTHERS: &[Row] = &[
    row("script", Shape::Value, &[Block::Component]),
    row("template_ref", Shape::Block, &[Block::Component]),
    row("raw_template", Shape::Value, &[Block::Component]),
    row("parallel", Shape::Value, &[Block::Pipeline]),
    row("schedule", Shape::Block, &[Block::Pipeline]),
    row("defaults", Shape::Block, &[Block::Pipeline]),
    row("on_error", Shape::Value, &[Block::Pipeline]),
    row("priority", Shape::Value, &[Block::Pipeline]),
    row("ttl", Shape::Block, &[Block::Pipeline]),
    row("workspace", Shape::Block, &[Block::Pipeline]),
    row("pod_gc", Shape::Value, &[Block::Pipeline]),
    row("archive_logs", Shape::Value, &[Block::Pipeline]),
    row("artifact_gc", Shape::Value, &[Block::Pipeline]),
    row("description", Shape::Value, &[Block::Pipeline]),
    row("name", Shape::Value, &[Block::TemplateRef]),
    row("template", Shape::Value, &[Block::TemplateRef]),
    row("cluster", Shape::Value, &[Block::TemplateRef]),
    row("cron", Shape::Value, &[Block::Schedule]),
    row("timezone", Shape::Value, &[Block::Schedule]),
    row("concurrency", Shape::Value, &[Block::Schedule]),
    row("suspend", Shape::Value, &[Block::Schedule]),
    row("history", Shape::Block, &[Block::Schedule]),
    row("success", Shape::Value, &[Block::History, Block::Ttl]),
    row("failure", Shape::Value, &[Block::History, Block::Ttl]),
    row("after", Shape::Value, &[Block::Ttl]),
    row("size", Shape::Value, &[Block::Workspace]),
    row("class", Shape::Value, &[Block::Workspace]),
    row("access", Shape::Value, &[Block::Workspace]),
];

const fn row(name: &'static str, shape: Shape, places: &'static [Block]) -> Row {
    Row {
        name,
        shape,
        places,
        doc: &[],
        words: String::new,
    }
}

/// Every attribute of the language.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    [
        ContainerAttribute::ROWS,
        PodAttribute::ROWS,
        ExecutionAttribute::ROWS,
        Resource::ROWS,
        RetryAttribute::ROWS,
        CacheAttribute::ROWS,
        SemaphoreAttribute::ROWS,
        SecurityAttribute::ROWS,
        OutputAttribute::ROWS,
        DnsAttribute::ROWS,
        ProbeAttribute::ROWS,
        TolerationAttribute::ROWS,
        HostAliasAttribute::ROWS,
        TopologySpreadAttribute::ROWS,
        PortAttribute::ROWS,
        OTHERS,
    ]
    .into_iter()
    .flatten()
}
