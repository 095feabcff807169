//! Files in memory.

use argot_compiler::{ReadError, World};

/// The path of the only file.
pub const ENTRY: &str = "main.argot";

/// One file, [`ENTRY`], and no other.
pub struct Memory<'a>(pub &'a [u8]);

impl World for Memory<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match path == ENTRY {
            true => Ok(self.0.to_vec()),
            false => Err(ReadError::NotFound),
        }
    }
}
