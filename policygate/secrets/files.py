"""Credentials in a text that is a file of its own: the values of a ConfigMap, a script, a patch, a dotenv file.

What reads as YAML or JSON is searched as the data it is, anything else line by line; how far an
assignment is believed depends on what kind of file it is. Not for one-line values (`bodies`).
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from policygate.place import in_words, look_up
from policygate.secrets.anywhere import everywhere, formats_in, holds_one, is_for_both
from policygate.secrets.assignments import assignments_in, may_assign, properties_in
from policygate.secrets.commands import commands_in, pgpass_in, userlist_in
from policygate.secrets.long_words import words_of
from policygate.secrets.names import naming
from policygate.secrets.values import is_random
from policygate.yamldoc import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policygate.model import Location
    from policygate.secrets.found import Found

MOST: Final = 1000
"""So many credentials of one text are named."""
_WHOLES: Final = 50
"""So many keys and tokens are known not to be named in parts."""
DEEPEST: Final = 4
"""So many documents inside of each other are opened."""
_LARGEST: Final = 512 * 1024
"""Characters of a text that is opened as a document; of a larger one only formats and URLs are found."""
_WORDS: Final = re.compile(r"[A-Za-z_][\w.-]{1,60}")
_QUOTED: Final = re.compile(r"\"(-{0,2}[A-Za-z_][\w.-]{1,60}+)\\?[\"=]")
"""What may be a name in JSON; dashboards hold thousands of words, and no secret."""
_ASSIGNED: Final = (
    "key: ", "key=", "passwd=", "password: ", "password=", "pwd=", "secret: ", "secret=", "token: ", "token=", "identified ", " -p",
)  # fmt: skip
"""What a text inside of JSON has where it assigns a secret, in small letters."""
_STRUCTURES: Final = frozenset(
    {
        "IDENTIFIED", "VALUES", "add_user", "auth", "auth-pass", "auths", "chpasswd", "curl", "htpasswd", "identified", "kty", "ldapsearch",
        "login", "mariadb", "mariadb-dump", "mc", "mongo", "mongodump", "mongosh", "mysql", "mysqladmin", "mysqldump", "op", "pgpass",
        "redis-cli", "sqlcmd", "sshpass",
    }
)  # fmt: skip
"""Words that say where a secret may follow without a name: registries, web keys, patches, commands, SQL."""
_LONG_KEY: Final = re.compile(r"[Kk]ey\\?[\"']?[ \t]{0,4}[:=][ \t]{0,4}\\?[\"']?[\w+/-]{20}")
_SIGNS: Final = (":*:", "@(", "@tcp(", "@unix(")
_SCHEMA: Final = "kind: CustomResourceDefinition"
"""What such a text names are fields, and no values; it is long, and holds no URL of its own."""
_PROSE: Final = (".md", ".markdown", ".rst", ".adoc", ".txt")
_TRANSLATIONS: Final = re.compile(
    r"(?:^|[/_.-])(?:i18n|l10n|lang|locale|messages|translations?)(?:[/_.-]|$)|^[a-z]{2}(?:[-_][a-z]{2})?\.(?:json|ya?ml|properties)$"
)
"""Files of texts for people, in the names of small letters."""
_CODE: Final = (
    ".py", ".js", ".ts", ".go", ".java", ".kt", ".rb", ".php", ".lua", ".html", ".htm", ".vue", ".jsx", ".tsx",
    ".tpl", ".tmpl", ".gotmpl", ".jinja", ".j2", ".rego", ".cel", ".groovy", ".jsonnet", ".libsonnet", ".css", ".sql", ".c", ".rs",
    ".cue", ".jenkinsfile", ".proto", ".star", ".xsl",
)  # fmt: skip
_LINES: Final = (".properties", ".env", ".sh", ".ini", ".toml", ".xml", ".conf", ".cfg", ".cnf")
"""What is neither YAML nor JSON, whatever it looks like."""
EMPTY: Final[set[tuple[bytes, _Kind, int]]] = set()
"""Texts that were searched and hold nothing, by their digest: one file stands in many places of a repository."""
_REMEMBERED: Final = 10_000
_CODE_MARK: Final = re.compile(
    r"^(?:import |from \w{1,80} import|package \w{1,80}|function |local function|const |let |var |def |class |#!.{0,40}(?:python|node|ruby|perl|lua)|<\?php|public class )",
    re.MULTILINE,
)
_JSON: Final = re.compile(
    r"\s{0,200}(?:\{\s{0,40}[\"}]|\[\s{0,40}(?:[\"{\]0-9]|\[\s{0,40}[\"{\[\]0-9]))"
)
_MAPPING: Final = re.compile(
    r"^\s{0,40}(?:- )?[\"']?[\w./-]{1,120}[\"']?[ ]{0,4}:(?:[ \t]|$)", re.MULTILINE
)


class _Kind(NamedTuple):
    """What the name of a file says of how it is read."""

    pgpass: bool
    userlist: bool
    translations: bool
    prose: bool
    code: bool
    yaml: bool
    lines: bool


@lru_cache(maxsize=1024)
def kind_of(name: str) -> _Kind:
    """How a file of a name, in small letters, is read."""
    return _Kind(
        pgpass="pgpass" in name,
        userlist="userlist" in name,
        translations=_TRANSLATIONS.search(name) is not None,
        prose=name.endswith(_PROSE),
        code=name.endswith(_CODE),
        yaml=name.endswith((".yaml", ".yml")),
        lines=name.endswith(_LINES),
    )


def in_file(
    text: str, name: str, walk: Callable[[Any, int], Iterable[Found]], depth: int = 0
) -> Iterator[Found]:
    """Yield the credentials of a text, each at its line.

    Args:
        text: The text.
        name: What the file is called, or the key that it stands under.
        walk: Searches a document that was found inside, `depth` documents deep.
        depth: How many documents the text is already inside of.
    """
    kind = kind_of(name.lower())
    mark = (blake2b(text.encode("utf-8", "surrogatepass")).digest(), kind, depth)
    if mark in EMPTY:
        return
    found_all = list(islice(_found(text, kind, walk, depth), MOST))
    if not found_all:
        if len(EMPTY) >= _REMEMBERED:
            EMPTY.clear()
        EMPTY.add(mark)
        return
    wholes = [str(each.value) for each in found_all if _is_whole(each.value)][:_WHOLES]
    seen: set[tuple[int, str]] = set()
    for found in sorted(found_all, key=lambda each: each.line):
        value = str(found.value)
        if (found.line, value) in seen:
            continue
        if any(value != whole and value in whole for whole in wholes):
            continue  # a part of what is named as a whole
        seen.add((found.line, value))
        yield found


def _is_whole(value: str) -> bool:
    return "-----BEGIN" in value or value.startswith("eyJ")


def _found(
    text: str, kind: _Kind, walk: Callable[[Any, int], Iterable[Found]], depth: int
) -> Iterator[Found]:
    if _SCHEMA in text:
        yield from formats_in(text)
        return
    yield from everywhere(text)
    if len(text) > _LARGEST or not _promises(text, kind):
        if kind.pgpass:
            yield from pgpass_in(text)
        if kind.userlist:
            yield from userlist_in(text)
        return
    if kind.translations:
        return
    if kind.prose:
        yield from assignments_in(text, quoted=True, least=12)
        yield from (found for found in commands_in(text) if is_random(found.value))
        return
    if kind.pgpass or "pgpass" in text or ":*:" in text:
        yield from pgpass_in(text)
    if depth < DEEPEST:
        opened = _opened(text, kind, walk, depth)
        if opened is not None:
            yield from opened
            return
    code = kind.code or _CODE_MARK.search(text) is not None
    yield from commands_in(text)
    yield from properties_in(text)
    yield from assignments_in(text, quoted=code, lines=True)


def _promises(text: str, kind: _Kind) -> bool:
    """Whether anything in a text could be a name that promises something, or a command that takes it."""
    words = words_of(text).all
    low = words.lower()
    if not may_assign(low):
        return False
    as_json = _is_json(text, kind)
    found = set((_QUOTED if as_json else _WORDS).findall(words))
    if not found.isdisjoint(_STRUCTURES) or holds_one(words, _SIGNS) or " on >" in text:
        return True
    if any(naming(each) is not None or is_for_both(each) for each in found):
        return True
    if as_json and holds_one(low, _ASSIGNED):
        return True
    return "ey" in words and _LONG_KEY.search(text) is not None


def _is_json(text: str, kind: _Kind) -> bool:
    return not kind.yaml and _JSON.match(text) is not None


def _opened(
    text: str, kind: _Kind, walk: Callable[[Any, int], Iterable[Found]], depth: int
) -> list[Found] | None:
    """What a text holds as YAML or JSON; None where it is neither."""
    as_json = _is_json(text, kind)
    if as_json and _is_empty_json(text, walk, depth):
        return []
    if not as_json and (kind.lines or not _MAPPING.search(text)):
        return None
    parsed = parse(text.encode("utf-8", "surrogatepass"), "text.json" if as_json else "text.yaml")
    if parsed.template or parsed.not_text or not parsed.documents:
        return None
    if not all(each.readable and isinstance(each.value, (dict, list)) for each in parsed.documents):
        return None
    found: list[Found] = []
    for document in parsed.documents:
        for each in walk(document.value, depth + 1):
            at = document.locate_value(each.path)
            inner, _ = look_up(document.value, each.path)
            line = at.line
            if isinstance(inner, str) and "\n" in inner:
                line = offset_in_block(at, inner, each.line)
            found.append(each._replace(line=line - 1, path=(), name=_called(each, document.value)))
    return found


def _is_empty_json(text: str, walk: Callable[[Any, int], Iterable[Found]], depth: int) -> bool:
    """Whether a text is JSON without a credential: told without positions, which most need not."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, (dict, list)) and not any(True for _ in walk(value, depth + 1))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        return _refused("a key that is written twice")
    return found


def _refused(what: str) -> NoReturn:
    raise ValueError(what)


def _called(found: Found, value: Any) -> str:
    """The name of a credential with the keys above it: `spring.datasource.password`."""
    return in_words(value, found.path) if found.path[-1:] == (found.name,) else found.name


def offset_in_block(at: Location, text: str, line: int) -> int:
    """The line in the file of a line of a text: only a literal block has them one by one.

    Args:
        at: Where the text stands.
        text: The text.
        line: A line of it, 0-based.
    """
    lines = text.rstrip("\n").count("\n") + 1
    return at.line + 1 + line if at.end_line - at.line == lines else at.line
