"""The messages of a policy: text with `{{ CEL }}` in it.

A piece that has no value reads `(unset)`; one that rests on what may be a secret, `(hidden)`. A
message never loses a finding. Not for message expressions as a whole (`expressions`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.cel import CelError, ExpressionError, Meter, Program, compile_expression
from policygate.place import look_up
from policygate.policy.subject import roots_of
from policygate.secrets import may_be_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from policygate.model import Path, Resource
    from policygate.policy.types import Pair

PLACEHOLDER: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
UNSET: Final = "(unset)"
HIDDEN: Final = "(hidden)"


class Message(NamedTuple):
    """A message, compiled: texts, and the expressions between them."""

    texts: tuple[str, ...]
    programs: tuple[Program, ...]

    def say(self, bound: Mapping[str, Any], pair: Pair, meter: Meter) -> str:
        """The message for a subject."""
        values = [_shown(program, bound, pair, meter) for program in self.programs]
        return "".join(text + value for text, value in zip(self.texts, [*values, ""], strict=True))


def compile_message(
    text: str,
    names: Collection[str],
    path: Path,
    fail: Callable[[Path, CelError], Exception],
) -> Message:
    """Compile a message.

    Args:
        text: The message.
        names: The variables that its expressions may use.
        path: Where it stands in the policy file.
        fail: Makes the error for a place in the file and what is wrong there.

    Raises:
        Exception: What `fail` made.
    """
    pieces = PLACEHOLDER.split(text)
    for piece in pieces[::2]:
        if "{{" in piece:
            raise fail(path, ExpressionError(f"`{{{{` is not closed: {piece[:60]}"))
    programs = []
    for expression in pieces[1::2]:
        try:
            programs.append(compile_expression(expression.strip(), names))
        except ExpressionError as wrong:
            raise fail(path, wrong) from None
    return Message(tuple(pieces[::2]), tuple(programs))


def _shown(program: Program, bound: Mapping[str, Any], pair: Pair, meter: Meter) -> str:
    from policygate.cel.library.text_format import shown

    try:
        found = program.trace(bound, meter)
        if found.value is None or found.value == "":
            return UNSET if found.value is None else '""'
        text = shown(found.value, meter)
    except CelError:
        return UNSET
    return HIDDEN if any(hides(path, pair) for path in found.sources) else text


def hides(path: tuple[Any, ...], pair: Pair) -> bool:
    """Whether what a path of the blame leads to must not be shown."""
    change = pair.change
    if change is None:
        return False
    for roots, resource in zip(roots_of(pair), (change.head, change.base), strict=True):
        if path[0] in roots and resource is not None:
            whole = (*roots[path[0]], *path[1:])
            value, exists = look_up(resource.body, whole)
            return exists and hidden(resource, whole, value)
    return False


def hidden(resource: Resource, path: Path, value: Any) -> bool:
    """Whether a value of a resource must not be shown."""
    return may_be_secret(resource.id.kind, path, value)
