//! Pods of another target than Argo, whose dialect knows constants alone.

use argot_compiler::{
    Amount, Attributes, Body, Container, Expr, ExprKind, InputId, Mount, PipelineAttributes, Plan,
    PlanVolume, PlanVolumeSource, Quantity, Raw, RawField, RawKind, Step, Type, Value, VolumeExpr,
    VolumeId, VolumeSource,
};
use argot_compiler::{
    ContainerAttribute, ExecutionAttribute, PodAttribute, Resource, Resources, Retry,
    RetryAttribute, Security, SecurityAttribute,
};
use argot_syntax::{Code, Diagnostic, Diagnostics, Span};
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;
use serde_json::{Value as Json, json};

use super::{Additions, Builder, Dialect, System, diagnostics, lint, raw, text};
use crate::accelerators::Platform;

static ELSEWHERE: System = System {
    name: "Elsewhere",
    containers: &["main"],
    folders: &["/elsewhere"],
};

struct Constants;

impl Dialect for Constants {
    fn system(&self) -> &'static System {
        &ELSEWHERE
    }

    fn field(&self, expr: &Expr) -> Result<String, Diagnostic> {
        expr.value()
            .map(Value::text)
            .ok_or_else(|| diagnostics::run_time(ELSEWHERE.name, "this text", expr.span))
    }

    fn argument(&self, expr: &Expr) -> Result<String, Diagnostic> {
        let text = self.field(expr)?;
        text::argument(&text, expr.span).map(Into::into)
    }

    fn key(&self, _name: &str, _span: Span) -> Result<(), Diagnostic> {
        Ok(())
    }

    fn late(&mut self, path: &[&str], expr: &Expr) -> Result<(), Diagnostic> {
        let what = format!("`{}`", path.join("."));
        Err(diagnostics::run_time(ELSEWHERE.name, &what, expr.span))
    }

    fn claim(&self, name: &str) -> Option<String> {
        Some(format!("run-{name}"))
    }
}

fn expr(value: Value, ty: Type) -> Expr {
    Expr::constant(value, ty, Span::default())
}

fn txt(value: &str) -> Expr {
    Expr::text(value, Span::default())
}

/// A value that only the run knows.
fn late(ty: Type) -> Expr {
    Expr::new(ExprKind::Input(InputId::new(0)), ty, Span::default())
}

fn amount(expr: Expr) -> Amount {
    Amount {
        request: expr.clone(),
        limit: expr,
    }
}

fn record(fields: &[(&str, Raw)]) -> Raw {
    let fields = fields.iter().map(|(name, value)| RawField {
        name: (*name).to_owned(),
        name_span: Span::default(),
        value: value.clone(),
    });
    Raw {
        kind: RawKind::Record(fields.collect()),
        span: Span::default(),
    }
}

fn leaf(expr: Expr) -> Raw {
    Raw {
        kind: RawKind::Leaf(expr),
        span: Span::default(),
    }
}

/// A quantity as request and limit.
fn both(text: &str) -> Amount {
    let size = Value::Quantity(Quantity::parse(text).unwrap());
    amount(expr(size, Type::Quantity))
}

fn step(change: impl FnOnce(&mut Step)) -> Step {
    let mut step = Step {
        name: "work".to_owned(),
        doc: None,
        inputs: Vec::new(),
        declared: 0,
        outputs: Vec::new(),
        body: Body::Container,
        attributes: Attributes::default(),
        gathered: Vec::new(),
        volumes: Vec::new(),
        span: Span::default(),
    };
    step.attributes
        .main
        .set(ContainerAttribute::Image(txt("busybox:1.37.0")));
    change(&mut step);
    step
}

/// The spec of the pod, and what is wrong.
fn pod(step: &Step) -> (Json, Vec<(Code, String)>) {
    pod_on(&Platform::default(), step)
}

fn pod_on(platform: &Platform, step: &Step) -> (Json, Vec<(Code, String)>) {
    let mut diagnostics = Diagnostics::default();
    let mut builder = Builder::new(step, Constants, platform, &mut diagnostics);
    let spec = builder.pod(Additions::default()).spec;
    let spec = serde_json::to_value(spec).unwrap();
    let problems = diagnostics
        .iter()
        .map(|found| (found.code, found.message.clone()))
        .collect();
    (spec, problems)
}

#[test]
fn a_whole_pod() {
    let step = step(|step| {
        step.volumes = vec![
            PlanVolume {
                name: "Data_Set".to_owned(),
                source: PlanVolumeSource::Claim(0),
            },
            PlanVolume {
                name: "data_set".to_owned(),
                source: PlanVolumeSource::Source(VolumeSource::Scratch {
                    size: expr(
                        Value::Quantity(Quantity::parse("1Gi").unwrap()),
                        Type::Quantity,
                    ),
                }),
            },
        ];
        let attributes = &mut step.attributes;
        attributes
            .main
            .set(ContainerAttribute::Args(vec![txt("$(HOME)"), txt("5$")]));
        for (path, volume) in [("/data", 0), ("/tmp/work", 1)] {
            mount(&mut attributes.main, path, volume);
        }
        set_resources(&mut attributes.main, Resource::Cpu(both("8")));
        set_resources(&mut attributes.main, Resource::Memory(both("64Gi")));
        set_resources(
            &mut attributes.main,
            Resource::Gpu(expr(Value::Int(1), Type::Int)),
        );
        set_resources(&mut attributes.main, Resource::GpuModel(txt("h200")));
        let setup = Container::from_iter([ContainerAttribute::Image(txt("setup:1"))]);
        let init = IndexMap::from([("set_up".to_owned(), setup)]);
        attributes.step.set(ExecutionAttribute::Init(init));
        attributes
            .pod
            .set(PodAttribute::ImagePullSecrets(vec![txt("pull")]));
        attributes.pod.set(PodAttribute::Pod(record(&[(
            "dnsPolicy",
            leaf(txt("Default")),
        )])));
        attributes.step.set(ExecutionAttribute::Container(record(&[(
            "tty",
            leaf(expr(Value::Bool(true), Type::Bool)),
        )])));
    });
    let (spec, problems) = pod(&step);
    assert_eq!(problems, []);
    assert_eq!(
        spec,
        json!({
            "initContainers": [{ "name": "set-up", "image": "setup:1" }],
            "containers": [{
                "name": "main",
                "image": "busybox:1.37.0",
                "args": ["$$(HOME)", "5$"],
                "resources": {
                    "requests": { "cpu": "8", "memory": "64Gi" },
                    "limits": { "cpu": "8", "memory": "64Gi", "nvidia.com/gpu": "1" },
                },
                "volumeMounts": [
                    { "name": "data-set", "mountPath": "/data" },
                    { "name": "data-set-2", "mountPath": "/tmp/work" },
                ],
                "tty": true,
            }],
            "volumes": [
                { "name": "data-set", "persistentVolumeClaim": { "claimName": "run-data-set" } },
                { "name": "data-set-2", "emptyDir": { "sizeLimit": "1Gi" } },
            ],
            "tolerations": [{ "key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule" }],
            "affinity": { "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{ "matchExpressions": [{
                    "key": "nvidia.com/gpu.product",
                    "operator": "In",
                    "values": ["NVIDIA-H200", "NVIDIA-H200-NVL"],
                }] }],
            } } },
            "imagePullSecrets": [{ "name": "pull" }],
            "dnsPolicy": "Default",
        })
    );
}

#[test]
fn messages_name_the_system() {
    type Change = fn(&mut Step);
    let cases: [(Change, Code, &str); 7] = [
        (
            |step| {
                step.attributes
                    .main
                    .set(ContainerAttribute::Workdir(late(Type::String)))
            },
            Code::RunTimeValue,
            "Elsewhere needs this text before the run",
        ),
        (
            |step| {
                set_resources(
                    &mut step.attributes.main,
                    Resource::Cpu(amount(late(Type::Quantity))),
                )
            },
            Code::RunTimeValue,
            "Elsewhere needs `containers.[main].resources.requests.cpu` before the run",
        ),
        (
            |step| {
                set_security(
                    &mut step.attributes,
                    SecurityAttribute::RunAsUser(late(Type::Int)),
                )
            },
            Code::RunTimeValue,
            "Elsewhere needs an id before the run",
        ),
        (
            |step| {
                let seconds = leaf(late(Type::Int));
                let raw = record(&[("terminationGracePeriodSeconds", seconds)]);
                step.attributes.pod.set(PodAttribute::Pod(raw));
            },
            Code::RunTimeValue,
            "Elsewhere needs `terminationGracePeriodSeconds` before the run",
        ),
        (
            |step| {
                mount(&mut step.attributes.main, "/elsewhere/bin", 0);
            },
            Code::InvalidMount,
            "Elsewhere keeps its own files at `/elsewhere/bin`",
        ),
        (
            |step| {
                mount(&mut step.attributes.main, "/data", 0);
            },
            Code::UnsupportedByTarget,
            "Elsewhere cannot choose a volume while the pipeline runs",
        ),
        (
            |step| {
                let sidecars = IndexMap::from([("Main".to_owned(), Container::default())]);
                step.attributes
                    .step
                    .set(ExecutionAttribute::Sidecar(sidecars));
            },
            Code::InvalidTargetName,
            "a container cannot be called `Main` on Elsewhere",
        ),
    ];
    for (change, code, message) in cases {
        let (_, problems) = pod(&step(change));
        assert_eq!(problems, [(code, message.to_owned())]);
    }
}

/// What is wrong with a step on the default platform.
fn problems(change: impl FnOnce(&mut Step)) -> Vec<(Code, String)> {
    let step = step(change);
    let (_, mut problems) = pod(&step);
    let mut found = Diagnostics::default();
    lint::check(&plan(step), &Platform::default(), &mut found);
    let found = found.into_iter();
    problems.extend(found.map(|warning| (warning.code, warning.message)));
    problems
}

/// A plan with one step, which no graph uses.
fn plan(step: Step) -> Plan {
    Plan {
        name: "main".to_owned(),
        span: Span::default(),
        description: None,
        attributes: PipelineAttributes::default(),
        parameters: Vec::new(),
        dags: Vec::new(),
        steps: vec![step].into(),
        claims: Vec::new(),
        on_exit: None,
        known: Vec::new(),
    }
}

/// A number of devices, as the checker leaves it.
fn number(value: i64) -> Expr {
    let value = Value::Quantity(Quantity::parse(&value.to_string()).unwrap());
    expr(value, Type::Quantity)
}

/// A container with one GPU that says how much else it takes.
fn with_gpu(container: &mut Container) {
    set_resources(container, Resource::Cpu(both("8")));
    set_resources(container, Resource::Memory(both("64Gi")));
    set_resources(container, Resource::Gpu(number(1)));
}

#[test]
fn devices_of_the_platform() {
    let step = step(|step| {
        with_gpu(&mut step.attributes.main);
        set_resources(&mut step.attributes.main, Resource::GpuModel(txt("l4")));
        step.attributes
            .pod
            .set(PodAttribute::Spot(expr(Value::Bool(true), Type::Bool)));
    });
    let nodes = |name: &str| {
        let (spec, problems) = pod_on(&Platform::named(name).unwrap(), &step);
        assert_eq!(problems, []);
        (spec["nodeSelector"].clone(), spec["tolerations"].clone())
    };
    assert_eq!(
        nodes("gke"),
        (
            json!({
                "cloud.google.com/gke-accelerator": "nvidia-l4",
                "cloud.google.com/gke-spot": "true",
            }),
            json!([
                { "key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule" },
                { "key": "cloud.google.com/gke-spot", "operator": "Equal", "value": "true", "effect": "NoSchedule" },
            ])
        )
    );
    assert_eq!(
        nodes("eks-karpenter"),
        (
            json!({
                "karpenter.k8s.aws/instance-gpu-name": "l4",
                "karpenter.sh/capacity-type": "spot",
            }),
            json!([{ "key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule" }])
        )
    );
    let (_, problems) = pod(&step);
    assert_eq!(
        problems,
        [(
            Code::UnsupportedByTarget,
            "the platform `gfd` does not know which nodes the provider may take back".to_owned()
        )]
    );
}

#[test]
fn a_container_claims_devices() {
    let step = step(|step| {
        with_gpu(&mut step.attributes.main);
        let mut helper = Container::default();
        with_gpu(&mut helper);
        let sidecars = IndexMap::from([("helper".to_owned(), helper)]);
        step.attributes
            .step
            .set(ExecutionAttribute::Sidecar(sidecars));
    });
    let (spec, problems) = pod_on(&Platform::named("dra").unwrap(), &step);
    assert_eq!(problems, []);
    let claims = |index: usize| spec["containers"][index]["resources"]["claims"].clone();
    assert_eq!(claims(0), json!([{ "name": "gpu-1" }]));
    assert_eq!(claims(1), json!([{ "name": "gpu-2" }]));
    assert_eq!(
        spec["containers"][0]["resources"]["limits"],
        json!({ "cpu": "8", "memory": "64Gi" })
    );
}

#[test]
fn the_containers_of_a_pod_share_its_node() {
    let models = |main: &str, helper: &str| {
        let step = step(|step| {
            with_gpu(&mut step.attributes.main);
            set_resources(&mut step.attributes.main, Resource::GpuModel(txt(main)));
            let mut other = Container::default();
            with_gpu(&mut other);
            set_resources(&mut other, Resource::GpuModel(txt(helper)));
            let sidecars = IndexMap::from([("helper".to_owned(), other)]);
            step.attributes
                .step
                .set(ExecutionAttribute::Sidecar(sidecars));
        });
        pod_on(&Platform::named("gke").unwrap(), &step)
    };
    let (spec, problems) = models("a100", "a100-80gb");
    assert_eq!(problems, []);
    assert_eq!(
        spec["nodeSelector"],
        json!({ "cloud.google.com/gke-accelerator": "nvidia-a100-80gb" })
    );
    let (_, problems) = models("l4", "h100");
    assert_eq!(
        problems,
        [(
            Code::UnknownAccelerator,
            "no node has all the devices that the containers of this pod request".to_owned()
        )]
    );
}

#[test]
fn amounts_that_cannot_be_meant() {
    type Change = fn(&mut Step);
    let cases: [(Change, Code, &str); 8] = [
        (
            |step| {
                let mut cpu = both("4");
                cpu.request = both("8").request;
                set_resources(&mut step.attributes.main, Resource::Cpu(cpu));
            },
            Code::RequestOverLimit,
            "the request 8 exceeds the limit 4",
        ),
        (
            |step| set_resources(&mut step.attributes.main, Resource::Cpu(both("0.0005"))),
            Code::InvalidQuantity,
            "`0.0005` is finer than a thousandth, the unit in which CPU is counted",
        ),
        (
            |step| set_resources(&mut step.attributes.main, Resource::Memory(both("1500m"))),
            Code::InvalidQuantity,
            "`1500m` is not a whole number of bytes",
        ),
        (
            |step| set_resources(&mut step.attributes.main, Resource::Ephemeral(both("0.5"))),
            Code::InvalidQuantity,
            "`0.5` is not a whole number of bytes",
        ),
        (
            |step| {
                let size = both("2Gi").limit;
                step.volumes = vec![PlanVolume {
                    name: "shm".to_owned(),
                    source: PlanVolumeSource::Source(VolumeSource::Memory { size }),
                }];
                let main = &mut step.attributes.main;
                mount(main, "/dev/shm", 0);
                set_resources(main, Resource::Memory(both("1Gi")));
            },
            Code::MemoryVolumeOverLimit,
            "the memory volume at `/dev/shm` may grow to 2Gi, and the container's memory to 1Gi",
        ),
        (
            |step| {
                set_resources(&mut step.attributes.main, Resource::Cpu(both("8")));
                set_resources(&mut step.attributes.main, Resource::Gpu(number(1)));
            },
            Code::GpuWithoutRequests,
            "a container with a GPU does not set its memory",
        ),
        (
            |step| {
                with_gpu(&mut step.attributes.main);
                let extended = IndexMap::from([("nvidia.com/gpu".to_owned(), number(2))]);
                set_resources(&mut step.attributes.main, Resource::Extended(extended));
            },
            Code::InvalidValue,
            "`gpu` already requests `nvidia.com/gpu`",
        ),
        (
            |step| step.attributes.pod.set(PodAttribute::NodePool(txt("fast"))),
            Code::InvalidValue,
            "there is no node pool `fast`",
        ),
    ];
    for (change, code, message) in cases {
        assert_eq!(problems(change), [(code, message.to_owned())]);
    }
    // All of it is well where it is meant.
    let fine: [Change; 3] = [
        |step| set_resources(&mut step.attributes.main, Resource::Memory(both("1.5Gi"))),
        |step| set_resources(&mut step.attributes.main, Resource::Cpu(both("0.001"))),
        |step| set_resources(&mut step.attributes.main, Resource::Gpu(number(0))),
    ];
    for change in fine {
        assert_eq!(problems(change), []);
    }
}

/// A raw value from JSON.
fn of_json(json: &Json) -> Raw {
    let kind = match json {
        Json::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), of_json(value)))
                .collect();
            return record(&fields);
        }
        Json::Array(items) => RawKind::List(items.iter().map(of_json).collect()),
        Json::String(text) => return leaf(txt(text)),
        Json::Bool(value) => return leaf(expr(Value::Bool(*value), Type::Bool)),
        other => {
            let number = Value::Int(other.as_i64().unwrap());
            return leaf(expr(number, Type::Int));
        }
    };
    Raw {
        kind,
        span: Span::default(),
    }
}

#[test]
fn raw_fields_are_refused_as_the_api_server_refuses_them() {
    // The server's own validation is held against the same samples by `tests/conformance/kubernetes`.
    let samples = include_str!("../../../../tests/conformance/kubernetes/testdata/raw.json");
    let samples: Vec<Json> = serde_json::from_str(samples).unwrap();
    assert!(samples.len() > 100);
    for sample in &samples {
        let value = of_json(&sample["value"]);
        let reader = raw::Reader::new(&Constants, &[]);
        match sample["of"].as_str() {
            Some("container") => raw::kubernetes::<core::Container>(&reader, &value),
            Some("pod") => raw::kubernetes::<core::PodSpec>(&reader, &value),
            _ => raw::kubernetes::<core::Affinity>(&reader, &value),
        };
        let problems = reader.into_problems();
        assert_eq!(
            !problems.is_empty(),
            sample["refused"] == true,
            "{sample}: {problems:?}"
        );
    }
}

/// Sets an attribute of `retry`.
pub(crate) fn set_retry(attributes: &mut Attributes, attribute: RetryAttribute) {
    let empty = ExecutionAttribute::Retry(Retry::default());
    if let Some(retry) = attributes.step.or_set(empty, ExecutionAttribute::retry) {
        retry.set(attribute);
    }
}

/// Sets an attribute of `security`.
pub(crate) fn set_security(attributes: &mut Attributes, attribute: SecurityAttribute) {
    let empty = PodAttribute::Security(Security::default());
    if let Some(security) = attributes.pod.or_set(empty, PodAttribute::security) {
        security.set(attribute);
    }
}

/// Mounts a volume of the step.
pub(crate) fn mount(container: &mut Container, path: &str, volume: usize) {
    let empty = ContainerAttribute::Mounts(IndexMap::new());
    let mount = Mount {
        volume: VolumeExpr::Declared(VolumeId::new(volume)),
        span: Span::default(),
    };
    if let Some(mounts) = container.or_set(empty, ContainerAttribute::mounts) {
        mounts.insert(path.to_owned(), mount);
    }
}

/// Sets an attribute of a container's `resources`.
pub(crate) fn set_resources(container: &mut Container, attribute: Resource) {
    let empty = ContainerAttribute::Resources(Resources::default());
    if let Some(resources) = container.or_set(empty, ContainerAttribute::resources) {
        resources.set(attribute);
    }
}
