//! Loops over values known at compile time.
//!
//! A loop over a single step becomes one Job with a turn for each item, if only texts differ between turns. Any other
//! loop is laid out turn by turn.

use argot_compiler::{
    Container, ContainerAttribute, Dag, DagKind, Edge, EnvValue, Expr, ExprKind, Items, OutputId,
    Plan, PlanTask, PlanTaskId, Step, Target, Type, Value,
};
use argot_syntax::{Diagnostics, Span};

use super::{
    JobId, Member, Need, NodeId, State, Turns, When,
    build::{Flattener, Turn, never},
    jobs::Made,
    resolve::{Done, Ended, Frame, Known, of_turn},
};
use crate::kubernetes::diagnostics;

/// The maximum number of turns of a loop.
const MOST_TURNS: i64 = 10_000;

impl Flattener<'_> {
    /// Lays out a looped task.
    pub(super) fn looped(&mut self, turn: Turn<'_>, items: &Items, frame: &Frame) -> Done {
        let Some(items) = self.items(turn.task, items, frame) else {
            return Done {
                turns: Some(Vec::new()),
                ..never(State::Skipped)
            };
        };
        let mut arguments: Vec<Vec<Option<Expr>>> = Vec::new();
        for item in &items {
            arguments.push(self.arguments(turn.task, frame, Some(item)));
            if self.is_full() {
                return never(State::Skipped);
            }
        }
        if arguments.is_empty() {
            return Done {
                turns: Some(Vec::new()),
                ..never(State::Skipped)
            };
        }
        match self.as_one_job(&turn, &arguments) {
            Some(done) => done,
            None => self.laid_out(turn, arguments),
        }
    }

    /// The items of a loop, or `None` after reporting an error.
    fn items(&mut self, task: &PlanTask, items: &Items, frame: &Frame) -> Option<Vec<Expr>> {
        let Items::List(list) = items else {
            let Items::Range(from, to) = items else {
                return None;
            };
            let [from, to] = [from, to].map(|side| self.resolve(frame, side));
            let unknown = [&from, &to]
                .into_iter()
                .find(|side| side.as_int().is_none());
            if let Some(unknown) = unknown {
                self.run_time_items(unknown, task);
                return None;
            }
            let (from, to) = (from.as_int()?, to.as_int()?);
            if to.saturating_sub(from) > MOST_TURNS {
                self.diagnostics
                    .push(diagnostics::too_many_turns(MOST_TURNS, task.span));
                return None;
            }
            let item = |number| Expr::constant(Value::Int(number), Type::Int, task.span);
            return Some((from..to).map(item).collect());
        };
        let found = self.resolve(frame, list);
        let ty = match found.ty.required() {
            Type::List(element) => element.as_ref().clone(),
            _ => Type::Json,
        };
        let elements: Vec<Expr> = match found.kind {
            ExprKind::Constant(Value::List(values)) => values
                .into_iter()
                .map(|value| Expr::constant(value, ty.clone(), found.span))
                .collect(),
            ExprKind::List(elements) => elements,
            _ => {
                self.run_time_items(&found, task);
                return None;
            }
        };
        if i64::try_from(elements.len()).is_ok_and(|count| count > MOST_TURNS) {
            self.diagnostics
                .push(diagnostics::too_many_turns(MOST_TURNS, task.span));
            return None;
        }
        Some(elements)
    }

    fn run_time_items(&mut self, items: &Expr, task: &PlanTask) {
        if !items.is_error() {
            self.diagnostics
                .push(diagnostics::run_time_loop(items, task.span));
        }
    }

    /// Turn after turn, each a graph or job of its own.
    fn laid_out(&mut self, turn: Turn<'_>, arguments: Vec<Vec<Option<Expr>>>) -> Done {
        let Turn {
            task,
            needs,
            when,
            place,
            parallel,
        } = turn;
        let gate = self.open(Some(place.gate), needs, when);
        let width = parallel.and_then(|most| usize::try_from(most).ok());
        let mut members: Vec<Member> = Vec::new();
        let mut turns = Vec::new();
        for (index, arguments) in arguments.into_iter().enumerate() {
            if self.is_full() {
                break;
            }
            let before = width
                .and_then(|width| index.checked_sub(width))
                .and_then(|before| members.get(before));
            let needs = before
                .map(|member| Need {
                    node: member.node,
                    edge: Edge::Status,
                })
                .into_iter()
                .collect();
            let turn = self.open(Some(gate), needs, When::Known(true));
            let number = format!("{}({index})", task.name);
            let inside = place.inside(turn, &number, Some(index.to_string()));
            let (end, outputs) = match task.target {
                Target::Dag(id) => {
                    let graph = self.graph(id, arguments, inside);
                    (graph.end, graph.outputs)
                }
                Target::Step(_) => {
                    let one = Turn {
                        task,
                        needs: Vec::new(),
                        when: When::Known(true),
                        place: &inside,
                        parallel: None,
                    };
                    let done = self.once(one, arguments);
                    // The turn is the step itself.
                    if let Some(job) = self.jobs.last_mut() {
                        job.path.0 = format!("{}{number}", place.path);
                    }
                    let counts = true;
                    let members = match done.ended {
                        Ended::As(node) => vec![Member { node, counts }],
                        Ended::Always(_) => Vec::new(),
                    };
                    (self.close(turn, members), done.outputs)
                }
            };
            members.push(Member {
                node: end,
                counts: true,
            });
            turns.push(outputs);
        }
        Done {
            ended: Ended::As(self.close(gate, members)),
            handlers: Vec::new(),
            is_sure: true,
            outputs: Vec::new(),
            turns: Some(turns),
        }
    }

    /// One Job for all turns, if there is a single step and only known texts differ.
    fn as_one_job(&mut self, turn: &Turn<'_>, arguments: &[Vec<Option<Expr>>]) -> Option<Done> {
        if arguments.len() < 2 || !self.limits.is_empty() {
            return None;
        }
        let (body, only, step) = only_step(self.plan, turn.task)?;
        let mut inputs = Vec::new();
        let mut steps = Vec::new();
        for outer in arguments {
            let frame = Frame {
                inputs: outer.clone(),
                ..Frame::default()
            };
            let inner = match body {
                None => outer.clone(),
                Some(_) => self.arguments(only, &frame, None),
            };
            steps.push(self.bind(step, &only.name, &inner));
            inputs.push(inner);
        }
        let mut items = Differing::default();
        let step = items.steps(&steps)?;
        let values = items.inputs(&inputs)?;
        let job = JobId(self.jobs.len());
        let path = (
            format!("{}{}(", turn.place.path, turn.task.name),
            match body {
                None => ")".to_owned(),
                Some(_) => format!(").{}", only.name),
            },
        );
        let names: Vec<&str> = turn
            .place
            .names
            .iter()
            .map(String::as_str)
            .chain([only.name.as_str()])
            .collect();
        let made = Made {
            names: &names,
            task: only,
            path,
            step,
            arguments: values,
            turns: Some(Turns {
                count: arguments.len(),
                parallel: turn.parallel,
                items: items.lists,
            }),
        };
        let node = self.job(turn.place.gate, turn.needs.clone(), turn.when.clone(), made);
        let turns = arguments.iter().enumerate();
        let turns = turns.map(|(index, outer)| {
            let outputs = self.outputs_of_turn(job, index, only.span);
            match body {
                None => outputs,
                Some(body) => self.outputs_of_body(body, outer, outputs, node),
            }
        });
        Some(Done {
            ended: Ended::As(node),
            handlers: Vec::new(),
            is_sure: true,
            outputs: Vec::new(),
            turns: Some(turns.collect()),
        })
    }

    /// The outputs of one turn of a job.
    fn outputs_of_turn(&self, job: JobId, turn: usize, span: Span) -> Vec<Expr> {
        let outputs = self
            .jobs
            .get(job.0)
            .map_or(&[][..], |job| &job.step.outputs);
        let outputs = outputs.iter().enumerate();
        outputs
            .map(|(at, output)| {
                let like = Expr::error(span);
                of_turn(job, turn, OutputId::new(at), output.ty.clone(), &like)
            })
            .collect()
    }

    /// The outputs of one turn of a body whose only step has these outputs.
    fn outputs_of_body(
        &self,
        body: &Dag,
        arguments: &[Option<Expr>],
        outputs: Vec<Expr>,
        node: NodeId,
    ) -> Vec<Expr> {
        let frame = Frame {
            inputs: arguments.to_vec(),
            done: vec![Done {
                ended: Ended::As(node),
                handlers: Vec::new(),
                is_sure: true,
                outputs,
                turns: None,
            }],
        };
        let known = Known {
            has_succeeded: true,
            ..self.known()
        };
        let mut found = Diagnostics::default();
        let values = body.outputs.iter();
        values
            .map(|(_, value)| frame.resolve(value, known, &mut found))
            .collect()
    }
}

/// The one step of a loop's turn, with its task and the body that it is in; none if the turn is more than a step.
fn only_step<'a>(
    plan: &'a Plan,
    turn: &'a PlanTask,
) -> Option<(Option<&'a Dag>, &'a PlanTask, &'a Step)> {
    let body = match turn.target {
        // The turn is the step itself.
        Target::Step(_) => None,
        Target::Dag(id) => Some(plan.dags.get(id.index())?),
    };
    let only = match body {
        None => turn,
        Some(body) if body.kind == DagKind::Turn && body.graph.node_count() == 1 => {
            body.graph.node_weights().next()?
        }
        Some(_) => return None,
    };
    let Target::Step(id) = only.target else {
        return None;
    };
    let is_more = |task: &PlanTask| {
        task.condition.is_some() || task.each.is_some() || task.on_exit.is_some() || task.may_fail
    };
    if turn.on_exit.is_some() || body.is_some() && is_more(only) {
        return None;
    }
    Some((body, only, plan.steps.get(id.index())?))
}

/// Collects the values that differ between turns.
#[derive(Default)]
struct Differing {
    lists: Vec<Vec<Expr>>,
}

impl Differing {
    /// The one expression of all turns.
    fn expr(&mut self, turns: &[&Expr]) -> Option<Expr> {
        let first = *turns.first()?;
        if turns.iter().all(|other| *other == first) {
            return Some(first.clone());
        }
        if turns.iter().any(|other| other.value().is_none()) {
            return None;
        }
        let list: Vec<Expr> = turns.iter().map(|expr| (*expr).clone()).collect();
        let index = self
            .lists
            .iter()
            .position(|other| *other == list)
            .unwrap_or_else(|| {
                self.lists.push(list);
                self.lists.len() - 1
            });
        let kind = ExprKind::Item(PlanTaskId::new(index));
        Some(Expr::new(kind, first.ty.clone(), first.span))
    }

    fn exprs(&mut self, turns: &[&[Expr]]) -> Option<Vec<Expr>> {
        let count = turns.first()?.len();
        (0..count)
            .map(|at| {
                let each: Option<Vec<&Expr>> = turns.iter().map(|turn| turn.get(at)).collect();
                self.expr(&each?)
            })
            .collect()
    }

    fn inputs(&mut self, turns: &[Vec<Option<Expr>>]) -> Option<Vec<Option<Expr>>> {
        let count = turns.first()?.len();
        (0..count)
            .map(|at| {
                let each: Option<Vec<&Expr>> = turns
                    .iter()
                    .map(|turn| turn.get(at).and_then(Option::as_ref))
                    .collect();
                match each {
                    Some(each) => self.expr(&each).map(Some),
                    None => Some(None),
                }
            })
            .collect()
    }

    /// The one step of all turns: only command lines and environments may differ.
    fn steps(&mut self, turns: &[Step]) -> Option<Step> {
        let first = turns.first()?;
        let bare = |step: &Step| {
            let mut step = step.clone();
            step.attributes.containers_mut().for_each(strip);
            step
        };
        let same = bare(first);
        if !turns.iter().skip(1).all(|turn| bare(turn) == same) {
            return None;
        }
        let mut out = first.clone();
        let count = out.attributes.containers_mut().count();
        for at in 0..count {
            let each: Option<Vec<&Container>> = turns
                .iter()
                .map(|turn| turn.attributes.containers().nth(at))
                .collect();
            let merged = self.container(&each?)?;
            *out.attributes.containers_mut().nth(at)? = merged;
        }
        Some(out)
    }

    fn container(&mut self, turns: &[&Container]) -> Option<Container> {
        let mut out = (*turns.first()?).clone();
        let lists = |pick: fn(&Container) -> Option<&[Expr]>| -> Option<Vec<&[Expr]>> {
            turns.iter().map(|turn| pick(turn)).collect()
        };
        if let Some(each) = lists(|container| container.command()) {
            out.set(ContainerAttribute::Command(self.exprs(&each)?));
        }
        if let Some(each) = lists(|container| container.args()) {
            out.set(ContainerAttribute::Args(self.exprs(&each)?));
        }
        for (name, value) in out.get_mut(ContainerAttribute::env).into_iter().flatten() {
            let EnvValue::Value(expr) = value else {
                continue;
            };
            let each: Option<Vec<&Expr>> = turns
                .iter()
                .map(|turn| match turn.env().get(name) {
                    Some(EnvValue::Value(expr)) => Some(expr),
                    _ => None,
                })
                .collect();
            *expr = self.expr(&each?)?;
        }
        Some(out)
    }
}

/// Removes the parts that may differ.
fn strip(container: &mut Container) {
    let bare = |expr: &mut Expr| *expr = Expr::error(expr.span);
    for attribute in container.iter_mut() {
        match attribute {
            ContainerAttribute::Command(list) | ContainerAttribute::Args(list) => {
                list.iter_mut().for_each(bare);
            }
            ContainerAttribute::Env(env) => {
                for value in env.values_mut() {
                    if let EnvValue::Value(expr) = value {
                        bare(expr);
                    }
                }
            }
            _ => {}
        }
    }
}
