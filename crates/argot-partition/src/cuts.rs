//! Groups tasks so that the groups delay other tasks least.
//!
//! In an order that respects the edges, any row of tasks can be a group, and no two such groups wait for each other. So
//! several orders are cut at several lengths. Each result is tried with tasks of equal and of unequal length, and the
//! one that delays least is chosen.

#![allow(
    clippy::indexing_slicing,
    reason = "every index is one of the units or tasks that the lists were made for"
)]

use crate::shape::{Shape, Unions, in_order};

/// How long the tasks of the first trial take.
const EVEN: u64 = 8;
/// How many trials have tasks of unequal length.
const UNEVEN: u64 = 3;

/// Groups of units, by index. A unit is a set of tasks that stay together. A unit that is `alone` is its own group.
/// `None` if that makes more than `most` groups.
pub(crate) fn groups(
    units: &[Vec<usize>],
    alone: &[bool],
    shape: &Shape,
    most: usize,
    limit: usize,
) -> Option<Vec<Vec<usize>>> {
    if most < 2 {
        return None;
    }
    let problem = Problem::new(units, alone, shape)?;
    let unit = &problem.units;
    let depths = unit.depths();
    let heights = unit.heights();
    let highest = heights.iter().copied().max().unwrap_or_default();
    let by_depth = in_order(&unit.before, &unit.after, |at| (depths[at], at));
    let by_height = in_order(&unit.before, &unit.after, |at| (highest - heights[at], at));
    let late: Vec<usize> = heights.iter().map(|height| highest - height).collect();
    let orders = [
        (unit.order.clone(), None),
        (by_depth, Some(&depths)),
        (by_height, Some(&late)),
        (problem.depth_first(), None),
    ];
    let least = units.len().div_ceil(most);
    let mut best: Option<(u64, usize, Vec<Vec<usize>>)> = None;
    for (order, levels) in &orders {
        let mut length = limit.max(least);
        loop {
            let mut candidates = vec![problem.rows(order, length, None)];
            candidates.extend(levels.map(|levels| problem.rows(order, length, Some(levels))));
            for rows in candidates {
                let apart = problem.apart(&rows);
                // The first of several equal ones is chosen, so one that is tried again changes nothing.
                let is_same = apart == rows;
                for groups in std::iter::once(rows).chain((!is_same).then_some(apart)) {
                    if groups.len() > most || groups.len() < 2 {
                        continue;
                    }
                    let least = best.as_ref().map_or(u64::MAX, |(delay, _, _)| *delay);
                    let Some(delay) = problem.delay(&groups, least) else {
                        continue;
                    };
                    let is_better = |&(other, count, _): &(u64, usize, _)| {
                        (delay, groups.len()) < (other, count)
                    };
                    if best.as_ref().is_none_or(is_better) {
                        best = Some((delay, groups.len(), groups));
                    }
                }
            }
            if length <= least || length <= 2 {
                break;
            }
            length = (length / 2).max(least).max(2);
        }
    }
    best.map(|(_, _, groups)| groups)
}

struct Problem<'a> {
    alone: &'a [bool],
    /// The units and their order.
    units: Shape,
    /// The unit of each task of the units.
    unit_of: Vec<usize>,
    /// The tasks of the units and their order.
    tasks: Shape,
    /// For each trial, how long each task takes and when it starts if nothing is grouped.
    trials: Vec<Vec<(u64, u64)>>,
}

impl<'a> Problem<'a> {
    fn new(units: &[Vec<usize>], alone: &'a [bool], shape: &Shape) -> Option<Self> {
        let mut place = vec![usize::MAX; shape.len()];
        let mut unit_of = Vec::new();
        let mut tasks = Vec::new();
        for (unit, members) in units.iter().enumerate() {
            for &task in members {
                place[task] = tasks.len();
                tasks.push(task);
                unit_of.push(unit);
            }
        }
        let edges: Vec<(usize, usize)> = tasks
            .iter()
            .flat_map(|&task| {
                let place = &place;
                shape.after[task]
                    .iter()
                    .map(move |&then| (place[task], place[then]))
            })
            .filter(|&(_, then)| then != usize::MAX)
            .collect();
        let between = edges
            .iter()
            .map(|&(first, then)| (unit_of[first], unit_of[then]))
            .filter(|(first, then)| first != then);
        let units = Shape::new(units.len(), between)?;
        let inner = Shape::new(tasks.len(), edges)?;
        let trials = (0..=UNEVEN)
            .map(|trial| {
                let mut times = vec![(0, 0); inner.len()];
                for &task in &inner.order {
                    let start = inner.before[task]
                        .iter()
                        .map(|&first| times[first].0 + times[first].1)
                        .max()
                        .unwrap_or_default();
                    times[task] = (duration(tasks[task] as u64, trial), start);
                }
                times
            })
            .collect();
        Some(Self {
            alone,
            units,
            unit_of,
            tasks: inner,
            trials,
        })
    }

    /// The units, ordered so that each comes as soon as possible after those it waits for.
    fn depth_first(&self) -> Vec<usize> {
        let mut open: Vec<usize> = self.units.before.iter().map(Vec::len).collect();
        let mut ready: Vec<usize> = (0..open.len()).rev().filter(|&at| open[at] == 0).collect();
        let mut order = Vec::with_capacity(open.len());
        while let Some(at) = ready.pop() {
            order.push(at);
            for &then in self.units.after[at].iter().rev() {
                open[then] -= 1;
                if open[then] == 0 {
                    ready.push(then);
                }
            }
        }
        order
    }

    /// Rows of at most `length` units. Units of one level stay together if they fit.
    fn rows(&self, order: &[usize], length: usize, levels: Option<&Vec<usize>>) -> Vec<Vec<usize>> {
        let mut rows: Vec<Vec<usize>> = Vec::new();
        let mut is_open = false;
        let mut at = 0;
        while at < order.len() {
            let unit = order[at];
            if self.alone[unit] {
                rows.push(vec![unit]);
                is_open = false;
                at += 1;
                continue;
            }
            let together = levels.map_or(1, |levels| {
                order[at..]
                    .iter()
                    .take_while(|&&next| levels[next] == levels[unit] && !self.alone[next])
                    .count()
            });
            let together = together.min(length);
            let taken = order[at..at + together].iter().copied();
            match rows.last_mut() {
                Some(row) if is_open && row.len() + together <= length => row.extend(taken),
                _ => rows.push(taken.collect()),
            }
            is_open = true;
            at += together;
        }
        rows
    }

    /// The same rows, cut where their units do not touch.
    fn apart(&self, rows: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let mut row_of = vec![0; self.units.len()];
        for (row, units) in rows.iter().enumerate() {
            for &unit in units {
                row_of[unit] = row;
            }
        }
        let mut unions = Unions::new(self.units.len());
        for &unit in &self.units.order {
            for &then in &self.units.after[unit] {
                if row_of[unit] == row_of[then] {
                    unions.join(unit, then);
                }
            }
        }
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut group_of = vec![usize::MAX; self.units.len()];
        for &unit in rows.iter().flatten() {
            let set = unions.find(unit);
            if group_of[set] == usize::MAX {
                group_of[set] = groups.len();
                groups.push(Vec::new());
            }
            groups[group_of[set]].push(unit);
        }
        // The pieces of one row came one among the other; those of different rows did not.
        groups
    }

    /// The total delay of the tasks over all trials, unless it is more than `most`. The groups are in an order that
    /// respects their edges.
    fn delay(&self, groups: &[Vec<usize>], most: u64) -> Option<u64> {
        let mut group_of_unit = vec![0; self.units.len()];
        for (group, units) in groups.iter().enumerate() {
            for &unit in units {
                group_of_unit[unit] = group;
            }
        }
        let group_of: Vec<usize> = self
            .unit_of
            .iter()
            .map(|&unit| group_of_unit[unit])
            .collect();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
        for &task in &self.tasks.order {
            members[group_of[task]].push(task);
        }
        let mut delay = 0;
        let mut ends = vec![0; self.tasks.len()];
        let mut group_ends = vec![0; groups.len()];
        for times in &self.trials {
            group_ends.fill(0);
            for (group, members) in members.iter().enumerate() {
                let mut start = 0;
                for &task in members {
                    for &first in &self.tasks.before[task] {
                        if group_of[first] != group {
                            start = group_ends[group_of[first]].max(start);
                        }
                    }
                }
                for &task in members {
                    let (duration, planned) = times[task];
                    let mut begin: u64 = start;
                    for &first in &self.tasks.before[task] {
                        if group_of[first] == group {
                            begin = begin.max(ends[first]);
                        }
                    }
                    delay += begin - planned;
                    ends[task] = begin + duration;
                    group_ends[group] = group_ends[group].max(ends[task]);
                }
                if delay > most {
                    return None;
                }
            }
        }
        Some(delay)
    }
}

/// How long a task takes in a trial: the same for all in the first, otherwise a reproducible random number from 1 to
/// 15.
fn duration(task: u64, trial: u64) -> u64 {
    if trial == 0 {
        return EVEN;
    }
    let mixed = (task + 1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(trial.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    ((mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 40) % 15 + 1
}
