"""Comparing two states: what differs, what is read, and that nothing is changed by looking."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policygate.errors import BaseError, GitError, UsageError
from policygate.git import NoRepositoryError
from policygate.sources import Comparison, FileChange, Request, compare
from tests.repo import Repo, clean_env

if TYPE_CHECKING:
    from collections.abc import Mapping

ENV = clean_env()
POSIX = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")
LINES = "".join(f"line{number}: 1\n" for number in range(40))
HERE = Path(__file__).resolve().parent.parent


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two manifests, and a remote whose main is where we are."""
    repo = Repo.init(tmp_path / "r")
    repo.commit({"a.yaml": "a: 1\n", "dir/b.yaml": LINES})
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    return repo


def run(
    repo: Repo, *, cwd: str = ".", env: Mapping[str, str] | None = None, **request: Any
) -> Comparison:
    """Compare, read everything, close."""
    comparison = compare(Request(**request), repo.path / cwd, env or ENV)
    comparison.close()
    return comparison


def pairs(comparison: Comparison) -> set[tuple[str | None, str | None]]:
    """Base and head path of every file that differs."""
    return {(change.base_path, change.head_path) for change in comparison.files}


def contents(comparison: Comparison) -> dict[str, bytes | None]:
    """What the head holds at every path it lists."""
    with comparison:
        return {path: comparison.head.read(path) for path in comparison.head.paths()}


def commit_all(repo: Repo) -> dict[str, Any]:
    """Commit; the request that judges the commit."""
    repo.commit()
    return {"head": "HEAD"}


def stage_all(repo: Repo) -> dict[str, Any]:
    """Stage; the request that judges the index."""
    repo.git("add", "-A")
    return {"staged": True}


def leave(_repo: Repo) -> dict[str, Any]:
    """Leave everything on disk; the request that judges the worktree."""
    return {}


Prepare = Callable[[Repo], dict[str, Any]]
HEADS = pytest.mark.parametrize("head", [commit_all, stage_all, leave])


@HEADS
def test_added_modified_deleted(repo: Repo, head: Prepare) -> None:
    """The three heads see the same differences and the same files."""
    repo.commit({"gone.yaml": "g: 1\n", "same.yaml": "s: 1\n"})
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.remove("gone.yaml")
    repo.write("a.yaml", "a: 2\n")
    repo.write("new/c.yaml", "c: 1\n")
    comparison = run(repo, **head(repo))
    assert comparison.files == (
        FileChange("a.yaml", "a.yaml"),
        FileChange("gone.yaml", None),
        FileChange(None, "new/c.yaml"),
    )
    assert contents(comparison) == {
        "a.yaml": b"a: 2\n",
        "dir/b.yaml": LINES.encode(),
        "new/c.yaml": b"c: 1\n",
        "same.yaml": b"s: 1\n",
    }
    with comparison:
        assert comparison.base is not None
        assert comparison.base.read("a.yaml") == b"a: 1\n"
        assert comparison.base.read("gone.yaml") == b"g: 1\n"
        assert comparison.base.read("new/c.yaml") is None
        assert comparison.base.paths() == ("a.yaml", "dir/b.yaml", "gone.yaml", "same.yaml")
        assert comparison.head.read("gone.yaml") is None
        assert comparison.head.read("dir") is None
        assert comparison.head.read("dir/b.yaml", 3) == b"line"


@HEADS
def test_paths_below_a_folder(repo: Repo, head: Prepare) -> None:
    """`paths(folder)` holds what is in the folder, not what only starts like it."""
    repo.write("dir/sub/c.yaml")
    repo.write("dir-not.yaml")
    comparison = run(repo, **head(repo))
    with comparison:
        for under in ("dir", "dir/"):
            assert comparison.head.paths(under) == ("dir/b.yaml", "dir/sub/c.yaml")
            assert comparison.head.paths(under, deep=False) == ("dir/b.yaml",)
        assert comparison.head.paths("dir/b.yaml") == ("dir/b.yaml",)
        assert comparison.head.paths("nope") == ()
        assert comparison.base is not None
        assert comparison.base.paths("dir") == ("dir/b.yaml",)
        for state in (comparison.base, comparison.head):
            assert state.paths(deep=False) == tuple(p for p in state.paths() if "/" not in p)


@pytest.mark.parametrize("head", [commit_all, stage_all])
def test_rename_with_an_edit(repo: Repo, head: Prepare) -> None:
    """A file that moved and changed keeps its base path."""
    repo.remove("dir/b.yaml")
    repo.write("moved/b.yaml", LINES + "more: 1\n")
    comparison = run(repo, **head(repo))
    assert pairs(comparison) == {("dir/b.yaml", "moved/b.yaml")}
    with comparison:
        assert comparison.head.paths() == ("a.yaml", "moved/b.yaml")


def test_rename_on_disk(repo: Repo) -> None:
    """A move that git has not been told of is a move too when not a byte changed."""
    repo.remove("dir/b.yaml")
    repo.write("moved/b.yaml", LINES)
    assert pairs(run(repo)) == {("dir/b.yaml", "moved/b.yaml")}
    repo.write("moved/b.yaml", LINES + "more: 1\n")
    assert pairs(run(repo)) == {("dir/b.yaml", None), (None, "moved/b.yaml")}


def test_two_moves_of_equal_files(repo: Repo) -> None:
    """Each deleted file is paired with one untracked file."""
    repo.commit({"x/1.yaml": "x: 1\n", "x/2.yaml": "x: 1\n"})
    base = repo.rev("HEAD")
    for number in (1, 2):
        repo.remove(f"x/{number}.yaml")
        repo.write(f"y/{number}.yaml", "x: 1\n")
    repo.write("z/3.yaml", "x: 1\n")
    assert pairs(run(repo, base=base)) == {
        ("x/1.yaml", "y/1.yaml"),
        ("x/2.yaml", "y/2.yaml"),
        (None, "z/3.yaml"),
    }


@POSIX
@HEADS
def test_mode_change_is_no_change(repo: Repo, head: Prepare) -> None:
    """`chmod +x` of a manifest changes nothing that is judged."""
    (repo.path / "a.yaml").chmod(0o755)
    assert run(repo, **head(repo)).files == ()


def test_touched_file_is_no_change(repo: Repo) -> None:
    """A file whose time alone changed is compared by its bytes."""
    os.utime(repo.path / "a.yaml", (1, 1))
    assert run(repo).files == ()


def test_untracked_is_judged_and_ignored_is_not(repo: Repo) -> None:
    """The worktree is what is tracked, and what is untracked and not ignored."""
    repo.commit({".gitignore": "build/\n"})
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.write("build/out.yaml")
    repo.write("new.yaml")
    comparison = run(repo)
    assert pairs(comparison) == {(None, "new.yaml")}
    with comparison:
        assert "build/out.yaml" not in comparison.head.paths()


def test_removed_from_the_index_only(repo: Repo) -> None:
    """After `git rm --cached` the file on disk is still what it was."""
    repo.git("rm", "-q", "--cached", "a.yaml")
    assert run(repo).files == ()
    assert pairs(run(repo, staged=True)) == {("a.yaml", None)}
    repo.write("a.yaml", "a: 2\n")
    assert pairs(run(repo)) == {("a.yaml", "a.yaml")}


def test_staged_content_counts_not_the_worktree(repo: Repo) -> None:
    """A fix that is not staged does not help, a mistake that is not staged does not hurt."""
    repo.write("a.yaml", "staged: 1\n")
    repo.git("add", ".")
    repo.write("a.yaml", "unstaged: 1\n")
    repo.write("dir/b.yaml", "unstaged: 1\n")
    comparison = run(repo, staged=True)
    assert pairs(comparison) == {("a.yaml", "a.yaml")}
    assert contents(comparison) == {"a.yaml": b"staged: 1\n", "dir/b.yaml": LINES.encode()}
    assert comparison.head.revision.rev == "index"


def test_intent_to_add(repo: Repo) -> None:
    """`git add -N` stages nothing, and the file on disk is new."""
    repo.write("new.yaml", "n: 1\n")
    repo.git("add", "-N", "new.yaml")
    staged = run(repo, staged=True)
    assert staged.files == ()
    assert "new.yaml" not in contents(staged)
    comparison = run(repo)
    assert pairs(comparison) == {(None, "new.yaml")}
    assert contents(comparison)["new.yaml"] == b"n: 1\n"


@pytest.mark.parametrize("deleted", [False, True])
def test_conflict(repo: Repo, *, deleted: bool) -> None:
    """An unresolved conflict cannot be judged as staged; on disk it stands as it stands."""
    repo.switch("other", "HEAD")
    repo.commit({"a.yaml": "a: 2\n"})
    repo.switch("main")
    repo.commit({"a.yaml": None if deleted else "a: 3\n"})
    assert "CONFLICT" in repo.run("merge", "other").stdout
    with pytest.raises(GitError, match=r"a\.yaml has a conflict") as caught:
        run(repo, staged=True)
    assert "git add" in caught.value.hint
    comparison = run(repo)
    assert pairs(comparison) == {("a.yaml", "a.yaml")}
    assert contents(comparison)["a.yaml"] == (repo.path / "a.yaml").read_bytes()


def test_sparse_checkout(repo: Repo) -> None:
    """A file that a sparse checkout leaves out is no deletion and can be read."""
    repo.git("sparse-checkout", "set", "--no-cone", "/a.yaml")
    assert not (repo.path / "dir/b.yaml").exists()
    requests: tuple[dict[str, Any], ...] = ({}, {"staged": True}, {"all": True})
    for request in requests:
        comparison = run(repo, **request)
        assert ("dir/b.yaml", None) not in pairs(comparison)
        assert contents(comparison)["dir/b.yaml"] == LINES.encode()


@POSIX
@HEADS
def test_symbolic_links_are_named_and_not_followed(
    repo: Repo, head: Prepare, tmp_path: Path
) -> None:
    """A link is no manifest, wherever it leads, also where a file was before."""
    (tmp_path / "outside.yaml").write_text("secret: 1\n")
    (repo.path / "new.yaml").symlink_to(tmp_path / "outside.yaml")
    repo.remove("a.yaml")
    (repo.path / "a.yaml").symlink_to("dir/b.yaml")
    comparison = run(repo, **head(repo))
    assert pairs(comparison) == {("a.yaml", None)}
    assert [each.file for each in comparison.special] == ["a.yaml", "new.yaml"]
    assert all("symbolic link" in each.reason for each in comparison.special)
    assert contents(comparison) == {"dir/b.yaml": LINES.encode()}
    with comparison:
        assert comparison.head.read("a.yaml") is None
        assert comparison.head.read("new.yaml") is None


@POSIX
@HEADS
def test_link_becomes_a_file(repo: Repo, head: Prepare) -> None:
    """Where a link was, a file is new; the link's removal is named."""
    (repo.path / "link.yaml").symlink_to("a.yaml")
    (repo.path / "gone.yaml").symlink_to("a.yaml")
    repo.commit()
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.remove("link.yaml")
    repo.remove("gone.yaml")
    repo.write("link.yaml", "l: 1\n")
    comparison = run(repo, **head(repo))
    assert pairs(comparison) == {(None, "link.yaml")}
    assert [each.file for each in comparison.special] == ["gone.yaml", "link.yaml"]


@POSIX
def test_folder_replaced_by_a_link(repo: Repo, tmp_path: Path) -> None:
    """Files behind a linked folder are not in the worktree."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/b.yaml").write_text("secret: 1\n")
    repo.remove("dir/b.yaml")
    (repo.path / "dir").rmdir()
    (repo.path / "dir").symlink_to(tmp_path / "outside")
    comparison = run(repo)
    assert pairs(comparison) == {("dir/b.yaml", None)}
    assert [each.file for each in comparison.special] == ["dir"]
    with comparison:
        assert comparison.head.read("dir/b.yaml") is None
        assert comparison.head.read("../outside/b.yaml") is None
        assert comparison.head.read(str(tmp_path / "outside/b.yaml")) is None


@POSIX
def test_fifo_does_not_block(repo: Repo) -> None:
    """A FIFO in a file's place is named, not opened and waited for."""
    repo.remove("a.yaml")
    os.mkfifo(repo.path / "a.yaml")
    os.mkfifo(repo.path / "untracked.yaml")
    comparison = run(repo)
    assert pairs(comparison) == {("a.yaml", None)}
    assert [each.file for each in comparison.special] == ["a.yaml"]
    with comparison:
        assert comparison.head.read("untracked.yaml") is None


def test_unreadable_file(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is an error, never an absent one (root may read all: hence the patch)."""

    def refuse(*_arguments: object, **_options: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    with compare(Request(), repo.path, ENV) as comparison:
        monkeypatch.setattr(os, "open", refuse)
        with pytest.raises(UsageError, match=r"a\.yaml cannot be read: Permission denied"):
            comparison.head.read("a.yaml")


@HEADS
def test_submodule(repo: Repo, head: Prepare, tmp_path: Path) -> None:
    """A submodule is named and not entered."""
    other = Repo.init(tmp_path / "other")
    other.commit({"x.yaml": "x: 1\n"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", other.url, "sub")
    comparison = run(repo, **head(repo))
    assert pairs(comparison) == {(None, ".gitmodules")}
    assert [each.file for each in comparison.special] == ["sub"]
    assert "sub/x.yaml" not in contents(comparison)


def test_nested_repository(repo: Repo) -> None:
    """An untracked repository inside the worktree is named and not entered."""
    Repo.init(repo.path / "nested").commit({"x.yaml": "x: 1\n"})
    comparison = run(repo)
    assert comparison.files == ()
    assert [each.file for each in comparison.special] == ["nested"]


def test_autocrlf(repo: Repo) -> None:
    """Line ends that git converted are no change; a real edit is read as it is on disk."""
    repo.git("config", "core.autocrlf", "true")
    repo.remove("a.yaml")
    repo.git("checkout", "--", "a.yaml")
    assert (repo.path / "a.yaml").read_bytes() == b"a: 1\r\n"
    assert run(repo).files == ()
    repo.write("a.yaml", "a: 2\r\n")
    comparison = run(repo)
    assert pairs(comparison) == {("a.yaml", "a.yaml")}
    assert contents(comparison)["a.yaml"] == b"a: 2\r\n"


@POSIX
@HEADS
def test_odd_names(repo: Repo, head: Prepare) -> None:
    """Names that shells, git's quoting and pathspecs stumble over are just names."""
    names = [
        *("with space.yaml", 'quo"te.yaml', "new\nline.yaml", "-dash.yaml", "--output=x.yaml"),
        *(":(glob)*.yaml", "*.yaml", "tab\t.yaml", "back\\slash.yaml", "ünïcode.yaml", "a -> b"),
        *("latin1-\udce9.yaml", "trailing ", "::error file=x", ":!a.yaml", "{a => b}.yaml"),
    ]
    for name in names:
        path = os.fsencode(repo.path) + b"/" + name.encode("utf-8", "surrogateescape")
        Path(os.fsdecode(path)).write_bytes(b"n: 1\n")
    comparison = run(repo, **head(repo))
    assert {change.head_path for change in comparison.files} == set(names)
    with comparison:
        assert {comparison.head.read(name) for name in names} == {b"n: 1\n"}
    if head is leave:
        for name in (":(glob)*.yaml", "-dash.yaml", "*.yaml", "latin1-\udce9.yaml"):
            assert pairs(run(repo, paths=(name,))) == {(None, name)}


def snapshot_of(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below a folder: its times, size and bytes."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    "request_", [{}, {"staged": True}, {"head": "HEAD"}, {"all": True}, {"paths": ("dir",)}]
)
def test_nothing_is_changed_by_looking(repo: Repo, request_: dict[str, Any]) -> None:
    """Neither worktree nor index nor anything in .git differs afterwards, also with a stale index."""
    repo.write("a.yaml", "a: 2\n")
    repo.git("add", "a.yaml")
    repo.write("new.yaml")
    os.utime(repo.path / "dir/b.yaml", (1, 1))
    before = snapshot_of(repo.path)
    contents(run(repo, **request_))
    assert snapshot_of(repo.path) == before


@POSIX
@pytest.mark.parametrize(
    ("request_", "most"), [({}, 6), ({"staged": True}, 4), ({"head": "HEAD"}, 4)]
)
def test_few_processes(repo: Repo, tmp_path: Path, request_: dict[str, Any], most: int) -> None:
    """Every git process costs milliseconds: a typical check starts no more than these."""
    origin = repo.rev("HEAD")
    repo.commit({"c.yaml": "c: 1\n"})
    repo.write("d.yaml")
    repo.git("add", ".")
    folder = tmp_path / "bin"
    folder.mkdir()
    real = subprocess.run(
        ["sh", "-c", "command -v git"], capture_output=True, text=True, check=True
    )
    wrapper = folder / "git"
    wrapper.write_text(
        f'#!/bin/sh\necho "$1" >> "{tmp_path}/log"\nexec {real.stdout.strip()} "$@"\n'
    )
    wrapper.chmod(0o755)
    env = ENV | {"PATH": f"{folder}{os.pathsep}{ENV['PATH']}"}
    comparison = run(repo, env=env, **request_)
    contents(comparison)
    with comparison:
        assert comparison.base is not None
        assert comparison.base.revision.rev == origin
        assert comparison.base.paths(".policygate/policies") == ()
    started = (tmp_path / "log").read_text().split()
    reopened = 1  # contents() reads after run() closed
    assert len(started) - reopened <= most, started


# --- what is asked for -------------------------------------------------------------------------


def test_head_revision(repo: Repo) -> None:
    """`--head REV` judges that commit, whatever is on disk."""
    repo.switch("feature", "HEAD")
    head = repo.commit({"c.yaml": "c: 1\n"})
    repo.switch("main")
    repo.write("a.yaml", "edited: 1\n")
    comparison = run(repo, head="feature")
    assert comparison.head.revision.rev == head
    assert pairs(comparison) == {(None, "c.yaml")}
    with pytest.raises(UsageError, match="--head nope"):
        run(repo, head="nope")


@pytest.mark.parametrize("request_", [{"all": True}, {"base": "none"}])
def test_everything(repo: Repo, request_: dict[str, Any]) -> None:
    """`--all` and `--base none` judge every file of the head alone."""
    repo.write("new.yaml")
    repo.write("a.yaml", "a: 2\n")
    comparison = run(repo, **request_)
    assert comparison.base is None
    assert pairs(comparison) == {(None, "a.yaml"), (None, "dir/b.yaml"), (None, "new.yaml")}
    staged = run(repo, staged=True, **request_)
    assert pairs(staged) == {(None, "a.yaml"), (None, "dir/b.yaml")}
    assert contents(staged)["a.yaml"] == b"a: 1\n"
    old = run(repo, head="HEAD", **request_)
    assert pairs(old) == {(None, "a.yaml"), (None, "dir/b.yaml")}


def test_paths_are_judged_alone(repo: Repo) -> None:
    """A file or folder that is named is judged without a base, relative to the current folder."""
    repo.write("dir/new.yaml")
    assert run(repo, paths=("a.yaml",)).base is None
    assert pairs(run(repo, paths=("a.yaml",))) == {(None, "a.yaml")}
    want = {(None, "dir/b.yaml"), (None, "dir/new.yaml")}
    for path in ("dir", "dir/", "./dir", "dir/../dir", str(repo.path / "dir")):
        assert pairs(run(repo, paths=(path,))) == want
    assert pairs(run(repo, cwd="dir", paths=(".",))) == want
    assert pairs(run(repo, cwd="dir", paths=("b.yaml", "../a.yaml", "../a.yaml"))) == {
        (None, "a.yaml"),
        (None, "dir/b.yaml"),
    }
    assert len(run(repo, paths=(".",)).files) == 3


def test_paths_restrict_a_comparison(repo: Repo) -> None:
    """With --base or --staged, paths say which differences count, deletions included."""
    base = repo.rev("HEAD")
    repo.write("a.yaml", "a: 2\n")
    repo.remove("dir/b.yaml")
    assert pairs(run(repo, paths=("dir",), base=base)) == {("dir/b.yaml", None)}
    assert pairs(run(repo, paths=("a.yaml",), base=base)) == {("a.yaml", "a.yaml")}
    repo.git("add", "-A")
    assert pairs(run(repo, paths=("dir/b.yaml",), staged=True)) == {("dir/b.yaml", None)}
    assert run(repo, paths=("a.yaml",), staged=True).base is not None


def test_path_that_did_not_change(repo: Repo) -> None:
    """A path without a difference is fine, also when a sparse checkout leaves it out."""
    repo.git("sparse-checkout", "set", "--no-cone", "/a.yaml")
    for path in ("a.yaml", "dir/b.yaml", "dir"):
        assert run(repo, paths=(path,), base="HEAD").files == ()


@pytest.mark.parametrize("request_", [{}, {"staged": True}, {"base": "HEAD"}, {"head": "HEAD"}])
def test_path_that_does_not_exist(repo: Repo, request_: dict[str, Any]) -> None:
    """A path that is nowhere is an error, never "nothing to judge"."""
    for path in ("nope.yaml", "a.yam", "a.yaml/x", "nul\0", "x" * 5000):
        with pytest.raises(UsageError, match="does not exist"):
            run(repo, paths=("a.yaml", path), **request_)


def test_ignored_path_is_judged_when_named(repo: Repo) -> None:
    """Rendered manifests are often ignored by git: who names them wants them judged."""
    repo.commit({".gitignore": "build/\n"})
    repo.write("build/out.yaml", "o: 1\n")
    for path in ("build", "build/out.yaml"):
        comparison = run(repo, paths=(path,))
        assert pairs(comparison) == {(None, "build/out.yaml")}
        assert comparison.head.read("build/out.yaml") == b"o: 1\n"


def test_path_outside_the_repository(repo: Repo, tmp_path: Path) -> None:
    """A folder outside the repository is judged as a plain folder; a mixture is refused."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/x.yaml").write_text("x: 1\n")
    comparison = run(repo, paths=("../plain",))
    assert pairs(comparison) == {(None, "../plain/x.yaml")}
    assert comparison.head.read("../plain/x.yaml") == b"x: 1\n"
    with pytest.raises(UsageError, match="some are not"):
        run(repo, paths=("../plain", "a.yaml"))


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A folder in no repository."""
    folder = tmp_path / "plain"
    (folder / "sub/.git").mkdir(parents=True)
    (folder / "x.yaml").write_text("x: 1\n")
    (folder / "sub/y.yaml").write_text("y: 1\n")
    (folder / "sub/.git/config.yaml").write_text("z: 1\n")
    return folder


def test_plain_folder(plain: Path, tmp_path: Path) -> None:
    """Without a repository, and without git, files and folders can be judged."""
    env = ENV | {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    for each in (env, env | {"PATH": "/nowhere"}):
        comparison = compare(Request(paths=(".",)), plain, each)
        assert pairs(comparison) == {(None, "sub/y.yaml"), (None, "x.yaml")}
        assert comparison.head.paths("sub") == ("sub/y.yaml",)
        assert comparison.head.paths(deep=False) == ("x.yaml",)
        assert comparison.head.read("x.yaml") == b"x: 1\n"
        assert comparison.head.read("../r/a.yaml") is None
        single = compare(Request(paths=("y.yaml",), base="none"), plain / "sub", each)
        assert pairs(single) == {(None, "y.yaml")}
        with pytest.raises(UsageError, match="does not exist"):
            compare(Request(paths=("nope",)), plain, each)
        for request in (Request(), Request(all=True), Request(staged=True), Request(head="x")):
            with pytest.raises(NoRepositoryError) as caught:
                compare(request, plain, each)
            assert "PATH" in caught.value.hint
        for request in (Request(paths=(".",), staged=True), Request(paths=(".",), base="main")):
            with pytest.raises(UsageError, match="no git repository"):
                compare(request, plain, each)


@POSIX
def test_plain_folder_with_odd_things(plain: Path, tmp_path: Path) -> None:
    """Links below a named folder are not followed, a FIFO is not opened; a named link is."""
    env = ENV | {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    (plain / "loop").symlink_to(".")
    (plain / "link.yaml").symlink_to("x.yaml")
    os.mkfifo(plain / "pipe.yaml")
    comparison = compare(Request(paths=(".",)), plain, env)
    assert pairs(comparison) == {(None, "sub/y.yaml"), (None, "x.yaml")}
    assert [each.file for each in comparison.special] == ["link.yaml", "loop", "pipe.yaml"]
    assert pairs(compare(Request(paths=("link.yaml",)), plain, env)) == {(None, "x.yaml")}
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        compare(Request(paths=("pipe.yaml",)), plain, env)


def test_stdin(repo: Repo, plain: Path, tmp_path: Path) -> None:
    """Standard input replaces one file, and the rest of the tree stays as context."""
    comparison = run(repo, cwd="dir", stdin=b"in: 1\n", stdin_filename="b.yaml")
    assert pairs(comparison) == {(None, "dir/b.yaml")}
    assert comparison.head.revision.rev == "stdin"
    assert contents(comparison) == {"a.yaml": b"a: 1\n", "dir/b.yaml": b"in: 1\n"}
    assert comparison.head.read("dir/b.yaml", 1) == b"in"
    unnamed = run(repo, stdin=b"")
    assert pairs(unnamed) == {(None, "stdin")}
    assert unnamed.head.read("stdin") == b""
    env = ENV | {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    outside = compare(Request(stdin=b"x", stdin_filename="new.yaml"), plain, env)
    assert outside.head.paths() == outside.head.paths(deep=False) == ("new.yaml",)
    assert outside.head.read("new.yaml") == b"x"


@pytest.mark.parametrize(
    "request_",
    [
        {"staged": True, "head": "HEAD"},
        {"all": True, "base": "HEAD"},
        {"all": True, "paths": ("a.yaml",)},
        {"stdin": b"", "base": "HEAD"},
        {"stdin": b"", "paths": ("a.yaml",)},
        {"stdin": b"", "staged": True},
        {"stdin": b"", "head": "HEAD"},
        {"stdin": b"", "all": True},
    ],
)
def test_options_that_do_not_fit(repo: Repo, request_: dict[str, Any]) -> None:
    """Options that contradict each other are refused with a hint."""
    with pytest.raises(UsageError) as caught:
        run(repo, **request_)
    assert caught.value.hint


def test_error_leaves_no_process(repo: Repo) -> None:
    """After an error no git process is left behind (a ResourceWarning is an error here)."""
    for _ in range(3):
        with pytest.raises(BaseError):
            run(repo, base="nope")


# --- hooks --------------------------------------------------------------------------------------

HOOK = f"""
import json, os, sys
sys.path.insert(0, {str(HERE)!r})
from pathlib import Path
from policygate.sources import Request, compare
with compare(Request(staged=True), Path.cwd(), os.environ) as comparison:
    seen = [[c.base_path, c.head_path] for c in comparison.files]
    text = [(comparison.head.read(head) or b"").decode() for _, head in seen if head]
    base = comparison.base.revision.rev if comparison.base else None
Path(os.environ["SEEN"]).write_text(json.dumps({{"files": seen, "text": text, "base": base}}))
"""


@pytest.fixture
def hooked(repo: Repo, tmp_path: Path) -> Repo:
    """A repository without a remote, whose hooks write down what --staged sees."""
    repo.git("update-ref", "-d", "refs/remotes/origin/main")
    (tmp_path / "hook.py").write_text(HOOK, encoding="utf-8")
    repo.env["SEEN"] = str(tmp_path / "seen.json")
    for name in ("pre-commit", "pre-merge-commit"):
        repo.hook(name, f'exec "{sys.executable}" "{tmp_path}/hook.py"')
    return repo


def seen(repo: Repo, *command: str, cwd: Path | None = None) -> dict[str, object]:
    """Run git with its hooks; what the hook saw."""
    repo.git(*command, cwd=cwd)
    found: dict[str, object] = json.loads(Path(repo.env["SEEN"]).read_text(encoding="utf-8"))
    Path(repo.env["SEEN"]).unlink()
    return found


@POSIX
def test_hook_commit_all(hooked: Repo) -> None:
    """`git commit -a` has its own index, named in GIT_INDEX_FILE."""
    head = hooked.rev("HEAD")
    hooked.write("a.yaml", "a: 2\n")
    want = {"files": [["a.yaml", "a.yaml"]], "text": ["a: 2\n"], "base": head}
    assert seen(hooked, "commit", "-qam", "x") == want


@POSIX
def test_hook_commit_file(hooked: Repo) -> None:
    """`git commit FILE` commits that file alone, from a subdirectory too."""
    hooked.write("a.yaml", "staged: 1\n")
    hooked.git("add", "a.yaml")
    hooked.write("dir/b.yaml", "b: 2\n")
    found = seen(hooked, "commit", "-qm", "x", "b.yaml", cwd=hooked.path / "dir")
    assert (found["files"], found["text"]) == ([["dir/b.yaml", "dir/b.yaml"]], ["b: 2\n"])


@POSIX
def test_hook_deletion_only(hooked: Repo) -> None:
    """A commit that only deletes is seen."""
    hooked.git("rm", "-q", "a.yaml")
    assert seen(hooked, "commit", "-qm", "x")["files"] == [["a.yaml", None]]


@POSIX
def test_hook_amend(hooked: Repo) -> None:
    """With a remote, an amended commit is compared with the merge base, not with itself."""
    base = hooked.rev("HEAD")
    hooked.git("update-ref", "refs/remotes/origin/main", base)
    hooked.commit({"a.yaml": "loosened: 1\n"})
    found = seen(hooked, "commit", "-q", "--amend", "-m", "y")
    assert found == {"files": [["a.yaml", "a.yaml"]], "text": ["loosened: 1\n"], "base": base}


@POSIX
def test_hook_in_a_linked_worktree(hooked: Repo, tmp_path: Path) -> None:
    """A linked worktree sets GIT_DIR and GIT_INDEX_FILE, and its files are judged."""
    linked = tmp_path / "linked"
    hooked.git("worktree", "add", "-q", str(linked))
    (linked / "dir/new.yaml").write_text("n: 1\n")
    hooked.git("add", ".", cwd=linked)
    found = seen(hooked, "commit", "-qm", "x", cwd=linked / "dir")
    assert (found["files"], found["text"]) == ([[None, "dir/new.yaml"]], ["n: 1\n"])


@POSIX
def test_hook_first_commit(hooked: Repo, tmp_path: Path) -> None:
    """Before the first commit there is no HEAD, and everything staged is new."""
    fresh = Repo.init(tmp_path / "fresh")
    fresh.env = hooked.env
    fresh.hook("pre-commit", f'exec "{sys.executable}" "{tmp_path}/hook.py"')
    fresh.write("a.yaml")
    fresh.git("add", ".")
    found = seen(fresh, "commit", "-qm", "x")
    assert found == {"files": [[None, "a.yaml"]], "text": ["a: 1\n"], "base": None}


@POSIX
def test_hook_merge_commit(hooked: Repo) -> None:
    """While main is merged into a branch, what main brought is not blamed on the merge."""
    hooked.switch("feature", "HEAD")
    hooked.commit({"feature.yaml": "f: 1\n"})
    hooked.switch("main")
    main = hooked.commit({"main.yaml": "m: 1\n"})
    hooked.git("update-ref", "refs/remotes/origin/main", main)
    hooked.switch("feature")
    found = seen(hooked, "merge", "-q", "--no-edit", "main")
    assert found == {"files": [[None, "feature.yaml"]], "text": ["f: 1\n"], "base": main}
