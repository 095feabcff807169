//! What Kubernetes and container registries accept as texts. Each rule says where it comes from.

pub use super::amounts::{Of as AmountOf, Unlikely, unlikely, without_unit};
pub use super::zones::time_zone;

/// An image reference without its tag and digest checked away: `registry/path:tag@digest`.
/// <https://github.com/distribution/reference>.
pub fn image(text: &str) -> Result<Image, &'static str> {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    if let Some(digest) = digest {
        let valid = digest.split_once(':').is_some_and(|(algorithm, hex)| {
            !algorithm.is_empty()
                && algorithm
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+._-".contains(c))
                && hex.len() >= 32
                && hex.chars().all(|c| c.is_ascii_hexdigit())
        });
        if !valid {
            return Err("the digest is not `algorithm:hex`");
        }
    }
    let last_slash = rest.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match rest.rfind(':') {
        Some(at) if at >= last_slash => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
        _ => (rest, None),
    };
    if let Some(tag) = tag {
        let valid = !tag.is_empty()
            && tag.len() <= 128
            && !tag.starts_with(['.', '-'])
            && tag
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if !valid {
            return Err("the tag may hold letters, digits, `.`, `_` and `-` only");
        }
    }
    if name.is_empty() {
        return Err("the name is empty");
    }
    let mut parts: Vec<&str> = name.split('/').collect();
    let is_registry = |part: &str| part.contains(['.', ':']) || part == "localhost";
    if parts.len() > 1 && parts.first().is_some_and(|first| is_registry(first)) {
        let registry = parts.remove(0);
        let (host, port) = registry.split_once(':').unwrap_or((registry, "0"));
        if !host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
            || port.is_empty()
            || !port.chars().all(|c| c.is_ascii_digit())
        {
            return Err("the registry is not `host` or `host:port`");
        }
    }
    for part in parts {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if part.chars().any(|c| c.is_ascii_uppercase()) {
            return Err("the name must be in lower case");
        }
        if part.is_empty()
            || !part.chars().all(inner)
            || !part.starts_with(edge)
            || !part.ends_with(edge)
        {
            return Err("the name may hold lower-case letters, digits, `.`, `_`, `-` and `/` only");
        }
    }
    Ok(Image {
        tag: tag.map(ToOwned::to_owned),
        digest: digest.is_some(),
    })
}

/// What an image reference says beside its name.
pub struct Image {
    /// The tag.
    pub tag: Option<String>,
    /// Whether there is a digest.
    pub digest: bool,
}

/// The name of an environment variable: any printable ASCII but `=`, since Kubernetes 1.32; but what a
/// shell can read is what people mean.
pub fn env_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

/// A DNS label: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>.
pub fn dns_label(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= 63
        && text.starts_with(edge)
        && text.ends_with(edge)
        && text.chars().all(|c| edge(c) || c == '-')
}

/// A DNS subdomain, which most objects' names are.
pub fn dns_subdomain(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= 253
        && text.split('.').all(|part| {
            part.starts_with(edge)
                && part.ends_with(edge)
                && part.chars().all(|c| edge(c) || c == '-')
        })
}

/// The key of a label, annotation, selector, taint or extended resource: an optional DNS prefix and a
/// name: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>.
pub fn label_key(text: &str) -> bool {
    let name = match text.split_once('/') {
        Some((prefix, name)) => {
            if !dns_subdomain(prefix) {
                return false;
            }
            name
        }
        None => text,
    };
    !name.is_empty() && label_value(name)
}

/// The value of a label.
pub fn label_value(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    text.is_empty()
        || text.len() <= 63
            && text.starts_with(edge)
            && text.ends_with(edge)
            && text.chars().all(|c| edge(c) || "-_.".contains(c))
}

/// A key of a Secret or ConfigMap.
pub fn data_key(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text != "."
        && !text.starts_with("..")
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
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

/// A field of the pod that the downward API can give to an environment variable:
/// <https://kubernetes.io/docs/concepts/workloads/pods/downward-api/>.
pub fn pod_field(text: &str) -> bool {
    const FIELDS: &[&str] = &[
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    ];
    let subscript = |kind: &str| {
        text.strip_prefix(kind)
            .and_then(|rest| rest.strip_prefix("['"))
            .and_then(|rest| rest.strip_suffix("']"))
            .is_some_and(label_key)
    };
    FIELDS.contains(&text) || subscript("metadata.labels") || subscript("metadata.annotations")
}

/// A cron expression in five fields, or a descriptor such as `@daily`.
///
/// # Errors
/// Says what is wrong with it.
pub fn cron(text: &str) -> Result<(), String> {
    super::cron::parse(text).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images() {
        for good in [
            "alpine",
            "python:3.12-slim",
            "ghcr.io/acme/trainer:1.4.2",
            "localhost:5000/a/b:x",
            "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ] {
            assert!(image(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "Alpine",
            "a b",
            "a:",
            ":x",
            "a:b:c",
            "a@sha256:1",
            "ghcr.io/",
            "a//b",
            "-a",
            "x:la/test y",
        ] {
            assert!(image(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn cron_expressions() {
        for good in [
            "0 3 * * *",
            "*/15 0-6,22 1 jan-mar MON",
            "@daily",
            "? ? ? ? ?",
            "5/10 * * * *",
        ] {
            assert_eq!(cron(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "* * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "*/0 * * * *",
            "5-1 * * * *",
            "@nightly",
            "CRON_TZ=UTC 0 0 * * *",
            "* * * * * *",
        ] {
            assert!(cron(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_and_labels() {
        assert!(
            label_key("app.kubernetes.io/name")
                && label_key("a")
                && !label_key("")
                && !label_key("/a")
        );
        assert!(!label_key("A_b.c/d") && !label_key("a/b/c") && !label_key("-a"));
        assert!(
            label_value("") && label_value("a_b.c-D") && !label_value("a b") && !label_value("-x")
        );
        assert!(dns_label("a-b") && !dns_label("a.b") && !dns_label("A"));
        assert!(env_name("A_b") && !env_name("1 BAD=") && !env_name("") && !env_name("1A"));
        assert!(pod_field("metadata.labels['a/b']") && !pod_field("spec.foo"));
        assert!(
            time_zone("Europe/Berlin")
                && !time_zone("Europe/Berlinn")
                && !time_zone("europe/berlin")
        );
    }
}
