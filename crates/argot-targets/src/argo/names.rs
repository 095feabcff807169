//! Maps Argot's names to names that Argo and Kubernetes accept.
//!
//! Argo allows letters, digits and `-` in the names of templates and tasks, and derives the names of pods from them,
//! which must be lowercase. Parameters and artifacts keep their names.

use std::collections::HashMap;

use argot_compiler::{Body, Plan};
use argot_syntax::{Diagnostics, Span};

use super::diagnostics;
use crate::pod::names::mapped;

/// The longest name of a template or task, in characters: Argo's own schema.
const LONGEST_NAME: usize = 128;

/// Words of the language in which Argo evaluates `depends`. A task with such a name breaks it at run time.
const EXPRESSION_WORDS: &[&str] = &[
    "not",
    "in",
    "and",
    "or",
    "true",
    "false",
    "nil",
    "let",
    "if",
    "else",
    "matches",
    "contains",
    "startswith",
    "endswith",
];

/// The names of everything in a plan, as they are in the output.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The pipeline's name, as the name of an object.
    pub(crate) base: String,
    /// Names of the graphs.
    pub(crate) dags: Vec<String>,
    /// Names of the steps.
    pub(crate) steps: Vec<String>,
    /// Names of the tasks of each graph.
    pub(crate) tasks: Vec<Vec<String>>,
    /// Name of the template that runs nothing.
    pub(crate) ended: String,
    /// Name of the template that runs nothing and returns its arguments.
    pub(crate) computed: String,
}

impl Names {
    /// Names everything, and reports names that are not allowed or that collide.
    pub(crate) fn of(plan: &Plan, diagnostics: &mut Diagnostics) -> Self {
        let mut names = Self {
            base: mapped(&plan.name),
            ..Self::default()
        };
        let mut templates = Taken::new("template");
        for dag in &plan.dags {
            names
                .dags
                .push(templates.take(&dag.name, dag.span, diagnostics));
        }
        for step in plan.steps.iter() {
            names.steps.push(match step.body {
                // The template is in another object.
                Body::TemplateRef(_) => mapped(&step.name),
                Body::Container | Body::Script(_) | Body::RawTemplate(_) => {
                    templates.take(&step.name, step.span, diagnostics)
                }
            });
        }
        names.ended = templates.free("ended");
        names.computed = templates.free("computed");
        for dag in &plan.dags {
            let mut tasks = Taken::new("task");
            let mapped = dag.graph.node_weights().map(|task| {
                let name = tasks.take(&task.name, task.span, diagnostics);
                if EXPRESSION_WORDS.contains(&name.as_str()) {
                    diagnostics.push(diagnostics::reserved_task_name(&task.name, task.span));
                } else if name.starts_with(|c: char| c.is_ascii_digit()) {
                    diagnostics.push(diagnostics::digit_task_name(&task.name, &name, task.span));
                }
                name
            });
            names.tasks.push(mapped.collect());
        }
        names
    }
}

/// The names that are already used in one scope.
struct Taken<'a> {
    what: &'static str,
    by: HashMap<String, (&'a str, Span)>,
}

impl<'a> Taken<'a> {
    fn new(what: &'static str) -> Self {
        Self {
            what,
            by: HashMap::new(),
        }
    }

    /// Returns a name that is not used yet.
    fn free(&self, name: &str) -> String {
        let mut out = name.to_owned();
        let mut number = 2;
        while self.by.contains_key(&out) {
            out = format!("{name}-{number}");
            number += 1;
        }
        out
    }

    fn take(&mut self, written: &'a str, span: Span, diagnostics: &mut Diagnostics) -> String {
        let name = mapped(written);
        if name.is_empty() {
            diagnostics.push(diagnostics::empty_name(self.what, written, span));
        } else if name.len() > LONGEST_NAME {
            diagnostics.push(diagnostics::long_name(
                self.what,
                written,
                name.len(),
                LONGEST_NAME,
                span,
            ));
        } else if !name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        {
            diagnostics.push(diagnostics::refused_name(self.what, written, span));
        } else if let Some((other, place)) = self.by.insert(name.clone(), (written, span)) {
            diagnostics.push(diagnostics::collision(
                self.what, written, span, other, place, &name,
            ));
        }
        name
    }
}
