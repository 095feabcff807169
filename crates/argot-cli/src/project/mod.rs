//! Project files: `argot.toml`, with its profiles.
//!
//! | module | what it is |
//! |---|---|
//! | [`mod@file`] | what can be in one, as types |
//! | [`values`] | the values of settings |
//! | [`read`] | from TOML to these types, with the place of each value |
//! | [`setup`] | a profile and the flags, as what a compilation needs |
//! | [`diagnostics`] | every diagnostic |

mod diagnostics;
pub(crate) mod file;
pub(crate) mod read;
#[cfg(test)]
mod schema;
pub(crate) mod setup;
pub(crate) mod values;

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use argot_syntax::{Diagnostic, Diagnostics, Levels, Source, Sources};
use toml::de::{DeTable, DeValue};

use crate::read::within;
use crate::words::reason;
use crate::world::Project;
use diagnostics::Asked;
use file::{Profile, ProjectFile};
use read::{Located, Reader, Setting};

/// A project file that was read, or is missing.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// The path, as it is shown, and the text.
    pub(crate) source: Option<Arc<Source>>,
    /// What it says.
    pub(crate) file: ProjectFile,
    /// The folder that it is in.
    pub(crate) root: PathBuf,
    /// Its diagnostics.
    pub(crate) diagnostics: Diagnostics,
}

/// A profile, including what it inherits.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    pub(crate) name: String,
    pub(crate) profile: Profile,
}

impl Loaded {
    /// Reads the project file of a project, if it has one.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn read(project: &Project, sources: &mut Sources) -> Result<Self> {
        let path = project.file();
        let mut loaded = Self {
            root: project.root().to_owned(),
            ..Self::default()
        };
        if fs::symlink_metadata(&path).is_err() {
            return Ok(loaded);
        }
        let shown = project.shown_file();
        let content = within(project.root(), &path)
            .map_err(|error| anyhow!("cannot read `{shown}`: {}", reason(&error)))?;
        let content = project.texts().over(&path, content);
        let (text, problem) = match content.map(String::from_utf8) {
            Ok(Ok(text)) => (text, None),
            Ok(Err(_)) => {
                let problem = "it is not UTF-8 text";
                (
                    String::new(),
                    Some(diagnostics::unreadable(&shown, problem)),
                )
            }
            Err(error) => (String::new(), Some(diagnostics::refused(&shown, &error))),
        };
        let source = sources.add(shown, text);
        match problem {
            Some(problem) => loaded.diagnostics.push(problem),
            None => loaded.parse(&source),
        }
        loaded.source = Some(source);
        loaded.references();
        Ok(loaded)
    }

    fn parse(&mut self, source: &Source) {
        let (root, errors) = DeTable::parse_recoverable(source.text());
        let mut reader = Reader::new(source.id(), Profile::KEYS);
        for error in &errors {
            let place = error.span().map(|range| reader.span(&range));
            let problem = error.message().trim().replace('\n', ", ");
            reader
                .diagnostics
                .push(diagnostics::not_toml(source.path(), &problem, place));
        }
        // A part that could not be read would be reported a second time, as missing.
        if errors.is_empty() {
            let range = root.span();
            let root = toml::Spanned::new(range, DeValue::Table(root.into_inner()));
            self.file = ProjectFile::read(&root, "", &mut reader).unwrap_or_default();
        }
        self.diagnostics = reader.diagnostics;
    }

    /// Reports names of profiles and pools that do not exist.
    fn references(&mut self) {
        let mut found = Diagnostics::default();
        if let Some(name) = self.default_profile()
            && self.table(&name.value.0).is_none()
        {
            let asked = Asked::Setting("project.default_profile", name.span);
            found.push(self.unknown(&name.value.0, &asked));
        }
        for name in self.names() {
            let path = read::join("profile", name);
            let extends = self.table(name).and_then(|table| table.extends.as_ref());
            if let Some(base) = extends
                && self.table(&base.value.0).is_none()
            {
                let asked = format!("{path}.extends");
                found.push(self.unknown(&base.value.0, &Asked::Setting(&asked, base.span)));
            }
            let chosen = match self.line(name) {
                Ok(chosen) => chosen,
                Err(circle) => {
                    // Each profile of a circle would find the same one.
                    if circle.iter().min() == Some(&name)
                        && let Some(extends) = extends
                    {
                        let mut names = circle.clone();
                        names.extend(circle.first());
                        found.push(diagnostics::circle(&names, extends.span));
                    }
                    continue;
                }
            };
            let profile = Self::merged(&chosen);
            let Some(pool) = &profile.node_pool else {
                continue;
            };
            let pools: Vec<&str> = profile
                .node_pools
                .iter()
                .flat_map(|pools| pools.value.iter().map(|(name, _)| name))
                .collect();
            if !pools.contains(&pool.value.0.as_str()) {
                found.push(diagnostics::unknown_default_pool(
                    &path,
                    &pool.value.0,
                    &pools,
                    pool.span,
                ));
            }
        }
        self.diagnostics.extend(found);
    }

    /// The levels of warnings in the project.
    pub(crate) fn levels(&self) -> Levels {
        let lints = self.file.lint.as_ref();
        lints.map_or_else(Levels::default, |lints| lints.value.levels())
    }

    /// The path, as it is shown.
    pub(crate) fn shown(&self) -> Option<&str> {
        self.source.as_deref().map(Source::path)
    }

    /// The profile of that name as written.
    fn table(&self, name: &str) -> Option<&Profile> {
        let profiles = self.file.profile.as_ref()?;
        profiles.value.entries.get(name).map(|table| &table.value)
    }

    /// The names of the profiles, in the order of the file.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.file
            .profile
            .iter()
            .flat_map(|profiles| profiles.value.iter().map(|(name, _)| name))
            .collect()
    }

    /// The profile that is used if no flag chooses one.
    pub(crate) fn default_profile(&self) -> Option<&Located<values::Filled>> {
        self.file.project.as_ref()?.value.default_profile.as_ref()
    }

    fn unknown(&self, name: &str, asked: &Asked<'_>) -> Diagnostic {
        diagnostics::unknown_profile(name, &self.names(), self.shown(), asked)
    }

    /// A profile and those that it extends, nearest first.
    ///
    /// # Errors
    /// The profiles of the circle that it is in or leads into.
    fn line<'a>(&'a self, name: &'a str) -> Result<Vec<&'a Profile>, Vec<&'a str>> {
        let mut seen: Vec<&str> = Vec::new();
        let mut line = Vec::new();
        let mut next = Some(name);
        while let Some(name) = next {
            if let Some(at) = seen.iter().position(|known| *known == name) {
                return Err(seen.split_off(at));
            }
            seen.push(name);
            let table = self.table(name);
            line.extend(table);
            next = table.and_then(|table| Some(table.extends.as_ref()?.value.0.as_str()));
        }
        Ok(line)
    }

    fn merged(line: &[&Profile]) -> Profile {
        let mut profile = Profile::default();
        for table in line {
            profile.inherit(table);
        }
        profile
    }

    /// The profile of that name.
    pub(crate) fn profile(&self, name: &str) -> Option<Chosen> {
        self.table(name)?;
        let line = self.line(name).ok()?;
        Some(Chosen {
            name: name.to_owned(),
            profile: Self::merged(&line),
        })
    }

    /// Reports values of profiles for parameters that are not among these names.
    pub(crate) fn unused_params(&self, names: &HashSet<String>) -> Vec<Diagnostic> {
        let profiles = self.file.profile.iter();
        let all = profiles.flat_map(|profiles| profiles.value.iter());
        let params = all.flat_map(|(profile, table)| {
            let params = table.value.params.iter();
            let params = params.flat_map(|params| params.value.iter());
            params.map(move |(name, value)| (profile, name, value.span))
        });
        let mut known: Vec<&str> = names.iter().map(String::as_str).collect();
        known.sort_unstable();
        params
            .filter(|(_, name, _)| !names.contains(*name))
            .map(|(profile, name, span)| diagnostics::unused_param(profile, name, &known, span))
            .collect()
    }

    /// The profile that a flag names, or else the default one.
    ///
    /// # Errors
    /// There is no such profile.
    pub(crate) fn choose(&self, flag: Option<&str>) -> Result<Option<Chosen>, Box<Diagnostic>> {
        match (flag, self.default_profile()) {
            (Some(name), _) => match self.profile(name) {
                Some(chosen) => Ok(Some(chosen)),
                None => Err(Box::new(self.unknown(name, &Asked::Flag))),
            },
            (None, Some(name)) => Ok(self.profile(&name.value.0)),
            (None, None) => Ok(None),
        }
    }
}
