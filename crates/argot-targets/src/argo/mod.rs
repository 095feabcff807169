//! Argo Workflows: from a plan to manifests.
//!
//! | pass | module | what it makes |
//! |---|---|---|
//! | whole | `whole` | what only the run as a whole shows: locks, daemons, keys and caches |
//! | parts | `split` | graphs of fewer tasks, and objects of fewer templates, where there are too many |
//! | names | `names` | what everything is called in the output |
//! | versions | `unsupported` | what the plan asks of Argo that the version lacks; `features` is the table of what releases differ in |
//! | graphs | `dag` | a `dag` template for each graph: conditions, loops and handlers are fields of its tasks |
//! | steps | `step` | a leaf template for each step, with `artifacts`, `policy`, `pod`, `raw_template`; what is in its pod is made by `crate::pod` |
//! | run | here | the spec, and the object that was asked for |
//! | tags | `tags` | that Argo finds no variable in a text or key but those that were meant |
//! | limits | `limits`, `nesting` | what is over a limit of Argo or Kubernetes |
//!
//! [`objects`] has Argo's own types; `expression` writes Argot's expressions in Argo's languages.

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
mod lint;
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
mod system;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod unsupported;
mod versions;
mod whole;

use std::str::FromStr;

use argot_compiler::Plan;
use argot_syntax::Diagnostics;

use crate::accelerators::Platform;
use crate::pod::reserved;
use crate::{Manifest, not_one_of};
pub use versions::Version;

/// A kind of object of Argo's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One run.
    Workflow,
    /// What runs can be started from, in a namespace.
    WorkflowTemplate,
    /// What runs can be started from, in every namespace.
    ClusterWorkflowTemplate,
    /// Runs by a schedule.
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

    /// As Kubernetes writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workflow => "Workflow",
            Self::WorkflowTemplate => "WorkflowTemplate",
            Self::ClusterWorkflowTemplate => "ClusterWorkflowTemplate",
            Self::CronWorkflow => "CronWorkflow",
        }
    }

    /// As a flag's value.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::WorkflowTemplate => "workflow-template",
            Self::ClusterWorkflowTemplate => "cluster-workflow-template",
            Self::CronWorkflow => "cron-workflow",
        }
    }

    /// Whether runs are started from it by others, who give the parameters.
    pub fn is_template(self) -> bool {
        matches!(self, Self::WorkflowTemplate | Self::ClusterWorkflowTemplate)
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.flag() == text || kind.name() == text)
            .ok_or_else(|| not_one_of(text, Self::ALL.iter().map(|kind| kind.flag())))
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// The kind of object; by default a CronWorkflow where the pipeline has a schedule, else a Workflow.
    pub kind: Option<Kind>,
    /// The version of Argo: every release of a minor version, or one release.
    pub version: Version,
    /// The object's name; by default it is made of the pipeline's.
    pub name: Option<String>,
    /// Whether the server shall complete a Workflow's name, so that it can be created again and again.
    pub generate_name: bool,
    /// The nodes of the cluster and what is on them.
    pub platform: Platform,
    /// The namespace; by default that of whoever applies the object.
    pub namespace: Option<String>,
    /// Whether limits of Argo and Kubernetes are checked.
    pub check_limits: bool,
    /// Whether what is over a limit is split.
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

/// Makes manifests of a plan. They are of use only where nothing was reported as an error.
pub fn lower(plan: &Plan, options: &Options, diagnostics: &mut Diagnostics) -> Vec<Manifest> {
    reserved::check(plan, diagnostics);
    whole::check(plan, diagnostics);
    argot_compiler::lint::plan(lint::ALL, plan, diagnostics);
    unsupported::check(plan, options.version, diagnostics);
    let split = match options.split {
        true => split::graphs(plan, limits::MOST_TASKS, diagnostics),
        false => split::Split::default(),
    };
    let plan = split.plan.as_ref().unwrap_or(plan);
    let known = tags::TagSet::default();
    let manifests = run::lower(plan, options, &known, diagnostics);
    tags::check(&manifests, &known, diagnostics);
    held::check(plan, diagnostics);
    if options.check_limits {
        nesting::check(plan, diagnostics);
        limits::check(&manifests, &split.kept, options.split, diagnostics);
    }
    manifests
}
