"""What the parts of the Markdown summary share: resources, places and their links."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.reporters.markdown_text import address, code, linked

if TYPE_CHECKING:
    from policygate.model import Finding, Location, Report, ResourceId


_LONG: Final = 300
"""Columns of a name or a path: it must be found again, so that it is cut only where somebody plays with it."""


class Page(NamedTuple):
    """A report, and where its places are linked to."""

    report: Report
    link: str

    def place(self, at: Location | None) -> str:
        """A place at the head; empty for none."""
        return "" if at is None else self._place(at, self.report.head.rev)

    def base_place(self, at: Location | None) -> str:
        """A place at the base; empty for none."""
        return "" if at is None else self._place(at, self.report.base.rev)

    def place_of(self, finding: Finding) -> str:
        """Where a finding stands; what is gone, where it was."""
        if finding.location.line or finding.base_location is None:
            return self.place(finding.location)
        return self.base_place(finding.base_location)

    def _place(self, at: Location, revision: str | None) -> str:
        """The short name of a file where a link leads to it, else all of it."""
        url = address(self.link, revision or "", at.file, at.line)
        name = basename(at.file) if url else at.file
        return linked(code(f"{name}:{at.line}" if at.line else name, _LONG), url)

    def subject(self, finding: Finding) -> str:
        """The resource that a finding is about, and its container."""
        if finding.resource is None:
            return ""
        inside = f" · {code(finding.container)}" if finding.container else ""
        return called(finding.resource) + inside


def called(resource: ResourceId) -> str:
    """A resource as code: `Deployment prod/web`."""
    is_named = resource.namespace or resource.name
    said = resource.called if is_named else f"{resource.kind} of {resource.scope}/"
    return code(said, _LONG)


def listed(items: list[str], most: int) -> str:
    """Some of several things: `a, b and 3 more`."""
    left = len(items) - most
    return ", ".join(items[:most]) + (f" and {left} more" if left > 0 else "")
