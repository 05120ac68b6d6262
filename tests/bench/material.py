"""What the benchmark reads: the real trees of the corpus, and repositories made up for growth.

Not for judging anything; nothing of the corpus is kept, it is unpacked into temporary folders.
"""

from __future__ import annotations

import tarfile
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import yaml

from tests.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LARGEST: Final = "ministryofjustice+cloud-platform-environments"
ENDINGS: Final = (".yaml", ".yml", ".json")
PLAIN_KINDS: Final = frozenset(
    {"ConfigMap", "CronJob", "DaemonSet", "Deployment", "Job", "Pod", "Service", "StatefulSet"}
)

_DEPLOYMENT: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{number}
  namespace: team-{team}
  labels: {{app: app-{number}}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: app-{number}}}
  template:
    metadata:
      labels: {{app: app-{number}}}
    spec:
      securityContext:
        runAsNonRoot: true
        seccompProfile: {{type: RuntimeDefault}}
      containers:
        - name: web
          image: registry.example.org/team/app-{number}:{tag}
          ports:
            - containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
            - name: TOKEN
              valueFrom:
                secretKeyRef: {{name: app-{number}, key: token}}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
{limits}          readinessProbe:
            httpGet: {{path: /ready, port: 8080}}
        - name: proxy
          image: registry.example.org/proxy:1.2.3
          securityContext:
            allowPrivilegeEscalation: false
          resources:
            requests: {{cpu: 10m, memory: 32Mi}}
            limits: {{memory: 64Mi}}
"""


def trees(corpus: Path) -> dict[str, dict[str, bytes]]:
    """Read the manifests of every real tree below `corpus/real`: name -> path -> bytes."""
    found = {}
    for archive in sorted((corpus / "real").glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            members = [m for m in tar if m.isfile() and m.name.endswith(ENDINGS)]
            found[archive.name.removesuffix(".tar.gz")] = {
                member.name: file.read()
                for member in sorted(members, key=lambda m: m.name)
                if (file := tar.extractfile(member)) is not None
            }
    return found


def load(data: bytes) -> list[Any] | None:
    """Read a file as most Python tools do, the fastest way PyYAML has; None when it cannot."""
    try:
        return list(yaml.load_all(data, yaml.CSafeLoader))
    except (yaml.YAMLError, ValueError):
        return None


def plain(files: Iterable[bytes], number: int) -> Iterator[bytes]:
    """The first files whose every document is of a kind that all peers know."""

    def known(document: Any) -> bool:
        return isinstance(document, dict) and document.get("kind") in PLAIN_KINDS

    return islice((data for data in files if all(map(known, load(data) or [None]))), number)


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def repository(folder: Path, base: Mapping[str, bytes], head: Mapping[str, bytes]) -> Repo:
    """Make a clone as a developer has it: `origin/main` is the base, the pull request is checked out."""
    repo = Repo.init(folder)
    repo.commit(dict(base), "base")
    repo.git("remote", "add", "origin", repo.url)
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    repo.switch("pull-request", "HEAD")
    repo.commit(dict(head), "change")
    return repo


def deployment(number: int, *, changed: bool) -> bytes:
    """A manifest of 50 lines; changed it has another tag, and every tenth loses its memory limit."""
    limits = "            limits: {memory: 256Mi}\n"
    return _DEPLOYMENT.format(
        number=number,
        team=number % 20,
        tag="1.4.2" if changed else "1.4.1",
        limits="" if changed and number % 10 == 0 else limits,
    ).encode()


def files(number: int, *, changed: bool) -> dict[str, bytes]:
    """So many manifests, a file each, a hundred in a folder."""
    return {
        f"apps/{at // 100:03}/app-{at}.yaml": deployment(at, changed=changed)
        for at in range(number)
    }


def one_file(number: int, *, changed: bool) -> dict[str, bytes]:
    """So many manifests in one file."""
    parts = (deployment(at, changed=changed) for at in range(number))
    return {"all.yaml": b"---\n".join(parts)}
