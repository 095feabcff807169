//! The names of graphs and steps.

use std::collections::{HashMap, HashSet};

use super::{Dag, Hook, Target};
use crate::DagId;

/// One use of a graph or step, for its name.
#[derive(Debug, Clone)]
pub(super) struct Use {
    /// The name of what is used.
    pub(super) base: String,
    /// The name of the first task that uses it so; `None` for the entry.
    pub(super) task: Option<String>,
    /// Which pipeline or component it is; a block is like no other.
    pub(super) group: Option<usize>,
    /// Whether the task changes nothing.
    pub(super) plain: bool,
    /// Whether the name is not one that the author wrote.
    pub(super) made_up: bool,
}

/// The names of graphs and steps, each given once.
#[derive(Default)]
pub(super) struct Names {
    exact: HashSet<String>,
    folded: HashSet<String>,
    /// The highest number behind a name, by the name without it.
    counts: HashMap<String, usize>,
}

impl Names {
    /// Names the uses of pipelines or components, in order. One that changes nothing has the plain name,
    /// else the first one; the others have the name of their task behind it.
    pub(super) fn assign(&mut self, uses: &[Use]) -> Vec<String> {
        let mut plain: HashMap<usize, usize> = HashMap::new();
        for (index, this) in uses.iter().enumerate() {
            let Some(group) = this.group else { continue };
            let at = *plain.entry(group).or_insert(index);
            if this.plain && !uses.get(at).is_some_and(|other| other.plain) {
                plain.insert(group, index);
            }
        }
        let mut names = vec![String::new(); uses.len()];
        for pass in [true, false] {
            for (index, this) in uses.iter().enumerate() {
                let is_plain = this
                    .group
                    .is_some_and(|group| plain.get(&group) == Some(&index));
                if is_plain != pass {
                    continue;
                }
                let name = match (&this.task, is_plain) {
                    (Some(task), false) if *task != this.base => {
                        self.unique(&format!("{}-{task}", this.base), true)
                    }
                    (_, is_plain) => self.unique(&this.base, !is_plain || this.made_up),
                };
                if let Some(slot) = names.get_mut(index) {
                    *slot = name;
                }
            }
        }
        names
    }

    /// The graphs that the first one reaches, or what runs at the end, with their names. A graph may turn out
    /// to be of no use once it is known that nothing of it runs.
    pub(super) fn keep_used(
        &mut self,
        dags: Vec<Option<Dag>>,
        uses: &[Use],
        on_exit: Option<Hook>,
    ) -> (Vec<Dag>, Option<Hook>) {
        let mut is_used = vec![false; dags.len()];
        let mut open: Vec<DagId> = Vec::new();
        open.extend(on_exit.iter().map(|hook| hook.dag));
        open.push(DagId::new(0));
        while let Some(id) = open.pop() {
            let Some(seen @ false) = is_used.get_mut(id.index()) else {
                continue;
            };
            *seen = true;
            let graph = dags.get(id.index()).and_then(Option::as_ref);
            for task in graph.into_iter().flat_map(|dag| dag.graph.node_weights()) {
                if let Target::Dag(dag) = task.target {
                    open.push(dag);
                }
                open.extend(task.on_exit.iter().map(|hook| hook.dag));
            }
        }
        let mut next = 0;
        let places: Vec<DagId> = is_used
            .iter()
            .map(|is_used| {
                let place = DagId::new(next);
                next += usize::from(*is_used);
                place
            })
            .collect();
        let moved = |id: &mut DagId| {
            if let Some(place) = places.get(id.index()) {
                *id = *place;
            }
        };
        let kept = |index: &usize| is_used.get(*index) == Some(&true);
        let uses: Vec<Use> = (0..uses.len())
            .filter(kept)
            .filter_map(|index| uses.get(index).cloned())
            .collect();
        let mut dags: Vec<Dag> = dags
            .into_iter()
            .enumerate()
            .filter(|(index, _)| kept(index))
            .filter_map(|(_, dag)| dag)
            .collect();
        for task in dags.iter_mut().flat_map(|dag| dag.graph.node_weights_mut()) {
            if let Target::Dag(dag) = &mut task.target {
                moved(dag);
            }
            if let Some(hook) = &mut task.on_exit {
                moved(&mut hook.dag);
            }
        }
        for (dag, name) in dags.iter_mut().zip(self.assign(&uses)) {
            dag.name = name;
        }
        let on_exit = on_exit.map(|mut hook| {
            moved(&mut hook.dag);
            hook
        });
        (dags, on_exit)
    }

    /// A name that is not given yet. One that was made up must differ also as targets see it; one that
    /// the author wrote may not, which the target reports.
    fn unique(&mut self, base: &str, made_up: bool) -> String {
        let fold = |name: &str| name.to_lowercase().replace('_', "-");
        let mut name = base.to_owned();
        let mut is_made_up = made_up;
        while self.exact.contains(&name) || is_made_up && self.folded.contains(&fold(&name)) {
            let count = self.counts.entry(base.to_owned()).or_insert(1);
            *count += 1;
            name = format!("{base}-{count}");
            is_made_up = true;
        }
        self.exact.insert(name.clone());
        self.folded.insert(fold(&name));
        name
    }
}
