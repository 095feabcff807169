"""The scheduler puts pods on the nodes that a pipeline asks for. The nodes are labelled and tainted as on the platforms."""

import pathlib
import tempfile

from harness import case, expect, labels_of, same

SHOW = 'component show() { image = "ghcr.io/acme/show:1.0.0", command = ["show"], resources { cpu = 100m, memory = 64Mi } }\n'


def project(cluster, toml, source, *flags):
    """What argot makes of a source beside an argot.toml."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "argot.toml").write_text(toml)
        path = pathlib.Path(folder, "main.argot")
        path.write_text(source)
        if cluster.argo and "kubernetes" not in flags:
            flags = ("--argo-version", cluster.argo, *flags)
        return cluster.compile(path, *flags)


def steps(asked):
    """A pipeline of a step for each that is asked for, named t0, t1 ..."""
    return SHOW + "pipeline main() {\n" + "".join(f"    let t{at} = show() with {{ {one} }}\n" for at, one in enumerate(asked)) + "}\n"


def places(cluster, namespace):
    """The node of each pod, by its task."""
    found = {}
    for pod in cluster.get(namespace, "pods"):
        path = pod["metadata"].get("annotations", {}).get("workflows.argoproj.io/node-name", "").rpartition(".")[2] or labels_of(pod).get("argot.dev/task")
        found[path] = pod["spec"].get("nodeName")
    return found


def placed(cluster, settings, expected):
    """Runs a step for each line of a table, on Argo, and looks where it ran."""
    run = cluster.run(project(cluster, f"[profile.x]\n{settings}\n", steps(expected), "--profile", "x"), "placement").expect("Succeeded")
    found = places(cluster, run.namespace)
    same({asked: found.get(f"t{at}") for at, asked in enumerate(expected)}, expected, "where the steps ran")


@case(quick=True, argo="any")
def feature_discovery(cluster):
    """Models, shared GPUs and parts of GPUs by the labels of NVIDIA's and AMD's feature discovery."""
    placed(
        cluster,
        'platform = "gfd"',
        {
            'resources { gpu = 4, gpu_model = "a100" }': "gfd-a100",
            'resources { gpu = 2, gpu_model = "a100-80gb" }': "gfd-a100",
            'resources { gpu = 1, gpu_model = "l4" }': "gfd-l4",
            'resources { gpu = 1, gpu_model = "l4", gpu_shared = true }': "gfd-l4-shared",
            'resources { gpu = 1, gpu_shared = true }': "gfd-l4-shared",
            'resources { gpu = 1, gpu_model = "h100", gpu_slice = "1g.10gb" }': "gfd-h100-mixed",
            'resources { gpu = 8, gpu_model = "h100" }': "node",
            'resources { gpu = 1, gpu_model = "h100" }, node_selector = { "example.com/pool" = "training" }, tolerations = [{ key = "example.com/dedicated", operator = "Exists" }]': "training-h100",
            'resources { gpu = 1, gpu_model = "mi300x" }': "amd-mi300x",
        },
    )


@case(argo="any")
def one_strategy(cluster):
    """A part of a GPU where the device plugin has the strategy `single`."""
    placed(cluster, 'platform = "gfd"\nmig = "single"', {'resources { gpu = 1, gpu_model = "h100", gpu_slice = "1g.10gb" }': "gfd-h100-single"})


@case(quick=True, argo="any")
def google(cluster):
    """GPUs, TPUs and spot nodes of Google's clusters."""
    placed(
        cluster,
        'platform = "gke"\nnode_pools.cpu = { node_selector = { "cloud.google.com/gke-nodepool" = "cpu" } }',
        {
            'resources { gpu = 8, gpu_model = "h100" }': "gke-h100",
            'resources { gpu = 1, gpu_model = "l4" }, spot = true': "gke-l4-spot",
            'spot = true, node_pool = "cpu"': "gke-cpu-spot",
            'resources { tpu = 8, tpu_model = "v5e", tpu_topology = "2x4" }': "gke-tpu",
        },
    )


@case(argo="any")
def amazon(cluster):
    """GPUs, Trainium, Gaudi and spot nodes of Amazon's clusters with node groups."""
    placed(
        cluster,
        'platform = "eks"',
        {
            'resources { gpu = 8, gpu_model = "h100" }': "eks-p5",
            'resources { gpu = 1, gpu_model = "l4" }, spot = true': "eks-g6-spot",
            'resources { gpu = 16, gpu_model = "trn2" }': "eks-trn2",
            'resources { gpu = 8, gpu_model = "gaudi" }': "gaudi",
        },
    )


@case(argo="any")
def karpenter(cluster):
    """GPUs and spot nodes of Amazon's clusters with Karpenter."""
    placed(
        cluster,
        'platform = "eks-karpenter"',
        {'resources { gpu = 1, gpu_model = "l4" }, spot = true': "karpenter-l4", 'resources { gpu = 1, gpu_model = "a100-80gb" }': "karpenter-a100"},
    )


@case(argo="any")
def azure(cluster):
    """Spot nodes with GPUs of Azure's clusters."""
    placed(cluster, 'platform = "aks"', {'resources { gpu = 8, gpu_model = "mi300x" }, spot = true': "aks-mi300x-spot"})


@case(quick=True, argo="any")
def pools_and_zones(cluster):
    """A pool of the profile, its taint with it; a zone by a selector; a priority class; an affinity in Kubernetes' own fields."""
    cluster.kubectl("apply", "-f", "-", stdin="apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: placement-high}\nvalue: 777\n")
    toml = """
    [profile.x]
    [profile.x.node_pools.cpu]
    node_selector = { "node.example.com/pool" = "cpu" }
    tolerations = [{ key = "node.example.com/pool", value = "cpu", effect = "NoSchedule" }]
    """
    apart = '{ podAffinity = { requiredDuringSchedulingIgnoredDuringExecution = [{ topologyKey = "kubernetes.io/hostname", labelSelector = { matchLabels = { "placement" = "first" } } }] } }'
    source = (
        SHOW
        + f"""
        pipeline main() {{
            let a = show() with {{ node_pool = "cpu", priority_class = "placement-high", labels = {{ placement = "first" }} }}
            let b = show() with {{ node_selector = {{ "topology.kubernetes.io/zone" = "local-b" }}, tolerations = [{{ key = "node.example.com/pool", operator = "Exists" }}] }}
            let c = show() with {{ node_selector = {{ "topology.kubernetes.io/zone" = "local-a" }} }}
            let d = show() with {{ affinity = {apart}, tolerations = [{{ key = "node.example.com/pool", operator = "Exists" }}] }}
        }}
        """
    )
    namespace = cluster.namespace("pools")
    cluster.plan(namespace, {"sleep": {"a": 5}})
    run = cluster.run(project(cluster, toml, source, "--profile", "x"), namespace=namespace).expect("Succeeded")
    same(places(cluster, run.namespace), {"a": "pool-cpu", "b": "pool-cpu", "c": "node", "d": "pool-cpu"}, "where the steps ran")
    first = next(pod for pod in cluster.get(namespace, "pods") if labels_of(pod).get("placement") == "first")
    same(first["spec"]["priority"], 777, "the priority of the first pod")


@case(argo="any")
def nodes_that_are_not_there(cluster):
    """A step whose nodes are not there, or are tainted, waits, and the scheduler says why."""
    asked = ['resources { gpu = 9, gpu_model = "h100" }', 'node_selector = { "node.example.com/pool" = "cpu" }', 'resources { gpu = 1, gpu_model = "l4" }']
    namespace = cluster.namespace("waiting")
    cluster.apply(namespace, project(cluster, '[profile.x]\nplatform = "gke"\n', steps(asked), "--profile", "x"))

    def waiting():
        found = cluster.get(namespace, "pods")
        said = [condition.get("message", "") for pod in found for condition in pod["status"].get("conditions", []) if condition.get("reason") == "Unschedulable"]
        return said if len(said) == len(asked) else None

    said = " ".join(cluster.wait("what the scheduler says", waiting))
    for reason in ("Insufficient nvidia.com/gpu", "untolerated taint", "didn't match Pod's node affinity/selector"):
        expect(reason in said, f"it does not say {reason!r}: {said}")
    cluster.kubectl("delete", "workflows.argoproj.io", "--all", "-n", namespace)


# What NVIDIA's driver for dynamic resource allocation brings into a cluster.
DRIVER = """
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu.nvidia.com}
spec: {selectors: [{cel: {expression: "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'"}}]}
---
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: dra-h100-gpu.nvidia.com}
spec:
  driver: gpu.nvidia.com
  nodeName: dra-h100
  pool: {name: dra-h100, generation: 1, resourceSliceCount: 1}
  devices: [DEVICES]
"""


@case(quick=True, argo="4.0", alone=True)
def device_claims(cluster):
    """A claim of devices: the scheduler finds the node whose driver has them, and a third GPU where there are two waits."""
    device = '{name: gpu-%d, attributes: {type: {string: gpu}, productName: {string: "%s"}}, capacity: {memory: {value: 80Gi}}}'
    devices = [device % (0, "NVIDIA H100 80GB HBM3"), device % (1, "NVIDIA H100 80GB HBM3"), device % (2, "NVIDIA L4")]
    cluster.kubectl("apply", "-f", "-", stdin=DRIVER.replace("DEVICES", ", ".join(devices)))
    try:
        flags = ("--profile", "x", "--target", "kubernetes", "--kube-version", "1.35", "--layout", "pod")
        toml = '[profile.x]\nplatform = "dra"\n'
        run = cluster.run(project(cluster, toml, steps(['resources { gpu = 2, gpu_model = "h100" }']), *flags), "claims").expect("Succeeded")
        same(places(cluster, run.namespace), {"t0": "dra-h100"}, "where the step ran")
        same(cluster.get(run.namespace, "resourceclaims"), [], "what is left of the claim of a pod that has ended")
        namespace = cluster.namespace("claims")
        cluster.apply(namespace, project(cluster, toml, steps(['resources { gpu = 3, gpu_model = "h100" }']), *flags))

        def unschedulable():
            pods = cluster.get(namespace, "pods")
            return [one.get("message", "") for pod in pods for one in pod["status"].get("conditions", []) if one.get("reason") == "Unschedulable"]

        (said,) = cluster.wait("what the scheduler says", unschedulable)
        expect("cannot allocate all claims" in said, f"it says {said!r}")
        cluster.kubectl("delete", "jobs", "--all", "-n", namespace)
    finally:
        cluster.kubectl("delete", "resourceslice/dra-h100-gpu.nvidia.com", "deviceclass/gpu.nvidia.com")
