//! What fixes change, as a unified diff.

use std::fmt::Write;

use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::Changed;

/// So many unchanged lines are shown around a change.
const AROUND: usize = 3;

/// The fewest changes are looked for in files of so many lines together. That can take the square of it.
const MOST_LINES: usize = 10_000;

/// The change of a file.
pub(crate) fn unified(file: &Changed) -> String {
    let old: Vec<&str> = file.before.split_inclusive('\n').collect();
    let new: Vec<&str> = file.after.split_inclusive('\n').collect();
    let mut out = format!("--- {0}\n+++ {0}\n", file.shown);
    for hunk in group_diff_ops(operations(&old, &new), AROUND) {
        // Writing to a text does not fail.
        let _ = writeln!(out, "{}", UnifiedHunkHeader::new(&hunk));
        for operation in &hunk {
            let (old, new) = (
                old.get(operation.old_range()).unwrap_or_default(),
                new.get(operation.new_range()).unwrap_or_default(),
            );
            if matches!(operation, DiffOp::Equal { .. }) {
                lines(&mut out, ' ', old);
            } else {
                lines(&mut out, '-', old);
                lines(&mut out, '+', new);
            }
        }
    }
    out
}

fn lines(out: &mut String, sign: char, lines: &[&str]) {
    for line in lines {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// The way from some lines to others.
fn operations(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    if old.len() == new.len() {
        // Most fixes change lines and add none.
        return line_by_line(old, new);
    }
    if old.len() + new.len() <= MOST_LINES {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let same = |(a, b): &(&&str, &&str)| a == b;
    let start = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (old.len() - start, new.len() - start);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(same);
    let end = end.count().min(old_rest).min(new_rest);
    let equal = |old_index, new_index, len| DiffOp::Equal {
        old_index,
        new_index,
        len,
    };
    let changed = DiffOp::Replace {
        old_index: start,
        old_len: old_rest - end,
        new_index: start,
        new_len: new_rest - end,
    };
    let parts = [
        equal(0, 0, start),
        changed,
        equal(old.len() - end, new.len() - end, end),
    ];
    let is_empty = |part: &DiffOp| part.old_range().is_empty() && part.new_range().is_empty();
    parts.into_iter().filter(|part| !is_empty(part)).collect()
}

fn line_by_line(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let pairs: Vec<bool> = old.iter().zip(new).map(|(a, b)| a == b).collect();
    let mut at = 0;
    let parts = pairs.chunk_by(|a, b| a == b).map(|part| {
        let (index, len) = (at, part.len());
        at += len;
        match part.first() {
            Some(true) => DiffOp::Equal {
                old_index: index,
                new_index: index,
                len,
            },
            _ => DiffOp::Replace {
                old_index: index,
                old_len: len,
                new_index: index,
                new_len: len,
            },
        }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str) -> String {
        unified(&Changed {
            shown: "a".to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }

    #[test]
    fn lines_that_change_and_go() {
        assert_eq!(
            diff(
                "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
                "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"
            ),
            "--- a\n+++ a\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        );
        assert_eq!(
            diff("1\n2\n3", "2\n3"),
            "--- a\n+++ a\n@@ -1,3 +1,2 @@\n-1\n 2\n 3\n\\ No newline at end of file\n"
        );
    }

    /// No square of the lines: there are a hundred thousand, and all are other ones.
    #[test]
    fn large_files_are_compared_at_once() {
        let before: String = (0..100_000).map(|n| format!("{n}\n")).collect();
        let after: String = (0..100_001).map(|n| format!("x{n}\n")).collect();
        let text = diff(
            &format!("same\n{before}end\n"),
            &format!("same\n{after}end\n"),
        );
        assert!(text.starts_with("--- a\n+++ a\n@@ -1,100002 +1,100003 @@\n same\n-0\n-1\n"));
        assert!(text.ends_with("\n+x100000\n end\n"));
    }
}
