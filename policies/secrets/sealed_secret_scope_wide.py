"""SealedSecret can be opened under another name or in another namespace.

A SealedSecret is bound to its name and its namespace, unless an annotation loosens that. Namespace-wide, whoever may
create objects in the namespace unseals it under a name of their own; cluster-wide, so does whoever may in any namespace,
and reads it there.

Fix:
Seal it again without the annotation (`kubeseal --scope strict`), which is what Secrets that are used in one place need.

References:
https://github.com/bitnami-labs/sealed-secrets#scopes

Standards:
CWE-732
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.keeping import sealing_scope
from policygate.policy import Example, Pair, Problem, policy

WIDE = "sealedsecrets.bitnami.com/cluster-wide"
NAMESPACE = "sealedsecrets.bitnami.com/namespace-wide"


def _sealed(annotations: dict[str, str], template: dict[str, str] | None = None) -> dict[str, Any]:
    inside = {"template": {"metadata": {"annotations": template}}} if template else {}
    metadata = {"name": "web", "annotations": {"a": "b", **annotations}}
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": metadata,
        "spec": inside,
    }


EXAMPLES = (
    Example("bound to its name", "pass", _sealed({})),
    Example("said, and not meant", "pass", _sealed({WIDE: "false"})),
    Example("everywhere", "fail", _sealed({WIDE: "true"}), message="in every namespace", path="metadata.annotations"),
    Example("under any name", "fail", _sealed({NAMESPACE: "true"}), message="under any name in its namespace"),
    Example("in its template", "fail", _sealed({}, {WIDE: "true"})),
)  # fmt: skip


@policy(level="warning", kinds=["bitnami.com/SealedSecret"], examples=EXAMPLES)
def sealed_secret_scope_wide(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what is not bound to its name and namespace."""
    head = pair.head
    scope = sealing_scope(head)
    if scope:
        where = "in every namespace" if scope == 2 else "under any name in its namespace"
        text = f"SealedSecret {head.id.name} can be opened {where}"
        problem = Problem(head.view.metadata.annotations, text, key=str(scope))
        yield problem if scope == 2 else problem._replace(level="note")
