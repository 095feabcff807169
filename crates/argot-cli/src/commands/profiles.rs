//! `argot profiles`: the profiles of a project.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use argot_targets::accelerators::Platform;
use serde_json::{Value, json};

use crate::args::{Listing, ProfilesArgs};
use crate::output;
use crate::project::Loaded;
use crate::project::values::Text;
use crate::session::Session;
use crate::words::{reason, shown};
use crate::world::Project;
use crate::{Outcome, render, stages};

/// Prints the profiles, if there is no error in the project file.
pub(crate) fn run(args: &ProfilesArgs, styled: bool) -> Result<Outcome> {
    let mut session = Session::default();
    let project = project(&mut session, &args.path)?;
    let report = stages::report(&mut [], &mut session, false);
    output::stderr(&render::problems(
        &report,
        args.format.diagnostics(),
        styled,
    ));
    if report.diagnostics.has_errors() {
        return Ok(Outcome::Errors);
    }
    let profiles: Vec<Listed> = project
        .names()
        .into_iter()
        .filter_map(|name| Listed::new(&project, name))
        .collect();
    let text = match args.format {
        Listing::Json => output::json(&json!({
            "file": project.shown(),
            "profiles": profiles.iter().map(Listed::object).collect::<Vec<_>>(),
        }))?,
        Listing::Human if profiles.is_empty() => {
            output::stderr(&none(&project));
            String::new()
        }
        Listing::Human => {
            let header = ["PROFILE", "TARGET", "PLATFORM", "NAMESPACE", ""];
            let header = header.map(ToOwned::to_owned).to_vec();
            let rows: Vec<_> = std::iter::once(header)
                .chain(profiles.into_iter().map(Listed::row))
                .collect();
            columns(&rows)
        }
    };
    output::stdout(&text)?;
    Ok(Outcome::Clean)
}

/// The project file around a path.
pub(super) fn project(session: &mut Session, path: &Path) -> Result<Arc<Loaded>> {
    let project = Project::of(path)
        .map_err(|error| anyhow!("cannot read `{}`: {}", shown(path), reason(&error)))?;
    session.project(&project)
}

/// A row of the table.
struct Listed {
    name: String,
    target: &'static str,
    platform: String,
    namespace: Option<String>,
    default: bool,
}

impl Listed {
    fn new(project: &Loaded, name: &str) -> Option<Self> {
        let profile = project.profile(name)?.profile;
        let target = profile.target.as_ref().map(|target| target.value);
        let platform = profile
            .platform
            .as_ref()
            .map(|platform| platform.value.text());
        Some(Self {
            name: name.to_owned(),
            target: target.unwrap_or_default().0.name(),
            platform: platform.unwrap_or(Platform::default().name()).to_owned(),
            namespace: profile.namespace.map(|namespace| namespace.value.0),
            default: project
                .default_profile()
                .is_some_and(|default| default.value.0 == name),
        })
    }

    fn row(self) -> Vec<String> {
        let default = if self.default { "default" } else { "" };
        vec![
            self.name,
            self.target.to_owned(),
            self.platform,
            self.namespace.unwrap_or_else(|| "-".to_owned()),
            default.to_owned(),
        ]
    }

    fn object(&self) -> Value {
        json!({
            "name": self.name,
            "target": self.target,
            "platform": self.platform,
            "namespace": self.namespace,
            "default": self.default,
        })
    }
}

fn none(project: &Loaded) -> String {
    match project.shown() {
        Some(file) => {
            format!("`{file}` has no profiles; add one as a table `[profile.NAME]`\n")
        }
        None => "there is no `argot.toml` here or in a parent folder; add one with a table `[profile.NAME]`\n"
            .to_owned(),
    }
}

/// Rows as aligned columns.
pub(super) fn columns(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            line.push_str(&format!("{cell:width$}  ", width = width(column)));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
