"""Places inside a resource: a path in words, and the same place at the base and at the head.

A list is a set to most of Kubernetes: an item is found again by its name (or another natural key),
a scalar by its value, anything else by its whole content, never by its index. Not for positions in
a file: `yamldoc` knows those.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.identity import Identity

if TYPE_CHECKING:
    from policygate.model import Path

_NATURAL_KEYS: Final = (
    "name", "mountPath", "devicePath", "containerPort", "topologyKey", "ip", "host", "key", "port",
)  # fmt: skip
"""Merge keys of the Kubernetes API's lists, https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy"""
_MOST_COMPARED: Final = 4096
"""So many pairs of nameless items are compared; of more, those at equal places are taken as pairs."""
_PLAIN_KEY: Final = re.compile(r"^[A-Za-z0-9_$-]+$")


Token = tuple[str, str]
"""What tells one item of a list from the others: `(how, value)`, equal at base and head."""


def _token(item: Any) -> Token:
    if isinstance(item, dict):
        for key in _NATURAL_KEYS:
            value = item.get(key)
            if isinstance(value, (str, int)):
                return (key, str(value))
    return ("=", canonical(item))


@functools.lru_cache(maxsize=64)
def _numbered(items: Identity) -> tuple[list[Token], dict[Token, int]]:
    """The tokens of a list, and where each stands; twins after the first get a number."""
    seen: Counter[Token] = Counter()
    found: list[Token] = []
    for item in items.value:
        how, value = base = _token(item)
        seen[base] += 1
        twin = seen[base] > 1 and how != "="
        found.append((how, f"{value}#{seen[base] - 1}") if twin else base)
    where: dict[Token, int] = {}
    for index, each in enumerate(found):
        where.setdefault(each, index)
    return found, where


def token(items: list[Any], index: int) -> Token:
    """What tells one item of a list from the others: its natural key, or its whole content."""
    return _numbered(Identity(items))[0][index]


def canonical(value: Any) -> str:
    """A text that is equal for equal JSON values, whatever the order of keys."""
    if isinstance(value, dict):
        parts = (f"{key!r}:{canonical(value[key])}" for key in sorted(value))
        return "{" + ",".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return f"{type(value).__name__}:{value!r}"


def tokens(body: Any, path: Path) -> tuple[Any, ...]:
    """The path with every list index replaced by its item's `token`."""
    found: list[Any] = []
    for part in path:
        if isinstance(body, list) and isinstance(part, int) and part < len(body):
            found.append(token(body, part))
            body = body[part]
        else:
            found.append(part)
            body = body.get(part) if isinstance(body, dict) else None
    return tuple(found)


class Counterpart(NamedTuple):
    """The same place in another body.

    Attributes:
        path: The path there, also where it does not exist, but for list items that are not there.
        depth: How many of its parts exist.
        value: What stands there, None where nothing does.
        same: Whether every list item on the way is known to be the same one: by its natural key or
            because its content is equal. Without that it is only the most similar one.
    """

    path: Path
    depth: int
    value: Any
    same: bool

    @property
    def exists(self) -> bool:
        """Whether the whole place exists."""
        return self.depth == len(self.path)


def counterpart(body: Any, other: Any, path: Path) -> Counterpart | None:
    """Find a place of one body in another one.

    Returns:
        The place; None where it lies in a list item that the other body has nothing like.
    """
    found: list[str | int] = []
    depth, same, missing = 0, True, False
    for part in path:
        step: str | int = part
        if isinstance(part, int) and isinstance(body, list) and part < len(body):
            index = part
            if isinstance(other, list) and not missing:
                at, surely = _aligned(Identity(body), Identity(other)).get(part, (None, False))
                if at is None:
                    return None
                index, same = at, same and surely
            step, body = index, body[part]
        else:
            body = body.get(part) if isinstance(body, dict) else None
        found.append(step)
        _, there = look_up(other, (step,))
        missing = missing or not there
        if not missing:
            other, depth = look_up(other, (step,))[0], depth + 1
    return Counterpart(tuple(found), depth, None if missing else other, same)


@functools.lru_cache(maxsize=256)
def _aligned(items: Identity, others: Identity) -> dict[int, tuple[int, bool]]:
    """Which item of another list each item is, and whether that is sure."""
    here, there = _numbered(items)[0], _numbered(others)[1]
    found = {i: (there[each], True) for i, each in enumerate(here) if each in there}
    taken = {at for at, _ in found.values()}
    left = [i for i, (how, _) in enumerate(here) if how == "=" and i not in found]
    free = [i for i, (how, _) in enumerate(_numbered(others)[0]) if how == "=" and i not in taken]
    if len(left) * len(free) <= _MOST_COMPARED:
        mine = {i: leaves(items.value[i]) for i in left}
        theirs = {i: leaves(others.value[i]) for i in free}
        alike = ((-len(mine[i] & theirs[j]), i, j) for i in left for j in free)
        for shared, i, j in sorted(alike):
            if shared < 0 and i in left and j in free:
                found[i] = (j, False)
                left.remove(i)
                free.remove(j)
    found.update((i, (j, False)) for i, j in zip(left, free, strict=False))
    return found


def leaves(value: Any, path: str = "") -> frozenset[str]:
    """Every scalar of a value with its place, lists taken as sets."""
    if isinstance(value, dict):
        return frozenset().union(*(leaves(v, f"{path}.{k}") for k, v in value.items()))
    if isinstance(value, list):
        return frozenset().union(*(leaves(v, f"{path}[]") for v in value))
    return frozenset({f"{path}={value!r}"})


def look_up(body: Any, path: Path) -> tuple[Any, bool]:
    """The value at a path, and whether the path exists."""
    for part in path:
        if isinstance(body, dict):
            if part not in body:
                return None, False
            body = body[part]
        elif isinstance(body, list) and isinstance(part, int) and 0 <= part < len(body):
            body = body[part]
        else:
            return None, False
    return body, True


def in_words(body: Any, path: Path) -> str:
    """The path as people write it: `spec.template.spec.containers[web].image`."""
    text = ""
    for part in path:
        if isinstance(body, list) and isinstance(part, int) and part < len(body):
            how, value = token(body, part)
            text += f"[{part if how == '=' or not _PLAIN_KEY.match(value) else value}]"
            body = body[part]
            continue
        body = body.get(part) if isinstance(body, dict) else None
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.match(part):
            text += f".{part}" if text else part
        else:
            text += '["' + part.replace("\\", "\\\\").replace('"', '\\"') + '"]'
    return text


_STEP: Final = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|\.?([A-Za-z0-9_$-]+)')


def from_words(body: Any, words: str) -> Path | None:
    """The path that `in_words` names in a body; what comes after the last thing that is there need not be.

    Returns:
        The path; None for what is no place, and for an item that a list does not have.
    """
    path: list[str | int] = []
    at = 0
    while at < len(words):
        step = _STEP.match(words, at)
        if step is None:
            return None
        at = step.end()
        quoted, item, key = step.groups()
        if item is not None:
            index = _item_called(body, item)
            if index is None:
                return None
            path.append(index)
            body = body[index]
            continue
        part = key if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        path.append(part)
        body = body.get(part) if isinstance(body, dict) else None
    return tuple(path)


def _item_called(items: Any, name: str) -> int | None:
    """The index of the item of a list that `in_words` writes as `[name]`."""
    found = range(len(items)) if isinstance(items, list) else ()
    return next((at for at in found if in_words(items, (at,)) == f"[{name}]"), None)


def with_value(body: Any, path: Path, value: Any, *, there: bool = True) -> Any:
    """A copy of a body with another value at a path, or without it; what is missing on the way is made.

    Args:
        body: Mappings and lists; not changed, and shared with the copy where the path does not lead.
        path: Where.
        value: What stands there then.
        there: Whether anything stands there then.
    """
    if not path:
        return value if there else None
    part, rest = path[0], path[1:]
    if isinstance(body, list) and isinstance(part, int) and part < len(body):
        if not rest and not there:
            return [each for at, each in enumerate(body) if at != part]
        return [
            with_value(each, rest, value, there=there) if at == part else each
            for at, each in enumerate(body)
        ]
    held = dict(body) if isinstance(body, dict) else {}
    if not rest and not there:
        held.pop(part, None)
    elif there or part in held:
        held[part] = with_value(held.get(part), rest, value, there=there)
    return held
