"""Reports as an attacker would have them."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from hypothesis import strategies as st

from policygate.model import (
    LEVELS,
    UNSET,
    Accepted,
    Artifact,
    Counts,
    Edit,
    Fault,
    Finding,
    Hazard,
    Location,
    NotJudged,
    Objection,
    Reconciler,
    Report,
    ResourceId,
    Revision,
    Running,
    SourceLine,
    Standing,
    State,
    Status,
    Undo,
    Waiver,
)

STATUSES: tuple[Status, ...] = ("introduced", "loosened", "existing")
STATES: tuple[State, ...] = get_args(State)
_NASTY = [
    "::", ":", "##[", "#", "##", "[", "]", "##vso[", "::error::", "::stop-commands::t", "##[add-mask]",
    "error", "group", " ", "  ", "\n", "\r", "\r\n", "\t", "\x00", "\x1b[31m", "\x9b31m", "\x85", "\x7f",
    "\u200b", "\u202e", "\u2066", "\ufe0f", "\u0488", "\u0301", "\u2028", "\xa0", "\u3000", "\ufeff", "\udcff", "\ud800",
    "é", "設定", "💥", "%", "%0A", "%25", ",", "=", ";", "\\", '"', "|", "^", "web", "…",
    "`", "``", "```", "\\|", "<b>", "</details>", "<!--", "&lt;", "@ana", "#12", "GH-1", "www.a.b", "http://a.b", "a@b.c",
    "[a](b)", "![a](b)", "*", "_a_", "~~", "---", "- ", "1. ", "> ", "4f2c1a9e0", ":smile:", "$x$",
    "##[error]x", "##vso[task.setvariable variable=a]b", "::add-mask::", "]]>", "<!DOCTYPE a>", "<script>", "&", "&#10;", "'",
    "~~~", "$(x)", "${{ x }}", "{{", "*a", "&a ", "!!python/object:a.b", "--x", "\x0b", "\x0c", "\u2029", "\u061c", "\ufffe",
    "\x1b]8;;http://a\x1b\\", "\x9d8;;http://a\x07", "\U000e0041", "x" * 5000,
]  # fmt: skip

# One draw a text: twenty texts make a finding, and drawing them character by character takes longer
# than anything that is tested.
_pieces = st.sampled_from(["", *_NASTY, *(a + b for a in _NASTY for b in _NASTY)])
_longer = st.lists(_pieces, max_size=4).map("".join)
texts = st.one_of(_pieces, _pieces, _longer, st.text(max_size=6))
names = st.sampled_from(["web", "api", "cpu-request-missing"]) | texts
files = st.just("apps/web.yaml") | texts.filter(bool)
numbers = st.integers(1, 300)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)


@st.composite
def locations(draw: st.DrawFn) -> Location:
    """A place, on one line, on several, without an end, or removed."""
    line, column = draw(st.integers(0, 300)), draw(numbers)
    if not line:
        return Location(draw(files), 0, 0, 0, 0)
    end = draw(
        st.sampled_from([(0, 0), (line, column + 1), (line, column + 7), (line + 2, 3), (line, 0)])
    )
    return Location(draw(files), line, column, *end)


edits = st.builds(
    Edit,
    st.sampled_from(["set", "remove", "rename"]),
    st.lists(texts | st.integers(0, 3), max_size=3).map(tuple),
    values,
)


resources = st.builds(ResourceId, names, names, names, names, names)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """A finding with every field at the attacker's will, as far as the engine lets him."""
    at = draw(locations())
    lines = draw(st.lists(texts, max_size=3))
    return Finding(
        policy=draw(names),
        title=draw(texts),
        level=draw(st.sampled_from(LEVELS)),
        status=draw(st.sampled_from(STATUSES)),
        blocks=draw(st.booleans()),
        message=draw(texts),
        location=at,
        resource=draw(st.none() | resources),
        version=draw(names),
        container=draw(st.none() | names),
        path=draw(texts),
        base_location=draw(st.none() | locations()),
        was=draw(st.just(UNSET) | values),
        now=draw(st.just(UNSET) | values),
        grade=draw(st.sampled_from([None, "proven", "possible"])),
        fix=draw(texts),
        edit=draw(st.none() | edits),
        fingerprint=draw(texts),
        excerpt=tuple(
            SourceLine(max(1, at.line - len(lines) + 1 + index), text)
            for index, text in enumerate(lines)
        ),
    )


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """A waiver with every field at the attacker's will."""
    waiver = Waiver(
        id=draw(texts),
        policy=draw(texts),
        resource=draw(texts),
        location=draw(locations()),
        container=draw(st.none() | texts),
        file=draw(texts),
        reason=draw(texts),
        owner=draw(texts),
        ticket=draw(texts),
        opened=draw(texts),
        expires=draw(texts),
        accepted=tuple(
            draw(st.lists(st.builds(Accepted, texts, st.just(UNSET) | values, values), max_size=1))
        ),
        form=draw(st.sampled_from(["file", "comment", "annotation", "peer"])),
    )
    return Standing(
        waiver,
        draw(st.sampled_from(STATES)),
        draw(st.none() | st.integers(-5, 5)),
        added=draw(st.booleans()),
        objections=tuple(draw(st.lists(st.builds(Objection, names, texts), max_size=1))),
    )


pins = st.sampled_from(["digest", "tag", "moving", "unknown"])
answers = st.sampled_from([True, False, None])
reconcilers = st.builds(
    Reconciler, resources, locations(), answers, answers, st.sampled_from(["proven", "possible"])
)
running = st.builds(
    Running,
    resources,
    st.sampled_from(["added", "modified", "removed"]),
    locations(),
    st.lists(st.builds(Artifact, texts, names, pins, texts, pins), max_size=2).map(tuple),
    st.lists(reconcilers, max_size=2).map(tuple),
    st.booleans(),
)
hazards = st.builds(Hazard, names, st.none() | resources, locations(), *[texts] * 4)
undos = st.builds(
    Undo,
    files,
    files,
    st.integers(1, 3),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(" +-"), texts).map("".join), max_size=3).map(tuple),
    st.booleans(),
)
revisions = st.builds(Revision, st.none() | st.just("4f2c1a9e" * 5) | texts, texts)
faults = st.builds(Fault, texts, texts, st.none() | locations(), st.none() | names)
counts = st.integers(0, 3).map(lambda few: Counts(*(few + index % 3 for index in range(11))))


@st.composite
def reports(draw: st.DrawFn, most: int = 30) -> Report:
    """A report; the messages of its findings start with `<number>`, so that they can be told apart."""
    found = draw(st.lists(findings(), max_size=3))
    times = draw(st.integers(1, most // max(1, len(found))))
    numbered = [
        replace(finding, message=f"<{index}>{finding.message}")
        for index, finding in enumerate(finding for finding in found for _ in range(times))
    ]
    return Report(
        outcome=draw(st.sampled_from(["pass", "block", "error"])),
        base=draw(revisions),
        head=draw(revisions),
        findings=tuple(numbered),
        waived=tuple(
            replace(each, waiver=draw(standings()))
            for each in draw(st.lists(findings(), max_size=1))
        ),
        waivers=tuple(draw(st.lists(standings(), max_size=2))),
        faults=tuple(draw(st.lists(faults, max_size=5))),
        not_judged=tuple(draw(st.lists(st.builds(NotJudged, names, texts), max_size=13))),
        notes=tuple(draw(st.lists(texts, max_size=2))),
        counts=draw(counts),
        edited=tuple(draw(st.lists(files, max_size=4))),
        running=tuple(draw(st.lists(running, max_size=3))),
        hazards=tuple(draw(st.lists(hazards, max_size=2))),
        undo=tuple(draw(st.lists(undos, max_size=2))),
    )
