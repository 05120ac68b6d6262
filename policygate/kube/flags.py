"""Command lines of containers: which program runs, and which flags it is given.

A flag is `--name=value`, `--name value`, `--name` or the same with one dash; `command` and `args` are
one line, and a shell's script is read for simple commands. Not for what a flag means
(`control_plane`).
https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
"""

from __future__ import annotations

import re
import shlex
from posixpath import basename
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.image import parse_image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.view import View

_FLAG: Final = re.compile(r"--?([A-Za-z0-9][^=\s]*)(?:=(.*))?", re.DOTALL)
_SHELLS: Final = frozenset({"ash", "bash", "busybox", "dash", "ksh", "sh", "zsh"})
_SCRIPT: Final = re.compile(r"-[a-z]*c[a-z]*")
_WRAPPERS: Final = frozenset(
    {
        "catatonit", "dumb-init", "env", "exec", "go-runner", "hyperkube", "nice", "nohup", "setsid",
        "tini",
    }
)  # fmt: skip
"""Programs that start the one that is named next."""
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_OPERATOR: Final = re.compile(r"[();<>|&]+")
_REDIRECTIONS: Final = "<>"
VARIABLES: Final = ("$(", "${", "{{")
"""What the kubelet, Flux and templates put something else for."""


class Setting(NamedTuple):
    """A value as it is given, and where; None where a variable decides what it is."""

    value: str | None
    view: View


class CommandLine(NamedTuple):
    """A program and its flags.

    Attributes:
        program: The basename of its file.
        settings: What each flag is set to, in the order of writing, by its name without dashes and
            with `-` for `_`.
        view: The list that further flags belong in.
        complete: False where a variable may hold flags that cannot be seen.
    """

    program: str
    settings: Mapping[str, tuple[Setting, ...]]
    view: View
    complete: bool = True


class _Word(NamedTuple):
    text: str
    view: View
    known: bool


def command_lines(container: View) -> tuple[CommandLine, ...]:
    """Return what a container starts: one program, or those of its shell script.

    Without a command the program is the image's own, which is taken to be called as the image is.
    """
    view = container.args if list(container.args) else container.command
    words = [
        _Word(text, each, not any(mark in text for mark in VARIABLES))
        for part in (container.command, container.args)
        for each in part
        if (text := each.string())
    ]
    if not words:
        return ()
    if not list(container.command) and words[0].text.startswith("-"):
        image = parse_image(container.image.string())
        program = basename(image.repository) if image else ""
        return (_command_line(program, words, view),)
    script = _script(words)
    commands = [words] if script is None else _commands(script)
    started = (_started(command) for command in commands)
    return tuple(_command_line(basename(each[0].text), each[1:], view) for each in started if each)


def _script(words: list[_Word]) -> _Word | None:
    """The script that a shell is given, if one is."""
    if basename(words[0].text) not in _SHELLS:
        return None
    for at, word in enumerate(words[:-1]):
        if at and _SCRIPT.fullmatch(word.text):
            return words[at + 1]
    return None


def _commands(script: _Word) -> Iterator[list[_Word]]:
    """Yield the simple commands of a script; what stands behind a redirection is no word of it."""
    text = script.text.replace("\\\n", " ").replace("\n", " ; ")
    lexer = shlex.shlex(text, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split, lexer.commenters = True, ""
    command: list[_Word] = []
    redirected = False
    for token in _tokens(lexer):
        if not _OPERATOR.fullmatch(token):
            if not redirected:
                command.append(_Word(token, script.view, not set("$`") & set(token)))
            redirected = False
        elif token[:1] in _REDIRECTIONS:
            if command and command[-1].text.isdigit():
                command.pop()
            redirected = True
        else:
            yield command
            command, redirected = [], False
    yield command


def _tokens(lexer: shlex.shlex) -> Iterator[str]:
    try:
        yield from lexer
    except ValueError:  # a quote that is never closed: the shell would refuse it
        return


def _started(words: list[_Word]) -> list[_Word]:
    """The words from the program on that a command line starts in the end."""
    while words and _ASSIGNMENT.match(words[0].text):
        words = words[1:]
    while words and basename(words[0].text) in _WRAPPERS:
        words = words[1:]
        while words and (words[0].text.startswith("-") or _ASSIGNMENT.match(words[0].text)):
            words = words[1:]
    return words


def _command_line(program: str, words: list[_Word], view: View) -> CommandLine:
    settings: dict[str, list[Setting]] = {}
    complete, at = True, 0
    while at < len(words) and words[at].text != "--":
        word = words[at]
        at += 1
        found = _FLAG.fullmatch(word.text)
        if found is None or "$" in found[1]:
            complete = complete and word.known
            continue
        value = found[2]
        if value is None and at < len(words) and not _is_flag(words[at].text):
            word = words[at]
            value = word.text
            at += 1
        value = "true" if value is None else value
        setting = Setting(value if word.known else None, word.view)
        settings.setdefault(found[1].replace("_", "-"), []).append(setting)
    given = {name: tuple(each) for name, each in settings.items()}
    return CommandLine(program, given, view, complete)


def _is_flag(text: str) -> bool:
    """Whether a word begins a flag; `-` alone and negative numbers are values."""
    return text == "--" or (_FLAG.fullmatch(text) is not None and not text[1:].isdigit())
