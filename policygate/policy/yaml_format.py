"""Policies written in YAML: from a file's bytes to a `Policy`.

What is allowed in the file stands in `document`, what its validations do in `expressions`; this
module gives the rest its meaning.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from policygate.errors import PolicyError
from policygate.policy.params import as_declared
from policygate.policy.traps import hint
from policygate.policy.types import Example, Match, Policy, Written
from policygate.vetted import NOTHING
from policygate.yamldoc import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policygate.model import Positions
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
    if vetted is not None and not vetted.knows(data, "policy"):
        from policygate.policy.vetting import vet

        vet(document.value, document, _lines(data))
        vetted.remember(data, "policy")
    return _build(document.value, document, file)


def _lines(data: bytes) -> list[str]:
    return data.decode(errors="replace").splitlines()


def _check(spec: Mapping[str, Any], positions: Positions) -> Check:
    """The policy's check; what it needs is imported and compiled when it first judges something."""
    compiled: list[Check] = []

    def check(pair: Pair, params: Any) -> Iterable[Problem]:
        if not compiled:
            from policygate.policy.expressions import check_of
            from policygate.policy.vetting import uncompiled

            compiled.append(check_of(spec, lambda path, wrong: uncompiled(positions, path, wrong)))
        return compiled[0](pair, params)

    return check


def _build(value: dict[str, Any], positions: Positions, file: str) -> Policy:
    name, stem = value["metadata"]["name"], PurePosixPath(file).stem
    if name != stem:
        at = positions.locate(("metadata", "name"))
        message = f"the name must be the file's stem, `{stem}`"
        rename = f"Or rename the file: {name}.yaml."
        raise PolicyError(f"{file}:{at.line}:{at.column}: {message}", rename)
    spec = value["spec"]
    page = {
        "why": spec["why"].strip(),
        "references": tuple(spec.get("references", ())),
        "standards": tuple(spec.get("standards", ())),
        "peers": tuple(spec.get("peers", ())),
        "examples": tuple(_example(example) for example in spec["examples"]),
        "written": Written(spec, positions),
    }
    return replace(of_spec(spec, file, positions), **page)


JUDGING: Final = (
    "title", "level", "match", "exclude", "params", "scope", "matchConditions", "variables",
    "validations", "fix", "waivable", "secret", "enabled", "refines",
)  # fmt: skip
"""What judging needs of a spec; the rest is for its readers."""


def of_spec(spec: Mapping[str, Any], file: str, positions: Positions) -> Policy:
    """The policy that a spec describes, without what only its readers want.

    Args:
        spec: A `spec` that has passed the format, or those of its keys that judging needs.
        file: The policy's file; its stem is the id.
        positions: Where the spec stands in it.
    """
    return Policy(
        id=PurePosixPath(file).stem,
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
        fix=spec["fix"].strip(),
        waivable=spec.get("waivable", True),
        secret=spec.get("secret", False),
        enabled=spec.get("enabled", True),
        refines=tuple(spec.get("refines", ())),
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
