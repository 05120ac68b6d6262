"""How the agent of Azure Pipelines finds commands in the output of a step: a port of its parser.

Source: microsoft/azure-pipelines-agent src/Microsoft.VisualStudio.Services.Agent/Command.cs (`TryParse`)
and src/Agent.Sdk/CommandStringConvertor.cs (`Unescape`). The prefix is looked for by linguistic
comparison, which passes over characters without weight.
"""

from __future__ import annotations

import re

from tests.reporters.runner import _IGNORABLE, Command, _split_pair

_PREFIX = "##vso["
_ESCAPES = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%"))


def commands(output: str) -> list[Command]:
    """Every command that the agent finds in an output, line by line."""
    found = (parse(line) for line in re.split(r"\r\n|\r|\n", output))
    return [command for command in found if command is not None]


def weightless_commands(output: str) -> list[Command]:
    """The same, if the agent looks straight through characters without weight."""
    return commands(_IGNORABLE.sub("", output))


def parse(line: str) -> Command | None:
    """`TryParse`: a command may stand anywhere in a line."""
    start = line.find(_PREFIX)
    end = line.find("]", start) if start >= 0 else -1
    if end < 0:
        return None
    name, space, rest = line[start + len(_PREFIX) : end].partition(" ")
    if len([part for part in name.split(".") if part]) != 2:
        return None
    command = Command(name)
    for piece in filter(None, rest.split(";") if space else []):
        pair = _split_pair(piece)
        if len(pair) == 2:
            command.properties[pair[0].lower()] = decoded(pair[1])
    command.data = decoded(line[end + 1 :])
    return command


def decoded(text: str) -> str:
    """A value or a text without the escapes of a command."""
    for escape, sign in _ESCAPES:
        text = text.replace(escape, sign)
    return text
