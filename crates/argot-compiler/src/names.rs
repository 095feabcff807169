//! Suggestions for misspelt names.

use std::{cell::RefCell, collections::HashMap};

use argot_syntax::{FileId, Span};

use crate::limits::{LONGEST_SUGGESTION, MOST_COMPARED, MOST_SUGGESTIONS};

/// The candidate that a misspelt name most likely means.
///
/// A candidate is near if at most a third of its letters differ, or if it differs only in case and underscores.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut unbounded = usize::MAX;
    nearest(name, candidates, &mut unbounded)
}

/// The nearest candidate, or `None` if `work` runs out first. A unit of work is one comparison of two letters, or one
/// letter of a candidate that is skipped.
fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    work: &mut usize,
) -> Option<&'a str> {
    if name.len() > LONGEST_SUGGESTION {
        return None;
    }
    let fold = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let folded = fold(name);
    let length = folded.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        *work = work.checked_sub(1)?;
        if candidate.len() > LONGEST_SUGGESTION {
            continue;
        }
        *work = work.checked_sub(candidate.len())?;
        let other = fold(candidate);
        let other_length = other.chars().count();
        let longest = length.max(candidate.chars().count());
        // The difference in length is a lower bound for the distance.
        if length.abs_diff(other_length) * 3 > longest {
            continue;
        }
        *work = work.checked_sub(length * other_length)?;
        let distance = strsim::osa_distance(&folded, &other);
        let is_near = distance == 0 || distance * 3 <= longest;
        if is_near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Suggestions for the first unknown names of each file. If there are more, the file is not merely misspelt.
#[derive(Debug, Default)]
pub(crate) struct Suggestions(RefCell<HashMap<FileId, Left>>);

/// The work that is left for a file.
#[derive(Debug)]
struct Left {
    suggestions: usize,
    work: usize,
}

impl Default for Left {
    fn default() -> Self {
        Self {
            suggestions: MOST_SUGGESTIONS,
            work: MOST_COMPARED,
        }
    }
}

impl Suggestions {
    /// The candidate that the name at this span most likely means.
    pub(crate) fn find<'a>(
        &self,
        name: &str,
        at: Span,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let mut left = self.0.borrow_mut();
        let left = left.entry(at.file).or_default();
        left.suggestions = left.suggestions.checked_sub(1)?;
        nearest(name, candidates, &mut left.work)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        for (name, found) in [
            ("trian", Some("train")),
            ("Train_", Some("train")),
            ("tranis", Some("trains")),
            ("x", None),
            ("evaluate", None),
        ] {
            assert_eq!(suggest(name, ["fetch", "train", "trains"]), found, "{name}");
        }
    }

    /// Candidates of very different lengths are not compared.
    #[test]
    fn lengths_are_compared_first() {
        let mut work = 10_000;
        assert_eq!(nearest("ab", ["abcdefgh"; 100], &mut work), None);
        assert_eq!(work, 10_000 - 100 * 9);
    }

    /// The work for a file is bounded for any number of names of any length. It is counted in candidates visited.
    #[test]
    fn the_work_for_a_file_is_bounded() {
        let names: Vec<String> = (0..100_000).map(|n| format!("{n:0>90}")).collect();
        let looked_at = Cell::new(0_usize);
        let suggestions = Suggestions::default();
        let found = |file, name: &str| {
            let names = names.iter().map(|name| {
                looked_at.set(looked_at.get() + 1);
                name.as_str()
            });
            let at = Span::new(FileId(file), 0, 0);
            suggestions.find(name, at, names).map(ToOwned::to_owned)
        };
        for _ in 0..4_000 {
            assert_eq!(found(0, &"x".repeat(90)), None);
        }
        // Each comparison is one of 90 letters with 90 letters.
        assert!(looked_at.get() < MOST_COMPARED / (90 * 90) + 2 * MOST_SUGGESTIONS);
        assert!(looked_at.get() > MOST_COMPARED / (90 * 92) - MOST_SUGGESTIONS);
        // Another file has a budget of its own.
        let before = looked_at.get();
        found(1, "x");
        assert!(looked_at.get() > before);
    }
}
