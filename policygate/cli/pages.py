"""The manual's pages of the policies in a report, for the formats that show them.

Pages of the policies that ship with policygate: of others, whose files are the repository's, findings
say enough (`policygate explain` has the rest).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.reporters import Page

if TYPE_CHECKING:
    from policygate.model import Report
    from policygate.policy.types import Policy

_SECURITY: Final = frozenset(
    ["control-plane", "images", "network", "pod-security", "rbac", "secrets", "security"]
)
"""The packs that are about security as a whole."""


def pages_of(report: Report) -> dict[str, Page]:
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
