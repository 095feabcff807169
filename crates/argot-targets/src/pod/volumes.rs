//! Volumes and where they are mounted.

use std::collections::{BTreeMap, HashMap, HashSet};

use argot_compiler::{
    Claim, Container, Expr, Plan, PlanVolume, PlanVolumeSource, Step, VolumeExpr, VolumeSource,
};
use argot_syntax::{Diagnostic, Diagnostics, Span};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::names::{LONGEST_LABEL, mapped};
use super::{Builder, Dialect, OUTPUTS, System, diagnostics};

/// The volume in which a step leaves its outputs.
pub(crate) const OUTPUTS_VOLUME: &str = "argot-outputs";
/// The volume in which a script is found.
pub(crate) const SCRIPT_VOLUME: &str = "argot-script";
/// Below this path Argot keeps inputs, outputs and scripts.
const ROOT: &str = "/argot";

/// The claims that are made for a run, under their names in the output.
pub(crate) fn claims(
    plan: &Plan,
    system: &System,
    diagnostics: &mut Diagnostics,
) -> Vec<(String, core::PersistentVolumeClaimSpec)> {
    let mut taken: HashMap<String, &Claim> = HashMap::new();
    plan.claims
        .iter()
        .map(|claim| {
            let name = volume_name(&claim.name);
            if let Some(other) = taken.insert(name.clone(), claim) {
                diagnostics.push(diagnostics::collision(
                    system.name,
                    "volume",
                    &claim.name,
                    claim.span,
                    &other.name,
                    other.span,
                    &name,
                ));
            }
            (name, claim_spec(claim))
        })
        .collect()
}

fn claim_spec(claim: &Claim) -> core::PersistentVolumeClaimSpec {
    core::PersistentVolumeClaimSpec {
        access_modes: Some(vec![claim.access.clone()]),
        storage_class_name: claim.class.clone(),
        resources: Some(core::VolumeResourceRequirements {
            requests: Some([("storage".to_owned(), Quantity(claim.size.text().to_owned()))].into()),
            limits: None,
        }),
        data_source: claim
            .snapshot
            .as_ref()
            .map(|name| core::TypedLocalObjectReference {
                api_group: Some("snapshot.storage.k8s.io".to_owned()),
                kind: "VolumeSnapshot".to_owned(),
                name: name.clone(),
            }),
        ..core::PersistentVolumeClaimSpec::default()
    }
}

/// The name of a volume in the output: a DNS label that is none of Argot's own. The name of one that was only mounted is
/// its path, which may hold any character.
pub(crate) fn volume_name(written: &str) -> String {
    let label = |c: char| match c {
        'a'..='z' | '0'..='9' => c,
        _ => '-',
    };
    let name: String = mapped(written).chars().map(label).collect();
    let name = shortened(name.trim_matches('-'), LONGEST_LABEL);
    if name.is_empty() || [OUTPUTS_VOLUME, SCRIPT_VOLUME].contains(&name) {
        format!("volume-{name}").trim_end_matches('-').to_owned()
    } else {
        name.to_owned()
    }
}

/// The start of a label, so long at most.
fn shortened(label: &str, longest: usize) -> &str {
    label.get(..longest).unwrap_or(label).trim_end_matches('-')
}

/// The names of all volumes that a step can mount.
pub(super) fn names(step: &Step) -> Vec<String> {
    // A claim of the run has its name from there; the others make way.
    let claim = |volume: &PlanVolume| matches!(volume.source, PlanVolumeSource::Claim(_));
    let mut taken: HashSet<String> = step
        .volumes
        .iter()
        .filter(|volume| claim(volume))
        .map(|volume| volume_name(&volume.name))
        .collect();
    let mut names: Vec<String> = Vec::new();
    for volume in &step.volumes {
        let wanted = volume_name(&volume.name);
        let mut name = wanted.clone();
        let mut count = 2;
        while !claim(volume) && !taken.insert(name.clone()) {
            let number = format!("-{count}");
            name = shortened(&wanted, LONGEST_LABEL - number.len()).to_owned() + &number;
            count += 1;
        }
        names.push(name);
    }
    names
}

impl<D: Dialect> Builder<'_, D> {
    /// The volumes of the pod.
    pub(super) fn volumes(&mut self) -> Vec<core::Volume> {
        let step = self.step;
        let mut volumes = Vec::new();
        for (volume, name) in step.volumes.iter().zip(&self.volume_names) {
            match one(volume, name, &mut self.dialect) {
                Ok(volume) => volumes.extend(volume),
                Err(diagnostic) => self.diagnostics.push(diagnostic),
            }
        }
        volumes
    }

    /// The mounts of a container.
    pub(super) fn mounts(&mut self, container: &Container) -> Vec<core::VolumeMount> {
        let system = self.dialect.system();
        let mut out = Vec::new();
        for (path, mount) in container.mounts() {
            if let Some(diagnostic) = path_problem(path, system, mount.span) {
                self.diagnostics.push(diagnostic);
                continue;
            }
            let name = match &mount.volume {
                VolumeExpr::Declared(id) => self.volume_names.get(id.index()).cloned(),
                _ => None,
            };
            let outcome = self.dialect.field(&Expr::text(path.clone(), mount.span));
            let Some(path) = self.keep(outcome) else {
                continue;
            };
            match name {
                Some(name) => out.push(core::VolumeMount {
                    name,
                    mount_path: path,
                    ..core::VolumeMount::default()
                }),
                None => self.diagnostics.push(diagnostics::no_expression(
                    system.name,
                    "choose a volume",
                    mount.span,
                )),
            }
        }
        out
    }
}

fn one(
    volume: &PlanVolume,
    name: &str,
    dialect: &mut impl Dialect,
) -> Result<Option<core::Volume>, Diagnostic> {
    let mut out = match &volume.source {
        PlanVolumeSource::Source(volume) => source(volume, name, dialect)?,
        PlanVolumeSource::Claim(_) => match dialect.claim(name) {
            Some(claim) => existing(claim, None),
            None => return Ok(None),
        },
    };
    name.clone_into(&mut out.name);
    Ok(Some(out))
}

/// A volume of this source. `name` is its name, which it does not have yet.
fn source(
    source: &VolumeSource,
    name: &str,
    dialect: &mut impl Dialect,
) -> Result<core::Volume, Diagnostic> {
    let mut out = core::Volume::default();
    match source {
        VolumeSource::Existing { name, read_only } => {
            return Ok(existing(dialect.field(name)?, read_only.then_some(true)));
        }
        VolumeSource::Memory { size: amount } => {
            out.empty_dir = Some(core::EmptyDirVolumeSource {
                medium: Some("Memory".to_owned()),
                size_limit: size(amount, name, &["emptyDir", "sizeLimit"], dialect)?,
            });
        }
        VolumeSource::Scratch { size: amount } => {
            out.empty_dir = Some(core::EmptyDirVolumeSource {
                medium: None,
                size_limit: size(amount, name, &["emptyDir", "sizeLimit"], dialect)?,
            });
        }
        VolumeSource::Secret { name } => {
            out.secret = Some(core::SecretVolumeSource {
                secret_name: Some(dialect.field(name)?),
                ..core::SecretVolumeSource::default()
            });
        }
        VolumeSource::Config { name } => {
            out.config_map = Some(core::ConfigMapVolumeSource {
                name: dialect.field(name)?,
                ..core::ConfigMapVolumeSource::default()
            });
        }
        VolumeSource::Ephemeral {
            size,
            class,
            access,
        } => {
            let class = class.as_ref();
            out.ephemeral = Some(ephemeral(size, class, access, name, dialect)?);
        }
        VolumeSource::HostPath { path } => {
            out.host_path = Some(core::HostPathVolumeSource {
                path: dialect.field(path)?,
                type_: None,
            });
        }
        VolumeSource::Nfs { server, path } => {
            out.nfs = Some(core::NFSVolumeSource {
                server: dialect.field(server)?,
                path: dialect.field(path)?,
                read_only: None,
            });
        }
        VolumeSource::Csi { driver, attributes } => {
            out.csi = Some(csi(driver, attributes, dialect)?);
        }
        VolumeSource::Claim { size, .. } => {
            return Err(diagnostics::no_expression(
                dialect.system().name,
                "make a claim for one step",
                size.span,
            ));
        }
    }
    Ok(out)
}

/// A volume that is a claim in the cluster.
fn existing(claim_name: String, read_only: Option<bool>) -> core::Volume {
    core::Volume {
        persistent_volume_claim: Some(core::PersistentVolumeClaimVolumeSource {
            claim_name,
            read_only,
        }),
        ..core::Volume::default()
    }
}

/// A claim that lives as long as the pod.
fn ephemeral(
    amount: &Expr,
    class: Option<&Expr>,
    access: &str,
    name: &str,
    dialect: &mut impl Dialect,
) -> Result<core::EphemeralVolumeSource, Diagnostic> {
    let path = [
        "ephemeral",
        "volumeClaimTemplate",
        "spec",
        "resources",
        "requests",
        "storage",
    ];
    let storage = size(amount, name, &path, dialect)?;
    let spec = core::PersistentVolumeClaimSpec {
        access_modes: Some(vec![access.to_owned()]),
        storage_class_name: class.map(|class| dialect.field(class)).transpose()?,
        resources: storage.map(|storage| core::VolumeResourceRequirements {
            requests: Some([("storage".to_owned(), storage)].into()),
            limits: None,
        }),
        ..core::PersistentVolumeClaimSpec::default()
    };
    Ok(core::EphemeralVolumeSource {
        volume_claim_template: Some(core::PersistentVolumeClaimTemplate {
            metadata: None,
            spec,
        }),
    })
}

/// A volume of a driver of the cluster.
fn csi(
    driver: &Expr,
    attributes: &[(String, Expr)],
    dialect: &impl Dialect,
) -> Result<core::CSIVolumeSource, Diagnostic> {
    let attributes = attributes
        .iter()
        .map(|(name, value)| {
            dialect.key(name, value.span)?;
            Ok((name.clone(), dialect.field(value)?))
        })
        .collect::<Result<BTreeMap<_, _>, Diagnostic>>()?;
    Ok(core::CSIVolumeSource {
        driver: dialect.field(driver)?,
        volume_attributes: (!attributes.is_empty()).then_some(attributes),
        ..core::CSIVolumeSource::default()
    })
}

/// The size of a volume if it is known; if only the run knows it, it comes later.
fn size(
    expr: &Expr,
    volume: &str,
    path: &[&str],
    dialect: &mut impl Dialect,
) -> Result<Option<Quantity>, Diagnostic> {
    if let Some(value) = expr.value() {
        return Ok(Some(Quantity(value.text())));
    }
    let element = format!("[{volume}]");
    let mut whole = vec!["volumes", element.as_str()];
    whole.extend(path);
    dialect.late(&whole, expr)?;
    Ok(None)
}

fn path_problem(path: &str, system: &System, span: Span) -> Option<Diagnostic> {
    let normal = format!(
        "/{}",
        path.split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .collect::<Vec<_>>()
            .join("/")
    );
    let below = |root: &str| {
        normal == root
            || normal
                .strip_prefix(root)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    if below(ROOT) {
        Some(diagnostics::reserved_mount(path, span))
    } else if system.folders.iter().any(|root| below(root)) {
        Some(diagnostics::mount_taken(system.name, path, span))
    } else {
        None
    }
}

/// The volume in which a step leaves its outputs: there, and writable for every user, on every root file
/// system.
pub(crate) fn outputs() -> (core::Volume, core::VolumeMount) {
    let volume = core::Volume {
        name: OUTPUTS_VOLUME.to_owned(),
        empty_dir: Some(core::EmptyDirVolumeSource::default()),
        ..core::Volume::default()
    };
    let mount = core::VolumeMount {
        name: OUTPUTS_VOLUME.to_owned(),
        mount_path: OUTPUTS.to_owned(),
        ..core::VolumeMount::default()
    };
    (volume, mount)
}
