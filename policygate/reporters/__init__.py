"""Reporters turn a report into the text of a format; they see nothing but `policygate.model`.

A format is one module with `render(report, options) -> str`, named in `FORMATS`. What a reporter
returns has no lone surrogates, so that any UTF-8 stream takes it. Not for choosing a format,
finding out about terminals or writing to a stream: `cli` does that.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policygate.model import Report

FORMATS: Final[dict[str, str]] = {
    "azure": "policygate.reporters.azure",
    "concise": "policygate.reporters.concise",
    "github": "policygate.reporters.github",
    "gitlab": "policygate.reporters.gitlab",
    "json": "policygate.reporters.json_format",
    "jsonl": "policygate.reporters.jsonl",
    "junit": "policygate.reporters.junit",
    "markdown": "policygate.reporters.markdown",
    "rdjson": "policygate.reporters.rdjson",
    "sarif": "policygate.reporters.sarif",
    "text": "policygate.reporters.text",
}
"""The module of every format, imported when it is needed."""
LOOKING_AHEAD: Final = frozenset({"json", "jsonl", "markdown"})
"""The formats that show the outlook of a report, which somebody has to ask `check` for."""
WITH_PAGES: Final = frozenset({"rdjson", "sarif"})
"""The formats that show pages of the manual, which somebody has to load for them."""


class Page(NamedTuple):
    """What the manual says of a policy.

    Attributes:
        why: Why it exists.
        fix: How to mend what it finds.
        references: Addresses to read on.
        tags: What it belongs to: its pack, the standards it stands for.
        security: Whether it is about security, and not about running well.
    """

    why: str = ""
    fix: str = ""
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    security: bool = False


_NO_PAGES: Final[Mapping[str, Page]] = MappingProxyType({})


class Options(NamedTuple):
    """What a format may be asked for; every format ignores what it has no use for.

    Attributes:
        color: Whether `text` uses ANSI colours.
        width: Columns of the terminal, for `text`; None where there is none: nothing is wrapped.
        path_prefix: The folder of the repository in the workspace, for `github`.
        root: The absolute folder of the repository where `text` may link to its files; empty where it may not.
        link: Where `markdown` links to: a URL that ends before `/<commit>/<path>`; empty for no links.
        max_bytes: How long `markdown` may become; GitHub drops a step summary of more than 1 MiB.
        repository: The address of the repository, for `sarif`.
        pages: The pages of the manual by the ids of policies, for `WITH_PAGES`. Without its page a
            policy has what findings say of it.
    """

    color: bool = False
    width: int | None = None
    path_prefix: str = ""
    root: str = ""
    link: str = ""
    max_bytes: int = 1_000_000
    repository: str = ""
    pages: Mapping[str, Page] = _NO_PAGES


def render(  # noqa: PLR0913 (one keyword an option)
    report: Report,
    format: str,  # noqa: A002 (the word of the command line)
    *,
    color: bool = False,
    width: int | None = None,
    path_prefix: str = "",
    root: str = "",
    link: str = "",
    max_bytes: int = 1_000_000,
    repository: str = "",
    pages: Mapping[str, Page] = _NO_PAGES,
) -> str:
    """Return a report in a format, ending with a new line.

    Args:
        report: The report.
        format: A key of `FORMATS`.
        color: See `Options`; likewise the others.
        width: See `Options`.
        path_prefix: See `Options`.
        root: See `Options`.
        link: See `Options`.
        max_bytes: See `Options`.
        repository: See `Options`.
        pages: See `Options`.

    Raises:
        KeyError: When there is no such format.
    """
    from importlib import import_module

    options = Options(color, width, path_prefix, root, link, max_bytes, repository, pages)
    text: str = import_module(FORMATS[format]).render(report, options)
    return text
