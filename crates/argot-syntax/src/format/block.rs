//! Block strings: their lines move with the code around them.

use super::doc::{BlockString, STEP};
use crate::indent::{is_blank, shared};

/// The white space that all lines of a block string begin with, which is not part of its value: those after the first
/// that are not blank. `None` if all of them are blank.
pub(super) fn indentation(text: &str) -> Option<&str> {
    let mut common: Option<&str> = None;
    let mut lines = lines(text).skip(1).peekable();
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        let written = match is_last {
            true => line.strip_suffix("\"\"\"").unwrap_or(line),
            false => line,
        };
        if is_blank(written) {
            continue;
        }
        common = shared(common, line);
    }
    common
}

/// Prints a block string: its lines are a level deeper than `indent`, and quotes on a line of their own are not.
pub(super) fn print(out: &mut String, string: BlockString<'_>, indent: usize) {
    let push = |out: &mut String, indent: usize, rest: &str| {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str(rest);
    };
    let mut lines = lines(string.text).enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        if number == 0 {
            let quotes = line.trim_end_matches([' ', '\t']);
            let is_blank = quotes.trim_start_matches('r') == "\"\"\"";
            out.push_str(if is_blank { quotes } else { line });
            continue;
        }
        out.push('\n');
        let closing = line.trim_start_matches([' ', '\t']);
        if string.moves && lines.peek().is_none() && closing == "\"\"\"" {
            push(out, indent, closing);
            continue;
        }
        let Some(indentation) = string.indentation else {
            out.push_str(line);
            continue;
        };
        match line.strip_prefix(indentation) {
            Some("") => {}
            Some(rest) => push(out, indent + STEP, rest),
            None if is_blank(line) => {}
            None => out.push_str(line),
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
}
