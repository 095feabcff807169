//! `argot check`: what is wrong with files and folders.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use anyhow::Result;
use argot_syntax::Diagnostics;
use argot_targets::argo::Kind;
use indexmap::IndexMap;

use crate::Outcome;
use crate::args::{CheckArgs, Format, TargetArgs};
use crate::input::Input;
use crate::project::{Loaded, Projects};
use crate::report::plural;
use crate::stages::{Options, Picked, Unit};
use crate::{output, render, stages, walk};

/// Checks, reports and sums up.
pub(crate) fn run(args: &CheckArgs, styled: bool) -> Result<Outcome> {
    let inputs = Input::open_all(&walk::find(&args.paths)?)?;
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
    for folder in args.paths.iter().filter(|path| path.is_dir()) {
        if let Ok(folder) = fs::canonicalize(folder) {
            unused_settings(&folder, &mut units);
        }
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
/// A parameter without a value is no error: for Argo, what has no schedule is taken for a WorkflowTemplate, whose
/// runs are given it; for plain Kubernetes it is given when the pipeline is compiled.
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
        match unit.setup.as_mut().map(|setup| &mut setup.options) {
            Some(Options::Argo(options)) => {
                options.kind = (!scheduled).then_some(Kind::WorkflowTemplate);
            }
            Some(Options::Kubernetes(options)) => options.is_draft = true,
            None => {}
        }
        compiled.extend(unit.lower(&[plan]));
    }
    stages::report_collisions(std::slice::from_mut(unit), &[compiled]);
}

/// Reports parameters of profiles that no pipeline has, for projects of which all files are checked since they lie in
/// `folder`. A profile is for all pipelines of its project, so that one of them says nothing.
fn unused_settings(folder: &Path, units: &mut [Unit]) {
    if units.iter().any(|unit| unit.diagnostics.has_errors()) {
        return;
    }
    let mut done: Vec<Rc<Loaded>> = Vec::new();
    for index in 0..units.len() {
        let Some(project) = units.get(index).and_then(Unit::project) else {
            continue;
        };
        let whole = project.root.starts_with(folder);
        if !whole || done.iter().any(|other| Rc::ptr_eq(other, &project)) {
            continue;
        }
        let names: HashSet<&str> = units
            .iter()
            .filter(|unit| {
                unit.project()
                    .is_some_and(|other| Rc::ptr_eq(&other, &project))
            })
            .flat_map(|unit| &unit.program.pipelines)
            .flat_map(|pipeline| &pipeline.inputs)
            .map(|input| input.name.as_str())
            .collect();
        let found = project.unused_params(&names);
        if let Some(unit) = units.get_mut(index) {
            unit.diagnostics.extend(found);
        }
        done.push(project);
    }
}
