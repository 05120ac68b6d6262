"""Places in words, and the same place in another body."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.model import Path
from policygate.place import canonical, counterpart, in_words, look_up
from tests.strategies import containers, junk, manifests


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
    found = counterpart(body, body, path)
    assert found is not None
    assert found.exists
    assert found.same
    assert canonical(found.value) == canonical(look_up(body, path)[0])


@given(st.lists(containers | junk, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_items_are_found_wherever_they_stand(items: list[Any], rng: Random) -> None:
    """Reordering a list does not lose an item: it is known by its name or content, not its index."""
    mixed = items[:]
    rng.shuffle(mixed)
    for index, item in enumerate(items):
        found = counterpart({"items": items}, {"items": mixed}, ("items", index))
        assert found is not None
        assert found.same
        named = [each for each in items if isinstance(each, dict) and "name" in each]
        if len(named) <= 1:  # of twins with one name, the first in order is the first
            assert canonical(found.value) == canonical(item)


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


RULE = {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}
OTHER = {"from": [{"podSelector": {}}], "ports": [{"port": 80}]}


def test_a_nameless_item_that_changed_is_the_most_similar_one_left() -> None:
    """A port more, and a rule moved: the place is found, and said to be no sure thing."""
    head = [OTHER, RULE | {"ports": [{"port": 443}]}]
    found = counterpart(head, [RULE, OTHER], (1, "from", 0, "ipBlock", "cidr"))
    assert found is not None
    assert (found.path, found.value, found.same) == (
        (0, "from", 0, "ipBlock", "cidr"),
        "0.0.0.0/0",
        False,
    )
    assert counterpart([OTHER, RULE], [OTHER], (1,)) is None


@given(st.lists(junk, max_size=5), st.lists(junk, max_size=5))
def test_no_item_is_the_counterpart_of_two_that_differ(items: list[Any], others: list[Any]) -> None:
    """Two items of one list that are not equal are never paired with the same item of another."""
    taken: dict[Any, str] = {}
    for index, item in enumerate(items):
        found = counterpart(items, others, (index,))
        if found is not None and not isinstance(item, dict):
            assert taken.setdefault(found.path, canonical(item)) == canonical(item)
