"""A report as text: `reporters`, given the pages of the manual where a format shows them.

Pages of the policies that ship with policygate: of others, whose files are the repository's, findings
say enough (`policygate explain` has the rest). Not for streams and terminals: `cli` knows those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.errors import PolicygateError, UsageError
from policygate.model import Fault, Report, Revision
from policygate.reporters import FORMATS, WITH_PAGES, Page
from policygate.reporters import render as reported

if TYPE_CHECKING:
    from policygate.policy.types import Policy

_SECURITY: Final = frozenset(
    ["control-plane", "images", "network", "pod-security", "rbac", "secrets", "security"]
)
"""The packs that are about security as a whole."""


def render(  # noqa: PLR0913 (one keyword an option)
    report: Report | PolicygateError,
    format: str = "text",  # noqa: A002 (the word of the command line)
    *,
    color: bool = False,
    width: int | None = None,
    path_prefix: str = "",
    root: str = "",
    link: str = "",
    max_bytes: int = 1_000_000,
    repository: str = "",
) -> str:
    """Return a report in a format, ending with a new line; every format ignores what it has no use for.

    `markdown`, `json` and `jsonl` show the outlook of a report where `check` was asked for it.

    Args:
        report: What `check` returned, or raised: an error becomes a report that says that nothing was judged.
        format: `azure`, `concise`, `github`, `gitlab`, `json`, `jsonl`, `junit`, `markdown`, `rdjson`,
            `sarif` or `text`.
        color: Whether `text` uses ANSI colours.
        width: Columns of the terminal, for `text`; None wraps nothing.
        path_prefix: The folder of the repository in the workspace, for `github`.
        root: The absolute folder of the repository, for links to its files in `text`; empty for none.
        link: Where `markdown` links to: a URL that ends before `/<commit>/<path>`; empty for no links.
        max_bytes: How many bytes of UTF-8 `markdown` may take; the rest is counted, not shown.
        repository: The address of the repository, for `sarif`.

    Raises:
        UsageError: When there is no such format.
    """
    if format not in FORMATS:
        raise UsageError(f"unknown format `{format}`", f"Formats: {', '.join(sorted(FORMATS))}.")
    if isinstance(report, PolicygateError):
        report = _failed(report)
    return reported(
        report,
        format,
        color=color,
        width=width,
        path_prefix=path_prefix,
        root=root,
        link=link,
        max_bytes=max_bytes,
        repository=repository,
        pages=_pages_of(report) if format in WITH_PAGES else {},
    )


def _failed(error: PolicygateError) -> Report:
    message = f"{error.message}: {error.hint}" if error.hint else error.message
    nowhere = Revision(None, "nothing was judged")
    return Report("error", nowhere, nowhere, faults=(Fault("start", message),))


def _pages_of(report: Report) -> dict[str, Page]:
    """The page of every shipped policy that has found something."""
    from policygate.policy.loader import load_manual

    found = {each.policy for each in (*report.findings, *report.waived)}
    return {each.id: _page(each) for each in load_manual(found)}


def _page(policy: Policy) -> Page:
    return Page(
        " ".join(policy.why.split()),
        " ".join(policy.fix.split()),
        policy.references,
        (policy.pack, *policy.standards),
        security=policy.class_ == "security" or policy.pack in _SECURITY,
    )
