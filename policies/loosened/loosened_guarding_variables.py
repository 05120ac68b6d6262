"""Program guards less, by one of its variables.

Many programs take from their environment whether they look at certificates and ask for logins. Such a variable is set
to get something going, and is easily overlooked among twenty others. What it does only the program knows, which is why
this is a warning.

Fix:
Take the variable out again, and mend what it was set for.

References:
https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
https://cwe.mitre.org/data/definitions/295.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.transport import GUARDING_VARIABLES
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _env(**variables: str) -> dict[str, Any]:
    env = [{"name": name, "value": value} for name, value in {"A": "b", **variables}.items()]
    return {"name": "web", "image": "web:1", "env": env}


EXAMPLES = (
    Example("it guards more", "pass", binds="container", base=_env(AUTH_DISABLED="true"), head=_env(AUTH_DISABLED="false")),
    Example("another variable", "pass", binds="container", base=_env(), head=_env(AUTHOR="true", TLS_CERT="true")),
    Example("no login", "fail", binds="container", base=_env(), head=_env(QUI__AUTH_DISABLED="true"), message="container web guards less: QUI__AUTH_DISABLED is true"),
    Example("no look at certificates", "fail", binds="container", base=_env(), head=_env(NODE_TLS_REJECT_UNAUTHORIZED="0"), path="env[NODE_TLS_REJECT_UNAUTHORIZED].value"),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["tls-verification-disabled"],
    examples=EXAMPLES,
)
def loosened_guarding_variables(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, GUARDING_VARIABLES)
