//! Runs one source through every stage, and checks the laws that hold for any source.

use std::collections::HashMap;

use argot_compiler::{Argument, ArgumentValue, PipelineId, Plan, Program, ReadError, World};
use argot_syntax::{Diagnostics, Span};
use argot_targets::Manifest;
use argot_targets::accelerators::Platform;
use argot_targets::profile::{self, Profile};
use argot_targets::target::{Request, Target};
use argot_targets::targets::TARGETS;
use indexmap::IndexMap;

use crate::awkward::TEXTS;
use crate::random::Random;
use crate::yaml;

/// Values of settings by key.
type Settings = IndexMap<String, String>;

/// What became of a source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was refused.
    Refused,
    /// Some target made manifests of it.
    Compiled,
}

/// A source with the files that it may import.
pub struct Input<'a> {
    pub source: &'a [u8],
    pub files: &'a HashMap<String, Vec<u8>>,
}

impl World for Input<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == "main.argot" {
            return Ok(self.source.to_vec());
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        match self.files.get(name) {
            Some(source) => Ok(source.clone()),
            None if name.ends_with(".argot") => Err(ReadError::NotFound),
            None => Ok(b"#!/bin/sh\necho {{x}} $(y) \"$1\"\n".to_vec()),
        }
    }
}

/// Compiles a source. With `all` every pipeline for every version, kind and layout, else some of them.
///
/// # Errors
/// Says which law does not hold.
pub fn exercise(input: &Input<'_>, random: &mut Random, all: bool) -> Result<Outcome, String> {
    let checked = argot_compiler::check(input, "main.argot");
    if checked
        .diagnostics
        .iter()
        .any(|found| found.message.is_empty())
    {
        return Err("a diagnostic says nothing".to_owned());
    }
    if checked.diagnostics.has_errors() {
        return Ok(Outcome::Refused);
    }
    let mut outcome = Outcome::Refused;
    for entry in entries(&checked.program, random, all) {
        for given in parameters(&checked.program, entry, random) {
            let Some((plan, profile)) = planned(&checked.program, entry, &given, random) else {
                continue;
            };
            for target in TARGETS {
                if compiled_for(*target, &plan, &profile, random, all)? {
                    outcome = Outcome::Compiled;
                }
            }
        }
    }
    Ok(outcome)
}

/// The pipelines to plan: the last one and some other, for a source may have thousands of them.
fn entries(program: &Program, random: &mut Random, all: bool) -> Vec<PipelineId> {
    let entries = &program.entries;
    match entries.as_slice() {
        [others @ .., last] if !all && !others.is_empty() => vec![*random.pick(others), *last],
        _ => entries.clone(),
    }
}

/// No parameter, and awkward ones.
fn parameters(
    program: &Program,
    entry: PipelineId,
    random: &mut Random,
) -> Vec<IndexMap<String, Argument>> {
    let mut given = IndexMap::new();
    let inputs = program
        .pipeline(entry)
        .map_or(&[][..], |pipeline| &pipeline.inputs);
    for input in inputs {
        if random.one_in(3) {
            let text = (*random.pick(TEXTS)).to_owned();
            let mut value = Argument::text(text.as_str());
            if random.one_in(2)
                && let Ok(data) = argot_compiler::from_json(&text, Span::default())
            {
                value.value = ArgumentValue::Data(data);
            }
            given.insert(input.name.clone(), value);
        }
    }
    match given.is_empty() {
        true => vec![given],
        false => vec![IndexMap::new(), given],
    }
}

fn planned(
    program: &Program,
    entry: PipelineId,
    given: &IndexMap<String, Argument>,
    random: &mut Random,
) -> Option<(Plan, Profile)> {
    let mut diagnostics = Diagnostics::default();
    let mut plan = argot_compiler::plan(program, entry, given, &mut diagnostics)?;
    let profile = profile_of(random);
    profile::apply(&profile, &mut plan, &mut diagnostics);
    (!diagnostics.has_errors()).then_some((plan, profile))
}

fn profile_of(random: &mut Random) -> Profile {
    let mut found = Profile::default();
    if random.one_in(2) {
        return found;
    }
    found.platform = Platform::named(random.pick::<&str>(Platform::NAMES)).unwrap_or_default();
    found.namespace = random.one_in(2).then(|| "ml".to_owned());
    found.spot = random.one_in(2).then(|| random.one_in(2));
    found.queue = random.one_in(2).then(|| "q".to_owned());
    found.service_account = random.one_in(3).then(|| "sa".to_owned());
    if random.one_in(3) {
        found.labels.insert("team".into(), "yes".into());
        found
            .annotations
            .insert("x/y".into(), "{{x}} $(y)\n---\n".into());
        found.registry.insert("a".into(), "m.example.com/a".into());
        found
            .storage_class
            .insert("ReadWriteMany".into(), "nfs".into());
        found.image_pull_secrets.push("s".into());
    }
    found
}

/// Values of settings beside those that a target names.
const MORE: &[(&str, &[&str])] = &[("argo_version", &["3.6.0", "3.6.8", "3.7.16", "4.0.4"])];

/// Every choice of values for the settings of a target, besides its switches.
fn choices(target: &dyn Target) -> Vec<Settings> {
    let mut all = vec![Settings::new()];
    for setting in target.settings() {
        let Some(flag) = setting.flag.filter(|flag| flag.value.is_some()) else {
            continue;
        };
        let more = MORE.iter().filter(|(key, _)| *key == setting.key);
        let values = (flag.values)()
            .into_iter()
            .chain(more.flat_map(|(_, more)| more.iter().copied()));
        let values: Vec<_> = values.map(Some).chain([None]).collect();
        let with = |chosen: &Settings, value: &Option<&str>| {
            let mut chosen = chosen.clone();
            chosen.extend(value.map(|value| (setting.key.to_owned(), value.to_owned())));
            chosen
        };
        all = (all.iter())
            .flat_map(|chosen| values.iter().map(|value| with(chosen, value)))
            .collect();
    }
    all
}

fn compiled_for(
    target: &dyn Target,
    plan: &Plan,
    profile: &Profile,
    random: &mut Random,
    all: bool,
) -> Result<bool, String> {
    let mut any = false;
    let mut wanted = choices(target);
    if !all {
        wanted = vec![random.pick(&wanted).clone()];
    }
    for mut settings in wanted {
        for setting in target.settings() {
            if setting.flag.is_some_and(|flag| flag.value.is_none()) && random.one_in(3) {
                settings.insert(setting.key.to_owned(), "true".to_owned());
            }
        }
        let request = Request {
            settings,
            is_draft: random.one_in(12),
            ..Request::default()
        };
        let lower =
            |diagnostics: &mut Diagnostics| target.lower(plan, profile, &request, diagnostics);
        // A draft is not printed; it may be of nothing, until its parameters have values.
        if request.is_draft {
            lower(&mut Diagnostics::default());
            continue;
        }
        any |= printed(target.title(), random, lower)?;
    }
    Ok(any)
}

/// Makes and prints manifests. What is printed reads back as what was meant, and is the same the next time.
fn printed(
    target: &str,
    random: &mut Random,
    lower: impl Fn(&mut Diagnostics) -> Vec<Manifest>,
) -> Result<bool, String> {
    let mut diagnostics = Diagnostics::default();
    let manifests = lower(&mut diagnostics);
    if diagnostics.has_errors() {
        return Ok(false);
    }
    let text = argot_targets::print(&manifests, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(format!("{target}: manifests cannot be printed"));
    }
    yaml::reads_back(&manifests, &text).map_err(|problem| format!("{target}: {problem}"))?;
    if random.one_in(8) {
        let again = lower(&mut diagnostics);
        if argot_targets::print(&again, &mut diagnostics) != text {
            return Err(format!("{target}: the same plan gives other manifests"));
        }
    }
    Ok(true)
}
