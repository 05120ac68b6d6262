"""Program no longer looks at certificates.

A program that looks at no certificate talks to whoever answers. The argument is set for a certificate that nobody
trusts yet, and stays when there is a better one.

Fix:
Give the program the certificate of the authority that signed the other side's, and take the argument out.

References:
https://kubernetes.io/docs/concepts/security/controlling-access/#transport-security
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.transport import TLS_FLAGS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _run(*args: str) -> dict[str, Any]:
    return {"name": "web", "image": "web:1", "args": [*args]}


EXAMPLES = (
    Example("switched off by a value", "pass", binds="container", base=_run(), head=_run("--insecure-skip-tls-verify=false")),
    Example("it always did", "pass", binds="container", base=_run("--insecure"), head=_run("--insecure", "--verbose")),
    Example("another argument", "pass", binds="container", base=_run(), head=_run("--insecure-port=0")),
    Example("switched on", "fail", binds="container", base=_run("--verbose"), head=_run("--verbose", "--kubelet-insecure-tls"), path="args[1]",
            message="container web runs with --kubelet-insecure-tls, and no longer looks at certificates"),
    Example("by a value", "fail", binds="container", base=_run("--insecure-skip-verify=false"), head=_run("--insecure-skip-verify=true")),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_tls_flags(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, TLS_FLAGS)
