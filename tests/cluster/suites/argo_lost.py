"""What becomes of a step whose pod is taken away."""

import time

from harness import case, expect, name_of, same

SOURCE = """
component sleep() { image = "busybox:1.37.0", command = ["sleep", "25"] }

component again() { image = "busybox:1.37.0", command = ["sleep", "1"] }

pipeline main() {
    let slow = sleep()
    again() after slow
}
"""


def deleted(name, wait, summary):
    """The case of a pod that is deleted by force when its step has run for so many seconds."""

    def of(cluster):
        namespace = cluster.namespace("deleted")
        cluster.apply(namespace, cluster.compile(SOURCE, "--name", "run"))

        def running():
            found = [pod for pod in cluster.get(namespace, "pods") if pod.get("status", {}).get("phase") == "Running"]
            nodes = cluster.one(namespace, "workflows.argoproj.io", "run").get("status", {}).get("nodes", {})
            return found if any(node["type"] == "Pod" and node["phase"] == "Running" for node in nodes.values()) else None

        (first,) = cluster.wait("the pod", running)
        time.sleep(wait)
        cluster.kubectl("delete", "pod", name_of(first), "-n", namespace, "--force", "--grace-period=0")
        workflow = cluster.wait_workflow(namespace, "run")
        nodes = {node["displayName"]: node for node in workflow["status"]["nodes"].values()}
        phases = (workflow["status"]["phase"], nodes["slow"]["phase"], nodes["again"]["phase"])
        same(phases, ("Succeeded", "Succeeded", "Succeeded"), "the phases of the run and its steps")
        found = {name_of(pod): pod["metadata"]["uid"] for pod in cluster.get(namespace, "pods")}
        expect(found.get(name_of(first), first["metadata"]["uid"]) != first["metadata"]["uid"], f"{name_of(first)} is the same pod as before")

    of.__name__, of.__doc__ = name, summary
    return case(argo="any", timeout=300)(of)


# Argo takes a pod that is missing in the first ten seconds of a step for one that it does not know of yet.
CASES = [
    deleted("deleted_early", 0, "A pod that is deleted by force in its first seconds is made again, without `retry` too."),
    deleted("deleted_late", 12, "So is one that is deleted later."),
]
