"""The index of the shipped policies: enough of each to choose those that judge, without loading it.

Most changes touch a few kinds, and most policies are off: loading them all would take longer than the
check. The index is made from the policies (`policygate policies --format index`) and is never more
than a short cut: a file that it does not know, or knows with another size, is loaded.
"""

from __future__ import annotations

import dataclasses
import json
import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.model import Location
from policygate.policy.types import Match, Policy
from policygate.policy.yaml_format import JUDGING, of_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path as Folder

    from policygate.model import Path

NAME: Final = "index.json"


def index_of(policies: Iterable[Policy], root: Folder) -> str:
    """The index of shipped policies, as the text of its file."""
    rows = [
        {
            "file": policy.file,
            "size": (root / policy.file).stat().st_size,
            "id": policy.id,
            "title": policy.title,
            "level": policy.level,
            "scope": policy.scope,
            "kinds": policy.match.kinds,
            "operations": policy.match.operations,
            "enabled": policy.enabled,
            **({"peers": policy.peers} if policy.peers else {}),
            **({} if policy.waivable else {"waivable": False}),
            **_spec_of(policy),
        }
        for policy in sorted(policies, key=lambda policy: policy.file)
    ]
    lines = ",\n".join(json.dumps(row) for row in rows)
    return f"[\n{lines}\n]\n"


def _spec_of(policy: Policy) -> dict[str, Any]:
    """What a policy in YAML judges by: with it, its file need not be read."""
    if policy.written is None:
        return {}
    spec = policy.written.spec
    return {"spec": {key: spec[key] for key in JUDGING if key in spec}}


class _Nowhere(NamedTuple):
    """Stands for the positions in a file that has not been read."""

    file: str

    def locate(self, _path: Path) -> Location:
        """The beginning of the file."""
        return Location(self.file, 1)

    def locate_value(self, _path: Path) -> Location:
        """The same."""
        return Location(self.file, 1)


def sizes(root: Folder) -> dict[str, int]:
    """The files of the shipped policies, relative to their folder, with their sizes in bytes."""
    return dict(_files(root))


def _files(root: Folder) -> Iterator[tuple[str, int]]:
    for pack in os.scandir(root):
        if not pack.is_dir():
            continue
        for file in os.scandir(pack.path):
            if file.name.endswith((".yaml", ".py")) and not file.name.startswith("_"):
                yield f"{pack.name}/{file.name}", file.stat().st_size


def outlines(root: Folder, load: Callable[[str], Policy]) -> Iterator[Policy]:
    """Every shipped policy; one that the index knows is loaded when it is `completed`.

    Args:
        root: The folder of the packs.
        load: Loads the policy of a file, relative to the folder.
    """
    found = sizes(root)
    for row in _rows(root):
        if found.get(row["file"]) == row["size"]:
            del found[row["file"]]
            yield _outline(row, load)
    for file in found:
        yield load(file)


def _rows(root: Folder) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads((root / NAME).read_bytes())
    except (OSError, ValueError):
        return []
    return rows


def _outline(row: dict[str, Any], load: Callable[[str], Policy]) -> Policy:
    file = row["file"]
    return Policy(
        id=row["id"],
        title=row["title"],
        level=row["level"],
        check=lambda _pair, _params: (),
        scope=row["scope"],
        match=Match(tuple(row["kinds"]), tuple(row["operations"])),
        enabled=row["enabled"],
        peers=tuple(row.get("peers", ())),
        waivable=row.get("waivable", True),
        pack=file.partition("/")[0],
        file=file,
        source=lambda: _from_row(row) if "spec" in row else load(file),
    )


def _from_row(row: dict[str, Any]) -> Policy:
    file = row["file"]
    policy = of_spec(row["spec"], file, _Nowhere(file))
    return dataclasses.replace(
        policy,
        peers=tuple(row.get("peers", ())),
        waivable=row.get("waivable", True),
        pack=file.partition("/")[0],
    )
