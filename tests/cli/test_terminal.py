"""In a terminal: width, colour, links, patience, Ctrl-C; and nothing of it in a pipe."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.cli.runner import run
from tests.repo import Repo, clean_env

POD: Final = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: %s\n  containers: [{name: web, image: 'web:1'}]\n"
LINK: Final = re.compile(r"\x1b\]8;;(file://[!-~]+)\x1b\\(.+?)\x1b\]8;;\x1b\\")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository whose branch opens the network, in a folder with a blank in its name."""
    made = Repo.init(tmp_path / "a repository")
    made.commit({"a b.yaml": POD % "false"}, "base")
    made.switch("pr", "main")
    made.commit({"a b.yaml": POD % "true"}, "change")
    return made


def _in_terminal(arguments: list[str], folder: Path, **env: str) -> str:
    """What a terminal gets to see of both streams."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=clean_env(TERM="xterm-256color") | env,
    )
    os.close(slave)
    seen = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.1)[0]:
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux says so at the end
                break
            if not data:
                break
            seen += data
        elif process.poll() is not None:
            break
    process.wait(timeout=60)
    os.close(master)
    return seen.decode()


CHECK: Final = [sys.executable, "-m", "policygate", "check", "--base", "main"]


def test_a_terminal_that_shows_links_gets_them(repo: Repo) -> None:
    """A place leads to its file, percent-encoded, and what is read is what a pipe gets."""
    for env in ({"TERM_PROGRAM": "vscode"}, {"VTE_VERSION": "6003"}, {"WT_SESSION": "1"}):
        links = LINK.findall(_in_terminal(CHECK, repo.path, NO_COLOR="1", **env))
        uri, shown = links[0]
        assert uri == (repo.path / "a b.yaml").as_uri()
        assert shown.startswith("a b.yaml:")


@pytest.mark.parametrize("env", [{}, {"VTE_VERSION": "4205"}, {"WT_SESSION": "1", "TERM": "dumb"}])
def test_other_terminals_get_no_links(repo: Repo, env: dict[str, str]) -> None:
    """They would print them."""
    assert "\x1b]8" not in _in_terminal(CHECK, repo.path, **env)


def test_a_pipe_gets_no_escapes(repo: Repo) -> None:
    """Whatever the terminal is called."""
    repo.env |= {"TERM_PROGRAM": "vscode", "WT_SESSION": "1"}
    done = run(repo, "check", "--base", "main")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr


SLOW: Final = """
import sys, time
from policygate.cli import terminal
terminal._PATIENCE = 0.05
with terminal.patience("judging"):
    time.sleep(float(sys.argv[1]))
print("done")
"""


def test_who_waits_is_told_and_the_line_is_taken_back(tmp_path: Path) -> None:
    """Only what takes long says so, only to a person, and nothing of it stays."""
    said = _in_terminal([sys.executable, "-c", SLOW, "0.6"], tmp_path)
    assert said.startswith("policygate: judging …\r")
    assert said.split("\r")[-2].strip() == "done"
    assert "judging" not in _in_terminal([sys.executable, "-c", SLOW, "0"], tmp_path)
    piped = subprocess.run(
        [sys.executable, "-c", SLOW, "0.6"], capture_output=True, text=True, check=True
    )
    assert (piped.stdout, piped.stderr) == ("done\n", "")


def _hears_interrupts() -> None:
    """What starts in the background of a shell would inherit that it ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_is_130_without_a_word(repo: Repo) -> None:
    """Interrupted while it waits for its input, and no traceback."""
    for patience in (1.5, 5, 15):  # a machine with other work may not have come to that yet
        process = subprocess.Popen(
            [sys.executable, "-m", "policygate", "check", "-"],
            cwd=repo.path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=repo.env,
            preexec_fn=_hears_interrupts,  # noqa: PLW1509 - no threads here
        )
        time.sleep(patience)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        if b"import" not in err:
            break
    assert (process.returncode, out, err.strip()) == (130, b"", b"")


def test_nothing_judged_is_an_error_on_request(repo: Repo) -> None:
    """A typing error in a path may be no pass."""
    repo.write("notes.yaml", "a: 1\n")
    assert run(repo, "check", "notes.yaml").returncode == 0
    done = run(repo, "check", "notes.yaml", "--require-input")
    assert done.returncode == 2
    assert "no manifest was judged" in done.stderr
    assert run(repo, "check", "a b.yaml", "--require-input").returncode == 1


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_a_shell_completes(repo: Repo, shell: str) -> None:
    """The script is one, and what it asks for are commands, options and ids of policies."""
    script = run(repo, "completion", shell)
    assert script.returncode == 0
    assert "_POLICYGATE_COMPLETE" in script.stdout
    repo.env |= {"_POLICYGATE_COMPLETE": f"{shell}_complete"}
    for words, wanted in (
        ("policygate exp", "explain"),
        ("policygate check --requ", "--require-input"),
        ("policygate explain host-netw", "host-network"),
        ("policygate check --select host-netw", "host-network"),
    ):
        repo.env |= {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        if shell == "fish":
            repo.env["COMP_CWORD"] = words.rpartition(" ")[2]
        assert wanted in _completed(repo)


def _completed(repo: Repo) -> str:
    code = "import sys; sys.argv[0] = 'policygate'; from policygate.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=repo.path,
        env=repo.env,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
