"""Parameters of a policy, as settings and examples override them.

Not for where overrides come from; settings and examples hand them in as plain mappings.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

from policygate.policy.schema import compile_schema
from policygate.policy.types import completed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from policygate.policy.types import Policy


class ParamError(ValueError):
    """An override that the policy does not take; the message names the key and what it expects."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


class Param(NamedTuple):
    """One parameter: the name that settings use, what it is set to, and what it is for, if said."""

    name: str
    value: Any
    about: str = ""


def params_of(policy: Policy) -> tuple[Param, ...]:
    """The parameters of a policy, sorted by name."""
    params = policy.params
    if isinstance(params, dict):
        found = [
            Param(name, value, policy.param_schemas[name].get("description", ""))
            for name, value in params.items()
        ]
    elif hasattr(type(params), "model_fields"):
        found = [
            Param(info.alias or name, getattr(params, name), info.description or "")
            for name, info in type(params).model_fields.items()
        ]
    else:
        found = [Param(name, getattr(params, name)) for name in getattr(params, "_fields", ())]
    return tuple(sorted(found))


def param_names(policy: Policy) -> tuple[str, ...]:
    """The names of the parameters of a policy, also of one that is only an outline."""
    return tuple(param.name for param in params_of(completed(policy)))


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
    policy = completed(policy)
    known = [param.name for param in params_of(policy)]
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
    return dataclasses.replace(policy, params=_validated(policy, overrides))


def as_declared(schema: Mapping[str, Any], value: Any) -> Any:
    """A value as its schema declares it: YAML's `1.0` is the number 1, in CEL two types."""
    if schema.get("type") == "number" and type(value) is int:
        return float(value)
    return value


def _validated(policy: Policy, overrides: Mapping[str, Any]) -> Any:
    """The parameters of a policy in Python with the overrides in them, as their types demand."""
    import pydantic

    try:
        if isinstance(policy.params, pydantic.BaseModel):
            now = {param.name: param.value for param in params_of(policy)}
            return type(policy.params).model_validate({**now, **overrides})
        valid = _model_of(policy.params).model_validate(dict(overrides))
    except pydantic.ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        key = str(first["loc"][0]) if first["loc"] else next(iter(overrides))
        message = f"parameter `{place or key}` of `{policy.id}`: {first['msg'][0].lower()}{first['msg'][1:]}"
        raise ParamError(key, message) from None
    return policy.params._replace(**{key: getattr(valid, key) for key in overrides})


def _model_of(params: Any) -> type[BaseModel]:
    """A model with the fields of a named tuple."""
    import typing

    import pydantic

    hints = typing.get_type_hints(type(params))
    fields = {name: (hints[name], getattr(params, name)) for name in params._fields}
    config = pydantic.ConfigDict(extra="forbid", hide_input_in_errors=True)
    model: type[BaseModel] = pydantic.create_model("Params", __config__=config, **fields)  # type: ignore[call-overload]
    return model
