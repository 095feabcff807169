//! Checks every value that a plan knows by the rules for constants. The arguments of tasks are followed to the
//! attributes of steps and checked there by the rules of [`values`].
//!
//! The first pass finds the inputs that reach an attribute with a rule; all others are ignored. Then the graphs are
//! walked from the entry, once for every set of values that these inputs receive. A step or graph that was already seen
//! with the same values is not visited again, unless something was wrong. In that case the walk is repeated, and equal
//! values written at different places count as different. So each mistake is reported at its own place, and none twice.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, hash_map::DefaultHasher};
use std::hash::Hasher;
use std::rc::Rc;

use argot_syntax::{Code, Diagnostic, Diagnostics, FileId};

use super::eval::{self, Inputs, Scope};
use super::{Dag, Plan, PlanVolumeSource, Step, Target, Task};
use crate::attributes::Rule;
use crate::{
    ArtifactSource, DagId, Expr, ExprKind, InputId, Items, Location, StepId, Value,
    check::values::{self, Known},
    diagnostics, evaluate,
    limits::{MOST_KNOWN, MOST_LOOKS},
};

/// Known values of a step's inputs that reach its attributes.
#[derive(Debug, Clone)]
pub struct KnownInputs {
    /// The step.
    pub step: StepId,
    inputs: Inputs,
}

impl KnownInputs {
    /// The step with these values in its attributes, each with the span where it was written.
    pub fn bind(&self, step: &Step) -> Step {
        let mut step = step.clone();
        let scope = Scope::of(&self.inputs);
        let bind = |expr: &mut Expr| {
            if expr.value().is_some() {
                return;
            }
            if let Ok(Some(value)) = eval::eval(expr, &scope) {
                let value = value.into_owned();
                let span = eval::origin(expr, &scope).unwrap_or(expr.span);
                *expr = Expr::constant(value, expr.ty.clone(), span);
            }
        };
        for (_, expr) in step.attributes.exprs_mut() {
            bind(expr);
        }
        for volume in &mut step.volumes {
            if let PlanVolumeSource::Source(source) = &mut volume.source {
                source.exprs_mut().into_iter().for_each(bind);
            }
        }
        step
    }
}

/// Checks the known values of inputs against the rules for constants. Returns the values, and the warnings about them.
pub(super) fn hold(
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> (Vec<KnownInputs>, Vec<Diagnostic>) {
    let mut walk = Walk::new(plan);
    walk.merged();
    walk.run();
    if !walk.found.borrow().is_empty() {
        walk.tells_places = true;
        walk.run();
    }
    let found = walk.found.into_inner().into_iter();
    let (warnings, errors): (Vec<_>, Vec<_>) = found.partition(|found| found.code.is_lint());
    diagnostics.extend(errors);
    (walk.known, warnings)
}

/// The inputs that reach an attribute with a rule, by step and by graph.
struct Matters {
    steps: Vec<Vec<bool>>,
    dags: Vec<Vec<bool>>,
    /// The tasks that must be visited, by graph.
    tasks: Vec<Vec<usize>>,
}

impl Matters {
    fn of(&self, target: Target) -> &[bool] {
        let found = match target {
            Target::Step(id) => self.steps.get(id.index()),
            Target::Dag(id) => self.dags.get(id.index()),
        };
        found.map_or(&[], Vec::as_slice)
    }
}

fn note(expr: &Expr, inputs: &mut [bool]) {
    expr.walk(&mut |expr| {
        if let ExprKind::Input(id) = expr.kind
            && let Some(slot) = inputs.get_mut(id.index())
        {
            *slot = true;
        }
    });
}

fn matters(plan: &Plan) -> Matters {
    let steps = plan.steps.iter().map(|step| {
        let mut inputs = vec![false; step.inputs.len()];
        if inputs.is_empty() {
            return inputs;
        }
        step.attributes.visit(&mut |_, rule, expr| {
            if rule != Rule::Any {
                note(expr, &mut inputs);
            }
        });
        for source in sources(step) {
            source.places(&mut |_, _, expr| note(expr, &mut inputs));
        }
        inputs
    });
    let mut matters = Matters {
        steps: steps.collect(),
        dags: plan
            .dags
            .iter()
            .map(|dag| vec![false; dag.inputs.len()])
            .collect(),
        tasks: vec![Vec::new(); plan.dags.len()],
    };
    // Callees mostly come after their callers, so the second round finds nothing new. A graph that runs itself again
    // needs one more round.
    let mut is_new = true;
    while is_new {
        is_new = false;
        for (index, dag) in plan.dags.iter().enumerate().rev() {
            let mut inputs = vec![false; dag.inputs.len()];
            let mut tasks = Vec::new();
            for (at, task) in dag.graph.node_weights().enumerate() {
                if matter_of_task(task, &matters, &mut inputs) {
                    tasks.push(at);
                }
            }
            // The handlers of the run refer to the entry's inputs.
            if let (0, Some(hook)) = (index, &plan.on_exit) {
                given(
                    Target::Dag(hook.dag),
                    &hook.arguments,
                    &matters,
                    &mut inputs,
                );
            }
            if let Some(slot) = matters.tasks.get_mut(index) {
                *slot = tasks;
            }
            if let Some(slot) = matters.dags.get_mut(index).filter(|slot| **slot != inputs) {
                *slot = inputs;
                is_new = true;
            }
        }
    }
    matters
}

/// Records the inputs of a graph that reach an attribute with a rule through a task. Returns whether the task must be
/// visited.
fn matter_of_task(task: &Task, matters: &Matters, inputs: &mut [bool]) -> bool {
    let mut is_one = given(task.target, &task.arguments, matters, inputs);
    if let Some(hook) = &task.on_exit {
        is_one |= given(Target::Dag(hook.dag), &hook.arguments, matters, inputs);
    }
    if is_one {
        task.condition.iter().for_each(|expr| note(expr, inputs));
        let items = task.each.iter().flat_map(Items::exprs);
        items.for_each(|expr| note(expr, inputs));
    }
    is_one
}

fn given(
    target: Target,
    arguments: &[(InputId, Expr)],
    matters: &Matters,
    inputs: &mut [bool],
) -> bool {
    let wanted = matters.of(target);
    let mut is_one = wanted.contains(&true);
    for (id, expr) in arguments {
        let is_wanted = wanted.get(id.index()) == Some(&true);
        let address = address(expr).is_some_and(|address| {
            let mut parts = address.exprs().into_iter();
            parts.any(|part| part.value().is_none())
        });
        if is_wanted || address {
            note(expr, inputs);
            is_one = true;
        }
    }
    is_one
}

/// The address of an artifact from outside.
fn address(expr: &Expr) -> Option<&Location> {
    match &expr.kind {
        ExprKind::Artifact(source) => match source.as_ref() {
            ArtifactSource::Location(location) => Some(location),
            ArtifactSource::Text(_) => None,
        },
        _ => None,
    }
}

fn sources(step: &Step) -> impl Iterator<Item = &crate::VolumeSource> {
    step.volumes
        .iter()
        .filter_map(|volume| match &volume.source {
            PlanVolumeSource::Source(source) => Some(source),
            PlanVolumeSource::Claim(_) => None,
        })
}

/// The key by which findings are told apart.
type Key = (Code, (FileId, u32, u32), String);

/// A step or graph, with a number that equal sets of inputs share.
type Visit = (bool, usize, u64);

struct Walk<'a> {
    plan: &'a Plan,
    matters: Matters,
    /// The steps and graphs already visited.
    seen: HashMap<Visit, Vec<Rc<Inputs>>>,
    /// The graphs still to be walked.
    waiting: Vec<(DagId, Rc<Inputs>)>,
    /// Whether equal values count as different if they were written at different places.
    tells_places: bool,
    left: usize,
    known: Vec<KnownInputs>,
    found: RefCell<Vec<Diagnostic>>,
    keys: RefCell<HashSet<Key>>,
    /// The spans of lists that loops run over. Each of their items counts separately.
    lists: HashSet<(FileId, u32, u32)>,
}

impl<'a> Walk<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            matters: matters(plan),
            seen: HashMap::new(),
            waiting: Vec::new(),
            tells_places: false,
            left: MOST_LOOKS,
            known: Vec::new(),
            found: RefCell::default(),
            keys: RefCell::default(),
            lists: HashSet::new(),
        }
    }

    /// Adds a finding. A value that breaks a rule at several attributes is a single mistake.
    fn report(&self, diagnostic: Diagnostic) {
        let span = diagnostic.span().unwrap_or_default().key();
        let message = match self.lists.contains(&span) {
            true => diagnostic.message.clone(),
            false => String::new(),
        };
        let key = (diagnostic.code, span, message);
        if self.keys.borrow_mut().insert(key) {
            self.found.borrow_mut().push(diagnostic);
        }
    }

    /// The attributes of `defaults`, of a component and of `with` were checked separately. Here they are merged.
    fn merged(&self) {
        for step in self.plan.steps.iter() {
            let report = &mut |diagnostic| self.report(diagnostic);
            values::together(&step.attributes, &Known::written, report);
            values::complete(&step.attributes, report);
        }
    }

    fn run(&mut self) {
        self.seen.clear();
        self.left = MOST_LOOKS;
        let Some(entry) = self.plan.dags.first() else {
            return;
        };
        let wanted = self.matters.dags.first().map_or(&[][..], Vec::as_slice);
        if !wanted.contains(&true) && self.matters.tasks.iter().all(Vec::is_empty) {
            return;
        }
        let mut inputs = Inputs::of(entry.inputs.len());
        for (at, port) in entry.inputs.iter().enumerate() {
            let parameter = self
                .plan
                .parameters
                .iter()
                .find(|other| other.name == port.name);
            if let Some(value) = parameter.and_then(|parameter| parameter.value.as_ref())
                && wanted.get(at) == Some(&true)
                && let Some(known) = value.value()
            {
                inputs.set(at, Rc::new(known.clone()), value.span);
            }
        }
        let inputs = Rc::new(inputs);
        self.waiting.push((DagId::new(0), Rc::clone(&inputs)));
        if let Some(hook) = &self.plan.on_exit {
            let scope = Scope::of(&inputs);
            self.give(Target::Dag(hook.dag), &hook.arguments, &scope);
        }
        while let Some((id, inputs)) = self.waiting.pop() {
            let plan = self.plan;
            if let Some(dag) = plan.dags.get(id.index()) {
                self.graph(id, dag, &inputs);
            }
        }
    }

    fn graph(&mut self, id: DagId, dag: &'a Dag, inputs: &Inputs) {
        let tasks = self.matters.tasks.get_mut(id.index());
        let tasks = tasks.map(std::mem::take).unwrap_or_default();
        for at in &tasks {
            let node = petgraph::graph::NodeIndex::new(*at);
            if let Some(task) = dag.graph.node_weight(node) {
                self.task(task, inputs);
            }
        }
        if let Some(slot) = self.matters.tasks.get_mut(id.index()) {
            *slot = tasks;
        }
    }

    fn task(&mut self, task: &'a Task, inputs: &Inputs) {
        let scope = Scope::of(inputs);
        // A task that never runs does not have a value.
        if let Some(condition) = &task.condition
            && let Ok(Some(value)) = eval::eval(condition, &scope)
            && *value == Value::Bool(false)
        {
            return;
        }
        match &task.each {
            None => self.give(task.target, &task.arguments, &scope),
            Some(items) => self.turns(task, items, &scope),
        }
        if let Some(hook) = &task.on_exit {
            self.give(Target::Dag(hook.dag), &hook.arguments, &scope);
        }
    }

    fn turns(&mut self, task: &'a Task, items: &'a Items, scope: &Scope<'_>) {
        let span = items.exprs().first().map_or(task.span, |expr| {
            eval::origin(expr, scope).unwrap_or(expr.span)
        });
        let Some(values) = eval::items(items, scope) else {
            return self.give(task.target, &task.arguments, scope);
        };
        let wanted = self.matters.of(task.target);
        let speaks_of_item = task.arguments.iter().any(|(id, expr)| {
            (wanted.get(id.index()) == Some(&true) || address(expr).is_some())
                && expr.any(|expr| matches!(expr.kind, ExprKind::Item(_)))
        });
        if !speaks_of_item {
            if !values.is_empty() {
                self.give(task.target, &task.arguments, scope);
            }
            return;
        }
        self.lists.insert(span.key());
        for value in values {
            if self.left == 0 {
                return;
            }
            let scope = scope.at(value, span);
            self.give(task.target, &task.arguments, &scope);
        }
    }

    /// Passes arguments to the step or graph a task runs.
    fn give(&mut self, target: Target, arguments: &'a [(InputId, Expr)], scope: &Scope<'_>) {
        for location in arguments.iter().filter_map(|(_, expr)| address(expr)) {
            self.address(location, scope);
        }
        let wanted = self.matters.of(target);
        if !wanted.contains(&true) || self.left == 0 {
            return;
        }
        let Some(ports) = self.plan.inputs(target) else {
            return;
        };
        let mut inputs = Inputs::of(ports.len());
        let mut is_given = vec![false; ports.len()];
        for (id, expr) in arguments {
            if let Some(slot) = is_given.get_mut(id.index()) {
                *slot = true;
            }
            if wanted.get(id.index()) != Some(&true) {
                continue;
            }
            match eval::shared(expr, scope) {
                Ok(Some(value)) => {
                    let span = eval::origin(expr, scope).unwrap_or(expr.span);
                    inputs.set(id.index(), value, span);
                }
                Ok(None) => {}
                Err(problem) => self.no_value(&problem, expr, scope),
            }
        }
        for (at, port) in ports.iter().enumerate() {
            if let (Some(true), Some(false), Some(default)) =
                (wanted.get(at), is_given.get(at), &port.default)
                && let Some(value) = default.value()
            {
                inputs.set(at, Rc::new(value.clone()), default.span);
            }
        }
        self.look(target, inputs);
    }

    fn look(&mut self, target: Target, inputs: Inputs) {
        let mut hasher = DefaultHasher::new();
        inputs.hash(self.tells_places, &mut hasher);
        let place = match target {
            Target::Step(id) => (true, id.index(), hasher.finish()),
            Target::Dag(id) => (false, id.index(), hasher.finish()),
        };
        let seen = self.seen.entry(place).or_default();
        let tells = self.tells_places;
        if seen.iter().any(|other| other.is_same(&inputs, tells)) {
            return;
        }
        let inputs = Rc::new(inputs);
        seen.push(Rc::clone(&inputs));
        self.left -= 1;
        match target {
            Target::Dag(id) => self.waiting.push((id, inputs)),
            Target::Step(id) => {
                let plan = self.plan;
                if let Some(step) = plan.steps.get(id.index()).filter(|_| inputs.is_any()) {
                    self.step(step, &inputs);
                    if !tells && self.known.len() < MOST_KNOWN {
                        let inputs = inputs.as_ref().clone();
                        self.known.push(KnownInputs { step: id, inputs });
                    }
                }
            }
        }
    }

    fn step(&self, step: &Step, inputs: &Inputs) {
        let scope = Scope::of(inputs);
        let lookup = |expr| self.lookup(expr, &scope);
        let check = &mut |name: &_, rule, expr: &_| self.value(name, rule, expr, &scope);
        step.attributes.visit(check);
        for source in sources(step) {
            source.places(check);
        }
        values::together(&step.attributes, &lookup, &mut |found| self.report(found));
    }

    fn address(&self, location: &Location, scope: &Scope<'_>) {
        location.places(&mut |name, rule, expr| self.value(name, rule, expr, scope));
    }

    /// Checks a value that arrives through inputs.
    fn value(&self, name: &str, rule: Rule, expr: &Expr, scope: &Scope<'_>) {
        if rule == Rule::Any || expr.value().is_some() {
            return;
        }
        let Some(known) = self.lookup(expr, scope) else {
            return;
        };
        let found = rule.problem(name, &known.value, known.span);
        if let Some(found) = found.or_else(|| rule.doubt(&known.value, known.span)) {
            self.report(known.blamed(name, found));
        }
    }

    fn lookup<'e>(&self, expr: &'e Expr, scope: &Scope<'e>) -> Option<Known<'e>> {
        let value = match eval::eval(expr, scope) {
            Ok(value) => value?,
            Err(problem) => {
                self.no_value(&problem, expr, scope);
                return None;
            }
        };
        let origin = eval::origin(expr, scope);
        Some(Known {
            value,
            span: origin.unwrap_or(expr.span),
            used: origin.map(|_| expr.span),
            is_whole: matches!(expr.kind, ExprKind::Input(_) | ExprKind::Constant(_)),
        })
    }

    fn no_value(&self, problem: &evaluate::Problem, expr: &Expr, scope: &Scope<'_>) {
        let message = match eval::origin(expr, scope) {
            Some(origin) => {
                diagnostics::no_value(problem, origin).also(expr.span, "worked out here")
            }
            None => diagnostics::no_value(problem, expr.span),
        };
        self.report(message);
    }
}
