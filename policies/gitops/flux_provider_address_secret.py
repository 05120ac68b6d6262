"""Address of a chat webhook stands in the manifest.

Whoever knows such an address may write to the channel in the name of Flux: the address is the password.
In git everybody who can read the repository, and its history, has it.

Fix:
Put the address into a Secret under the key `address`, encrypted or from a store, and name it in
`secretRef`. Make a new address: the old one stays in the history.

References:
https://fluxcd.io/flux/components/notification/providers/#address-example

Standards:
CWE-798
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

WEBHOOK = re.compile(
    r"https://(?:hooks\.slack\.com/services/\w|discord(?:app)?\.com/api/webhooks/\d|chat\.googleapis\.com/v1/spaces/.*[?&]key="
    r"|[\w.-]*webhook\.office\.com/|[\w.-]*logic\.azure\.com.*[?&]sig=|open\.(?:feishu|larksuite)\.c\w+/open-apis/bot/)",
)


def _provider(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "notification.toolkit.fluxcd.io/v1beta3",
        "kind": "Provider",
        "metadata": {"name": "chat"},
        "spec": spec,
    }


SLACK = "https://hooks.slack.com/services/"
EXAMPLES = (
    Example("from a Secret", "pass", _provider(type="slack", secretRef={"name": "chat"})),
    Example("an address that is no password", "pass", _provider(type="slack", address="https://slack.com/api/chat.postMessage")),
    Example("filled in later", "pass", _provider(type="slack", address=SLACK + "${TOKEN}")),
    Example("in the manifest", "fail", _provider(type="slack", address=SLACK + "T000/B000/" + "X" * 8), path="spec.address",
            message="the address of chat is its password"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["notification.toolkit.fluxcd.io/Provider"],
    secret=True,
    examples=EXAMPLES,
)
def flux_provider_address_secret(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield an address that lets whoever knows it write."""
    address = pair.head.view.spec.address
    if WEBHOOK.match(address.string()):
        yield Problem(address, f"the address of {pair.head.id.name} is its password")
