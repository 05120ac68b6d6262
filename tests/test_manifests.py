"""Which files are read, as what, and what is said of those that are not judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.api import check
from policygate.kube.kustomization import copied_files
from policygate.manifests import Manifests
from policygate.model import Report
from policygate.policy.loader import load_shipped
from policygate.policy.types import Pair, Policy, Problem
from policygate.settings import Settings
from policygate.sources import Request, compare
from tests.memory import FEW, MemorySnapshot, as_bytes, compare_trees
from tests.repo import Repo

COPYING = """\
secretGenerator:
- {name: a, envs: [a.env], files: [conf/deep/b.txt, renamed=c.bin, data.json, d.yaml]}
configMapGenerator:
- {name: b, env: e.properties, literals: [x=y], files: [https://example.org/f, ../outside.txt, 1]}
"""
FILES: dict[str, str | bytes] = {
    "app/kustomization.yaml": COPYING,
    "app/a.env": "PASSWORD=a\n",
    "app/conf/deep/b.txt": "kind: [not: yaml\n",
    "app/c.bin": b"\0\1",
    "app/data.json": "// no JSON",
    "app/d.yaml": "a: b\n",
    "app/e.properties": "x = y\n",
    "app/other.env": "PASSWORD=a\n",
}


def _seen(pair: Pair, _params: Any) -> Iterator[Problem]:
    yield Problem((), f"{len(pair.head.documents)} {pair.head.text!r}", key="seen")


SEEN = Policy(id="seen", title="Seen", level="note", check=_seen, scope="file")


def _texts(report: Report) -> dict[str, str]:
    return {f.location.file: f.message for f in report.findings if f.policy == "seen"}


def test_what_generators_copy_is_read_as_text() -> None:
    """Whatever it is called, from folders below as well; what is called a manifest stays one."""
    report = compare_trees({}, FILES, policies=[*FEW, SEEN])
    assert _texts(report) == {
        "app/kustomization.yaml": f"1 {COPYING!r}"[:500],
        "app/a.env": "0 'PASSWORD=a\\n'",
        "app/conf/deep/b.txt": "0 'kind: [not: yaml\\n'",
        "app/c.bin": "0 ''",
        "app/data.json": "0 '// no JSON'",
        "app/d.yaml": "1 'a: b\\n'",
        "app/e.properties": "0 'x = y\\n'",
    }
    assert {finding.policy for finding in report.findings} == {"seen"}
    assert not report.faults
    assert not report.not_judged
    assert (report.counts.files, report.counts.documents, report.counts.resources) == (7, 2, 1)


def test_a_copied_manifest_in_json_is_a_manifest() -> None:
    """Who names apiVersion and kind is judged as what he says he is."""
    pod = (
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostPID": true}}'
    )
    kustomization = "configMapGenerator: [{name: a, files: [pod.json]}]\n"
    report = compare_trees({}, {"kustomization.yaml": kustomization, "pod.json": pod})
    assert report.counts.resources == 2


def test_what_kustomize_begins_to_copy_is_judged_as_well() -> None:
    """It did not change, and is new to the cluster; what it copied before is not."""
    before = {**FILES, "app/kustomization.yaml": "resources: []\n"}
    report = compare_trees(before, FILES, policies=[SEEN])
    assert _texts(report).keys() == FILES.keys() - {"app/other.env", "app/d.yaml"}
    assert not _texts(compare_trees(FILES, FILES, policies=[SEEN]))
    assert _texts(
        compare_trees(FILES, {**FILES, "app/a.env": "B=c\n"}, policies=[SEEN])
    ).keys() == {"app/a.env"}


def test_what_is_excluded_or_too_far_away_is_not_read() -> None:
    """Settings leave out copied files as well; a kustomization far above is not searched for."""
    settings = Settings(exclude=("**/*.env",))
    assert "app/a.env" not in _texts(compare_trees({}, FILES, policies=[SEEN], settings=settings))
    far = {"kustomization.yaml": "secretGenerator: [{files: [a/b/c/d.txt, a/b/c/d/e.txt]}]\n"}
    tree = {**far, "a/b/c/d.txt": "x", "a/b/c/d/e.txt": "x"}
    found = _texts(compare_trees({}, tree, policies=[SEEN]))
    assert found.keys() == {"kustomization.yaml", "a/b/c/d.txt"}


def test_a_copied_file_beyond_the_bound_is_named() -> None:
    """What is text and cannot be read whole is no silent pass."""
    tree = {
        "kustomization.yaml": "secretGenerator: [{envs: [a.env]}]\n",
        "a.env": "A=b\n" * 3_000_000,
    }
    report = compare_trees({}, tree, policies=[SEEN])
    assert [(each.file, each.reason) for each in report.not_judged] == [
        ("a.env", "larger than policygate reads")
    ]


@pytest.mark.parametrize(
    "body", [None, [], {"secretGenerator": 1}, {"secretGenerator": [1, {"files": 1}]}]
)
def test_anything_may_stand_where_generators_do(body: Any) -> None:
    """What is no generator names nothing."""
    assert not list(copied_files(body, "app"))


def test_asking_for_files_says_nothing_of_those_that_are_not_there() -> None:
    """A policy may ask for any path: what is missing is no fault, what is there is read whatever it is called."""
    manifests = Manifests(MemorySnapshot(as_bytes(FILES)), Settings())
    assert manifests.read("nowhere.yaml") is None
    assert not manifests.resources("nowhere.yaml")
    found = manifests.read("app/other.env")
    assert found is not None
    assert (found.text, found.documents) == ("PASSWORD=a\n", ())
    assert not manifests.faults
    assert manifests.holding("PASSWORD=") == ("app/a.env", "app/other.env")
    assert [each.id.kind for each in manifests.resources("app/kustomization.yaml")] == [
        "Kustomization"
    ]


# Words

WORDS = ("needle", "Kind", "hay")
TEXTS = st.lists(st.sampled_from((*WORDS, "need", "le", "\\", "\n", "é")), max_size=5).map(" ".join)


@given(
    texts=st.lists(st.tuples(TEXTS, st.sampled_from(["utf-8", "utf-16"])), max_size=5),
    expected=st.lists(st.sampled_from(WORDS), unique=True),
    parsed=st.booleans(),
)
def test_who_holds_words_is_the_same_however_it_is_searched(
    texts: list[tuple[str, str]], expected: list[str], *, parsed: bool
) -> None:
    """Neither a search ahead, nor that a file was read before, changes the answer, whatever the encoding."""
    files = {f"{at}.yaml": f"# {text}".encode(how) for at, (text, how) in enumerate(texts)}
    manifests = Manifests(MemorySnapshot(files), Settings())
    manifests.expect(*expected)
    for path in files if parsed else ():
        manifests.read(path)
    for word in WORDS:
        having = [f"{at}.yaml" for at, (text, _) in enumerate(texts) if word in text]
        assert list(manifests.holding(word)) == having
        both = [path for path in having if set("\\é") & set(texts[int(path[0])][0])]
        assert list(manifests.holding(word, "\\", "é")) == both


def test_who_holds_words_is_asked_of_git_once_for_all_that_are_rare(tmp_path: Path) -> None:
    """A search among the files that an earlier one found is exact, also for names that git could take for patterns."""
    names = ("a b.yaml", "*.yaml", ":!x.yaml", "-e.yaml", "deep/é\n.yaml", "x.yaml")
    repo = Repo.init(tmp_path / "repo")
    repo.commit({name: f"{WORDS[at % 2]}: 1\n" for at, name in enumerate(names)})
    for request in (Request(), Request(staged=True), Request(head="HEAD")):
        with compare(request, repo.path, repo.env) as comparison:
            manifests = Manifests(comparison.head, Settings())
            manifests.expect(*WORDS)
            assert [manifests.holding(word) for word in WORDS] == [
                tuple(sorted(names[::2])), tuple(sorted(names[1::2])), ()
            ]  # fmt: skip
            assert comparison.head.search(WORDS[0], among=["*.yaml"]) == ()


# git-crypt

PLAIN = next(policy for policy in load_shipped() if policy.id == "git-crypt-plaintext")
CRYPT = {".gitattributes": "*.key filter=git-crypt diff=git-crypt\nsecret.yaml filter=git-crypt\n"}
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2}\n"
SEALED = b"\0GITCRYPT\0sealed"


def _found(repo: Repo, **options: Any) -> list[tuple[str, str]]:
    report = check(repo.path, select=["git-crypt-plaintext"], env=repo.env, **options)
    assert not report.faults
    return [(each.location.file, each.status) for each in report.findings]


def _unlocked(repo: Repo) -> Repo:
    """Do what `git-crypt unlock` does: a filter that seals what is added and opens what is checked out."""
    repo.git("config", "filter.git-crypt.clean", "printf '\\0GITCRYPT\\0'; cat")
    repo.git("config", "filter.git-crypt.smudge", "tail -c +11")
    repo.git("config", "filter.git-crypt.required", "true")
    return repo


def _with_base(tmp_path: Path, base: Mapping[str, str | bytes]) -> Repo:
    repo = Repo.init(tmp_path)
    repo.commit(base)
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    return repo


def test_an_unlocked_worktree_is_no_leak(tmp_path: Path) -> None:
    """What is on disk is decrypted, what git keeps is not: the index decides, staged or not, touched or not."""
    repo = _unlocked(_with_base(tmp_path, CRYPT))
    repo.commit({"secret.yaml": SECRET, "tls.key": "a key\n"})
    assert repo.git("cat-file", "-p", "HEAD:tls.key").startswith("\0GITCRYPT\0")
    assert (repo.path / "tls.key").read_text(encoding="utf-8") == "a key\n"
    for options in ({}, {"staged": True}, {"everything": True}, {"head": "HEAD"}):
        assert not _found(repo, **options)
    repo.write("tls.key", "another key\n")
    assert not _found(repo)
    report = check(repo.path, env=repo.env)
    assert [(each.file, each.reason) for each in report.not_judged] == [
        ("secret.yaml", "encrypted with git-crypt")
    ]
    assert report.counts.resources == 0


def test_what_git_keeps_in_the_clear_is_found_whatever_it_is_called(tmp_path: Path) -> None:
    """Added on a machine without the filter: in the worktree, in the index, and in a commit."""
    repo = _with_base(tmp_path, CRYPT)
    repo.commit(
        {"secret.yaml": SECRET, "tls.key": "a key\n", "tls.crt": "public\n", "empty.key": ""}
    )
    expected = [("secret.yaml", "introduced"), ("tls.key", "introduced")]
    for options in ({}, {"everything": True}, {"head": "HEAD"}):
        assert _found(repo, **options) == expected
    repo.write("more.key", "x\n")
    repo.git("add", "more.key")
    assert ("more.key", "introduced") in _found(repo, staged=True)


def test_an_untracked_file_is_not_judged(tmp_path: Path) -> None:
    """Whether it will be encrypted when it is added, nobody knows yet."""
    repo = _with_base(tmp_path, CRYPT)
    repo.write("tls.key", "a key\n")
    assert not _found(repo)
    repo.git("add", "tls.key")
    assert _found(repo) == [("tls.key", "introduced")]


def test_what_was_encrypted_and_is_not_is_loosened_and_old_debt_is_old() -> None:
    """The base is asked as well, by its own attributes."""
    base: dict[str, str | bytes] = {**CRYPT, "a.key": SEALED, "b.key": "x\n"}
    head = {**CRYPT, "a.key": "x\n", "b.key": "y\n"}
    report = compare_trees(base, head, policies=[PLAIN])
    found = {finding.location.file: finding.status for finding in report.findings}
    assert found == {"a.key": "loosened", "b.key": "existing"}
    everywhere = compare_trees({}, {**CRYPT, "a.key": SEALED}, policies=[PLAIN, SEEN])
    assert not everywhere.not_judged
