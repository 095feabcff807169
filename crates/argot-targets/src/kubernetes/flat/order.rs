//! Which jobs end before which others start.

use super::{Flat, JobId, NodeKind};

/// For each job, the jobs that have ended before it starts.
#[derive(Debug)]
pub(crate) struct Order {
    before: Vec<Set>,
}

/// A set of small numbers.
#[derive(Debug, Clone, Default, PartialEq)]
struct Set(Vec<u64>);

impl Set {
    fn insert(&mut self, number: usize) {
        let (word, bit) = (number / 64, number % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    fn contains(&self, number: usize) -> bool {
        let word = self.0.get(number / 64).copied().unwrap_or_default();
        word & (1 << (number % 64)) != 0
    }

    fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }
}

impl Order {
    /// The order of what has been laid out.
    pub(crate) fn of(flat: &Flat) -> Self {
        // What has ended before a node starts, and once it has ended.
        let mut starts: Vec<Set> = Vec::with_capacity(flat.nodes.len());
        let mut ends: Vec<Set> = Vec::with_capacity(flat.nodes.len());
        let mut before = vec![Set::default(); flat.jobs.len()];
        for node in &flat.nodes {
            let mut start = Set::default();
            let parent = node.parent.and_then(|parent| starts.get(parent.0));
            let needs = node.needs.iter().filter_map(|need| ends.get(need.node.0));
            for set in parent.into_iter().chain(needs) {
                start.add(set);
            }
            let mut end = start.clone();
            match &node.kind {
                NodeKind::Open => {}
                NodeKind::Job(id) => {
                    end.insert(id.0);
                    if let Some(slot) = before.get_mut(id.0) {
                        slot.clone_from(&start);
                    }
                }
                NodeKind::Close { gate, members } => {
                    let gate = starts.get(gate.0);
                    let members = members.iter().filter_map(|member| ends.get(member.node.0));
                    for set in gate.into_iter().chain(members) {
                        end.add(set);
                    }
                }
            }
            starts.push(start);
            ends.push(end);
        }
        Self { before }
    }

    /// Whether one job has ended before another starts.
    pub(crate) fn is_before(&self, first: JobId, second: JobId) -> bool {
        self.before
            .get(second.0)
            .is_some_and(|set| set.contains(first.0))
    }

    /// Two of the jobs, which be in the order of their nodes, that may run at the same time.
    pub(crate) fn beside(&self, flat: &Flat, jobs: &[JobId]) -> Option<(JobId, JobId)> {
        let mut last = None;
        for id in jobs {
            let turns = flat.job(*id).and_then(|job| job.turns.as_ref());
            if turns.is_some_and(|turns| turns.parallel != Some(1)) {
                return Some((*id, *id));
            }
            if let Some(last) = last
                && !self.is_before(last, *id)
            {
                return Some((last, *id));
            }
            last = Some(*id);
        }
        None
    }

    /// The jobs that a job waits for, but for those that others among them wait for.
    pub(crate) fn direct(&self, job: JobId) -> Vec<JobId> {
        let all: Vec<JobId> = (0..job.0)
            .map(JobId)
            .filter(|other| self.is_before(*other, job))
            .collect();
        all.iter()
            .copied()
            .filter(|one| !all.iter().any(|other| self.is_before(*one, *other)))
            .collect()
    }
}
