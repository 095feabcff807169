//! The names of graphs and steps.

use std::collections::{HashMap, HashSet};

use super::Dag;

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

    pub(super) fn assign_dags(&mut self, dags: &mut [Dag], uses: &[Use]) {
        for (dag, name) in dags.iter_mut().zip(self.assign(uses)) {
            dag.name = name;
        }
    }

    /// A name that is not given yet. One that was made up must differ also as targets see it; one that
    /// the author wrote may not, which the target reports.
    fn unique(&mut self, base: &str, made_up: bool) -> String {
        let fold = |name: &str| name.to_lowercase().replace('_', "-");
        let mut name = base.to_owned();
        let mut count = 1;
        while self.exact.contains(&name)
            || (made_up || count > 1) && self.folded.contains(&fold(&name))
        {
            count += 1;
            name = format!("{base}-{count}");
        }
        self.exact.insert(name.clone());
        self.folded.insert(fold(&name));
        name
    }
}
