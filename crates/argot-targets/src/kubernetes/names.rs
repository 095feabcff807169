//! Names of objects.

use crate::pod::names::mapped;

/// The name of a Job among those of its run, of the names of the tasks around it and its own.
pub(crate) fn joined(names: &[&str]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for name in names {
        let name = mapped(name);
        // A call that may fail stands in a graph of its own name.
        if !name.is_empty() && parts.last() != Some(&name) {
            parts.push(name);
        }
    }
    parts.join("-")
}
