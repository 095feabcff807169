//! The entry files named on the command line.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use argot_compiler::{Checked, ReadError};
use argot_syntax::Sources;

use crate::read::{self, Content, Texts};
use crate::words::reason;
use crate::words::{self, shown};
use crate::world::{Access, Project};

/// The name of standard input in messages.
pub(crate) const STDIN: &str = "<stdin>";

/// An entry file that was read.
#[derive(Debug)]
pub(crate) struct Input {
    project: Project,
    /// The path as it was written; `None` for standard input.
    pub(crate) path: Option<PathBuf>,
}

impl Input {
    /// Reads an entry file, or standard input for `-`, unless `texts` has a text in its place.
    ///
    /// # Errors
    /// A named file is missing or cannot be read. The compiler reports files that are too large, not text, or not
    /// allowed.
    pub(crate) fn open(path: &Path, access: Access, texts: &Texts) -> Result<Self> {
        if is_stdin(path) {
            let content = match texts.get(path) {
                Some(text) => Ok(text.as_bytes().to_owned()),
                None => stdin()?,
            };
            let project = Project::of_text(STDIN, content)
                .map_err(|error| anyhow!("cannot find the current folder: {}", reason(&error)))?;
            return Ok(Self {
                project,
                path: None,
            });
        }
        let shown = shown(path);
        let project = Project::of_source(path, access, texts)
            .map_err(|error| anyhow!("cannot read `{shown}`: {}", reason(&error)))?;
        match project.content() {
            Ok(_) | Err(ReadError::TooLarge) => {}
            Err(_) if access == Access::Found => {}
            Err(ReadError::Folder) => bail!(
                "`{shown}` is a folder, where a file is expected; name the files, as in `{}`",
                words::shown(&path.join("*.argot"))
            ),
            Err(error) => bail!("cannot read `{shown}`: {error}"),
        }
        Ok(Self {
            project,
            path: Some(path.to_owned()),
        })
    }

    /// Reads several entry files.
    ///
    /// # Errors
    /// One of them cannot be read, or standard input is named twice.
    pub(crate) fn open_all(paths: &[(PathBuf, Access)], texts: &Texts) -> Result<Vec<Self>> {
        if paths.iter().filter(|(path, _)| is_stdin(path)).count() > 1 {
            bail!("standard input can be read only once, and `-` is given several times");
        }
        paths
            .iter()
            .map(|(path, access)| Self::open(path, *access, texts))
            .collect()
    }

    /// The path as it is shown.
    pub(crate) fn shown(&self) -> String {
        self.path.as_deref().map_or_else(|| STDIN.to_owned(), shown)
    }

    /// The project that the file is in.
    pub(crate) fn project(&self) -> &Project {
        &self.project
    }

    /// Checks the file and its imports. `sources` were read before.
    pub(crate) fn check(&self, sources: Sources) -> Checked {
        argot_compiler::check_after(sources, &self.project, self.project.entry())
    }
}

/// Reads standard input.
///
/// # Errors
/// It cannot be read.
pub(crate) fn stdin() -> Result<Content> {
    read::to_end(io::stdin().lock())
        .map_err(|error| anyhow!("cannot read standard input: {}", reason(&error)))
}

/// Whether a path is `-`, standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}
