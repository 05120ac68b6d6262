"""What may be shown of a manifest: the line of a finding, and never a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.excerpt import excerpt
from policygate.kube.resources import resources_of
from policygate.model import UNSET, Path
from policygate.reporters import render
from policygate.yamldoc import parse
from tests.memory import compare_trees

SECRET = "hunter2-s3cr3t"


def _excerpt(text: str, path: Path) -> list[str]:
    parsed = parse(text.encode(), "a.yaml")
    (resource,) = resources_of(parsed.documents[0].value, parsed.documents[0], "a.yaml")
    return [line.text for line in excerpt(resource, path, parsed.line)]


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: true # hunter2-s3cr3t\n  containers:\n    - name: web\n      image: web:1\n      env:\n        - name: DB_PASSWORD\n          value: hunter2-s3cr3t\n      args: [--password, hunter2-s3cr3t]\n"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("spec", "hostNetwork"), ["  hostNetwork: true"]),
        (("spec", "containers", 0, "image"), ["    - name: web", "      image: web:1"]),
        (("spec", "containers", 0, "securityContext"), ["    - name: web"]),
        (
            ("spec", "containers", 0, "env", 0, "value"),
            ["        - name: DB_PASSWORD", "          value:"],
        ),
        (("spec", "containers", 0, "args", 1), []),
        (("metadata", "name"), ["metadata: {name: web"]),
    ],
)
def test_lines(path: Path, shown: list[str]) -> None:
    """The item's name and the key with its harmless value; comments and doubtful values are left out."""
    assert _excerpt(POD, path) == shown


def test_an_item_is_named_by_its_name() -> None:
    """An item's name says more than the key that happens to be its first."""
    text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: web:1\n      name: web\n      tty: true\n"
    path = ("spec", "containers", 0)
    assert _excerpt(text, (*path, "tty")) == ["      name: web", "      tty: true"]
    assert _excerpt(text, (*path, "image")) == ["    - image: web:1"]


FLOW = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: web, env: [{name: DB_PASSWORD, value: %s}], image: 'web:latest'}]}}"


@pytest.mark.parametrize("style", ["yaml", "flow", "json"])
@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_secret_in_a_manifest_is_in_no_output(style: str, form: str) -> None:
    """However a manifest is laid out, no format prints the value of its password."""
    text = {
        "yaml": POD,
        "flow": FLOW % SECRET,
        "json": json.dumps(parse(POD.encode(), "x").documents[0].value),
    }[style]
    report = compare_trees({"a.yaml": text.replace(SECRET, "other-" + SECRET)}, {"a.yaml": text})
    assert any(f.policy == "secret-in-env-literal" for f in report.findings)
    assert SECRET not in render(report, form)


KEYS = st.sampled_from(
    ["password", "token", "value", "args", "data", "apiKey", "config", "env", "command", "x"]
)


@given(
    st.recursive(
        st.just(SECRET),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, min_size=1, max_size=2)
        ),
        max_leaves=5,
    )
)
def test_no_place_shows_a_secret(body: Any) -> None:
    """A value under a key that sounds secret, or in free text, is in no excerpt and no before and after."""
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "a"},
        "stringData": {"k": SECRET},
        "data": body,
    }
    text = json.dumps(manifest, indent=1)
    for path in _paths(manifest):
        assert SECRET not in "".join(_excerpt(text, path))


def _paths(body: Any, path: Path = ()) -> list[Path]:
    found = [path]
    children = (
        body.items()
        if isinstance(body, dict)
        else enumerate(body)
        if isinstance(body, list)
        else ()
    )
    for key, value in children:
        found += _paths(value, (*path, key))
    return found


def test_values_of_secrets_are_withheld() -> None:
    """A finding about a secret has neither a value before nor a value after."""
    report = compare_trees({}, {"a.yaml": POD})
    finding = next(f for f in report.findings if f.policy == "secret-in-env-literal")
    assert finding.was is UNSET
    assert finding.now is UNSET
