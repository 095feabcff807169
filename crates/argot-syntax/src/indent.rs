//! White space at the beginning of lines.

/// The white space that `line` begins with as all lines before it do, which have `common`.
pub(crate) fn shared<'a>(common: Option<&'a str>, line: &'a str) -> Option<&'a str> {
    let both = common.unwrap_or(line).bytes().zip(line.bytes());
    let length = both
        .take_while(|(one, other)| one == other && matches!(one, b' ' | b'\t'))
        .count();
    line.get(..length)
}

/// Whether a line has nothing but spaces and tabs.
pub(crate) fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}
