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


def fingerprinted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Give every finding a name that survives moved lines and renamed files, unique in a run."""
    import hashlib

    seen: Counter[str] = Counter()
    named = []
    for finding in findings:
        ident = finding.resource
        subject = (
            (ident.group, ident.kind, ident.namespace, ident.name)
            if ident
            else (finding.location.file, re.sub(r"\bline \d+", "line", finding.message))
        )
        text = "\0".join((finding.policy, *subject, finding.container or "", finding.path))
        seen[text] += 1
        digest = hashlib.sha256(f"{text}\0{seen[text]}".encode("utf-8", "surrogatepass"))
        named.append(dataclasses.replace(finding, fingerprint=digest.hexdigest()[:16]))
    return tuple(named)
