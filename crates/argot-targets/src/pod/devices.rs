//! GPUs and TPUs: maps the request of a container to the platform of the cluster.

use argot_compiler::{Expr, Resources, Type, Value};
use argot_syntax::Diagnostic;

use super::{System, diagnostics};
use crate::accelerators::{Gpu, Grant, Platform, Said, Tpu, Wanted};

/// A kind of device that a container asks for.
pub(super) struct Device<'a> {
    /// The attribute that says how many.
    pub(super) attribute: &'static str,
    /// How many of them.
    pub(super) count: &'a Expr,
    /// What the platform grants for the request.
    pub(super) grant: Grant,
}

type Outcome<T> = Result<T, Diagnostic>;

/// The GPUs and TPUs of a container, of which there is at least one.
pub(super) fn of<'a>(
    resources: &'a Resources,
    platform: &Platform,
    system: &System,
) -> Outcome<Vec<Device<'a>>> {
    let (gpu, tpu) = (
        gpu(resources, platform, system)?,
        tpu(resources, platform, system)?,
    );
    let some = |device: &Device<'_>| !is_none(device.count);
    Ok(gpu.into_iter().chain(tpu).filter(some).collect())
}

/// Whether the request of a container for devices is in order.
pub(super) fn are_granted(resources: &Resources, platform: &Platform) -> bool {
    // Only messages name the system.
    const UNNAMED: &System = &System {
        name: "",
        containers: &[],
        folders: &[],
    };
    of(resources, platform, UNNAMED).is_ok()
}

fn gpu<'a>(
    resources: &'a Resources,
    platform: &Platform,
    system: &System,
) -> Outcome<Option<Device<'a>>> {
    let given = [
        resources.gpu_model(),
        resources.gpu_vendor(),
        resources.gpu_slice(),
        resources.gpu_shared(),
    ];
    let Some(count) = resources.gpu() else {
        return match given.into_iter().flatten().next() {
            Some(expr) => Err(diagnostics::incomplete_accelerator(
                "the GPU is described, but `gpu` does not say how many",
                "add `gpu = 1`",
                expr.span,
            )),
            None => Ok(None),
        };
    };
    let text =
        |expr: Option<&Expr>, what: &str| expr.map(|expr| known(expr, what, system)).transpose();
    let model = text(resources.gpu_model(), "the GPU's model")?;
    let vendor = text(resources.gpu_vendor(), "the GPU's vendor")?;
    let slice = text(resources.gpu_slice(), "the GPU's slice")?;
    let shared = resources
        .gpu_shared()
        .map(|expr| match expr.value() {
            Some(Value::Bool(value)) => Ok(said(*value, expr)),
            _ => Err(diagnostics::run_time(
                system.name,
                "whether the GPU is shared",
                expr.span,
            )),
        })
        .transpose()?;
    let grant = platform.grant(&Wanted::Gpu(Gpu {
        count: number(count),
        model: model.as_ref().map(borrowed),
        vendor: vendor.as_ref().map(borrowed),
        slice: slice.as_ref().map(borrowed),
        shared,
    }))?;
    Ok(Some(Device {
        attribute: "gpu",
        count,
        grant,
    }))
}

fn tpu<'a>(
    resources: &'a Resources,
    platform: &Platform,
    system: &System,
) -> Outcome<Option<Device<'a>>> {
    let (Some(count), Some(model), Some(topology)) = (
        resources.tpu(),
        resources.tpu_model(),
        resources.tpu_topology(),
    ) else {
        let given = [
            resources.tpu(),
            resources.tpu_model(),
            resources.tpu_topology(),
        ];
        return match given.into_iter().flatten().next() {
            Some(expr) => Err(diagnostics::incomplete_accelerator(
                "a TPU is described by `tpu`, `tpu_model` and `tpu_topology`",
                "give all three: `tpu = 4, tpu_model = \"v5e\", tpu_topology = \"2x2\"`",
                expr.span,
            )),
            None => Ok(None),
        };
    };
    let model = known(model, "the TPU's model", system)?;
    let topology = known(topology, "the TPU's topology", system)?;
    let grant = platform.grant(&Wanted::Tpu(Tpu {
        count: number(count),
        model: borrowed(&model),
        topology: borrowed(&topology),
    }))?;
    Ok(Some(Device {
        attribute: "tpu",
        count,
        grant,
    }))
}

fn said<T>(value: T, expr: &Expr) -> Said<T> {
    Said {
        value,
        span: expr.span,
    }
}

fn borrowed(text: &Said<String>) -> Said<&str> {
    Said {
        value: &text.value,
        span: text.span,
    }
}

/// A number of devices, if it is known.
fn number(expr: &Expr) -> Said<Option<i64>> {
    let value = match expr.value() {
        Some(Value::Int(number)) => Some(*number),
        Some(Value::Quantity(number)) => i64::try_from(number.whole()).ok(),
        _ => None,
    };
    said(value, expr)
}

/// Whether a count says that there is no device.
pub(super) fn is_none(count: &Expr) -> bool {
    number(count).value == Some(0)
}

fn known(expr: &Expr, what: &str, system: &System) -> Outcome<Said<String>> {
    match expr.value() {
        Some(Value::String(text)) if matches!(expr.ty, Type::String | Type::Enum(_)) => {
            Ok(said(text.clone(), expr))
        }
        Some(value) => Ok(said(value.text(), expr)),
        None => Err(diagnostics::run_time(system.name, what, expr.span)),
    }
}
