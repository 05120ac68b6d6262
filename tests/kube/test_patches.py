"""Which files kustomize takes as patches, and which as whole resources."""

from __future__ import annotations

from typing import Any

import pytest

from policygate.kube.patches import adds_annotations, adds_labels, built_together, is_patch
from policygate.model import Resource
from policygate.surroundings import Surroundings
from tests.kube.bodies import read


def config(file: str) -> Resource:
    """A ConfigMap in a file."""
    return read({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}, file)[0]


def around(**files: Any) -> Surroundings:
    """A tree with kustomizations: folder (`__` for `/`) -> body."""
    bodies = {folder.replace("__", "/"): body for folder, body in files.items()}

    def folder(scope: str) -> tuple[Resource, ...]:
        return read(bodies[scope], f"{scope}/kustomization.yaml") if scope in bodies else ()

    return Surroundings((), folder, folder)


@pytest.mark.parametrize(
    ("file", "body", "patch"),
    [
        ("a/web.yaml", {"patches": [{"path": "web.yaml"}]}, True),
        ("a/web.yaml", {"patchesStrategicMerge": ["./web.yaml"]}, True),
        ("a/b/c/web.yaml", {"patches": [{"path": "b/c/web.yaml"}]}, True),
        ("a/web.yaml", {"resources": ["web.yaml"]}, False),
        ("a/web.yaml", {"patches": [{"patch": "a: b\n"}, 1, None]}, False),
        ("a/web.yaml", {"patches": "web.yaml"}, False),
        ("web.yaml", {}, False),
    ],
)
def test_a_kustomization_says_what_a_patch_is(file: str, body: Any, *, patch: bool) -> None:
    """It may stand some folders above."""
    assert is_patch(config(file), around(a=body)) is patch


@pytest.mark.parametrize(
    ("files", "body", "together"),
    [
        (("a/x.yaml", "a/x.yaml"), None, True),
        (("a/x.yaml", "a/x.yaml"), {"resources": ["x.yaml"]}, True),
        (("a/x.yaml", "a/x.yaml"), {"resources": ["z.yaml"]}, False),
        (("a/x.yaml", "a/y.yaml"), {"resources": ["x.yaml", "y.yaml"]}, True),
        (("a/x.yaml", "a/y.yaml"), {"resources": ["x.yaml"], "patches": [{"path": "y.yaml"}]}, False),
        (("a/x.yaml", "a/y.yaml"), {"resources": ["x.yaml"]}, False),
        (("a/x.yaml", "a/y.yaml"), None, False),
    ],
)  # fmt: skip
def test_what_is_built_together(files: tuple[str, str], body: Any, *, together: bool) -> None:
    """What shares a file, or what a kustomization takes; files of one folder may be alternatives."""
    tree = around(a=body) if body else around()
    one, other = map(config, files)
    assert built_together(one, other, tree) is together


def test_a_kustomization_may_add_labels_and_annotations() -> None:
    """To everything that it builds."""
    assert adds_labels(around(a={"commonLabels": {"a": "b"}}), "a")
    assert adds_annotations(around(a={"commonAnnotations": {"a": "b"}}), "a")
    assert not adds_labels(around(a={"resources": []}), "a") and not adds_labels(around(), "a")
