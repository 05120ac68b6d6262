"""Parameters of a policy, as settings and examples override them.

Not for where overrides come from; settings and examples hand them in as plain mappings.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from policygate.policy.schema import compile_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policygate.policy.types import Policy


class ParamError(ValueError):
    """An override that the policy does not take; the message names the key and what it expects."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def param_names(policy: Policy) -> tuple[str, ...]:
    """The names of a policy's parameters, sorted."""
    if policy.param_schemas:
        return tuple(sorted(policy.param_schemas))
    return tuple(sorted(getattr(policy.params, "_fields", ())))


def with_params(policy: Policy, overrides: Mapping[str, Any]) -> Policy:
    """Return the policy with some of its parameters replaced.

    Args:
        policy: Any policy.
        overrides: Parameter name to JSON value.

    Returns:
        A policy whose check gets the new parameters.

    Raises:
        ParamError: For an unknown name, or a value of the wrong type.
    """
    if not overrides:
        return policy
    known = param_names(policy)
    for key in overrides:
        if key not in known:
            names = ", ".join(known) or "none"
            raise ParamError(key, f"`{policy.id}` has no parameter `{key}` (it has: {names})")
    if isinstance(policy.params, dict):
        for key, value in overrides.items():
            wrong = next(compile_schema(policy.param_schemas[key])(value, (key,)), None)
            if wrong is not None:
                place = ".".join(map(str, wrong.path))
                raise ParamError(key, f"parameter `{place}` of `{policy.id}` {wrong.message}")
        declared = {k: as_declared(policy.param_schemas[k], v) for k, v in overrides.items()}
        return dataclasses.replace(policy, params={**policy.params, **declared})
    return dataclasses.replace(policy, params=_replaced(policy, overrides))


def as_declared(schema: Mapping[str, Any], value: Any) -> Any:
    """A value as its schema declares it: YAML's `1.0` is the number 1, in CEL two types."""
    if schema.get("type") == "number" and type(value) is int:
        return float(value)
    return value


def _replaced(policy: Policy, overrides: Mapping[str, Any]) -> Any:
    """Validate the overrides against the dataclass's annotations and build a new instance."""
    import typing

    import pydantic

    hints = typing.get_type_hints(type(policy.params))
    fields = {name: (hints[name], getattr(policy.params, name)) for name in param_names(policy)}
    config = pydantic.ConfigDict(extra="forbid", hide_input_in_errors=True)
    model = pydantic.create_model("Params", __config__=config, **fields)  # type: ignore[call-overload]
    try:
        valid = model.model_validate(dict(overrides))
    except pydantic.ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        key = str(first["loc"][0]) if first["loc"] else ""
        raise ParamError(
            key, f"parameter `{place}` of `{policy.id}`: {first['msg'].lower()}"
        ) from None
    return policy.params._replace(**{key: getattr(valid, key) for key in overrides})
