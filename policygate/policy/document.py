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
from policygate.yamldoc import Document

if typing.TYPE_CHECKING:
    from policygate.model import Location, Path, Positions

_KEBAB = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_OPERATION = Literal["CREATE", "UPDATE", "DELETE"]
_LEVEL = Literal["error", "warning", "note"]
_IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"
_WORDS = {
    _KEBAB: "must be small letters and digits with single hyphens, such as `pod-has-owner`",
    _IDENTIFIER: "must be a name such as `images` or `host_paths`",
}
_Text = Annotated[str, Field(min_length=1)]
_Expression = Annotated[str, Field(min_length=1, max_length=16 * 1024)]


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )


class MatchFields(_Strict):
    """Which resources are meant; an absent or empty key matches everything."""

    kinds: list[_Text] = []
    """`workload` (everything that carries a pod spec), `Kind`, `group/Kind` or `*`. The core group is
    written `core/Kind`."""
    operations: list[_OPERATION] = []
    """What happens to the resource; CREATE and UPDATE where this is left out."""
    namespaces: list[_Text] = []
    """Globs over the namespace."""
    labels: dict[str, str] = {}
    """Labels that the resource has, all of them."""
    paths: list[_Text] = []
    """Globs over the path of the file, such as `clusters/prod/**`."""


class ConditionFields(_Strict):
    """A condition in CEL; where one is false, the policy does not judge."""

    expression: _Expression
    """CEL that is true where the policy judges."""
    name: _Text | None = None
    """What the condition is about."""


class VariableFields(_Strict):
    """A value in CEL that later expressions read as `variables.name`; computed on first use."""

    name: Annotated[str, Field(pattern=_IDENTIFIER)]
    """Read as `variables.<name>` by the variables below and by every other expression."""
    expression: _Expression
    """CEL."""


class EditFields(_Strict):
    """What mends a finding at its place, where that is safe to do without knowing the program."""

    action: Literal["set", "remove", "rename"]
    """Put a value there, take the place out, or give its key another name."""
    value: Any = None
    """The value, or the new name."""


class ValidationFields(_Strict):
    """One thing that must hold: an `expression` in CEL that must be true, or a `schema`."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["expression"]}, {"required": ["schema"]}]}
    )

    expression: _Expression | None = None
    """CEL that must be true. It reads `object` and `oldObject`, with `scope: pod` also `pod` and
    `oldPod`, with `scope: container` also `container` and `oldContainer`; further `params`,
    `variables`, `request` and `namespaceObject`."""
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    """JSON Schema 2020-12 that the subject must fit, without `$ref`, `format` and `unevaluated…`.
    Patterns are those of RE2. A member that is null counts as absent."""
    message: _Text | None = None
    """What a finding says; `{{ CEL }}` in it is replaced by its value, `{{ value }}` by what was found.
    The title where it is left out."""
    messageExpression: _Expression | None = None  # noqa: N815
    """CEL for the whole message; where it has no value, `message` is said."""
    path: _Text | None = None
    """Where to point, from the subject: `securityContext.privileged`. Left out, findings point at what
    made the expression false."""
    level: _LEVEL | None = None
    """The level of this validation, where it is not that of the policy."""
    edit: EditFields | None = None
    """What mends a finding of this validation, where that is safe."""


class ExampleFields(_Strict):
    """A case the policy must pass or fail, given as the subject of its scope or as a whole file."""

    name: _Text
    """What the case is."""
    at: _Text = "example.yaml"
    """The path of the file that it stands in, for policies that match paths."""
    expect: Literal["pass", "fail"]
    """Whether the policy must find something in it."""
    object: dict[str, Any] | None = None
    """The resource at the head."""
    oldObject: dict[str, Any] | None = None  # noqa: N815
    """The resource at the base."""
    pod: dict[str, Any] | None = None
    """A pod spec at the head."""
    oldPod: dict[str, Any] | None = None  # noqa: N815
    """A pod spec at the base."""
    container: dict[str, Any] | None = None
    """A container at the head."""
    oldContainer: dict[str, Any] | None = None  # noqa: N815
    """A container at the base."""
    file: str | None = None
    """A whole file at the head. `# expect: <id>` marks the lines where something must be found."""
    oldFile: str | None = None  # noqa: N815
    """A whole file at the base."""
    params: dict[str, Any] = {}
    """Parameters that are not at their defaults."""
    message: str = ""
    """A piece of the message that is expected."""
    path: str = ""
    """The path that is expected, or its end."""


class SpecFields(_Strict):
    """What the policy judges and says, and its manual page."""

    title: _Text
    """What is wrong where it finds something: `Container has no memory limit`."""
    level: _LEVEL
    """What a finding is worth; `error` blocks what a change introduces or loosens."""
    match: MatchFields = MatchFields()
    """Which resources it judges."""
    exclude: MatchFields | None = None
    """Which of them it does not judge after all."""
    params: Annotated[
        dict[str, dict[str, Any]],
        Field(
            json_schema_extra={"additionalProperties": {"type": "object", "required": ["default"]}}
        ),
    ] = {}
    """Parameters that settings may change: JSON Schemas with a `default`; read as `params.<name>`."""
    scope: Literal["object", "pod", "container"] = "object"
    """What is judged one by one: the resource, its pod specs or its containers."""
    matchConditions: list[ConditionFields] = []  # noqa: N815
    """Conditions in CEL; where one is false, the policy does not judge."""
    variables: list[VariableFields] = []
    """Values in CEL that several expressions need."""
    validations: Annotated[list[ValidationFields], Field(min_length=1)]
    """What must hold."""
    why: _Text
    """Why it matters: what goes wrong otherwise."""
    fix: _Text
    """How to satisfy it."""
    standards: list[_Text] = []
    """Controls of standards, such as `CIS 5.2.2`."""
    peers: list[Annotated[str, Field(pattern=r"^[a-z-]+:.+$")]] = []
    """Checks of other tools that it takes the place of, as `tool:id`."""
    references: list[_Text] = []
    """Where to read more."""
    waivable: bool = True
    """Whether an exception may be recorded."""
    secret: bool = False
    """Whether the values it points at must never be shown."""
    enabled: bool = True
    """Whether it judges where settings do not say so."""
    refines: list[Annotated[str, Field(pattern=_KEBAB)]] = []
    """Ids of coarser policies, which say nothing at a place where this one has found something."""
    examples: Annotated[
        list[ExampleFields],
        Field(
            json_schema_extra={
                "allOf": [
                    {"contains": {"properties": {"expect": {"const": wanted}}}}
                    for wanted in ("pass", "fail")
                ]
            }
        ),
    ]
    """The policy's tests and part of its manual page: at least one that passes and one that fails."""


class MetadataFields(_Strict):
    """The name of a policy is its id everywhere, and the stem of its file."""

    name: Annotated[str, Field(pattern=_KEBAB)]
    """The id, in kebab case."""


class PolicyDocument(_Strict):
    """A policy of policygate."""

    apiVersion: Literal["policygate.dev/v1"]  # noqa: N815
    """The version of this format."""
    kind: Literal["Policy"]
    """What the file is."""
    metadata: MetadataFields
    """What the policy is called."""
    spec: SpecFields
    """What it judges and says."""


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
        errors = invalid.errors(include_url=False, include_input=False)
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
            raise error(f"{where}: unknown key `{name}`", said, marked(positions, at)) from None
        if first["type"] == "missing":
            add = f"Add the key `{first['loc'][-1]}`."
            raise error(f"{where}: `{name}` is missing", add, marked(positions, at)) from None
        found, _ = look_up(value, path)
        trap = BOOLEAN if isinstance(found, bool) and first["type"] == "string_type" else ""
        raise error(f"{where}: `{name}` {_in_words(first)}", trap, marked(positions, at)) from None


def marked(positions: Positions, at: Location) -> str:
    """A line of a file up to the end of a key, with marks under the key; its value is not shown.

    Empty where what knows the positions does not know the text.
    """
    if not isinstance(positions, Document):
        return ""
    end = at.end_column if at.end_line == at.line else at.column + 1
    number, line = str(at.line), positions.line(at.line)[: end - 1]
    gutter = " " * len(number)
    marks = " " * (at.column - 1) + "^" * max(1, end - at.column)
    return f" {gutter} |\n {number} | {line}\n {gutter} | {marks}"


def _in_words(wrong: Any) -> str:
    """What pydantic says of a value, as the end of a sentence that begins with its name."""
    if wrong["type"] == "string_pattern_mismatch":
        pattern = wrong["ctx"]["pattern"]
        return _WORDS.get(pattern, f"must match {pattern}")
    text = str(wrong["msg"]).replace("Input should be", "must be")
    return text[0].lower() + text[1:]


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
