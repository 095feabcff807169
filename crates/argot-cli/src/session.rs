//! What the compilations of one command share.

use std::path::PathBuf;
use std::rc::Rc;

use anyhow::Result;
use argot_syntax::{Diagnostics, Sources};

use crate::project::Loaded;
use crate::world::Project;

/// What the compilations of one command share: each file is read once, and has one id.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// The files that are not part of any program: project files, and values of parameters.
    pub(crate) sources: Sources,
    /// The findings that belong to no single compilation.
    pub(crate) diagnostics: Diagnostics,
    projects: Vec<(PathBuf, Rc<Loaded>)>,
}

impl Session {
    /// The project file of a project.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn project(&mut self, project: &Project) -> Result<Rc<Loaded>> {
        let path = project.file();
        if let Some((_, loaded)) = self.projects.iter().find(|(known, _)| *known == path) {
            return Ok(Rc::clone(loaded));
        }
        let loaded = Rc::new(Loaded::read(project, &mut self.sources)?);
        self.projects.push((path, Rc::clone(&loaded)));
        Ok(loaded)
    }

    /// The project files that were looked for.
    pub(crate) fn projects(&self) -> impl Iterator<Item = &Loaded> {
        self.projects.iter().map(|(_, loaded)| loaded.as_ref())
    }
}
