"""What git says is no longer reconciled, or goes with what said so.

An Application, a Kustomization or a HelmRelease that goes takes along what it deployed, or leaves it behind: then it
runs on, nobody mends what is changed by hand, and nothing of it is in git. Which of the two, a finalizer or `prune`
says. To take something out of use is daily business, so that this is a note.

Fix:
Make sure that nobody needs what goes; and delete what stays behind by hand.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/
https://fluxcd.io/flux/components/kustomize/kustomizations/#garbage-collection
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import FINALIZER
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy


def _app(**metadata: Any) -> dict[str, Any]:
    named = {"name": "web", **metadata}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": named}


def _kustomization(*, prune: bool) -> dict[str, Any]:
    return {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {"name": "apps"},
        "spec": {"prune": prune},
    }


RELEASE = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec: {interval: 1h}\n"
EXAMPLES = (
    Example("it moves", "pass", base_text=RELEASE, text="# moved\n---\n" + RELEASE),
    Example("a new one", "pass", head=_app()),
    Example("it leaves everything behind", "fail", base=_app(), message="what Application web deployed runs on, and nothing of it is in git"),
    Example("it takes everything along", "fail", base=_app(finalizers=[FINALIZER]), message="deleting Application web deletes what it deployed"),
    Example("pruned", "fail", base=_kustomization(prune=True), message="deleting Kustomization apps deletes what it deployed"),
    Example("not pruned", "fail", base=_kustomization(prune=False), message="runs on"),
    Example("all that a set makes", "fail", base={**_app(), "kind": "ApplicationSet"}, message="deleting ApplicationSet web deletes what it deployed"),
    Example("a release", "fail", base_text=RELEASE, text="", message="deleting HelmRelease web deletes what it deployed"),
)  # fmt: skip


@policy(
    level="note",
    class_="recovery",
    kinds=[
        "argoproj.io/Application",
        "argoproj.io/ApplicationSet",
        "helm.toolkit.fluxcd.io/HelmRelease",
        "kustomize.toolkit.fluxcd.io/Kustomization",
    ],
    operations=["DELETE"],
    examples=EXAMPLES,
)
def loosened_reconciler(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what becomes of what was deployed."""
    gone: Resource = pair.base
    who = f"{gone.id.kind} {gone.id.name}"
    if _takes_along(gone):
        text = f"deleting {who} deletes what it deployed"
    else:
        text = f"what {who} deployed runs on, and nothing of it is in git"
    yield Problem((), text, unordered=True)


def _takes_along(gone: Resource) -> bool:
    """Whether what was deployed goes as well."""
    if gone.id.kind == "Kustomization":
        return gone.view.spec.prune.raw is True and gone.view.spec.deletionPolicy.raw != "Orphan"
    if gone.id.kind == "ApplicationSet":
        return gone.view.spec.syncPolicy.preserveResourcesOnDeletion.raw is not True
    finalizers = gone.view.metadata.finalizers
    cascades = any(each.string().startswith(FINALIZER) for each in finalizers)
    return gone.id.kind == "HelmRelease" or cascades
