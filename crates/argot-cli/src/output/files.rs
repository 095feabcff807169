//! Writes texts into files: all of them, or none.
//!
//! Each text is first written to a temporary file next to its destination. When all are written, they are renamed into
//! place. Nothing changes before that, and a failed rename undoes the earlier ones.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Result, anyhow, bail};
use tempfile::{NamedTempFile, TempPath};

use super::{reason, signals, unwritten};
use crate::parallel;
use crate::words::shown;

/// Links that lead to links are followed this far, as Linux does.
const MAX_LINKS: usize = 40;

/// The number of files that may be written and not yet synced. Each uses a file descriptor.
const MOST_OPEN: usize = 200;

/// The number of files that are synced at a time.
const MOST_SYNCED: Option<NonZero<usize>> = NonZero::new(16);

/// Writes texts into files. `folder` is created if it does not exist.
///
/// `inputs` are the canonical paths of the files that were read. None of them is overwritten.
///
/// # Errors
/// A file cannot be written. All files are as they were, unless the message says otherwise.
pub(crate) fn write(
    folder: Option<&Path>,
    texts: Vec<(PathBuf, String)>,
    inputs: &[PathBuf],
) -> Result<()> {
    let places = places(texts, inputs)?;
    let state = Arc::new(Mutex::new(State::default()));
    let mut writing = Writing {
        state: Arc::clone(&state),
        streams: Vec::new(),
        written: Vec::new(),
    };
    signals::watch(move || {
        let mut state = lock(&state);
        state.undo();
        // The lock is never released, so nothing changes any more.
        std::mem::forget(state);
    })
    .map_err(|error| anyhow!("cannot wait for signals: {}", reason(&error)))?;
    if let Some(folder) = folder {
        lock(&writing.state).make_folder(folder).map_err(|error| {
            anyhow!(
                "cannot make the folder `{}`: {}",
                shown(folder),
                reason(&error)
            )
        })?;
    }
    for (path, place, text) in places {
        writing
            .prepare(&path, place, text)
            .map_err(|error| unwritable(&path, &error))?;
        if writing.written.len() == MOST_OPEN {
            writing.sync()?;
        }
    }
    writing.sync()?;
    writing.finish()
}

/// The destination of a text.
enum Place {
    /// A file, with links resolved. It need not exist.
    File(PathBuf),
    /// A pipe, terminal or device, which cannot be replaced.
    Stream,
}

/// The destinations of texts, all different and none of them an input.
fn places(
    texts: Vec<(PathBuf, String)>,
    inputs: &[PathBuf],
) -> Result<Vec<(PathBuf, Place, String)>> {
    let mut taken: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let mut places = Vec::new();
    for (path, text) in texts {
        let place = place(&path).map_err(|error| unwritable(&path, &error))?;
        if let Place::File(target) = &place {
            // What is not there yet has no such path, and is neither an input nor another output by another name.
            let real = fs::canonicalize(target).unwrap_or_else(|_| target.clone());
            if let Some(input) = inputs.iter().find(|input| **input == real) {
                let name = input.file_name().unwrap_or_default();
                bail!(
                    "the output `{}` would overwrite `{}`, which was read",
                    shown(&path),
                    shown(Path::new(name))
                );
            }
            if let Some(other) = taken.insert(real, path.clone()) {
                bail!(
                    "`{}` and `{}` are the same file, and two texts would be written to it",
                    shown(&other),
                    shown(&path)
                );
            }
        }
        places.push((path, place, text));
    }
    Ok(places)
}

fn place(path: &Path) -> io::Result<Place> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        if is_stream(&target) {
            return Ok(Place::Stream);
        }
        match fs::read_link(&target) {
            Ok(link) => target = target.parent().unwrap_or(Path::new("")).join(link),
            // It is not a link, or it does not exist.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::NotFound) => {
                let metadata = fs::metadata(&target);
                let is_stream = metadata.is_ok_and(|found| !found.is_file() && !found.is_dir());
                return Ok(if is_stream {
                    Place::Stream
                } else {
                    Place::File(target)
                });
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// Whether a path names an open stream, even that of a file.
fn is_stream(path: &Path) -> bool {
    path.starts_with("/dev/fd")
        || path.starts_with("/proc")
        || ["/dev/stdout", "/dev/stderr", "/dev/stdin"]
            .iter()
            .any(|stream| path == Path::new(stream))
}

/// The steps done so far, and how to undo them.
#[derive(Default)]
struct State {
    /// The temporary files, which are removed on drop.
    new: Vec<New>,
    /// The folders that were made, the outermost first.
    made: Vec<PathBuf>,
}

/// A temporary file next to the one that it replaces.
struct New {
    path: TempPath,
    target: PathBuf,
}

/// A file that was replaced or created.
struct Done {
    target: PathBuf,
    old: Option<TempPath>,
}

/// Files that are being written.
struct Writing {
    /// Its owner decides whether the files are replaced or left: this thread, or the one that a signal wakes.
    state: Arc<Mutex<State>>,
    streams: Vec<(PathBuf, String)>,
    /// Files that were written and may not be on the disk yet.
    written: Vec<(PathBuf, File)>,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Writing {
    fn drop(&mut self) {
        lock(&self.state).undo();
    }
}

impl State {
    fn make_folder(&mut self, folder: &Path) -> io::Result<()> {
        let mut missing: Vec<PathBuf> = folder
            .ancestors()
            .take_while(|path| !path.as_os_str().is_empty() && fs::symlink_metadata(path).is_err())
            .map(Path::to_owned)
            .collect();
        missing.reverse();
        self.made.extend(missing);
        fs::create_dir_all(folder)
    }

    /// Removes the new files and the folders that were made. Folders that others have used in the meantime stay.
    fn undo(&mut self) {
        self.new.clear();
        for folder in self.made.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }

    /// Renames the new files into place.
    fn replace(&mut self) -> Result<()> {
        let new = std::mem::take(&mut self.new);
        // One rename is done or not done. Nothing can be left half way.
        let keeps_old = new.len() > 1;
        let mut done: Vec<Done> = Vec::new();
        for New { path, target } in new {
            let replaced = (|| {
                let old = if keeps_old { keep(&target)? } else { None };
                path.persist(&target).map_err(|error| error.error)?;
                Ok(old)
            })();
            match replaced {
                Ok(old) => done.push(Done { target, old }),
                Err(error) => {
                    let lost = done.into_iter().rev().filter_map(Done::restore);
                    let lost = lost.collect::<String>();
                    bail!("{}{lost}", unwritable(&target, &error));
                }
            }
        }
        self.made.clear();
        Ok(())
    }
}

/// A hard link to a file, or a copy if the file system has no links. `None` if the file does not exist.
fn keep(target: &Path) -> io::Result<Option<TempPath>> {
    if !fs::symlink_metadata(target).is_ok_and(|found| found.is_file()) {
        return Ok(None);
    }
    let folder = folder(target);
    let linked = names().make_in(folder, |name| fs::hard_link(target, name));
    if let Ok(linked) = linked {
        return Ok(Some(linked.into_temp_path()));
    }
    let copy = new_file(folder)?.into_temp_path();
    fs::copy(target, &copy)?;
    Ok(Some(copy))
}

impl Done {
    /// Undoes it. If that fails, returns the state of the file.
    fn restore(self) -> Option<String> {
        let target = shown(&self.target);
        let Some(old) = self.old else {
            let error = fs::remove_file(&self.target).err()?;
            return Some(format!(
                "; `{target}` is new and cannot be removed: {}",
                reason(&error)
            ));
        };
        let failed = old.persist(&self.target).err()?;
        let because = reason(&failed.error);
        Some(match failed.path.keep() {
            Ok(kept) => format!(
                "; `{target}` has its new text, and the old one is in `{}`: {because}",
                shown(&kept)
            ),
            Err(_) => format!("; `{target}` has its new text: {because}"),
        })
    }
}

/// Waits until a file is on the disk.
fn sync(file: &File) -> io::Result<()> {
    match file.sync_all() {
        // Some file systems have nothing of the kind.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

impl Writing {
    fn prepare(&mut self, path: &Path, place: Place, text: String) -> io::Result<()> {
        let Place::File(target) = place else {
            self.streams.push((path.to_owned(), text));
            return Ok(());
        };
        let existing = match OpenOptions::new().write(true).open(&target) {
            Ok(file) => Some(file.metadata()?),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let mut file = {
            let mut state = lock(&self.state);
            let (file, path) = new_file(folder(&target))?.into_parts();
            state.new.push(New { path, target });
            file
        };
        if let Some(existing) = existing {
            keep_owner(&file, &existing);
            file.set_permissions(existing.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        self.written.push((path.to_owned(), file));
        Ok(())
    }

    /// Waits until the files are on the disk, several at a time, which is faster.
    fn sync(&mut self) -> Result<()> {
        let written = std::mem::take(&mut self.written);
        parallel::each(
            written,
            MOST_SYNCED,
            |(path, file)| sync(&file).map_err(|error| unwritable(&path, &error)),
            |()| (),
        )
    }

    /// Writes the streams, then renames the files into place. What is written to a stream cannot be undone, and a pipe may
    /// wait for its reader.
    fn finish(self) -> Result<()> {
        for (path, text) in &self.streams {
            // Appending never cuts off what another program wrote into the same stream.
            OpenOptions::new()
                .append(true)
                .open(path)
                .and_then(|mut file| file.write_all(text.as_bytes()))
                .map_err(|error| unwritable(path, &error))?;
        }
        lock(&self.state).replace()
    }
}

fn unwritable(path: &Path, error: &io::Error) -> anyhow::Error {
    unwritten(&format!("`{}`", shown(path)), error)
}

/// The folder of a file.
fn folder(target: &Path) -> &Path {
    let folder = target.parent();
    folder
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The names of temporary files.
fn names() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".argot-").suffix(".tmp");
    builder
}

/// A new file with the permissions that files get by default.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = names();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The system removes the bits of the umask.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// A file that is replaced belongs to the same user and group as before, if the system allows it.
#[cfg(unix)]
fn keep_owner(new: &File, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let is_same = new
        .metadata()
        .is_ok_and(|new| (new.uid(), new.gid()) == (old.uid(), old.gid()));
    if !is_same {
        let _ = fchown(new, Some(old.uid()), Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}
