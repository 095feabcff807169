//! Texts that Kubernetes and container registries accept. The rules are in `grammar/texts.pest`, each with its source.

pub use super::amounts::{Of as AmountOf, Unlikely, unlikely, without_unit};
pub use super::zones::time_zone;
pub use crate::texts::{Mismatch, image};

use crate::texts::{Rule, fits};

/// Whether a text can name an environment variable.
pub fn env_name(text: &str) -> bool {
    fits(Rule::env_name, text)
}

/// Whether a text is a DNS label, as container names must be.
pub fn dns_label(text: &str) -> bool {
    fits(Rule::dns_label, text)
}

/// Whether a text can name a port: an IANA service name.
pub fn port_name(text: &str) -> bool {
    text.len() <= 15
        && dns_label(text)
        && text.contains(|c: char| c.is_ascii_lowercase())
        && !text.contains("--")
}

/// Whether a text is a DNS subdomain, as the names of most objects must be.
pub fn dns_subdomain(text: &str) -> bool {
    fits(Rule::dns_subdomain, text)
}

/// Whether a text can be the key of a label, annotation, selector, taint or extended resource: a name with an optional
/// DNS prefix.
pub fn label_key(text: &str) -> bool {
    fits(Rule::label_key, text)
}

/// Whether a text can be the value of a label.
pub fn label_value(text: &str) -> bool {
    fits(Rule::label_value, text)
}

/// Whether a text can be a key of a Secret or ConfigMap.
pub fn data_key(text: &str) -> bool {
    fits(Rule::data_key, text)
}

/// Checks that a volume can be mounted at a path.
pub fn mount_path(text: &str) -> Result<(), &'static str> {
    if !text.starts_with('/') {
        Err("it is not absolute")
    } else if text.contains(':') {
        Err("Kubernetes does not accept a `:` in it")
    } else if text.split('/').any(|part| part == "..") {
        Err("it has a `..` in it")
    } else if text.trim_matches('/').is_empty() {
        Err("a volume cannot replace the root")
    } else {
        Ok(())
    }
}

/// Whether a text is a pod field that the downward API can pass to an environment variable.
pub fn pod_field(text: &str) -> bool {
    fits(Rule::pod_field, text)
}

/// Checks a cron expression with five fields, or a descriptor such as `@daily`.
///
/// # Errors
/// Returns the mistake in the text.
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
