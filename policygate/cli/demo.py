"""`policygate demo`: a made-up pull request in a temporary repository, judged by the real command."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from policygate.errors import GitError

BASE = """\
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
      containers:
        - name: web
          image: registry.example.com/shop/web:latest
          securityContext:
            runAsNonRoot: true
          resources:
            requests: {cpu: 100m}
            limits:
              memory: 512Mi
"""
HEAD = BASE.replace("            runAsNonRoot: true\n", "            privileged: true\n").replace(
    "512Mi", "4Gi"
)


@click.command(name="demo", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Try the gate on a small made-up pull request, in a temporary folder."""
    click.echo("A pull request that was meant to debug one pod changes deployment.yaml:\n")
    with tempfile.TemporaryDirectory(prefix="policygate-demo-") as folder:
        _commit(folder, BASE, "main", "what runs in production")
        _commit(folder, HEAD, "debug", "debug the web pod")
        diff = _git(folder, "diff", "--unified=0", "--no-color", "main", "debug")
        for line in diff.splitlines():
            if line[:1] in "+-" and not line.startswith(("+++", "---")):
                click.echo(f"    {line}")
        click.echo("\n$ policygate check --base main\n")
        code = subprocess.run(
            [sys.executable, "-m", "policygate", "check", "--base", "main"], cwd=folder, check=False
        ).returncode
    click.echo(f"\nThe command exits with {code}, so the pull request cannot be merged.")
    click.echo("The image tag `latest` was there before: it is counted, and blocks nobody.")
    click.echo("Now try it in a repository of yours: policygate check")


def _commit(folder: str, text: str, branch: str, message: str) -> None:
    if branch == "main":
        _git(folder, "init", "-q", "-b", "main")
    else:
        _git(folder, "checkout", "-q", "-b", branch)
    Path(folder, "deployment.yaml").write_text(text, encoding="utf-8")
    _git(folder, "add", "deployment.yaml")
    _git(folder, "commit", "-q", "--no-verify", "-m", message)


def _git(folder: str, *arguments: str) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ["-c", "user.name=policygate", "-c", "user.email=demo@policygate.invalid"]
    try:
        done = subprocess.run(  # noqa: S603
            ["git", *identity, *arguments],  # noqa: S607
            cwd=folder, env=env, check=True, capture_output=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as failed:
        raise GitError("the demo needs git", "Install git 2.28 or later.") from failed
    return done.stdout
