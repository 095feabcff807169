//! Runs one source through every stage, and checks the laws that hold for any source.

use std::collections::HashMap;

use argot_compiler::{Argument, ArgumentValue, PipelineId, Plan, Program, ReadError, World};
use argot_syntax::{Diagnostics, Span};
use argot_targets::accelerators::Platform;
use argot_targets::{Manifest, argo, kubernetes, profile};
use indexmap::IndexMap;

use crate::awkward::TEXTS;
use crate::random::Random;
use crate::yaml;

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
            if to_argo(&plan, &profile, random, all)? | to_kubernetes(&plan, &profile, random, all)?
            {
                outcome = Outcome::Compiled;
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
) -> Option<(Plan, profile::Profile)> {
    let mut diagnostics = Diagnostics::default();
    let mut plan = argot_compiler::plan(program, entry, given, &mut diagnostics)?;
    let profile = profile_of(random);
    profile::apply(&profile, &mut plan, &mut diagnostics);
    (!diagnostics.has_errors()).then_some((plan, profile))
}

fn profile_of(random: &mut Random) -> profile::Profile {
    let mut found = profile::Profile::default();
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

fn to_argo(
    plan: &Plan,
    profile: &profile::Profile,
    random: &mut Random,
    all: bool,
) -> Result<bool, String> {
    let mut any = false;
    let kinds = || argo::Kind::ALL.iter().copied().map(Some).chain([None]);
    let releases = ["3.6.0", "3.6.8", "3.7.16", "4.0.4"];
    let mut wanted: Vec<_> = argo::Version::MINORS
        .iter()
        .chain(&releases)
        .filter_map(|version| version.parse().ok())
        .flat_map(|version: argo::Version| kinds().map(move |kind| (version, kind)))
        .collect();
    if !all {
        wanted = vec![*random.pick(&wanted)];
    }
    for (version, kind) in wanted {
        let options = argo::Options {
            kind,
            version,
            generate_name: random.one_in(2),
            split: !random.one_in(4),
            platform: profile.platform.clone(),
            namespace: profile.namespace.clone(),
            ..argo::Options::default()
        };
        any |= printed("Argo", random, |diagnostics| {
            argo::lower(plan, &options, diagnostics)
        })?;
    }
    Ok(any)
}

fn to_kubernetes(
    plan: &Plan,
    profile: &profile::Profile,
    random: &mut Random,
    all: bool,
) -> Result<bool, String> {
    let mut any = false;
    let layouts = kubernetes::Layout::ALL;
    let versions = kubernetes::Version::ALL;
    let mut wanted: Vec<_> = layouts
        .iter()
        .flat_map(|layout| versions.iter().map(|version| (*layout, *version)))
        .collect();
    if !all {
        wanted = vec![*random.pick(&wanted)];
    }
    for (layout, version) in wanted {
        let options = kubernetes::Options {
            layout,
            version,
            platform: profile.platform.clone(),
            namespace: profile.namespace.clone(),
            storage_class: profile.storage_class.clone(),
            is_draft: random.one_in(6),
            ..kubernetes::Options::default()
        };
        // A draft is not printed; it may be of nothing, until its parameters have values.
        if options.is_draft {
            kubernetes::lower(plan, &options, &mut Diagnostics::default());
            continue;
        }
        any |= printed("Kubernetes", random, |diagnostics| {
            kubernetes::lower(plan, &options, diagnostics)
        })?;
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
