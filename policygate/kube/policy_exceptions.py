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
_GENERATED: Final = ("", "autogen-", "autogen-cronjob-")
"""What Kyverno puts before the name of a rule for pods that it applies to what makes pods."""


def is_exempt_by(exception: Resource, policies: Iterable[str], resource: Resource) -> bool:
    """Whether a PolicyException of Kyverno exempts a resource from one of some policies, and all of its rules.

    https://kyverno.io/docs/exceptions/

    Args:
        exception: The exception.
        policies: Names of policies, with the folder of Kyverno's library before a slash or without.
        resource: What may be exempt.
    """
    spec = exception.body.get("spec")
    if not isinstance(spec, dict) or {*spec} - {"exceptions", "match", "background"}:
        return False
    if not any(_names_all_of(_mappings(spec.get("exceptions")), policy) for policy in policies):
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


def _names_all_of(exceptions: list[dict[str, Any]], policy: str) -> bool:
    """Whether exceptions name every rule of a policy: which of several is ours, nobody knows.

    Of a policy that is not of Kyverno's library no rules are known, and only `*` names them all.
    """
    from policygate.kube.kyverno_rules import RULES

    name = policy.rpartition("/")[2]
    about = [e for e in exceptions if str(e.get("policyName")).rpartition("/")[2] == name]
    if any(each.get("ruleNames") is None for each in about):
        return True
    said = [str(rule) for each in about for rule in _listed(each["ruleNames"])]
    return bool(said) and all(
        any(_fits(said, f"{generated}{rule}") for generated in _GENERATED)
        for rule in RULES.get(policy, ("",))
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


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _fits(patterns: Any, name: str) -> bool:
    """Whether a name is one of those that are asked for; nothing asked for is any."""
    if not patterns:
        return True
    return isinstance(patterns, list) and any(
        fnmatchcase(name, str(each).replace("[", "[[]")) for each in patterns
    )
