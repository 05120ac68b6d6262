"""The documents of a changed file, each with what it was: for policies of the scope `file`.

Not for pairing resources (`pairing`); what is a resource is found again wherever it was.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policygate.identity import Identity
from policygate.kube import sops
from policygate.policy.types import UnjudgedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policygate.model import Path
    from policygate.policy.types import Pair
    from policygate.yamldoc import Document, Parsed


def readable(pair: Pair) -> Iterator[Document]:
    """Yield the documents of a file at the head that can be read."""
    return (each for each in pair.head.documents if each.readable)


@contextmanager
def affordable() -> Iterator[None]:
    """Say that something could not be judged where its regular expressions cost too much.

    Raises:
        UnjudgedError: In place of `BudgetError`.
    """
    from policygate.cel.errors import BudgetError

    try:
        yield
    except BudgetError:
        raise UnjudgedError("regular expressions of SOPS cost too much") from None


def left_open(document: Document, file: Parsed) -> list[Path]:
    """The places of values that SOPS should have encrypted, and that are not.

    Raises:
        UnjudgedError: What the document says of it costs too much to find out.
    """
    lines = file.text.split("\n")
    with affordable():
        return list(sops.left_open(document.value, lambda path: _comments(path, document, lines)))


def _comments(path: Path, document: Document, lines: Sequence[str]) -> Iterator[str]:
    """The comments that surely go for a value: behind it, and right above it or what it stands in."""
    at = document.locate_value(path)
    behind = lines[at.end_line - 1][at.end_column - 1 :].strip()
    if behind.startswith("#"):
        yield behind[1:]
    for depth in range(1, len(path) + 1):
        line = document.locate(path[:depth]).line - 1
        # A text of several lines, which may hold anything, stands further in than the key that follows.
        indent = len(lines[line]) - len(lines[line].lstrip())
        mark = lines[line][:indent] + "#"
        while line > 0 and lines[line - 1].startswith(mark):
            line -= 1
            yield lines[line].strip()[1:]


def versions(pair: Pair) -> Iterator[tuple[Any, Document]]:
    """Yield what each document was at the base, and the document; nothing for one that is new.

    What is no resource is the document at the same place of the file.
    """
    resources = _bases(Identity(pair.context.changes))
    others = [each for each in pair.base.documents if each.readable] if pair.base else []
    for index, document in enumerate(readable(pair)):
        if id(document.value) in resources:
            base = resources[id(document.value)]
        else:
            base = others[index].value if index < len(others) else None
        if base is not None:
            yield base, document


@lru_cache(maxsize=2)
def _bases(changes: Identity) -> dict[int, Any]:
    """What resources were at the base, by the identity of their bodies at the head.

    One that is new may be one that is gone from elsewhere: encrypted and in the clear they have little in
    common but their name.
    """
    gone = {each.id[1:]: each.base.body for each in changes.value if each.head is None}
    return {
        id(each.head.body): each.base.body if each.base is not None else gone.get(each.id[1:])
        for each in changes.value
        if each.head is not None
    }
