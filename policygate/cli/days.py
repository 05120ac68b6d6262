"""The day that waivers are held against, as an option: `--today 2026-12-01`. Not for what a day means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from datetime import date


class Day(click.ParamType):  # type: ignore[type-arg]  # generic only to the type checker
    """A day of the calendar, ISO."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day; a usage error for what is none."""
        from policygate.waivers import day_of

        found = day_of(str(value))
        if found is None:
            self.fail(f"`{value}` is no day such as 2026-12-01", param, ctx)
        return found


today_option: Final = click.option(
    "--today",
    type=Day(),
    metavar="DATE",
    help="The day to hold waivers against; default today, in UTC. Their last day counts.",
)


def today_or(given: date | None) -> date:
    """The day that was given, or today in UTC."""
    from datetime import UTC, datetime

    return given or datetime.now(UTC).date()


def until(text: str, today: date) -> date:
    """Read an end: a day, or a number of days or weeks from today (`7d`, `2w`).

    Raises:
        click.BadParameter: For anything else, and for a day that has passed.
    """
    import re
    from datetime import timedelta

    from policygate.waivers import day_of

    span = re.fullmatch(r"([0-9]{1,4})([dw])", text)
    if span:
        days = int(span[1]) * (7 if span[2] == "w" else 1)
        return today + timedelta(days=days)
    found = day_of(text)
    if found is None:
        raise click.BadParameter(
            f"`{text}` is neither a span such as `7d` nor a day such as 2026-12-01"
        )
    if found < today:
        raise click.BadParameter(f"{text} has passed")
    return found
