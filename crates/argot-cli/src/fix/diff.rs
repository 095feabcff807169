//! What fixes change, as a unified diff.

use std::time::Duration;

use similar::TextDiff;

use super::Changed;

/// The shortest diff is looked for so long. After that, any will do.
const PATIENCE: Duration = Duration::from_secs(5);

/// The change of a file.
pub(crate) fn unified(file: &Changed) -> String {
    TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(&file.before, &file.after)
        .unified_diff()
        .header(&file.shown, &file.shown)
        .to_string()
}
