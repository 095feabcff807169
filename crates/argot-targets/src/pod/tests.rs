//! Pods of another target than Argo, whose dialect knows constants alone.

use argot_compiler::{
    Amount, Attributes, Body, Container, Expr, ExprKind, InputId, Mount, PlanVolume,
    PlanVolumeSource, Quantity, Raw, RawField, RawKind, Step, Type, Value, VolumeExpr, VolumeId,
    VolumeSource,
};
use argot_syntax::{Code, Diagnostic, Diagnostics, Span};
use k8s_openapi::api::core::v1 as core;
use serde_json::{Value as Json, json};

use super::{Builder, Dialect, List, System, messages, raw, text};

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
            .ok_or_else(|| messages::run_time(ELSEWHERE.name, "this text", expr.span))
    }

    fn argument(&self, expr: &Expr) -> Result<String, Diagnostic> {
        text::argument(&self.field(expr)?, expr.span)
    }

    fn late(&mut self, path: &[&str], expr: &Expr) -> Result<(), Diagnostic> {
        let what = format!("`{}`", path.join("."));
        Err(messages::run_time(ELSEWHERE.name, &what, expr.span))
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

fn step(change: impl FnOnce(&mut Step)) -> Step {
    let mut step = Step {
        name: "work".to_owned(),
        doc: None,
        inputs: Vec::new(),
        outputs: Vec::new(),
        body: Body::Container,
        attributes: Attributes::default(),
        stored: Vec::new(),
        volumes: Vec::new(),
        span: Span::default(),
    };
    step.attributes.main.image = Some(txt("busybox:1.37.0"));
    change(&mut step);
    step
}

/// The spec of the pod, and what is wrong.
fn pod(step: &Step) -> (Json, Vec<(Code, String)>) {
    let mut diagnostics = Diagnostics::default();
    let mut builder = Builder::new(step, Constants, &mut diagnostics);
    let main = builder.container(List::Containers, "main", &step.attributes.main);
    let mut containers = vec![builder.raw_container(main)];
    let init = builder.init_containers();
    containers.extend(builder.sidecars());
    let nodes = builder.nodes();
    let secrets = builder.pull_secrets();
    let spec = core::PodSpec {
        containers,
        init_containers: (!init.is_empty()).then_some(init),
        volumes: Some(builder.volumes()),
        node_selector: Some(nodes.selector.into_iter().collect()),
        tolerations: Some(nodes.tolerations),
        affinity: nodes.affinity,
        security_context: builder.security(),
        image_pull_secrets: Some(secrets),
        ..core::PodSpec::default()
    };
    let spec = raw::laid(spec, &builder.raw_pod().into());
    let mut spec = serde_json::to_value(spec).unwrap();
    let fields = spec.as_object_mut().unwrap();
    fields.retain(|_, value| *value != json!([]) && *value != json!({}));
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
        attributes.main.args = Some(vec![txt("$(HOME)"), txt("5$")]);
        for (path, volume) in [("/data", 0), ("/tmp/work", 1)] {
            attributes.main.mounts.insert(
                path.to_owned(),
                Mount {
                    volume: VolumeExpr::Declared(VolumeId::new(volume)),
                    span: Span::default(),
                },
            );
        }
        attributes.main.resources.gpu = Some(expr(Value::Int(1), Type::Int));
        attributes.main.resources.gpu_model = Some(txt("h200"));
        let setup = Container {
            image: Some(txt("setup:1")),
            ..Container::default()
        };
        attributes.init.insert("set_up".to_owned(), setup);
        attributes.image_pull_secrets = Some(vec![txt("pull")]);
        attributes.pod = Some(record(&[("dnsPolicy", leaf(txt("Default")))]));
        attributes.container = Some(record(&[(
            "tty",
            leaf(expr(Value::Bool(true), Type::Bool)),
        )]));
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
                "resources": { "limits": { "nvidia.com/gpu": "1" } },
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
            |step| step.attributes.main.workdir = Some(late(Type::String)),
            Code::RunTimeValue,
            "Elsewhere needs this text before the run",
        ),
        (
            |step| step.attributes.main.resources.cpu = Some(amount(late(Type::Quantity))),
            Code::RunTimeValue,
            "Elsewhere needs `containers.[main].resources.requests.cpu` before the run",
        ),
        (
            |step| step.attributes.security.run_as_user = Some(late(Type::Int)),
            Code::RunTimeValue,
            "Elsewhere needs an id before the run",
        ),
        (
            |step| {
                let seconds = leaf(late(Type::Int));
                step.attributes.pod = Some(record(&[("terminationGracePeriodSeconds", seconds)]));
            },
            Code::RunTimeValue,
            "Elsewhere needs `terminationGracePeriodSeconds` before the run",
        ),
        (
            |step| {
                let mount = Mount {
                    volume: VolumeExpr::Declared(VolumeId::new(0)),
                    span: Span::default(),
                };
                let mounts = &mut step.attributes.main.mounts;
                mounts.insert("/elsewhere/bin".to_owned(), mount);
            },
            Code::InvalidMount,
            "Elsewhere keeps its own files at `/elsewhere/bin`",
        ),
        (
            |step| {
                let mount = Mount {
                    volume: VolumeExpr::Declared(VolumeId::new(0)),
                    span: Span::default(),
                };
                step.attributes
                    .main
                    .mounts
                    .insert("/data".to_owned(), mount);
            },
            Code::UnsupportedByTarget,
            "Elsewhere cannot choose a volume while the pipeline runs",
        ),
        (
            |step| {
                let sidecars = &mut step.attributes.sidecar;
                sidecars.insert("Main".to_owned(), Container::default());
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
