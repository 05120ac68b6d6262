"""Exception never ends.

What is exempt until somebody remembers is exempt for good. Where a tool knows an end, it is written down
with the exception, and the finding comes back by itself.

Fix:
Set `kubescape.io/skip-expiry: "2026-12-31T00:00:00Z"`, `expiresAt` of a SecurityException, or on a
PolicyException of Kyverno the label `cleanup.kyverno.io/ttl: 30d`.

References:
https://kubescape.io/docs/accepting-risk/
https://kyverno.io/docs/policy-types/cleanup-policy/#cleanup-label
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

TTL = "cleanup.kyverno.io/ttl"
SKIPPED, UNTIL = "kubescape.io/skip-controls", "kubescape.io/skip-expiry"
MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2}))?"
)


def _exception(ttl: str = "") -> dict[str, Any]:
    named = {TTL: ttl} if ttl else {}
    return {"apiVersion": "kyverno.io/v2", "kind": "PolicyException", "metadata": {"name": "web", "labels": named},
            "spec": {"exceptions": []}}  # fmt: skip


def _pod(until: str | None) -> dict[str, Any]:
    annotations = {SKIPPED: "C-0001", **({UNTIL: until} if until else {})}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "web", "annotations": annotations},
    }


def _accepted(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "kubescape.io/v1",
        "kind": "SecurityException",
        "metadata": {"name": "web"},
        "spec": {"reason": "x", **spec},
    }


EXAMPLES = (
    Example("deleted after a while", "pass", _exception(ttl="30d")),
    Example("until a day", "pass", _pod("2026-12-31T00:00:00Z")),
    Example("accepted until a day", "pass", _accepted(expiresAt="2026-12-31T00:00:00Z")),
    Example("nothing is skipped", "pass", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}),
    Example("of Kyverno", "fail", _exception(), path=f'metadata.labels["{TTL}"]', message="of PolicyException web never ends"),
    Example("of Kubescape", "fail", _pod(None), path=f'metadata.annotations["{UNTIL}"]', message="ConfigMap web never ends"),
    Example("an end that is none", "fail", _pod("next year"), message="is no moment"),
    Example("accepted for good", "fail", _accepted(), path="spec.expiresAt"),
)  # fmt: skip


@policy(level="warning", examples=EXAMPLES)
def policy_exception_expiry(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield exceptions without an end, of tools that know one."""
    head = pair.head
    kind, metadata = head.id.kind, head.view.metadata
    if head.id.group.endswith("kyverno.io") and kind == "PolicyException":
        end, known = metadata.labels[TTL], bool(metadata.labels[TTL])
    elif kind in {"SecurityException", "ClusterSecurityException"}:
        end, known = head.view.spec.expiresAt, bool(head.view.spec.expiresAt)
    elif metadata.annotations[SKIPPED]:
        end = metadata.annotations[UNTIL]
        known = MOMENT.fullmatch(end.string()) is not None
        if end and not known:
            yield Problem(
                end,
                f"the end of the exception of {kind} {head.id.name} is no moment, such as 2026-12-31T00:00:00Z",
            )
            return
    else:
        return
    if not known:
        yield Problem(end, f"the exception of {kind} {head.id.name} never ends")
