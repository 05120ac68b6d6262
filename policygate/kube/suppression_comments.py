"""Comments by which other tools are told to be silent about a line.

Those that name a check, and those of the scanners for secrets, which are about the line alone. Marks in
annotations and labels are read in `suppressions`; files of settings of other tools are not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.yamldoc.comments import Strings

if TYPE_CHECKING:
    from collections.abc import Iterator


class Comment(NamedTuple):
    """A suppression in a comment.

    Attributes:
        tool: Whose it is; empty for one about secrets, whoever looks for them.
        check: The check that it names; empty for secrets.
        reason: Why, where the form has room for it.
        expires: Its last day, ISO, where the form has one.
        line: The line that it is for, 1-based.
        text: That line and, where it is another one, the line of the comment: what has to be the same at the base.
    """

    tool: str
    check: str
    reason: str
    expires: str
    line: int
    text: str


_FORMS: Final = (
    ("trivy", re.compile(r"#[ \t]*trivy:ignore:(?P<check>[\w-]{1,60})(?::exp:(?P<expires>[0-9-]{10}))?")),
    ("checkov", re.compile(r"#[ \t]*(?:checkov|bridgecrew|cortex):skip=(?P<check>[\w,]{1,200})(?::(?P<reason>[^\n]{0,300}))?")),
    ("semgrep", re.compile(r"#[ \t]*nosemgrep:[ \t]*(?P<check>[\w., -]{1,300})")),
)  # fmt: skip
_SECRET: Final = re.compile(
    r"(?:#|//)[ \t]*(?:pragma:[ \t]*(?:allow|white)list[ \t]+(?P<next>nextline[ \t]+)?secret|gitleaks:allow)"
)
_ANY: Final = re.compile(
    r"trivy:ignore:|(?:checkov|bridgecrew|cortex):skip=|nosemgrep:|list[ \t]+(?:nextline[ \t]+)?secret|gitleaks:allow"
)


def comments_of(text: str) -> Iterator[Comment]:
    """Yield the suppressions in the comments of a file; one on a line of its own is for the line below."""
    if _ANY.search(text) is None:
        return
    lines, strings, begins = text.split("\n"), Strings(text), 0
    for number, line in enumerate(lines, 1):
        start = begins
        begins += len(line) + 1
        if "#" not in line and "//" not in line:
            continue
        below = lines[number] if number < len(lines) else ""
        for tool, form in _FORMS:
            for found in form.finditer(line):
                if strings.hold(start + found.start()):
                    continue
                alone = not line[: found.start()].strip()
                said = found.groupdict()
                for check in re.split(r"[, ]+", said["check"].strip(", ")):
                    yield Comment(
                        tool,
                        check,
                        (said.get("reason") or "").strip(),
                        said.get("expires") or "",
                        number + alone,
                        line + (f"\n{below}" if alone else ""),
                    )
        secret = _SECRET.search(line)
        if secret is not None and (not strings.known or not strings.hold(start + secret.start())):
            later = bool(secret.groupdict().get("next")) or not line[: secret.start()].strip()
            yield Comment("", "", "", "", number + later, line + (f"\n{below}" if later else ""))
