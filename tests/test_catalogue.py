"""Every check of the field is shipped, or stands among those that are not, with the reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from policygate.cli.policies import not_shipped
from policygate.policy.loader import load_shipped

CATALOGUE = Path(__file__).resolve().parents[2] / "shared" / "reference" / "checks.tsv"
SHIPPED = {policy.id: policy for policy in load_shipped()}


def test_nothing_is_shipped_and_not_shipped() -> None:
    """A check is in one of the two places, and each reason is a sentence."""
    assert not SHIPPED.keys() & not_shipped().keys()
    assert all(reason.endswith(".") for reason in not_shipped().values())


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="../shared/reference is not here: no catalogue")
def test_the_catalogue_is_covered() -> None:
    """No row of the catalogue is forgotten, and no reason is given for what nobody asks for."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = {row["proposed-id"] for row in csv.DictReader(file, delimiter="\t")}
    assert rows - SHIPPED.keys() - not_shipped().keys() == set()
    assert not_shipped().keys() <= rows


def test_a_policy_that_is_on_says_where_it_comes_from() -> None:
    """References are addresses, and peers are named as `tool:id`."""
    for policy in SHIPPED.values():
        assert policy.references, policy.id
        assert all(each.startswith("https://") for each in policy.references), policy.id
        assert all(":" in each and " " not in each for each in policy.peers), policy.id
