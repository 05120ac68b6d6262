"""Real git repositories for tests: pinned identity and dates, no configuration but their own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

START = 1767225600  # 2026-01-01T00:00:00Z
ZEROS = "0" * 40


def clean_env(**more: str) -> dict[str, str]:
    """This process's environment without git's and GitHub's own variables.

    Configuration of the machine and of the user is switched off, so that a test sees what the
    repository says and nothing else.
    """
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("GIT", "PRE_COMMIT_", "POLICYGATE_"))
    }
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
    return env | more


class Repo:
    """A repository on disk, and the git commands a test needs.

    Attributes:
        path: The worktree, or the repository itself when it is bare.
        env: What `git` runs with, and what `compare` should be given.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.env = clean_env()
        self._commits = 0

    @classmethod
    def init(cls, path: Path, *options: str, branch: str = "main") -> Repo:
        """Create an empty repository."""
        path.mkdir(parents=True, exist_ok=True)
        repo = cls(path)
        repo.git("init", "-q", "-b", branch, *options)
        return repo

    @classmethod
    def clone(cls, source: Repo, path: Path, *options: str) -> Repo:
        """Clone over the file protocol, so that `--depth` and `--filter` have their effect."""
        path.parent.mkdir(parents=True, exist_ok=True)
        allow = ("-c", "uploadpack.allowFilter=true", "-c", "protocol.file.allow=always")
        source.git("config", "uploadpack.allowFilter", "true")
        source.git(*allow, "clone", "-q", *options, source.url, str(path), cwd=path.parent)
        return cls(path)

    @classmethod
    def checkout(cls, source: Repo, path: Path, ref: str, *, depth: int, remote_ref: str) -> Repo:
        """Do what actions/checkout does with `fetch-depth: depth` (0 is everything).

        Args:
            source: The repository on the server.
            path: The workspace.
            ref: The commit id or ref to check out.
            depth: As in the action's inputs.
            remote_ref: Where the action stores it, `refs/remotes/pull/1/merge` or
                `refs/remotes/origin/BRANCH`.
        """
        repo = cls.init(path)
        repo.git("remote", "add", "origin", source.url)
        sha = source.rev(ref)
        if depth == 0:
            everything = ("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
            repo.git("fetch", "-q", "--no-tags", "origin", *everything)
        options = [f"--depth={depth}"] if depth else []
        repo.git("fetch", "-q", "--no-tags", *options, "origin", f"+{sha}:{remote_ref}")
        if remote_ref.startswith("refs/remotes/origin/"):
            branch = remote_ref.removeprefix("refs/remotes/origin/")
            repo.git("checkout", "-q", "--force", "-B", branch, remote_ref)
        else:
            repo.git("checkout", "-q", "--force", remote_ref)
        return repo

    @property
    def url(self) -> str:
        """The address that git fetches from as from a server."""
        return self.path.resolve().as_uri()

    def git(
        self,
        *arguments: str,
        check: bool = True,
        cwd: Path | None = None,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run git and return its output without the last newline."""
        done = self.run(*arguments, cwd=cwd, stdin=stdin, env=env)
        if check and done.returncode:
            raise AssertionError(f"git {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout.rstrip("\n")

    def run(
        self,
        *arguments: str,
        cwd: Path | None = None,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run git with a pinned identity and date, one second later for every commit."""
        when = f"{START + self._commits} +0000"
        identity = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "T"), ("EMAIL", "t@example.org"), ("DATE", when))
        }
        return subprocess.run(
            ["git", *arguments],
            cwd=cwd or self.path,
            env={**self.env, **identity, **(env or {})},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )

    def write(self, name: str, content: str | bytes = "a: 1\n") -> Path:
        """Write a file below the worktree, with its folders."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def remove(self, name: str) -> None:
        """Delete a file of the worktree."""
        (self.path / name).unlink()

    def commit(
        self, files: Mapping[str, str | bytes | None] | None = None, message: str = "change"
    ) -> str:
        """Write files (None deletes), commit everything, return the commit's id."""
        for name, content in (files or {}).items():
            if content is None:
                self.remove(name)
            else:
                self.write(name, content)
        self.git("add", "-A")
        self._commits += 1
        self.git("commit", "-q", "--allow-empty", "--no-verify", "-m", message)
        return self.rev("HEAD")

    def rev(self, revision: str) -> str:
        """The full id of a revision."""
        return self.git("rev-parse", "--verify", "--end-of-options", revision)

    def switch(self, branch: str, start: str | None = None) -> None:
        """Change to a branch; with `start` create it there."""
        self.git("switch", "-q", *(("-c", branch, start) if start else (branch,)))

    def merge_pull(self, number: int, *, base: str = "main", head: str) -> str:
        """Make `refs/pull/NUMBER/head` and the test merge `refs/pull/NUMBER/merge`, as GitHub does."""
        tree = self.git("merge-tree", "--write-tree", base, head).splitlines()[0]
        self._commits += 1
        merge = self.git(
            "commit-tree", tree, "-p", self.rev(base), "-p", self.rev(head), "-m", "merge"
        )
        self.git("update-ref", f"refs/pull/{number}/head", self.rev(head))
        self.git("update-ref", f"refs/pull/{number}/merge", merge)
        return merge

    def hook(self, name: str, script: str) -> None:
        """Install a hook."""
        folder = Path(self.git("rev-parse", "--path-format=absolute", "--git-path", "hooks"))
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)


def github_env(
    folder: Path, event: str, payload: Mapping[str, Any] | str, *, sha: str = "", base_ref: str = ""
) -> dict[str, str]:
    """What the runner sets for an event, with the event file in `folder`.

    Args:
        folder: Where to write the event file.
        event: `pull_request`, `push`, …
        payload: The event; a string is written as it is.
        sha: GITHUB_SHA.
        base_ref: GITHUB_BASE_REF.
    """
    path = folder / "event.json"
    text = payload if isinstance(payload, str) else json.dumps(payload)
    path.write_text(text, encoding="utf-8")
    return clean_env(
        GITHUB_ACTIONS="true",
        GITHUB_EVENT_NAME=event,
        GITHUB_EVENT_PATH=str(path),
        GITHUB_SHA=sha,
        GITHUB_BASE_REF=base_ref,
    )


def pull_request(
    head: str, base: str, *, number: int = 1, base_ref: str = "main"
) -> dict[str, Any]:
    """The part of a pull_request event that matters here."""
    return {
        "number": number,
        "pull_request": {
            "number": number,
            "head": {"sha": head},
            "base": {"sha": base, "ref": base_ref},
        },
        "repository": {"default_branch": "main"},
    }


def push(
    ref: str, before: str, after: str, *, forced: bool = False, default: str = "main"
) -> dict[str, Any]:
    """The part of a push event that matters here."""
    return {
        "ref": f"refs/heads/{ref}",
        "before": before,
        "after": after,
        "forced": forced,
        "created": before == ZEROS,
        "repository": {"default_branch": default},
    }
