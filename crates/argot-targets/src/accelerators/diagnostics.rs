//! Every diagnostic about accelerators.

use argot_syntax::{Span, one_of};

use super::Said;

const OTHER_PLATFORM: &str =
    "a profile sets the cluster's `platform`, and lists other devices in `accelerators`";

messages! {
    pub(super) fn unknown_model(
        model: Said<&str>, platform: &str, known: &[&str], near: Option<&str>,
    ) = UnknownAccelerator
        .at(model.span, "no accelerator is known as `{}` on the platform `{platform}`", model.value)
        .if(known.is_empty()).note("`{platform}` does not distinguish models")
        .if(!known.is_empty()).note("known are {}", known.join(", "))
        .did_you_mean_string(near)
        .if(near.is_none()).help("use a known name, or write the node's label in `node_selector` and leave the model out")
        .help(OTHER_PLATFORM);

    pub(super) fn nameless_model(model: Said<&str>, platform: &str, vendor: &str) = UnknownAccelerator
        .at(model.span, "the platform `{platform}` has no label for the model `{}`", model.value)
        .help("write `gpu_vendor = \"{vendor}\"` in place of the model, and the node's label in `node_selector`")
        .help(OTHER_PLATFORM);

    pub(super) fn unknown_vendor(
        vendor: Said<&str>, platform: &str, known: &[&str], near: Option<&str>,
    ) = UnknownAccelerator
        .at(vendor.span, "no accelerator is known as `{}` on the platform `{platform}`", vendor.value)
        .note("known are {}", known.join(", "))
        .did_you_mean_string(near)
        .if(near.is_none()).help("use a known vendor, or write the resource in `extended`");

    pub(super) fn no_gpus(platform: &str, span: Span) = UnknownAccelerator
        .at(span, "the platform `{platform}` has no GPU without a vendor")
        .help("name the vendor: `gpu_vendor = \"amd\"`");

    pub(super) fn no_tpus(platform: &str, span: Span) = UnknownAccelerator
        .at(span, "the platform `{platform}` has no TPUs")
        .note("TPUs are available on Google Kubernetes Engine")
        .help("use a GPU, or a profile with `platform = \"gke\"`");

    pub(super) fn not_a_profile(profile: &str, span: Span) = UnknownAccelerator
        .at(span, "`{profile}` is not a MIG profile")
        .help("write it as NVIDIA does: `1g.10gb`");

    pub(super) fn unsliced(span: Span) = UnknownAccelerator
        .at(span, "only NVIDIA's GPUs come in slices")
        .help("leave `gpu_slice` out, or use `extended` for the partition's own resource");

    pub(super) fn several_shared(count: i64, span: Span) = UnknownAccelerator
        .at(span, "only one shared GPU can be requested, and `gpu` is {count}")
        .note("more of them are not a larger part of a GPU, and device plugins refuse them")
        .help("write `gpu = 1`, or leave `gpu_shared` out");

    pub(super) fn part_of_row(model: &str, span: Span) = UnknownAccelerator
        .at(span, "`{model}` is an accelerator of the profile, which describes all of it")
        .help("leave this out, and let the profile name the resource of the part");

    pub(super) fn part_needs_model(what: &str, platform: &str, span: Span) = UnknownAccelerator
        .at(span, "{what} are found by the GPU's model on the platform `{platform}`")
        .note("with the MIG strategy `single` the node's product has the slice in its name")
        .help("add `gpu_model`");

    pub(super) fn no_part(what: &str, platform: &str, span: Span) = UnknownAccelerator
        .at(span, "the platform `{platform}` has no way to find {what}")
        .help("add one to the profile's `accelerators` that says how, and name it in `gpu_model`")
        .help("or use `node_pool` or `node_selector`, and `extended` for the resource");

    pub(super) fn plain_sharing(platform: &str, span: Span) = UnknownAccelerator
        .at(span, "nothing distinguishes shared GPUs from others on the platform `{platform}`")
        .note("their resource is the plain `nvidia.com/gpu`, and no label of the node says that they are shared")
        .help("let the device plugin rename them, and write `time_slicing = \"renamed\"` in the profile; or use `node_pool`");

    pub(super) fn run_time_claim(span: Span) = RunTimeValue
        .at(span, "the number of devices in a claim must be known before the run")
        .label("this is known only while the pipeline runs")
        .help("use a constant");

    pub(super) fn not_a_topology(topology: Said<&str>) = UnknownAccelerator
        .at(topology.span, "`{}` is not a TPU topology", topology.value)
        .help("write the number of chips on each side: `2x4`");

    pub(super) fn several_hosts(
        topology: Said<&str>, model: &str, chips: i64, most: i64, known: &[&str],
    ) = UnknownAccelerator
        .at(topology.span, match chips > most {
            true => format!(
                "the topology `{}` has {chips} chips, and one machine of `{model}` has {most} at most",
                topology.value
            ),
            false => format!("no machine of `{model}` has the topology `{}`", topology.value),
        })
        .note("a slice of several machines needs a pod on each of them at the same time, and a step is one pod")
        .help("one machine can have {}", one_of(known));

    pub(super) fn other_chips(topology: Said<&str>, own: i64, said: Said<i64>) = UnknownAccelerator
        .at(
            said.span,
            "the topology `{}` has {own} {}, but `tpu` is {}",
            topology.value,
            if own == 1 { "chip" } else { "chips" },
            said.value
        )
        .also(topology.span, "the topology")
        .note("a pod uses all chips of its machine")
        .help("write `tpu = {own}`")
        .suggest(said.span, "{own}");

    pub(super) fn no_spot(platform: &str, span: Span) = UnsupportedByTarget
        .at(span, "the platform `{platform}` does not know which nodes the provider may take back")
        .help("set the cluster's `platform` in the profile: `gke`, `eks`, `eks-karpenter` or `aks`")
        .help("or write the nodes' label in `node_selector` and their taint in `tolerations`, or use `node_pool`");
}

/// A note: a model that is asked for as another vendor's.
pub(super) fn has_other_vendor(model: &str, vendor: &str) -> String {
    format!("`{model}` is one of `gpu_vendor = \"{vendor}\"`")
}

/// A note: where else a model is known.
pub(super) fn known_elsewhere(platforms: &[&str]) -> String {
    format!("it is known on {}", platforms.join(", "))
}
