"""Fields that Kubernetes does not have are told to whoever names them, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from policygate.authoring.paths import advice_on_expression, advice_on_schema, shapes_of
from policygate.cel.parser import parse
from policygate.policy.loader import load_shipped
from tests.authoring.policies import advised, validation


def _wrong(text: str, *kinds: str, **spec: object) -> list[str]:
    shapes = shapes_of({"match": {"kinds": list(kinds) or ["apps/Deployment"]}, **spec})
    _, advice = advice_on_expression(text, parse(text), shapes, ())
    return [f"{each.message} {each.hint}".rstrip() for each in advice]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("container.securitycontext.privileged", "securityContext"),
        ("container.?securityContext.?privilegd.orValue(false)", "privileged"),
        ("has(container.securityContext.privilegd)", "privileged"),
        ("object.spec.template.spec.containers.all(c, c.imagee != '')", "image"),
        ("object.spec.template.spec.containers.all(i, c, c.imagee != '')", "image"),
        ("pod.containers.filter(c, has(c.ports)).map(c, c.ports)[0][0].hostport > 1", "hostPort"),
        ("(pod.containers + pod.?initContainers.orValue([])).exists(c, c.imag == '')", "image"),
        ("[pod.containers, pod.initContainers].flatten().all(c, c.imag == '')", "image"),
        ("pod.?volumes.orValue([]).exists(v, has(v.hostpath))", "hostPath"),
        ("object.metadata.label['app'] == 'web'", "labels"),
        ("object.spec['replica'] == 1", "replicas"),
        ("cel.bind(s, pod.securityContext, s.runAsNonroot)", "runAsNonRoot"),
        ("object.spec.?strategy.?rollingUpdate.optMap(r, r.maxSurg).hasValue()", "maxSurge"),
        ("(true ? pod.securityContext : container.securityContext).runAsUsr == 0", "runAsUser"),
        ("oldObject.spec.replcas > 1", "replicas"),
        ("request.operatoin == 'CREATE'", "operation"),
        ("request.userInfo.grups.exists(g, g == 'x')", "groups"),
        ("namespaceObject.metadata.label.team == 'a'", "labels"),
    ],
)
def test_a_misspelt_field_is_told_with_what_was_meant(text: str, meant: str) -> None:
    """However a value is reached, a field that its type does not have is named, with the near one."""
    (wrong,) = _wrong(text)
    assert "has no field" in wrong
    assert wrong.endswith(f"Did you mean `{meant}`?")


@pytest.mark.parametrize(
    "text",
    [
        "object.metadata.labels.anything == 'x'",
        "object.metadata.annotations['a/b'] == 'x'",
        "object.metadata.labels.all(k, k.startsWith('app'))",
        "object.metadata.labels.all(k, v, v != '')",
        "container.resources.limits['nvidia.com/gpu'] == '1'",
        "object.spec.template.spec.containers.map(c, {'x': c.name}).all(m, m.x != '')",
        "object.spec.template.metadata.labels == object.spec.selector.matchLabels",
        "container.lifecycle.preStop.exec.command.size() > 0",
        "container.securityContext.capabilities.add.exists(c, c.contains('x'))",
        "object.spec.replicas == 1 && object.spec.replicas == 1.0",
        "object.spec.strategy.rollingUpdate.maxSurge == '25%'",
        "params.anything.at.all",
        "dyn(object).foo.bar",
        "request.operation == 'CREATE' && request.userInfo.extra.any.size() == 0",
        "request.userInfo.groups.exists(g, g.startsWith('x')) && request.kind.kind == 'Pod'",
    ],
)
def test_what_exists_or_is_open_is_left_alone(text: str) -> None:
    """Fields of the API, keys of free maps, and what an expression builds itself are fine."""
    params = {"anything": {"type": "object", "default": {}}}
    assert not _wrong(text, params=params)


def test_a_field_compared_with_another_type_is_never_equal() -> None:
    """A number is no text, however it looks; only the API's type says so."""
    assert _wrong("object.spec.replicas == '1'") == [
        "`replicas` is an integer, never equal to a text (in `object.spec.replicas == '1'`)"
    ]
    assert _wrong("'true' != container.tty") == [
        "`tty` is a boolean, never equal to a text (in `'true' != container.tty`)"
    ]
    assert not _wrong("object.spec.replicas == params.n", params={"n": {"type": "string"}})


def test_a_plain_value_has_no_fields() -> None:
    """Whoever goes below a text or a list is told what it is."""
    assert "`image` is a text: it has no fields" in _wrong("container.image.tag == ''")[0]
    assert "`containers` is a list: it has no fields" in _wrong("pod.containers.image == ''")[0]


def test_custom_kinds_are_only_known_in_part() -> None:
    """Of a custom kind the metadata are known; the rest may be anything that is not nearly known."""
    assert not _wrong("object.spec.syncPolicy.automated.prune", "argoproj.io/Application")
    assert "`metadata`" in _wrong("object.metdata.name == ''", "argoproj.io/Application")[0]
    assert not _wrong("object.spec.strategy.canary != null", "workload")
    assert "`template`" in _wrong("object.spec.tempalte != null", "workload")[0]


def test_several_kinds_share_their_fields() -> None:
    """A field is wrong when none of the kinds has it."""
    text = "object.spec.strategy.type == 'Recreate'"
    assert not _wrong(text, "apps/Deployment", "apps/StatefulSet")
    assert _wrong(text, "apps/StatefulSet", "apps/DaemonSet")


def test_variables_hand_their_type_on() -> None:
    """A variable has the fields of what it was set to."""
    found = advised(
        variables=[{"name": "context", "expression": "container.?securityContext"}],
        validations=validation("!variables.context.?privilegd.orValue(false)"),
    )
    assert any("SecurityContext has no field `privilegd`" in each for each in found)


def test_schemas_paths_and_messages_are_followed_too() -> None:
    """Every place of a policy file that names fields is read."""
    schema = {"properties": {"securitycontext": {"required": ["privilegd"]}}}
    found = advised(validations=[{"schema": schema, "message": "{{ container.imag }}"}])
    assert any("`securitycontext`" in each for each in found)
    assert any("`imag`" in each for each in found)
    found = advised(validations=validation("container.tty", path="securityContext.privilegd"))
    assert any("`privilegd`" in each for each in found)
    nested: dict[str, Any] = {
        "allOf": [{"properties": {"ports": {"items": {"properties": {"hostport": {}}}}}}]
    }
    (advice,) = advice_on_schema(nested, shapes_of({"scope": "container"})["container"], ())
    assert advice.path[-1] == "hostport" and "hostPort" in advice.hint


def test_shipped_policies_name_what_exists() -> None:
    """There are policies whose expressions are held against the API, and they pass (test_policies)."""
    assert sum(policy.written is not None for policy in load_shipped()) > 10
