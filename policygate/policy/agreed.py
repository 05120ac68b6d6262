"""What the policies on labels and annotations that a team has agreed on have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.cel.regex import compile_pattern
from policygate.kube.names import is_placeholder
from policygate.policy.types import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.policy.types import Pair


def not_as_agreed(
    pair: Pair, field: str, wanted: Mapping[str, str], *, added_later: bool
) -> Iterator[Problem]:
    """Yield keys that are missing, and values that do not match.

    Args:
        pair: A pair of resources.
        field: `labels` or `annotations`.
        wanted: Keys, and a regular expression for the whole value of each.
        added_later: Whether something else adds what is missing.
    """
    who, what = f"{pair.head.id.kind} {pair.head.id.name}", field.removesuffix("s")
    for key, pattern in wanted.items():
        at = pair.head.view.metadata[field][key]
        text = at.string()
        if not at:
            if not added_later:
                yield Problem(at, f"{who} has no {what} {key}")
        elif not is_placeholder(text) and not _matches(pattern, text):
            yield Problem(at, f"the {what} {key} of {who} does not match {pattern}")


def _matches(pattern: str, text: str) -> bool:
    return compile_pattern(f"^(?:{pattern})$").search(text, 0) is not None
