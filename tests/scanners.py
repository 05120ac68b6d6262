"""What runners, terminals, browsers and parsers would find in an output: nothing of it may be a stranger's.

Each scanner stands for one that reads an output, and fails where it finds what we have not meant. A
format without a scanner of its own is plain text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from markdown_it import MarkdownIt

from tests.reporters import agent, runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markdown_it.token import Token

LINK: Final = "https://github.com/example/fleet/blob"
"""Where links of Markdown lead to."""
COLOURS: Final = re.compile(r"\x1b\[[0-9;]+m")
OURS: Final = re.compile(r"<details>|</details>|<summary>[A-Za-z0-9 ,]+</summary>|\s+")
ACTIVE: Final = re.compile(
    r"@\w|#\d|www\.|://|\b[0-9a-f]{7,}\b|GH-\d|:\w+:|\$|[<>\[\]*_~`]", re.ASCII
)
"""What GitHub makes something of after Markdown is done, and what Markdown would have made something of."""
_OSC_8: Final = re.compile(
    r"\x1b\]8;;file://[!-~]+\x1b\\([^\x1b]*(?:\x1b\[[0-9;]+m[^\x1b]*)*)\x1b\]8;;\x1b\\"
)
_ACTS: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
GFM: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def plain(text: str) -> None:
    """A log or a terminal: no command of any runner, also not for one that sees nothing of what has no weight."""
    assert not _ACTS.search(text)
    _obeys_nothing(text)


def terminal(text: str) -> None:
    """A terminal that is shown our colours and links: with them, and without, nothing else acts."""
    _obeys_nothing(text)
    plain(_OSC_8.sub(r"\1", COLOURS.sub("", text)))


def _obeys_nothing(text: str) -> None:
    for found in (runner, agent):
        assert not found.commands(text)
        assert not found.weightless_commands(text)
    assert "##[" not in text and "##vso[" not in text.lower()
    assert not re.search(r"^\s*::", text, re.MULTILINE)


def github(text: str) -> None:
    """The runner of GitHub: an annotation a line, then lines that nobody obeys."""
    found = runner.commands(text)
    assert {each.name for each in found} <= {"error", "warning", "notice"}
    assert [each.name for each in runner.weightless_commands(text)] == [each.name for each in found]
    _ours_then_plain(text, len(found), ("::error ", "::warning ", "::notice "))


def azure(text: str) -> None:
    """The agent of Azure Pipelines: an issue a line, then lines that nobody obeys."""
    found = agent.commands(text)
    assert {each.name for each in found} <= {"task.logissue"}
    assert [each.name for each in agent.weightless_commands(text)] == [each.name for each in found]
    assert {each.properties["type"] for each in found} <= {"error", "warning"}
    _ours_then_plain(text, len(found), ("##vso[task.logissue type=",))


def _ours_then_plain(text: str, commands: int, starts: tuple[str, ...]) -> None:
    assert not _ACTS.search(text)
    lines = text.splitlines()
    assert all(line.startswith(starts) for line in lines[:commands])
    plain("\n".join(lines[commands:]))


def strict_json(text: str) -> Any:
    """The strictest parser: ASCII, no key twice, no NaN, no half of a character."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs)
        "".join(key for key, _ in pairs).encode()
        return dict(pairs)

    plain(text)
    assert text.isascii() and "##" not in text
    found = json.loads(text, parse_constant=refuse, object_pairs_hook=once)
    json.dumps(found, ensure_ascii=False).encode()
    return found


def rdjson(text: str) -> None:
    """reviewdog: a message is the body of a comment, and its local reporter prints the original output."""
    for each in strict_json(text)["diagnostics"]:
        markdown(each["message"])
        plain(each["original_output"])


def json_lines(text: str) -> None:
    """The same, line by line."""
    for line in text.splitlines():
        strict_json(line)


def xml(text: str) -> None:
    """An XML parser that follows nothing: elements and text, and no declaration of any kind but the first."""
    plain(text)
    assert "<!" not in text and text.count("<?") == 1
    expat.ParserCreate().Parse(text.encode(), True)  # noqa: FBT003 - expat's own signature


def tokens(text: str) -> list[Token]:
    """Every token of Markdown, also those inside of others."""

    def inside(found: list[Token]) -> Iterator[Token]:
        for each in found:
            yield each
            yield from inside(each.children or [])

    return list(inside(GFM.parse(text)))


def markdown(text: str) -> None:
    """GitHub's Markdown: no HTML, link, picture, name, issue or emoji but ours, and a head for each table."""
    plain(text)
    found = tokens(text)
    for each in found:
        if each.type in {"html_block", "html_inline"}:
            assert not OURS.sub("", each.content)
        if each.type == "text":
            assert not ACTIVE.search(each.content), each.content
        if each.type == "link_open":
            assert str(each.attrs["href"]).startswith(f"{LINK}/")
    kinds = [each.type for each in found]
    assert "image" not in kinds
    assert kinds.count("table_open") == text.count("\n|---") + text.startswith("|---")


def calendar(text: str) -> list[dict[str, str]]:
    """A reader of RFC 5545: the events, each with the properties that we write."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    plain(text.replace("\r\n", "\n"))
    known = {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY", "DESCRIPTION"}
    head, *events = "\n".join(lines).replace("\n ", "").split("BEGIN:VEVENT\n")
    assert head.startswith("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:")
    found = []
    for each in events:
        body, _, rest = each.partition("END:VEVENT\n")
        assert rest in ("", "END:VCALENDAR\n")
        pairs = [line.partition(":")[::2] for line in body.splitlines()]
        assert {key for key, _ in pairs} == known and len(pairs) == len(known)
        assert not any(re.search(r"(?<!\\)(?:\\\\)*[;,]", value) for _, value in pairs)
        assert not any(re.search(r"(?<!\\)(?:\\\\)*\\[^\\;,nN]", value) for _, value in pairs)
        found.append({key: re.sub(r"\\(.)", r"\1", value) for key, value in pairs})
    return found


SCANNERS: Final[dict[str, Callable[[str], object]]] = {
    "azure": azure,
    "github": github,
    "gitlab": strict_json,
    "ics": calendar,
    "json": strict_json,
    "jsonl": json_lines,
    "junit": xml,
    "markdown": markdown,
    "rdjson": rdjson,
    "sarif": strict_json,
}


def scan(text: str, form: str) -> None:
    """Read an output as its format is read; of one that is not known, as a log."""
    SCANNERS.get(form, plain)(text)
