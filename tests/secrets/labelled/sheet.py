"""The sheets that the labelled manifests are written in, and how they become cases.

A sheet holds sections `=== name @ place argument` under headings `%% kind`; a table holds rows of
name, place, key and value. In both `$<builder>` stands for a value, `$<builder|b64>` for its
encoded form, `$<b64:text:>` for an encoded text and `$<=text>` for a text that this file does
not show as a literal. Words between name and place are options: `path=…` of the file, `crlf`,
`bom`, `noline`. A line `+++ path` begins another file of the repository.
"""

from __future__ import annotations

import base64
import json
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple
from urllib.parse import quote

from tests.secrets.labelled.builders import PUBLIC, SECRET
from tests.secrets.labelled.places import PLACES, ROWS, default_path

MARK = chr(0xE000)
SIMPLE = re.compile(r"\$<([a-z][a-z0-9]*)((?:\|[a-z0-9]+)*)>")
LITERAL = re.compile(r"\$<=([^>]*)>")
REGION = re.compile(r"\$<([a-z0-9]+):((?:(?!\$<[a-z0-9]+:).)*?):>", re.DOTALL)


class Case(NamedTuple):
    """One labelled file, and what stands beside it in the repository.

    Attributes:
        name: Unique and speaking.
        leak: Whether a reviewer would want the value rotated.
        kind: The class that it is counted in.
        files: Path to text; the first one is judged.
        line: The line of the first file on which the secret begins; 0 is not checked.
        values: The secret in every form that it stands in, and decoded.
    """

    name: str
    leak: bool
    kind: str
    files: Mapping[str, str]
    line: int = 0
    values: tuple[str, ...] = ()


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _wrapped(text: str) -> str:
    plain = _b64(text)
    return "\n".join(plain[i : i + 76] for i in range(0, len(plain), 76))


def _split(text: str) -> str:
    middle = len(text) // 2
    return f"{text[:middle]}\\\n{text[middle:]}"


ENCODERS: dict[str, Callable[[str], str]] = {
    "b64": _b64,
    "b64lines": _wrapped,
    "b64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "url": lambda text: quote(text, safe=""),
    "escaped": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "json": lambda text: json.dumps(text, ensure_ascii=False),
    "split": _split,
    "upper": str.upper,
    "flat": lambda text: text.replace("\n", ""),
}
READABLE = ("json", "escaped", "url", "split", "flat")
"""Encoders that leave what they get in sight."""


@dataclass
class Rendering:
    """The values of one case, and the text that they stand in."""

    random: Random
    made: dict[str, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)

    def render(self, template: str) -> str:
        """The text with every marker replaced; a mark stands before every secret."""
        text = _replace(SIMPLE, template, self._simple)
        text = LITERAL.sub(lambda match: match[1], text)
        while REGION.search(text):
            text = _replace(REGION, text, self._region, once=True)
        return text

    def _value(self, name: str) -> tuple[str, bool]:
        key = name if name in SECRET or name in PUBLIC else name.rstrip("23456789")
        if name not in self.made:
            self.made[name] = {**PUBLIC, **SECRET}[key](self.random)
        return self.made[name], key in SECRET

    def _simple(self, match: re.Match[str], indent: str) -> str:
        value, secret = self._value(match[1])
        forms = [value]
        for name in filter(None, match[2].split("|")):
            forms.append(ENCODERS[name](forms[-1]))
        if secret:
            for form in forms:
                self._keep(form)
        text = forms[-1].replace("\n", "\n" + indent)
        return MARK + text if secret else text

    def _region(self, match: re.Match[str], indent: str) -> str:
        name, content = match[1], match[2]
        if content.startswith("\n"):
            content = textwrap.dedent(content[1:])
            content = re.sub(r"\n[ ]*\Z", "\n", content)
        else:
            content = content.replace("\n" + indent, "\n")
        secret = MARK in content
        if name in ("json", "escaped"):
            return ENCODERS[name](content)
        done = ENCODERS[name](content.replace(MARK, ""))
        if secret:
            self._keep(done)
        done = done.replace("\n", "\n" + indent)
        return MARK + done if secret else done

    def _keep(self, form: str) -> None:
        parts = form.split("\\\n") if "\\\n" in form else form.split("\n")
        forms = [form] if "\n" not in form else [form, *(x for x in parts if _telling(x))]
        self.values += [x for x in forms if x not in self.values]


def _telling(line: str) -> bool:
    return len(line) >= 8 and " " not in line and not line.startswith("-----")


def _replace(
    pattern: re.Pattern[str],
    text: str,
    make: Callable[[re.Match[str], str], str],
    *,
    once: bool = False,
) -> str:
    """Substitute, telling `make` how far the line of the match is indented."""

    def sub(match: re.Match[str]) -> str:
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        indent = line[: len(line) - len(line.lstrip(" "))]
        return make(match, indent)

    return pattern.sub(sub, text, count=1 if once else 0)


def _case(name: str, kind: str, files: dict[str, str], options: str, *, leak: bool) -> Case:
    rendering = Rendering(Random(name))
    done = {path: rendering.render(text) for path, text in files.items()}
    first = next(iter(done))
    at = done[first].find(MARK)
    line = 0 if at < 0 or not leak or "noline" in options else done[first].count("\n", 0, at) + 1
    done = {path: text.replace(MARK, "") for path, text in done.items()}
    if "crlf" in options:
        done[first] = done[first].replace("\n", "\r\n")
    if "bom" in options:
        done[first] = chr(0xFEFF) + done[first]
    if leak and not rendering.values:
        raise ValueError(f"{name}: a leak without a secret")
    if not leak and rendering.values:
        raise ValueError(f"{name}: a secret in a look-alike")
    return Case(name, leak, kind, done, line, tuple(rendering.values))


def _sections(text: str) -> Iterator[tuple[str, str, str]]:
    """Kind, header and body of every section."""
    kind = ""
    for chunk in re.split(r"^(?==== |%% )", text, flags=re.MULTILINE):
        head, _, body = chunk.partition("\n")
        if head.startswith("%% "):
            kind = head[3:].strip()
        elif head.startswith("=== "):
            yield kind, head[4:], body


def sheet(text: str, *, leak: bool) -> list[Case]:
    """The cases of a sheet."""
    found = []
    for kind, head, body in _sections(text):
        name, _, place = head.partition(" @ ")
        name, *options = name.split()
        place, _, argument = place.partition(" ")
        main, *others = re.split(r"^\+\+\+ ", body, flags=re.MULTILINE)
        random = Random(f"place {name}")
        if place:
            main = PLACES[place](random, argument.strip(), main.rstrip("\n"))
        path = next((x[5:] for x in options if x.startswith("path=")), default_path(random, place))
        files = {path: main}
        for other in others:
            where, _, content = other.partition("\n")
            files[where.strip()] = content
        found.append(_case(name, kind, files, " ".join(options), leak=leak))
    return found


def table(text: str, *, leak: bool) -> list[Case]:
    """The cases of a table: one a row, columns apart by two spaces or more."""
    found, kind = [], ""
    for row in filter(None, map(str.strip, text.splitlines())):
        if row.startswith("%% "):
            kind = row[3:].strip()
            continue
        name, place, key, value = re.split(r"\s{2,}", row, maxsplit=3)
        place, _, argument = place.partition(":")
        random = Random(f"place {name}")
        main = ROWS[place](random, argument, (key, value))
        files = {default_path(random, place): main}
        found.append(_case(name, kind, files, "", leak=leak))
    return found
