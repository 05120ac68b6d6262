"""API server lets requests take too long.

`--request-timeout` (60 seconds where it is not set) ends requests that hang. Set very high, slow clients
can hold so many connections that nobody else is served; at 0, every request ends at once. Watches and logs
are not bound by it.

Fix:
Remove `--request-timeout`, or set it to 300 seconds at most.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/

Standards: CIS 1.2.20

Peers: checkov:CKV_K8S_95, kubescape:C-0134
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.control_plane import RUNS, read_seconds, running
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The longest time that a request may take."""

    longest: str = "300s"


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("unset, which is 60 seconds", "pass", _run("--secure-port=6443"), binds="container"),
    Example("five minutes", "pass", _run("--request-timeout=300s"), binds="container"),
    Example("an hour", "fail", _run("--request-timeout=1h"), binds="container", path="command[1]",
            message="--request-timeout is 1h"),
    Example("none", "fail", _run("--request-timeout=0s"), binds="container"),
    Example("longer than settings allow", "fail", _run("--request-timeout=2m"), binds="container",
            params={"longest": "90s"}),
)  # fmt: skip


@policy(
    level="warning", kinds=RUNS["kube-apiserver"], params=Params, enabled=False, examples=EXAMPLES
)
def control_plane_apiserver_request_timeout(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every API server with an odd bound."""
    for server in running("kube-apiserver", pair.head):
        flag = server["request-timeout"]
        longest = read_seconds(params.longest) or 0
        if flag.seconds is not None and not 0 < flag.seconds <= longest:
            yield Problem(flag.view, f"{server} bounds requests badly: {flag}", key=server.key)
