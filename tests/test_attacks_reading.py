"""Ways to keep a manifest from being read that somebody has tried: each held, or was closed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from policygate import check
from policygate.model import Report
from tests.memory import SHIPPED, compare_trees
from tests.repo import Repo, clean_env

POD: Final = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: prod}
spec:
  hostNetwork: %s
  containers: [{name: web, image: 'web:1'}]
"""
GOOD: Final = POD % "false"
BAD: Final = POD % "true"
AS_JSON: Final = json.dumps(
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web"},
        "spec": {"hostNetwork": True, "containers": [{"name": "a", "image": "a:1"}]},
    }
)


def _blocking(report: Report) -> set[str]:
    return {f.policy for f in report.findings if f.blocks}


@pytest.mark.parametrize(
    "more", ["  x: [a:, '{{']\n", "  x: [a:, b]\n# \ufffd\n", "  x: [a:, b]\n---\na: {{ x }}\n"]
)
def test_a_mark_does_not_hide_what_is_broken(more: str) -> None:
    """What other readers may take is an error here, whatever stands beside it."""
    report = compare_trees({"web.yaml": GOOD}, {"web.yaml": BAD + more})
    assert "document-unreadable" in _blocking(report)


@pytest.mark.parametrize(
    "head",
    [
        BAD.replace("web:1", "{{ x }}").replace("'", ""),
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "\0" + BAD,
    ],
)
def test_what_was_judged_does_not_vanish(head: str) -> None:
    """A manifest that becomes something that nobody judges blocks, and says why."""
    report = compare_trees({"web.yaml": GOOD}, {"web.yaml": head}, policies=SHIPPED)
    assert _blocking(report) == {"no-longer-judged"}
    (finding,) = (f for f in report.findings if f.blocks)
    assert finding.message.startswith("prod/Pod/web was judged at the base")
    assert [each.file for each in report.not_judged] == ["web.yaml"]


def test_what_becomes_a_template_of_a_chart_warns() -> None:
    """It is rendered before it is applied; what replaces it elsewhere is no riddle."""
    marked = GOOD.replace("'web:1'", "{{ x }}")
    chart = {"chart/Chart.yaml": "name: a\n"}
    repo = {"web.yaml": GOOD, **chart}
    report = compare_trees(repo, {"chart/templates/web.yaml": marked, **chart}, policies=SHIPPED)
    assert not _blocking(report)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with a good manifest on main, and a branch."""
    made = Repo.init(tmp_path / "repo")
    made.commit({"app/web.yaml": GOOD}, "base")
    made.switch("pr", "main")
    return made


def _check(repo: Repo) -> Report:
    return check(repo.path, base="main", env=clean_env())


def test_a_link_in_place_of_a_manifest_blocks(repo: Repo) -> None:
    """Other tools follow it; so does a folder that became another repository."""
    (repo.path / "app/web.src").write_text(BAD)
    (repo.path / "app/web.yaml").unlink()
    (repo.path / "app/web.yaml").symlink_to("web.src")
    repo.commit({}, "link")
    report = _check(repo)
    assert "no-longer-judged" in _blocking(report)
    assert [each.reason for each in report.not_judged] == ["a symbolic link, never followed"]


def test_a_folder_that_becomes_a_link_blocks(repo: Repo) -> None:
    """All that was in it is behind the link."""
    (repo.path / "app").rename(repo.path / "other.d")
    (repo.path / "other.d/web.yaml").rename(repo.path / "other.d/web.src")
    (repo.path / "app").symlink_to("other.d")
    repo.commit({}, "link")
    assert "no-longer-judged" in _blocking(_check(repo))


@pytest.mark.parametrize("encoding", ["UTF-16LE", "UTF-32LE", "IBM037", "UTF-7"])
def test_what_git_keeps_is_judged(repo: Repo, encoding: str) -> None:
    """Whatever a checkout makes of a file: who reads from git, as Flux does, sees what git keeps."""
    repo.write("app/web.yaml", BAD)
    repo.commit({}, "change")
    repo.write(".gitattributes", f"*.yaml text working-tree-encoding={encoding}\n")
    repo.git("add", ".gitattributes")
    repo.git("commit", "-q", "-m", "encoding")
    (repo.path / "app/web.yaml").unlink()
    repo.git("checkout", "HEAD", "--", "app/web.yaml")
    assert "host-network" in _blocking(_check(repo))


@pytest.mark.parametrize("name", ['"\\u0061piVersion"', '"api\\u0056ersion"', '"apiVersion"'])
def test_a_manifest_that_a_generator_copies_is_a_manifest(name: str) -> None:
    """However its keys are written: what reads as a resource is judged as one."""
    text = AS_JSON.replace('"apiVersion"', name)
    more = {"kustomization.yaml": "configMapGenerator: [{name: x, files: [p.json]}]\n"}
    for beside in ({}, more):
        report = compare_trees({}, {"p.json": text, **beside})
        assert "host-network" in _blocking(report)


def test_yaml_in_a_json_file_is_a_manifest() -> None:
    """Quotes are no mark of a manifest: kubectl asks for none."""
    more = {"kustomization.yaml": "configMapGenerator: [{name: x, files: [p.json]}]\n"}
    assert "host-network" in _blocking(compare_trees({}, {"p.json": BAD, **more}))


def test_json_beyond_the_bounds_blocks() -> None:
    """Nobody looked at it, and kubectl reads it; what was that large before is old."""
    large = AS_JSON[:-1] + " " * (8 * 2**20) + "}"
    assert _blocking(compare_trees({}, {"p.json": large})) == {"document-unreadable"}
    assert not _blocking(compare_trees({"p.json": large}, {"p.json": large + " "}))


@pytest.mark.parametrize("late", ["branch", "main"])
def test_dates_do_not_choose_the_base(repo: Repo, late: str) -> None:
    """Two branches merged into each other have several merge bases: the target is the base."""
    days = {"branch": ("2026-01-03", "2026-01-02"), "main": ("2026-01-02", "2026-01-03")}[late]
    repo.switch("main")
    repo.commit({"app/web.yaml": BAD}, "bad")
    repo.git("branch", "-f", "pr", "main")
    repo.env["GIT_COMMITTER_DATE"] = f"{days[1]}T00:00:00Z"
    repo.commit({"app/web.yaml": GOOD}, "mended")
    repo.switch("pr")
    repo.env["GIT_COMMITTER_DATE"] = f"{days[0]}T00:00:00Z"
    first = repo.commit({"x": "1"}, "harmless")
    repo.git("merge", "-m", "m", "main")
    repo.switch("main")
    repo.git("merge", "--no-ff", "-m", "pull request 1", first)
    repo.switch("pr")
    repo.commit({"app/web.yaml": BAD}, "bad again")
    assert len(repo.git("merge-base", "--all", "main", "pr").split()) == 2
    report = _check(repo)
    assert "host-network" in _blocking(report)
    assert any("2 merge bases" in note for note in report.notes)


def test_a_file_alone_brings_up_only_waivers_about_it(repo: Repo) -> None:
    """Without a base every finding counts, and one of another file's waiver is no news."""
    waiver = "policy: host-pid\nresource: prod/Pod/web\nreason: x\nowner: '@a'\nopened: 2026-01-01\nexpires: 2026-01-05\n"
    repo.commit({".policygate/waivers/w.yaml": waiver, "b.yaml": "b: 1\n"})
    alone = check(repo.path, paths=["b.yaml"], env=clean_env())
    assert (alone.waivers, alone.findings) == ((), ())
    everything = check(repo.path, everything=True, env=clean_env())
    assert len(everything.waivers) == 1
    assert {each.status for each in everything.findings} == {"introduced"}
