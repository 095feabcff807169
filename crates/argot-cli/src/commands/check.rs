//! `argot check`: what is wrong with files and folders.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use argot_syntax::Diagnostics;
use argot_targets::argo::Kind;
use ignore::WalkBuilder;
use indexmap::IndexMap;

use crate::Outcome;
use crate::args::{CheckArgs, Format, TargetArgs};
use crate::input::{Input, is_stdin};
use crate::project::Projects;
use crate::report::plural;
use crate::stages::{Options, Picked, Unit};
use crate::world::shown;
use crate::{output, render, stages};

/// The ending of source files.
const EXTENSION: &str = "argot";

/// Checks, reports and sums up.
pub(crate) fn run(args: &CheckArgs, styled: bool) -> Result<Outcome> {
    let inputs = Input::open_all(&find(&args.paths)?)?;
    let flags = TargetArgs {
        destination: args.destination.clone(),
        ..TargetArgs::default()
    };
    let mut projects = Projects::default();
    let mut units = Vec::new();
    for input in &inputs {
        let mut unit = Unit::new(input, &mut projects, &flags)?;
        check_pipelines(&mut unit);
        units.push(unit);
    }
    let report = stages::report(
        units,
        &projects,
        Diagnostics::default(),
        args.report.deny_warnings,
    );
    let found = render::findings(&report, args.report.format, styled);
    if args.report.format == Format::Json {
        output::stdout(&found)?;
    } else {
        output::stderr(&found);
    }
    let count = report.count().unwrap_or_else(|| "no errors".to_owned());
    output::stderr(&format!(
        "checked {}: {count}\n",
        plural(inputs.len(), "file")
    ));
    output::stderr(&render::hint(&report, args.report.format));
    Ok(if report.diagnostics.has_errors() {
        Outcome::Errors
    } else {
        Outcome::Clean
    })
}

/// Plans and lowers the pipelines of a file for what the target has to say about them.
///
/// Without a schedule as a WorkflowTemplate, so that a parameter without a value is no error: whoever
/// starts a run gives it.
fn check_pipelines(unit: &mut Unit) {
    if let Some(setup) = &mut unit.setup {
        setup.know_all_pools();
    }
    let ids = unit.default_pipelines();
    unit.picked = ids
        .into_iter()
        .filter(|id| !unit.is_only_callable(*id))
        .map(|id| Picked {
            id,
            given: IndexMap::new(),
        })
        .collect();
    stages::deal(std::slice::from_mut(unit), &IndexMap::new());
    let mut compiled = Vec::new();
    for plan in unit.plan() {
        let scheduled = plan.attributes.schedule.is_some();
        if let Some(setup) = &mut unit.setup
            && let Options::Argo(options) = &mut setup.options
        {
            options.kind = (!scheduled).then_some(Kind::WorkflowTemplate);
        }
        compiled.extend(unit.lower(&[plan]));
    }
    stages::report_collisions(std::slice::from_mut(unit), &[compiled]);
}

/// The files to check, each once, in the order of the paths and then of their names.
fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if !is_stdin(path) && path.is_dir() {
            found.extend(walk(path)?);
        } else {
            found.push(path.clone());
        }
    }
    let mut seen = HashSet::new();
    found.retain(|path| {
        let same = if is_stdin(path) {
            None
        } else {
            fs::canonicalize(path).ok()
        };
        same.is_none_or(|same| seen.insert(same))
    });
    Ok(found)
}

fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    // What is found depends on the project, not on the settings of whoever looks.
    let walk = WalkBuilder::new(folder)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .sort_by_file_name(Ord::cmp)
        .build();
    let mut found = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| unsearchable(folder, &error))?;
        let path = entry.path();
        if path
            .extension()
            .is_some_and(|extension| extension == EXTENSION)
            && path.is_file()
        {
            found.push(path.strip_prefix(".").unwrap_or(path).to_owned());
        }
    }
    if found.is_empty() {
        bail!("there is no *.{EXTENSION} file in `{}`", shown(folder));
    }
    Ok(found)
}

fn unsearchable(folder: &Path, error: &ignore::Error) -> anyhow::Error {
    let place = shown(place(error).unwrap_or(folder));
    match error.io_error() {
        // The error's own text names the path again.
        Some(error) => anyhow!("cannot read `{place}`: {}", error.kind()),
        None => anyhow!("cannot read `{place}`: {error}"),
    }
}

/// The path that an error of a walk speaks of.
fn place(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place(err)
        }
        _ => None,
    }
}
