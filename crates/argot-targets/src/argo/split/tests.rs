//! Splits of random graphs, and of the shapes that pipelines have.

use std::collections::{BTreeMap, BTreeSet};

use argot_compiler::simulate::{Datum, End, RunInfo, StepEnd, simulate};
use argot_compiler::{
    Dag, DagId, DagKind, Edge, Expr, ExprKind, Hook, InputId, Plan, PlanTask, Target, TaskId, Type,
    Value,
};
use argot_syntax::{Code, Diagnostics, Span};
use indexmap::IndexMap;
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use proptest::prelude::*;

use super::graphs;
use crate::argo::tests::{
    compile_with, constant, dag, input, of, output, plan, port, step, task, task_output, text,
};
use crate::argo::{Kind, Options};

/// A plan of one graph whose tasks give a text each, and use those of the tasks with a value edge to them.
fn planned(count: usize, edges: &[(usize, usize, Edge)]) -> Plan {
    let mut tasks = Vec::new();
    for index in 0..count {
        let mut parts = vec![text("-"), input(index % 2, Type::String)];
        let mut condition = None;
        for &(first, then, edge) in edges {
            if then == index && edge == Edge::Value {
                parts.push(task_output(first, 0, Type::String));
            } else if then == index && edge == Edge::Status {
                condition = Some(failed(first));
            }
        }
        let given = vec![(0, of(ExprKind::Concat(parts), Type::String))];
        tasks.push(PlanTask {
            condition,
            ..task(&format!("t{index}"), 0, given)
        });
    }
    let mut main = dag("main", tasks);
    main.inputs = vec![port("seed", Type::String), port("tag", Type::String)];
    for &(first, then, edge) in edges {
        main.graph
            .update_edge(NodeIndex::new(first), NodeIndex::new(then), edge);
    }
    if count > 0 {
        main.outputs = vec![(
            output("last", Type::String),
            task_output(count - 1, 0, Type::String),
        )];
    }
    let mut work = step("work", vec![port("text", Type::String)]);
    work.outputs = vec![output("out", Type::String)];
    let mut plan = plan("main", vec![main], vec![work]);
    for port in &plan.dags[0].inputs {
        plan.parameters.push(argot_compiler::RunParameter {
            name: port.name.clone(),
            ty: Type::String,
            doc: None,
            value: Some(text("x")),
            span: Span::default(),
        });
    }
    plan
}

fn status(task: usize) -> Expr {
    of(ExprKind::TaskStatus(TaskId::new(task)), Type::String)
}

fn failed(task: usize) -> Expr {
    let list = ["Failed", "Error"].map(|word| Value::String(word.to_owned()));
    of(
        ExprKind::Binary {
            operator: argot_compiler::BinaryOperator::In,
            left: Box::new(status(task)),
            right: Box::new(constant(
                Value::List(list.to_vec()),
                Type::List(Box::new(Type::String)),
            )),
        },
        Type::Bool,
    )
}

/// What a plan comes to when its parts are taken apart again.
#[derive(Debug, Default)]
struct Flat {
    /// Each task's arguments, condition and hook, in the words of the run's graph.
    tasks: BTreeMap<String, String>,
    /// For each task the tasks that end before it.
    before: BTreeMap<String, BTreeSet<String>>,
    /// The graph that each task stands in.
    home: BTreeMap<String, usize>,
    outputs: Vec<String>,
}

/// A graph as it runs: the values of its inputs, as text.
struct Frame<'a> {
    plan: &'a Plan,
    dag: usize,
    inputs: Vec<String>,
}

impl Frame<'_> {
    fn dag(&self) -> &Dag {
        &self.plan.dags[self.dag]
    }

    fn task(&self, task: TaskId) -> &PlanTask {
        &self.dag().graph[NodeIndex::new(task.index())]
    }

    /// The graph of a task that is a part, with its inputs.
    fn part(&self, task: &PlanTask) -> Option<Frame<'_>> {
        let Target::Dag(id) = task.target else {
            return None;
        };
        let dag = &self.plan.dags[id.index()];
        (dag.kind == DagKind::Part).then(|| {
            let mut inputs = vec![String::new(); dag.inputs.len()];
            for (id, expr) in &task.arguments {
                inputs[id.index()] = self.text(expr);
            }
            Frame {
                plan: self.plan,
                dag: id.index(),
                inputs,
            }
        })
    }

    fn text(&self, expr: &Expr) -> String {
        let of = |task: TaskId, what: String| format!("{}.{what}", self.task(task).name);
        match &expr.kind {
            ExprKind::Input(id) => self.inputs[id.index()].clone(),
            ExprKind::TaskOutput { task, output } => match self.part(self.task(*task)) {
                Some(part) => part.text(&part.dag().outputs[output.index()].1),
                None => of(*task, format!("output{}", output.index())),
            },
            ExprKind::TaskStatus(task) => of(*task, "status".to_owned()),
            ExprKind::TaskIp(task) => of(*task, "ip".to_owned()),
            ExprKind::Item(task) => of(*task, "item".to_owned()),
            ExprKind::Constant(value) => value.json(),
            _ => {
                let parts: Vec<String> = expr
                    .children()
                    .into_iter()
                    .map(|part| self.text(part))
                    .collect();
                format!("({})", parts.join(" "))
            }
        }
    }

    /// Adds the tasks, which start after those of `start`; returns all of them.
    fn flatten(&self, start: &BTreeSet<String>, flat: &mut Flat) -> BTreeSet<String> {
        let graph = &self.dag().graph;
        let mut ends: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut all = BTreeSet::new();
        for node in petgraph::algo::toposort(graph, None).expect("no circle") {
            let mut begin = start.clone();
            for first in graph.neighbors_directed(node, Direction::Incoming) {
                assert!(first < node, "tasks stand in the order of their edges");
                begin.extend(ends[&first.index()].iter().cloned());
            }
            let task = &graph[node];
            let mut end = begin.clone();
            if let Some(part) = self.part(task) {
                end.extend(part.flatten(&begin, flat));
            } else {
                let hook = task.on_exit.iter().flat_map(|hook| &hook.arguments);
                let words: Vec<String> = task
                    .arguments
                    .iter()
                    .chain(hook)
                    .map(|(_, expr)| expr)
                    .chain(&task.condition)
                    .chain(task.each.iter().flat_map(|items| items.exprs()))
                    .map(|expr| self.text(expr))
                    .collect();
                let name = &task.name;
                assert!(flat.tasks.insert(name.clone(), words.join(", ")).is_none());
                flat.before.insert(name.clone(), begin);
                flat.home.insert(name.clone(), self.dag);
                end.insert(name.clone());
            }
            all.extend(end.iter().cloned());
            ends.insert(node.index(), end);
        }
        all.difference(start).cloned().collect()
    }
}

fn flat(plan: &Plan) -> Flat {
    let ports = &plan.dags[0].inputs;
    let frame = Frame {
        plan,
        dag: 0,
        inputs: ports.iter().map(|port| port.name.clone()).collect(),
    };
    let mut flat = Flat::default();
    frame.flatten(&BTreeSet::new(), &mut flat);
    let outputs = plan.dags[0].outputs.iter();
    flat.outputs = outputs.map(|(_, expr)| frame.text(expr)).collect();
    flat
}

/// Splits a plan, and checks that it still means the same. Returns the plan and what was reported.
fn split(plan: &Plan, limit: usize) -> (Plan, Vec<String>, Vec<&'static str>) {
    let mut diagnostics = Diagnostics::default();
    let split = graphs(plan, limit, &mut diagnostics);
    let found = diagnostics
        .iter()
        .map(|diagnostic| {
            assert_eq!(diagnostic.code, Code::SplitDelays);
            diagnostic.message.clone()
        })
        .collect();
    let kept: Vec<&str> = split.kept.into_values().collect();
    let after = split.plan.unwrap_or_else(|| plan.clone());
    if kept.is_empty() {
        for dag in &after.dags {
            assert!(dag.graph.node_count() <= limit, "{}", dag.name);
        }
    }
    let (one, two) = (flat(plan), flat(&after));
    assert_eq!(one.tasks, two.tasks);
    assert_eq!(one.outputs, two.outputs);
    for (task, before) in &one.before {
        assert!(two.before[task].is_superset(before), "{task}");
    }
    (after, found, kept)
}

/// How many more tasks wait for others than before.
fn delayed(plan: &Plan, after: &Plan) -> usize {
    let (one, two) = (flat(plan), flat(after));
    let tasks = one.before.iter();
    tasks
        .filter(|(task, before)| two.before[*task] != **before)
        .count()
}

fn value(first: usize, then: usize) -> (usize, usize, Edge) {
    (first, then, Edge::Value)
}

/// A series-parallel graph: its size, and its edges between first and last tasks.
#[derive(Debug, Clone)]
enum Sp {
    Task,
    Series(Vec<Sp>),
    Parallel(Vec<Sp>),
}

impl Sp {
    /// Adds the graph; returns its first and last tasks.
    fn add(&self, count: &mut usize, edges: &mut Vec<(usize, usize, Edge)>) -> [Vec<usize>; 2] {
        match self {
            Self::Task => {
                *count += 1;
                [vec![*count - 1], vec![*count - 1]]
            }
            Self::Series(parts) => {
                let mut ends: Option<[Vec<usize>; 2]> = None;
                for part in parts {
                    let [first, last] = part.add(count, edges);
                    ends = Some(match ends {
                        None => [first, last],
                        Some([start, before]) => {
                            for one in &before {
                                edges.extend(first.iter().map(|two| value(*one, *two)));
                            }
                            [start, last]
                        }
                    });
                }
                ends.unwrap_or_default()
            }
            Self::Parallel(parts) => {
                let mut ends = [Vec::new(), Vec::new()];
                for part in parts {
                    let [first, last] = part.add(count, edges);
                    ends[0].extend(first);
                    ends[1].extend(last);
                }
                ends
            }
        }
    }
}

fn series_parallel() -> impl Strategy<Value = Sp> {
    Just(Sp::Task).prop_recursive(5, 80, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..7).prop_map(Sp::Series),
            proptest::collection::vec(inner, 2..7).prop_map(Sp::Parallel),
        ]
    })
}

fn random() -> impl Strategy<Value = (usize, Vec<(usize, usize, Edge)>)> {
    (2_usize..60, 0_usize..150).prop_flat_map(|(count, edges)| {
        let edge = (0..count, 0..count, 0..6).prop_filter_map("a loop", |(a, b, kind)| {
            let edge = if kind < 3 { Edge::Order } else { Edge::Value };
            (a != b).then(|| (a.min(b), a.max(b), edge))
        });
        let edges = proptest::collection::btree_map(
            edge.clone().prop_map(|(a, b, _)| (a, b)),
            edge.prop_map(|(_, _, edge)| edge),
            0..=edges,
        );
        edges.prop_map(move |edges| {
            let edges = edges.into_iter().map(|((a, b), edge)| (a, b, edge));
            (count, edges.collect())
        })
    })
}

/// How a run ends in which some tasks fail: the whole, and each task that has run with what it was given.
fn ran(plan: &Plan, failing: &BTreeSet<usize>) -> (End, BTreeMap<String, String>) {
    let run = simulate(plan, &IndexMap::new(), &RunInfo::default(), &mut |call| {
        let name = call.path.rsplit('.').next().unwrap_or_default();
        if failing.iter().any(|task| name == format!("t{task}")) {
            return StepEnd::failed(1);
        }
        let text = Datum::Value(Value::String(format!("<{name}>")));
        StepEnd::succeeded([("out", text)])
    })
    .unwrap();
    let mut tasks = BTreeMap::new();
    for node in run.nodes.iter().filter(|node| node.attempts > 0) {
        let name = node.path.rsplit('.').next().unwrap_or_default().to_owned();
        let how = format!("{:?} {:?}", node.status, node.inputs);
        assert!(tasks.insert(name, how).is_none());
    }
    (run.status, tasks)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_split_keeps_the_meaning((count, edges) in random(), limit in 2_usize..9) {
        let plan = planned(count, &edges);
        let (after, found, kept) = split(&plan, limit);
        prop_assert!(kept.is_empty(), "{kept:?}");
        let delayed = delayed(&plan, &after);
        prop_assert_eq!(found.is_empty(), delayed == 0, "{:?} {}", found, delayed);
        for text in found {
            let said = if delayed == 1 { "one task".to_owned() } else { format!("{delayed} tasks") };
            prop_assert!(text.ends_with(&said), "{text}, not {delayed}");
        }
    }

    #[test]
    fn a_run_ends_as_before(
        (count, mut edges) in random(),
        tested in proptest::collection::btree_set(0_usize..60, 0..5),
        failing in proptest::collection::btree_set(0_usize..60, 0..4),
        limit in 3_usize..9,
    ) {
        let mut all = count;
        for task in tested.into_iter().filter(|task| *task < count) {
            edges.push((task, all, Edge::Status));
            all += 1;
        }
        let mut plan = planned(all, &edges);
        plan.dags[0].outputs.clear();
        let (after, found, kept) = split(&plan, limit);
        prop_assume!(kept.is_empty());
        // Where a split delays tasks, a failure can keep more of them from running.
        let failing = if found.is_empty() { failing } else { BTreeSet::new() };
        prop_assert_eq!(ran(&plan, &failing), ran(&after, &failing));
    }

    #[test]
    fn series_and_parallels_are_not_delayed(graph in series_parallel(), limit in 3_usize..9) {
        let (mut count, mut edges) = (0, Vec::new());
        graph.add(&mut count, &mut edges);
        let (_, found, kept) = split(&planned(count, &edges), limit);
        prop_assert!(kept.is_empty() && found.is_empty(), "{found:?}");
    }

    #[test]
    fn handlers_stay_beside_their_tasks(
        (count, mut edges) in random(),
        tested in proptest::collection::btree_set(0_usize..60, 0..12),
        limit in 4_usize..9,
    ) {
        let mut all = count;
        for task in tested.into_iter().filter(|task| *task < count) {
            edges.push((task, all, Edge::Status));
            all += 1;
        }
        let plan = planned(all, &edges);
        let (after, _, kept) = split(&plan, limit);
        prop_assume!(kept.is_empty());
        let home = flat(&after).home;
        for (first, then, edge) in edges {
            if edge == Edge::Status {
                prop_assert_eq!(home[&format!("t{first}")], home[&format!("t{then}")]);
            }
        }
    }

    #[test]
    fn daemons_live_as_long_as_what_comes_after_them(
        (count, edges) in random(),
        daemon in 0_usize..60,
        limit in 3_usize..9,
    ) {
        let mut plan = planned(count, &edges);
        let mut server = plan.steps[0].clone();
        server.name = "server".to_owned();
        server.attributes.daemon = Some(true);
        plan.steps.push(server);
        let daemon = daemon % count;
        plan.dags[0].graph[NodeIndex::new(daemon)].target = Target::Step(argot_compiler::StepId::new(1));
        let (after, _, _) = split(&plan, limit);
        let below = |mut dag: usize| {
            let mut path = vec![dag];
            while dag != 0 {
                dag = after.dags.iter().position(|outer| {
                    outer.graph.node_weights().any(|task| task.target == Target::Dag(DagId::new(dag)))
                }).unwrap();
                path.push(dag);
            }
            path
        };
        let name = format!("t{daemon}");
        let (one, two) = (flat(&plan), flat(&after));
        for (task, before) in &one.before {
            if before.contains(&name) {
                prop_assert!(below(two.home[task]).contains(&two.home[&name]));
            }
        }
    }
}

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
    // Each task of the second row uses values of its own.
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
    plan.steps[0]
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
    // It runs where task 4 was omitted, too.
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
    let item = of(ExprKind::Item(TaskId::new(13)), Type::String);
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
    inner.attributes.parallel = Some(crate::argo::tests::int(3));
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

/// A plan in which graph `a` calls `b`, which calls many steps, some of which `a` calls too.
fn many_steps(count: usize) -> Plan {
    let each: Vec<_> = (0..count)
        .map(|index| task(&format!("t{index}"), index, vec![]))
        .collect();
    let mut entry: Vec<_> = (0..3)
        .map(|index| task(&format!("t{index}"), index, vec![]))
        .collect();
    entry.push(crate::argo::tests::call("b", 1));
    let steps = (0..count).map(|index| step(&format!("s{index}"), vec![]));
    plan(
        "many",
        vec![dag("many", entry), dag("b", each)],
        steps.collect(),
    )
}

/// The objects of an output: kind, name, the templates in it, and what they call: object and template.
fn objects_of(yaml: &str) -> Vec<(String, String, Vec<String>, BTreeSet<(String, String)>)> {
    let mut out = Vec::new();
    for document in yaml.split("---\n") {
        let value: serde_json::Value = serde_yaml::from_str(document).unwrap();
        let spec = match value["kind"].as_str() {
            Some("CronWorkflow") => &value["spec"]["workflowSpec"],
            _ => &value["spec"],
        };
        let name = value["metadata"]["name"].as_str().unwrap_or_default();
        let templates = spec["templates"].as_array().cloned().unwrap_or_default();
        let mut calls = BTreeSet::new();
        for task in templates.iter().flat_map(|template| {
            template["dag"]["tasks"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        }) {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let reference = &task["templateRef"];
            calls.insert(match reference.is_null() {
                true => (name.to_owned(), text(&task["template"])),
                false => (text(&reference["name"]), text(&reference["template"])),
            });
        }
        let names = templates
            .iter()
            .map(|template| template["name"].as_str().unwrap().to_owned());
        let kind = value["kind"].as_str().unwrap().to_owned();
        out.push((kind, name.to_owned(), names.collect(), calls));
    }
    out
}

#[test]
fn templates_move_to_objects_of_their_own() {
    let mut scheduled = many_steps(420);
    scheduled.attributes.schedule = Some(argot_compiler::Schedule {
        cron: vec!["0 0 * * *".to_owned()],
        timezone: None,
        concurrency: None,
        suspend: None,
        history: argot_compiler::History::default(),
        span: Span::default(),
    });
    for (kind, part) in [
        (Kind::Workflow, "WorkflowTemplate"),
        (Kind::WorkflowTemplate, "WorkflowTemplate"),
        (Kind::ClusterWorkflowTemplate, "ClusterWorkflowTemplate"),
        (Kind::CronWorkflow, "WorkflowTemplate"),
    ] {
        let options = Options {
            kind: Some(kind),
            ..Options::default()
        };
        let (yaml, diagnostics) = compile_with(&scheduled, &options);
        let codes: Vec<_> = diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code)
            .collect();
        assert_eq!(codes, []);
        assert_eq!(
            yaml.contains("clusterScope: true"),
            kind == Kind::ClusterWorkflowTemplate
        );
        let objects = objects_of(&yaml);
        let (main, parts) = objects.split_last().unwrap();
        assert_eq!(main.0, kind.name());
        assert!(parts.iter().all(|object| object.0 == part));
        let there: BTreeSet<(String, String)> = objects
            .iter()
            .flat_map(|(_, object, names, _)| {
                names.iter().map(move |name| (object.clone(), name.clone()))
            })
            .collect();
        // The graphs are `many`, `b` and two parts of it.
        assert_eq!(there.len(), 420 + 4);
        for (_, name, names, calls) in &objects {
            assert!(names.len() <= 200, "{name}");
            assert!(name.len() <= 63);
            assert!(
                calls.is_subset(&there),
                "{name}: {:?}",
                calls.difference(&there)
            );
            for (called, _) in calls {
                assert!(
                    called == name || *called != main.1,
                    "{name} calls the object itself"
                );
            }
        }
    }
}

#[test]
fn large_templates_move_too() {
    let mut plan = many_steps(60);
    for step in &mut plan.steps {
        let args = (0..20).map(|index| text(&format!("{index}{}", "x".repeat(1000))));
        step.attributes.main.args = Some(args.collect());
    }
    let (yaml, diagnostics) = compile_with(&plan, &Options::default());
    let codes: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, [Code::LargeRun]);
    let sizes: Vec<usize> = yaml.split("---\n").map(str::len).collect();
    assert!(
        sizes.len() > 4 && sizes.iter().all(|size| *size < 256 * 1024),
        "{sizes:?}"
    );
    let whole = Options {
        split: false,
        ..Options::default()
    };
    let (_, diagnostics) = compile_with(&plan, &whole);
    let codes: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, [Code::LimitExceeded]);
}
