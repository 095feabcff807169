//! Containers, in the form that Argo expects.

use k8s_openapi::api::core::v1 as core;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The main container of a template. Argo sets its name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MainContainer(pub core::Container);

impl Serialize for MainContainer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Every field is named here, in reading order, so none can be forgotten.
        let core::Container {
            name: _,
            image,
            image_pull_policy,
            working_dir,
            command,
            args,
            env,
            env_from,
            resources,
            volume_mounts,
            volume_devices,
            ports,
            lifecycle,
            liveness_probe,
            readiness_probe,
            startup_probe,
            resize_policy,
            restart_policy,
            restart_policy_rules,
            security_context,
            stdin,
            stdin_once,
            termination_message_path,
            termination_message_policy,
            tty,
        } = &self.0;
        let mut map = serializer.serialize_map(None)?;
        macro_rules! entries {
            ($($name:literal: $field:ident,)*) => {
                $(if let Some(value) = $field { map.serialize_entry($name, value)?; })*
            };
        }
        entries! {
            "image": image,
            "imagePullPolicy": image_pull_policy,
            "workingDir": working_dir,
            "command": command,
            "args": args,
            "env": env,
            "envFrom": env_from,
            "resources": resources,
            "volumeMounts": volume_mounts,
            "volumeDevices": volume_devices,
            "ports": ports,
            "lifecycle": lifecycle,
            "livenessProbe": liveness_probe,
            "readinessProbe": readiness_probe,
            "startupProbe": startup_probe,
            "resizePolicy": resize_policy,
            "restartPolicy": restart_policy,
            "restartPolicyRules": restart_policy_rules,
            "securityContext": security_context,
            "stdin": stdin,
            "stdinOnce": stdin_once,
            "terminationMessagePath": termination_message_path,
            "terminationMessagePolicy": termination_message_policy,
            "tty": tty,
        }
        map.end()
    }
}

/// A container that runs a script.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ScriptTemplate {
    /// The container.
    #[serde(flatten)]
    pub container: MainContainer,
    /// The text of the script.
    pub source: String,
}

/// A container that the user adds to the main one.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UserContainer {
    /// The container.
    #[serde(flatten)]
    pub container: core::Container,
}
