"""What a report adds up to: the order of findings, their counts, and the last two lines.

Whoever reads nothing else must learn from those two lines whether they can merge, and why not. Not
for layout or escaping of a format.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from policygate.model import LEVELS, Finding, Level, Report, Revision, Status
from policygate.reporters.safe import show

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATUSES: Final[tuple[Status, ...]] = ("loosened", "introduced", "existing")
_REASONS_LIMIT: Final = 3


def is_old(finding: Finding) -> bool:
    """Return whether a finding was there at the base and does not block."""
    return finding.status == "existing" and not finding.blocks


def loudness(finding: Finding) -> Level:
    """Return the level to show a finding with: an old error that blocks nobody is a warning."""
    return "warning" if is_old(finding) and finding.level == "error" else finding.level


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by weight: old ones last, then by level, loosened before introduced.

    The order of the report holds among equals.
    """
    return sorted(
        findings,
        key=lambda each: (is_old(each), LEVELS.index(each.level), _STATUSES.index(each.status)),
    )


def shown(report: Report) -> list[Finding]:
    """Return what people are shown, by weight: what is old only where it should be, and counted otherwise."""
    return ranked(each for each in report.findings if report.shows_old or not is_old(each))


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 file`, `2 files`, `0 policies`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def by_level(findings: Iterable[Finding]) -> str:
    """Return how many findings of each level there are: `2 errors, 1 warning`; empty for none."""
    levels = Counter(each.level for each in findings)
    return ", ".join(count(levels[level], level) for level in LEVELS if levels[level])


def short(revision: Revision) -> str:
    """Return a commit id as people write it, any other name of a revision as it is."""
    rev = revision.rev or ""
    return rev[:7] if is_commit(rev) else show(rev)


def is_commit(rev: str) -> bool:
    """Return whether a name of a revision is a whole commit id."""
    return len(rev) in (40, 64) and not rev.strip("0123456789abcdef")


def summary_lines(report: Report) -> tuple[str, str]:
    """Return the verdict and the amount of work, each one safe line."""
    return _verdict(report), _work(report)


def _verdict(report: Report) -> str:
    new = [each for each in report.findings if each.status != "existing"]
    parts = [_new(report, new)]
    old = _old([each for each in report.findings if each.status == "existing"], bool(new))
    if report.outcome == "error":
        begun = report.counts.policies or report.head.rev is not None
        found = f"found so far: {parts[0]}" if begun else "nothing was judged"
        parts = [count(len(report.faults), "fault"), found]
    parts += [old] if old else []
    parts += [f"{len(report.waived)} waived"] if report.waived else []
    if report.outcome == "pass" and report.not_judged and not report.counts.changed:
        parts.append("nothing could be judged")
    word = {"pass": "Passed", "block": "Blocked", "error": "Could not judge"}[report.outcome]
    return f"{word}: {'; '.join(parts)}."


def _new(report: Report, new: list[Finding]) -> str:
    calm = ", not blocking" if new and report.outcome == "pass" else ""
    if report.base.rev is None:
        how = show(report.base.how) or "no base: every finding counts"
        return f"{by_level(new) or 'no findings'}{calm} ({how})"
    how = f" ({show(report.base.how)})" if report.base.how else ""
    return f"{by_level(new) or 'nothing'} new since {short(report.base)}{how}{calm}"


def _old(old: list[Finding], any_new: bool) -> str:  # noqa: FBT001
    if not old:
        return ""
    blocking = sum(each.blocks for each in old)
    older = count(len(old), "older finding")
    if not blocking:
        return f"{older} {'does' if len(old) == 1 else 'do'} not block"
    too = " too" if any_new else ""
    if blocking < len(old):
        return f"{blocking} of {older} {'blocks' if blocking == 1 else 'block'}{too}"
    return f"{older} {'blocks' if blocking == 1 else 'block'}{too}"


def _work(report: Report) -> str:
    counts = report.counts
    state = "" if report.base.rev is None else "changed "
    within = f" in {count(counts.files, 'file')}" if counts.files else ""
    policies = f" with {count(counts.policies, 'policy', 'policies')}"
    if counts.changed:
        text = f"Judged {count(counts.changed, f'{state}resource')}{within}{policies}"
    else:
        text = f"0 manifests to judge{within}{policies}"
    if counts.not_ordered:
        text += f"; {counts.not_ordered} changed without an order"
    if report.not_judged:
        files = len({each.file for each in report.not_judged})
        text += f"; {count(files, 'file')} not judged ({_reasons(report)})"
    back = report.mendable
    return f"{text}. {back} can be put back with `policygate fix`." if back else f"{text}."


def _reasons(report: Report) -> str:
    reasons = Counter(each.reason for each in report.not_judged)
    if len(reasons) == 1:
        return show(next(iter(reasons)))
    common = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    said = [f"{show(reason)}: {number}" for reason, number in common[:_REASONS_LIMIT]]
    return ", ".join(said + ["…"] * (len(common) > _REASONS_LIMIT))
