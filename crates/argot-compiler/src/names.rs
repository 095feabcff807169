//! Did-you-mean.

/// The candidate that a misspelt name most likely stands for.
///
/// A candidate is near when at most a third of its letters differ, or when it differs in letter case and
/// underscores only.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let folded = fold(name);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let distance = strsim::osa_distance(&folded, &fold(candidate));
            let longest = folded.chars().count().max(candidate.chars().count());
            (distance == 0 || distance * 3 <= longest).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
