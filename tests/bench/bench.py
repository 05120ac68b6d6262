"""The benchmark: ratios against named baselines that are measured in the same run.

By hand, with the Python that policygate is installed in:

    python tests/bench/bench.py [--corpus ../shared/corpus] [--quick] [--only parse,start,…]
                                [--checkov PATH] [--detect-secrets PATH]

Jobs run in turns and a ratio is the median over neighbouring runs, so that other load on the
machine hits both sides. Exit code 1 when a target is missed. Numbers in a row's note (resources per
second, MiB) are for orientation, here and now.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))  # after an installed policygate, which is what is measured

from tests.bench import language, material, orders, peers, plaintext  # noqa: E402 (the line above finds them)
from tests.bench.measure import (  # noqa: E402
    MISSED,
    Job,
    Row,
    Seconds,
    in_turns,
    peak_memory,
    process,
    ratio,
    spread,
    table,
)
from tests.memory import SHIPPED, compare_trees  # noqa: E402
from tests.repo import Repo, clean_env  # noqa: E402

IMPORT_ONLY = [sys.executable, "-c", "import click, yaml"]
_UNWANTED = ("GITHUB_", "PYTHONDONTWRITEBYTECODE")  # an installed program has its bytecode
FORBIDDEN = ("pydantic", "jsonschema", "kubernetes_validate")
LOAD_TREE = """
import pathlib, yaml
kept = []
for file in pathlib.Path().rglob("*"):
    if file.suffix in (".yaml", ".yml", ".json") and file.is_file():
        try:
            kept.append(list(yaml.load_all(file.read_bytes(), yaml.CSafeLoader)))
        except (yaml.YAMLError, ValueError):
            pass
"""
"""What a tool does before it judges anything: reads every manifest of the tree and keeps it."""


class Bench(NamedTuple):
    """What every part needs.

    Attributes:
        trees: The real trees of the corpus: name -> path -> bytes.
        folder: Where to make repositories.
        quick: Fewer runs on fewer files.
        checkov: The program, when it is not on PATH.
        detect_secrets: Likewise.
        env: The environment of every process.
    """

    trees: Mapping[str, Mapping[str, bytes]]
    folder: Path
    quick: bool
    checkov: str | None
    detect_secrets: str | None
    env: Mapping[str, str]

    def sample(self) -> dict[str, dict[str, bytes]]:
        """The trees, or a tenth of their files when it is to be quick."""
        step = 10 if self.quick else 1
        return {
            name: dict(islice(tree.items(), 0, None, step)) for name, tree in self.trees.items()
        }

    def runs(self, full: int) -> int:
        """How often to run what a full benchmark runs `full` times."""
        return max(3, full // 3) if self.quick else full


def policygate(*arguments: str) -> list[str]:
    """The command as people run it: the console script beside this Python, else the module."""
    script = Path(sys.executable).with_name("policygate")
    return [
        *([str(script)] if script.exists() else [sys.executable, "-m", "policygate"]),
        *arguments,
    ]


def parsing(bench: Bench) -> Iterator[Row]:
    """Parse with positions against the fastest PyYAML has without, on files that both can read."""
    from policygate.yamldoc import parse

    ours: Seconds = []
    theirs: Seconds = []
    for tree in bench.sample().values():
        both = [data for name, data in tree.items() if _both_read(data, name)]

        def us(both: list[bytes] = both) -> None:
            for data in both:
                parse(data, "file")

        def them(both: list[bytes] = both) -> None:
            for data in both:
                material.load(data)

        took = in_turns(bench.runs(9), us, them)
        ours = [a + b for a, b in zip(ours or [0.0] * len(took[0]), took[0], strict=True)]
        theirs = [a + b for a, b in zip(theirs or [0.0] * len(took[1]), took[1], strict=True)]
    yield Row(
        "throughput: parse with positions, real manifests",
        "yaml.CSafeLoader",
        ratio(theirs, ours),
        at_least=1.8,
        note=spread(theirs, ours),
    )


def _both_read(data: bytes, name: str) -> bool:
    from policygate.yamldoc import parse

    parsed = parse(data, name)
    readable = parsed.not_text is None and all(doc.readable for doc in parsed.documents)
    return readable and material.load(data) is not None


def start(bench: Bench) -> Iterator[Row]:
    """One changed file in a real repository: what somebody who commits waits for."""
    tree = bench.trees["kubernetes+examples"]
    name = next(name for name, data in tree.items() if b"kind: Deployment" in data)
    # Something to judge and something to show: a new resource with a finding.
    new = [b"\n---\n" + material.deployment(number, changed=True) for number in (10, 20)]
    repo = material.repository(bench.folder / "one", tree, {name: tree[name] + new[0]})
    repo.write(name, tree[name] + b"".join(new))
    repo.git("add", "--all")
    imports = process(IMPORT_ONLY, repo.path, bench.env)
    for arguments in (("check",), ("check", "--staged")):
        check = process(policygate(*arguments), repo.path, bench.env)
        check()
        us, them = in_turns(bench.runs(31), check, imports)
        yield Row(
            f"time: {' '.join(arguments)}, one changed file of {len(tree)}",
            "import click, yaml",
            ratio(us, them),
            at_most=3,
            note=spread(us, them),
        )
    loaded = _loaded(repo, bench.env)
    bad = [name for name in FORBIDDEN if name in loaded]
    yield Row(
        f"modules among {', '.join(FORBIDDEN)} that it imports",
        "none",
        len(bad),
        at_most=0,
        note=", ".join(bad),
    )


def _loaded(repo: Repo, env: Mapping[str, str]) -> set[str]:
    """The top-level packages that `check` imports."""
    command = [sys.executable, "-X", "importtime", "-m", "policygate", "check"]
    done = subprocess.run(
        command, cwd=repo.path, env=env, capture_output=True, text=True, check=False
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
    if "policygate" not in names or done.returncode not in (0, 1):
        raise RuntimeError(f"check ended with {done.returncode}: {done.stderr[-500:]}")
    return names


def throughput(bench: Bench) -> Iterator[Row]:
    """The whole pipeline on everything there is, in process and as a process."""
    trees = bench.sample()
    resources: list[int] = []

    def us() -> None:
        counted = (
            compare_trees(None, tree, policies=SHIPPED).counts.resources for tree in trees.values()
        )
        resources.append(sum(counted))

    def them() -> None:
        for tree in trees.values():
            for data in tree.values():
                material.load(data)

    ours, theirs = in_turns(bench.runs(3), us, them)
    yield Row(
        "time: judge the whole corpus in process",
        "yaml.CSafeLoader reads it",
        ratio(ours, theirs),
        note=f"{resources[0]} resources; {_speed(resources[0], ours)}",
    )
    tree = trees[material.LARGEST]
    repo = material.repository(bench.folder / "largest", tree, {})
    load = [sys.executable, "-c", LOAD_TREE]
    check = policygate("check", "--all")
    ours, theirs = in_turns(
        bench.runs(3), process(check, repo.path, bench.env), process(load, repo.path, bench.env)
    )
    found = compare_trees(None, tree, policies=SHIPPED).counts.resources
    yield Row(
        f"time: check --all, tree of {len(tree)} files",
        "python reads it with CSafeLoader",
        ratio(ours, theirs),
        note=f"{found} resources; {_speed(found, ours)}",
    )
    peaks = [peak_memory(command, repo.path, bench.env) for command in (check, load)]
    yield Row(
        f"peak memory: check --all, tree of {len(tree)} files",
        "python reads it with CSafeLoader",
        peaks[0] / peaks[1],
        note=f"{peaks[0] >> 10} MiB, {peaks[1] >> 10} MiB",
    )


def _speed(resources: int, took: Seconds) -> str:
    return f"here and now {resources / sorted(took)[len(took) // 2]:.0f} resources per second"


def growth(bench: Bench) -> Iterator[Row]:
    """Time per manifest from 100 to 10,000 of them; 1 is linear."""
    many = 1_000 if bench.quick else 10_000
    yield _grown(bench, "changed files", material.files, many)
    # Twice as many would be beyond the size of a file that is read at all.
    yield _grown(bench, "changed documents of one file", material.one_file, many // 2)
    small = material.repository(
        bench.folder / "small", material.files(1, changed=False), material.files(1, changed=True)
    )
    large = material.repository(
        bench.folder / "large", material.files(many, changed=False), material.files(1, changed=True)
    )
    check = policygate("check")
    status = ["git", "--no-optional-locks", "status", "--porcelain"]
    jobs = [process(check, repo.path, bench.env) for repo in (large, small)]
    jobs.append(process(status, large.path, bench.env))
    in_large, in_small, by_git = in_turns(bench.runs(15), *jobs)
    more = f"time: one changed file among {many:,} unchanged"
    yield Row(more, "among none", ratio(in_large, in_small), note=spread(in_large, in_small))
    extra = [a - b for a, b in zip(in_large, in_small, strict=True)]
    yield Row("time: what the unchanged add", "git status there", ratio(extra, by_git))


Make = Callable[..., dict[str, bytes]]


def _grown(bench: Bench, what: str, make: Make, many: int) -> Row:
    """Compare times per manifest beyond the first: start-up is not spread over the many."""
    jobs: list[Job] = []
    for number in (1, 100, many):
        folder = bench.folder / f"{make.__name__}-{number}"
        base, head = make(number, changed=False), make(number, changed=True)
        repo = material.repository(folder, base, head)
        found = (1,) if number > 1 else (0, 1)
        jobs.append(process(policygate("check"), repo.path, bench.env, found))
    # The few are quick, and their difference is small: they run more often.
    one, few = (sorted(took) for took in in_turns(bench.runs(15), *jobs[:2]))
    _, most = in_turns(3, jobs[0], jobs[2])
    start_up = one[len(one) // 2]
    each_few = (few[len(few) // 2] - start_up) / 99
    each_most = (sorted(most)[1] - start_up) / (many - 1)
    return Row(
        f"time per manifest: {many:,} {what}", "100 of them", each_most / each_few, at_most=1.25
    )


def others(bench: Bench) -> Iterator[Row]:
    """Peers on the same folder of real manifests, and on a folder of one."""
    real = [data for tree in bench.trees.values() for data in tree.values()]
    folders = []
    for number in (1, 40 if bench.quick else 400):
        folder = bench.folder / f"peers-{number}"
        found = material.plain(real, number)
        material.write(folder, {f"{at:03}.yaml": data for at, data in enumerate(found)})
        folders.append(folder)
    yield from peers.rows(
        folders, policygate("check"), bench.env, runs=bench.runs(5), checkov=bench.checkov
    )


def judging(bench: Bench) -> Iterator[Row]:
    """Judge every resource by everything that is on, reading aside, against reading it."""
    one = [policy for policy in SHIPPED if policy.id == "document-unreadable"]
    ours: Seconds = []
    theirs: Seconds = []
    for tree in bench.sample().values():
        both = {name: data for name, data in tree.items() if _both_read(data, name)}

        def everything(both: dict[str, bytes] = both) -> None:
            compare_trees({}, both, policies=SHIPPED)

        def nothing(both: dict[str, bytes] = both) -> None:
            compare_trees({}, both, policies=one)

        def them(both: dict[str, bytes] = both) -> None:
            for data in both.values():
                material.load(data)

        judged, read, loaded = in_turns(bench.runs(5), everything, nothing, them)
        spent = [a - b for a, b in zip(judged, read, strict=True)]
        ours = [a + b for a, b in zip(ours or [0.0] * len(spent), spent, strict=True)]
        theirs = [a + b for a, b in zip(theirs or [0.0] * len(loaded), loaded, strict=True)]
    yield Row(
        f"judging: {len(SHIPPED)} policies that are on, real manifests, every finding counts",
        "yaml.CSafeLoader",
        ratio(ours, theirs),
        at_most=2.0,
        note=spread(ours, theirs),
    )


def comparing(bench: Bench) -> Iterator[Row]:
    """The orders of looser and tighter, reading aside."""
    yield from orders.changing(bench.sample())
    yield from orders.growing()


def finding_secrets(bench: Bench) -> Iterator[Row]:
    """The search for secrets: how right it is, what it costs, and what peers say of the same files."""
    yield from plaintext.correctness()
    yield from plaintext.cost(bench.sample(), bench.runs(7))
    yield from plaintext.hostile()
    yield from plaintext.peers(bench.folder / "labelled", bench.detect_secrets)


def cel(bench: Bench) -> Iterator[Row]:
    """The expression language: evaluating, and being imported."""
    yield from language.evaluating(bench.runs(31))
    yield from language.importing(bench.runs(31), bench.folder, bench.env)


PARTS: Mapping[str, Callable[[Bench], Iterator[Row]]] = {
    "parse": parsing,
    "start": start,
    "throughput": throughput,
    "growth": growth,
    "judge": judging,
    "orders": comparing,
    "secrets": finding_secrets,
    "cel": cel,
    "peers": others,
}


def main() -> int:
    """Measure, print the table, and say by the exit code whether every target is met."""
    parser = argparse.ArgumentParser(description="Ratios against baselines of the same run.")
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--quick", action="store_true", help="fewer runs on a tenth of the files")
    parser.add_argument("--only", default=",".join(PARTS), help="comma-separated: %(default)s")
    parser.add_argument("--checkov", metavar="PATH", help="checkov, when it is not on PATH")
    parser.add_argument("--detect-secrets", metavar="PATH", help="likewise")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    trees = material.trees(options.corpus)
    if not trees:
        parser.error(f"no trees in {options.corpus}/real")
    env = {key: value for key, value in clean_env().items() if not key.startswith(_UNWANTED)}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(
            trees, Path(folder), options.quick, options.checkov, options.detect_secrets, env
        )
        for name in wanted:
            began = time.monotonic()
            rows += PARTS[name](bench)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    print(table(rows), end="")
    return int(any(row.met == MISSED for row in rows))


if __name__ == "__main__":
    sys.exit(main())
