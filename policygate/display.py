"""How the engine shows what it must not read itself: the lines and the values of a change, without secrets.

Not for what a secret is (`secrets`), nor for which lines are understood (`excerpt`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.excerpt import excerpt
from policygate.findings import Display
from policygate.kube.workloads import is_workload
from policygate.model import UNSET, Change, Path, Resource, SourceLine
from policygate.redaction import Redaction
from policygate.secrets import may_be_secret
from policygate.settings import Settings, override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policygate.policy.types import Policy
    from policygate.yamldoc import Parsed

_NEVER_RECORDED: Final = frozenset({"ConfigMap", "Secret"})
"""Kinds of which no waiver keeps anything but single values that may be shown."""


def display_of(
    files: Sequence[tuple[Parsed | None, Parsed | None]],
    changes: Sequence[Change],
    settings: Settings,
) -> Display:
    """How lines and values of a change are shown, and by what settings a resource is judged.

    Args:
        files: Every changed file, at the base and at the head.
        changes: Every change of the run.
        settings: For overrides by resource.
    """
    heads = (after for _, after in files if after is not None)
    texts = {head.file: head.text for head in heads}
    lines: dict[str, list[str]] = {}

    def show(resource: Resource, path: Path, secret: bool) -> tuple[SourceLine, ...]:  # noqa: FBT001
        file = resource.file
        if file not in lines:
            lines[file] = [line.removesuffix("\r") for line in texts[file].split("\n")]
        return excerpt(resource, path, lambda number: lines[file][number - 1], secret=secret)

    def value(resource: Resource, path: Path, shown: object) -> object:
        return UNSET if may_be_secret(resource.id.kind, path, shown) else shown

    def record(resource: Resource, path: Path, kept: object) -> object:
        plain = isinstance(kept, (dict, list)) and resource.id.kind not in _NEVER_RECORDED
        if not plain or is_workload(resource):
            return value(resource, path, kept)
        from policygate.secrets.search import secrets_of  # few runs record anything

        return UNSET if secrets_of(resource) else kept

    def configure(policy: Policy, change: Change) -> Policy | None:
        return override(settings, policy, change) if settings.overrides else policy

    redaction = Redaction(changes, files)
    return Display(
        show,
        value,
        configure,
        redaction,
        redaction.text,
        record=record,
        hide_waiver=redaction.standing,
    )
