"""Untrusted text as Markdown of GitHub: it is shown, and makes no link, name, HTML, heading or cell.

What GitHub makes links of after Markdown is done (names, issues, commits, addresses) no backslash keeps back, but
code does. So every word that is not plain becomes code; plain words stay what they are. Not for what is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from policygate.reporters.safe import in_markdown, shorten, show

if TYPE_CHECKING:
    from collections.abc import Iterable

_CODE: Final = re.compile(r"`([^`]+)`")
_BALANCED: Final = re.compile(r"[^`]*(?:`[^`]+`[^`]*)*")
_TOKEN: Final = re.compile(r"([(\"']*)(.*?)([)\"',.:;!?]*)", re.DOTALL)
_PLAIN: Final = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{1,6}[\u00d7%]?|[→…]|")
_COMMIT: Final = re.compile(r"[0-9a-fA-F]{7,}")
_DIGEST: Final = re.compile(r"(@sha[0-9]{3}:[0-9a-f]{7})[0-9a-f]+…?")
_NUMBERED: Final = re.compile(r"[0-9]+[.)]")


def code(text: str, limit: int = 100) -> str:
    """A text as code, cut after `limit` columns, digests after a few; nothing for an empty one."""
    return in_markdown(shorten(_DIGEST.sub(r"\1…", show(text)), limit))


def prose(text: str) -> str:
    """A sentence as a person wrote it; words that could mean something to GitHub, and backticks, as code."""
    shown = show(text)
    pieces = _CODE.split(shown) if _BALANCED.fullmatch(shown) else [shown]
    said = ""
    for index, piece in enumerate(pieces):
        made = in_markdown(piece) if index % 2 else " ".join(map(_word, piece.split(" ")))
        said += f" {made}" if said[-1:] == "`" == made[:1] else made
    return said


def _word(token: str) -> str:
    found = _TOKEN.fullmatch(token)
    before, core, after = found.groups() if found else ("", token, "")
    is_plain = _PLAIN.fullmatch(core) and not _COMMIT.fullmatch(core)
    if not is_plain or _NUMBERED.fullmatch(token) or (not core and ":" in after):
        return in_markdown(token) if not core else before + in_markdown(core) + after
    return token


def linked(text: str, url: str) -> str:
    """Code that is a link, or only code where there is none.

    Args:
        text: What made the code: see `code`.
        url: Made by `address`; empty for no link.
    """
    return f"[{text}]({url})" if url and text else text


def address(link: str, revision: str, path: str, line: int = 0) -> str:
    """The address of a line of a file; empty where nobody knows it.

    Args:
        link: What stands before `/<commit>/<path>`.
        revision: A commit, or anything else.
        path: The file.
        line: The line, 0 for none.
    """
    if not link or len(revision) not in (40, 64) or revision.strip("0123456789abcdef"):
        return ""
    from urllib.parse import quote

    try:
        quoted = quote(path.encode("utf-8"))
    except UnicodeEncodeError:
        return ""
    return f"{link}/{revision}/{quoted}" + (f"#L{line}" if line else "")


def fenced(lines: Iterable[str], language: str) -> str:
    """Lines as a block of code, in a fence that none of them can close.

    Args:
        lines: Their first character is ours.
        language: What colours them.
    """
    shown = [line[:1] + show(line[1:]) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((fence + language, *shown, fence))


def row(*cells: str) -> str:
    """A row of a table; its cells are Markdown already."""
    return f"| {' | '.join(cells)} |"


def table(*names: str) -> str:
    """The head of a table."""
    return f"{row(*names)}\n{'|'.join(('', *('---' for _ in names), ''))}"
