use crate::pod::tests::set_retry;
use argot_compiler::RetryAttribute;
use argot_compiler::{
    Context, Dag, DagId, DagKind, Edge, Expr, ExprKind, Hook, InputId, PlanTask, Type, Value,
};
use argot_syntax::Code;

use super::super::{
    compile, constant, dag, input, int, of, output, port, problems, step, task, task_output, text,
};
use super::{
    binary, calling, choose, each, echo, edge, entry, given, giving, has_failed, item, list, not,
    null, optional, script, status, test, when, whole,
};
use argot_compiler::BinaryOperator as Op;

fn context(context: Context) -> Expr {
    of(ExprKind::Context(context), context.ty())
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

/// `let b = build(); if failed(b) { tell("failed") }; if succeeded(b) { tell("ok") }; tell("after") after b`
#[test]
fn a_test_of_an_end_does_not_hide_it() {
    let ok = test(Op::Equal, status(0), text("Succeeded"));
    let mut main = entry(
        Vec::new(),
        vec![
            task("build", 0, Vec::new()),
            when(
                has_failed(status(0)),
                task("if-failed", 1, vec![(0, text("failed"))]),
            ),
            when(ok, task("if-built", 1, vec![(0, text("ok"))])),
            task("after", 1, vec![(0, text("after"))]),
            task("last", 1, vec![(0, status(0))]),
        ],
    );
    edge(&mut main.0, 0, 1, Edge::Status);
    edge(&mut main.0, 0, 2, Edge::Status);
    edge(&mut main.0, 0, 3, Edge::Order);
    edge(&mut main.0, 0, 4, Edge::Status);
    edge(&mut main.0, 1, 4, Edge::Order);
    insta::assert_snapshot!(compile(&whole(
        main,
        Vec::new(),
        vec![step("build", vec![]), echo("tell", Type::String)],
    )));
}

/// `let s = score(3) allow_failure`, followed by uses of its value and its end.
#[test]
fn a_failure_that_is_allowed() {
    let mut attempt = giving(
        "main-score",
        DagKind::Attempt,
        vec![port("n", Type::Int)],
        vec![PlanTask {
            may_fail: true,
            ..task("score", 0, vec![(0, input(0, Type::Int))])
        }],
    );
    let ok = test(Op::Equal, status(0), text("Succeeded"));
    attempt.outputs = vec![
        (
            output("out", optional(Type::Int)),
            choose(
                ok,
                task_output(0, 0, Type::Int),
                null(),
                optional(Type::Int),
            ),
        ),
        (output("status", Type::String), status(0)),
    ];
    let score = || task_output(0, 0, optional(Type::Int));
    let failed = || has_failed(task_output(0, 1, Type::String));
    let mut main = entry(
        vec![given("n", Value::Int(1), Type::Int)],
        vec![
            calling("score", 1, vec![(0, input(0, Type::Int))]),
            when(failed(), task("warn", 1, vec![(0, int(0))])),
            when(not(failed()), task("praise", 1, vec![(0, int(1))])),
            task(
                "show",
                1,
                vec![(
                    0,
                    binary(
                        Op::Add,
                        binary(Op::Coalesce, score(), int(-1), Type::Int),
                        int(1),
                        Type::Int,
                    ),
                )],
            ),
        ],
    );
    for then in 1..4 {
        edge(&mut main.0, 0, then, Edge::Value);
    }
    insta::assert_snapshot!(compile(&whole(
        main,
        vec![attempt],
        vec![echo("score", Type::Int), echo("tell", Type::Int)],
    )));
}

/// `on failure { tell(run.failures) } on exit { tell(p, run.duration) }` of the entry, and of a pipeline that it
/// calls.
#[test]
fn handlers_of_the_run_and_of_a_call() {
    let after_run = |event: Option<Expr>, name: &str, values: [Expr; 2]| {
        let [value, more] = values;
        let task = task(name, 1, vec![(0, value), (1, more)]);
        match event {
            Some(event) => when(event, task),
            None => task,
        }
    };
    let failures = context(Context::RunFailures);
    let of_the_run = giving(
        "main-handlers",
        DagKind::Handlers,
        vec![port("p", Type::String)],
        vec![
            after_run(
                Some(has_failed(context(Context::RunStatus))),
                "on-failure",
                [failures, text("failed")],
            ),
            after_run(
                Some(test(
                    Op::Equal,
                    context(Context::RunStatus),
                    text("Succeeded"),
                )),
                "on-success",
                [text("[]"), context(Context::RunStatus)],
            ),
            after_run(
                None,
                "on-exit",
                [context(Context::RunDuration), input(0, Type::String)],
            ),
        ],
    );
    let of_the_call = giving(
        "part-handlers",
        DagKind::Handlers,
        vec![port("run_status", Type::String), port("p", Type::String)],
        vec![after_run(
            Some(has_failed(input(0, Type::String))),
            "on-failure",
            [text("part"), input(1, Type::String)],
        )],
    );
    let part = giving(
        "part",
        DagKind::Pipeline,
        vec![port("p", Type::String)],
        vec![task("work", 0, vec![(0, input(0, Type::String))])],
    );
    let main = entry(
        vec![given("p", Value::String("it's".to_owned()), Type::String)],
        vec![PlanTask {
            on_exit: Some(hook(3, vec![(0, status(0)), (1, input(0, Type::String))])),
            ..calling("part", 1, vec![(0, input(0, Type::String))])
        }],
    );
    let mut tell = echo("tell", Type::Json);
    tell.inputs.push(port("more", Type::String));
    let mut plan = whole(
        main,
        vec![part, of_the_run, of_the_call],
        vec![echo("work", Type::String), tell],
    );
    plan.on_exit = Some(hook(
        2,
        vec![(
            0,
            of(
                ExprKind::Concat(vec![text("p="), input(0, Type::String)]),
                Type::String,
            ),
        )],
    ));
    insta::assert_snapshot!(compile(&plan));
}

#[test]
fn a_looped_call_has_no_handlers_of_its_own() {
    let main = entry(
        Vec::new(),
        vec![each(
            argot_compiler::Items::Range(int(0), int(2)),
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

/// `retry { limit = 3, when = last.exit_code == code and last.message != text }`
#[test]
fn what_is_tried_again() {
    let mut work = step(
        "work",
        vec![port("code", Type::Int), port("text", Type::String)],
    );
    set_retry(&mut work.attributes, RetryAttribute::Limit(int(3)));
    set_retry(
        &mut work.attributes,
        RetryAttribute::When(test(
            Op::And,
            test(
                Op::Equal,
                context(Context::LastExitCode),
                input(0, Type::Int),
            ),
            test(
                Op::And,
                test(
                    Op::NotEqual,
                    context(Context::LastMessage),
                    input(1, Type::String),
                ),
                test(
                    Op::Less,
                    context(Context::LastDuration),
                    constant(Value::Float(60.0), Type::Float),
                ),
            ),
        )),
    );
    let template = super::super::template(work);
    insta::assert_snapshot!(template);
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

/// A graph whose whole value is missing, and one with missing elements, as a script sees them.
#[test]
fn a_script_sees_nothing_where_there_is_none() {
    for (ty, expected) in [
        (
            Type::String,
            "{{=inputs.parameters.value == 'null' ? '' : replace(fromJSON(inputs.parameters.value), '$', '$$')}}",
        ),
        (
            Type::Int,
            "{{=inputs.parameters.value == 'null' ? '' : inputs.parameters.value}}",
        ),
        (
            list(Type::String),
            "{{=inputs.parameters.value == 'null' ? '' : replace(inputs.parameters.value, '$', '$$')}}",
        ),
    ] {
        let main: Dag = dag("main", vec![task("script", 0, vec![(0, null())])]);
        let text = compile(&whole(
            (main, Vec::new()),
            Vec::new(),
            vec![script(optional(ty))],
        ));
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("value: \"null\""), "{text}");
    }
}

/// Outputs that could fail because of a program's text are computed by a task; others are not.
#[test]
fn an_output_that_is_computed() {
    let more = |value: Expr| binary(Op::Add, value, int(1), Type::Int);
    let large = || test(Op::Greater, input(0, Type::Int), int(3));
    let mut part = giving(
        "part",
        DagKind::If,
        vec![port("n", Type::Int)],
        vec![
            when(large(), task("a", 0, vec![(0, input(0, Type::Int))])),
            when(not(large()), task("b", 0, vec![(0, input(0, Type::Int))])),
        ],
    );
    let text_of = of(
        ExprKind::Concat(vec![text("n="), input(0, Type::Int)]),
        Type::String,
    );
    part.outputs = vec![
        (output("n", Type::Int), more(input(0, Type::Int))),
        (
            output("either", Type::Int),
            choose(
                large(),
                more(task_output(0, 0, Type::Int)),
                task_output(1, 0, Type::Int),
                Type::Int,
            ),
        ),
        (output("text", Type::String), text_of),
    ];
    let mut main = entry(
        vec![given("n", Value::Int(5), Type::Int)],
        vec![
            calling("part", 1, vec![(0, input(0, Type::Int))]),
            task("show", 0, vec![(0, task_output(0, 1, Type::Int))]),
        ],
    );
    edge(&mut main.0, 0, 1, Edge::Value);
    main.0.outputs = vec![(output("sum", Type::Int), more(task_output(0, 0, Type::Int)))];
    insta::assert_snapshot!(compile(&whole(
        main,
        vec![part],
        vec![echo("echo", Type::Int)],
    )));
}
