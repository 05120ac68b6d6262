"""Follow a page of the manual as its reader would: every command, file and program on it, in order.

    python -m tests.pages [PAGE]...        writes into the pages what their commands print now

A page is followed in a repository of its own. `console` blocks are commands and what they print, `sh` blocks
commands alone; the first line of a `yaml`, `json` or `python` block may be a comment with its path, and then it is
written there. A `python` block without one is run. What exits with something else than 0 says so in a comment: `# exits with 1`.
"""

from __future__ import annotations

import functools
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Final, NamedTuple
from unittest import mock

from markdown_it import MarkdownIt

from policygate import cli
from policygate.cli.manual import pages
from policygate.policy import loader
from tests.repo import START, Repo

ROOT: Final = Path(__file__).resolve().parent.parent
ALL: Final[Mapping[str, Path]] = {"README": ROOT / "README.md", **pages()}
NOT_RUN: Final = {
    "python3 -m venv .venv && .venv/bin/pip install --quiet . && .venv/bin/policygate demo": "needs the network; tests/cli/test_cli.py runs the demo",
    "python3 -m venv .venv && .venv/bin/pip install --quiet --editable '.[dev]' && .venv/bin/pytest -n auto --dist loadfile": "these very tests; .ci/run runs it",
    "python tests/bench/bench.py --only secrets": "takes minutes; run by hand",
    "helm template chart | policygate check - --stdin-filename rendered.yaml": "needs Helm",
    "kustomize build overlays/prod | policygate check - --stdin-filename rendered.yaml": "needs kustomize",
}
"""The commands that no test runs as they stand, and why."""

WEB: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      automountServiceAccountToken: false
      securityContext:
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: web
          image: registry.example.com/shop/web:latest
          securityContext:
            runAsNonRoot: true
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          resources:
            requests: {cpu: 100m}
            limits:
              memory: 512Mi
"""
NETWORK: Final = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: proxy}}}]
      ports: [{port: 8080}]
"""
BASE: Final = {"apps/web.yaml": WEB, "apps/network.yaml": NETWORK}
LOOSER: Final = WEB.replace("            runAsNonRoot: true\n", "").replace("512Mi", "4Gi")


_load_shipped: Final = functools.cache(loader.load_shipped)
"""Each command of a process of its own would load them once."""


class Block(NamedTuple):
    """A fenced block: its language, its text, and the lines between its fences."""

    language: str
    text: str
    start: int
    end: int

    @property
    def path(self) -> str:
        """Where it is to be written; empty where it does not say."""
        named = re.match(r"# (?P<path>[\w./-]+\.(?:ya?ml|json|py))\n", self.text)
        return named["path"] if named else ""


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [
        Block(token.info.strip(), token.content, token.map[0] + 1, token.map[1] - 1)
        for token in MarkdownIt().parse(text)
        if token.type == "fence" and token.map is not None
    ]


def commands(text: str) -> Iterator[str]:
    """The commands of a block, a line each; one that ends in a backslash goes on."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def without_comment(command: str) -> str:
    """A command as it is listed in `NOT_RUN`."""
    return re.sub(r"\s+# .*", "", command).strip()


class Reader:
    """Somebody who follows a page in a repository where an application is about to be loosened."""

    def __init__(self, folder: Path) -> None:
        shop = Repo.init(folder / "origin")
        shop.commit(BASE, "what runs in production")
        self.repo = Repo.clone(shop, folder / "shop")
        self.repo.switch("debug", "main")
        self.repo.write("apps/web.yaml", LOOSER)
        identity = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (
                ("NAME", "T"),
                ("EMAIL", "t@example.org"),
                ("DATE", f"{START + 9} +0000"),
            )
        }
        bin_ = Path(sys.executable).parent
        path = f"{bin_}{os.pathsep}{os.environ['PATH']}"
        keep = {k: v for k, v in self.repo.env.items() if not k.startswith(("GITHUB_", "CI"))}
        self.env = {**keep, **identity, "PATH": path, "NO_COLOR": "1", "COLUMNS": "80"}
        self._names: dict[str, object] = {}

    def follow(self, text: str) -> str:
        """Do what a page says, and return it with what its commands print."""
        lines = text.split("\n")
        for block in reversed([(each, self._do(each)) for each in blocks(text)]):
            lines[block[0].start : block[0].end] = block[1].rstrip("\n").split("\n")
        return "\n".join(lines)

    def _do(self, block: Block) -> str:
        if block.path:
            self.repo.write(block.path, block.text)
        if block.language == "python" and not block.path:
            with self._here(), redirect_stdout(io.StringIO()):
                exec(compile(block.text, f"line {block.start}", "exec"), self._names)
        if block.language == "sh":
            for command in commands(block.text):
                self._run(command)
        if block.language != "console":
            return block.text
        said = [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]
        return "".join(f"$ {command}\n{self._run(command)}" for command in said)

    @contextmanager
    def _here(self) -> Iterator[None]:
        with (
            chdir(self.repo.path),
            mock.patch.dict(os.environ, self.env, clear=True),
            mock.patch.object(loader, "load_shipped", _load_shipped),
        ):
            yield

    def _run(self, command: str) -> str:
        """Run a command, and return what it prints to a terminal."""
        if without_comment(command) in NOT_RUN:
            return ""
        wanted = re.search(r" # .*\bexits with (\d)$", command)
        words = shlex.split(command, comments=True)
        ours = words[:1] == ["policygate"] and not any(set(word) & set("|&;<$`") for word in words)
        code, said = self._ours(words[1:]) if ours else self._shell(command)
        expected = int(wanted[1]) if wanted else 0
        assert code == expected, f"`{command}` exits with {code}:\n{said}"
        return said

    def _shell(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.repo.path,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def _ours(self, words: list[str]) -> tuple[int, str]:
        """Run the command line in this process, which is quicker than a new one."""
        held = io.BytesIO()
        said = io.TextIOWrapper(held, encoding="utf-8", write_through=True)
        words, to = (words[:-2], words[-1]) if words[-2:-1] == [">"] else (words, "")
        with (
            self._here(),
            mock.patch.object(sys, "argv", ["policygate", *words]),
            redirect_stdout(said),
            redirect_stderr(said),
        ):
            code = cli._run()
        printed = held.getvalue().decode()
        if to:
            self.repo.write(to, printed)
        return code, "" if to else printed


def followed(page: Path) -> str:
    """A page with what its commands print now."""
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        return Reader(Path(folder)).follow(page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for name in sys.argv[1:] or ALL:
        ALL[name].write_text(followed(ALL[name]), encoding="utf-8")
