"""Marks by which other tools are told to be silent about an object.

Only what stands in annotations and labels; comments and files of settings are read elsewhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.workloads import pod_specs
from policygate.place import look_up
from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Path, Resource


class Mark(NamedTuple):
    """A suppression: whose, what it silences (empty for everything), why, where it stands, and its last day, ISO, if any."""

    tool: str
    check: str
    reason: str
    view: View
    expires: str = ""


class _Form(NamedTuple):
    """How a tool spells a mark: the key, and what the value is.

    `reason`; `checks`, a list; `true`, for it counts only then; `skip` is `ID=reason`; or `any`.
    """

    tool: str
    key: re.Pattern[str]
    value: str


_FORMS: Final = tuple(
    _Form(tool, re.compile(key), value)
    for tool, key, value in (
        ("kube-linter", r"ignore-check\.kube-linter\.io/(?P<check>.+)", "reason"),
        ("kube-linter", r"kube-linter\.io/ignore-all", "reason"),
        ("kube-score", r"kube-score/ignore", "checks"),
        ("polaris", r"polaris\.fairwinds\.com/(?P<check>.+)-exempt", "true"),
        ("polaris", r"polaris\.fairwinds\.com/exempt", "true"),
        ("checkov", r"(?:checkov\.io|bridgecrew\.io|cortex\.io)/skip.*", "skip"),
        ("kubescape", r"kubescape\.io/skip-controls", "checks"),
        ("datree", r"datree\.skip/(?P<check>.+)", "reason"),
        ("terrascan", r"runterrascan\.io/skip", "any"),
        ("kubeaudit", r"(?:container\.)?kubeaudit\.io/(?P<check>.*allow-.+)", "reason"),
        ("kubeaudit", r"(?:container\.)?audit\.kubernetes\.io/(?P<check>.*allow-.+)", "reason"),
    )
)


def marks(resource: Resource) -> Iterator[Mark]:
    """Yield the marks of an object and of its pod templates."""
    places: list[Path] = [("metadata",)]
    for pod in pod_specs(resource):
        path: Path = (*pod.view.path[:-1], "metadata")
        if path not in places and pod.view.path[-1:] == ("spec",):
            places.append(path)
    for path in places:
        metadata = View(look_up(resource.body, path)[0], path)
        for where in ("annotations", "labels"):
            for key, view in metadata[where].items():
                yield from _marks(key, view, metadata.annotations)


def _marks(key: str, view: View, beside: View) -> Iterator[Mark]:
    found = _form_of(key)
    if found is None:
        return
    (form, check), text = found, view.string()
    if form.value == "true":
        if view.raw is True or text.lower() == "true":
            yield Mark(form.tool, check, "", view)
    elif form.value == "skip":
        check, _, reason = text.partition("=")
        yield Mark(form.tool, check.strip(), reason.strip(), view)
    elif form.value == "checks":
        is_kubescape = form.tool == "kubescape"
        reason = beside["kubescape.io/skip-reason"].string()
        expires = beside["kubescape.io/skip-expiry"].string()[:10] if is_kubescape else ""
        for each in text.split(","):
            if each.strip():
                yield Mark(form.tool, each.strip(), reason, view, expires)
    else:
        yield Mark(form.tool, check, text if form.value == "reason" else "", view)


@lru_cache(maxsize=4096)  # the same few keys stand in every manifest
def _form_of(key: str) -> tuple[_Form, str] | None:
    """How a key spells a mark, and the check that it names; None for any other key."""
    for form in _FORMS:
        found = form.key.fullmatch(key)
        if found is not None:
            return form, found.groupdict().get("check") or ""
    return None
