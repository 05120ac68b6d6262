"""The rules of SOPS, as an order: nothing that is the same or more is called looser."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from policygate.cel.errors import BudgetError
from policygate.order.encryption_rules import loosened_rules, rule_recipients, rules_of

HELD = ("apps/a.yaml", "web/b.yaml")


def _config(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"creation_rules": list(rules)}


def _lost(base: Any, head: Any, file: str = ".sops.yaml") -> list[str]:
    return [each.text for each in loosened_rules(base, head, file, HELD)]


SELECTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"encrypted_regex": "^(data|stringData)$"},
    {"encrypted_regex": "^data$"},
    {"unencrypted_regex": "^metadata$"},
    {"unencrypted_suffix": "_clear"},
    {"encrypted_suffix": "_secret"},
    {"encrypted_comment_regex": "x"},
)
PLACES: tuple[dict[str, Any], ...] = (
    {},
    {"path_regex": r"\.yaml$"},
    {"path_regex": r"apps/.*\.yaml$"},
    {"path_regex": "("},
)
RULES = [{**place, **says} for place, says in product(PLACES, SELECTIONS)]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_nothing_is_looser_than_itself(rule: dict[str, Any]) -> None:
    """Nor where more rules stand behind it, or keys are added."""
    assert not _lost(_config(rule), _config(rule))
    assert not _lost(_config(rule), _config(rule, {"path_regex": "other"}))
    assert not _lost(_config(rule), _config({**rule, "age": "age1a"}))


@pytest.mark.parametrize("says", SELECTIONS, ids=str)
def test_all_values_of_all_files_are_the_most(says: dict[str, Any]) -> None:
    """From any rule to one that encrypts everything, nothing is lost; the way back loses something."""
    assert not _lost(_config({"path_regex": "apps", **says}), _config({}))
    if says:
        assert _lost(_config({}), _config(says))


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("", "a"),
        (".*", "a"),
        ("a", "a/b"),
        ("b$", "a/b$"),
        ("a|b", "a"),
        ("(a|b)", "b"),
        (r"\.y", r"x\.y"),
    ],
)
def test_a_wider_expression_loses_no_file(wide: str, narrow: str) -> None:
    """What is surely wider is; the other way round it is for fewer files."""
    assert not _lost(_config({"path_regex": narrow}), _config({"path_regex": wide}))
    assert _lost(_config({"path_regex": wide}), _config({"path_regex": narrow}))


@pytest.mark.parametrize(
    ("one", "other"), [("ab", "ab*"), (r"a\.y", ".y"), ("a", "b"), ("a|b", "b|c")]
)
def test_where_nobody_knows_it_is_not_called_looser(one: str, other: str) -> None:
    """Expressions that only look alike are not compared, unless a file shows it."""
    assert not [
        each
        for each in _lost(_config({"path_regex": one}), _config({"path_regex": other}))
        if "fewer" in each
    ]


def test_a_file_shows_what_no_rule_encrypts() -> None:
    """Paths are those below the configuration."""
    base, head = _config({"path_regex": "^apps"}), _config({"path_regex": "^web"})
    assert _lost(base, head) == [
        "the rule for ^apps encrypted apps/a.yaml, which no rule does any more"
    ]
    below = _config({"path_regex": r"^a\.y"}), _config({"path_regex": r"^c\.y"})
    assert _lost(*below, file="apps/.sops.yaml") == [
        r"the rule for ^a\.y encrypted a.yaml, which no rule does any more"
    ]
    assert not _lost(base, head, file="web/.sops.yaml")


@pytest.mark.parametrize(
    "config", [None, [], {"creation_rules": 1}, {"creation_rules": [1, None]}, "x"]
)
def test_anything_may_stand_there(config: Any) -> None:
    """What is no rule is none."""
    assert not rules_of(config)
    assert not _lost(config, config)


def test_hostile_expressions_are_given_up() -> None:
    """They cannot make the gate hang."""
    rule = {"path_regex": "x", "encrypted_regex": "(a{900}){5}" + "b" * 1000}
    with pytest.raises(BudgetError):
        _lost(_config(rule), _config({**rule, "encrypted_regex": "c"}))


def test_recipients_are_found_wherever_they_are_written() -> None:
    """As a text with commas, as a list, in groups, and in groups that are merged."""
    rule = rules_of(
        _config(
            {
                "age": "age1a, age1b,",
                "kms": ["arn:a", {"arn": "arn:b"}],
                "key_groups": [{"pgp": ["AB"], "merge": [{"age": ["age1c"]}]}, 1],
            }
        )
    )[0]
    assert set(rule_recipients(rule)) == {
        "age age1a", "age age1b", "kms arn:a", "kms arn:b", "pgp AB", "age age1c",
    }  # fmt: skip
