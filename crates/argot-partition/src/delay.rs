//! Finds the tasks that wait for others they would not wait for in one graph.

#![allow(
    clippy::indexing_slicing,
    reason = "every index is a task of the shape, or a graph or child that was counted before"
)]

use crate::pack::Child;
use crate::shape::{Closure, Shape};
use crate::ties::Ties;

/// The delay caused by a split.
#[derive(Debug, PartialEq, Eq)]
pub struct Delay {
    /// How many tasks are delayed.
    pub tasks: usize,
    /// The task that waits for the most others.
    pub most: usize,
    /// One of those others: the last of them to start.
    pub other: usize,
}

/// The delay caused by a split. `None` if the split does not delay anything, or if the graph is too large to tell.
pub fn delay(children: &[Child], shape: &Shape, ties: &Ties) -> Option<Delay> {
    let mut planned = shape.closure()?;
    for task in 0..shape.len() {
        for &(_, handler) in &ties.glued {
            planned.add(task, handler);
        }
    }
    let split = order(children, shape);
    let depths = shape.depths();
    let mut found: Option<(usize, Delay)> = None;
    let mut tasks = 0;
    for task in 0..shape.len() {
        let more = || split.row(task).iter().zip(planned.row(task));
        let count: u32 = more()
            .map(|(split, planned)| (split & !planned).count_ones())
            .sum();
        if count == 0 {
            continue;
        }
        tasks += 1;
        if found
            .as_ref()
            .is_none_or(|(most, _)| count as usize > *most)
        {
            let other = (0..shape.len())
                .filter(|&other| split.has(task, other) && !planned.has(task, other))
                .max_by_key(|&other| (depths[other], std::cmp::Reverse(other)))?;
            found = Some((
                count as usize,
                Delay {
                    tasks: 0,
                    most: task,
                    other,
                },
            ));
        }
    }
    found.map(|(_, delay)| Delay { tasks, ..delay })
}

/// For each task the tasks that end before it starts.
fn order(children: &[Child], shape: &Shape) -> Closure {
    let mut places = Places {
        task_at: vec![Vec::new(); shape.len()],
        parts: 0,
    };
    places.read(children, &mut Vec::new());
    let count = shape.len();
    // A row for each task, then one for the start and one for the end of each part.
    let mut rows = Closure::with_rows(count + 2 * places.parts, count);
    places.walk(children, &mut Vec::new(), &mut 0, shape, &mut rows);
    rows
}

struct Places {
    /// For each task, the indexes of the children that lead to it.
    task_at: Vec<Vec<usize>>,
    parts: usize,
}

impl Places {
    fn read(&mut self, children: &[Child], path: &mut Vec<usize>) {
        for (index, child) in children.iter().enumerate() {
            path.push(index);
            match child {
                Child::Task(task) => self.task_at[*task] = path.clone(),
                Child::Part(children) => {
                    self.parts += 1;
                    self.read(children, path);
                }
            }
            path.pop();
        }
    }

    /// Fills the rows of some children, whose graph starts with the row `path` ends in.
    fn walk(
        &self,
        children: &[Child],
        path: &mut Vec<(usize, usize)>,
        parts: &mut usize,
        shape: &Shape,
        rows: &mut Closure,
    ) {
        let count = shape.len();
        let depth = path.len();
        let start = path.last().map(|&(_, start)| start);
        let is_here = |task: usize| {
            let at = &self.task_at[task];
            at.len() > depth && path.iter().zip(at).all(|((index, _), at)| index == at)
        };
        let mut tasks_of: Vec<Vec<usize>> = Vec::with_capacity(children.len());
        for child in children {
            let mut tasks = Vec::new();
            child.tasks(&mut tasks);
            tasks_of.push(tasks);
        }
        let mut edges = Vec::new();
        for (index, tasks) in tasks_of.iter().enumerate() {
            for &task in tasks {
                for &first in &shape.before[task] {
                    if is_here(first) && self.task_at[first][depth] != index {
                        edges.push((self.task_at[first][depth], index));
                    }
                }
            }
        }
        let Some(inner) = Shape::new(children.len(), edges) else {
            return;
        };
        let mut ends = vec![0; children.len()];
        for &index in &inner.order {
            let begin = match &children[index] {
                Child::Task(task) => *task,
                Child::Part(_) => {
                    *parts += 1;
                    count + 2 * (*parts - 1)
                }
            };
            if let Some(start) = start {
                rows.add_all(begin, start);
            }
            for &first in &inner.before[index] {
                rows.add_all(begin, ends[first]);
                if let Child::Task(task) = children[first] {
                    rows.add(begin, task);
                }
            }
            ends[index] = begin;
            if let Child::Part(below) = &children[index] {
                path.push((index, begin));
                self.walk(below, path, parts, shape, rows);
                path.pop();
                ends[index] = begin + 1;
                for &task in &tasks_of[index] {
                    rows.add_all(begin + 1, task);
                    rows.add(begin + 1, task);
                }
            }
        }
    }
}
