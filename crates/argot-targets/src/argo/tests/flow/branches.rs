use argot_compiler::{BinaryOperator as Op, DagKind, Edge, Type, Value};

use super::super::{compile, input, int, output, port, task, task_output, text};
use super::{
    binary, calling, choose, echo, edge, entry, given, giving, not, null, optional, script, test,
    when, whole,
};

/// `let r = if n > 3 { yield a(n) } else { yield b("small") }`, and the same without `else`.
#[test]
fn a_value_of_one_of_several_arms() {
    let text_ty = Type::String;
    let is_large = || test(Op::Greater, input(0, Type::Int), int(3));
    let arms = |name: &str| {
        let mut branch = giving(
            name,
            DagKind::If,
            vec![port("n", Type::Int)],
            vec![
                when(is_large(), task("large", 0, vec![(0, input(0, Type::Int))])),
                when(not(is_large()), task("small", 1, vec![(0, text("small"))])),
            ],
        );
        let value = choose(
            is_large(),
            task_output(0, 0, Type::String),
            task_output(1, 0, Type::String),
            Type::String,
        );
        branch.outputs = vec![(output("r", Type::String), value)];
        branch
    };
    let mut perhaps = giving(
        "main-perhaps",
        DagKind::If,
        vec![port("n", Type::Int)],
        vec![when(
            is_large(),
            task("large", 0, vec![(0, input(0, Type::Int))]),
        )],
    );
    let value = choose(
        is_large(),
        task_output(0, 0, Type::String),
        null(),
        optional(Type::String),
    );
    perhaps.outputs = vec![(output("r", optional(Type::String)), value)];
    let n = || vec![(0, input(0, Type::Int))];
    let kept = || task_output(1, 0, optional(Type::String));
    let mut main = entry(
        vec![given("n", Value::Int(5), Type::Int)],
        vec![
            calling("if-large", 1, n()),
            calling("perhaps", 2, n()),
            task("show", 1, vec![(0, task_output(0, 0, Type::String))]),
            task(
                "fallback",
                1,
                vec![(0, binary(Op::Coalesce, kept(), text("none"), Type::String))],
            ),
            when(
                test(Op::NotEqual, kept(), null()),
                task("known", 1, vec![(0, task_output(1, 0, Type::String))]),
            ),
            task("pass", 2, vec![(0, kept())]),
        ],
    );
    edge(&mut main.0, 0, 2, Edge::Value);
    edge(&mut main.0, 1, 3, Edge::Value);
    edge(&mut main.0, 1, 4, Edge::Value);
    edge(&mut main.0, 1, 5, Edge::Value);
    let mut large = echo("large", Type::Int);
    large.outputs = vec![output("out", Type::String)];
    insta::assert_snapshot!(compile(&whole(
        main,
        vec![arms("main-if"), perhaps],
        vec![large, echo("show", text_ty), script(optional(Type::String))],
    )));
}
