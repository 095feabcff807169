//! The containers of a step.

use argot_compiler::{Container, ContainerAttribute, EnvFrom, EnvValue, Expr, Raw};
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;

use super::names::{LONGEST_LABEL, mapped, object_name_problem};
use super::{Builder, Dialect, OUTPUTS, covered, diagnostics, names_path, raw};

/// The list in a pod's spec that holds a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// Containers that run at the same time.
    Containers,
    /// Containers that run one after the other, before the others.
    InitContainers,
}

impl List {
    /// The name of the field.
    fn field(self) -> &'static str {
        match self {
            Self::Containers => "containers",
            Self::InitContainers => "initContainers",
        }
    }
}

impl<D: Dialect> Builder<'_, D> {
    /// A container under its name in the output. Raw fields are not part of it.
    pub(super) fn container(
        &mut self,
        list: List,
        name: &str,
        container: &Container,
    ) -> core::Container {
        let element = format!("[{name}]");
        let mounts = self.mounts(container);
        let mut out = core::Container {
            name: name.to_owned(),
            volume_mounts: (!mounts.is_empty()).then_some(mounts),
            security_context: self.container_security(),
            resources: self.resources(&[list.field(), &element], container),
            ..core::Container::default()
        };
        for attribute in container.iter() {
            match attribute {
                ContainerAttribute::Image(image) => out.image = self.field(image),
                ContainerAttribute::ImagePull(policy) => out.image_pull_policy = self.field(policy),
                ContainerAttribute::Workdir(path) => out.working_dir = self.field(path),
                ContainerAttribute::Command(words) => out.command = Some(self.argv(words)),
                ContainerAttribute::Args(words) => out.args = Some(self.argv(words)),
                ContainerAttribute::Env(env) => {
                    let env: Vec<_> = env
                        .iter()
                        .filter_map(|(name, value)| self.env(name, value))
                        .collect();
                    out.env = (!env.is_empty()).then_some(env);
                }
                ContainerAttribute::EnvFrom(sources) => {
                    let sources: Vec<_> = sources
                        .iter()
                        .filter_map(|source| self.env_from(source))
                        .collect();
                    out.env_from = (!sources.is_empty()).then_some(sources);
                }
                ContainerAttribute::Ports(ports) => out.ports = Some(self.ports(ports)),
                ContainerAttribute::LivenessProbe(probe) => {
                    out.liveness_probe = Some(self.probe(probe));
                }
                ContainerAttribute::ReadinessProbe(probe) => {
                    out.readiness_probe = Some(self.probe(probe));
                }
                ContainerAttribute::StartupProbe(probe) => {
                    out.startup_probe = Some(self.probe(probe));
                }
                // They are made together with what they need of the pod.
                ContainerAttribute::Resources(_) | ContainerAttribute::Mounts(_) => {}
            }
        }
        out
    }

    /// Containers under the user's own names.
    pub(super) fn named(
        &mut self,
        list: List,
        names: &IndexMap<String, Container>,
    ) -> Vec<core::Container> {
        let mut out = Vec::new();
        for (written, container) in names {
            let name = mapped(written);
            let system = self.dialect.system();
            if system.containers.contains(&name.as_str()) {
                self.diagnostics.push(diagnostics::reserved_container(
                    system.name,
                    written,
                    system.containers,
                    container.span,
                ));
            } else if let Some(problem) = object_name_problem(&name, LONGEST_LABEL) {
                self.diagnostics.push(diagnostics::container_name(
                    written,
                    &problem,
                    container.span,
                ));
            }
            out.push(self.container(list, &name, container));
        }
        out
    }

    fn argv(&mut self, exprs: &[Expr]) -> Vec<String> {
        exprs
            .iter()
            .filter_map(|expr| {
                let outcome = self.dialect.argument(expr);
                self.keep(outcome)
            })
            .collect()
    }

    fn env(&mut self, name: &str, value: &EnvValue) -> Option<core::EnvVar> {
        let mut source = core::EnvVarSource::default();
        match value {
            EnvValue::Value(expr) => {
                let outcome = self.dialect.argument(expr);
                return Some(variable(name, self.keep(outcome)?));
            }
            EnvValue::Secret { name, key } => {
                source.secret_key_ref = Some(core::SecretKeySelector {
                    name: self.field(name)?,
                    key: self.field(key)?,
                    optional: None,
                });
            }
            EnvValue::Config { name, key } => {
                source.config_map_key_ref = Some(core::ConfigMapKeySelector {
                    name: self.field(name)?,
                    key: self.field(key)?,
                    optional: None,
                });
            }
            EnvValue::Field { path } => {
                source.field_ref = Some(core::ObjectFieldSelector {
                    api_version: None,
                    field_path: path.clone(),
                });
            }
        }
        Some(core::EnvVar {
            name: name.to_owned(),
            value: None,
            value_from: Some(source),
        })
    }

    fn env_from(&mut self, from: &EnvFrom) -> Option<core::EnvFromSource> {
        let mut source = core::EnvFromSource::default();
        match from {
            EnvFrom::Secret(name) => {
                source.secret_ref = Some(core::SecretEnvSource {
                    name: self.field(name)?,
                    optional: None,
                });
            }
            EnvFrom::Config(name) => {
                source.config_map_ref = Some(core::ConfigMapEnvSource {
                    name: self.field(name)?,
                    optional: None,
                });
            }
        }
        Some(source)
    }

    /// The variables by which a script finds the files for its outputs.
    pub(crate) fn output_variables(&self) -> Vec<core::EnvVar> {
        let mut out = Vec::new();
        for output in &self.step.outputs {
            let name = &output.name;
            out.push(variable(name, format!("{OUTPUTS}/{name}")));
            if output.ty.is_artifact_list() {
                out.push(variable(&format!("{name}_names"), names_path(name)));
            }
        }
        out
    }

    /// Lays the raw fields of the step's own container over it.
    pub(super) fn raw_container(
        &mut self,
        container: core::Container,
        raw: &Raw,
    ) -> core::Container {
        let over = self.read(covered::CONTAINER, raw::kubernetes::<core::Container>, raw);
        match over {
            Some(serde_json::Value::Object(mut fields)) => {
                // `Container` writes its name even if there is none.
                fields.shift_remove("name");
                raw::laid(container, &fields.into())
            }
            _ => container,
        }
    }
}

/// A variable of the environment that has this value.
pub(crate) fn variable(name: &str, value: String) -> core::EnvVar {
    core::EnvVar {
        name: name.to_owned(),
        value: Some(value),
        value_from: None,
    }
}
