//! Reads files: never more than the size limit of a source, never waiting for a pipe, and only inside the project
//! unless the user named the file.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use argot_compiler::ReadError;
use argot_syntax::MAX_SOURCE_BYTES;

use crate::words::reason;

/// What was read, or why the file is refused. Errors of the system are [`io::Error`]s instead.
pub(crate) type Content = Result<Vec<u8>, ReadError>;

/// Texts that replace the content of files, by canonical path: fixed files that are not written yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts(Arc<BTreeMap<PathBuf, String>>);

impl Texts {
    /// The text that replaces a file.
    pub(crate) fn get(&self, real: &Path) -> Option<&str> {
        self.0.get(real).map(String::as_str)
    }

    /// These texts and more, which override them.
    pub(crate) fn with(&self, more: impl IntoIterator<Item = (PathBuf, String)>) -> Self {
        let mut all = BTreeMap::clone(&self.0);
        all.extend(more);
        Self(Arc::new(all))
    }

    /// The text that replaces a file, or else what was read.
    pub(crate) fn over(&self, path: &Path, content: Content) -> Content {
        if self.0.is_empty() || content.is_err() {
            return content;
        }
        let real = fs::canonicalize(path).ok();
        match real.and_then(|real| self.0.get(&real)) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => content,
        }
    }
}

/// Reads a file that the user has not named. It must be a regular file below `root`, which is canonical, after all links
/// are followed.
///
/// # Errors
/// The system cannot read it.
pub(crate) fn within(root: &Path, path: &Path) -> io::Result<Content> {
    let real = fs::canonicalize(path)?;
    if !real.starts_with(root) {
        return Ok(Err(ReadError::OutsideProject));
    }
    regular(&real)
}

/// Reads a file that the user has named, wherever its links lead. It must be a regular file, or be in `/dev` or `/proc`,
/// such as `/dev/stdin` and the pipe of a shell's `<(...)`.
///
/// # Errors
/// The system cannot read it.
pub(crate) fn named(path: &Path) -> io::Result<Content> {
    let metadata = fs::metadata(path)?;
    if is_stream(path) && !metadata.is_file() && !metadata.is_dir() {
        return to_end(File::open(path)?);
    }
    regular(path)
}

/// Whether a path, as written, names a stream or device.
pub(crate) fn is_stream(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

/// Reads to the end, or until the size limit of a source is exceeded.
///
/// # Errors
/// The system cannot read it.
pub(crate) fn to_end(reader: impl Read) -> io::Result<Content> {
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

/// An error of the system as one that the compiler reports.
pub(crate) fn error(error: &io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ReadError::NotFound,
        ErrorKind::IsADirectory => ReadError::Folder,
        _ => ReadError::Other(reason(error)),
    }
}

fn regular(path: &Path) -> io::Result<Content> {
    // Opening a device may have side effects, so it is checked first. The opened file is checked again, since it may be
    // a different one by then.
    if let Err(error) = expect_regular(&fs::metadata(path)?) {
        return Ok(Err(error));
    }
    let file = open(path)?;
    if let Err(error) = expect_regular(&file.metadata()?) {
        return Ok(Err(error));
    }
    to_end(file)
}

fn expect_regular(metadata: &Metadata) -> Result<(), ReadError> {
    if metadata.is_dir() {
        Err(ReadError::Folder)
    } else if !metadata.is_file() {
        Err(ReadError::Other("it is not a regular file".to_owned()))
    } else if metadata.len() > MAX_SOURCE_BYTES as u64 {
        Err(ReadError::TooLarge)
    } else {
        Ok(())
    }
}

/// Opens a file, without waiting for whoever writes to it.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        if let Ok(flags) = i32::try_from(flags.bits()) {
            options.custom_flags(flags);
        }
    }
    options.open(path)
}
