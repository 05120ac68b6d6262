"""Container sets a variable that is not allowed.

Some variables change what a program is rather than how it is set up: they load other code, switch off the
verification of certificates, or send all traffic through a proxy. Whoever may set them owns the program.

Fix:
Take the variable out, or allow it in the settings for this path.

References:
https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/

Peers:
kyverno:check-env-vars
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.globs import matches_any
from policygate.kube.pod_security import called
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Globs over the names of variables (`LD_*`), and values as `NAME=value` with globs in either part."""

    denied: tuple[str, ...] = ()


def _env(name: str, value: str = "x") -> dict[str, object]:
    return {"name": "web", "env": [{"name": name, "value": value}]}


LIST = {"denied": ["LD_*", "DEBUG=true"]}
EXAMPLES = (
    Example("no list", "pass", _env("LD_PRELOAD"), binds="container"),
    Example("a name that is on no list", "pass", _env("HOME"), binds="container", params=LIST),
    Example("another value", "pass", _env("DEBUG", "false"), binds="container", params=LIST),
    Example("a name without a name", "pass", {"name": "web", "env": [{}]}, binds="container", params={"denied": ["*"]}),
    Example("a name on the list", "fail", _env("LD_PRELOAD"), binds="container", params=LIST, path="env[LD_PRELOAD].name",
            message="container web sets LD_PRELOAD, which is not allowed"),
    Example("a name with a value", "fail", _env("DEBUG", "true"), binds="container", params=LIST),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["workload"],
    scope="container",
    params=Params,
    examples=EXAMPLES,
)
def env_var_not_allowed(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield variables that are on the list by their names, or by their names and values."""
    if not params.denied:
        return
    for each in pair.head.view.env:
        name = each["name"].string()
        pairing = f"{name}={each.value.string()}"
        if name and (matches_any(params.denied, name) or matches_any(params.denied, pairing)):
            yield Problem(each["name"], f"{called(pair.head)} sets {name}, which is not allowed")
