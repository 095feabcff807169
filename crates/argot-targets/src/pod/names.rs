//! Names: from Argot's to those that Kubernetes accepts.

/// The longest value of a label, and the longest name of a container.
pub(crate) const LONGEST_LABEL: usize = 63;

/// A name in the output: `_` becomes `-`, and letters become lowercase.
pub(crate) fn mapped(name: &str) -> String {
    name.replace('_', "-")
        .to_lowercase()
        .trim_matches('-')
        .to_owned()
}

/// Why a text is not the name of an object in the cluster (RFC 1123), if it is not.
pub(crate) fn object_name_problem(name: &str, longest: usize) -> Option<String> {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if name.is_empty() {
        Some("it is empty".to_owned())
    } else if name.len() > longest {
        Some(format!(
            "it has {} characters, and {longest} are allowed",
            name.len()
        ))
    } else if !name.split('.').all(|part| {
        ends(part.chars().next())
            && ends(part.chars().next_back())
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    }) {
        Some("only lowercase letters, digits, `-` and `.` are allowed, with a letter or digit at both ends".to_owned())
    } else {
        None
    }
}

/// The first `digits` hexadecimal digits of a hash.
pub(crate) fn hex(bytes: &[u8], digits: usize) -> String {
    let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(digits);
    text
}

#[cfg(test)]
mod tests {
    use super::{mapped, object_name_problem};

    #[test]
    fn names_are_mapped() {
        for (written, name) in [
            ("train", "train"),
            ("train_model", "train-model"),
            ("Train", "train"),
            ("_private", "private"),
            ("show-2", "show-2"),
            ("a__b_", "a--b"),
            ("_", ""),
        ] {
            assert_eq!(mapped(written), name, "{written}");
        }
    }

    #[test]
    fn names_of_objects() {
        for name in ["a", "a-b", "0a", "a.b", "prices-1a2b3c4d"] {
            assert_eq!(object_name_problem(name, 63), None, "{name}");
        }
        for name in ["", "A", "a_b", "-a", "a-", "a..b", "a.-b", "é"] {
            assert!(object_name_problem(name, 63).is_some(), "{name}");
        }
        assert!(object_name_problem(&"a".repeat(53), 52).is_some());
    }
}
