"""One finding where several would say the same thing about the same place.

Not for what a finding is (`engine`) and not for how many are shown (the reporters).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policygate.model import Finding
    from policygate.policy.types import Policy


def refined(findings: Sequence[Finding], policies: Iterable[Policy]) -> Iterator[Finding]:
    """Leave out what a finer policy says better about the same place.

    A policy may name coarser ones that it `refines`. Their findings go where it has found something
    itself, unless that would let pass what they block.
    """
    coarser = {policy.id: policy.refines for policy in policies if policy.refines}
    finer: dict[tuple[Any, ...], bool] = {}
    for finding in findings:
        for coarse in coarser.get(finding.policy, ()):
            place = (coarse, *_place(finding))
            finer[place] = finer.get(place, False) or finding.blocks
    for finding in findings:
        blocks = finer.get((finding.policy, *_place(finding)))
        if blocks is None or (finding.blocks and not blocks):
            yield finding


def _place(finding: Finding) -> tuple[Any, ...]:
    return (finding.resource, finding.location.file, finding.path)


def folded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Make one finding of those that several containers inherit from one place of their pod."""
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in findings:
        place = (finding.policy, finding.resource, finding.location, finding.path, finding.status)
        key = place if finding.container is not None else (*place, finding.message)
        groups.setdefault(key, []).append(finding)
    for first, *rest in groups.values():
        others = [each for each in rest if each.container != first.container]
        if first.container is None or not others:
            yield from (first, *rest)
            continue
        names = ", ".join(str(each.container) for each in others)
        yield dataclasses.replace(first, message=f"{first.message} (also: {names})", container=None)
