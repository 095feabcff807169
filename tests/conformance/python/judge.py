"""Judges YAML by two Python programs that people use with Argo.

PyYAML reads it (YAML 1.1) and must give what kubectl's reader gives; Hera's models of Argo's objects
must take every document and keep every field of it.

Usage: judge.py ROUNDTRIP.json FILE...   where ROUNDTRIP.json is what `roundtrip FILE...` of the Go judge prints.
Exit status: 0 no problem, 1 problems, 2 wrong usage.
"""

import json
import sys

import yaml
from hera.workflows import models

KINDS = {
    "Workflow": models.Workflow,
    "WorkflowTemplate": models.WorkflowTemplate,
    "ClusterWorkflowTemplate": models.ClusterWorkflowTemplate,
    "CronWorkflow": models.CronWorkflow,
}


def differences(mine, theirs, path=""):
    """The places where two documents differ; a number and its text are the same to Argo's int-or-string."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        for key in mine.keys() | theirs.keys():
            if key not in theirs:
                yield f"{path}.{key} is lost"
            elif key not in mine:
                yield f"{path}.{key} is added"
            else:
                yield from differences(mine[key], theirs[key], f"{path}.{key}")
    elif isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        for index, (a, b) in enumerate(zip(mine, theirs)):
            yield from differences(a, b, f"{path}[{index}]")
    elif mine != theirs or type(mine) is not type(theirs):
        yield f"{path} is {mine!r}, read as {theirs!r}"


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[1], encoding="utf-8") as file:
        by_kubectl = json.load(file)
    problems, documents = [], 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            for document in yaml.safe_load_all(file):
                place = f"{path}: {document['kind']}"
                expected = by_kubectl[documents] if documents < len(by_kubectl) else None
                documents += 1
                problems += [f"{place}: PyYAML against kubectl: {line}" for line in differences(expected, document)]
                model = KINDS.get(document["kind"])
                if model is None:
                    continue
                try:
                    kept = model.model_validate(document).model_dump(by_alias=True, exclude_unset=True, mode="json")
                except Exception as error:  # every refusal is a problem, whatever its class
                    problems.append(f"{place}: Hera refuses it: {error}")
                    continue
                problems += [f"{place}: Hera: {line}" for line in differences(document, kept)]
    if documents != len(by_kubectl):
        problems.append(f"PyYAML reads {documents} documents, kubectl {len(by_kubectl)}")
    for problem in problems:
        print(problem)
    print(f"{len(sys.argv) - 2} files, {documents} documents, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
