//! Names of objects.

use crate::pod::names::mapped;

/// The name of a Job among those of its run, of the names of the tasks around it and its own.
pub(crate) fn joined(names: &[&str]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for name in names {
        let name = mapped(name);
        // A call that may fail is in a graph named after it.
        if !name.is_empty() && parts.last() != Some(&name) {
            parts.push(name);
        }
    }
    parts.join("-")
}
