"""Find the commit that a state is compared with.

The rows, first match wins; each row that applies and cannot be read is an error, never "no base":

1. `--base REV`: the merge base of REV and the head.
2. GitHub, the head is the pull request's merge commit: its first parent. A merge base with the
   head branch would blame the pull request for what happened on the base branch meanwhile.
3. GitHub, merge queue: `merge_group.base_sha`.
4. GitHub, push: `before`; for a new branch, or after a force push, the next rows.
5. The merge base with the target branch that the CI system names: `origin/$GITHUB_BASE_REF`, and
   see `_TARGETS`. Never a commit that it names: GitLab's merge base is that of the source branch,
   and what is checked out may be merged with the target already.
6. The merge base with the default branch of the remote `upstream`, else of `origin`.
7. Nothing: the head is judged alone and every finding counts. (The index is then compared with
   HEAD, see `comparison`.)

Events: https://docs.github.com/en/webhooks/webhook-events-and-payloads. Not for reading files.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.errors import BaseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policygate.git import Commit, Repository

_SHA: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PULL_REQUEST: Final = ("pull_request", "pull_request_target")
_DEFAULT_BRANCHES: Final = tuple(
    f"{remote}/{name}" for remote in ("upstream", "origin") for name in ("HEAD", "main", "master")
)
_TARGETS: Final = {
    "GITHUB_BASE_REF": "",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "GITLAB_CI",
    "SYSTEM_PULLREQUEST_TARGETBRANCH": "TF_BUILD",
    "CHANGE_TARGET": "JENKINS_URL",
    "BITBUCKET_PR_DESTINATION_BRANCH": "BITBUCKET_BUILD_NUMBER",
}
"""The variable with the target branch of a pull request, and the one that says whose it is."""
_SHALLOW_HINT: Final = (
    "in GitHub Actions set `fetch-depth: 0` for actions/checkout; elsewhere `git fetch --unshallow`"
)
_BRANCH_HINT: Final = (
    "fetch the whole history, and the target branch: git fetch origin "
    "+refs/heads/BRANCH:refs/remotes/origin/BRANCH"
)
_DEPTH_2_HINT: Final = "set `fetch-depth: 2` for actions/checkout"
_NAME_HINT: Final = "name the base: --base REV, or --base none to judge the state alone"


class Base(NamedTuple):
    """The commit to compare with, None for nothing; how it was found; a sentence for the reader."""

    commit: Commit | None
    how: str = ""
    note: str = ""


class Event(NamedTuple):
    """What GitHub Actions says about this run; `name` is empty outside of it."""

    name: str = ""
    sha: str = ""
    payload: Any = None

    def get(self, *keys: str) -> Any:
        """Return the payload's value at `keys`, or None when it is not there."""
        value = self.payload
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def commit_id(self, *keys: str) -> str:
        """Return the commit id at `keys`, or an empty string: nothing else is passed to git."""
        value = self.get(*keys)
        return value if isinstance(value, str) and _SHA.fullmatch(value) else ""


def find_base(
    repository: Repository,
    heads: tuple[Commit, ...],
    env: Mapping[str, str],
    *,
    wanted: str | None = None,
    option: str = "--base",
) -> Base:
    """Find the base of a head.

    Args:
        repository: Where to look.
        heads: The head's commit; during a merge also the commits that are merged into it; empty
            before the first commit.
        env: The environment with GITHUB_* and `_TARGETS`.
        wanted: The revision that the caller named.
        option: What the caller named it with, for messages.

    Raises:
        BaseError: A row applies and its commit cannot be read.
    """
    if wanted is not None:
        return _wanted(repository, heads, wanted, f"{option} {wanted}")
    if not heads:
        return Base(None, note="there is no commit yet, so every finding counts")
    event = read_event(env)
    base = (
        _from_event(repository, heads[0], event)
        or _from_target(repository, heads, env)
        or _from_default_branch(repository, heads, event)
    )
    if base is not None and base.commit is not None:
        return base
    if event.name in {*_PULL_REQUEST, "merge_group"}:
        raise BaseError("the base branch is not in this clone", _SHALLOW_HINT)
    if base is None and event.name == "push":
        raise BaseError("the default branch is not in this clone", _SHALLOW_HINT)
    return base or Base(None, note=f"no base was found, so every finding counts; {_NAME_HINT}")


def read_event(env: Mapping[str, str]) -> Event:
    """Read GITHUB_EVENT_PATH.

    Raises:
        BaseError: The file is named and is not JSON.
    """
    if env.get("GITHUB_ACTIONS") != "true":
        return Event()
    event = Event(env.get("GITHUB_EVENT_NAME", ""), env.get("GITHUB_SHA", ""))
    path = env.get("GITHUB_EVENT_PATH")
    if not path:
        return event
    import json

    try:
        payload = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BaseError(
            f"the event file GITHUB_EVENT_PATH={path} cannot be read", _NAME_HINT
        ) from error
    return event._replace(payload=payload)


def _wanted(repository: Repository, heads: tuple[Commit, ...], wanted: str, said: str) -> Base:
    commit = repository.commit(wanted)
    if commit is None:
        hint = _SHALLOW_HINT if repository.shallow else "fetch it, or name a branch, tag or commit"
        raise BaseError(f"{said} names no commit of this clone", hint)
    base = _merge_base(repository, commit, heads, wanted) if heads else None
    if base is None:
        raise BaseError(f"{said} and the head share no commit", _NAME_HINT)
    return base


def _from_event(repository: Repository, head: Commit, event: Event) -> Base | None:
    if event.name in _PULL_REQUEST:
        return _from_pull_request(repository, head, event)
    if event.name == "merge_group":
        base, tip = (event.commit_id("merge_group", key) for key in ("base_sha", "head_sha"))
        if base and tip in {head.id, ""}:
            return _exactly(repository, head, base, "merge_group.base_sha of the merge queue")
    if event.name == "push" and event.commit_id("after") in {head.id, ""}:
        return _from_push(repository, head, event)
    return None


def _from_pull_request(repository: Repository, head: Commit, event: Event) -> Base | None:
    tip = event.commit_id("pull_request", "head", "sha")
    if len(head.parents) == 2 and head.parents[1] == tip:
        how = "first parent of the pull request's merge commit"
        return _exactly(repository, head, head.parents[0], how)
    recorded = event.commit_id("pull_request", "base", "sha")
    if event.name == "pull_request_target" and head.id != tip and head.id in {event.sha, recorded}:
        raise BaseError(
            "this checkout is the base branch: it does not hold the pull request",
            "on pull_request_target check out refs/pull/NUMBER/merge with `fetch-depth: 2`",
        )
    return None


def _from_push(repository: Repository, head: Commit, event: Event) -> Base | None:
    before = event.commit_id("before")
    default = event.get("repository", "default_branch")
    on_default = isinstance(default, str) and event.get("ref") == f"refs/heads/{default}"
    if not before.strip("0"):
        if not on_default:
            return None
        return Base(None, note="the default branch was pushed first now, so every finding counts")
    commit = repository.commit(before)
    lost = commit is None and not repository.shallow  # not every forge sends `forced`
    if event.get("forced") is not True and not lost:
        return _exactly(repository, head, before, "what the branch was before the push")
    if not on_default:
        return None
    if commit is None:
        raise BaseError("a force push replaced the commit that the branch was on", _NAME_HINT)
    return Base(commit, "what the branch was before the force push")


def _from_target(
    repository: Repository, heads: tuple[Commit, ...], env: Mapping[str, str]
) -> Base | None:
    named = (
        key for key, system in _TARGETS.items() if env.get(key) and (not system or env.get(system))
    )
    variable = next(named, None)
    if variable is None:
        return None
    name = env[variable].removeprefix("refs/heads/")
    commit = repository.commit(f"refs/remotes/origin/{name}")
    if commit is None:
        hint = _BRANCH_HINT if _TARGETS[variable] else _SHALLOW_HINT
        raise BaseError(f"the base branch origin/{name} is not in this clone", hint)
    base = _merge_base(repository, commit, heads, f"origin/{name}")
    if base is None:
        raise BaseError(f"origin/{name} and the head share no commit", _NAME_HINT)
    return base


def _from_default_branch(
    repository: Repository, heads: tuple[Commit, ...], event: Event
) -> Base | None:
    default = event.get("repository", "default_branch")
    known: Iterable[str] = (f"origin/{default}",) if isinstance(default, str) else ()
    for name in (*known, *_DEFAULT_BRANCHES):
        commit = repository.commit(f"refs/remotes/{name}")
        if commit is not None:
            note = f"{name} and the head share no commit, so every finding counts; {_NAME_HINT}"
            return _merge_base(repository, commit, heads, name) or Base(None, note=note)
    return None


def _exactly(repository: Repository, head: Commit, oid: str, how: str) -> Base:
    commit = repository.commit(oid)
    if commit is None:
        hint = _DEPTH_2_HINT if oid in head.parents else _SHALLOW_HINT
        raise BaseError(f"the base {oid} ({how}) is not in this clone", hint)
    return Base(commit, how)


def _merge_base(
    repository: Repository, target: Commit, heads: tuple[Commit, ...], name: str
) -> Base | None:
    """Return the merge base, None for unrelated histories; a shallow clone that hides it raises.

    Where there are several, none of them is what the target has: the target itself then is the
    base. What is looser than that, the merge may bring.
    """
    how = f"merge base with {name}"
    if any(head.id == target.id for head in heads):
        return Base(target, how)
    found = repository.merge_bases(target.id, *(head.id for head in heads))
    if len(found) > 1:
        note = f"{name} and the head were merged into each other, so they have {len(found)} merge bases; merge {name} again to have one"
        return Base(target, f"{name} itself", note)
    commit = repository.commit(found[0]) if found else None
    if commit is not None:
        return Base(commit, how)
    if repository.shallow:
        raise BaseError(f"this shallow clone hides the {how}", _SHALLOW_HINT)
    return None
