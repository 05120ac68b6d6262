"""`policygate waive`: an emergency goes through, with a reason, an owner and an end."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from policygate.cli.days import today_option, today_or, until
from policygate.cli.writing import refuse_links, write
from policygate.errors import SettingsError, UsageError
from policygate.model import UNSET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from policygate.model import Finding, Waiver


_LONGEST: Final = 4000
"""Characters of a value that is recorded."""


@click.command(name="waive", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("policy")
@click.option(
    "--resource", metavar="NAMESPACE/KIND/NAME", help="The resource, such as prod/Deployment/web."
)
@click.option("--container", metavar="NAME", help="Only this container of it.")
@click.option(
    "--file", "file", metavar="PATH", help="Only in this file; for a finding about no resource."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--until", "until_", required=True, metavar="7d|DATE", help="The last day, in UTC.")
@click.option(
    "--owner", metavar="WHO", help="Who cleans it up; default the author of git's configuration."
)
@click.option("--ticket", metavar="T", help="Where the work is tracked.")
@click.option(
    "--base", metavar="REV|none", help="The base to compare with, as in `policygate check`."
)
@today_option
def command(
    policy: str,
    resource: str | None,
    container: str | None,
    file: str | None,
    reason: str,
    until_: str,
    owner: str | None,
    ticket: str | None,
    base: str | None,
    today: date | None,
) -> None:
    """Record a dated exception for what POLICY finds at a resource.

    It writes `.policygate/waivers/<id>.yaml`, with the values before and after, and prints the commands
    that commit it. The gate counts the days, blocks what goes beyond the value that was accepted, and says
    when what was excused is restored. Run it again with a new reason to extend it.
    """
    day = today_or(today)
    try:
        end = until(until_, day)
    except click.BadParameter as wrong:
        raise UsageError(f"--until: {wrong.message}") from None
    if resource is None and file is None:
        raise UsageError(
            "what is waived is missing", "Add --resource NAMESPACE/KIND/NAME, or --file PATH."
        )
    if not reason.strip():
        raise UsageError("--reason is empty", "Say why, for whoever reads it in a week.")
    resource = _named(resource)
    path, before = _path_of(policy, resource, container, file)
    findings = _findings(policy, resource, container, file, base, day, known=before is not None)
    waiver = _filled(
        {
            "policy": policy,
            "resource": resource or None,
            "container": container,
            "file": file or _file_of(findings, before),
            "reason": " ".join(reason.split()),
            "owner": owner or _author(),
            "ticket": ticket,
            "opened": day.isoformat(),
            "expires": end.isoformat(),
        },
        findings,
    )
    if before is not None:
        waiver = _extended(waiver, before, {"owner": owner, "ticket": ticket})
    _refuse(waiver, before, base, day)
    _write(path, waiver, before)
    if findings and not any(each.blocks for each in findings):
        click.echo("\nWhat it excuses does not block: without it the change passes as well.")


def _findings(
    policy: str,
    resource: str | None,
    container: str | None,
    file: str | None,
    base: str | None,
    today: date,
    *,
    known: bool,
) -> list[Finding]:
    """What the waiver answers: the findings of this change, else those of the whole tree."""
    import sys

    from policygate.api import check
    from policygate.model import Location, Waiver
    from policygate.waivers import covers

    _known_policy(policy)
    wanted = Waiver("", policy, resource or "", Location("", 0), container, file or "")
    seen: list[Finding] = []
    without_base = ""
    for everything in (False, True):
        with redirect_stdout(sys.stderr):
            report = check(base=None if everything else base, everything=everything, today=today)
        seen = [*report.findings, *report.waived]
        found = [each for each in seen if covers(wanted, each)]
        if found:
            if report.base.rev is None and not known:
                click.echo(
                    "There was no base to compare with, so what was before is not recorded; see --base.",
                    err=True,
                )
            return _of_one_file(found, file)
        if not everything and report.base.rev is None:
            without_base = f"It compared with nothing ({report.base.how}): add --base REV. "
    if known:  # it is extended, and what it excuses is at the base by now
        return []
    hint = without_base + _instead(policy, resource, file, seen)
    raise UsageError(f"{policy} finds nothing there: {resource or file}", hint)


def _known_policy(policy: str) -> None:
    from policygate.cli.known import available
    from policygate.settings import nearest

    ids = [each.id for each in available()]
    if policy not in ids:
        raise UsageError(f"there is no policy `{policy}`", nearest(policy, ids))


def _file_of(findings: Sequence[Finding], before: Waiver | None) -> str | None:
    """The file that a waiver is for: a name without one may be that of several resources."""
    if findings:
        return findings[0].location.file
    return before.file or None if before is not None else None


def _of_one_file(found: list[Finding], file: str | None) -> list[Finding]:
    files = sorted({each.location.file for each in found})
    if file is None and len(files) > 1:
        raise UsageError(
            f"several files hold that resource: {', '.join(files)}",
            "Say which one is meant: --file PATH.",
        )
    return found


def _instead(policy: str, resource: str | None, file: str | None, seen: Sequence[Finding]) -> str:
    here = sorted(
        {
            f.policy
            for f in seen
            if file == f.location.file or (f.resource and str(f.resource) == resource)
        }
    )
    if here:
        return f"What is found there: {', '.join(here)}."
    there = sorted({str(f.resource) for f in seen if f.policy == policy and f.resource})
    if there:
        return f"What {policy} finds is in: {', '.join(there[:10])}."
    return "Run `policygate check` and use the names that it prints."


def _filled(said: dict[str, Any], findings: Sequence[Finding]) -> dict[str, Any]:
    """The fields of a waiver, with the values of the findings that it answers."""
    accepted = [_accepted(each) for each in findings]
    unique = [each for at, each in enumerate(accepted) if each not in accepted[:at]]
    kept = {key: value for key, value in said.items() if value is not None}
    return {**kept, "accepted": unique} if unique else kept


def _accepted(finding: Finding) -> dict[str, Any]:
    """What is accepted at one place; values that must not be shown, or that nobody would read, are left out."""
    said = finding.accepted
    if said is None:
        return {"path": finding.path}
    values = {"was": said.was, "now": said.now}
    return {"path": said.path} | {
        k: v for k, v in values.items() if v is not UNSET and _is_short(v)
    }


def _is_short(value: Any) -> bool:
    if isinstance(value, (list, dict)):
        return len(repr(value)) <= _LONGEST
    return value is None or isinstance(value, (str, int, float, bool))


def _named(resource: str | None) -> str | None:
    """A resource as waivers name it; `Deployment prod/web`, as the report has it, is understood as well."""
    found = re.fullmatch(r"([A-Za-z]\w*) (?:([^/ ]+)/)?([^/ ]+)", resource or "")
    if found is None:
        return resource
    return "/".join(part for part in (found[2], found[1], found[3]) if part)


def _refuse(said: dict[str, Any], before: Waiver | None, base: str | None, today: date) -> None:
    """Say at once what the gate would say of the waiver."""
    import os

    from policygate.api import trust_root
    from policygate.model import Location, Waiver
    from policygate.sources import Request, compare
    from policygate.vetted import Vetted
    from policygate.waivers import objections

    with compare(Request(base=base), Path(), os.environ) as comparison:
        trust = trust_root(comparison, Path(), Vetted(os.environ))
    known = {each.id: each for each in trust.policies}
    fields = {key: value for key, value in said.items() if key != "accepted"}
    waiver = Waiver(id="", location=Location("", 0), **{"resource": "", **fields})
    refused = [
        each.message
        for each in objections(waiver, known, trust.settings.waivers, today, before)
        if each.refuses
    ]
    if refused:
        raise UsageError(f"the gate would refuse it: {'; '.join(refused)}", "Nothing was written.")


def _path_of(
    policy: str, resource: str | None, container: str | None, file: str | None
) -> tuple[Path, Waiver | None]:
    """Where a waiver stands, and the one for the same thing that stands there already."""
    from policygate.cli.known import above, repository
    from policygate.model import Location, Waiver
    from policygate.reporters.safe import show
    from policygate.waivers import FOLDER, is_waiver_file, read_waiver, same_place

    root = repository() or above(".git") or Path()
    folder = root / FOLDER
    refuse_links(root, folder / "any")
    wanted = Waiver("", policy, resource or "", Location("", 0), container, file or "")
    taken = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in taken:
        name = f"{FOLDER}{path.name}"
        if is_waiver_file(name) and path.is_file() and not path.is_symlink():
            try:
                found = read_waiver(path.read_bytes(), name)
            except SettingsError as wrong:  # somebody else's: it does not stop an emergency
                click.echo(f"left out: {show(wrong.message)}", err=True)
                continue
            if same_place(found, wanted) and (not wanted.file or found.file == wanted.file):
                return path, found
    parts = (policy, resource or file, container or "")
    text = re.sub(r"[^a-z0-9]+", "-", "-".join(map(str, parts)).lower()).strip("-")
    stem = text[:100].rstrip("-")
    names = (folder / f"{stem}{f'-{n}' if n > 1 else ''}.yaml" for n in range(1, len(taken) + 2))
    return next(path for path in names if path not in taken), None


def _write(path: Path, said: dict[str, Any], before: Waiver | None) -> None:
    import yaml

    from policygate.reporters.safe import show

    text = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=1000)
    for key in (
        "opened",
        "expires",
    ):  # days read better without quotes, and are no other thing then
        text = re.sub(rf"^({key}): '(.*)'$", r"\1: \2", text, flags=re.MULTILINE)
    root = path.parents[2]
    write(root, path, text, new=before is None)
    verb = "recorded"
    if before is not None:
        later = (said["expires"] > before.expires) - (said["expires"] < before.expires)
        verb = {1: "extended", 0: "rewrote", -1: "shortened"}[later]
    click.echo(f"{verb} {show(path.as_posix())}: {show(said['policy'])} until {said['expires']}")
    for each in said.get("accepted", ()):
        if "was" in each or "now" in each:
            was, now = (_in_words(each, key) for key in ("was", "now"))
            what = show(each["path"]) or "the resource"
            click.echo(f"  {what}: {was} → {now}")
    click.echo("\nCommit it with the change that it excuses:\n")
    click.echo(f"  git add {show(shlex.quote(path.as_posix()))}")
    summary = f"Waive {said['policy']} until {said['expires']}: {said['reason']}"
    click.echo(f"  git commit -m {show(shlex.quote(summary))}")


def _in_words(accepted: dict[str, Any], key: str) -> str:
    """A recorded value as the report shows values."""
    from policygate.reporters.safe import shorten, show

    if key not in accepted:
        return "(not recorded)"
    if accepted[key] is None:
        return "not set" if accepted["path"] else "gone, or not applied"
    return shorten(show(json.dumps(accepted[key])), 80)


def _extended(said: dict[str, Any], old: Waiver, given: dict[str, str | None]) -> dict[str, Any]:
    """A waiver that goes on: it began when it began, and what counts is what was before the emergency."""
    before = {
        each.path: {key: value for key, value in each._asdict().items() if value is not UNSET}
        for each in old.accepted
    }
    accepted = [
        {**each, **({"was": known["was"]} if "was" in known else {})}
        for each in said.get("accepted", ())
        for known in [before.pop(each["path"], {})]
    ]
    accepted += before.values()
    more = {"accepted": accepted} if accepted else {}
    kept = {key: getattr(old, key) for key in ("owner", "ticket") if getattr(old, key)}
    return {
        **said,
        **{k: v for k, v in kept.items() if not given.get(k)},
        "opened": old.opened or said["opened"],
        **more,
    }


def _author() -> str:
    import os

    from policygate.git import NoRepositoryError, Repository

    found = ""
    with suppress(NoRepositoryError), Repository.open(Path.cwd(), os.environ) as repository:
        found = repository.author()
    if not found:
        raise UsageError("nobody owns the waiver", "Add --owner WHO.")
    return found
