//! The data of `table.toml`.

use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;

/// Where accelerators are found. A test holds that the text is a table.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("table.toml")).unwrap_or_default());

/// The table, which is read when it is first asked for.
pub(super) fn table() -> &'static Table {
    &TABLE
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) gpu: Vec<Vendor>,
    pub(super) tpu: Vec<Tpu>,
    pub(super) spot: Vec<Spot>,
}

/// What one vendor's devices are called on some platforms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vendor {
    pub(super) platforms: Vec<String>,
    #[serde(rename = "vendor")]
    pub(super) name: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for readers of the file"))]
    pub(super) source: String,
    /// Models that have not been verified against the source.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for readers of the file"))]
    pub(super) unchecked: Vec<String>,
    pub(super) resource: String,
    pub(super) label: Option<String>,
    #[serde(default)]
    pub(super) taints: Vec<String>,
    pub(super) slices: Option<Slices>,
    pub(super) sharing: Option<Sharing>,
    /// Models that cannot be distinguished.
    #[serde(default)]
    pub(super) nameless: Vec<String>,
    /// A device class that replaces the resource.
    pub(super) class: Option<String>,
    /// The platform whose models these are, too.
    models_of: Option<String>,
    #[serde(default, rename = "models")]
    own_models: IndexMap<String, Model>,
}

/// How parts of a device are found.
#[derive(Debug, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Slices {
    Product,
    Resource,
    Label { key: String },
    Class { class: String },
}

/// How devices that are used in turns are found.
#[derive(Debug, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Sharing {
    Product,
    Resource,
    Label { key: String, value: String },
}

/// How a model is told from others.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Model {
    /// By one of these values of the vendor's label.
    Values(Vec<String>),
    /// By several labels.
    Labels(IndexMap<String, Vec<String>>),
}

/// What one kind of TPU is called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tpu {
    pub(super) platforms: Vec<String>,
    pub(super) model: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for readers of the file"))]
    pub(super) source: String,
    pub(super) accelerator: String,
    /// Topologies that lie in one machine, with the chips there.
    pub(super) hosts: IndexMap<String, i64>,
}

/// The labels and taints of nodes that the provider may take back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spot {
    pub(super) platform: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for readers of the file"))]
    pub(super) source: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) taint: Option<String>,
}

impl Table {
    /// The vendors whose devices a platform has.
    pub(super) fn vendors<'a>(&'a self, platform: &'a str) -> impl Iterator<Item = &'a Vendor> {
        self.gpu
            .iter()
            .filter(move |vendor| vendor.platforms.iter().any(|name| name == platform))
    }

    /// The TPUs that a platform has.
    pub(super) fn tpus<'a>(&'a self, platform: &'a str) -> impl Iterator<Item = &'a Tpu> {
        self.tpu
            .iter()
            .filter(move |tpu| tpu.platforms.iter().any(|name| name == platform))
    }
}

impl Vendor {
    /// Whether a model is the vendor's.
    pub(super) fn has(&self, model: &str) -> bool {
        self.models().contains_key(model) || self.nameless.iter().any(|name| name == model)
    }

    /// The short names of the models, and how they are found.
    pub(super) fn models(&self) -> &IndexMap<String, Model> {
        self.models_of
            .as_ref()
            .and_then(|platform| {
                table()
                    .vendors(platform)
                    .find(|vendor| vendor.name == self.name)
            })
            .map_or(&self.own_models, |vendor| &vendor.own_models)
    }
}
