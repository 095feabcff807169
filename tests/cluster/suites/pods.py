"""The attributes of pods and sidecars reach the cluster, on Argo and on plain Kubernetes."""

import json
import re

from harness import case, expect, free_port, same
from plain import play

# The page is there only once the sidecar has started, which the startup probe waits for.
SOURCE = """
component fetch(scheduler: string) -> (page: string) {
    image             = "curlimages/curl:8.15.0"
    labels            = { app = "fetch" }
    runtime_class     = "RUNTIME"
    scheduler         = scheduler
    termination_grace = 7s
    host_aliases      = [{ ip = "10.0.0.7", names = ["db", "db.internal"] }]
    dns {
        policy   = "None"
        servers  = ["10.0.0.2"]
        searches = ["ml.internal"]
        options  = { ndots = 2, edns0 = "" }
    }
    topology_spread = [{
        key           = "kubernetes.io/hostname",
        labels        = { app = "fetch" },
        max_skew      = 5,
        unsatisfiable = "ScheduleAnyway",
    }]
    sidecar "server" {
        image   = "python:3.12.7-slim"
        command = ["sh", "-c", "mkdir -p /tmp/www; cd /tmp/www; for f in started alive ready page; do echo $f > $f; done; exec python3 -m http.server PORT"]
        ports   = [{ port = PORT, name = "http" }]
        startup_probe { http = "/started", port = PORT, period = 1s, failures = 30 }
        liveness_probe { http = "/alive", port = PORT, period = 1s }
        readiness_probe { http = "/ready", port = PORT, period = 1s, timeout = 2s }
    }
    script = r\"\"\"
        #!/bin/sh
        sleep 3
        curl --silent --fail --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:PORT/page" > "$page"
        \"\"\"
}
pipeline main(scheduler: string = "default-scheduler") -> (page: string) {
    let t = fetch(scheduler)
    return t
}
"""


def source(cluster, runtime):
    """The pipeline, whose runtime class the cluster has from now on. Classes belong to no namespace."""
    known = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": runtime}, "handler": "plain"}
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(known))
    return SOURCE.replace("PORT", str(free_port())).replace("RUNTIME", runtime)


def has_settings(cluster, namespace, runtime):
    """Looks at the pod that the cluster has, not at what was applied."""
    [pod] = [pod for pod in cluster.get(namespace, "pods") if pod["metadata"].get("labels", {}).get("app") == "fetch"]
    spec = pod["spec"]
    same(spec["runtimeClassName"], runtime, "the runtime class")
    same(spec["schedulerName"], "default-scheduler", "the scheduler")
    same(spec["terminationGracePeriodSeconds"], 7, "the time to end")
    same(spec["hostAliases"], [{"ip": "10.0.0.7", "hostnames": ["db", "db.internal"]}], "the names of hosts")
    same(spec["dnsPolicy"], "None", "the policy of dns")
    config = {"nameservers": ["10.0.0.2"], "searches": ["ml.internal"], "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}]}
    same(spec["dnsConfig"], config, "the settings of dns")
    [spread] = spec["topologySpreadConstraints"]
    found = {key: spread[key] for key in ("topologyKey", "maxSkew", "whenUnsatisfiable", "labelSelector")}
    wanted = {
        "topologyKey": "kubernetes.io/hostname",
        "maxSkew": 5,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": {"app": "fetch"}},
    }
    same(found, wanted, "how pods are spread")
    asked = re.findall(r'"GET /(\w+) ', cluster.logs(namespace, "*", "server"))
    same(set(asked), {"started", "alive", "ready", "page"}, "what the sidecar was asked")
    expect(asked.index("started") < asked.index("page"), f"the sidecar was asked for {asked}")


@case(quick=True, argo="any")
def on_argo(cluster):
    """A step with all attributes of a pod that Argo's template has no field for, and those that it has; a sidecar with probes."""
    run = cluster.run(cluster.compile(source(cluster, "argo"))).expect("Succeeded")
    same(run.nodes["t"]["outputs"].get("page"), "page", "what the step gives")
    has_settings(cluster, run.namespace, "argo")


@case(quick=True)
def on_kubernetes(cluster):
    """The same step as a Job: the sidecar has started before the step does."""
    run = play(cluster, source(cluster, "kubernetes"), "pod")
    has_settings(cluster, run.namespace, "kubernetes")
