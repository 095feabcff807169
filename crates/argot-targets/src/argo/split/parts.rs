//! From groups of tasks to graphs: values that cross the border of a group become its inputs and outputs.

#![allow(
    clippy::indexing_slicing,
    reason = "every index is a task of the graph, or a graph or node that was added before"
)]

use std::collections::{HashMap, HashSet};

use argot_compiler::{
    Dag, DagId, DagKind, Edge, Expr, ExprKind, Hook, InputId, Output, OutputId, PipelineAttribute,
    Plan, PlanTask, PlanTaskId, Port, Target, Type,
};
use argot_partition::{Child, Shape, ordered};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::pod::names::mapped;

/// Something in a graph that an expression can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    Input(usize),
    Output(usize, usize),
    Gather(usize, usize),
    Status(usize),
    Ip(usize),
}

/// A graph under construction.
struct Part {
    /// The surrounding graph and its task there.
    around: Option<usize>,
    node: usize,
    /// The number of surrounding graphs.
    depth: usize,
    /// Its children: tasks of the old graph, or other parts.
    tasks: Vec<Held>,
    inputs: Vec<Port>,
    /// The source of each input, which also determines the argument of the part's task.
    imports: HashMap<Source, usize>,
    arguments: Vec<(InputId, Expr)>,
    outputs: Vec<(Output, Expr)>,
    exports: HashMap<Source, usize>,
    taken_inputs: HashSet<String>,
    taken_outputs: HashSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Task(usize),
    Part(usize),
}

/// Names that are in use, as targets see them.
#[derive(Debug, Clone)]
pub(super) struct Taken(HashSet<String>);

impl Taken {
    /// Returns the names of all graphs and steps of a plan.
    pub(super) fn of(plan: &Plan) -> Self {
        let dags = plan.dags.iter().map(|dag| &dag.name);
        let steps = plan.steps.iter().map(|step| &step.name);
        Self(dags.chain(steps).map(|name| mapped(name)).collect())
    }

    fn name(&mut self, base: &str, number: &mut usize) -> String {
        loop {
            *number += 1;
            let name = format!("{base}-{number}");
            if self.0.insert(mapped(&name)) {
                return name;
            }
        }
    }
}

/// Returns the graphs that replace a graph: first the one that takes its place, then its parts, whose ids start with
/// `next`. `on_exit` holds the arguments of the run's handlers, if the graph is the run's.
pub(super) fn rebuild(
    plan: &Plan,
    dag: &Dag,
    children: &[Child],
    next: usize,
    taken: &mut Taken,
    on_exit: Option<&mut Vec<(InputId, Expr)>>,
) -> Vec<Dag> {
    let mut builder = Builder {
        plan,
        dag,
        parts: Vec::new(),
        home: vec![(0, 0); dag.graph.node_count()],
    };
    let edges: Vec<(usize, usize)> = dag
        .graph
        .edge_references()
        .map(|edge| (edge.source().index(), edge.target().index()))
        .collect();
    let Some(shape) = Shape::new(dag.graph.node_count(), edges) else {
        return vec![dag.clone()];
    };
    builder.read(children, None, 0, &shape);
    builder.build(next, taken, on_exit)
}

struct Builder<'a> {
    plan: &'a Plan,
    dag: &'a Dag,
    parts: Vec<Part>,
    /// The position of each task: its part, and its index there.
    home: Vec<(usize, usize)>,
}

impl Builder<'_> {
    /// Adds the part with some children, ordered by their edges, and otherwise in source order.
    fn read(
        &mut self,
        children: &[Child],
        around: Option<(usize, usize)>,
        depth: usize,
        shape: &Shape,
    ) {
        let id = self.parts.len();
        self.parts.push(Part {
            around: around.map(|(around, _)| around),
            node: around.map_or(0, |(_, node)| node),
            depth,
            tasks: Vec::with_capacity(children.len()),
            inputs: Vec::new(),
            imports: HashMap::new(),
            arguments: Vec::new(),
            outputs: Vec::new(),
            exports: HashMap::new(),
            taken_inputs: HashSet::new(),
            taken_outputs: HashSet::new(),
        });
        for index in ordered(children, shape) {
            let node = self.parts[id].tasks.len();
            match &children[index] {
                Child::Task(task) => {
                    self.home[*task] = (id, node);
                    self.parts[id].tasks.push(Held::Task(*task));
                }
                Child::Part(children) => {
                    let part = self.parts.len();
                    self.parts[id].tasks.push(Held::Part(part));
                    self.read(children, Some((id, node)), depth + 1, shape);
                }
            }
        }
    }

    fn build(
        mut self,
        next: usize,
        taken: &mut Taken,
        on_exit: Option<&mut Vec<(InputId, Expr)>>,
    ) -> Vec<Dag> {
        let dag = self.dag;
        // Visits everything that the tasks and the graph's own outputs use; this finds every input and output.
        let tasks: Vec<PlanTask> = dag
            .graph
            .node_weights()
            .enumerate()
            .map(|(index, task)| self.task(index, task))
            .collect();
        let outputs = dag
            .outputs
            .iter()
            .map(|(output, expr)| (output.clone(), self.rewritten(0, expr)))
            .collect();
        for (_, expr) in on_exit.into_iter().flatten() {
            *expr = self.rewritten(0, expr);
        }
        let edges = self.edges();
        let names = self.names();
        let mut tasks: Vec<Option<PlanTask>> = tasks.into_iter().map(Some).collect();
        let mut dags = Vec::with_capacity(self.parts.len());
        let mut on_error = dag.attributes.clone();
        on_error.retain(|attribute| matches!(attribute, PipelineAttribute::OnError(_)));
        for id in 0..self.parts.len() {
            let mut graph = DiGraph::with_capacity(self.parts[id].tasks.len(), edges[id].len());
            for (node, held) in self.parts[id].tasks.iter().enumerate() {
                let task = match *held {
                    Held::Task(task) => tasks[task].take(),
                    Held::Part(part) => Some(PlanTask {
                        name: names[id][node].clone(),
                        target: Target::Dag(DagId::new(next + part - 1)),
                        arguments: self.parts[part].arguments.clone(),
                        condition: None,
                        each: None,
                        may_fail: false,
                        on_exit: None,
                        span: dag.span,
                    }),
                };
                if let Some(task) = task {
                    graph.add_node(task);
                }
            }
            for &((first, then), edge) in &edges[id] {
                graph.add_edge(NodeIndex::new(first), NodeIndex::new(then), edge);
            }
            dags.push(Dag {
                name: String::new(),
                kind: DagKind::Part,
                inputs: std::mem::take(&mut self.parts[id].inputs),
                outputs: std::mem::take(&mut self.parts[id].outputs),
                graph,
                attributes: on_error.clone(),
                span: dag.span,
            });
        }
        let mut number = 0;
        for (id, part) in dags.iter_mut().enumerate() {
            if id == 0 {
                part.name.clone_from(&dag.name);
                part.kind = dag.kind;
                part.inputs.clone_from(&dag.inputs);
                part.attributes.clone_from(&dag.attributes);
            } else {
                part.name = taken.name(&format!("{}-part", dag.name), &mut number);
            }
        }
        if let Some(outer) = dags.first_mut() {
            outer.outputs = outputs;
        }
        dags
    }

    /// Returns a task in the terms of its part.
    fn task(&mut self, index: usize, task: &PlanTask) -> PlanTask {
        let (part, _) = self.home[index];
        let arguments = |builder: &mut Self, arguments: &[(InputId, Expr)]| {
            arguments
                .iter()
                .map(|(id, expr)| (*id, builder.rewritten(part, expr)))
                .collect()
        };
        PlanTask {
            name: task.name.clone(),
            target: task.target,
            arguments: arguments(self, &task.arguments),
            condition: task
                .condition
                .as_ref()
                .map(|expr| self.rewritten(part, expr)),
            each: task.each.as_ref().map(|items| {
                let mut items = items.clone();
                for expr in items.exprs_mut() {
                    *expr = self.rewritten(part, expr);
                }
                items
            }),
            may_fail: task.may_fail,
            on_exit: task.on_exit.as_ref().map(|hook| Hook {
                dag: hook.dag,
                arguments: arguments(self, &hook.arguments),
            }),
            span: task.span,
        }
    }

    fn rewritten(&mut self, part: usize, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        self.rewrite(part, &mut expr);
        expr
    }

    /// Rewrites an expression of the old graph in the terms of a part.
    fn rewrite(&mut self, part: usize, expr: &mut Expr) {
        let source = match expr.kind {
            ExprKind::Input(id) => Source::Input(id.index()),
            ExprKind::TaskOutput { task, output } => Source::Output(task.index(), output.index()),
            ExprKind::Gather { task, output } => Source::Gather(task.index(), output.index()),
            ExprKind::TaskStatus(task) => Source::Status(task.index()),
            ExprKind::TaskIp(task) => Source::Ip(task.index()),
            ExprKind::Item(task) => {
                if let Some(&(_, node)) = self.home.get(task.index()) {
                    expr.kind = ExprKind::Item(PlanTaskId::new(node));
                }
                return;
            }
            _ => {
                for child in expr.children_mut() {
                    self.rewrite(part, child);
                }
                return;
            }
        };
        expr.kind = self.resolve(part, source, expr);
    }

    /// Returns a part's expression for something in the old graph. `expr` is the old expression for it.
    fn resolve(&mut self, part: usize, source: Source, expr: &Expr) -> ExprKind {
        let task = match source {
            Source::Input(index) if part == 0 => return ExprKind::Input(InputId::new(index)),
            Source::Input(_) => return self.import(part, source, expr),
            Source::Output(task, _)
            | Source::Gather(task, _)
            | Source::Status(task)
            | Source::Ip(task) => task,
        };
        let Some(&(home, node)) = self.home.get(task) else {
            return expr.kind.clone();
        };
        if home == part {
            let task = PlanTaskId::new(node);
            return match source {
                Source::Input(index) => ExprKind::Input(InputId::new(index)),
                Source::Output(_, output) => ExprKind::TaskOutput {
                    task,
                    output: OutputId::new(output),
                },
                Source::Gather(_, output) => ExprKind::Gather {
                    task,
                    output: OutputId::new(output),
                },
                Source::Status(_) => ExprKind::TaskStatus(task),
                Source::Ip(_) => ExprKind::TaskIp(task),
            };
        }
        match self.towards(part, home) {
            Some(below) => {
                let output = self.export(below, source, expr);
                ExprKind::TaskOutput {
                    task: PlanTaskId::new(self.parts[below].node),
                    output: OutputId::new(output),
                }
            }
            None => self.import(part, source, expr),
        }
    }

    /// Returns the direct child of `part` that is or contains `other`.
    fn towards(&self, part: usize, mut other: usize) -> Option<usize> {
        while self.parts[other].depth > self.parts[part].depth + 1 {
            other = self.parts[other].around?;
        }
        (self.parts[other].around == Some(part)).then_some(other)
    }

    fn import(&mut self, part: usize, source: Source, expr: &Expr) -> ExprKind {
        if let Some(&index) = self.parts[part].imports.get(&source) {
            return ExprKind::Input(InputId::new(index));
        }
        let Some(around) = self.parts[part].around else {
            return expr.kind.clone();
        };
        let (name, ty) = self.described(source, expr);
        let index = self.parts[part].inputs.len();
        let name = unique(&mut self.parts[part].taken_inputs, name);
        self.parts[part].imports.insert(source, index);
        self.parts[part].inputs.push(Port {
            name,
            ty: ty.clone(),
            doc: None,
            present: true,
            default: None,
            span: expr.span,
        });
        let kind = self.resolve(around, source, expr);
        let value = Expr::new(kind, ty, expr.span);
        self.parts[part]
            .arguments
            .push((InputId::new(index), value));
        ExprKind::Input(InputId::new(index))
    }

    fn export(&mut self, part: usize, source: Source, expr: &Expr) -> usize {
        if let Some(&index) = self.parts[part].exports.get(&source) {
            return index;
        }
        let (name, ty) = self.described(source, expr);
        let kind = self.resolve(part, source, expr);
        let index = self.parts[part].outputs.len();
        let name = unique(&mut self.parts[part].taken_outputs, name);
        self.parts[part].exports.insert(source, index);
        let output = Output {
            name,
            doc: None,
            ty: ty.clone(),
            span: expr.span,
        };
        let value = Expr::new(kind, ty, expr.span);
        self.parts[part].outputs.push((output, value));
        index
    }

    /// Returns a name and the type of something in the old graph.
    fn described(&self, source: Source, expr: &Expr) -> (String, Type) {
        let task = |index: usize| self.dag.graph.node_weight(NodeIndex::new(index));
        let named = |index: usize, what: &str| {
            let name = task(index).map_or("task", |task| task.name.as_str());
            format!("{name}_{what}")
        };
        match source {
            Source::Input(index) => match self.dag.inputs.get(index) {
                Some(port) => (port.name.clone(), port.ty.clone()),
                None => ("input".to_owned(), expr.ty.clone()),
            },
            Source::Output(index, output) => {
                let output = task(index).and_then(|task| self.plan.output(task.target, output));
                match output {
                    Some(output) => (named(index, &output.name), output.ty.clone()),
                    None => (named(index, "output"), expr.ty.clone()),
                }
            }
            Source::Gather(index, _) => (named(index, "outputs"), expr.ty.clone()),
            Source::Status(index) => (named(index, "status"), expr.ty.clone()),
            Source::Ip(index) => (named(index, "ip"), expr.ty.clone()),
        }
    }

    /// Returns the edges between the tasks of each part. Of several edges between the same two tasks, the strongest is
    /// kept.
    fn edges(&self) -> Vec<Vec<((usize, usize), Edge)>> {
        let mut edges = vec![Vec::new(); self.parts.len()];
        for edge in self.dag.graph.edge_references() {
            let (mut a, mut node_a) = self.home[edge.source().index()];
            let (mut b, mut node_b) = self.home[edge.target().index()];
            while a != b {
                let up = if self.parts[a].depth >= self.parts[b].depth {
                    (&mut a, &mut node_a)
                } else {
                    (&mut b, &mut node_b)
                };
                let part = &self.parts[*up.0];
                let Some(around) = part.around else { break };
                *up.1 = part.node;
                *up.0 = around;
            }
            if a == b && node_a != node_b {
                edges[a].push(((node_a, node_b), *edge.weight()));
            }
        }
        for edges in &mut edges {
            edges.sort_unstable_by(|a, b| b.cmp(a));
            edges.dedup_by_key(|(ends, _)| *ends);
            edges.reverse();
        }
        edges
    }

    /// Returns the names of the tasks that run parts, by part and node.
    fn names(&self) -> Vec<Vec<String>> {
        let task_name = |index: usize| {
            let task = self.dag.graph.node_weight(NodeIndex::new(index));
            task.map_or("", |task| task.name.as_str())
        };
        self.parts
            .iter()
            .map(|part| {
                let mut taken: HashSet<String> = part
                    .tasks
                    .iter()
                    .filter_map(|held| match held {
                        Held::Task(task) => Some(mapped(task_name(*task))),
                        Held::Part(_) => None,
                    })
                    .collect();
                let mut number = 0;
                let names = part.tasks.iter().map(|held| match held {
                    Held::Task(_) => String::new(),
                    Held::Part(_) => loop {
                        number += 1;
                        let name = format!("part-{number}");
                        if taken.insert(name.clone()) {
                            break name;
                        }
                    },
                });
                names.collect()
            })
            .collect()
    }
}

/// Returns a name that is unique in its list.
fn unique(taken: &mut HashSet<String>, base: String) -> String {
    let mut name = base.clone();
    let mut number = 1;
    while !taken.insert(name.clone()) {
        number += 1;
        name = format!("{base}_{number}");
    }
    name
}
