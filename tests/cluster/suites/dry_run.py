"""The API server takes everything that argot writes: `kubectl apply --dry-run=server --validate=strict`."""

import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shlex
import subprocess
import tempfile

from harness import ARGOT, REPO, Failure, case, expect

PAGES = ["README.md", "docs/language.md", "docs/mistakes.md", "docs/profiles.md", "docs/targets/*.md", "docs/errors/*.md", "tests/language/*.md"]
FENCE = re.compile(r"^(`{3,})(.*)$")


@dataclasses.dataclass
class Block:
    """A fenced block of a page."""

    place: str
    language: str
    options: dict
    text: str


def blocks(path):
    found, fence = [], None
    for number, line in enumerate(path.read_text().splitlines(keepends=True), 1):
        match = FENCE.match(line.rstrip("\n"))
        if fence is None and match:
            words = shlex.split(match[2]) or [""]
            options = dict(word.partition("=")[::2] for word in words[1:])
            fence = match[1]
            found.append(Block(f"{path.relative_to(REPO)}:{number}", words[0], options, ""))
        elif match and not match[2].strip() and len(match[1]) >= len(fence):
            fence = None
        elif fence:
            found[-1].text += line
    return found


def flags(options, source):
    """The flags of `argot compile` for the options of a block, as tests/language has them."""
    words = []
    for option, flag in {"argo": "--argo-version", "layout": "--layout", "kube": "--kube-version", "target": "--target", "name": "--name", "as": "--as"}.items():
        if option in options:
            words += [flag, options[option]]
    kubernetes = "layout" in options or "kube" in options or options.get("target") == "kubernetes"
    if kubernetes and "target" not in options:
        words += ["--target", "kubernetes"]
    if not kubernetes and "as" not in options and "schedule" not in source:
        words += ["--as", "workflow-template"]
    # The definitions are those of 4.0.
    if not kubernetes and "argo" not in options:
        words += ["--argo-version", "4.0"]
    for pair in options.get("params", "").split():
        words += ["-p", pair]
    return words


def compiled(folder, entry, words):
    done = subprocess.run([ARGOT, "compile", entry, *words], cwd=folder, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None, done.stderr


def manifests(path):
    """The manifests of a page: whole ones that are written there, and what comes of its sources."""
    found, files, source = [], {}, None

    def make(block, options):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**files, "main.argot": block.text}.items():
                (pathlib.Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                (pathlib.Path(folder) / name).write_text(text)
            yaml, problem = compiled(folder, "main.argot", flags(options, block.text))
        # What is there to be refused says so, is the failing half of a page of an error, or needs Argo 4.1.
        if yaml:
            found.append((block.place, yaml))
        elif "no-pipeline" not in problem and "unsupported-by-version" not in problem and "# error: " not in "".join([block.text, *files.values()]) and "docs/errors/" not in block.place:
            raise Failure(f"{block.place} is not compiled: {problem}")

    for block in blocks(path):
        if "file" in block.options:
            files[block.options["file"]] = block.text
        elif block.language == "argot":
            source = block
            make(block, block.options)
        elif block.language == "yaml" and source and "path" not in block.options and block.options:
            make(source, source.options | block.options)
        elif block.language == "yaml" and block.text.startswith("apiVersion:"):
            found.append((block.place, block.text))
    return found


def ask(cluster, found):
    """Asks the server about manifests, many at a time and each text once, and fails with what it says."""
    found = [(place, yaml) for yaml, place in {yaml: place for place, yaml in reversed(found)}.items()]
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
    paths = [path for pattern in PAGES for path in sorted(REPO.glob(pattern))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [one for many in pool.map(manifests, paths) for one in many]
    expect(len(found) > 200, f"only {len(found)} manifests are found")
    ask(cluster, found)
