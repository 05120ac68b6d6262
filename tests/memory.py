"""States of a repository in memory, for tests that need no git."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import takewhile
from posixpath import dirname

from policygate.api import report_on
from policygate.configuration import load_policies
from policygate.findings import Gate
from policygate.gate import Exceptions
from policygate.model import Report, Revision
from policygate.policy.types import Policy, completed
from policygate.settings import Settings, select
from policygate.sources import Comparison, FileChange

MEMORY = Revision("memory", "a test")
_ALL = tuple(map(completed, load_policies(None)[1]))
SHIPPED = select(_ALL, (), ())
"""What is on where nobody has said anything."""
FEW = select(
    _ALL,
    (
        "loosened-argocd-prune", "loosened-image-pin", "image-tag-mutable", "document-unreadable",
        "duplicate-key", "loosened-network-policy", "service-external-ips", "host-ipc", "host-network",
        "host-path-volume", "host-pid", "host-port", "privileged-container", "proc-mount",
        "rbac-cluster-admin-binding", "rbac-wildcard-rule", "cpu-request-missing", "memory-limit-lowered",
        "memory-limit-missing", "loosened-limits", "loosened-limits", "secret-in-env-literal",
        "allow-privilege-escalation-explicit", "capability-dangerous-added", "loosened-root-user",
        "run-as-user-root", "volume-gitrepo",
    ),
    (),
)  # fmt: skip
"""Some of them, for tests of the pipeline: a new policy then changes no test but its own."""


@dataclass(frozen=True)
class MemorySnapshot:
    """A tree of files in memory."""

    files: Mapping[str, bytes]
    revision: Revision = MEMORY

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        """The bytes of a file, one more than the limit at most."""
        data = self.files.get(path)
        return data if data is None or limit is None else data[: limit + 1]

    def stored(self, path: str, limit: int | None = None) -> bytes | None:
        """The same: nothing filters them."""
        return self.read(path, limit)

    def paths(self, under: str = "", *, deep: bool = True) -> tuple[str, ...]:
        """The paths in a folder, and below it unless told otherwise, sorted."""
        if not deep:
            return tuple(self._folders.get(under.rstrip("/"), ()))
        folder = under.rstrip("/") + "/" if under else ""
        first = bisect_left(self._sorted, folder)
        return tuple(takewhile(lambda path: path.startswith(folder), self._sorted[first:]))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.files)

    @cached_property
    def _folders(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._sorted:
            found.setdefault(dirname(path), []).append(path)
        return found

    def search(self, *words: str, among: Sequence[str] = ()) -> tuple[str, ...]:
        """The paths of the files that hold one of some words, sorted."""
        wanted = [word.encode("utf-8", "surrogateescape") for word in words]
        found = (path for path, data in self.files.items() if any(each in data for each in wanted))
        return tuple(sorted(found))


def as_bytes(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """Encode the texts of a tree."""
    return {p: d.encode() if isinstance(d, str) else d for p, d in files.items()}


def compare_trees(
    base: Mapping[str, str | bytes] | None,
    head: Mapping[str, str | bytes],
    *,
    renames: Mapping[str, str] | None = None,
    policies: Sequence[Policy] = FEW,
    gate: Gate | None = None,
    settings: Settings | None = None,
    today: str = "",
    outlook: str | None = None,
) -> Report:
    """Judge the change from one tree to another; `renames` maps head paths to base paths.

    With `today` waivers count, and settings and policies are those of the base. `outlook` is what the repository
    is called, for a report that looks ahead.
    """
    old, new = as_bytes(base or {}), as_bytes(head)
    renames = renames or {}
    changes = [
        FileChange(renames.get(path, path if path in old else None), path)
        for path in new
        if old.get(renames.get(path, path)) != new[path]
    ]
    taken = set(renames.values())
    changes += [FileChange(path, None) for path in old if path not in new and path not in taken]
    comparison = Comparison(
        base=None if base is None else MemorySnapshot(old),
        head=MemorySnapshot(new),
        files=tuple(changes),
        notes=(),
        special=(),
    )
    if not today:
        return report_on(
            comparison, settings or Settings(), tuple(policies), gate or Gate(), outlook=outlook
        )
    found, known = load_policies(comparison.base or comparison.head)
    exceptions = Exceptions({each.id: each for each in known}, date.fromisoformat(today))
    chosen = select(known, (), (), found.overrides)
    level = gate or Gate(found.existing, found.fail_on)  # type: ignore[arg-type]
    return report_on(comparison, found, chosen, level, exceptions=exceptions, outlook=outlook)
