//! The compiler's view of a project folder.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use argot_compiler::{ReadError, World};
use argot_syntax::MAX_SOURCE_BYTES;

use crate::output::reason;

/// The file that marks a project's root.
const PROJECT_FILE: &str = "argot.toml";

/// A project on disk, as one entry file sees it.
#[derive(Debug)]
pub(crate) struct Project {
    /// The root, with every link resolved: nothing outside of it is read.
    root: PathBuf,
    /// The current folder, with every link resolved.
    current: PathBuf,
    entry: Entry,
}

/// The file that was named on the command line.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its path from the root, with `/` between the parts.
    pub(crate) path: String,
    /// Its path as it is to be shown.
    pub(crate) shown: String,
    /// The folder that it lies in, as it was written.
    pub(crate) folder: PathBuf,
    /// What it holds. It was named by the user, so that it is read wherever a link may lead.
    pub(crate) bytes: Result<Vec<u8>, ReadError>,
}

impl Project {
    /// The project around an entry file that lies in `folder`, where it is called `name`.
    pub(crate) fn around(
        folder: &Path,
        name: &str,
        shown: String,
        bytes: Result<Vec<u8>, ReadError>,
    ) -> io::Result<Self> {
        let real = fs::canonicalize(if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        })?;
        let root = real
            .ancestors()
            .find(|ancestor| ancestor.join(PROJECT_FILE).is_file())
            .unwrap_or(&real);
        let mut path: String = real
            .strip_prefix(root)
            .unwrap_or(Path::new(""))
            .components()
            .map(|part| format!("{}/", part.as_os_str().to_string_lossy()))
            .collect();
        path.push_str(name);
        Ok(Self {
            root: root.to_owned(),
            current: fs::canonicalize(".")?,
            entry: Entry {
                path,
                shown,
                folder: folder.to_owned(),
                bytes,
            },
        })
    }

    /// The project that a file or folder is in.
    ///
    /// # Errors
    /// There is no such file or folder.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let folder = if fs::metadata(path)?.is_dir() {
            path
        } else {
            path.parent().unwrap_or(Path::new(""))
        };
        Self::around(folder, "", String::new(), Err(ReadError::NotFound))
    }

    /// Where the project file is, if there is one.
    pub(crate) fn file(&self) -> PathBuf {
        self.root.join(PROJECT_FILE)
    }

    /// The path of the project file, as it is to be shown.
    pub(crate) fn shown_file(&self) -> String {
        self.display(PROJECT_FILE)
    }

    /// The entry file's path, as the compiler names it.
    pub(crate) fn entry(&self) -> &str {
        &self.entry.path
    }
}

impl World for Project {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == self.entry.path {
            return self.entry.bytes.clone();
        }
        let relative = Path::new(path);
        if !relative
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
        {
            return Err(ReadError::OutsideProject);
        }
        let real =
            fs::canonicalize(self.root.join(relative)).map_err(|error| read_error(&error))?;
        if !real.starts_with(&self.root) {
            return Err(ReadError::OutsideProject);
        }
        let metadata = fs::metadata(&real).map_err(|error| read_error(&error))?;
        if metadata.is_dir() {
            return Err(ReadError::Folder);
        }
        // A pipe or device could block for ever.
        if !metadata.is_file() {
            return Err(ReadError::Other("it is not a regular file".to_owned()));
        }
        if metadata.len() > MAX_SOURCE_BYTES as u64 {
            return Err(ReadError::TooLarge);
        }
        let file = File::open(&real).map_err(|error| read_error(&error))?;
        read_source(file).map_err(|error| read_error(&error))?
    }

    fn display(&self, path: &str) -> String {
        if path == self.entry.path {
            return self.entry.shown.clone();
        }
        let folder = self
            .entry
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        if let Ok(rest) = Path::new(path).strip_prefix(folder) {
            return shown(&self.entry.folder.join(rest));
        }
        let real = self.root.join(path);
        if self.entry.folder.is_absolute() {
            shown(&real)
        } else {
            shown(&relative_to(&real, &self.current))
        }
    }
}

/// Reads a source to its end, or until it is larger than a source may be.
pub(crate) fn read_source(reader: impl Read) -> io::Result<Result<Vec<u8>, ReadError>> {
    let mut bytes = Vec::new();
    reader
        .take(MAX_SOURCE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(if bytes.len() > MAX_SOURCE_BYTES {
        Err(ReadError::TooLarge)
    } else {
        Ok(bytes)
    })
}

/// A path as it is to be shown: without `.` parts, and with `/` between the others.
pub(crate) fn shown(path: &Path) -> String {
    let clean: PathBuf = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect();
    let text = clean.to_string_lossy();
    if text.is_empty() {
        return ".".to_owned();
    }
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace('\\', "/")
    }
}

/// The way from `base` to `path`, which are both absolute and without links.
fn relative_to(path: &Path, base: &Path) -> PathBuf {
    let common = path
        .components()
        .zip(base.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = base.components().skip(common).map(|_| Component::ParentDir);
    up.chain(path.components().skip(common)).collect()
}

fn read_error(error: &io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ReadError::NotFound,
        ErrorKind::IsADirectory => ReadError::Folder,
        _ => ReadError::Other(reason(error)),
    }
}
