//! `argot dump`: the output of a compiler stage for a file.

use anyhow::Result;
use argot_syntax::ast;
use argot_targets::Manifest;
use serde::Serialize;

use crate::Outcome;
use crate::args::{DumpArgs, Stage};
use crate::input::Input;
use crate::read::Texts;
use crate::session::Session;
use crate::stages::Unit;
use crate::world::Access;
use crate::{output, params, render, stages};

/// A syntax tree and the file that it is of.
#[derive(Serialize)]
struct Tree<'a> {
    file: &'a str,
    ast: &'a ast::File,
}

/// Prints the stage as JSON, if there is no error.
pub(crate) fn run(args: &DumpArgs, styled: bool) -> Result<Outcome> {
    let mut session = Session::default();
    let given = params::given(&args.pipelines, &mut session)?;
    let input = Input::open(&args.file, Access::Named, &Texts::default())?;
    let project = session.project(input.project())?;
    let mut unit = Unit::new(&input, &project, session.sources.clone(), &args.target)?;
    let text = match args.stage {
        Stage::Ast => {
            let trees = unit.sources.iter().filter_map(|source| {
                let (_, ast) = unit.files.iter().find(|(id, _)| *id == source.id())?;
                let file = source.path();
                Some(Tree { file, ast })
            });
            output::json(&trees.collect::<Vec<_>>())
        }
        Stage::Program => output::json(&unit.program),
        Stage::Plan | Stage::Manifest => {
            stages::pick(std::slice::from_mut(&mut unit), &args.pipelines.names);
            stages::assign(std::slice::from_mut(&mut unit), given.as_ref());
            let plans = unit.plan();
            if args.stage == Stage::Plan {
                output::json(&plans)
            } else {
                let compiled = unit.lower(&plans);
                let manifests = compiled.iter().flat_map(|one| &one.manifests);
                output::json(
                    &manifests
                        .map(Manifest::data)
                        .collect::<Result<Vec<_>, _>>()?,
                )
            }
        }
    }?;
    let report = stages::report(
        std::slice::from_mut(&mut unit),
        &mut session,
        args.report.deny_warnings,
    );
    stages::leak(vec![unit]);
    output::stderr(&render::report(&report, args.report.format, styled));
    if report.diagnostics.has_errors() {
        return Ok(Outcome::Errors);
    }
    output::stdout(&text)?;
    Ok(Outcome::Clean)
}
