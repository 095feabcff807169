//! GPUs and TPUs: from what a container asks for to a resource, and to what that needs of the node.

use argot_compiler::{Expr, Resources, Type, Value, suggest};
use argot_syntax::{Diagnostic, Span};
use k8s_openapi::api::core::v1 as core;

use super::accelerators::{
    NVIDIA, TPU_MODEL_LABEL, TPU_MODELS, TPU_RESOURCE, TPU_TOPOLOGY_LABEL, VENDORS, Vendor,
};
use super::resources::is_none;
use super::{System, messages};

/// A kind of device that a container asks for.
pub(super) struct Device<'a> {
    /// The name of the resource.
    pub(super) resource: String,
    /// How many of them.
    pub(super) count: &'a Expr,
    /// Labels that the node must have, with the values that will do.
    pub(super) labels: Vec<(String, Vec<String>)>,
    /// Taints that such nodes carry.
    pub(super) tolerations: Vec<core::Toleration>,
}

type Outcome<T> = Result<T, Diagnostic>;

/// The GPUs and TPUs of a container, of which there is at least one.
pub(super) fn of<'a>(resources: &'a Resources, system: &System) -> Outcome<Vec<Device<'a>>> {
    let (gpu, tpu) = (gpu(resources, system)?, tpu(resources, system)?);
    Ok(gpu.into_iter().chain(tpu).collect())
}

fn gpu<'a>(resources: &'a Resources, system: &System) -> Outcome<Option<Device<'a>>> {
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
            None => Ok(None),
        };
    };
    let model = resources
        .gpu_model
        .as_ref()
        .map(|expr| Ok((known(expr, "the GPU's model", system)?, expr.span)))
        .transpose()?;
    let vendor = match &resources.gpu_vendor {
        Some(expr) => {
            let name = known(expr, "the GPU's vendor", system)?;
            vendor(&name).ok_or_else(|| {
                let names: Vec<_> = VENDORS.iter().map(|vendor| vendor.name).collect();
                let near = suggest(&name, names.iter().copied());
                messages::unknown_accelerator(&name, expr.span, near, &names.join(", "))
            })?
        }
        // A model says whose it is.
        None => model
            .as_ref()
            .and_then(|(model, _)| vendor_of(model))
            .unwrap_or(NVIDIA),
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
            let profile = known(expr, "the GPU's slice", system)?;
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
    if is_none(count) {
        return Ok(None);
    }
    let labels = match model {
        Some((model, span)) => {
            let products = products(vendor, &model, span)?;
            let products = products.iter().map(|name| (*name).to_owned()).collect();
            vec![(vendor.label.to_owned(), products)]
        }
        None => Vec::new(),
    };
    Ok(Some(Device {
        resource,
        count,
        labels,
        tolerations: vec![toleration(vendor.resource)],
    }))
}

fn tpu<'a>(resources: &'a Resources, system: &System) -> Outcome<Option<Device<'a>>> {
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
            None => Ok(None),
        };
    };
    let name = known(model, "the TPU's model", system)?;
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
    let topology_text = known(topology, "the TPU's topology", system)?;
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
    if is_none(count) {
        return Ok(None);
    }
    Ok(Some(Device {
        resource: TPU_RESOURCE.to_owned(),
        count,
        labels: vec![
            (TPU_MODEL_LABEL.to_owned(), vec![label.to_owned()]),
            (TPU_TOPOLOGY_LABEL.to_owned(), vec![topology_text]),
        ],
        tolerations: vec![toleration(TPU_RESOURCE)],
    }))
}

/// A taint that keeps others off nodes with a device.
fn toleration(key: &str) -> core::Toleration {
    core::Toleration {
        key: Some(key.to_owned()),
        operator: Some("Exists".to_owned()),
        effect: Some("NoSchedule".to_owned()),
        ..core::Toleration::default()
    }
}

fn known(expr: &Expr, what: &str, system: &System) -> Outcome<String> {
    match expr.value() {
        Some(Value::String(text)) if matches!(expr.ty, Type::String | Type::Enum(_)) => {
            Ok(text.clone())
        }
        Some(value) => Ok(value.text()),
        None => Err(messages::run_time(system.name, what, expr.span)),
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
