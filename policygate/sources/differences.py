"""Which files differ between a base and a head, from what git lists.

Git compares a worktree by file times, so touched files are compared here by their bytes; moves
that git has not been told of are found here when not a byte changed. Not for choosing base and head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.errors import GitError
from policygate.git import Entry, RawChange
from policygate.model import NotJudged
from policygate.sources.folder import LINK, NOT_A_FILE, SUBMODULE
from policygate.sources.snapshots import entry_on_disk, read_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from policygate.git import Repository
    from policygate.sources.snapshots import Snapshot

_COMPARED: Final = 1 << 26
"""Bytes. A touched file is compared up to here; a longer one counts as changed."""
_MOVED: Final = 1000
"""More deleted or untracked files than this, and they are not searched for moves."""
_KINDS: Final = {"120000": LINK, "160000": SUBMODULE}


class FileChange(NamedTuple):
    """A file that differs; `base_path` is None when it is new, `head_path` when it is gone."""

    base_path: str | None
    head_path: str | None


def index_differences(repository: Repository, since: str) -> list[RawChange]:
    """Compare a tree with the index.

    Raises:
        GitError: The index holds a conflict.
    """
    raw = repository.diff_index(since)
    for change in raw:
        if change.status == "U":
            raise GitError(
                f"{change.head_path} has a conflict, so nothing is staged for it",
                "resolve the conflict and `git add` the file",
            )
    return raw


def worktree_differences(repository: Repository, since: str) -> list[RawChange]:
    """Compare a tree with the tracked and the untracked, not ignored files on disk."""
    tracked, names = repository.diff_worktree(since)
    changes = {change.head_path: change for change in tracked}
    untracked = {}
    for path in names:
        nested = path.endswith("/")
        entry = Entry("160000", "") if nested else entry_on_disk(repository.root, path)
        if entry is not None:
            untracked[path.rstrip("/")] = entry
    for old, new in _moves(repository, changes, untracked):
        gone = changes.pop(old)
        changes[new] = gone._replace(status="R", head_path=new, head=untracked.pop(new))
    for path, entry in untracked.items():  # `git rm --cached` leaves a deletion and a file
        gone_base = changes[path].base if path in changes else None
        changes[path] = RawChange("M" if gone_base else "A", path, path, gone_base, entry)
    return list(changes.values())


def head_entries(raw: Iterable[RawChange]) -> dict[str, Entry | None]:
    """Return what the head has at every path that differs; None where it has nothing."""
    entries: dict[str, Entry | None] = {change.base_path: None for change in raw}
    entries.update((change.head_path, change.head) for change in raw if change.head is not None)
    return entries


def restrict(
    raw: Iterable[RawChange], wanted: Collection[str]
) -> tuple[list[RawChange], list[str]]:
    """Keep what touches one of the files and folders `wanted`; also return those nothing touches."""
    kept: list[RawChange] = []
    touched: set[str] = set()
    folders = frozenset(wanted)
    for change in raw:
        holding = folders & {*_prefixes(change.base_path), *_prefixes(change.head_path)}
        if holding:
            kept.append(change)
            touched |= holding
    return kept, sorted(folders - touched)


def sort_out(
    raw: Iterable[RawChange], base: Snapshot | None, head: Snapshot
) -> tuple[list[FileChange], list[NotJudged]]:
    """Split differences into files and what is no file; drop files whose bytes are equal."""
    files: list[FileChange] = []
    special: list[NotJudged] = []
    for change in raw:
        reason = _reason(change)
        if reason:
            special.append(NotJudged(change.head_path, reason))
        old = change.base_path if change.base is not None and change.base.regular else None
        new = change.head_path if change.head is not None and change.head.regular else None
        if old is not None and old == new and _same(change, base, head):
            continue
        if new is not None and change.head == Entry("100644", "") and head.read(new, 0) is None:
            special.append(NotJudged(new, NOT_A_FILE))
            new = None
        if old is not None or new is not None:
            files.append(FileChange(old, new))
    return files, special


def _moves(
    repository: Repository, changes: dict[str, RawChange], untracked: dict[str, Entry]
) -> Iterator[tuple[str, str]]:
    """Yield old and new path of every deleted file whose bytes an untracked file has."""
    gone = [
        (path, change.base.oid)
        for path, change in sorted(changes.items())
        if change.status == "D" and change.base and change.base.regular and path not in untracked
    ]
    new = [path for path, entry in untracked.items() if entry.regular and path not in changes]
    if not gone or not new or max(len(gone), len(new)) > _MOVED:
        return
    by_bytes: dict[bytes, list[str]] = {}
    for path in sorted(new, reverse=True):
        data = read_file(repository.root, path, _COMPARED)
        if data:
            by_bytes.setdefault(data, []).append(path)
    for path, oid in gone:
        data = repository.blob(oid, _COMPARED)
        if len(data) <= _COMPARED and by_bytes.get(data):
            yield path, by_bytes[data].pop()


def _prefixes(path: str) -> Iterator[str]:
    """Yield the path, every folder that holds it, and the empty path of the top folder."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield ""


def _reason(change: RawChange) -> str:
    """Say why one side of a change is no file; the head's side first."""
    if change.head is not None and not change.head.regular:
        return _KINDS.get(change.head.mode, NOT_A_FILE)
    if change.base is not None and not change.base.regular:
        kind = _KINDS.get(change.base.mode, NOT_A_FILE)
        return f"{kind}; this change removes it"
    return ""


def _same(change: RawChange, base: Snapshot | None, head: Snapshot) -> bool:
    if change.base is not None and change.head is not None and change.head.oid:
        return change.base.oid == change.head.oid
    if base is None:
        return False
    data = head.read(change.head_path, _COMPARED)
    return (
        data is not None
        and len(data) <= _COMPARED
        and data == base.read(change.base_path, _COMPARED)
    )
