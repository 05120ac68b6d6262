"""The table of retired API versions agrees with the descriptions of every version that has one."""

from __future__ import annotations

import pytest

from policygate.kube.api_files import Definitions, definitions, versions
from policygate.kube.api_versions import RETIRED
from policygate.kube.schema import kinds_of

_NO_KINDS = {"DeleteOptions", "WatchEvent", "Status"}


def _served(version: tuple[int, int]) -> set[tuple[str, str]]:
    return {
        (f"{group}/{name}" if group else name, kind)
        for group, name, kind in kinds_of(version)
        if kind not in _NO_KINDS and not kind.endswith("List")
    }


@pytest.mark.parametrize(("before", "after"), [*zip(versions(), versions()[1:], strict=False)])
def test_what_is_not_served_any_more_is_in_the_table(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    """The kinds that one version serves and the next does not are those that the table says."""
    gone = _served(before) - _served(after)
    assert gone == {key for key, what in RETIRED.items() if what.removed == after}


def test_what_is_served_is_not_called_removed() -> None:
    """No described version serves what the table says it has removed."""
    for version in versions():
        removed = {k for k, w in RETIRED.items() if w.removed and w.removed <= version}
        assert not removed & _served(version)


def test_what_comes_instead_is_served() -> None:
    """What takes the place of a retired version is served by the newest one."""
    served = {api for api, _ in _served(versions()[-1])}
    assert {what.instead for what in RETIRED.values()} - {""} <= served


@pytest.mark.parametrize("version", versions())
def test_a_definition_is_read_alone_as_it_is_among_all(version: tuple[int, int]) -> None:
    """What is found in the text by its name is what a JSON reader finds, for every one of them."""
    found = definitions(version)
    alone = {name: Definitions.__getitem__(found, name) for name in list(found)}
    assert alone == dict(found._all)
    kinds = kinds_of(version)
    for (group, name, kind), schema in [*kinds.items()][::20]:
        if kind not in _NO_KINDS:
            assert found.of_kind(group, name, kind) == schema
    assert found.of_kind("apps", "v1", "Deployments") is None
    assert found.of_kind("nowhere", "v1", "Deployment") is None
