"""What `.gitattributes` says of a file: whether git-crypt encrypts it, whether git recodes it.

Not for running git, which is `git`, and not for what `.git/info/attributes` says, which no clone has.
https://git-scm.com/docs/gitattributes, https://github.com/AGWA/git-crypt#using-git-crypt
"""

from __future__ import annotations

import re
from posixpath import dirname, join
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.cel.errors import EvaluationError
from policygate.cel.regex import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

FILE: Final = ".gitattributes"
_FILTER: Final = "filter"
_ENCODING: Final = "working-tree-encoding"
_GIT_CRYPT: Final = "git-crypt"
_MACRO: Final = "[attr]"
_WORDS: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_GLOB: Final = re.compile(
    r"(?P<any_folders>(?:(?<=/)|\A)\*\*/)|(?P<all_below>(?<=/)\*\*\Z)|(?P<stars>\*+)|(?P<one>\?)"
    r"|\[(?P<not>[!^]?)(?P<set>\]?[^\]]+)\]|\\(?P<quoted>.)|(?P<char>.)",
    re.DOTALL,
)


class Rule(NamedTuple):
    """A line: the pattern of the paths below its folder, and what it says of the attributes we ask for."""

    pattern: str
    said: Mapping[str, str]


class GitAttributes:
    """The attributes of a state.

    Args:
        read: The text of a file; None where there is none.
    """

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._macros: dict[str, Mapping[str, str]] = {}

    def is_git_crypt(self, path: str) -> bool:
        """Whether a file is one that git-crypt encrypts."""
        driver = self._value(path, _FILTER)
        return driver == _GIT_CRYPT or driver.startswith(f"{_GIT_CRYPT}-")  # a key of its own

    def is_recoded(self, path: str) -> bool:
        """Whether git writes a file to disk in another encoding than it keeps it in."""
        return bool(self._value(path, _ENCODING))

    def _value(self, path: str, name: str) -> str:
        """What an attribute is set to; the last line that says something counts."""
        value = ""
        for folder in _folders(dirname(path)):
            inside = path.removeprefix(f"{folder}/") if folder else path
            for rule in self._rules_of(folder):
                if name in rule.said and _matches(rule.pattern, inside):
                    value = rule.said[name]
        return value

    def _rules_of(self, folder: str) -> tuple[Rule, ...]:
        if folder not in self._rules:
            text = self._read(join(folder, FILE)) or ""
            self._rules[folder] = tuple(self._parsed(text.splitlines()))
        return self._rules[folder]

    def _parsed(self, lines: Iterable[str]) -> Iterator[Rule]:
        for line in lines:
            words = [quoted or word for quoted, word in _WORDS.findall(line)]
            if not words or words[0].startswith(("#", "!")):
                continue
            said = self._said(words[1:])
            if said and words[0].startswith(_MACRO):
                self._macros[words[0].removeprefix(_MACRO)] = said
            elif said:
                yield Rule(words[0], said)

    def _said(self, attributes: Iterable[str]) -> dict[str, str]:
        """What the words of a line say of the attributes we ask for."""
        said: dict[str, str] = {}
        for each in attributes:
            name, _, value = each.partition("=")
            if name.lstrip("-!") in (_FILTER, _ENCODING):
                said[name.lstrip("-!")] = value
            elif name in self._macros:
                said.update(self._macros[name])
        return said


def _folders(folder: str) -> Iterator[str]:
    """The top folder, and every one down to this one."""
    yield ""
    parts = folder.split("/") if folder else []
    for depth in range(1, len(parts) + 1):
        yield "/".join(parts[:depth])


def _matches(glob: str, path: str) -> bool:
    if "/" not in glob:
        path = path.rpartition("/")[2]
    try:
        return compile_pattern(_expression(glob.removeprefix("/"))).search(path, 0) is not None
    except EvaluationError:
        return False


def _expression(glob: str) -> str:
    """A glob as a regular expression: in linear time, for whoever writes it may mean no good."""
    out = ""
    for found in _GLOB.finditer(glob):
        kind, text = str(found.lastgroup), found[0]
        if kind == "set":
            text = f"[{'^' if found['not'] else ''}{found['set']}]"
        elif kind in {"quoted", "char"}:
            text = re.escape(found[kind])
        else:
            text = {"any_folders": "(?:[^/]+/)*", "all_below": ".+", "one": "[^/]"}.get(
                kind, "[^/]*"
            )
        out += text
    return rf"(?s)\A(?:{out})\z"
