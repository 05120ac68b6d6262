"""The Markdown summary: ours is its structure, whatever stands in a manifest."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.model import LEVELS, Location, NotJudged, Report
from policygate.reporters import render
from policygate.reporters.markdown_text import address, code, fenced, prose
from tests.reporters.samples import (
    BLOCKED,
    CALM,
    FAILED,
    LOOSENED,
    NOTHING,
    OUTLOOK,
    PASSED,
    SAMPLES,
    STATE,
    WEB_FILE,
)
from tests.reporters.strategies import STATES, STATUSES, reports, texts
from tests.scanners import ACTIVE, GFM, LINK, tokens

WORDS = {
    *LEVELS, *STATES, *STATUSES, "pass", "block", "added", "modified", "removed", "digest", "tag", "moving",
    "unknown", "proven", "possible", "security", "4f2c1a9e" * 5,
}  # fmt: skip


def structure(text: str) -> Counter[str]:
    """How many there are of each block, of each link and of each piece of HTML."""
    return Counter(
        each.type
        for each in tokens(text)
        if each.type not in {"text", "code_inline", "softbreak", "inline"}
    )


def tamed(value: Any, known: dict[str, str]) -> Any:
    """The same report, but that every text is a plain word; different ones stay different."""
    if isinstance(value, str):
        if value in WORDS or not value.strip():  # a blank says nothing, wherever it stands
            return value
        is_text = value.encode("utf-8", "ignore").decode() == value
        return known.setdefault(value, f"t{len(known)}" + ("" if is_text else "\udcff"))
    if isinstance(value, tuple):
        items = [tamed(each, known) for each in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, list):
        return [tamed(each, known) for each in value]
    if isinstance(value, dict):
        return {tamed(key, known): tamed(item, known) for key, item in value.items()}
    if is_dataclass(value):
        held = {each.name: tamed(getattr(value, each.name), known) for each in fields(value)}
        return replace(value, **held)  # type: ignore[type-var]
    return value


@given(reports(), st.sampled_from(["", LINK]))
def test_the_structure_is_ours(report: Report, link: str) -> None:
    """No text makes or breaks a heading, a table, a row, a cell, a link, a list or a piece of HTML."""
    text = render(report, "markdown", link=link)
    assert structure(text) == structure(render(tamed(report, {}), "markdown", link=link))


@given(texts)
def test_words(text: str) -> None:
    """A sentence stays a sentence: its characters are there, as text or code, and nothing else is made."""
    found = GFM.parseInline(f"x {prose(text)} x")[0].children or []
    assert {each.type for each in found} <= {"text", "code_inline"}
    assert not any(ACTIVE.search(each.content) for each in found if each.type == "text")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("container web may run as root now", "container web may run as root now"),
        ("set `spec.hostNetwork` to false.", "set `spec.hostNetwork` to false."),
        ("ask @ana, see #12 (or www.a.b)", "ask `@ana`, see `#12` (or `www.a.b`)"),
        ("memory 512Mi → 4Gi (8\u00d7)", "memory `512Mi` → `4Gi` (8\u00d7)"),
        ("a `b``c` d", "a `b` `c` d"),
        ("a ` b", "a `` ` `` b"),
        ("deadbeef is 1234567", "`deadbeef` is `1234567`"),
        ("1. one", "`1`. one"),
    ],
)
def test_prose(text: str, shown: str) -> None:
    """Plain words stay plain, everything that could mean something is code."""
    assert prose(text) == shown


def test_code() -> None:
    """Digests are cut to what people compare."""
    assert code("web@sha256:" + "a" * 64) == "`web@sha256:aaaaaaa…`"
    assert code("") == ""


@given(st.lists(texts, max_size=4))
def test_fence(lines: list[str]) -> None:
    """Nothing closes a fence but its own end."""
    text = fenced(["+" + each for each in lines], "diff")
    (fence,) = GFM.parse(text)
    assert (fence.type, fence.content.count("\n")) == ("fence", len(lines))


def test_address() -> None:
    """Links lead to a line of a commit, and to nothing else."""
    commit = "ab" * 20
    assert address(LINK, commit, "a b/(#).yaml", 3) == f"{LINK}/{commit}/a%20b/%28%23%29.yaml#L3"
    assert address(LINK, commit, "a.yaml") == f"{LINK}/{commit}/a.yaml"
    for nowhere in (("", commit, "a"), (LINK, "worktree", "a"), (LINK, commit, "caf\udce9")):
        assert address(*nowhere, 1) == ""


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_verdict_in_the_first_line(name: str) -> None:
    """Whether it can be merged is the first that anybody reads."""
    words = {"pass": "passed", "block": "blocked", "error": "could not judge"}
    report = SAMPLES[name]
    first = render(report, "markdown").partition("\n")[0]
    assert first.startswith("## ")
    assert words[report.outcome] in first


def headings(report: Report) -> list[str]:
    """The headings of a summary, but for the verdict."""
    return re.findall(r"^### (.*)$", render(report, "markdown"), re.MULTILINE)


def test_headings() -> None:
    """The three of them stand where they have something to say, on a fault too."""
    three = ["What changed", "What should be running", "How to return"]
    assert headings(OUTLOOK) == [*three, "Open waivers"]
    failed = replace(OUTLOOK, outcome="error", faults=FAILED.faults)
    assert headings(failed) == ["What could not be judged", *three, "Open waivers"]
    assert headings(CALM) == three[1:]
    assert headings(BLOCKED) == three[:1]
    assert headings(STATE) == ["What was found"]
    assert headings(PASSED) == headings(NOTHING) == []


def test_a_clean_pass_is_short() -> None:
    """Nothing to say is said in few lines."""
    assert render(NOTHING, "markdown").count("\n") == 3
    assert render(PASSED, "markdown").count("\n") == 5
    assert render(CALM, "markdown").count("\n") < 20


def test_gate() -> None:
    """Whether the change edits the gate is said either way."""
    assert "This change edits the gate itself**: `.policygate/config.yaml`" in render(
        OUTLOOK, "markdown"
    )
    assert "does not edit the gate" in render(BLOCKED, "markdown")


def test_links() -> None:
    """What is there is linked at the head, what is gone at the base."""
    head, base = "ab" * 20, BLOCKED.base.rev
    report = replace(BLOCKED, head=BLOCKED.head._replace(rev=head))
    text = render(report, "markdown", link=LINK)
    assert f"[`deployment.yaml:24`]({LINK}/{head}/{WEB_FILE}#L24)" in text
    assert f"[`netpol.yaml:1`]({LINK}/{base}/apps/prod/web/netpol.yaml#L1)" in text


@given(reports(), st.integers(1000, 5000))
def test_it_fits(report: Report, limit: int) -> None:
    """It is as short as is asked for, and whatever was opened is closed."""
    text = render(report, "markdown", max_bytes=limit)
    first = text.partition("\n\n### ")[0]
    assert len(text.encode()) <= max(limit, len(first.encode()) + 2)
    html = "".join(each.content for each in tokens(text) if each.type == "html_block")
    assert html.count("<details>") == html.count("</details>")
    full = structure(render(report, "markdown"))
    assert all(full[name] >= number for name, number in structure(text).items() if "table" in name)


def test_twenty_thousand_findings() -> None:
    """What is left out is counted, at any size."""
    many = replace(
        OUTLOOK,
        findings=tuple(
            replace(LOOSENED, message=f"finding {index}", location=Location(f"{index}.yaml", 1))
            for index in range(20_000)
        ),
        not_judged=tuple(NotJudged(f"{index}.yaml", "x") for index in range(1000)),
    )
    for limit in (4000, 65_000, 1_000_000):
        text = render(many, "markdown", max_bytes=limit)
        assert len(text.encode()) <= limit
        shown = text.count("| **error**, loosened |")
        assert 0 < shown <= 100
        assert f"\n\n… and {20_001 - shown} more, see the JSON report." in text
        assert headings_of(text) == [
            "What changed",
            "What should be running",
            "How to return",
            "Open waivers",
        ]


def headings_of(text: str) -> list[str]:
    """The headings of a text, but for the verdict."""
    return re.findall(r"^### (.*)$", text, re.MULTILINE)
