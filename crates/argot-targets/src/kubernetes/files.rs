//! The files of a run, which are stored in its ConfigMap.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as core;

use super::text::FILES;
use crate::pod::scripts::digest;

/// The volume that holds the files of the run in a container.
const VOLUME: &str = "argot-run";

/// The files of a run, by their key in the ConfigMap.
#[derive(Debug, Default)]
pub(crate) struct Files {
    data: BTreeMap<String, String>,
}

impl Files {
    /// Whether it is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Their total size in bytes.
    pub(crate) fn size(&self) -> usize {
        self.data
            .iter()
            .map(|(key, text)| key.len() + text.len())
            .sum()
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, key: &str, text: String) {
        self.data.insert(key.to_owned(), text);
    }

    /// The data of the ConfigMap.
    pub(crate) fn data(&self) -> &BTreeMap<String, String> {
        &self.data
    }

    /// The first digits of a hash over all files.
    pub(crate) fn digest(&self) -> String {
        digest(&self.data)
    }
}

/// The files that are mounted for one pod at [`FILES`].
#[derive(Debug, Default)]
pub(crate) struct PodFiles {
    items: Vec<core::KeyToPath>,
}

impl PodFiles {
    /// Adds a file under a key, and returns its path in the containers.
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

    /// Adds the files of another pod.
    pub(crate) fn extend(&mut self, other: Self) {
        for item in other.items {
            if !self.items.contains(&item) {
                self.items.push(item);
            }
        }
    }

    /// The volume, or `None` if there are no files.
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
