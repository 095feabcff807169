//! What no source says: limits, plans that are none, and each rule of an expression alone.

use std::sync::Arc;

use argot_syntax::Span;
use indexmap::IndexMap;
use petgraph::graph::DiGraph;

use crate::{
    Datum, End, Run, RunInfo, Scope, Status, StepCall, StepEnd, evaluate_expr, read, simulate,
    write,
};
use argot_compiler::{
    Attributes, BinaryOperator as Op, Body, Dag, DagId, DagKind, Edge, Expr, ExprKind, Field, Hook,
    InputId, Items, Output, OutputId, PipelineAttributes, Plan, PlanTask, PlanTaskId, Port,
    RunParameter, Step, StepId, Target, Type, Value,
};

fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr::new(kind, ty, Span::default())
}

fn int(value: i64) -> Expr {
    Expr::constant(Value::Int(value), Type::Int, Span::default())
}

fn bool(value: bool) -> Expr {
    Expr::constant(Value::Bool(value), Type::Bool, Span::default())
}

fn binary(operator: Op, left: Expr, right: Expr, ty: Type) -> Expr {
    let (left, right) = (Box::new(left), Box::new(right));
    expr(
        ExprKind::Binary {
            operator,
            left,
            right,
        },
        ty,
    )
}

fn choose(condition: Expr, then: Expr, otherwise: Expr, ty: Type) -> Expr {
    expr(
        ExprKind::Choose {
            condition: Box::new(condition),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        },
        ty,
    )
}

/// Something without a value.
fn none(ty: Type) -> Expr {
    expr(
        ExprKind::TaskOutput {
            task: PlanTaskId::new(9),
            output: OutputId::new(0),
        },
        ty,
    )
}

fn input(index: usize, ty: Type) -> Expr {
    expr(ExprKind::Input(InputId::new(index)), ty)
}

struct Known(Vec<Datum>);

impl Scope for Known {
    fn input(&self, input: InputId) -> Result<Datum, String> {
        self.0
            .get(input.index())
            .cloned()
            .ok_or_else(|| "there is no such input".to_owned())
    }

    fn status(&self, _: PlanTaskId) -> Result<Status, String> {
        Ok(Status::Skipped)
    }
}

fn list(element: Type) -> Type {
    Type::List(Arc::new(element))
}

#[test]
fn only_what_decides_is_looked_at() {
    let missing = || none(Type::Bool);
    let both = |operator, left, right| binary(operator, left, right, Type::Bool);
    let optional = Type::Optional(Arc::new(Type::Int));
    let null = || Expr::constant(Value::Null, Type::Null, Span::default());
    let absent = || none(optional.clone());
    let why = Err("there is no task 9 here");
    let yes = Ok("true");
    let no = Ok("false");
    for (expr, result) in [
        (both(Op::And, bool(false), missing()), no),
        (both(Op::And, bool(true), missing()), why),
        (both(Op::And, missing(), bool(false)), why),
        (both(Op::And, bool(true), bool(true)), yes),
        (both(Op::Or, bool(true), missing()), yes),
        (both(Op::Or, bool(false), missing()), why),
        (both(Op::Or, bool(false), bool(false)), no),
        (
            binary(Op::Coalesce, int(1), none(Type::Int), Type::Int),
            Ok("1"),
        ),
        (binary(Op::Coalesce, null(), int(2), Type::Int), Ok("2")),
        (binary(Op::Coalesce, absent(), int(2), Type::Int), why),
        (
            choose(bool(true), int(1), none(Type::Int), Type::Int),
            Ok("1"),
        ),
        (
            choose(bool(false), none(Type::Int), int(2), Type::Int),
            Ok("2"),
        ),
        (choose(missing(), int(1), int(2), Type::Int), why),
        (
            choose(int(1), int(1), int(2), Type::Int),
            Err("1 is neither true nor false"),
        ),
        (both(Op::Equal, absent(), null()), why),
    ] {
        let found = evaluate_expr(&expr, &Known(Vec::new())).map(|value| value.text());
        assert_eq!(found.as_deref().map_err(String::as_str), result, "{expr:?}");
    }
}

#[test]
fn an_int_is_a_float_where_the_type_says_so() {
    let scope = Known(Vec::new());
    let large = || int(i64::MAX);
    let sum = binary(Op::Add, large(), large(), Type::Int);
    assert!(evaluate_expr(&sum, &scope).is_err());
    let chosen = choose(bool(true), large(), int(0), Type::Float);
    let sum = binary(Op::Add, chosen, large(), Type::Float);
    assert_eq!(evaluate_expr(&sum, &scope), Ok(Value::Float(2f64.powi(64))));
    let items = expr(ExprKind::List(vec![int(1)]), list(Type::Float));
    let one = Value::List(vec![Value::Float(1.0)]);
    assert_eq!(evaluate_expr(&items, &scope), Ok(one));
}

#[test]
fn artifacts_are_handed_on_but_are_no_values() {
    let scope = Known(vec![Datum::artifact("a"), Datum::NULL]);
    let model = Type::Artifact(argot_compiler::ArtifactId::new(2));
    let optional = Type::Optional(Arc::new(model.clone()));
    let one = || input(0, optional.clone());
    let absent = || input(1, optional.clone());
    let null = || Expr::constant(Value::Null, Type::Null, Span::default());
    let text = |text: &str| Expr::text(text, Span::default());
    let location = argot_compiler::Location::S3 {
        bucket: text("b"),
        key: text("k"),
    };
    let artifact = |source| expr(ExprKind::Artifact(Box::new(source)), model.clone());
    let why = Err("an artifact is not a value");
    for (expr, result) in [
        (one(), Ok("<a>")),
        (
            binary(Op::Coalesce, one(), none(model.clone()), model.clone()),
            Ok("<a>"),
        ),
        (
            binary(Op::Coalesce, absent(), one(), model.clone()),
            Ok("<a>"),
        ),
        (binary(Op::Equal, one(), null(), Type::Bool), Ok("false")),
        (binary(Op::Equal, absent(), null(), Type::Bool), Ok("true")),
        (binary(Op::NotEqual, one(), null(), Type::Bool), Ok("true")),
        (expr(ExprKind::Concat(vec![one()]), Type::String), why),
        (expr(ExprKind::List(vec![one()]), list(model.clone())), why),
        (binary(Op::Add, one(), text("x"), Type::String), why),
        (
            artifact(argot_compiler::ArtifactSource::Location(location)),
            Ok("<s3://b/k>"),
        ),
        (
            artifact(argot_compiler::ArtifactSource::Text(text("x"))),
            Ok("<text:x>"),
        ),
    ] {
        let found = crate::evaluate_datum(&expr, &scope).map(|datum| datum.text());
        assert_eq!(found.as_deref().map_err(String::as_str), result, "{expr:?}");
    }
}

#[test]
fn what_nests_without_end_has_no_value() {
    type Around = fn(Expr) -> Expr;
    let around: [Around; 5] = [
        |inner| binary(Op::Add, inner, int(1), Type::Int),
        |inner| binary(Op::Coalesce, inner, int(1), Type::Int),
        |inner| choose(bool(true), inner, int(1), Type::Int),
        |inner| expr(ExprKind::Concat(vec![inner]), Type::String),
        |inner| {
            let record = vec![("x".to_owned(), inner)];
            expr(ExprKind::Record(record), Type::Json)
        },
    ];
    for around in around {
        let nested = |depth| {
            let deep = (0..depth).fold(int(0), |inner, _| around(inner));
            evaluate_expr(&deep, &Known(Vec::new()))
        };
        assert!(nested(200).is_ok());
        assert_eq!(nested(600), Err("it is nested too deeply".to_owned()));
    }
}

#[test]
fn values_survive_the_wire() {
    let optional = |ty| Type::Optional(Arc::new(ty));
    let pair = Type::Record(Arc::new([
        Field {
            name: "n".to_owned(),
            ty: Type::Int,
            default: None,
        },
        Field {
            name: "x".to_owned(),
            ty: optional(Type::Float),
            default: None,
        },
    ]));
    for (text, ty) in [
        ("a \"b\"\n", Type::String),
        ("null", Type::String),
        ("\"null\"", optional(Type::String)),
        ("null", optional(Type::String)),
        ("3", optional(Type::Int)),
        ("-3", Type::Int),
        ("0.25", Type::Float),
        ("1e+21", Type::Float),
        ("true", Type::Bool),
        ("16Gi", Type::Quantity),
        ("\"1h30m\"", optional(Type::Duration)),
        ("[1,2]", list(Type::Int)),
        ("[]", list(Type::String)),
        ("[null,\"null\"]", list(optional(Type::String))),
        ("{\"n\":1,\"x\":null}", pair.clone()),
        ("{\"b\":1,\"a\":[2]}", Type::Json),
        ("null", Type::Json),
    ] {
        let value = read(text, &ty);
        assert_eq!(
            value.map(|value| write(&value, &ty)),
            Ok(text.to_owned()),
            "{ty:?}"
        );
    }
    let members = Type::Enum(["a".to_owned(), "b".to_owned()].into());
    for (text, ty) in [
        ("x", Type::Int),
        ("9223372036854775808", Type::Int),
        ("NaN", Type::Float),
        ("yes", Type::Bool),
        ("c", members),
        ("a", optional(Type::String)),
        ("\"x\"", optional(Type::Int)),
        ("[1,\"2\"]", list(Type::Int)),
        ("null", list(Type::Int)),
        ("{\"x\":1}", pair),
        (
            "s3://b/k",
            Type::Artifact(argot_compiler::ArtifactId::new(0)),
        ),
    ] {
        assert!(read(text, &ty).is_err(), "`{text}` as {ty:?}");
    }
}

fn port(name: &str, ty: Type) -> Port {
    Port {
        name: name.to_owned(),
        ty,
        doc: None,
        present: true,
        default: None,
        span: Span::default(),
    }
}

fn task(name: &str, target: Target) -> PlanTask {
    PlanTask {
        name: name.to_owned(),
        target,
        arguments: Vec::new(),
        condition: None,
        each: None,
        may_fail: false,
        on_exit: None,
        span: Span::default(),
    }
}

const STEP: Target = Target::Step(StepId(0));

fn dag(name: &str, kind: DagKind, tasks: Vec<PlanTask>, edges: &[(u32, u32)]) -> Dag {
    let mut graph = DiGraph::new();
    for task in tasks {
        graph.add_node(task);
    }
    for (from, to) in edges {
        graph.add_edge((*from).into(), (*to).into(), Edge::Order);
    }
    Dag {
        name: name.to_owned(),
        kind,
        inputs: Vec::new(),
        outputs: Vec::new(),
        graph,
        attributes: PipelineAttributes::default(),
        span: Span::default(),
    }
}

/// A plan with one step, `step`, which takes `n` and gives `n`.
fn plan(dags: Vec<Dag>) -> Plan {
    let mut taken = port("n", Type::Int);
    taken.default = Some(int(0));
    Plan {
        name: "p".to_owned(),
        span: Span::default(),
        description: None,
        attributes: PipelineAttributes::default(),
        parameters: Vec::new(),
        dags,
        steps: Arc::new(vec![Step {
            name: "step".to_owned(),
            doc: None,
            inputs: vec![taken],
            declared: 1,
            outputs: vec![Output {
                name: "n".to_owned(),
                doc: None,
                ty: Type::Int,
                span: Span::default(),
            }],
            body: Body::Container,
            attributes: Attributes::default(),
            gathered: Vec::new(),
            volumes: Vec::new(),
            span: Span::default(),
        }]),
        claims: Vec::new(),
        on_exit: None,
        known: Vec::new(),
    }
}

fn well(_: &StepCall<'_>) -> StepEnd {
    StepEnd::succeeded([("n", Datum::Value(Value::Int(1)))])
}

fn run(plan: &Plan) -> Result<Run, String> {
    simulate(plan, &IndexMap::new(), &RunInfo::default(), &mut well)
}

#[test]
fn what_cannot_end_is_refused() {
    let again = |name| task(name, Target::Dag(DagId(0)));
    let repeated = plan(vec![dag("p", DagKind::Repeat, vec![again("again")], &[])]);
    let found = run(&repeated);
    let deep = "graphs are nested more than 1000 deep";
    assert_eq!(found, Err(deep.to_owned()));

    let doubled = vec![again("a"), again("b")];
    let found = run(&plan(vec![dag("p", DagKind::Repeat, doubled, &[])]));
    assert!(found.is_err());

    let circle = vec![task("a", STEP), task("b", STEP)];
    let found = run(&plan(vec![dag(
        "p",
        DagKind::Pipeline,
        circle,
        &[(0, 1), (1, 0)],
    )]));
    let waits = "some of its tasks wait for each other";
    assert_eq!(found, Err(waits.to_owned()));

    let info = RunInfo {
        max_nodes: 100,
        ..RunInfo::default()
    };
    for (to, fits) in [(99, true), (100, false), (i64::MAX, false)] {
        let mut all = task("all", STEP);
        all.each = Some(Items::Range(int(0), int(to)));
        let plan = plan(vec![dag("p", DagKind::Pipeline, vec![all], &[])]);
        let found = simulate(&plan, &IndexMap::new(), &info, &mut well);
        match found {
            Ok(run) => assert!(fits && run.nodes.len() == 100, "{to}"),
            Err(reason) => assert!(!fits && reason == "it has more than 100 nodes", "{to}"),
        }
    }
    assert!(run(&plan(Vec::new())).is_err());
    let missing = task("a", Target::Step(StepId(7)));
    assert!(run(&plan(vec![dag("p", DagKind::Pipeline, vec![missing], &[])])).is_err());
}

#[test]
fn a_task_may_stand_above_what_it_waits_for() {
    let tasks = vec![task("a", STEP), task("b", STEP), task("c", STEP)];
    let found = run(&plan(vec![dag(
        "p",
        DagKind::Pipeline,
        tasks,
        &[(1, 0), (2, 1)],
    )]));
    let order: Vec<String> = found
        .map(|run| run.nodes.into_iter().map(|node| node.path).collect())
        .unwrap_or_default();
    assert_eq!(order, ["c", "b", "a"]);
}

#[test]
fn what_is_to_run_after_a_skipped_task_runs() {
    for (edge, status) in [
        (Edge::Status, Status::Succeeded),
        (Edge::Order, Status::Succeeded),
        (Edge::Value, Status::Omitted),
    ] {
        let mut skipped = task("a", STEP);
        skipped.condition = Some(bool(false));
        let tasks = vec![skipped, task("b", STEP)];
        let mut entry = dag("p", DagKind::Pipeline, tasks, &[]);
        entry.graph.add_edge(0.into(), 1.into(), edge);
        let found = run(&plan(vec![entry])).map(|run| {
            let node = run.node("b").map(|node| node.status);
            (run.status, node)
        });
        assert_eq!(found, Ok((End::Succeeded, Some(status))), "{edge:?}");
    }
}

#[test]
fn what_grows_without_end_is_refused() {
    let mut grown = dag(
        "p",
        DagKind::Repeat,
        vec![PlanTask {
            arguments: vec![(
                InputId::new(0),
                binary(
                    Op::Add,
                    input(0, Type::String),
                    input(0, Type::String),
                    Type::String,
                ),
            )],
            ..task("again", Target::Dag(DagId(0)))
        }],
        &[],
    );
    grown.inputs.push(port("text", Type::String));
    let mut plan = plan(vec![grown]);
    plan.parameters.push(RunParameter {
        name: "text".to_owned(),
        ty: Type::String,
        doc: None,
        value: Some(Expr::text("x", Span::default())),
        span: Span::default(),
    });
    let found = run(&plan);
    assert!(found.is_ok_and(|run| {
        run.status == End::Error
            && run
                .nodes
                .iter()
                .any(|node| node.message.contains("longer than 4 MiB"))
    }));
}

#[test]
fn parameters_have_values_of_their_types() {
    let mut entry = dag("p", DagKind::Pipeline, Vec::new(), &[]);
    entry.inputs.push(port("n", Type::Float));
    let mut plan = plan(vec![entry]);
    plan.parameters.push(RunParameter {
        name: "n".to_owned(),
        ty: Type::Float,
        doc: None,
        value: None,
        span: Span::default(),
    });
    for (given, result) in [
        (None, Err("the parameter `n`: it needs a value")),
        (Some(("n", Value::Int(1))), Ok(End::Succeeded)),
        (
            Some(("n", Value::String("1".to_owned()))),
            Err("the parameter `n`: \"1\" is of another type"),
        ),
        (
            Some(("m", Value::Int(1))),
            Err("the run has no parameter `m`"),
        ),
    ] {
        let given = given
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Datum::Value(value)))
            .collect();
        let found = simulate(&plan, &given, &RunInfo::default(), &mut well).map(|run| run.status);
        assert_eq!(
            found.as_ref().map_err(String::as_str),
            result.as_ref().map_err(|text| *text)
        );
    }
}

#[test]
fn the_handlers_of_a_looped_call_run_for_each_turn() {
    let mut all = task("all", Target::Dag(DagId(1)));
    all.each = Some(Items::Range(int(0), int(2)));
    all.on_exit = Some(Hook {
        dag: DagId(2),
        arguments: vec![
            (
                InputId::new(0),
                expr(ExprKind::TaskStatus(PlanTaskId::new(0)), Type::String),
            ),
            (
                InputId::new(1),
                expr(ExprKind::Item(PlanTaskId::new(0)), Type::Int),
            ),
        ],
    });
    let mut handlers = dag("on-exit", DagKind::Handlers, vec![task("tell", STEP)], &[]);
    handlers.inputs.push(port("status", Type::String));
    handlers.inputs.push(port("item", Type::Int));
    let plan = plan(vec![
        dag("p", DagKind::Pipeline, vec![all], &[]),
        dag("inner", DagKind::Pipeline, vec![task("s", STEP)], &[]),
        handlers,
    ]);
    let found = simulate(
        &plan,
        &IndexMap::new(),
        &RunInfo::default(),
        &mut |call| match call.path {
            "all(1).s" => StepEnd::failed(1),
            _ => well(call),
        },
    );
    let seen: Vec<(String, Status, Vec<String>)> = found
        .map(|run| run.nodes)
        .unwrap_or_default()
        .into_iter()
        .map(|node| {
            let inputs = node.inputs.values().map(Datum::text).collect();
            (node.path, node.status, inputs)
        })
        .filter(|(path, _, _)| !path.ends_with(".s") && !path.ends_with(".tell"))
        .collect();
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(
        seen,
        [
            ("all".to_owned(), Status::Failed, Vec::new()),
            ("all(0)".to_owned(), Status::Succeeded, Vec::new()),
            ("all(1)".to_owned(), Status::Failed, Vec::new()),
            (
                "all(0):exit".to_owned(),
                Status::Succeeded,
                texts(&["\"Succeeded\"", "0"])
            ),
            (
                "all(1):exit".to_owned(),
                Status::Succeeded,
                texts(&["\"Failed\"", "1"])
            ),
        ]
    );
}
