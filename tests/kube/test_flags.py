"""Command lines: whatever way a flag is written, it is the same flag."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.flags import CommandLine, command_lines
from policygate.view import View
from tests.kube.bodies import anything

names = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
values = st.from_regex(r"[A-Za-z0-9/.,:=_+]{1,12}", fullmatch=True)
flags = st.lists(st.tuples(names, values), max_size=6)


def lines(*words: Any, **container: Any) -> tuple[CommandLine, ...]:
    """The command lines of a container with this command."""
    return command_lines(View({"command": list(words), **container}))


def settings(*words: Any, **container: Any) -> dict[str, list[str | None]]:
    """The values of each flag of the one program of a container."""
    (line,) = lines(*words, **container)
    return {name: [each.value for each in given] for name, given in line.settings.items()}


def told(pairs: list[tuple[str, str]]) -> dict[str, list[str | None]]:
    """What flags should come to."""
    found: dict[str, list[str | None]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


@given(flags, st.randoms(use_true_random=False))
def test_all_ways_of_writing_are_one(pairs: list[tuple[str, str]], random: Any) -> None:
    """`--a=b`, `--a b`, `-a=b` and `-a b` say the same, in command as in args."""
    words = ["/usr/local/bin/etcd"]
    for name, value in pairs:
        dashes = random.choice(["-", "--"])
        separate = random.random() < 0.5
        words += [dashes + name, value] if separate else [f"{dashes}{name}={value}"]
    cut = random.randint(1, len(words))
    (line,) = lines(*words[:cut], args=words[cut:])
    assert (line.program, line.complete) == ("etcd", True)
    assert settings(*words[:cut], args=words[cut:]) == told(pairs)


@given(flags)
def test_a_shell_script_starts_the_same(pairs: list[tuple[str, str]]) -> None:
    """A shell that does nothing but start a program is no other command line."""
    words = ["kubelet", *(f"--{name}={value}" for name, value in pairs)]
    script = shlex.join(words)
    assert settings("/bin/sh", "-c", f"exec {script} 1>>/var/log/kubelet.log 2>&1") == told(pairs)
    assert settings("sh", "-ec", args=[script.replace(" --", " \\\n  --")]) == told(pairs)


@given(anything, anything, anything)
def test_no_container_raises(command: Any, args: Any, image: Any) -> None:
    """Any command line of any shape has an answer."""
    for line in command_lines(View({"command": command, "args": args, "image": image})):
        assert isinstance(line.program, str)
    for line in lines("sh", "-c", command, args=args, image=image):
        assert isinstance(line.program, str)


@given(st.text(max_size=60))
def test_no_script_raises(script: str) -> None:
    """What a shell would refuse starts nothing, or what stands before the mistake."""
    for line in lines("sh", "-c", script):
        assert isinstance(line.program, str)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--a", "--b"], {"a": ["true"], "b": ["true"]}),
        (["--a", "-1"], {"a": ["-1"]}),
        (["--a", "-"], {"a": ["-"]}),
        (["--a="], {"a": [""]}),
        (["--a=1", "--a=2"], {"a": ["1", "2"]}),
        (["--a_b=1"], {"a-b": ["1"]}),
        (["--a=1", "--", "--b=1"], {"a": ["1"]}),
        (["run", "--a=1"], {"a": ["1"]}),
        (["--a=$(A)", "--b", "$(B)"], {"a": [None], "b": [None]}),
        (["--a=${A}"], {"a": [None]}),
        (["--a=1 --b=2"], {"a": ["1 --b=2"]}),
    ],
)
def test_words(words: list[str], wanted: dict[str, list[str | None]]) -> None:
    """A flag without a value is on, repeated ones keep their order, and variables are not guessed."""
    assert settings("etcd", *words) == wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["etcd", "$(FLAGS)"], False),
        (["etcd", "--$(NAME)=1"], False),
        (["etcd", "--a=$(VALUE)"], True),
        (["sh", "-c", 'etcd "$@"'], False),
        (["sh", "-c", "etcd --a=$VALUE"], True),
    ],
)
def test_a_variable_may_hold_flags(words: list[str], wanted: object) -> None:
    """Only a variable that can hold whole flags makes a command line incomplete."""
    (line,) = lines(*words)
    assert line.complete is wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (
            ["/go-runner", "--log-file=/x", "/usr/local/bin/kube-apiserver", "--a=1"],
            "kube-apiserver",
        ),
        (["tini", "--", "etcd", "--a=1"], "etcd"),
        (["env", "A=b", "etcd", "--a=1"], "etcd"),
        (["sh", "-c", "GOMAXPROCS=1 exec etcd --a=1"], "etcd"),
    ],
)
def test_wrappers_start_what_they_name(words: list[str], wanted: str) -> None:
    """The program is the one that runs in the end, with its own flags alone."""
    (line,) = lines(*words)
    assert line.program == wanted
    assert list(line.settings) == ["a"]


def test_a_script_may_start_several() -> None:
    """Every simple command of a script has its own flags, and a path is no program."""
    found = lines(
        "sh", "-c", "mkdir -p /var/lib/etcd && chmod 0700 /var/lib/etcd\netcd --a=1 & wait"
    )
    assert [line.program for line in found] == ["mkdir", "chmod", "etcd", "wait"]


def test_an_image_starts_its_own_program() -> None:
    """Without a command the flags are those of the program that the image is named after."""
    image = "registry.k8s.io/kube-apiserver:v1.36.0"
    (line,) = command_lines(View({"image": image, "args": ["--a=1"]}))
    assert line.program == "kube-apiserver"
    assert line.view.path == ("args",)
    assert command_lines(View({"image": image})) == ()


def test_a_value_is_where_it_is_written() -> None:
    """A setting points at the item that holds its value."""
    (line,) = lines("etcd", "--a", "1", args=["--b=2"])
    assert [line.settings[name][0].view.path for name in "ab"] == [("command", 2), ("args", 0)]
    assert line.view.path == ("args",)
