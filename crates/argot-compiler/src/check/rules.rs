//! What Kubernetes and container registries accept as texts. The rules are in `grammar/texts.pest`, each with where it
//! comes from.

pub use super::amounts::{Of as AmountOf, Unlikely, unlikely, without_unit};
pub use super::zones::time_zone;
pub use crate::texts::{Image, Mismatch, image};

use crate::texts::{Rule, fits};

/// The name of an environment variable.
pub fn env_name(text: &str) -> bool {
    fits(Rule::env_name, text)
}

/// A DNS label, which containers' names are.
pub fn dns_label(text: &str) -> bool {
    fits(Rule::dns_label, text)
}

/// The name of a port: a service name of IANA.
pub fn port_name(text: &str) -> bool {
    text.len() <= 15
        && dns_label(text)
        && text.contains(|c: char| c.is_ascii_lowercase())
        && !text.contains("--")
}

/// A DNS subdomain, which most objects' names are.
pub fn dns_subdomain(text: &str) -> bool {
    fits(Rule::dns_subdomain, text)
}

/// The key of a label, annotation, selector, taint or extended resource: an optional DNS prefix and a name.
pub fn label_key(text: &str) -> bool {
    fits(Rule::label_key, text)
}

/// The value of a label.
pub fn label_value(text: &str) -> bool {
    fits(Rule::label_value, text)
}

/// A key of a Secret or ConfigMap.
pub fn data_key(text: &str) -> bool {
    fits(Rule::data_key, text)
}

/// A path at which a volume can be mounted.
pub fn mount_path(text: &str) -> Result<(), &'static str> {
    if !text.starts_with('/') {
        Err("it is not absolute")
    } else if text.contains(':') {
        Err("Kubernetes takes no `:` in it")
    } else if text.split('/').any(|part| part == "..") {
        Err("it has a `..` in it")
    } else if text.trim_matches('/').is_empty() {
        Err("a volume cannot replace the root")
    } else {
        Ok(())
    }
}

/// A field of the pod that the downward API can give to an environment variable.
pub fn pod_field(text: &str) -> bool {
    fits(Rule::pod_field, text)
}

/// A cron expression in five fields, or a descriptor such as `@daily`.
///
/// # Errors
/// Says what is wrong with it.
pub fn cron(text: &str) -> Result<(), Mismatch> {
    super::cron::parse(text).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::time_zone;

    #[test]
    fn names_of_time_zones() {
        assert!(time_zone("Europe/Berlin"));
        assert!(!time_zone("Europe/Berlinn") && !time_zone("europe/berlin"));
    }
}
