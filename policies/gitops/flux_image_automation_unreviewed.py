"""Flux commits new images where nobody looks at them.

Without a branch of its own, the automation pushes to the branch that the cluster runs from. What it writes
passes no pull request, no review and none of these checks; and unsigned, it cannot be told from anybody
else's commit.

Fix:
Set `git.push.branch` to a branch of its own and open a pull request from it, and sign the commits with
`git.commit.signingKey`.

References:
https://fluxcd.io/flux/components/image/imageupdateautomations/#push
https://fluxcd.io/flux/guides/image-update/#push-updates-to-a-different-branch
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy


def _automation(push: Any = None, checkout: str = "main", **commit: Any) -> dict[str, Any]:
    git = {
        "checkout": {"ref": {"branch": checkout}},
        "commit": {"author": {"email": "flux@example.com"}, **commit},
    }
    return {"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImageUpdateAutomation", "metadata": {"name": "web"},
            "spec": {"interval": "1h", "git": {**git, **({"push": push} if push else {})}}}  # fmt: skip


KEY: dict[str, Any] = {"signingKey": {"secretRef": {"name": "key"}}}
EXAMPLES = (
    Example("a branch of its own", "pass", _automation({"branch": "images"})),
    Example("signed by another key", "pass", base=_automation({"branch": "images"}, **KEY),
            head=_automation({"branch": "images"}, signingKey={"secretRef": {"name": "other"}})),
    Example("no branch", "fail", _automation(), path="spec.git.push.branch", message="web pushes to the branch that it reads"),
    Example("the same branch", "fail", _automation({"branch": "main"}), message="web pushes to main"),
    Example("no longer signed", "fail", base=_automation({"branch": "images"}, **KEY), head=_automation({"branch": "images"}),
            path="spec.git.commit.signingKey", message="no longer signs its commits"),
)  # fmt: skip


@policy(level="warning", kinds=["image.toolkit.fluxcd.io/ImageUpdateAutomation"], examples=EXAMPLES)
def flux_image_automation_unreviewed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a push without a branch of its own, and a key that is gone."""
    git, name = pair.head.view.spec.git, pair.head.id.name
    branch, read = git.push.branch, git.checkout.ref.branch.string()
    if not branch.string() and not git.push.refspec.string():
        yield Problem(branch, f"{name} pushes to the branch that it reads")
    elif branch.string() and branch.string() == read:
        yield Problem(branch, f"{name} pushes to {read}, the branch that it reads")
    key = git.commit.signingKey
    if pair.base is not None and pair.base.view.spec.git.commit.signingKey.raw and not key.raw:
        yield Problem(key, f"{name} no longer signs its commits", known=False, level="error")
