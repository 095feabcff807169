"""What becomes of a step whose pod is taken away."""

from harness import case, expect, same

SOURCE = """
component sleep() { image = "busybox:1.37.0", command = ["sleep", "300"] }

component again() { image = "busybox:1.37.0", command = ["sleep", "1"] }

pipeline main() {
    let slow = sleep()
    again() after slow
}
"""


@case(argo="any", timeout=300)
def deleted_by_force(cluster):
    """A step without `retry` whose pod is deleted by force is an error, and does not run again."""
    namespace = cluster.namespace("deleted")
    cluster.apply(namespace, cluster.compile(SOURCE, "--name", "run"))

    def running():
        found = [pod for pod in cluster.get(namespace, "pods") if pod.get("status", {}).get("phase") == "Running"]
        nodes = cluster.one(namespace, "workflows.argoproj.io", "run").get("status", {}).get("nodes", {})
        return found if any(node["type"] == "Pod" and node["phase"] == "Running" for node in nodes.values()) else None

    pods = cluster.wait("the pod", running)
    cluster.kubectl("delete", "pod", pods[0]["metadata"]["name"], "-n", namespace, "--force", "--grace-period=0")
    workflow = cluster.wait_workflow(namespace, "run")
    same(workflow["status"]["phase"], "Error", "the phase of the run")
    nodes = {node["displayName"]: node for node in workflow["status"]["nodes"].values()}
    same((nodes["slow"]["phase"], nodes["again"]["phase"]), ("Error", "Omitted"), "the phases of the steps")
    expect("deleted" in nodes["slow"]["message"], f"the message is {nodes['slow']['message']}")
