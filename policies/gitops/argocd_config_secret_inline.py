"""Secret of Argo CD stands in a ConfigMap.

Settings for logging in and for notifications may name a key of a Secret (`$dex.github.clientSecret`). Written
out, everybody who can read the repository, its history or the ConfigMap has it.

Fix:
Put the value into the Secret that Argo CD reads and write `$` and its key: `clientSecret:
$oidc.clientSecret`. Then make a new one: the old one stays in the history.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#sensitive-data-and-sso-client-secrets
https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/overview/

Standards:
CWE-798
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

KEYS = {
    "argocd-cm": re.compile(r"^(?:dex|oidc)\.config$"),
    "argocd-notifications-cm": re.compile(r"^service\."),
}
VALUE = re.compile(
    r"(?im)^\s*(?:-\s*)?['\"]?(clientSecret|client_secret|bindPW|token|password|apiKey|apiKeys?|webhookUrl|signingSecret)['\"]?"
    r"\s*:[ \t]*['\"]?([^\s'\"#{}]+)"
)
NOT_SECRET = re.compile(r"^(?:\$|<|\||>|null$|~$|true$|false$)")


def _config(name: str, **data: str) -> dict[str, Any]:
    named = {key.replace("_", "."): value for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": named}


EXAMPLES = (
    Example("named", "pass", _config("argocd-cm", oidc_config="clientID: argocd\nclientSecret: $oidc.clientSecret\n")),
    Example("named, for a chat", "pass", _config("argocd-notifications-cm", service_slack="token: $slack-token\n")),
    Example("another ConfigMap", "pass", _config("web", oidc_config="clientSecret: aaa")),
    Example("another setting", "pass", _config("argocd-cm", url="token: aaa")),
    Example("written out", "fail", _config("argocd-cm", oidc_config="clientSecret: aaaaaaaa\n"), path='data["oidc.config"]',
            message="clientSecret of oidc.config is written out"),
    Example("inside of a connector", "fail", _config("argocd-cm", dex_config="connectors:\n  - config:\n      bindPW: aaaaaaaa\n")),
    Example("a token for a chat", "fail", _config("argocd-notifications-cm", service_slack='token: "aaaaaaaa"\n'), path='data["service.slack"]'),
)  # fmt: skip


@policy(level="error", kinds=["core/ConfigMap"], secret=True, examples=EXAMPLES)
def argocd_config_secret_inline(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield settings that hold a secret themselves."""
    keys = KEYS.get(pair.head.id.name)
    if keys is None:
        return
    for key, text in pair.head.view.data.items():
        if not keys.match(key):
            continue
        for found in VALUE.finditer(text.string()):
            if not NOT_SECRET.match(found[2]):
                yield Problem(text, f"{found[1]} of {key} is written out", key=f"{key} {found[1]}")
                break
