//! The containers of a step.

use argot_compiler::{Container, EnvFrom, EnvValue, Expr, ExprKind, InputId, Script};
use k8s_openapi::api::core::v1 as core;

use super::expression::{INPUTS, OUTPUTS, names_path};
use super::objects::{MainContainer, ScriptTemplate, Template, lay};
use super::raw::{Reader, kubernetes};
use super::step::Lowering;
use super::text::Place;
use super::{covered, resources, scripts, volumes};

impl Lowering<'_, '_> {
    pub(super) fn script(
        &mut self,
        script: &Script,
        mut container: core::Container,
        template: &mut Template,
    ) {
        let mut env: Vec<core::EnvVar> = Vec::new();
        for (index, port) in self
            .step
            .inputs
            .iter()
            .enumerate()
            .filter(|(_, port)| port.present)
        {
            let value = if port.ty.is_artifact() || port.ty.is_artifact_list() {
                Some(format!("{INPUTS}/{}", port.name))
            } else {
                let input = ExprKind::Input(InputId::new(index));
                let expr = Expr::new(input, port.ty.required().clone(), port.span);
                let outcome = match port.ty.is_optional() {
                    true => self.scope.text_or_nothing(&expr),
                    false => self.scope.plain(&expr, Place::Container),
                };
                self.keep(outcome)
            };
            env.push(core::EnvVar {
                name: port.name.clone(),
                value,
                value_from: None,
            });
        }
        for output in &self.step.outputs {
            let value = Some(format!("{OUTPUTS}/{}", output.name));
            env.push(core::EnvVar {
                name: output.name.clone(),
                value,
                value_from: None,
            });
            if output.ty.is_artifact_list() {
                env.push(core::EnvVar {
                    name: format!("{}_names", output.name),
                    value: Some(names_path(&output.name)),
                    value_from: None,
                });
            }
        }
        env.extend(container.env.take().unwrap_or_default());
        container.env = (!env.is_empty()).then_some(env);
        if scripts::needs_config_map(&script.text) {
            let (key, path) = self.context.scripts.add(&template.name, script);
            let (volume, mount) = scripts::volume(key, &path);
            container.volume_mounts.get_or_insert_default().push(mount);
            container.command = Some(script.interpreter.iter().cloned().chain([path]).collect());
            template.volumes.push(volume);
            template.container = Some(MainContainer(self.raw_container(container)));
        } else {
            container.command = Some(script.interpreter.clone());
            let container = MainContainer(self.raw_container(container));
            template.script = Some(ScriptTemplate {
                container,
                source: script.text.clone(),
            });
        }
    }

    /// Gives a container the folder in which it leaves its outputs.
    pub(super) fn leave_outputs(
        &mut self,
        container: &mut core::Container,
        template: &mut Template,
    ) {
        if !self.step.outputs.is_empty() {
            let (volume, mount) = volumes::outputs();
            template.volumes.push(volume);
            container.volume_mounts.get_or_insert_default().push(mount);
        }
    }

    pub(super) fn container(
        &mut self,
        name: &str,
        container: &Container,
        volume_names: &[String],
    ) -> core::Container {
        self.container_at(
            name,
            &["containers", &format!("[{name}]")],
            container,
            volume_names,
        )
    }

    pub(super) fn container_at(
        &mut self,
        name: &str,
        path: &[&str],
        container: &Container,
        volume_names: &[String],
    ) -> core::Container {
        let argv = |lowering: &mut Self, exprs: &Option<Vec<Expr>>| {
            exprs.as_ref().map(|exprs| {
                exprs
                    .iter()
                    .filter_map(|expr| {
                        let outcome = lowering.scope.plain(expr, Place::Container);
                        lowering.keep(outcome)
                    })
                    .collect::<Vec<_>>()
            })
        };
        let command = argv(self, &container.command);
        let args = argv(self, &container.args);
        let env: Vec<_> = container
            .env
            .iter()
            .filter_map(|(name, value)| self.env(name, value))
            .collect();
        let env_from: Vec<_> = container
            .env_from
            .iter()
            .flatten()
            .filter_map(|from| self.env_from(from))
            .collect();
        let mounts = volumes::mounts(container, volume_names, self.diagnostics);
        let resources = resources::lower(
            container,
            path,
            &self.scope,
            &mut self.patch,
            &mut self.needs,
            self.diagnostics,
        );
        core::Container {
            name: name.to_owned(),
            image: self.optional(container.image.as_ref()),
            image_pull_policy: self.optional(container.image_pull.as_ref()),
            working_dir: self.optional(container.workdir.as_ref()),
            command,
            args,
            env: (!env.is_empty()).then_some(env),
            env_from: (!env_from.is_empty()).then_some(env_from),
            volume_mounts: (!mounts.is_empty()).then_some(mounts),
            security_context: self.container_security(),
            resources,
            ..core::Container::default()
        }
    }

    pub(super) fn env(&mut self, name: &str, value: &EnvValue) -> Option<core::EnvVar> {
        let mut variable = core::EnvVar {
            name: name.to_owned(),
            ..core::EnvVar::default()
        };
        let mut source = core::EnvVarSource::default();
        match value {
            EnvValue::Value(expr) => {
                let outcome = self.scope.plain(expr, Place::Container);
                variable.value = Some(self.keep(outcome)?);
                return Some(variable);
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
        variable.value_from = Some(source);
        Some(variable)
    }

    pub(super) fn env_from(&mut self, from: &EnvFrom) -> Option<core::EnvFromSource> {
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

    /// Every container of the step gets it.
    pub(super) fn container_security(&mut self) -> Option<core::SecurityContext> {
        let security = &self.step.attributes.security;
        let mut list = |exprs: &Option<Vec<Expr>>| -> Option<Vec<String>> {
            exprs
                .as_ref()
                .map(|exprs| exprs.iter().filter_map(|expr| self.field(expr)).collect())
        };
        let (add, drop) = (
            list(&security.add_capabilities),
            list(&security.drop_capabilities),
        );
        let context = core::SecurityContext {
            read_only_root_filesystem: self
                .bool(security.read_only_root.as_ref(), "`read_only_root`"),
            allow_privilege_escalation: self.bool(
                security.allow_privilege_escalation.as_ref(),
                "`allow_privilege_escalation`",
            ),
            privileged: self.bool(security.privileged.as_ref(), "`privileged`"),
            capabilities: (add.is_some() || drop.is_some())
                .then_some(core::Capabilities { add, drop }),
            ..core::SecurityContext::default()
        };
        (context != core::SecurityContext::default()).then_some(context)
    }

    pub(super) fn raw_container(&mut self, container: core::Container) -> core::Container {
        let Some(raw) = &self.step.attributes.container else {
            return container;
        };
        let reader = Reader::new(&self.scope, self.context.version, covered::CONTAINER);
        let over = kubernetes::<core::Container>(&reader, &reader.uncovered(raw));
        self.diagnostics.extend(reader.problems.into_inner());
        let (Some(mut over), Ok(mut base)) = (over, serde_json::to_value(&container)) else {
            return container;
        };
        if let Some(fields) = over.as_object_mut() {
            fields.shift_remove("name");
        }
        lay(&mut base, &over);
        serde_json::from_value(base).unwrap_or(container)
    }
}
