//! `argot check`: reports and fixes findings in files and folders.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Result, anyhow, bail};
use argot_syntax::Applicability;

use crate::Outcome;
use crate::args::{CheckArgs, TargetArgs};
use crate::fix::{Fixed, Scope};
use crate::input::{Input, is_stdin};
use crate::params::Params;
use crate::project::Loaded;
use crate::read::Texts;
use crate::report::{Report, plural};
use crate::session::Session;
use crate::stages::{Picked, Unit};
use crate::world::Access;
use crate::{fix, input, output, render, stages, walk};

/// Checks, fixes if that is asked, reports and sums up.
pub(crate) fn run(args: &CheckArgs, styled: bool) -> Result<Outcome> {
    let paths = walk::find(&args.paths)?;
    if args.fixes.diff {
        return diff(args, &paths);
    }
    let (report, fixed) = match args.fixes.fix {
        true => fix(args, &paths)?,
        false => (check(args, &paths, &Texts::default())?, String::new()),
    };
    let found = render::findings(&report, args.report.format, styled);
    if args.report.format.is_output() {
        output::stdout(&found)?;
    } else {
        output::stderr(&found);
    }
    output::stderr(&fixed);
    let count = report.count().unwrap_or_else(|| "no errors".to_owned());
    output::stderr(&format!("{}: {count}\n", checked(&paths)));
    let format = args.report.format;
    output::stderr(&render::fixes(&report, format, args.fixes.fix));
    output::stderr(&render::hint(&report, format));
    Ok(if report.diagnostics.has_errors() {
        Outcome::Errors
    } else {
        Outcome::Clean
    })
}

/// Makes fixes in files, or prints the fixed source if it came from standard input. Returns the remaining findings, and a
/// summary of the fixes.
fn fix(args: &CheckArgs, paths: &[(PathBuf, Access)]) -> Result<(Report, String)> {
    let scope = scope(paths)?;
    let format = args.report.format;
    if matches!(scope, Scope::Stdin(_)) && format.is_output() {
        bail!(
            "`--fix` prints the fixed source of standard input, so it cannot be used with `--format {}`",
            format.name()
        );
    }
    let source = match &scope {
        Scope::Stdin(text) => Some(text.clone()),
        Scope::Files => None,
    };
    let fixed = fixes(args, paths, scope)?;
    match source {
        Some(source) => {
            let changed = fixed.files.first().map(|file| file.after.as_str());
            output::stdout(changed.unwrap_or(&source))?;
        }
        None => fixed.write()?,
    }
    let mut summary = refused(&fixed);
    if let Some(count) = fixed.summary() {
        summary.push_str(&format!("fixed {count}\n"));
    }
    Ok((fixed.report, summary))
}

/// Prints what fixes would change.
fn diff(args: &CheckArgs, paths: &[(PathBuf, Access)]) -> Result<Outcome> {
    let format = args.report.format;
    if format.is_output() {
        bail!(
            "`--diff` prints a diff, so it cannot be used with `--format {}`",
            format.name()
        );
    }
    let fixed = fixes(args, paths, scope(paths)?)?;
    let texts: String = fixed.files.iter().map(fix::diff::unified).collect();
    output::stdout(&texts)?;
    output::stderr(&refused(&fixed));
    let checked = checked(paths);
    Ok(match fixed.summary() {
        Some(summary) => {
            output::stderr(&format!("{checked}: would fix {summary}\n"));
            Outcome::Errors
        }
        None => {
            output::stderr(&format!("{checked}: nothing to fix\n"));
            Outcome::Clean
        }
    })
}

/// `checked 5 files`.
fn checked(paths: &[(PathBuf, Access)]) -> String {
    format!("checked {}", plural(paths.len(), "file"))
}

fn fixes(args: &CheckArgs, paths: &[(PathBuf, Access)], scope: Scope) -> Result<Fixed> {
    let most = match args.fixes.unsafe_fixes {
        true => Applicability::Unsafe,
        false => Applicability::Safe,
    };
    fix::run(scope, most, &mut |texts| check(args, paths, texts))
}

/// What may be fixed.
fn scope(paths: &[(PathBuf, Access)]) -> Result<Scope> {
    match paths {
        [(path, _)] if is_stdin(path) => {
            let text = input::stdin()?.map(String::from_utf8);
            let text = text.map_err(|error| anyhow!("cannot fix standard input: {error}"))?;
            let text =
                text.map_err(|_| anyhow!("cannot fix standard input: it is not UTF-8 text"))?;
            Ok(Scope::Stdin(text))
        }
        _ if paths.iter().any(|(path, _)| is_stdin(path)) => {
            bail!("standard input is fixed by itself: give `-` and no other path")
        }
        _ => Ok(Scope::Files),
    }
}

fn refused(fixed: &Fixed) -> String {
    let places = fixed.refused.iter();
    places
        .map(|place| format!("not fixed: {place}; the fix would have added an error\n"))
        .collect()
}

/// Checks the files, with texts in place of some of them.
fn check(args: &CheckArgs, paths: &[(PathBuf, Access)], texts: &Texts) -> Result<Report> {
    let inputs = Input::open_all(paths, texts)?;
    let flags = TargetArgs {
        destination: args.destination.clone(),
        ..TargetArgs::default()
    };
    let mut session = Session::default();
    let mut units = Vec::new();
    for input in &inputs {
        let mut unit = Unit::new(input, &mut session, &flags)?;
        check_pipelines(&mut unit);
        units.push(unit);
    }
    for folder in args.paths.iter().filter(|path| path.is_dir()) {
        if let Ok(folder) = fs::canonicalize(folder) {
            unused_settings(&folder, &mut units);
        }
    }
    let report = stages::report(&mut units, &mut session, args.report.deny_warnings);
    if !args.fixes.fix && !args.fixes.diff {
        stages::leak(units);
    }
    Ok(report)
}

/// Plans and lowers the pipelines of a file to find the mistakes that the target reports.
///
/// A parameter without a value is not an error: the plan is a draft.
fn check_pipelines(unit: &mut Unit) {
    if let Some(setup) = &mut unit.setup {
        setup.know_all_pools();
        setup.request.is_draft = true;
    }
    let ids = unit.default_pipelines();
    unit.picked = ids
        .into_iter()
        .filter(|id| !unit.is_only_callable(*id))
        .map(|id| Picked {
            id,
            given: Params::new(),
        })
        .collect();
    stages::assign(std::slice::from_mut(unit), Some(&Params::new()));
    let mut compiled = Vec::new();
    for plan in unit.plan() {
        compiled.extend(unit.lower(&[plan]));
    }
    stages::report_collisions(std::slice::from_mut(unit), &[compiled]);
}

/// Reports parameters of profiles that no pipeline has, for projects inside `folder`, whose files are all checked. A profile is for all pipelines of its project, so a single pipeline proves nothing.
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
