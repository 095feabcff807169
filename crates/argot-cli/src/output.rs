//! Files and streams.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use tempfile::NamedTempFile;

use crate::args::Color;
use crate::world::shown;

/// Links that lead to links are followed this far, as Linux does.
const MAX_LINKS: usize = 40;

/// Whether messages are coloured.
pub(crate) fn styled(color: Color) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            io::stderr().is_terminal()
                && !set("NO_COLOR")
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// Writes to standard output. A reader that has gone away has all that it wanted.
///
/// # Errors
/// Standard output takes no more, as on a full disk.
pub(crate) fn stdout(text: &str) -> Result<()> {
    let mut stream = io::stdout().lock();
    stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush())
        .or_else(forgive_closed_pipe)
        .map_err(|error| anyhow!("cannot write to standard output: {}", reason(&error)))
}

/// Writes to standard error. Nobody can be told when that fails.
pub(crate) fn stderr(text: &str) {
    let mut stream = io::stderr().lock();
    let _ = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
}

/// Takes a reader that has gone away for success.
pub(crate) fn forgive_closed_pipe(error: io::Error) -> io::Result<()> {
    if error.kind() == ErrorKind::BrokenPipe {
        Ok(())
    } else {
        Err(error)
    }
}

/// The system's reason in the style of a message: without number and capital letter.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// A text on its way into a file.
///
/// All files are prepared before the first is put in its place, so that a full disk or a folder that may
/// not be written leaves everything as it was.
pub(crate) enum Prepared {
    /// A new file beside the target, which takes the target's place by a rename.
    Beside {
        /// The new file.
        new: NamedTempFile,
        /// The file to replace, with links resolved.
        target: PathBuf,
    },
    /// A pipe, terminal or device, which cannot be replaced.
    Direct {
        /// The text.
        text: String,
        /// The device.
        target: PathBuf,
    },
}

impl Prepared {
    /// Prepares to write `text` to `path`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn new(path: &Path, text: String) -> Result<Self> {
        Self::prepare(path, text).map_err(|error| unwritable(path, &error))
    }

    fn prepare(path: &Path, text: String) -> io::Result<Self> {
        if is_device(path) {
            return Ok(Self::Direct {
                text,
                target: path.to_owned(),
            });
        }
        let target = follow(path)?;
        let existing = match OpenOptions::new().write(true).open(&target) {
            Ok(file) => Some(file.metadata()?.permissions()),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let folder = target
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let mut new = new_file(folder.unwrap_or(Path::new(".")))?;
        if let Some(permissions) = existing {
            new.as_file().set_permissions(permissions)?;
        }
        new.write_all(text.as_bytes())?;
        Ok(Self::Beside { new, target })
    }

    /// Puts the text in its place.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn commit(self) -> Result<()> {
        match self {
            Self::Beside { new, target } => new
                .persist(&target)
                .map(drop)
                .map_err(|error| unwritable(&target, &error.error)),
            // Appending never cuts off what another program wrote into the same stream.
            Self::Direct { text, target } => OpenOptions::new()
                .append(true)
                .open(&target)
                .and_then(|mut file: File| file.write_all(text.as_bytes()))
                .or_else(forgive_closed_pipe)
                .map_err(|error| unwritable(&target, &error)),
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> anyhow::Error {
    anyhow!("cannot write `{}`: {}", shown(path), reason(error))
}

/// Whether a path is something else than a file. `/dev/stdout` may lead to a file, but it stands for a
/// stream that is open already.
fn is_device(path: &Path) -> bool {
    path.starts_with("/dev")
        || path.starts_with("/proc")
        || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

/// The file behind links. It need not exist.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&target) {
            Ok(link) => target = target.parent().unwrap_or(Path::new("")).join(link),
            // It is no link, or it does not exist.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::NotFound) => {
                return Ok(target);
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// A new file with the permissions that files get by default.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".argot-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The system takes the bits of the umask away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
