#!/usr/bin/env python3
"""What comes of every source on the pages: the README, the guide, the reference, the pages of errors.

manifests.py --argo-version VERSION FOLDER: writes each into FOLDER, compiled for that version of Argo; ARGOT names the
compiler. The last line says how many there are. The tests on the cluster ask for them too.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

REPO = pathlib.Path(__file__).resolve().parent.parent
ARGOT = pathlib.Path(os.environ.get("ARGOT") or REPO / "target/debug/argot")
PAGES = ["README.md", "docs/language.md", "docs/mistakes.md", "docs/profiles.md", "docs/targets/*.md", "docs/errors/*.md", "tests/language/*.md"]
FENCE = re.compile(r"^(`{3,})(.*)$")


class Problem(Exception):
    """A source that is not compiled, and does not say why."""


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


def is_kubernetes(options):
    return "layout" in options or "kube" in options or options.get("target") == "kubernetes"


def flags(options, source, version):
    """The flags of `argot compile` for the options of a block, as tests/language has them."""
    words = []
    for option, flag in {"argo": "--argo-version", "layout": "--layout", "kube": "--kube-version", "target": "--target", "name": "--name", "as": "--as"}.items():
        if option in options:
            words += [flag, options[option]]
    if is_kubernetes(options):
        if "target" not in options:
            words += ["--target", "kubernetes"]
    else:
        if "as" not in options and "schedule" not in source:
            words += ["--as", "workflow-template"]
        if "argo" not in options:
            words += ["--argo-version", version]
    for pair in options.get("params", "").split():
        words += ["-p", pair]
    return words


def compiled(folder, entry, words):
    done = subprocess.run([ARGOT, "compile", entry, *words], cwd=folder, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None, done.stderr


def manifests(path, version, kubernetes=True):
    """The manifests of a page, each with its place: whole ones that are written there, and what comes of its sources.

    version: of Argo, for blocks that name none. kubernetes: whether those for plain Kubernetes are wanted too.
    """
    found, files, source = [], {}, None

    def make(block, options):
        if is_kubernetes(options) and not kubernetes:
            return
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**files, "main.argot": block.text}.items():
                (pathlib.Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                (pathlib.Path(folder) / name).write_text(text)
            yaml, problem = compiled(folder, "main.argot", flags(options, block.text, version))
        # What is there to be refused says so, is the failing half of a page of an error, or needs a later Argo.
        if yaml:
            found.append((block.place, yaml))
        elif "no-pipeline" not in problem and "unsupported-by-version" not in problem and "# error: " not in "".join([block.text, *files.values()]) and "docs/errors/" not in block.place:
            raise Problem(f"{block.place} is not compiled: {problem}")

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


def every_manifest(version, kubernetes=True):
    """The manifests of all pages, each text once, with the place where it is first."""
    paths = [path for pattern in PAGES for path in sorted(REPO.glob(pattern))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [one for many in pool.map(lambda path: manifests(path, version, kubernetes), paths) for one in many]
    return [(place, yaml) for yaml, place in {yaml: place for place, yaml in reversed(found)}.items()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--argo-version", required=True)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    try:
        found = [one for one in every_manifest(arguments.argo_version, kubernetes=False) if re.search(r"^apiVersion: argoproj\.io/", one[1], re.M)]
    except Problem as problem:
        sys.exit(str(problem))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for place, yaml in found:
        (arguments.folder / f"{place.replace('/', '-').replace(':', '-')}.{len(list(arguments.folder.iterdir()))}.yaml").write_text(yaml)
    print(f"{len(found)} manifests")


if __name__ == "__main__":
    main()
