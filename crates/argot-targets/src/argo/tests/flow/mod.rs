//! Conditions, loops and handlers.

mod branches;
mod ends;
mod loops;

use std::sync::Arc;

use argot_compiler::{
    BinaryOperator as Op, Dag, DagKind, Edge, Expr, ExprKind, Items, OutputId, Plan, PlanTask,
    PlanTaskId, Port, RunParameter, Step, Type, UnaryOperator, Value,
};
use argot_syntax::Span;
use petgraph::graph::NodeIndex;

use super::{call, constant, dag, of, output, plan, port, step, task};

fn optional(ty: Type) -> Type {
    Type::Optional(Arc::new(ty))
}

fn list(ty: Type) -> Type {
    Type::List(Arc::new(ty))
}

fn binary(operator: Op, left: Expr, right: Expr, ty: Type) -> Expr {
    of(
        ExprKind::Binary {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        },
        ty,
    )
}

fn test(operator: Op, left: Expr, right: Expr) -> Expr {
    binary(operator, left, right, Type::Bool)
}

fn not(operand: Expr) -> Expr {
    of(
        ExprKind::Unary {
            operator: UnaryOperator::Not,
            operand: Box::new(operand),
        },
        Type::Bool,
    )
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

fn status(task: usize) -> Expr {
    of(ExprKind::TaskStatus(PlanTaskId::new(task)), Type::String)
}

fn has_failed(status: Expr) -> Expr {
    let ends = ["Failed", "Error"].map(|end| Value::String(end.to_owned()));
    test(
        Op::In,
        status,
        constant(Value::List(ends.to_vec()), list(Type::String)),
    )
}

fn item(task: usize, ty: Type) -> Expr {
    of(ExprKind::Item(PlanTaskId::new(task)), ty)
}

fn gather(task: usize, output: usize, ty: Type) -> Expr {
    of(
        ExprKind::Gather {
            task: PlanTaskId::new(task),
            output: OutputId::new(output),
        },
        ty,
    )
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
