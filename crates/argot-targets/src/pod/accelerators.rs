//! Accelerators by their short names.
//!
//! A GPU's model is found by the label that NVIDIA's GPU feature discovery or AMD's node labeller puts on a
//! node: <https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery>,
//! <https://github.com/ROCm/k8s-device-plugin/tree/master/cmd/k8s-node-labeller>. A TPU's is GKE's own:
//! <https://cloud.google.com/kubernetes-engine/docs/concepts/tpus>.

/// A kind of GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Vendor {
    /// `nvidia`.
    pub(crate) name: &'static str,
    /// The resource that a container asks for; also the key of the taint that such nodes carry.
    pub(crate) resource: &'static str,
    /// The node label that says which model it is.
    pub(crate) label: &'static str,
    /// Short names with the values of that label.
    pub(crate) models: &'static [(&'static str, &'static [&'static str])],
}

/// The vendors.
pub(crate) const VENDORS: &[&Vendor] = &[NVIDIA, AMD];

/// The vendor where none is named.
pub(crate) const NVIDIA: &Vendor = &Vendor {
    name: "nvidia",
    resource: "nvidia.com/gpu",
    label: "nvidia.com/gpu.product",
    models: &[
        ("p100", &["Tesla-P100-PCIE-16GB", "Tesla-P100-SXM2-16GB"]),
        (
            "v100",
            &[
                "Tesla-V100-SXM2-16GB",
                "Tesla-V100-SXM2-32GB",
                "Tesla-V100-PCIE-16GB",
                "Tesla-V100-PCIE-32GB",
            ],
        ),
        ("t4", &["Tesla-T4", "NVIDIA-T4"]),
        ("a2", &["NVIDIA-A2"]),
        ("a10", &["NVIDIA-A10"]),
        ("a10g", &["NVIDIA-A10G"]),
        ("a30", &["NVIDIA-A30"]),
        ("a40", &["NVIDIA-A40"]),
        (
            "a100",
            &[
                "NVIDIA-A100-SXM4-40GB",
                "NVIDIA-A100-PCIE-40GB",
                "NVIDIA-A100-SXM4-80GB",
                "NVIDIA-A100-80GB-PCIe",
            ],
        ),
        (
            "a100-40gb",
            &["NVIDIA-A100-SXM4-40GB", "NVIDIA-A100-PCIE-40GB"],
        ),
        (
            "a100-80gb",
            &["NVIDIA-A100-SXM4-80GB", "NVIDIA-A100-80GB-PCIe"],
        ),
        ("l4", &["NVIDIA-L4"]),
        ("l40", &["NVIDIA-L40"]),
        ("l40s", &["NVIDIA-L40S"]),
        (
            "h100",
            &[
                "NVIDIA-H100-80GB-HBM3",
                "NVIDIA-H100-PCIe",
                "NVIDIA-H100-NVL",
            ],
        ),
        ("h200", &["NVIDIA-H200", "NVIDIA-H200-NVL"]),
        ("b200", &["NVIDIA-B200"]),
        ("gb200", &["NVIDIA-GB200"]),
        ("rtx-3090", &["NVIDIA-GeForce-RTX-3090"]),
        ("rtx-4090", &["NVIDIA-GeForce-RTX-4090"]),
        ("rtx-5090", &["NVIDIA-GeForce-RTX-5090"]),
        ("rtx-a5000", &["NVIDIA-RTX-A5000"]),
        ("rtx-a6000", &["NVIDIA-RTX-A6000"]),
        ("rtx-6000-ada", &["NVIDIA-RTX-6000-Ada-Generation"]),
    ],
};

const AMD: &Vendor = &Vendor {
    name: "amd",
    resource: "amd.com/gpu",
    label: "amd.com/gpu.product-name",
    models: &[
        ("mi210", &["AMD_Instinct_MI210"]),
        ("mi250x", &["AMD_Instinct_MI250X"]),
        ("mi300a", &["AMD_Instinct_MI300A"]),
        ("mi300x", &["AMD_Instinct_MI300X_OAM"]),
        (
            "mi325x",
            &["AMD_Instinct_MI325X", "AMD_Instinct_MI325X_OAM"],
        ),
    ],
};

/// The resource of a TPU, and the key of the taint that such nodes carry.
pub(crate) const TPU_RESOURCE: &str = "google.com/tpu";
/// The node label that says which TPU it is.
pub(crate) const TPU_MODEL_LABEL: &str = "cloud.google.com/gke-tpu-accelerator";
/// The node label that says how its chips are connected.
pub(crate) const TPU_TOPOLOGY_LABEL: &str = "cloud.google.com/gke-tpu-topology";

/// TPUs by their short names.
pub(crate) const TPU_MODELS: &[(&str, &str)] = &[
    ("v3", "tpu-v3-device"),
    ("v4", "tpu-v4-podslice"),
    ("v5e", "tpu-v5-lite-podslice"),
    ("v5p", "tpu-v5p-slice"),
    ("v6e", "tpu-v6e-slice"),
    ("v7x", "tpu7x"),
];
