"""Debug switch was left in a manifest.

A debugger that listens, a development mode that prints stack traces to everybody, a container that
only sleeps: somebody needed it once, and it stayed.

Fix:
Take it out, or set it where only the development environment reads it.

References:
https://cwe.mitre.org/data/definitions/489.html

Standards:
CWE-489

Peers:
semgrep:flask-debugging-enabled
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

ON = frozenset({"1", "true", "on", "yes"})
SWITCHES = frozenset({"DEBUG", "FLASK_DEBUG", "DJANGO_DEBUG", "APP_DEBUG", "WERKZEUG_DEBUG_PIN"})
MODES = frozenset({"FLASK_ENV", "NODE_ENV", "RAILS_ENV", "RACK_ENV", "ASPNETCORE_ENVIRONMENT"})
DEBUGGER = re.compile(r"-agentlib:jdwp|-Xrunjdwp|--inspect(?:-brk)?=0\.0\.0\.0|-m debugpy --listen")
IDLE = re.compile(r"(?:^|[\s;&])(?:sleep\s+(?:infinity|inf)|tail\s+-f\s+/dev/null)\s*$")


def _env(name: str, value: str) -> dict[str, Any]:
    return {"name": "web", "env": [{"name": name, "value": value}]}


EXAMPLES = (
    Example("production", "pass", _env("NODE_ENV", "production"), binds="container"),
    Example("switched off", "pass", _env("DEBUG", "false"), binds="container"),
    Example("a level of one's own", "pass", _env("DEBUG", "app:*"), binds="container"),
    Example("it sleeps for a while", "pass", {"name": "web", "command": ["sh", "-c", "sleep 5 && run"]}, binds="container"),
    Example("a switch", "fail", _env("FLASK_DEBUG", "1"), binds="container", path="env[FLASK_DEBUG].value",
            message="the variable FLASK_DEBUG of container web switches debugging on"),
    Example("a mode", "fail", _env("NODE_ENV", "development"), binds="container"),
    Example("a debugger", "fail", _env("JAVA_TOOL_OPTIONS", "-agentlib:jdwp=transport=dt_socket,server=y"),
            binds="container", message="starts a debugger"),
    Example("a debugger on the command line", "fail", {"name": "web", "args": ["--inspect=0.0.0.0:9229", "app.js"]},
            binds="container"),
    Example("it only sleeps", "fail", {"name": "web", "command": ["sleep", "infinity"]}, binds="container",
            path="command", message="container web only sleeps"),
    Example("in a shell", "fail", {"name": "web", "args": ["sh", "-c", "tail -f /dev/null"]}, binds="container"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", examples=EXAMPLES)
def debug_settings_left_in_manifest(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield variables that switch debugging on, debuggers, and commands that do nothing."""
    name, view = pair.head.name, pair.head.view
    for item in view.env:
        variable, value = item["name"].string(), item.value.string()
        if (variable in SWITCHES and value.lower() in ON) or (
            variable in MODES and value.lower() == "development"
        ):
            words = f"the variable {variable} of container {name} switches debugging on"
            yield Problem(item.value, words)
        elif DEBUGGER.search(value):
            yield Problem(
                item.value, f"the variable {variable} of container {name} starts a debugger"
            )
    for key in ("command", "args"):
        yield from _commands(view[key], name)


def _commands(line: View, name: str) -> Iterator[Problem]:
    for word in line:
        if DEBUGGER.search(word.string()):
            yield Problem(word, f"the {line.path[-1]} of container {name} start a debugger")
    if IDLE.search(" ".join(word.string() for word in line)):
        yield Problem(line, f"container {name} only sleeps")
