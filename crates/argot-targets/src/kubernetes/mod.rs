//! Plain Kubernetes: from a plan to Jobs, without a workflow engine.
//!
//! | pass | module | what it makes |
//! |---|---|---|
//! | flat | `flat` | every Job of a run, and when each has its turn: blocks are gone |
//! | refusals | `check` | errors for what no layout honours |
//! | steps | `step` | a pod for each job; values of other steps come out of files: `text`, `values` |
//! | layout | `layout` | the objects: one Job, a Job for each step, or a JobSet |

#![allow(
    clippy::result_large_err,
    reason = "a diagnostic is made once, where something is wrong, and the way of good input is not slowed"
)]

mod check;
mod diagnostics;
mod files;
mod flat;
mod graph;
#[doc(hidden)]
pub mod laid_out;
mod layout;
mod names;
mod newer;
pub mod objects;
mod own;
mod policy;
mod step;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod versions;
mod workspace;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use argot_compiler::Plan;
use argot_syntax::{Diagnostics, Severity};
use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use crate::accelerators::Platform;
use crate::pod::names::{hex, mapped};
use crate::profile::Profile;
use crate::target::{Request, Setting, SettingValue, Target, settings};
use crate::{Manifest, manifest, not_one_of};
use flat::{Flat, Order};
use layout::Lowering;
use text::Run;
pub use versions::Version;

/// The objects that a run becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Chosen to fit the pipeline.
    #[default]
    Auto,
    /// One Job, whose pod runs the steps one after the other.
    Pod,
    /// A Job for each step, and one that releases them in order.
    Jobs,
    /// One JobSet.
    Jobset,
}

impl Layout {
    /// Every layout.
    pub const ALL: &'static [Self] = &[Self::Auto, Self::Pod, Self::Jobs, Self::Jobset];

    /// As a flag's value.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Pod => "pod",
            Self::Jobs => "jobs",
            Self::Jobset => "jobset",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Layout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|layout| layout.name() == text)
            .ok_or_else(|| not_one_of(text, Self::ALL.iter().map(|layout| layout.name())))
    }
}

impl SettingValue for Layout {
    const DEFAULT: Option<fn() -> String> = Some(|| Self::default().to_string());

    fn values() -> Vec<&'static str> {
        Self::ALL.iter().map(|layout| layout.name()).collect()
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

/// Options of a compilation.
///
/// The other settings of a profile are already in the plan: see [`profile::apply`](crate::profile::apply).
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the run becomes.
    pub layout: Layout,
    /// The version of Kubernetes.
    pub version: Version,
    /// The name of the run and of what belongs to it; by default it is made of the pipeline's.
    pub name: Option<String>,
    /// The namespace of the objects; none is written if absent.
    pub namespace: Option<String>,
    /// The nodes of the cluster and what is on them.
    pub platform: Platform,
    /// Storage classes by access mode, for a workspace that names none.
    pub storage_class: IndexMap<String, String>,
    /// The image of the container that releases Jobs, which has `kubectl` and `sh`; by default [`RELEASER_IMAGE`].
    pub releaser_image: Option<String>,
    /// Whether this is only a check; parameters may then lack a value.
    pub is_draft: bool,
    /// The Secrets with which the images of containers are pulled that no step has written.
    pub image_pull_secrets: Vec<String>,
}

/// The image with `kubectl` and `sh` where none is named.
pub const RELEASER_IMAGE: &str = "alpine/kubectl:1.33.3";

/// The longest name of a Job: its pods have it as a label.
const LONGEST_NAME: usize = 63;
/// The longest name of a CronJob, which appends a time to it.
const LONGEST_CRON_NAME: usize = 52;

/// Returns the manifests of a plan. They are only valid if no error was reported.
pub fn lower(plan: &Plan, options: &Options, diagnostics: &mut Diagnostics) -> Vec<Manifest> {
    check::check(plan, options, diagnostics);
    crate::pod::reserved::check(plan, diagnostics);
    let Some(flat) = flat::flatten(plan, options.is_draft, diagnostics) else {
        return Vec::new();
    };
    // A draft may be without Jobs only because its parameters have no values yet.
    if flat.jobs.is_empty() && !options.is_draft && !diagnostics.has_errors() {
        diagnostics.push(diagnostics::nothing_runs(&plan.name, plan.span));
        return Vec::new();
    }
    crate::pod::lint::check(plan, &options.platform, diagnostics);
    let lowered = Lowered {
        plan,
        options,
        order: &Order::of(&flat),
        kept: &step::kept(&flat),
        flat: &flat,
    };
    let base = mapped(&plan.name);
    let (layout, draft) = match options.layout {
        Layout::Auto => lowered.fitting(&base),
        layout => (layout, None),
    };
    let name = match (&options.name, plan.attributes.scheduled()) {
        (Some(name), _) => name.clone(),
        // It runs repeatedly under its own name.
        (None, Some(_)) => base,
        (None, None) => {
            // A run cannot be changed, so a different run needs a different name, which is derived from its content.
            let draft = draft
                .unwrap_or_else(|| lowered.objects(layout, &base, &mut Diagnostics::default()));
            let bytes = manifest::json(&draft).unwrap_or_default();
            format!("{base}-{}", hex(&Sha256::digest(bytes), 8))
        }
    };
    let manifests = lowered.objects(layout, &name, diagnostics);
    check::names(plan, options, &flat, layout, &name, diagnostics);
    manifests
}

/// A run, and for what it is compiled.
struct Lowered<'a> {
    plan: &'a Plan,
    options: &'a Options,
    flat: &'a Flat,
    order: &'a Order,
    kept: &'a BTreeSet<flat::JobId>,
}

impl Lowered<'_> {
    /// The objects of a run in a layout.
    fn objects(&self, layout: Layout, name: &str, diagnostics: &mut Diagnostics) -> Vec<Manifest> {
        let run = Run {
            name: name.to_owned(),
            namespace: self.options.namespace.clone(),
            has_claims: layout != Layout::Pod,
        };
        let mut lowering = Lowering {
            plan: self.plan,
            flat: self.flat,
            order: self.order,
            kept: self.kept,
            options: self.options,
            run: &run,
            files: files::Files::default(),
            claims: Vec::new(),
            diagnostics,
        };
        match layout {
            Layout::Pod => layout::pod::lower(&mut lowering),
            Layout::Jobset => layout::jobset::lower(&mut lowering),
            Layout::Jobs | Layout::Auto => layout::jobs::lower(&mut lowering),
        }
    }

    /// The default layout: one pod, unless something rules it out. Also returns the objects for a name, if they had to
    /// be built.
    fn fitting(&self, name: &str) -> (Layout, Option<Vec<Manifest>>) {
        // Only a pod can run by a schedule.
        if self.plan.attributes.scheduled().is_some() {
            return (Layout::Pod, None);
        }
        if layout::pod::wastes_devices(self.flat) {
            return (Layout::Jobs, None);
        }
        let draft = |layout| {
            let mut found = Diagnostics::default();
            let objects = self.objects(layout, name, &mut found);
            (found.count(Severity::Error), (layout, Some(objects)))
        };
        let (problems, pod) = draft(Layout::Pod);
        if problems == 0 {
            return pod;
        }
        let (of_jobs, jobs) = draft(Layout::Jobs);
        if problems < of_jobs { pod } else { jobs }
    }
}

settings! {
    /// The settings of this target.
    Settings {
        /// The version of Kubernetes that plain manifests have to work with; by default 1.32.
        version "kube_version": Version, "--kube-version" "VERSION", All;
        /// The layout of a run: the kind of Kubernetes objects it becomes; by default, the layout that fits the pipeline.
        layout "layout": Layout, "--layout" "LAYOUT", All;
    }
    "workspace" "releaser_image"
}

/// Plain Kubernetes, as a [`Target`].
#[derive(Debug)]
pub struct Kubernetes;

impl Target for Kubernetes {
    fn name(&self) -> &'static str {
        "kubernetes"
    }

    fn title(&self) -> &'static str {
        "Plain Kubernetes"
    }

    fn settings(&self) -> &'static [Setting] {
        Settings::ROWS
    }

    fn lower(
        &self,
        plan: &Plan,
        profile: &Profile,
        request: &Request,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Manifest> {
        let settings = Settings::read(request, diagnostics);
        let of_profile = profile.releaser_image.clone();
        let options = Options {
            layout: settings.layout,
            version: settings.version,
            name: request.name.clone(),
            namespace: request
                .namespace
                .clone()
                .or_else(|| profile.namespace.clone()),
            platform: profile.platform.clone(),
            storage_class: profile.storage_class.clone(),
            releaser_image: Some(of_profile.unwrap_or_else(|| profile.image(RELEASER_IMAGE))),
            is_draft: request.is_draft,
            image_pull_secrets: profile.image_pull_secrets.clone(),
        };
        lower(plan, &options, diagnostics)
    }
}
