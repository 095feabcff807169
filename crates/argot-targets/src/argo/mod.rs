//! Argo Workflows: from a plan to manifests.
//!
//! | pass | module | purpose |
//! |---|---|---|
//! | storage | `storage` | stores the elements of lists of artifacts, and passes on where |
//! | whole | `whole` | everything that needs a view of the whole run: locks, daemons, keys and caches |
//! | parts | `split` | splits graphs with too many tasks, and objects with too many templates |
//! | names | `names` | the names of everything in the output |
//! | versions | `unsupported` | reports what the Argo version lacks; `features` has the differences between releases |
//! | graphs | `dag` | a `dag` template for each graph: conditions, loops and handlers are fields of its tasks |
//! | steps | `step` | a leaf template for each step, with `artifacts`, `policy`, `pod`, `raw_template`, `crate::pod` |
//! | run | this module | the spec, and the requested object |
//! | tags | `tags` | checks that Argo finds only the intended variables in texts and keys |
//! | limits | `limits`, `nesting` | reports what is over a limit of Argo or Kubernetes |
//!
//! [`objects`] defines Argo's own types; `expression` writes Argot's expressions in Argo's languages.

#![allow(
    clippy::result_large_err,
    reason = "a diagnostic is made once, where something is wrong, and the way of good input is not slowed"
)]

mod artifacts;
mod carried;
mod code;
mod covered;
mod dag;
mod diagnostics;
mod dialect;
mod expr_lang;
mod expression;
mod features;
mod functions;
mod guard;
mod held;
mod instead;
mod known;
mod limits;
pub(crate) mod lint;
mod literal;
mod lowering;
mod names;
mod nesting;
pub mod objects;
mod patch;
mod pod;
mod policy;
mod printable;
mod raw;
mod raw_template;
mod run;
mod schema;
mod scope;
mod scripts;
mod split;
mod step;
mod storage;
mod system;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod unsupported;
mod versions;
mod whole;

use argot_compiler::Plan;
use argot_syntax::Diagnostics;

use crate::accelerators::Platform;
use crate::pod::reserved;
use crate::profile::Profile;
use crate::target::{Request, Setting, SettingValue, Target, settings};
use crate::{Manifest, not_one_of};
pub use versions::Version;

/// The kind of an Argo object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One run.
    Workflow,
    /// A template that runs can be started from, in one namespace.
    WorkflowTemplate,
    /// A template that runs can be started from, in every namespace.
    ClusterWorkflowTemplate,
    /// Runs on a schedule.
    CronWorkflow,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Workflow,
        Self::WorkflowTemplate,
        Self::ClusterWorkflowTemplate,
        Self::CronWorkflow,
    ];

    /// Returns the kind as Kubernetes writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workflow => "Workflow",
            Self::WorkflowTemplate => "WorkflowTemplate",
            Self::ClusterWorkflowTemplate => "ClusterWorkflowTemplate",
            Self::CronWorkflow => "CronWorkflow",
        }
    }

    /// Returns the kind as the value of a flag.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::WorkflowTemplate => "workflow-template",
            Self::ClusterWorkflowTemplate => "cluster-workflow-template",
            Self::CronWorkflow => "cron-workflow",
        }
    }

    /// Whether others start runs from it and supply the parameters.
    pub fn is_template(self) -> bool {
        matches!(self, Self::WorkflowTemplate | Self::ClusterWorkflowTemplate)
    }
}

impl SettingValue for Option<Kind> {
    fn values() -> Vec<&'static str> {
        Kind::ALL.iter().map(|kind| kind.flag()).collect()
    }

    fn read(text: &str) -> Result<Self, String> {
        let mut kinds = Kind::ALL.iter().copied();
        let found = kinds.find(|kind| kind.flag() == text || kind.name() == text);
        found
            .map(Some)
            .ok_or_else(|| not_one_of(text, Self::values()))
    }
}

/// Options of the Argo target.
#[derive(Debug, Clone)]
pub struct Options {
    /// The kind of object; by default a CronWorkflow if the pipeline has a schedule, otherwise a Workflow.
    pub kind: Option<Kind>,
    /// The version of Argo: every release of a minor version, or one release.
    pub version: Version,
    /// The object's name; by default it is derived from the pipeline's.
    pub name: Option<String>,
    /// Whether the server completes a Workflow's name, so that the same file can be created again and again.
    pub generate_name: bool,
    /// The cluster's nodes and what is available on them.
    pub platform: Platform,
    /// The namespace; by default that of whoever applies the object.
    pub namespace: Option<String>,
    /// Whether to check the limits of Argo and Kubernetes.
    pub check_limits: bool,
    /// Whether to split what is over a limit.
    pub split: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            kind: None,
            version: Version::default(),
            name: None,
            generate_name: false,
            platform: Platform::default(),
            namespace: None,
            check_limits: true,
            split: true,
        }
    }
}

/// Lowers a plan to manifests. Use them only if no error was reported.
pub fn lower(plan: &Plan, options: &Options, diagnostics: &mut Diagnostics) -> Vec<Manifest> {
    reserved::check(plan, diagnostics);
    let stored = storage::lower(plan);
    let plan = stored.as_ref().unwrap_or(plan);
    // An error and a warning about the same key are both reported.
    let mut errors = Diagnostics::default();
    let searched = whole::check(plan, &mut errors);
    crate::pod::lint::check(plan, &options.platform, diagnostics);
    argot_compiler::lint::plan(lint::ALL, plan, &searched, diagnostics);
    diagnostics.extend(errors);
    unsupported::check(plan, options.version, diagnostics);
    let split = match options.split {
        true => split::graphs(plan, limits::MOST_TASKS, diagnostics),
        false => split::Split::default(),
    };
    let plan = split.plan.as_ref().unwrap_or(plan);
    let known = tags::TagSet::default();
    let mut manifests = run::lower(plan, options, &known, diagnostics);
    tags::check(&mut manifests, &known, diagnostics);
    held::check(plan, diagnostics);
    if options.check_limits {
        nesting::check(plan, diagnostics);
        limits::check(&manifests, &split.kept, options.split, diagnostics);
    }
    manifests
}

settings! {
    /// The settings of this target.
    Settings {
        /// The version of Argo Workflows that the manifest has to work with: `3.7` means every 3.7 release, and
        /// `3.7.16` only that one; by default 4.1.
        version "argo_version": Version, "--argo-version" "VERSION", All;
        /// The kind of Argo object; by default a CronWorkflow for a pipeline with a schedule, else a Workflow.
        kind "as": Option<Kind>, "--as" "KIND", Output;
        /// Let the cluster add a suffix to the name of a Workflow, so that each `kubectl create` starts a new run.
        generate_name "generate_name": bool, "--generate-name", Output;
        /// Report an error if the run exceeds a limit of Argo, instead of splitting it into smaller graphs and
        /// objects.
        no_split "no_split": bool, "--no-split", Output;
    }
}

/// Argo Workflows, as a [`Target`].
#[derive(Debug)]
pub struct Argo;

impl Target for Argo {
    fn name(&self) -> &'static str {
        "argo"
    }

    fn title(&self) -> &'static str {
        "Argo Workflows"
    }

    fn settings(&self) -> &'static [Setting] {
        Settings::ROWS
    }

    /// A draft without a schedule is lowered to a WorkflowTemplate, whose runs receive their parameters later.
    fn lower(
        &self,
        plan: &Plan,
        profile: &Profile,
        request: &Request,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Manifest> {
        let settings = Settings::read(request, diagnostics);
        let kind = match request.is_draft {
            true => (plan.attributes.scheduled().is_none()).then_some(Kind::WorkflowTemplate),
            false => settings.kind,
        };
        // A cluster-wide object is not in a namespace.
        let of_profile = profile.namespace.clone();
        let of_profile = of_profile.filter(|_| kind != Some(Kind::ClusterWorkflowTemplate));
        let options = Options {
            kind,
            version: settings.version,
            name: request.name.clone(),
            generate_name: settings.generate_name,
            platform: profile.platform.clone(),
            namespace: request.namespace.clone().or(of_profile),
            check_limits: true,
            split: !settings.no_split,
        };
        lower(plan, &options, diagnostics)
    }
}
