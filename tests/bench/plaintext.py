"""The benchmark of the search for secrets: how right it is, what it costs, and what peers say of the same files.

Right and wrong are counted on the labelled set (`tests/secrets/labelled`); a file counts as found where a finding of
level `error` stands in it. Cost is held against parsing the same manifests. Peers are run where they are found.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.resources import resources_of
from policygate.secrets import search
from policygate.secrets.bodies import search_deeper
from policygate.secrets.files import in_file
from policygate.yamldoc import parse
from tests.bench.measure import Job, Row, Seconds, in_turns, ratio, spread
from tests.memory import SHIPPED, compare_trees
from tests.secrets.labelled import cases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from policygate.model import Resource
    from policygate.yamldoc import Parsed
    from tests.secrets.labelled import Case

POLICIES: Final = tuple(each for each in SHIPPED if each.pack == "secrets")
PRECISION: Final = 0.98
RECALL: Final = 0.95


class Score(NamedTuple):
    """How many leaks and look-alikes were flagged, and how many were not."""

    found: int
    missed: int
    alarms: int
    clean: int

    @property
    def precision(self) -> float:
        """Of what was flagged, how much is a leak."""
        return self.found / max(1, self.found + self.alarms)

    @property
    def recall(self) -> float:
        """Of the leaks, how many were flagged."""
        return self.found / max(1, self.found + self.missed)


def score(judged: Iterable[tuple[Case, bool]]) -> Score:
    """Count verdicts."""
    counts = Counter((case.leak, flagged) for case, flagged in judged)
    return Score(counts[True, True], counts[True, False], counts[False, True], counts[False, False])


def flagged(case: Case) -> bool:
    """Whether a finding of level `error` stands in the file that a case is about."""
    report = compare_trees(None, case.files, policies=POLICIES)
    first = next(iter(case.files))
    return any(f.level == "error" and f.location.file == first for f in report.findings)


def correctness() -> Iterator[Row]:
    """Precision and recall on the labelled set, and where they are worst."""
    judged = [(case, flagged(case)) for case in cases()]
    whole = score(judged)
    yield Row(
        "precision on the labelled set",
        "the labels",
        whole.precision,
        at_least=PRECISION,
        note=_counted(whole),
    )
    yield Row(
        "recall on the labelled set",
        "the labels",
        whole.recall,
        at_least=RECALL,
        note=_by_class(judged),
    )


def _counted(score_: Score) -> str:
    return (
        f"{score_.found} of {score_.found + score_.missed} leaks found, "
        f"{score_.alarms} of {score_.alarms + score_.clean} look-alikes flagged"
    )


def _by_class(judged: Iterable[tuple[Case, bool]]) -> str:
    wrong = Counter(case.kind for case, was in judged if case.leak != was)
    return "wrong: " + (", ".join(f"{kind} {n}" for kind, n in sorted(wrong.items())) or "none")


def cost(sample: Mapping[str, Mapping[str, bytes]], runs: int) -> Iterator[Row]:
    """Search every manifest of the real trees, against parsing them."""
    ours: Seconds = []
    theirs: Seconds = []
    found: Counter[str] = Counter()
    for tree in sample.values():
        held = [_read(data, name) for name, data in tree.items()]

        def us(held: list[tuple[Parsed, list[Resource]]] = held) -> None:
            search.forget()  # a run of the gate remembers nothing of the one before
            for parsed, resources in held:
                for resource in resources:
                    found.update(each.level for each in search.secrets_of(resource))
                found.update(each.found.level for each in search.secrets_beside(parsed))

        def them(tree: Mapping[str, bytes] = tree) -> None:
            for name, data in tree.items():
                parse(data, name)

        took = in_turns(runs, us, them)
        ours = [a + b for a, b in zip(ours or [0.0] * runs, took[0], strict=True)]
        theirs = [a + b for a, b in zip(theirs or [0.0] * runs, took[1], strict=True)]
    yield Row(
        "time: search real manifests for secrets",
        "parsing them",
        ratio(ours, theirs),
        at_most=0.5,
        note=f"{spread(ours, theirs)}; {found.total() // runs} credentials in them",
    )


def _read(data: bytes, name: str) -> tuple[Parsed, list[Resource]]:
    parsed = parse(data, name)
    resources = (
        resource
        for document in parsed.documents
        if document.readable
        for resource in resources_of(document.value, document, name)
    )
    return parsed, list(resources)


HOSTILE: Final = (
    "a=", "password=", '"password": "', "token: a ", "://a:b", "://", "@", "Bearer a", "-----BEGIN ", "--password ", "$2a$10$", "${a:-", "<a>",
    "name: a\nvalue: ", "eyJ", "a.", "'a','a',", "{{ ", "#", "[a]: b:c ", "mysql -p", "a:1:b:c:d\n", "{SHA}", '\\"', "key=key=", "\t", "user a >", "://a:bcdefgh1@h ", "password=x9Kd82jd\n",
)  # fmt: skip
"""Pieces that patterns begin with: texts made of them alone are the worst that can be written."""


def hostile() -> Iterator[Row]:
    """Twice as much hostile text takes twice as long, and no more."""
    small, large = (
        [piece * (size // len(piece)) for piece in HOSTILE] for size in (65_536, 131_072)
    )

    def reading(texts: list[str]) -> Job:
        def job() -> None:
            search.forget()
            for text in texts:
                list(in_file(text, "app.conf", search_deeper))

        return job

    once, twice = in_turns(5, reading(small), reading(large))
    yield Row(
        "time: 128 KiB of hostile text",
        "64 KiB of it",
        ratio(twice, once),
        at_most=2.5,
        note=spread(twice, once),
    )


def peers(folder: Path, detect_secrets: str | None) -> Iterator[Row]:
    """What other tools flag of the labelled files, by their own defaults."""
    labelled = cases()
    for at, case in enumerate(labelled):
        for name, text in case.files.items():
            path = folder / f"{at:04}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
    for name, program in (
        ("detect-secrets", detect_secrets or "detect-secrets"),
        ("gitleaks", "gitleaks"),
    ):
        where = shutil.which(program)
        if where is None:
            yield Row(
                f"recall of {name}", "the labels", None, note=f"{program} was not found on PATH"
            )
            continue
        flagged_by = _RUN[name](where, folder)
        result = score(
            (case, f"{at:04}/{next(iter(case.files))}" in flagged_by)
            for at, case in enumerate(labelled)
        )
        yield Row(
            f"precision of {name} on the labelled set",
            "the labels",
            result.precision,
            note=_counted(result),
        )
        yield Row(f"recall of {name} on the labelled set", "the labels", result.recall)


def _by_detect_secrets(program: str, folder: Path) -> set[str]:
    command = [program, "scan", "--all-files", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return {name.removeprefix("./") for name in json.loads(done.stdout)["results"]}


def _by_gitleaks(program: str, folder: Path) -> set[str]:
    report = folder.parent / "gitleaks.json"
    command = [
        program,
        "dir",
        ".",
        "--no-banner",
        "--exit-code=0",
        "--max-decode-depth=5",
        f"--report-path={report}",
    ]
    subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return {
        each["File"].removeprefix("./") for each in json.loads(report.read_text(encoding="utf-8"))
    }


_RUN: Final = {"detect-secrets": _by_detect_secrets, "gitleaks": _by_gitleaks}
