"""Policies written in YAML: from a file's bytes to a `Policy`.

What is allowed in the file stands in `document`, what its validations do in `expressions`; this
module gives the rest its meaning.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from policygate.errors import PolicyError
from policygate.policy.params import as_declared
from policygate.policy.schema import UnsupportedKeywordError
from policygate.policy.traps import BOOLEAN, hint
from policygate.policy.types import Example, Match, Policy, Written
from policygate.vetted import NOTHING
from policygate.yamldoc import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policygate.cel import CelError
    from policygate.model import Path, Positions
    from policygate.policy.types import Check, Pair, Problem
    from policygate.vetted import Vetted

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
            trap = hint(_lines(data), at.line, issue.message)
            raise PolicyError(f"{file}:{at.line}:{at.column}: {issue.message}", trap)
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0].value, dict):
        raise PolicyError(f"{file}:1:1: a policy file holds exactly one policy, a mapping")
    document = parsed.documents[0]
    if vetted is not None and not vetted.knows(data):
        _vet_texts(document.value, document, _lines(data))
        _vet(document.value, document)
        vetted.remember(data)
    return _build(document.value, document, file)


def _lines(data: bytes) -> list[str]:
    return data.decode(errors="replace").splitlines()


def _vet_texts(value: dict[str, Any], positions: Positions, lines: list[str]) -> None:
    """Find expressions that YAML has read as something else than their text."""
    spec = value.get("spec")
    for key in ("matchConditions", "variables", "validations"):
        each = spec.get(key) if isinstance(spec, dict) else None
        for index, part in enumerate(each if isinstance(each, list) else ()):
            for name in ("expression", "messageExpression"):
                if not isinstance(part, dict) or name not in part:
                    continue
                found = part[name]
                if not isinstance(found, str) or not found.strip():
                    path = ("spec", key, index, name)
                    kind = "empty" if not found and found is not False else "no text"
                    trap = hint(lines, positions.locate(path).line)
                    boolean = BOOLEAN if isinstance(found, bool) else "Write CEL as a text."
                    raise _error(positions, path, f"`{name}` is {kind}", trap or boolean)


def _vet(value: dict[str, Any], positions: Positions) -> None:
    """Hold the document against the format, its schemas against the metaschema, its examples."""
    from policygate.policy.document import PolicyDocument, validate

    validate(PolicyDocument, value, positions)
    spec = value["spec"]
    for index, each in enumerate(spec["validations"]):
        if ("expression" in each) == ("schema" in each):
            raise _error(
                positions,
                ("spec", "validations", index),
                "a validation has either an `expression` or a `schema`",
            )
    if spec.get("scope", "object") != "object" and "DELETE" in _operations(spec):
        raise _error(
            positions,
            ("spec", "match", "operations"),
            "only a policy with `scope: object` can judge DELETE",
            "A deleted resource has no pods left to judge: look at `oldObject`.",
        )
    _vet_schemas(value, positions)
    _compile(spec, positions)
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
        if "schema" in v
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


def _operations(spec: Mapping[str, Any]) -> Iterable[str]:
    found: Iterable[str] = spec.get("match", {}).get("operations", ())
    return found


def _compile(spec: Mapping[str, Any], positions: Positions) -> None:
    """Compile what the policy says, for the errors in it."""
    from policygate.policy.expressions import compile_rules

    try:
        compile_rules(spec, lambda path, wrong: _uncompiled(positions, path, wrong))
    except UnsupportedKeywordError as unsupported:
        raise _error(positions, unsupported.path, str(unsupported)) from None


def _check(spec: Mapping[str, Any], positions: Positions) -> Check:
    """The policy's check; what it needs is imported and compiled when it first judges something."""
    compiled: list[Check] = []

    def check(pair: Pair, params: Any) -> Iterable[Problem]:
        if not compiled:
            from policygate.policy.expressions import check_of

            compiled.append(check_of(spec, lambda path, wrong: _uncompiled(positions, path, wrong)))
        return compiled[0](pair, params)

    return check


def _uncompiled(positions: Positions, path: Path, wrong: CelError) -> PolicyError:
    """The error for an expression that does not compile, with a mark under the place."""
    return _error(positions, path, wrong.message, wrong.caret if wrong.expression else "")


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
    return Policy(
        id=value["metadata"]["name"],
        title=spec["title"],
        level=spec["level"],
        check=_check(spec, positions),
        scope=spec.get("scope", "object"),
        match=_match(spec.get("match", {}), ("CREATE", "UPDATE")),
        exclude=_match(spec["exclude"], ()) if spec.get("exclude") else None,
        params={
            name: as_declared(schema, schema["default"])
            for name, schema in spec.get("params", {}).items()
        },
        param_schemas=spec.get("params", {}),
        why=spec["why"].strip(),
        fix=spec["fix"].strip(),
        references=tuple(spec.get("references", ())),
        examples=tuple(_example(example) for example in spec["examples"]),
        waivable=spec.get("waivable", True),
        secret=spec.get("secret", False),
        enabled=spec.get("enabled", True),
        refines=tuple(spec.get("refines", ())),
        written=Written(spec, positions),
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
        at=fields.get("at", "example.yaml"),
    )
