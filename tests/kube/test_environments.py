"""The images of one environment beside those of another."""

from __future__ import annotations

from typing import Any

from policygate.kube.environments import image_beside, images_of
from policygate.model import Resource
from policygate.surroundings import Surroundings
from tests.kube.bodies import read


def deployment(folder: str, image: str) -> Resource:
    """A Deployment in a folder."""
    pod = {"containers": [{"name": "web", "image": image}]}
    spec = {"selector": {}, "template": {"spec": pod}}
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": spec,
    }
    return read(body, f"{folder}/web.yaml")[0]


def kustomization(folder: str, **image: Any) -> Resource:
    """A kustomization in a folder."""
    return read({"images": [{"name": "web", **image}]}, f"{folder}/kustomization.yaml")[0]


def around(*resources: Resource) -> Surroundings:
    """A tree of these resources."""

    def folder(scope: str) -> list[Resource]:
        return [each for each in resources if each.id.scope == scope]

    return Surroundings((), folder, folder)


def test_the_same_object_of_another_folder() -> None:
    """It is known by kind and name, and its containers by theirs."""
    production, staging = deployment("production", "web:2"), deployment("staging", "web:1")
    tree = around(production, staging)
    assert [name for name, _ in images_of(production)] == ["web"]
    assert image_beside(production, "web", "staging", tree) == "web:1"
    assert image_beside(production, "log", "staging", tree) == ""
    assert image_beside(production, "web", "test", tree) == ""


def test_a_kustomization_sets_tags_and_digests() -> None:
    """By the name of the image."""
    production, staging = (
        kustomization("production", newTag="2"),
        kustomization("staging", digest="sha256:a"),
    )
    assert [image.raw for _, image in images_of(production)] == ["2"]
    assert image_beside(production, "web", "staging", around(production, staging)) == "sha256:a"
