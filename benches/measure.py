#!/usr/bin/env python3
"""Measures a binary of Argot: a table, how costs grow, and whether they have grown since they were recorded.

    benches/measure.py table BINARY [--against BINARY] [--sizes N,N,...] [--runs N] [--cold]
    benches/measure.py growth BINARY [DIMENSION...]
    benches/measure.py guard BINARY [--record]

The programs are those of `crates/argot-testing/src/synthetic`. Counts of instructions and of memory come from valgrind,
and are the same on a busy machine. Times are the minimum of several runs that take turns. BINARY comes
from `cargo build --release`.
"""

import argparse
import concurrent.futures
import dataclasses
import functools
import math
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RECORD = HERE / "instructions.tsv"
# How many times the recorded instructions are too many.
MOST = 1.10
TIME = "/usr/bin/time"
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def need(*tools):
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        sys.exit(f"{sys.argv[0]} needs what is not installed: {', '.join(missing)}")


@dataclasses.dataclass
class Run:
    """A command, where it runs, and its exit status."""

    command: list[str]
    folder: str = "/"
    status: int = 0

    def check(self, status, said=""):
        if status != self.status:
            sys.exit(f"{shlex.join(map(str, self.command))} in {self.folder} ended with {status}, not {self.status}\n{said}")


# The programs.


@functools.cache
def generator():
    command = ["cargo", "build", "-q", "-p", "argot-testing", "--example", "generate"]
    subprocess.run(command, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    return ROOT / target / "debug" / "examples" / "generate"


def generate(name, n, folder):
    """Writes a program. Returns how a binary is run on it."""
    command = [generator(), name, str(n), folder]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    status, *arguments = lines
    return lambda *binary: Run([*binary, *arguments], folder, int(status))


def dimensions():
    """The smallest size of each dimension, and what is counted."""
    lines = subprocess.run([generator()], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    rows = [line.split("\t") for line in lines]
    return {name: (int(size), counts) for name, size, counts in rows}


JSONNET = """\
local parameters(names) = { parameters: [{ name: name } for name in names] };
local step(name, image, command, env, gpu=0) = {
  name: name,
  inputs: parameters(['value', 'seed']),
  outputs: { parameters: [{ name: 'output', valueFrom: { path: '/argot/outputs/output' } }] },
  retryStrategy: { limit: '2' },
  [if gpu > 0 then 'tolerations']: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
  volumes: [{ name: 'argot-outputs', emptyDir: {} }],
  container: {
    image: image,
    command: command,
    args: ["--value={{=replace(inputs.parameters.value, '$', '$$')}}", '--seed={{inputs.parameters.seed}}', '/argot/outputs/output'],
    env: [{ name: key, value: env[key] } for key in std.objectFields(env)],
    resources: {
      limits: { cpu: '2', memory: '2Gi' } + (if gpu > 0 then { 'nvidia.com/gpu': std.toString(gpu) } else {}),
      requests: { cpu: '1', memory: '2Gi' },
    },
    volumeMounts: [{ name: 'data', mountPath: '/data' }, { name: 'argot-outputs', mountPath: '/argot/outputs' }],
  },
};
"""

JSONNET_MAIN = """\
local task(template, value, after=[]) = {
  name: template,
  template: template,
  [if after != [] then 'depends']: std.join(' && ', after),
  arguments: { parameters: [{ name: 'value', value: value }, { name: 'seed', value: '{{inputs.parameters.seed}}' }] },
};
local output(task) = '{{tasks.' + task + '.outputs.parameters.output}}';
"""


def jsonnet_step(step):
    gpu = ", gpu=1" if step % 5 == 0 else ""
    image = f"registry.example.com/team/step-{step}:1.0.{step}"
    command = f"['python', '-m', 'steps.step_{step}']"
    return f"  step('step-{step}', '{image}', {command}, {{ STEP: '{step}', LOG_LEVEL: 'info' }}{gpu}),\n"


def jsonnet_task(step):
    if step < 10:
        return f"  task('step-{step}', 'start'),\n"
    layer = step - step % 10 - 10
    first, second = layer + step % 10, layer + (step + 1) % 10
    return f"  task('step-{step}', output('step-{first}'), ['step-{first}', 'step-{second}']),\n"


def generate_jsonnet(n, folder):
    """The dimension `steps` for jrsonnet: the same templates and tasks, in one Workflow however many there are."""
    most = 10_000
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for first in range(0, n, most):
        steps = map(jsonnet_step, range(first, min(n, first + most)))
        (folder / f"part_{len(parts)}.jsonnet").write_text(f"{JSONNET}[\n{''.join(steps)}]\n")
        parts.append(f"import 'part_{len(parts)}.jsonnet'")
    tasks = "".join(map(jsonnet_task, range(n)))
    (folder / "main.jsonnet").write_text(f"""\
{JSONNET_MAIN}local tasks = [
{tasks}];
{{
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Workflow',
  metadata: {{ name: 'synthetic' }},
  spec: {{
    entrypoint: 'synthetic',
    arguments: {{ parameters: [{{ name: 'seed', value: '1' }}] }},
    templates: [{{ name: 'synthetic', inputs: {{ parameters: [{{ name: 'seed' }}] }}, dag: {{ tasks: tasks }} }}]
               + {' + '.join(f'({part})' for part in parts)},
  }},
}}
""")
    return lambda binary: Run([binary, "--format", "yaml", "main.jsonnet"], folder)


# Measures of one run.


def times(run):
    """Elapsed and processor time in milliseconds."""
    started = time.perf_counter()
    child = subprocess.Popen(run.command, cwd=run.folder, **QUIET)
    _, status, usage = os.wait4(child.pid, 0)
    elapsed = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    run.check(child.returncode)
    return elapsed * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3


def peak(run):
    """Peak memory in MiB. A child of Python starts with the peak of Python, so a smaller program starts it."""
    with tempfile.NamedTemporaryFile("r") as out:
        done = subprocess.run([TIME, "-q", "-f", "%M", "-o", out.name, *run.command], cwd=run.folder, **QUIET)
        run.check(done.returncode)
        return int(out.read()) / 1024


def valgrind(tool, run, pattern):
    """The numbers that a tool of valgrind prints, by a pattern with groups."""
    command = ["valgrind", f"--tool={tool}", f"--{tool}-out-file=/dev/null", *run.command]
    streams = {**QUIET, "stderr": subprocess.PIPE}
    done = subprocess.run(command, cwd=run.folder, text=True, errors="replace", **streams)
    run.check(done.returncode, done.stderr[-2000:])
    found = re.search(pattern, done.stderr)
    if not found:
        sys.exit(f"valgrind says what is not understood:\n{done.stderr[-2000:]}")
    return [int(number.replace(",", "")) for number in found.groups()]


def instructions(run):
    return valgrind("callgrind", run, r"Collected\s*: (\d+)")[0]


def heap(run):
    """The allocations, and the bytes that are live at the peak."""
    return valgrind("dhat", run, r"(?s)Total: +[\d,]+ bytes in ([\d,]+) blocks.*At t-gmax: +([\d,]+) bytes")


def in_parallel(measure, runs):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(measure, runs))


# The table.


def text(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


class Table:
    """Rows of values by program, and ratios of the first program to the others."""

    def __init__(self, programs):
        self.programs = programs
        self.lines = [["", *programs, *(f"/ {other}" for other in programs[1:])]]

    def add(self, label, values):
        """Adds a row. Programs without a value are the last ones."""
        values = [*values]
        values += [None] * (len(self.programs) - len(values))
        first = values[0]
        ratios = [f"{first / value:.3g}" if value else "" for value in values[1:]]
        self.lines.append([label, *map(text, values), *ratios])
        print(f"  {label}: {', '.join(map(text, values))}", file=sys.stderr, flush=True)

    def print(self):
        widths = [max(map(len, column)) for column in zip(*self.lines)]
        for number, line in enumerate(self.lines):
            cells = [cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(line, widths))]
            print("| " + " | ".join(cells) + " |")
            if number == 0:
                print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def minimum(runs, turns):
    """The minimum of the elapsed times of each, and that of the processor times. The runs take turns."""
    found = [[times(run) for run in runs] for _ in range(turns)]
    return [[min(column) for column in zip(*of_one)] for of_one in zip(*found)]


def table(args):
    need("valgrind", TIME)
    programs = {"argot": args.binary}
    if args.against:
        programs["against"] = args.against
    binaries = list(programs.values())
    programs["true"] = "/bin/true"
    jrsonnet = shutil.which("jrsonnet")
    if jrsonnet:
        programs["jrsonnet"] = jrsonnet
    else:
        print("jrsonnet is not installed (cargo install jrsonnet): there is no ratio to it", file=sys.stderr)
    out = Table(list(programs))

    with tempfile.TemporaryDirectory() as work:
        runs = [Run([program, "--version"]) for program in programs.values()]
        out.add("start (`--version`): CPU ms", [cpu for _, cpu in minimum(runs, args.runs * 4)])
        out.add("start (`--version`): peak MiB", map(peak, runs))

        on = generate("steps", 1_000, f"{work}/1000")
        runs = [on(binary) for binary in binaries]
        counts = in_parallel(instructions, runs)
        allocations, live = zip(*in_parallel(heap, runs))
        out.add("instructions a step at 1,000, thousands", [each / 1e6 for each in counts])
        out.add("live heap a step at the peak at 1,000, KiB", [each / 1_000 / 1024 for each in live])
        out.add("allocations a step at 1,000", [each / 1_000 for each in allocations])

        for n in args.sizes:
            folder, other = f"{work}/{n}", f"{work}/{n}.jsonnet"
            runs = [*map(generate("steps", n, folder), binaries), Run([programs["true"]])]
            if jrsonnet:
                runs.append(generate_jsonnet(n, other)(jrsonnet))
            turns = args.runs if n < 100_000 else min(args.runs, 3)
            label = f"{n:,} steps" + (" in several files" if n > 10_000 else "")
            out.add(f"{label}: CPU ms", [cpu for _, cpu in minimum(runs, turns)])
            out.add(f"{label}: peak MiB", map(peak, runs))
            shutil.rmtree(folder)
            shutil.rmtree(other, ignore_errors=True)

        on = generate("files", 1_000, f"{work}/files")
        cores = ",".join(map(str, sorted(os.sched_getaffinity(0))[:2]))
        runs = [on("taskset", "-c", cores, binary) for binary in binaries]
        elapsed, cpu = zip(*minimum(runs, args.runs))
        out.add("check of 1,000 files on two cores: elapsed ms", elapsed)
        out.add("check of 1,000 files on two cores: CPU ms", cpu)
        out.add("check of 1,000 files on two cores: peak MiB", map(peak, runs))

        if args.cold:
            build = ["cargo", "build", "-q", "--release", "--locked", "--bin", "argot", "--target-dir", f"{work}/target"]
            elapsed, cpu = times(Run(build, str(ROOT)))
            out.add("cold release build of this source: elapsed s", [elapsed / 1e3])
            out.add("cold release build of this source: CPU s", [cpu / 1e3])
    print(f"The minimum of {args.runs} runs that take turns; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    out.print()


# Growth, and the guard.


def count(binary, cases):
    """The instructions of each case, a dimension and a size."""
    with tempfile.TemporaryDirectory() as work:
        runs = [generate(name, n, f"{work}/{name}-{n}")(binary) for name, n in cases]
        return in_parallel(instructions, runs)


def growth(args):
    """Doubles each dimension twice. The exponent is 1 if the cost is linear, and 2 if it is quadratic."""
    need("valgrind")
    known = dimensions()
    unknown = [name for name in args.dimensions if name not in known]
    if unknown:
        sys.exit(f"there is no dimension {', '.join(unknown)}")
    names = args.dimensions or list(known)
    print(f"{'':18} {'N':>6} {'N':>9} {'2N':>9} {'4N':>9}  million instructions, without those of N = 1; and the exponent")
    for name in names:
        size, counts = known[name]
        fixed, *found = count(args.binary, [(name, n) for n in (1, size, size * 2, size * 4)])
        own = [max(each - fixed, 1) for each in found]
        exponent = math.log2(own[2] / own[1])
        print(f"{name:18} {size:6} " + " ".join(f"{each / 1e6:9.1f}" for each in own) + f"  {exponent:.2f}  {counts}", flush=True)


def guard(args):
    """Compares the instructions of one run of each kind with the recorded ones."""
    need("valgrind")
    cases = [("steps", n) for n in (10, 100, 1_000)]
    cases += [(name, size * 4) for name, (size, _) in dimensions().items() if name != "steps"]
    found = dict(zip(cases, count(args.binary, cases)))
    rustc = subprocess.run(["rustc", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    if args.record:
        rows = "".join(f"{name}\t{n}\t{number}\n" for (name, n), number in found.items())
        RECORD.write_text(f"# Instructions by dimension and size; written by measure.py guard --record, with {rustc}\n{rows}")
        return
    head, *lines = RECORD.read_text().splitlines()
    recorded = {(name, int(n)): int(number) for name, n, number in (line.split("\t") for line in lines)}
    failed = sorted(recorded.keys() ^ found.keys())
    for name, n in failed:
        print(f"{name} {n}: is not recorded, or is no more; record again")
    for case in (case for case in cases if case in recorded):
        ratio = found[case] / recorded[case]
        verdict = ""
        if ratio > MOST:
            failed.append(case)
            verdict = f"  too many: {recorded[case]:,} are recorded"
        elif ratio < 2 - MOST:
            verdict = "  much less: record it"
        print(f"{case[0]:18} {case[1]:6} {found[case]:14,} {ratio - 1:+7.1%}{verdict}")
    if failed:
        if rustc not in head:
            print(f"this is {rustc}; {head.removeprefix('# ')}")
        sys.exit(f"{len(failed)} of {len(cases)} have more than {MOST - 1:.0%} above what is recorded, or no record. If that is meant, "
                 "run `benches/measure.py guard BINARY --record` and commit the file")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, action in (("table", table), ("growth", growth), ("guard", guard)):
        command = commands.add_parser(name)
        command.set_defaults(action=action)
        command.add_argument("binary", type=os.path.abspath)
        if action is table:
            sizes = lambda value: [int(n) for n in value.split(",")]
            command.add_argument("--against", type=os.path.abspath, help="another build, to compare with")
            command.add_argument("--sizes", type=sizes, default=[10, 1_000, 10_000, 100_000])
            command.add_argument("--runs", type=int, default=7)
            command.add_argument("--cold", action="store_true", help="build from nothing too, which takes minutes")
        elif action is growth:
            command.add_argument("dimensions", nargs="*")
        else:
            command.add_argument("--record", action="store_true", help="write what is measured")
    args = parser.parse_args()
    args.action(args)


if __name__ == "__main__":
    main()
