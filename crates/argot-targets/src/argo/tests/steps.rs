use crate::pod::tests::{mount, set_retry};
use argot_compiler::{
    Amount, ArtifactSource, Body, Claim, Container, EnvValue, ExprKind, InputId, Location,
    OutputSettings, PlanVolume, PlanVolumeSource, Quantity, Script, Type, Value, VolumeSource,
};
use argot_compiler::{
    ContainerAttribute, ExecutionAttribute, OutputAttribute, PodAttribute, Resource, Resources,
    RetryAttribute,
};
use argot_syntax::{Code, Span};
use indexmap::IndexMap;

use super::{
    compile, compile_with, constant, dag, input, int, of, only, output, plan, port, problems_with,
    step, task, task_output, template, text, wait,
};
use crate::accelerators::Platform;
use crate::argo::{Kind, Options, Version};

fn quantity(text: &str) -> argot_compiler::Expr {
    constant(
        Value::Quantity(Quantity::parse(text).unwrap()),
        Type::Quantity,
    )
}

fn dataset() -> Type {
    Type::Artifact(argot_compiler::ArtifactId::new(1))
}

#[test]
fn a_container_with_everything_around_it() {
    let mut step = step(
        "train_model",
        vec![
            port("data", dataset()),
            port("memory", Type::Quantity),
            port("lr", Type::Float),
        ],
    );
    step.outputs = vec![output("model", dataset()), output("auc", Type::Float)];
    let main = &mut step.attributes.main;
    let command = ["python", "-m", "trainer"].map(text).to_vec();
    main.set(ContainerAttribute::Command(command));
    main.set(ContainerAttribute::Args(vec![
        text("--data"),
        of(ExprKind::InputPath(InputId::new(0)), Type::String),
        text("--lr"),
        input(2, Type::Float),
    ]));
    let token = EnvValue::Secret {
        name: text("hf"),
        key: text("token"),
    };
    let env = IndexMap::from([("TOKEN".to_owned(), token)]);
    main.set(ContainerAttribute::Env(env));
    let memory = input(1, Type::Quantity);
    main.set(ContainerAttribute::Resources(Resources::from_iter([
        Resource::Cpu(Amount {
            request: int(4),
            limit: int(8),
        }),
        Resource::Memory(Amount {
            request: memory.clone(),
            limit: memory,
        }),
        Resource::Gpu(int(1)),
        Resource::GpuModel(text("a100-80gb")),
    ])));
    mount(main, "/dev/shm", 0);
    step.volumes = vec![PlanVolume {
        name: "dev-shm".to_owned(),
        source: PlanVolumeSource::Source(VolumeSource::Memory {
            size: input(1, Type::Quantity),
        }),
    }];
    set_retry(&mut step.attributes, RetryAttribute::Limit(int(3)));
    set_retry(&mut step.attributes, RetryAttribute::On(text("always")));
    step.attributes
        .step
        .set(ExecutionAttribute::Timeout(constant(
            Value::Duration(argot_compiler::Duration::parse("2h").unwrap()),
            Type::Duration,
        )));
    let settings = OutputSettings::from_iter([
        OutputAttribute::To(Box::new(Location::S3 {
            bucket: text("models"),
            key: text("a/b"),
        })),
        OutputAttribute::Archive(text("none")),
    ]);
    let outputs = IndexMap::from([("model".to_owned(), settings)]);
    step.attributes
        .step
        .set(ExecutionAttribute::Outputs(outputs));
    insta::assert_snapshot!(template(step));
}

#[test]
fn a_script_stays_in_its_template() {
    let mut step = step(
        "score",
        vec![port("limit", Type::Int), port("who", Type::String)],
    );
    step.attributes.main.unset("command");
    step.outputs = vec![output("auc", Type::Float)];
    step.body = Body::Script(Script {
        text: "import os\nprint(os.environ['limit'])\n".to_owned(),
        file: Some("score.py".to_owned()),
        interpreter: vec!["python3".to_owned()],
        span: Span::default(),
    });
    insta::assert_snapshot!(template(step));
}

#[test]
fn a_script_that_argo_would_change_goes_to_a_config_map() {
    let mut step = step("score", Vec::new());
    step.attributes.main.unset("command");
    step.body = Body::Script(Script {
        text: "echo {{ item }} $$\n".to_owned(),
        file: Some("score.sh".to_owned()),
        interpreter: vec!["/bin/sh".to_owned()],
        span: Span::default(),
    });
    insta::assert_snapshot!(compile(&only(step)));
}

#[test]
fn tasks_pass_values_on() {
    let mut first = step("make", Vec::new());
    first.outputs = vec![output("n", Type::Int), output("data", dataset())];
    let second = step(
        "use_it",
        vec![port("text", Type::String), port("data", dataset())],
    );
    let message = of(
        ExprKind::Concat(vec![text("n is "), task_output(0, 0, Type::Int)]),
        Type::String,
    );
    let mut dag = dag(
        "main",
        vec![
            task("first", 0, Vec::new()),
            task(
                "second_one",
                1,
                vec![(0, message), (1, task_output(0, 1, dataset()))],
            ),
            task(
                "third",
                1,
                vec![
                    (0, task_output(0, 0, Type::Int)),
                    (
                        1,
                        of(
                            ExprKind::Artifact(Box::new(ArtifactSource::Text(text("a,b\n$(x)\n")))),
                            dataset(),
                        ),
                    ),
                ],
            ),
        ],
    );
    wait(&mut dag, 0, 1);
    wait(&mut dag, 1, 2);
    wait(&mut dag, 0, 2);
    dag.outputs = vec![
        (output("n", Type::Int), task_output(0, 0, Type::Int)),
        (output("again", Type::String), text("it's")),
        (output("data", dataset()), task_output(0, 1, dataset())),
    ];
    insta::assert_snapshot!(compile(&plan("main", vec![dag], vec![first, second])));
}

#[test]
fn claims_are_made_for_the_run() {
    let mut step = step("work", Vec::new());
    mount(&mut step.attributes.main, "/work", 0);
    step.volumes = vec![PlanVolume {
        name: "shared_disk".to_owned(),
        source: PlanVolumeSource::Claim(0),
    }];
    let mut plan = only(step);
    plan.claims.push(Claim {
        name: "shared_disk".to_owned(),
        size: Quantity::parse("50Gi").unwrap(),
        class: Some("fast".to_owned()),
        access: "ReadWriteMany".to_owned(),
        snapshot: None,
        span: Span::default(),
    });
    insta::assert_snapshot!(compile(&plan));
}

#[test]
fn what_a_run_time_size_and_a_sidecar_become() {
    let mut step = step("serve", vec![port("cores", Type::Int)]);
    let cores = input(0, Type::Int);
    let resources = Resources::from_iter([
        Resource::Cpu(Amount {
            request: cores.clone(),
            limit: cores,
        }),
        Resource::Memory(Amount {
            request: quantity("1Gi"),
            limit: quantity("2Gi"),
        }),
    ]);
    let sidecar = Container::from_iter([
        ContainerAttribute::Image(text("redis:7")),
        ContainerAttribute::Resources(resources),
    ]);
    let sidecars = IndexMap::from([("cache".to_owned(), sidecar)]);
    step.attributes
        .step
        .set(ExecutionAttribute::Sidecar(sidecars));
    step.attributes
        .pod
        .set(PodAttribute::ImagePullSecrets(vec![text("pull")]));
    step.attributes
        .step
        .set(ExecutionAttribute::Timeout(input(0, Type::Duration)));
    insta::assert_snapshot!(template(step));
}

#[test]
fn devices_are_claimed() {
    let mut step = step("train", vec![]);
    let resources = [
        Resource::Cpu(Amount {
            request: quantity("8"),
            limit: quantity("8"),
        }),
        Resource::Memory(Amount {
            request: quantity("64Gi"),
            limit: quantity("64Gi"),
        }),
        Resource::Gpu(int(1)),
        Resource::GpuModel(text("a100")),
        Resource::GpuSlice(text("1g.10gb")),
    ];
    let resources = Resources::from_iter(resources);
    step.attributes
        .main
        .set(ContainerAttribute::Resources(resources));
    let plan = only(step);
    let mut options = Options {
        platform: Platform::named("dra").unwrap(),
        ..Options::default()
    };
    let (yaml, diagnostics) = compile_with(&plan, &options);
    assert_eq!(diagnostics.iter().count(), 0);
    insta::assert_snapshot!(yaml);

    options.version = "4.0".parse().unwrap();
    assert_eq!(
        problems_with(&plan, &options),
        [(
            Code::UnsupportedByVersion,
            "a claim of devices needs Argo 4.1, and 4.0 is chosen".to_owned()
        )]
    );
    options.version = Version::default();
    options.kind = Some(Kind::ClusterWorkflowTemplate);
    assert_eq!(
        problems_with(&plan, &options),
        [(
            Code::UnsupportedByTarget,
            "a ClusterWorkflowTemplate cannot claim devices: what claims are made of would have to be in every namespace".to_owned()
        )]
    );
}

#[test]
fn a_large_plan_gives_the_same_text_twice() {
    let tasks: Vec<_> = (0..180)
        .map(|index| task(&format!("task_{index}"), 0, vec![(0, text("x"))]))
        .collect();
    let mut dag = dag("main", tasks);
    for index in 1..180 {
        wait(&mut dag, index - 1, index);
    }
    let plan = plan(
        "main",
        vec![dag],
        vec![step("work", vec![port("text", Type::String)])],
    );
    let text = compile(&plan);
    assert_eq!(text.matches("depends:").count(), 179);
    assert_eq!(text, compile(&plan));
}
