"""`policygate check --show-files`: every file that differs is there, judged or with the reason why not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.runner import run
from tests.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"

GONE = "apiVersion: v1\nkind: Service\nmetadata: {name: gone, namespace: elsewhere}\nspec: {ports: [{port: 80}]}\n"


def test_every_file_is_named_once(tmp_path: Path) -> None:
    """A manifest, a deleted one, a note, a link and an excluded file: each has a line, in text and in JSON."""
    repo = Repo.init(tmp_path)
    settings = 'files: {exclude: ["charts/**"]}\n'
    repo.commit({"gone.yaml": GONE, ".policygate/config.yaml": settings})
    for name in ("a.yaml", "note.txt", "charts/b.yaml"):
        repo.write(name, MAP)
    repo.remove("gone.yaml")
    (repo.path / "link.yaml").symlink_to("a.yaml")
    done = run(repo, "check", "--base", "main", "--show-files")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        (
            "a.yaml: judged\n"
            "charts/b.yaml: not judged: left out by `files.exclude` of the settings\n"
            "gone.yaml: judged\n"
            "link.yaml: not judged: a symbolic link, never followed\n"
            "note.txt: not judged: no manifest by its name, and no kustomization names it\n"
            "2 to judge, 3 not.\n"
        ),
        "",
    )
    done = run(repo, "check", "--base", "main", "--show-files", "--format", "json")
    found = {each["file"]: each["reason"] for each in json.loads(done.stdout)["files"]}
    assert [name for name, why in found.items() if why is None] == ["a.yaml", "gone.yaml"]
    assert len(found) == 5


def test_doctor(tmp_path: Path) -> None:
    """The base, the settings and what runs the gate are named; where check could not do its job it exits 2."""
    repo = Repo.init(tmp_path / "repo")
    repo.commit({".github/workflows/gate.yml": "run: policygate check\n"})
    done = run(repo, "doctor", "--base", "main")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"base: {repo.rev('main')} (merge base with main)" in done.stdout
    assert "run by: .github/workflows/gate.yml" in done.stdout
    repo.commit({".policygate/config.yaml": "polices: {}\n"})
    done = run(repo, "doctor", "--base", "main")
    assert done.returncode == 2
    assert "error: .policygate/config.yaml:1:1: unknown key `polices`" in done.stdout
