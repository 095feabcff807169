//! The order of keys, for readers of the YAML.

use serde_json::{Map, Value};

/// Returns the rank of a key that comes first, in whatever object it is. Other keys keep the order in which the object
/// was created: the order of the struct for Argo's own objects, alphabetical order for those of Kubernetes.
fn rank(name: &str) -> usize {
    match name {
        "apiVersion" => 0,
        "kind" => 1,
        // If an object has a name, the name comes first.
        "name" => 2,
        "metadata" => 3,
        "generateName" => 4,
        "namespace" => 5,
        "labels" => 6,
        "annotations" => 7,
        "description" => 8,
        // Fields of a container.
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
        // Fields of a location or a choice.
        "endpoint" => 21,
        "bucket" => 22,
        "key" => 23,
        "operator" => 24,
        "values" => 25,
        _ => usize::MAX,
    }
}

/// Keys whose value is a map with keys that the user chooses, in the user's order.
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
