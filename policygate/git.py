"""The only module that runs git: opens a repository and answers questions about it, read only.

Every command is plumbing, reads NUL-separated output and runs in a cleaned environment, because
a repository's configuration may be hostile: no fsmonitor, hook, external diff, textconv or filter
driver is started, no optional lock is taken, no remote is asked. Objects come from one
`git cat-file --batch` process that lives as long as its `Repository`.

Not for deciding what to compare: that is `policygate.sources`.
"""

from __future__ import annotations

import os
import re
import shlex
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from policygate.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from subprocess import CompletedProcess, Popen
    from types import TracebackType

RENAME_LIMIT: Final = 1000
"""More added or deleted files than this, and git pairs only renames without an edit."""

_KEPT: Final = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES"
    r"|QUARANTINE_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM"
    r"|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))"
)
"""Where a running hook's repository is, and the caller's own (not the repository's) configuration."""

_ARGUMENTS: Final = 10_000
"""Letters of paths that fit into a command line anywhere."""
_PINNED: Final = {
    "GIT_ALLOW_PROTOCOL": "none",  # git before 2.45 has no GIT_NO_LAZY_FETCH
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_SETTINGS: Final = {
    "core.fsmonitor": "false",  # a path here is a program that diff-index would run
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "submodule.recurse": "false",
}
_EMPTY_TREE: Final = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_RAW: Final = ("-z", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-color")
# "dirty": git must not run `git status` inside a submodule, whose configuration is its own.
_INDEX_RAW: Final = (*_RAW, "--ignore-submodules=dirty", "--ita-invisible-in-index")
_RENAMES: Final = ("-M50%", f"-l{RENAME_LIMIT}")
_NAME: Final = re.compile(r"(?!HEAD$|[A-Z_]+_HEAD$)[\w][\w./-]*")
"""A plain name of a branch or tag, without an operator of gitrevisions(7)."""
_HEADER: Final = re.compile(rb"([0-9a-f]{40,64}) (commit|tree|blob|tag) ([0-9]+)\n")
_CHUNK: Final = 1 << 20


class NoRepositoryError(GitError):
    """There is no git repository here, or no git to read one."""


class Entry(NamedTuple):
    """A file of a tree: its git mode (`100644`, `120000`, …) and blob id, empty for a file on disk only."""

    mode: str
    oid: str

    @property
    def regular(self) -> bool:
        """Whether this is a file, not a symbolic link, a submodule or a folder."""
        return self.mode.startswith("100")


class RawChange(NamedTuple):
    """One difference: status letter (A D M R T U), and both sides; a side that is absent is None."""

    status: str
    base_path: str
    head_path: str
    base: Entry | None
    head: Entry | None


class Commit(NamedTuple):
    """A commit: its full id, the id of its tree, and the ids of its parents (also of absent ones)."""

    id: str
    tree: str
    parents: tuple[str, ...]


class Touched(NamedTuple):
    """A commit that touches a folder: its id, its author, and its day, ISO."""

    id: str
    author: str
    day: str


class Repository:
    """A git repository with a worktree, open for reading. Safe to share between threads.

    Attributes:
        root: The absolute path of the worktree's top folder.
        shallow: Whether history is cut off.
        empty_tree: The id of the tree without files.
    """

    def __init__(
        self, root: Path, program: str, env: dict[str, str], *, fmt: str, shallow: bool
    ) -> None:
        self.root = root
        self.shallow = shallow
        self.empty_tree = _EMPTY_TREE[fmt]
        self._program = program
        self._env = env
        self._oid_bytes = len(self.empty_tree) // 2
        self._lock = threading.Lock()
        self._batch: Popen[bytes] | None = None
        self._trees: dict[str, dict[str, Entry]] = {}

    @classmethod
    def open(cls, start: Path, env: Mapping[str, str]) -> Repository:
        """Find the repository that holds `start`, as git does.

        Args:
            start: A folder, absolute or relative to the process's own.
            env: The environment to take PATH, HOME and a running hook's GIT_* from.

        Raises:
            NoRepositoryError: `start` is in no repository, or git is not installed.
            GitError: The repository is bare, not trusted by git, or git is too old.
        """
        program = _find_program(env)
        clean = _clean_environment(env, start)
        done = _run(
            [
                *(program, "rev-parse", "--path-format=absolute"),
                *("--is-bare-repository", "--is-shallow-repository", "--show-object-format"),
                "--show-toplevel",  # last: a path may hold a newline
            ],
            start,
            clean,
        )
        words = done.stdout.split(b"\n", 3)
        if words[0] == b"--path-format=absolute":
            raise GitError("git is too old", "policygate needs git 2.31 or later")
        if done.returncode != 0:
            raise _open_error(done, start)
        if len(words) < 4 or not Path(os.fsdecode(words[3])).is_absolute():
            raise GitError(
                f"{program} does not answer as git does", "is it git that is called so on the PATH?"
            )
        root = Path(os.fsdecode(words[3].removesuffix(b"\n"))).resolve()
        if "GIT_DIR" in clean:
            clean["GIT_WORK_TREE"] = str(root)
        return cls(root, program, clean, fmt=words[2].decode(), shallow=words[1] == b"true")

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
        """End the object reader; reading again starts a new one."""
        with self._lock:
            batch, self._batch = self._batch, None
        if batch is not None:
            batch.communicate()

    def commit(self, revision: str) -> Commit | None:
        """Return the commit that a revision (gitrevisions(7)) names, or None when it names none here."""
        # git prefers a tag to a branch of the same name; whoever can push a tag must not choose the base.
        names = (f"refs/heads/{revision}", revision) if _NAME.fullmatch(revision) else (revision,)
        found = next((got for name in names if (got := self._object(f"{name}^{{commit}}"))), None)
        if found is None:
            return None
        oid, _, data = found
        tree, parents = "", []
        for line in data.split(b"\n\n", 1)[0].split(b"\n"):
            key, _, value = line.partition(b" ")
            if key == b"tree":
                tree = value.decode()
            elif key == b"parent":
                parents.append(value.decode())
        return Commit(oid, tree, tuple(parents))

    def blob(self, oid: str, limit: int | None = None) -> bytes:
        """Return a blob's bytes, or its first `limit` + 1 bytes when it is longer than `limit`.

        Raises:
            GitError: The blob is not in this clone.
        """
        return self._need(oid, "blob", limit)

    def staged(self, path: str, limit: int | None = None) -> bytes | None:
        """Return what the index holds of a file, cut off as `blob` does; None for one git does not track."""
        found = self._object(f":0:{path}", limit)
        return found[2] if found is not None and found[1] == "blob" else None

    def tree(self, oid: str) -> Mapping[str, Entry]:
        """Return the entries of one folder by name; folders have mode `40000`.

        Raises:
            GitError: The tree is not in this clone.
        """
        if oid not in self._trees:
            self._trees[oid] = dict(
                _parse_tree(self._need(oid, "tree"), self._oid_bytes)
                if oid != self.empty_tree
                else ()
            )
        return self._trees[oid]

    def merge_bases(self, one: str, *others: str) -> tuple[str, ...]:
        """Return the best common ancestors of `one` and a merge of `others` (full commit ids).

        None of them where a shallow clone hides them: see `shallow`. There are several where two
        branches were merged into each other; which comes first depends on dates that anybody can set.
        """
        done = self._git("merge-base", "--all", one, *others, good=(0, 1))
        return tuple(done.stdout.decode().split())

    def diff_trees(self, base: str, head: str) -> list[RawChange]:
        """Compare two trees (or commits), with renames."""
        done = self._git(
            "diff-tree", "-r", *_RAW, *_RENAMES, "--ignore-submodules=none", base, head, "--"
        )
        return _parse_raw(done.stdout)

    def diff_index(self, base: str) -> list[RawChange]:
        """Compare a tree (or commit) with the index, with renames; an unmerged path has status U."""
        done = self._git("diff-index", "--cached", *_INDEX_RAW, *_RENAMES, base, "--")
        return _parse_raw(done.stdout)

    def diff_worktree(self, base: str) -> tuple[list[RawChange], tuple[str, ...]]:
        """Compare a tree (or commit) with what is on disk.

        Returns:
            What differs among tracked files, with renames: a head entry without an id may be equal,
            git only saw that the file was touched; a file that a sparse checkout leaves out counts
            as the index has it. And the files that are neither tracked nor ignored; a nested
            repository ends in `/`.
        """
        untracked = ("ls-files", "-z", "--others", "--exclude-standard", "--")
        with self._start(untracked) as listing:  # both look at every folder: side by side
            command = ("diff-index", *_INDEX_RAW, *_RENAMES, base, "--")
            tracked = self._git(*command, settings=self._filters_off())
            names, _ = listing.communicate()
        if listing.returncode:
            raise GitError(f"git ls-files failed: exit {listing.returncode}")
        return _parse_raw(tracked.stdout), tuple(_text(n) for n in names.split(b"\0") if n)

    def grep(self, words: Sequence[str], where: str, among: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the sorted paths of files that hold one of some words, whatever attributes call them binary.

        Args:
            words: Fixed texts.
            where: A tree (or commit), `--cached` for the index, `--untracked` for what is on disk.
            among: The only files that need to be looked at; with none of them, all are.
        """
        wanted = [part for word in words if "\0" not in word for part in ("-e", word)]
        if not wanted:  # no argument of a program holds a NUL
            return ()
        prefix = "" if where.startswith("--") else f"{where}:"
        options = ("-l", "-z", "-a", "-F", "--no-color", "--full-name", "--no-textconv")
        flag = (where,) if where.startswith("--") else ()
        tree = () if flag else (where,)
        few = among if sum(map(len, among)) <= _ARGUMENTS else ()
        done = self._git("grep", *options, *flag, *wanted, *tree, "--", *few, good=(0, 1))
        names = (_text(name).removeprefix(prefix) for name in done.stdout.split(b"\0") if name)
        return tuple(sorted(names))

    def history(self, folder: str) -> tuple[Touched, ...]:
        """Return the commits of HEAD that touch a folder, the oldest first."""
        options = ("--no-color", "-z", "--reverse", "--format=%H%x00%an%x00%cd", "--date=format:%F")
        done = self._git("log", *options, "--", folder, good=(0, 128))  # 128: no commit yet
        words = [_text(word).strip("\n") for word in done.stdout.split(b"\0")]
        return tuple(map(Touched._make, zip(words[::3], words[1::3], words[2::3], strict=False)))

    def author(self) -> str:
        """Return the address of whoever commits here, or the name; empty where git knows neither."""
        for key in ("user.email", "user.name"):
            found = self._git("config", "--get", key, good=(0, 1)).stdout.strip()
            if found:
                return _text(found)
        return ""

    def _filters_off(self) -> dict[str, str]:
        """Return settings that keep git from running a filter driver when it hashes a file on disk."""
        done = self._git("config", "-z", "--name-only", "--get-regexp", r"^filter\.", good=(0, 1))
        settings = {}
        for name in done.stdout.split(b"\0"):
            driver, _, key = _text(name).rpartition(".")
            if key in {"clean", "process", "required"}:
                settings[f"{driver}.{key}"] = "false" if key == "required" else ""
        return settings

    def _git(
        self,
        *arguments: str,
        good: tuple[int, ...] = (0,),
        settings: Mapping[str, str] | None = None,
    ) -> CompletedProcess[bytes]:
        env = _with_settings(self._env, settings) if settings else self._env
        done = _run([self._program, *arguments], self.root, env)
        if done.returncode not in good:
            raise GitError(f"git {arguments[0]} failed: {_complaint(done)}")
        return done

    def _need(self, oid: str, kind: str, limit: int | None = None) -> bytes:
        found = self._object(oid, limit)
        if found is None or found[1] != kind:
            raise GitError(
                f"the {kind} {oid} is not in this clone",
                "a partial clone does not hold every file: clone without --filter",
            )
        return found[2]

    def _object(self, name: str, limit: int | None = None) -> tuple[str, str, bytes] | None:
        """Return id, kind and bytes of the object that `name` names, or None when there is none."""
        if "\n" in name or "\0" in name:
            return None
        with self._lock:
            if self._batch is None:
                self._batch = self._start(("cat-file", "--batch"))
            asked, answers = self._batch.stdin, self._batch.stdout
            if asked is None or answers is None:  # pragma: no cover - both are pipes
                raise GitError("git cat-file has no pipes")
            try:
                asked.write(name.encode("utf-8", "surrogateescape") + b"\n")
                asked.flush()
                header = answers.readline()
            except BrokenPipeError:
                header = b""
            if not header:
                raise GitError(
                    f"git cannot read the object {name}",
                    "`git fsck` says what is broken; a partial clone lacks what was never fetched",
                )
            match = _HEADER.fullmatch(header)
            if match is None:
                return None
            size = int(match[3])
            data = answers.read(size if limit is None else min(size, limit + 1))
            left = size - len(data) + 1  # the newline after the content
            while left > 0 and (skipped := len(answers.read(min(left, _CHUNK)))):
                left -= skipped
        return match[1].decode(), match[2].decode(), data

    def _start(self, arguments: Sequence[str]) -> Popen[bytes]:
        from subprocess import DEVNULL, PIPE, Popen

        return Popen(  # noqa: S603
            [self._program, *arguments],
            cwd=self.root,
            env=self._env,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
        )


def _find_program(env: Mapping[str, str]) -> str:
    """Return git's absolute path; a relative folder in PATH would find one inside the repository."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in env.get("PATH", os.defpath).split(os.pathsep):
        program = os.path.join(folder, name)  # noqa: PTH118 - hot path
        if os.path.isabs(folder) and os.access(program, os.X_OK):  # noqa: PTH117
            return program
    raise NoRepositoryError("git is not installed", "install git 2.31 or later and put it on PATH")


def _clean_environment(env: Mapping[str, str], start: Path) -> dict[str, str]:
    """Drop every GIT_* that changes what git does, keep where a running hook's repository is."""
    clean = {
        key: value
        for key, value in env.items()
        if not key.startswith("GIT_") or _KEPT.fullmatch(key)
    }
    for key in ("GIT_DIR", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"):
        if key in clean:  # commands run in the top folder, not in `start`
            clean[key] = str(start.absolute() / clean[key])
    clean.update(_PINNED)
    return _with_settings(clean, _SETTINGS)


def _with_settings(env: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Add configuration that outranks every file; unlike `-c` it can name any key."""
    count = env.get("GIT_CONFIG_COUNT", "0")
    start = int(count) if count.isascii() and count.isdigit() else 0
    added = dict(env)
    for number, (key, value) in enumerate(settings.items(), start):
        added[f"GIT_CONFIG_KEY_{number}"] = key
        added[f"GIT_CONFIG_VALUE_{number}"] = value
    added["GIT_CONFIG_COUNT"] = str(start + len(settings))
    return added


def _run(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> CompletedProcess[bytes]:
    from subprocess import DEVNULL, run

    try:
        return run(  # noqa: S603
            command, cwd=cwd, env=env, stdin=DEVNULL, capture_output=True, check=False
        )
    except OSError as error:
        raise GitError(f"git cannot be run in {cwd}: {error.strerror}") from error


def _open_error(done: CompletedProcess[bytes], start: Path) -> GitError:
    complaint = _complaint(done)
    if done.stdout.startswith(b"true"):
        return GitError("this repository is bare: it has no worktree", "run policygate in a clone")
    if "not a git repository" in complaint:
        return NoRepositoryError(f"{start} is not in a git repository")
    if "dubious ownership" in complaint:
        where = complaint.partition("'")[2].rpartition("'")[0] or str(start)
        trust = f"if you trust it: git config --global --add safe.directory {shlex.quote(where)}"
        return GitError(f"{where} belongs to another user, so git does not read it", trust)
    return GitError(f"git cannot read the repository: {complaint}")


def _complaint(done: CompletedProcess[bytes]) -> str:
    """Return the first line git wrote about its failure, safe to print."""
    lines = done.stderr.decode("utf-8", "replace").splitlines() or [f"exit {done.returncode}"]
    return "".join(char if char.isprintable() else "?" for char in lines[0])


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _parse_tree(data: bytes, oid_bytes: int) -> Iterator[tuple[str, Entry]]:
    """Yield the entries of a tree object: `mode SP name NUL id`, again and again."""
    at = 0
    while at < len(data):
        space, end = data.index(b" ", at), data.index(b"\0", at)
        oid = data[end + 1 : end + 1 + oid_bytes].hex()
        yield _text(data[space + 1 : end]), Entry(data[at:space].decode(), oid)
        at = end + 1 + oid_bytes


def _parse_raw(data: bytes) -> list[RawChange]:
    """Parse `git diff --raw -z`: `:mode mode id id status NUL path NUL [path NUL]`."""
    words = iter(data.split(b"\0"))
    changes = []
    for word in words:
        if not word:
            break
        base_mode, head_mode, base_oid, head_oid, status = word[1:].decode().split(" ")
        base_path = head_path = _text(next(words))
        if status[0] in "RC":
            head_path = _text(next(words))
        base, head = _entry(base_mode, base_oid), _entry(head_mode, head_oid)
        changes.append(RawChange(status[0], base_path, head_path, base, head))
    return changes


def _entry(mode: str, oid: str) -> Entry | None:
    return None if mode == "000000" else Entry(mode, oid.strip("0") and oid)
