"""Policies written in YAML: from a file's bytes to a `Policy`.

What is allowed in the file stands in `document`; this module gives it its meaning. The expression
language (`expression:`, CEL) has its place beside `schema:` in `_validation`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from policygate.errors import PolicyError
from policygate.policy.schema import UnsupportedKeywordError, compile_schema
from policygate.policy.types import Check, Example, Match, Pair, Policy, Problem
from policygate.secrets import may_be_secret
from policygate.vetted import NOTHING
from policygate.yamldoc import parse

if TYPE_CHECKING:
    from policygate.model import Path, Positions
    from policygate.vetted import Vetted
    from policygate.view import View

_PLACEHOLDER: Final = re.compile(r"\{\{(.*?)\}\}")
_FIELD_PATH: Final = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")
_BINDS: Final = (("object", "oldObject"), ("pod", "oldPod"), ("container", "oldContainer"))


def read_policy(data: bytes, file: str, vetted: Vetted | None = NOTHING) -> Policy:
    """Read a policy file.

    Args:
        data: The file's bytes.
        file: Its path, for messages; its stem is the policy's id.
        vetted: Which files have passed the format before; None for a file that ships with
            policygate, whose tests have held it against the format.

    Returns:
        The policy; `pack` is left empty.

    Raises:
        PolicyError: With file, line and column of what is wrong, and the nearest valid key.
    """
    parsed = parse(data, file, templates=False)
    for document in parsed.documents:
        for issue in document.issues:
            at = issue.location
            raise PolicyError(f"{file}:{at.line}:{at.column}: {issue.message}")
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0].value, dict):
        raise PolicyError(f"{file}:1:1: a policy file holds exactly one policy, a mapping")
    document = parsed.documents[0]
    if vetted is not None and not vetted.knows(data):
        _vet(document.value, document)
        vetted.remember(data)
    return _build(document.value, document, file)


def _vet(value: dict[str, Any], positions: Positions) -> None:
    """Hold the document against the format, its schemas against the metaschema, its examples."""
    for index, validation in enumerate(_validations(value)):
        if isinstance(validation, dict) and "expression" in validation:
            raise _error(
                positions,
                ("spec", "validations", index, "expression"),
                "expressions (CEL) are not supported by this version of policygate",
                "Use `schema:`, or write the policy in Python.",
            )
    from policygate.policy.document import PolicyDocument, validate

    validate(PolicyDocument, value, positions)
    _vet_schemas(value, positions)
    examples = value["spec"]["examples"]
    for wanted in ("pass", "fail"):
        if not any(example["expect"] == wanted for example in examples):
            raise _error(
                positions,
                ("spec", "examples"),
                f"a policy needs at least one example with `expect: {wanted}`",
                "Examples are the policy's tests and part of its manual page.",
            )


def _vet_schemas(value: dict[str, Any], positions: Positions) -> None:
    import jsonschema

    places: list[tuple[Path, Any]] = [
        (("spec", "validations", i, "schema"), v["schema"])
        for i, v in enumerate(value["spec"]["validations"])
    ]
    places += [
        (("spec", "params", name), schema)
        for name, schema in value["spec"].get("params", {}).items()
    ]
    checker = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    for path, schema in places:
        wrong = next(iter(sorted(checker.iter_errors(schema), key=lambda e: -len(e.path))), None)
        if wrong is not None:
            raise _error(
                positions,
                (*path, *wrong.absolute_path),
                f"not a valid JSON Schema: {wrong.message}",
                "See https://json-schema.org/draft/2020-12",
            )
    for name, schema in value["spec"].get("params", {}).items():
        if "default" not in schema:
            raise _error(positions, ("spec", "params", name), f"param `{name}` needs a `default`")


def _validations(value: dict[str, Any]) -> Iterable[Any]:
    spec = value.get("spec")
    found = spec.get("validations") if isinstance(spec, dict) else None
    return found if isinstance(found, list) else ()


def _error(positions: Positions, path: Path, message: str, hint: str = "") -> PolicyError:
    at = positions.locate(path)
    return PolicyError(f"{at.file}:{at.line}:{at.column}: {message}", hint)


def _build(value: dict[str, Any], positions: Positions, file: str) -> Policy:
    if value["metadata"]["name"] != PurePosixPath(file).stem:
        raise _error(
            positions,
            ("metadata", "name"),
            f"the name must be the file's stem, `{PurePosixPath(file).stem}`",
        )
    spec = value["spec"]
    title: str = spec["title"]
    secret = spec.get("secret", False)
    checks = [
        _validation(validation, ("spec", "validations", index), positions, title, show=not secret)
        for index, validation in enumerate(spec["validations"])
    ]
    return Policy(
        id=value["metadata"]["name"],
        title=title,
        level=spec["level"],
        check=_check(checks, spec.get("scope", "object")),
        scope=spec.get("scope", "object"),
        match=_match(spec.get("match", {}), ("CREATE", "UPDATE")),
        exclude=_match(spec["exclude"], ()) if spec.get("exclude") else None,
        params={name: schema["default"] for name, schema in spec.get("params", {}).items()},
        param_schemas=spec.get("params", {}),
        why=spec["why"].strip(),
        fix=spec["fix"].strip(),
        references=tuple(spec.get("references", ())),
        examples=tuple(_example(example) for example in spec["examples"]),
        waivable=spec.get("waivable", True),
        secret=secret,
        file=file,
    )


def _match(fields: Mapping[str, Any], operations: tuple[Any, ...]) -> Match:
    return Match(
        kinds=tuple(fields.get("kinds", ())),
        operations=tuple(fields.get("operations") or operations),
        namespaces=tuple(fields.get("namespaces", ())),
        labels=tuple(sorted(fields.get("labels", {}).items())),
        paths=tuple(fields.get("paths", ())),
    )


def _example(fields: Mapping[str, Any]) -> Example:
    binds, head, base = "object", None, None
    for name, old in _BINDS:
        if fields.get(name) is not None or fields.get(old) is not None:
            binds, head, base = name, fields.get(name), fields.get(old)
    return Example(
        name=fields["name"],
        expect=fields["expect"],
        head=head,
        base=base,
        binds=binds,  # type: ignore[arg-type]  # one of the literals in _BINDS
        text=fields.get("file"),
        base_text=fields.get("oldFile"),
        params=fields.get("params", {}),
        message=fields.get("message", ""),
        path=fields.get("path", ""),
    )


def _check(checks: list[Check], scope: str) -> Check:
    del scope  # every scope's subject has a `view`, which is all that a schema needs

    def check(pair: Pair, params: Any) -> Iterator[Problem]:
        for one in checks:
            yield from one(pair, params)

    return check


def _validation(
    fields: Mapping[str, Any], path: Path, positions: Positions, title: str, *, show: bool
) -> Check:
    try:
        problems = compile_schema(fields["schema"], (*path, "schema"))
    except UnsupportedKeywordError as unsupported:
        raise _error(positions, unsupported.path, str(unsupported)) from None
    say = _template(fields.get("message") or title, (*path, "message"), positions)

    def check(pair: Pair, params: Any) -> Iterator[Problem]:
        subject: View = pair.head.view
        for problem in problems(subject.raw, ()):
            at = subject
            for part in problem.path:
                at = at[part]
            hide = not show or _hidden(pair, at)
            words = {"error": problem.message, "value": None if hide else at.raw, "params": params}
            yield Problem(at, say({**_bindings(pair), **words}))

    return check


def _hidden(pair: Pair, at: View) -> bool:
    kind = pair.change.resource.id.kind if pair.change else ""
    return may_be_secret(kind, at.path, at.raw)


def _bindings(pair: Pair) -> dict[str, Any]:
    """What a message may name: `object`, and `pod` or `container` where the scope has them."""
    bound: dict[str, Any] = {"object": pair.change.resource.body if pair.change else {}}
    subject = pair.head
    pod = getattr(subject, "pod", None)
    if pod is not None:
        bound["container"], bound["pod"] = subject.view.raw, pod.view.raw
    elif pair.change is not None and subject is not pair.change.head:
        bound["pod"] = subject.view.raw
    return bound


def _template(text: str, path: Path, positions: Positions) -> Callable[[Mapping[str, Any]], str]:
    """Compile `{{ container.name }}`: until CEL is here, a placeholder is a path of fields."""
    pieces = _PLACEHOLDER.split(text)
    names = [piece.strip() for piece in pieces[1::2]]
    for name in names:
        if not _FIELD_PATH.match(name):
            raise _error(
                positions,
                path,
                f"`{{{{ {name} }}}}` is not a path of fields such as `container.name`",
            )

    def say(bound: Mapping[str, Any]) -> str:
        values = [_look_up(bound, name.split(".")) for name in names]
        return "".join(
            piece + value for piece, value in zip(pieces[::2], [*values, ""], strict=True)
        )

    return say


def _look_up(bound: Mapping[str, Any], names: list[str]) -> str:
    value: Any = bound
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else "(unset)"
