//! The names of accelerators on each platform, and where they come from.
//!
//! `source` says where the facts of a row are found. A test reads every row, and writes `docs/accelerators.md`.

/// What one vendor's devices are called on some platforms.
#[derive(Debug)]
pub(super) struct Vendor {
    pub(super) platforms: &'static [&'static str],
    pub(super) name: &'static str,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "it is for readers of the table")
    )]
    pub(super) source: &'static str,
    /// Models that have not been verified against the source.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "it is for readers of the table")
    )]
    pub(super) unchecked: &'static [&'static str],
    /// What a container asks for.
    pub(super) resource: &'static str,
    /// The node label that tells models apart. Without one, no model can be asked for.
    pub(super) label: Option<&'static str>,
    /// What the nodes carry: a key, or `key=value`.
    pub(super) taints: &'static [&'static str],
    pub(super) slices: Option<Slices>,
    pub(super) sharing: Option<Sharing>,
    /// Models that cannot be distinguished.
    pub(super) nameless: &'static [&'static str],
    /// A device class that replaces the resource. Devices are then chosen by their products.
    pub(super) class: Option<&'static str>,
    pub(super) models: Models,
}

/// The short names of models, and how they are found.
type Models = &'static [(&'static str, Model)];

/// How parts of a device are found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slices {
    /// By NVIDIA's device plugin and feature discovery: a resource of its own (strategy `mixed`), or the plain one
    /// with the slice in the product's name (strategy `single`).
    Product,
    /// By NVIDIA's device plugin alone: a resource of its own.
    Resource,
    /// The plain resource, and the slice's name in this label of the node.
    Label { key: &'static str },
    /// A device class of its own, and the profile of the device.
    Class { class: &'static str },
}

/// How devices that are used in turns are found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sharing {
    /// By NVIDIA's device plugin and feature discovery: `.shared` behind the resource, or the plain one with `-SHARED`
    /// behind the product's name.
    Product,
    /// By NVIDIA's device plugin alone: `.shared` behind the resource.
    Resource,
    /// The plain resource, and a label of the node.
    Label {
        key: &'static str,
        value: &'static str,
    },
}

/// How a model is told from others.
#[derive(Debug)]
pub(super) enum Model {
    /// By one of these values of the vendor's label. If slices are found by product, they are the names that the
    /// driver gives, and the label has `-` where they have a space.
    Values(&'static [&'static str]),
    /// By several labels.
    Labels(&'static [(&'static str, &'static str)]),
}

/// What one kind of TPU is called.
#[derive(Debug)]
pub(super) struct Tpu {
    pub(super) platforms: &'static [&'static str],
    pub(super) model: &'static str,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "it is for readers of the table")
    )]
    pub(super) source: &'static str,
    pub(super) accelerator: &'static str,
    /// Topologies that lie in one machine, with the chips there. All others take several machines.
    pub(super) hosts: &'static [(&'static str, i64)],
}

/// The label and taint of nodes that the provider may take back.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) platform: &'static str,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "it is for readers of the table")
    )]
    pub(super) source: &'static str,
    pub(super) label: &'static str,
    pub(super) value: &'static str,
    pub(super) taint: Option<&'static str>,
}

/// The vendors whose devices a platform has.
pub(super) fn vendors(platform: &str) -> impl Iterator<Item = &'static Vendor> {
    VENDORS
        .iter()
        .filter(move |vendor| vendor.platforms.contains(&platform))
}

/// The TPUs that a platform has.
pub(super) fn tpus(platform: &str) -> impl Iterator<Item = &'static Tpu> {
    TPUS.iter()
        .filter(move |tpu| tpu.platforms.contains(&platform))
}

impl Vendor {
    /// Whether a model is the vendor's.
    pub(super) fn has(&self, model: &str) -> bool {
        self.model(model).is_some() || self.nameless.contains(&model)
    }

    /// The short names of the models.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.models.iter().map(|(name, _)| *name)
    }

    /// How a model is found.
    pub(super) fn model(&self, name: &str) -> Option<&'static Model> {
        let (_, model) = self.models.iter().find(|(known, _)| *known == name)?;
        Some(model)
    }
}

/// What most rows leave out.
const VENDOR: Vendor = Vendor {
    platforms: &[],
    name: "",
    source: "",
    unchecked: &[],
    resource: "",
    label: None,
    taints: &[],
    slices: None,
    sharing: None,
    nameless: &[],
    class: None,
    models: &[],
};

/// Models with the values of the vendor's label, or with labels and their values.
macro_rules! models {
    ($($name:literal: $($found:tt)|+;)+) => {
        &[$(($name, model!($($found)|+))),+]
    };
}
macro_rules! model {
    ({ $($label:literal = $value:literal),+ }) => {
        Model::Labels(&[$(($label, $value)),+])
    };
    ($($value:tt)|+) => {
        Model::Values(&[$($value),+])
    };
}

/// The names that NVIDIA's driver gives.
const NVIDIA_PRODUCTS: Models = models! {
    "p100": "Tesla P100-PCIE-16GB" | "Tesla P100-SXM2-16GB";
    "v100": "Tesla V100-SXM2-16GB" | "Tesla V100-SXM2-32GB" | "Tesla V100-PCIE-16GB" | "Tesla V100-PCIE-32GB";
    "t4": "Tesla T4" | "NVIDIA T4";
    "a2": "NVIDIA A2";
    "a10": "NVIDIA A10";
    "a10g": "NVIDIA A10G";
    "a30": "NVIDIA A30";
    "a40": "NVIDIA A40";
    "a100": "NVIDIA A100-SXM4-40GB" | "NVIDIA A100-PCIE-40GB" | "NVIDIA A100-SXM4-80GB" | "NVIDIA A100 80GB PCIe";
    "a100-40gb": "NVIDIA A100-SXM4-40GB" | "NVIDIA A100-PCIE-40GB";
    "a100-80gb": "NVIDIA A100-SXM4-80GB" | "NVIDIA A100 80GB PCIe";
    "l4": "NVIDIA L4";
    "l40": "NVIDIA L40";
    "l40s": "NVIDIA L40S";
    "h100": "NVIDIA H100 80GB HBM3" | "NVIDIA H100 PCIe" | "NVIDIA H100 NVL";
    "h200": "NVIDIA H200" | "NVIDIA H200 NVL";
    "b200": "NVIDIA B200";
    "gb200": "NVIDIA GB200";
    "rtx-3090": "NVIDIA GeForce RTX 3090";
    "rtx-4090": "NVIDIA GeForce RTX 4090";
    "rtx-5090": "NVIDIA GeForce RTX 5090";
    "rtx-a5000": "NVIDIA RTX A5000";
    "rtx-a6000": "NVIDIA RTX A6000";
    "rtx-6000-ada": "NVIDIA RTX 6000 Ada Generation";
};

pub(super) static VENDORS: &[Vendor] = &[
    // What the vendors' own feature discovery says.
    Vendor {
        platforms: &["gfd"],
        name: "nvidia",
        source: "https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery",
        resource: "nvidia.com/gpu",
        label: Some("nvidia.com/gpu.product"),
        taints: &["nvidia.com/gpu"],
        slices: Some(Slices::Product),
        sharing: Some(Sharing::Product),
        models: NVIDIA_PRODUCTS,
        ..VENDOR
    },
    Vendor {
        platforms: &["gfd"],
        name: "amd",
        source: "https://github.com/ROCm/k8s-device-plugin/tree/master/cmd/k8s-node-labeller",
        resource: "amd.com/gpu",
        label: Some("amd.com/gpu.product-name"),
        taints: &["amd.com/gpu"],
        models: models! {
            "mi210": "AMD_Instinct_MI210";
            "mi250x": "AMD_Instinct_MI250X";
            "mi300a": "AMD_Instinct_MI300A";
            "mi300x": "AMD_Instinct_MI300X_OAM";
            "mi325x": "AMD_Instinct_MI325X" | "AMD_Instinct_MI325X_OAM";
        },
        ..VENDOR
    },
    // Google Kubernetes Engine.
    Vendor {
        platforms: &["gke"],
        name: "nvidia",
        source: "https://cloud.google.com/kubernetes-engine/docs/how-to/gpus",
        // Slices: https://cloud.google.com/kubernetes-engine/docs/how-to/gpus-multi
        // Sharing: https://cloud.google.com/kubernetes-engine/docs/how-to/timesharing-gpus
        resource: "nvidia.com/gpu",
        label: Some("cloud.google.com/gke-accelerator"),
        taints: &["nvidia.com/gpu"],
        slices: Some(Slices::Label {
            key: "cloud.google.com/gke-gpu-partition-size",
        }),
        sharing: Some(Sharing::Label {
            key: "cloud.google.com/gke-gpu-sharing-strategy",
            value: "time-sharing",
        }),
        unchecked: &["p4", "v100"],
        models: models! {
            "p4": "nvidia-tesla-p4";
            "p100": "nvidia-tesla-p100";
            "v100": "nvidia-tesla-v100";
            "t4": "nvidia-tesla-t4";
            "a100": "nvidia-tesla-a100" | "nvidia-a100-80gb";
            "a100-40gb": "nvidia-tesla-a100";
            "a100-80gb": "nvidia-a100-80gb";
            "l4": "nvidia-l4";
            "h100": "nvidia-h100-80gb" | "nvidia-h100-mega-80gb";
            "h200": "nvidia-h200-141gb";
            "b200": "nvidia-b200";
            "gb200": "nvidia-gb200";
            "rtx-pro-6000": "nvidia-rtx-pro-6000";
        },
        ..VENDOR
    },
    // Amazon EKS with node groups. EKS sets no label for the model: the type of the machine says it.
    Vendor {
        platforms: &["eks"],
        name: "nvidia",
        source: "https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html",
        resource: "nvidia.com/gpu",
        label: Some("node.kubernetes.io/instance-type"),
        taints: &["nvidia.com/gpu"],
        slices: Some(Slices::Resource),
        sharing: Some(Sharing::Resource),
        unchecked: &["v100"],
        models: models! {
            "v100": "p3.2xlarge" | "p3.8xlarge" | "p3.16xlarge" | "p3dn.24xlarge";
            "t4": "g4dn.xlarge" | "g4dn.2xlarge" | "g4dn.4xlarge" | "g4dn.8xlarge" | "g4dn.12xlarge" | "g4dn.16xlarge" | "g4dn.metal";
            "t4g": "g5g.xlarge" | "g5g.2xlarge" | "g5g.4xlarge" | "g5g.8xlarge" | "g5g.16xlarge" | "g5g.metal";
            "a10g": "g5.xlarge" | "g5.2xlarge" | "g5.4xlarge" | "g5.8xlarge" | "g5.12xlarge" | "g5.16xlarge" | "g5.24xlarge" | "g5.48xlarge";
            "a100": "p4d.24xlarge" | "p4de.24xlarge";
            "a100-40gb": "p4d.24xlarge";
            "a100-80gb": "p4de.24xlarge";
            "l4": "g6.xlarge" | "g6.2xlarge" | "g6.4xlarge" | "g6.8xlarge" | "g6.12xlarge" | "g6.16xlarge" | "g6.24xlarge" | "g6.48xlarge" | "gr6.4xlarge" | "gr6.8xlarge";
            "l40s": "g6e.xlarge" | "g6e.2xlarge" | "g6e.4xlarge" | "g6e.8xlarge" | "g6e.12xlarge" | "g6e.16xlarge" | "g6e.24xlarge" | "g6e.48xlarge";
            "h100": "p5.4xlarge" | "p5.48xlarge";
            "h200": "p5e.48xlarge" | "p5en.48xlarge";
            "b200": "p6-b200.48xlarge";
            "b300": "p6-b300.48xlarge";
        },
        ..VENDOR
    },
    // Neuron devices are found on Amazon's machines alone, whoever says what a GPU is.
    Vendor {
        platforms: &["eks", "gfd"],
        name: "aws",
        source: "https://awsdocs-neuron.readthedocs-hosted.com/en/latest/containers/kubernetes-getting-started.html",
        resource: "aws.amazon.com/neuron",
        label: Some("node.kubernetes.io/instance-type"),
        taints: &["aws.amazon.com/neuron"],
        models: models! {
            "inf1": "inf1.xlarge" | "inf1.2xlarge" | "inf1.6xlarge" | "inf1.24xlarge";
            "inf2": "inf2.xlarge" | "inf2.8xlarge" | "inf2.24xlarge" | "inf2.48xlarge";
            "trn1": "trn1.2xlarge" | "trn1.32xlarge" | "trn1n.32xlarge";
            "trn2": "trn2.48xlarge";
        },
        ..VENDOR
    },
    Vendor {
        platforms: &["eks"],
        name: "intel",
        source: "https://aws.amazon.com/ec2/instance-types/dl1/",
        resource: "habana.ai/gaudi",
        label: Some("node.kubernetes.io/instance-type"),
        taints: &["habana.ai/gaudi"],
        nameless: &["gaudi2", "gaudi3"],
        models: models! {
            "gaudi": "dl1.24xlarge";
        },
        ..VENDOR
    },
    // Amazon EKS with Karpenter, which makes the nodes that pods ask for. It knows neither slices nor shared devices.
    Vendor {
        platforms: &["eks-karpenter"],
        name: "nvidia",
        source: "https://karpenter.sh/docs/reference/instance-types/",
        resource: "nvidia.com/gpu",
        label: Some("karpenter.k8s.aws/instance-gpu-name"),
        taints: &["nvidia.com/gpu"],
        models: models! {
            "v100": "v100";
            "t4": "t4";
            "t4g": "t4g";
            "a10g": "a10g";
            "a100": "a100";
            "a100-40gb": { "karpenter.k8s.aws/instance-gpu-name" = "a100", "karpenter.k8s.aws/instance-gpu-memory" = "40960" };
            "a100-80gb": { "karpenter.k8s.aws/instance-gpu-name" = "a100", "karpenter.k8s.aws/instance-gpu-memory" = "81920" };
            "l4": "l4";
            "l40s": "l40s";
            "h100": "h100";
            "h200": "h200";
            "b200": "b200";
            "b300": "b300";
            "rtx-pro-6000": "rtx-pro-server-6000";
        },
        ..VENDOR
    },
    Vendor {
        platforms: &["eks-karpenter"],
        name: "aws",
        source: "https://karpenter.sh/docs/reference/instance-types/",
        resource: "aws.amazon.com/neuron",
        label: Some("karpenter.k8s.aws/instance-accelerator-name"),
        taints: &["aws.amazon.com/neuron"],
        models: models! {
            "inf1": "inferentia";
            "inf2": "inferentia2";
            "trn1": "trainium";
            "trn2": "trainium2";
        },
        ..VENDOR
    },
    // Azure Kubernetes Service. Its own label names the vendor only: the type of the machine says the model.
    Vendor {
        platforms: &["aks"],
        name: "nvidia",
        source: "https://learn.microsoft.com/en-us/azure/virtual-machines/sizes/overview",
        // The taint `sku=gpu`: https://learn.microsoft.com/en-us/azure/aks/use-nvidia-gpu
        resource: "nvidia.com/gpu",
        label: Some("node.kubernetes.io/instance-type"),
        taints: &["nvidia.com/gpu", "sku=gpu"],
        slices: Some(Slices::Resource),
        sharing: Some(Sharing::Resource),
        unchecked: &["v100"],
        models: models! {
            "v100": "Standard_NC6s_v3" | "Standard_NC12s_v3" | "Standard_NC24s_v3" | "Standard_NC24rs_v3" | "Standard_ND40rs_v2";
            "t4": "Standard_NC4as_T4_v3" | "Standard_NC8as_T4_v3" | "Standard_NC16as_T4_v3" | "Standard_NC64as_T4_v3";
            "a10": "Standard_NV36ads_A10_v5" | "Standard_NV36adms_A10_v5" | "Standard_NV72ads_A10_v5";
            "a100": "Standard_ND96asr_v4" | "Standard_ND96amsr_A100_v4" | "Standard_NC24ads_A100_v4" | "Standard_NC48ads_A100_v4" | "Standard_NC96ads_A100_v4";
            "a100-40gb": "Standard_ND96asr_v4";
            "a100-80gb": "Standard_ND96amsr_A100_v4" | "Standard_NC24ads_A100_v4" | "Standard_NC48ads_A100_v4" | "Standard_NC96ads_A100_v4";
            "h100": "Standard_ND96isr_H100_v5" | "Standard_NC40ads_H100_v5" | "Standard_NC80adis_H100_v5";
            "h200": "Standard_ND96isr_H200_v5";
            "gb200": "Standard_ND128isr_NDR_GB200_v6";
        },
        ..VENDOR
    },
    Vendor {
        platforms: &["aks"],
        name: "amd",
        source: "https://learn.microsoft.com/en-us/azure/virtual-machines/sizes/gpu-accelerated/ndmi300xv5-series",
        resource: "amd.com/gpu",
        label: Some("node.kubernetes.io/instance-type"),
        taints: &["amd.com/gpu", "sku=gpu"],
        models: models! {
            "mi300x": "Standard_ND96isr_MI300X_v5";
        },
        ..VENDOR
    },
    // Intel's discovery has no documented label for the model: the resource alone.
    Vendor {
        platforms: &["gfd", "gke", "aks"],
        name: "intel",
        source: "https://docs.habana.ai/en/latest/Installation_Guide/Additional_Installation/Kubernetes_Installation/index.html",
        resource: "habana.ai/gaudi",
        taints: &["habana.ai/gaudi"],
        nameless: &["gaudi", "gaudi2", "gaudi3"],
        ..VENDOR
    },
    // Nothing but the resources.
    Vendor {
        platforms: &["none"],
        name: "nvidia",
        source: "https://github.com/NVIDIA/k8s-device-plugin",
        resource: "nvidia.com/gpu",
        slices: Some(Slices::Resource),
        sharing: Some(Sharing::Resource),
        ..VENDOR
    },
    Vendor {
        platforms: &["none"],
        name: "amd",
        source: "https://github.com/ROCm/k8s-device-plugin",
        resource: "amd.com/gpu",
        ..VENDOR
    },
    Vendor {
        platforms: &["none"],
        name: "intel",
        source: "https://docs.habana.ai/en/latest/Installation_Guide/Additional_Installation/Kubernetes_Installation/index.html",
        resource: "habana.ai/gaudi",
        nameless: &["gaudi", "gaudi2", "gaudi3"],
        ..VENDOR
    },
    Vendor {
        platforms: &["none"],
        name: "aws",
        source: "https://awsdocs-neuron.readthedocs-hosted.com/en/latest/containers/kubernetes-getting-started.html",
        resource: "aws.amazon.com/neuron",
        ..VENDOR
    },
    // Dynamic resource allocation with NVIDIA's driver.
    Vendor {
        platforms: &["dra"],
        name: "nvidia",
        source: "https://github.com/kubernetes-sigs/dra-driver-nvidia-gpu",
        resource: "nvidia.com/gpu",
        class: Some("gpu.nvidia.com"),
        taints: &["nvidia.com/gpu"],
        slices: Some(Slices::Class {
            class: "mig.nvidia.com",
        }),
        models: NVIDIA_PRODUCTS,
        ..VENDOR
    },
];

pub(super) static TPUS: &[Tpu] = &[
    // TPUs are found on Google's machines alone, whoever says what a GPU is.
    Tpu {
        platforms: &["gke", "gfd"],
        model: "v3",
        source: "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus",
        accelerator: "tpu-v3-device",
        hosts: &[("2x2", 4)],
    },
    Tpu {
        platforms: &["gke", "gfd"],
        model: "v4",
        source: "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus",
        accelerator: "tpu-v4-podslice",
        hosts: &[("2x2x1", 4)],
    },
    Tpu {
        platforms: &["gke", "gfd"],
        model: "v5e",
        source: "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus",
        accelerator: "tpu-v5-lite-podslice",
        hosts: &[("1x1", 1), ("2x2", 4), ("2x4", 8)],
    },
    Tpu {
        platforms: &["gke", "gfd"],
        model: "v5p",
        source: "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus",
        accelerator: "tpu-v5p-slice",
        hosts: &[("2x2x1", 4)],
    },
    Tpu {
        platforms: &["gke", "gfd"],
        model: "v6e",
        source: "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus",
        accelerator: "tpu-v6e-slice",
        hosts: &[("1x1", 1), ("2x2", 4), ("2x4", 8)],
    },
    Tpu {
        platforms: &["gke", "gfd"],
        model: "v7x",
        source: "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus",
        accelerator: "tpu7x",
        hosts: &[("1x1x1", 1), ("2x2x1", 4)],
    },
];

pub(super) static SPOTS: &[Spot] = &[
    // Nodes that the provider may take back.
    Spot {
        platform: "gke",
        source: "https://cloud.google.com/kubernetes-engine/docs/how-to/spot-vms",
        label: "cloud.google.com/gke-spot",
        value: "true",
        taint: Some("cloud.google.com/gke-spot=true"),
    },
    Spot {
        platform: "eks",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html",
        label: "eks.amazonaws.com/capacityType",
        value: "SPOT",
        taint: None,
    },
    Spot {
        platform: "eks-karpenter",
        source: "https://karpenter.sh/docs/concepts/scheduling/",
        label: "karpenter.sh/capacity-type",
        value: "spot",
        taint: None,
    },
    Spot {
        platform: "aks",
        source: "https://learn.microsoft.com/en-us/azure/aks/spot-node-pool",
        label: "kubernetes.azure.com/scalesetpriority",
        value: "spot",
        taint: Some("kubernetes.azure.com/scalesetpriority=spot"),
    },
];
