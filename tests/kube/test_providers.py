"""Secrets and ConfigMaps come from manifests that are them, and from those that make them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.providers import keys_of, provided
from policygate.kube.resources import resources_of
from policygate.model import Resource
from policygate.surroundings import Surroundings
from tests.kube.bodies import POSITIONS, anything


def _resource(version: str, kind: str, spec: Any = None, **more: Any) -> Resource:
    metadata = {"name": "own", "namespace": "shop"}
    body = {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec, **more}
    (found,) = resources_of(body, POSITIONS, "apps/a.yaml")
    return found


def _provided(kind: Any, *resources: Resource) -> set[str]:
    context = Surroundings((), lambda _: resources, lambda _: ())
    return set(provided(context, "apps", "shop", kind))


@pytest.mark.parametrize(
    ("maker", "names"),
    [
        (_resource("v1", "Secret"), {"own"}),
        (_resource("bitnami.com/v1alpha1", "SealedSecret", {}), {"own"}),
        (
            _resource("bitnami.com/v1alpha1", "SealedSecret", {"template": {"metadata": {"name": "db"}}}),
            {"db"},
        ),
        (_resource("external-secrets.io/v1", "ExternalSecret", {"target": {"name": "db"}}), {"db"}),
        (_resource("external-secrets.io/v1", "ExternalSecret", {}), {"own"}),
        (_resource("cert-manager.io/v1", "Certificate", {"secretName": "tls"}), {"tls"}),
        (_resource("isindir.github.com/v1alpha3", "SopsSecret", {"secretTemplates": [{"name": "a"}, {}]}), {"a"}),
        (_resource("example.com/v1", "Certificate", {"secretName": "tls"}), set()),
        (_resource("v1", "ConfigMap"), set()),
    ],
)  # fmt: skip
def test_makers_of_secrets(maker: Resource, names: set[str]) -> None:
    """Each kind that makes a Secret names it in its own place."""
    assert _provided("Secret", maker) == names


def test_kustomize_makes_both() -> None:
    """Generators of a kustomization make Secrets and ConfigMaps under the names they give."""
    built = _resource(
        "kustomize.config.k8s.io/v1beta1", "Kustomization",
        configMapGenerator=[{"name": "config"}], secretGenerator=[{"name": "db"}],
    )  # fmt: skip
    assert _provided("ConfigMap", built) == {"config"}
    assert _provided("Secret", built) == {"db"}


def test_keys_are_those_of_every_part() -> None:
    """`data`, `stringData` and `binaryData` hold the keys together."""
    whole = _resource("v1", "Secret", data={"a": ""}, stringData={"b": ""}, binaryData=None)
    assert keys_of(whole) == {"a", "b"}


@given(anything, anything)
def test_nothing_breaks_it(spec: Any, data: Any) -> None:
    """Whatever stands in them, there is an answer."""
    secret = _resource("v1", "Secret", data=data)
    makers = [_resource("bitnami.com/v1", "SealedSecret", spec), _resource("isindir.github.com/v1", "SopsSecret", spec)]  # fmt: skip
    assert "own" in _provided("Secret", secret, *makers)
    assert keys_of(secret) is not None
