use std::sync::Arc;

use argot_compiler::{
    BinaryOperator as Op, DagKind, Edge, Field, Items, PipelineAttribute, Type, Value,
};
use argot_syntax::Code;

use super::super::{
    compile, constant, input, int, output, port, problems, task, task_output, text,
};
use super::{
    binary, calling, choose, each, echo, edge, entry, gather, given, giving, item, list, not,
    optional, script, test, when, whole,
};

/// `let ys = for x in xs parallel 2 { let y = echo(x); yield y, x, 1 }`, over texts.
#[test]
fn a_loop_gathers_what_its_turns_give() {
    let mut turn = giving(
        "main-for-turn",
        DagKind::Turn,
        vec![port("x", Type::String), port("n", Type::Int)],
        vec![task("echo", 0, vec![(0, input(0, Type::String))])],
    );
    turn.outputs = vec![
        (output("y", Type::String), task_output(0, 0, Type::String)),
        (output("n", Type::Int), input(1, Type::Int)),
        (output("one", Type::Int), int(1)),
        (
            output("more", Type::Int),
            binary(Op::Add, input(1, Type::Int), int(1), Type::Int),
        ),
        (output("text", Type::String), text("it's")),
    ];
    let mut body = giving(
        "main-for",
        DagKind::For,
        vec![port("xs", list(Type::String)), port("n", Type::Int)],
        vec![each(
            Items::List(input(0, list(Type::String))),
            calling(
                "turn",
                2,
                vec![(0, item(0, Type::String)), (1, input(1, Type::Int))],
            ),
        )],
    );
    body.attributes.set(PipelineAttribute::Parallel(int(2)));
    body.outputs = ["y", "n", "one", "more", "text"]
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let ty = match name {
                "y" | "text" => list(Type::String),
                _ => list(Type::Int),
            };
            (output(name, ty.clone()), gather(0, index, ty))
        })
        .collect();
    let xs = ["a", "say \"b\"", ""].map(|x| Value::String(x.to_owned()));
    let mut main = entry(
        vec![
            given("xs", Value::List(xs.to_vec()), list(Type::String)),
            given("n", Value::Int(9_007_199_254_740_993), Type::Int),
        ],
        vec![
            calling(
                "for-x",
                1,
                vec![(0, input(0, list(Type::String))), (1, input(1, Type::Int))],
            ),
            task("show", 1, vec![(0, task_output(0, 0, list(Type::String)))]),
            task("count", 2, vec![(0, task_output(0, 1, list(Type::Int)))]),
        ],
    );
    edge(&mut main.0, 0, 1, Edge::Value);
    edge(&mut main.0, 0, 2, Edge::Value);
    main.0.outputs = vec![
        (
            output("ones", list(Type::Int)),
            task_output(0, 2, list(Type::Int)),
        ),
        (
            output("mores", list(Type::Int)),
            task_output(0, 3, list(Type::Int)),
        ),
        (
            output("texts", list(Type::String)),
            task_output(0, 4, list(Type::String)),
        ),
    ];
    insta::assert_snapshot!(compile(&whole(
        main,
        vec![body, turn],
        vec![
            echo("echo", Type::String),
            echo("show", list(Type::String)),
            echo("count", list(Type::Int)),
        ],
    )));
}

/// Loops without a value: over numbers, records, JSON values, and whole numbers up to a computed one.
#[test]
fn what_loops_run_over() {
    let record = || {
        Type::Record(Arc::new([Field {
            name: "lr".to_owned(),
            ty: Type::Float,
            default: None,
        }]))
    };
    let values = |values: &[Value]| Value::List(values.to_vec());
    let mixed = values(&[
        Value::String("a".to_owned()),
        Value::Int(1),
        Value::Null,
        Value::List(Vec::new()),
    ]);
    let texts = constant(
        values(&[Value::String("a".to_owned()), Value::String("1".to_owned())]),
        list(Type::String),
    );
    let rates = values(&[Value::Float(0.1), Value::Float(1.0)]);
    let over = |name: &str, items: Items, step: usize, index: usize, ty: Type| {
        each(items, task(name, step, vec![(0, item(index, ty))]))
    };
    let sum = |value: i64| binary(Op::Add, input(2, Type::Int), int(value), Type::Int);
    let main = entry(
        vec![
            given("rates", rates, list(Type::Float)),
            given(
                "records",
                values(&[Value::Record(
                    [("lr".to_owned(), Value::Float(0.5))].into_iter().collect(),
                )]),
                list(record()),
            ),
            given("n", Value::Int(3), Type::Int),
            given("mixed", mixed.clone(), list(Type::Json)),
        ],
        vec![
            over(
                "rates",
                Items::List(input(0, list(Type::Float))),
                0,
                0,
                Type::Float,
            ),
            over(
                "records",
                Items::List(input(1, list(record()))),
                1,
                1,
                record(),
            ),
            over(
                "mixed",
                Items::List(input(3, list(Type::Json))),
                2,
                2,
                Type::Json,
            ),
            over(
                "fixed",
                Items::List(constant(mixed, list(Type::Json))),
                2,
                3,
                Type::Json,
            ),
            over("texts", Items::List(texts.clone()), 3, 4, Type::String),
            over("texts-as-json", Items::List(texts), 2, 5, Type::String),
            over("three", Items::Range(int(0), int(3)), 4, 6, Type::Int),
            over("none", Items::Range(int(5), int(3)), 4, 7, Type::Int),
            over(
                "to-n",
                Items::Range(int(0), input(2, Type::Int)),
                4,
                8,
                Type::Int,
            ),
            over("around-n", Items::Range(sum(-1), sum(2)), 4, 9, Type::Int),
        ],
    );
    insta::assert_snapshot!(compile(&whole(
        main,
        Vec::new(),
        vec![
            script_of("a-float", Type::Float),
            script_of("a-record", record()),
            script_of("any", Type::Json),
            script_of("a-text", Type::String),
            script_of("a-number", Type::Int),
        ],
    )));
}

fn script_of(name: &str, ty: Type) -> argot_compiler::Step {
    argot_compiler::Step {
        name: name.to_owned(),
        ..script(ty)
    }
}

#[test]
fn an_item_is_given_as_it_is() {
    let with_item = |items: Type, port_types: &[Type], value: argot_compiler::Expr| {
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

/// `repeat max n { let y = echo(turn); yield y } until y == "done"`
fn repeat(max: i64) -> argot_compiler::Plan {
    let goes_on = || {
        let next = binary(Op::Add, input(1, Type::Int), int(1), Type::Int);
        test(
            Op::And,
            not(test(
                Op::Equal,
                task_output(0, 0, Type::String),
                text("done"),
            )),
            test(Op::Less, next, int(max)),
        )
    };
    let mut turn = port("turn", Type::Int);
    turn.default = Some(int(0));
    let mut body = giving(
        "main-repeat",
        DagKind::Repeat,
        vec![port("seed", Type::String), turn],
        vec![
            task(
                "echo",
                0,
                vec![(0, input(0, Type::String)), (1, input(1, Type::Int))],
            ),
            when(
                goes_on(),
                calling(
                    "again",
                    1,
                    vec![
                        (0, input(0, Type::String)),
                        (1, binary(Op::Add, input(1, Type::Int), int(1), Type::Int)),
                    ],
                ),
            ),
        ],
    );
    edge(&mut body, 0, 1, Edge::Value);
    body.outputs = vec![(
        output("y", Type::String),
        choose(
            goes_on(),
            task_output(1, 0, Type::String),
            task_output(0, 0, Type::String),
            Type::String,
        ),
    )];
    let mut main = entry(
        vec![given("seed", Value::String("s".to_owned()), Type::String)],
        vec![calling("repeat", 1, vec![(0, input(0, Type::String))])],
    );
    main.0.outputs = vec![(output("y", Type::String), task_output(0, 0, Type::String))];
    let mut work = echo("echo", Type::String);
    work.inputs.push(port("turn", Type::Int));
    whole(main, vec![body], vec![work])
}

#[test]
fn a_repetition_runs_itself_again() {
    insta::assert_snapshot!(compile(&repeat(5)));
}

#[test]
fn how_deep_argo_goes() {
    assert_eq!(problems(&repeat(97)), []);
    let found = problems(&repeat(98));
    assert_eq!(
        found,
        [(
            Code::LimitExceeded,
            "98 turns are nested 100 templates deep, and Argo accepts at most 99".to_owned()
        )]
    );
}

/// A value that may be missing goes through a loop.
#[test]
fn elements_that_may_be_absent() {
    let perhaps = || optional(Type::String);
    let mut turn = giving(
        "turn",
        DagKind::Turn,
        vec![port("x", perhaps())],
        vec![task("show", 0, vec![(0, input(0, perhaps()))])],
    );
    turn.outputs = vec![(output("x", perhaps()), input(0, perhaps()))];
    let mut body = giving(
        "for",
        DagKind::For,
        vec![port("xs", list(perhaps()))],
        vec![each(
            Items::List(input(0, list(perhaps()))),
            calling("turn", 2, vec![(0, item(0, perhaps()))]),
        )],
    );
    body.outputs = vec![(output("xs", list(perhaps())), gather(0, 0, list(perhaps())))];
    let xs = Value::List(vec![
        Value::String("null".to_owned()),
        Value::Null,
        Value::String(String::new()),
    ]);
    let mut main = entry(
        vec![given("xs", xs, list(perhaps()))],
        vec![calling("loop", 1, vec![(0, input(0, list(perhaps())))])],
    );
    main.0.outputs = vec![(
        output("xs", list(perhaps())),
        task_output(0, 0, list(perhaps())),
    )];
    insta::assert_snapshot!(compile(&whole(
        main,
        vec![body, turn],
        vec![script(perhaps())]
    )));
}
