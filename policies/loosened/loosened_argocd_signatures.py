"""AppProject no longer asks for signed commits.

Argo CD deployed only commits that one of these keys had signed. Without them, whoever can push to the
repository, or to what serves it, decides what runs.

Fix:
Restore `signatureKeys`, or add the new key before the old one goes.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/gpg-verification/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared


def _project(*keys: str, **spec: Any) -> dict[str, Any]:
    signed = {"signatureKeys": [{"keyID": key} for key in keys]} if keys else {}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": {"name": "shop"},
            "spec": {"description": "the shop", **signed, **spec}}  # fmt: skip


GIT: dict[str, Any] = {"sourceIntegrity": {"git": {"policies": []}}}
EXAMPLES = (
    Example("another key", "pass", base=_project("4AEE18F83AFDEB23"), head=_project("5B7D0A6E11F0A001")),
    Example("never asked", "pass", base=_project(), head=_project(sourceRepos=[])),
    Example("gone", "fail", base=_project("4AEE18F83AFDEB23"), head=_project(), path="spec.signatureKeys",
            message="AppProject shop no longer asks for signed commits"),
    Example("in the newer form", "fail", base=_project(**GIT), head=_project(), path="spec.sourceIntegrity"),
    Example("replaced by the newer form", "pass", base=_project("4AEE18F83AFDEB23"), head=_project(**GIT)),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["argoproj.io/AppProject"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_signatures(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield keys, or a check of integrity, that the base had and the head has not."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head = pair.base.view.spec, pair.head.view.spec
    asks = bool(head.signatureKeys.raw) or bool(head.sourceIntegrity.raw)
    for field in ("signatureKeys", "sourceIntegrity"):
        if base[field].raw and not asks:
            yield Problem(
                head[field], f"AppProject {pair.head.id.name} no longer asks for signed commits"
            )
            return
