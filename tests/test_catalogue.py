"""Every check of the field is shipped, or stands among those that are not, with the reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from policygate.cli.policies import not_shipped
from policygate.policy.loader import load_shipped
from policygate.policy.types import Policy

CATALOGUE = Path(__file__).resolve().parents[2] / "shared" / "reference" / "checks.tsv"
SHIPPED = {policy.id: policy for policy in load_shipped()}
needs_catalogue = pytest.mark.skipif(
    not CATALOGUE.is_file(), reason="../shared/reference is not here: no catalogue"
)


def test_nothing_is_shipped_and_not_shipped() -> None:
    """A check is in one of the two places, and each reason is a sentence."""
    assert not SHIPPED.keys() & not_shipped().keys()
    assert all(reason.endswith(".") for reason in not_shipped().values())


def _rows() -> dict[str, dict[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return {row["proposed-id"]: row for row in csv.DictReader(file, delimiter="\t")}


@needs_catalogue
def test_the_catalogue_is_covered() -> None:
    """No row of the catalogue is forgotten, and no reason is given for what nobody asks for."""
    rows = _rows()
    assert rows.keys() - SHIPPED.keys() - not_shipped().keys() == set()
    assert not_shipped().keys() <= rows.keys()


def _peers(tools: str) -> Iterator[str]:
    """The ids of other tools in a cell: `tool:id,id; tool:id (what differs)`."""
    for part in re.sub(r"\s*\([^)]*\)", "", tools).split(";"):
        tool, colon, ids = part.strip().partition(":")
        if colon:
            yield from (f"{tool}:{each.strip()}" for each in ids.split(",") if each.strip())


def _standards(cell: str) -> Iterator[str]:
    """The standards in a cell that have numbers or names of their own, as our pages write them."""
    for level, control in re.findall(r'PSS (Baseline|Restricted) "([^"(]+)', cell):
        yield f"PSS {level}: {control.strip()}"
    for numbers in re.findall(r"CIS (?:v1\.12: )?((?:\d+(?:\.\d+)+(?:, |/)?)+)", cell):
        yield from (f"CIS {number}" for number in re.split(", |/", numbers))
    yield from re.findall(r"CWE-\d+|CVE-\d+-\d+|\bNSA\b(?! [0-9])", cell)


@needs_catalogue
@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
def test_a_page_names_the_standards_and_the_peers_of_its_row(policy: Policy) -> None:
    """Whoever comes from another tool or from a standard finds the policy by the name it has there."""
    row = _rows().get(policy.id)
    if row is not None:
        assert set(_peers(row["tools"])) - _ELSEWHERE <= {*policy.peers}
        assert set(_standards(row["standards"])) <= {*policy.standards}


_ELSEWHERE = {"psa:procMount_restricted"}  # a policy of its own here


def test_a_policy_that_is_on_says_where_it_comes_from() -> None:
    """References are addresses, and peers are named as `tool:id`."""
    for policy in SHIPPED.values():
        assert policy.references, policy.id
        assert all(each.startswith("https://") for each in policy.references), policy.id
        assert all(":" in each and " " not in each for each in policy.peers), policy.id
