"""Objects by which admission controllers are told to let something pass: whom they exempt from which rule.

Kyverno's PolicyException, the exclusions of Gatekeeper's constraints, and the label by which Gatekeeper passes over a
Namespace. What asks more than kinds, names and namespaces (expressions, selectors, subjects) exempts nobody here.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from policygate.kube.workloads import containers, pod_specs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policygate.model import Resource

KYVERNO: Final = frozenset({"kyverno.io", "policies.kyverno.io"})
CONSTRAINTS: Final = "constraints.gatekeeper.sh"
IGNORED: Final = "admission.gatekeeper.sh/ignore"
_ASKED: Final = frozenset({"kinds", "names", "namespaces", "operations"})


def is_exempt_by(exception: Resource, rules: Iterable[str], resource: Resource) -> bool:
    """Whether a PolicyException of Kyverno exempts a resource from one of some rules.

    https://kyverno.io/docs/exceptions/

    Args:
        exception: The exception.
        rules: Names of policies, with the name of a rule behind a slash or without.
        resource: What may be exempt.
    """
    spec = exception.body.get("spec")
    if not isinstance(spec, dict) or {*spec} - {"exceptions", "match", "background"}:
        return False
    named = {
        str(each.get("policyName")).rpartition("/")[2] for each in _mappings(spec.get("exceptions"))
    }
    if named.isdisjoint(rule.partition("/")[0] for rule in rules):
        return False
    match = spec.get("match")
    if not isinstance(match, dict):
        return False
    some, every = _mappings(match.get("any")), _mappings(match.get("all"))
    if not {*match} <= {"any", "all"} or not (some or every):
        return False
    return (not some or any(_asks(each, resource) for each in some)) and all(
        _asks(each, resource) for each in every
    )


def _asks(block: dict[str, Any], resource: Resource) -> bool:
    asked = block.get("resources")
    if {*block} != {"resources"} or not isinstance(asked, dict) or {*asked} - _ASKED:
        return False
    kinds = [str(each).rpartition("/")[2] for each in asked.get("kinds") or ()]
    named = bool(
        asked.get("names") or asked.get("namespaces")
    )  # else it is for everything there is
    return (
        named
        and bool(kinds)
        and _fits(kinds, resource.id.kind)
        and _fits(asked.get("names"), resource.id.name)
        and _fits(asked.get("namespaces"), resource.id.namespace)
    )


def is_excluded(constraints: Sequence[Resource], resource: Resource, container: str | None) -> bool:
    """Whether all constraints of a kind exclude a resource, by its namespace or by the image of a container.

    https://open-policy-agent.github.io/gatekeeper/website/docs/howto
    """
    return bool(constraints) and all(_excludes(each, resource, container) for each in constraints)


def _excludes(constraint: Resource, resource: Resource, container: str | None) -> bool:
    spec = constraint.view["spec"]
    excluded = spec["match"]["excludedNamespaces"].raw
    if excluded and resource.id.namespace and _fits(excluded, resource.id.namespace):
        return True
    images = [
        each.view["image"].string()
        for pod in pod_specs(resource)
        for each in containers(pod)
        if container is not None and each.name == container
    ]
    exempt = spec["parameters"]["exemptImages"].raw
    return bool(images) and bool(exempt) and all(_fits(exempt, image) for image in images)


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _fits(patterns: Any, name: str) -> bool:
    """Whether a name is one of those that are asked for; nothing asked for is any."""
    if not patterns:
        return True
    return isinstance(patterns, list) and any(
        fnmatchcase(name, str(each).replace("[", "[[]")) for each in patterns
    )
