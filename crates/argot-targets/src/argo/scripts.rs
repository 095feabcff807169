//! Scripts: in the template where Argo leaves them as they are, in a ConfigMap where it would not.

use std::collections::BTreeMap;

use argot_compiler::Script;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use sha2::{Digest, Sha256};

use super::volumes::SCRIPT_VOLUME;

/// Where a script of a ConfigMap is found in its container.
const FOLDER: &str = "/argot/script";

/// The longest script that stays in its template. Argo hands the template to a container in an environment
/// variable, of which Linux takes 128 KiB.
const LONGEST_INLINE: usize = 64 * 1024;

/// Whether a script would be changed on its way, or is too long, when it stands in its template.
///
/// Argo substitutes `{{...}}` in it. It then travels in an environment variable of Argo's own container, in
/// which the kubelet makes `$$` to `$`, and `$(NAME)` to the value of a variable of that container: those
/// have names in capital letters, so that `$(date)` is safe.
pub(crate) fn needs_config_map(text: &str) -> bool {
    text.len() > LONGEST_INLINE || text.contains("{{") || text.contains("$$") || has_variable(text)
}

fn has_variable(text: &str) -> bool {
    text.split("$(")
        .skip(1)
        .any(|rest| match rest.split_once(')') {
            Some((name, _)) => {
                !name.is_empty()
                    && name
                        .chars()
                        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            }
            None => false,
        })
}

/// The scripts that go to the ConfigMap, by their key in it.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    data: BTreeMap<String, String>,
}

impl Scripts {
    /// Keeps a script, and says under which key and where the container finds it.
    pub(crate) fn add(&mut self, template: &str, script: &Script) -> (String, String) {
        let name = script
            .file
            .as_deref()
            .filter(|name| is_key(name))
            .unwrap_or("script")
            .to_owned();
        let key = format!("{template}.{name}");
        self.data.insert(key.clone(), script.text.clone());
        (key, format!("{FOLDER}/{name}"))
    }

    /// Whether no script needs the ConfigMap.
    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The name of the ConfigMap, which tells its content.
    pub(crate) fn name(&self, base: &str) -> String {
        let mut digest = Sha256::new();
        for (key, text) in &self.data {
            for part in [key, text] {
                digest.update(part.len().to_le_bytes());
                digest.update(part);
            }
        }
        format!("{base}-scripts-{}", hex(&digest.finalize(), 8))
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

/// What a key of a ConfigMap may be.
fn is_key(name: &str) -> bool {
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

/// The first `digits` hexadecimal digits of a hash.
pub(crate) fn hex(bytes: &[u8], digits: usize) -> String {
    let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(digits);
    text
}

#[cfg(test)]
mod tests {
    use super::needs_config_map;

    #[test]
    fn what_argo_and_the_kubelet_change() {
        for changed in ["echo {{ x }}", "echo $$", "echo $(HOME)", "a$(POD_IP)b"] {
            assert!(needs_config_map(changed), "{changed}");
        }
        for kept in [
            "echo $(date)",
            "echo ${HOME} $1",
            "$(ls -l)",
            "${{ x }",
            "$(HOME",
            "cost: 5$",
            "f'{x}'",
        ] {
            assert_eq!(needs_config_map(kept), kept.contains("{{"), "{kept}");
        }
        assert!(needs_config_map(&"x".repeat(70_000)));
    }
}
