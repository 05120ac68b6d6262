"""Conditions and validations that are decided before anything is judged, and names nobody reads.

An expression is evaluated while nothing is known of its subject but what `match` says: where it has
a value all the same, no resource changes it. Not for what examples reach (`coverage`).
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, Final

from policygate.authoring.advice import Advice, meant
from policygate.cel import CelError, EvaluationError, Lazy, Program, compile_expression
from policygate.cel.syntax import Index, Literal, Name, Node, Select, children
from policygate.kube.openapi import groups_of, kind_names
from policygate.kube.places import BUILT_IN
from policygate.policy.subject import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.policy.expressions import Rules

_VERSION: Final = re.compile(r"v[0-9]+((alpha|beta)[0-9]+)?")
_NEAR: Final = 0.84
_ALL_OPERATIONS: Final = ("CREATE", "UPDATE")


def decided(spec: Mapping[str, Any], rules: Rules) -> Iterator[Advice]:
    """What never depends on the subject."""
    known = known_from_match(spec, rules)
    for index, condition in enumerate(rules.conditions):
        place = ("spec", "matchConditions", index, "expression")
        value = settled(condition, known)
        if value is False:
            yield Advice(place, "this condition is never true: the policy judges nothing")
        elif value is True:
            yield Advice(place, "this condition is always true", "Leave it out.")
    texts: dict[str, int] = {}
    for index, validation in enumerate(rules.validations):
        place = ("spec", "validations", index, "expression")
        if validation.expression is None:
            continue
        if settled(validation.expression, known) is True:
            yield Advice(place, "this validation is always true: it can find nothing")
        text = " ".join(validation.expression.text.split())
        first = texts.setdefault(text, index)
        if first != index:
            yield Advice(place, f"this is validation {first + 1} again: both find the same")


def known_from_match(spec: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """What is known of the variables from `match` alone; everything else has no value yet."""

    def unknown() -> Any:
        raise EvaluationError("not known before there is a subject")

    scope = spec.get("scope", "object")
    bound: dict[str, Any] = {name: Lazy(unknown) for name in NAMES[scope]}
    operations = set(spec.get("match", {}).get("operations") or _ALL_OPERATIONS)
    if operations == {"CREATE"}:
        bound |= {name: None for name in bound if name.startswith("old")}
    if operations == {"DELETE"}:
        bound["object"] = None
    if len(operations) == 1:
        bound["request.operation"] = next(iter(operations))
    for name, program in rules.variables:
        bound[name] = program.lazy(bound)
    return bound


def settled(program: Program, known: Mapping[str, Any]) -> Any:
    """The value of an expression before there is a subject; None where it depends on one."""
    try:
        return compile_expression(program.text, known).evaluate(known)
    except CelError:
        return None


def unread(spec: Mapping[str, Any], rules: Rules) -> Iterator[Advice]:
    """Variables and parameters that no expression reads."""
    programs = list(_programs(rules))
    read = {name for program in programs for name in program.variables}
    for index, (name, _) in enumerate(rules.variables):
        if name not in read:
            place = ("spec", "variables", index, "name")
            yield Advice(place, f"nothing reads `{name}`", "Leave it out.")
    params = _params_read([program.tree for program in programs])
    if params is not None:
        for name in spec.get("params", {}):
            if name not in params:
                yield Advice(("spec", "params", name), f"nothing reads `params.{name}`")


def _programs(rules: Rules) -> Iterator[Program]:
    yield from rules.conditions
    yield from (program for _, program in rules.variables)
    for validation in rules.validations:
        for program in (validation.expression, validation.computed, *validation.message.programs):
            if program is not None:
                yield program


def _params_read(trees: list[Node]) -> set[str] | None:
    """The parameters that expressions name; None where they read all of them at once."""
    found: set[str] = set()
    waiting = list(trees)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name) and node.name == "params":
            return None
        if isinstance(node, Select) and _is_params(node.operand):
            found.add(node.field)
        elif isinstance(node, Index) and _is_params(node.operand) and isinstance(node.key, Literal):
            found.add(str(node.key.value))
        else:
            waiting += children(node)
    return found


def _is_params(node: Node) -> bool:
    return isinstance(node, Name) and node.name == "params"


def mismatched(spec: Mapping[str, Any]) -> Iterator[Advice]:
    """Kinds that are probably misspelt, or have nothing of the policy's scope."""
    match, scope = spec.get("match", {}), spec.get("scope", "object")
    for section in ("match", "exclude"):
        for index, kind in enumerate((spec.get(section) or {}).get("kinds", ())):
            said = _misspelt(kind)
            if said is not None:
                yield Advice(("spec", section, "kinds", index), *said)
    without = kind_names() - {name for _, name in BUILT_IN}
    for index, kind in enumerate(match.get("kinds", ()) if scope != "object" else ()):
        if kind in without:
            place = ("spec", "match", "kinds", index)
            yield Advice(place, f"a {kind} has no {scope}: nothing of it is judged")


def _misspelt(kind: str) -> tuple[str, str] | None:
    """What is probably wrong with the name of a kind, and the hint; None for custom kinds."""
    group, _, name = kind.rpartition("/")
    first, _, version = group.rpartition("/")
    if _VERSION.fullmatch(version):
        return f"`{kind}` names a version", f"Write `{first or 'core'}/{name}`."
    hint = meant(name, kind_names() | {"workload"})
    groups = groups_of(name)
    if not group or group in _groups():
        if groups and group and group not in groups:
            return f"{group} has no kind `{name}`", f"Write `{min(groups)}/{name}`."
        unknown = not groups and name not in {"workload", "*"}
        return (f"Kubernetes has no kind `{name}`", hint) if unknown and hint else None
    near = [each for each in groups if _is_near(group, each)]
    return (f"Kubernetes has no group `{group}`", f"Did you mean `{near[0]}`?") if near else None


def _groups() -> frozenset[str]:
    return frozenset(group for name in kind_names() for group in groups_of(name))


def _is_near(word: str, other: str) -> bool:
    """Whether a word is another one but for a letter or two; `istio.io` is not `k8s.io`."""
    matcher = difflib.SequenceMatcher(None, word, other)
    return matcher.ratio() > _NEAR and abs(len(word) - len(other)) <= 1
