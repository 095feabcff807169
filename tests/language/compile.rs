//! One block through the whole compiler, without a file system.

use std::collections::BTreeMap;

use argot_compiler::{Argument, Callee, PipelineId, Plan, Program, ReadError, Type, World, check};
use argot_syntax::{Diagnostics, Sources};
use argot_targets::Manifest;
use argot_targets::profile::Profile;
use argot_targets::target::{Request, Setting, Target};
use argot_targets::targets::{self, DEFAULT, TARGETS};
use indexmap::IndexMap;

use argot_testing::page::Block;

/// The name under which a block without a name is compiled.
pub(crate) const ENTRY: &str = "main.argot";

/// Files by their paths.
pub(crate) type Files = BTreeMap<String, Block>;

struct Memory<'a> {
    files: &'a Files,
    entry: &'a str,
}

impl World for Memory<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == ENTRY {
            return Ok(self.entry.as_bytes().to_vec());
        }
        let file = self.files.get(path).ok_or(ReadError::NotFound)?;
        Ok(file.text.as_bytes().to_vec())
    }
}

/// What comes out of a block.
pub(crate) struct Outcome {
    pub(crate) sources: Sources,
    pub(crate) program: Program,
    pub(crate) plans: Vec<Plan>,
    /// YAML documents, one behind the other.
    pub(crate) yaml: String,
    pub(crate) diagnostics: Diagnostics,
}

/// How a block is compiled.
#[derive(Clone)]
pub(crate) struct Settings {
    target: &'static dyn Target,
    request: Request,
    given: IndexMap<String, Argument>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            target: DEFAULT,
            request: Request::default(),
            given: IndexMap::new(),
        }
    }
}

/// Options of a block that say how it is compiled, besides the settings of the targets.
const OPTIONS: &[&str] = &["target", "name", "params"];

/// Whether an option of a block says how it is compiled.
pub(crate) fn is_setting(option: &str) -> bool {
    OPTIONS.contains(&option) || setting(option).is_some()
}

/// The setting that an option of a block stands for, and its target: `kube` is `kube_version`.
fn setting(option: &str) -> Option<(&'static dyn Target, &'static Setting)> {
    let mut all = TARGETS.iter().flat_map(|target| {
        let settings = target.settings().iter();
        settings.map(|setting| (*target, setting))
    });
    all.find(|(_, setting)| setting.key.trim_end_matches("_version") == option)
}

impl Settings {
    /// These settings with those of a block laid over them.
    pub(crate) fn with(&self, block: &Block) -> Result<Self, String> {
        let mut settings = self.clone();
        if let Some(name) = block.option("target") {
            let target = targets::named(name);
            settings.target = target.ok_or_else(|| format!("there is no target `{name}`"))?;
        }
        for (option, value) in &block.options {
            let Some((target, setting)) = setting(option) else {
                continue;
            };
            if let Some(flag) = &setting.flag {
                (flag.check)(value)?;
            }
            // It says for which target the block is.
            settings.target = target;
            let all = &mut settings.request.settings;
            all.insert(setting.key.to_owned(), value.clone());
        }
        if let Some(name) = block.option("name") {
            settings.request.name = Some(name.to_owned());
        }
        for pair in block
            .option("params")
            .unwrap_or_default()
            .split_whitespace()
        {
            let (name, value) = pair
                .split_once('=')
                .ok_or("`params` is `name=value name=value`")?;
            settings
                .given
                .insert(name.to_owned(), Argument::text(value.to_owned()));
        }
        Ok(settings)
    }

    fn lower(&self, plan: &Plan, found: &mut Diagnostics) -> Vec<Manifest> {
        let mut request = self.request.clone();
        if plan.attributes.scheduled().is_none() {
            let kind = request.settings.entry("as".to_owned());
            kind.or_insert_with(|| "workflow-template".to_owned());
        }
        self.target
            .lower(plan, &Profile::default(), &request, found)
    }
}

/// Compiles a block, as far as it goes: each stage runs where the one before it has found no error.
///
/// For Argo a pipeline without a schedule becomes a WorkflowTemplate unless the settings say otherwise, so that a
/// parameter without a default is no error.
pub(crate) fn compile(entry: &str, files: &Files, settings: &Settings) -> Outcome {
    let checked = check(&Memory { files, entry }, ENTRY);
    let mut outcome = Outcome {
        sources: checked.sources,
        program: checked.program,
        plans: Vec::new(),
        yaml: String::new(),
        diagnostics: checked.diagnostics,
    };
    if outcome.diagnostics.has_errors() {
        return outcome;
    }
    for pipeline in to_compile(&outcome.program) {
        let mut found = Diagnostics::default();
        let plan = argot_compiler::plan(&outcome.program, pipeline, &settings.given, &mut found);
        if let Some(plan) = plan.filter(|_| !found.has_errors()) {
            let manifests = settings.lower(&plan, &mut found);
            let yaml = argot_targets::print(&manifests, &mut found);
            if !found.has_errors() {
                if !outcome.yaml.is_empty() {
                    outcome.yaml.push_str("---\n");
                }
                outcome.yaml.push_str(&yaml);
            }
            outcome.plans.push(plan);
        }
        outcome.diagnostics.extend(found);
    }
    outcome.diagnostics.narrow(&outcome.sources);
    outcome.diagnostics.sort(&outcome.sources);
    outcome
}

/// The pipelines that `argot` compiles where none is named: neither private nor called by another, nor in
/// need of a volume of a caller.
fn to_compile(program: &Program) -> Vec<PipelineId> {
    let called: Vec<PipelineId> = program
        .pipelines
        .iter()
        .flat_map(|pipeline| &pipeline.tasks)
        .filter_map(|task| match task.call()?.callee {
            Callee::Pipeline(id) => Some(id),
            Callee::Component(_) => None,
        })
        .collect();
    let wanted = |id: &PipelineId| {
        program.pipeline(*id).is_some_and(|pipeline| {
            !called.contains(id)
                && !pipeline.name.starts_with('_')
                && pipeline.inputs.iter().all(|input| input.ty != Type::Volume)
        })
    };
    program.entries.iter().copied().filter(wanted).collect()
}
