//! Handlers run after the run, or a call, has ended.
//!
//! A Job is constant, however the run has ended. So a handler that depends on the outcome becomes two Jobs, one for
//! each.

use argot_compiler::{Dag, Edge, Expr, Hook, PlanTask};
use argot_syntax::Diagnostics;
use petgraph::graph::NodeIndex;

use super::{
    Job, Member, Need, Node, NodeId, State, When,
    build::{Flattener, Place, Turn, never},
    resolve::{Done, Ended, Frame, Known},
};

/// The end states after which handlers run.
const ENDS: [State; 2] = [State::Succeeded, State::Failed];

impl Flattener<'_> {
    /// Lays out the handlers of a node; their nodes, and whether the failure of each is one of the handlers.
    pub(super) fn handlers(
        &mut self,
        hook: &Hook,
        frame: &Frame,
        about: NodeId,
        place: &Place,
    ) -> Vec<Member> {
        let Some(dag) = self.plan.dags.get(hook.dag.index()) else {
            return Vec::new();
        };
        let handlers = Handlers {
            hook,
            dag,
            frame,
            about,
            place,
        };
        let mut out = Vec::new();
        // The result of the tasks after each end.
        let mut done: [Vec<Done>; 2] = Default::default();
        for (index, task) in dag.graph.node_indices().zip(dag.graph.node_weights()) {
            // Trial layouts count too: nested handlers are tried ever more often.
            self.fill(task.span, 0, 0);
            if self.is_full() {
                break;
            }
            let mut tried = Vec::new();
            for (end, done) in ENDS.into_iter().zip(&done) {
                tried.push(self.tried(&handlers, index, end, done));
            }
            let is_same = tried.first() == tried.last() && tried.iter().all(Tried::is_there);
            let mut laid = Vec::new();
            if is_same {
                let [before, _] = &done;
                let both = self.handler(&handlers, index, (State::Failed, &ENDS), None, before);
                laid.push(both.clone());
                laid.push(both);
            } else {
                let is_one = !tried.iter().all(Tried::is_there);
                for (end, done) in ENDS.into_iter().zip(&done) {
                    let suffix = (!is_one).then(|| end.name().to_lowercase());
                    laid.push(self.handler(&handlers, index, (end, &[end]), suffix, done));
                }
            }
            for one in laid.iter().take(if is_same { 1 } else { laid.len() }) {
                if let Ended::As(node) = one.ended {
                    let counts = !task.may_fail;
                    out.push(Member { node, counts });
                }
                out.extend(one.handlers.iter().map(|node| Member {
                    node: *node,
                    counts: false,
                }));
            }
            for (done, one) in done.iter_mut().zip(laid) {
                done.push(one);
            }
        }
        out
    }

    /// Lays a handler out as a trial, after one end, and discards the nodes.
    fn tried(
        &mut self,
        handlers: &Handlers<'_>,
        index: NodeIndex,
        end: State,
        done: &[Done],
    ) -> Tried {
        let (nodes, jobs) = (self.nodes.len(), self.jobs.len());
        let found = std::mem::take(self.diagnostics);
        // The end itself must not make them differ.
        let done = self.handler(handlers, index, (end, &ENDS), None, done);
        *self.diagnostics = found;
        let jobs = self.jobs.split_off(jobs);
        for job in &jobs {
            self.names.remove(&job.name);
        }
        Tried {
            nodes: self.nodes.split_off(nodes),
            jobs,
            outputs: done.outputs,
            turns: done.turns,
        }
    }

    /// Lays a handler out as it is after `end`, to run after `ends`.
    fn handler(
        &mut self,
        handlers: &Handlers<'_>,
        index: NodeIndex,
        (end, ends): (State, &[State]),
        suffix: Option<String>,
        done: &[Done],
    ) -> Done {
        let Some(task) = handlers.dag.graph.node_weight(index) else {
            return never(State::Omitted);
        };
        let outer = (self.run, self.node, self.facts.len());
        let is_of_run = handlers.place.path == ":exit.";
        if is_of_run {
            self.run = Some(end);
        } else {
            self.node = Some((handlers.about, end));
        }
        let mut inputs: Vec<_> = handlers.dag.inputs.iter().map(|_| None).collect();
        let mut found = Diagnostics::default();
        for (id, value) in &handlers.hook.arguments {
            let known = Known {
                node: Some((handlers.about, end)),
                ..self.known()
            };
            let value = handlers.frame.resolve(value, known, &mut found);
            if let Some(slot) = inputs.get_mut(id.index()) {
                *slot = Some(value);
            }
        }
        self.diagnostics.extend(found);
        let frame = Frame {
            inputs,
            done: done.to_vec(),
        };
        let laid = self.handler_in(handlers, index, task, ends, suffix, &frame);
        (self.run, self.node) = (outer.0, outer.1);
        self.facts.truncate(outer.2);
        laid
    }

    fn handler_in(
        &mut self,
        handlers: &Handlers<'_>,
        index: NodeIndex,
        task: &PlanTask,
        ends: &[State],
        suffix: Option<String>,
        frame: &Frame,
    ) -> Done {
        let Some((mut needs, _)) = self.needs(handlers.dag, index, frame) else {
            return never(State::Omitted);
        };
        let condition = match &task.condition {
            Some(condition) => self.condition(frame, condition),
            None => When::Known(true),
        };
        if condition == When::Known(false) && needs.is_empty() {
            return never(State::Skipped);
        }
        needs.push(Need {
            node: handlers.about,
            edge: Edge::Status,
        });
        let names = handlers.place.names.iter().cloned();
        let place = Place {
            names: names.chain(["on-exit".to_owned()]).chain(suffix).collect(),
            ..handlers.place.clone()
        };
        if condition == When::Known(false) {
            // Nodes that wait for it must know whether it was omitted.
            let node = self.open(Some(place.gate), needs, condition);
            return Done {
                ended: Ended::As(node),
                ..never(State::Skipped)
            };
        }
        let when = condition.and(When::Is(handlers.about, ends.to_vec()));
        self.facts.push(when.clone());
        let turn = Turn {
            task,
            needs,
            when,
            place: &place,
            parallel: None,
        };
        let mut done = match &task.each {
            Some(items) => self.looped(turn, items, frame),
            None => {
                let arguments = self.arguments(task, frame, None);
                self.once(turn, arguments)
            }
        };
        done.is_sure = false;
        self.hook(task, &mut done, frame, &place);
        done
    }
}

/// The handlers of a node.
struct Handlers<'a> {
    hook: &'a Hook,
    dag: &'a Dag,
    /// The frame that the hook's arguments refer to.
    frame: &'a Frame,
    /// The node that has ended.
    about: NodeId,
    place: &'a Place,
}

/// The result of a handler after one end.
#[derive(PartialEq)]
struct Tried {
    nodes: Vec<Node>,
    jobs: Vec<Job>,
    outputs: Vec<Expr>,
    turns: Option<Vec<Vec<Expr>>>,
}

impl Tried {
    /// Whether it produced anything.
    fn is_there(&self) -> bool {
        !self.nodes.is_empty()
    }
}
