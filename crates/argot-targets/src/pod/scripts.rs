//! Texts that are mounted into containers as files, from a ConfigMap.

use std::collections::BTreeMap;

use argot_compiler::Script;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use sha2::{Digest, Sha256};

use super::names::hex;
use super::volumes::SCRIPT_VOLUME;

/// Where a script of a ConfigMap is found in its container.
const FOLDER: &str = "/argot/script";

/// The scripts of a ConfigMap, by their key in it.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    data: BTreeMap<String, String>,
}

impl Scripts {
    /// Keeps a script, and says under which key and where the container finds it.
    pub(crate) fn add(&mut self, step: &str, script: &Script) -> (String, String) {
        let name = script
            .file
            .as_deref()
            .filter(|name| is_key(name))
            .unwrap_or("script")
            .to_owned();
        let key = format!("{step}.{name}");
        self.data.insert(key.clone(), script.text.clone());
        (key, format!("{FOLDER}/{name}"))
    }

    /// Whether no script needs the ConfigMap.
    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The name of the ConfigMap, which tells its content.
    pub(crate) fn name(&self, base: &str) -> String {
        format!("{base}-scripts-{}", digest(&self.data))
    }

    /// The ConfigMap.
    pub(crate) fn config_map(self, base: &str, namespace: Option<String>) -> core::ConfigMap {
        core::ConfigMap {
            metadata: ObjectMeta {
                name: Some(self.name(base)),
                namespace,
                ..ObjectMeta::default()
            },
            data: Some(self.data),
            ..core::ConfigMap::default()
        }
    }
}

/// The first digits of a hash over the data of a ConfigMap.
pub(crate) fn digest(data: &BTreeMap<String, String>) -> String {
    let mut digest = Sha256::new();
    for (key, text) in data {
        for part in [key, text] {
            digest.update(part.len().to_le_bytes());
            digest.update(part);
        }
    }
    hex(&digest.finalize(), 8)
}

/// What a key of a ConfigMap may be.
pub(crate) fn is_key(name: &str) -> bool {
    name.len() <= 100
        && !name.starts_with("..")
        && name != "."
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// The volume and mount that bring one script into a container. The ConfigMap's name is filled in when it
/// is known.
pub(crate) fn volume(key: String, path: &str) -> (core::Volume, core::VolumeMount) {
    let file = path.rsplit('/').next().unwrap_or(path).to_owned();
    let volume = core::Volume {
        name: SCRIPT_VOLUME.to_owned(),
        config_map: Some(core::ConfigMapVolumeSource {
            items: Some(vec![core::KeyToPath {
                key,
                path: file,
                mode: None,
            }]),
            ..core::ConfigMapVolumeSource::default()
        }),
        ..core::Volume::default()
    };
    let mount = core::VolumeMount {
        name: SCRIPT_VOLUME.to_owned(),
        mount_path: FOLDER.to_owned(),
        read_only: Some(true),
        ..core::VolumeMount::default()
    };
    (volume, mount)
}
