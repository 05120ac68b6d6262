"""The hook, run by the real pre-commit in real repositories: what it refuses is not committed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.project import ROOT, copy_of_project, require_index
from tests.repo import Repo

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: shop}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      automountServiceAccountToken: false
      containers:
        - name: web
          image: registry.example.com/web:1.2.3
          securityContext:
            runAsNonRoot: true
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
            seccompProfile: {type: RuntimeDefault}
          resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 128Mi}}
"""
NETWORK_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
LOOSENED = "loosened-root-user"


def good(name: str = "web", image: str = "1.2.3") -> str:
    """A Deployment that every policy is content with."""
    return DEPLOYMENT.replace("NAME", name).replace("1.2.3", image)


def bad(name: str = "web") -> str:
    """The same Deployment, looser."""
    return good(name).replace("runAsNonRoot: true", "runAsNonRoot: false")


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


def test_many_files_are_one_process(repo: Repo) -> None:
    """Thirty changed files are judged together: one summary, not one a batch of names."""
    names = [f"app-{number}" for number in range(30)]
    repo.commit({f"apps/{name}.yaml": good(name) for name in names})
    for name in names:
        repo.write(f"apps/{name}.yaml", bad(name))
    output = refused(repo, LOOSENED, "commit", "-qam", "x")
    assert output.count("\nBlocked: ") == 1
    assert "Judged 30 changed resources in 30 files" in output
