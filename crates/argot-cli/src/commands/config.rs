//! `argot config`: the effective settings, and where each comes from.

use anyhow::Result;
use serde_json::{Value, json};

use super::profiles;
use crate::args::{ConfigArgs, Listing, TargetArgs};
use crate::output;
use crate::project::Loaded;
use crate::project::setup::{Effective, Origin, Setup, place};
use crate::session::Session;
use crate::{Outcome, render, stages};

/// Prints the settings, if there is no error in the project file.
pub(crate) fn run(args: &ConfigArgs, styled: bool) -> Result<Outcome> {
    let mut session = Session::default();
    let project = profiles::project(&mut session, &args.path)?;
    let flags = TargetArgs {
        destination: args.destination.clone(),
        namespace: args.namespace.clone(),
        ..TargetArgs::default()
    };
    let setup = Setup::new(&project, &flags, &mut session.diagnostics)?;
    let report = stages::report(&mut [], &mut session, false);
    output::stderr(&render::problems(
        &report,
        args.format.diagnostics(),
        styled,
    ));
    let Some(setup) = setup else {
        return Ok(Outcome::Errors);
    };
    let text = match args.format {
        Listing::Human => table(&setup),
        Listing::Json => output::json(&json!({
            "file": project.shown(),
            "settings": setup
                .effective
                .iter()
                .map(|(path, setting)| object(&project, path, setting))
                .collect::<Vec<_>>(),
        }))?,
    };
    output::stdout(&text)?;
    Ok(Outcome::Clean)
}

fn table(setup: &Setup) -> String {
    let rows = setup.effective.iter().map(|(path, setting)| {
        let value = match &setting.value {
            Value::Null => "none".to_owned(),
            value => value.to_string(),
        };
        let origin = match setting.origin {
            Origin::Default => "default".to_owned(),
            Origin::Flag(flag) => flag.to_owned(),
            Origin::File(span) => place(&setup.project, span).unwrap_or_default(),
        };
        vec![path.clone(), value, origin]
    });
    profiles::columns(&rows.collect::<Vec<_>>())
}

fn object(project: &Loaded, path: &str, setting: &Effective) -> Value {
    let from = match setting.origin {
        Origin::Default => json!({ "kind": "default" }),
        Origin::Flag(flag) => json!({ "kind": "flag", "flag": flag }),
        Origin::File(span) => {
            let source = project.source.as_ref();
            json!({
                "kind": "file",
                "file": source.map(|source| source.path()),
                "line": source.map(|source| source.position(span.start).line),
            })
        }
    };
    json!({ "setting": path, "value": setting.value, "from": from })
}
