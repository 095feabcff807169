//! Every diagnostic about accelerators.

use argot_syntax::{Code, Diagnostic, Span};

use super::Said;

const OTHER_PLATFORM: &str =
    "a profile says the cluster's `platform`, and adds what else it has in `accelerators`";

pub(super) fn unknown_model(
    model: Said<&str>,
    platform: &str,
    known: &[&str],
    near: Option<&str>,
) -> Diagnostic {
    let message = format!(
        "no accelerator is known as `{}` on the platform `{platform}`",
        model.value
    );
    let diagnostic = Code::UnknownAccelerator
        .at(model.span, message)
        .note(match known {
            [] => format!("`{platform}` tells no models apart"),
            _ => format!("known are {}", known.join(", ")),
        });
    match near {
        Some(near) => diagnostic
            .help(format!("did you mean `{near}`?"))
            .suggest(model.span, format!("\"{near}\"")),
        None => diagnostic
            .help("use a known name, or write the node's label in `node_selector` and leave the model out"),
    }
    .help(OTHER_PLATFORM)
}

/// A note: a model that is asked for as another vendor's.
pub(super) fn has_other_vendor(model: &str, vendor: &str) -> String {
    format!("`{model}` is one of `gpu_vendor = \"{vendor}\"`")
}

/// A note: where else a model is known.
pub(super) fn known_elsewhere(platforms: &[&str]) -> String {
    format!("it is known on {}", platforms.join(", "))
}

pub(super) fn nameless_model(model: Said<&str>, platform: &str, vendor: &str) -> Diagnostic {
    let message = format!(
        "the platform `{platform}` has no label for the model `{}`",
        model.value
    );
    Code::UnknownAccelerator.at(model.span, message)
        .help(format!(
        "write `gpu_vendor = \"{vendor}\"` in place of the model, and the node's label in `node_selector`"
    ))
    .help(OTHER_PLATFORM)
}

pub(super) fn unknown_vendor(vendor: Said<&str>, platform: &str, known: &[&str]) -> Diagnostic {
    let message = format!(
        "no accelerator is known as `{}` on the platform `{platform}`",
        vendor.value
    );
    let diagnostic = Code::UnknownAccelerator
        .at(vendor.span, message)
        .note(format!("known are {}", known.join(", ")));
    match argot_compiler::suggest(vendor.value, known.iter().copied()) {
        Some(near) => diagnostic
            .help(format!("did you mean `{near}`?"))
            .suggest(vendor.span, format!("\"{near}\"")),
        None => diagnostic.help("use a known vendor, or write the resource in `extended`"),
    }
}

pub(super) fn no_gpus(platform: &str, span: Span) -> Diagnostic {
    let message = format!("the platform `{platform}` has no GPU without a vendor");
    Code::UnknownAccelerator
        .at(span, message)
        .help("say whose it is: `gpu_vendor = \"amd\"`")
}

pub(super) fn no_tpus(platform: &str, span: Span) -> Diagnostic {
    Code::UnknownAccelerator
        .at(span, format!("the platform `{platform}` has no TPUs"))
        .note("TPUs are found on Google Kubernetes Engine")
        .help("use a GPU, or a profile with `platform = \"gke\"`")
}

pub(super) fn not_a_profile(profile: &str, span: Span) -> Diagnostic {
    Code::UnknownAccelerator
        .at(span, format!("`{profile}` is not a MIG profile"))
        .help("write it as NVIDIA does: `1g.10gb`")
}

pub(super) fn unsliced(span: Span) -> Diagnostic {
    Code::UnknownAccelerator
        .at(span, "only NVIDIA's GPUs come in slices")
        .help("leave `gpu_slice` out, or use `extended` for the partition's own resource")
}

pub(super) fn several_shared(count: i64, span: Span) -> Diagnostic {
    let message = format!("a shared GPU is asked for once, and `gpu` says {count}");
    Code::UnknownAccelerator
        .at(span, message)
        .note("more of them give no greater part of a GPU, and device plugins refuse them")
        .help("write `gpu = 1`, or leave `gpu_shared` out")
}

pub(super) fn part_of_row(model: &str, span: Span) -> Diagnostic {
    let message = format!("`{model}` is an accelerator of the profile, which says all of it");
    Code::UnknownAccelerator
        .at(span, message)
        .help("leave this out, and let the profile name the resource of the part")
}

pub(super) fn part_needs_model(what: &str, platform: &str, span: Span) -> Diagnostic {
    let message = format!("{what} are found by the GPU's model on the platform `{platform}`");
    Code::UnknownAccelerator
        .at(span, message)
        .note("with the MIG strategy `single` the node's product has the slice in its name")
        .help("add `gpu_model`")
}

pub(super) fn no_part(what: &str, platform: &str, span: Span) -> Diagnostic {
    let message = format!("the platform `{platform}` has no way to find {what}");
    Code::UnknownAccelerator
        .at(span, message)
        .help("add one to the profile's `accelerators` that says how, and name it in `gpu_model`")
        .help("or use `node_pool` or `node_selector`, and `extended` for the resource")
}

pub(super) fn plain_sharing(platform: &str, span: Span) -> Diagnostic {
    let message = format!("nothing tells shared GPUs from others on the platform `{platform}`");
    Code::UnknownAccelerator.at(span, message)
        .note("their resource is the plain `nvidia.com/gpu`, and no label of the node says that they are shared")
        .help("let the device plugin rename them, and write `time_slicing = \"renamed\"` in the profile; or use `node_pool`")
}

pub(super) fn run_time_claim(span: Span) -> Diagnostic {
    Code::RunTimeValue
        .at(span, "a claim of devices needs their number before the run")
        .label("this is known only while the pipeline runs")
        .help("use a constant, or a `const`")
}

pub(super) fn not_a_topology(topology: Said<&str>) -> Diagnostic {
    let message = format!("`{}` is not a TPU topology", topology.value);
    Code::UnknownAccelerator
        .at(topology.span, message)
        .help("write the number of chips on each side: `2x4`")
}

pub(super) fn several_hosts(
    topology: Said<&str>,
    model: &str,
    chips: i64,
    most: i64,
    known: &[&str],
) -> Diagnostic {
    let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    let message = match chips > most {
        true => format!(
            "the topology `{}` has {chips} chips, and one machine of `{model}` has {most} at most",
            topology.value
        ),
        false => format!(
            "no machine of `{model}` has the topology `{}`",
            topology.value
        ),
    };
    Code::UnknownAccelerator.at(topology.span, message)
        .note("a slice of several machines takes a pod on each of them at the same time, and a step is one pod")
        .help(format!("in one machine are {}", known.join(", ")))
}

pub(super) fn other_chips(topology: Said<&str>, own: i64, said: Said<i64>) -> Diagnostic {
    let message = format!(
        "the topology `{}` has {own} {}, and `tpu` says {}",
        topology.value,
        if own == 1 { "chip" } else { "chips" },
        said.value
    );
    Code::UnknownAccelerator
        .at(said.span, message)
        .also(topology.span, "the topology")
        .note("a pod takes all chips of its machine")
        .help(format!("write `tpu = {own}`"))
        .suggest(said.span, own.to_string())
}

pub(super) fn no_spot(platform: &str, span: Span) -> Diagnostic {
    let message =
        format!("the platform `{platform}` does not know which nodes the provider may take back");
    Code::UnsupportedByTarget.at(span, message)
        .help("say the cluster's `platform` in the profile: `gke`, `eks`, `eks-karpenter` or `aks`")
        .help("or write the nodes' label in `node_selector` and their taint in `tolerations`, or use `node_pool`")
}
