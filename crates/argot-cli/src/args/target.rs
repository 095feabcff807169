//! The target of a compilation: flags that a profile may set too.

use std::ffi::OsStr;

use argot_targets::{argo, kubernetes};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::project::values::TargetName;

/// The target and the objects to make.
#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArgs {
    #[command(flatten)]
    pub(crate) destination: DestinationArgs,

    /// The kind of Argo object; by default a CronWorkflow for a pipeline with a schedule, else a
    /// Workflow.
    #[arg(long = "as", value_name = "KIND", value_enum)]
    pub(crate) kind: Option<Kind>,

    /// The name of the object, in place of the pipeline's.
    #[arg(long, value_name = "NAME", conflicts_with = "generate_name")]
    pub(crate) name: Option<String>,

    /// Let the cluster add a suffix to the name of a Workflow, so that each `kubectl create` starts
    /// a new run.
    #[arg(long)]
    pub(crate) generate_name: bool,

    /// The namespace of the object.
    #[arg(short, long, value_name = "NAMESPACE")]
    pub(crate) namespace: Option<String>,

    /// Report what is over a limit of Argo as an error, rather than split it into graphs and objects
    /// of fewer tasks and templates.
    #[arg(long)]
    pub(crate) no_split: bool,
}

/// For which cluster.
#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct DestinationArgs {
    /// The profile of `argot.toml` that says what the cluster wants; by default the project's
    /// `default_profile`, if it has one. Flags win over the profile.
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// The system that runs the pipelines; by default `argo`, Argo Workflows.
    #[arg(long, value_name = "TARGET", value_parser = target())]
    pub(crate) target: Option<TargetName>,

    /// The version of Argo Workflows that the manifest has to work with: `3.7` means every release of it,
    /// `3.7.16` that one; by default 4.1.
    #[arg(long, value_name = "VERSION", value_parser = ArgoVersion)]
    pub(crate) argo_version: Option<argo::Version>,

    /// What a run becomes in plain Kubernetes; by default what fits the pipeline.
    #[arg(long, value_name = "LAYOUT", value_parser = layout())]
    pub(crate) layout: Option<kubernetes::Layout>,

    /// The version of Kubernetes that plain manifests have to work with; by default 1.32.
    #[arg(long, value_name = "VERSION", value_parser = kube_version())]
    pub(crate) kube_version: Option<kubernetes::Version>,
}

/// A flag that was given.
pub(crate) struct Flag {
    /// The key of its setting.
    pub(crate) key: &'static str,
    /// As it is written: `--layout`.
    pub(crate) flag: &'static str,
    /// Its value.
    pub(crate) value: Value,
}

impl TargetArgs {
    /// The flags that were given and that have a setting of the target or of the project.
    pub(crate) fn given(&self) -> Vec<Flag> {
        let on = |flag: bool| flag.then_some(Value::Bool(true));
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let own = &self.destination;
        let version = own.argo_version.map(|version| version.to_string());
        let flags = [
            (
                "target",
                "--target",
                own.target.map(|it| it.0.name().into()),
            ),
            (
                "as",
                "--as",
                self.kind.map(|kind| argo::Kind::from(kind).flag().into()),
            ),
            ("argo_version", "--argo-version", version.map(Value::from)),
            ("generate_name", "--generate-name", on(self.generate_name)),
            ("no_split", "--no-split", on(self.no_split)),
            (
                "layout",
                "--layout",
                own.layout.map(|layout| layout.name().into()),
            ),
            (
                "kube_version",
                "--kube-version",
                own.kube_version.map(|version| version.name().into()),
            ),
            ("namespace", "--namespace", text(&self.namespace)),
            ("name", "--name", text(&self.name)),
        ];
        let given = flags.into_iter().filter_map(|(key, flag, value)| {
            Some(Flag {
                key,
                flag,
                value: value?,
            })
        });
        given.collect()
    }
}

fn target() -> impl TypedValueParser<Value = TargetName> {
    PossibleValuesParser::new(TargetName::all()).try_map(|text| text.parse::<TargetName>())
}

/// Reads a version of Argo Workflows. Completions offer the minor versions; there are too many releases.
#[derive(Clone)]
struct ArgoVersion;

impl TypedValueParser for ArgoVersion {
    type Value = argo::Version;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, clap::Error> {
        let parse = |text: &str| text.parse::<argo::Version>();
        parse.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            argo::Version::MINORS.iter().map(PossibleValue::new),
        ))
    }
}

fn layout() -> impl TypedValueParser<Value = kubernetes::Layout> {
    PossibleValuesParser::new(kubernetes::Layout::ALL.iter().map(|layout| layout.name()))
        .try_map(|text| text.parse::<kubernetes::Layout>())
}

fn kube_version() -> impl TypedValueParser<Value = kubernetes::Version> {
    PossibleValuesParser::new(
        kubernetes::Version::ALL
            .iter()
            .map(|version| version.name()),
    )
    .try_map(|text| text.parse::<kubernetes::Version>())
}

/// A kind of Argo object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Workflow,
    WorkflowTemplate,
    ClusterWorkflowTemplate,
    CronWorkflow,
}

impl From<Kind> for argo::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Workflow => Self::Workflow,
            Kind::WorkflowTemplate => Self::WorkflowTemplate,
            Kind::ClusterWorkflowTemplate => Self::ClusterWorkflowTemplate,
            Kind::CronWorkflow => Self::CronWorkflow,
        }
    }
}
