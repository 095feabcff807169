//! How the compiler sees files: through one small trait, so that it does no I/O itself.

use std::fmt;

/// Where the compiler gets its files from.
pub trait World {
    /// Reads a file. The path is relative to the project's root, has `/` between its parts, and no `.` or
    /// `..` in it.
    ///
    /// # Errors
    /// Says why there is no such text.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// The path of a file as the user is to see it.
    fn display(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    NotFound,
    /// It is a folder.
    Folder,
    /// It is, or lies behind, a link that leads out of the project.
    OutsideProject,
    /// It is larger than a source may be.
    TooLarge,
    /// Anything else, in the system's words.
    Other(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such file"),
            Self::Folder => f.write_str("it is a folder"),
            Self::OutsideProject => f.write_str("it is outside the project"),
            Self::TooLarge => f.write_str("it is too large"),
            Self::Other(message) => f.write_str(message),
        }
    }
}
