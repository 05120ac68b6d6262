"""Probe runs a command that is too dear for a probe.

Every few seconds the node starts the command in every pod. Those that attach to the program, list all
processes or start a runtime of their own cost more than the probe is worth, time out under load, and the
pod is restarted for it. One that merely lists processes also says nothing about the program.

Fix:
Ask the program itself: `httpGet`, `grpc`, or a small command that does.

References:
https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/

Peers:
kyverno:deny-commands-in-exec-probe
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import called
from policygate.policy import Example, Pair, Problem, policy

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
WORD = re.compile(r"[\w./-]+")
LONGEST = 4096
"""Characters of a script that are read."""


class Params(NamedTuple):
    """The names of the commands, without their folders."""

    commands: tuple[str, ...] = ("jcmd", "jmap", "jps", "jstack", "ls", "ps")


def _exec(*command: str) -> dict[str, object]:
    return {"name": "web", "livenessProbe": {"exec": {"command": [*command]}}}


EXAMPLES = (
    Example("a small command", "pass", _exec("/bin/grpc_health_probe", "-addr=:80"), binds="container"),
    Example("an argument that is called alike", "pass", _exec("cat", "/run/ps"), binds="container"),
    Example("no command", "pass", {"name": "web", "livenessProbe": {"tcpSocket": {"port": 80}}}, binds="container"),
    Example("one of the list", "fail", _exec("/usr/bin/jcmd", "1", "VM.version"), binds="container",
            path="livenessProbe.exec.command", message="the livenessProbe of container web runs jcmd"),
    Example("in a script", "fail", _exec("/bin/sh", "-c", "ps aux | grep web"), binds="container", message="runs ps"),
    Example("further on in a script", "fail", _exec("sh", "-ec", "test -e /run/x && ls /data"), binds="container", message="runs ls"),
    Example("of another list", "fail", _exec("curl", "localhost"), binds="container", params={"commands": ["curl"]}),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["workload"],
    scope="container",
    params=Params,
    examples=EXAMPLES,
)
def probe_exec_command_denied(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield probes that run a command of the list, themselves or in the script of a shell."""
    for probe in PROBES:
        command = pair.head.view[probe]["exec"].command
        words = [each.string() for each in command]
        denied = next((name for name in _run(words) if name in params.commands), None)
        if denied is not None:
            yield Problem(command, f"the {probe} of {called(pair.head)} runs {denied}")


def _run(words: list[str]) -> Iterator[str]:
    """The names of the commands that a list of arguments runs."""
    if not words:
        return
    first = words[0].rpartition("/")[2]
    yield first
    if first.endswith("sh") and len(words) > 2 and words[1].startswith("-"):
        for piece in re.split(r"[;&|\n(){}`]|\b(?:then|do|else|if)\b", words[2][:LONGEST]):
            found = WORD.search(piece)
            if found is not None:
                yield found[0].rpartition("/")[2]
