//! The typical shapes of pipelines.

use std::sync::Arc;

use argot_compiler::{
    DagId, Edge, ExprKind, Hook, InputId, PipelineAttribute, PlanTaskId, Target, Type,
};
use petgraph::graph::NodeIndex;

use super::{Frame, failed, flat, planned, split, status, value};
use crate::argo::Options;
use crate::argo::tests::{compile_with, dag, input, of, output, plan, step, task, task_output};

#[test]
fn a_thousand_tasks_between_two() {
    let mut edges: Vec<_> = (1..=1000).map(|task| value(0, task)).collect();
    edges.extend((1..=1000).map(|task| value(task, 1001)));
    let (after, found, _) = split(&planned(1002, &edges), 200);
    assert_eq!(found, [""; 0]);
    assert_eq!(after.dags.len(), 6);
    assert_eq!(after.dags[0].graph.node_count(), 7);
}

#[test]
fn parts_have_no_more_inputs_than_argo_takes() {
    // Each task of the second row uses its own values.
    let mut edges = Vec::new();
    for task in 0..400 {
        edges.push(value(task, 400));
        for more in 0..4 {
            edges.push(value((task * 4 + more) % 400, 401 + task));
        }
        edges.push((400, 401 + task, Edge::Order));
    }
    let mut plan = planned(801, &edges);
    for task in 0..400 {
        let node = NodeIndex::new(401 + task);
        let others = (0..4).map(|more| task_output((task * 4 + more) % 400, more, Type::String));
        let given = of(ExprKind::Concat(others.collect()), Type::String);
        plan.dags[0].graph[node].arguments = vec![(InputId::new(0), given)];
    }
    Arc::make_mut(&mut plan.steps)[0]
        .outputs
        .extend((1..4).map(|more| output(&format!("out{more}"), Type::String)));
    let (after, found, _) = split(&plan, 200);
    assert_eq!(found, [""; 0]);
    assert!(after.dags.iter().all(|dag| dag.inputs.len() <= 500));
}

#[test]
fn failures_that_are_told_of_delay_nothing() {
    let mut edges = Vec::new();
    for train in 1..=300 {
        edges.push(value(0, train));
        edges.push(value(train, 301));
        edges.push((train, 301 + train, Edge::Status));
    }
    let (after, found, kept) = split(&planned(602, &edges), 200);
    assert_eq!(found, [""; 0]);
    assert_eq!(kept, [""; 0]);
    assert!(after.dags.len() <= 5, "{}", after.dags.len());
}

#[test]
fn what_asks_for_every_end_stays_in_the_run() {
    let mut edges: Vec<_> = (0..20).map(|task| value(task, task + 1)).collect();
    edges.push((4, 21, Edge::Status));
    let mut plan = planned(22, &edges);
    // It also runs if task 4 was omitted.
    plan.dags[0].graph[NodeIndex::new(21)].condition = Some(of(
        ExprKind::Unary {
            operator: argot_compiler::UnaryOperator::Not,
            operand: Box::new(failed(4)),
        },
        Type::Bool,
    ));
    let (after, found, _) = split(&plan, 8);
    assert_eq!(found, [""; 0]);
    let home = flat(&after).home;
    assert_eq!((home["t4"], home["t21"]), (0, 0));
}

#[test]
fn hooks_loops_and_statuses_go_with_their_tasks() {
    let mut edges: Vec<_> = (0..9).map(|task| value(task, task + 1)).collect();
    edges.extend((10..19).map(|task| value(task, task + 1)));
    let mut plan = planned(20, &edges);
    plan.dags.push(dag("handlers", Vec::new()));
    let graph = &mut plan.dags[0].graph;
    graph[NodeIndex::new(7)].on_exit = Some(Hook {
        dag: DagId::new(1),
        arguments: vec![
            (InputId::new(0), status(7)),
            (InputId::new(1), input(1, Type::String)),
        ],
    });
    let looped = &mut graph[NodeIndex::new(13)];
    looped.each = Some(argot_compiler::Items::List(task_output(
        12,
        0,
        Type::String,
    )));
    let item = of(ExprKind::Item(PlanTaskId::new(13)), Type::String);
    looped.arguments.push((InputId::new(1), item));
    plan.on_exit = Some(Hook {
        dag: DagId::new(1),
        arguments: vec![(InputId::new(0), task_output(5, 0, Type::String))],
    });
    let (after, _, _) = split(&plan, 4);
    let frame = Frame {
        plan: &after,
        dag: 0,
        inputs: vec!["seed".to_owned(), "tag".to_owned()],
    };
    let hook = after.on_exit.as_ref().unwrap();
    assert_ne!(hook, plan.on_exit.as_ref().unwrap());
    assert_eq!(frame.text(&hook.arguments[0].1), "t5.output0");
    let flat = flat(&after);
    assert!(
        flat.tasks["t7"].ends_with(", t7.status, tag"),
        "{}",
        flat.tasks["t7"]
    );
    assert!(
        flat.tasks["t13"].ends_with(", t13.item, t12.output0"),
        "{}",
        flat.tasks["t13"]
    );
}

#[test]
fn a_limit_of_called_graphs_is_not_lost() {
    let tasks: Vec<_> = (0..12)
        .map(|index| task(&format!("t{index}"), 0, vec![]))
        .collect();
    let mut inner = dag("inner", tasks);
    let parallel = PipelineAttribute::Parallel(crate::argo::tests::int(3));
    inner.attributes.set(parallel);
    let mut call = task("inner", 0, vec![]);
    call.target = Target::Dag(DagId::new(1));
    let plan = plan(
        "main",
        vec![dag("main", vec![call]), inner],
        vec![step("work", vec![])],
    );
    let (_, _, kept) = split(&plan, 10);
    assert_eq!(kept.len(), 1);
}

#[test]
fn what_a_split_looks_like() {
    let mut edges: Vec<_> = (1..=5).map(|task| value(0, task)).collect();
    edges.extend((1..=5).map(|task| value(task, 6)));
    let (after, _, _) = split(&planned(7, &edges), 4);
    let (yaml, diagnostics) = compile_with(&after, &Options::default());
    assert_eq!(diagnostics.iter().count(), 0);
    insta::assert_snapshot!(yaml);
}
