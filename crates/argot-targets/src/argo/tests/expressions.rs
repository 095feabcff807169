use std::sync::Arc;

use argot_compiler::{
    BinaryOperator as Op, Context, Expr, ExprKind, Field, Function as F, InputId, Output, OutputId,
    Port, Type, UnaryOperator, Value,
};
use argot_syntax::Span;

use super::super::expr_lang::quoted;
use super::super::scope::{Scope, Words};
use super::super::tags::TagSet;
use super::super::text::Place;
use super::super::versions::Version;
use super::{binary, constant, int, of, output, port, text};

fn scope<'a>(inputs: &'a [Port], outputs: &'a [Output]) -> Scope<'a> {
    Scope {
        inputs,
        outputs,
        tasks: None,
        retried: false,
        words: Words::Template,
        version: Version::default(),
        guard: None,
        // The test ends before this leak matters.
        tags: Box::leak(Box::default()),
    }
}

fn record() -> Type {
    Type::Record(Arc::new([
        Field {
            name: "lr".to_owned(),
            ty: Type::Float,
            default: None,
        },
        Field {
            name: "layers".to_owned(),
            ty: Type::Int,
            default: Some(Value::Int(2)),
        },
    ]))
}

const NAMES: [&str; 10] = ["s", "n", "f", "b", "xs", "r", "j", "m", "d", "ns"];

fn types() -> [Type; 10] {
    let list = |ty| Type::List(Arc::new(ty));
    [
        Type::String,
        Type::Int,
        Type::Float,
        Type::Bool,
        list(Type::String),
        record(),
        Type::Json,
        Type::Map(Arc::new(Type::Int)),
        Type::Duration,
        list(Type::Int),
    ]
}

fn ports() -> Vec<Port> {
    NAMES
        .iter()
        .zip(types())
        .map(|(name, ty)| port(name, ty))
        .collect()
}

/// Returns a reference to the input with that name.
fn x(name: &str) -> Expr {
    let index = NAMES.iter().position(|other| *other == name).unwrap();
    super::input(index, types()[index].clone())
}

fn float(value: f64) -> Expr {
    constant(Value::Float(value), Type::Float)
}

fn function(function: F, arguments: Vec<Expr>, ty: Type) -> Expr {
    of(
        ExprKind::Function {
            function,
            arguments,
        },
        ty,
    )
}

fn field(base: Expr, name: &str, ty: Type) -> Expr {
    of(
        ExprKind::Field {
            base: Box::new(base),
            name: name.to_owned(),
        },
        ty,
    )
}

fn index(base: Expr, index: Expr, ty: Type) -> Expr {
    of(
        ExprKind::Index {
            base: Box::new(base),
            index: Box::new(index),
        },
        ty,
    )
}

fn concat(parts: Vec<Expr>) -> Expr {
    of(ExprKind::Concat(parts), Type::String)
}

fn written(expr: &Expr, place: Place) -> String {
    scope(&ports(), &[output("model", Type::Error)])
        .plain(expr, place)
        .unwrap()
}

#[test]
fn values_that_argo_carries() {
    for (expr, expected) in [
        (text("plain"), "plain"),
        (int(5), "5"),
        (float(0.1), "0.1"),
        (constant(Value::Bool(true), Type::Bool), "true"),
        (
            constant(
                Value::List(vec![Value::Int(1)]),
                Type::List(Arc::new(Type::Int)),
            ),
            "[1]",
        ),
        (x("s"), "{{inputs.parameters.s}}"),
        (x("r"), "{{inputs.parameters.r}}"),
        (
            of(ExprKind::Context(Context::RunName), Type::String),
            "{{workflow.name}}",
        ),
        (of(ExprKind::Context(Context::TaskAttempt), Type::Int), "0"),
        (
            of(ExprKind::OutputPath(OutputId::new(0)), Type::String),
            "/argot/outputs/model",
        ),
        (
            of(ExprKind::InputPath(InputId::new(0)), Type::String),
            "/argot/inputs/s",
        ),
        (
            concat(vec![text("n="), x("n"), text("!")]),
            "n={{inputs.parameters.n}}!",
        ),
        // `{{{` is not a tag.
        (
            concat(vec![text("{"), x("n"), text("}")]),
            "{{='{' + inputs.parameters.n + '}'}}",
        ),
        (
            concat(vec![text("{"), binary(Op::Add, x("n"), int(1), Type::Int)]),
            "{{='{' + toJson(int(inputs.parameters.n) + 1)}}",
        ),
    ] {
        assert_eq!(written(&expr, Place::Parameter), expected);
    }
}

#[test]
fn a_container_gets_every_byte() {
    for (expr, expected) in [
        (text("$(HOME) $HOME"), "$$(HOME) $HOME"),
        (x("s"), "{{=replace(inputs.parameters.s, '$', '$$')}}"),
        (x("xs"), "{{=replace(inputs.parameters.xs, '$', '$$')}}"),
        (x("n"), "{{inputs.parameters.n}}"),
        (x("ns"), "{{inputs.parameters.ns}}"),
        (x("r"), "{{inputs.parameters.r}}"),
        (
            of(ExprKind::Context(Context::RunName), Type::String),
            "{{workflow.name}}",
        ),
        // A `$` and a bracket from two different places must not end up next to each other.
        (concat(vec![text("$"), x("n")]), "$${{inputs.parameters.n}}"),
        (
            concat(vec![text("--x="), x("s")]),
            "--x={{=replace(inputs.parameters.s, '$', '$$')}}",
        ),
        (
            function(F::Upper, vec![x("s")], Type::String),
            "{{=replace(upper(inputs.parameters.s), '$', '$$')}}",
        ),
    ] {
        assert_eq!(written(&expr, Place::Container), expected);
    }
}

#[test]
fn operators() {
    let not = of(
        ExprKind::Unary {
            operator: UnaryOperator::Not,
            operand: Box::new(x("b")),
        },
        Type::Bool,
    );
    let minus = of(
        ExprKind::Unary {
            operator: UnaryOperator::Negate,
            operand: Box::new(x("n")),
        },
        Type::Int,
    );
    for (expr, expected) in [
        (
            binary(Op::Add, x("n"), int(1), Type::Int),
            "int(inputs.parameters.n) + 1",
        ),
        (
            binary(
                Op::Multiply,
                binary(Op::Add, x("n"), int(1), Type::Int),
                int(-2),
                Type::Int,
            ),
            "(int(inputs.parameters.n) + 1) * (-2)",
        ),
        (
            binary(Op::Divide, x("n"), int(2), Type::Float),
            "int(inputs.parameters.n) / 2",
        ),
        (
            binary(Op::FloorDivide, x("n"), int(2), Type::Int),
            "sprig.div(int(inputs.parameters.n), 2)",
        ),
        (
            binary(Op::Remainder, x("n"), int(2), Type::Int),
            "int(inputs.parameters.n) % 2",
        ),
        (
            binary(Op::GreaterEqual, x("f"), float(1.0), Type::Bool),
            "float(inputs.parameters.f) >= 1.0",
        ),
        (
            binary(Op::Equal, x("s"), text("it's"), Type::Bool),
            r"inputs.parameters.s == 'it\'s'",
        ),
        (
            binary(Op::And, x("b"), not, Type::Bool),
            "(inputs.parameters.b == 'true') and (not (inputs.parameters.b == 'true'))",
        ),
        (minus, "-int(inputs.parameters.n)"),
        (
            binary(Op::In, x("s"), x("xs"), Type::Bool),
            "inputs.parameters.s in fromJSON(inputs.parameters.xs)",
        ),
        (
            binary(Op::In, text("k"), x("s"), Type::Bool),
            "inputs.parameters.s contains 'k'",
        ),
        (
            binary(
                Op::Coalesce,
                index(x("m"), text("k"), Type::Optional(Arc::new(Type::Int))),
                int(0),
                Type::Int,
            ),
            "int(fromJSON(inputs.parameters.m)['k'] ?? 0)",
        ),
        (
            binary(
                Op::Less,
                x("d"),
                constant(
                    Value::Duration(argot_compiler::Duration::parse("1h").unwrap()),
                    Type::Duration,
                ),
                Type::Bool,
            ),
            "duration(inputs.parameters.d) < duration('1h')",
        ),
        (
            field(x("r"), "lr", Type::Float),
            "fromJSON(inputs.parameters.r).lr",
        ),
        (
            field(x("r"), "layers", Type::Int),
            "int(fromJSON(inputs.parameters.r).layers ?? 2)",
        ),
        (
            index(x("ns"), int(-1), Type::Int),
            "int(fromJSON(inputs.parameters.ns)[-1])",
        ),
    ] {
        assert_eq!(
            written(&expr, Place::Parameter),
            format!("{{{{={expected}}}}}")
        );
    }
}

#[test]
fn functions() {
    let list = |ty| Type::List(Arc::new(ty));
    for (expr, expected) in [
        (
            function(F::Len, vec![x("xs")], Type::Int),
            "len(fromJSON(inputs.parameters.xs))",
        ),
        (
            function(F::Max, vec![x("f"), float(2.0)], Type::Float),
            "max(float(inputs.parameters.f), 2.0)",
        ),
        (
            function(F::Min, vec![x("ns")], Type::Int),
            "int(min(fromJSON(inputs.parameters.ns)))",
        ),
        (
            function(F::Sum, vec![x("ns")], Type::Int),
            "int(sum(fromJSON(inputs.parameters.ns)))",
        ),
        (
            function(F::Join, vec![x("xs"), text(",")], Type::String),
            "join(fromJSON(inputs.parameters.xs), ',')",
        ),
        (
            function(F::Join, vec![x("ns"), text(",")], Type::String),
            "join(map(fromJSON(inputs.parameters.ns), toJson(#)), ',')",
        ),
        (
            function(F::Split, vec![x("s"), text(",")], list(Type::String)),
            "sprig.toRawJson(split(inputs.parameters.s, ','))",
        ),
        (
            function(F::Replace, vec![x("s"), text("a"), text("b")], Type::String),
            "replace(inputs.parameters.s, 'a', 'b')",
        ),
        (
            function(F::Contains, vec![x("s"), text("a")], Type::Bool),
            "inputs.parameters.s contains 'a'",
        ),
        (
            function(F::Contains, vec![x("ns"), int(1)], Type::Bool),
            "1 in fromJSON(inputs.parameters.ns)",
        ),
        (
            function(F::StartsWith, vec![x("s"), text("a")], Type::Bool),
            "inputs.parameters.s startsWith 'a'",
        ),
        (
            function(F::Matches, vec![x("s"), text("^a")], Type::Bool),
            "inputs.parameters.s matches '^a'",
        ),
        (
            function(F::AsInt, vec![x("s")], Type::Int),
            "int(inputs.parameters.s)",
        ),
        (
            function(F::AsFloat, vec![x("j")], Type::Float),
            "float(fromJSON(inputs.parameters.j))",
        ),
        (
            function(F::AsString, vec![x("j")], Type::String),
            "type(fromJSON(inputs.parameters.j)) == 'string' ? fromJSON(inputs.parameters.j) : sprig.toRawJson(fromJSON(inputs.parameters.j))",
        ),
        (
            function(F::Json, vec![x("s")], Type::String),
            "sprig.toRawJson(inputs.parameters.s)",
        ),
        (
            function(F::Sort, vec![x("ns")], list(Type::Int)),
            "toJson(sort(fromJSON(inputs.parameters.ns)))",
        ),
        (
            function(F::Range, vec![x("n")], list(Type::Int)),
            "toJson(0..(int(inputs.parameters.n) - 1))",
        ),
        (
            binary(Op::Add, x("ns"), x("ns"), list(Type::Int)),
            "toJson(concat(fromJSON(inputs.parameters.ns), fromJSON(inputs.parameters.ns)) ?? [])",
        ),
    ] {
        assert_eq!(
            written(&expr, Place::Parameter),
            format!("{{{{={expected}}}}}")
        );
    }
    // A text that Argo has anyway.
    for (function_, argument, expected) in [
        (F::AsString, "n", "{{inputs.parameters.n}}"),
        (F::Json, "xs", "{{inputs.parameters.xs}}"),
    ] {
        assert_eq!(
            written(
                &function(function_, vec![x(argument)], Type::String),
                Place::Parameter
            ),
            expected
        );
    }
}

#[test]
fn what_becomes_json() {
    let ports = ports();
    let scope = scope(&ports, &[]);
    for (expr, expected) in [
        (text("a \"b\""), r#""a \"b\"""#),
        (int(1), "1"),
        (x("s"), "{{=sprig.toRawJson(inputs.parameters.s)}}"),
        (x("n"), "{{inputs.parameters.n}}"),
        (x("xs"), "{{inputs.parameters.xs}}"),
        (x("j"), "{{inputs.parameters.j}}"),
        (
            concat(vec![text("a"), x("n")]),
            "{{=sprig.toRawJson('a' + inputs.parameters.n)}}",
        ),
    ] {
        assert_eq!(
            scope.text(&expr, &Type::Json, Place::Parameter).unwrap(),
            expected
        );
    }
    let record = of(
        ExprKind::Record(vec![(
            "a".to_owned(),
            of(ExprKind::Record(vec![("b".to_owned(), x("n"))]), record()),
        )]),
        record(),
    );
    assert_eq!(
        scope.plain(&record, Place::Parameter).unwrap(),
        "{{=toJson({'a': {'b': int(inputs.parameters.n)} })}}"
    );
}

#[test]
fn no_tag_ends_early() {
    assert_eq!(quoted("}}"), r"'}\u007d'");
    assert_eq!(quoted("a'\\\n"), r"'a\'\\\n'");
    let tags = TagSet::default();
    assert_eq!(tags.expression("{'a': {}}"), "{{={'a': {} } }}");
    let ports = ports();
    let nothing = scope(&ports, &[]);
    let braces = binary(Op::Add, x("s"), text("{{x}}"), Type::String);
    assert!(nothing.plain(&braces, Place::Parameter).is_err());
    assert_eq!(Span::default().key().1, 0);
}
