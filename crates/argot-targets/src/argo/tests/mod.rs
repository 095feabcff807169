//! Tests over plans that are built by hand.

mod expressions;
mod flow;
mod refusals;
mod schema;
mod steps;

use argot_compiler::ContainerAttribute;
use argot_compiler::{
    Attributes, BinaryOperator, Body, Dag, DagId, DagKind, Edge, Expr, ExprKind, InputId, Output,
    OutputId, PipelineAttributes, Plan, PlanTask, PlanTaskId, Port, Step, StepId, Target, Type,
    Value,
};
use argot_syntax::{Code, Diagnostics, Span};
use petgraph::graph::DiGraph;

use super::{Options, lower};

pub(super) fn text(value: &str) -> Expr {
    Expr::text(value, Span::default())
}

pub(super) fn constant(value: Value, ty: Type) -> Expr {
    Expr::constant(value, ty, Span::default())
}

pub(super) fn int(value: i64) -> Expr {
    constant(Value::Int(value), Type::Int)
}

pub(super) fn of(kind: ExprKind, ty: Type) -> Expr {
    Expr::new(kind, ty, Span::default())
}

pub(super) fn input(index: usize, ty: Type) -> Expr {
    of(ExprKind::Input(InputId::new(index)), ty)
}

pub(super) fn task_output(task: usize, output: usize, ty: Type) -> Expr {
    of(
        ExprKind::TaskOutput {
            task: PlanTaskId::new(task),
            output: OutputId::new(output),
        },
        ty,
    )
}

pub(super) fn port(name: &str, ty: Type) -> Port {
    Port {
        name: name.to_owned(),
        ty,
        doc: None,
        present: true,
        default: None,
        span: Span::default(),
    }
}

pub(super) fn output(name: &str, ty: Type) -> Output {
    Output {
        name: name.to_owned(),
        doc: None,
        ty,
        span: Span::default(),
    }
}

pub(super) fn step(name: &str, inputs: Vec<Port>) -> Step {
    let mut attributes = Attributes::default();
    attributes
        .main
        .set(ContainerAttribute::Image(text("busybox:1.37.0")));
    attributes
        .main
        .set(ContainerAttribute::Command(vec![text("true")]));
    Step {
        name: name.to_owned(),
        doc: None,
        declared: inputs.len(),
        inputs,
        outputs: Vec::new(),
        body: Body::Container,
        attributes,
        gathered: Vec::new(),
        volumes: Vec::new(),
        span: Span::default(),
    }
}

pub(super) fn task(name: &str, step: usize, arguments: Vec<(usize, Expr)>) -> PlanTask {
    PlanTask {
        name: name.to_owned(),
        target: Target::Step(StepId::new(step)),
        arguments: arguments
            .into_iter()
            .map(|(index, expr)| (InputId::new(index), expr))
            .collect(),
        condition: None,
        each: None,
        may_fail: false,
        on_exit: None,
        span: Span::default(),
    }
}

pub(super) fn dag(name: &str, tasks: Vec<PlanTask>) -> Dag {
    let mut graph = DiGraph::new();
    for task in tasks {
        graph.add_node(task);
    }
    Dag {
        name: name.to_owned(),
        kind: DagKind::Pipeline,
        inputs: Vec::new(),
        outputs: Vec::new(),
        graph,
        attributes: PipelineAttributes::default(),
        span: Span::default(),
    }
}

pub(super) fn binary(operator: BinaryOperator, left: Expr, right: Expr, ty: Type) -> Expr {
    of(
        ExprKind::Binary {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        },
        ty,
    )
}

pub(super) fn wait(dag: &mut Dag, first: usize, then: usize) {
    dag.graph.add_edge(
        petgraph::graph::NodeIndex::new(first),
        petgraph::graph::NodeIndex::new(then),
        Edge::Order,
    );
}

pub(super) fn plan(name: &str, dags: Vec<Dag>, steps: Vec<Step>) -> Plan {
    Plan {
        name: name.to_owned(),
        span: Span::default(),
        description: None,
        attributes: PipelineAttributes::default(),
        parameters: Vec::new(),
        dags,
        steps: steps.into(),
        claims: Vec::new(),
        on_exit: None,
        known: Vec::new(),
    }
}

/// Returns a plan with one task that runs one step.
pub(super) fn only(step: Step) -> Plan {
    let name = step.name.clone();
    let arguments = step
        .inputs
        .iter()
        .enumerate()
        .filter(|(_, port)| !port.ty.is_artifact())
        .map(|(index, port)| {
            (
                index,
                constant(Value::String("x".to_owned()), port.ty.clone()),
            )
        })
        .collect();
    plan(
        "main",
        vec![dag("main", vec![task(&name, 0, arguments)])],
        vec![step],
    )
}

pub(super) fn compile_with(plan: &Plan, options: &Options) -> (String, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let manifests = lower(plan, options, &mut diagnostics);
    let text = crate::print(&manifests, &mut diagnostics);
    (text, diagnostics)
}

/// Returns the YAML of a plan without errors.
pub(super) fn compile(plan: &Plan) -> String {
    let (text, diagnostics) = compile_with(plan, &Options::default());
    let found: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| &diagnostic.message)
        .collect();
    assert!(found.is_empty(), "{found:?}");
    text
}

/// Returns the errors of a plan.
pub(super) fn problems(plan: &Plan) -> Vec<(Code, String)> {
    problems_with(plan, &Options::default())
}

pub(super) fn problems_with(plan: &Plan, options: &Options) -> Vec<(Code, String)> {
    let (_, diagnostics) = compile_with(plan, options);
    diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.message.clone()))
        .collect()
}

pub(super) fn call(name: &str, dag: usize) -> PlanTask {
    PlanTask {
        target: Target::Dag(DagId::new(dag)),
        ..task(name, 0, Vec::new())
    }
}
