"""The format of `.policygate/waivers/<id>.yaml`, validated with pydantic; see `waivers` for its meaning."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_Text = Annotated[str, Field(min_length=1, max_length=2000)]


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )


class AcceptedFields(_Strict):
    """What is accepted at one place."""

    path: str
    """The place in words, as the report has it: `spec.containers[web].image`; empty for the whole resource."""
    was: Any = None
    """The value before: what is restored when the waiver is settled. null where nothing was there; left
    out where it is not recorded, as for secrets."""
    now: Any = None
    """The value that is accepted. null where nothing is there; left out where it is not recorded."""


class WaiverDocument(_Strict):
    """An exception of policygate: one policy, one resource, a reason, an owner and an end."""

    policy: _Text
    """The id of the policy."""
    resource: _Text | None = None
    """`namespace/Kind/name`, or `Kind/name` without a namespace."""
    container: _Text | None = None
    """The container, where the policy judges containers; all of them where this is left out."""
    file: _Text | None = None
    """The file: for a finding about no resource, or where several files hold the resource."""
    reason: _Text | None = None
    """Why."""
    owner: _Text | None = None
    """Who sees to it that it is cleaned up."""
    ticket: _Text | None = None
    """Where the work is tracked."""
    opened: Annotated[str, Field(pattern=_DAY)] | None = None
    """The first day, in UTC."""
    expires: Annotated[str, Field(pattern=_DAY)] | None = None
    """The last day on which it counts, in UTC."""
    accepted: Annotated[list[AcceptedFields], Field(max_length=100)] = []
    """What it accepts, place by place; everything that the policy finds there where this is left out."""
