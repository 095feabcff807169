//! Handlers: what runs when the run, or a call, has ended.
//!
//! A Job says the same however the run has ended, so that one which tells how is two: one for each end.

use argot_compiler::{DagKind, Edge, Hook, Target};
use argot_syntax::Diagnostics;
use petgraph::graph::NodeIndex;

use super::{
    Need, NodeId, State, When,
    build::{Flattener, Place, Turn, never},
    resolve::{Done, Ended, Frame, Known},
};

/// How what has handlers can have ended, where they run.
const ENDS: [State; 2] = [State::Succeeded, State::Failed];

impl<'a> Flattener<'a> {
    /// Lays out the handlers of a node; their nodes.
    pub(super) fn handlers(
        &mut self,
        hook: &Hook,
        frame: &Frame,
        about: NodeId,
        place: &Place,
    ) -> Vec<NodeId> {
        let tasks = self
            .plan
            .dags
            .get(hook.dag.index())
            .map_or(0, |dag| dag.graph.node_count());
        let mut out = Vec::new();
        for task in 0..tasks {
            if self.taken(hook, task).is_some() {
                continue;
            }
            let mut handler = Handler {
                hook,
                task,
                frame,
                about,
                place,
            };
            let [succeeded, failed] = ENDS.map(|end| self.tried(&mut handler, end));
            if succeeded == failed {
                self.handler(&mut handler, &ENDS, None, &mut out);
            } else {
                let is_one = succeeded.0.is_empty() || failed.0.is_empty();
                for end in ENDS {
                    let suffix = (!is_one).then(|| end.name().to_lowercase());
                    self.handler(&mut handler, &[end], suffix, &mut out);
                }
            }
        }
        out
    }

    /// The graph of a task that runs nothing, but gives what it is given.
    fn taken(&self, hook: &Hook, task: usize) -> Option<&'a argot_compiler::Dag> {
        let dag = self.plan.dags.get(hook.dag.index())?;
        let task = dag.graph.node_weight(NodeIndex::new(task))?;
        let Target::Dag(id) = task.target else {
            return None;
        };
        let inner = self.plan.dags.get(id.index())?;
        (inner.kind == DagKind::Taken).then_some(inner)
    }

    /// What has become of a task before a handler: only one that runs nothing gives it anything.
    fn before(&mut self, hook: &Hook, task: usize, frame: &Frame) -> Done {
        let Some(inner) = self.taken(hook, task) else {
            return never(State::Skipped);
        };
        let dag = self.plan.dags.get(hook.dag.index());
        let Some(task) = dag.and_then(|dag| dag.graph.node_weight(NodeIndex::new(task))) else {
            return never(State::Skipped);
        };
        let inside = Frame {
            inputs: self.arguments(task, frame, None),
            ..Frame::default()
        };
        let outputs = inner.outputs.iter();
        Done {
            outputs: outputs
                .map(|(_, value)| self.resolve(&inside, value))
                .collect(),
            ..never(State::Succeeded)
        }
    }

    /// What a handler comes to after one end, with nothing kept of it.
    fn tried(
        &mut self,
        handler: &mut Handler<'_>,
        end: State,
    ) -> (Vec<super::Node>, Vec<super::Job>) {
        let (nodes, jobs, names) = (self.nodes.len(), self.jobs.len(), self.names.clone());
        let found = std::mem::take(self.diagnostics);
        self.handler(handler, &[end], None, &mut Vec::new());
        *self.diagnostics = found;
        self.names = names;
        let mut nodes = self.nodes.split_off(nodes);
        // The end itself is what tells them apart.
        if let Some(first) = nodes.first_mut() {
            first.when = When::Known(true);
        }
        (nodes, self.jobs.split_off(jobs))
    }

    fn handler(
        &mut self,
        handler: &mut Handler<'_>,
        ends: &[State],
        suffix: Option<String>,
        out: &mut Vec<NodeId>,
    ) {
        let Some(dag) = self.plan.dags.get(handler.hook.dag.index()) else {
            return;
        };
        let index = NodeIndex::new(handler.task);
        let Some(task) = dag.graph.node_weight(index) else {
            return;
        };
        // Where both ends come to the same, either will do.
        let end = ends.first().copied().unwrap_or(State::Failed);
        let outer = (self.run, self.node, self.facts.len());
        let is_of_run = handler.place.path == ":exit.";
        if is_of_run {
            self.run = Some(end);
        } else {
            self.node = Some((handler.about, end));
        }
        let mut inputs: Vec<_> = dag.inputs.iter().map(|_| None).collect();
        let mut found = Diagnostics::default();
        for (id, value) in &handler.hook.arguments {
            let known = Known {
                node: Some((handler.about, end)),
                ..self.known()
            };
            let value = handler.frame.resolve(value, known, &mut found);
            if let Some(slot) = inputs.get_mut(id.index()) {
                *slot = Some(value);
            }
        }
        self.diagnostics.extend(found);
        let mut frame = Frame {
            inputs,
            ..Frame::default()
        };
        for before in 0..handler.task {
            let done = self.before(handler.hook, before, &frame);
            frame.done.push(done);
        }
        let condition = match &task.condition {
            Some(condition) => self.condition(&frame, condition),
            None => When::Known(true),
        };
        if condition != When::Known(false) {
            let when = condition.and(When::Is(handler.about, ends.to_vec()));
            let names = handler.place.names.iter().cloned();
            let place = Place {
                names: names.chain(["on-exit".to_owned()]).chain(suffix).collect(),
                ..handler.place.clone()
            };
            self.facts.push(when.clone());
            let arguments = self.arguments(task, &frame, None);
            let turn = Turn {
                task,
                needs: vec![Need {
                    node: handler.about,
                    edge: Edge::Status,
                }],
                when,
                place: &place,
                parallel: None,
            };
            let mut done = self.once(turn, arguments);
            self.hook(task, &mut done, &frame, &place);
            if let Ended::As(node) = done.ended {
                out.push(node);
            }
            out.extend(done.handlers);
        }
        (self.run, self.node) = (outer.0, outer.1);
        self.facts.truncate(outer.2);
    }
}

/// A handler on its way.
struct Handler<'a> {
    hook: &'a Hook,
    /// Which of the hook's tasks.
    task: usize,
    /// What the hook's arguments speak of.
    frame: &'a Frame,
    /// What has ended.
    about: NodeId,
    place: &'a Place,
}
