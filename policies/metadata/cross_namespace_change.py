"""Something protected is changed.

Some labels, annotations and objects decide for others: who pays, who is woken up, what a policy exempts.
They are changed by their owners, and not in passing.

Fix:
Restore it, or have its owner make the change.

References:
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/

Peers:
kyverno:block-updates-deletes, kyverno:allowed-label-changes, kyverno:allowed-annotations, kyverno:restrict-annotations, kyverno:resource-creation-updating-denied, kyverno:restrict-scale, kyverno:time-bound-policy
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from policygate.place import canonical
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Globs over the keys of labels and annotations, and over `Kind/name`; without any it says nothing."""

    keys: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


def _config(**labels: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "web", "labels": labels},
        "data": {},
    }


KEYS = {"keys": ["owner", "cost-*"]}
EXAMPLES = (
    Example("nobody protects it", "pass", base=_config(owner="a"), head=_config(owner="b")),
    Example("another label", "pass", base=_config(owner="a"), head=_config(owner="a", tier="web"), params=KEYS),
    Example("a protected label", "fail", base=_config(owner="a"), head=_config(owner="b"), params=KEYS, path="metadata.labels.owner",
            message="the label owner of ConfigMap web changes"),
    Example("a protected label is gone", "fail", base=_config(owner="a", tier="b"), head=_config(tier="b"), params=KEYS, path="metadata.labels.owner"),
    Example("a protected object", "fail", base=_config(owner="a"), head=_config(owner="b"), params={"objects": ["ConfigMap/*"]},
            message="ConfigMap web is protected and changes"),
    Example("a protected object is gone", "fail", base=_config(), params={"objects": ["ConfigMap/web"]}, message="ConfigMap web is protected and is gone"),
)  # fmt: skip


@policy(
    level="warning",
    operations=["UPDATE", "DELETE"],
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def cross_namespace_change(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield objects and keys that the parameters protect and the change touches."""
    ident = (pair.head or pair.base).id
    if _matches(f"{ident.kind}/{ident.name}", params.objects):
        does = "changes" if pair.head is not None else "is gone"
        yield Problem((), f"{ident.kind} {ident.name} is protected and {does}")
    if pair.head is None:
        return
    for where in ("labels", "annotations"):
        base, head = pair.base.view.metadata[where], pair.head.view.metadata[where]
        keys = {key for view in (base, head) for key, _ in view.items()}
        for key in sorted(keys):
            if canonical(base[key].raw) != canonical(head[key].raw) and _matches(key, params.keys):
                yield Problem(
                    head[key],
                    f"the {where[:-1]} {key} of {ident.kind} {ident.name} changes, and is protected",
                )


def _matches(text: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(text, glob) for glob in globs)
