"""Waivers: recorded, dated exceptions. How they are written, what they may do, and what they answer.

A file in `.policygate/waivers/`, a comment on a line, or an annotation on an object. They are read from the
head, for the emergency adds them, and held to the limits of the base. Pure: today is an argument. Not for
asking what became of what a waiver excused: that needs manifests and policies (`ledger`).
"""

from __future__ import annotations

import re
from datetime import date
from posixpath import basename
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.errors import SettingsError
from policygate.globs import matches_any
from policygate.model import UNSET, Accepted, Location, Objection, Waiver
from policygate.vetted import NOTHING, Vetted
from policygate.yamldoc import parse
from policygate.yamldoc.comments import Strings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.model import Finding, Resource
    from policygate.policy.types import Policy
    from policygate.settings import WaiverLimits

FOLDER: Final = ".policygate/waivers/"
ANNOTATION: Final = "policygate.dev/ignore."
WORD: Final = "policygate"
"""What every file with a waiver has in it."""
_COMMENT: Final = re.compile(
    r"#[ \t]*policygate[ \t]*:[ \t]*(ignore(?:(?!#[ \t]*policygate)[^\n]){0,600})", re.IGNORECASE
)
_IGNORE: Final = re.compile(
    r"ignore\[([a-z0-9-]{1,100}(?:[ ]*,[ ]*[a-z0-9-]{1,100}){0,20})\](?!\S)[ \t]*(.*)"
)
_FORM: Final = "write `# policygate: ignore[policy] reason until 2026-12-01 by @you`"
_TOKEN: Final = re.compile(
    r"(?:^|\s)(?:(until|by|owner|ticket)=(\S{1,200})|(until)[ \t]+([0-9]{4}-[0-9]{2}-[0-9]{2})|(by)[ \t]+(\S{0,100}@\S{1,100}))(?=\s|$)"
)
"""With a blank only what looks like a day or an owner: `approved by the way` names nobody."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WORDS: Final = {"opened": "beginning", "expires": "end"}
_KEYS: Final = {"until": "expires", "by": "owner", "owner": "owner", "ticket": "ticket"}


class Terms(NamedTuple):
    """What a waiver says beside what it is for."""

    reason: str = ""
    owner: str = ""
    ticket: str = ""
    expires: str = ""


# Reading


def is_waiver_file(path: str) -> bool:
    """Whether a file of the folder of waivers is one, by its name."""
    return path.startswith(FOLDER) and path.endswith((".yaml", ".yml"))


def read_waiver(data: bytes, file: str, vetted: Vetted = NOTHING) -> Waiver:
    """Read the file of a waiver.

    Args:
        data: Its bytes.
        file: Its path; the stem is the waiver's id.
        vetted: Which files have passed the format before.

    Raises:
        SettingsError: With file, line and column of what is wrong, and the nearest valid key.
    """
    parsed = parse(data, file, templates=False)
    for document in parsed.documents:
        for issue in document.issues:
            at = issue.location
            raise SettingsError(f"{file}:{at.line}:{at.column}: {issue.message}")
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0].value, dict):
        raise SettingsError(f"{file}:1:1: a waiver is one mapping")
    (document,) = parsed.documents
    value: dict[str, Any] = document.value
    if not vetted.knows(data, "waiver"):
        from policygate.policy.document import validate
        from policygate.waiver_document import WaiverDocument

        validate(WaiverDocument, value, document, SettingsError)
        vetted.remember(data, "waiver")
    if not value.get("resource") and not value.get("file"):
        raise SettingsError(
            f"{file}:1:1: `resource` is missing", "Add `resource: namespace/Kind/name`."
        )
    for key in ("policy", "resource", "container", "file", "reason", "owner", "ticket"):
        if not (value.get(key) or "").isprintable():
            at = document.locate((key,))
            raise SettingsError(
                f"{file}:{at.line}:{at.column}: `{key}` holds a character that nobody sees"
            )
    for key in ("opened", "expires"):
        if value.get(key) and day_of(value[key]) is None:
            at = document.locate((key,))
            raise SettingsError(f"{file}:{at.line}:{at.column}: `{key}` is no day of the calendar")
    said: dict[str, Any] = {
        key: value.get(key) or ""
        for key in ("policy", "resource", "file", "reason", "owner", "ticket", "opened", "expires")
    }
    return Waiver(
        id=basename(file).rpartition(".")[0],
        location=document.locate(("policy",)),
        container=value.get("container"),
        accepted=tuple(
            Accepted(each["path"], each.get("was", UNSET), each.get("now", UNSET))
            for each in value.get("accepted", ())
        ),
        **said,
    )


def terms_of(text: str) -> Terms:
    """Read what a comment or an annotation says: `reason until=2026-12-01 by=@example/sre`."""
    said: dict[str, str] = {}
    for found in _TOKEN.finditer(text):
        key, value = [each for each in found.groups() if each is not None]
        word = _KEYS[key]
        value = value.rstrip(".,;")
        said[word] = min(said[word], value) if word == "expires" and word in said else value
    reason = " ".join(_TOKEN.sub(" ", text).split())
    return Terms(reason=reason, **said)


def annotated(resource: Resource) -> Iterator[Waiver]:
    """Yield the waivers in the annotations of an object: `policygate.dev/ignore.<policy>[.<container>]`."""
    metadata = resource.body.get("metadata")
    held = metadata.get("annotations") if isinstance(metadata, dict) else None
    for key, value in held.items() if isinstance(held, dict) else ():
        if not key.startswith(ANNOTATION):
            continue
        policy, _, container = key.removeprefix(ANNOTATION).partition(".")
        at = resource.locate(("metadata", "annotations", key))
        terms = terms_of(value if isinstance(value, str) else "")
        yield Waiver(
            id=f"{at.file}:{at.line}",
            policy=policy,
            resource=str(resource.id),
            location=at,
            container=container or None,
            file=resource.file,
            form="annotation",
            **terms._asdict(),
        )


def commented(text: str, file: str) -> Iterator[Waiver]:
    """Yield the waivers in the comments of a file: `# policygate: ignore[policy] reason until 2026-12-01`.

    One that stands on a line of its own is for the line below.
    """
    if not _COMMENT.search(text):
        return
    strings, begins = Strings(text), 0
    for number, line in enumerate(text.split("\n"), 1):
        for found in _COMMENT.finditer(line):
            if strings.hold(begins + found.start()):
                continue
            alone = not line[: found.start()].strip()
            said = _IGNORE.match(found[1])
            at = Location(file, number + alone, 1)
            for policy in said[1].split(",") if said else ("",):
                yield Waiver(
                    id=f"{file}:{number}",
                    policy=policy.strip(),
                    resource="",
                    location=at,
                    file=file,
                    form="comment",
                    text=line.strip(),
                    **terms_of(said[2].strip() if said else found[1])._asdict(),
                )
        begins += len(line) + 1


# Days


def day_of(text: str) -> date | None:
    """The day of an ISO date, None where it is none."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def days_left(waiver: Waiver, today: date) -> int | None:
    """How many days after today a waiver still counts; negative when it has expired, None without an end."""
    end = day_of(waiver.expires)
    return None if end is None else (end - today).days


# What it is for


def overlaps(one: Waiver, other: Waiver) -> bool:
    """Whether two waivers are for the same thing, or one for a part of the other's."""
    if one.form == "comment" or other.form == "comment":
        return one.form == other.form and (one.policy, one.file, one.text) == (
            other.policy,
            other.file,
            other.text,
        )
    containers = (
        one.container is None or other.container is None or one.container == other.container
    )
    files = not one.file or not other.file or one.file == other.file or bool(one.resource)
    return (one.policy, one.resource) == (other.policy, other.resource) and containers and files


def same_place(one: Waiver, other: Waiver) -> bool:
    """Whether two waivers are for the same thing, whatever their files are called."""
    if one.form == "comment" or other.form == "comment":
        return overlaps(one, other)
    return (one.policy, one.resource, one.container) == (
        other.policy,
        other.resource,
        other.container,
    )


def covers(waiver: Waiver, finding: Finding) -> bool:
    """Whether a finding is what a waiver is for, values aside."""
    if finding.policy != waiver.policy:
        return False
    if waiver.file and waiver.file != finding.location.file:
        return False
    if waiver.form == "comment":
        return finding.location.line == waiver.location.line
    if waiver.container is not None and waiver.container != finding.container:
        return False
    if finding.resource is None:
        return not waiver.resource and bool(waiver.file)
    return str(finding.resource) == waiver.resource


# What it may do


def objections(
    waiver: Waiver,
    policies: Mapping[str, Policy],
    limits: WaiverLimits,
    today: date,
    before: Waiver | None,
) -> Iterator[Objection]:
    """Yield what is wrong with a waiver itself.

    Args:
        waiver: The waiver, of the head.
        policies: All there are, by id, as the base has them.
        limits: What waivers may do, as the base says.
        today: The day, in UTC.
        before: The waiver for the same thing that the base has, if any.
    """
    policy = policies.get(waiver.policy)
    if policy is None:
        unknown = (
            f"there is no policy `{waiver.policy}`" if waiver.policy else f"no waiver: {_FORM}"
        )
        yield Objection("waiver-malformed", unknown)
        return
    forbidden = {policy.id, policy.pack} & {*limits.not_waivable}
    if not policy.waivable or forbidden:
        why = "`waivers.not_waivable`" if forbidden else "it guards the gate itself"
        yield Objection("waiver-not-allowed", f"{policy.id} may not be waived ({why})")
    if limits.owners and waiver.owner and not matches_any(limits.owners, waiver.owner):
        allowed = ", ".join(limits.owners)
        yield Objection("waiver-not-allowed", f"{waiver.owner} may not own waivers; {allowed} may")
    required = [*limits.require]
    required += ["owner"] if limits.owners and "owner" not in required else []
    required += ["opened"] if waiver.form == "file" else []
    lacking = [_WORDS.get(key, key) for key in required if not _says(getattr(waiver, key))]
    if lacking:
        said = f"the waiver of {policy.id} has no {' and no '.join(lacking)}"
        yield Objection("waiver-incomplete", said)
    yield from _of_days(waiver, policy, limits, today, before)


def _says(text: str) -> bool:
    """Whether a text says anything: one letter or digit that can be seen."""
    from unicodedata import normalize

    return any(each.isalnum() for each in normalize("NFKC", text))


def _of_days(
    waiver: Waiver, policy: Policy, limits: WaiverLimits, today: date, before: Waiver | None
) -> Iterator[Objection]:
    end, opened = day_of(waiver.expires), day_of(waiver.opened)
    if waiver.expires and end is None:
        yield Objection("waiver-malformed", f"`{waiver.expires}` is not a day such as 2026-12-01")
    if opened is not None and opened > today:
        yield Objection("waiver-malformed", f"the waiver begins only on {waiver.opened}")
    if end is None:
        return
    if end < today:
        yield Objection(
            "waiver-expired",
            f"the waiver of {policy.id} expired on {waiver.expires}, {_ago((today - end).days)}",
        )
    starts = [opened, day_of(before.opened) if before else None, today]
    start = min(each for each in starts if each is not None)
    most = limits.max_days.get(policy.level)
    if most is not None and (end - start).days > most:
        yield Objection(
            "waiver-too-long",
            f"the waiver of {policy.id} lasts {(end - start).days} days from {start}; {most} are allowed for the level {policy.level}",
        )
    earlier = day_of(before.expires) if before else None
    if waiver.form != "file" and earlier is not None and end > earlier:
        # It does not say when it began, so nobody could count its days.
        what = f"the waiver of {policy.id} cannot be extended in a {waiver.form}"
        yield Objection("waiver-extended", f"{what}: use `policygate waive`", level="error")
        return
    if before is not None and earlier is not None and end > earlier:
        again = " ".join(before.reason.lower().split()) == " ".join(waiver.reason.lower().split())
        what = f"the waiver of {policy.id} is extended from {before.expires} to {waiver.expires}"
        yield Objection(
            "waiver-extended",
            f"{what} with the same reason" if again else f"{what}: {waiver.reason}",
            refuses=again,
            level="error" if again else None,
        )


def _ago(days: int) -> str:
    return "1 day ago" if days == 1 else f"{days} days ago"
