//! Splits of random graphs, and of the typical shapes of pipelines.

mod laws;
mod objects;
mod shapes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use argot_compiler::{
    Dag, DagKind, Edge, Expr, ExprKind, Plan, PlanTask, PlanTaskId, Target, Type, Value,
};
use argot_syntax::{Code, Diagnostics, Span};
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use super::graphs;
use crate::argo::tests::{
    constant, dag, input, of, output, plan, port, step, task, task_output, text,
};

/// Returns a plan of one graph. Each task returns a text, and uses those of the tasks with a value edge to it.
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
    of(ExprKind::TaskStatus(PlanTaskId::new(task)), Type::String)
}

fn failed(task: usize) -> Expr {
    let list = ["Failed", "Error"].map(|word| Value::String(word.to_owned()));
    of(
        ExprKind::Binary {
            operator: argot_compiler::BinaryOperator::In,
            left: Box::new(status(task)),
            right: Box::new(constant(
                Value::List(list.to_vec()),
                Type::List(Arc::new(Type::String)),
            )),
        },
        Type::Bool,
    )
}

/// A plan whose parts have been merged again.
#[derive(Debug, Default)]
struct Flat {
    /// Each task's arguments, condition and hook, in the terms of the run's graph.
    tasks: BTreeMap<String, String>,
    /// For each task, the tasks that end before it.
    before: BTreeMap<String, BTreeSet<String>>,
    /// The graph of each task.
    home: BTreeMap<String, usize>,
    outputs: Vec<String>,
}

/// A graph as it runs, with the values of its inputs as text.
struct Frame<'a> {
    plan: &'a Plan,
    dag: usize,
    inputs: Vec<String>,
}

impl Frame<'_> {
    fn dag(&self) -> &Dag {
        &self.plan.dags[self.dag]
    }

    fn task(&self, task: PlanTaskId) -> &PlanTask {
        &self.dag().graph[NodeIndex::new(task.index())]
    }

    /// Returns the graph of a task that is a part, with its inputs.
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
        let of = |task: PlanTaskId, what: String| format!("{}.{what}", self.task(task).name);
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

    /// Adds the tasks, which start after those of `start`, and returns all of them.
    fn flatten(&self, start: &BTreeSet<String>, flat: &mut Flat) -> BTreeSet<String> {
        let graph = &self.dag().graph;
        let mut ends: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut all = BTreeSet::new();
        for node in petgraph::algo::toposort(graph, None).unwrap() {
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

/// Splits a plan and checks that its meaning is unchanged. Returns the plan and the reports.
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

/// Returns how many more tasks wait for others than before.
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
