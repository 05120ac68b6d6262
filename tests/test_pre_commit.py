"""The hook, run by the real pre-commit in real repositories: what it refuses is not committed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cases import BASE, CASES, LOOSENED, NETWORK_POLICY, Case, bad, good
from tests.project import ROOT, copy_of_project, require_index
from tests.repo import Repo


@dataclass(frozen=True)
class Hook:
    """A commit of this project, and the environment that pre-commit keeps for it."""

    project: Repo
    home: Path

    def run(self, repo: Repo, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run pre-commit in a repository."""
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", *arguments, "--color=never"],
            cwd=repo.path,
            env={**repo.env, "PRE_COMMIT_HOME": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def install(self, repo: Repo) -> None:
        """Add the configuration that the README shows, and install the hooks of git."""
        rev = self.project.rev("HEAD")
        hooks = "hooks: [{id: policygate}]"
        config = f"repos:\n  - repo: {self.project.path}\n    rev: {rev}\n    {hooks}\n"
        repo.write(".pre-commit-config.yaml", config)
        repo.env["PRE_COMMIT_HOME"] = str(self.home)
        repo.env["PRE_COMMIT_COLOR"] = "never"
        types = [f"--hook-type={name}" for name in ("pre-commit", "pre-merge-commit", "pre-push")]
        done = self.run(repo, "install", "--install-hooks", *types)
        assert done.returncode == 0, done.stdout


@pytest.fixture(scope="session")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Hook:
    """One environment for all tests: the first use builds it."""
    require_index()
    project = copy_of_project(tmp_path_factory.mktemp("hook") / "policygate")
    return Hook(project, tmp_path_factory.mktemp("pre-commit-home"))


@pytest.fixture
def repo(hook: Hook, tmp_path: Path) -> Repo:
    """A repository with the hook installed and one good Deployment, without a remote."""
    repo = Repo.init(tmp_path / "repo")
    hook.install(repo)
    repo.commit({"apps/web.yaml": good(), "apps/deny.yaml": NETWORK_POLICY})
    return repo


@pytest.fixture
def clone(repo: Repo, tmp_path: Path, hook: Hook) -> Repo:
    """A clone of it with the hook installed, on a branch; `origin` is the repository."""
    clone = Repo.clone(repo, tmp_path / "clone")
    hook.install(clone)
    clone.switch("feature", "origin/main")
    return clone


def refused(repo: Repo, policy: str, *arguments: str, cwd: Path | None = None) -> str:
    """Run git, and see that the hook names the policy and HEAD stays where it is."""
    before = repo.run("rev-parse", "HEAD").stdout
    done = repo.run(*arguments, cwd=cwd)
    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert "Failed" in output
    assert f"[{policy}]" in output
    assert repo.run("rev-parse", "HEAD").stdout == before, "a commit was made all the same"
    return output


def accepted(repo: Repo, *arguments: str, cwd: Path | None = None) -> str:
    """Run git, and see that the hook passed and HEAD is a new commit."""
    before = repo.run("rev-parse", "HEAD").stdout
    done = repo.run(*arguments, cwd=cwd)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert "Passed" in output
    assert repo.run("rev-parse", "HEAD").stdout != before, "no commit was made"
    return output


def test_manifest_is_valid() -> None:
    """The manifest is one by pre-commit's own word."""
    manifest = str(ROOT / ".pre-commit-hooks.yaml")
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", manifest]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_try_repo(hook: Hook, tmp_path: Path) -> None:
    """`pre-commit try-repo`, the way to have a look at a hook, builds it and shows findings."""
    repo = Repo.init(tmp_path / "repo")
    repo.commit({"apps/web.yaml": good()})
    repo.write("apps/web.yaml", bad())
    repo.git("add", "apps/web.yaml")
    done = hook.run(repo, "try-repo", str(hook.project.path), "policygate")
    assert done.returncode == 1, done.stdout
    assert f"[{LOOSENED}]" in done.stdout


def test_unstaged_fix_does_not_help(repo: Repo) -> None:
    """What is staged is judged: a violation that is mended on disk only is refused."""
    repo.write("apps/web.yaml", bad())
    repo.git("add", "apps/web.yaml")
    repo.write("apps/web.yaml", good(image="1.2.4"))
    refused(repo, LOOSENED, "commit", "-qm", "x")
    assert (repo.path / "apps/web.yaml").read_text() == good(image="1.2.4")


def test_unstaged_violation_does_not_hurt(repo: Repo) -> None:
    """What is not staged is not judged, and stays on disk as it is."""
    repo.write("notes.txt", "x")
    repo.git("add", "notes.txt")
    repo.write("apps/web.yaml", bad())
    accepted(repo, "commit", "-qm", "x")
    assert (repo.path / "apps/web.yaml").read_text() == bad()


def test_deletion_alone_is_judged(repo: Repo) -> None:
    """A commit that only deletes a NetworkPolicy is refused."""
    repo.git("rm", "-q", "apps/deny.yaml")
    refused(repo, "loosened-network-policy", "commit", "-qm", "x")


def test_rename_alone_is_no_change(repo: Repo) -> None:
    """A NetworkPolicy that moves to another file is still there."""
    repo.git("mv", "apps/deny.yaml", "apps/network.yaml")
    accepted(repo, "commit", "-qm", "x")


def test_commit_all(repo: Repo) -> None:
    """`commit -a` is judged by what it would commit, which is in an index of its own."""
    repo.write("apps/web.yaml", bad())
    refused(repo, LOOSENED, "commit", "-qam", "x")
    repo.write("apps/web.yaml", good(image="1.2.4"))
    accepted(repo, "commit", "-qam", "x")


def test_commit_of_one_file(repo: Repo) -> None:
    """`commit FILE` is judged by that file; what else is staged waits for its own commit."""
    repo.write("apps/web.yaml", bad())
    repo.git("add", "apps/web.yaml")
    repo.write("apps/deny.yaml", NETWORK_POLICY + "# a comment\n")
    refused(repo, LOOSENED, "commit", "-qm", "x", "apps/web.yaml")
    accepted(repo, "commit", "-qm", "x", "apps/deny.yaml")
    assert repo.git("diff", "--cached", "--name-only") == "apps/web.yaml"


def test_amend(clone: Repo) -> None:
    """An amended commit is compared with the upstream branch: HEAD itself holds the violation."""
    clone.commit({"apps/web.yaml": bad()})
    refused(clone, LOOSENED, "commit", "-q", "--amend", "--no-edit")
    clone.write("apps/web.yaml", good(image="1.2.4"))
    accepted(clone, "commit", "-qa", "--amend", "--no-edit")


def test_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    """A linked worktree is judged by its own index, not by the main one's."""
    repo.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    linked.env = repo.env
    linked.write("apps/web.yaml", bad())
    refused(linked, LOOSENED, "commit", "-qam", "x")
    repo.write("apps/web.yaml", good(image="1.2.4"))
    accepted(repo, "commit", "-qam", "x")


def test_subdirectory(repo: Repo) -> None:
    """A commit from a folder of the repository judges all of it."""
    repo.write("other/notes.txt", "x")
    repo.write("apps/web.yaml", bad())
    repo.git("add", "-A")
    refused(repo, LOOSENED, "commit", "-qm", "x", cwd=repo.path / "other")


def test_first_commit(hook: Hook, tmp_path: Path) -> None:
    """Where nothing was committed yet every finding counts."""
    repo = Repo.init(tmp_path / "new")
    hook.install(repo)
    repo.write("web.yaml", good().replace("runAsNonRoot: true", "privileged: true"))
    repo.git("add", "-A")
    refused(repo, "privileged-container", "commit", "-qm", "x")
    repo.write("web.yaml", good())
    repo.git("add", "-A")
    accepted(repo, "commit", "-qm", "x")


def test_merge_of_upstream(repo: Repo, clone: Repo) -> None:
    """What others loosened upstream is not blamed on whoever merges it into a branch."""
    repo.commit({"apps/web.yaml": bad()})
    clone.commit({"notes.txt": "x"})
    clone.git("fetch", "-q")
    accepted(clone, "merge", "-q", "--no-edit", "origin/main")


def test_merge_of_a_violation(clone: Repo) -> None:
    """A merge that brings a violation from another branch is refused, and can be mended."""
    clone.switch("other", "feature")
    clone.commit({"apps/web.yaml": bad()})
    clone.switch("feature")
    clone.commit({"notes.txt": "x"})
    refused(clone, LOOSENED, "merge", "-q", "--no-edit", "other")
    clone.write("apps/web.yaml", good(image="1.2.4"))
    clone.git("add", "-A")
    accepted(clone, "commit", "-q", "--no-edit")
    assert len(clone.git("log", "-1", "--format=%P").split()) == 2


def test_push(clone: Repo) -> None:
    """What was committed past the hook is judged when it is pushed."""
    clone.commit({"apps/web.yaml": bad()})
    clone.commit({"notes.txt": "x"})
    done = clone.run("push", "-q", "origin", "feature")
    assert done.returncode == 1
    assert f"[{LOOSENED}]" in done.stdout + done.stderr
    assert clone.git("ls-remote", "origin", "refs/heads/feature") == ""


def test_three_hundred_files_are_one_process(repo: Repo) -> None:
    """Three hundred changed files are judged together: one summary, not one a batch of names."""
    names = [f"app-{number}" for number in range(300)]
    repo.commit({f"apps/{name}.yaml": good(name) for name in names})
    for name in names:
        repo.write(f"apps/{name}.yaml", bad(name))
    output = refused(repo, LOOSENED, "commit", "-qam", "x")
    assert output.count("\nBlocked: ") == 1
    assert "Judged 300 changed resources in 300 files" in output


# One repository for what follows: every test finds it as the fixture made it.


@pytest.fixture(scope="module")
def cloned(hook: Hook, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A clone of `BASE` with the hook installed, on a branch."""
    folder = tmp_path_factory.mktemp("cases")
    server = Repo.init(folder / "server")
    hook.install(server)
    server.commit(BASE)
    clone = Repo.clone(server, folder / "clone")
    clone.switch("feature", "origin/main")
    hook.install(clone)
    return clone


@pytest.fixture
def fresh(cloned: Repo) -> Iterator[Repo]:
    """The clone, put back afterwards."""
    start = cloned.rev("HEAD")
    yield cloned
    cloned.git("reset", "-q", "--hard", start)
    cloned.git("clean", "-qffdx")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_cases(fresh: Repo, case: Case) -> None:
    """The hook refuses what the list says must be refused, by the policies that the list says."""
    for path, content in case.files.items():
        fresh.remove(path) if content is None else fresh.write(path, content)
    fresh.git("add", "-A")
    before = fresh.rev("HEAD")
    done = fresh.run("commit", "-qm", "x")
    output = done.stdout + done.stderr
    assert done.returncode == case.code, output
    assert (fresh.rev("HEAD") != before) == (case.outcome == "pass")
    if case.outcome == "block":  # pre-commit shows the output of a hook that fails
        found = set(re.findall(r"^(?:error|warning|note)\[([a-z-]+)\]", output, re.MULTILINE))
        assert found == case.policies


def test_nothing_staged(fresh: Repo) -> None:
    """A commit of nothing is let through."""
    accepted(fresh, "commit", "-q", "--allow-empty", "-m", "x")


def test_manual_stage(fresh: Repo, hook: Hook) -> None:
    """Run by hand, the hook judges what is staged."""
    fresh.write("apps/web.yaml", bad())
    fresh.git("add", "-A")
    done = hook.run(fresh, "run", "--hook-stage=manual", "policygate")
    assert done.returncode == 1
    assert f"[{LOOSENED}]" in done.stdout


def test_submodule(fresh: Repo, tmp_path: Path) -> None:
    """A submodule is another repository: its manifests are no part of this one, others are judged."""
    other = Repo.init(tmp_path / "other")
    other.commit({"apps/web.yaml": bad()})
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    fresh.git(*add, other.url, "vendored")
    accepted(fresh, "commit", "-qm", "x")
    fresh.write("apps/web.yaml", bad())
    refused(fresh, LOOSENED, "commit", "-qam", "x")


def test_sparse_checkout(fresh: Repo) -> None:
    """What is staged and not on disk is no deletion, and is judged."""
    fresh.git("sparse-checkout", "set", "docs")
    try:
        assert not (fresh.path / "apps").exists()
        fresh.write("docs/notes.md", "y")
        accepted(fresh, "commit", "-qam", "x")
        blob = fresh.git("hash-object", "-w", "--stdin", stdin=bad())
        fresh.git("update-index", "--cacheinfo", f"100644,{blob},apps/web.yaml")
        refused(fresh, LOOSENED, "commit", "-qm", "x")
    finally:
        fresh.git("reset", "-q", "--hard")
        fresh.git("sparse-checkout", "disable")


LFS = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12\n"


def test_manifest_becomes_a_pointer_of_lfs(fresh: Repo) -> None:
    """A manifest that only LFS holds can be judged no more, and that is refused."""
    fresh.write("apps/web.yaml", LFS)
    refused(fresh, "no-longer-judged", "commit", "-qam", "x")


def test_manifest_becomes_a_link(fresh: Repo) -> None:
    """A symbolic link is not followed; in the place of a manifest it is refused."""
    fresh.remove("apps/web.yaml")
    (fresh.path / "apps/web.yaml").symlink_to("old.yaml")
    refused(fresh, "no-longer-judged", "commit", "-qam", "x")


def test_autocrlf(fresh: Repo) -> None:
    """The ends of lines are no change, and hide none."""
    fresh.git("config", "core.autocrlf", "true")
    try:
        fresh.write("apps/web.yaml", bad().replace("\n", "\r\n"))
        refused(fresh, LOOSENED, "commit", "-qam", "x")
        fresh.write("apps/web.yaml", good(image="1.2.4").replace("\n", "\r\n"))
        accepted(fresh, "commit", "-qam", "x")
    finally:
        fresh.git("config", "--unset", "core.autocrlf")


def test_names_that_differ_by_case(fresh: Repo) -> None:
    """A file is renamed by case alone without a word; two such files are both judged."""
    fresh.git("mv", "apps/deny.yaml", "apps/Deny.yaml")
    accepted(fresh, "commit", "-qm", "x")
    for name, text in (("apps/new.yaml", good("new")), ("apps/NEW.yaml", bad("other"))):
        blob = fresh.git("hash-object", "-w", "--stdin", stdin=text)
        fresh.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
    blob = fresh.git("hash-object", "-w", "--stdin", stdin=bad())
    fresh.git("update-index", "--add", "--cacheinfo", f"100644,{blob},apps/WEB.yaml")
    fresh.git("rm", "-q", "--cached", "apps/web.yaml")
    refused(fresh, LOOSENED, "commit", "-qm", "x")
