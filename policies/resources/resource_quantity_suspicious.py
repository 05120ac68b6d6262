"""Amount is probably not what was meant.

`512m` of memory is half a byte, `512` is 512 bytes, and 4000 CPUs are four in millicores without the
`m`. The API server takes all of them: the container is killed at once, or never scheduled.

Fix:
Write memory with `Mi` or `Gi`, and parts of a CPU with `m`.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#resource-units-in-kubernetes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.quantity import known_quantity
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

MEBIBYTE = 2**20
MOST_CPUS = 256
"""More than any node of today has."""


def _limits(**amounts: Any) -> dict[str, Any]:
    return {"name": "web", "resources": {"limits": amounts}}


EXAMPLES = (
    Example("usual amounts", "pass", _limits(cpu="500m", memory="128Mi"), binds="container"),
    Example("a number of bytes", "pass", _limits(memory=134217728), binds="container"),
    Example("as YAML writes it", "pass", _limits(cpu=1, memory=1e9), binds="container"),
    Example("zero is nothing", "pass", _limits(memory=0), binds="container"),
    Example("another resource", "pass", {"name": "web", "resources": {"limits": {"nvidia.com/gpu": 1}}}, binds="container"),
    Example("no quantity is another policy's", "pass", _limits(memory="lots"), binds="container"),
    Example("a thousandth of a byte", "fail", _limits(memory="512m"), binds="container", path="resources.limits.memory",
            message="512m of memory is less than a byte: did you mean 512Mi?"),
    Example("a few bytes", "fail", _limits(memory="512"), binds="container", message="512 of memory is less than 1Mi"),
    Example("the CPU in bytes", "fail", _limits(cpu="2Gi"), binds="container", message="2Gi of cpu is more than 256 CPUs"),
    Example("millicores without their m", "fail", _limits(cpu=4000), binds="container"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", examples=EXAMPLES)
def resource_quantity_suspicious(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield amounts of memory that nothing runs in, and of CPUs that no node has."""
    for what in ("requests", "limits"):
        for name, view in pair.head.view.resources[what].items():
            found = _strange(name, view)
            if found:
                words = f"{view.raw} of {name} is {found}"
                yield Problem(view, f"container {pair.head.name}: {words}")


def _strange(name: str, view: View) -> str:
    number = known_quantity(view.raw)
    if not number:
        return ""
    if name == "cpu":
        return f"more than {MOST_CPUS} CPUs" if number > MOST_CPUS else ""
    if name not in {"memory", "ephemeral-storage"} or number >= MEBIBYTE:
        return ""
    text = view.string()
    if text.endswith("m"):
        return f"less than a byte: did you mean {text.removesuffix('m')}Mi?"
    return "less than 1Mi"
