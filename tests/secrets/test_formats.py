"""Shapes of credentials are found wherever they stand, and in nothing else."""

from __future__ import annotations

import base64
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_letters
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.secrets.formats import FORMATS, Format, find_formats
from tests.secrets.fakes import FAKES, HEX, TEXT, WORD, run

BY_NAME = {each.name: each for each in FORMATS}
BLOCKS = {"private key", "private key of PuTTY"}
"""Texts of lines: nothing surrounds them."""
CHECKED = sorted(each.name for each in FORMATS if each.certain)
WIDE = 8
"""Choices of length from which on two repeats side by side cost too much."""

names = st.sampled_from(sorted(FAKES))
seeds = st.integers(0, 2**32)
each_name = pytest.mark.parametrize("name", sorted(FAKES))


def _found(text: str) -> list[str]:
    return [match.format.name for match in find_formats(text)]


def _fakes(name: str, count: int = 5) -> list[str]:
    return [FAKES[name](Random(seed)) for seed in range(count)]


def test_the_table_is_sound() -> None:
    """Formats stand in order, each under a name of its own, with a source, and each has a fake."""
    assert [each.name for each in FORMATS] == sorted(BY_NAME) == sorted(FAKES) == list(FAKES)
    assert len(FORMATS) >= 85
    for each in FORMATS:
        assert re.fullmatch(r"https://[\w./~#-]+", each.source)
        assert all(each.literals)


@given(names, seeds)
def test_a_fake_is_found_wherever_it_stands(name: str, seed: int) -> None:
    """Alone, in quotes, after a sign, in a sentence, at the ends of lines: as itself, as nothing else."""
    fake = FAKES[name](Random(seed))
    for before, after in [
        ("", ""),
        ('{"key": "', '"}'),
        ("TOKEN=", "\n"),
        ("it was ", ", until yesterday"),
        ("a\n", "\nb"),
        ("first\\n", "\\nsecond"),
        ("https://" if "webhook" in name else "<", ">"),
        ("Bearer ", ""),
    ]:
        matches = list(find_formats(before + fake + after))
        assert [match.format.name for match in matches] == [name], (before, fake)
        assert matches[0].start == len(before)
        assert name in BLOCKS or matches[0].end == len(before + fake)


@each_name
def test_a_fake_holds_a_literal_of_its_format(name: str) -> None:
    """What every match must hold, every fake does; only private keys have blanks before the 20th letter."""
    for fake in _fakes(name):
        assert any(literal in fake for literal in BY_NAME[name].literals)
        assert name == "private key" or len(fake.split()[0]) >= 20


@each_name
def test_half_a_fake_is_none(name: str) -> None:
    """What was cut off is no credential any more."""
    for fake in _fakes(name):
        if name not in BLOCKS:
            assert _found(fake[: len(fake) // 2]) == []


@each_name
def test_a_part_of_a_longer_run_is_none(name: str) -> None:
    """Letters right before a fake, or more of them right behind than any token has, make it something else."""
    for fake in _fakes(name):
        if name not in BLOCKS:
            assert _found("a" + fake) == []
            assert _found(fake + "a" * 5000) == []
            assert _found("a" * 600 + fake + "a" * 600) == []


@pytest.mark.parametrize("name", CHECKED)
def test_a_checksum_makes_certain(name: str) -> None:
    """A right checksum is certain; a wrong one is found all the same, and is not."""
    for fake in _fakes(name):
        last = "2" if fake[-1] != "2" else "3"
        assert [match.certain for match in find_formats(fake)] == [True]
        assert [match.certain for match in find_formats(fake[:-1] + last)] == [False]


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("ghp", "_zQWBuTSOoRi4A9spHcVY5", "ncnsDkxkJ0mLq17"), "GitHub token"),
        (("npm", "_qkJaB6MffYVzZXWqmcoF49", "yrUxP3wf0LsakP"), "npm token"),
        (("glsa", "_HOruNAb7SOiCdshU9algkrq7", "FDsNSLAa_54e2f8be"), "Grafana token"),
        (("AGE-SECRET-", "KEY-1", "GFPYYSJZ" * 6, "GFPQ4EGAEX"), "age secret key"),
    ],
)
def test_published_examples_have_the_checksum(parts: tuple[str, ...], name: str) -> None:
    """What providers print in their documentation is certain: it is they who say what the checksum is."""
    (match,) = find_formats("".join(parts))
    assert (match.format.name, match.certain) == (name, True)


def test_the_key_of_the_documentation_of_aws_is_an_identifier() -> None:
    """It has the shape; that it is an example, and no credential alone, is for others to say."""
    (match,) = find_formats("AKIA" + "IOSFODNN7" + "EXAMPLE")
    assert match.format.identifier


def _b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _jwt(header: str) -> str:
    return f"{_b64(header)}.{_b64(json.dumps({'sub': 'a' * 40}))}.{'z' * 43}"


@pytest.mark.parametrize(
    "text",
    [
        "eyJ" + "x" * 20 + ".eyJ" + "y" * 40 + "." + "z" * 43,
        _jwt('{"typ":"JWT","kid":"a"}'),
        _jwt('{"alg":"none","typ":"a"}'),
        _jwt('{"alg":"HS256","typ":"a"'),
        _b64('{"k') + _b64('":"' + "a" * 60) + "!",
        "ops_" + "eyJ" + "x" * 300,
        "sntrys_" + "eyJ" + "x" * 81 + "_" + "y" * 43,
        "MTxxxxxxxxxxxxxxxxxxxxxx." + "y" * 6 + "." + "z" * 38,
        "-----BEGIN " + "RSA PRIVATE KEY-----\n" + "your private key here\n" * 20,
        "-----BEGIN " + "RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n" + "\n" * 60,
        "-----BEGIN " + "CERTIFICATE-----\n" + "MIIC" * 100,
        "-----BEGIN " + "PUBLIC KEY-----\n" + "MIIC" * 100,
    ],
)
def test_what_lacks_the_structure_is_none(text: str) -> None:
    """Letters of the right shape that decode to nothing, or to something else, are cleared."""
    assert _found(text) == []


@pytest.mark.parametrize(
    "head",
    ["", "EC ", "ENCRYPTED ", "OPENSSH ", "PGP "],
)
def test_private_keys_of_all_kinds(head: str) -> None:
    """In lines, indented, with headers, or in one line with the breaks spelled out."""
    kind = f"{head}PRIVATE KEY" + (" BLOCK" if head == "PGP " else "")
    begin, lines = f"-----BEGIN {kind}-----", [run(Random(n), WORD, 64) for n in range(9)]
    for text in [
        "\n".join([begin, *lines]),
        "key: |\n    " + "\n    ".join([begin, *lines]) + "\n",
        "\r\n".join([begin, "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,0A", "", *lines]),
        "\n".join([begin, "Version: GnuPG v2", "Comment: <a@b.example>", "", *lines]),
        '"' + "\\n".join([begin, *lines]) + '"',
        begin + "".join(lines),
    ]:
        assert _found(text) == ["private key"]


def test_other_kinds_of_gitlab_and_github_tokens() -> None:
    """Lengths that are less common: tokens of jobs, agents and applications, and those that are a JWT."""
    random = Random(0)
    for head, length in [("glcbt-64_", 20), ("glagent-", 50), ("gloas-", 64), ("glimt-", 25)]:
        assert _found(head + run(random, TEXT, length)) == ["GitLab token"]
    assert _found("glptt-" + run(random, HEX, 40)) == ["GitLab token"]
    assert _found("ghr" + "_" + run(random, WORD, 76)) == ["GitHub token"]
    assert _found("ghs" + "_12345_" + FAKES["JSON Web Token"](random)) == ["GitHub token"]


def test_the_tests_hold_no_credential() -> None:
    """No scanner has a reason to stop at this repository: fakes are put together when they are used."""
    for name in ("fakes.py", "test_formats.py"):
        assert _found((Path(__file__).parent / name).read_text(encoding="utf-8")) == []


def test_matches_come_in_the_order_of_the_text() -> None:
    """All of a text are found, each once."""
    fakes = [FAKES[name](Random(1)) for name in sorted(FAKES, key=len)]
    text = "\n\n".join(fakes * 2)
    matches = list(find_formats(text))
    assert [match.start for match in matches] == sorted(match.start for match in matches)
    assert [match.format.name for match in matches] == sorted(FAKES, key=len) * 2


@given(st.binary(min_size=20, max_size=3000))
def test_blobs_and_digests_are_no_credentials(data: bytes) -> None:
    """Base64 of either alphabet, hex digits and digests hold none, in one line or in many."""
    plain = base64.b64encode(data).decode()
    lines = re.sub("(.{64})", r"\1\n", plain)
    for text in (plain, lines, base64.urlsafe_b64encode(data).decode(), data.hex()):
        assert _found(text) == []
        assert _found(f"image: registry.example/app@sha256:{text[:64]}") == []


@given(st.lists(st.one_of(st.uuids().map(str), st.text(ascii_letters, max_size=24)), max_size=20))
def test_words_are_no_credentials(words: list[str]) -> None:
    """Words and UUIDs hold none, however they are joined."""
    for joint in ("-", "_", ".", "/", " ", "=", ": "):
        assert _found(joint.join(words)) == []


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    """What is no ASCII, or no text at all, is searched like anything else."""
    assert all(0 <= match.start < match.end <= len(text) for match in find_formats(text))


PARSER = importlib.import_module("re._parser")
REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


def _inner(argument: Any) -> Iterator[Any]:
    """The patterns inside an element of a parsed pattern."""
    if isinstance(argument, PARSER.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for each in argument:
            yield from _inner(each)


def _assert_linear(pattern: Any, *, repeated: bool = False) -> None:
    before = False
    for operator, argument in pattern:
        repeats, wide = False, False
        if str(operator) in REPEATS:
            low, high = argument[0], argument[1]
            assert high <= 512
            repeats = high > 1
            assert not (repeats and repeated)
            wide = high - low > WIDE and str(operator) != "POSSESSIVE_REPEAT"
            assert not (wide and before)
        before = wide
        for inner in _inner(argument):
            _assert_linear(inner, repeated=repeated or repeats)


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_patterns_take_linear_time(each: Format) -> None:
    """Repeats are bounded, hold no repeat, and two of open length never share what they took."""
    _assert_linear(PARSER.parse(each.pattern))


def test_ordinary_text_compiles_nothing() -> None:
    """A pattern is compiled when a text has what it starts with, and not before."""
    code = (
        "import policygate.secrets.formats as f; list(f.find_formats('image: registry.example/app:v1.2'));"
        "assert not f._compiled.cache_info().currsize"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
