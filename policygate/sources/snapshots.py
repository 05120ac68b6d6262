"""One state of a repository, read without touching it: a commit, the index, the worktree, a folder.

Paths are relative to the repository's top folder (without git: to the folder the command runs in),
with `/` between names; a name that is not UTF-8 holds surrogate escapes. Symbolic links and
submodules are no files: they are never followed. Not for deciding what to compare.
"""

from __future__ import annotations

import errno
import os
import stat
from posixpath import dirname
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from policygate.errors import UsageError
from policygate.git import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from policygate.git import Commit, Repository
    from policygate.model import Revision

_FOLDER: Final = "40000"
_FILE: Final = "100644"
_LINK: Final = "120000"
_READ: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO must not make us wait
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NOT_THERE: Final = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EISDIR, errno.ENXIO}
)


class Snapshot(Protocol):
    """One state of a repository."""

    @property
    def revision(self) -> Revision:
        """A full commit id, `worktree`, `index` or `stdin`, and how it was chosen."""
        ...

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        """Return a file's bytes; None when there is no regular file at `path`.

        Args:
            path: Relative to the top folder, `/` between names.
            limit: In bytes; of a longer file only the first `limit` + 1 bytes are returned.

        Raises:
            GitError: The object store is broken or incomplete.
            UsageError: The file is there and may not be read.
        """
        ...

    def stored(self, path: str, limit: int | None = None) -> bytes | None:
        """Return what git keeps of a file, which a filter may have changed; None for one it does not track."""
        ...

    def paths(self, under: str = "", *, deep: bool = True) -> tuple[str, ...]:
        """Return the sorted paths of all regular files at `under` and below it.

        Unless it is `deep`, those of the folder `under` alone.
        """
        ...

    def search(self, *words: str, among: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the sorted paths of files that hold one of some words, as bytes; some may not be regular.

        Whoever knows that the words stand `among` some files alone may say so: it saves time.
        """
        ...


class Tree(Protocol):
    """Where git's own states keep their files."""

    def entry(self, path: str) -> Entry | None:
        """Return what stands at `path`, whatever its kind."""
        ...

    def entries(self, under: str = "", *, deep: bool = True) -> Iterable[tuple[str, Entry]]:
        """Return what stands at `under` and below it, in any order; folders excepted.

        Unless it is `deep`, what stands in the folder `under` alone.
        """
        ...


def is_under(path: str, folder: str, *, deep: bool = True) -> bool:
    """Say whether `path` is `folder` or lies below it; the empty folder holds everything.

    Unless it is `deep`, what lies in a folder of that folder does not count.
    """
    if not deep and dirname(path) != folder:
        return False
    return not folder or path == folder or path.startswith(folder + "/")


class CommitTree:
    """The tree of a commit."""

    def __init__(self, repository: Repository, tree: str) -> None:
        self._repository = repository
        self._root = Entry(_FOLDER, tree)

    def entry(self, path: str) -> Entry | None:
        """See `Tree`."""
        found: Entry | None = self._root
        for name in path.split("/"):
            if found is None or found.mode != _FOLDER:
                return None
            found = self._repository.tree(found.oid).get(name)
        return found

    def entries(self, under: str = "", *, deep: bool = True) -> Iterator[tuple[str, Entry]]:
        """See `Tree`."""
        start = self.entry(under) if under else self._root
        todo = [(under, start)] if start is not None else []
        while todo:
            path, entry = todo.pop()
            if entry.mode != _FOLDER:
                yield path, entry
                continue
            prefix = f"{path}/" if path else ""
            for name, child in self._repository.tree(entry.oid).items():
                if deep or child.mode != _FOLDER:
                    todo.append((prefix + name, child))


class ChangedTree:
    """A tree with changes on top; a path that maps to None is deleted."""

    def __init__(self, below: Tree, changes: Mapping[str, Entry | None]) -> None:
        self._below = below
        self._changes = changes

    def entry(self, path: str) -> Entry | None:
        """See `Tree`."""
        return self._changes[path] if path in self._changes else self._below.entry(path)

    def entries(self, under: str = "", *, deep: bool = True) -> Iterator[tuple[str, Entry]]:
        """See `Tree`."""
        for path, entry in self._below.entries(under, deep=deep):
            if path not in self._changes:
                yield path, entry
        for path, changed in self._changes.items():
            if changed is not None and is_under(path, under, deep=deep):
                yield path, changed


class ObjectSnapshot(NamedTuple):
    """A commit or the index: every file is a blob."""

    revision: Revision
    repository: Repository
    tree: Tree

    @classmethod
    def of(cls, repository: Repository, commit: Commit, revision: Revision) -> ObjectSnapshot:
        """Return the state of a commit."""
        return cls(revision, repository, CommitTree(repository, commit.tree))

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        """See `Snapshot`."""
        entry = self.tree.entry(path)
        if entry is None or not entry.regular:
            return None
        return self.repository.blob(entry.oid, limit)

    def stored(self, path: str, limit: int | None = None) -> bytes | None:
        """See `Snapshot`."""
        return self.read(path, limit)

    def paths(self, under: str = "", *, deep: bool = True) -> tuple[str, ...]:
        """See `Snapshot`."""
        return _regular(self.tree.entries(under.rstrip("/"), deep=deep))

    def search(self, *words: str, among: Sequence[str] = ()) -> tuple[str, ...]:
        """See `Snapshot`."""
        where = self.revision.rev
        return self.repository.grep(words, "--cached" if where == "index" else str(where), among)


class WorktreeSnapshot(NamedTuple):
    """The files on disk that are tracked, or untracked and not ignored."""

    revision: Revision
    repository: Repository
    tree: Tree

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        """See `Snapshot`; a file that a sparse checkout leaves out is read from the object store."""
        data = read_file(self.repository.root, path, limit)
        if data is not None:
            return data
        entry = self.tree.entry(path)
        if entry is None or not entry.regular or not entry.oid:
            return None
        return self.repository.blob(entry.oid, limit)

    def stored(self, path: str, limit: int | None = None) -> bytes | None:
        """See `Snapshot`; what would be committed now, for what is on disk may be decrypted."""
        return self.repository.staged(path, limit)

    def paths(self, under: str = "", *, deep: bool = True) -> tuple[str, ...]:
        """See `Snapshot`."""
        return _regular(self.tree.entries(under.rstrip("/"), deep=deep))

    def search(self, *words: str, among: Sequence[str] = ()) -> tuple[str, ...]:
        """See `Snapshot`."""
        return self.repository.grep(words, "--untracked", among)


class FolderSnapshot(NamedTuple):
    """Files on disk that git has no say in; `named` lists the ones that are meant."""

    revision: Revision
    root: Path
    named: tuple[str, ...]

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        """See `Snapshot`; a named file may lie outside the folder."""
        if path in self.named:
            return read_file(self.root, path, limit, inside=False)
        return read_file(self.root, path, limit)

    def stored(self, path: str, limit: int | None = None) -> bytes | None:  # noqa: ARG002
        """See `Snapshot`; nothing."""
        return None

    def paths(self, under: str = "", *, deep: bool = True) -> tuple[str, ...]:
        """See `Snapshot`."""
        folder = under.rstrip("/")
        return tuple(path for path in self.named if is_under(path, folder, deep=deep))

    def search(self, *words: str, among: Sequence[str] = ()) -> tuple[str, ...]:
        """See `Snapshot`."""
        del among  # they are few
        return tuple(path for path in self.named if _holds(self.read(path) or b"", words))


class StdinSnapshot(NamedTuple):
    """Another state with the bytes of one file replaced by what standard input holds."""

    revision: Revision
    below: Snapshot
    path: str
    data: bytes

    def read(self, path: str, limit: int | None = None) -> bytes | None:
        """See `Snapshot`."""
        if path != self.path:
            return self.below.read(path, limit)
        return self.data if limit is None else self.data[: limit + 1]

    def stored(self, path: str, limit: int | None = None) -> bytes | None:
        """See `Snapshot`; nothing of what standard input holds."""
        return None if path == self.path else self.below.stored(path, limit)

    def paths(self, under: str = "", *, deep: bool = True) -> tuple[str, ...]:
        """See `Snapshot`."""
        own = {self.path} if is_under(self.path, under.rstrip("/"), deep=deep) else set()
        return tuple(sorted(own.union(self.below.paths(under, deep=deep))))

    def search(self, *words: str, among: Sequence[str] = ()) -> tuple[str, ...]:
        """See `Snapshot`."""
        own = {self.path} if _holds(self.data, words) else set()
        return tuple(
            sorted(own.union(self.below.search(*words, among=among)).difference({self.path} - own))
        )


def _holds(data: bytes, words: Iterable[str]) -> bool:
    return any(word.encode("utf-8", "surrogateescape") in data for word in words)


def disk_path(root: Path, path: str) -> bytes:
    """Return the absolute path on disk; bytes, because git's names need not be UTF-8."""
    return os.path.join(os.fsencode(root), path.encode("utf-8", "surrogateescape"))  # noqa: PTH118


def read_file(
    root: Path, path: str, limit: int | None = None, *, inside: bool = True
) -> bytes | None:
    """Read a regular file below `root` without following a symbolic link, or return None.

    Args:
        root: The folder that `path` is relative to.
        path: Names separated by `/`.
        limit: In bytes; at most `limit` + 1 bytes are read.
        inside: Whether to refuse names and links that would lead out of `root`.

    Raises:
        UsageError: The file is there and may not be read.
    """
    if inside and not _stays_inside(root, path):
        return None
    try:
        descriptor = os.open(disk_path(root, path), _READ)
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) or error.errno in _NOT_THERE:
            return None
        raise UsageError(
            f"{path} cannot be read: {error.strerror}",
            "let this user read it, or run policygate as the owner of the files",
        ) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read() if limit is None else file.read(limit + 1)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}",
            "let this user read it, or run policygate as the owner of the files",
        ) from error
    finally:
        os.close(descriptor)


def _stays_inside(root: Path, path: str) -> bool:
    names = path.split("/")
    if any(name in {"", ".", ".."} for name in names):
        return False
    return not any(
        os.path.islink(disk_path(root, "/".join(names[:depth])))  # noqa: PTH114
        for depth in range(1, len(names))
    )


def entry_on_disk(root: Path, path: str) -> Entry | None:
    """Return what git would call the thing on disk; None when it is neither a file nor a link."""
    try:
        mode = os.lstat(disk_path(root, path)).st_mode
    except (OSError, ValueError):
        return None
    if stat.S_ISLNK(mode):
        return Entry(_LINK, "")
    return Entry(_FILE, "") if stat.S_ISREG(mode) else None


def _regular(entries: Iterable[tuple[str, Entry]]) -> tuple[str, ...]:
    return tuple(sorted(path for path, entry in entries if entry.regular))
