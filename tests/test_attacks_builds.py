"""Ways around the gate by what is built and applied: what git holds and no cluster gets, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from policygate import check
from policygate.model import Report
from tests.repo import Repo

TODAY: Final = date(2026, 1, 15)
WEB: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: ghcr.io/a/web@sha256:0123456789012345678901234567890123456789012345678901234567890123
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
"""
BAD: Final = WEB.replace("    spec:\n", "    spec:\n      hostNetwork: true\n")
DENY: Final = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: prod}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
GUARD: Final = "loosened-network-policy"
Tree = Mapping[str, str | None]
Judge = Callable[[Tree, Tree], Report]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judges a change from one tree to another, which names what differs (None deletes)."""

    def judged(base: Tree, change: Tree) -> Report:
        repo = Repo.init(tmp_path / "repo")
        repo.commit(base)
        repo.switch("pr", "main")
        repo.commit(change)
        return check(repo.path, base="main", today=TODAY, env=repo.env)

    return judged


def _blocking(report: Report) -> set[str]:
    assert not report.faults
    return {f.policy for f in report.findings if f.blocks}


# Lists


def test_an_object_with_items_is_gone(judge: Judge) -> None:
    """What is applied as an empty list blocks as its deletion does, and is an error of its own."""
    report = judge({"np.yaml": DENY, "web.yaml": WEB}, {"np.yaml": f"{DENY}items: []\n"})
    assert {GUARD, "object-with-items"} <= _blocking(report)


def test_an_object_with_items_hides_no_secret(judge: Judge) -> None:
    """It reaches no cluster, and still stands in git."""
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: zu7Eighoh4shooX9}\nitems: []\n"
    report = judge({"web.yaml": WEB}, {"s.yaml": secret})
    assert {f.policy for f in report.findings} > {"object-with-items"}


# Names of files


@pytest.mark.parametrize("name", ["web.txt", "sub/web.txt", "a/b/c/web"])
def test_a_file_that_is_built_is_a_manifest(judge: Judge, name: str) -> None:
    """Kustomize asks for no ending, neither beside it nor in folders below."""
    base = {"app/web.yaml": WEB, "app/kustomization.yaml": "resources: [web.yaml]\n"}
    change = {f"app/{name}": BAD, "app/kustomization.yaml": f"resources: [{name}]\n"}
    assert "host-network" in _blocking(judge(base, {**change, "app/web.yaml": None}))


# Patches

BARE: Final = "".join(line for line in WEB.splitlines(keepends=True) if "resources:" not in line)
VOLUME: Final = (
    "      volumes: [{name: v, csi: {driver: d, volumeAttributes: {$retainKeys: ''}}}]\n"
)
NOTE: Final = "annotations: {note: '{{ x }}'}, "
PATCHED: Final = "resources: [web.yaml]\npatches: [{path: web.yaml}]\n"


@pytest.mark.parametrize(
    "change",
    [
        {"web.yaml": BARE + VOLUME},
        {"web.yaml": f"{BARE}$patch: merge\n"},
        {"web.yaml": f"{BARE}$patch: delete\n"},
        {"web.yaml": f"{BARE}$patch: merge\n", "kustomization.yaml": PATCHED},
        {
            "templates/web.yaml": BARE.replace("{name: web, ", f"{{{NOTE}name: web, ", 1),
            "Chart.yaml": "apiVersion: v2\nname: x\nversion: 0.1.0\n",
            "kustomization.yaml": "resources: [templates/web.yaml]\n",
        },
    ],
)
def test_a_whole_workload_is_no_patch(judge: Judge, change: Tree) -> None:
    """Whatever keys it has: only who takes a file for a patch, or for a template, makes it one."""
    assert {"memory-limit-missing", "cpu-request-missing"} <= _blocking(judge({}, change))


def test_a_patch_with_directives_is_one(judge: Judge) -> None:
    """A kustomization says so."""
    change = {
        "p.yaml": f"{BARE}$patch: merge\n",
        "kustomization.yaml": "patches: [{path: p.yaml}]\n",
    }
    assert not _blocking(judge({"web.yaml": WEB}, change))


def test_a_guard_is_no_patch_of_itself(judge: Judge) -> None:
    """What it no longer says is gone, and not inherited, be it named as a patch beside that."""
    quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: prod}\nspec: {hard: {pods: '5'%s}}\n"
    base = {"q.yaml": quota % ", cpu: '4'", "web.yaml": WEB}
    base["kustomization.yaml"] = "resources: [q.yaml, web.yaml]\n"
    change = {"q.yaml": f"{quota % ''}$patch: merge\n"}
    change["kustomization.yaml"] = f"{base['kustomization.yaml']}patches: [{{path: q.yaml}}]\n"
    assert "loosened-quota" in _blocking(judge(base, change))
