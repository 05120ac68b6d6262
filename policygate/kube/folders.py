"""Whether what is not in a folder is missing, or may come from elsewhere.

Not for looking things up: that is the context of a policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.kube.kustomization import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policygate.model import Resource
    from policygate.policy.types import Context
    from policygate.view import View

_MAKING: Final = ("bases", "components", "generators", "helmCharts", "transformers")


def is_kustomized(scope: str, context: Context) -> bool:
    """Whether kustomize builds the folder, and may so change names and namespaces."""
    return any(True for _ in _kustomizations(scope, context))


def is_closed(scope: str, context: Context) -> bool:
    """Whether the kustomizations of a folder, if any, take in files of this folder alone."""
    for each in _kustomizations(scope, context):
        view = each.view
        if any(view[key] for key in _MAKING) or not all(map(_is_file_here, view.resources)):
            return False
    return True


def _kustomizations(scope: str, context: Context) -> Iterable[Resource]:
    for kind in ("Kustomization", "Component"):
        for each in context.head_resources(scope, kind):
            if each.id.group == GROUP:
                yield each


def _is_file_here(item: View) -> bool:
    name = item.string().removeprefix("./")
    return name.endswith((".yaml", ".yml", ".json")) and "/" not in name


def same_namespace(one: str, other: str) -> bool:
    """Whether two namespaces may be the same: one that is not written is set from outside."""
    return one == other or not one or not other
