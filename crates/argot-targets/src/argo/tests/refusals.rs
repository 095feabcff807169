use crate::pod::tests::set_retry;
use argot_compiler::{
    Attributes, Body, EnvValue, Raw, RawField, RawKind, Script, TemplateRef, Type, Value,
};
use argot_compiler::{ContainerAttribute, ExecutionAttribute, RetryAttribute};
use argot_syntax::{Code, Span};
use indexmap::IndexMap;

use super::super::{Kind, Options};
use super::{
    call, constant, dag, int, only, plan, port, problems, problems_with, step, task, text,
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
