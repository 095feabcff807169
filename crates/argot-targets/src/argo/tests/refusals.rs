use crate::pod::tests::{mount, set_resources, set_retry, set_security};
use argot_compiler::{
    Amount, Attributes, Body, EnvValue, PlanVolume, PlanVolumeSource, Raw, RawField, RawKind,
    RunParameter, Script, TemplateRef, Type, Value, VolumeSource,
};
use argot_compiler::{
    ContainerAttribute, ExecutionAttribute, PodAttribute, Resource, RetryAttribute,
    SecurityAttribute,
};
use argot_syntax::{Code, Span};
use indexmap::IndexMap;

use super::super::{Kind, Options};
use super::{
    call, constant, dag, input, int, only, plan, port, problems, problems_with, step, task, text,
};

fn raw(fields: Vec<(&str, Raw)>) -> Raw {
    let fields = fields
        .into_iter()
        .map(|(name, value)| RawField {
            name: name.to_owned(),
            name_span: Span::default(),
            value,
        })
        .collect();
    Raw {
        kind: RawKind::Record(fields),
        span: Span::default(),
    }
}

fn leaf(expr: argot_compiler::Expr) -> Raw {
    Raw {
        kind: RawKind::Leaf(expr),
        span: Span::default(),
    }
}

/// Returns the only error of a step with these attributes.
fn problem(change: impl FnOnce(&mut Attributes)) -> (Code, String) {
    let mut step = step("work", vec![port("n", Type::Int)]);
    change(&mut step.attributes);
    let mut found = problems(&only(step));
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn names_that_meet_or_are_refused() {
    let two = |a: &str, b: &str| {
        plan(
            "main",
            vec![dag("main", vec![task(a, 0, vec![]), task(b, 0, vec![])])],
            vec![step("work", vec![])],
        )
    };
    assert_eq!(
        problems(&two("a_b", "a-b")),
        [(
            Code::NameCollision,
            "`a-b` and `a_b` both become the task `a-b`".to_owned()
        )]
    );
    assert_eq!(problems(&two("train", "Train")).len(), 1);
    for (name, part) in [
        ("not", "cannot be called"),
        ("_", "has no character"),
        ("_1", "starts with a digit"),
        ("true", "cannot"),
    ] {
        let found = problems(&two("a", name));
        assert!(
            matches!(&found[..], [(Code::InvalidTargetName, text)] if text.contains(part)),
            "{found:?}"
        );
    }
    assert_eq!(problems(&two("a", &"b".repeat(129))).len(), 1);
    let templates = plan(
        "main",
        vec![
            dag("main", vec![call("a", 1), task("b", 0, vec![])]),
            dag("prep_all", vec![]),
        ],
        vec![step("prep-all", vec![])],
    );
    assert_eq!(problems(&templates)[0].0, Code::NameCollision);
    let long = plan(&"p".repeat(80), vec![dag("main", vec![])], vec![]);
    assert_eq!(problems(&long)[0].0, Code::InvalidTargetName);
}

#[test]
fn texts_that_argo_or_linux_would_change() {
    let arg = |value: &'static str| {
        move |attributes: &mut Attributes| {
            attributes
                .main
                .set(ContainerAttribute::Args(vec![text(value)]))
        }
    };
    assert_eq!(problem(arg("{{x}}")).0, Code::SubstitutedText);
    assert_eq!(problem(arg("a\0")).0, Code::UnprintableText);
    let long = |attributes: &mut Attributes| {
        attributes
            .main
            .set(ContainerAttribute::Args(vec![text(&"x".repeat(200_000))]))
    };
    assert_eq!(problem(long).0, Code::LimitExceeded);
    let env = |attributes: &mut Attributes| {
        let value = EnvValue::Value(text("{{=1}}"));
        let env = IndexMap::from([("A".to_owned(), value)]);
        attributes.main.set(ContainerAttribute::Env(env));
    };
    assert_eq!(problem(env).0, Code::SubstitutedText);
    let mut plan = only(step("work", vec![port("text", Type::String)]));
    plan.dags[0].graph[petgraph::graph::NodeIndex::new(0)].arguments[0].1 = text("\u{1b}[31m");
    assert_eq!(problems(&plan)[0].0, Code::UnprintableText);
}

#[test]
fn devices() {
    type Change = fn(&mut Attributes);
    let cases: [(Change, &str); 7] = [
        (
            |a| {
                set_resources(&mut a.main, Resource::Gpu(int(1)));
                set_resources(&mut a.main, Resource::GpuModel(text("h10")));
            },
            "no accelerator is known as `h10` on the platform `gfd`",
        ),
        (
            |a| {
                set_resources(&mut a.main, Resource::Gpu(int(1)));
                set_resources(&mut a.main, Resource::GpuVendor(text("matrox")));
            },
            "no accelerator is known as `matrox` on the platform `gfd`",
        ),
        (
            |a| set_resources(&mut a.main, Resource::GpuModel(text("h100"))),
            "the GPU is described, but `gpu` does not say how many",
        ),
        (
            |a| {
                set_resources(&mut a.main, Resource::Gpu(int(1)));
                set_resources(&mut a.main, Resource::GpuSlice(text("half")));
            },
            "`half` is not a MIG profile",
        ),
        (
            |a| set_resources(&mut a.main, Resource::Tpu(int(4))),
            "a TPU is described by `tpu`, `tpu_model` and `tpu_topology`",
        ),
        (
            |a| {
                set_resources(&mut a.main, Resource::Tpu(int(4)));
                set_resources(&mut a.main, Resource::TpuModel(text("v5e")));
                set_resources(&mut a.main, Resource::TpuTopology(text("big")));
            },
            "`big` is not a TPU topology",
        ),
        (
            |a| {
                set_resources(&mut a.main, Resource::Gpu(int(1)));
                set_resources(&mut a.main, Resource::GpuVendor(text("amd")));
                set_resources(&mut a.main, Resource::GpuSlice(text("1g.10gb")));
            },
            "only NVIDIA's GPUs come in slices",
        ),
    ];
    for (change, message) in cases {
        assert_eq!(
            problem(change),
            (Code::UnknownAccelerator, message.to_owned())
        );
    }
}

#[test]
fn raw_fields() {
    type Change = fn(&mut Attributes);
    let cases: [(Change, Code, &str); 10] = [
        (
            |a| {
                a.step.set(ExecutionAttribute::Container(raw(vec![(
                    "image",
                    leaf(text("x")),
                )])))
            },
            Code::RawFieldHasAttribute,
            "`image` is set by the attribute `image`",
        ),
        (
            |a| {
                a.step.set(ExecutionAttribute::Container(raw(vec![(
                    "livenessProb",
                    raw(vec![]),
                )])))
            },
            Code::UnknownRawField,
            "Kubernetes' Container has no field `livenessProb`",
        ),
        (
            |a| {
                a.step.set(ExecutionAttribute::Container(raw(vec![(
                    "tty",
                    leaf(text("yes")),
                )])))
            },
            Code::InvalidRawField,
            "`tty` expects true or false",
        ),
        (
            |a| {
                a.step.set(ExecutionAttribute::Container(raw(vec![(
                    "livenessProbe",
                    raw(vec![(
                        "httpGet",
                        raw(vec![(
                            "port",
                            leaf(constant(Value::Bool(true), Type::Bool)),
                        )]),
                    )]),
                )])))
            },
            Code::InvalidRawField,
            "`port` expects a whole number or text",
        ),
        (
            |a| {
                a.pod
                    .set(PodAttribute::Pod(raw(vec![("nodeSelector", raw(vec![]))])))
            },
            Code::RawFieldHasAttribute,
            "`nodeSelector` is set by the attribute `node_selector`",
        ),
        (
            |a| {
                a.pod.set(PodAttribute::Pod(raw(vec![(
                    "dnsPolicyy",
                    leaf(text("Default")),
                )])))
            },
            Code::UnknownRawField,
            "Kubernetes' PodSpec has no field `dnsPolicyy`",
        ),
        (
            |a| {
                a.step.set(ExecutionAttribute::Argo(raw(vec![(
                    "retryStrategy",
                    raw(vec![("limit", leaf(int(3)))]),
                )])))
            },
            Code::RawFieldHasAttribute,
            "`retryStrategy.limit` is set by the attribute `retry`",
        ),
        (
            |a| {
                a.step.set(ExecutionAttribute::Argo(raw(vec![(
                    "failfast",
                    leaf(int(3)),
                )])))
            },
            Code::UnknownRawField,
            "Argo's Template has no field `failfast`",
        ),
        (
            |a| {
                a.step.set(ExecutionAttribute::Argo(raw(vec![(
                    "failFast",
                    leaf(int(3)),
                )])))
            },
            Code::InvalidRawField,
            "`failFast` expects true or false",
        ),
        (
            |a| {
                a.step.set(ExecutionAttribute::Argo(raw(vec![(
                    "parallelism",
                    leaf(input(0, Type::Int)),
                )])))
            },
            Code::RunTimeValue,
            "Argo needs `parallelism` before the run",
        ),
    ];
    for (change, code, message) in cases {
        assert_eq!(problem(change), (code, message.to_owned()));
    }
    let mut step = step("work", vec![]);
    step.attributes.step.set(ExecutionAttribute::Argo(raw(vec![(
        "pendingTimeout",
        leaf(text("5m")),
    )])));
    let options = Options {
        version: "4.0".parse().unwrap(),
        ..Options::default()
    };
    let found = problems_with(&only(step), &options);
    assert_eq!(
        found,
        [(
            Code::UnsupportedByVersion,
            "the field `pendingTimeout` needs Argo 4.1, and 4.0 is chosen".to_owned()
        )]
    );
}

#[test]
fn what_is_merged_of_raw_fields() {
    let mut step = step("work", vec![port("name", Type::String)]);
    set_security(
        &mut step.attributes,
        SecurityAttribute::RunAsUser(int(1000)),
    );
    step.attributes
        .step
        .set(ExecutionAttribute::Container(raw(vec![
            ("tty", leaf(constant(Value::Bool(true), Type::Bool))),
            (
                "resources",
                raw(vec![(
                    "claims",
                    Raw {
                        kind: RawKind::List(vec![raw(vec![("name", leaf(text("gpu")))])]),
                        span: Span::default(),
                    },
                )]),
            ),
        ])));
    set_resources(
        &mut step.attributes.main,
        Resource::Cpu(Amount {
            request: int(1),
            limit: int(1),
        }),
    );
    step.attributes.pod.set(PodAttribute::Pod(raw(vec![
        ("dnsPolicy", leaf(text("Default"))),
        ("schedulerName", leaf(input(0, Type::String))),
        (
            "securityContext",
            raw(vec![("fsGroupChangePolicy", leaf(text("OnRootMismatch")))]),
        ),
    ])));
    step.attributes.step.set(ExecutionAttribute::Argo(raw(vec![(
        "retryStrategy",
        raw(vec![(
            "affinity",
            raw(vec![("nodeAntiAffinity", raw(vec![]))]),
        )]),
    )])));
    set_retry(&mut step.attributes, RetryAttribute::Limit(int(2)));
    insta::assert_snapshot!(super::template(step));
}

#[test]
fn what_the_target_has_no_way_for() {
    let mut elsewhere = step("work", vec![]);
    elsewhere.body = Body::TemplateRef(TemplateRef {
        name: "ci".to_owned(),
        template: "build".to_owned(),
        cluster: false,
        span: Span::default(),
    });
    elsewhere.attributes = Attributes::default();
    assert_eq!(problems(&only(elsewhere.clone())), []);
    set_retry(&mut elsewhere.attributes, RetryAttribute::Limit(int(1)));
    assert_eq!(problems(&only(elsewhere))[0].0, Code::UnsupportedByTarget);

    assert_eq!(
        problem(|a| a.step.set(ExecutionAttribute::Kubernetes(raw(vec![])))).0,
        Code::UnsupportedByTarget
    );
    assert_eq!(
        problem(|a| set_retry(
            a,
            RetryAttribute::Backoff(constant(
                Value::Duration(argot_compiler::Duration::parse("1s").unwrap()),
                Type::Duration
            ))
        ))
        .0,
        Code::UnsupportedByTarget
    );

    let mut script = step("work", vec![]);
    script.body = Body::Script(Script {
        text: "echo {{x}}".to_owned(),
        file: None,
        interpreter: vec!["sh".to_owned()],
        span: Span::default(),
    });
    script.attributes.main.unset("command");
    let cluster = Options {
        kind: Some(Kind::ClusterWorkflowTemplate),
        ..Options::default()
    };
    assert_eq!(
        problems_with(&only(script), &cluster)[0].0,
        Code::UnsupportedByTarget
    );
    let namespaced = Options {
        namespace: Some("ml".to_owned()),
        ..cluster
    };
    assert_eq!(
        problems_with(&only(step("work", vec![])), &namespaced)[0].0,
        Code::UnsupportedByTarget
    );
    let cron = Options {
        kind: Some(Kind::CronWorkflow),
        ..Options::default()
    };
    assert_eq!(
        problems_with(&only(step("work", vec![])), &cron)[0].0,
        Code::UnsupportedByTarget
    );
}

#[test]
fn mounts_that_are_taken() {
    for path in ["/argot", "/argot/outputs", "//argot/x/", "/var/run/argo/x"] {
        let mut step = step("work", vec![]);
        step.volumes = vec![PlanVolume {
            name: "v".to_owned(),
            source: PlanVolumeSource::Source(VolumeSource::Existing {
                name: text("x"),
                read_only: false,
            }),
        }];
        mount(&mut step.attributes.main, path, 0);
        assert_eq!(problems(&only(step))[0].0, Code::InvalidMount, "{path}");
    }
}

#[test]
fn parameters_without_a_value() {
    let mut plan = only(step("work", vec![]));
    plan.parameters.push(RunParameter {
        name: "who".to_owned(),
        ty: Type::String,
        doc: None,
        value: None,
        span: Span::default(),
    });
    assert_eq!(problems(&plan)[0].0, Code::MissingParameter);
    let template = Options {
        kind: Some(Kind::WorkflowTemplate),
        ..Options::default()
    };
    assert_eq!(problems_with(&plan, &template), []);
}

#[test]
fn limits() {
    let tasks: Vec<_> = (0..201)
        .map(|index| task(&format!("t{index}"), 0, vec![]))
        .collect();
    let many = plan("main", vec![dag("main", tasks)], vec![step("work", vec![])]);
    assert_eq!(problems(&many), []);
    let whole = Options {
        split: false,
        ..Options::default()
    };
    let found = problems_with(&many, &whole);
    assert_eq!(
        found,
        [(
            Code::LimitExceeded,
            "tasks of `main`: 201, and the target accepts at most 200".to_owned()
        )]
    );
    let steps: Vec<_> = (0..200)
        .map(|index| step(&format!("s{index}"), vec![]))
        .collect();
    let many = plan("main", vec![dag("main", vec![])], steps);
    assert_eq!(problems(&many), []);
    let found = problems_with(&many, &whole);
    assert!(
        matches!(&found[..], [(Code::LimitExceeded, text)] if text.starts_with("templates of")),
        "{found:?}"
    );
    let mut large = step("work", vec![]);
    large.attributes.main.set(ContainerAttribute::Args(
        (0..3).map(|_| text(&"x".repeat(100_000))).collect(),
    ));
    assert_eq!(problems(&only(large.clone()))[0].0, Code::LargeManifest);
    large.attributes.main.set(ContainerAttribute::Args(
        (0..11).map(|_| text(&"x".repeat(100_000))).collect(),
    ));
    assert_eq!(problems(&only(large))[0].0, Code::LimitExceeded);
}
