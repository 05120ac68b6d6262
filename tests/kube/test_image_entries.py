"""A kustomization's `images` change what kustomize would change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.image_entries import changed_image, entry_of
from policygate.view import View
from tests.strategies import junk

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("image", "entry", "made"),
    [
        ("web:1", {}, "web:1"),
        ("web:1", {"newTag": "2"}, "web:2"),
        ("web", {"newName": "r:5000/web"}, "r:5000/web"),
        ("r:5000/web:1", {"newName": "web"}, "web:1"),
        ("r:5000/web", {"newTag": "2"}, "r:5000/web:2"),
        (f"web@{DIGEST}", {"newTag": "2"}, "web:2"),
        ("web:1", {"digest": DIGEST}, f"web@{DIGEST}"),
        ("web:1", {"newTag": "2", "digest": DIGEST}, f"web:2@{DIGEST}"),
    ],
)
def test_an_entry_changes_an_image(image: str, entry: dict[str, Any], made: str) -> None:
    """Name, tag and digest are replaced; a tag takes the place of a digest, and a digest of a tag."""
    assert changed_image(image, View(entry)) == made


def test_without_an_entry_nothing_changes() -> None:
    """No entry, no change."""
    assert changed_image("web:1", None) == "web:1"


class _Context:
    def __init__(self, body: Any) -> None:
        self.body = body

    def head_resources(self, _scope: str, kind: str, **_more: Any) -> list[Any]:
        class _Id:
            group = "kustomize.config.k8s.io"

        class _Resource:
            id = _Id()
            body = self.body
            view = View(self.body)

        return [_Resource()] if kind == "Kustomization" else []


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("web", True),
        ("web:1", True),
        (f"web:1@{DIGEST}", True),
        ("r/web:1", False),
        ("webs", False),
    ],
)
def test_an_entry_is_found_by_its_name(image: str, *, found: bool) -> None:
    """The whole name counts, without tag and digest."""
    context: Any = _Context({"images": [{"name": "api"}, {"name": "web", "newTag": "2"}]})
    entry = entry_of(image, context, "")
    assert (entry is not None) == found


@given(junk)
def test_no_body_raises(body: Any) -> None:
    """Whatever a kustomization holds, it is read."""
    context: Any = _Context({"images": body})
    changed_image("web:1", entry_of("web:1", context, ""))
