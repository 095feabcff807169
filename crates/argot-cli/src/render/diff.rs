//! What changes in a file, as a unified diff.

use similar::TextDiff;

/// The lines of a file before and after a change, with three lines around each change. Nothing if they are the same.
pub(crate) fn unified(path: &str, before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .unified_diff()
        .header(path, path)
        .to_string()
}
