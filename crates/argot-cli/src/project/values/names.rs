//! Texts and keys that follow a rule.

use argot_compiler::rules;

use super::super::read::Key;
use super::Text;

macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident $expected:literal $check:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name(pub(crate) String);

        impl Text for $name {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn parse(text: &str) -> Result<Self, String> {
                let check: fn(&str) -> Result<(), String> = $check;
                check(text).map(|()| Self(text.to_owned()))
            }

            fn text(&self) -> &str {
                &self.0
            }
        }
    )*};
}

/// Whether a rule holds, which `problem` words otherwise.
fn holds(rule: bool, problem: &str) -> Result<(), String> {
    if rule {
        Ok(())
    } else {
        Err(problem.to_owned())
    }
}

const DNS_LABEL: &str =
    "use at most 63 lowercase letters, digits or `-`, starting and ending with a letter or digit";
const DNS_NAME: &str =
    "use lowercase letters, digits, `-` or `.`; each part starts and ends with a letter or digit";
const LABEL_VALUE: &str =
    "use at most 63 letters, digits, `-`, `_` or `.`, starting and ending with a letter or digit";
const LABEL_KEY: &str =
    "use a name such as `team`, optionally with a domain before it, as in `acme.com/team`";

texts! {
    /// Any text.
    Free "a text" |_| Ok(());
    /// A text that is not empty.
    Filled "a text" |text| holds(!text.trim().is_empty(), "it is empty");
    /// A namespace.
    Namespace "the name of a namespace" |text| holds(rules::dns_label(text), DNS_LABEL);
    /// An object of the cluster.
    ObjectName "the name of an object in the cluster" |text| holds(rules::dns_subdomain(text), DNS_NAME);
    /// A queue of Kueue, which becomes the value of a label.
    Queue "the name of a queue" |text| holds(rules::dns_label(text), DNS_LABEL);
    /// The value of a label.
    LabelValue "the value of a label" |text| holds(rules::label_value(text), LABEL_VALUE);
    /// The key of a taint.
    TaintKey "the key of a taint" |text| holds(rules::label_key(text), LABEL_KEY);
    /// An extended resource.
    Resource "the name of a resource" |text| holds(
        text.contains('/') && rules::label_key(text),
        "devices have a name with a domain, such as `nvidia.com/gpu`"
    );
    /// An image.
    Image "an image" |text| rules::image(text).map_err(|mismatch| mismatch.reason);
    /// The replacement for the prefix of an image.
    ImagePrefix "the beginning of images" image_prefix;
}

fn image_prefix(text: &str) -> Result<(), String> {
    if text.ends_with('/') {
        return Err("leave out the `/` at the end".to_owned());
    }
    rules::image(text).map_err(|mismatch| mismatch.reason)
}

macro_rules! keys {
    ($($(#[doc = $doc:literal])* $name:ident $what:literal $check:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name;

        impl Key for $name {
            const WHAT: &'static str = $what;

            fn check(key: &str) -> Result<(), String> {
                let check: fn(&str) -> Result<(), String> = $check;
                check(key)
            }
        }
    )*};
}

keys! {
    /// A profile.
    ProfileName "profiles" |key| holds(
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)),
        "use letters, digits, `.`, `_` or `-`"
    );
    /// A prefix of images.
    OldPrefix "prefixes of images" image_prefix;
    /// The key of a label or annotation.
    LabelKey "labels" |key| holds(rules::label_key(key), LABEL_KEY);
    /// The name of a parameter.
    Parameter "parameters" |key| holds(
        key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
        "a parameter's name is made of letters, digits and `_`"
    );
    /// A name of the profile's own.
    OwnName "names" |key| holds(!key.trim().is_empty(), "it is empty");
}
