"""The compiled JSON Schema closures against the library `jsonschema`."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.policy.schema import SchemaError, compile_schema

scalars = st.one_of(
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.5, 1.0, 2.5]),
    st.sampled_from(["", "a", "ab", "b1", "x"]),
)
keys = st.sampled_from(["a", "b", "ab", "x1"])
# No null members: there the closures differ from the standard on purpose.
instances = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
patterns = st.sampled_from(["^a", "b$", "[0-9]", "x*"])
small = st.integers(0, 3)


def _keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(
                ["array", "boolean", "integer", "number", "object", "string", ["string", "integer"]]
            ),
            "const": instances,
            "enum": st.lists(instances, min_size=1, max_size=3),
            "properties": st.dictionaries(keys, inner, max_size=2),
            "patternProperties": st.dictionaries(patterns, inner, max_size=1),
            "additionalProperties": inner,
            "required": st.lists(keys, unique=True, max_size=2),
            "propertyNames": inner,
            "minProperties": small,
            "maxProperties": small,
            "items": inner,
            "prefixItems": some,
            "contains": inner,
            "minContains": small,
            "maxContains": small,
            "minItems": small,
            "maxItems": small,
            "uniqueItems": st.booleans(),
            "minLength": small,
            "maxLength": small,
            "pattern": patterns,
            "minimum": small,
            "maximum": small,
            "exclusiveMinimum": small,
            "exclusiveMaximum": small,
            "allOf": some,
            "anyOf": some,
            "oneOf": some,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    )


schemas: st.SearchStrategy[Any] = st.recursive(st.booleans() | st.just({}), _keywords, max_leaves=8)


@given(schemas, instances)
def test_agrees_with_jsonschema(schema: Any, instance: Any) -> None:
    """Without null members, a schema accepts what the standard's own library accepts."""
    expected = jsonschema.Draft202012Validator(schema).is_valid(instance)
    assert (not list(compile_schema(schema)(instance, ()))) == expected


@given(schemas, instances)
def test_every_problem_stands_in_the_instance(schema: Any, instance: Any) -> None:
    """A problem's path leads into the instance; only its last step may be missing."""
    for problem in compile_schema(schema)(instance, ()):
        value = instance
        for index, part in enumerate(problem.path):
            missing = isinstance(value, dict) and part not in value
            assert not missing or index == len(problem.path) - 1
            value = None if missing else value[part]


def test_null_members_count_as_absent() -> None:
    """A member that is null is neither validated nor counted as set, as in the API server."""
    assert not list(compile_schema({"properties": {"a": {"const": 1}}})({"a": None}, ()))
    assert list(compile_schema({"required": ["a"]})({"a": None}, ()))


def test_unknown_keywords_are_refused_with_their_place() -> None:
    """A keyword that is not compiled is an error that says where it stands, never ignored."""
    with pytest.raises(SchemaError) as raised:
        compile_schema({"properties": {"a": {"unevaluatedItems": False}}})
    assert raised.value.path == ("properties", "a", "unevaluatedItems")


def test_messages_never_quote_the_instance() -> None:
    """What is wrong is said without the value: it may be a secret."""
    for schema in (
        {"const": 1},
        {"type": "integer"},
        {"enum": [1]},
        {"pattern": "^x$"},
        {"maxLength": 1},
        False,
    ):
        (problem,) = compile_schema(schema)("hunter2", ())
        assert "hunter2" not in problem.message
