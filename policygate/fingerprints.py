"""Names of findings that survive moved lines and renamed files, and hold nothing of a value.

They are made of the policy, the resource and the place alone: nobody can guess a secret from them. Not for
comparing findings within a run.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policygate.model import Finding


def fingerprint(finding: Finding, twin: int = 1) -> str:
    """The name of a finding: sixteen hexadecimal letters.

    Args:
        finding: The finding.
        twin: Which one it is of those that are otherwise the same.
    """
    import hashlib

    text = f"{_about(finding)}\0{twin}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _about(finding: Finding) -> str:
    ident = finding.resource
    subject = (
        (ident.group, ident.kind, ident.namespace, ident.name)
        if ident
        else (finding.location.file, re.sub(r"\bline \d+", "line", finding.message))
    )
    return "\0".join((finding.policy, *subject, finding.container or "", finding.path))


def fingerprinted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Give every finding a name that survives moved lines and renamed files, unique in a run."""
    seen: Counter[str] = Counter()
    named = []
    for finding in findings:
        about = _about(finding)
        seen[about] += 1
        named.append(dataclasses.replace(finding, fingerprint=fingerprint(finding, seen[about])))
    return tuple(named)
