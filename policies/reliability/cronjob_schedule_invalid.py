"""Schedule is none that Kubernetes understands.

Five fields or a word such as `@daily`: the API server refuses six fields with seconds, as Quartz has
them, and a time zone inside of the schedule. A zone that does not exist is refused as well. Velero reads its
schedules in the same way.

Fix:
Write minute, hour, day of month, month and day of week; the zone goes into `spec.timeZone`.

References:
https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones
https://velero.io/docs/main/api-types/schedule/

Standards:
API validation

Peers:
datree:CRONJOB_INVALID_SCHEDULE_VALUE, kyverno:velero/validate-cron-schedule
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.kube.schema_checks import is_later
from policygate.kube.time_zones import refused
from policygate.policy import Example, Pair, Problem, policy

WORDS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
EVERY = re.compile(r"@every (?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+")
ZONE = re.compile(r"^(?:CRON_)?TZ=\S* ")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS = (("minute", 0, 59, ()), ("hour", 0, 23, ()), ("day of month", 1, 31, ()), ("month", 1, 12, MONTHS),
          ("day of week", 0, 6, DAYS))  # fmt: skip
PART = re.compile(r"(?P<low>[*?]|[0-9]+|[a-z]+)(?:-(?P<high>[0-9]+|[a-z]+))?(?:/(?P<step>[0-9]+))?")


def _job(schedule: Any, **more: Any) -> dict[str, Any]:
    spec = {
        **more,
        "schedule": schedule,
        "jobTemplate": {"spec": {"template": {"spec": {"containers": []}}}},
    }
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": spec}


def _velero(schedule: str) -> dict[str, Any]:
    spec = {"schedule": schedule, "template": {}}
    return {
        "apiVersion": "velero.io/v1",
        "kind": "Schedule",
        "metadata": {"name": "a"},
        "spec": spec,
    }


EXAMPLES = (
    *(Example(f"`{each}`", "pass", _job(each)) for each in (
        "0 3 * * *", "*/15 0-6,18-23 1,15 JAN-mar Mon", "@daily", "@every 1h30m", "? * * * sun", "${SCHEDULE}", "5/10 * * * *", "1,,2 * * * *")),
    Example("a time zone", "pass", _job("0 3 * * *", timeZone="Europe/Berlin")),
    Example("one that is filled in before the cluster sees it", "pass", _job("0 3 * * *", timeZone="${ZONE}")),
    Example("Velero takes a zone inside of the schedule", "pass", _velero("CRON_TZ=Europe/Berlin 0 3 * * *")),
    *(Example(f"`{each}`", "fail", _job(each), path="spec.schedule", message=words) for each, words in (
        ("0 0 3 * * *", "has 6 fields"),
        ("60 * * * *", "60 is no minute"),
        ("* 24 * * *", "24 is no hour"),
        ("* * 0 * *", "0 is no day of month"),
        ("* * * foo *", "foo is no month"),
        ("* * * * 7", "7 is no day of week"),
        ("*/0 * * * *", "steps of 0"),
        ("30-10 * * * *", "30-10 goes backwards"),
        ("1- * * * *", "1- is no minute"),
        ("CRON_TZ=UTC 0 3 * * *", "names a time zone"),
        ("@often", "@often is no schedule"),
        ("", "has 0 fields"))),
    Example("the zone of the machine", "fail", _job("0 3 * * *", timeZone="Local"), path="spec.timeZone",
            message="the time zone of CronJob a is Local"),
    Example("a schedule of Velero", "fail", _velero("0 25 * * *"), message="the schedule of Schedule a is wrong: 25 is no hour"),
)  # fmt: skip


@policy(level="error", kinds=["batch/CronJob", "velero.io/Schedule"], examples=EXAMPLES)
def cronjob_schedule_invalid(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a schedule that the API server refuses, with the reason."""
    spec, what = pair.head.view.spec, f"{pair.head.id.kind} {pair.head.id.name}"
    text = spec.schedule.raw
    if isinstance(text, str) and not is_later(text):
        if pair.head.id.kind == "Schedule":
            text = ZONE.sub("", text)
        wrong = _wrong(text.strip())
        if wrong:
            yield Problem(spec.schedule, f"the schedule of {what} {wrong}")
    zone = spec.timeZone
    if isinstance(zone.raw, str) and not is_later(zone.raw):
        refusal = refused(zone.raw)
        if refusal is not None:
            words = f"the time zone of {what} {refusal.words}"
            yield Problem(zone, words, possible=not refusal.certain)


def _wrong(text: str) -> str:
    if text.startswith("@"):
        return (
            ""
            if text in WORDS or EVERY.fullmatch(text)
            else f"is wrong: {text[:40]} is no schedule"
        )
    if text.startswith(("TZ=", "CRON_TZ=")):
        return "names a time zone, which belongs into spec.timeZone"
    fields = text.lower().split()
    if len(fields) != len(FIELDS):
        return f"has {len(fields)} fields, and needs five"
    for field, (name, low, high, words) in zip(fields, FIELDS, strict=True):
        for part in filter(None, field.split(",")):
            wrong = _wrong_part(part, name, low, high, words)
            if wrong:
                return f"is wrong: {wrong}"
    return ""


def _wrong_part(part: str, name: str, low: int, high: int, words: tuple[str, ...]) -> str:
    found = PART.fullmatch(part)
    if found is None:
        return f"{part[:40]} is no {name}"
    if found["step"] is not None and int(found["step"]) == 0:
        return f"{part[:40]} has steps of 0"
    ends = [each for each in (found["low"], found["high"]) if each not in (None, "*", "?")]
    numbers = [
        words.index(each) + low if each in words else int(each) if each.isdigit() else -1
        for each in ends
    ]
    for end, number in zip(ends, numbers, strict=True):
        if not low <= number <= high:
            return f"{end[:40]} is no {name}"
    return f"{part[:40]} goes backwards" if numbers != sorted(numbers) else ""
