//! A program that is compiled, and run by the simulator.

use std::path::PathBuf;
use std::sync::Arc;

use argot_compiler::{
    Argument, ExprKind, Plan, ReadError, Type, Value, World, check, plan as planned,
};
use argot_simulate::{Datum, End, Run, RunInfo, StepCall, StepEnd, simulate, write};
use argot_syntax::Diagnostics;
use argot_targets::argo::{self, Kind, Version};
use indexmap::IndexMap;

use crate::walker::{PodEnd, Request};
use argot_testing::scenario::Scenario;

/// What a run is given, and what its steps do.
pub(crate) trait Scene {
    /// The value of a parameter that is given at the start, if one is.
    fn parameter(&mut self, name: &str, ty: &Type, needed: bool) -> Option<Value>;

    /// How an attempt ends.
    fn end(&mut self, call: &StepCall<'_>) -> StepEnd;
}

impl Scene for Scenario {
    fn parameter(&mut self, name: &str, ty: &Type, needed: bool) -> Option<Value> {
        Self::parameter(self, name, ty, needed)
    }

    fn end(&mut self, call: &StepCall<'_>) -> StepEnd {
        Self::end(self, call)
    }
}

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
            Self::Memory(text) => match path {
                ENTRY => Ok(text.as_bytes().to_vec()),
                _ => Err(ReadError::NotFound),
            },
            Self::Folder(folder) => {
                std::fs::read(folder.join(path)).map_err(|_| ReadError::NotFound)
            }
        }
    }
}

/// The name of the one file in memory.
pub(crate) const ENTRY: &str = "main.argot";

/// A pipeline that is compiled.
pub(crate) struct Compiled {
    /// What has to run.
    pub(crate) plan: Plan,
    /// The documents.
    pub(crate) yaml: String,
    /// The name of the run's object.
    run: String,
}

/// A run of one.
pub(crate) struct Case<'a> {
    /// What runs.
    pub(crate) compiled: &'a Compiled,
    /// What has come of it, by the simulator.
    pub(crate) run: Run,
    /// The values that are given at its start.
    parameters: IndexMap<String, String>,
    /// How the attempts at each place have ended.
    ends: IndexMap<String, Vec<PodEnd>>,
}

/// Compiles the pipelines of a file: a `None` for one that cannot be walked.
///
/// # Errors
/// Returns a description of the mistake.
pub(crate) fn compile(
    files: &Files,
    entry: &str,
    version: Version,
) -> Result<Vec<Compiled>, String> {
    let checked = check(files, entry);
    let mut compiled = Vec::new();
    let mut found = Diagnostics::default();
    if !checked.diagnostics.has_errors() {
        for id in &checked.program.entries {
            let Some(mut plan) = planned(&checked.program, *id, &IndexMap::new(), &mut found)
            else {
                continue;
            };
            // An artifact can be given here alone.
            let artifacts: IndexMap<_, _> = (plan.parameters.iter())
                .filter(|one| one.value.is_none() && one.ty.is_artifact())
                .map(|one| {
                    (
                        one.name.clone(),
                        Argument::text("s3://data/given".to_owned()),
                    )
                })
                .collect();
            if !artifacts.is_empty()
                && let Some(given) = planned(&checked.program, *id, &artifacts, &mut found)
            {
                plan = given;
            }
            // What the pools of nodes are is of no matter here.
            for step in Arc::make_mut(&mut plan.steps) {
                step.attributes.pod.unset("node_pool");
            }
            // Somebody must give these.
            let open = plan.parameters.iter().any(|one| one.value.is_none());
            let options = argo::Options {
                kind: Some(if open {
                    Kind::WorkflowTemplate
                } else {
                    Kind::Workflow
                }),
                version,
                name: Some("w".to_owned()),
                ..argo::Options::default()
            };
            let manifests = argo::lower(&plan, &options, &mut found);
            let yaml = argot_targets::print(&manifests, &mut found);
            let run = if open { "w-walk" } else { "w" }.to_owned();
            compiled.push(Compiled { plan, yaml, run });
        }
    }
    let errors: Vec<_> = [&checked.diagnostics, &found]
        .into_iter()
        .filter(|diagnostics| diagnostics.has_errors())
        .flat_map(Diagnostics::iter)
        .filter(|diagnostic| diagnostic.severity == argot_syntax::Severity::Error)
        .map(|diagnostic| diagnostic.message.clone())
        .collect();
    if errors.is_empty() {
        Ok(compiled)
    } else {
        Err(errors.join("; "))
    }
}

impl<'a> Case<'a> {
    /// Runs a pipeline in the simulator.
    ///
    /// # Errors
    /// Says why it has no end.
    pub(crate) fn run(compiled: &'a Compiled, scene: &mut dyn Scene) -> Result<Self, String> {
        let mut parameters = IndexMap::new();
        let mut given = IndexMap::new();
        for parameter in &compiled.plan.parameters {
            let artifact = matches!(
                parameter.value.as_ref().map(|value| &value.kind),
                Some(ExprKind::Artifact(_))
            );
            if artifact || parameter.ty.is_artifact() {
                continue;
            }
            let needed = parameter.value.is_none();
            if let Some(value) = scene.parameter(&parameter.name, &parameter.ty, needed) {
                parameters.insert(parameter.name.clone(), write(&value, &parameter.ty));
                given.insert(parameter.name.clone(), Datum::Value(value));
            }
        }
        let info = RunInfo {
            name: compiled.run.clone(),
            created: "2026-01-02T03:04:05Z".to_owned(),
            max_nodes: 400,
            max_depth: 90,
            ..RunInfo::default()
        };
        let mut ends: IndexMap<String, Vec<PodEnd>> = IndexMap::new();
        let run = simulate(&compiled.plan, &given, &info, &mut |call| {
            let end = scene.end(call);
            let pod = pod(call, &end);
            ends.entry(place(call.path)).or_default().push(pod);
            end
        })?;
        Ok(Self {
            compiled,
            run,
            parameters,
            ends,
        })
    }

    /// The same for a walker.
    pub(crate) fn request(&self) -> Request<'_> {
        Request {
            yaml: &self.compiled.yaml,
            parameters: self.parameters.clone(),
            places: &self.ends,
        }
    }
}

fn pod(call: &StepCall<'_>, end: &StepEnd) -> PodEnd {
    let succeeds = end.end == End::Succeeded;
    let mut outputs = IndexMap::new();
    let mut artifacts = Vec::new();
    let mut is_complete = true;
    for output in &call.step.outputs {
        let made = end.outputs.get(&output.name);
        if output.ty.is_artifact() {
            is_complete &= made.is_some();
            artifacts.extend(made.map(|_| output.name.clone()));
        } else if succeeds || made.is_some() {
            let value = made.and_then(Datum::value);
            let text = value.map(|value| text(value, &output.ty));
            outputs.insert(output.name.clone(), text);
        }
    }
    // A step that fails may have written something before.
    let writes = succeeds || call.path.len().is_multiple_of(2);
    PodEnd {
        status: match end.end {
            End::Succeeded => "Succeeded",
            End::Failed => "Failed",
            End::Error => "Error",
        },
        outputs: writes.then_some(outputs),
        artifacts: (succeeds && !is_complete).then_some(artifacts),
        exit_code: end.exit_code,
        // Of a failure Argo says what is to be said.
        message: match end.end {
            End::Error => end.message.clone(),
            End::Succeeded | End::Failed => String::new(),
        },
    }
}

/// The text in which a value travels.
pub(crate) fn text(value: &Value, ty: &Type) -> String {
    write(value, ty)
}

/// A path of the simulator in Argo's names.
pub(crate) fn place(path: &str) -> String {
    let segment = |segment: &str| {
        let end = segment.find(['(', ':']).unwrap_or(segment.len());
        let (name, rest) = segment.split_at(end);
        let name = name.replace('_', "-").to_lowercase();
        format!("{}{rest}", name.trim_matches('-'))
    };
    path.split('.').map(segment).collect::<Vec<_>>().join(".")
}
