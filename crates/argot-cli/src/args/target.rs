//! The target of a compilation: flags that a profile may set too.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::Value;

use super::own::{CommonFlags, GivenFlag, OutputFlags};
use crate::project::values::{TargetName, Text};

/// The target and the objects to make.
#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArgs {
    #[command(flatten)]
    pub(crate) destination: DestinationArgs,

    /// The name of the object, in place of the pipeline's.
    #[arg(long, value_name = "NAME", conflicts_with = "generate_name")]
    pub(crate) name: Option<String>,

    /// The namespace of the object.
    #[arg(short, long, value_name = "NAMESPACE")]
    pub(crate) namespace: Option<String>,

    #[command(flatten)]
    pub(crate) own: OutputFlags,
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

    #[command(flatten)]
    pub(crate) own: CommonFlags,
}

impl TargetArgs {
    /// The flags that were given and that have a setting of the target or of the project.
    pub(crate) fn given(&self) -> impl Iterator<Item = GivenFlag> {
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let target = self.destination.target;
        let flags = [
            (
                "target",
                "--target",
                target.map(|target| target.0.name().into()),
            ),
            ("namespace", "--namespace", text(&self.namespace)),
            ("name", "--name", text(&self.name)),
        ];
        let given = flags.into_iter().filter_map(|(key, flag, value)| {
            Some(GivenFlag {
                key,
                flag,
                value: value?,
            })
        });
        let own = self.destination.own.given.iter().chain(&self.own.given);
        given.chain(own.cloned())
    }
}

fn target() -> impl TypedValueParser<Value = TargetName> {
    PossibleValuesParser::new(TargetName::all()).try_map(|text| TargetName::parse(&text))
}
