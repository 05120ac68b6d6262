"""One list of changes and what must be said of them, wherever the gate stands (R38).

`tests.test_pre_commit` commits each with the installed hook; `tests.test_action` opens a pull request
with each for the action, and runs `policygate check --base` on it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

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


def privileged(name: str) -> str:
    """A Deployment that breaks a policy by its state alone."""
    switch = "allowPrivilegeEscalation: false"
    return good(name).replace(switch, f"privileged: true\n            {switch}")


def waived(last_day: str) -> str:
    """The looser Deployment with a waiver on the line."""
    line = "runAsNonRoot: false"
    return bad().replace(
        line, f"{line} # policygate: ignore[{LOOSENED}] debug the image until {last_day} by @me"
    )


BASE = {
    "apps/web.yaml": good(),
    "apps/old.yaml": privileged("old"),
    "apps/deny.yaml": NETWORK_POLICY,
    "docs/notes.md": "x",
}
SOON = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {password: correct-horse-battery-9}
"""
OFF = f"policies: {{{LOOSENED}: {{enabled: false}}}}\n"


class Case(NamedTuple):
    """A change of `BASE`, and what is said of it.

    Attributes:
        files: What it writes, and deletes (None).
        outcome: The verdict.
        policies: What finds something that the base had not.
    """

    files: dict[str, str | None]
    outcome: str
    policies: frozenset[str] = frozenset()

    @property
    def code(self) -> int:
        """The exit code."""
        return {"pass": 0, "block": 1}[self.outcome]


CASES: dict[str, Case] = {
    "nothing to judge": Case({"docs/notes.md": "y"}, "pass"),
    "good": Case({"apps/web.yaml": good(image="1.2.4")}, "pass"),
    "good and new": Case({"apps/new.yaml": good("new")}, "pass"),
    "old debt": Case({"apps/old.yaml": privileged("old").replace("1.2.3", "1.2.4")}, "pass"),
    "introduced": Case(
        {"apps/new.yaml": privileged("new")}, "block", frozenset({"privileged-container"})
    ),
    "loosened": Case({"apps/web.yaml": bad()}, "block", frozenset({LOOSENED})),
    "deleted": Case({"apps/deny.yaml": None}, "block", frozenset({"loosened-network-policy"})),
    "moved": Case({"apps/deny.yaml": None, "net.yaml": NETWORK_POLICY}, "pass"),
    "broken": Case({"apps/web.yaml": "kind: [oops"}, "block", frozenset({"document-unreadable"})),
    "warned": Case(
        {"apps/web.yaml": good().replace("128Mi}}", "4Gi}}")},
        "pass",
        frozenset({"loosened-limits"}),
    ),
    "waived": Case({"apps/web.yaml": waived(SOON)}, "pass", frozenset({"run-as-non-root"})),
    "waived until yesterday": Case(
        {"apps/web.yaml": waived("2026-01-20")}, "block", frozenset({LOOSENED, "waiver-expired"})
    ),
    "switched off": Case(
        {"apps/web.yaml": bad(), ".policygate/config.yaml": OFF},
        "block",
        frozenset({LOOSENED, "gate-weakened"}),
    ),
    "secret": Case({"apps/db.yaml": SECRET}, "block", frozenset({"secret-plaintext"})),
}
