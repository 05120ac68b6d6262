"""What comes after the merge: what is to run then and who sees to it, and how to return from there.

Built only for whoever asks, since it reads every Application and Kustomization of the tree. It judges nothing: no
word of it makes a check red. Not for how it looks (`reporters`).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final, TypeVar

from policygate.artifacts import artifacts
from policygate.hazards import Seen, hazards_of
from policygate.kube.argo import annotated_options
from policygate.kube.flux import PRUNE
from policygate.kube.kustomization import GROUP
from policygate.model import Hazard, Running
from policygate.owners import Owners, is_owner
from policygate.redaction import cleaned
from policygate.undo import undone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from policygate.findings import Cut
    from policygate.model import Change, Reconciler, Report, Resource
    from policygate.policy.types import Context

_Shown = TypeVar("_Shown", Hazard, Running)
_ORDER: Final = ("removed", "added", "modified")
"""What a reviewer must see first."""


def looking_ahead(
    report: Report,
    context: Context,
    cut: Cut,
    hidden: Collection[str] = (),
    repository: str = "",
) -> Report:
    """A report with its outlook.

    Args:
        report: What was judged.
        context: The changes, and the files of both states.
        cut: Takes out of a text about something what is known to be a secret.
        hidden: The policies that point at secrets: no line of theirs is shown.
        repository: The name of the repository, `owner/name`; empty where nobody knows it.
    """
    before = Owners(context.of_base.files, repository)
    after = Owners(context.files, repository)
    changes = [each for each in context.changes if each.action != "same"]
    running = sorted(_running(changes, context, before, after), key=_in_order)
    hazards = hazards_of(report, _moved(context.changes, before, after), running, changes)
    undo = undone(report.findings, context, cut, hidden)
    return dataclasses.replace(
        report,
        running=tuple(_without_secrets(each, cut) for each in running),
        hazards=tuple(_without_secrets(each, cut) for each in hazards),
        undo=undo if report.base.rev else (),
    )


def _without_secrets(each: _Shown, cut: Cut) -> _Shown:
    about = each.resource or each.location.file
    shown: _Shown = cleaned(each, lambda text: cut(text, about))
    return shown


def _running(
    changes: Iterable[Change], context: Context, before: Owners, after: Owners
) -> Iterator[Running]:
    for change in changes:
        resource, found = change.resource, artifacts(change, context)
        if resource.id.group == GROUP and not found:
            continue  # it is no object of the cluster
        yield Running(
            resource.id,
            change.action,
            resource.locate(()),
            found,
            _owners(change, before, after),
            change.head is None and _is_protected(resource),
        )


def _owners(change: Change, before: Owners, after: Owners) -> tuple[Reconciler, ...]:
    """Who brings a resource into a cluster, as the head has them; who took at the base what is gone."""
    if change.head is not None:
        return after.of(change.head.file)
    grades = {each.resource[1:]: each.grade for each in before.of(change.resource.file)}
    found = ((each, grades.get(each.resource[1:])) for each in after.all() if grades)
    return tuple(each._replace(grade=grade) for each, grade in found if grade is not None)


def _moved(changes: Iterable[Change], before: Owners, after: Owners) -> Iterator[Seen]:
    """What another one takes than before; looked for only where that can be."""
    owners_change = any(is_owner(each.resource) and each.action != "same" for each in changes)
    for change in changes:
        base, head = change.base, change.head
        if base is None or head is None or (base.file == head.file and not owners_change):
            continue
        was, now = before.of(base.file), after.of(head.file)
        if (
            was
            and now
            and not {each.resource[1:] for each in was} & {each.resource[1:] for each in now}
        ):
            yield Seen(change, was[0].resource.called, now[0].resource.called)


def _is_protected(resource: Resource) -> bool:
    """Whether a resource itself forbids to prune it."""
    if resource.view.metadata.annotations[PRUNE].string().lower() == "disabled":
        return True
    options = annotated_options(resource)
    return any(each.name == "Prune" and each.value in {"false", "confirm"} for each in options)


def _in_order(running: Running) -> tuple[int, bool, Running]:
    return _ORDER.index(running.action), not running.artifacts, running
