"""What SOPS encrypts is decided as SOPS does, and what no SOPS file is stays alone."""

from __future__ import annotations

from typing import Any

import pytest

from policygate.cel.errors import BudgetError
from policygate.kube import sops
from policygate.view import View

ENC = "ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]"
FOR = {"age": [{"recipient": "age1a"}]}


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"mac": ENC}, True),
        ({"mac": ""}, True),
        (FOR, True),
        ({"kms": [{"arn": "arn:aws:kms:a"}]}, True),
        ({"key_groups": [{"pgp": [{"fp": "AB"}]}]}, True),
        ({"hc_vault": [{"vault_address": "https://a", "engine_path": "b", "key_name": "c"}]}, True),
        ({}, False),
        ({"enabled": True, "age": "a", "pgp": []}, False),
        ({"age": ["age1a"]}, False),
        ("mac", False),
        (None, False),
    ],
)
def test_a_document_says_by_what_or_for_whom_it_is_sealed(metadata: Any, *, expected: bool) -> None:
    """A key that is called `sops` makes no file of SOPS."""
    assert sops.is_document({"sops": metadata}) is expected
    assert not sops.is_document([metadata])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ENC, True),
        (ENC + "\n", True),
        (f" {ENC}", False),
        ("ENC[AES256_GCM,data:,iv:a,tag:a,type:str]", False),
        ("ENC[AES256_GCM,data:a]", False),
        ("ENC[", False),
        (1, False),
        (None, False),
    ],
)
def test_an_encrypted_value_has_all_its_parts(value: Any, *, expected: bool) -> None:
    """Data, vector, tag and type, from the first character on."""
    assert sops.is_encrypted(value) is expected


def test_a_hostile_value_takes_no_time() -> None:
    """The form is checked in linear time."""
    assert not sops.is_encrypted("ENC[AES256_GCM,data:" + ",iv:a,tag:a,type:" * 50_000)


BODY: dict[str, Any] = {
    "kind": "Secret",
    "data": {
        "a": "b",
        "list": ["c", {"d_unencrypted": 1}],
        "none": None,
        "empty": "",
        "off": False,
    },
    "more_unencrypted": {"x": "y"},
    "sops": {"mac": "x", "lastmodified": "x"},
}


@pytest.mark.parametrize(
    ("says", "left_open"),
    [
        ({}, "kind data.a data.list.0 data.off"),
        ({"encrypted_regex": "^data$"}, "data.a data.list.0 data.list.1.d_unencrypted data.off"),
        ({"encrypted_regex": "at"}, "data.a data.list.0 data.list.1.d_unencrypted data.off"),
        ({"encrypted_regex": "(?i)^LIST$"}, "data.list.0 data.list.1.d_unencrypted"),
        ({"encrypted_regex": "("}, ""),
        ({"encrypted_suffix": "ata"}, "data.a data.list.0 data.list.1.d_unencrypted data.off"),
        ({"unencrypted_regex": "^(kind|list)$"}, "data.a data.off more_unencrypted.x"),
        ({"unencrypted_suffix": "a"}, "kind more_unencrypted.x"),
        ({"encrypted_comment_regex": "secret"}, ""),
        ({"unencrypted_comment_regex": "public"}, ""),
    ],
)
def test_any_key_on_the_way_decides(says: dict[str, str], left_open: str) -> None:
    """Expressions need not match a whole key; what they match goes for all below; null and empty texts are left."""
    body = {**BODY, "sops": {**BODY["sops"], **says}}
    assert [".".join(map(str, path)) for path in sops.left_open(body)] == left_open.split()


def test_hostile_expressions_are_given_up() -> None:
    """Whoever writes the metadata cannot make the gate hang: it is a fault, and no pass."""
    body = {"sops": {"mac": "x", "encrypted_regex": "(a{900}){5}|(a+)+$"}, "a" * 5000: "b"}
    with pytest.raises(BudgetError):
        list(sops.left_open(body))
    quick = {"sops": {"mac": "x", "encrypted_regex": "(a+)+$"}, "a" * 200 + "!": "b"}
    assert not list(sops.left_open(quick))


def test_recipients_are_called_as_sops_calls_them() -> None:
    """In groups and outside of them; a new version of one key is the same recipient."""
    says = {
        "age": [{"recipient": "age1a", "enc": "x"}, "age1b"],
        "azure_kv": [{"vault_url": "https://a", "name": "k", "version": "1"}],
        "key_groups": [{"pgp": [{"fp": "AB"}]}],
    }
    found = sops.recipients(View({"sops": says}).sops)
    assert list(found) == ["age age1a", "pgp AB", "azure_kv https://a k"]
    assert found["pgp AB"].path == ("sops", "key_groups", 0, "pgp", 0)
