//! Turns the graphs of a plan into nodes.

use std::collections::HashSet;

use argot_compiler::{
    Dag, DagId, DagKind, Edge, Expr, Plan, PlanTask, Target, Type, Value,
    limits::{Budget, Spent},
};
use argot_syntax::{Diagnostics, Span};
use petgraph::{Direction, graph::NodeIndex, visit::EdgeRef};

use super::{
    Flat, Job, Limit, Member, Need, Node, NodeId, NodeKind, State, When,
    resolve::{Done, Ended, Frame, Known},
};
use crate::kubernetes::diagnostics;

/// The maximum number of Jobs in a run. The graph of about this many fits in a ConfigMap.
pub(super) const MOST_JOBS: usize = 5_000;

/// The maximum number of nodes and turns, kept or not: if a call has handlers, they are tried after each end. A short
/// program can reach any number without a single Job.
const MOST_NODES: usize = 100_000;

/// The maximum size, in bytes, of the values passed to all Jobs.
const MOST_BYTES: usize = 2 * argot_compiler::limits::MOST_BYTES;

/// The limit that stopped the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Full {
    Jobs,
    Nodes,
    Values,
}

/// Flattens a plan.
pub(super) fn flatten(plan: &Plan, is_draft: bool, diagnostics: &mut Diagnostics) -> Option<Flat> {
    let inputs = parameters(plan, is_draft, diagnostics);
    let mut flattener = Flattener {
        plan,
        diagnostics,
        nodes: Vec::new(),
        jobs: Vec::new(),
        names: HashSet::new(),
        facts: Vec::new(),
        run: None,
        node: None,
        limits: Vec::new(),
        made: Budget::new(MOST_NODES),
        values: Budget::new(MOST_BYTES),
        full: None,
    };
    let outputs = flattener.run(inputs);
    if let Some((full, span)) = flattener.full {
        flattener.diagnostics.push(match full {
            Full::Jobs => diagnostics::too_many_jobs(MOST_JOBS, span),
            Full::Nodes => diagnostics::too_many_nodes(MOST_NODES, span),
            Full::Values => diagnostics::too_many_values(MOST_BYTES, span),
        });
        return None;
    }
    Some(Flat {
        nodes: flattener.nodes,
        jobs: flattener.jobs,
        outputs,
    })
}

/// The parameters of the run. They cannot be set later, except in a draft.
fn parameters(plan: &Plan, is_draft: bool, diagnostics: &mut Diagnostics) -> Vec<Option<Expr>> {
    let entry = plan.dags.first();
    let ports = entry.map_or(&[][..], |dag| &dag.inputs);
    let unbound = plan.parameters.iter().filter(|found| found.value.is_none());
    for parameter in unbound.filter(|_| !is_draft) {
        diagnostics.push(diagnostics::unbound(&parameter.name, parameter.span));
    }
    ports
        .iter()
        .map(|port| {
            let parameter = plan.parameters.iter().find(|found| found.name == port.name);
            let value = parameter.and_then(|found| found.value.clone());
            value.or_else(|| port.default.clone()).or_else(|| {
                // It has been reported; the error value suppresses follow-up errors.
                parameter.map(|found| Expr::error(found.span))
            })
        })
        .collect()
}

/// The surroundings of the tasks in a graph.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The gate of the graph.
    pub(super) gate: NodeId,
    /// The simulator's path to it, up to the name of a task.
    pub(super) path: String,
    /// The names around it.
    pub(super) names: Vec<String>,
}

impl Place {
    /// The place inside a task.
    pub(super) fn inside(&self, gate: NodeId, step: &str, name: Option<String>) -> Self {
        Self {
            gate,
            path: format!("{}{step}.", self.path),
            names: self.names.iter().cloned().chain(name).collect(),
        }
    }
}

/// The result of laying out a graph.
pub(super) struct Graph {
    /// Its end.
    pub(super) end: NodeId,
    /// Its outputs.
    pub(super) outputs: Vec<Expr>,
}

/// State while a plan is turned into nodes.
pub(super) struct Flattener<'a> {
    pub(super) plan: &'a Plan,
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) nodes: Vec<Node>,
    pub(super) jobs: Vec<Job>,
    pub(super) names: HashSet<String>,
    /// The conditions that hold at the current point.
    pub(super) facts: Vec<When>,
    /// How the run has ended; set only in its handlers.
    pub(super) run: Option<State>,
    /// How a node has ended; set only in its handlers.
    pub(super) node: Option<(NodeId, State)>,
    /// The limits that apply at the current point.
    pub(super) limits: Vec<Limit>,
    /// The nodes and turns that may still be made.
    made: Budget,
    /// The values that may still be written out.
    values: Budget,
    /// Why nothing more is laid out, and at which task that was found.
    full: Option<(Full, Span)>,
}

/// A task, and what surrounds it.
pub(super) struct Turn<'a> {
    pub(super) task: &'a PlanTask,
    pub(super) needs: Vec<Need>,
    pub(super) when: When,
    pub(super) place: &'a Place,
    /// How many turns may run at the same time, if it is a loop.
    pub(super) parallel: Option<i64>,
}

impl Flattener<'_> {
    fn run(&mut self, inputs: Vec<Option<Expr>>) -> Vec<Expr> {
        let gate = self.open(None, Vec::new(), When::Known(true));
        let place = Place {
            gate,
            path: String::new(),
            names: Vec::new(),
        };
        let Some(hook) = self.plan.on_exit.as_ref() else {
            return self.graph(DagId::new(0), inputs, place).outputs;
        };
        let main = self.open(Some(gate), Vec::new(), When::Known(true));
        let place = Place {
            gate: main,
            ..place
        };
        let body = self.graph(DagId::new(0), inputs.clone(), place);
        let mut members = vec![Member {
            node: body.end,
            counts: true,
        }];
        let frame = Frame {
            inputs,
            ..Frame::default()
        };
        let place = Place {
            gate,
            path: ":exit.".to_owned(),
            names: Vec::new(),
        };
        members.extend(self.handlers(hook, &frame, body.end, &place));
        self.close(gate, members);
        body.outputs
    }

    /// Whether a limit of the run was exceeded. That is reported at the end.
    pub(super) fn is_full(&self) -> bool {
        self.full.is_some()
    }

    /// Records for a task that `turns` more turns are laid out, each with `bytes` of values.
    pub(super) fn fill(&mut self, span: Span, turns: usize, bytes: usize) {
        let full = if self.jobs.len() > MOST_JOBS {
            Full::Jobs
        } else if self.made.spend(turns) != Spent::Fine {
            Full::Nodes
        } else if self.values.spend(turns.saturating_mul(bytes)) != Spent::Fine {
            Full::Values
        } else {
            return;
        };
        self.full.get_or_insert((full, span));
    }

    /// The facts known at the current point.
    pub(super) fn known(&self) -> Known<'_> {
        Known {
            facts: &self.facts,
            run: self.run,
            node: self.node,
            item: None,
            has_succeeded: false,
        }
    }

    pub(super) fn resolve(&mut self, frame: &Frame, expr: &Expr) -> Expr {
        let mut found = Diagnostics::default();
        let out = frame.resolve(expr, self.known(), &mut found);
        self.diagnostics.extend(found);
        out
    }

    pub(super) fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(self.nodes.len());
        self.made.spend(1);
        self.nodes.push(node);
        id
    }

    pub(super) fn open(&mut self, parent: Option<NodeId>, needs: Vec<Need>, when: When) -> NodeId {
        self.push(Node {
            parent,
            needs,
            when,
            kind: NodeKind::Open,
        })
    }

    pub(super) fn close(&mut self, gate: NodeId, members: Vec<Member>) -> NodeId {
        let parent = self.nodes.get(gate.0).and_then(|node| node.parent);
        self.push(Node {
            parent,
            needs: Vec::new(),
            when: When::Known(true),
            kind: NodeKind::Close { gate, members },
        })
    }

    /// Lays out a graph after a gate.
    pub(super) fn graph(&mut self, id: DagId, inputs: Vec<Option<Expr>>, place: Place) -> Graph {
        let Some(dag) = self.plan.dags.get(id.index()) else {
            let end = self.close(place.gate, Vec::new());
            return Graph {
                end,
                outputs: Vec::new(),
            };
        };
        self.refuse_locks(dag);
        let limits = self.limits.len();
        let most = dag.attributes.parallel().and_then(Expr::as_int);
        if let (Some(most), DagKind::Pipeline) = (most, dag.kind) {
            self.limits.push(Limit {
                gate: place.gate,
                most,
            });
        }
        let mut frame = Frame {
            inputs,
            ..Frame::default()
        };
        let mut members = Vec::new();
        for index in dag.graph.node_indices() {
            if self.is_full() {
                break;
            }
            let Some(task) = dag.graph.node_weight(index) else {
                continue;
            };
            let facts = self.facts.len();
            let done = self.task(dag, index, task, most, &frame, &place);
            self.fill(task.span, 0, 0);
            self.facts.truncate(facts);
            if let Ended::As(node) = done.ended {
                members.push(Member {
                    node,
                    counts: !task.may_fail,
                });
            }
            members.extend(done.handlers.iter().map(|node| Member {
                node: *node,
                counts: false,
            }));
            frame.done.push(done);
        }
        self.limits.truncate(limits);
        let end = self.close(place.gate, members);
        let known = Known {
            has_succeeded: true,
            ..self.known()
        };
        let mut found = Diagnostics::default();
        let outputs: Vec<Expr> = dag
            .outputs
            .iter()
            .map(|(_, value)| frame.resolve(value, known, &mut found))
            .collect();
        self.diagnostics.extend(found);
        let bytes: usize = outputs.iter().map(weight).sum();
        self.fill(dag.span, 1, bytes);
        Graph { end, outputs }
    }

    fn task(
        &mut self,
        dag: &Dag,
        index: NodeIndex,
        task: &PlanTask,
        parallel: Option<i64>,
        frame: &Frame,
        place: &Place,
    ) -> Done {
        let Some((needs, mut is_sure)) = self.needs(dag, index, frame) else {
            return never(State::Omitted);
        };
        let when = match &task.condition {
            Some(condition) => self.condition(frame, condition),
            None => When::Known(true),
        };
        if when == When::Known(false) {
            if needs.is_empty() {
                return never(State::Skipped);
            }
            // Nodes that wait for it must know whether it was omitted.
            let node = self.open(Some(place.gate), needs, when);
            return Done {
                ended: Ended::As(node),
                ..never(State::Skipped)
            };
        }
        is_sure &= when == When::Known(true);
        self.facts.push(when.clone());
        let turn = Turn {
            task,
            needs,
            when,
            place,
            parallel,
        };
        let mut done = match &task.each {
            Some(items) => self.looped(turn, items, frame),
            None => {
                let arguments = self.arguments(task, frame, None);
                self.once(turn, arguments)
            }
        };
        done.is_sure &= is_sure && !task.may_fail;
        self.hook(task, &mut done, frame, place);
        done
    }

    /// Returns the nodes a task waits for, and whether they have all succeeded whenever the graph has; `None` if the
    /// task never has its turn. Pushes the conditions that then hold.
    pub(super) fn needs(
        &mut self,
        dag: &Dag,
        index: NodeIndex,
        frame: &Frame,
    ) -> Option<(Vec<Need>, bool)> {
        let mut needs = Vec::new();
        let mut is_sure = true;
        let mut omitted = false;
        let mut edges: Vec<_> = dag
            .graph
            .edges_directed(index, Direction::Incoming)
            .collect();
        edges.sort_by_key(EdgeRef::source);
        for edge in edges {
            let Some(before) = frame.done.get(edge.source().index()) else {
                continue;
            };
            match (before.ended, *edge.weight()) {
                (Ended::As(node), edge) => {
                    needs.push(Need { node, edge });
                    is_sure &= edge == Edge::Status || before.is_sure;
                    match edge {
                        Edge::Value => self.facts.push(When::Is(node, vec![State::Succeeded])),
                        Edge::Order => self
                            .facts
                            .push(When::Is(node, vec![State::Succeeded, State::Skipped])),
                        Edge::Status => {}
                    }
                }
                (Ended::Always(_), Edge::Status) | (Ended::Always(State::Skipped), Edge::Order) => {
                }
                (Ended::Always(_), _) => omitted = true,
            }
            needs.extend(before.handlers.iter().map(|node| Need {
                node: *node,
                edge: Edge::Status,
            }));
        }
        (!omitted).then_some((needs, is_sure))
    }

    /// Lays out the handlers of a task.
    pub(super) fn hook(&mut self, task: &PlanTask, done: &mut Done, frame: &Frame, place: &Place) {
        let (Some(hook), Ended::As(node)) = (&task.on_exit, done.ended) else {
            return;
        };
        // Its arguments may refer to the task itself.
        let mut whole = frame.clone();
        whole.done.push(done.clone());
        let names = place.names.iter().cloned();
        let inside = Place {
            gate: place.gate,
            path: format!("{}{}:exit.", place.path, task.name),
            names: names.chain([task.name.clone()]).collect(),
        };
        let handlers = self.handlers(hook, &whole, node, &inside);
        done.handlers = handlers.iter().map(|member| member.node).collect();
    }

    /// The condition of a task.
    pub(super) fn condition(&mut self, frame: &Frame, condition: &Expr) -> When {
        let found = self.resolve(frame, condition);
        match When::of(&found) {
            Ok(when) => when,
            Err(part) => {
                if !part.is_error() {
                    self.diagnostics
                        .push(diagnostics::run_time_condition(part, condition.span));
                }
                When::Known(true)
            }
        }
    }

    /// The values of the inputs of the step or pipeline that a task runs.
    pub(super) fn arguments(
        &mut self,
        task: &PlanTask,
        frame: &Frame,
        item: Option<&Expr>,
    ) -> Vec<Option<Expr>> {
        let ports = self.plan.inputs(task.target).unwrap_or_default();
        let mut out: Vec<Option<Expr>> = ports
            .iter()
            .map(|port| match port.present {
                true => port.default.clone().or_else(|| {
                    port.ty
                        .is_optional()
                        .then(|| Expr::constant(Value::Null, Type::Null, port.span))
                }),
                false => None,
            })
            .collect();
        for (id, value) in &task.arguments {
            let known = Known {
                item,
                ..self.known()
            };
            let mut found = Diagnostics::default();
            let value = frame.resolve(value, known, &mut found);
            self.diagnostics.extend(found);
            if let Some(slot) = out.get_mut(id.index()) {
                *slot = Some(value);
            }
        }
        let bytes: usize = out.iter().flatten().map(weight).sum();
        self.fill(task.span, 1, bytes);
        out
    }

    /// A task that is not looped.
    pub(super) fn once(&mut self, turn: Turn<'_>, arguments: Vec<Option<Expr>>) -> Done {
        let Turn {
            task,
            needs,
            when,
            place,
            ..
        } = turn;
        match task.target {
            Target::Step(id) => self.step(task, id, needs, when, place, arguments),
            Target::Dag(id) => {
                if let Some(dag) = self.plan.dags.get(id.index())
                    && dag.kind == DagKind::Repeat
                {
                    self.diagnostics.push(diagnostics::repeat(dag.span));
                    // Its outputs have been reported.
                    let wrong = |_: &_| Expr::error(dag.span);
                    return Done {
                        outputs: dag.outputs.iter().map(wrong).collect(),
                        ..never(State::Skipped)
                    };
                }
                let gate = self.open(Some(place.gate), needs, when);
                let inside = place.inside(gate, &task.name, Some(task.name.clone()));
                let graph = self.graph(id, arguments, inside);
                Done {
                    ended: Ended::As(graph.end),
                    handlers: Vec::new(),
                    is_sure: true,
                    outputs: graph.outputs,
                    turns: None,
                }
            }
        }
    }

    fn refuse_locks(&mut self, dag: &Dag) {
        let locks = [
            ("mutex", dag.attributes.mutex()),
            ("semaphore", dag.attributes.semaphore().config()),
        ];
        for (name, lock) in locks {
            if let Some(lock) = lock {
                self.diagnostics.push(diagnostics::lock(name, lock.span));
            }
        }
    }
}

/// The approximate size of an expression, in bytes.
fn weight(expr: &Expr) -> usize {
    let parts = expr.parts(MOST_NODES).saturating_sub(1);
    expr.bytes().saturating_add(parts * size_of::<Expr>())
}

/// A task that never runs.
pub(super) fn never(state: State) -> Done {
    Done {
        ended: Ended::Always(state),
        handlers: Vec::new(),
        is_sure: false,
        outputs: Vec::new(),
        turns: None,
    }
}
