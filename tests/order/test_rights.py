"""What somebody may do by all of his bindings: against an authorizer that asks one request at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import product
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from policygate.kube.rbac import Rule
from policygate.kube.subjects import RoleRef, Subject
from policygate.model import Resource, ResourceId
from policygate.order.rights import Grant, gained, in_words, level_of
from policygate.view import View
from tests.kube.bodies import POSITIONS

MANY: Final = 5000 if os.environ.get("POLICYGATE_THOROUGH") else 300
GROUP: Final = "rbac.authorization.k8s.io"
ACCOUNT: Final = Subject("ServiceAccount", "ci", "shop")
SUBJECTS: Final = (
    ACCOUNT,
    Subject("ServiceAccount", "cd", "shop"),
    Subject("Group", "system:serviceaccounts:shop"),
    Subject("Group", "system:authenticated"),
    Subject("User", "ann"),
)
NAMESPACES: Final = ("shop", "ops")


def _texts(*words: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(words), min_size=1, max_size=2)


RULES = st.builds(
    Rule,
    groups=_texts("", "apps", "*"),
    resources=_texts("pods", "pods/log", "secrets", "*", "*/log"),
    verbs=_texts("get", "create", "*"),
    names=st.frozensets(st.sampled_from(["a", "b"]), max_size=1),
    urls=st.just(frozenset()),
)


def _grant(subject: Subject, where: str, rules: tuple[Rule, ...]) -> Grant:
    kind = "RoleBinding" if where else "ClusterRoleBinding"
    binding = Resource(ResourceId("", GROUP, kind, where, "a"), "v1", {}, "a.yaml", POSITIONS)
    return Grant(subject, View({}), where, RoleRef("ClusterRole", "r"), rules, binding)


GRANTS = st.builds(
    _grant,
    st.sampled_from(SUBJECTS),
    st.sampled_from(["", *NAMESPACES]),
    st.lists(RULES, max_size=2).map(tuple),
)

# The authorizer: written from the documentation, and not from the code under test.

VERBS: Final = ("get", "create", "other-verb")
GROUPS: Final = ("", "apps", "other.group")
RESOURCES: Final = ("pods", "secrets", "others", "pods/log", "others/log", "pods/other")
NAMES: Final = ("", "a", "b", "other-name")
Request = tuple[str, str, str, str]
REQUESTS: Final[tuple[Request, ...]] = tuple(product(VERBS, GROUPS, RESOURCES, NAMES))


def _holds(group: Subject, who: Subject) -> bool:
    if group == who:
        return True
    if group.kind != "Group":
        return False
    account = who.kind == "ServiceAccount"
    if group.name == "system:authenticated":
        return True
    return (account and group.name in {f"system:serviceaccounts:{who.namespace}", "system:serviceaccounts"}) or (
        group.name == "system:serviceaccounts" and who.name.startswith("system:serviceaccounts:")
    )  # fmt: skip


def _allows(rule: Rule, request: Request) -> bool:
    verb, group, resource, name = request
    if not {"*", verb} & rule.verbs or not {"*", group} & rule.groups:
        return False
    base, _, sub = resource.partition("/")
    wanted = {"*", resource} | ({f"*/{sub}"} if sub else set())
    return bool(wanted & rule.resources) and base != "" and (not rule.names or name in rule.names)


def _allowed(grants: Iterable[Grant], who: Subject, where: str, request: Request) -> bool:
    """Whether somebody may make a request, in a namespace or (`*`) in all of them at once."""
    return any(
        _holds(grant.subject, who)
        and (not grant.where or grant.where == where)
        and any(_allows(rule, request) for rule in grant.rules or ())
        for grant in grants
    )


@settings(max_examples=MANY, deadline=None)
@given(st.lists(GRANTS, max_size=3), GRANTS)
def test_an_authorizer_agrees(base: list[Grant], grant: Grant) -> None:
    """A grant is a gain exactly where some request is allowed by it, and by nothing at the base."""
    places = (grant.where,) if grant.where else (*NAMESPACES, "somewhere-else")
    new = any(
        _allowed([grant], grant.subject, place, request)
        and not _allowed(base, grant.subject, place, request)
        for place in places
        for request in REQUESTS
    )
    assert (gained(grant, base) is not None) == new


@given(st.lists(GRANTS, min_size=1, max_size=4), st.randoms())
def test_what_moves_is_no_gain(grants: list[Grant], random: Any) -> None:
    """The same grants by other bindings, in another order, are none."""
    moved = list(grants)
    random.shuffle(moved)
    assert all(gained(grant, moved) is None for grant in grants)


@given(st.lists(RULES, min_size=1, max_size=3))
def test_rights_have_words_and_a_level(rules: list[Rule]) -> None:
    """Every set of rights can be said, and is worth something."""
    assert " " in in_words(rules)
    assert level_of(rules) in {"error", "warning", "note"}
