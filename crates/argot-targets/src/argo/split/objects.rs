//! From one object to several: templates that are too many or too large for one object move to WorkflowTemplates, and
//! are called there by `templateRef`.
//!
//! A template in such a part cannot call one in the main object. So the main object keeps the entry, and only those
//! templates that are called solely by templates it keeps.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::super::limits::{MOST_BYTES, MOST_TEMPLATES, bytes};
use super::super::objects::{Merged, Template, TemplateRef, WorkflowSpec};

/// The most bytes of one object if there are several; client-side `kubectl apply` accepts this size.
const MOST_OF_PART: usize = 224 * 1024;

/// Templates of one object.
pub(crate) type Templates = Vec<Merged<Template>>;

/// The sizes of templates, in bytes of JSON.
pub(crate) struct Sizes(Vec<usize>);

impl Sizes {
    /// Measures templates.
    pub(crate) fn of(templates: &[Merged<Template>]) -> Self {
        Self(templates.iter().map(bytes).collect())
    }

    /// Returns the size of the list of all of them.
    pub(crate) fn all(&self) -> usize {
        "[]".len() + self.0.iter().sum::<usize>() + self.0.len().saturating_sub(1)
    }
}

/// Moves templates out of a spec that has too many of them, or that is too large and can shrink this way. Returns the
/// objects for them; `name` returns the name of the first, second and so on.
pub(crate) fn objects(
    spec: &mut Merged<WorkflowSpec>,
    sizes: &Sizes,
    cluster: bool,
    name: &dyn Fn(usize) -> String,
) -> Vec<Templates> {
    let templates = std::mem::take(&mut spec.typed.templates);
    let taken = bytes(spec);
    let whole = taken + ",\"templates\":".len() + sizes.all();
    let is_large = |size: &usize| *size > MOST_BYTES;
    if templates.len() <= MOST_TEMPLATES && (whole <= MOST_BYTES || sizes.0.iter().any(is_large)) {
        spec.typed.templates = templates;
        return Vec::new();
    }
    let place = Places::of(&templates, sizes, &spec.typed.entrypoint, taken);
    let callee = Callee {
        at: templates
            .iter()
            .map(|template| template.typed.name.clone())
            .zip(place.object.iter().copied())
            .collect(),
        name,
        cluster,
    };
    let mut objects: Vec<Templates> = (0..=place.last).map(|_| Vec::new()).collect();
    for (mut template, object) in templates.into_iter().zip(place.object) {
        for link in links(&mut template.typed) {
            callee.link(object, link);
        }
        callee.raw(object, &mut template.raw);
        if let Some(templates) = objects.get_mut(object) {
            templates.push(template);
        }
    }
    for hook in spec.typed.hooks.values_mut() {
        callee.link(0, (&mut hook.template, &mut hook.template_ref));
    }
    callee.raw(0, &mut spec.raw);
    let mut objects = objects.into_iter();
    spec.typed.templates = objects.next().unwrap_or_default();
    objects.collect()
}

type Link<'a> = (&'a mut Option<String>, &'a mut Option<TemplateRef>);

/// Returns the calls of a template.
fn links(template: &mut Template) -> impl Iterator<Item = Link<'_>> {
    let tasks = template.dag.iter_mut().flat_map(|dag| &mut dag.tasks);
    tasks.flat_map(|task| {
        let hooks = task.hooks.values_mut();
        let hooks = hooks.map(|hook| (&mut hook.template, &mut hook.template_ref));
        std::iter::once((&mut task.template, &mut task.template_ref)).chain(hooks)
    })
}

/// Returns the names of the templates that a template calls.
fn called(template: &Merged<Template>) -> Vec<&str> {
    let mut names = Vec::new();
    for task in template.typed.dag.iter().flat_map(|dag| &dag.tasks) {
        names.extend(task.template.as_deref());
        names.extend(
            task.hooks
                .values()
                .filter_map(|hook| hook.template.as_deref()),
        );
    }
    for value in template.raw.values() {
        raw_called(value, &mut names);
    }
    names
}

fn raw_called<'a>(value: &'a Json, names: &mut Vec<&'a str>) {
    match value {
        Json::Object(fields) => {
            names.extend(fields.get("template").and_then(Json::as_str));
            fields.values().for_each(|value| raw_called(value, names));
        }
        Json::Array(items) => items.iter().for_each(|item| raw_called(item, names)),
        _ => {}
    }
}

/// The destinations of the templates.
struct Places {
    /// For each template its object: 0 is the requested one.
    object: Vec<usize>,
    last: usize,
}

impl Places {
    /// `taken` is the size of the object in bytes without templates.
    fn of(templates: &[Merged<Template>], sizes: &Sizes, entry: &str, taken: usize) -> Self {
        let at: HashMap<&str, usize> = templates
            .iter()
            .enumerate()
            .map(|(index, template)| (template.typed.name.as_str(), index))
            .collect();
        let calls: Vec<Vec<usize>> = templates
            .iter()
            .map(|template| {
                let called = called(template);
                called
                    .into_iter()
                    .filter_map(|name| at.get(name).copied())
                    .collect()
            })
            .collect();
        let sizes = sizes.0.iter().zip(&calls);
        // A call of another object has a longer name.
        let weights: Vec<usize> = sizes
            .map(|(size, calls)| size + 96 * calls.len() + 1)
            .collect();
        let order = nearest_first(&calls, at.get(entry).copied().unwrap_or_default());
        let mut callers = vec![Vec::new(); templates.len()];
        for (caller, calls) in calls.iter().enumerate() {
            for &callee in calls {
                if let Some(callers) = callers.get_mut(callee)
                    && callee != caller
                {
                    callers.push(caller);
                }
            }
        }
        let mut places = Self {
            object: vec![usize::MAX; templates.len()],
            last: 0,
        };
        let weight = |index: usize| weights.get(index).copied().unwrap_or_default();
        let (mut count, mut held) = (0, taken);
        for &index in &order {
            let is_kept = callers
                .get(index)
                .is_some_and(|callers| callers.iter().all(|&caller| places.is_kept(caller)));
            let fits = count < MOST_TEMPLATES && held + weight(index) <= MOST_OF_PART;
            if count == 0 || is_kept && fits {
                places.put(index, 0);
                count += 1;
                held += weight(index);
            }
        }
        let (mut count, mut held) = (MOST_TEMPLATES, 0);
        for &index in &order {
            if places.is_kept(index) {
                continue;
            }
            if count == MOST_TEMPLATES || held + weight(index) > MOST_OF_PART {
                places.last += 1;
                (count, held) = (0, 0);
            }
            places.put(index, places.last);
            count += 1;
            held += weight(index);
        }
        places
    }

    fn is_kept(&self, index: usize) -> bool {
        self.object.get(index) == Some(&0)
    }

    fn put(&mut self, index: usize, object: usize) {
        if let Some(slot) = self.object.get_mut(index) {
            *slot = object;
        }
    }
}

/// Returns all templates, the entry first; each is followed by those that it is the first to call.
fn nearest_first(calls: &[Vec<usize>], entry: usize) -> Vec<usize> {
    let mut order = Vec::with_capacity(calls.len());
    let mut seen = vec![false; calls.len()];
    for root in std::iter::once(entry).chain(0..calls.len()) {
        let mut open = vec![root];
        while let Some(index) = open.pop() {
            match seen.get_mut(index) {
                Some(seen @ false) => *seen = true,
                _ => continue,
            }
            order.push(index);
            open.extend(calls.get(index).into_iter().flatten().rev());
        }
    }
    order
}

/// How to call templates.
struct Callee<'a> {
    /// The object of each template.
    at: HashMap<String, usize>,
    name: &'a dyn Fn(usize) -> String,
    cluster: bool,
}

impl Callee<'_> {
    /// Returns the reference to a template from another object.
    fn elsewhere(&self, object: usize, template: &str) -> Option<TemplateRef> {
        let at = *self.at.get(template)?;
        (at != object && at > 0).then(|| TemplateRef {
            name: (self.name)(at),
            template: template.to_owned(),
            cluster_scope: self.cluster.then_some(true),
        })
    }

    fn link(&self, object: usize, (template, reference): Link<'_>) {
        let elsewhere = template
            .as_deref()
            .and_then(|name| self.elsewhere(object, name));
        if elsewhere.is_some() {
            *template = None;
            *reference = elsewhere;
        }
    }

    fn raw(&self, object: usize, fields: &mut Map<String, Json>) {
        let elsewhere = fields
            .get("template")
            .and_then(Json::as_str)
            .and_then(|name| self.elsewhere(object, name));
        if let Some(reference) = elsewhere
            && let Ok(reference) = serde_json::to_value(reference)
        {
            fields.remove("template");
            fields.insert("templateRef".to_owned(), reference);
        }
        for value in fields.values_mut() {
            self.raw_value(object, value);
        }
    }

    fn raw_value(&self, object: usize, value: &mut Json) {
        match value {
            Json::Object(fields) => self.raw(object, fields),
            Json::Array(items) => {
                items
                    .iter_mut()
                    .for_each(|item| self.raw_value(object, item));
            }
            _ => {}
        }
    }
}
