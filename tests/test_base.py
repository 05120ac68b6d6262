"""Finding the base: every row of DESIGN section 5, on real clones with real GitHub variables."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policygate.errors import BaseError
from policygate.sources import Comparison, Request, compare
from tests.repo import ZEROS, Repo, clean_env, github_env, pull_request, push

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Main moved on after the branch `feature` left it; pull request 1 merges cleanly."""
    repo = Repo.init(tmp_path_factory.mktemp("server"))
    repo.commit({"shared.yaml": "a: 1\n", "main.yaml": "a: 1\n"}, "first")
    repo.commit({"shared.yaml": "a: 2\n"}, "second")
    repo.switch("feature", "main")
    repo.commit({"feature.yaml": "a: 1\n"}, "feature 1")
    repo.commit({"shared.yaml": "a: 3\n"}, "feature 2")
    repo.switch("main")
    repo.commit({"main.yaml": "a: 2\n", "later.yaml": "a: 1\n"}, "main moved on")
    repo.merge_pull(1, head="feature")
    return repo.path


@pytest.fixture
def server(built: Path, tmp_path: Path) -> Repo:
    """A server that the test may change."""
    return Repo(Path(shutil.copytree(built, tmp_path / "server", symlinks=True)))


def changed(comparison: Comparison) -> list[str]:
    """The paths that differ."""
    return [change.head_path or f"-{change.base_path}" for change in comparison.files]


def run(
    repo: Repo, env: Mapping[str, str] | None = None, **request: object
) -> tuple[str, list[str]]:
    """Compare; return the base's id ("" for none) and the paths that differ."""
    with compare(Request(**request), repo.path, env or clean_env()) as comparison:  # type: ignore[arg-type]
        base = comparison.base
        return (base.revision.rev or "") if base else "", changed(comparison)


def pull_env(server: Repo, folder: Path, event: str = "pull_request") -> dict[str, str]:
    """The variables of pull request 1."""
    payload = pull_request(server.rev("refs/pull/1/head"), server.rev("main~1"))
    merge = server.rev("refs/pull/1/merge")
    return github_env(folder, event, payload, sha=merge, base_ref="main")


def merge_checkout(server: Repo, path: Path, depth: int) -> Repo:
    """What actions/checkout does for pull request 1 by default."""
    merge = "refs/remotes/pull/1/merge"
    return Repo.checkout(server, path, "refs/pull/1/merge", depth=depth, remote_ref=merge)


@pytest.mark.parametrize("depth", [2, 0])
@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_pull_request_merge_commit(server: Repo, tmp_path: Path, depth: int, event: str) -> None:
    """The merge commit is compared with its first parent: what only main changed is not blamed."""
    repo = merge_checkout(server, tmp_path / "w", depth)
    base, paths = run(repo, pull_env(server, tmp_path, event))
    assert base == server.rev("main")
    assert paths == ["feature.yaml", "shared.yaml"]


def test_pull_request_merge_commit_after_main_moved_again(server: Repo, tmp_path: Path) -> None:
    """The first parent counts, not where main is by now."""
    first_parent = server.rev("main")
    server.commit({"main.yaml": "a: 9\n"}, "main moved on again")
    repo = merge_checkout(server, tmp_path / "w", 0)
    assert run(repo, pull_env(server, tmp_path)) == (first_parent, ["feature.yaml", "shared.yaml"])


def test_pull_request_at_depth_1(server: Repo, tmp_path: Path) -> None:
    """Without the parent's object the hint names `fetch-depth: 2`."""
    repo = merge_checkout(server, tmp_path / "w", 1)
    with pytest.raises(BaseError) as caught:
        run(repo, pull_env(server, tmp_path))
    assert "fetch-depth: 2" in caught.value.hint
    assert server.rev("main") in caught.value.message


def test_pull_request_worktree_edits_count(server: Repo, tmp_path: Path) -> None:
    """The worktree belongs to HEAD: a file that a step generated is judged too."""
    repo = merge_checkout(server, tmp_path / "w", 2)
    repo.write("generated.yaml")
    assert run(repo, pull_env(server, tmp_path))[1] == [
        "feature.yaml",
        "generated.yaml",
        "shared.yaml",
    ]


def test_pull_request_head_checkout(server: Repo, tmp_path: Path) -> None:
    """With `ref: head.sha` and all of history, the merge base with origin/$GITHUB_BASE_REF counts."""
    ref = "refs/remotes/origin/feature"
    repo = Repo.checkout(server, tmp_path / "w", "feature", depth=0, remote_ref=ref)
    base, paths = run(repo, pull_env(server, tmp_path))
    assert base == server.rev("main~1")
    assert paths == ["feature.yaml", "shared.yaml"]


@pytest.mark.parametrize("depth", [1, 2])
def test_pull_request_head_checkout_shallow(server: Repo, tmp_path: Path, depth: int) -> None:
    """A merge base needs all of history, and the hint says so."""
    ref = "refs/remotes/origin/feature"
    repo = Repo.checkout(server, tmp_path / "w", "feature", depth=depth, remote_ref=ref)
    with pytest.raises(BaseError) as caught:
        run(repo, pull_env(server, tmp_path))
    assert "fetch-depth: 0" in caught.value.hint


@pytest.mark.parametrize("depth", [1, 2])
def test_shallow_clone_that_holds_both_tips_hides_the_merge_base(
    server: Repo, tmp_path: Path, depth: int
) -> None:
    """`git merge-base` finds nothing between two grafted tips; that is never "no base"."""
    ref = "refs/remotes/origin/feature"
    server.switch("main")
    for number in range(3):
        server.commit({"more.yaml": f"a: {number}\n"})
    repo = Repo.checkout(server, tmp_path / "w", "feature", depth=depth, remote_ref=ref)
    repo.git("fetch", "-q", f"--depth={depth}", "origin", "main:refs/remotes/origin/main")
    for env in (pull_env(server, tmp_path), clean_env()):
        with pytest.raises(BaseError) as caught:
            run(repo, env)
        assert "fetch-depth: 0" in caught.value.hint
        assert "shallow" in caught.value.message


def test_pull_request_target_default_checkout(server: Repo, tmp_path: Path) -> None:
    """On pull_request_target the default checkout is the base branch: judging it would pass all."""
    ref = "refs/remotes/origin/main"
    repo = Repo.checkout(server, tmp_path / "w", "main", depth=0, remote_ref=ref)
    payload = pull_request(server.rev("refs/pull/1/head"), server.rev("main"))
    main = server.rev("main")
    env = github_env(tmp_path, "pull_request_target", payload, sha=main, base_ref="main")
    with pytest.raises(BaseError, match="does not hold the pull request") as caught:
        run(repo, env)
    assert "fetch-depth: 2" in caught.value.hint


def test_local_merge_of_main_is_not_a_pull_request(server: Repo, tmp_path: Path) -> None:
    """A branch that merged main is compared with main: what came from main is not blamed on it."""
    server.switch("feature")
    server.git("merge", "-q", "--no-edit", "main")
    ref = "refs/remotes/origin/feature"
    repo = Repo.checkout(server, tmp_path / "w", "feature", depth=0, remote_ref=ref)
    payload = pull_request(server.rev("feature"), server.rev("main"))
    env = github_env(tmp_path, "pull_request", payload, base_ref="main")
    for each in (env, clean_env()):
        assert run(repo, each) == (server.rev("main"), ["feature.yaml", "shared.yaml"])


def test_merge_group(server: Repo, tmp_path: Path) -> None:
    """The merge queue names its base; depth 2 holds it when one pull request is in the group."""
    base, head = server.rev("main"), server.rev("refs/pull/1/merge")
    server.git("update-ref", "refs/heads/gh-readonly-queue/main/pr-1", head)
    ref = "refs/remotes/origin/gh-readonly-queue/main/pr-1"
    payload = {"merge_group": {"base_sha": base, "head_sha": head}}
    env = github_env(tmp_path, "merge_group", payload, sha=head)
    for depth in (2, 0):
        repo = Repo.checkout(server, tmp_path / f"w{depth}", head, depth=depth, remote_ref=ref)
        assert run(repo, env) == (base, ["feature.yaml", "shared.yaml"])
    shallow = Repo.checkout(server, tmp_path / "w1", head, depth=1, remote_ref=ref)
    with pytest.raises(BaseError) as caught:
        run(shallow, env)
    assert "fetch-depth: 2" in caught.value.hint


def push_checkout(server: Repo, path: Path, branch: str, depth: int) -> Repo:
    """What actions/checkout does for a push."""
    ref = f"refs/remotes/origin/{branch}"
    return Repo.checkout(server, path, branch, depth=depth, remote_ref=ref)


@pytest.mark.parametrize("depth", [2, 0])
def test_push(server: Repo, tmp_path: Path, depth: int) -> None:
    """A push is compared with what the branch was before."""
    before, after = server.rev("main~1"), server.rev("main")
    env = github_env(tmp_path, "push", push("main", before, after), sha=after)
    repo = push_checkout(server, tmp_path / "w", "main", depth)
    assert run(repo, env) == (before, ["later.yaml", "main.yaml"])


@pytest.mark.parametrize(("commits", "depth"), [(1, "fetch-depth: 2"), (2, "fetch-depth: 0")])
def test_push_at_depth_1(server: Repo, tmp_path: Path, commits: int, depth: str) -> None:
    """A shallow clone without `before` says how deep it must be."""
    before, after = server.rev(f"main~{commits}"), server.rev("main")
    env = github_env(tmp_path, "push", push("main", before, after), sha=after)
    with pytest.raises(BaseError) as caught:
        run(push_checkout(server, tmp_path / "w", "main", 1), env)
    assert depth in caught.value.hint


def test_push_of_a_new_branch(server: Repo, tmp_path: Path) -> None:
    """All zeros: the branch is new, so it is compared with where it left the default branch."""
    after = server.rev("feature")
    env = github_env(tmp_path, "push", push("feature", ZEROS, after), sha=after)
    repo = push_checkout(server, tmp_path / "w", "feature", 0)
    assert run(repo, env) == (server.rev("main~1"), ["feature.yaml", "shared.yaml"])
    with pytest.raises(BaseError) as caught:
        run(push_checkout(server, tmp_path / "w1", "feature", 1), env)
    assert "fetch-depth: 0" in caught.value.hint


def test_push_of_a_new_branch_with_an_unusual_default(server: Repo, tmp_path: Path) -> None:
    """The event knows the default branch's name."""
    server.git("branch", "-m", "main", "trunk")
    after = server.rev("feature")
    env = github_env(tmp_path, "push", push("feature", ZEROS, after, default="trunk"), sha=after)
    repo = push_checkout(server, tmp_path / "w", "feature", 0)
    assert run(repo, env)[0] == server.rev("trunk~1")


def test_first_push_of_the_default_branch(server: Repo, tmp_path: Path) -> None:
    """A repository that was just created has nothing to compare with, and the note says so."""
    after = server.rev("main")
    env = github_env(tmp_path, "push", push("main", ZEROS, after), sha=after)
    repo = push_checkout(server, tmp_path / "w", "main", 0)
    with compare(Request(), repo.path, env) as comparison:
        assert comparison.base is None
        assert "every finding counts" in comparison.notes[0]
        assert changed(comparison) == ["later.yaml", "main.yaml", "shared.yaml"]


@pytest.mark.parametrize("said", [{}, {"forced": None}])
def test_force_push(server: Repo, tmp_path: Path, said: dict[str, None]) -> None:
    """`before` is gone after a force push: the merge base counts, also where the forge does not say."""
    after = server.rev("feature")
    env = github_env(
        tmp_path, "push", push("feature", "1" * 40, after, forced=True) | said, sha=after
    )
    repo = push_checkout(server, tmp_path / "w", "feature", 0)
    assert run(repo, env) == (server.rev("main~1"), ["feature.yaml", "shared.yaml"])


def test_force_push_of_the_default_branch(server: Repo, tmp_path: Path) -> None:
    """The merge base of main with itself would compare nothing: that is an error, not a pass."""
    after = server.rev("main")
    env = github_env(tmp_path, "push", push("main", "1" * 40, after, forced=True), sha=after)
    repo = push_checkout(server, tmp_path / "w", "main", 0)
    with pytest.raises(BaseError, match="force push") as caught:
        run(repo, env)
    assert "--base" in caught.value.hint


def test_an_event_speaks_for_its_own_commit_only(server: Repo, tmp_path: Path) -> None:
    """A push event says nothing about another commit that a step checked out."""
    env = github_env(tmp_path, "push", push("main", server.rev("main~2"), server.rev("main")))
    repo = push_checkout(server, tmp_path / "w", "feature", 0)
    assert run(repo, env)[0] == server.rev("main~1")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "{'a': 1}"])
def test_broken_event_file(server: Repo, tmp_path: Path, text: str) -> None:
    """An event file that is no JSON is an error, never a traceback."""
    repo = merge_checkout(server, tmp_path / "w", 2)
    env = github_env(tmp_path, "pull_request", text, base_ref="main")
    with pytest.raises(BaseError, match="GITHUB_EVENT_PATH"):
        run(repo, env)


def test_missing_event_file(server: Repo, tmp_path: Path) -> None:
    """An event file that is named and absent is an error."""
    repo = merge_checkout(server, tmp_path / "w", 2)
    env = pull_env(server, tmp_path) | {"GITHUB_EVENT_PATH": str(tmp_path / "absent")}
    with pytest.raises(BaseError, match="GITHUB_EVENT_PATH"):
        run(repo, env)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"pull_request": 5},
        {"pull_request": {"head": []}},
        {"pull_request": {"head": {"sha": "--output=x"}}},
        {"pull_request": {"head": {"sha": None}}, "repository": "x"},
    ],
)
def test_event_of_another_shape(server: Repo, tmp_path: Path, payload: dict[str, object]) -> None:
    """An event without what we look for falls through to the merge base, which is right here too."""
    repo = merge_checkout(server, tmp_path / "w", 0)
    env = github_env(tmp_path, "pull_request", payload, base_ref="main")
    assert run(repo, env) == (server.rev("main"), ["feature.yaml", "shared.yaml"])


def test_event_variables_without_actions_are_ignored(server: Repo, tmp_path: Path) -> None:
    """Outside of GitHub Actions an event file is nobody's business."""
    repo = Repo.clone(server, tmp_path / "w", "--branch", "feature")
    env = pull_env(server, tmp_path)
    del env["GITHUB_ACTIONS"], env["GITHUB_BASE_REF"]
    env["GITHUB_EVENT_PATH"] = str(tmp_path / "absent")
    assert run(repo, env)[0] == server.rev("main~1")


def test_default_branch_of_origin(server: Repo, tmp_path: Path) -> None:
    """On a developer's machine the merge base with origin/HEAD counts, commits and edits included."""
    repo = Repo.clone(server, tmp_path / "w", "--branch", "feature")
    repo.write("edit.yaml")
    assert run(repo) == (server.rev("main~1"), ["edit.yaml", "feature.yaml", "shared.yaml"])


@pytest.mark.parametrize("name", ["main", "master"])
def test_default_branch_without_origin_head(server: Repo, tmp_path: Path, name: str) -> None:
    """origin/main and origin/master are tried where origin/HEAD is not known."""
    repo = Repo.clone(server, tmp_path / "w", "--branch", "feature")
    repo.git("update-ref", "-d", "refs/remotes/origin/HEAD", "--no-deref")
    repo.git("update-ref", "-d", "refs/remotes/origin/main")
    repo.git("update-ref", f"refs/remotes/origin/{name}", server.rev("main"))
    assert run(repo)[0] == server.rev("main~1")


def test_upstream_comes_before_origin(server: Repo, tmp_path: Path) -> None:
    """In a fork the remote `upstream` says what the pull request will be compared with."""
    repo = Repo.clone(server, tmp_path / "w", "--branch", "feature")
    repo.git("update-ref", "refs/remotes/upstream/main", server.rev("main~2"))
    assert run(repo)[0] == server.rev("main~2")


def test_on_the_default_branch(server: Repo, tmp_path: Path) -> None:
    """With nothing ahead of origin/main, what is on disk is what changed."""
    repo = Repo.clone(server, tmp_path / "w")
    assert run(repo) == (server.rev("main"), [])
    repo.write("edit.yaml")
    assert run(repo) == (server.rev("main"), ["edit.yaml"])


def test_shallow_clone_on_the_default_branch(server: Repo, tmp_path: Path) -> None:
    """A shallow clone is enough where HEAD is the merge base."""
    repo = Repo.clone(server, tmp_path / "w", "--depth=1")
    base = repo.rev("HEAD")
    repo.commit({"edit.yaml": "a: 1\n"})
    assert run(repo) == (base, ["edit.yaml"])


def test_explicit_base_is_a_merge_base(server: Repo, tmp_path: Path) -> None:
    """`--base origin/main` does not blame a branch for what happened on main meanwhile."""
    repo = Repo.clone(server, tmp_path / "w", "--branch", "feature")
    want = (server.rev("main~1"), ["feature.yaml", "shared.yaml"])
    assert run(repo, base="origin/main") == want
    assert run(repo, base="origin/main", head="feature") == want
    assert run(repo, base="HEAD~1") == (server.rev("feature~1"), ["shared.yaml"])


def test_explicit_base_beats_the_event(server: Repo, tmp_path: Path) -> None:
    """`--base` is the first row."""
    repo = merge_checkout(server, tmp_path / "w", 0)
    env = pull_env(server, tmp_path)
    assert run(repo, env, base="HEAD^2") == (server.rev("feature"), ["later.yaml", "main.yaml"])


@pytest.mark.parametrize(
    "name", ["nope", "", "--help", "a\nb", "HEAD\0", "HEAD:shared.yaml", "x y"]
)
def test_explicit_base_that_is_no_commit(server: Repo, tmp_path: Path, name: str) -> None:
    """A revision that names no commit is an error, whatever it looks like."""
    repo = Repo.clone(server, tmp_path / "w")
    with pytest.raises(BaseError, match="names no commit"):
        run(repo, base=name)


def test_explicit_base_hidden_by_a_shallow_clone(server: Repo, tmp_path: Path) -> None:
    """The hint for a shallow clone is how to deepen it."""
    repo = Repo.clone(server, tmp_path / "w", "--depth=1")
    with pytest.raises(BaseError) as caught:
        run(repo, base="HEAD~1")
    assert "fetch-depth" in caught.value.hint


def orphan(server: Repo, path: Path) -> Repo:
    """A clone on a branch that shares no commit with main."""
    repo = Repo.clone(server, path)
    repo.git("switch", "-q", "--orphan", "alone")
    repo.commit({"alone.yaml": "a: 1\n"})
    return repo


def test_unrelated_histories(server: Repo, tmp_path: Path) -> None:
    """A named base without a common commit is an error; a guessed one is none, with a note."""
    repo = orphan(server, tmp_path / "w")
    with pytest.raises(BaseError, match="share no commit"):
        run(repo, base="origin/main")
    with pytest.raises(BaseError, match="share no commit"):
        run(repo, pull_env(server, tmp_path))
    with compare(Request(), repo.path, clean_env()) as comparison:
        assert comparison.base is None
        assert "share no commit" in comparison.notes[0]
        assert changed(comparison) == ["alone.yaml"]


def test_no_remote(tmp_path: Path) -> None:
    """Without a remote every tracked file counts, and the note names --base."""
    repo = Repo.init(tmp_path / "w")
    repo.commit({"a.yaml": "a: 1\n", "b.yaml": "a: 1\n"})
    with compare(Request(), repo.path, clean_env()) as comparison:
        assert comparison.base is None
        assert changed(comparison) == ["a.yaml", "b.yaml"]
        assert "every finding counts" in comparison.notes[0]
        assert "--base" in comparison.notes[0]


def test_no_commit_yet(tmp_path: Path) -> None:
    """Before the first commit there is no base, staged or not."""
    repo = Repo.init(tmp_path / "w")
    repo.write("a.yaml")
    repo.git("add", "a.yaml")
    for staged in (True, False):
        with compare(Request(staged=staged), repo.path, clean_env()) as comparison:
            assert comparison.base is None
            assert changed(comparison) == ["a.yaml"]
            assert "every finding counts" in comparison.notes[0]
    with pytest.raises(BaseError):
        run(repo, base="HEAD")


def test_actions_without_a_base_branch(tmp_path: Path) -> None:
    """In an event that has a base, finding none is an error, never "everything is new"."""
    repo = Repo.init(tmp_path / "w")
    head = repo.commit({"a.yaml": "a: 1\n"})
    payload = pull_request("1" * 40, "2" * 40)
    for event in ("pull_request", "merge_group", "push"):
        env = github_env(tmp_path, event, payload, sha=head)
        with pytest.raises(BaseError) as caught:
            run(repo, env)
        assert "fetch-depth: 0" in caught.value.hint


def test_staged_is_compared_with_the_merge_base(server: Repo, tmp_path: Path) -> None:
    """An amended commit cannot hide what HEAD already loosened: the merge base counts, not HEAD."""
    repo = Repo.clone(server, tmp_path / "w", "--branch", "feature")
    repo.write("staged.yaml")
    repo.git("add", ".")
    repo.write("unstaged.yaml")
    paths = ["feature.yaml", "shared.yaml", "staged.yaml"]
    assert run(repo, staged=True) == (server.rev("main~1"), paths)


def test_staged_without_a_remote(tmp_path: Path) -> None:
    """With something staged HEAD is the base; with nothing staged every tracked file counts."""
    repo = Repo.init(tmp_path / "w")
    head = repo.commit({"a.yaml": "a: 1\n", "b.yaml": "a: 1\n"})
    with compare(Request(staged=True), repo.path, clean_env()) as comparison:
        assert comparison.base is None
        assert changed(comparison) == ["a.yaml", "b.yaml"]
        assert "nothing is staged" in comparison.notes[0]
    repo.write("b.yaml", "a: 2\n")
    repo.git("add", ".")
    with compare(Request(staged=True), repo.path, clean_env()) as comparison:
        assert comparison.base is not None
        assert comparison.base.revision.rev == head
        assert "HEAD" in comparison.base.revision.how
        assert changed(comparison) == ["b.yaml"]


def test_pre_commit_refs(server: Repo, tmp_path: Path) -> None:
    """pre-push: what is pushed is judged, neither the worktree nor the index."""
    repo = Repo.clone(server, tmp_path / "w", "--branch", "feature")
    env = clean_env(PRE_COMMIT_FROM_REF="feature~1", PRE_COMMIT_TO_REF="feature")
    assert run(repo, env, staged=True) == (server.rev("feature~1"), ["shared.yaml"])
    repo.write("staged.yaml")
    repo.git("add", ".")
    with compare(Request(staged=True), repo.path, env) as comparison:
        assert comparison.head.revision.rev == server.rev("feature")
        assert changed(comparison) == ["shared.yaml"]


def test_pre_commit_refs_of_a_pull_request(server: Repo, tmp_path: Path) -> None:
    """`pre-commit run --from-ref origin/main --to-ref HEAD` compares as three dots do."""
    repo = Repo.clone(server, tmp_path / "w", "--branch", "feature")
    env = clean_env(PRE_COMMIT_FROM_REF="origin/main", PRE_COMMIT_TO_REF="HEAD")
    want = (server.rev("main~1"), ["feature.yaml", "shared.yaml"])
    assert run(repo, env, staged=True) == want


def test_merge_in_progress(server: Repo, tmp_path: Path) -> None:
    """While main is being merged, what comes from main is not blamed on the merge."""
    repo = Repo.clone(server, tmp_path / "w", "--branch", "feature")
    repo.git("merge", "-q", "--no-commit", "origin/main")
    want = (server.rev("main"), ["feature.yaml", "shared.yaml"])
    assert run(repo, staged=True) == want
    assert run(repo) == want
