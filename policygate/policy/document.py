"""The YAML format of a policy: what is allowed in the file, validated with pydantic.

Imported only when a policy file (or settings) is read for the first time; see `validated`. Not for
what the fields do: `yaml` builds a `Policy` from a document that passed here.
"""

from __future__ import annotations

import difflib
import typing
from typing import Annotated, Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from policygate.errors import PolicyError, PolicygateError
from policygate.place import look_up
from policygate.policy.traps import BOOLEAN

if typing.TYPE_CHECKING:
    from policygate.model import Path, Positions

_KEBAB = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_OPERATION = Literal["CREATE", "UPDATE", "DELETE"]
_LEVEL = Literal["error", "warning", "note"]
_IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"
_Text = Annotated[str, Field(min_length=1)]
_Expression = Annotated[str, Field(min_length=1, max_length=16 * 1024)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class MatchFields(_Strict):
    """Which resources are meant; an absent or empty key matches everything."""

    kinds: list[_Text] = []
    operations: list[_OPERATION] = []
    namespaces: list[_Text] = []
    labels: dict[str, str] = {}
    paths: list[_Text] = []


class ConditionFields(_Strict):
    """A condition in CEL; where one is false, the policy does not judge."""

    expression: _Expression
    name: _Text | None = None


class VariableFields(_Strict):
    """A value in CEL that later expressions read as `variables.name`; computed on first use."""

    name: Annotated[str, Field(pattern=_IDENTIFIER)]
    expression: _Expression


class ValidationFields(_Strict):
    """One thing that must hold: an `expression` in CEL that must be true, or a `schema`.

    `schema` is JSON Schema 2020-12 for the subject of the scope. `message` may hold `{{ CEL }}`;
    `messageExpression` is CEL and goes before it. `path` is where to point, from the subject;
    without it, findings point at what made the expression false. `level` is this validation's own.
    """

    expression: _Expression | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    message: _Text | None = None
    messageExpression: _Expression | None = None  # noqa: N815
    path: _Text | None = None
    level: _LEVEL | None = None


class ExampleFields(_Strict):
    """A case the policy must pass or fail, given as the subject of its scope or as a whole file.

    `at` is the path of the file that it stands in, for policies that match paths.
    """

    name: _Text
    at: _Text = "example.yaml"
    expect: Literal["pass", "fail"]
    object: dict[str, Any] | None = None
    oldObject: dict[str, Any] | None = None  # noqa: N815
    pod: dict[str, Any] | None = None
    oldPod: dict[str, Any] | None = None  # noqa: N815
    container: dict[str, Any] | None = None
    oldContainer: dict[str, Any] | None = None  # noqa: N815
    file: str | None = None
    oldFile: str | None = None  # noqa: N815
    params: dict[str, Any] = {}
    message: str = ""
    path: str = ""


class SpecFields(_Strict):
    """What the policy judges and says, and its manual page."""

    title: _Text
    level: _LEVEL
    match: MatchFields = MatchFields()
    exclude: MatchFields | None = None
    params: dict[str, dict[str, Any]] = {}
    scope: Literal["object", "pod", "container"] = "object"
    matchConditions: list[ConditionFields] = []  # noqa: N815
    variables: list[VariableFields] = []
    validations: Annotated[list[ValidationFields], Field(min_length=1)]
    why: _Text
    fix: _Text
    references: list[_Text] = []
    waivable: bool = True
    secret: bool = False
    examples: list[ExampleFields]


class MetadataFields(_Strict):
    """The name of a policy is its id everywhere, and the stem of its file."""

    name: Annotated[str, Field(pattern=_KEBAB)]


class PolicyDocument(_Strict):
    """A whole policy file."""

    apiVersion: Literal["policygate.dev/v1"]  # noqa: N815
    kind: Literal["Policy"]
    metadata: MetadataFields
    spec: SpecFields


def validate(
    model: type[BaseModel],
    value: Any,
    positions: Positions,
    error: type[PolicygateError] = PolicyError,
) -> None:
    """Hold a parsed document against its model.

    Args:
        model: The pydantic model of the whole document.
        value: The parsed document.
        positions: Where its keys stand.
        error: What to raise.

    Raises:
        PolicygateError: For the first thing that is wrong: `file:line:column`, the key, what is
            expected there, and the nearest valid key.
    """
    try:
        model.model_validate(value)
    except pydantic.ValidationError as invalid:
        errors = invalid.errors(include_url=False, include_input=False, include_context=False)
        # A misspelt key is unknown and missing at once: the first says more.
        first = min(errors, key=lambda error: error["type"] != "extra_forbidden")
        path = _existing(value, first["loc"])
        at = positions.locate(path)
        where = f"{at.file}:{at.line}:{at.column}"
        name = ".".join(str(part) for part in first["loc"]) or "document"
        if first["type"] == "extra_forbidden":
            known = sorted(_valid_keys(model, first["loc"][:-1]))
            key = str(first["loc"][-1])
            said = BOOLEAN if key in {"true", "false"} else nearest(key, known)
            raise error(f"{where}: unknown key `{name}`", said) from None
        if first["type"] == "missing":
            raise error(
                f"{where}: `{name}` is missing", f"Add the key `{first['loc'][-1]}`."
            ) from None
        found, _ = look_up(value, path)
        trap = BOOLEAN if isinstance(found, bool) and first["type"] == "string_type" else ""
        raise error(f"{where}: `{name}`: {first['msg'].lower()}", trap) from None


def nearest(word: str, known: typing.Iterable[str]) -> str:
    """Say which of the known words was probably meant, or list them."""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"Did you mean `{close[0]}`?" if close else f"Valid here: {', '.join(known)}."


def _existing(value: Any, loc: Path) -> Path:
    """The longest start of `loc` that exists in `value`."""
    while loc and not look_up(value, loc)[1]:
        loc = loc[:-1]
    return loc


def _valid_keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> set[str]:
    """The keys that the model at `loc` knows."""
    for part in loc:
        if isinstance(part, str):
            for name, info in model.model_fields.items():
                if part in (name, info.alias):
                    model = _model_in(info.annotation) or model
    return {info.alias or name for name, info in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in typing.get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
