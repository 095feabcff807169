"""The runs and traces of tests/simulate, and random programs: what becomes of them is what the simulator says."""

from harness import HERE, REPO, case

WALK = REPO / "target/debug/examples/walk"


def walked(cluster, *arguments, at_once):
    environment = {"CONFORMANCE_WALK": str(HERE / "walk"), "ARGOT_CLUSTER_WALKS": str(at_once)}
    cluster.command(WALK, "--argo-version", cluster.argo, "--keep", "0", *arguments, env=environment)


def page(path):
    def run(cluster):
        walked(cluster, "--pages", path.relative_to(REPO), at_once=6)

    run.__name__ = path.stem
    run.__doc__ = f"The traces of tests/simulate/{path.name}."
    return case(quick=True, argo="any", timeout=600)(run)


def programs(first, count, quick=False):
    def run(cluster):
        walked(cluster, "--seed", str(first), "--cases", str(count), at_once=12)

    run.__name__ = f"random_{first}"
    run.__doc__ = f"{count} random programs, from the seed {first} on."
    return case(quick=quick, argo="any", timeout=1200)(run)


PAGES = [page(path) for path in sorted((REPO / "tests/simulate").glob("*.md"))]
RANDOM = [programs(0, 30, quick=True), *(programs(first, 85) for first in (30, 115))]
