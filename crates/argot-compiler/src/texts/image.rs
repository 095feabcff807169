//! Image references.

use super::{Mismatch, Rule, read};

/// The parts of an image reference after its name.
pub struct Image {
    /// The tag.
    pub tag: Option<String>,
    /// Whether there is a digest.
    pub digest: bool,
}

/// How many hexadecimal digits a digest has.
const DIGESTS: &[(&str, usize)] = &[("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// Reads an image reference: `registry/name:tag@digest`.
///
/// # Errors
/// Returns a description of the mistake.
pub fn image(text: &str) -> Result<Image, Mismatch> {
    let mut image = Image {
        tag: None,
        digest: false,
    };
    for pair in read(Rule::image, text)?.into_inner() {
        match pair.as_rule() {
            Rule::tag => image.tag = Some(pair.as_str().to_owned()),
            Rule::digest => {
                let (algorithm, hex) = pair.as_str().split_once(':').unwrap_or_default();
                let digits = DIGESTS.iter().find(|(name, _)| *name == algorithm);
                let wanted = digits.map_or(0, |(_, digits)| *digits);
                if hex.len() != wanted {
                    let span = pair.as_span();
                    return Err(Mismatch {
                        at: span.end() - hex.len()..span.end(),
                        reason: format!(
                            "the digest has {} hexadecimal digits after `{algorithm}:`, which needs {wanted}",
                            hex.len()
                        ),
                    });
                }
                image.digest = true;
            }
            _ => {}
        }
    }
    Ok(image)
}
