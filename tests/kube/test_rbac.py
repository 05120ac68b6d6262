"""What rules of roles grant, and whether some grant all that others do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.rbac import (
    Access,
    Rule,
    covers,
    grants,
    grants_url,
    named_grants,
    rule_of,
    rules_of,
    uncovered,
)
from policygate.kube.subjects import Subject, subjects_of, wider
from policygate.model import Resource
from policygate.view import View
from policygate.yamldoc import parse
from tests.kube.bodies import resource

CASES = (
    Path(__file__).resolve().parents[3] / "shared" / "corpus" / "rbac-covers" / "rbac-covers.jsonl"
)


def rule(groups: str = "", resources: str = "", verbs: str = "", names: str = "") -> Rule:
    """A rule of words; the core group alone is the empty text."""
    return Rule(
        frozenset(groups.split(" ")),
        frozenset(resources.split()),
        frozenset(verbs.split()),
        frozenset(names.split()),
    )


def _rules(manifest: str) -> list[Rule]:
    (document,) = parse(manifest.encode(), "role.yaml").documents
    return [each for _, each in rules_of(View(document.value))]


@pytest.mark.skipif(not CASES.is_file(), reason="../shared/corpus is not here: no official cases")
def test_the_api_server_agrees() -> None:
    """Every case of the API server's escalation check ends as there, with the same rest."""
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert len(cases) == 37
    for case in cases:
        (manifest,) = case["manifests"]
        rest = list(uncovered(_rules(case["old"]), _rules(manifest)))
        assert (not rest) == (case["expect"] == "pass"), case["case_id"]
        if "uncovered" in case:
            assert rest == [rule_of(View(each)) for each in case["uncovered"]], case["case_id"]


@pytest.mark.parametrize(
    ("of", "request_", "allowed"),
    [
        (rule("", "pods", "get"), ("get", "", "pods", "a"), True),
        (rule("", "pods", "get"), ("get", "", "pods", None), True),
        (rule("", "pods", "get"), ("get", "apps", "pods", "a"), False),
        (rule("", "pods", "get"), ("get", "", "pods/log", "a"), False),
        (rule("", "pods", "*"), ("anything", "", "pods", "a"), True),
        (rule("*", "pods", "get"), ("get", "apps", "pods", "a"), True),
        (rule("", "*", "get"), ("get", "", "pods/exec", "a"), True),
        (rule("", "*/exec", "get"), ("get", "", "pods/exec", "a"), True),
        (rule("", "*/exec", "get"), ("get", "", "exec", "a"), False),
        (rule("", "pods/*", "get"), ("get", "", "pods/exec", "a"), False),
        (rule("", "pods/*", "get"), ("get", "", "pods", "a"), False),
        (rule("", "pods", "get", "a"), ("get", "", "pods", "a"), True),
        (rule("", "pods", "get", "a"), ("get", "", "pods", "b"), False),
        (rule("", "pods", "get", "a"), ("get", "", "pods", None), False),
        (rule("", "pods", "create", "a"), ("create", "", "pods", ""), False),
    ],
)
def test_one_request(
    of: Rule, request_: tuple[str, str, str, str | None], *, allowed: bool
) -> None:
    """A rule allows what its lists name, each by itself; `pods/*` names nothing."""
    assert grants(of, *request_) == allowed


def test_urls() -> None:
    """A URL ends in a star, which stands for any rest, or is meant literally."""
    of = Rule(verbs=frozenset({"get"}), urls=frozenset({"/healthz", "/apis/*"}))
    assert grants_url(of, "get", "/apis/v1") and grants_url(of, "get", "/healthz")
    assert not grants_url(of, "get", "/apis") and not grants_url(of, "post", "/healthz")


def test_lists_are_read_as_the_api_server_reads_them() -> None:
    """A null is an empty text; a role that is aggregated has no rules of its own."""
    view = View({"rules": [{"apiGroups": [None], "resources": ["pods", 1], "verbs": ["get"]}]})
    assert [each for _, each in rules_of(view)] == [rule("", "pods", "get")]
    assert not list(rules_of(View({**view.raw, "aggregationRule": {}})))


words = st.frozensets(st.sampled_from(["a", "b", "*"]), min_size=1, max_size=2)
resources = st.frozensets(st.sampled_from(["p", "p/s", "*/s", "p/*", "*"]), min_size=1, max_size=2)
rules = st.lists(
    st.builds(
        Rule,
        words,
        resources,
        words,
        st.frozensets(st.sampled_from(["n", "m"])),
        st.just(frozenset()),
    )
    | st.builds(
        lambda on, urls: Rule(verbs=on, urls=urls),
        words,
        st.frozensets(st.sampled_from(["/a", "/a/b", "/a/*", "/*", "*"]), min_size=1),
    ),
    max_size=4,
)
RESOURCES = [
    (verb, group, named, name)
    for verb in ("a", "b", "new")
    for group in ("a", "b", "new")
    for named in ("p", "p/s", "p/*", "p/new", "new", "new/s", "new/new")
    for name in ("", "n", "m", "new")
]
URLS = [(verb, url) for verb in ("a", "b", "new") for url in ("", "/", "/a", "/a/", "/a/b", "/new")]


@given(rules, rules)
def test_coverage_is_about_requests(owner: list[Rule], servant: list[Rule]) -> None:
    """Some rules cover others exactly if they allow every request that these allow."""
    allowed = all(
        any(grants(each, *asked) for each in owner)
        for asked in RESOURCES
        if any(grants(each, *asked) for each in servant)
    ) and all(
        any(grants_url(each, *asked) for each in owner)
        for asked in URLS
        if any(grants_url(each, *asked) for each in servant)
    )
    assert covers(owner, servant) == allowed


@given(rules, rules)
def test_the_rest_is_what_is_not_covered(owner: list[Rule], servant: list[Rule]) -> None:
    """What is left over closes the gap, lies within the servant, and outside of the owner."""
    rest = list(uncovered(owner, servant))
    assert covers(servant, rest) and covers([*owner, *rest], servant)
    assert not any(covers(owner, [each]) for each in rest)


def test_huge_rules_are_not_multiplied() -> None:
    """Beyond a bound a rule is covered by an equal one alone."""
    many = frozenset(str(number) for number in range(1000))
    huge = Rule(many, many, many)
    assert covers([huge], [huge])
    assert not covers([huge], [huge._replace(verbs=frozenset("1"))])
    assert list(uncovered([], [huge])) == [huge]


SECRETS = Access(("",), ("secrets",), ("get", "list"))
EXEC = Access(("",), ("pods/exec",), ("create",))


def role(*rules: dict[str, Any], kind: str = "ClusterRole") -> Resource:
    """A role of the core group."""
    return resource({"rules": [{"apiGroups": [""], **each} for each in rules]}, kind=kind)


def _found(head: Resource, base: Resource | None, *accesses: Access) -> list[tuple[Any, ...]]:
    return [(each.at.path, each.text, each.known) for each in named_grants(head, base, *accesses)]


def test_grants_by_name() -> None:
    """A resource that is named is found with the verbs that matter, one that `*` takes in is not."""
    one = role({"resources": ["pods", "secrets"], "verbs": ["get", "delete"]})
    assert _found(one, None, SECRETS) == [(("rules", 0, "resources", 1), "get secrets", None)]
    assert not _found(role({"resources": ["*"], "verbs": ["*"]}), None, SECRETS)
    every = role({"resources": ["*/exec"], "verbs": ["*"]})
    assert _found(every, None, EXEC)[0][1] == "use every verb on */exec"
    assert not _found(role({"resources": ["pods/*"], "verbs": ["*"]}), None, EXEC)
    assert not _found(
        role({"apiGroups": ["x"], "resources": ["secrets"], "verbs": ["get"]}), None, SECRETS
    )


def test_names_and_namespaces_narrow() -> None:
    """A rule with names is passed over unless it matters nevertheless; a Role owns no node."""
    named = role({"resources": ["secrets"], "verbs": ["get"], "resourceNames": ["a"]})
    assert not _found(named, None, SECRETS)
    assert _found(named, None, SECRETS._replace(narrowed=False))
    nameless = role({"resources": ["secrets"], "verbs": ["create"], "resourceNames": ["a"]})
    assert not _found(nameless, None, Access(("",), ("secrets",), narrowed=False))
    node = role({"resources": ["nodes/proxy"], "verbs": ["get"]}, kind="Role")
    assert not _found(node, None, Access(("",), ("nodes/proxy",), cluster=True))


def test_the_base_may_have_granted_it_in_other_words() -> None:
    """What the base granted is known, however it was written, and is kept apart from what is new."""
    base = role({"resources": ["*"], "verbs": ["get"]})
    head = role({"resources": ["secrets"], "verbs": ["get"]})
    assert [known for *_, known in _found(head, base, SECRETS)] == [True]
    both = Access(("",), ("secrets", "pods/exec"), ("get",))
    more = role({"resources": ["secrets", "pods/exec"], "verbs": ["get"]})
    assert [known for *_, known in _found(more, head, both)] == [True, False]


def test_groups_hold_their_members() -> None:
    """A service account is in the groups of its namespace, of all accounts, and of everybody."""
    names = [str(each) for each in wider(Subject("ServiceAccount", "ci", "shop"))]
    assert names == [
        "ServiceAccount shop/ci", "Group system:serviceaccounts:shop", "Group system:serviceaccounts",
        "Group system:authenticated",
    ]  # fmt: skip
    assert list(wider(Subject("Group", "system:unauthenticated"))) == [
        Subject("Group", "system:unauthenticated")
    ]


def test_subjects_have_two_spellings() -> None:
    """The user of a service account is the account, the anonymous user the anonymous group."""
    binding = resource({"subjects": [
        {"kind": "User", "name": "system:serviceaccount:shop:ci"},
        {"kind": "User", "name": "system:anonymous"},
        {"kind": "User", "name": "eve", "namespace": "x"}, {"kind": "Robot", "name": "r"}, None,
    ]}, kind="RoleBinding")  # fmt: skip
    assert [subject for _, subject in subjects_of(binding)] == [
        Subject("ServiceAccount", "ci", "shop"),
        Subject("Group", "system:unauthenticated"),
        Subject("User", "eve"),
    ]
