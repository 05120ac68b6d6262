"""Ways around the gate by moving what is there: to another environment, to where a policy is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from policygate import check
from tests.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from policygate.model import Report

SETTINGS: Final = ".policygate/config.yaml"
DEPLOYMENT: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      hostNetwork: %s
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: ghcr.io/a/web@sha256:0123456789012345678901234567890123456789012345678901234567890123
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
"""
GOOD, BAD = (DEPLOYMENT % value for value in ("false", "true"))


def _judge(folder: Path, base: Mapping[str, str], head: Mapping[str, str]) -> Report:
    """Make a repository of two trees, and judge the change from one to the other."""
    repo = Repo.init(folder)
    for tree, branch in ((base, "main"), (head, "pr")):
        if branch == "pr":
            repo.git("checkout", "-qb", branch)
            repo.git("rm", "-rqf", ".")
        for name, text in tree.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        repo.git("add", "-A")
        repo.git("commit", "-qm", branch)
    report = check(folder, base="main", env=repo.env)
    assert not report.faults
    return report


def _blocking(report: Report) -> set[str]:
    return {each.location.file for each in report.findings if each.blocks}


# From where a policy is off


def _settings(*overrides: str) -> dict[str, str]:
    return {SETTINGS: f"overrides: [{', '.join(overrides)}]\n"}


OFF_IN_DEV: Final = _settings(
    "{match: {paths: ['dev/**']}, policies: {host-network: {enabled: false}}}"
)
ON_IN_PROD: Final = {
    SETTINGS: "policies: {host-network: {enabled: false}}\n"
    "overrides: [{match: {paths: ['prod/**']}, policies: {host-network: {enabled: true}}}]\n"
}


@pytest.mark.parametrize("settings", [OFF_IN_DEV, ON_IN_PROD], ids=["off in dev", "on in prod"])
@pytest.mark.parametrize("edit", ["", "# a comment\n", "  labels: {a: b}\n"])
def test_where_a_policy_is_off_nothing_is_known(
    tmp_path: Path, settings: dict[str, str], edit: str
) -> None:
    """What moves to where a policy holds is judged by it, edited or not; the way back is free."""
    edited = BAD.replace("metadata: {name: web}\n", f"metadata:\n  name: web\n{edit}", 1)
    base, head = {"dev/web.yaml": BAD, **settings}, {"prod/web.yaml": edited, **settings}
    there = _judge(tmp_path / "there", base, head)
    assert {each.policy for each in there.findings if each.blocks} == {"host-network"}
    back = {"prod/web.yaml": BAD, **settings}, {"dev/web.yaml": edited, **settings}
    assert _judge(tmp_path / "back", *back).outcome == "pass"


def test_parameters_are_those_of_the_place(tmp_path: Path) -> None:
    """What was enough where it stood may be too little where it stands, and old debt moves along."""
    settings = _settings(
        "{match: {paths: ['dev/**']}, policies: {replicas-over-maximum: {enabled: true, params: {maximum: 5}}}}",
        "{match: {paths: ['prod/**']}, policies: {replicas-over-maximum: {enabled: true, level: error, params: {maximum: 2}}}}",
    )
    for replicas, outcome in ((3, "block"), (2, "pass")):
        text = GOOD.replace("spec:\n", f"spec:\n  replicas: {replicas}\n", 1)
        folder = tmp_path / str(replicas)
        report = _judge(
            folder, {"dev/web.yaml": text, **settings}, {"prod/web.yaml": text, **settings}
        )
        assert report.outcome == outcome


def test_a_policy_for_some_paths_begins_there(tmp_path: Path) -> None:
    """A policy of the repository that is for one folder judges what is moved into it."""
    policy = """\
apiVersion: policygate.dev/v1
kind: Policy
metadata: {name: no-web-in-prod}
spec:
  title: web is in prod
  level: error
  match: {kinds: [Deployment], paths: ['prod/**']}
  validations: [{expression: object.metadata.name != 'web', message: web}]
  why: why
  fix: fix
  examples:
    - {name: db, expect: pass, object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: db}}}
    - {name: web, expect: fail, object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}}
"""
    own = {".policygate/policies/no-web-in-prod.yaml": policy}
    report = _judge(tmp_path / "a", {"dev/web.yaml": GOOD, **own}, {"prod/web.yaml": GOOD, **own})
    assert _blocking(report) == {"prod/web.yaml"}
    base, head = {"prod/web.yaml": GOOD, **own}, {"prod/a/web.yaml": GOOD, **own}
    assert not _judge(tmp_path / "b", base, head).findings


def test_a_label_that_excused_excuses_no_longer(tmp_path: Path) -> None:
    """Nor does the base know what it was excused from."""
    settings = _settings(
        "{match: {labels: {tier: node}}, policies: {host-network: {enabled: false}}}"
    )
    excused = BAD.replace("name: web}", "name: web, labels: {tier: node}}", 1)
    base, head = {"web.yaml": excused, **settings}, {"web.yaml": BAD, **settings}
    assert _judge(tmp_path, base, head).outcome == "block"
