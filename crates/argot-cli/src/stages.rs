//! The compilation of entry files to manifests, stage by stage.

use std::collections::HashMap;
use std::sync::Arc;

use argot_compiler::{Callee, Checked, PipelineId, Plan, Program, Type, suggest};
use argot_syntax::{Code, Diagnostic, Diagnostics, FileId, Levels, Sources, Span, ast, listed};
use argot_targets::{Manifest, profile};

use crate::args::TargetArgs;
use crate::input::Input;
use crate::params::Params;
use crate::project::Loaded;
use crate::project::setup::Setup;
use crate::report::{self, Report};
use crate::session::Session;

/// An entry file with its imports, as it passes through the compiler.
pub(crate) struct Unit {
    /// The entry file's path, as it is shown.
    pub(crate) shown: String,
    /// Whether the entry file is a link out of its project, so its text is never shown.
    pub(crate) is_outside: bool,
    /// The files that were read, those of the session among them.
    pub(crate) sources: Sources,
    /// The syntax trees of the program's files.
    pub(crate) files: Vec<(FileId, ast::File)>,
    /// The checked program.
    pub(crate) program: Program,
    /// The diagnostics so far.
    pub(crate) diagnostics: Diagnostics,
    /// The pipelines to compile.
    pub(crate) picked: Vec<Picked>,
    /// The levels of warnings in its project.
    levels: Levels,
    /// What its project and the flags say. `None` if that is wrong, which is reported.
    pub(crate) setup: Option<Setup>,
}

/// A pipeline that was compiled.
pub(crate) struct Compiled {
    /// The pipeline's name.
    pub(crate) pipeline: String,
    /// Where it is.
    pub(crate) span: Span,
    /// Its manifests.
    pub(crate) manifests: Vec<Manifest>,
}

/// A pipeline to compile.
pub(crate) struct Picked {
    /// The pipeline.
    pub(crate) id: PipelineId,
    /// The values that are given for its parameters.
    pub(crate) given: Params,
}

impl Unit {
    /// Parses and checks an entry file of a project. `sources` were read before.
    ///
    /// # Errors
    /// The flags do not fit together.
    pub(crate) fn new(
        input: &Input,
        project: &Arc<Loaded>,
        sources: Sources,
        flags: &TargetArgs,
    ) -> anyhow::Result<Self> {
        let Checked {
            sources,
            files,
            program,
            mut diagnostics,
        } = input.check(sources);
        let setup = Setup::new(project, flags, &mut diagnostics)?;
        Ok(Self {
            shown: input.shown(),
            is_outside: input.project().is_outside(),
            sources,
            files,
            program,
            diagnostics,
            picked: Vec::new(),
            levels: project.levels(),
            setup,
        })
    }

    /// Plans the picked pipelines, unless there are errors already. One that has errors of its own is
    /// reported and left out, so that the others are looked at too.
    pub(crate) fn plan(&mut self) -> Vec<Plan> {
        let Some(setup) = self
            .setup
            .as_ref()
            .filter(|_| !self.diagnostics.has_errors())
        else {
            return Vec::new();
        };
        let mut plans = Vec::new();
        for picked in &self.picked {
            let mut found = Diagnostics::default();
            let mut plan =
                argot_compiler::plan(&self.program, picked.id, &picked.given, &mut found);
            if let Some(plan) = &mut plan {
                profile::apply(&setup.profile, plan, &mut found);
            }
            plans.extend(plan.filter(|_| !found.has_errors()));
            self.diagnostics.extend(found);
        }
        plans
    }

    /// Lowers plans. One that has errors is reported and left out.
    pub(crate) fn lower(&mut self, plans: &[Plan]) -> Vec<Compiled> {
        let mut compiled = Vec::new();
        let Some(setup) = &self.setup else {
            return compiled;
        };
        for plan in plans {
            let mut found = Diagnostics::default();
            let Setup {
                target,
                request,
                profile,
                ..
            } = setup;
            let manifests = target.lower(plan, profile, request, &mut found);
            if !found.has_errors() {
                compiled.push(Compiled {
                    pipeline: plan.name.clone(),
                    span: plan.span,
                    manifests,
                });
            }
            self.diagnostics.extend(found);
        }
        compiled
    }

    /// The pipelines that are compiled if none is named: those that neither start with `_` nor are called, directly or
    /// not, by another that does not.
    pub(crate) fn default_pipelines(&self) -> Vec<PipelineId> {
        let public: Vec<PipelineId> = self
            .program
            .entries
            .iter()
            .copied()
            .filter(|id| self.name(*id).is_some_and(|name| !name.starts_with('_')))
            .collect();
        let mut called = vec![false; self.program.pipelines.len()];
        let mut callers = public.clone();
        while let Some(caller) = callers.pop() {
            let tasks = self
                .program
                .pipeline(caller)
                .map_or(&[][..], |pipeline| &pipeline.tasks);
            for task in tasks {
                let Some(Callee::Pipeline(callee)) = task.call().map(|call| call.callee) else {
                    continue;
                };
                if let Some(seen @ false) = called.get_mut(callee.index()) {
                    *seen = true;
                    callers.push(callee);
                }
            }
        }
        public
            .into_iter()
            .filter(|id| called.get(id.index()) != Some(&true))
            .collect()
    }

    /// Whether a pipeline can only be called by others: nobody can give it a volume from outside.
    pub(crate) fn is_only_callable(&self, id: PipelineId) -> bool {
        let inputs = self
            .program
            .pipeline(id)
            .map_or(&[][..], |pipeline| &pipeline.inputs);
        inputs.iter().any(|input| input.ty == Type::Volume)
    }

    /// Moves its findings and sources into a report. Only here are the levels of warnings applied.
    pub(crate) fn report(&mut self) -> Report {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        diagnostics.level(&self.levels);
        if self.is_outside {
            diagnostics = report::concealed(diagnostics, &self.sources);
        }
        Report::new(std::mem::take(&mut self.sources), diagnostics)
    }

    fn name(&self, id: PipelineId) -> Option<&str> {
        self.program
            .pipeline(id)
            .map(|pipeline| pipeline.name.as_str())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.program.entries.iter().filter_map(|id| self.name(*id))
    }
}

/// Picks the pipelines to compile: those of the given names, or the default ones of every file.
pub(crate) fn pick(units: &mut [Unit], names: &[String]) {
    for unit in &mut *units {
        let ids = if names.is_empty() {
            unit.default_pipelines()
        } else {
            let named = |id: &PipelineId| {
                unit.name(*id)
                    .is_some_and(|name| names.iter().any(|wanted| wanted == name))
            };
            unit.program.entries.iter().copied().filter(named).collect()
        };
        unit.picked = ids
            .into_iter()
            .map(|id| Picked {
                id,
                given: Params::new(),
            })
            .collect();
    }
    // If there are other errors, the pipelines of a file may not all be known.
    if units.iter().any(|unit| unit.diagnostics.has_errors()) {
        return;
    }
    if names.is_empty() {
        for unit in units.iter_mut().filter(|unit| unit.picked.is_empty()) {
            let diagnostic = nothing_to_compile(unit);
            unit.diagnostics.push(diagnostic);
        }
        return;
    }
    let known: Vec<&str> = units.iter().flat_map(Unit::names).collect();
    let unknown: Vec<Diagnostic> = names
        .iter()
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| unknown_pipeline(name, &known))
        .collect();
    if let Some(unit) = units.first_mut() {
        unit.diagnostics.extend(unknown);
    }
}

fn nothing_to_compile(unit: &Unit) -> Diagnostic {
    let private: Vec<&str> = unit.names().collect();
    if let Some(first) = private.first() {
        let message = format!(
            "`{}` has only private pipelines: {}",
            unit.shown,
            listed(&private)
        );
        Code::NoPipeline
            .global(message)
            .help(format!("pick one, as in `--pipeline {first}`"))
    } else {
        Code::NoPipeline
            .global(format!("`{}` has no pipeline to compile", unit.shown))
            .help("add a `pipeline`, or use `argot check` for a file that others import")
    }
}

fn unknown_pipeline(name: &str, known: &[&str]) -> Diagnostic {
    let mut diagnostic = Code::NoPipeline.global(format!("there is no pipeline `{name}`"));
    if !known.is_empty() {
        diagnostic = diagnostic.note(format!("the pipelines are {}", listed(known)));
    }
    diagnostic.did_you_mean(suggest(name, known.iter().copied()))
}

/// Assigns the given values to the parameters of the picked pipelines.
///
/// A value goes to every pipeline that has such a parameter. One that none has goes to the first
/// pipeline, which then reports it. If the values are not known, no pipeline can be compiled.
pub(crate) fn assign(units: &mut [Unit], given: Option<&Params>) {
    let Some(given) = given else {
        units.iter_mut().for_each(|unit| unit.picked.clear());
        return;
    };
    let has = |unit: &Unit, picked: &Picked, name: &str| {
        let pipeline = unit.program.pipeline(picked.id);
        pipeline.is_some_and(|pipeline| pipeline.inputs.iter().any(|input| input.name == name))
    };
    // If there are errors, a parameter may be missing only because its pipeline could not be read.
    let mut reports = !units.iter().any(|unit| unit.diagnostics.has_errors());
    let unknown: Vec<&str> = given
        .keys()
        .map(String::as_str)
        .filter(|name| {
            !units
                .iter()
                .any(|unit| unit.picked.iter().any(|picked| has(unit, picked, name)))
        })
        .collect();
    for unit in units {
        let mut picked = std::mem::take(&mut unit.picked);
        for picked in &mut picked {
            let reports = std::mem::take(&mut reports);
            let mut fitting = given.clone();
            fitting.retain(|name, _| {
                has(unit, picked, name) || (reports && unknown.contains(&name.as_str()))
            });
            picked.given = fitting;
            let Some(setup) = &unit.setup else { continue };
            for (name, value) in &setup.params {
                if has(unit, picked, name) {
                    let given = picked.given.entry(name.clone());
                    given.or_insert_with(|| value.clone());
                }
            }
        }
        unit.picked = picked;
    }
}

/// Reports objects of different pipelines that have one kind and name: in a cluster, the second would replace the
/// first. `compiled` holds the result of each unit.
pub(crate) fn report_collisions(units: &mut [Unit], compiled: &[Vec<Compiled>]) {
    let mut taken: HashMap<(&str, &str), (usize, &Compiled)> = HashMap::new();
    for (index, all) in compiled.iter().enumerate() {
        for one in all {
            for identity in one.manifests.iter().filter_map(identity) {
                let Some((earlier, other)) = taken.insert(identity, (index, one)) else {
                    continue;
                };
                let elsewhere = (earlier != index)
                    .then(|| units.get(earlier).map(|unit| unit.shown.clone()))
                    .flatten();
                if let Some(unit) = units.get_mut(index) {
                    unit.diagnostics
                        .push(collision(identity, one, other, elsewhere));
                }
            }
        }
    }
}

/// The kind and name of an object. `None` if the cluster completes the name, or if the name is made from the content, so
/// several pipelines may share the object.
fn identity(manifest: &Manifest) -> Option<(&str, &str)> {
    let (kind, name) = manifest.identity();
    Some((kind, name.filter(|_| !manifest.is_shared())?))
}

fn collision(
    (kind, name): (&str, &str),
    one: &Compiled,
    other: &Compiled,
    elsewhere: Option<String>,
) -> Diagnostic {
    let (this, that) = (&one.pipeline, &other.pipeline);
    let place = elsewhere
        .as_ref()
        .map(|file| format!(" of `{file}`"))
        .unwrap_or_default();
    let message =
        format!("the pipelines `{this}` and `{that}`{place} both become the {kind} `{name}`");
    let diagnostic = Code::NameCollision
        .at(one.span, message)
        .help("rename one of them, or compile them one by one with `--name`");
    match elsewhere {
        Some(_) => diagnostic,
        None => diagnostic.also(other.span, "the other one"),
    }
}

/// Moves the findings of the units and the session into one report.
pub(crate) fn report(units: &mut [Unit], session: &mut Session, deny_warnings: bool) -> Report {
    let mut report = session.report();
    for unit in units {
        report.add(unit.report());
    }
    report.finish(deny_warnings);
    report
}

/// Leaks units, since the process ends soon: dropping the trees would take a tenth of the run time.
pub(crate) fn leak(units: Vec<Unit>) {
    std::mem::forget(units);
}
