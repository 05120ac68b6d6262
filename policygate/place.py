"""Places inside a resource: a path in words, and the same place at the base and at the head.

A list is a set to most of Kubernetes: an item is found again by its name (or another natural key),
a scalar by its value, anything else by its whole content, never by its index. Not for positions in
a file: `yamldoc` knows those.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from policygate.model import Path

_NATURAL_KEYS: Final = (
    "name", "mountPath", "devicePath", "containerPort", "topologyKey", "ip", "host", "key", "port",
)  # fmt: skip
"""Merge keys of the Kubernetes API's lists, https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy"""
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
def _numbered(items: _Same) -> tuple[list[Token], dict[Token, int]]:
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


class _Same:
    """A list as a key: the same object, which it keeps alive, not an equal one."""

    __slots__ = ("value",)

    def __init__(self, value: list[Any]) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


def token(items: list[Any], index: int) -> Token:
    """What tells one item of a list from the others: its natural key, or its whole content."""
    return _numbered(_Same(items))[0][index]


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


def follow(body: Any, place: tuple[Any, ...]) -> tuple[Path, Any, bool]:
    """Find the place that `tokens` described in another body.

    Returns:
        The path as far as it exists, the value there, and whether the whole place exists.
    """
    path: list[str | int] = []
    for part in place:
        if isinstance(part, tuple) and isinstance(body, list):
            index = _numbered(_Same(body))[1].get(part)
            if index is None:
                return tuple(path), None, False
            path.append(index)
            body = body[index]
        elif isinstance(body, dict) and part in body:
            path.append(part)
            body = body[part]
        else:
            return tuple(path), None, False
    return tuple(path), body, True


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
