"""Places in words, and the same place in another body."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.model import Path
from policygate.place import canonical, follow, in_words, look_up, tokens
from tests.strategies import manifests


def _paths(body: Any, path: Path = ()) -> list[Path]:
    found = [path]
    if isinstance(body, dict):
        for key, value in body.items():
            found += _paths(value, (*path, key))
    elif isinstance(body, list):
        for index, value in enumerate(body):
            found += _paths(value, (*path, index))
    return found


@given(manifests, st.data())
def test_a_place_is_found_again_in_its_own_body(body: dict[str, Any], data: st.DataObject) -> None:
    """Following a place in the body it was taken from leads to an equal value."""
    path = data.draw(st.sampled_from(_paths(body)))
    _, value, exists = follow(body, tokens(body, path))
    assert exists
    assert canonical(value) == canonical(look_up(body, path)[0])


@given(manifests, st.randoms(use_true_random=False), st.data())
def test_named_items_are_found_wherever_they_stand(
    body: dict[str, Any], rng: Any, data: st.DataObject
) -> None:
    """Reordering a list does not lose a place: items are known by name or content, not by index."""

    def mixed(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: mixed(v) for k, v in value.items()}
        if isinstance(value, list):
            items = [mixed(v) for v in value]
            rng.shuffle(items)
            return items
        return value

    path = data.draw(st.sampled_from(_paths(body)))
    place = tokens(body, path)
    nested_lists = sum(isinstance(part, int) for part in path)
    if nested_lists <= 1 and "#" not in str(place):
        inside = [p for p in path if isinstance(p, int)]
        value, _ = look_up(body, path[: path.index(inside[0]) + 1]) if inside else (None, True)
        if not isinstance(value, dict) or "name" in value:
            assert follow(mixed(body), place)[2] or canonical(mixed(body)) != canonical(body)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("spec", "containers", 1, "image"), "spec.containers[db].image"),
        (("spec", "args", 0), "spec.args[0]"),
        (("metadata", "annotations", "a.b/c"), 'metadata.annotations["a.b/c"]'),
        (("spec", "containers", 0, "missing"), "spec.containers[0].missing"),
        ((), ""),
    ],
)
def test_words(path: Path, words: str) -> None:
    """A place reads as people write it; an odd name falls back to the index."""
    body = {"spec": {"containers": [{"name": "a b"}, {"name": "db"}], "args": ["x"]}}
    assert in_words(body, path) == words
