"""A repository whose worktree loosens a Deployment in several ways, and does harmless things beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

WEB = """\
# the web
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: false   # never
      containers:
        - name: web
          image: 'web:1.0'
          securityContext:
            runAsNonRoot: true # keep
            privileged: false
            capabilities:
              drop: ["ALL"]
          resources:
            limits: {memory: 512Mi}
            requests: {cpu: 1, memory: 512Mi}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ci}
rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [get] # to look
"""
DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: prod}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
HARMLESS = ("web:1.0", "web:2.0")
LOOSER = (
    ("hostNetwork: false", "hostNetwork: true"),
    ("            runAsNonRoot: true # keep\n", ""),
    ("privileged: false", "privileged: true"),
    ('drop: ["ALL"]', "add: [SYS_ADMIN]"),
    ("limits: {memory: 512Mi}", "limits: {memory: 8Gi}"),
    ("verbs: [get] # to look\n", 'verbs: [get] # to look\n- apiGroups: [""]\n  resources: [secrets]\n  verbs: ["*"]\n'),
)  # fmt: skip


def loosened(path: Path, *, end: str = "\n", mark: bytes = b"") -> Repo:
    """The repository, with a way to end lines and a byte order mark."""
    repo = Repo.init(path)
    repo.commit({"web.yaml": written(WEB, end, mark), "a deny.yaml": DENY})
    repo.switch("pr", "main")
    head = WEB.replace(*HARMLESS)
    for was, now in LOOSER:
        head = head.replace(was, now)
    repo.write("web.yaml", written(head, end, mark))
    repo.remove("a deny.yaml")
    return repo


def written(text: str, end: str = "\n", mark: bytes = b"") -> bytes:
    """A text as it stands on disk."""
    return mark + text.replace("\n", end).encode()
