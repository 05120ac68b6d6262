"""Blame: which places of the data made a verdict false."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, note, reject
from hypothesis import strategies as st

from policygate.cel import CelError, ExpressionError, Program, compile_expression
from tests.cel.expressions import objects, verdicts

DEPLOYMENT: dict[str, Any] = {
    "metadata": {"name": "web", "namespace": "prod", "labels": {"app": "web"}},
    "spec": {
        "replicas": 1,
        "initContainers": [{"name": "init", "image": "docker.io/init:latest"}],
        "containers": [
            {"name": "app", "image": "ghcr.io/app:1", "resources": {"limits": {"memory": "1Gi"}}},
            {"name": "log", "image": "docker.io/log:latest", "securityContext": {"privileged": True}},
            {"name": "vpn", "image": "ghcr.io/vpn:2", "securityContext": {"privileged": True}},
        ],
    },
}  # fmt: skip


def _points(text: str, **more: Any) -> list[str]:
    """Where the verdict of an expression points, as dotted paths."""
    names = {"object": DEPLOYMENT, **more}
    program = compile_expression(text, list(names))
    assert program.evaluate(names) is False
    return [".".join(map(str, path)) for path in program.blame(names).points]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        # the false arms of &&, every arm of ||
        ("object.spec.replicas > 1 && object.metadata.name == 'web'", ["object.spec.replicas"]),
        (
            "object.spec.replicas > 1 && object.metadata.name == 'x'",
            ["object.spec.replicas", "object.metadata.name"],
        ),
        (
            "object.spec.replicas > 1 || object.metadata.name == 'x'",
            ["object.spec.replicas", "object.metadata.name"],
        ),
        ("!(object.spec.replicas == 1 && true)", ["object.spec.replicas"]),
        # the failing elements of all()
        ("object.spec.containers.all(c, c.image.startsWith('ghcr.io/'))", ["object.spec.containers.1.image"]),
        (
            "object.spec.containers.all(c, has(c.resources))",
            ["object.spec.containers.1.resources", "object.spec.containers.2.resources"],
        ),
        ("object.spec.containers.all(i, c, i > 5 || c.name != 'vpn')", ["object.spec.containers.2.name"]),
        ("object.spec.containers.all(c, object.spec.replicas > 1)", ["object.spec.replicas"]),
        ("object.spec.containers.all(c, c.name == 'app' || false)", ["object.spec.containers.1.name", "object.spec.containers.2.name"]),
        # the list, where no element will do
        ("object.spec.containers.exists(c, c.name == 'proxy')", ["object.spec.containers"]),
        ("object.spec.containers.exists_one(c, has(c.securityContext))", ["object.spec.containers"]),
        # what is missing, however it is asked for
        ("has(object.spec.paused)", ["object.spec.paused"]),
        ("object.spec.?template.?spec.?hostUsers.hasValue()", ["object.spec.template.spec.hostUsers"]),
        ("object.spec.?paused.orValue(false)", ["object.spec.paused"]),
        ("'tier' in object.metadata.labels", ["object.metadata.labels.tier"]),
        ("object.metadata.labels[?'tier'].orValue('') == 'web'", ["object.metadata.labels.tier"]),
        ("object.metadata.?annotations.?owner.orValue(object.metadata.name) == 'x'", ["object.metadata.name"]),
        # through filter, map, +, conditionals, bind
        (
            "object.spec.containers.filter(c, c.?securityContext.?privileged.orValue(false)).size() == 0",
            ["object.spec.containers.1.securityContext.privileged", "object.spec.containers.2.securityContext.privileged"],
        ),
        ("object.spec.containers.filter(c, c.name == 'x').size() > 0", ["object.spec.containers"]),
        ("object.spec.containers.map(c, c.image).all(i, !i.endsWith(':latest'))", ["object.spec.containers.1.image"]),
        (
            "(object.spec.containers + object.spec.?initContainers.orValue([])).all(c, c.image.startsWith('ghcr'))",
            ["object.spec.containers.1.image", "object.spec.initContainers.0.image"],
        ),
        ("object.metadata.namespace == 'prod' ? object.spec.replicas > 1 : true", ["object.spec.replicas"]),
        ("object.metadata.namespace == 'prod' ? false : true", ["object.metadata.namespace"]),
        ("cel.bind(r, object.spec.replicas, r > 1)", ["object.spec.replicas"]),
        ("object.?spec.optMap(s, s.replicas > 1).orValue(true)", ["object.spec.replicas"]),
        ("object.metadata.labels.all(k, k != 'app')", ["object.metadata.labels.app"]),
        ("object.spec.containers.map(c, c.name).exists(n, n == 'x')", ["object.spec.containers"]),
        ("{'a': object.spec.replicas}.a > 1", ["object.spec.replicas"]),
        ("[object.metadata.name, 'b'][0] == 'b'", ["object.metadata.name"]),
        ("object.spec.containers.sortBy(c, c.name)[0].image == 'x'", ["object.spec.containers.0.image"]),
        ("quantity(object.spec.containers[0].resources.limits.memory).isLessThan(quantity('1'))", ["object.spec.containers.0.resources.limits.memory"]),
        # nothing of the data
        ("1 == 2", []),
    ],
)  # fmt: skip
def test_blame_points_where_a_person_would(text: str, points: list[str]) -> None:
    """The paths of a false verdict, most telling first."""
    assert _points(text) == points


def test_blame_sees_through_variables() -> None:
    """A lazy variable passes on the origin of what it holds."""
    names: dict[str, Any] = {"object": DEPLOYMENT}
    every = "object.spec.containers + object.spec.initContainers"
    names["variables.all"] = compile_expression(every, ["object"]).lazy(names)
    assert _points("variables.all.all(c, c.image.startsWith('ghcr.io/'))", **names) == [
        "object.spec.containers.1.image",
        "object.spec.initContainers.0.image",
    ]


def test_blame_compares_two_sides() -> None:
    """Both sides of a comparison are named, each under its variable."""
    old = copy.deepcopy(DEPLOYMENT)
    old["spec"]["replicas"] = 3
    found = _points("object.spec.replicas >= oldObject.spec.replicas", oldObject=old)
    assert found == ["object.spec.replicas", "oldObject.spec.replicas"]


def _state(data: Any, path: tuple[Any, ...]) -> tuple[str, object]:
    """The value at a path, or how much of the path there is."""
    for depth, key in enumerate(path):
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return "missing", depth
    return "value", repr(data)


def _mixed(one: Any, other: Any, choose: Any) -> Any:
    """One value with pieces of another: fields taken, left out, items added."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted({*one, *other})
        made = {}
        for key in keys:
            if key in one and key in other:
                made[key] = _mixed(one[key], other[key], choose)
            elif choose():
                made[key] = one.get(key, other.get(key))
            elif key in one:
                made[key] = one[key]
        return {key: value for key, value in made.items() if key in one or choose()}
    if isinstance(one, list) and isinstance(other, list):
        made_list = [_mixed(a, b, choose) for a, b in zip(one, other, strict=False)]
        made_list += one[len(made_list) :]
        return made_list + other if choose() else made_list[: len(made_list) - choose()]
    return one if choose() else other


def _compiled(text: str) -> Program:
    """A program of the strategy; what is none, such as `--9223372036854775808`, is another test's."""
    try:
        return compile_expression(text, ["x"], strict=False)
    except ExpressionError:
        reject()


@given(verdicts(), objects, objects, st.randoms(use_true_random=False))
def test_what_is_blamed_is_sufficient(text: str, data: Any, other: Any, random: Any) -> None:
    """As long as every blamed path keeps its value, no change elsewhere turns the verdict true."""
    program = _compiled(text)
    try:
        verdict = program.evaluate({"x": data})
    except CelError as error:
        with pytest.raises(CelError):
            program.trace({"x": data})
        note(str(error))
        return
    assert program.trace({"x": data}).value is verdict
    if verdict:
        return
    paths = program.blame({"x": data}).paths
    before = [_state({"x": data}, path) for path in paths]
    for _ in range(6):
        changed = _mixed(data, other, lambda: random.random() < 0.5)
        if [_state({"x": changed}, path) for path in paths] != before:
            continue
        try:
            assert program.evaluate({"x": changed}) is not True, (changed, paths)
        except CelError:
            continue


@given(verdicts(), objects, objects)
def test_a_verdict_that_depends_on_the_data_blames_some(text: str, data: Any, other: Any) -> None:
    """Where other data turn a false verdict true, at least one path is blamed."""
    program = _compiled(text)
    try:
        found = program.evaluate({"x": data}), program.evaluate({"x": other})
    except CelError:
        return
    if found == (False, True):
        assert program.blame({"x": data}).points
