//! The files of a run: they travel in its ConfigMap.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as core;

use super::text::FILES;
use crate::pod::scripts::digest;

/// The volume in which a container finds files of the run.
const VOLUME: &str = "argot-run";

/// The files of a run, by their key in the ConfigMap.
#[derive(Debug, Default)]
pub(crate) struct Files {
    data: BTreeMap<String, String>,
}

impl Files {
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// How many bytes they have.
    pub(crate) fn size(&self) -> usize {
        self.data
            .iter()
            .map(|(key, text)| key.len() + text.len())
            .sum()
    }

    /// Adds a file that stands for itself.
    pub(crate) fn add(&mut self, key: &str, text: String) {
        self.data.insert(key.to_owned(), text);
    }

    /// The data of the ConfigMap.
    pub(crate) fn data(&self) -> &BTreeMap<String, String> {
        &self.data
    }

    /// The start of a hash over all of them.
    pub(crate) fn digest(&self) -> String {
        digest(&self.data)
    }
}

/// The files that one pod finds in [`FILES`].
#[derive(Debug, Default)]
pub(crate) struct PodFiles {
    items: Vec<core::KeyToPath>,
}

impl PodFiles {
    /// Adds a file under a key, and says where the containers find it.
    pub(crate) fn add(&mut self, files: &mut Files, key: &str, path: &str, text: String) -> String {
        files.add(key, text);
        if !self.items.iter().any(|item| item.path == path) {
            self.items.push(core::KeyToPath {
                key: key.to_owned(),
                path: path.to_owned(),
                mode: None,
            });
        }
        format!("{FILES}/{path}")
    }

    /// Adds those of another pod.
    pub(crate) fn extend(&mut self, other: Self) {
        for item in other.items {
            if !self.items.contains(&item) {
                self.items.push(item);
            }
        }
    }

    /// The volume, where there is a file.
    pub(crate) fn volume(self, config_map: &str) -> Option<core::Volume> {
        (!self.items.is_empty()).then(|| core::Volume {
            name: VOLUME.to_owned(),
            config_map: Some(core::ConfigMapVolumeSource {
                name: config_map.to_owned(),
                items: Some(self.items),
                ..core::ConfigMapVolumeSource::default()
            }),
            ..core::Volume::default()
        })
    }
}

/// Where a container mounts the files.
pub(crate) fn mount() -> core::VolumeMount {
    core::VolumeMount {
        name: VOLUME.to_owned(),
        mount_path: FILES.to_owned(),
        read_only: Some(true),
        ..core::VolumeMount::default()
    }
}

/// Whether a name can be a file of a ConfigMap's volume.
pub(crate) use crate::pod::scripts::is_key;
