//! What the compilations of one command share.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use argot_syntax::{Diagnostics, Sources};
use indexmap::IndexMap;

use crate::project::Loaded;
use crate::report::Report;
use crate::world::Project;

/// What the compilations of one command share: each file is read once, and has one id.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// The files that are not part of any program: project files, and values of parameters.
    pub(crate) sources: Sources,
    /// The findings that belong to no single compilation.
    pub(crate) diagnostics: Diagnostics,
    projects: IndexMap<PathBuf, Arc<Loaded>>,
}

impl Session {
    /// The project file of a project.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn project(&mut self, project: &Project) -> Result<Arc<Loaded>> {
        let path = project.file();
        if let Some(loaded) = self.projects.get(&path) {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(Loaded::read(project, &mut self.sources)?);
        self.projects.insert(path, Arc::clone(&loaded));
        Ok(loaded)
    }

    /// The project files that were looked for.
    pub(crate) fn projects(&self) -> impl Iterator<Item = &Loaded> {
        self.projects.values().map(Arc::as_ref)
    }

    /// Moves its findings, and those about project files, into a report.
    pub(crate) fn report(&mut self) -> Report {
        let diagnostics = std::mem::take(&mut self.diagnostics);
        let mut report = Report::new(self.sources.clone(), diagnostics);
        for project in self.projects() {
            let mut diagnostics = project.diagnostics.clone();
            diagnostics.level(&project.levels());
            report.diagnostics.extend(diagnostics);
        }
        report
    }
}
