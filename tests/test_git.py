"""Reading git: opening, objects, differences, and a configuration that means harm."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.errors import GitError
from policygate.git import NoRepositoryError, Repository
from tests.repo import Repo, clean_env

if TYPE_CHECKING:
    from pathlib import Path

ENV = clean_env()
POSIX = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")


def opened(repo: Repo, **env: str) -> Repository:
    """Open a repository."""
    return Repository.open(repo.path, ENV | env)


def script(path: Path, text: str) -> Path:
    """Write an executable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with one commit."""
    repo = Repo.init(tmp_path / "r")
    repo.commit({"a.yaml": "a: 1\n", "dir/b.yaml": "b: 1\n"})
    return repo


def test_open_in_a_subdirectory(repo: Repo) -> None:
    """The root is the worktree's top folder wherever one starts."""
    with Repository.open(repo.path / "dir", ENV) as found:
        assert found.root == repo.path.resolve()


def test_open_in_a_folder_with_a_newline(tmp_path: Path) -> None:
    """A folder's name is not parsed."""
    repo = Repo.init(tmp_path / "new\nline ")
    with opened(repo) as found:
        assert found.root == repo.path.resolve()


def test_open_in_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    """A linked worktree is a repository of its own, with or without a hook's GIT_DIR."""
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    folder = tmp_path / "linked"
    git_dir = repo.git("-C", str(folder), "rev-parse", "--absolute-git-dir")
    for env in (ENV, ENV | {"GIT_DIR": git_dir}):
        with Repository.open(folder, env) as found:
            assert found.root == folder.resolve()


@pytest.mark.parametrize("relative", [True, False])
def test_open_with_git_dir_and_work_tree(repo: Repo, tmp_path: Path, *, relative: bool) -> None:
    """GIT_DIR relative to the current folder is honoured, and GIT_WORK_TREE with it."""
    (tmp_path / "tree/sub").mkdir(parents=True)
    (tmp_path / "tree/a.yaml").write_text("a: 1\n")
    work_tree = ".." if relative else str(tmp_path / "tree")
    env = {"GIT_DIR": "../../r/.git", "GIT_WORK_TREE": work_tree}
    with Repository.open(tmp_path / "tree/sub", ENV | env) as found:
        assert found.root == (tmp_path / "tree").resolve()
        changes, _ = found.diff_worktree("HEAD")
        assert [change.base_path for change in changes if change.status == "D"] == ["dir/b.yaml"]


def test_no_repository(tmp_path: Path) -> None:
    """Outside of a repository the error is its own kind."""
    env = ENV | {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    (tmp_path / "plain").mkdir()
    with pytest.raises(NoRepositoryError):
        Repository.open(tmp_path / "plain", env)


def test_bare_repository(tmp_path: Path) -> None:
    """A bare repository has no worktree, and the error says so."""
    repo = Repo.init(tmp_path / "bare", "--bare")
    with pytest.raises(GitError, match="bare") as caught:
        opened(repo)
    assert not isinstance(caught.value, NoRepositoryError)


def test_folder_that_is_gone(repo: Repo) -> None:
    """A folder that does not exist is an error, not a traceback."""
    with pytest.raises(GitError):
        Repository.open(repo.path / "gone", ENV)


def test_git_is_missing(repo: Repo, tmp_path: Path) -> None:
    """Without git on PATH the error says what to install."""
    with pytest.raises(NoRepositoryError, match="not installed"):
        opened(repo, PATH=str(tmp_path))


@POSIX
def test_relative_path_entries_are_not_searched(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PATH=. must not run a `git` that the pull request brought along."""
    monkeypatch.chdir(repo.path)
    script(repo.path / "git", "touch ran")
    with pytest.raises(NoRepositoryError, match="not installed"):
        opened(repo, PATH=f".{os.pathsep}")
    assert not (repo.path / "ran").exists()


@POSIX
def test_git_is_too_old(repo: Repo, tmp_path: Path) -> None:
    """A git that does not know --path-format repeats it, and is refused."""
    script(tmp_path / "bin/git", 'shift; printf "%s\\n" "$@"')
    with pytest.raises(GitError, match="too old"):
        opened(repo, PATH=str(tmp_path / "bin"))


@POSIX
def test_dubious_ownership(repo: Repo, tmp_path: Path) -> None:
    """A repository of somebody else is refused by git, and the hint says how to trust it."""
    fake = 'echo "fatal: detected dubious ownership in repository at /x" >&2; exit 128'
    script(tmp_path / "bin/git", fake)
    with pytest.raises(GitError, match="belongs to another user") as caught:
        opened(repo, PATH=str(tmp_path / "bin"))
    assert "safe.directory" in caught.value.hint


def test_commit(repo: Repo) -> None:
    """A commit knows its tree and its parents; what is none is None."""
    first = repo.rev("HEAD")
    repo.switch("other", "HEAD")
    other = repo.commit({"c.yaml": "c: 1\n"})
    repo.git("tag", "-a", "v1", "-m", "v1")
    repo.switch("main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "other")
    with opened(repo) as found:
        merge = found.commit("HEAD")
        assert merge is not None
        assert merge.parents == (first, other)
        assert merge.tree == repo.rev("HEAD^{tree}")
        tag = found.commit("v1")
        assert tag is not None
        assert tag.id == other
        for name in ("nope", "HEAD:a.yaml", "", " ", "HEAD\nHEAD", "HEAD\0", "-h", "x commit 5"):
            assert found.commit(name) is None
        assert found.commit("HEAD") == merge  # the reader is still in step


def test_blob_limit(repo: Repo) -> None:
    """At most limit + 1 bytes are returned, and the next object is read right."""
    repo.commit({"big": b"x" * 5_000_000, "small": b"s"})
    with opened(repo) as found:
        big, small = repo.rev("HEAD:big"), repo.rev("HEAD:small")
        assert found.blob(big, 10) == b"x" * 11
        assert found.blob(small, 10) == b"s"
        assert found.blob(big, 0) == b"x"
        assert found.blob(big) == b"x" * 5_000_000
        assert found.blob(small, 1) == b"s"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_object_formats(tmp_path: Path, algorithm: str) -> None:
    """Both of git's hashes are read."""
    repo = Repo.init(tmp_path / "r", f"--object-format={algorithm}")
    repo.commit({"dir/a.yaml": "a: 1\n"})
    with opened(repo) as found:
        commit = found.commit("HEAD")
        assert commit is not None
        folder = found.tree(commit.tree)["dir"]
        blob = found.tree(folder.oid)["a.yaml"]
        assert found.blob(blob.oid) == b"a: 1\n"
        assert [c.head_path for c in found.diff_trees(found.empty_tree, "HEAD")] == ["dir/a.yaml"]
        assert found.tree(found.empty_tree) == {}


def test_partial_clone_never_fetches(repo: Repo, tmp_path: Path) -> None:
    """A blob that a partial clone left out is a clear error, and the remote is not asked."""
    repo.commit({"a.yaml": "a: 2\n"})
    old = repo.rev("HEAD~1:a.yaml")
    partial = Repo.clone(repo, tmp_path / "partial", "--filter=blob:none")
    with opened(partial) as found:
        with pytest.raises(GitError) as caught:
            found.blob(old)
        assert "partial" in caught.value.hint
    assert old in partial.git("rev-list", "--objects", "--all", "--missing=print")


def test_broken_object(repo: Repo) -> None:
    """A damaged object store is an error, not a traceback and not an empty file."""
    oid = repo.rev("HEAD:a.yaml")
    path = repo.path / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(b"garbage")
    with opened(repo) as found, pytest.raises(GitError):
        found.blob(oid)


def test_wrong_kind(repo: Repo) -> None:
    """A folder is no blob."""
    with opened(repo) as found, pytest.raises(GitError):
        found.blob(repo.rev("HEAD^{tree}"))


def test_replaced_objects_are_not_shown(repo: Repo) -> None:
    """refs/replace changes what people see, not what is judged."""
    oid = repo.rev("HEAD:a.yaml")
    repo.git("replace", oid, repo.git("hash-object", "-w", "--stdin", stdin="fake: 1\n"))
    with opened(repo) as found:
        assert found.blob(oid) == b"a: 1\n"


def test_merge_base(repo: Repo) -> None:
    """The merge base with a merge of several heads is what git-merge-base(1) says."""
    first = repo.rev("HEAD")
    repo.switch("feature", "HEAD")
    feature = repo.commit({"f": "f"})
    repo.switch("main")
    main = repo.commit({"m": "m"})
    repo.git("switch", "-q", "--orphan", "alone")
    alone = repo.commit({"z": "z"})
    with opened(repo) as found:
        assert found.merge_bases(main, feature) == (first,)
        assert found.merge_bases(main, feature, main) == (main,)
        assert found.merge_bases(main, alone) == ()


@pytest.mark.parametrize("rename", ["false", "copies"])
def test_renames_do_not_depend_on_configuration(repo: Repo, rename: str) -> None:
    """A moved and edited file is one rename in all three comparisons, whatever diff.* says."""
    text = "".join(f"line{number}: 1\n" for number in range(40))
    base = repo.commit({"old.yaml": text, "dir/keep.yaml": text + "more: 1\n"})
    repo.git("mv", "old.yaml", "dir/new name.yaml")
    repo.write("dir/new name.yaml", text + "added: 1\n")
    head = repo.commit()
    repo.git("reset", "-q", "--soft", base)
    for key, value in {
        "diff.renames": rename,
        "diff.renameLimit": "1",
        "diff.noprefix": "true",
        "diff.relative": "true",
        "diff.ignoreSubmodules": "all",
        "diff.orderFile": "/nowhere",
        "core.quotePath": "true",
        "core.abbrev": "4",
        "color.ui": "always",
    }.items():
        repo.git("config", key, value)
    with opened(repo) as found:
        raws = (found.diff_index(base), found.diff_worktree(base)[0], found.diff_trees(base, head))
        for raw in raws:
            assert [tuple(c[:3]) for c in raw] == [("R", "old.yaml", "dir/new name.yaml")]


@POSIX
def test_configuration_runs_nothing(repo: Repo, tmp_path: Path) -> None:
    """Not one program that the repository's configuration names is started."""
    evil = script(tmp_path / "evil", f"touch '{tmp_path}/ran'; cat")
    repo.write(".gitattributes", "*.yaml filter=f diff=d\n")
    base = repo.commit({"gone.yaml": "x: 1\n" * 30, "same.yaml": "s: 1\n"})
    for key in (
        *("core.fsmonitor", "core.pager", "pager.diff-index", "core.editor", "core.askPass"),
        *("diff.external", "diff.d.textconv", "diff.d.command", "core.sshCommand"),
        *("filter.f.clean", "filter.f.smudge", "filter.f.process", "core.alternateRefsCommand"),
        *("filter.with=equals.clean", "filter.With.Dots.process", "gpg.program"),
    ):
        repo.git("config", key, str(evil))
    repo.git("config", "filter.f.required", "true")
    repo.git(
        "config",
        "core.hooksPath",
        str(script(tmp_path / "hooks/post-index-change", "touch r").parent),
    )
    repo.remove("gone.yaml")
    repo.write("moved.yaml", "x: 1\n" * 30 + "y: 1\n")
    repo.git("-c", "filter.f.clean=", "-c", "filter.f.process=", "-c", "filter.f.required=0",
             "-c", "core.fsmonitor=", "add", "moved.yaml")  # fmt: skip
    repo.write("moved.yaml", "x: 1\n" * 30 + "z: 1\n")
    index = (repo.path / ".git/index").stat()
    # same size, and as young as the index: git has to hash it to know
    repo.write("same.yaml", "s: 2\n")
    os.utime(repo.path / "same.yaml", ns=(index.st_mtime_ns, index.st_mtime_ns))
    (tmp_path / "ran").unlink(missing_ok=True)
    with opened(repo) as found:
        found.diff_trees(found.empty_tree, base)
        found.diff_index(base)
        raw, _ = found.diff_worktree(base)
        assert found.blob(repo.rev(f"{base}:gone.yaml")) == b"x: 1\n" * 30
    assert not (tmp_path / "ran").exists()
    assert {(c.status, c.base_path) for c in raw} >= {("R", "gone.yaml")}
    repo.run("diff-index", "-M", "HEAD")
    assert (tmp_path / "ran").exists(), "the trap itself does not work"


@POSIX
def test_environment_runs_nothing(repo: Repo, tmp_path: Path) -> None:
    """GIT_* of the caller that would run a program or write a trace are dropped."""
    evil = str(script(tmp_path / "evil", f"touch '{tmp_path}/ran'"))
    names = ("EXTERNAL_DIFF", "PAGER", "EDITOR", "ASKPASS", "SSH_COMMAND", "PROXY_COMMAND")
    env = {f"GIT_{name}": evil for name in names}
    env |= {
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_CONFIG_PARAMETERS": f"'core.fsmonitor'='{evil}'",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": evil,
        "GIT_LITERAL_PATHSPECS": "0",
        "GIT_EXEC_PATH": str(tmp_path),
    }
    with opened(repo, **env) as found:
        found.diff_worktree("HEAD")
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "trace").exists()


@POSIX
def test_a_submodule_is_not_entered(repo: Repo, tmp_path: Path) -> None:
    """A submodule's own configuration is not used: git does not ask whether it is dirty."""
    other = Repo.init(tmp_path / "other")
    other.commit({"x": "x"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", other.url, "sub")
    repo.commit()
    evil = script(tmp_path / "evil", f"touch '{tmp_path}/ran'")
    repo.git("-C", "sub", "config", "core.fsmonitor", str(evil))
    repo.write("sub/x", "dirty")
    with opened(repo) as found:
        assert found.diff_worktree("HEAD") == ([], ())
    assert not (tmp_path / "ran").exists()
    repo.run("status")
    assert (tmp_path / "ran").exists(), "the trap itself does not work"


def test_threads_share_a_repository(repo: Repo) -> None:
    """Objects read from many threads do not get mixed up."""
    repo.commit({f"f{number}": f"{number}" * 1000 for number in range(20)})
    names = {number: repo.rev(f"HEAD:f{number}") for number in range(20)}
    wrong: list[int] = []

    def read(number: int) -> None:
        for _ in range(20):
            if found.blob(names[number]) != (f"{number}" * 1000).encode():
                wrong.append(number)

    with opened(repo) as found:
        threads = [threading.Thread(target=read, args=(number,)) for number in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_reading_after_close(repo: Repo) -> None:
    """Closing ends the process, no more; closing twice is fine."""
    found = opened(repo)
    assert found.commit("HEAD")
    found.close()
    found.close()
    assert found.commit("HEAD")
    found.close()


NAMES = st.binary(min_size=1, max_size=20).filter(
    lambda name: (
        not {0, ord("/")} & set(name) and name not in {b".", b".."} and name.lower() != b".git"
    )
)


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS folds file names")
@given(names=st.sets(NAMES, min_size=1, max_size=6), content=st.binary(max_size=60))
def test_every_name_comes_back(
    tmp_path_factory: pytest.TempPathFactory, names: set[bytes], content: bytes
) -> None:
    """Any bytes git allows in a name survive: in trees, in differences, as keys for reading."""
    repo = Repo.init(tmp_path_factory.getbasetemp() / "names")
    texts = {name.decode("utf-8", "surrogateescape") for name in names}
    blob = repo.git("hash-object", "-w", "--stdin", "--no-filters", stdin=content.decode("latin-1"))
    listing = "".join(f"100644 blob {blob}\t{name}\0" for name in sorted(texts))
    tree = repo.git("mktree", "-z", stdin=listing)
    with opened(repo) as found:
        assert set(found.tree(tree)) == texts
        raw = found.diff_trees(found.empty_tree, tree)
        assert {change.head_path for change in raw} == texts
        assert found.blob(blob) == content.decode("latin-1").encode()


def test_staged_is_what_the_index_holds(repo: Repo) -> None:
    """Not what is on disk and not what was committed; nothing for what git does not track."""
    repo.commit({"a b.yaml": "one\n"})
    repo.write("a b.yaml", "two\n")
    repo.git("add", "a b.yaml")
    repo.write("a b.yaml", "three\n")
    repo.write("new.yaml")
    with Repository.open(repo.path, repo.env) as opened:
        assert opened.staged("a b.yaml") == b"two\n"
        assert opened.staged("a b.yaml", 1) == b"tw"
        assert opened.staged("new.yaml") is None
        assert opened.staged("a\nb") is None
