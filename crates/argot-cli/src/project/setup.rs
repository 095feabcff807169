//! Combines a profile and the flags into the settings of a compilation.

use std::sync::Arc;

use anyhow::{Result, bail};
use argot_compiler::{Argument, ArgumentValue, Expr, Type, Workspace, WorkspaceAttribute};
use argot_syntax::{Diagnostics, Span};
use argot_targets::accelerators::{Platform, Row};
use argot_targets::profile::{DefaultAmount, DefaultResources, NodePool, Profile, Toleration};
use argot_targets::target::{Request, Target};
use argot_targets::targets;
use indexmap::IndexMap;
use serde_json::Value;

use super::file;
use super::read::{Located, Names, Setting};
use super::values::{Amount, LabelKey, LabelValue, TargetName, Text};
use super::{Chosen, Loaded};
use crate::args::{GivenFlag, TargetArgs};
use crate::params::Params;

/// The settings of a compilation.
#[derive(Debug)]
pub(crate) struct Setup {
    /// The project file.
    pub(crate) project: Arc<Loaded>,
    /// The profile.
    pub(crate) profile: Profile,
    /// The system that runs the pipelines.
    pub(crate) target: &'static dyn Target,
    /// The request to it.
    pub(crate) request: Request,
    /// Values of parameters.
    pub(crate) params: Params,
    /// Every setting by its path, with its origin.
    pub(crate) effective: IndexMap<String, Effective>,
}

/// An effective setting.
#[derive(Debug)]
pub(crate) struct Effective {
    pub(crate) value: Value,
    pub(crate) origin: Origin,
}

/// Where a setting comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    /// The built-in default.
    Default,
    /// The project file.
    File(Span),
    /// A flag.
    Flag(&'static str),
}

impl Setup {
    /// Combines the flags and the project file. Returns `None` after a mistake that has been reported.
    ///
    /// # Errors
    /// The flags do not fit the target.
    pub(crate) fn new(
        project: &Arc<Loaded>,
        flags: &TargetArgs,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<Self>> {
        if project.diagnostics.has_errors() {
            return Ok(None);
        }
        let chosen = match project.choose(flags.destination.profile.as_deref()) {
            Ok(chosen) => chosen,
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                return Ok(None);
            }
        };
        let (name, table) = match chosen {
            Some(Chosen { name, profile }) => (Some(name), profile),
            None => (None, file::Profile::default()),
        };
        let destination = &flags.destination;
        let TargetName(target) = pick(destination.target, table.target.as_ref());
        let mut by_project = None;
        if let (None, Some(located)) = (destination.target, &table.target) {
            by_project = place(project, located.span);
        }
        refuse_foreign(target, by_project.as_deref(), flags)?;
        let profile = profile(name, &table);
        let effective = effective(project, profile.name.as_deref(), &table, flags, target);
        Ok(Some(Self {
            project: Arc::clone(project),
            target,
            request: request(target, flags, &effective),
            params: params(&table),
            effective,
            profile,
        }))
    }

    /// Without a chosen profile, accepts the node pools of all profiles.
    pub(crate) fn know_all_pools(&mut self) {
        if self.profile.name.is_some() {
            return;
        }
        for name in self.project.names() {
            let chosen = self.project.profile(name);
            let pools = chosen.and_then(|chosen| chosen.profile.node_pools);
            for (pool, _) in pools.iter().flat_map(|pools| pools.value.iter()) {
                self.profile.node_pools.entry(pool.to_owned()).or_default();
            }
        }
    }
}

/// `argot.toml:12`.
pub(crate) fn place(project: &Loaded, span: Span) -> Option<String> {
    let source = project.source.as_ref()?;
    Some(format!(
        "{}:{}",
        source.path(),
        source.position(span.start).line
    ))
}

fn pick<T: Clone + Default>(flag: Option<T>, setting: Option<&Located<T>>) -> T {
    let setting = setting.map(|located| located.value.clone());
    flag.or(setting).unwrap_or_default()
}

/// Refuses flags of other targets.
fn refuse_foreign(target: &dyn Target, by_project: Option<&str>, flags: &TargetArgs) -> Result<()> {
    for GivenFlag { key, flag, .. } in flags.given() {
        let Some(other) = targets::owner(target, key) else {
            continue;
        };
        let by_project = by_project.map(|place| format!(" by {place}"));
        bail!(
            "`{flag}` is a flag of the target `{}`, and the target is `{}`{}",
            other.name(),
            target.name(),
            by_project.unwrap_or_default()
        );
    }
    Ok(())
}

/// The request to the target, with the effective values of its own settings.
fn request(
    target: &dyn Target,
    flags: &TargetArgs,
    effective: &IndexMap<String, Effective>,
) -> Request {
    let own = target.settings().iter().filter_map(|setting| {
        let text = match &effective.get(setting.key)?.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some((setting.key.to_owned(), text))
    });
    Request {
        name: flags.name.clone(),
        namespace: flags.namespace.clone(),
        is_draft: false,
        settings: own.collect(),
    }
}

/// Every effective setting, and where it comes from.
fn effective(
    project: &Loaded,
    name: Option<&str>,
    table: &file::Profile,
    flags: &TargetArgs,
    target: &dyn Target,
) -> IndexMap<String, Effective> {
    let mut all = IndexMap::new();
    let mut set = |path: &str, value: Value, origin| {
        all.insert(path.to_owned(), Effective { value, origin });
    };
    let chosen_by = match (&flags.destination.profile, project.default_profile()) {
        (Some(_), _) => Origin::Flag("--profile"),
        (None, Some(name)) => Origin::File(name.span),
        (None, None) => Origin::Default,
    };
    set("profile", name.into(), chosen_by);
    set("target", TargetName::default().data(), Origin::Default);
    for setting in target.settings() {
        if let Some(default) = setting.default {
            set(setting.key, default().into(), Origin::Default);
        }
    }
    set(
        "platform",
        Platform::default().name().into(),
        Origin::Default,
    );
    let mut rows = Vec::new();
    table.rows("", Span::default(), &mut rows);
    if let Some(lints) = &project.file.lint {
        lints.value.rows("lint", lints.span, &mut rows);
    }
    for row in rows {
        set(&row.path, row.value, Origin::File(row.span));
    }
    for GivenFlag { key, flag, value } in flags.given() {
        set(key, value, Origin::Flag(flag));
    }
    all.retain(|path, _| {
        let first = path.split('.').next().unwrap_or_default();
        !targets::is_foreign(target, first) && first != "extends"
    });
    all
}

fn params(table: &file::Profile) -> Params {
    let params = table.params.iter().flat_map(|params| params.value.iter());
    params
        .map(|(name, located)| {
            let given = Argument {
                name: located.span,
                value: ArgumentValue::Data(located.value.0.clone()),
            };
            (name.to_owned(), given)
        })
        .collect()
}

fn texts<K, T>(
    names: Option<&Located<Names<K, T>>>,
    text: fn(&T) -> String,
) -> IndexMap<String, String> {
    let entries = names.iter().flat_map(|names| names.value.iter());
    entries
        .map(|(name, located)| (name.to_owned(), text(&located.value)))
        .collect()
}

fn labels(names: Option<&Located<Names<LabelKey, LabelValue>>>) -> IndexMap<String, String> {
    texts(names, |value| value.0.clone())
}

fn tolerations(list: Option<&Located<Vec<Located<file::Toleration>>>>) -> Vec<Toleration> {
    let items = list.iter().flat_map(|list| &list.value);
    items
        .map(|Located { value, .. }| Toleration {
            key: value.key.as_ref().map(|key| key.value.0.clone()),
            operator: value
                .operator
                .as_ref()
                .map(|operator| operator.value.text().to_owned()),
            value: value.value.as_ref().map(|value| value.value.0.clone()),
            effect: value
                .effect
                .as_ref()
                .map(|effect| effect.value.text().to_owned()),
            toleration_seconds: value.seconds.as_ref().map(|seconds| seconds.value),
        })
        .collect()
}

fn platform(table: &file::Profile) -> Platform {
    let named = table
        .platform
        .as_ref()
        .and_then(|name| Platform::named(name.value.0));
    let mut platform = named.unwrap_or_default();
    if let Some(mig) = &table.mig {
        platform.set_mig(mig.value);
    }
    if let Some(time_slicing) = &table.time_slicing {
        platform.set_time_slicing(time_slicing.value);
    }
    let rows = table.accelerators.iter().flat_map(|rows| rows.value.iter());
    for (name, Located { value, .. }) in rows {
        if let Some(resource) = &value.resource {
            let row = Row {
                resource: resource.value.0.clone(),
                node_selector: labels(value.node_selector.as_ref()),
                tolerations: tolerations(value.tolerations.as_ref()),
            };
            platform.set_row(name, row);
        }
    }
    platform
}

fn amount(amount: Option<&Located<Amount>>) -> Option<DefaultAmount> {
    amount.map(|Located { value, .. }| DefaultAmount {
        request: value.request.clone(),
        limit: value.limit.clone(),
    })
}

fn workspace(table: &Located<file::Workspace>) -> Workspace {
    let file::Workspace {
        size,
        class,
        access,
    } = &table.value;
    let size = size.as_ref().map(|Located { value, span }| {
        let size = argot_compiler::Value::Quantity(value.0.clone());
        WorkspaceAttribute::Size(Expr::constant(size, Type::Quantity, *span))
    });
    let class = (class.as_ref())
        .map(|Located { value, span }| WorkspaceAttribute::Class(Expr::text(&value.0, *span)));
    let access = (access.as_ref())
        .map(|Located { value, span }| WorkspaceAttribute::Access(Expr::text(value.text(), *span)));
    let mut workspace: Workspace = [size, class, access].into_iter().flatten().collect();
    workspace.span = table.span;
    workspace
}

/// Converts a profile to the type of the targets.
fn profile(name: Option<String>, table: &file::Profile) -> Profile {
    let resources = table.resources.as_ref().map(|resources| &resources.value);
    let pools = table.node_pools.iter().flat_map(|pools| pools.value.iter());
    let secrets = table.image_pull_secrets.iter();
    let mut rows = Vec::new();
    table.rows("", Span::default(), &mut rows);
    Profile {
        name,
        namespace: table.namespace.as_ref().map(|text| text.value.0.clone()),
        platform: platform(table),
        registry: texts(table.registry.as_ref(), |prefix| prefix.0.clone()),
        service_account: table
            .service_account
            .as_ref()
            .map(|name| name.value.0.clone()),
        storage_class: texts(table.storage_class.as_ref(), |class| class.0.clone()),
        image_pull_secrets: secrets
            .flat_map(|list| &list.value)
            .map(|name| name.value.0.clone())
            .collect(),
        resources: DefaultResources {
            cpu: amount(resources.and_then(|resources| resources.cpu.as_ref())),
            memory: amount(resources.and_then(|resources| resources.memory.as_ref())),
            ephemeral: amount(resources.and_then(|resources| resources.ephemeral.as_ref())),
        },
        labels: labels(table.labels.as_ref()),
        annotations: texts(table.annotations.as_ref(), |text| text.0.clone()),
        node_pools: pools
            .map(|(name, Located { value, .. })| {
                let pool = NodePool {
                    node_selector: labels(value.node_selector.as_ref()),
                    tolerations: tolerations(value.tolerations.as_ref()),
                };
                (name.to_owned(), pool)
            })
            .collect(),
        node_pool: table.node_pool.as_ref().map(|name| name.value.0.clone()),
        spot: table.spot.as_ref().map(|spot| spot.value),
        queue: table.queue.as_ref().map(|queue| queue.value.0.clone()),
        workspace: table.workspace.as_ref().map(workspace).unwrap_or_default(),
        releaser_image: table
            .releaser_image
            .as_ref()
            .map(|image| image.value.0.clone()),
        spans: rows
            .into_iter()
            .map(|row| (row.path.replace('"', ""), row.span))
            .collect(),
    }
}
