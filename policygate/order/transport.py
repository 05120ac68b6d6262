"""Whether a program looks at certificates and asks for logins, by its arguments and variables, in an order.

| what | strictest … loosest |
|---|---|
| an argument such as `--insecure-skip-tls-verify` | unset, `=false` < set |
| a variable such as `TLS_SKIP_VERIFY`, `AUTH_DISABLED` | unset, false < true |
| a variable such as `VERIFY_TLS`, `SSL_VERIFY`, `AUTH_ENABLED` | unset, true < false |

Not for fields of custom kinds: there the key says it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from policygate.kube.pod_security import called
from policygate.order.verdict import Dimension, Gain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


_LAX: Final = re.compile(
    r"(?:.*_)?(?:(?:TLS|SSL|CERT\w*)_(?:SKIP_?VERIFY|INSECURE\w*|NO_?VERIFY)|INSECURE_SKIP_?(?:TLS_?)?VERIFY"
    r"|SKIP_(?:TLS|SSL)_?(?:VERIFY|VERIFICATION)|(?:GIT|CURL)_SSL_NO_VERIFY|(?:DISABLE_?AUTH\w*|AUTH\w*_?DISABLED?)"
    r"|ALLOW_ANONYMOUS|ANONYMOUS_(?:ACCESS|AUTH)|INSECURE)"
)
_STRICT: Final = re.compile(
    r"(?:.*_)?(?:VERIFY_(?:TLS|SSL)|(?:TLS|SSL)_VERIFY|NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY"
    r"|AUTH\w*_ENABLED?|ENABLE_AUTH\w*|REQUIRE_(?:AUTH|LOGIN|TLS))"
)
"""Names of variables that switch looking off, or on."""


def lax_variables(env: Iterable[tuple[str, View]]) -> dict[str, View]:
    """Those variables by which a program does not look at certificates, or asks nobody for a login."""
    found = {}
    for name, view in env:
        value = str(view.raw).lower()
        lax = _LAX.fullmatch(name.upper()) and value in ("true", "1", "yes", "on")
        if lax or (_STRICT.fullmatch(name.upper()) and value in ("false", "0", "no", "off")):
            found[name] = view
    return found


def _variables(container: Container) -> Iterable[tuple[str, View]]:
    return ((each["name"].string(), each["value"]) for each in container.view.env)


def _unguarded(base: Container, head: Container) -> Iterator[Gain]:
    before = lax_variables(_variables(base))
    for name, view in lax_variables(_variables(head)).items():
        if name not in before:
            text = f"{called(head)} guards less: {name} is {str(view.raw).lower()}"
            yield Gain(view, text)


def _unverified(base: Container, head: Container) -> Iterator[Gain]:
    before = _flags(base)
    for flag, item in _flags(head).items():
        if flag not in before:
            text = f"{called(head)} runs with --{flag}, and no longer looks at certificates"
            yield Gain(item, text, None, item.raw)


GUARDING_VARIABLES: Final = Dimension("guarding-variables", "security", _unguarded)
TLS_FLAGS: Final = Dimension("tls-flags", "security", _unverified)
