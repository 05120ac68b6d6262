"""The library: `check()` wires the pipeline from two states of a repository to a report.

It prints nothing, never exits, keeps no state between calls and may be called from threads. Not
for command-line concerns: `cli` turns options into arguments and the report into text.
"""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path as FilePath
from posixpath import dirname
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from policygate.engine import Display, FilePair, Gate, Judgement, judge
from policygate.excerpt import excerpt
from policygate.kube.resources import resources_of
from policygate.model import (
    UNSET,
    Change,
    Counts,
    Fault,
    Location,
    NotJudged,
    Path,
    Report,
    Resource,
    Revision,
    SourceLine,
)
from policygate.pairing import pair
from policygate.policy.loader import load_own, load_shipped, sorted_unique
from policygate.secrets import may_be_secret
from policygate.settings import (
    FILE,
    OWN_POLICIES,
    Settings,
    apply_settings,
    override,
    read_settings,
    select,
)
from policygate.sources import Comparison, Request, Snapshot, compare
from policygate.surroundings import Surroundings
from policygate.vetted import NOTHING, Vetted
from policygate.yamldoc import DEFAULT_LIMITS, Parsed, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policygate.policy.types import Policy
    from policygate.surroundings import ReadFolder

Existing = Literal["report", "warn", "fail"]
FailOn = Literal["error", "warning", "note", "never"]

OWN_GROUP: Final = "policygate.dev"
"""Policies look like resources. Whatever else stands in `.policygate` is a manifest like any other."""
_NO_BASE: Final = Revision(None, "no base: every finding counts")


def check(  # noqa: PLR0913 (one keyword an option)
    root: str | os.PathLike[str] = ".",
    *,
    paths: Sequence[str] = (),
    base: str | None = None,
    head: str | None = None,
    staged: bool = False,
    everything: bool = False,
    stdin: bytes | None = None,
    stdin_filename: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    existing: Existing | None = None,
    fail_on: FailOn | None = None,
    env: Mapping[str, str] | None = None,
) -> Report:
    """Judge what a change does to the manifests of a repository.

    Args:
        root: A folder of the repository (or any folder, when `paths` are given).
        paths: Files and folders, relative to `root`: judge their state alone, without a base.
        base: The revision to compare with; `"none"` judges the state alone; None finds the base.
        head: A revision to judge instead of the worktree.
        staged: Judge the index.
        everything: Judge the state of every manifest.
        stdin: The bytes of one file to judge instead of anything else.
        stdin_filename: The path `stdin` stands for.
        select: Ids or packs of policies: judge by these alone.
        ignore: Ids or packs of policies to leave out.
        existing: What to do with findings that the base had already; default from the settings.
        fail_on: The lowest level that blocks; default from the settings.
        env: The environment to find git and the base with; default `os.environ`.

    Returns:
        A report; `report.exit_code` is what the command would exit with.

    Raises:
        UsageError: For arguments that do not fit together, unknown policies or paths.
        BaseError: When the base cannot be found or read.
        GitError: When git fails or there is no repository.
        SettingsError: When the settings of the base are broken.
        PolicyError: When a policy file is broken.
    """
    environment = os.environ if env is None else env
    request = Request(
        paths=tuple(paths),
        base=base,
        head=head,
        staged=staged,
        all=everything,
        stdin=stdin,
        stdin_filename=stdin_filename,
    )
    with compare(request, FilePath(root), environment) as comparison:
        settings, policies = load_policies(comparison.base or comparison.head, Vetted(environment))
        policies = _selected(policies, select, ignore)
        gate = Gate(existing or settings.existing, fail_on or settings.fail_on)  # type: ignore[arg-type]
        return report_on(comparison, settings, policies, gate)


def load_policies(
    trusted: Snapshot | None, vetted: Vetted = NOTHING
) -> tuple[Settings, tuple[Policy, ...]]:
    """Load the settings and the policies that are on, as one tree of a repository has them.

    Args:
        trusted: The tree that settings and own policies are read from; None for neither.
        vetted: Which files have passed their format before.

    Raises:
        SettingsError: When the settings are broken.
        PolicyError: When a policy file is broken.
    """
    shipped = load_shipped()
    if trusted is None:
        return Settings(), shipped
    data = trusted.read(FILE)
    settings = read_settings(data, FILE, vetted) if data is not None else Settings()
    files = (
        (path, content)
        for path in trusted.paths(OWN_POLICIES)
        if path.endswith((".yaml", ".yml")) or settings.runs(path)
        if (content := trusted.read(path)) is not None
    )
    own = load_own(files, vetted)
    return settings, apply_settings(settings, sorted_unique((*shipped, *own)))


def _selected(
    policies: Sequence[Policy], wanted: Sequence[str], unwanted: Sequence[str]
) -> tuple[Policy, ...]:
    return select(policies, wanted, unwanted)


class _File(NamedTuple):
    """A changed file, read and parsed on both sides."""

    base: Parsed | None
    head: Parsed | None


def _read(
    comparison: Comparison, settings: Settings
) -> tuple[list[_File], list[Fault], dict[str, str]]:
    """Parse the changed files that settings want, and those that the caller named.

    Also returns the renames among them, head to base.
    """
    named = comparison.named
    files, faults, renames = [], [], {}
    for change in comparison.files:
        sides: list[Parsed | None] = []
        for snapshot, path in (
            (comparison.base, change.base_path),
            (comparison.head, change.head_path),
        ):
            if snapshot is None or path is None or not (path in named or settings.wants(path)):
                sides.append(None)
                continue
            # One byte more than the bound tells the parser that the file is beyond it.
            data = snapshot.read(path, DEFAULT_LIMITS.file_bytes)
            if data is None:
                faults.append(Fault("read", f"{path} cannot be read", Location(path, 1)))
            sides.append(None if data is None else parse(data, path))
        files.append(_File(*sides))
        if change.base_path and change.head_path:
            renames[change.head_path] = change.base_path
    return files, faults, renames


def _resources(parsed: Parsed | None) -> tuple[Resource, ...]:
    if parsed is None:
        return ()
    return tuple(
        resource
        for document in parsed.documents
        if document.readable
        for resource in resources_of(document.value, document, parsed.file)
        if resource.id.group != OWN_GROUP
    )


def _folders(
    snapshot: Snapshot | None, changed: Mapping[str, tuple[Resource, ...]], settings: Settings
) -> ReadFolder:
    """Return how to read the resources of one folder; a state that does not exist has none."""

    def read_folder(scope: str) -> Iterable[Resource]:
        if snapshot is None:
            return
        for path in snapshot.paths(scope):
            if dirname(path) != scope:
                continue
            if path in changed:
                yield from changed[path]
            elif settings.wants(path):
                data = snapshot.read(path, DEFAULT_LIMITS.file_bytes)
                yield from _resources(None if data is None else parse(data, path))

    return read_folder


def report_on(
    comparison: Comparison, settings: Settings, policies: tuple[Policy, ...], gate: Gate
) -> Report:
    """Judge two states that are at hand already: the pipeline after its source.

    Args:
        comparison: The base (or None), the head, and the files that differ.
        settings: Which files are looked at, and overrides by resource.
        policies: The policies that are on.
        gate: What blocks.
    """
    files, faults, renames = _read(comparison, settings)
    heads = [file.head for file in files if file.head is not None]
    base = {file.base.file: _resources(file.base) for file in files if file.base}
    head = {file.head.file: _resources(file.head) for file in files if file.head}
    changes = pair(chain(*base.values()), chain(*head.values()), renames)
    surroundings = Surroundings(
        changes,
        _folders(comparison.head, head, settings),
        _folders(comparison.base, base, settings),
    )
    judgement = judge(
        policies,
        changes,
        (
            FilePair(file.base, file.head)
            for file in files
            if file.head is not None and not _is_other_json(file.head)
        ),
        surroundings,
        gate,
        _display(heads, settings),
    )
    faults += judgement.faults
    not_judged = sorted(
        [*comparison.special, *(reason for head in heads for reason in _not_judged(head))],
        key=lambda each: (each.file, each.reason),
    )
    blocked = any(finding.blocks for finding in judgement.findings)
    return Report(
        outcome="error" if faults else "block" if blocked else "pass",
        base=comparison.base.revision if comparison.base else _NO_BASE,
        head=comparison.head.revision,
        findings=judgement.findings,
        faults=tuple(faults),
        not_judged=tuple(not_judged),
        notes=(*comparison.notes, *_gate_notes(comparison)),
        counts=_counts(heads, changes, policies, judgement, len(faults), len(not_judged)),
    )


def _not_judged(head: Parsed) -> Iterable[NotJudged]:
    reason = head.not_text or head.template
    if reason:
        yield NotJudged(head.file, reason)
    elif _is_other_json(head) and not all(document.readable for document in head.documents):
        yield NotJudged(head.file, "does not parse, and names no apiVersion and kind")
    for document in head.documents:
        if any(issue.kind == "limit" for issue in document.issues):
            yield NotJudged(head.file, "holds more than policygate reads")
            return
        if _patches(document.value):
            yield NotJudged(head.file, "holds kustomize patches: render it and check the result")
            return


def _is_other_json(head: Parsed) -> bool:
    """Whether a file is JSON for something else (`tsconfig.json`): its faults are not ours."""
    if not head.file.lower().endswith(".json"):
        return False
    return '"apiVersion"' not in head.text or '"kind"' not in head.text


def _patches(value: object) -> bool:
    """Whether a document changes other manifests in a form that is no manifest itself.

    A JSON patch (RFC 6902), or the patches that a Kustomization of kustomize or Flux holds inline.
    """
    if isinstance(value, list):
        return any(isinstance(each, dict) and {"op", "path"} <= each.keys() for each in value)
    if not isinstance(value, dict):
        return False
    spec = value.get("spec")
    for owner in (value, spec if isinstance(spec, dict) else {}):
        for key in ("patches", "patchesStrategicMerge", "patchesJson6902"):
            held = owner.get(key)
            for each in held if isinstance(held, list) else ():
                inline = each.get("patch") if isinstance(each, dict) else each
                if isinstance(inline, (dict, list)) or "\n" in str(inline or ""):
                    return True
    return False


def _gate_notes(comparison: Comparison) -> Iterable[str]:
    """Say so when the change edits what judges it: the base's version was used."""
    if comparison.base is None:
        return
    touched = sorted(
        {
            path
            for change in comparison.files
            for path in (change.base_path, change.head_path)
            if path and path.startswith(".policygate/")
        }
    )
    if touched:
        yield f"this change edits {', '.join(touched)}; it was judged by the base's version"


def _display(heads: Iterable[Parsed], settings: Settings) -> Display:
    texts = {head.file: head.text for head in heads}
    lines: dict[str, list[str]] = {}

    def show(resource: Resource, path: Path) -> tuple[SourceLine, ...]:
        file = resource.file
        if file not in lines:
            lines[file] = [line.removesuffix("\r") for line in texts[file].split("\n")]
        return excerpt(resource, path, lambda number: lines[file][number - 1])

    def value(resource: Resource, path: Path, shown: object) -> object:
        return UNSET if may_be_secret(resource.id.kind, path, shown) else shown

    def configure(policy: Policy, change: Change) -> Policy | None:
        return override(settings, policy, change) if settings.overrides else policy

    return Display(show, value, configure)


def _counts(
    heads: Sequence[Parsed],
    changes: Sequence[Change],
    policies: Sequence[Policy],
    judgement: Judgement,
    faults: int,
    not_judged: int,
) -> Counts:
    statuses = [finding.status for finding in judgement.findings]
    return Counts(
        files=len(heads),
        documents=sum(len(head.documents) for head in heads),
        resources=sum(1 for change in changes if change.head is not None),
        changed=sum(1 for change in changes if change.action != "same"),
        policies=len(policies),
        introduced=statuses.count("introduced"),
        loosened=statuses.count("loosened"),
        existing=statuses.count("existing"),
        waived=0,
        faults=faults,
        not_judged=not_judged,
    )
