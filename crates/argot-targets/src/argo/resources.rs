//! CPU, memory and devices: requests, limits, and the nodes that have them.

use argot_compiler::{Amount, Container, Expr, Type, Value, suggest};
use argot_syntax::{Diagnostic, Diagnostics, Span};
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::accelerators::{
    NVIDIA, TPU_MODEL_LABEL, TPU_MODELS, TPU_RESOURCE, TPU_TOPOLOGY_LABEL, VENDORS, Vendor,
};
use super::expression::Scope;
use super::messages;
use super::patch::Patch;

/// What a container's resources ask of its pod.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    /// Taints to tolerate, by their key.
    pub(crate) tolerations: Vec<&'static str>,
    /// Labels that the node must have, with the values that will do.
    pub(crate) labels: IndexMap<&'static str, Vec<String>>,
}

/// The resources of one container. What only the run knows goes to `patch`.
pub(crate) fn lower(
    container: &Container,
    path: &[&str],
    scope: &Scope<'_>,
    patch: &mut Patch,
    needs: &mut Needs,
    diagnostics: &mut Diagnostics,
) -> Option<core::ResourceRequirements> {
    let mut lowering = Lowering {
        scope,
        path,
        patch,
        requirements: core::ResourceRequirements::default(),
    };
    let resources = &container.resources;
    for (name, amount) in [
        ("cpu", &resources.cpu),
        ("memory", &resources.memory),
        ("ephemeral-storage", &resources.ephemeral),
    ] {
        if let Some(amount) = amount {
            diagnostics.extend(lowering.amount(name, amount).err());
        }
    }
    let outcome = lowering
        .gpu(container, needs)
        .and_then(|()| lowering.tpu(container, needs))
        .and_then(|()| {
            resources
                .extended
                .iter()
                .try_for_each(|(name, count)| lowering.device(name, count).map(drop))
        });
    diagnostics.extend(outcome.err());
    let requirements = lowering.requirements;
    (requirements != core::ResourceRequirements::default()).then_some(requirements)
}

struct Lowering<'a> {
    scope: &'a Scope<'a>,
    path: &'a [&'a str],
    patch: &'a mut Patch,
    requirements: core::ResourceRequirements,
}

type Outcome<T> = Result<T, Diagnostic>;

impl Lowering<'_> {
    /// Both sides of an amount are written, so that a reader need not know what Kubernetes fills in.
    fn amount(&mut self, name: &str, amount: &Amount) -> Outcome<()> {
        self.one("requests", name, &amount.request)?;
        self.one("limits", name, &amount.limit)
    }

    fn one(&mut self, side: &str, name: &str, expr: &Expr) -> Outcome<()> {
        match expr.value() {
            Some(value) => {
                let map = match side {
                    "requests" => &mut self.requirements.requests,
                    _ => &mut self.requirements.limits,
                };
                map.get_or_insert_default()
                    .insert(name.to_owned(), Quantity(value.text()));
            }
            None => {
                let code = self.scope.text_in_code(expr, &expr.ty)?;
                let mut path = self.path.to_vec();
                path.extend(["resources", side, name]);
                self.patch.set(&path, Patch::Code(code));
            }
        }
        Ok(())
    }

    /// A device: a limit only, which Kubernetes takes as the request. Whether there is one at all.
    fn device(&mut self, name: &str, count: &Expr) -> Outcome<bool> {
        if matches!(count.value(), Some(Value::Int(0))) {
            return Ok(false);
        }
        self.one("limits", name, count)?;
        Ok(true)
    }

    fn gpu(&mut self, container: &Container, needs: &mut Needs) -> Outcome<()> {
        let resources = &container.resources;
        let given = [
            &resources.gpu_model,
            &resources.gpu_vendor,
            &resources.gpu_slice,
        ];
        let Some(count) = &resources.gpu else {
            return match given.into_iter().flatten().next() {
                Some(expr) => Err(messages::incomplete_accelerator(
                    "the GPU is described, but `gpu` does not say how many",
                    "add `gpu = 1`",
                    expr.span,
                )),
                None => Ok(()),
            };
        };
        let model = resources
            .gpu_model
            .as_ref()
            .map(|expr| known(expr, "the GPU's model"))
            .transpose()?;
        let vendor = match &resources.gpu_vendor {
            Some(expr) => {
                let name = known(expr, "the GPU's vendor")?;
                vendor(&name).ok_or_else(|| {
                    let names: Vec<_> = VENDORS.iter().map(|vendor| vendor.name).collect();
                    let near = suggest(&name, names.iter().copied());
                    messages::unknown_accelerator(&name, expr.span, near, &names.join(", "))
                })?
            }
            // A model says whose it is.
            None => model.as_deref().and_then(vendor_of).unwrap_or(NVIDIA),
        };
        let resource = match &resources.gpu_slice {
            Some(expr) if vendor.name != "nvidia" => {
                return Err(messages::incomplete_accelerator(
                    "only NVIDIA's GPUs come in slices",
                    "leave `gpu_slice` out, or use `extended` for the partition's own resource",
                    expr.span,
                ));
            }
            Some(expr) => {
                let profile = known(expr, "the GPU's slice")?;
                if !is_mig_profile(&profile) {
                    return Err(messages::incomplete_accelerator(
                        &format!("`{profile}` is not a MIG profile"),
                        "write it as NVIDIA does: `1g.10gb`",
                        expr.span,
                    ));
                }
                format!("nvidia.com/mig-{profile}")
            }
            None => vendor.resource.to_owned(),
        };
        if !self.device(&resource, count)? {
            return Ok(());
        }
        push(&mut needs.tolerations, vendor.resource);
        if let (Some(model), Some(expr)) = (model, &resources.gpu_model) {
            let products = products(vendor, &model, expr.span)?;
            needs.labels.insert(
                vendor.label,
                products.iter().map(|name| (*name).to_owned()).collect(),
            );
        }
        Ok(())
    }

    fn tpu(&mut self, container: &Container, needs: &mut Needs) -> Outcome<()> {
        let resources = &container.resources;
        let (Some(count), Some(model), Some(topology)) = (
            &resources.tpu,
            &resources.tpu_model,
            &resources.tpu_topology,
        ) else {
            let given = [
                &resources.tpu,
                &resources.tpu_model,
                &resources.tpu_topology,
            ];
            return match given.into_iter().flatten().next() {
                Some(expr) => Err(messages::incomplete_accelerator(
                    "a TPU is described by `tpu`, `tpu_model` and `tpu_topology`",
                    "give all three: `tpu = 4, tpu_model = \"v5e\", tpu_topology = \"2x2\"`",
                    expr.span,
                )),
                None => Ok(()),
            };
        };
        let name = known(model, "the TPU's model")?;
        let label = TPU_MODELS
            .iter()
            .find(|(short, _)| *short == name)
            .map(|(_, label)| *label);
        let label = label.ok_or_else(|| {
            let names: Vec<_> = TPU_MODELS.iter().map(|(short, _)| *short).collect();
            messages::unknown_accelerator(
                &name,
                model.span,
                suggest(&name, names.iter().copied()),
                &names.join(", "),
            )
        })?;
        let topology_text = known(topology, "the TPU's topology")?;
        let is_topology = topology_text.contains('x')
            && topology_text
                .split('x')
                .all(|side| !side.is_empty() && side.chars().all(|c| c.is_ascii_digit()));
        if !is_topology {
            return Err(messages::incomplete_accelerator(
                &format!("`{topology_text}` is not a TPU topology"),
                "write the number of chips on each side: `2x4`",
                topology.span,
            ));
        }
        if self.device(TPU_RESOURCE, count)? {
            push(&mut needs.tolerations, TPU_RESOURCE);
            needs.labels.insert(TPU_MODEL_LABEL, vec![label.to_owned()]);
            needs.labels.insert(TPU_TOPOLOGY_LABEL, vec![topology_text]);
        }
        Ok(())
    }
}

fn push(list: &mut Vec<&'static str>, item: &'static str) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn known(expr: &Expr, what: &str) -> Outcome<String> {
    match expr.value() {
        Some(Value::String(text)) if matches!(expr.ty, Type::String | Type::Enum(_)) => {
            Ok(text.clone())
        }
        Some(value) => Ok(value.text()),
        None => Err(messages::run_time(what, expr.span)),
    }
}

fn vendor(name: &str) -> Option<&'static Vendor> {
    VENDORS.iter().copied().find(|vendor| vendor.name == name)
}

fn vendor_of(model: &str) -> Option<&'static Vendor> {
    VENDORS
        .iter()
        .copied()
        .find(|vendor| vendor.models.iter().any(|(name, _)| *name == model))
}

fn products(vendor: &Vendor, model: &str, span: Span) -> Outcome<&'static [&'static str]> {
    vendor
        .models
        .iter()
        .find(|(name, _)| *name == model)
        .map(|(_, products)| *products)
        .ok_or_else(|| {
            let names: Vec<_> = vendor.models.iter().map(|(name, _)| *name).collect();
            let near = suggest(model, names.iter().copied());
            messages::unknown_accelerator(model, span, near, &names.join(", "))
        })
}

/// `1g.10gb`, `3g.40gb`, `1g.10gb.me`: <https://docs.nvidia.com/datacenter/tesla/mig-user-guide/>.
fn is_mig_profile(profile: &str) -> bool {
    let profile = profile.strip_suffix(".me").unwrap_or(profile);
    let number = |text: Option<&str>| {
        text.is_some_and(|text| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()))
    };
    match profile.split_once('.') {
        Some((compute, memory)) => {
            number(compute.strip_suffix('g')) && number(memory.strip_suffix("gb"))
        }
        None => false,
    }
}
