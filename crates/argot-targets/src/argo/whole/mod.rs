//! Checks that need a view of the whole run: which calls are nested, and the arguments of each.
//!
//! | module | findings |
//! |---|---|
//! | `locks` | a lock that is taken while something around it holds it |
//! | `daemons` | an address that outlives its daemon, or a daemon that leaves no room for its users |
//! | `keys` | several tasks or turns that write the same artifact key |
//! | `caches` | cached results that are shared by mistake, or whose artifacts are deleted |
//! | `workspace` | settings that only plain Kubernetes has |
//!
//! The checks know constants and values that are bound to them. Two values that only the run knows count as equal if
//! they come from the same place; two names that merely could be equal are never reported.

mod caches;
mod daemons;
mod diagnostics;
mod keys;
mod locks;
mod shared;
mod workspace;

pub(super) use caches::{CacheIgnoresInput, CachedArtifactsDeleted};
pub(super) use keys::TasksWriteOneKey;
pub(super) use locks::SemaphoreHeldTwice;
pub(crate) use shared::Searched;
pub(super) use workspace::WorkspaceWithoutEffect;

use std::cell::RefCell;
use std::collections::HashMap;

use argot_compiler::{
    Context, Dag, DagId, DagKind, Expr, ExprKind, InputId, Items, OutputId, Plan, PlanTask,
    PlanTaskId, Port, Step, Target, Value, fold,
};
use argot_syntax::{Diagnostics, Span};
use petgraph::graph::NodeIndex;

/// The most places of a run that are checked. A larger run is checked up to this point.
const MOST_PLACES: usize = 20_000;
/// The largest expression that is rewritten in the terms of the run, in parts; a larger one counts as unknown.
const MOST_PARTS: usize = 200;

/// Reports errors in the run as a whole, and returns the warnings.
pub(super) fn check(plan: &Plan, diagnostics: &mut Diagnostics) -> Searched {
    let mut searched = Searched::default();
    if locks::matter(plan) || keys::matter(plan) {
        let tree = Tree::of(plan, true);
        searched.semaphores = locks::check(&tree, diagnostics);
        searched.keys = keys::check(&tree, diagnostics);
    }
    daemons::check(plan, diagnostics);
    searched
}

/// A place in the run: something that runs, with one place for each call.
struct Place {
    /// The place of the surrounding graph; `None` for the entry and for handlers of the run.
    around: Option<usize>,
    /// The task in that graph, and whether this is the task's handler rather than the task.
    task: Option<(usize, bool)>,
    target: Target,
    /// Its arguments, in the terms of the run.
    inputs: Vec<Option<Expr>>,
}

/// A value that only the run knows. In the terms of the run, it is output 0 of the task with its number.
#[derive(PartialEq)]
struct Unknown {
    /// The place it comes from.
    place: usize,
    /// The task between whose turns it differs.
    turn_of: Option<usize>,
    kind: ExprKind,
}

/// Every place of a run.
struct Tree<'a> {
    plan: &'a Plan,
    places: Vec<Place>,
    unknowns: RefCell<Vec<Unknown>>,
    /// The unknowns that come from a place.
    of_place: RefCell<HashMap<usize, Vec<usize>>>,
    /// Whether the current values of parameters count.
    knows_parameters: bool,
}

impl<'a> Tree<'a> {
    fn of(plan: &'a Plan, knows_parameters: bool) -> Self {
        let mut tree = Self {
            plan,
            places: Vec::new(),
            unknowns: RefCell::default(),
            of_place: RefCell::default(),
            knows_parameters,
        };
        let entry = Place {
            around: None,
            task: None,
            target: Target::Dag(DagId::new(0)),
            inputs: Vec::new(),
        };
        tree.places.push(entry);
        let ports = plan
            .dags
            .first()
            .map_or(&[][..], |dag| dag.inputs.as_slice());
        let inputs = ports.iter().map(|port| tree.parameter(port)).collect();
        if let Some(entry) = tree.places.first_mut() {
            entry.inputs = inputs;
        }
        if let Some(hook) = &plan.on_exit {
            tree.add(None, None, Target::Dag(hook.dag), &hook.arguments);
        }
        let mut next = 0;
        while next < tree.places.len() && tree.places.len() < MOST_PLACES {
            tree.expand(next);
            next += 1;
        }
        tree
    }

    /// Returns the value of a run's parameter.
    fn parameter(&self, port: &Port) -> Option<Expr> {
        let found = self
            .plan
            .parameters
            .iter()
            .find(|parameter| parameter.name == port.name);
        let value = found.and_then(|parameter| parameter.value.clone());
        match value {
            Some(value) if self.knows_parameters => Some(value),
            _ => {
                let kind = ExprKind::Constant(Value::String(port.name.clone()));
                Some(self.unknown(
                    0,
                    None,
                    kind,
                    &Expr::new(ExprKind::Error, port.ty.clone(), port.span),
                ))
            }
        }
    }

    /// Adds the places in a graph.
    fn expand(&mut self, at: usize) {
        let plan = self.plan;
        let Some(Target::Dag(id)) = self.places.get(at).map(|place| place.target) else {
            return;
        };
        let Some(dag) = plan.dags.get(id.index()) else {
            return;
        };
        for (index, task) in dag.graph.node_weights().enumerate() {
            // A repetition runs itself again, and has already been added.
            if task.target != Target::Dag(id) {
                self.add(Some(at), Some((index, false)), task.target, &task.arguments);
            }
            if let Some(hook) = &task.on_exit {
                self.add(
                    Some(at),
                    Some((index, true)),
                    Target::Dag(hook.dag),
                    &hook.arguments,
                );
            }
        }
    }

    fn add(
        &mut self,
        around: Option<usize>,
        task: Option<(usize, bool)>,
        target: Target,
        arguments: &[(InputId, Expr)],
    ) {
        let plan = self.plan;
        let ports = plan.inputs(target).unwrap_or_default();
        let mut inputs: Vec<Option<Expr>> = ports.iter().map(|port| port.default.clone()).collect();
        let turn_of = task.map(|(index, _)| index);
        for (id, value) in arguments {
            // The arguments of the run's handlers are in the terms of the entry.
            let value = self.resolve(value, around.unwrap_or(0), turn_of);
            if let Some(slot) = inputs.get_mut(id.index()) {
                *slot = Some(value);
            }
        }
        self.places.push(Place {
            around,
            task,
            target,
            inputs,
        });
    }

    /// Returns an expression of a place in the terms of the run.
    fn resolve(&self, expr: &Expr, place: usize, turn_of: Option<usize>) -> Expr {
        let mut found = expr.clone();
        self.put(&mut found, place, turn_of);
        if found.parts(MOST_PARTS + 1) > MOST_PARTS {
            return self.unknown(place, turn_of, expr.kind.clone(), expr);
        }
        found
    }

    fn put(&self, expr: &mut Expr, place: usize, turn_of: Option<usize>) {
        match &expr.kind {
            ExprKind::Constant(_) => {}
            ExprKind::Input(id) | ExprKind::InputPath(id) => {
                let given = self
                    .places
                    .get(place)
                    .and_then(|place| place.inputs.get(id.index()));
                *expr = match given.cloned().flatten() {
                    Some(given) => given,
                    None => self.unknown(place, None, expr.kind.clone(), expr),
                };
            }
            ExprKind::Item(_) => {
                *expr = self.unknown(place, turn_of, expr.kind.clone(), expr);
            }
            ExprKind::TaskOutput { .. }
            | ExprKind::TaskStatus(_)
            | ExprKind::TaskIp(_)
            | ExprKind::Gather { .. }
            | ExprKind::Context(Context::TaskName | Context::TaskAttempt) => {
                *expr = self.unknown(place, None, expr.kind.clone(), expr);
            }
            _ => {
                for child in expr.children_mut() {
                    self.put(child, place, turn_of);
                }
                // An expression without a value is reported where it is written.
                let whole = expr.clone();
                fold(expr, &mut Diagnostics::default());
                if expr.is_error() {
                    *expr = whole;
                }
            }
        }
    }

    fn unknown(&self, place: usize, turn_of: Option<usize>, kind: ExprKind, expr: &Expr) -> Expr {
        let unknown = Unknown {
            place,
            turn_of,
            kind,
        };
        let mut unknowns = self.unknowns.borrow_mut();
        let mut of_place = self.of_place.borrow_mut();
        let here = of_place.entry(place).or_default();
        let known = here
            .iter()
            .copied()
            .find(|number| unknowns.get(*number) == Some(&unknown));
        let number = match known {
            Some(number) => number,
            None => {
                unknowns.push(unknown);
                here.push(unknowns.len() - 1);
                unknowns.len() - 1
            }
        };
        let kind = ExprKind::TaskOutput {
            task: PlanTaskId::new(number),
            output: OutputId::new(0),
        };
        Expr::new(kind, expr.ty.clone(), expr.span)
    }

    /// Returns an expression of what runs in a place, in the terms of the run.
    fn resolved(&self, expr: &Expr, place: usize) -> Expr {
        self.resolve(expr, place, None)
    }

    /// Returns where a value of a step is written. If the value comes from `with` or `defaults`, that is where they
    /// set it.
    fn written(&self, expr: &Expr, step: &Step, place: usize) -> Span {
        let brought = match expr.kind {
            ExprKind::Input(id) if step.declared <= id.index() => self
                .task(place)
                .and_then(|task| task.arguments.iter().find(|(given, _)| *given == id)),
            _ => None,
        };
        brought.map_or(expr.span, |(_, value)| value.span)
    }

    fn dag(&self, place: usize) -> Option<&'a Dag> {
        match self.places.get(place)?.target {
            Target::Dag(id) => self.plan.dags.get(id.index()),
            Target::Step(_) => None,
        }
    }

    /// Returns the task of a place.
    fn task(&self, place: usize) -> Option<&'a PlanTask> {
        let found = self.places.get(place)?;
        let (task, _) = found.task?;
        self.dag(found.around?)?
            .graph
            .node_weight(NodeIndex::new(task))
    }

    /// Returns a place and those around it, innermost first.
    fn chain(&self, place: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(place), |place| self.places.get(*place)?.around)
    }

    /// Whether a place runs more than once for each turn of what surrounds it.
    fn is_looped(&self, place: usize) -> bool {
        let is_handler = self
            .places
            .get(place)
            .is_some_and(|place| matches!(place.task, Some((_, true))));
        !is_handler
            && self
                .task(place)
                .and_then(|task| task.each.as_ref())
                .is_some_and(|items| count(items) != Some(1))
    }

    /// Whether a value in the terms of the run can differ between the turns of a looped place.
    fn differs_in_turns(&self, value: &Expr, looped: usize) -> bool {
        let around = self.places.get(looped);
        let unknowns = self.unknowns.borrow();
        value.any(|expr| {
            let ExprKind::TaskOutput { task, .. } = expr.kind else {
                return false;
            };
            unknowns.get(task.index()).is_some_and(|unknown| {
                self.chain(unknown.place).any(|place| place == looped)
                    || unknown.turn_of.is_some()
                        && around.is_some_and(|place| {
                            place.around == Some(unknown.place)
                                && place.task == unknown.turn_of.map(|task| (task, false))
                        })
            })
        })
    }

    /// Whether a value is fully known before the run.
    fn is_known(value: &Expr) -> bool {
        !value.any(|expr| {
            matches!(
                expr.kind,
                ExprKind::TaskOutput { .. } | ExprKind::Context(_)
            )
        })
    }
}

/// Returns a text that identifies a value in the terms of the run.
fn text(value: &Expr) -> String {
    match value.value() {
        Some(value) => value.json(),
        None => serde_json::to_string(&value.kind).unwrap_or_default(),
    }
}

/// Returns the number of items of a loop, if it is known.
fn count(items: &Items) -> Option<usize> {
    match items {
        Items::List(list) => match (list.value(), &list.kind) {
            (Some(Value::List(items)), _) => Some(items.len()),
            (_, ExprKind::List(items)) => Some(items.len()),
            _ => None,
        },
        Items::Range(from, to) => match (from.value(), to.value()) {
            (Some(Value::Int(from)), Some(Value::Int(to))) => {
                usize::try_from(to.saturating_sub(*from)).ok()
            }
            _ => None,
        },
    }
}

/// Returns the number that an attribute such as `parallel` sets.
fn number(expr: &Expr) -> Option<usize> {
    match expr.value() {
        Some(Value::Int(number)) => usize::try_from(*number).ok(),
        _ => None,
    }
}

/// Returns the noun for a graph in messages.
fn noun(kind: DagKind) -> &'static str {
    match kind {
        DagKind::Pipeline | DagKind::Part => "pipeline",
        DagKind::If | DagKind::Arm => "branch",
        DagKind::For | DagKind::Turn => "turn of the loop",
        DagKind::Repeat | DagKind::Body => "turn of the `repeat`",
        DagKind::Handlers | DagKind::Handler => "handler",
        DagKind::Attempt | DagKind::Taken => "call",
    }
}
