//! The entry files that the command line names.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use argot_compiler::{Checked, ReadError};
use argot_syntax::MAX_SOURCE_BYTES;

use crate::output::reason;
use crate::world::{Project, read_source, shown};

/// How standard input is called in messages.
const STDIN: &str = "<stdin>";

/// An entry file that is there and was read.
#[derive(Debug)]
pub(crate) struct Input {
    project: Project,
    /// The path as it was written; `None` for standard input.
    pub(crate) path: Option<PathBuf>,
}

impl Input {
    /// Reads an entry file, or standard input for `-`.
    ///
    /// # Errors
    /// There is no such file, or it cannot be read. One that is too large or not text is the compiler's
    /// business.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if is_stdin(path) {
            let bytes = read_source(io::stdin().lock())
                .map_err(|error| anyhow!("cannot read standard input: {}", reason(&error)))?;
            let project = Project::around(Path::new(""), STDIN, STDIN.to_owned(), bytes)
                .map_err(|error| anyhow!("cannot find the current folder: {}", reason(&error)))?;
            return Ok(Self {
                project,
                path: None,
            });
        }
        let shown = shown(path);
        let failed = |error: &io::Error| anyhow!("cannot read `{shown}`: {}", reason(error));
        let metadata = fs::metadata(path).map_err(|error| failed(&error))?;
        if metadata.is_dir() {
            bail!("`{shown}` is a folder, where a file is expected");
        }
        let bytes = if metadata.len() > MAX_SOURCE_BYTES as u64 {
            Err(ReadError::TooLarge)
        } else {
            File::open(path)
                .and_then(read_source)
                .map_err(|error| failed(&error))?
        };
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        let project =
            Project::around(folder, &name, shown.clone(), bytes).map_err(|error| failed(&error))?;
        Ok(Self {
            project,
            path: Some(path.to_owned()),
        })
    }

    /// Reads several entry files.
    ///
    /// # Errors
    /// One of them cannot be read, or standard input is named twice.
    pub(crate) fn open_all(paths: &[PathBuf]) -> Result<Vec<Self>> {
        if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
            bail!("standard input can be read only once, and `-` is given several times");
        }
        paths.iter().map(|path| Self::open(path)).collect()
    }

    /// The path as it is shown.
    pub(crate) fn shown(&self) -> String {
        self.path.as_deref().map_or_else(|| STDIN.to_owned(), shown)
    }

    /// The project that the file is in.
    pub(crate) fn project(&self) -> &Project {
        &self.project
    }

    /// What the file and its imports mean.
    pub(crate) fn check(&self) -> Checked {
        argot_compiler::check(&self.project, self.project.entry())
    }
}

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}
