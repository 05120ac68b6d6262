"""What a policy does where something is missing that its examples have.

Every key and every list item of an example is left out once, at the head and at the base, unless the
API server insists on it. A policy that then cannot be evaluated, or whose message has no value to
show, was not written for manifests as people write them. Not for verdicts: any verdict will do.
"""

from __future__ import annotations

import dataclasses
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.authoring.advice import Advice
from policygate.authoring.examples import judge_states, states_of, unjudged
from policygate.kube.openapi import ANYTHING, Field, fields_of
from policygate.kube.resources import resources_of
from policygate.place import in_words
from policygate.policy.expressions import check_of
from policygate.policy.messages import UNSET
from policygate.policy.params import ParamError, with_params

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.engine import Judgement
    from policygate.model import Path, Resource
    from policygate.policy.types import Policy
    from policygate.yamldoc import Parsed

_MOST: Final = 300
"""Probes of one example."""
_GUARD: Final = "Ask with `.?` and `orValue`, or with `has`: what cannot be judged blocks."
_ALWAYS: Final = frozenset(
    {("apiVersion",), ("kind",), ("metadata",), ("metadata", "name"), ("spec",)}
)


class _Probe(NamedTuple):
    """Two states that are not quite the example's, and in what they differ from it."""

    base: tuple[Resource, ...]
    head: tuple[Resource, ...]
    without: str


def probe(policy: Policy) -> Iterator[Advice]:
    """Judge the examples of a policy with pieces left out, and yield what goes wrong.

    Yields:
        One piece of advice for each way in which it does.
    """
    if policy.scope == "file":
        return
    policy = _loud(policy)
    said: set[str] = set()
    for index, example in enumerate(policy.examples):
        place = ("spec", "examples", index) if policy.written else ()
        try:
            configured = with_params(policy, example.params)
        except ParamError:
            continue  # said where the example is run
        base, head = states_of(example)
        before = _troubles(judge_states(configured, _resources(base), _resources(head)))
        for each in islice(_probes(configured, base, head), _MOST):
            for trouble, hint in _troubles(judge_states(configured, each.base, each.head)).items():
                if trouble not in before and trouble not in said:
                    said.add(trouble)
                    case = f"without {each.without} the example `{example.name}`"
                    yield Advice(place, f"{case} {trouble}", hint)


def _loud(policy: Policy) -> Policy:
    """A policy in YAML whose message expressions are told apart from its messages when they fail."""
    if policy.written is None:
        return policy
    spec = dict(policy.written.spec)
    spec["validations"] = [
        {**each, "message": "{{ " + each["messageExpression"] + " }}", "messageExpression": None}
        if each.get("messageExpression")
        else each
        for each in spec["validations"]
    ]
    return dataclasses.replace(policy, check=check_of(spec, lambda _path, wrong: wrong))


def _troubles(judged: Judgement) -> dict[str, str]:
    """What went wrong in a judgement, with hints; verdicts are not looked at."""
    found = {unjudged(fault): _GUARD for fault in judged.faults}
    for finding in judged.findings:
        if UNSET in finding.message:
            text = f"gets a message with nothing to show: {finding.message!r}"
            found[text] = "Give it something to say: `.orValue('…')`."
    return found


def _probes(policy: Policy, base: Parsed | None, head: Parsed | None) -> Iterator[_Probe]:
    bases, heads = _resources(base), _resources(head)
    if bases and heads and "CREATE" in policy.match.operations:
        yield _Probe((), heads, "its base")
    if bases and heads and "DELETE" in policy.match.operations:
        yield _Probe(bases, (), "its head")
    for state, words in _fewer(head):
        yield _Probe(bases, state, words)
    for state, words in _fewer(base):
        yield _Probe(state, heads, f"{words} at the base")


def _resources(parsed: Parsed | None) -> tuple[Resource, ...]:
    return _with(parsed, -1, None)


def _with(parsed: Parsed | None, index: int, value: Any) -> tuple[Resource, ...]:
    """The resources of a file, with another value for one of its documents."""
    return tuple(
        resource
        for place, document in enumerate(parsed.documents if parsed else ())
        if document.readable
        for resource in resources_of(
            value if place == index else document.value,
            document,
            parsed.file if parsed else "",
        )
    )


def _fewer(parsed: Parsed | None) -> Iterator[tuple[tuple[Resource, ...], str]]:
    """A file with each of its optional pieces left out once, and the words for the piece."""
    for index, document in enumerate(parsed.documents if parsed else ()):
        value = document.value
        if document.readable and isinstance(value, dict):
            for path in _optional(value, _field(value), ()):
                words = f"`{in_words(value, path)}`"
                yield _with(parsed, index, _less(value, path)), words


def _field(value: Mapping[str, Any]) -> Field:
    version, kind = value.get("apiVersion"), value.get("kind")
    group = str(version).rpartition("/")[0] or "core"
    return next(reversed(fields_of(f"{group}/{kind}")), ANYTHING)


def _optional(value: Any, field: Field, path: Path) -> Iterator[Path]:
    """The paths of a value that may be missing in a manifest."""
    if isinstance(value, dict):
        for key, item in value.items():
            below = (*path, key)
            if key not in field.required and below not in _ALWAYS:
                yield below
            yield from _optional(item, field.child(key) or ANYTHING, below)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*path, index)
            yield from _optional(item, field.item(), (*path, index))


def _less(value: Any, path: Path) -> Any:
    """A copy of a value without what stands at a path; everything else is shared."""
    key, rest = path[0], path[1:]
    if isinstance(value, dict):
        below = {key: _less(value[key], rest)} if rest else {}
        return {k: below.get(k, v) for k, v in value.items() if rest or k != key}
    index = int(key)
    return [*value[:index], *([_less(value[index], rest)] if rest else []), *value[index + 1 :]]
