"""`policygate check --show-files`: which files would be judged, and why the others would not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.settings import Settings
    from policygate.sources import Comparison, Request


def listed(request: Request, policy_ref: str | None, form: str) -> str:
    """A line a file, sorted: `judged`, or `not judged` with the reason; the same as JSON.

    Raises:
        PolicygateError: As `policygate.check`.
    """
    from policygate.api import trust_root
    from policygate.reporters.json_text import as_text
    from policygate.reporters.safe import show
    from policygate.sources import compare
    from policygate.vetted import Vetted

    with compare(request, Path(), os.environ) as comparison:
        settings = trust_root(comparison, Path(), Vetted(os.environ), policy_ref).settings
        found = dict(sorted(_reasons(comparison, settings)))
    if form == "json":
        return as_text(
            {"files": [{"file": file, "reason": why or None} for file, why in found.items()]}
        )
    lines = [
        f"{show(file)}: {f'not judged: {show(why)}' if why else 'judged'}"
        for file, why in found.items()
    ]
    judged = sum(not why for why in found.values())
    return "\n".join([*lines, f"{judged} to judge, {len(found) - judged} not."]) + "\n"


def _reasons(comparison: Comparison, settings: Settings) -> Iterator[tuple[str, str]]:
    """Every file that differs or is named, and why it is not judged; an empty reason where it is."""
    from policygate.manifests import Manifests
    from policygate.unjudged import not_judged

    sides = [
        Manifests(each, settings, comparison.named) for each in (comparison.head, comparison.base)
    ]
    for each in comparison.files:
        for path, files in ((each.head_path, sides[0]), (each.base_path, sides[1])):
            if path is None or (files is sides[1] and each.head_path is not None):
                continue
            parsed = files.file(path)
            if parsed is not None:
                yield path, next((reason.reason for reason in not_judged(parsed, files)), "")
            elif settings.includes(path) and settings.excludes(path):
                yield path, "left out by `files.exclude` of the settings"
            else:
                yield path, "no manifest by its name, and no kustomization names it"
    for special in comparison.special:
        yield special.file, special.reason
