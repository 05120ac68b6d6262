"""How GitHub's runner finds commands in the output of a step: a port of its parser.

Source: actions/runner src/Runner.Common/ActionCommand.cs (`TryParseV2`, `TryParse`) and
src/Runner.Worker/ActionCommandManager.cs (`TryProcessCommand`). `string.Split` with
`RemoveEmptyEntries` is ported from dotnet/runtime, System.Private.CoreLib String.Manipulation.cs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

REGISTERED = frozenset(
    [
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "notice",
        "remove-matcher",
        "save-state",
        "set-env",
        "set-output",
        "stop-commands",
        "warning",
    ]
)
_IGNORABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u0488\u0489\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
"""Characters without weight in ICU's comparison, which `StartsWith` and `IndexOf` of .NET use."""


@dataclass
class Command:
    """A command as the runner understands it."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    data: str = ""


def commands(output: str, registered: frozenset[str] = REGISTERED) -> list[Command]:
    """Every command that the runner finds in an output, line by line."""
    found = (parse(line, registered) for line in re.split(r"\r\n|\r|\n", output))
    return [command for command in found if command is not None]


def weightless_commands(output: str) -> list[Command]:
    """The same, if the runner looks straight through characters without weight."""
    return commands(_IGNORABLE.sub("", output))


def parse(line: str, registered: frozenset[str] = REGISTERED) -> Command | None:
    """`TryProcessCommand`: the newer syntax first, then the older one."""
    return _parse_v2(line, registered) or _parse_v1(line, registered)


def _parse_v2(line: str, registered: frozenset[str]) -> Command | None:
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    end = line.find("::", 2)
    if end < 0:
        return None
    info = line[2:end]
    name, space, rest = info.partition(" ")
    if name.lower() not in registered:
        return None
    command = Command(name)
    if space:
        for piece in filter(None, rest.strip().split(",")):
            pair = _split_pair(piece)
            if len(pair) == 2:
                command.properties[pair[0].lower()] = _unescaped(pair[1], "\r\n:,%")
    command.data = _unescaped(line[end + 2 :], "\r\n%")
    return command


def _parse_v1(line: str, registered: frozenset[str]) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start) if start >= 0 else -1
    if end < 0:
        return None
    name, space, rest = line[start + 3 : end].partition(" ")
    if name.lower() not in registered:
        return None
    command = Command(name)
    if space:
        for piece in filter(None, rest.split(";")):
            pair = _split_pair(piece)
            if len(pair) == 2:
                command.properties[pair[0].lower()] = _unescaped(pair[1], ";\r\n]%")
    command.data = _unescaped(line[end + 1 :], ";\r\n]%")
    return command


def _split_pair(text: str) -> list[str]:
    """`text.Split('=', 2, RemoveEmptyEntries)`: empty entries before the last one are skipped."""
    first, _, rest = text.lstrip("=").partition("=")
    return [part for part in (first, rest.lstrip("=")) if part]


def _unescaped(text: str, tokens: str) -> str:
    for token in tokens:
        text = text.replace(f"%{ord(token):02X}", token)
    return text
