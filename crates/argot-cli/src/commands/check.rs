//! `argot check`: reports and fixes findings in files and folders.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use argot_syntax::{Applicability, Diagnostics};

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
use crate::{fix, input, output, parallel, render, stages, walk};

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

/// What is kept of a file that was checked.
struct Found {
    report: Report,
    has_errors: bool,
    /// The root of its project.
    project: PathBuf,
    /// The names of the parameters of its pipelines.
    params: HashSet<String>,
}

/// Checks the files, with texts in place of some of them.
fn check(args: &CheckArgs, paths: &[(PathBuf, Access)], texts: &Texts) -> Result<Report> {
    let mut session = Session::default();
    let inputs = Input::open_all(paths, texts)?;
    let inputs: Vec<_> = inputs
        .into_iter()
        .map(|input| Ok((session.project(input.project())?, input)))
        .collect::<Result<_>>()?;
    let flags = TargetArgs {
        destination: args.destination.clone(),
        ..TargetArgs::default()
    };
    let leaks = inputs.len() == 1 && !args.fixes.fix && !args.fixes.diff;
    let mut report = session.report();
    let mut has_errors = false;
    let mut params: HashMap<PathBuf, HashSet<String>> = HashMap::new();
    parallel::each(
        inputs,
        args.jobs.jobs,
        |(project, input)| {
            let mut unit = Unit::new(&input, &project, session.sources.clone(), &flags)?;
            check_pipelines(&mut unit);
            let found = Found::new(&mut unit, &project);
            if leaks {
                stages::leak(vec![unit]);
            }
            Ok(found)
        },
        |found| {
            has_errors |= found.has_errors;
            params
                .entry(found.project)
                .or_default()
                .extend(found.params);
            report.add(found.report);
        },
    )?;
    if !has_errors {
        unused_settings(args, &session, &params, &mut report);
    }
    report.finish(args.report.deny_warnings);
    Ok(report)
}

impl Found {
    fn new(unit: &mut Unit, project: &Loaded) -> Self {
        let pipelines = unit.program.pipelines.iter();
        let inputs = pipelines.flat_map(|pipeline| &pipeline.inputs);
        Self {
            has_errors: unit.diagnostics.has_errors(),
            project: project.root.clone(),
            params: inputs.map(|input| input.name.clone()).collect(),
            report: unit.report(),
        }
    }
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

/// Reports parameters of profiles that no pipeline has, for projects inside the folders, whose files are all checked. A
/// profile is for all pipelines of its project, so a single pipeline proves nothing. `params` has the parameters of the
/// pipelines, by the root of the project.
fn unused_settings(
    args: &CheckArgs,
    session: &Session,
    params: &HashMap<PathBuf, HashSet<String>>,
    report: &mut Report,
) {
    let folders = args.paths.iter().filter(|path| path.is_dir());
    let folders: Vec<PathBuf> = folders
        .filter_map(|path| fs::canonicalize(path).ok())
        .collect();
    for project in session.projects() {
        let is_whole = folders
            .iter()
            .any(|folder| project.root.starts_with(folder));
        if let Some(names) = params.get(&project.root).filter(|_| is_whole) {
            let mut found = Diagnostics::default();
            found.extend(project.unused_params(names));
            found.level(&project.levels());
            report.diagnostics.extend(found);
        }
    }
}
