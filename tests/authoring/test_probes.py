"""A policy is tried where something is missing that its examples have."""

from __future__ import annotations

from tests.authoring.policies import GOOD, advised, tried, validation

BASE = {"name": "web", "image": "web:1", "resources": {"limits": {"memory": "1Gi"}}}
HEAD = {"name": "web", "image": "web:1", "resources": {"limits": {"memory": "2Gi"}}}
COMPARED = [
    {"name": "same", "expect": "pass", "oldContainer": BASE, "container": {**BASE, "tty": True}},
    {"name": "other", "expect": "fail", "oldContainer": BASE, "container": HEAD},
]


def test_a_field_that_may_be_missing() -> None:
    """Whoever reads a field without asking is told which example shows it, and how to ask."""
    expression = "container.securityContext.privileged != true"
    good = {"name": "web", "securityContext": {"privileged": False}}
    examples = [{**GOOD["examples"][0], "container": good}, GOOD["examples"][1]]  # type: ignore[index]
    said = advised(validations=validation(expression), examples=examples)
    assert len(said) == 2
    assert said[0].startswith(
        "without `spec.containers[web].securityContext` the example `an ordinary one` "
        "cannot be judged: no such key `securityContext` in container"
    )
    assert "Ask with `.?`" in said[0]


def test_a_base_that_may_be_missing() -> None:
    """A policy that compares is tried on what is new."""
    limit = "container.?resources.?limits.?memory.orValue('')"
    said = advised(
        match={"kinds": ["Pod"], "operations": ["UPDATE"]},
        validations=validation(f"{limit} == oldContainer.resources.limits.memory"),
        examples=COMPARED,
    )
    assert any("memory` at the base the example `same` cannot be judged" in each for each in said)
    said = advised(
        validations=validation("container.?tty.orValue(false) ? false : oldContainer.name != ''"),
        examples=[
            {**COMPARED[0], "container": {"name": "web", "stdin": True}},
            {"name": "new", "expect": "fail", "container": {"name": "web", "tty": True}},
        ],
    )
    assert any("without its base" in each and "found null" in each for each in said)


def test_the_base_is_judged_alone() -> None:
    """A policy that reads an older version unasked is told that the base has none."""
    text = "container.resources.limits.memory == oldContainer.resources.limits.memory"
    (wrong,) = tried(validations=validation(text), examples=COMPARED).cases[1].wrong
    assert "found null, expected map" in wrong.message
    assert wrong.message.endswith("at the base, for which nothing is older")


def test_a_policy_that_asks_is_left_alone() -> None:
    """Optional reads are enough, at the base as at the head."""
    limit = "{}.?resources.?limits.?memory.orValue('')"
    safe = f"oldContainer == null || {limit.format('container')} == {limit.format('oldContainer')}"
    assert not advised(validations=validation(safe), examples=COMPARED, match={"kinds": ["Pod"]})


def test_what_the_api_server_insists_on_is_there() -> None:
    """The name of a container is required, so reading it is safe."""
    assert not advised(validations=[{**GOOD["validations"][0], "message": "{{ container.name }}"}])  # type: ignore[index]


def test_messages_that_have_nothing_to_say() -> None:
    """A message that needs what may be missing is told, message expressions too."""
    examples = [
        GOOD["examples"][0],  # type: ignore[index]
        {
            "name": "privileged",
            "expect": "fail",
            "container": {"name": "web", "command": ["x"], "securityContext": {"privileged": True}},
        },
    ]
    text = "container.?securityContext.?privileged.orValue(false) == false"
    said = advised(validations=validation(text, "{{ container.command[0] }}"), examples=examples)
    assert said[0].startswith(
        "without `spec.containers[web].command` the example `privileged` gets a message with "
        "nothing to show: '(unset)'"
    )
    found = [{"expression": text, "messageExpression": "'runs ' + container.command[0]"}]
    hidden, unset = advised(validations=found, examples=examples)
    assert "no text that may be shown" in hidden  # a command may hold a secret
    assert "nothing to show" in unset
