"""The search for secrets: in a resource, and in what of a file is no resource.

A resource is searched once, whoever asks. Not for whether a finding is new, nor for words: policies.
"""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import basename
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.identity import Identity
from policygate.kube.resources import is_resource
from policygate.model import Location
from policygate.place import in_words, look_up
from policygate.secrets import assignments, bodies, fields, files
from policygate.secrets.anywhere import (
    SHORTEST,
    Empty,
    formats_in,
    is_for_both,
    searches_for,
    urls_in,
)
from policygate.secrets.assignments import assignments_in, may_assign, pair_of
from policygate.secrets.bodies import Walk, in_body, search_deeper
from policygate.secrets.commands import commands_in
from policygate.secrets.files import in_file, offset_in_block
from policygate.secrets.long_words import words_of
from policygate.secrets.names import naming
from policygate.secrets.secret_objects import FIELDS, in_secret, is_secret_data
from policygate.secrets.values import decoded_text, is_random

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.secrets.found import Found
    from policygate.yamldoc import Document, Parsed

_MARKED: Final = re.compile(r"#[^\n]{8,2000}")
"""What may be comments: quick, for all of a text at once."""
_COMMENT: Final = re.compile(r"(?:^|(?<=[ \t]))#([^\n]{8,2000})")
"""A comment: a `#` inside of a word begins none, `<path:kv/web#token>`."""
_EMPTY: Final = Empty()
"""What begins with a `#` and has no sign of a credential behind it."""
_GUESSED: Final = frozenset(
    {
        "a key", "a passphrase", "a password", "a password in a URL", "a password in a command", "a secret", "a token", "credentials",
    }
)  # fmt: skip
"""What is believed of a comment only where it looks rolled: comments are full of examples."""


class Placed(NamedTuple):
    """A credential of a file that stands in no resource, where, and the place in words."""

    found: Found
    location: Location
    words: str


def secrets_of(resource: Resource) -> tuple[Found, ...]:
    """The credentials of a resource, in the order of its text's keys."""
    return _of_body(Identity(resource.body), resource.id.group, resource.id.kind)


@lru_cache(maxsize=1024)  # every policy of the pack asks about the same resource
def _of_body(body: Identity, group: str, kind: str) -> tuple[Found, ...]:
    held = body.value
    if kind == "ConfigMap" and not group and isinstance(held.get("binaryData"), dict):
        rest = {key: value for key, value in held.items() if key != "binaryData"}
        return (*in_body(rest, kind), *_in_binary(held["binaryData"]))
    if kind == "Secret" and not group:
        rest = {key: value for key, value in held.items() if key not in FIELDS}
        return (*in_secret(held), *in_body(rest, kind))
    return tuple(in_body(held, kind, group))


def _in_binary(held: dict[str, Any]) -> Iterator[Found]:
    """What the texts among the binary data of a ConfigMap hold."""
    for key, value in held.items():
        text = decoded_text(value) if isinstance(value, str) else None
        for found in Walk().search(text, ("binaryData", key), key) if text else ():
            yield found._replace(line=-1)


def forget() -> None:
    """Drop what was remembered of searches: for a process that lives long, and for measuring a new one."""
    files.EMPTY.clear()
    for empty in (bodies.EMPTY, _EMPTY, *assignments.EMPTY.values()):
        empty.clear()
    for cached in (_of_body, fields.fields_of, files.kind_of, naming, is_for_both, words_of):
        cached.cache_clear()


def place_of(resource: Resource, found: Found) -> Location | None:
    """The line of a credential inside a block of text; None where its key says it better."""
    value, _ = look_up(resource.body, found.path)
    if not isinstance(value, str):
        return None
    at = resource.locate_value(found.path)
    line = offset_in_block(at, value, max(found.line, 0))
    return _at(at.file, line) if line != at.line else None


def secrets_beside(parsed: Parsed) -> Iterator[Placed]:
    """Yield the credentials of a file that stand in no resource of it.

    In documents that are something else (values of charts, patches), in what does not parse
    (templates), in comments, and in files that are no YAML.
    """
    text, file = parsed.text, parsed.file
    if not parsed.documents:
        name = basename(file)
        alone = "\n" not in text.strip()
        for found in (
            Walk().search(text, (), name.partition(".")[0])
            if alone
            else in_file(text, name, search_deeper)
        ):
            yield _on_line(file, max(found.line, 0) + 1, found)
        return
    for document in parsed.documents:
        if not document.readable:
            lines = text.split("\n")[document.first_line - 1 : document.last_line]
            for found in in_file("\n".join(lines), file, search_deeper):
                yield _on_line(file, document.first_line + found.line, found)
        elif not is_resource(document.value, file):
            yield from _in_document(document)
    yield from _in_comments(text, file)


def _in_document(document: Document) -> Iterator[Placed]:
    value = document.value
    if is_secret_data(value):
        found_all = [
            *in_secret(value),
            *in_body({k: v for k, v in value.items() if k not in FIELDS}, ""),
        ]
    else:
        found_all = list(in_body(value, ""))
    for found in found_all:
        at = document.locate(found.path)
        inner = look_up(value, found.path)[0]
        line = at.line
        if isinstance(inner, str) and "\n" in inner and found.line >= 0:
            line = offset_in_block(document.locate_value(found.path), inner, found.line)
        yield Placed(
            found, at if line == at.line else _at(document.file, line), in_words(value, found.path)
        )


def _in_comments(text: str, file: str) -> Iterator[Placed]:
    """What was commented out stays readable: formats, URLs, and assignments of what looks rolled."""
    comments = [each for each in _MARKED.findall(text) if each not in _EMPTY] if "#" in text else []
    if not comments:
        return
    together = "\n".join(comments)
    searched = "://" in together or bool(searches_for(comments))
    if not (searched or may_assign(together) or "value:" in together):
        for each in comments:
            _EMPTY.add(each)
        return
    before = ""
    for at, line in enumerate(text.split("\n"), 1):
        if "#" in line and (marked := line[line.index("#") :]) not in _EMPTY:
            comment = _COMMENT.search(line)
            found_all = (
                [*_in_comment(line[comment.start(1) :], before, searched=searched)]
                if comment is not None
                else []
            )
            if not found_all and "value:" not in marked:
                _EMPTY.add(marked)
            for found in found_all:
                yield Placed(found, _at(file, at), "a comment")
        before = line


def _in_comment(comment: str, before: str, *, searched: bool) -> Iterator[Found]:
    """What one comment holds; the line before it may name a `value:`."""
    surely = [*formats_in(comment), *urls_in(comment)] if searched else []
    guessed = list(pair_of(before, comment)) if "value:" in comment else []
    if not surely and may_assign(comment):
        guessed += [*assignments_in(comment, least=SHORTEST), *commands_in(comment)]
    for found in surely:
        if found.what not in _GUESSED or _is_meant(str(found.value)):
            yield found
    yield from (found for found in guessed if _is_meant(str(found.value)))


def _is_meant(value: str) -> bool:
    """Whether a value in a comment is no example: rolled, or letters and figures that somebody thought of."""
    typed = len(value) >= SHORTEST and any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return typed or is_random(value)


def _on_line(file: str, line: int, found: Found) -> Placed:
    return Placed(found, _at(file, line), found.name or f"line {line}")


def _at(file: str, line: int) -> Location:
    return Location(file, line, 1, line, 1)
