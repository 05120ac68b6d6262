"""Encrypted files: what several policies could say is said once, and wherever a secret goes."""

from __future__ import annotations

import json

import pytest

from policygate.reporters import render
from tests.memory import SHIPPED, compare_trees

ENC = "ENC[AES256_GCM,data:{0}==,iv:{0}==,tag:{0}==,type:str]"
SOPS = f"sops:\n  age: [{{recipient: age1a}}]\n  lastmodified: '2026-01-01T00:00:00Z'\n  mac: '{ENC.format('eM')}'\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: web, namespace: web}\ntype: Opaque\nstringData: {password: %s}\n"
VALUE = "zu7Eighoh4shoo"
SEALED = SECRET % f"'{ENC.format('eA')}'" + SOPS + "  encrypted_regex: ^(data|stringData)$\n"
OPEN = SECRET % VALUE
OURS = [
    policy
    for policy in SHIPPED
    if policy.id.startswith(("sops-", "loosened-", "sealed-secret-scope"))
    and policy.id != "sops-secret-left-in-clear"  # what a value is, not what its file says of it
]


def _found(base: dict[str, str] | None, head: dict[str, str]) -> dict[str, str]:
    report = compare_trees(base, head, policies=OURS)
    assert not report.faults
    for form in ("text", "json", "github"):
        assert VALUE not in render(report, form)
    return {finding.policy: finding.status for finding in report.findings}


def test_an_encrypted_secret_is_no_finding() -> None:
    """Neither new nor changed with SOPS."""
    assert not _found({}, {"a.yaml": SEALED})
    assert not _found(
        {"a.yaml": SEALED}, {"a.yaml": SEALED.replace("eA", "eB").replace("eM", "eN")}
    )


@pytest.mark.parametrize(
    ("file", "status"), [("a.yaml", "loosened"), ("moved/b.yaml", "introduced")]
)
def test_what_was_decrypted_is_said_once(file: str, status: str) -> None:
    """In its file, or in a new one: a Secret is found again by its name."""
    assert _found({"a.yaml": SEALED}, {file: OPEN}) == {"sops-decrypted": status}


def test_one_value_in_the_clear_is_said_once() -> None:
    """By the policy that knows what the file wants."""
    head = SEALED.replace(f"'{ENC.format('eA')}'", VALUE)
    assert _found({"a.yaml": SEALED}, {"a.yaml": head}) == {"sops-unencrypted-value": "loosened"}
    assert _found({}, {"a.yaml": head}) == {"sops-unencrypted-value": "introduced"}
    assert _found({"a.yaml": head}, {"a.yaml": head + "# more\n"}) == {
        "sops-unencrypted-value": "existing"
    }


def test_a_wider_seal_is_said_once() -> None:
    """The policy that compares speaks for the one that judges the state."""
    sealed = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: web, annotations: {%s: 'true'}}\nspec: {encryptedData: {a: AgB}}\n"
    wide = sealed % "sealedsecrets.bitnami.com/cluster-wide"
    assert _found({"a.yaml": sealed % "a"}, {"a.yaml": wide}) == {"loosened-sealing": "loosened"}
    assert _found({}, {"a.yaml": wide}) == {"sealed-secret-scope-wide": "introduced"}


def test_rules_that_are_gone_are_said() -> None:
    """A configuration that is deleted has no line any more, and blocks all the same."""
    rules = {".sops.yaml": "creation_rules: [{age: age1a}]\n"}
    report = compare_trees({**rules, "a.yaml": SEALED}, {"a.yaml": SEALED}, policies=OURS)
    assert [(f.policy, f.location[:2], f.blocks) for f in report.findings] == [
        ("sops-rules-loosened", (".sops.yaml", 0), True)
    ]
    for form in ("text", "json", "github"):
        assert ".sops.yaml" in render(report, form)


def test_values_of_a_chart_are_judged_like_manifests() -> None:
    """A file that SOPS keeps need not be a resource."""
    values = f"db: {{password: '{ENC.format('eA')}'}}\n{SOPS}"
    opened = values.replace(f"'{ENC.format('eA')}'", VALUE)
    assert _found({}, {"secrets.yaml": opened}) == {"sops-unencrypted-value": "introduced"}
    assert _found({"secrets.yaml": values}, {"secrets.yaml": f"db: {{password: {VALUE}}}\n"}) == {
        "sops-decrypted": "loosened"
    }


def test_no_output_holds_what_was_found_in_the_clear() -> None:
    """Paths and lines, and nothing of the value."""
    head = {
        "a.yaml": SEALED.replace(f"'{ENC.format('eA')}'", VALUE),
        "b.yaml": OPEN.replace("web", "b"),
    }
    base = {"a.yaml": SEALED, "b.yaml": SEALED.replace("web", "b")}
    text = json.dumps(render(compare_trees(base, head, policies=SHIPPED), "json"))
    assert VALUE not in text
    assert "stringData.password" in text
