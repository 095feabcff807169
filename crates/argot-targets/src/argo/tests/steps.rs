use argot_compiler::{Amount, Quantity, Type, Value};
use argot_compiler::{ContainerAttribute, Resource, Resources};
use argot_syntax::Code;

use super::{
    compile, compile_with, constant, dag, int, only, plan, port, problems_with, step, task, text,
    wait,
};
use crate::accelerators::Platform;
use crate::argo::{Kind, Options, Version};

fn quantity(text: &str) -> argot_compiler::Expr {
    constant(
        Value::Quantity(Quantity::parse(text).unwrap()),
        Type::Quantity,
    )
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
            "a ClusterWorkflowTemplate cannot claim devices: the templates of the claims would have to be in every namespace".to_owned()
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
