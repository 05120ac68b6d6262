"""What a change does with secrets: what is new blocks, what was there or only moved does not."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.model import Finding
from tests.memory import compare_trees
from tests.secrets.fakes import WORD, run
from tests.secrets.structures import SECRETS

ONE, TWO, THREE = (run(Random(seed), WORD, 20) for seed in (1, 2, 3))
WEAK = "correct-horse"
ENC = "ENC[AES256_GCM,data:{0}==,iv:{0}==,tag:{0}==,type:str]"
SOPS: dict[str, Any] = {
    "age": [{"recipient": "age1a"}],
    "lastmodified": "2026-01-01T00:00:00Z",
    "mac": ENC.format("eM"),
    "encrypted_regex": "^(data|stringData)$",
}
Body = dict[str, Any]
Files = Mapping[str, str]


def _secret(name: str = "web", **fields: Any) -> Body:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, **fields}


def _config(name: str = "web", **data: str) -> Body:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def _pod(*env: tuple[str, str], container: str = "web", name: str = "web") -> Body:
    variables = [{"name": each, "value": value} for each, value in env]
    spec = {
        "automountServiceAccountToken": False,
        "containers": [{"name": container, "image": "web:1", "env": variables}],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def _text(*bodies: Body) -> str:
    return "---\n".join(json.dumps(body, indent=1) + "\n" for body in bodies)


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _findings(base: Files | None, head: Files, renames: Files | None = None) -> list[Finding]:
    report = compare_trees(base, head, policies=SECRETS, renames=renames)
    assert report.faults == ()
    return [each for each in report.findings if each.policy != "secret-literal"]


def _said(base: Files | None, head: Files, renames: Files | None = None) -> dict[str, str]:
    """Each policy that speaks of a change, and the status of what it says; none says two things."""
    said: dict[str, str] = {}
    for each in _findings(base, head, renames):
        assert said.setdefault(each.policy, each.status) == each.status
        assert each.blocks == (each.level == "error" and each.status != "existing")
    return said


PLAIN = _secret(stringData={"password": ONE})
EMPTY = _secret(stringData={"username": "app"})
HISTORY = {"secret-left-in-history": "introduced"}


# What is new

NEW: dict[str, tuple[Body | None, Body, dict[str, str]]] = {
    "a Secret": (None, PLAIN, {"secret-plaintext": "introduced"}),
    "a variable of a new Pod": (None, _pod(("DB_PASSWORD", ONE)), {"secret-in-env-literal": "introduced"}),
    "a ConfigMap": (None, _config(DB_PASSWORD=WEAK), {"secret-in-configmap": "introduced"}),
    "an entry of a Secret that was there": (EMPTY, PLAIN, {"secret-plaintext": "loosened"}),
    "a variable of a Pod that was there": (_pod(), _pod(("DB_PASSWORD", ONE)), {"secret-in-env-literal": "loosened"}),
    "a key of a ConfigMap that was there": (_config(), _config(DB_PASSWORD=WEAK), {"secret-in-configmap": "loosened"}),
    "the same weak password, elsewhere": (_config(A_PASSWORD=WEAK), _config(A_PASSWORD=WEAK, B_PASSWORD=WEAK), {"secret-in-configmap": "loosened"}),
}  # fmt: skip


@pytest.mark.parametrize("name", NEW)
def test_what_is_new_blocks(name: str) -> None:
    """Introduced with a new resource, loosened in one that was there."""
    base, head, wanted = NEW[name]
    before = {} if base is None else {"a.yaml": _text(base)}
    found = _findings(before, {"a.yaml": _text(head)})
    new = {each.policy: each.status for each in found if each.status != "existing"}
    assert new == wanted
    assert all(each.blocks for each in found if each.status != "existing")


def test_of_two_places_the_new_one_blocks() -> None:
    """The place that was there is not blamed for the one that was added."""
    head = {"a.yaml": _text(_config(A_PASSWORD=WEAK, B_PASSWORD=WEAK))}
    found = _findings({"a.yaml": _text(_config(A_PASSWORD=WEAK))}, head)
    assert sorted((each.path, each.status, each.blocks) for each in found) == [
        ("data.A_PASSWORD", "existing", False),
        ("data.B_PASSWORD", "loosened", True),
    ]


def test_data_and_string_data_are_one_place() -> None:
    """What moves from one to the other stays where it was, whatever is added beside it."""
    head = {"a.yaml": _text(_secret(stringData={"password": ONE, "db-password": ONE}))}
    found = _findings({"a.yaml": _text(_secret(data={"password": _b64(ONE)}))}, head)
    assert sorted((each.path, each.status, each.blocks) for each in found) == [
        ("stringData.db-password", "loosened", True),
        ("stringData.password", "existing", False),
    ]


def test_a_value_that_was_changed_is_new() -> None:
    """At the place of an old one: there is one more to rotate, and the old one stays in the history."""
    head = {"a.yaml": _text(_secret(stringData={"password": TWO}))}
    assert _said({"a.yaml": _text(PLAIN)}, head) == {"secret-plaintext": "loosened", **HISTORY}


# What was there, and what only moved

VALUES = f"auth:\n  password: {ONE}\n"
ADDED = _config("other", LOG="debug")
STILL: dict[str, tuple[Files, Files, Files]] = {
    "a comment more": ({"a.yaml": _text(PLAIN)}, {"a.yaml": "# more\n" + _text(PLAIN)}, {}),
    "a file moved": ({"a.yaml": _text(PLAIN)}, {"b/c.yaml": _text(PLAIN)}, {"b/c.yaml": "a.yaml"}),
    "a file moved, which nobody noticed": ({"a.yaml": _text(PLAIN)}, {"b.yaml": _text(PLAIN)}, {}),
    "a document moved in its file": ({"a.yaml": _text(PLAIN, ADDED)}, {"a.yaml": _text(ADDED, PLAIN)}, {}),
    "a document moved to another file": ({"a.yaml": _text(PLAIN, ADDED), "b.yaml": _text(EMPTY | {"metadata": {"name": "b"}})},
                                         {"a.yaml": _text(ADDED), "b.yaml": _text(EMPTY | {"metadata": {"name": "b"}}, PLAIN)}, {}),
    "values moved": ({"a/values.yaml": VALUES}, {"b/values.yaml": VALUES}, {"b/values.yaml": "a/values.yaml"}),
}  # fmt: skip


@pytest.mark.parametrize("name", STILL)
def test_of_what_did_not_change_nothing_is_said(name: str) -> None:
    """Wherever its resource or its file stands now."""
    assert _findings(*STILL[name]) == []
    _, head, _ = STILL[name]
    assert _findings({}, head) != []


SAME: dict[str, tuple[Files, Files, Files]] = {
    "an entry more": ({"a.yaml": _text(PLAIN)}, {"a.yaml": _text(_secret(stringData={"password": ONE, "username": "app"}))}, {}),
    "from stringData to data": ({"a.yaml": _text(PLAIN)}, {"a.yaml": _text(_secret(data={"password": _b64(ONE)}))}, {}),
    "from data to stringData": ({"a.yaml": _text(_secret(data={"password": _b64(ONE)}))}, {"a.yaml": _text(PLAIN)}, {}),
    "to another key": ({"a.yaml": _text(PLAIN)}, {"a.yaml": _text(_secret(stringData={"db-password": ONE}))}, {}),
    "to another Secret": ({"a.yaml": _text(PLAIN)}, {"a.yaml": _text(_secret("other", stringData={"password": ONE}))}, {}),
    "variables in another order": ({"a.yaml": _text(_pod(("A", "1"), ("DB_PASSWORD", ONE), ("API_TOKEN", TWO)))},
                                   {"a.yaml": _text(_pod(("API_TOKEN", TWO), ("DB_PASSWORD", ONE), ("A", "1")))}, {}),
    "variables with dots in another order": ({"a.yaml": _text(_pod(("a.b", "1"), ("db.password", ONE), ("x.url", f"amqp://app:{TWO}@mq/a")))},
                                             {"a.yaml": _text(_pod(("x.url", f"amqp://app:{TWO}@mq/a"), ("db.password", ONE), ("a.b", "1")))}, {}),
    "a variable before it": ({"a.yaml": _text(_pod(("DB_PASSWORD", ONE)))}, {"a.yaml": _text(_pod(("A", "1"), ("DB_PASSWORD", ONE)))}, {}),
    "a container renamed": ({"a.yaml": _text(_pod(("DB_PASSWORD", ONE)))}, {"a.yaml": _text(_pod(("DB_PASSWORD", ONE), container="app"))}, {}),
    "a variable renamed": ({"a.yaml": _text(_pod(("DB_PASSWORD", ONE)))}, {"a.yaml": _text(_pod(("PG_PASSWORD", ONE)))}, {}),
    "a Pod renamed": ({"a.yaml": _text(_pod(("DB_PASSWORD", ONE)))}, {"a.yaml": _text(_pod(("DB_PASSWORD", ONE), name="app"))}, {}),
    "values moved and changed": ({"a/values.yaml": VALUES}, {"b/values.yaml": VALUES + "replicas: 2\n"}, {"b/values.yaml": "a/values.yaml"}),
    "values below another key": ({"a/values.yaml": VALUES}, {"a/values.yaml": f"global:\n  auth:\n    password: {ONE}\n"}, {}),
    "out of a variable into a Secret": ({"a.yaml": _text(_pod(("DB_PASSWORD", ONE)))}, {"a.yaml": _text(_pod(), PLAIN)}, {}),
    "out of a ConfigMap into a Secret": ({"a.yaml": _text(_config(DB_PASSWORD=ONE))}, {"a.yaml": _text(_config(), PLAIN)}, {}),
    "two places for two others": ({"a.yaml": _text(_config(A_PASSWORD=WEAK, B_PASSWORD=WEAK))}, {"a.yaml": _text(_config(C_PASSWORD=WEAK, D_PASSWORD=WEAK))}, {}),
    "two places for one": ({"a.yaml": _text(_config(A_PASSWORD=WEAK, B_PASSWORD=WEAK))}, {"a.yaml": _text(_config(C_PASSWORD=WEAK))}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_what_was_there_does_not_block(name: str) -> None:
    """Whatever moved: it is found, it is known, and nothing is left in the history that is not in sight."""
    base, head, renames = SAME[name]
    found = _findings(base, head, renames)
    assert {(each.status, each.blocks) for each in found} == {("existing", False)}


# What moved to where more people read it

WIDER: dict[str, tuple[list[Body], list[Body], str]] = {
    "a variable": ([PLAIN, _pod()], [EMPTY, _pod(("DB_PASSWORD", ONE))], "secret-in-env-literal"),
    "a ConfigMap": ([PLAIN, _config()], [EMPTY, _config(DB_PASSWORD=ONE)], "secret-in-configmap"),
}


@pytest.mark.parametrize("name", WIDER)
def test_out_of_a_secret_is_no_mere_move(name: str) -> None:
    """More people may read a variable or a ConfigMap than a Secret."""
    base, head, policy = WIDER[name]
    said = _said({"a.yaml": _text(*base)}, {"a.yaml": _text(*head)})
    assert said == {policy: "loosened"}


def test_one_place_for_two_is_no_mere_move() -> None:
    """Nobody knows which of the two was there: both are looked at."""
    base = {"a.yaml": _text(_config(A_PASSWORD=WEAK))}
    found = _findings(base, {"a.yaml": _text(_config(B_PASSWORD=WEAK, C_PASSWORD=WEAK))})
    assert [(each.status, each.blocks) for each in found] == [("loosened", True)] * 2


SEALED_BEFORE: dict[str, Body] = {
    "an ExternalSecret": {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": {"name": "web"},
                          "spec": {"refreshInterval": "1h", "data": [{"secretKey": "password", "remoteRef": {"key": "db"}}]}},
    "an ExternalSecret of another name": {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": {"name": "external"},
                                          "spec": {"refreshInterval": "1h", "target": {"name": "web"}, "data": [{"secretKey": "password", "remoteRef": {"key": "db"}}]}},
    "a SealedSecret": {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": {"name": "web"},
                       "spec": {"encryptedData": {"password": "AgBy8hCw"}}},
}  # fmt: skip


@pytest.mark.parametrize("kind", SEALED_BEFORE)
@pytest.mark.parametrize("file", ["a.yaml", "b.yaml"])
def test_what_a_vault_kept_was_loosened(kind: str, file: str) -> None:
    """In its file or in another one; the finding says where the base had it."""
    base = {"a.yaml": _text(ADDED, SEALED_BEFORE[kind])}
    head = {"a.yaml": _text(ADDED), file: _text(ADDED, PLAIN) if file == "a.yaml" else _text(PLAIN)}
    (found,) = [each for each in _findings(base, head) if each.policy == "secret-plaintext"]
    assert (found.status, found.blocks) == ("loosened", True)
    assert found.base_location is not None
    assert found.base_location.file == "a.yaml"
    assert found.base_location.line > _text(ADDED).count("\n")


def test_beside_a_vault_it_is_introduced() -> None:
    """Where the ExternalSecret is still there, or was for another Secret, nothing was taken out of it."""
    sealed = SEALED_BEFORE["an ExternalSecret"]
    base = {"a.yaml": _text(sealed)}
    assert _said(base, {"a.yaml": _text(sealed, PLAIN)}) == {"secret-plaintext": "introduced"}
    other = _secret("other", stringData={"password": ONE})
    assert _said(base, {"a.yaml": _text(other)}) == {"secret-plaintext": "introduced"}


def test_what_sops_kept_was_loosened() -> None:
    """It is said once, of the document, with the place that it had at the base."""
    base = {"a.yaml": _text(_secret(stringData={"password": ENC.format("eA")}, sops=SOPS))}
    found = _findings(base, {"a.yaml": _text(PLAIN)})
    assert {each.status for each in found} == {"loosened"}
    assert all(each.blocks for each in found)
    assert {each.base_location.file for each in found if each.base_location} == {"a.yaml"}


# What was taken out

OUT: dict[str, tuple[Files, Files]] = {
    "the Secret": ({"a.yaml": _text(PLAIN, ADDED)}, {"a.yaml": _text(ADDED)}),
    "the file": ({"a.yaml": _text(PLAIN), "b.yaml": _text(ADDED)}, {"b.yaml": _text(ADDED)}),
    "the entry": ({"a.yaml": _text(_secret(stringData={"password": ONE, "username": "app"}))}, {"a.yaml": _text(EMPTY)}),
    "the variable": ({"a.yaml": _text(_pod(("DB_PASSWORD", ONE)))}, {"a.yaml": _text(_pod())}),
    "sealed": ({"a.yaml": _text(PLAIN)}, {"a.yaml": _text(SEALED_BEFORE["a SealedSecret"])}),
    "encrypted": ({"a.yaml": _text(PLAIN)}, {"a.yaml": _text(_secret(stringData={"password": ENC.format("eA")}, sops=SOPS))}),
    "values": ({"values.yaml": VALUES}, {"values.yaml": "auth:\n  existingSecret: web\n"}),
    "a comment": ({"a.yaml": f"# DB_PASSWORD={ONE}\n" + _text(ADDED)}, {"a.yaml": _text(ADDED)}),
}  # fmt: skip


@pytest.mark.parametrize("name", OUT)
def test_what_was_taken_out_is_in_the_history(name: str) -> None:
    """A warning, and no more: whoever takes a secret out is not held up."""
    found = _findings(*OUT[name])
    assert [(each.policy, each.level, each.blocks) for each in found] == [
        ("secret-left-in-history", "warning", False)
    ]


def test_each_of_them_is_named() -> None:
    """Two that were taken out are two to rotate."""
    base = {"a.yaml": _text(_secret(stringData={"password": ONE, "token": TWO, "username": "app"}))}
    found = _findings(base, {"a.yaml": _text(EMPTY)})
    assert len({each.message for each in found}) == 2
    assert len({each.fingerprint for each in found}) == 2


@pytest.mark.parametrize("name", OUT)
def test_the_fingerprint_of_what_was_taken_out_knows_no_lines(name: str) -> None:
    """Lines above it, at the base and at the head, are nothing of it."""
    lines = "# a remark\n\n"
    moved = ({path: lines + text for path, text in files.items()} for files in OUT[name])
    assert [each.fingerprint for each in _findings(*OUT[name])] == [
        each.fingerprint for each in _findings(*moved)
    ]


def test_what_is_elsewhere_in_the_change_is_not_in_the_history_alone() -> None:
    """Moved to a file that is in the change too: of what is in sight, other policies speak."""
    base = {"a.yaml": _text(PLAIN, ADDED), "b.yaml": _text(_config())}
    head = {"a.yaml": _text(ADDED), "b.yaml": _text(_config(DB_PASSWORD=ONE))}
    assert _said(base, head) == {"secret-in-configmap": "loosened"}


def test_without_a_base_everything_is_there() -> None:
    """A gate that looks at a tree alone finds what it holds, and nothing in a history."""
    assert {each.policy for each in _findings(None, {"a.yaml": _text(PLAIN)})} == {
        "secret-plaintext"
    }


_KEYS = st.sampled_from(["A_PASSWORD", "B_PASSWORD", "C_PASSWORD", "D_PASSWORD", "E_PASSWORD"])
_DATA = st.dictionaries(_KEYS, st.sampled_from([ONE, TWO, WEAK]), max_size=5)


@given(_DATA, _DATA, st.sampled_from(["one ConfigMap", "two"]))
def test_moves_are_counted(base: dict[str, str], head: dict[str, str], held_by: str) -> None:
    """New is a value that stands in more new places than it left old ones; whichever resource has them."""

    def files(data: dict[str, str]) -> Files:
        halves = [{k: v for k, v in data.items() if (k < "C") == early} for early in (True, False)]
        held = halves if held_by == "two" else [data]
        return {"a.yaml": _text(*(_config(f"web{at}", **each) for at, each in enumerate(held)))}

    gone = Counter(value for key, value in base.items() if head.get(key) != value)
    new = Counter(value for key, value in head.items() if base.get(key) != value)
    blocked = {
        key for key, value in head.items() if base.get(key) != value and new[value] > gone[value]
    }
    left = {key for key, value in base.items() if value not in head.values()}
    found = _findings(files(base), files(head))
    assert {each.path.removeprefix("data.") for each in found if each.blocks} == blocked
    messages = [each.message for each in found if each.policy == "secret-left-in-history"]
    assert {key for key in base if any(f"data.{key} " in each for each in messages)} == left
