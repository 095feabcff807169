//! Image references.

use super::{Mismatch, Rule, read};

/// How many hexadecimal digits a digest has.
const DIGESTS: &[(&str, usize)] = &[("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// Checks an image reference: `registry/name:tag@digest`.
///
/// # Errors
/// Returns a description of the mistake.
pub fn image(text: &str) -> Result<(), Mismatch> {
    let mut parts = read(Rule::image, text)?.into_inner();
    let Some(digest) = parts.find(|part| part.as_rule() == Rule::digest) else {
        return Ok(());
    };
    let (algorithm, hex) = digest.as_str().split_once(':').unwrap_or_default();
    let digits = DIGESTS.iter().find(|(name, _)| *name == algorithm);
    let wanted = digits.map_or(0, |(_, digits)| *digits);
    if hex.len() == wanted {
        return Ok(());
    }
    let end = digest.as_span().end();
    Err(Mismatch {
        at: end - hex.len()..end,
        reason: format!(
            "the digest has {} hexadecimal digits after `{algorithm}:`, which needs {wanted}",
            hex.len()
        ),
    })
}

/// Returns the tag of an image reference, and whether it has a digest. The reference is one that [`image`] accepts.
pub(crate) fn version(text: &str) -> (Option<&str>, bool) {
    let (name, digest) = match text.split_once('@') {
        Some((name, _)) => (name, true),
        None => (text, false),
    };
    let last = name.rsplit_once('/').map_or(name, |(_, last)| last);
    (last.split_once(':').map(|(_, tag)| tag), digest)
}
