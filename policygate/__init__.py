"""policygate: the pre-merge gate of a GitOps repository.

    >>> from policygate import check
    >>> report = check("path/to/repository")
    >>> report.outcome, report.exit_code
    ('pass', 0)

The public names are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policygate.api import check
    from policygate.errors import (
        BaseError,
        GitError,
        PolicyError,
        PolicygateError,
        SettingsError,
        UsageError,
    )
    from policygate.model import Fault, Finding, Location, NotJudged, Report, ResourceId, Revision

__all__ = [
    "BaseError",
    "Fault",
    "Finding",
    "GitError",
    "Location",
    "NotJudged",
    "PolicyError",
    "PolicygateError",
    "Report",
    "ResourceId",
    "Revision",
    "SettingsError",
    "UsageError",
    "__version__",
    "check",
]

__version__ = "0.1.0"

_HOMES = {
    **dict.fromkeys(
        ("BaseError", "GitError", "PolicyError", "PolicygateError", "SettingsError", "UsageError"),
        "policygate.errors",
    ),
    **dict.fromkeys(
        ("Fault", "Finding", "Location", "NotJudged", "Report", "ResourceId", "Revision"),
        "policygate.model",
    ),
    "check": "policygate.api",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    import importlib

    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
