"""The format of `.policygate/config.yaml`, validated with pydantic; see `settings` for its meaning."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class GateFields(_Strict):
    """What blocks a merge."""

    existing: Literal["report", "warn", "fail"] = "warn"
    fail_on: Literal["error", "warning", "note", "never"] = "error"


class PackFields(_Strict):
    """A whole pack on or off."""

    enabled: bool = True


class ChoiceFields(_Strict):
    """One policy: on or off, its level, its parameters."""

    enabled: bool | None = None
    level: Literal["error", "warning", "note"] | None = None
    params: dict[str, Any] = {}


class ResourceMatch(_Strict):
    """Which resources an override is for."""

    kinds: list[str] = []
    namespaces: list[str] = []
    labels: dict[str, str] = {}
    paths: list[str] = []


class OverrideFields(_Strict):
    """Choices for some resources only; the first override that sets a key wins."""

    match: ResourceMatch
    policies: dict[str, ChoiceFields]


class FilesFields(_Strict):
    """Which files are looked at for manifests, as globs over repository paths."""

    include: Annotated[list[str], Field(min_length=1)] = []
    exclude: list[str] = []


class SettingsDocument(_Strict):
    """A whole settings file; every key is optional."""

    gate: GateFields = GateFields()
    packs: dict[str, PackFields] = {}
    policies: dict[str, ChoiceFields] = {}
    overrides: list[OverrideFields] = []
    files: FilesFields = FilesFields()
    python_policies: list[str] = []
