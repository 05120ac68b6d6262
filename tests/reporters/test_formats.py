"""Laws of every format."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate import __version__
from policygate.reporters import FORMATS, render
from tests.reporters.samples import SAMPLES
from tests.reporters.strategies import reports

if TYPE_CHECKING:
    from policygate.model import Report

GOLDEN = Path(__file__).parent / "golden"
JSON = {"gitlab", "json", "jsonl", "rdjson", "sarif"}
"""Formats that are JSON, and alone load a JSON encoder."""
_TELLING = ("blocked", "failed", "hostile", "waived")
_AS_THEY_ARE = ("azure", "concise", "gitlab", "json", "jsonl", "junit", "rdjson", "sarif")
GOLDENS = [
    *((name, "text", "txt") for name in SAMPLES if name not in ("calm", "outlook")),
    *((name, "markdown", "md") for name in SAMPLES),
    *((name, "github", "github") for name in (*_TELLING, "many")),
    *((name, each, each) for each in _AS_THEY_ARE for name in _TELLING),
    ("outlook", "json", "json"),
]
formats = st.sampled_from(sorted(FORMATS))


@pytest.mark.parametrize(("name", "format", "suffix"), GOLDENS)
def test_golden(name: str, format: str, suffix: str) -> None:  # noqa: A002
    """What a reader sees is reviewed as text; POLICYGATE_UPDATE_GOLDENS=1 writes it anew."""
    path = GOLDEN / f"{name}.{suffix}"
    text = render(SAMPLES[name], format, width=80).replace(f'"{__version__}"', '"VERSION"')
    if os.environ.get("POLICYGATE_UPDATE_GOLDENS"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


def test_no_stale_golden() -> None:
    """Every golden file belongs to a test."""
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.{end}" for name, _, end in GOLDENS}


def test_formats_are_sorted() -> None:
    """The table of formats is in the order that help shows."""
    assert list(FORMATS) == sorted(FORMATS)


@given(reports(), formats)
def test_a_format_depends_on_the_report_alone(report: Report, format: str) -> None:  # noqa: A002
    """Twice the same report is twice the same text; what may be in it, `test_hostile_output` says."""
    assert render(report, format, width=80) == render(report, format, width=80)


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_one_format_loads_no_other(format: str) -> None:  # noqa: A002
    """Rendering a format imports its module alone, and json only for JSON."""
    script = (
        "import sys\n"
        "from policygate.model import Report, Revision\n"
        "from policygate.reporters import render\n"
        "from policygate.model import Finding, Location\n"
        "at = Location('a.yaml', 1)\n"
        "found = Finding('p', 't', 'error', 'introduced', True, 'm', at)\n"
        "none = Revision(None, '')\n"
        f"render(Report('block', none, none, (found,)), {format!r})\n"
        "print(*sys.modules)\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout.split()
    loaded = {name for name in FORMATS.values() if name in output}
    assert loaded == {FORMATS[format]}
    assert ("json" in output) == (format in JSON)
