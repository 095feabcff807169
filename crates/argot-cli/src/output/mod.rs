//! Files and streams.
//!
//! | module | what it is |
//! |---|---|
//! | [`files`] | texts on their way into files: all of them, or none |
//! | [`signals`] | what is undone when a signal ends the program |

pub(crate) mod files;
mod signals;

use std::fmt;
use std::io::{self, ErrorKind, IsTerminal, Write};

use anyhow::{Result, anyhow};
use serde::Serialize;

use crate::args::Color;
use crate::words::reason;

/// Whether messages are coloured.
pub(crate) fn styled(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => wants_color(&io::stderr()),
    }
}

/// Whether a stream is a terminal, and its user has not turned colours off.
pub(crate) fn wants_color(stream: &impl IsTerminal) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    stream.is_terminal()
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// The reader of the output is gone, as with `head`. The program then exits silently, like others in a pipe.
#[derive(Debug)]
pub(crate) struct ReaderGone;

impl fmt::Display for ReaderGone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody reads what is written")
    }
}

impl std::error::Error for ReaderGone {}

/// Why something could not be written.
fn unwritten(what: &str, error: &io::Error) -> anyhow::Error {
    if error.kind() == ErrorKind::BrokenPipe {
        anyhow!(ReaderGone)
    } else {
        anyhow!("cannot write {what}: {}", reason(error))
    }
}

/// Writes to standard output.
///
/// # Errors
/// Standard output accepts no more, for example on a full disk, or [`ReaderGone`].
pub(crate) fn stdout(text: &str) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    write_stdout(text.as_bytes()).map_err(|error| unwritten("to standard output", &error))
}

/// The standard library silently drops output to a descriptor that is not open for writing. Our own handle returns an
/// error.
#[cfg(unix)]
fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    use std::fs::File;
    use std::os::fd::AsFd;
    File::from(io::stdout().as_fd().try_clone_to_owned()?).write_all(bytes)
}

#[cfg(not(unix))]
fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut stream = io::stdout().lock();
    stream.write_all(bytes).and_then(|()| stream.flush())
}

/// Writes to standard error. A failure cannot be reported.
pub(crate) fn stderr(text: &str) {
    let mut stream = io::stderr().lock();
    let _ = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
}

/// A value as JSON on several lines.
pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}
