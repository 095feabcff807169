//! Printed manifests, read by a YAML library that is not the writer's.

use argot_targets::Manifest;
use serde::Deserialize;
use serde_json::Value;

/// Checks the text of manifests against what was meant.
pub fn reads_back(manifests: &[Manifest], text: &str) -> Result<(), String> {
    if manifests.is_empty() {
        return Err("there is no manifest, and no error".to_owned());
    }
    let mut documents = serde_yaml::Deserializer::from_str(text);
    for manifest in manifests {
        let document = documents.next().ok_or("a manifest is not in the text")?;
        let read = Value::deserialize(document).map_err(|error| error.to_string())?;
        let meant = manifest.data().map_err(|error| error.to_string())?;
        if read != meant {
            return Err(
                difference(&read, &meant, "").unwrap_or_else(|| "the order differs".to_owned())
            );
        }
    }
    match documents.next() {
        None => Ok(()),
        Some(_) => Err("the text has more documents than there are manifests".to_owned()),
    }
}

/// The first difference, with its place.
fn difference(read: &Value, meant: &Value, place: &str) -> Option<String> {
    match (read, meant) {
        (Value::Object(read), Value::Object(meant)) => {
            let other = |(key, value): (&String, &Value)| match read.get(key) {
                Some(found) => difference(found, value, &format!("{place}.{key}")),
                None => Some(format!("{place}.{key} is missing")),
            };
            let more = read.keys().find(|key| !meant.contains_key(*key));
            let more = || more.map(|key| format!("{place}.{key} is too much"));
            meant.iter().find_map(other).or_else(more)
        }
        (Value::Array(read), Value::Array(meant)) if read.len() == meant.len() => {
            let pairs = read.iter().zip(meant).enumerate();
            pairs
                .into_iter()
                .find_map(|(at, (a, b))| difference(a, b, &format!("{place}[{at}]")))
        }
        (read, meant) => (read != meant).then(|| format!("{place}: read {read}, meant {meant}")),
    }
}
