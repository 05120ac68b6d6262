"""Turn what the caller asked for into two snapshots and the files that differ between them.

Nothing in the worktree, the index or `.git` is changed. Not for parsing what the files hold, nor
for choosing the ones that are manifests.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from policygate.errors import UsageError
from policygate.git import NoRepositoryError, Repository
from policygate.model import NotJudged, Revision
from policygate.sources.base import Base, find_base
from policygate.sources.differences import (
    FileChange,
    head_entries,
    index_differences,
    restrict,
    sort_out,
    worktree_differences,
)
from policygate.sources.folder import relative, resolve, walk
from policygate.sources.snapshots import (
    ChangedTree,
    CommitTree,
    FolderSnapshot,
    ObjectSnapshot,
    Snapshot,
    StdinSnapshot,
    WorktreeSnapshot,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from policygate.git import Commit, RawChange

_WORKTREE: Final = Revision("worktree", "the files on disk")
_INDEX: Final = Revision("index", "what is staged")
_MERGED: Final = re.compile(r"GITHEAD_([0-9a-f]{40}|[0-9a-f]{64})")
"""`git merge` tells the hooks it runs what it merges in these variables, before MERGE_HEAD exists."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states and the files that differ; close it when nothing more is read.

    Attributes:
        base: What to compare with; None when the head is judged alone.
        head: What to judge.
        files: Sorted; without a base every file to judge, as if it were new.
        notes: Sentences for the person who ran the command.
        special: What differs and is no file: symbolic links, submodules, nested repositories.
        named: Files that the caller named one by one: they are meant, whatever they are called.
    """

    base: Snapshot | None
    head: Snapshot
    files: tuple[FileChange, ...]
    notes: tuple[str, ...] = ()
    special: tuple[NotJudged, ...] = ()
    named: frozenset[str] = frozenset()
    repository: Repository | None = field(default=None, repr=False, compare=False)

    def at(self, revision: str) -> Snapshot:
        """Return the tree of another revision.

        Raises:
            UsageError: There is none of that name.
        """
        commit = self.repository.commit(revision) if self.repository is not None else None
        if self.repository is None or commit is None:
            raise UsageError(f"{revision} names no commit of this clone", "Fetch it first.")
        tree = CommitTree(self.repository, commit.tree)
        return ObjectSnapshot(Revision(commit.id, revision), self.repository, tree)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the git process that the snapshots read from."""
        if self.repository is not None:
            self.repository.close()


class Request(NamedTuple):
    """What the caller asked for.

    Attributes:
        paths: Files and folders relative to the current one; judged alone, but with `staged` or
            a `base` they restrict the comparison.
        base: A revision, or `none`; None finds the base.
        head: A revision to judge.
        staged: Judge the index.
        all: Judge every file alone.
        stdin: The bytes of the one file to judge.
        stdin_filename: The path that `stdin` stands for, relative to the current folder.
    """

    paths: tuple[str, ...] = ()
    base: str | None = None
    head: str | None = None
    staged: bool = False
    all: bool = False
    stdin: bytes | None = None
    stdin_filename: str | None = None

    @property
    def wanted(self) -> str | None:
        """The revision to compare with, when one is named."""
        return None if self.base == "none" else self.base

    @property
    def alone(self) -> bool:
        """Whether the head is judged without a base."""
        if self.wanted is not None:
            return False
        named = bool(self.paths) and not self.staged
        return self.base == "none" or self.all or self.stdin is not None or named


class _Head(NamedTuple):
    """What is judged, and the commits it belongs to: see `find_base`."""

    revision: Revision
    commits: tuple[Commit, ...]


def compare(request: Request, cwd: Path, env: Mapping[str, str]) -> Comparison:
    """Find the two states that a request means, and what differs between them.

    Args:
        request: What the caller asked for.
        cwd: The folder that paths are relative to.
        env: The environment with PATH, GIT_*, GITHUB_* and PRE_COMMIT_*.

    Returns:
        A comparison whose snapshots read on demand; close it when done.

    Raises:
        UsageError: Options that do not fit together, or a path that does not exist.
        BaseError: The base cannot be found or read.
        GitError: There is no repository, git failed, or the index holds a conflict.
    """
    _refuse_conflicts(request)
    here = cwd.resolve()
    try:
        repository = Repository.open(here, env)
    except NoRepositoryError as error:
        if request.stdin is None and not request.paths:
            hint = error.hint or "name files to judge them without git: policygate check PATH"
            raise NoRepositoryError(error.message, hint) from None
        return _without_git(request, here)
    try:
        comparison = (
            _without_git(request, here)
            if _all_outside(request, here, repository.root)
            else _with_git(repository, request, here, env)
        )
    except BaseException:
        repository.close()
        raise
    return comparison


def overlaid(comparison: Comparison, files: Mapping[str, bytes]) -> Comparison:
    """The same comparison, if some files of the head held something else."""
    head = comparison.head
    for path, data in files.items():
        head = StdinSnapshot(head.revision, head, path, data)
    return replace(comparison, head=head)


def _refuse_conflicts(request: Request) -> None:
    states = request.wanted or request.head or request.staged or request.all or request.paths
    clashes = {
        "standard input is judged alone: leave out paths, --base, --head, --staged and --all": (
            request.stdin is not None and states
        ),
        "--staged and --head are two states: leave one out": (
            request.staged and request.head is not None
        ),
        "--all judges every file alone, --base compares: leave one out": (
            request.all and request.wanted
        ),
        "--all means every file, paths mean some: leave one out": request.all and request.paths,
    }
    for message, clash in clashes.items():
        if clash:
            what, hint = message.split(": ")
            raise UsageError(what, hint)


def _with_git(
    repository: Repository, request: Request, here: Path, env: Mapping[str, str]
) -> Comparison:
    head, found = _states(repository, request, env)
    raw, found = _differences(repository, request, head, found)
    base = None
    if found.commit is not None:
        base = ObjectSnapshot(
            Revision(found.commit.id, found.how),
            repository,
            CommitTree(repository, found.commit.tree),
        )
    below = CommitTree(repository, found.commit.tree if found.commit else repository.empty_tree)
    tree = ChangedTree(below, head_entries(raw))
    kind = WorktreeSnapshot if head.revision is _WORKTREE else ObjectSnapshot
    snapshot: Snapshot = kind(head.revision, repository, tree)
    notes = (found.note,) if found.note else ()
    if request.stdin is not None:
        return _stdin(request, snapshot, here, repository.root, repository)
    named = {relative(_normal(path, here), repository.root): path for path in request.paths}
    if named:
        raw, missed = restrict(raw, named)
    files, special = sort_out(raw, base, snapshot)
    for folder in missed if named else ():
        if resolve(named[folder], here) is None and not _held((base, snapshot), folder):
            raise _absent(named[folder])
        if request.alone and kind is WorktreeSnapshot:  # ignored by git, and named all the same
            more, others = walk(repository.root, folder)
            files += [FileChange(None, path) for path in more]
            special += others
    return Comparison(
        base,
        snapshot,
        _sorted_files(files),
        notes,
        _sorted_special(special),
        frozenset(named),
        repository,
    )


def _states(repository: Repository, request: Request, env: Mapping[str, str]) -> tuple[_Head, Base]:
    start, end = env.get("PRE_COMMIT_FROM_REF"), env.get("PRE_COMMIT_TO_REF")
    wanted, option = request.wanted, "--base"
    if request.head is not None:
        head = _commit_head(repository, request.head, f"--head {request.head}")
    elif request.staged and start and end:  # pre-push: what is pushed counts, not what is staged
        head = _commit_head(repository, end, f"PRE_COMMIT_TO_REF={end}")
        if wanted is None:
            wanted, option = start, "PRE_COMMIT_FROM_REF"
    else:
        merged = [match[1] for name in sorted(env) if (match := _MERGED.fullmatch(name))]
        commits = [repository.commit(name) for name in ("HEAD", "MERGE_HEAD", *merged)]
        known = tuple(commit for commit in commits if commit is not None) if commits[0] else ()
        head = _Head(_INDEX if request.staged else _WORKTREE, known)
    if request.alone:
        return head, Base(None)
    return head, find_base(repository, head.commits, env, wanted=wanted, option=option)


def _commit_head(repository: Repository, revision: str, said: str) -> _Head:
    commit = repository.commit(revision)
    if commit is None:
        raise UsageError(f"{said} names no commit of this clone", "fetch it, or name another one")
    return _Head(Revision(commit.id, said), (commit,))


def _differences(
    repository: Repository, request: Request, head: _Head, base: Base
) -> tuple[list[RawChange], Base]:
    """Compare head and base; an index without a base is compared with HEAD."""
    since = base.commit.id if base.commit else repository.empty_tree
    if head.revision is _WORKTREE:
        return worktree_differences(repository, since), base
    if head.revision is not _INDEX:
        return repository.diff_trees(since, head.commits[0].id), base
    if base.commit is None and head.commits and not request.alone:
        raw = index_differences(repository, head.commits[0].id)
        if raw:
            how = "HEAD: no merge base with the default branch of a remote"
            return raw, Base(head.commits[0], how)
        base = Base(None, note="nothing is staged and no base was found, so every finding counts")
    return index_differences(repository, since), base


def _without_git(request: Request, here: Path) -> Comparison:
    if request.wanted or request.head or request.staged:
        raise UsageError(
            "these files are in no git repository", "leave out --base, --head and --staged"
        )
    if request.stdin is not None:
        return _stdin(request, FolderSnapshot(_WORKTREE, here, ()), here, here)
    files: list[str] = []
    special: list[NotJudged] = []
    for path in request.paths:
        found = resolve(path, here)
        if found is None:
            raise _absent(path)
        more, others = walk(here, relative(found, here))
        files += more
        special += others
    head = FolderSnapshot(_WORKTREE, here, tuple(sorted(set(files))))
    changes = _sorted_files(FileChange(None, path) for path in files)
    named = frozenset(
        relative(found, here) for path in request.paths if (found := resolve(path, here))
    )
    return Comparison(None, head, changes, special=_sorted_special(special), named=named)


def _stdin(
    request: Request,
    below: Snapshot,
    here: Path,
    root: Path,
    repository: Repository | None = None,
) -> Comparison:
    path = "stdin"
    if request.stdin_filename:
        path = relative(_normal(request.stdin_filename, here), root)
    head = StdinSnapshot(Revision("stdin", "standard input"), below, path, request.stdin or b"")
    files = (FileChange(None, path),)
    return Comparison(None, head, files, named=frozenset({path}), repository=repository)


def _held(states: Iterable[Snapshot | None], folder: str) -> bool:
    return any(state is not None and state.paths(folder) for state in states)


def _all_outside(request: Request, here: Path, root: Path) -> bool:
    """Say whether the named paths lie outside the repository.

    Raises:
        UsageError: Some do and some do not.
    """
    outside = {not _normal(path, here).is_relative_to(root) for path in request.paths}
    if len(outside) > 1:
        raise UsageError("some paths are in the repository and some are not", "run once for each")
    return outside == {True}


def _normal(path: str, here: Path) -> Path:
    """Return an absolute path without links and `..`, also of something that does not exist."""
    return resolve(path, here) or Path(os.path.normpath(here / path))


def _absent(path: str) -> UsageError:
    return UsageError(f"{path} does not exist", "paths are relative to the current folder")


def _sorted_files(files: Iterable[FileChange]) -> tuple[FileChange, ...]:
    return tuple(
        sorted(
            set(files),
            key=lambda each: (each.head_path or each.base_path or "", each.base_path or ""),
        )
    )


def _sorted_special(special: Iterable[NotJudged]) -> tuple[NotJudged, ...]:
    return tuple(sorted(set(special), key=lambda each: (each.file, each.reason)))
