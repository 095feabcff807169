//! Conditions, loops and handlers.

use std::sync::Arc;

use argot_compiler::{
    BinaryOperator as Op, Dag, DagId, DagKind, Edge, Expr, ExprKind, Hook, InputId, Items, Plan,
    PlanTask, PlanTaskId, Port, RunParameter, Step, Type, Value,
};
use argot_syntax::{Code, Span};
use petgraph::graph::NodeIndex;

use super::{
    binary, call, compile, constant, dag, input, int, of, output, plan, port, problems, step, task,
    task_output, text,
};

fn optional(ty: Type) -> Type {
    Type::Optional(Arc::new(ty))
}

fn list(ty: Type) -> Type {
    Type::List(Arc::new(ty))
}

fn test(operator: Op, left: Expr, right: Expr) -> Expr {
    binary(operator, left, right, Type::Bool)
}

fn choose(condition: Expr, then: Expr, otherwise: Expr, ty: Type) -> Expr {
    of(
        ExprKind::Choose {
            condition: Box::new(condition),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        },
        ty,
    )
}

fn null() -> Expr {
    constant(Value::Null, Type::Null)
}

fn item(task: usize, ty: Type) -> Expr {
    of(ExprKind::Item(PlanTaskId::new(task)), ty)
}

fn edge(dag: &mut Dag, first: usize, then: usize, edge: Edge) {
    dag.graph
        .add_edge(NodeIndex::new(first), NodeIndex::new(then), edge);
}

/// Returns a step that returns its only input.
fn echo(name: &str, ty: Type) -> Step {
    Step {
        outputs: vec![output("out", ty.clone())],
        ..step(name, vec![port("value", ty)])
    }
}

fn giving(name: &str, kind: DagKind, inputs: Vec<Port>, tasks: Vec<PlanTask>) -> Dag {
    Dag {
        kind,
        inputs,
        ..dag(name, tasks)
    }
}

fn given(name: &str, value: Value, ty: Type) -> RunParameter {
    RunParameter {
        name: name.to_owned(),
        value: Some(constant(value, ty.clone())),
        ty,
        doc: None,
        span: Span::default(),
    }
}

fn calling(name: &str, dag: usize, arguments: Vec<(usize, Expr)>) -> PlanTask {
    PlanTask {
        arguments: task(name, 0, arguments).arguments,
        ..call(name, dag)
    }
}

fn when(condition: Expr, task: PlanTask) -> PlanTask {
    PlanTask {
        condition: Some(condition),
        ..task
    }
}

fn each(items: Items, task: PlanTask) -> PlanTask {
    PlanTask {
        each: Some(items),
        ..task
    }
}

/// Returns the entry with one parameter of each type, and its graph.
fn entry(parameters: Vec<RunParameter>, tasks: Vec<PlanTask>) -> (Dag, Vec<RunParameter>) {
    let inputs = parameters
        .iter()
        .map(|parameter| port(&parameter.name, parameter.ty.clone()))
        .collect();
    (
        Dag {
            inputs,
            ..dag("main", tasks)
        },
        parameters,
    )
}

fn whole((main, parameters): (Dag, Vec<RunParameter>), others: Vec<Dag>, steps: Vec<Step>) -> Plan {
    let dags = std::iter::once(main).chain(others).collect();
    Plan {
        parameters,
        ..plan("main", dags, steps)
    }
}

/// Returns a script with one input.
fn script(ty: Type) -> Step {
    let mut step = step("script", vec![port("value", ty)]);
    step.attributes.main.unset("command");
    step.body = argot_compiler::Body::Script(argot_compiler::Script {
        text: "echo \"$value\"\n".to_owned(),
        file: None,
        interpreter: vec!["sh".to_owned()],
        span: Span::default(),
    });
    step
}

fn hook(dag: usize, arguments: Vec<(usize, Expr)>) -> Hook {
    Hook {
        dag: DagId::new(dag),
        arguments: arguments
            .into_iter()
            .map(|(index, expr)| (InputId::new(index), expr))
            .collect(),
    }
}

#[test]
fn a_looped_call_has_no_handlers_of_its_own() {
    let main = entry(
        Vec::new(),
        vec![each(
            Items::Range(int(0), int(2)),
            PlanTask {
                on_exit: Some(hook(1, Vec::new())),
                ..task("work", 0, vec![(0, item(0, Type::Int))])
            },
        )],
    );
    let found = problems(&whole(
        main,
        vec![dag("handlers", vec![task("tell", 0, vec![(0, int(0))])])],
        vec![echo("work", Type::Int)],
    ));
    assert!(
        matches!(&found[..], [(Code::UnsupportedByTarget, _)]),
        "{found:?}"
    );
}

/// An artifact that may be missing: of one of two arms, through a call, and with another one in its place.
#[test]
fn an_artifact_that_may_be_absent() {
    let model = || Type::Artifact(argot_compiler::ArtifactId::new(0));
    let is = |name: &str| test(Op::Equal, input(0, Type::String), text(name));
    let make = |name: &str| when(is(name), task(name, 0, Vec::new()));
    let mut branch = giving(
        "main-if",
        DagKind::If,
        vec![port("which", Type::String)],
        vec![make("a"), make("b")],
    );
    let value = choose(
        is("a"),
        task_output(0, 0, model()),
        choose(
            is("b"),
            task_output(1, 0, model()),
            null(),
            optional(model()),
        ),
        optional(model()),
    );
    branch.outputs = vec![(output("m", optional(model())), value)];
    let absent = || input(0, optional(model()));
    let or = |left: Expr, right: Expr| binary(Op::Coalesce, left, right, model());
    let mut pass = giving(
        "pass",
        DagKind::Pipeline,
        vec![port("m", optional(model())), port("other", model())],
        vec![
            task("may", 1, vec![(0, absent())]),
            task("must", 2, vec![(0, or(absent(), input(1, model())))]),
        ],
    );
    pass.outputs = vec![
        (output("m", optional(model())), absent()),
        (output("sure", model()), or(absent(), input(1, model()))),
    ];
    let found = || task_output(0, 0, optional(model()));
    let made = || task_output(1, 0, model());
    let mut main = entry(
        vec![given("which", Value::String("b".to_owned()), Type::String)],
        vec![
            calling("if-which", 1, vec![(0, input(0, Type::String))]),
            task("make", 0, Vec::new()),
            calling("pass", 2, vec![(0, found()), (1, made())]),
            task("may", 1, vec![(0, found())]),
            task("must", 2, vec![(0, or(found(), made()))]),
            task(
                "again",
                2,
                vec![(0, or(task_output(2, 0, optional(model())), made()))],
            ),
        ],
    );
    let waits: [(usize, usize); 8] = [
        (0, 2),
        (1, 2),
        (0, 3),
        (0, 4),
        (1, 4),
        (2, 5),
        (1, 5),
        (0, 5),
    ];
    for (first, then) in waits {
        edge(&mut main.0, first, then, Edge::Value);
    }
    let mut mk = step("mk", Vec::new());
    mk.outputs = vec![output("m", model())];
    let plan = whole(
        main,
        vec![branch, pass],
        vec![
            mk,
            step("may", vec![port("m", optional(model()))]),
            step("must", vec![port("m", model())]),
        ],
    );
    insta::assert_snapshot!(compile(&plan));
}

#[test]
fn an_item_is_given_as_it_is() {
    let with_item = |items: Type, port_types: &[Type], value: Expr| {
        let arguments = (0..port_types.len()).map(|index| (index, value.clone()));
        let looped = each(
            Items::List(input(0, list(items.clone()))),
            task("work", 0, arguments.collect()),
        );
        let mut work = script(Type::Json);
        work.inputs = port_types
            .iter()
            .enumerate()
            .map(|(index, ty)| port(&format!("p{index}"), ty.clone()))
            .collect();
        problems(&whole(
            entry(
                vec![given("xs", Value::List(Vec::new()), list(items))],
                vec![looped],
            ),
            Vec::new(),
            vec![work],
        ))
    };
    let sum = binary(Op::Add, item(0, Type::Int), int(1), Type::Int);
    assert_eq!(
        with_item(Type::Int, &[Type::Int], sum),
        [(
            Code::UnsupportedByTarget,
            "Argo can only pass on the item of a loop unchanged".to_owned()
        )]
    );
    let twice = with_item(
        Type::String,
        &[Type::String, Type::Json],
        item(0, Type::String),
    );
    assert_eq!(twice.len(), 1, "{twice:?}");
    let good = with_item(Type::Int, &[Type::Int, Type::Json], item(0, Type::Int));
    assert_eq!(good, []);
}
