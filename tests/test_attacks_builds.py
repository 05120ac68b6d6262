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
