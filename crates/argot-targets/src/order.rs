//! The order of keys, for people who read the YAML.

use serde_json::{Map, Value};

/// Keys that come first, in this order, wherever they stand. Other keys keep the order in which the object
/// was made: for Argo's own objects that of its struct, for those of Kubernetes the alphabet.
const FIRST: &[&str] = &[
    "apiVersion",
    "kind",
    // Whatever has a name says it first.
    "name",
    "metadata",
    "generateName",
    "namespace",
    "labels",
    "annotations",
    "description",
    // A container.
    "image",
    "imagePullPolicy",
    "workingDir",
    "command",
    "args",
    "env",
    "envFrom",
    "accessModes",
    "storageClassName",
    "resources",
    "mountPath",
    "volumeMounts",
    // A place or a choice.
    "endpoint",
    "bucket",
    "key",
    "operator",
    "values",
];

/// Keys whose value is a map of the user's own keys, in the user's order.
const OPEN: &[&str] = &[
    "labels",
    "annotations",
    "nodeSelector",
    "matchLabels",
    "data",
    "limits",
    "requests",
    "volumeAttributes",
];

/// Puts the keys of every object into reading order.
pub(crate) fn order(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(order),
        Value::Object(fields) => {
            if !fields.keys().map(|name| rank(name)).is_sorted() {
                let mut entries: Vec<_> = std::mem::take(fields).into_iter().collect();
                entries.sort_by_key(|(name, _)| rank(name));
                *fields = entries.into_iter().collect::<Map<_, _>>();
            }
            for (name, value) in fields.iter_mut() {
                if !OPEN.contains(&name.as_str()) {
                    order(value);
                }
            }
        }
        _ => {}
    }
}

fn rank(name: &str) -> usize {
    FIRST
        .iter()
        .position(|first| *first == name)
        .unwrap_or(FIRST.len())
}
