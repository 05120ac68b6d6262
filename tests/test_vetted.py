"""Files that passed once are not held against their format again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from policygate.errors import PolicyError, SettingsError
from policygate.policy.yaml_format import read_policy
from policygate.settings import FILE, read_settings
from policygate.vetted import NOTHING, Vetted

GOOD, BAD = b"gate: {existing: fail}\n", b"gate: {existing: maybe}\n"


def test_only_what_passed_is_known(tmp_path: Path) -> None:
    """A good file is remembered, byte by byte; a bad one is not."""
    vetted = Vetted({"HOME": str(tmp_path)})
    with pytest.raises(SettingsError):
        read_settings(BAD, FILE, vetted)
    first = read_settings(GOOD, FILE, vetted)
    assert (
        vetted.knows(GOOD, "settings"),
        vetted.knows(GOOD + b"\n", "settings"),
        vetted.knows(BAD, "settings"),
        vetted.knows(GOOD, "waiver"),
    ) == (True, False, False, False)
    assert read_settings(GOOD, FILE, vetted)._replace(positions=None) == first._replace(
        positions=None
    )


def test_the_second_time_pydantic_is_not_loaded(tmp_path: Path) -> None:
    """What was validated once loads fast."""
    code = f"import sys; from policygate.settings import *; from policygate.vetted import Vetted; read_settings({GOOD!r}, FILE, Vetted({{'HOME': {str(tmp_path)!r}}})); print('pydantic' in sys.modules)"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert runs == ["True", "False"]


@pytest.mark.parametrize("env", [{}, {"HOME": "/proc/nowhere"}, {"XDG_CACHE_HOME": "/dev/null"}])
def test_without_a_place_it_does_without(env: dict[str, str]) -> None:
    """No home, or one that cannot be written, is no error."""
    assert read_settings(GOOD, FILE, Vetted(env)).existing == "fail"
    assert not Vetted(env).knows(GOOD, "settings")


def test_the_folder_does_not_grow_for_ever(tmp_path: Path) -> None:
    """After some hundred files the old digests go."""
    vetted = Vetted({"XDG_CACHE_HOME": str(tmp_path)})
    for number in range(450):
        vetted.remember(str(number).encode(), "policy")
    assert vetted.knows(b"449", "policy")
    assert sum(1 for file in tmp_path.rglob("*") if file.is_file()) <= 200


def test_a_wrong_entry_is_no_way_in(tmp_path: Path) -> None:
    """A malformed file whose digest somebody planted fails all the same."""
    vetted = Vetted({"HOME": str(tmp_path)})
    vetted.remember(b"kind: Policy\n", "policy")
    with pytest.raises((KeyError, PolicyError)):
        read_policy(b"kind: Policy\n", "p/x.yaml", vetted)
    assert not NOTHING.knows(GOOD, "settings")
