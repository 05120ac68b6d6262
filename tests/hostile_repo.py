"""A pull request in which every name, value, file and sentence is trouble for whoever prints it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from tests.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TROUBLE: Final = (
    "::error file=a::x", " \t::add-mask::x", "##[error]x", "###[add-mask]x", ":::stop-commands::t", "a\n::error::x",
    "a\r##[group]x", "\x0b::debug::x", "\x0c\x1c\x85\u2028::debug::x\u2029", "##vso[task.setvariable variable=a]b",
    "##VSO[task.complete result=Failed]", "\x1b[2J\x1b]8;;http://a\x1b\\x", "\x9b31m\x9d0;a\x07", "\u202ex\u2066y\u061c",
    "]]><x/>", "&#10;&amp;", "<script>alert(1)</script>", "<!-- x", "</details>", "`a` ``b`` ```c", "|a|\n|---|", "~~~\na",
    "@example/team #123 GH-1", "[a](http://b) ![c](d)", "$(x) ${{ x }} %x%", "%0A::error::%25", "'\"\\", "\\::error::", "*a &b",
    "!!python/object:os.system x", "-rf", "--help", "\u05d0\U0001f4a5\u0301\ufe0f", ":\ufe0f:error::x", "#\u200b#[error]x",
    "=x,line=1::", "x;y]z", "{{ x }}", "BEGIN:VEVENT\r\nX", "k" * 60 + "::error::" + "k" * 40, "x" * 4000,
)  # fmt: skip
"""Texts, each of which would be obeyed, hidden or taken for structure somewhere."""
FILES: Final = (
    *(text.replace("/", "_")[:100].encode() for text in TROUBLE),
    b"caf\xe9", b"\xff\xfe::error::x", b".. ", b"a b",
)  # fmt: skip
"""The same as names of files, and some that are no UTF-8."""


def manifest(text: str, *, loose: bool) -> dict[str, Any]:
    """A Deployment whose every name and value is a text."""
    container = {
        "name": text,
        "image": f"{text}:latest",
        "env": [{"name": text, "value": text}],
        "securityContext": {"privileged": loose, "capabilities": {"add": [text] if loose else []}},
    }
    pod = {"hostNetwork": loose, "hostPID": loose, "containers": [container], text: text}
    meta = {"name": text, "namespace": text, "labels": {text: text}, "annotations": {text: text}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": meta,
        "spec": {"template": {"metadata": {"labels": {text: text}}, "spec": pod}},
    }


def policy(number: int, text: str) -> dict[str, Any]:
    """A policy of the repository's own, for one of its folders, that says a text wherever it says something."""
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}}
    spec = {
        "title": text,
        "level": "note",
        "match": {"kinds": ["Deployment"], "paths": [f"{number}/**"]},
        "validations": [
            {"expression": "object.metadata.name == 'a'", "message": text.replace("{{", "{")}
        ],
        "why": text,
        "fix": text,
        "examples": [
            {"name": text, "expect": "pass", "object": deployment},
            {
                "name": f"not {text}",
                "expect": "fail",
                "message": text,
                "object": manifest(text, loose=True),
            },
        ],
    }
    return {
        "apiVersion": "policygate.dev/v1",
        "kind": "Policy",
        "metadata": {"name": f"own-{number}"},
        "spec": spec,
    }


def waiver(text: str, *, recorded: bool) -> dict[str, Any]:
    """A waiver that says a text, of what the same text names; recorded, for a place that is not there."""
    said = " ".join(each for each in text.split() if each.isprintable()) or "x"
    accepted = {"path": text, "was": text, "now": {text: [text]}}
    return {
        "policy": "host-network",
        "resource": f"{said}/Deployment/{said}"[:1000],
        "reason": said[:1000],
        "owner": said[:1000],
        "ticket": said[:1000],
        "opened": "2026-01-14",
        "expires": "2026-01-20",
        "accepted": [accepted] if recorded else [],
    }


def hostile(path: Path) -> Repo:
    """The base has it all, the worktree has loosened it, added waivers, and broken some files."""
    repo = Repo.init(path)
    for number, text in enumerate(TROUBLE):
        repo.write(f".policygate/policies/own-{number}.yaml", json.dumps(policy(number, text)))
    _manifests(repo, loose=False)
    _waivers(repo, TROUBLE[::4])
    repo.commit(message="::error::base")
    _manifests(repo, loose=True)
    _waivers(repo, TROUBLE)
    for number, text in enumerate(TROUBLE):
        repo.write(f"broken/{number}.yaml", f"a: {json.dumps(text)}\nb: [{text}\n")
    repo.write("said.yaml", _said())
    return repo


def _said() -> str:
    """Waivers on lines, on objects and in files that say what is no waiver."""
    lines = [
        f"  - {{a: 1}} # policygate: ignore[host-network] {text} until 2026-12-01 by {text}"
        for text in TROUBLE
        if text.isprintable()
    ]
    return "\n".join(["apiVersion: v1", "kind: ConfigMap", "metadata: {name: a}", "x:", *lines])


def _waivers(repo: Repo, texts: Sequence[str]) -> None:
    for text in texts:
        number = TROUBLE.index(text)
        said = json.dumps(waiver(text, recorded=number % 3 == 0))
        repo.write(f".policygate/waivers/w{number}.yaml", said)


def _manifests(repo: Repo, *, loose: bool) -> None:
    for number, name in enumerate(FILES):
        text = TROUBLE[number] if number < len(TROUBLE) else f"{number}"
        folder = os.path.join(os.fsencode(repo.path), b"%d" % number, name)  # noqa: PTH118 - bytes
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        with open(os.path.join(folder, name + b".yaml"), "wb") as file:  # noqa: PTH118, PTH123
            file.write(json.dumps(manifest(text, loose=loose)).encode())
