"""What is not judged is named, with a reason that the manual explains."""

from __future__ import annotations

import ast
import inspect
import os
import re
from pathlib import Path

from policygate import unjudged
from policygate.api import check
from policygate.cli.manual import pages
from policygate.model import NotJudged
from policygate.unjudged import REASONS
from policygate.yamldoc import DEFAULT_LIMITS
from tests.repo import Repo

PAGE = pages()["not-judged"].read_text(encoding="utf-8")
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\n"


def test_the_manual_explains_every_reason_and_no_other() -> None:
    """The table of the page has a row for each, with what to do."""
    table = PAGE.partition("\n| Reason |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]{10,}) \| ([^|]+) \|$", table, re.MULTILINE)
    assert sorted(reason for reason, *_ in rows) == sorted(REASONS)


def test_no_reason_is_made_up_on_the_way() -> None:
    """Those of a file's text are constants, which the list of all has."""
    yields = [
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(unjudged._reasons)))
        if isinstance(node, ast.Yield)
    ]
    assert len(yields) > 4
    assert all(isinstance(each, ast.Name) for each in yields)
    named = {getattr(unjudged, each.id, None) for each in yields if isinstance(each, ast.Name)}
    assert named - {None} <= set(REASONS)


def test_each_is_named_by_a_run(tmp_path: Path) -> None:
    """One file for each reason: the report names all of them, and nothing beside them."""
    repo = Repo.init(tmp_path / "repo")
    repo.commit({"web.yaml": DEPLOYMENT % "web"})
    chart = "chart/templates/web.yaml"
    texts: dict[str, str | bytes] = {
        "template.yaml": "{{ if .Values.on }}\na: 1\n{{ end }}\n",
        "chart/Chart.yaml": "name: chart\n",
        chart: DEPLOYMENT % "'{{ .Release.Name }}'",
        "built/kustomization.yaml": "patches:\n  - target: {kind: Deployment}\n    patch: |\n      - {op: move, from: /a, path: /b}\n",
        "patched/kustomization.yaml": "patches:\n  - {path: patch.yaml, target: {kind: Deployment}}\n",
        "patched/patch.yaml": "spec: {replicas: 1}\n",
        "tsconfig.json": '{"a": [1 /* why */ 2}',
        "large.yaml": "a: " + "x" * DEFAULT_LIMITS.file_bytes + "\n",
        "made/kustomization.yaml": "configMapGenerator:\n  - {name: a, files: [large.txt]}\n",
        "made/large.txt": "x" * DEFAULT_LIMITS.file_bytes + "\n",
        "binary.yaml": b"\0\1\2\0",
        "latin.yaml": "ä: [ü\n".encode("latin-1"),
        "sealed.yaml": b"\0GITCRYPT\0abc",
        "lfs.yaml": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    }
    for name, text in texts.items():
        repo.write(name, text)
    (repo.path / "link.yaml").symlink_to("web.yaml")
    other = Repo.init(repo.path / "other")
    other.commit({"web.yaml": DEPLOYMENT % "other"})
    repo.git("-c", "advice.addEmbeddedRepo=false", "add", "other")
    repo.write("pipe.yaml")
    repo.git("add", "pipe.yaml")
    repo.remove("pipe.yaml")
    os.mkfifo(repo.path / "pipe.yaml")
    found = check(repo.path, base="HEAD", env=repo.env).not_judged
    assert all(isinstance(each, NotJudged) for each in found)
    told = {next(filter(each.reason.startswith, REASONS), each) for each in found}
    assert told == set(REASONS), found
