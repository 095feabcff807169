//! The sources in a folder.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use argot_compiler::ReadError;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use walkdir::{DirEntry, WalkDir};

use crate::input::is_stdin;
use crate::read;
use crate::words::{reason, shown};
use crate::world::{Access, Project};

/// The ending of source files.
const EXTENSION: &str = "argot";

/// The files with rules about what is left out, the strongest first.
const RULE_FILES: [&str; 2] = [".ignore", ".gitignore"];

/// The sources that paths name: files, and the sources in folders. Each is listed once, in the order of the paths and then
/// of their names.
///
/// # Errors
/// As [`sources`].
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Access)>> {
    let mut all = Vec::new();
    for path in paths {
        if !is_stdin(path) && path.is_dir() {
            let found = sources(path)?;
            all.extend(found.into_iter().map(|path| (path, Access::Found)));
        } else {
            all.push((path.clone(), Access::Named));
        }
    }
    let real = |path: &Path| {
        let is_file = !is_stdin(path);
        is_file.then(|| fs::canonicalize(path).ok()).flatten()
    };
    let named: HashSet<PathBuf> = all
        .iter()
        .filter(|(_, access)| *access == Access::Named)
        .filter_map(|(path, _)| real(path))
        .collect();
    let mut seen = HashSet::new();
    all.retain_mut(|(path, access)| {
        let Some(real) = real(path) else { return true };
        if named.contains(&real) {
            *access = Access::Named;
        }
        seen.insert(real)
    });
    Ok(all)
}

/// The sources in a folder and the folders in it, in the order of their names.
///
/// The result depends on the project, not on the settings of the user. Links to folders are not followed. A broken link
/// with the name of a source is listed too, so that it is reported.
///
/// # Errors
/// A folder or a file with rules cannot be read, or there is no source at all.
pub(crate) fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut rules = Rules::around(folder)?;
    let mut failed = None;
    let mut found = Vec::new();
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    let walk = walk.filter_entry(|entry| {
        failed.is_none()
            && rules.keep(entry).unwrap_or_else(|error| {
                failed = Some(error);
                false
            })
    });
    for entry in walk {
        let entry = entry.map_err(|error| {
            let place = shown(error.path().unwrap_or(folder));
            match error.io_error() {
                Some(error) => anyhow!("cannot read `{place}`: {}", reason(error)),
                None => anyhow!("cannot read `{place}`: {error}"),
            }
        })?;
        if is_source(&entry) {
            let path = entry.path();
            found.push(path.strip_prefix(".").unwrap_or(path).to_owned());
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    if found.is_empty() {
        bail!("there is no *.{EXTENSION} file in `{}`", shown(folder));
    }
    Ok(found)
}

fn is_source(entry: &DirEntry) -> bool {
    let kind = entry.file_type();
    let is_folder = kind.is_dir() || kind.is_symlink() && entry.path().is_dir();
    entry.path().extension() == Some(OsStr::new(EXTENSION)) && !is_folder
}

/// What is left out, by the rules of the folders above an entry.
struct Rules {
    /// The folder that is searched, as written and canonical.
    folder: (PathBuf, PathBuf),
    /// The folder that the files with rules must be in.
    top: PathBuf,
    /// The rules of the folders above the one that is searched.
    above: Vec<Level>,
    /// Those of the folder and of the ones in it, down to the current entry.
    inside: Vec<Level>,
}

/// The rules of a folder, one matcher for each of [`RULE_FILES`].
type Level = [Gitignore; RULE_FILES.len()];

impl Rules {
    /// Those of the folders above, as far as the repository goes, or else the project.
    fn around(folder: &Path) -> Result<Self> {
        let failed =
            |error: io::Error| anyhow!("cannot read `{}`: {}", shown(folder), reason(&error));
        let real = fs::canonicalize(folder).map_err(failed)?;
        let repository = real
            .ancestors()
            .find(|ancestor| fs::symlink_metadata(ancestor.join(".git")).is_ok());
        let top = match repository {
            Some(top) => top.to_owned(),
            None => Project::of(folder).map_err(failed)?.root().to_owned(),
        };
        let mut above: Vec<&Path> = real
            .ancestors()
            .skip(1)
            .take_while(|ancestor| ancestor.starts_with(&top))
            .collect();
        above.reverse();
        let above = above
            .into_iter()
            .map(|folder| level(&top, folder, folder))
            .collect::<Result<_>>()?;
        Ok(Self {
            folder: (folder.to_owned(), real),
            top,
            above,
            inside: Vec::new(),
        })
    }

    /// Whether an entry is searched. The entries of a folder come after it.
    fn keep(&mut self, entry: &DirEntry) -> Result<bool> {
        let (folder, real) = &self.folder;
        let path = entry.path().strip_prefix(folder).unwrap_or(Path::new(""));
        let path = real.join(path);
        let is_folder = entry.file_type().is_dir();
        self.inside.truncate(entry.depth());
        if entry.depth() > 0 && !self.wants(&path, is_folder) {
            return Ok(false);
        }
        if is_folder {
            self.inside.push(level(&self.top, &path, entry.path())?);
        }
        Ok(true)
    }

    /// The innermost folder with a matching rule decides. Without one, hidden files are left out.
    fn wants(&self, path: &Path, is_folder: bool) -> bool {
        for kind in 0..RULE_FILES.len() {
            let levels = self.inside.iter().rev().chain(self.above.iter().rev());
            for matcher in levels.filter_map(|level| level.get(kind)) {
                match matcher.matched(path, is_folder) {
                    Match::None => {}
                    Match::Ignore(_) => return false,
                    Match::Whitelist(_) => return true,
                }
            }
        }
        let name = path.file_name().unwrap_or_default();
        !name.as_encoded_bytes().starts_with(b".")
    }
}

/// The rules of a folder, whose canonical path is `real`.
fn level(top: &Path, real: &Path, written: &Path) -> Result<Level> {
    let mut level = [Gitignore::empty(), Gitignore::empty()];
    for (matcher, name) in level.iter_mut().zip(RULE_FILES) {
        let failed =
            |problem: &str| anyhow!("cannot read `{}`: {problem}", shown(&written.join(name)));
        let text = match read::within(top, &real.join(name)) {
            Ok(Ok(text)) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                let folder = fs::read_dir(real).err().map(|_| shown(written));
                return Err(match folder {
                    Some(folder) => anyhow!("cannot read `{folder}`: {}", reason(&error)),
                    None => failed(&reason(&error)),
                });
            }
            Ok(Err(ReadError::OutsideProject)) => {
                return Err(failed("it leads out of the project"));
            }
            Ok(Err(error)) => return Err(failed(&error.to_string())),
        };
        let text = String::from_utf8_lossy(&text);
        let mut builder = GitignoreBuilder::new(real);
        for line in text.trim_start_matches('\u{feff}').lines() {
            // Like git, what is not a pattern is skipped.
            let _ = builder.add_line(None, line);
        }
        *matcher = builder
            .build()
            .map_err(|_| failed("its patterns are too many, or too complex"))?;
    }
    Ok(level)
}
