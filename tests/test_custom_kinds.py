"""Custom kinds are held against the CRDs of the tree and the schemas that settings name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import policygate
from policygate.settings import Settings
from tests.cli.test_cli import ENV, git
from tests.memory import SHIPPED, compare_trees

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {type: integer, minimum: 1, maximum: 9}
                mode: {type: string, enum: [fast, safe], nullable: true}
                name: {type: string, pattern: '^[a-z]+$'}
                port: {x-kubernetes-int-or-string: true}
                free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                tree: {anyOf: [{required: [a]}, {required: [b]}], type: object, properties: {a: {type: string}, b: {type: string}}}
"""
WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {%s}\n"
IDS = {"schema-invalid", "unknown-field"}
POLICIES = [policy for policy in SHIPPED if policy.id in IDS]


def _found(spec: str, *, crd: str = CRD, path: str = "crds/widget.yaml") -> list[tuple[str, str]]:
    tree = {path: crd, "a.yaml": WIDGET % spec}
    report = compare_trees({path: crd}, tree, policies=POLICIES)
    assert not report.faults
    return [(each.path, each.message) for each in report.findings]


@pytest.mark.parametrize(
    "spec",
    ["size: 1", "size: 9, mode: null", "size: 2, port: 80", "size: 2, port: http", "size: 2, free: {a: 1}"],
)  # fmt: skip
def test_what_fits_the_crd_is_no_finding(spec: str) -> None:
    """Null counts as absent, an int-or-string is both, and what is open is open."""
    assert _found(spec) == []


@pytest.mark.parametrize(
    ("spec", "path", "words"),
    [
        ("", "spec.size", "must be set"),
        ("size: x", "spec.size", "must be an integer, not a string"),
        ("size: 10", "spec.size", "must be at most 9"),
        ("size: 1, mode: slow", "spec.mode", "must be one of fast, safe"),
        ("size: 1, name: A", "spec.name", "must match ^[a-z]+$"),
        ("size: 1, port: [1]", "spec.port", "must be an integer or a string, not a list"),
        ("size: 1, sise: 2", "spec.sise", "did you mean `size`?"),
    ],
)
def test_what_does_not_fit_is_found_at_its_place(spec: str, path: str, words: str) -> None:
    """Every keyword of a CRD's schema says what it wants."""
    ((where, message),) = _found(spec)
    assert where == path
    assert words in message


def test_a_kind_without_a_schema_is_counted_and_never_fails() -> None:
    """What nobody describes is not validated, and the report says how much that was."""
    report = compare_trees({}, {"a.yaml": WIDGET % "size: x"}, policies=POLICIES)
    assert (report.findings, report.counts.not_validated) == ((), 1)
    report = compare_trees({}, {"a.yaml": WIDGET % "size: 1", "c.yaml": CRD}, policies=POLICIES)
    assert report.counts.not_validated == 0


def test_what_fits_one_of_several_crds_fits() -> None:
    """Two clusters may have two versions of a CRD in one repository."""
    other = CRD.replace("type: integer, minimum: 1, maximum: 9", "type: string")
    assert _found("size: x", crd=CRD + "---\n" + other) == []
    assert _found("size: [1]", crd=CRD + "---\n" + other) != []


@pytest.mark.parametrize(
    "schema",
    [
        "7", "[]", "{properties: 1}", "{type: object, properties: {spec: {$ref: '#/nowhere'}}}",
        "{properties: {spec: {pattern: '('}}}", "{type: [object, 1], required: x, enum: 3}",
        "{allOf: [1], anyOf: {a: 1}, oneOf: [[]], properties: {spec: {items: 1, type: array}}}",
        "{properties: {spec: {type: object, properties: {size: {minimum: x, maxLength: true}}}}}",
    ],
)  # fmt: skip
def test_a_broken_crd_breaks_nothing(schema: str) -> None:
    """A schema that is none allows what it can, and never is a fault."""
    crd = CRD[: CRD.index("          type: object")].rstrip() + f" {schema}\n"
    _found("size: 1", crd=crd)


def test_schemas_of_a_folder_that_settings_name() -> None:
    """A catalogue is looked up by group, kind and version, at the base."""
    schema = {"type": "object", "properties": {"spec": {"type": "string"}}}
    catalogue = {"schemas/example.com/widget_v1.json": json.dumps(schema)}
    settings = Settings(schemas=("schemas",))
    head = {**catalogue, "a.yaml": WIDGET % "size: 1"}
    report = compare_trees(catalogue, head, policies=POLICIES, settings=settings)
    assert [each.path for each in report.findings] == ["spec"]
    brought = compare_trees({}, head, policies=POLICIES, settings=settings)
    assert brought.findings == ()


@pytest.mark.parametrize("state", ["worktree", "index", "commit"])
def test_crds_are_found_wherever_git_keeps_them(tmp_path: Path, state: str) -> None:
    """On disk, in the index and in a commit, in a folder of any name."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "README.md").write_text("x")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "base")
    (tmp_path / "some where").mkdir()
    (tmp_path / "some where" / "é.yaml").write_text(CRD)
    (tmp_path / "a.yaml").write_text(WIDGET % "size: x")
    if state != "worktree":
        git(tmp_path, "add", "-A")
    if state == "commit":
        git(tmp_path, "switch", "-qc", "pr")
        git(tmp_path, "commit", "-qm", "head")
    head = "HEAD" if state == "commit" else None
    report = policygate.check(tmp_path, base="main", head=head, staged=state == "index", env=ENV)
    assert "schema-invalid" in {each.policy for each in report.findings}
