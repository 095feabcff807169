//! The compiler's view of a project folder.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use argot_compiler::{ReadError, World};

use crate::read::{self, Content, Texts};
use crate::words::shown;

/// The file that marks a project's root.
const PROJECT_FILE: &str = "argot.toml";

/// How a source came to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The command line names it. Its links may lead anywhere.
    Named,
    /// It was found in a folder. Like an import, it must be in its project.
    Found,
}

/// A project on disk, as one entry file sees it.
#[derive(Debug)]
pub(crate) struct Project {
    /// The canonical root: nothing outside of it is read.
    root: PathBuf,
    /// The canonical current folder.
    current: PathBuf,
    entry: Entry,
    /// The canonical paths of the files that were read.
    read: RefCell<Vec<PathBuf>>,
    /// Texts that replace files.
    texts: Texts,
}

/// The file that the compiler starts from.
#[derive(Debug)]
struct Entry {
    /// Its path from the root, with `/` between the parts.
    path: String,
    /// Its path as messages show it.
    shown: String,
    /// Its folder, as written.
    folder: PathBuf,
    /// Its content.
    content: Content,
    /// Whether it is a link to a file outside of the project.
    is_outside: bool,
}

impl Project {
    /// The project of a text that is not a file. Its imports are relative to the current folder.
    ///
    /// # Errors
    /// There is no current folder.
    pub(crate) fn of_text(name: &str, content: Content) -> io::Result<Self> {
        let mut project = Self::around(Path::new(""), name, name.to_owned())?;
        project.entry.content = content;
        Ok(project)
    }

    /// The project of a source.
    ///
    /// # Errors
    /// There is no such file, or the system cannot read it.
    pub(crate) fn of_source(path: &Path, access: Access, texts: &Texts) -> io::Result<Self> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path.file_name().unwrap_or(path.as_os_str());
        let mut project = Self::around(folder, &name.to_string_lossy(), shown(path))?;
        project.entry.content = match access {
            Access::Named => read::named(path)?,
            Access::Found => read::within(&project.root, path).unwrap_or_else(|error| {
                // It was just seen.
                Err(match read::error(&error) {
                    ReadError::NotFound => ReadError::Other("it is a link to nowhere".to_owned()),
                    error => error,
                })
            }),
        };
        if project.entry.content.is_ok()
            && let Ok(real) = fs::canonicalize(path)
        {
            project.entry.is_outside = !read::is_stream(path) && !real.starts_with(&project.root);
            project.read.get_mut().push(real);
        }
        project.entry.content = texts.over(path, project.entry.content);
        project.texts = texts.clone();
        Ok(project)
    }

    fn around(folder: &Path, name: &str, shown: String) -> io::Result<Self> {
        let real = fs::canonicalize(if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        })?;
        // Anything of that name marks the root. If it is not a readable file, that is an error, not a reason to look
        // further up.
        let root = real
            .ancestors()
            .find(|ancestor| fs::symlink_metadata(ancestor.join(PROJECT_FILE)).is_ok())
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
            // Without it, as in a folder that was removed, absolute paths can be read all the same.
            current: fs::canonicalize(".").unwrap_or_default(),
            entry: Entry {
                path,
                shown,
                folder: folder.to_owned(),
                content: Err(ReadError::NotFound),
                is_outside: false,
            },
            read: RefCell::default(),
            texts: Texts::default(),
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
        Self::around(folder, "", String::new())
    }

    /// The canonical root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Texts that replace files.
    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The path of the project file, which may not exist.
    pub(crate) fn file(&self) -> PathBuf {
        self.root.join(PROJECT_FILE)
    }

    /// The path of the project file, as messages show it.
    pub(crate) fn shown_file(&self) -> String {
        self.display(PROJECT_FILE)
    }

    /// The entry file's path, as the compiler names it.
    pub(crate) fn entry(&self) -> &str {
        &self.entry.path
    }

    /// The content of the entry file.
    pub(crate) fn content(&self) -> &Content {
        &self.entry.content
    }

    /// Whether the entry file is a link to a file outside of the project. The text of such a file is not shown.
    pub(crate) fn is_outside(&self) -> bool {
        self.entry.is_outside
    }

    /// The canonical paths of the files that were read so far.
    pub(crate) fn files_read(&self) -> Vec<PathBuf> {
        self.read.borrow().clone()
    }
}

impl World for Project {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == self.entry.path {
            return self.entry.content.clone();
        }
        let relative = Path::new(path);
        if !relative
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
        {
            return Err(ReadError::OutsideProject);
        }
        let path = self.root.join(relative);
        let content = read::within(&self.root, &path).map_err(|error| read::error(&error))?;
        if content.is_ok() {
            self.read.borrow_mut().extend(fs::canonicalize(&path));
        }
        self.texts.over(&path, content)
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

/// The relative path from `base` to `path`, which are both canonical.
fn relative_to(path: &Path, base: &Path) -> PathBuf {
    let common = path
        .components()
        .zip(base.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = base.components().skip(common).map(|_| Component::ParentDir);
    up.chain(path.components().skip(common)).collect()
}
