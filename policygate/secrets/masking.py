"""What must never be shown: a deliberately wide answer to "could this value be a secret?".

It guards excerpts and the values before and after of every finding. It is no detector (`search`): it
says yes to far too much, which costs a reader little.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from policygate.model import Path

_SECRET_KEY: Final = re.compile(
    r"pass(?:word|wd|phrase)?|pwd|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key"
    r"|auth|bearer|cookie|dsn|connection[-_]?string|encryption|signature|salt|psk|cert|license"
)
_SECRET_VALUE: Final = re.compile(
    r"-----begin|://[^/\s@]+@|^[^/\s@:]+:[^/\s@]+@(?!sha\d+:)|(?:pass(?:word|wd)?|secret|token|key)\s*[=:]"
    r"|\b(?:akia|asia)[a-z0-9]{16}\b|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abposr]-|hvs\.|eyj)"
    r"|(?:bearer|basic)\s|(?:^|\s)-p\S"
)
"""Both are matched against lower case: a pattern that ignores case takes ten times as long to compile."""
_OPAQUE_RUN: Final = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_FREE_TEXT: Final = frozenset(
    {
        "value",
        "args",
        "command",
        "data",
        "stringData",
        "binaryData",
        "literals",
        "content",
        "values",
    }
)
"""Keys below which anything may stand: nothing there is shown, …"""
_STRUCTURED: Final = frozenset({"securityContext", "capabilities", "limits", "requests"})
"""… but what stands right below these, even in the values of a chart: rights and amounts."""
_SAFE_OPAQUE: Final = frozenset({"image", "path", "mountPath", "name", "namespace", "kind"})


def may_be_secret(kind: str, path: Path, value: Any) -> bool:  # noqa: PLR0911 (a list of reasons)
    """Whether a value must not be shown.

    Args:
        kind: The kind of the resource the value stands in.
        path: Where it stands there.
        value: Any JSON value; a mapping or list is secret when something in it is.

    Returns:
        True in all cases of doubt.
    """
    if isinstance(value, dict):
        return any(may_be_secret(kind, (*path, key), member) for key, member in value.items())
    if isinstance(value, list):
        return any(may_be_secret(kind, (*path, i), member) for i, member in enumerate(value))
    if value is None or isinstance(value, bool):
        return False
    keys = [part for part in path if isinstance(part, str)]
    last = keys[-1] if keys else ""
    if kind == "Secret" and keys[:1] in (["data"], ["stringData"]):
        return True
    if isinstance(value, str) and _SECRET_VALUE.search(value.lower()):
        return True
    if any(key in _FREE_TEXT for key in keys) and not _STRUCTURED & {*keys[-2:-1]}:
        return True
    if _SECRET_KEY.search(last.lower()):
        return True
    if not isinstance(value, str) or last in _SAFE_OPAQUE:
        return False
    return _OPAQUE_RUN.search(value) is not None
