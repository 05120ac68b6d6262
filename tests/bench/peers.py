"""Other tools on the same folder of files: how long their process takes beside ours.

They look for other things than policygate, so a ratio says what a commit waits for, not who is
the better program. What is not on PATH is named as not found. Nothing here asks the network.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.measure import Row, in_turns, process, ratio, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REGO = """\
package main

import rego.v1

deny contains msg if {
  some container in input.spec.template.spec.containers
  not container.resources.limits.memory
  msg := sprintf("container %s has no memory limit", [container.name])
}
"""


class Peer(NamedTuple):
    """A tool: its program, and its arguments with the words in capitals to be filled in."""

    program: str
    arguments: tuple[str, ...]


PEERS = (
    Peer(
        "checkov",
        ("-d", "FOLDER", "--framework", "kubernetes", "--compact", "--quiet", "--skip-download"),
    ),
    Peer("conftest", ("test", "--policy", "POLICY", "FOLDER")),
    Peer("kube-linter", ("lint", "FOLDER")),
    Peer("kube-score", ("score", "FILES")),
    Peer("kubeconform", ("-ignore-missing-schemas", "-schema-location", "SCHEMAS", "FOLDER")),
    Peer("polaris", ("audit", "--audit-path", "FOLDER")),
)


def rows(
    folders: list[Path], ours: list[str], env: Mapping[str, str], *, runs: int, checkov: str | None
) -> Iterator[Row]:
    """Time every peer that is there against policygate on folders.

    Args:
        folders: Plain manifests that every peer can read.
        ours: The command that judges a folder given after it.
        env: The environment of all of them.
        runs: How often each pair runs.
        checkov: The program, when it is not on PATH.
    """
    for peer in PEERS:
        named = checkov if peer.program == "checkov" else None
        program = named or shutil.which(peer.program)
        if program is None:
            yield Row("time: check of a folder", f"{peer.program}: not found", None)
            continue
        for folder in folders:
            yield _beside(
                peer.program, [program, *_arguments(peer, folder)], folder, ours, env, runs
            )


def _beside(
    name: str,
    command: list[str],
    folder: Path,
    ours: list[str],
    env: Mapping[str, str],
    runs: int,
) -> Row:
    number = sum(1 for path in folder.rglob("*") if path.is_file())
    what = f"time: check of a folder of {number} file{'s' if number > 1 else ''}"
    said = _answer(command, folder, env)
    if said is not None:
        return Row(what, f"{name}: failed", None, note=said)
    check = process([*ours, str(folder)], folder, env)
    us, them = in_turns(runs, check, process(command, folder, env))
    return Row(what, name, ratio(us, them), note=spread(us, them))


def _arguments(peer: Peer, folder: Path) -> Iterator[str]:
    for argument in peer.arguments:
        if argument == "FILES":
            yield from (str(path) for path in sorted(folder.rglob("*")) if path.is_file())
        elif argument == "POLICY":
            yield str(_rego(folder.with_name("rego")))
        else:
            yield {"FOLDER": str(folder), "SCHEMAS": _schemas()}.get(argument, argument)


def _rego(folder: Path) -> Path:
    """A folder with one policy: conftest ships none."""
    folder.mkdir(exist_ok=True)
    (folder / "memory.rego").write_text(_REGO, encoding="utf-8")
    return folder


def _schemas() -> str:
    """The schemas that kubernetes-validate ships, as kubeconform wants them named."""
    import kubernetes_validate

    root = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    newest = max(
        root.glob("v*-local"), key=lambda path: [int(n) for n in path.name[1:-6].split(".")]
    )
    return f"{newest}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"


def _answer(command: list[str], folder: Path, env: Mapping[str, str]) -> str | None:
    """Run once; say what is wrong when it does not work, else nothing."""
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=900
    )
    # 1: findings, for most; kube-linter and polaris end with 0 or 1 as well.
    if done.returncode in (0, 1) and "raceback" not in done.stderr:
        return None
    return f"exit {done.returncode}: {(done.stderr or done.stdout).strip()[-200:]!r}"
