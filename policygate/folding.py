"""One finding where several would say the same thing about the same place.

Not for what a finding is (`engine`) and not for how many are shown (the reporters).
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

from policygate.model import LEVELS, Related

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policygate.model import Finding
    from policygate.policy.types import Policy

_ALIKE: Final = 5
"""So many resources that change in the same way are one thing to read."""
_NAMED: Final = 3
"""So many of them are named beside the first."""


def refined(findings: Sequence[Finding], policies: Iterable[Policy]) -> Iterator[Finding]:
    """Leave out what another policy says better about the same place.

    A policy may name coarser ones that it `refines`: where both have found something, the finer one
    speaks, unless only the coarser one blocks. A policy that compares leaves the word to one that judges
    a state and has something new to say around its place: whoever waives that is reminded of it as long
    as the state lasts, and not only by this change.
    """
    finer = {policy.id: policy for policy in policies if policy.refines}
    near: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in findings:
        near.setdefault((finding.resource, finding.location.file), []).append(finding)
    speaks: dict[int, Finding] = {}
    for together in near.values():
        speaks |= _speakers(together, finer)
    silent: dict[int, list[Finding]] = {}
    for finding in findings:
        speaker = speaks.get(id(finding))
        while speaker is not None and id(speaker) in speaks:
            speaker = speaks[id(speaker)]
        if speaker is not None:
            silent.setdefault(id(speaker), []).append(finding)
    for finding in findings:
        if id(finding) not in speaks:
            others = silent.get(id(finding), [])
            yield _speaking_for(finding, others) if others else finding


def _speaking_for(finding: Finding, others: Iterable[Finding]) -> Finding:
    """A finding that says what others do, and knows how sure they are."""
    grade, class_ = finding.grade, finding.class_
    for each in others:
        grade, class_ = grade or each.grade, class_ or each.class_
    related = tuple(map(_as_related, others))
    return dataclasses.replace(finding, grade=grade, class_=class_, related=related)


def _speakers(together: Sequence[Finding], finer: Mapping[str, Policy]) -> dict[int, Finding]:
    """Of the findings of one resource: which of them another one speaks for."""
    speaks: dict[int, Finding] = {}
    for fine in together:
        policy = finer.get(fine.policy)
        if policy is None:
            continue
        compares = "CREATE" not in policy.match.operations
        for coarse in together:
            if coarse.policy in policy.refines and _same_place(fine, coarse, compares=compares):
                heard, other = _heard(fine, coarse, compares=compares)
                if id(heard) not in speaks:
                    speaks.setdefault(id(other), heard)
    return speaks


def _heard(fine: Finding, coarse: Finding, *, compares: bool) -> tuple[Finding, Finding]:
    """Which of two findings of one place is heard, and which is not."""
    if fine.blocks != coarse.blocks:
        return (fine, coarse) if fine.blocks else (coarse, fine)
    new = compares and coarse.status != "existing"
    if new and LEVELS.index(coarse.level) <= LEVELS.index(fine.level):
        return coarse, fine
    return fine, coarse


def _same_place(fine: Finding, coarse: Finding, *, compares: bool) -> bool:
    if fine.path == coarse.path:
        return True
    if not compares or coarse.status == "existing":
        return False
    if fine.container is not None and fine.container == coarse.container:
        return True
    inner, outer = sorted((fine.path, coarse.path), key=len, reverse=True)
    if not outer:
        return True
    return inner.startswith(outer) and inner[len(outer) : len(outer) + 1] in {".", "["}


def _as_related(finding: Finding) -> Related:
    return Related(finding.policy, finding.resource, finding.location, finding.path)


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


def alike(findings: Iterable[Finding], policies: Iterable[Policy]) -> Iterator[Finding]:
    """Make one finding of those that say the same of many resources that changed in the same way.

    Only policies that compare are meant: a hundred applications that are no longer synced are one
    decision. The others of each group are its `related` findings.
    """
    compares = {each.id for each in policies if "CREATE" not in each.match.operations}
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(
            _saying(finding) if finding.policy in compares else (id(finding),), []
        ).append(finding)
    for first, *rest in groups.values():
        if len({each.resource for each in rest}) + 1 < _ALIKE:
            yield from (first, *rest)
            continue
        names = [str(each.resource) for each in rest]
        more = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
        yield dataclasses.replace(
            first,
            message=f"{first.message} (and {len(rest)} more, alike: {more})",
            related=(*first.related, *map(_as_related, rest)),
        )


def _saying(finding: Finding) -> tuple[Any, ...]:
    """What a finding says, whoever it says it of."""
    name = finding.resource.name if finding.resource else ""
    message = (
        re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", "·", finding.message)
        if name
        else finding.message
    )
    kind = finding.resource.kind if finding.resource else ""
    values = (repr(finding.was), repr(finding.now), finding.grade)
    return (
        finding.policy,
        kind,
        message,
        finding.level,
        finding.status,
        finding.container,
        *values,
    )
