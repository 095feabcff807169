//! Did-you-mean.

use std::{cell::RefCell, collections::HashMap};

use argot_syntax::{FileId, Span};

use crate::limits::{LONGEST_SUGGESTION, MOST_SUGGESTIONS};

/// The candidate that a misspelt name most likely stands for.
///
/// A candidate is near when at most a third of its letters differ, or when it differs in letter case and
/// underscores only.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST_SUGGESTION {
        return None;
    }
    let fold = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let folded = fold(name);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST_SUGGESTION)
        .filter_map(|candidate| {
            let distance = strsim::osa_distance(&folded, &fold(candidate));
            let longest = folded.chars().count().max(candidate.chars().count());
            (distance == 0 || distance * 3 <= longest).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Suggestions for the first unknown names of each file. A file with more of them is not misspelt.
#[derive(Debug, Default)]
pub(crate) struct Suggestions(RefCell<HashMap<FileId, usize>>);

impl Suggestions {
    /// The candidate that the name at a place most likely stands for.
    pub(crate) fn find<'a>(
        &self,
        name: &str,
        at: Span,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let mut asked = self.0.borrow_mut();
        let asked = asked.entry(at.file).or_default();
        *asked += 1;
        (*asked <= MOST_SUGGESTIONS)
            .then(|| suggest(name, candidates))
            .flatten()
    }
}
