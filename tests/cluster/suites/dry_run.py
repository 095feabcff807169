"""The API server takes everything that argot writes: `kubectl apply --dry-run=server --validate=strict`."""

import concurrent.futures
import pathlib
import re
import sys
import tempfile

from harness import REPO, Failure, case, expect

sys.path.insert(0, str(REPO / "tests"))
from manifests import Problem, every_manifest  # noqa: E402


def ask(cluster, found):
    """Asks the server about manifests, many at a time and each text once, and fails with what it says."""
    with tempfile.TemporaryDirectory() as folder:
        groups = {"apply": {}, "create": {}}
        for at, (place, yaml) in enumerate(found):
            # What has a generated name can only be created.
            groups["create" if "generateName:" in yaml else "apply"][f"{at:04}.yaml"] = (place, yaml)
        spaces = sorted({name for _, yaml in found for name in re.findall(r"^  namespace: (\S+)$", yaml, re.M)})
        for name in spaces:
            cluster.kubectl("create", "namespace", name, check=False)
        calls = []
        for verb, members in groups.items():
            for part in range(4):
                within = pathlib.Path(folder) / f"{verb}-{part}"
                within.mkdir()
                for name, (_, yaml) in sorted(members.items())[part::4]:
                    (within / name).write_text(yaml)
                if any(within.iterdir()):
                    calls.append((verb, within))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda call: cluster.kubectl(call[0], "--dry-run=server", "--validate=strict", "-o", "name", "-f", str(call[1]), check=False), calls))
        said = "".join(one.stderr for one in done)
        for at, (place, _) in enumerate(found):
            said = re.sub(rf"{re.escape(folder)}/\w+-\d/{at:04}\.yaml", place, said)
        expect(not any(one.returncode for one in done), said.strip() or "kubectl fails and says nothing")
        return sum(len(one.stdout.split()) for one in done)


@case(quick=True, argo="4.0")
def goldens(cluster):
    """The manifests beside the examples."""
    found = [(str(path.relative_to(REPO)), path.read_text()) for path in sorted((REPO / "examples").glob("*/*.yaml"))]
    ask(cluster, found)


@case(quick=True, argo="4.0", timeout=300)
def pages(cluster):
    """What comes of every source in the guide, the reference and the other pages."""
    try:
        found = every_manifest("4.0")  # the definitions are those of 4.0
    except Problem as problem:
        raise Failure(str(problem)) from problem
    expect(len(found) > 200, f"only {len(found)} manifests are found")
    ask(cluster, found)
