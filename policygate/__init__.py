"""policygate: the pre-merge gate of a GitOps repository.

    >>> from policygate import check, render
    >>> report = check("path/to/repository", base="origin/main")
    >>> report.outcome, report.exit_code
    ('pass', 0)
    >>> text = render(report, "markdown")

`__all__` is the promise: these names, their fields and parameters stay within a major version, and
`policygate.policy`, with which policies in Python are written. `policygate explain library` shows how to use
them, and says what may change when.

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
    from policygate.model import (
        UNSET,
        Accepted,
        Artifact,
        Counts,
        Edit,
        Fault,
        Finding,
        Hazard,
        Location,
        NotJudged,
        Objection,
        Reconciler,
        Related,
        Report,
        ResourceId,
        Revision,
        Running,
        SourceLine,
        Standing,
        Undo,
        Unset,
        Waiver,
    )
    from policygate.rendering import render

__all__ = [
    "UNSET",
    "Accepted",
    "Artifact",
    "BaseError",
    "Counts",
    "Edit",
    "Fault",
    "Finding",
    "GitError",
    "Hazard",
    "Location",
    "NotJudged",
    "Objection",
    "PolicyError",
    "PolicygateError",
    "Reconciler",
    "Related",
    "Report",
    "ResourceId",
    "Revision",
    "Running",
    "SettingsError",
    "SourceLine",
    "Standing",
    "Undo",
    "Unset",
    "UsageError",
    "Waiver",
    "__version__",
    "check",
    "render",
]

__version__ = "0.1.0"

_ELSEWHERE = {"check": "policygate.api", "render": "policygate.rendering"}


def __getattr__(name: str) -> Any:
    """Load a public name from its module (PEP 562)."""
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    import importlib

    home = "policygate.errors" if name.endswith("Error") else "policygate.model"
    return getattr(importlib.import_module(_ELSEWHERE.get(name, home)), name)


def __dir__() -> list[str]:
    return sorted(__all__)
