"""The part of the Markdown summary that says what runs after the merge, and who sees to it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from policygate.reporters.fitting import Block
from policygate.reporters.markdown_text import code, row, table
from policygate.reporters.markdown_words import called, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policygate.model import Artifact, Reconciler, Running
    from policygate.reporters.markdown_words import Page

_SURELY: Final = {
    "digest": "digest",
    "tag": "tag",
    "moving": "**moves**",
    "unknown": "filled in later",
}
"""How surely an artifact is named: only a digest is the same one tomorrow."""
_ANSWERS: Final = {True: "yes", False: "no", None: "unknown"}
_FEW: Final = 8
"""So many rows need no folding away when all is well."""
_MOST: Final = 50
_NAMED: Final = 2


def what_runs(page: Page) -> Iterator[Block]:
    """Yield who reconciles what changes, and what runs then."""
    running = page.report.running
    if not running:
        return
    owners = [_owner(*each, page) for each in _by_owner(running)]
    rows = [line for each in running for line in _rows(each, named=bool(owners))]
    is_calm = page.report.outcome == "pass"
    yield Block("### What should be running")
    if owners:
        head = table("Reconciled by", "Self-heal", "Prune", "When merged")
        said = f"{len(owners)} reconcilers"
        yield _folded(said, head, owners) if is_calm else Block(head, owners, most=_MOST)
    else:
        yield Block("No Application and no Kustomization of this tree is seen to take these files.")
    head = table("", "Resource", "Runs", "Known by", *(("Reconciled by",) if owners else ()))
    said = _counted(running)
    yield _folded(said, head, rows) if is_calm else Block(head, rows, most=_MOST)


def _folded(said: str, head: str, rows: list[str]) -> Block:
    """A table that is folded away where it is long."""
    if len(rows) <= _FEW:
        return Block(head, rows)
    opening = f"<details>\n<summary>{said}</summary>\n\n"
    return Block(opening + head, rows, "\n</details>", most=_MOST)


def _by_owner(running: Sequence[Running]) -> list[tuple[Reconciler, list[Running]]]:
    found: dict[Reconciler, list[Running]] = {}
    for each in running:
        for owner in each.reconcilers:
            found.setdefault(owner, []).append(each)
    return sorted(found.items(), key=lambda each: each[0].resource)


def _owner(owner: Reconciler, running: list[Running], page: Page) -> str:
    name = _owner_name(owner)
    at = page.place(owner.location)
    sure = "" if owner.grade == "proven" else " (if it reads this repository)"
    prunes = "**yes**" if owner.prune and _gone(running) else _ANSWERS[owner.prune]
    return row(f"{name}{sure} {at}", _ANSWERS[owner.self_heal], prunes, _effect(owner, running))


def _effect(owner: Reconciler, running: list[Running]) -> str:
    """What the next sync does: what is deleted by name, the rest in numbers."""
    gone = _gone(running)
    kept = [each for each in running if each.action == "removed" and each.protected]
    others = [each for each in running if each.action != "removed"]
    parts = []
    if gone:
        names = listed([called(each.resource) for each in gone], 3)
        does = {True: "**deletes**", False: "leaves running", None: "deletes or leaves running"}
        parts.append(f"{does[owner.prune]} {names}")
    parts += [f"keeps {listed([called(each.resource) for each in kept], 3)}"] if kept else []
    parts += [_counted(others)] if others else []
    return "; ".join(parts)


def _gone(running: list[Running]) -> list[Running]:
    return [each for each in running if each.action == "removed" and not each.protected]


def _counted(running: Sequence[Running]) -> str:
    actions = Counter(each.action for each in running)
    return ", ".join(
        f"{actions[each]} {each}" for each in ("removed", "added", "modified") if actions[each]
    )


def _rows(running: Running, *, named: bool) -> Iterator[str]:
    """One row an artifact; of what runs nothing, one row."""
    owners = listed([_owner_name(each) for each in running.reconcilers], _NAMED) or "none seen"
    last = (owners,) if named else ()
    action = "**removed**" if running.action == "removed" else running.action
    what = called(running.resource)
    for each in running.artifacts:
        yield row(action, what, *_artifact(each), *last)
    if not running.artifacts:
        yield row(action, what, "", "", *last)


def _artifact(artifact: Artifact) -> tuple[str, str]:
    was = f"{code(artifact.was)} → " if artifact.was else ""
    return f"{code(artifact.place)}: {was}{code(artifact.name)}", _SURELY[artifact.pin]


def _owner_name(owner: Reconciler) -> str:
    return code(f"{owner.resource.kind} {owner.resource.name}")
