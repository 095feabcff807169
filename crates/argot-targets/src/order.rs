//! The order of keys, for people who read the YAML.

use serde_json::{Map, Value};

/// The place of a key among those that come first, wherever they stand. Other keys keep the order in which the
/// object was made: for Argo's own objects that of its struct, for those of Kubernetes the alphabet.
fn rank(name: &str) -> usize {
    match name {
        "apiVersion" => 0,
        "kind" => 1,
        // Whatever has a name says it first.
        "name" => 2,
        "metadata" => 3,
        "generateName" => 4,
        "namespace" => 5,
        "labels" => 6,
        "annotations" => 7,
        "description" => 8,
        // A container.
        "image" => 9,
        "imagePullPolicy" => 10,
        "workingDir" => 11,
        "command" => 12,
        "args" => 13,
        "env" => 14,
        "envFrom" => 15,
        "accessModes" | "apiGroups" | "schedule" | "timeZone" => 16,
        "storageClassName" => 17,
        "resources" => 18,
        "mountPath" => 19,
        "volumeMounts" => 20,
        // A place or a choice.
        "endpoint" => 21,
        "bucket" => 22,
        "key" => 23,
        "operator" => 24,
        "values" => 25,
        _ => usize::MAX,
    }
}

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
            // They run in this order.
            if fields.contains_key("containers")
                && let Some(init) = fields.shift_remove("initContainers")
            {
                let place = fields.keys().position(|name| name == "containers");
                fields.shift_insert(place.unwrap_or_default(), "initContainers".to_owned(), init);
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
