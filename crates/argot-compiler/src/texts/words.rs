//! Messages about texts that do not match: the names of the grammar's rules in words.

use super::{Failure, Mismatch, Rule};

/// How to describe a rule that does not match.
enum Words {
    /// A word of certain characters, such as a tag.
    Word {
        what: &'static str,
        /// The characters that it may have.
        has: &'static str,
        /// Those of them that it may not start or end with.
        inner: &'static str,
    },
    /// One of a few words of letters.
    OneOf(&'static str),
    /// A fixed sentence.
    Says(&'static str),
}

use Words::{OneOf, Says, Word};

const DIGEST: &str = "the digest is not `sha256:` and 64 hexadecimal digits in lowercase";
const HOST: &str =
    "the host must be `bucket.endpoint`, such as `data.oss-cn-hangzhou.aliyuncs.com`";

/// A row for the rules at which a text can fail. The first rule of a row begins a word, the others end it.
#[rustfmt::skip]
const WORDS: &[(&[Rule], Words)] = &[
    // Image references.
    (&[Rule::no_scheme], Says("leave out `https://` and the like")),
    (&[Rule::host_label, Rule::registry_end],
     Word { what: "the registry", has: "letters, digits, `-` and `.`, and a port", inner: "-." }),
    (&[Rule::port, Rule::port_end],
     Word { what: "the registry's port", has: "digits", inner: "" }),
    (&[Rule::path_part, Rule::name_end],
     Word { what: "the name", has: "lowercase letters, digits, `.`, `_`, `-` and `/`", inner: "._-" }),
    (&[Rule::tag, Rule::tag_end],
     Word { what: "the tag", has: "letters, digits, `.`, `_` and `-`", inner: ".-" }),
    (&[Rule::digest, Rule::algorithm, Rule::hex, Rule::digest_end], Says(DIGEST)),
    // Quantities and durations.
    (&[Rule::quantity, Rule::number], Says("it must start with a number")),
    (&[Rule::suffix, Rule::exponent, Rule::quantity_end], OneOf("suffix")),
    (&[Rule::unit], OneOf("unit")),
    (&[Rule::amount], Says("a number with a unit is expected here")),
    // Addresses of artifacts.
    (&[Rule::bucket, Rule::oss_bucket], Says("the bucket is missing")),
    (&[Rule::key_part], Says("the key after the bucket is missing")),
    (&[Rule::key], Says("the key is missing")),
    (&[Rule::endpoint_part], Says(HOST)),
    (&[Rule::endpoint], Says("the endpoint is missing")),
    (&[Rule::oss_key_part], Says("the key after the host is missing")),
    (&[Rule::account], Says("the account is missing")),
    (&[Rule::container_part], Says("the container after the account is missing")),
    (&[Rule::container], Says("the container is missing")),
    (&[Rule::blob_part], Says("the blob after the container is missing")),
    (&[Rule::blob], Says("the blob is missing")),
    (&[Rule::web_host], Says("the host is missing")),
    (&[Rule::repository], Says("the repository is missing")),
    (&[Rule::revision], Says("the revision is missing")),
    // Names and labels.
    (&[Rule::dns_label, Rule::dns_label_end],
     Word { what: "the name", has: "lowercase letters, digits and `-`", inner: "-" }),
    (&[Rule::domain_word, Rule::label_domain_end],
     Word { what: "the domain", has: "lowercase letters, digits, `-` and `.`", inner: "-." }),
    (&[Rule::dns_word, Rule::dns_subdomain_end],
     Word { what: "the name", has: "lowercase letters, digits, `-` and `.`", inner: "-." }),
    (&[Rule::label_name, Rule::label_key_end],
     Word { what: "the name", has: "letters, digits, `-`, `_` and `.`", inner: "-_." }),
    (&[Rule::label_value, Rule::label_value_end],
     Word { what: "the value", has: "letters, digits, `-`, `_` and `.`", inner: "-_." }),
    (&[Rule::data_key, Rule::data_key_end],
     Word { what: "the key", has: "letters, digits, `-`, `_` and `.`", inner: "." }),
    (&[Rule::env_name, Rule::env_name_end],
     Word { what: "the name", has: "letters, digits, `_`, `-` and `.`", inner: "0123456789" }),
];

/// Separators of words. If a word should begin at one of them, the word is missing.
const BETWEEN: &str = "/:@";

/// Describes why a text does not match.
pub(super) fn mismatch(failure: &Failure, text: &str) -> Mismatch {
    let (before, rest) = text.split_at_checked(failure.at).unwrap_or((text, ""));
    let row = failure.tried.iter().find_map(|tried| {
        let (rules, words) = WORDS.iter().find(|(rules, _)| rules.contains(tried))?;
        Some((words, rules.first() == Some(tried)))
    });
    let (length, reason) = match row {
        Some((Says(sentence), _)) => (first_length(rest), (*sentence).to_owned()),
        Some((OneOf(what), _)) => not_one_of(what, rest),
        Some((Word { what, has, inner }, begins)) => {
            misspelt(what, has, inner, begins, (before, rest))
        }
        None => stray(rest),
    };
    Mismatch {
        at: failure.at..failure.at + length,
        reason,
    }
}

fn first_length(rest: &str) -> usize {
    rest.chars().next().map_or(0, char::len_utf8)
}

fn stray(rest: &str) -> (usize, String) {
    let reason = match rest.chars().next() {
        Some(c) => format!("`{c}` cannot be here"),
        None => "it ends too early".to_owned(),
    };
    (first_length(rest), reason)
}

fn not_one_of(what: &str, rest: &str) -> (usize, String) {
    let after = rest.trim_start_matches(char::is_alphabetic);
    match rest.strip_suffix(after).unwrap_or_default() {
        "" if rest.is_empty() => (0, format!("the {what} is missing")),
        "" => stray(rest),
        word => (word.len(), format!("`{word}` is not a {what}")),
    }
}

/// The number of wrong bytes of a word, and the reason.
fn misspelt(
    what: &str,
    has: &str,
    inner: &str,
    begins: bool,
    (before, rest): (&str, &str),
) -> (usize, String) {
    let closes = |c: char| BETWEEN.contains(c);
    let separator = before.chars().next_back().filter(|c| inner.contains(*c));
    let next = rest.chars().next();
    let after = rest.trim_start_matches(|c| inner.contains(c));
    let reason = match (next, separator) {
        (None, Some(last)) => format!("{what} cannot end with `{last}`"),
        (Some(c), Some(last)) if closes(c) => format!("{what} cannot end with `{last}`"),
        (None, None) => format!("{what} is missing"),
        (Some(c), _) if begins && closes(c) => format!("{what} before `{c}` is missing"),
        (Some(c), Some(_)) if begins && inner.contains(c) => {
            format!("`{c}` must be between letters or digits")
        }
        (Some(c), _) if begins && inner.contains(c) => format!("{what} cannot start with `{c}`"),
        (Some(c), _) if inner.contains(c) && (after.is_empty() || after.starts_with(closes)) => {
            return (
                rest.len() - after.len(),
                format!("{what} cannot end with `{c}`"),
            );
        }
        (Some(c), _) if inner.contains(c) => format!("`{c}` must be between letters or digits"),
        (Some(c), _) if c.is_uppercase() && has.starts_with("lowercase") => {
            format!("{what} must be in lowercase")
        }
        (Some(c), _) => format!("`{c}` cannot be in {what}, which has {has}"),
    };
    (first_length(rest), reason)
}
