"""Who makes Secrets and ConfigMaps: the manifests of a folder that turn into one in the cluster.

Operators make many more, of which nothing is known here. Not for what is in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from policygate.kube.kustomization import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource

Kind: TypeAlias = Literal["Secret", "ConfigMap"]

_MAKERS: Final[dict[tuple[str, str], str]] = {
    ("bitnami.com", "SealedSecret"): "spec.template.metadata.name",
    ("cert-manager.io", "Certificate"): "spec.secretName",
    ("external-secrets.io", "ExternalSecret"): "spec.target.name",
    ("onepassword.com", "OnePasswordItem"): "metadata.name",
    ("secrets.hashicorp.com", "VaultDynamicSecret"): "spec.destination.name",
    ("secrets.hashicorp.com", "VaultPKISecret"): "spec.destination.name",
    ("secrets.hashicorp.com", "VaultStaticSecret"): "spec.destination.name",
    ("secrets.infisical.com", "InfisicalSecret"): "spec.managedSecretReference.secretName",
}
"""Kinds that make one Secret: where its name stands; by default it is that of the resource."""
_GENERATORS: Final[dict[Kind, str]] = {
    "Secret": "secretGenerator",
    "ConfigMap": "configMapGenerator",
}
EVERYWHERE: Final[dict[Kind, frozenset[str]]] = {
    "Secret": frozenset(),
    "ConfigMap": frozenset({"kube-root-ca.crt", "openshift-service-ca.crt"}),
}
"""Names that every namespace has."""


def provided(context: Any, scope: str, namespace: str, kind: Kind) -> frozenset[str]:
    """The names of the Secrets or ConfigMaps that a folder's manifests make in a namespace."""
    names = {each.id.name for each in context.head_resources(scope, kind, namespace=namespace)}
    if kind == "Secret":
        names.update(_made(context, scope, namespace))
    for wanted in ("Kustomization", "Component"):
        for each in context.head_resources(scope, wanted):
            if each.id.group == GROUP:
                names.update(item["name"].string() for item in each.view[_GENERATORS[kind]])
    return frozenset(names - {""})


def _made(context: Any, scope: str, namespace: str) -> Iterator[str]:
    for (group, kind), place in _MAKERS.items():
        for each in context.head_resources(scope, kind, namespace=namespace):
            if each.id.group == group:
                yield _at(each, place) or each.id.name
    for each in context.head_resources(scope, "SopsSecret", namespace=namespace):
        for template in each.view.spec.secretTemplates:
            yield template["name"].string()


def _at(resource: Resource, place: str) -> str:
    view = resource.view
    for key in place.split("."):
        view = view[key]
    return view.string()


def keys_of(resource: Resource) -> frozenset[str]:
    """The keys of a Secret or ConfigMap as it is written."""
    parts = ("data", "stringData", "binaryData")
    return frozenset(key for part in parts for key, _ in resource.view[part].items())
