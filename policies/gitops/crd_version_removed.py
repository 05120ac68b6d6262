"""CustomResourceDefinition drops or moves a version that may be stored.

Objects are stored in the version that has `storage: true`. The API server refuses a definition without a
version in which something was stored; and once the storage has moved, going back in git no longer works
unless the old version can still read the new objects.

Fix:
Keep the version with `served: true`, move the objects with a storage version migration, clear
`status.storedVersions`, and drop it in a later change.

References:
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy


def _crd(*versions: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "webs.example.com"}, "spec": {"group": "example.com", "versions": list(versions), **spec}}  # fmt: skip


def _version(name: str, *, storage: bool = False, served: bool = True) -> dict[str, Any]:
    return {"name": name, "served": served, "storage": storage}


V1, V2 = _version("v1", storage=True), _version("v2")
EXAMPLES = (
    Example("one more version", "pass", base=_crd(V1), head=_crd(V1, V2)),
    Example("one that was neither stored nor served", "pass", base=_crd(V1, _version("v1alpha1", served=False)), head=_crd(V1)),
    Example("a new definition", "pass", _crd(V1)),
    Example("another definition", "pass", base=_crd(V1, V2), head={**_crd(V1), "metadata": {"name": "apis.example.com"}}),
    Example("the stored version is gone", "fail", base=_crd(V1, V2), head=_crd(_version("v2", storage=True)),
            message="v1 of webs.example.com is gone, and objects are stored in it", path="spec.versions"),
    Example("a served version is gone", "fail", base=_crd(V1, V2), head=_crd(V1), message="v2 of webs.example.com is gone, and was served"),
    Example("a version is no longer served", "fail", base=_crd(V1, V2), head=_crd(V1, _version("v2", served=False)),
            path="spec.versions[v2].served", message="v2 of webs.example.com is no longer served"),
    Example("the storage moves", "fail", base=_crd(V1, V2), head=_crd(_version("v1"), _version("v2", storage=True)),
            path="spec.versions[v2].storage", message="stored as v2 from now on, no longer as v1"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["apiextensions.k8s.io/CustomResourceDefinition"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def crd_version_removed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield versions that are gone or not served any more, and a storage that moves."""
    if pair.base.id[1:] != pair.head.id[1:] or is_patch(pair.head, pair.context):
        return
    head, name = pair.head.view.spec.versions, pair.head.id.name
    now = {version["name"].string(): version for version in head}
    stored = [
        version["name"].string()
        for version in pair.base.view.spec.versions
        if version.storage.raw is True
    ]
    for version in pair.base.view.spec.versions:
        called = version["name"].string()
        if called in now:
            served = now[called].served
            if version.served.raw is True and served.raw is False:
                yield Problem(served, f"{called} of {name} is no longer served")
        elif called in stored:
            yield Problem(
                head,
                f"{called} of {name} is gone, and objects are stored in it",
                key=called,
                level="error",
            )
        elif version.served.raw is True:
            yield Problem(head, f"{called} of {name} is gone, and was served", key=called)
    for called, version in now.items():
        if version.storage.raw is True and stored and called not in stored and stored[0] in now:
            yield Problem(
                version.storage,
                f"{name} is stored as {called} from now on, no longer as {stored[0]}: there is no simple way back",
            )
