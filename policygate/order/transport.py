"""Whether a program looks at the certificates of those it talks to, by its arguments, in an order.

| what | strictest … loosest |
|---|---|
| an argument such as `--insecure-skip-tls-verify` | unset, `=false` < set |

Not for fields of custom kinds: there the key says it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from policygate.kube.pod_security import called
from policygate.order.verdict import Dimension, Gain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.kube.workloads import Container
    from policygate.view import View

_FLAG: Final = re.compile(
    r"--?(?:[a-z0-9-]+[.-])?(?:insecure(?:-skip)?(?:-(?:tls-)?verify)?|skip-(?:tls-|ssl-)?verify(?:-tls)?"
    r"|tls-skip-verify|insecure-tls|insecure-skip-tls-verify|no-check-certificate|disable-tls)"
)
"""Arguments by which programs of the cluster are told not to look at certificates."""


def _flags(container: Container) -> dict[str, View]:
    found = {}
    for item in (*container.view.command, *container.view.args):
        flag, equals, value = item.string().partition("=")
        if _FLAG.fullmatch(flag) and (not equals or value.lower() not in ("false", "0")):
            found[flag.lstrip("-")] = item
    return found


def _unverified(base: Container, head: Container) -> Iterator[Gain]:
    before = _flags(base)
    for flag, item in _flags(head).items():
        if flag not in before:
            text = f"{called(head)} runs with --{flag}, and no longer looks at certificates"
            yield Gain(item, text, None, item.raw)


TLS_FLAGS: Final = Dimension("tls-flags", "security", _unverified)
