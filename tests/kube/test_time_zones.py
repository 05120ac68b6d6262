"""Time zones are those of the machine, and only where it has them all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube import time_zones
from policygate.kube.time_zones import refused


@pytest.mark.parametrize(
    "name", ["", "Local", "local", "/etc/localtime", "../UTC", "Europe/ Berlin"]
)
def test_what_can_be_no_name_is_refused(name: str) -> None:
    """Whatever this machine knows, the API server refuses these."""
    found = refused(name)
    assert found is not None
    assert found.certain


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_zones_are_taken(name: str) -> None:
    """A zone is one, with the data of this machine and without."""
    assert refused(name) is None


@pytest.mark.parametrize(("known", "found"), [(True, True), (False, False)])
def test_only_a_machine_with_all_zones_calls_one_unknown(
    known: bool,  # noqa: FBT001 (a table)
    found: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where some zones are not there, one more that is missing says nothing."""
    monkeypatch.setattr(time_zones, "_loads", lambda name: known and name != "Europe/Belin")
    refusal = refused("Europe/Belin")
    assert (refusal is not None) == found
    assert refusal is None or not refusal.certain


@given(st.text())
def test_nothing_breaks_it(name: str) -> None:
    """Whatever stands for a zone, there is an answer."""
    assert refused(name) is None or refused(name)
