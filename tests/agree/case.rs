//! A program that is compiled and laid out, and its runs: by the simulator, and by the rules of the nodes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use argot_compiler::{
    Argument, BinaryOperator, Context, ExecutionAttribute, Expr, ExprKind, Plan, ReadError,
    RetryAttribute, Type, Value, World, check, plan,
};
use argot_simulate::{Datum, NodeKind, Run, RunInfo, Status, StepCall, StepEnd, simulate};
use argot_syntax::{Diagnostics, Severity};
use argot_targets::kubernetes::laid_out::{LaidJob, LaidOut, lay_out};
use indexmap::IndexMap;

use crate::nodes::{Graph, State};
use argot_testing::scenario::Scenario;

pub(crate) const ENTRY: &str = "main.argot";

/// Where the files of a program are.
pub(crate) enum Files {
    /// One file in memory.
    Memory(String),
    /// A folder.
    Folder(PathBuf),
}

impl World for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::Memory(text) if path == ENTRY => Ok(text.as_bytes().to_vec()),
            Self::Memory(_) => Err(ReadError::NotFound),
            Self::Folder(folder) => {
                std::fs::read(folder.join(path)).map_err(|_| ReadError::NotFound)
            }
        }
    }
}

/// A pipeline, planned and laid out.
pub(crate) struct Compiled {
    pub(crate) plan: Plan,
    pub(crate) laid: LaidOut,
    pub(crate) graph: Graph,
}

/// The pipelines of a file, each laid out, or the reason why it is not. `given` says the values of parameters.
pub(crate) fn compile(
    files: &Files,
    entry: &str,
    given: &dyn Fn(&str, &Type, bool) -> Option<Argument>,
) -> Vec<Result<Compiled, String>> {
    let checked = check(files, entry);
    if checked.diagnostics.has_errors() {
        let span = (checked.diagnostics.iter())
            .find(|found| found.severity == Severity::Error)
            .and_then(|error| error.span());
        let line = span.and_then(|span| {
            let text = checked.sources.get(span.file)?.text();
            Some(text.get(..span.start as usize)?.matches('\n').count() + 1)
        });
        let errors = errors(&checked.diagnostics);
        return vec![Err(format!(
            "{errors} (in line `{}`)",
            line.unwrap_or_default()
        ))];
    }
    let of = |id| {
        let mut found = Diagnostics::default();
        let open = plan(&checked.program, id, &IndexMap::new(), &mut found)
            .ok_or_else(|| errors(&found))?;
        let values: IndexMap<_, _> = open
            .parameters
            .iter()
            .filter_map(|one| {
                let value = given(&one.name, &one.ty, one.value.is_none())?;
                Some((one.name.clone(), value))
            })
            .collect();
        let mut found = Diagnostics::default();
        let plan = plan(&checked.program, id, &values, &mut found).ok_or_else(|| errors(&found))?;
        let laid = lay_out(&plan, &mut found);
        match laid {
            Some(laid) if !found.has_errors() => Ok(Compiled {
                graph: Graph::read(&laid.graph),
                plan,
                laid,
            }),
            _ => Err(errors(&found)),
        }
    };
    checked.program.entries.iter().copied().map(of).collect()
}

fn errors(found: &Diagnostics) -> String {
    let errors = found
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    let messages: Vec<_> = errors.map(|error| error.message.as_str()).collect();
    messages.join("; ")
}

/// Which steps fail, and what the others give.
pub(crate) struct Story<'a> {
    /// Whether the step at a path fails.
    pub(crate) fails: &'a dyn Fn(&str) -> bool,
    pub(crate) values: &'a Scenario,
}

/// The exit code of a step that is held.
const HELD: i64 = 77;
/// Of how many Jobs it is looked at what starts while they run.
const HELD_JOBS: usize = 8;
/// The most turns and Jobs of a program for which that is looked at.
const MOST_HELD: usize = 150;

impl Story<'_> {
    pub(crate) fn end(&self, call: &StepCall<'_>) -> StepEnd {
        if (self.fails)(call.path) {
            return StepEnd::failed(1);
        }
        StepEnd::succeeded(call.step.outputs.iter().map(|output| {
            let place = format!("{}.{}", call.path, output.name);
            let made = if output.ty.is_artifact() {
                Datum::artifact(place)
            } else if output.ty.is_artifact_list() {
                Datum::Value(Value::List(vec![Value::String("a".to_owned())]))
            } else {
                let value = self.values.parameter(&place, &output.ty, true);
                Datum::Value(value.unwrap_or(Value::Null))
            };
            (output.name.clone(), made)
        }))
    }
}

impl Compiled {
    pub(crate) fn paths(job: &LaidJob) -> Vec<String> {
        let (before, after) = &job.path;
        match job.turns {
            Some(count) => (0..count)
                .map(|turn| format!("{before}{turn}{after}"))
                .collect(),
            None => vec![before.clone()],
        }
    }

    /// Runs a plan in the simulator.
    pub(crate) fn simulated(
        &self,
        plan: &Plan,
        steps: &mut dyn FnMut(&StepCall<'_>) -> StepEnd,
    ) -> Result<Run, String> {
        let info = RunInfo {
            max_nodes: 2_000,
            max_depth: 90,
            ..RunInfo::default()
        };
        simulate(plan, &IndexMap::new(), &info, steps)
    }

    /// How each Job ends by the rules of the nodes, and the run. `held` runs on and on.
    pub(crate) fn ends(
        &self,
        story: &Story<'_>,
        held: Option<&str>,
    ) -> (BTreeMap<&str, State>, State) {
        let jobs: BTreeMap<&str, &LaidJob> = (self.laid.jobs.iter())
            .map(|job| (job.name.as_str(), job))
            .collect();
        let (states, run) = self.graph.states(|name| {
            if held == Some(name) {
                return 'r';
            }
            let failed = Self::paths(jobs[name])
                .iter()
                .any(|path| (story.fails)(path));
            if failed { 'F' } else { 'S' }
        });
        (states.into_iter().collect(), run)
    }

    /// Where the simulator and the rules do not agree; `None` where an expression has no value.
    pub(crate) fn differences(&self, story: &Story<'_>) -> Result<Option<Vec<String>>, String> {
        let (jobs, run) = self.ends(story, None);
        self.against(story, &jobs, run)
    }

    /// Where the simulator does not agree with what is said of the Jobs and the run.
    pub(crate) fn against(
        &self,
        story: &Story<'_>,
        jobs: &BTreeMap<&str, State>,
        run: State,
    ) -> Result<Option<Vec<String>>, String> {
        let simulated = self.simulated(&self.plan, &mut |call| story.end(call))?;
        // A step never is an error here.
        if simulated.status.name() == "Error"
            || simulated
                .nodes
                .iter()
                .any(|node| node.status == Status::Error)
        {
            return Ok(None);
        }
        let mut found = Vec::new();
        let mut differ = |what: &str, ours: State, theirs: &str| {
            found.push(format!("{what}: laid out {ours}, simulated {theirs}"));
        };
        if letter(Some(simulated.status.into())) != run {
            differ("the run", run, simulated.status.name());
        }
        let status = |path: &str| simulated.node(path).map(|node| node.status);
        let mut all: BTreeMap<String, Vec<State>> = BTreeMap::new();
        for job in &self.laid.jobs {
            let state = jobs[job.name.as_str()];
            let paths = Self::paths(job);
            let expected = if job.turns.is_some() && paths.iter().all(|path| status(path).is_none())
            {
                let whole = job.path.0.trim_end_matches('(');
                status(whole)
            } else {
                let turns = paths.iter().map(|path| status(path));
                turns
                    .max_by_key(|status| *status == Some(Status::Failed))
                    .flatten()
            };
            let twins = self
                .laid
                .jobs
                .iter()
                .filter(|other| other.path == job.path)
                .count();
            let agrees = match expected {
                // Nothing is said of what is inside of what has not run, and of handlers that do not.
                None => matches!(state, 'O' | 'K'),
                // The other one has run: see below.
                Some(_) if twins > 1 && matches!(state, 'O' | 'K') => true,
                // A handler that is laid out for one end has no turn after the other.
                Some(Status::Skipped) if paths[0].contains(":exit.") => matches!(state, 'O' | 'K'),
                expected => letter(expected) == state,
            };
            if !agrees {
                differ(
                    &format!("{} ({})", paths[0], job.name),
                    state,
                    name(expected),
                );
            }
            for path in paths {
                all.entry(path).or_default().push(state);
            }
        }
        for node in simulated
            .nodes
            .iter()
            .filter(|node| node.kind == NodeKind::Step)
        {
            let states = all.get(&node.path).cloned().unwrap_or_default();
            let ran = states
                .iter()
                .filter(|state| matches!(state, 'S' | 'F'))
                .count();
            if ran != usize::from(node.attempts > 0) {
                found.push(format!(
                    "{}: {ran} Jobs of it have run, simulated {}",
                    node.path,
                    node.status.name()
                ));
            }
        }
        Ok(Some(found))
    }

    /// Where what starts while a Job runs is not the same, for some of the Jobs that run.
    pub(crate) fn order(&self, story: &Story<'_>) -> Result<Vec<String>, String> {
        // It is tried again more often than anything else has rounds.
        let holds = self
            .laid
            .jobs
            .iter()
            .map(|job| Self::paths(job).len())
            .sum::<usize>()
            + 2;
        if holds > MOST_HELD {
            return Ok(Vec::new());
        }
        let holds = i64::try_from(holds).unwrap();
        let mut plan = self.plan.clone();
        for step in Arc::make_mut(&mut plan.steps) {
            let span = step.span;
            let number = |number| Expr::constant(Value::Int(number), Type::Int, span);
            let code = Expr::new(ExprKind::Context(Context::LastExitCode), Type::Int, span);
            let mut retry = argot_compiler::Retry::default();
            retry.set(RetryAttribute::Limit(number(holds)));
            retry.set(RetryAttribute::When(Expr::new(
                ExprKind::Binary {
                    operator: BinaryOperator::Equal,
                    left: Box::new(code),
                    right: Box::new(number(HELD)),
                },
                Type::Bool,
                span,
            )));
            step.attributes.step.set(ExecutionAttribute::Retry(retry));
        }
        let limited = self
            .plan
            .dags
            .iter()
            .any(|dag| dag.attributes.parallel().is_some());
        let (ends, _) = self.ends(story, None);
        let mut found = Vec::new();
        let ran: Vec<_> = (self.laid.jobs.iter())
            .filter(|job| matches!(ends[job.name.as_str()], 'S' | 'F'))
            .collect();
        for job in ran.iter().step_by(ran.len().div_ceil(HELD_JOBS).max(1)) {
            let held: BTreeSet<String> = Self::paths(job).into_iter().collect();
            let mut theirs: BTreeSet<String> = BTreeSet::new();
            let mut is_over = false;
            self.simulated(&plan, &mut |call| {
                if !is_over {
                    theirs.insert(call.path.to_owned());
                }
                if held.contains(call.path) {
                    if call.attempt < holds {
                        return StepEnd::failed(HELD);
                    }
                    is_over = true;
                }
                story.end(call)
            })?;
            let (states, _) = self.ends(story, Some(&job.name));
            let ours: BTreeSet<String> = (self.laid.jobs.iter())
                .filter(|job| matches!(states[job.name.as_str()], 'S' | 'F' | 'r'))
                .flat_map(Self::paths)
                .collect();
            for path in ours.difference(&theirs) {
                found.push(format!("{path} starts before {} has ended", job.name));
            }
            for path in theirs.difference(&ours).filter(|_| !limited) {
                found.push(format!("{path} waits for {}, which it need not", job.name));
            }
        }
        Ok(found)
    }
}

fn letter(status: Option<Status>) -> State {
    match status {
        Some(Status::Succeeded) => 'S',
        Some(Status::Failed | Status::Error) => 'F',
        Some(Status::Skipped) => 'K',
        Some(Status::Omitted) | None => 'O',
    }
}

fn name(status: Option<Status>) -> &'static str {
    status.map_or("nothing", Status::name)
}
