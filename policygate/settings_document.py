"""The format of `.policygate/config.yaml`, validated with pydantic; see `settings` for its meaning."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )


class GateFields(_Strict):
    """What blocks a merge."""

    existing: Literal["report", "warn", "fail"] = "warn"
    """What to do with findings the base had already: `report` counts them, `warn` shows them too, `fail` lets them block."""
    fail_on: Literal["error", "warning", "note", "never"] = "error"
    """The lowest level that blocks."""


class ChoiceFields(_Strict):
    """One policy: on or off, its level, its parameters."""

    enabled: bool | None = None
    """Whether the policy judges."""
    level: Literal["error", "warning", "note"] | None = None
    """What its findings are worth."""
    params: dict[str, Any] = {}
    """Its parameters, as `policygate explain` lists them."""


class PackFields(_Strict):
    """What is chosen for all policies of a pack; what is chosen for a policy outweighs it."""

    enabled: bool | None = None
    """Whether the pack's policies judge."""
    level: Literal["error", "warning", "note"] | None = None
    """What the findings of all its policies are worth."""
    params: dict[str, Any] = {}
    """Parameters, for those of its policies that have them."""


class ResourceMatch(_Strict):
    """Which resources an override is for."""

    kinds: list[str] = []
    """`workload`, `Kind` or `group/Kind`."""
    namespaces: list[str] = []
    """Globs over the namespace."""
    labels: dict[str, str] = {}
    """Labels that the resource has, all of them."""
    paths: list[str] = []
    """Globs over the path of the file."""


class OverrideFields(_Strict):
    """Choices for some resources only; the first override that sets a key wins."""

    match: ResourceMatch
    """Which resources it is for."""
    policies: dict[str, ChoiceFields] = {}
    """Policy id to what is chosen for these resources."""
    packs: dict[str, PackFields] = {}
    """Pack to what is chosen for its policies, for these resources."""


class FilesFields(_Strict):
    """Which files are looked at for manifests, as globs over repository paths."""

    include: Annotated[list[str], Field(min_length=1)] = []
    """The files; every .yaml, .yml and .json where this is left out."""
    exclude: list[str] = []
    """Those of them that are no manifests."""


class DaysFields(_Strict):
    """How many days a waiver may last, by the level of its policy."""

    error: Annotated[int, Field(ge=1, le=3660)] = 14
    """For policies of the level `error`."""
    warning: Annotated[int, Field(ge=1, le=3660)] = 90
    """For policies of the level `warning`."""
    note: Annotated[int, Field(ge=1, le=3660)] | None = None
    """For policies of the level `note`; any where this is left out."""


class WaiversFields(_Strict):
    """What waivers may do; honoured from the base only."""

    max_days: DaysFields = DaysFields()
    """How many days a waiver may last."""
    not_waivable: list[Annotated[str, Field(min_length=1)]] = []
    """Ids of policies, and packs, that no waiver excuses."""
    require: list[Literal["reason", "owner", "expires", "ticket"]] = ["reason", "owner", "expires"]
    """What a waiver has to say."""
    owners: list[Annotated[str, Field(min_length=1)]] = []
    """Globs over owners, such as `@example/sre`; anybody where this is left out."""


class SettingsDocument(_Strict):
    """The settings of policygate; every key is optional."""

    kubernetes: list[Annotated[str, Field(pattern=r"^v?1\.[0-9]{1,3}$")]] = []
    """The versions of the clusters, such as `"1.35"`; the newest one where this is left out."""
    schemas: list[Annotated[str, Field(min_length=1)]] = []
    """Folders with CRDs, or with JSON Schemas in `<group>/<kind>_<version>.json`; read from the base."""
    gate: GateFields = GateFields()
    """What blocks a merge."""
    packs: dict[str, PackFields] = {}
    """Packs on or off, their levels and parameters, by their names."""
    policies: dict[str, ChoiceFields] = {}
    """Policies on or off, their levels and parameters, by their ids."""
    overrides: list[OverrideFields] = []
    """Choices for some resources only; the first that sets a key wins."""
    files: FilesFields = FilesFields()
    """Which files are looked at."""
    python_policies: list[str] = []
    """Globs of policies in Python that may run; honoured from the base only."""
    waivers: WaiversFields = WaiversFields()
    """What waivers may do."""
    peer_markers: Literal["honour", "report", "ignore"] = "honour"
    """What the marks are worth by which other tools are told to be silent: `honour` those that the base has,
    only `report` those that a change adds, or `ignore` all of them."""
